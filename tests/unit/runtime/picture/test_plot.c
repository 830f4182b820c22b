/* Pictures: from runs in a temporary folder, by the program itself. */
#include "tests/unit/fixture.h"
#include "runtime/picture/gnuplot.h"
#include "tests/unit/shell.h"
#include "runtime/number/lapack.h"
#include "runtime/picture/principal.h"

#include <math.h>
#include <sys/stat.h>

TestSuite(plot, .init = fixture_open);

static bool holds(const char *path, const char *start)
{
    char *data;
    size_t size;
    return file_read(arena, diagnostics, fixture_path(path), &data, &size) && size > 1000 &&
           memcmp(data, start, strlen(start)) == 0;
}

static void spec(const char *settings)
{
    fixture_text("spec.lua", text_print(arena,
                                        "return network { name = 'small', layers = 4, method = 'kutta3', activation = "
                                        "'tanh', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared', %s, "
                                        "train = { search = 'armijo', iterations = 20 } }",
                                        settings));
}

static void train(const char *options)
{
    cr_assert_eq(run(text_print(arena, "train %s/spec.lua --out %s/run %s", folder, folder, options)), 0, "%s",
                 output());
}

static void done(void)
{
    fixture_remove(fixture_path("run/plots"));
    fixture_remove(fixture_path("run"));
    fixture_close();
}

Test(plot, all_pictures_of_a_planar_network)
{
    static const char *const names[] = {"prediction", "start",    "transformed", "snapshots", "flow",     "steps",
                                        "stages",     "costates", "objective",   "accuracy",  "gradient", "search"};
    spec("inputs = 2, width = 2, data = { 'donut2d', samples = 40, validation = 30 }");
    train("--plot --seed 3");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cr_expect(holds(text_print(arena, "run/plots/%s.svg", names[i]), "<?xml"), "%s", names[i]);
        cr_expect(holds(text_print(arena, "run/plots/%s.png", names[i]), "\x89PNG"), "%s", names[i]);
    }
    cr_expect(holds("run/plots/animation.gif", "GIF89a"));
    done();
}

Test(plot, many_channels_are_principal_components)
{
    spec("inputs = 2, width = 5, data = { 'donut2d', samples = 40 }");
    train("");
    cr_expect_eq(run(text_print(arena, "plot %s/run --only flow --out %s/run/plots", folder, folder)), 0);
    char *data;
    size_t size;
    cr_assert(file_read(arena, diagnostics, fixture_path("run/plots/flow.svg"), &data, &size));
    cr_expect_not_null(strstr(data, "principal components of 5 channels"));
    done();
}

/* The text of a picture. */
static const char *picture(const char *name)
{
    char *data;
    size_t size;
    cr_assert(file_read(arena, diagnostics, fixture_path(text_print(arena, "run/plots/%s.svg", name)), &data, &size));
    return data;
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

/* Numbers are no classes: a surface for each output, before and after the training, and no line between them. */
Test(plot, real_outputs_have_a_surface_each)
{
    fixture_text("data.csv", "u,v,temp,flow\n1,0,2,1\n0,1,3,2\n-1,0,4,1\n0,-2,5,7\n");
    fixture_text("spec.lua",
                 "return network { inputs = 2, width = 3, layers = 2, method = 'euler', activation = 'tanh', "
                 "name = 'small', head = { outputs = 2, link = 'identity' }, loss = 'squared', data = { "
                 "'data.csv', label = 'temp,flow' }, train = { iterations = 5 } }");
    train("--plot");
    cr_expect_eq(occurrences(picture("prediction"), "<image"), 2);
    cr_expect_eq(occurrences(picture("start"), "<image"), 4);
    cr_expect_eq(occurrences(picture("transformed"), "<image"), 2);
    static const char *const titles[] = {"temp, before the training", "flow, after it"};
    for (size_t i = 0; i < 2; i++)
        cr_expect_not_null(strstr(picture("start"), titles[i]));
    cr_expect_null(strstr(picture("prediction"), ">class 0<"));
    cr_expect_null(strstr(picture("transformed"), "classifier"));
    cr_expect_not_null(strstr(picture("flow"), ">target temp<"));
    done();
}

/* Data and a curve over the one input for each output, also what they were before. */
Test(plot, one_input_has_curves)
{
    fixture_text("data.csv", "x,a,b\n1,2,1\n0,3,2\n-1,4,1\n");
    fixture_text("spec.lua",
                 "return network { inputs = 1, width = 3, layers = 2, method = 'euler', activation = 'tanh', "
                 "name = 'small', head = { outputs = 2, link = 'identity' }, loss = 'squared', data = { "
                 "'data.csv', label = 'a,b' }, train = { iterations = 5 } }");
    train("");
    cr_expect_eq(run(text_print(arena, "plot %s/run --only regression", folder)), 0);
    static const char *const titles[] = {">predicted a<", ">predicted b<", ">a<", ">b<", ">before the training<"};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        cr_expect_not_null(strstr(picture("regression"), titles[i]), "%s", titles[i]);
    done();
}

/* Classes of one input have a curve of their probability each. */
Test(plot, classes_of_one_input_have_curves)
{
    fixture_text("data.csv", "x,label\n1,low\n0,mid\n-1,high\n");
    fixture_text("spec.lua",
                 "return network { inputs = 1, width = 3, layers = 2, method = 'euler', activation = 'tanh', "
                 "name = 'small', head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy', data = { "
                 "'data.csv' }, train = { iterations = 5 } }");
    train("");
    cr_expect_eq(run(text_print(arena, "plot %s/run", folder)), 0);
    cr_expect_not_null(
        strstr(output(), "no prediction: a plane needs 2 inputs and this network has one; see regression\n"));
    static const char *const titles[] = {">probability of low<", ">mid<", ">predicted probability<"};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        cr_expect_not_null(strstr(picture("regression"), titles[i]), "%s", titles[i]);
    done();
}

/* Rows far from 0 fill the frame: its ticks are theirs, also where the network sees them scaled. */
Test(plot, samples_fill_the_frame)
{
    fixture_text("data.csv", "u,v,label\n1990,15,0\n2000,16,1\n2010,17,1\n2020,18,0\n");
    spec("inputs = 2, width = 2, data = { 'data.csv' }");
    static const char *const ticks[] = {"> 1990<", "> 2020<", "> 15<", "> 18<"};
    static const char *const options[] = {"", "--force --standardize"};
    for (size_t k = 0; k < 2; k++) {
        train(options[k]);
        cr_expect_eq(run(text_print(arena, "plot %s/run --only prediction", folder)), 0);
        for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++)
            cr_expect_not_null(strstr(picture("prediction"), ticks[i]), "%s", ticks[i]);
        cr_expect_null(strstr(picture("prediction"), "> 0<"));
    }
    done();
}

/* What a training goes through, as it was recorded: to the same numbers whether or not it was interrupted. */
Test(plot, what_a_training_goes_through)
{
    static const char *const names[] = {"gradient", "search", "learnt"};
    spec("inputs = 2, width = 2, learn = { 'K', 'b', 'dt' }, data = { 'donut2d', samples = 40 }");
    train("");
    const char *course = content_of(fixture_path("run/course.csv")).data;
    static const char start[] = "iteration,gradient,h1,h2,h3,h4\n0,nan,0.25,0.25,0.25,0.25\n1,0.4";
    cr_expect_eq(strncmp(course, start, strlen(start)), 0, "%s", course);
    train("--force --iterations 7");
    train("--resume");
    cr_expect_str_eq(content_of(fixture_path("run/course.csv")).data, course);
    cr_expect_eq(run(text_print(arena, "plot %s/run --only gradient,search,learnt", folder)), 0, "%s", output());
    for (size_t i = 0; i < 3; i++)
        cr_expect(holds(text_print(arena, "run/plots/%s.svg", names[i]), "<?xml"), "%s", names[i]);
    cr_expect_not_null(strstr(picture("search"), ">length of the step<"));
    cr_expect_not_null(strstr(picture("gradient"), ">norm of the gradient of J<"));
    fixture_remove(fixture_path("run/plots"));
    cr_assert_eq(remove(fixture_path("run/course.csv")), 0, "as runs of older versions have none");
    cr_assert_eq(remove(fixture_path("run/initial.safetensors")), 0);
    cr_expect_eq(run(text_print(arena, "plot %s/run --only gradient,search,learnt,start", folder)), 0, "%s", output());
    cr_expect_not_null(strstr(output(), "no gradient: its training left no course.csv\n"));
    cr_expect_not_null(strstr(output(), "no learnt: its training left no course.csv\n"));
    cr_expect_not_null(strstr(output(), "no start: the parameters that its training began at are not known\n"));
    done();
}

Test(plot, batches_have_no_whole_gradient)
{
    fixture_text("spec.lua", "return network { inputs = 2, layers = 2, method = 'euler', activation = 'tanh', name = "
                             "'small', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared', data = { 'donut2d', "
                             "samples = 40 }, train = { algorithm = 'adam', epochs = 3 } }");
    train("");
    cr_expect_eq(run(text_print(arena, "plot %s/run --only gradient,search", folder)), 0);
    cr_expect_not_null(strstr(output(), "no gradient: its training knows gradients of batches alone\n"));
    cr_expect_not_null(strstr(picture("search"), ">epoch<"));
    done();
}

Test(plot, one_channel)
{
    fixture_text("data.csv", "a,label\n1,0\n2,1\n-1,0\n3,1\n");
    spec("inputs = 1, width = 1, data = { 'data.csv' }");
    train("");
    cr_expect_eq(run(text_print(arena, "plot %s/run", folder)), 0);
    cr_expect_not_null(strstr(output(), "no flow: a plane needs 2 channels and this network has one; see channel\n"));
    cr_expect(holds("run/plots/channel.png", "\x89PNG"));
    done();
}

Test(plot, curves_in_the_terminal)
{
    spec("inputs = 2, width = 2, data = { 'donut2d', samples = 40 }");
    train("");
    setenv("COLUMNS", "20", 1);
    setenv("NO_COLOR", "1", 1);
    cr_expect_eq(run(text_print(arena, "plot %s/run --ascii", folder)), 0);
    const char *shown = output();
    cr_expect_not_null(strstr(shown, "iteration"));
    cr_expect_not_null(strstr(shown, "small: costates\n"));
    cr_expect_null(strchr(shown, '\x1b'), "no colours");
    for (const char *line = shown; *line; line += strcspn(line, "\n") + 1)
        cr_expect_leq(strcspn(line, "\n"), 20);
    cr_expect_eq(run(text_print(arena, "plot %s/run --ascii --only objective", folder)), 0);
    shown = output();
    cr_expect_not_null(strstr(shown, "objective\n"));
    cr_expect_null(strstr(shown, "costates\n"));
    cr_expect_eq(
        system(text_print(arena, "%s plot %s/run --ascii --only objective >/dev/full", program_path(), folder)) >> 8, 1,
        "a full disk");
    cr_expect_eq(run(text_print(arena, "plot %s/run --ascii --only objectiv", folder)), 1);
    cr_expect_str_eq(output(), "there is no picture \"objectiv\"; did you mean \"objective\"?\n");
    done();
}

Test(plot, what_cannot_be_drawn_is_said)
{
    cr_expect_eq(run(text_print(arena, "plot %s", folder)), 1);
    cr_expect_not_null(strstr(output(), "there is no run in this folder (no report.json)"));
    spec("inputs = 2, width = 2, data = { 'donut2d', samples = 40 }");
    train("");
    const char *path = arena_string(arena, getenv("PATH"), strlen(getenv("PATH")));
    setenv("PATH", "/nowhere", 1);
    cr_expect_eq(run(text_print(arena, "plot %s/run", folder)), 1);
    setenv("PATH", path, 1);
    cr_expect_str_eq(output(), "gnuplot is not installed, and it draws the pictures: apt-get install gnuplot-nox\n");
    cr_expect_not(file_exists(fixture_path("run/plots")));
    cr_expect_eq(run(text_print(arena, "plot %s/run --only flov", folder)), 1);
    cr_expect_str_eq(output(), "there is no picture \"flov\"; did you mean \"flow\"?\n");
    cr_expect_eq(run(text_print(arena, "plot %s/run --only none", folder)), 1);
    cr_expect_str_eq(output(), "there is no picture \"none\": costate plot --help lists them\n");
    done();
}

/* What plot says of the picture of steps where gnuplot is this shell script. */
static const char *said_of(const char *script)
{
    const char *path = arena_string(arena, getenv("PATH"), strlen(getenv("PATH")));
    fixture_text("gnuplot", text_print(arena, "#!/bin/sh\n%s\n", script));
    chmod(fixture_path("gnuplot"), 0700);
    setenv("PATH", text_print(arena, "%s:%s", folder, path), 1);
    cr_expect_eq(run(text_print(arena, "plot %s/run --only steps", folder)), 1);
    setenv("PATH", path, 1);
    cr_expect_eq(remove(fixture_path("gnuplot")), 0);
    return output();
}

Test(plot, a_gnuplot_that_fails_is_told_from_its_words)
{
    spec("inputs = 2, width = 2, data = { 'donut2d', samples = 40 }");
    train("");
    cr_expect_str_eq(said_of("echo '\"-\" line 5: undefined variable: foo' >&2; echo 'exit status 1' >&2; exit 1"),
                     "gnuplot failed: \"-\" line 5: undefined variable: foo\n");
    cr_expect_str_eq(said_of("echo 'warning: line 5 is long' >&2; echo 'no font' >&2; echo >&2; exit 1"),
                     "gnuplot failed: no font\n");
    cr_expect_str_eq(said_of("exit 1"), "gnuplot failed: it says nothing\n");
    cr_expect_str_eq(said_of("kill -9 $$"), "gnuplot was ended by a signal: Killed\n");
    cr_expect_str_eq(said_of("printf '<svg>' >/dev/fd/200"),
                     text_print(arena, "%s/run/plots/steps.svg: gnuplot drew only a part of it\n", folder));
    cr_expect_not(file_exists(fixture_path("run/plots")));
    done();
}

/* Nothing half drawn is left, what was there stays, and the cause is named. */
Test(plot, pictures_that_a_disk_does_not_take)
{
    const char *steps = fixture_path("run/plots/steps.svg");
    spec("inputs = 2, width = 2, data = { 'donut2d', samples = 40 }");
    train("");
    const char *limited =
        text_print(arena, "ulimit -f 1; exec %s plot %s/run >%s/output 2>&1", program_path(), folder, folder);
    cr_expect_eq(WEXITSTATUS(system(limited)), 1);
    cr_expect_str_eq(content_of(fixture_path("output")).data, "cannot write a temporary file: File too large\n");
    cr_expect_not(file_exists(fixture_path("run/plots")));
    cr_assert_eq(mkdir(fixture_path("run/plots"), 0700), 0);
    fixture_text("run/plots/steps.svg", "as it was");
    cr_expect_eq(WEXITSTATUS(system(limited)), 1);
    cr_expect_str_eq(content_of(steps).data, "as it was");
    cr_assert_eq(remove(steps), 0);
    cr_assert_eq(symlink("/dev/full", steps), 0);
    cr_expect_eq(run(text_print(arena, "plot %s/run --only steps,objective", folder)), 1);
    cr_expect_str_eq(output(), text_print(arena, "%s: cannot write: No space left on device\n", steps));
    cr_assert_eq(remove(steps), 0);
    cr_expect_eq(run(text_print(arena, "plot %s/run --only steps,objective", folder)), 0);
    cr_expect_eq(remove(fixture_path("output")), 0);
    done();
}

/* plot and report say which file is missing from a run, or what is wrong with it. */
static void expect_both(const char *message)
{
    static const char *const commands[] = {"plot", "report"};
    for (size_t i = 0; i < 2; i++) {
        cr_expect_eq(run(text_print(arena, "%s %s/run", commands[i], folder)), 1);
        cr_expect_not_null(strstr(output(), message), "%s", output());
    }
}

Test(plot, runs_that_are_not_whole)
{
    static const char *const files[] = {"model.safetensors", "trace.csv", "report.json"};
    static const char *const reports[][2] = {{"{}", "it does not say what the run was trained on"},
                                             {"[]", "it does not say what the run was trained on"},
                                             {"{\"origin\": 3}", "it does not say what the run was trained on"},
                                             {"no", "'[' or '{' expected near 'no'"}};
    spec("inputs = 2, width = 2, data = { 'donut2d', samples = 40 }");
    train("");
    for (size_t i = 0; i < 3; i++) {
        const char *path = path_join(arena, fixture_path("run"), files[i]);
        const char *message = i < 2 ? "cannot read: No such file or directory" : "there is no run in this folder";
        cr_assert_eq(rename(path, fixture_path("kept")), 0);
        expect_both(message);
        cr_assert_eq(rename(fixture_path("kept"), path), 0);
    }
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        fixture_text("run/report.json", reports[i][0]);
        expect_both(reports[i][1]);
    }
    done();
}

Test(plot, strings_of_gnuplot)
{
    Text text = text_new(arena);
    gnuplot_string(&text, "it's\t\xff\nb");
    cr_expect_str_eq(text.data, "\"it\\047s \xef\xbf\xbd\\nb\"");
    fixture_close();
}

/* gnuplot prints every byte between two others as it is, but for control characters, which are blanks, and for what is
 * not UTF-8. */
Test(plot, gnuplot_reads_every_byte)
{
    Gnuplot gnuplot = gnuplot_new(arena);
    Text *script = &gnuplot.script, expected = text_new(arena);
    const char *path = fixture_path("bytes");
    text_add(script, "set print ");
    gnuplot_string(script, path);
    text_add(script, "\n");
    for (int byte = 1; byte < 256; byte++) {
        const char string[] = {(char)byte, '7', (char)byte, '\0'}, shown[] = {(char)(byte < 32 ? ' ' : byte), '\0'};
        if (byte == '\n')
            continue;
        text_add(script, "print ");
        gnuplot_string(script, string);
        text_add(script, "\n");
        const char *is = byte < 128 ? shown : "\xef\xbf\xbd";
        text_format(&expected, "%s7%s\n", is, is);
    }
    cr_assert(gnuplot_run(diagnostics, &gnuplot), "%s", fixture_messages());
    cr_expect_str_eq(content_of(path).data, expected.data);
    program_close();
}

/* Points on a plane in four dimensions: the projection finds it, and lifting inverts it. */
Test(plot, principal_components)
{
    double points[20][4], coordinates[2], lifted[4];
    for (int i = 0; i < 20; i++) {
        double a = 3 * sin(i), b = cos(5.0 * i);
        const double point[4] = {1 + a, 2 + b, 3 + a, 4 - b};
        memcpy(points[i], point, sizeof point);
    }
    cr_assert(lapack_ready(diagnostics));
    PrincipalPlane projection = principal_of(arena, 20, 4, points[0]);
    cr_expect_float_eq(projection.share, 1, 1e-12);
    for (int i = 0; i < 20; i++) {
        principal_apply(&projection, points[i], coordinates);
        principal_lift(&projection, coordinates, lifted);
        for (int j = 0; j < 4; j++)
            cr_expect_float_eq(lifted[j], points[i][j], 1e-12);
    }
    fixture_close();
}

/* The text of a picture as SVG, of which `plot --only` has drawn nothing else. */
static const char *drawn(const char *spec_file, const char *name)
{
    char *data;
    size_t size;
    cr_assert_eq(run(text_print(arena, "train %s --iterations 3 --force --out %s/run", spec_file, folder)), 0, "%s",
                 output());
    cr_assert_eq(run(text_print(arena, "plot %s/run --only %s", folder, name)), 0, "%s", output());
    cr_expect(holds(text_print(arena, "run/plots/%s.png", name), "\x89PNG"), "%s: %s", name, output());
    cr_assert(file_read(arena, diagnostics, fixture_path(text_print(arena, "run/plots/%s.svg", name)), &data, &size),
              "%s", output());
    return arena_string(arena, data, size);
}

static void expect_drawn(const char *spec_file, const char *name, const char *const *words)
{
    const char *svg = drawn(spec_file, name);
    for (; *words; words++)
        cr_expect(strstr(svg, *words), "%s of %s has no %s", name, spec_file, *words);
}

/* A golden spec with an algorithm that is there: its data lie beside it. */
static const char *golden(const char *name)
{
    char *text;
    size_t size;
    const char *own = text_print(arena, "tests/golden/%s/spec.lua", name);
    cr_assert(file_read(arena, diagnostics, own, &text, &size));
    text = arena_string(arena, text, size);
    char *settings = strstr(text, "  train = {");
    if (settings)
        *settings = '\0';
    else
        *strrchr(text, '}') = '\0';
    static const char *const files[] = {"lv.csv", "duffing.csv", "points.csv", "x.npy", "y.npy"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *data;
        const char *path = text_print(arena, "tests/golden/%s/%s", name, files[i]);
        if (file_exists(path) && file_read(arena, diagnostics, path, &data, &size))
            fixture_file(files[i], data, size);
    }
    return fixture_text("golden.lua", text_print(arena, "%s  train = { search = 'armijo', iterations = 3 } }\n", text));
}

Test(plot, trajectories_over_time)
{
    const char *spec_file = golden("lotka_volterra");
    expect_drawn(spec_file, "series",
                 (const char *const[]){"lotka_volterra: observed (points) and predicted (lines), 5 of 8 trajectories",
                                       ">t<", ">x<", ">y<", "trajectory 5", NULL});
    expect_drawn(spec_file, "phase", (const char *const[]){"observed (points)", ">x<", ">y<", NULL});
    expect_drawn(spec_file, "residuals", (const char *const[]){"residual of x", "residual of y", ">t<", NULL});
    expect_drawn(spec_file, "adjoints", (const char *const[]){"costates p = dJ/dy", "costate 2", NULL});
    cr_expect_eq(run(text_print(arena, "plot %s/run --only controls,flow,confusion", folder)), 0);
    cr_expect_str_eq(output(), "no flow: this network is seen over time; see phase\n"
                               "no controls: every control has one value for all layers\n"
                               "no confusion: that is a picture of other networks\n");
    done();
}

/* Where there are standard errors. */
Test(plot, bands)
{
    const char *text = "return network { name = 'bump', inputs = 1, width = 2, layers = 2, step = 0.25,\n"
                       "  method = 'kutta4', activation = 'tanh', init = { K = normal(1), W = normal(1) },\n"
                       "  span = { K = 'all', b = 'all' }, head = { outputs = 1, link = 'identity' },\n"
                       "  loss = 'squared', data = { 'bump.csv', label = 'y' }, seed = 3,\n"
                       "  train = { algorithm = 'gaussnewton', iterations = 20 }, %s }\n";
    Text data = text_new(arena);
    text_add(&data, "u,y\n");
    for (int i = -20; i <= 20; i++)
        text_format(&data, "%g,%g\n", i / 10.0, tanh(i / 5.0) + 0.1 * sin(17.0 * i));
    fixture_text("bump.csv", data.data);
    expect_drawn(fixture_text("bump.lua", text_print(arena, text, "")), "regression",
                 (const char *const[]){"bump: prediction", "95 % band", ">u<", ">predicted y<", NULL});
    const char *svg = drawn(fixture_text("bump.lua", text_print(arena, text, "decay = 0.1")), "regression");
    cr_expect_not_null(strstr(svg, ">predicted y<"));
    cr_expect_null(strstr(svg, "95 % band"));
    const char *spec = golden("lotka_volterra");
    char *own, *settings;
    size_t size;
    cr_assert(file_read(arena, diagnostics, spec, &own, &size));
    settings = strstr(own = arena_string(arena, own, size), "search = 'armijo', iterations = 3");
    cr_assert_not_null(settings);
    memcpy(settings, "algorithm = 'gaussnewton'        ", 33);
    expect_drawn(fixture_text("golden.lua", own), "series",
                 (const char *const[]){"observed (points), predicted (lines), 95 % bands, 5 of 8", NULL});
    done();
}

Test(plot, signals_and_a_partly_observed_state)
{
    const char *spec_file = golden("signals");
    expect_drawn(spec_file, "series", (const char *const[]){"duffing: observed", ">x<", "trajectory r3", NULL});
    expect_drawn(spec_file, "phase", (const char *const[]){"paths and their starts (rings)", ">y1<", ">y2<", NULL});
    expect_drawn(spec_file, "stages", (const char *const[]){"stages of improved_euler", NULL});
    expect_drawn(spec_file, "costates", (const char *const[]){"duffing: costates", NULL});
    done();
}

Test(plot, a_control_problem_without_targets)
{
    const char *spec_file = golden("vanderpol");
    expect_drawn(spec_file, "controls", (const char *const[]){"vanderpol: controls", ">u<", ">t<", "bounds", NULL});
    expect_drawn(spec_file, "series", (const char *const[]){"vanderpol: states", ">y1<", ">y2<", NULL});
    cr_expect_eq(run(text_print(arena, "plot %s/run", folder)), 0, "%s", output());
    cr_expect_null(strstr(output(), "residuals"));
    cr_expect_null(strstr(output(), "accuracy"));
    done();
}

Test(plot, staged_controls_and_confusion)
{
    const char *spec_file = golden("staged");
    expect_drawn(spec_file, "controls", (const char *const[]){"b[2], stage 3", ">K<", NULL});
    expect_drawn(spec_file, "confusion", (const char *const[]){"training, 50 samples", "predicted class", NULL});
    spec("inputs = 2, width = 2, data = { 'donut2d', samples = 40, validation = 30 }");
    expect_drawn(fixture_path("spec.lua"), "confusion",
                 (const char *const[]){"training, 40 samples", "test, 30 samples", NULL});
    done();
}

/* An output that nobody observed has a panel without points, and a gain has no logarithm. */
Test(plot, nothing_to_see)
{
    static const char *const text =
        "return network { name = 'gain', inputs = 2, layers = 3, method = 'kutta3', controls = { u = scalar() },\n"
        "  field = function(y, u) return u.u * y end, observe = '%s', loss = 'squared', learn = { 'u' },\n"
        "  terminal = function(y) return -10 * y[2] end, data = { x = { { 1, 1 } }, labels = { %s } },\n"
        "  train = { search = 'armijo', iterations = 3 } }\n";
    static const char *const observed[][2] = {{"all", "{ { 0 / 0, 1 }, { 0 / 0, 1 }, { 0 / 0, 1 } }"},
                                              {"last", "{ 0, 1 }"}};
    for (size_t k = 0; k < 2; k++) {
        const char *gain = fixture_text("spec.lua", text_print(arena, text, observed[k][0], observed[k][1]));
        expect_drawn(gain, "residuals", (const char *const[]){"residual of p2", k ? NULL : "not observed", NULL});
        cr_expect_eq(run(text_print(arena, "plot %s/run", folder)), 0, "%s", output());
    }
    cr_expect_eq(run(text_print(arena, "plot %s/run --only confusion", folder)), 0);
    cr_expect_str_eq(output(), "no confusion: that is a picture of other networks\n");
    done();
}

Test(plot, residuals_of_a_regression)
{
    fixture_text("data.csv", "a,label\n1,0\n2,1\n-1,0.5\n3,1\n");
    fixture_text("spec.lua", "return network { name = 'line', inputs = 1, layers = 4, method = 'kutta3', activation = "
                             "'tanh', head = { outputs = 1, link = 'identity' }, loss = 'squared', data = { 'data.csv' "
                             "}, noise = { 0.5 }, train = { search = 'armijo' } }");
    expect_drawn(fixture_path("spec.lua"), "residuals",
                 (const char *const[]){"in standard deviations", ">predicted<", "residual of label", NULL});
    done();
}
