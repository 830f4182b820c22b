#include "tests/unit/specs.h"

#include <time.h>

TestSuite(spec, .init = fixture_open, .fini = fixture_close, .timeout = 300);

/* ---- bad specs ---- */

/* Each file of this folder says at its end which errors it gives, "-- expect: LINE: message" each; a file that has no
 * room for that has a sidecar NAME.expect. */
static const char bad[] = "tests/bad/specs";

static const char *read_whole(const char *path)
{
    char *text;
    size_t size;
    cr_assert(file_read(arena, diagnostics, path, &text, &size), "%s", fixture_messages());
    for (size_t i = 0; i < size; i++)
        text[i] = text[i] ? text[i] : '?';
    return text;
}

/* What follows opening in the lines that begin with it; lines that begin otherwise are kept, too, where others is set.
 */
static const char *lines_after(const char *text, const char *opening, const char *others)
{
    Text found = text_new(arena);
    for (const char *line = text; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n')) {
        size_t skipped = strncmp(line, opening, strlen(opening)) == 0 ? strlen(opening) : 0;
        if (!skipped && (!others || strncmp(line, others, strlen(others)) != 0))
            continue;
        text_append(&found, line + skipped, strcspn(line, "\n") - skipped);
        text_add(&found, "\n");
    }
    return found.data;
}

static const char *expected_messages(const char *name)
{
    const char *sidecar = text_print(arena, "%s/%s.expect", bad, name);
    const char *path = file_exists(sidecar) ? sidecar : text_print(arena, "%s/%s.lua", bad, name);
    return lines_after(read_whole(path), "-- expect: ", NULL);
}

Test(spec, every_bad_spec_gives_its_errors_in_time)
{
    DIR *listing = opendir(bad);
    cr_assert_not_null(listing);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(listing));) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 4, ".lua") != 0)
            continue;
        const char *name = arena_string(arena, entry->d_name, length - 4);
        const char *path = text_print(arena, "%s/%s.lua", bad, name), *expected = expected_messages(name);
        Text shown = text_new(arena);
        diagnostics = diagnostics_new(arena);
        clock_t start = clock();
        cr_expect_null(gen_program(arena, diagnostics, path, "specs"), "%s is accepted", name);
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        diagnostics_print(diagnostics, &shown);
        const char *found = lines_after(shown.data, text_print(arena, "%s:", path), bad);
        cr_expect_str_eq(found, expected, "%s gives\n%sand not\n%s", name, found, expected);
        cr_expect_lt(seconds, 2, "%s takes %.1f s", name, seconds);
        cr_expect(*expected, "%s expects nothing", name);
        count++;
    }
    closedir(listing);
    cr_assert_gt(count, 250);
}

/* Values of stages are a list, also of one stage, which Lua can go through. */
Test(spec, staged_controls_are_lists_in_a_penalty)
{
    static const char *const methods[] = {"euler", "kutta3"};
    for (size_t i = 0; i < 2; i++)
        program_of(
            text_print(arena,
                       "return network { name = 'm', inputs = 2, layers = 3, method = '%s', span = { c = 'stage' },\n"
                       "  controls = { c = vector(2) }, field = function(y, u) return u.c * y end,\n"
                       "  cost = function(y) return sum(y^2) end,\n"
                       "  penalty = function(u, v)\n"
                       "    local total = sum((v.c[1] - u.c[#u.c])^2)\n"
                       "    for i, c in ipairs(u.c) do total = total + i * sum(c^2) end\n"
                       "    return total\n"
                       "  end }\n",
                       methods[i]));
}

Test(spec, nothing_was_done_outside)
{
    cr_assert_not(file_exists("/tmp/owned"));
}

Test(spec, files_that_cannot_be_read)
{
    cr_assert_null(gen_program(arena, diagnostics, fixture_path("none.lua"), "specs"));
    cr_assert_null(gen_program(arena, diagnostics, folder, "specs"));
    cr_assert_str_eq(fixture_messages(),
                     text_print(arena,
                                "none.lua: cannot read: No such file or directory\n%s: cannot read: it is a folder\n",
                                folder));
}

Test(spec, files_that_are_too_long)
{
    size_t size = SPEC_LONGEST_FILE + 1;
    char *text = ARENA_ARRAY(arena, size, char);
    memset(text, '\n', size);
    cr_assert_null(gen_program(arena, diagnostics, fixture_file("long.lua", text, size), "specs"));
    cr_assert_str_eq(fixture_messages(), "long.lua: longer than 1 MiB: not a spec\n");
}

/* ---- good specs ---- */

#define SMALLEST                                                                                                       \
    "inputs = 4, layers = 5, method = 'euler', head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy'"

static const Model *model_of(const char *entries)
{
    return description_of(text_print(arena, "return network { " SMALLEST ", %s }", entries)).model;
}

Test(spec, defaults)
{
    const Model *model = model_of("activation = 'tanh'");
    cr_assert_str_eq(model->name, "spec");
    cr_assert(model->width == 4 && model->residual && !model->lift && !model->average && !model->simplex);
    cr_assert(!model->single && model->seed == 1 && model->step == 0.2);
    cr_assert(model->train.algorithm == TRAIN_ARMIJO && model->train.tau == 0.1 && model->train.tau_max == 10);
    cr_assert_null(model->data.source);
}

Test(spec, the_layout_of_the_parameters)
{
    static const char expected[] = "P 0 [6,4] learnt\nq 24 [6] learnt\nK 30 [5,6,6] learnt\nb 210 [5,6] learnt\n"
                                   "dt 240 [5]\nW 245 [3,6] learnt\nmu 263 [3] learnt\n";
    const Model *model = model_of("activation = 'tanh', width = 6, lift = true");
    Text found = text_new(arena);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        text_format(&found, "%s %zu [", tensor->name, tensor->offset);
        for (size_t i = 0; i < tensor->rank; i++)
            text_format(&found, "%s%zu", i ? "," : "", tensor->shape[i]);
        text_format(&found, "]%s\n", tensor->learnt ? " learnt" : "");
    }
    cr_assert_str_eq(found.data, expected);
    cr_assert_eq(model->parameters, 266);
}

Test(spec, initial_distributions)
{
    const Model *model = model_of("activation = 'tanh', init = { b = uniform(-1, 2), mu = 3 }");
    const Tensor *k = model_tensor(model, "K"), *b = model_tensor(model, "b"), *dt = model_tensor(model, "dt");
    cr_assert(k->init.kind == INIT_NORMAL && k->init.a == 0.5);
    cr_assert(b->init.kind == INIT_UNIFORM && b->init.a == -1 && b->init.b == 2);
    cr_assert(dt->init.kind == INIT_CONSTANT && dt->init.a == 0.2);
    cr_assert(model_tensor(model, "mu")->init.a == 3 && model_tensor(model, "none") == NULL);
}

Test(spec, controls_come_in_the_order_they_were_written)
{
    const Model *model = model_of("controls = { z = vector(4), a = scalar(), m = matrix(2, 4) },\n"
                                  "field = function(y, u) return u.z * y end, learn = { 'z', 'dt' }");
    cr_assert_str_eq(model->tensors[0].name, "z");
    cr_assert_str_eq(model->tensors[1].name, "a");
    cr_assert_str_eq(model->tensors[2].name, "m");
    cr_assert(model->tensors[0].learnt && !model->tensors[1].learnt && model_tensor(model, "dt")->learnt);
}

/* The text of every form of an expression that specs may use, as one field. */
Test(spec, the_language)
{
    Description description = description_of(
        "local half <const> = 0.5\n"
        "local function twice(x) return 2 * x end\n"
        "return network { inputs = 3, layers = 1, method = 'euler', controls = { K = matrix(3, 3), s = scalar() },\n"
        "field = function(y, u)\n"
        "  local t = {}\n"
        "  for i = 1, #y do table.insert(t, y[i] ^ 2) end\n"
        "  local z = concat(table.unpack(t)) + math.tanh(twice(y)) - math.pi * half + max(y, 0, u.s)\n"
        "  return (u.K - u.K:T()) * z / (1 + sum(y * y)) + sqrt(abs(y))\n"
        "end, head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n");
    cr_assert_not_null(description.problem.field);
}

/* A name is looked for beside the spec first; a path is relative to the spec. */
Test(spec, tableaus_and_activations_beside_the_spec)
{
    const char *beside = fixture_path("activation");
    size_t made;
    cr_assert(folder_create(diagnostics, beside, &made));
    fixture_text("activation/tanh.lua", "return function(x) return 3 * x end\n");
    fixture_text("mine.lua", "return tableau { A = { { 0 } }, b = { 1 } }\n");
    Description description =
        description_of("return network { inputs = 1, layers = 1, method = './mine.lua', activation "
                       "= 'tanh', head = { outputs = 1, link = 'identity' }, loss = 'squared' }");
    cr_assert_eq(description.problem.field->op, OP_COMBINE);
    cr_assert_str_eq(description.tableau->name, "mine");
    remove(path_join(arena, beside, "tanh.lua"));
    rmdir(beside);
}

Test(spec, the_hash_is_of_every_file_that_was_read)
{
    const char *spec = "return network { inputs = 1, layers = 1, method = './mine.lua', activation = 'tanh',\n"
                       "head = { outputs = 1, link = 'identity' }, loss = 'squared' }";
    fixture_text("mine.lua", "return tableau { A = { { 0 } }, b = { 1 } }\n");
    uint64_t first = description_of(spec).model->hash, again = description_of(spec).model->hash;
    fixture_text("mine.lua", "return tableau { A = { { 0 } }, b = { '1' } }\n");
    cr_assert_eq(first, again);
    cr_assert_neq(first, description_of(spec).model->hash);
    cr_assert_neq(again, description_of(text_print(arena, "%s\n", spec)).model->hash);
}

/* What is minimised is the same wherever its functions stand; it is another with another function. */
Test(spec, the_hash_of_what_is_minimised_is_of_no_line)
{
    static const char *const fields[] = {"x", "\n\n x", "2 * x"};
    uint64_t problem[3];
    for (size_t i = 0; i < 3; i++)
        problem[i] =
            description_of(text_print(arena,
                                      "return network { inputs = 1, layers = 1, method = 'euler', activation = "
                                      "function(x) return %s end, head = { outputs = 1, link = 'identity' }, "
                                      "loss = 'squared' }",
                                      fields[i]))
                .model->problem;
    cr_expect_eq(problem[0], problem[1]);
    cr_expect_neq(problem[0], problem[2]);
}

/* A spec that was written out says the same by itself, also when it is written out again. */
Test(spec, written_out_it_needs_no_file)
{
    fixture_text("mine.lua", "#!comment\nreturn tableau { A = { { 0 } }, b = { 1 } }");
    const Description one = description_of(
        "return network { inputs = 1, layers = 1, method = './mine.lua', activation = 'tanh', head = { outputs = 1, "
        "link = 'identity' }, loss = 'squared' }");
    const char *written = spec_written(one.spec, "{ width = 3 }, { [\"init.K\"] = 2 }");
    remove(fixture_path("mine.lua"));
    const Description again = description_of(written);
    cr_expect_str_eq(again.tableau->name, "mine");
    cr_expect_eq(again.model->width, 3);
    cr_expect_str_eq(spec_written(again.spec, NULL), written, "there is nothing to add");
    const Description twice = description_of(spec_written(again.spec, "{ width = 4 }"));
    cr_expect_eq(twice.model->width, 4, "what is written last counts");
}
