/* What the fuzzer runs, on the inputs that are kept of it, and on a few specs that nobody wrote. */
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/program.h"

#include <criterion/redirect.h>

static void open_quietly(void)
{
    fixture_open();
    cr_redirect_stdout();
    cr_redirect_stderr();
}

TestSuite(fuzz, .init = open_quietly, .fini = fixture_close, .timeout = 300);

/* Inputs called good are read to their end: what they begin with has not become something else since. */
static size_t replay(const Target *target)
{
    const char *inputs = path_join(arena, "tests/fuzz/inputs", target->name);
    size_t count = 0;
    DIR *listing = opendir(inputs);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        if (entry->d_name[0] == '.')
            continue;
        Content content = content_of(path_join(arena, inputs, entry->d_name));
        size_t errors = target_run(target, folder, content.data, content.size);
        cr_expect(strcmp(entry->d_name, "good") != 0 || errors == 0, "%s: good has %zu errors", target->name, errors);
        count++;
    }
    if (listing)
        closedir(listing);
    return count;
}

Test(fuzz, every_input_that_is_kept)
{
    size_t count = 0;
    for (size_t i = 0; i < TARGETS; i++)
        count += replay(&targets[i]);
    cr_expect_gt(count, 0);
}

/* A fixed draw: enough of them are specs whose gradient is compared. */
Test(fuzz, mutants_of_specs)
{
    enum { MUTANTS = 60, MOST = 1 << 14 };
    const Target *target = target_named("spec");
    uint8_t *mutant = ARENA_ARRAY(arena, MOST, uint8_t);
    size_t sound = 0;
    for (unsigned seed = 0; seed < MUTANTS; seed++) {
        size_t size = mutate_spec((const uint8_t *)"", 0, NULL, 0, mutant, MOST, seed);
        sound += target_run(target, folder, mutant, size) == 0;
    }
    cr_expect_gt(sound, MUTANTS / 10, "%zu of %d", sound, MUTANTS);
}
