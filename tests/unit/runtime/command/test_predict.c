/* costate predict: its tables of states, controls and costates, and its going on beyond the trained layers. */
#include "tests/unit/compiled.h"
#include "tests/unit/program.h"
#include "runtime/format/parameters.h"

TestSuite(predict, .init = fixture_open, .fini = fixture_close, .timeout = 120);

/* Controls of all spans, irregular steps that are learnt, and targets for every layer of two samples. */
static const char mixed[] =
    "return network { name = 'mixed', inputs = 2, layers = 4, method = 'improved_euler', start = 0.5,\n"
    "  step = { 0.1, 0.2, 0.1, 0.3 }, average = true, decay = 0.1,\n"
    "  controls = { u = scalar(), v = vector(2), M = matrix(2, 2), w = vector(2) },\n"
    "  span = { v = 'stage', M = 'all', w = 3 }, learn = { 'u', 'v', 'M', 'w', 'dt' },\n"
    "  field = function(y, u, t) return tanh(u.M * y + u.v) + t * u.u * y + u.w end,\n"
    "  observe = { 0, 3 }, loss = 'squared', cost = function(y) return y[1]^2 end,\n"
    "  data = { x = { { 0.5, -1 }, { 2, 0.25 } },\n"
    "    labels = { { { 0.5, -1 }, { 1, 2 } }, { { 2, 0 }, { 0, 1 } } } } }\n";
enum { LAYERS = 4, SAMPLES = 2, WIDTH = 2, CONTROLS = 11, MOST_CELLS = 400 };

typedef struct {
    const char *head;
    size_t count;
    double cells[MOST_CELLS]; /* row by row; an empty one NAN */
} Table;

/* Text whose cells behind the first line are numbers or empty. */
static Table table_of(const char *text)
{
    Table table = {.head = arena_string(arena, text, strcspn(text, "\n"))};
    for (text += strlen(table.head) + 1; *text; text++) {
        size_t length = strcspn(text, ",\n");
        cr_assert_lt(table.count, MOST_CELLS);
        double *cell = &table.cells[table.count++];
        *cell = NAN;
        cr_assert(length == 0 || text_parse_real(text, length, cell), "%s", text);
        text += length;
    }
    return table;
}

/* Parameters that are nothing special, in a file. */
static const char *saved(const Compiled *compiled)
{
    const char *path = fixture_path("params.safetensors");
    for (size_t i = 0; i < compiled->model->parameters; i++)
        compiled->params[i] += 0.01 * (double)(i % 7) + 0.005;
    cr_assert(parameters_save(arena, diagnostics, path, compiled->model, 0, compiled->params, false, NULL), "%s",
              fixture_messages());
    return path;
}

static const double mixed_x[] = {0.5, -1, 2, 0.25};
static const double mixed_target[] = {0.5, -1, 1, 2, 2, 0, 0, 1};

/* States or costates [LAYERS + 1][SAMPLES][WIDTH] of the mixed spec. */
static double *trajectory(const Compiled *compiled, bool costates)
{
    double *values = ARENA_ARRAY(arena, (LAYERS + 1) * SAMPLES * WIDTH, double);
    Samples samples = solver_samples(arena, compiled->solver, SAMPLES, mixed_x, NULL, mixed_target);
    solver_trajectory(compiled->solver, &samples, compiled->params, NULL, NULL, costates ? NULL : values, NULL,
                      costates ? values : NULL);
    return values;
}

/* Columns trajectory and time, and those from `from` on, of rows that many cells long. */
static void expect_paths(const Compiled *compiled, const Table *table, size_t columns, size_t from,
                         const double *values)
{
    const double *dt = compiled->params + model_tensor(compiled->model, "dt")->offset;
    cr_assert_eq(table->count, SAMPLES * (LAYERS + 1) * columns);
    for (size_t i = 0; i < SAMPLES; i++) {
        double time = 0.5;
        for (size_t n = 0; n <= LAYERS; time += n < LAYERS ? dt[n] : 0, n++) {
            const double *row = table->cells + (i * (LAYERS + 1) + n) * columns;
            cr_expect_eq(row[0], (double)(i + 1));
            cr_expect_leq(fabs(row[1] - time), 1e-13, "%g, not %g", row[1], time);
            for (size_t j = 0; j < WIDTH; j++)
                cr_expect_eq(row[from + j], values[(n * SAMPLES + i) * WIDTH + j], "%zu %zu %zu", i, n, j);
        }
    }
}

Test(predict, states_of_every_layer)
{
    const char *spec = fixture_text("mixed.lua", mixed);
    Compiled compiled = compiled_of(mixed, 2, SAMPLES);
    Outcome outcome = costate_succeeds("predict %s --params %s --states", spec, saved(&compiled));
    Table table = table_of(outcome.out);
    cr_expect_str_eq(table.head, "trajectory,time,y1,y2");
    expect_paths(&compiled, &table, 4, 2, trajectory(&compiled, false));
}

/* The value of a tensor's entry, of which each layer spans `span` and has `each`. */
static double entry(const Compiled *compiled, const char *name, size_t at)
{
    return compiled->params[model_tensor(compiled->model, name)->offset + at];
}

Test(predict, controls_and_costates)
{
    const char *spec = fixture_text("mixed.lua", mixed);
    Compiled compiled = compiled_of(mixed, 2, SAMPLES);
    Outcome outcome = costate_succeeds("predict %s --params %s --controls", spec, saved(&compiled));
    Table table = table_of(outcome.out);
    cr_expect_str_eq(table.head, "trajectory,time,u,v_stage1_1,v_stage1_2,v_stage2_1,v_stage2_2,M_1_1,M_1_2,M_2_1,"
                                 "M_2_2,w_1,w_2,costate1,costate2");
    expect_paths(&compiled, &table, 2 + CONTROLS + WIDTH, 2 + CONTROLS, trajectory(&compiled, true));
    for (size_t n = 0; n <= LAYERS; n++) {
        const double *row = table.cells + n * (2 + CONTROLS + WIDTH) + 2;
        for (size_t k = 0; k < 4; k++)
            cr_expect_eq(row[5 + k], entry(&compiled, "M", k));
        for (size_t k = 0; k < 2 && n < LAYERS; k++)
            cr_expect_eq(row[9 + k], entry(&compiled, "w", n / 3 * 2 + k));
        for (size_t k = 0; k < 4 && n < LAYERS; k++)
            cr_expect_eq(row[1 + k], entry(&compiled, "v", 4 * n + k));
        cr_expect(n < LAYERS ? row[0] == entry(&compiled, "u", n) : isnan(row[0]) && isnan(row[1]) && isnan(row[10]));
    }
}

/* The text of a spec whose controls span all layers. */
static const char *shared(size_t layers, const char *step, const char *more)
{
    return text_print(arena,
                      "return network { name = 'shared', inputs = 1, width = 2, layers = %zu, method = 'kutta4',\n"
                      "  start = -1, step = %s, controls = { A = matrix(2, 2), a = scalar() },\n"
                      "  span = { A = 'all', a = 'all' }, lift = function(x, u) return concat(x, u.a) end,\n"
                      "  field = function(y, u, t, s) return tanh(u.A * y + t) end, observe = 'all',\n"
                      "  loss = 'squared', data = { x = { { 0.25 } } }, %s }\n",
                      layers, step, more);
}

/* More layers are those of a spec that has them. */
Test(predict, goes_on_as_a_longer_spec)
{
    static const char learnt[] = "learn = { 'A', 'a', 'dt' }";
    const char *brief = shared(3, "{ 0.1, 0.2, 0.3 }", learnt);
    const char *lengthy = shared(5, "{ 0.1, 0.2, 0.3, 0.7, 0.7 }", learnt);
    Compiled first = compiled_of(brief, 1, 1), second = compiled_of(lengthy, 1, 1);
    const char *path = saved(&first), *longer = fixture_path("longer.safetensors");
    for (size_t t = 0; t < first.model->tensor_count; t++) {
        const Tensor *from = &first.model->tensors[t], *to = &second.model->tensors[t];
        memcpy(second.params + to->offset, first.params + from->offset, from->size * sizeof(double));
    }
    for (size_t n = 3; n < 5; n++)
        second.params[model_tensor(second.model, "dt")->offset + n] = 0.7;
    cr_assert(parameters_save(arena, diagnostics, longer, second.model, 0, second.params, false, NULL));
    const char *short_spec = fixture_text("short.lua", brief), *long_spec = fixture_text("long.lua", lengthy);
    fixture_text("x.csv", "x\n0.25\n-1\n");
    static const char *const tables[] = {"", "--states"};
    for (size_t k = 0; k < 2; k++) {
        const char *data = text_print(arena, "--data %s/x.csv %s", folder, tables[k]);
        const char *wanted = costate_succeeds("predict %s --params %s %s", long_spec, longer, data).out;
        cr_expect_not_null(strstr(wanted, k ? "time,y1,y2\n1,-1,0.25," : "time,p1,p2\n1,-0.9,"), "%s", wanted);
        cr_expect_str_eq(
            costate_succeeds("predict %s --params %s %s --layers 5 --step 0.7", short_spec, path, data).out, wanted);
    }
}

/* Without --step the last step goes on; fewer layers are the first ones. */
Test(predict, repeats_the_last_step)
{
    const char *spec = fixture_text("short.lua", shared(3, "0.5", "decay = 0"));
    Compiled compiled = compiled_of(shared(3, "0.5", "decay = 0"), 1, 1);
    const char *path = saved(&compiled), *all = costate_succeeds("predict %s --params %s --layers 6", spec, path).out;
    const char *some = costate_succeeds("predict %s --params %s", spec, path).out;
    cr_expect(strncmp(all, some, strlen(some)) == 0, "%s%s", all, some);
    cr_expect_not_null(strstr(all, "\n1,1,"), "%s", all);
    const char *few = costate_succeeds("predict %s --params %s --layers 2", spec, path).out;
    cr_expect(strlen(few) < strlen(some) && strncmp(some, few, strlen(few)) == 0, "%s", few);
}

Test(predict, knows_what_it_cannot_extend)
{
    const char *spec = fixture_text("mixed.lua", mixed);
    Compiled compiled = compiled_of(mixed, 2, SAMPLES);
    const char *path = saved(&compiled);
    expect_refusal(costate("predict %s --params %s --layers 9", spec, path), 1,
                   "--layers needs controls of span \"all\", but \"u\" has a value for each layer\n");
    const char *text = replaced(mixed, "v = 'stage'", "u = 2, v = 'stage'");
    Compiled other = compiled_of(text, 2, SAMPLES);
    spec = fixture_text("mixed.lua", text);
    expect_refusal(costate("predict %s --params %s --layers 9", spec, saved(&other)), 1,
                   "but \"u\" has a value for each 2 layers\n");
    text = replaced(mixed, "v = 'stage'", "u = 'all', v = 'stage'");
    Compiled third = compiled_of(text, 2, SAMPLES);
    spec = fixture_text("mixed.lua", text);
    expect_refusal(costate("predict %s --params %s --layers 9", spec, saved(&third)), 1,
                   "but \"v\" has a value for each stage\n");
    text = shared(3, "0.5", "learn = { 'A', 'dt' }");
    text = replaced(text, "a = 'all' }", "a = 'all', dt = 'all' }");
    Compiled fourth = compiled_of(text, 1, 1);
    spec = fixture_text("shared.lua", text);
    expect_refusal(costate("predict %s --params %s --layers 9 --step 0.1", spec, saved(&fourth)), 1,
                   "--step is for further layers, but \"dt\" has one value for all layers\n");
    cr_expect_not_null(
        strstr(costate_succeeds("predict %s --params %s --layers 4", spec, saved(&fourth)).out, "\n1,1,"));
}

/* Inputs that were learnt are those of the spec's own trajectories. */
Test(predict, starts_where_training_moved_the_inputs)
{
    static const char text[] =
        "return network { name = 'moved', inputs = 1, layers = 2, method = 'euler', step = 1,\n"
        "  controls = { a = scalar() }, span = { a = 'all' }, field = function(y, u) return u.a * y end,\n"
        "  loss = 'squared', learn = { 'x' }, data = { x = { { 1 }, { 2 } }, labels = { { 1 }, { 2 } } } }\n";
    const char *spec = fixture_text("moved.lua", text), *path = fixture_path("moved.safetensors");
    Compiled compiled = compiled_of(text, 1, 2);
    double *all = ARENA_ARRAY(arena, model_unknowns(compiled.model, 2), double);
    memcpy(all, compiled.params, compiled.model->parameters * sizeof *all);
    all[model_tensor(compiled.model, "a")->offset] = 0;
    all[compiled.model->parameters] = 5;
    all[compiled.model->parameters + 1] = 6;
    cr_assert(parameters_save(arena, diagnostics, path, compiled.model, 2, all, false, NULL));
    fixture_text("x.csv", "x\n1\n2\n");
    cr_expect_str_eq(costate_succeeds("predict %s --params %s", spec, path).out, "p1\n5\n6\n");
    cr_expect_str_eq(costate_succeeds("predict %s --params %s --data %s/x.csv", spec, path, folder).out, "p1\n1\n2\n");
}

/* A generator makes samples to train on, not to predict. */
Test(predict, needs_samples)
{
    const char *path = fixture_path("spiral.safetensors");
    costate_succeeds("gradient specs/spiral.lua -o %s", path);
    expect_refusal(costate("predict specs/spiral.lua --params %s", path), 2, "--data FILE is missing\n");
}

/* Signals come with the data, for all layers that there are to be. */
Test(predict, goes_on_with_the_signals_of_the_data)
{
    static const char text[] =
        "return network { name = 'driven', inputs = 1, layers = 2, method = 'euler', step = 1, signals = 1,\n"
        "  controls = { a = scalar() }, span = { a = 'all' }, field = function(y, u, t, s) return u.a * s end,\n"
        "  observe = 'all', loss = 'squared',\n"
        "  data = { 'short.csv', trajectory = 'id', time = 't', features = 'x', signals = 'f', label = 'x' } }\n";
    const char *spec = fixture_text("driven.lua", text), *path = fixture_path("driven.safetensors");
    fixture_text("short.csv", "id,t,x,f\na,0,1,1\na,1,2,2\na,2,4,\n");
    fixture_text("long.csv", "id,t,x,f\na,0,1,1\na,1,,2\na,2,,3\na,3,,4\n");
    Compiled compiled = compiled_of(text, 1, 1);
    compiled.params[model_tensor(compiled.model, "a")->offset] = 1;
    compiled.params[model_tensor(compiled.model, "dt")->offset] = 1;
    compiled.params[model_tensor(compiled.model, "dt")->offset + 1] = 1;
    cr_assert(parameters_save(arena, diagnostics, path, compiled.model, 0, compiled.params, false, NULL));
    cr_expect_str_eq(costate_succeeds("predict %s --params %s", spec, path).out, "trajectory,time,p1\na,1,2\na,2,4\n");
    cr_expect_str_eq(costate_succeeds("predict %s --params %s --layers 4 --data %s/long.csv", spec, path, folder).out,
                     "trajectory,time,p1\na,1,2\na,2,4\na,3,7\na,4,11\n");
    expect_refusal(costate("predict %s --params %s --layers 5 --data %s/long.csv", spec, path, folder), 1, "signals");
}

/* Rows that are left out are empty, so that predictions stand beside the rows of the data. */
Test(predict, every_row_has_its_place)
{
    const char *data = fixture_text("gaps.csv", "x1,x2\n,1\n0.1,0.2\n0.3,\n-0.3,0.4\nNA,1\n");
    const char *whole = fixture_text("whole.csv", "x1,x2\n0.1,0.2\n-0.3,0.4\n");
    costate_succeeds("train specs/spiral.lua --iterations 1 --out %s", fixture_path("run"));
    const char *params = fixture_path("run/model.safetensors");
    const char *plain = costate_succeeds("predict specs/spiral.lua --params %s --data %s", params, whole).out;
    const char *gaps =
        costate_succeeds("predict specs/spiral.lua --params %s --data %s --drop-missing", params, data).out;
    const char *first = strchr(plain, '\n') + 1, *second = strchr(first, '\n') + 1;
    cr_expect_str_eq(gaps, text_print(arena, "p1,class\n,\n%.*s,\n%s,\n", (int)(second - first), first, second));
    remove_tree(fixture_path("run"));
}

/* A network that predicts its two inputs, with its parameters, as words of a command line; more: members of the spec.
 */
static const char *mirror(const char *more)
{
    const char *text = text_print(arena,
                                  "return network { name = 'mirror', inputs = 2, layers = 1, method = 'euler',\n"
                                  "  step = 1, controls = { a = scalar() }, span = { a = 'all' },\n"
                                  "  field = function(y, u) return u.a * y end, %s }\n",
                                  more);
    Compiled compiled = compiled_of(text, 2, 1);
    const char *params = fixture_path("mirror.safetensors");
    compiled.params[model_tensor(compiled.model, "a")->offset] = 0;
    cr_assert(parameters_save(arena, diagnostics, params, compiled.model, 0, compiled.params, false, NULL));
    return text_print(arena, "%s --params %s", fixture_text("mirror.lua", text), params);
}

/* Parameters that know no names take all columns for features but the id; a row that is left out has its id. */
Test(predict, keeps_ids_and_true_numbers)
{
    const char *network = mirror("loss = 'squared'");
    const char *data = fixture_text("ids.csv", "a,\"no,\",b,s,t\n1,007,2,1.50,\n,\"x, \"\"y\"\"\",4,1,1\n5,,6,,-1\n");
    cr_expect_str_eq(
        costate_succeeds("predict %s --data %s --drop-missing --id no, --label s,t --truth", network, data).out,
        "\"no,\",p1,p2,label1,label2\n007,1,2,1.5,\n\"x, \"\"y\"\"\",,,,\n,5,6,,-1\n");
    cr_expect_str_eq(costate_succeeds("predict %s --data %s --drop-missing --id no, --drop s,t", network, data).out,
                     "\"no,\",p1,p2\n007,1,2\n\"x, \"\"y\"\"\",,\n,5,6\n");
    cr_expect_str_eq(
        costate_succeeds("predict %s --data %s --features b,s --id b", network, fixture_text("few.csv", "b,s\n1,2.0\n"))
            .out,
        "b,p1,p2\n1,1,2\n");
}

/* A blank line is no row to who reads CSV. */
Test(predict, an_only_field_that_is_empty_is_quoted)
{
    const char *network = mirror("loss = 'squared', head = function(y) return y[1] end");
    const char *data = fixture_text("one.csv", "a,b\n1,2\n,4\n5,6\n");
    cr_expect_str_eq(costate_succeeds("predict %s --data %s --drop-missing", network, data).out, "p1\n1\n\"\"\n5\n");
    expect_refusal(costate("predict %s --data %s --id p1", network, fixture_text("two.csv", "p1,a,b\n7,1,2\n")), 1,
                   "--id p1: the table of predictions has a column of that name itself (p1); give that of the data "
                   "another\n");
}

/* The last column of every line. */
static const char *last_column(const char *text)
{
    Text column = text_new(arena);
    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        const char *last = end;
        while (last[-1] != ',')
            last--;
        text_format(&column, "%.*s", (int)(end + 1 - last), last);
    }
    return column.data;
}

/* Written as classes are, so that they compare; none of them is what training did not know. */
Test(predict, keeps_true_classes)
{
    const char *spec =
        fixture_text("two.lua", "return network { name = 'two', inputs = 1, layers = 2, method = 'euler',\n"
                                "  activation = 'tanh', head = { outputs = 1, link = 'sigmoid' },\n"
                                "  loss = 'crossentropy', data = { 'two.csv', label = 'kind' } }\n");
    const char *run = fixture_path("run"), *data = fixture_text("two.csv", "x,kind\n1,-1\n2,1\n3,1\n");
    costate_succeeds("train %s --iterations 1 --out %s", spec, run);
    fixture_text("new.csv", "x,kind\n1,1.0\n2,\n,1\n3,-1\n");
    const Outcome outcome = costate_succeeds("predict %s --data %s/new.csv --drop-missing --truth", run, folder);
    cr_expect_str_eq(last_column(outcome.out), "label\n1\n\n\n-1\n");
    cr_expect_not_null(strstr(outcome.err, "1 of 3 samples has no label, number 2\n"), "%s", outcome.err);
    const char *plain = costate_succeeds("predict %s --data %s", run, data).out;
    cr_expect_null(strstr(plain, "label"), "%s", plain);
    fixture_text("new.csv", "x,kind\n1,5\n");
    expect_refusal(costate("predict %s --data %s/new.csv --truth", run, folder), 1,
                   "new.csv:2:3: unknown label 5; the network was trained on -1, 1\n");
    remove_tree(run);
}

Test(predict, keeps_the_truth_of_every_time)
{
    const char *spec = fixture_text("mixed.lua", mixed);
    Compiled compiled = compiled_of(mixed, 2, SAMPLES);
    const Table table = table_of(costate_succeeds("predict %s --params %s --truth", spec, saved(&compiled)).out);
    cr_expect_str_eq(table.head, "trajectory,time,p1,p2,label1,label2");
    cr_assert_eq(table.count, 4 * 6);
    for (size_t i = 0; i < 8; i++)
        cr_expect_eq(table.cells[i / 2 * 6 + 4 + i % 2], mixed_target[i]);
}

Test(predict, knows_what_has_no_ids_or_labels)
{
    const char *spec = fixture_text("mixed.lua", mixed);
    Compiled compiled = compiled_of(mixed, 2, SAMPLES);
    expect_refusal(costate("predict %s --params %s --id no", spec, saved(&compiled)), 1,
                   "mixed.lua:7: --id names a column, and this has none\n");
    const char *data = fixture_text("long.csv", "no,a,b\n1,2,3\n");
    const char *network = mirror("cost = function(y) return y[1]^2 end");
    expect_refusal(costate("predict %s --data %s --id No", network, data), 1,
                   "long.csv:1: no column \"No\"; did you mean \"no\"?\n");
    expect_refusal(costate("predict %s --data %s --id no --time a", network, data), 1,
                   "long.csv:1: --id is for rows that are samples, and these are of trajectories, which have their "
                   "names (--trajectory)\n");
    expect_refusal(costate("predict %s --data %s --truth", network, data), 2,
                   "--truth is for losses, and the network has none\n");
}
