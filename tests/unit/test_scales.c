/* A standardised regression answers in the unit of its data wherever it is asked: targets of very different sizes, and
 * trajectories that signals drive. Here against costate predict and what follows of it; tests/peers/test_scales.py has
 * the others. */
#include "tests/unit/toolchain.h"

#include "runtime/format/json.h"

#define costate costate_net /* program.h has a function of that name */
#include "runtime/library/costate.h"
#undef costate

#include <math.h>

TestSuite(scales, .init = fixture_open, .fini = program_close, .timeout = 100);

enum { INPUTS = 2, OUTPUTS = 2, MOST = 600 };

/* Samples as the data have them; predictions of them that are right. */
typedef struct {
    const char *name, *spec, *params;
    size_t samples, observations, signals;
    double x[MOST], signal[MOST], target[MOST], prediction[MOST];
} Case;

static size_t numbers(const Case *of)
{
    return of->samples * of->observations * OUTPUTS;
}

/* ---- two of them ---- */

/* u is about 4e6, v 1e-3. */
static void make_flat(Case *flat)
{
    Text csv = text_new(arena);
    *flat = (Case){.name = "flat", .samples = 30, .observations = 1};
    text_add(&csv, "a,b,u,v\n");
    for (size_t i = 0; i < flat->samples; i++) {
        const double a = 20 + 5 * sin(7.0 * (double)i), b = -300 + 100 * cos(3.0 * (double)i);
        const double row[] = {a, b, 1e6 * (3 + 0.1 * a + 0.002 * b + 0.03 * sin(a)), 1e-3 * (a - 20) + 1e-5 * b};
        memcpy(flat->x + 2 * i, row, sizeof row / 2);
        memcpy(flat->target + 2 * i, row + 2, sizeof row / 2);
        text_format(&csv, "%.17g,%.17g,%.17g,%.17g\n", row[0], row[1], row[2], row[3]);
    }
    fixture_text("flat.csv", csv.data);
    flat->spec = fixture_text(
        "flat.lua", "return network { name = 'flat', inputs = 2, width = 3, layers = 4, method = 'kutta3',\n"
                    "  activation = 'tanh', head = { outputs = 2, link = 'identity' }, loss = 'squared',\n"
                    "  average = true, decay = 1e-6, train = { search = 'armijo', iterations = 60 },\n"
                    "  data = { 'flat.csv', label = 'u,v', standardize = true, standardize_labels = true } }\n");
}

/* Both states are features and labels, of sizes 1e6 and 1e-2; w is missing at some times. */
static void make_driven(Case *driven)
{
    enum { LAYERS = 6 };
    Text csv = text_new(arena);
    *driven = (Case){.name = "driven", .samples = 5, .observations = LAYERS, .signals = LAYERS};
    text_add(&csv, "run,t,q,w,s\n");
    for (size_t i = 0; i < driven->samples; i++) {
        double q = 1e6 + 2e5 * sin(5.0 * (double)i), w = 0.01 * cos((double)i);
        driven->x[2 * i] = q;
        driven->x[2 * i + 1] = w;
        for (size_t n = 0; n <= LAYERS; n++) {
            const double s = 50 + 20 * sin(0.5 * (double)n + (double)i);
            const bool missing = n > 0 && (n + i) % 4 == 0;
            text_format(&csv, "%zu,%.17g,%.17g,", i, 0.1 * (double)n, q);
            text_format(&csv, missing ? ",%.17g\n" : "%.17g,%.17g\n", missing ? s : w, s);
            if (n > 0) {
                driven->target[(i * LAYERS + n - 1) * 2] = q;
                driven->target[(i * LAYERS + n - 1) * 2 + 1] = missing ? NAN : w;
            }
            if (n < LAYERS)
                driven->signal[i * LAYERS + n] = s;
            q += 1e6 * w + 100 * s;
            w -= 1e-9 * (q - 1e6);
        }
    }
    fixture_text("driven.csv", csv.data);
    driven->spec = fixture_text(
        "driven.lua", "return network { name = 'driven', inputs = 2, width = 2, layers = 6, step = 0.1,\n"
                      "  method = 'kutta4', signals = 1, controls = { A = matrix(2, 2), B = vector(2) },\n"
                      "  span = { A = 'all', B = 'all' }, init = { A = normal(0.3), B = 0.1 },\n"
                      "  field = function(y, u, t, s) return tanh(u.A * y + u.B * s[1]) end,\n"
                      "  observe = 'all', loss = 'squared', average = true,\n"
                      "  data = { 'driven.csv', trajectory = 'run', time = 't', features = 'q,w', label = 'q,w',\n"
                      "           signals = 's', standardize = true, standardize_labels = true },\n"
                      "  train = { algorithm = 'lbfgs', iterations = 20 } }\n");
}

/* Trains it, and predicts with what came of it; the table ends with p1,p2,label1,label2, whose labels are the data's.
 */
static void train(Case *of)
{
    costate_succeeds("train %s --out %s", of->spec, fixture_path("run"));
    of->params = path_join(arena, fixture_path("run"), "model.safetensors");
    const char *line = costate_succeeds("predict %s --truth", fixture_path("run")).out;
    for (size_t k = 0; k < numbers(of) / 2; k++) {
        line = strchr(line, '\n') + 1;
        const char *field = line;
        double row[4];
        for (int skip = of->observations > 1 ? 2 : 0; skip; skip--)
            field = strchr(field, ',') + 1;
        for (int j = 0; j < 4; j++, field++) {
            char *end;
            row[j] = *field == ',' || *field == '\n' ? NAN : strtod(field, &end);
            field = isnan(row[j]) ? field : end;
        }
        memcpy(of->prediction + 2 * k, row, sizeof row / 2);
        for (int j = 0; j < 2; j++)
            cr_assert(row[2 + j] == of->target[2 * k + (size_t)j] ||
                      (isnan(row[2 + j]) && isnan(of->target[2 * k + (size_t)j])));
    }
}

static void expect_near(const Case *of, const double *found, const char *who)
{
    double most = 0;
    for (size_t i = 0; i < numbers(of); i++)
        most = fmax(most, fabs(found[i] / of->prediction[i] - 1));
    cr_expect_leq(most, 1e-12, "%s, %s: %g", of->name, who, most);
}

static void read_numbers(const char *text, size_t count, double *found)
{
    for (size_t i = 0; i < count; i++) {
        char *end;
        found[i] = strtod(text, &end);
        cr_assert_neq(end, text, "%s", text);
        text = end;
    }
}

/* ---- who is asked ---- */

static double member(const json_t *object, const char *name)
{
    const json_t *number = json_object_get(object, name);
    cr_assert(json_is_number(number), "%s", name);
    return json_number_value(number);
}

/* RMSE, R2 and residuals are those of the printed numbers; the trace's last RMSE is that of both outputs. */
static void evaluated_by_the_program(const Case *of)
{
    const char *text = costate_succeeds("evaluate %s --json", fixture_path("run")).out;
    const JsonSource source = {"evaluate", text, strlen(text), 0};
    const json_t *training = json_object_get(json_read(arena, diagnostics, &source), "training");
    long double all = 0;
    size_t known = 0;
    for (size_t j = 0; j < OUTPUTS; j++) {
        const json_t *output = json_array_get(json_object_get(training, "outputs"), j);
        long double sum = 0, squares = 0, spread = 0, residuals = 0;
        size_t count = 0;
        for (size_t i = j; i < numbers(of); i += OUTPUTS)
            if (!isnan(of->target[i])) {
                const long double r = (long double)of->prediction[i] - of->target[i];
                squares += r * r;
                residuals += r;
                sum += of->target[i];
                count++;
            }
        for (size_t i = j; i < numbers(of); i += OUTPUTS)
            if (!isnan(of->target[i]))
                spread += (of->target[i] - sum / count) * (of->target[i] - sum / count);
        cr_expect_float_eq(member(output, "rmse") / (double)sqrtl(squares / count), 1, 1e-12);
        cr_expect_float_eq(member(output, "r2"), (double)(1 - squares / spread), 1e-12);
        cr_expect_float_eq(member(output, "mean_residual"), (double)(residuals / count),
                           1e-12 * member(output, "rmse"));
        cr_expect_gt(member(output, "r2"), 0.9, "%s: a poor model shows little", of->name);
        all += squares;
        known += count;
    }
    const char *report = content_of(path_join(arena, fixture_path("run"), "report.json")).data;
    const char *final = strstr(report, "\"rmse\":");
    double rmse = member(training, "rmse"), told;
    cr_expect_float_eq(rmse / (double)sqrtl(all / known), 1, 1e-12);
    cr_assert(final && sscanf(final, "\"rmse\": %lf", &told) == 1, "%s", report);
    cr_expect_float_eq(told / rmse, 1, 1e-12, "%.17g and %.17g", told, rmse);
}

/* The samples as nested tables of Lua. */
static void add_table(Text *text, const double *values, size_t samples, size_t rows, size_t width)
{
    text_add(text, "{ ");
    for (size_t i = 0; i < samples; i++) {
        text_add(text, "{ ");
        for (size_t k = 0; k < rows * width; k++)
            text_format(text, rows > 1 && width == 1 ? "{ %.17g }, " : "%.17g, ", values[i * rows * width + k]);
        text_add(text, "}, ");
    }
    text_add(text, "}");
}

static void asked_at_the_prompt(const Case *of)
{
    double found[MOST];
    Text script = text_new(arena);
    text_add(&script, "local function show(p) if type(p) == 'table' then for _, v in ipairs(p) do show(v) end\n"
                      "  else print(string.format('%.17g', p)) end end\n");
    text_format(&script, "local net = load '%s'\nnet:load '%s'\nshow(net:predict(", of->spec, of->params);
    add_table(&script, of->x, of->samples, 1, INPUTS);
    if (of->signals) {
        text_add(&script, ", ");
        add_table(&script, of->signal, of->samples, of->signals, 1);
    }
    text_add(&script, "))\n");
    read_numbers(costate_succeeds("run %s", fixture_text("ask.lua", script.data)).out, numbers(of), found);
    expect_near(of, found, "prompt");
}

/* With the parameters of the file; and the objective of targets that are right is that of penalties alone. */
static void asked_of_the_library(const Case *of)
{
    double found[MOST], objective, again, *gradient = ARENA_ARRAY(arena, 1000, double);
    costate_net *net = costate_load(of->spec, NULL, 1);
    cr_assert(costate_read(net, of->params), "%s", costate_error(net));
    cr_assert(!of->signals || costate_drive(net, of->samples, of->signal));
    cr_assert(costate_predict(net, of->samples, of->x, found), "%s", costate_error(net));
    expect_near(of, found, "library");
    cr_assert(costate_gradient(net, of->samples, of->x, of->target, &objective, gradient), "%s", costate_error(net));
    const Outcome told = costate_succeeds("gradient %s --init %s -o %s", of->spec, of->params, fixture_path("g"));
    cr_assert_eq(sscanf(told.out, "objective %lf", &again), 1);
    cr_expect_float_eq(objective / again, 1, 1e-12);
    costate_free(net);
    net = costate_load(of->spec, NULL,
                       1); /* and learns the scales from what it is trained on, unless it is given w whole */
    cr_assert(!of->signals || costate_drive(net, of->samples, of->signal));
    if (of->observations == 1) {
        cr_assert(costate_train(net, of->samples, of->x, of->target, 60, NULL, NULL), "%s", costate_error(net));
        cr_assert(costate_predict(net, of->samples, of->x, found), "%s", costate_error(net));
        expect_near(of, found, "library that was trained");
    }
    costate_free(net);
}

static void add_array(Text *text, const char *name, const double *values, size_t count)
{
    text_format(text, "static const double %s[] = {", name);
    for (size_t i = 0; i < count; i++)
        text_format(text, isnan(values[i]) ? "%sNAN" : "%s%.17g", i ? "," : "", values[i]);
    text_add(text, "};\n");
}

/* Predictions, of trained constants or with them; then the objective too, by which gradients go. */
static const char *program_of_emitted(const Case *of, bool trainable)
{
    Text text = text_new(arena);
    const char *n = of->name, *signals = of->signals ? "s, " : "", *params = trainable ? "P(trained), " : "";
    text_format(&text, "#include \"%s.h\"\n#include <math.h>\n#include <stdio.h>\n#define P(name) %s_##name\n", n, n);
    add_array(&text, "x", of->x, of->samples * INPUTS);
    add_array(&text, "s", of->signal, of->samples * of->signals + 1);
    add_array(&text, "c", of->target, numbers(of));
    text_format(&text,
                "static double p[%zu], J, work[1 << 20];\nint main(void)\n{\n    P(forward)(%zu, x, %s%sp, work);\n",
                numbers(of), of->samples, signals, params);
    if (trainable)
        text_format(&text, "    P(objective)(%zu, x, %sc, P(trained), &J, 0, work);\n", of->samples, signals);
    text_format(&text,
                "    for (int i = 0; i < %zu; i++)\n        printf(\"%%.17g\\n\", p[i]);\n"
                "    printf(\"%%.17g\\n\", J);\n    return (void)s, (void)c, 0;\n}\n",
                numbers(of));
    return text.data;
}

static void asked_of_emitted_code(const Case *of)
{
    static const char *const compilers[] = {"cc -std=c99 -O1", "clang -std=c99 -O2", "tcc"};
    const char *solver = fixture_path("solver"), *program = fixture_path("main");
    double found[MOST + 1], objective;
    const Outcome told = costate_succeeds("gradient %s --init %s -o %s", of->spec, of->params, fixture_path("g"));
    cr_assert_eq(sscanf(told.out, "objective %lf", &objective), 1);
    for (int trainable = 0; trainable < 2; trainable++) {
        costate_succeeds("emit %s --params %s --force -o %s%s", of->spec, of->params, solver,
                         trainable ? " --trainable" : "");
        fixture_text("main.c", program_of_emitted(of, trainable));
        for (size_t k = 0; k < 3; k++) {
            const char *compiler = compilers[k], *name = arena_string(arena, compiler, strcspn(compiler, " "));
            if (system(text_print(arena, "command -v %s >/dev/null", name)) != 0)
                continue;
            const char *command = text_print(arena, "%s -I%s %s/main.c %s/%s.c -o %s -lm && %s > %s/printed", compiler,
                                             solver, folder, solver, of->name, program, program, folder);
            cr_assert_eq(system(command), 0, "%s", command);
            read_numbers(content_of(fixture_path("printed")).data, numbers(of) + (size_t)trainable, found);
            expect_near(of, found, compiler);
            cr_expect(!trainable || fabs(found[numbers(of)] / objective - 1) < 1e-12, "%s", compiler);
        }
    }
}

/* A step takes and gives states in the unit of the rows, as --states does; here they are what is predicted. */
static void steps_are_in_the_unit_of_rows(const Case *of)
{
    double found[MOST];
    const char *n = of->name;
    Text text = text_new(arena);
    costate_succeeds("emit %s --params %s --step --force -o %s", of->spec, of->params, fixture_path("solver"));
    text_format(&text, "#include \"%s.h\"\n#include <stdio.h>\n", n);
    add_array(&text, "x", of->x, of->samples * INPUTS);
    add_array(&text, "s", of->signal, of->samples * of->signals);
    text_format(&text,
                "static double work[1 << 18];\nint main(void)\n{\n    for (int i = 0; i < %zu; i++) {\n"
                "        double y[2] = {x[2 * i], x[2 * i + 1]}, next[2];\n        for (size_t n = 0; n < %zu; n++) {\n"
                "            %s_step(1, n, y, s + %zu * i + n, next, work);\n"
                "            printf(\"%%.17g %%.17g\\n\", y[0] = next[0], y[1] = next[1]);\n        }\n    }\n"
                "    return 0;\n}\n",
                of->samples, of->observations, n, of->signals);
    fixture_text("steps.c", text.data);
    const char *command =
        text_print(arena, "cc -O1 -I%s/solver %s/steps.c %s/solver/%s.c -o %s/steps && %s/steps > %s/printed", folder,
                   folder, folder, n, folder, folder, folder);
    cr_assert_eq(system(command), 0, "%s", command);
    read_numbers(content_of(fixture_path("printed")).data, numbers(of), found);
    expect_near(of, found, "steps");
    const char *line = costate_succeeds("predict %s --states", fixture_path("run")).out;
    for (size_t k = 0; k < numbers(of); k += OUTPUTS) {
        const size_t first = k % (of->observations * OUTPUTS) == 0; /* a line for the start */
        for (size_t skip = 0; skip <= first; skip++)
            line = strchr(line, '\n') + 1;
        cr_assert_eq(sscanf(line, "%*[^,],%*[^,],%lf,%lf", &found[k], &found[k + 1]), 2, "%s", line);
    }
    expect_near(of, found, "states");
}

/* The objective of a trajectory that starts at q, w, with targets and signals of the first one. */
static double objective_from(const Case *of, double q, double w)
{
    Text csv = text_new(arena);
    double objective;
    text_format(&csv, "run,t,q,w,s\n0,0,%.17g,%.17g,%.17g\n", q, w, of->signal[0]);
    for (size_t n = 1; n < of->observations; n++)
        text_format(&csv, "0,%.17g,%.17g,,%.17g\n", 0.1 * (double)n, of->target[2 * n - 2], of->signal[n]);
    const Outcome told = costate_succeeds("gradient %s --init %s --data %s -o %s", of->spec, of->params,
                                          fixture_text("one.csv", csv.data), fixture_path("g"));
    cr_assert_eq(sscanf(told.out, "objective %lf", &objective), 1, "%s", told.out);
    return objective;
}

/* The first costate of --controls is the derivative by the raw state at the start. */
static void costates_are_by_raw_states(const Case *of)
{
    const double q = of->x[0], w = of->x[1], steps[2] = {100, 1e-5};
    double by_state[2], costates[2];
    for (int j = 0; j < 2; j++)
        by_state[j] = (objective_from(of, q + (j ? 0 : steps[0]), w + (j ? steps[1] : 0)) -
                       objective_from(of, q - (j ? 0 : steps[0]), w - (j ? steps[1] : 0))) /
                      (2 * steps[j]);
    objective_from(of, q, w);
    const char *line =
        costate_succeeds("predict %s --controls --data %s", fixture_path("run"), fixture_path("one.csv")).out;
    line = strchr(line, '\n') + 1;
    for (int comma = 0; comma < 7; comma++) /* time, A, B */
        line = strchr(line, ',') + 1;
    cr_assert_eq(sscanf(line, "%lf,%lf", &costates[0], &costates[1]), 2, "%s", line);
    for (int j = 0; j < 2; j++)
        cr_expect_float_eq(costates[j] / by_state[j], 1, 1e-5, "%g and %g", costates[j], by_state[j]);
}

static void ask_everybody(Case *of)
{
    toolchain_needed();
    train(of);
    evaluated_by_the_program(of);
    asked_at_the_prompt(of);
    asked_of_the_library(of);
    asked_of_emitted_code(of);
}

Test(scales, targets_of_very_different_sizes)
{
    Case *flat = ARENA_NEW(arena, Case);
    make_flat(flat);
    ask_everybody(flat);
}

/* Without parameters nobody knows the scales, which a line says. */
Test(scales, emitted_code_without_parameters_has_none)
{
    static const struct {
        const char *keys, *takes;
    } cases[] = {
        {"standardize = true", "inputs that are"},
        {"standardize_labels = true", "targets, and gives predictions, that are"},
        {"standardize = true, standardize_labels = true", "inputs and targets, and gives predictions, that are"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *spec = fixture_text(
            "bare.lua",
            text_print(arena,
                       "return network { name = 'bare', inputs = 2, layers = 1, method = 'euler',\n"
                       "  activation = 'tanh', head = { outputs = 1, link = 'identity' }, loss = 'squared',\n"
                       "  data = { 'bare.csv', %s } }\n",
                       cases[i].keys));
        const Outcome outcome = costate_succeeds("emit %s -o %s --force", spec, fixture_path("bare"));
        cr_expect(strstr(outcome.err, text_print(arena,
                                                 ":3: warning: the solver takes %s standardised already; with --params "
                                                 "FILE, which remembers by what, it takes rows as they are\n",
                                                 cases[i].takes)),
                  "%s", outcome.err);
    }
}

/* What is saved before any training is the prompt's network, with the scales of the spec's data. A row that is
 * predicted needs no column but the features, whatever is dropped in training. */
Test(scales, are_known_before_training)
{
    Case *flat = ARENA_NEW(arena, Case);
    double found[OUTPUTS], again[OUTPUTS];
    make_flat(flat);
    const char *saved = fixture_path("p.safetensors"), *row = fixture_text("row.csv", "b,a\n-250,21\n");
    const char *script = text_print(arena,
                                    "local net = load '%s'\nnet:save '%s'\n"
                                    "print(string.format('%%.17g %%.17g', table.unpack(net:predict{{21, -250}}[1])))\n",
                                    flat->spec, saved);
    read_numbers(costate_succeeds("run %s", fixture_text("save.lua", script)).out, OUTPUTS, found);
    const char *line =
        costate_succeeds("predict %s --params %s --data %s --set data.drop=w", flat->spec, saved, row).out;
    cr_assert_eq(sscanf(line, "p1,p2\n%lf,%lf\n", &again[0], &again[1]), 2, "%s", line);
    cr_expect(found[0] == again[0] && found[1] == again[1] && found[0] > 1e6, "%g %g", found[0], again[0]);
}

Test(scales, trajectories_that_a_signal_drives)
{
    Case *driven = ARENA_NEW(arena, Case);
    make_driven(driven);
    ask_everybody(driven);
    steps_are_in_the_unit_of_rows(driven);
    costates_are_by_raw_states(driven);
}
