/* Trainings that are ended and resumed give the numbers of those that are not, whatever the algorithm and what is kept.
 */
#include "tests/unit/program.h"

TestSuite(resume, .init = fixture_open, .fini = program_close, .timeout = 120);

static const struct {
    const char *keys, *train;
} trainings[] = {
    {"", "search = 'armijo', patience = 4"},
    {"learn = { 'K', 'b', 'dt', 'W', 'mu' }, simplex = true,", "search = 'lipschitz', keep = 'best'"},
    {"decay = 0.001,", "algorithm = 'adam', keep = 'best'"},
    {"", "algorithm = 'adam', weight_decay = 0.01, rate = cosine(0.1, 0.001), batch = 25, patience = 5"},
    {"bounds = { K = { -1, 1 }, b = { -inf, 0.5 } },", "algorithm = 'lbfgs', memory = 3, patience = 20"},
    {"learn = { 'K', 'x' },", "algorithm = 'lbfgs', keep = 'best'"},
    {"bounds = { K = { -1, 1 } },", "algorithm = 'newton', keep = 'best'"},
    {"", "algorithm = 'newton', patience = 6"},
    {"bounds = { K = { -1, 1 } }, decay = 0.001,", "algorithm = 'gaussnewton', patience = 6"},
    {"", "algorithm = 'gaussnewton', keep = 'best'"},
};

/* What a report says of the way, without the seconds that it took. */
static const char *way_of(const char *run)
{
    const Content report = content_of(path_join(arena, run, "report.json"));
    char *text = arena_string(arena, report.data, report.size), *from = strstr(text, "  \"final\"");
    char *seconds = strstr(text, "  \"seconds\"");
    cr_assert(from && seconds && from < seconds, "%s", text);
    *seconds = '\0';
    return from;
}

static void expect_same_run(const char *run, const char *other)
{
    static const char *const files[] = {"trace.csv", "model.safetensors"};
    for (size_t i = 0; i < 2; i++)
        cr_expect(same_content(path_join(arena, run, files[i]), path_join(arena, other, files[i])), "%s of %s",
                  files[i], other);
    cr_expect_str_eq(way_of(run), way_of(other));
}

Test(resume, every_training)
{
    for (size_t k = 0; k < sizeof trainings / sizeof *trainings; k++) {
        const char *spec = fixture_text(
            text_print(arena, "%zu.lua", k),
            text_print(arena,
                       "return network { name = 'parts', inputs = 2, layers = 4, method = 'kutta3', step = 0.25,\n"
                       "  activation = 'tanh', init = { K = normal(1), W = normal(1) }, seed = 3, %s\n"
                       "  head = { outputs = 1, link = 'sigmoid' }, loss = 'squared',\n"
                       "  data = { 'spiral2d', samples = 60, validation = 40 }, train = { %s } }\n",
                       trainings[k].keys, trainings[k].train));
        const char *whole = text_print(arena, "%s/whole%zu", folder, k),
                   *parts = text_print(arena, "%s/parts%zu", folder, k);
        costate_succeeds("train %s --iterations 24 --out %s", spec, whole);
        costate_succeeds("train %s --iterations 1 --out %s", spec, parts);
        costate_succeeds("train %s --iterations 3 --threads 1 --resume --out %s", spec, parts);
        costate_succeeds("train %s --iterations 24 --threads 2 --resume --out %s", spec, parts);
        expect_same_run(whole, parts);
    }
}
