/* Memory is summed up before it is taken. */
#include "tests/unit/shell.h"

#include "runtime/system/memory.h"

#include <math.h>

TestSuite(budget, .init = fixture_open, .fini = program_close);

#if !defined(__SANITIZE_ADDRESS__) /* which takes more address space than these tests leave */

static const char form[] = "return network { name = 'deep', inputs = 2, layers = %s, method = 'euler',\n"
                           "  activation = 'tanh', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared',\n"
                           "  data = { 'spiral2d', samples = %s }, train = { search = 'armijo', iterations = 1 } }\n";

/* costate with that much address space, in KiB; what it prints. */
static const char *limited(size_t most, const char *words)
{
    const char *line =
        text_print(arena, "ulimit -v %zu; exec %s %s >%s/output 2>&1", most, program_path(), words, folder);
    int status = system(line);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1, "%s", words);
    const char *said = content_of(fixture_path("output")).data;
    cr_assert_eq(remove(fixture_path("output")), 0);
    return said;
}

/* The GiB that said speaks of are those that were measured, and at most a tenth more. */
static void expect_figure(const char *said, const char *there, double gib, const char *advice)
{
    const char *at = strstr(said, "this needs "), *end = at ? strstr(at, " GiB") : NULL;
    double figure = end ? strtod(at + strlen("this needs "), NULL) : 0;
    cr_expect(figure >= gib && figure < 1.1 * gib, "not %g: %s", gib, said);
    cr_expect(end && strncmp(end, there, strlen(there)) == 0, "%s", said);
    cr_expect(strstr(said, advice), "%s", said);
}

/* What these commands take where there is enough was measured: gradient 4.04 GiB; check 1.28 GiB for 120,000 layers, a
 * line through 40,000 gives 21.0. */
Test(budget, layers_without_end_are_refused_by_every_command)
{
    static const char *const there = " GiB of memory, and there are 1.91 GiB; most is for ",
                             *const advice = "take fewer layers, a smaller width or checkpoints";
    const char *spec = fixture_text("deep.lua", text_print(arena, form, "2000000", "60"));
    fixture_text("s.lua", text_print(arena, "net = load '%s'", spec));
    const struct {
        const char *words;
        double gib;
    } commands[] = {{text_print(arena, "gradient %s -o %s/g", spec, folder), 4.04},
                    {text_print(arena, "train %s --out %s/run", spec, folder), 4.3},
                    {text_print(arena, "predict %s --params %s/none", spec, folder), 4.04},
                    {text_print(arena, "emit %s -o %s/solver", spec, folder), 4.04},
                    {text_print(arena, "run %s/s.lua", folder), 4.3}};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        expect_figure(limited(2000000, commands[i].words), there, commands[i].gib, advice);
    expect_figure(limited(2000000, text_print(arena, "check %s", spec)), there, 21.0,
                  "take fewer layers or a smaller width\n");
    cr_expect_eq(fixture_entries(), 2);
}

Test(budget, samples_without_end_are_refused)
{
    fixture_text("deep.lua", text_print(arena, form, "2", "100000000"));
    const char *said = limited(2000000, text_print(arena, "train %s/deep.lua --out %s/run", folder, folder));
    cr_expect(strstr(said, "deep.lua:3: this needs 5.96 GiB of memory, and there are 1.91 GiB; most is for the samples "
                           "(5.96 GiB): take fewer samples\n"),
              "%s", said);
    cr_expect_not(file_exists(fixture_path("run")));
}

/* A run that was made elsewhere. All pictures together take 0.33 GiB at most: what is evaluated for one of them, the
 * paths that another shows, and its plane; the steps take none of it. */
Test(budget, pictures_that_need_too_much_are_refused)
{
    const char *spec = fixture_text("deep.lua", text_print(arena, form, "40000", "60"));
    costate_succeeds("train %s --out %s/run --iterations 0", spec, folder);
    const char *said = limited(100000, text_print(arena, "plot %s/run", folder));
    expect_figure(said, " GiB of memory, and there are 0.0954 GiB; most is for the states of all layers (", 0.33,
                  "take fewer layers or samples\n");
    const char *steps = text_print(arena, "ulimit -v 150000; exec %s plot %s/run --only steps >%s/output 2>&1",
                                   program_path(), folder, folder);
    cr_expect_eq(system(steps), 0, "%s", content_of(fixture_path("output")).data);
    said = limited(150000, text_print(arena, "plot %s/run --only steps,costates", folder));
    expect_figure(said, " GiB of memory, and there are 0.143 GiB; most is for ", 0.25, ": take fewer layers");
}

#endif

Test(budget, the_machine_has_some)
{
    cr_expect_gt(memory_most(), 1e6);
}
