/* A model is everything between a raw row and an answer: wherever trained parameters are evaluated, the same row gets
 * the same answer, and parameters of another spec are not taken. */
#include "tests/unit/toolchain.h"

#define costate costate_net /* program.h has a function of that name */
#include "runtime/library/costate.h"
#undef costate

#include <math.h>
#include <stdint.h>

TestSuite(models, .init = fixture_open, .fini = program_close);

/* ---- a model whose rows are far from what the network takes ---- */

enum { ROWS = 40 };

static const char body[] =
    "name = 'herd', inputs = 2, width = 3, layers = 4, method = %s, activation = '%s',\n"
    "  head = { outputs = 1, link = 'sigmoid' }, loss = 'crossentropy', average = true,\n"
    "  data = { 'herd.csv', standardize = true }, train = { search = 'armijo', iterations = %d }";

static const char *herd_of(const char *file, const char *method, const char *activation, int iterations,
                           const char *comment)
{
    const char *keys = text_print(arena, body, method, activation, iterations);
    return fixture_text(file, text_print(arena, "%sreturn network { %s }\n", comment, keys));
}

static double bill(int i)
{
    return 36 + 11 * (i % 2) + 0.37 * (i % 7);
}

static double mass(int i)
{
    return 3500 + 1300 * (i % 2) + 41 * (i % 11);
}

static const char *herd(void)
{
    Text text = text_new(arena);
    text_add(&text, "bill,mass,label\n");
    for (int i = 0; i < ROWS; i++)
        text_format(&text, "%.17g,%.17g,%s\n", bill(i), mass(i), i % 2 ? "gentoo" : "adelie");
    fixture_text("herd.csv", text.data);
    return herd_of("herd.lua", "'kutta3'", "tanh", 60, "");
}

static const double rows[2][2] = {{39, 3700}, {47, 5000}};

static const char *raw_rows(void)
{
    return fixture_text("rows.csv", "bill,mass\n39,3700\n47,5000\n");
}

/* Trains it; the path of the parameters. */
static const char *trained(const char *spec)
{
    costate_succeeds("train %s --out %s", spec, fixture_path("run"));
    return path_join(arena, fixture_path("run"), "model.safetensors");
}

/* What `costate predict` says of the two rows. */
static void predicted(const char *spec, const char *params, double p[2])
{
    const Outcome outcome = costate_succeeds("predict %s --params %s --data %s", spec, params, raw_rows());
    cr_assert_eq(sscanf(outcome.out, "p1,class\n%lf,adelie\n%lf,gentoo\n", &p[0], &p[1]), 2, "%s", outcome.out);
    cr_assert(p[0] < 0.1 && p[1] > 0.9, "%s", outcome.out);
}

/* ---- emitted C ---- */

/* Builds main.c with the solver in solver/ and runs it; what it prints. */
static const char *run_emitted(const char *text)
{
    const char *solver = fixture_path("solver"), *program = fixture_path("main");
    fixture_text("main.c", text);
    const char *command = text_print(arena, "cc -std=c99 -Wall -Wextra -Werror -O1 -I%s %s/main.c %s/herd.c -o %s -lm",
                                     solver, folder, solver, program);
    cr_assert_eq(system(command), 0, "%s", command);
    cr_assert_eq(system(text_print(arena, "%s > %s/printed", program, folder)), 0);
    return content_of(fixture_path("printed")).data;
}

Test(models, emitted_code_takes_raw_rows)
{
    const char *spec = herd(), *params = trained(spec);
    double p[2], q[2];
    toolchain_needed();
    predicted(spec, params, p);
    costate_succeeds("emit %s --params %s -o %s", spec, params, fixture_path("solver"));
    const char *printed =
        run_emitted("#include \"herd.h\"\n#include <stdio.h>\nstatic char work[HERD_WORKSPACE_BYTES];\nint main(void)\n"
                    "{\n    const double x[4] = {39, 3700, 47, 5000};\n    double p[2];\n"
                    "    herd_forward(2, x, p, work);\n    printf(\"%.17g %.17g %s %s %s %s\\n\", p[0], p[1],\n"
                    "           herd_features[0], herd_features[1], herd_classes[0], herd_classes[1]);\n"
                    "    return 0;\n}\n");
    cr_assert_eq(sscanf(printed, "%lf %lf", &q[0], &q[1]), 2, "%s", printed);
    cr_expect(strstr(printed, " bill mass adelie gentoo\n"), "%s", printed);
    for (int i = 0; i < 2; i++)
        cr_expect_lt(fabs(q[i] - p[i]), 1e-13, "%g and %g", q[i], p[i]);
}

/* The derivative by the raw row, against differences; the objective is the program's. */
Test(models, emitted_derivatives_are_those_by_the_raw_row)
{
    const char *spec = herd(), *params = trained(spec);
    double numbers[6];
    toolchain_needed();
    costate_succeeds("emit %s --params %s --trainable -o %s", spec, params, fixture_path("solver"));
    const char *printed = run_emitted(
        "#include \"herd.h\"\n#include <stdio.h>\nstatic char work[HERD_WORKSPACE_BYTES];\n"
        "static double gradient[HERD_PARAMETERS];\nint main(void)\n{\n"
        "    const double bar[1] = {1}, h[2] = {1e-3, 0.1};\n    double x[2] = {42, 4300}, x_bar[2], p[2];\n"
        "    herd_pullback(1, x, herd_trained, bar, x_bar, gradient, work);\n    for (int j = 0; j < 2; j++) {\n"
        "        x[j] += h[j];\n        herd_forward(1, x, herd_trained, &p[0], work);\n        x[j] -= 2 * h[j];\n"
        "        herd_forward(1, x, herd_trained, &p[1], work);\n        x[j] += h[j];\n"
        "        printf(\"%.17g %.17g \", x_bar[j], (p[0] - p[1]) / (2 * h[j]));\n    }\n    return 0;\n}\n");
    cr_assert_eq(sscanf(printed, "%lf %lf %lf %lf", &numbers[0], &numbers[1], &numbers[2], &numbers[3]), 4);
    for (int j = 0; j < 2; j++) {
        cr_expect_neq(numbers[2 * j], 0);
        cr_expect_lt(fabs(numbers[2 * j] / numbers[2 * j + 1] - 1), 1e-5, "%s", printed);
    }
}

/* ---- the program's other ways in ---- */

Test(models, gradient_at_trained_parameters_is_that_of_training)
{
    const char *spec = herd(), *params = trained(spec);
    const char *report = content_of(path_join(arena, fixture_path("run"), "report.json")).data;
    const char *final = strstr(report, "\"final\""), *at = final ? strstr(final, "\"objective\":") : NULL;
    double expected, objective;
    cr_assert(at && sscanf(at, "\"objective\": %lf", &expected) == 1, "%s", report);
    /* the samples twice, columns in another order; and one alone, whose own deviation would be 0 */
    Text twice_each = text_new(arena);
    text_add(&twice_each, "mass,bill,label\n");
    for (int i = 0; i < ROWS; i++)
        for (int twice = 0; twice < 2; twice++)
            text_format(&twice_each, "%.17g,%.17g,%s\n", mass(i), bill(i), i % 2 ? "gentoo" : "adelie");
    const char *data = fixture_text("twice.csv", twice_each.data);
    Outcome outcome =
        costate_succeeds("gradient %s --init %s --data %s -o %s", spec, params, data, fixture_path("g.safetensors"));
    cr_assert_eq(sscanf(outcome.out, "objective %lf", &objective), 1);
    cr_expect_lt(fabs(objective / expected - 1), 1e-12, "%g and %g", objective, expected);
    data = fixture_text("one.csv", "bill,mass,label\n39,3700,adelie\n");
    outcome =
        costate_succeeds("gradient %s --init %s --data %s -o %s", spec, params, data, fixture_path("h.safetensors"));
    double p[2];
    predicted(spec, params, p);
    cr_assert_eq(sscanf(outcome.out, "objective %lf", &objective), 1);
    cr_expect_lt(fabs(objective + log1p(-p[0])), 1e-12, "%g and %g", objective, -log1p(-p[0]));
}

Test(models, the_prompt_takes_raw_rows)
{
    const char *spec = herd(), *params = trained(spec);
    double p[2], q[2];
    predicted(spec, params, p);
    const char *lines = text_print(arena,
                                   "net:train { iterations = 60 }\nfor i, v in ipairs(net:predict { { 39, 3700 }, { 47, 5000 } }) do "
                                   "print(string.format('%%.17g', v[1])) end\nnet:save '%s'\n",
                                   fixture_path("saved.safetensors"));
    const char *script = fixture_text("lines", lines);
    cr_assert_eq(system(text_print(arena, "%s repl %s < %s > %s/printed", program_path(), spec, script, folder)), 0);
    const char *printed = content_of(fixture_path("printed")).data, *end = strchr(printed, '\n');
    cr_assert(end && sscanf(end, "%lf %lf", &q[0], &q[1]) == 2, "%s", printed);
    for (int i = 0; i < 2; i++)
        cr_expect_eq(q[i], p[i], "%s", printed);
    predicted(spec, fixture_path("saved.safetensors"), q);
    cr_expect(q[0] == p[0] && q[1] == p[1]);
}

Test(models, the_library_takes_raw_rows)
{
    const char *spec = herd(), *params = trained(spec), *saved = fixture_path("saved.safetensors");
    double p[2], q[2];
    predicted(spec, params, p);
    costate_net *net = costate_load(spec, NULL, 1), *other = costate_load(spec, NULL, 1);
    cr_assert(costate_train(net, 0, NULL, NULL, 60, NULL, NULL), "%s", costate_error(net));
    cr_assert(costate_predict(net, 2, rows[0], q), "%s", costate_error(net));
    cr_expect(q[0] == p[0] && q[1] == p[1], "%g %g", q[0], q[1]);
    cr_assert(costate_save(net, saved), "%s", costate_error(net));
    cr_assert(costate_read(other, saved), "%s", costate_error(other));
    cr_assert(costate_predict(other, 2, rows[0], q), "%s", costate_error(other));
    cr_expect(q[0] == p[0] && q[1] == p[1], "%g %g", q[0], q[1]);
    predicted(spec, saved, q);
    cr_expect(q[0] == p[0] && q[1] == p[1]);
    costate_free(net);
    costate_free(other);
}

/* The first rows that it is trained on say how rows are scaled. */
Test(models, the_library_standardises_what_it_is_trained_on)
{
    const char *spec = herd();
    double p[2], q[2], x[ROWS][2], target[ROWS];
    for (int i = 0; i < ROWS; i++) {
        x[i][0] = bill(i);
        x[i][1] = mass(i);
        target[i] = i % 2;
    }
    predicted(spec, trained(spec), p);
    costate_net *net = costate_load(spec, NULL, 1);
    cr_assert(costate_train(net, ROWS, x[0], target, 60, NULL, NULL), "%s", costate_error(net));
    cr_assert(costate_predict(net, 2, rows[0], q), "%s", costate_error(net));
    cr_expect(q[0] == p[0] && q[1] == p[1], "%g %g", q[0], q[1]);
    costate_free(net);
}

/* ---- bytes of pictures ---- */

enum { PICTURES = 8, PIXELS = 4 };

static const char *picture_file(const char *name, const unsigned char *header, size_t size)
{
    unsigned char bytes[64];
    memcpy(bytes, header, size);
    for (int i = 0; i < PICTURES * PIXELS; i++)
        bytes[size + (size_t)i] = (unsigned char)(i * 37 + i / 3 * 11);
    FILE *file = fopen(fixture_path(name), "wb");
    fwrite(bytes, 1, size + PICTURES * PIXELS, file);
    fclose(file);
    return fixture_path(name);
}

/* IDX, NPY and CSV of the same bytes get the same predictions of what was trained on IDX. */
Test(models, bytes_are_scaled_wherever_they_come_from)
{
    static const unsigned char idx[12] = {0, 0, 8, 2, 0, 0, 0, PICTURES, 0, 0, 0, PIXELS};
    static const char npy[] = "\x93NUMPY\1\0\x46\0" "{'descr': '|u1', 'fortran_order': False, 'shape': (8, 4)}";
    unsigned char header[80];
    memset(header, ' ', sizeof header);
    memcpy(header, npy, sizeof npy - 1);
    const char *spec = fixture_text("pixels.lua", "return network { name = 'pixels', inputs = 4, layers = 2,\n"
                                                  "  method = 'euler', activation = 'tanh', loss = 'squared',\n"
                                                  "  head = { outputs = 1, link = 'sigmoid' },\n"
                                                  "  train = { search = 'armijo', iterations = 20 } }\n");
    const char *pictures = picture_file("x.idx", idx, sizeof idx);
    FILE *labels = fopen(fixture_path("y.idx"), "wb");
    fwrite("\0\0\10\1\0\0\0\10\0\1\1\0\1\0\0\1", 1, 16, labels);
    fclose(labels);
    costate_succeeds("train %s --data %s --labels %s --out %s", spec, pictures, fixture_path("y.idx"),
                     fixture_path("run"));
    Text table = text_new(arena);
    text_add(&table, "a,b,c,d\n");
    for (int i = 0; i < PICTURES * PIXELS; i++)
        text_format(&table, "%d%s", (unsigned char)(i * 37 + i / 3 * 11), i % PIXELS == PIXELS - 1 ? "\n" : ",");
    FILE *array = fopen(fixture_path("x.npy"), "wb");
    fwrite(header, 1, 10 + 0x46, array);
    for (int i = 0; i < PICTURES * PIXELS; i++)
        fputc((unsigned char)(i * 37 + i / 3 * 11), array);
    fclose(array);
    const char *predict =
        text_print(arena, "predict %s --params %s/model.safetensors --data", spec, fixture_path("run"));
    const char *expected = costate_succeeds("%s %s", predict, pictures).out;
    cr_expect_str_eq(costate_succeeds("%s %s", predict, fixture_path("x.npy")).out, expected);
    cr_expect_str_eq(costate_succeeds("%s %s", predict, fixture_text("x.csv", table.data)).out, expected);
}

/* ---- parameters of another spec ---- */

Test(models, parameters_of_another_spec_are_not_taken)
{
    const char *spec = herd(), *params = trained(spec), *solver = fixture_path("solver");
    const char *same = herd_of("same.lua", "'kutta3'", "tanh", 7, "-- another comment\n");
    const char *others[] = {herd_of("a.lua", "'heun3'", "tanh", 60, ""),
                            herd_of("b.lua", "'kutta3'", "sigmoid", 60, "")};
    double p[2];
    predicted(same, params, p);
    for (int i = 0; i < 2; i++) {
        const char *expected = text_print(arena,
                                          "%s: these are parameters of another spec: tableau, field, times or number "
                                          "of layers differ from %s; train it, with --init FILE from here on\n",
                                          params, others[i]);
        Outcome outcome = costate("predict %s --params %s --data %s", others[i], params, raw_rows());
        cr_expect_eq(outcome.status, 1);
        cr_expect_str_eq(outcome.err, expected);
        outcome = costate("emit %s --params %s -o %s", others[i], params, solver);
        cr_expect_eq(outcome.status, 1);
        cr_expect_str_eq(outcome.err, expected);
        cr_expect_not(folder_exists(solver));
    }
    const Outcome warm =
        costate_succeeds("train %s --init %s --iterations 3 --out %s", others[0], params, fixture_path("warm"));
    cr_expect(strstr(warm.err, "of layers differ; training begins at them\n"), "%s", warm.err);
}
