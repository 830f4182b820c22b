#include "tests/unit/fixture.h"

#include "runtime/data/dataset.h"
#include "runtime/format/safetensors.h"

#define BAD "tests/bad/data"

TestSuite(bad_data, .init = fixture_open, .fini = fixture_close);

/* Sets what `--label class --drop-missing` says. */
static void apply(DatasetOptions *options, char *words)
{
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        if (strcmp(word, "--drop-missing") == 0)
            options->drop_missing = true;
        else if (strcmp(word, "--label") == 0)
            options->label = strtok(NULL, " ");
        else if (strcmp(word, "--features") == 0)
            options->features = strtok(NULL, " ");
        else if (strcmp(word, "--trajectory") == 0)
            options->trajectory = strtok(NULL, " ");
        else if (strcmp(word, "--time") == 0)
            options->time = strtok(NULL, " ");
        else if (strcmp(word, "--signals") == 0)
            options->signals = strtok(NULL, " ");
        else if (strcmp(word, "--labels") == 0)
            options->labels = path_join(arena, BAD, strtok(NULL, " "));
        else
            cr_assert_fail("unknown option %s", word);
    }
}

static void load(const char *file, char *words)
{
    const char *path = path_join(arena, BAD, file);
    Dataset dataset;
    DatasetOptions options = {.source = path, .inputs = 2, .outputs = 1, .classes = true, .layers = 2};
    options.observed = (const size_t[]){2};
    options.observations = 1;
    options.steps = (const double[]){0.5, 0.5};
    if (strstr(file, ".safetensors")) {
        cr_expect_null(safetensors_read(arena, diagnostics, path), "%s", file);
        return;
    }
    apply(&options, words);
    options.missing = options.time;
    cr_expect_not(dataset_load(arena, diagnostics, &options, &dataset), "%s", file);
}

/* "file | options | message". */
static void check(char *line)
{
    char *first = strstr(line, " | "), *second = strstr(first + 2, "| ");
    cr_assert(first && second, "%s", line);
    *first = *second = '\0';
    diagnostics = diagnostics_new(arena);
    load(line, first + 2);
    Text text = text_new(arena);
    diagnostics_print(diagnostics, &text);
    const char *found = arena_string(arena, text.data, strcspn(text.data, "\n"));
    cr_expect_str_eq(found, path_join(arena, BAD, second + 2));
}

Test(bad_data, every_file_meets_its_message)
{
    char *expected;
    size_t size, cases = 0;
    cr_assert(file_read(arena, diagnostics, BAD "/EXPECTED", &expected, &size), "%s", fixture_messages());
    for (char *line = expected, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        if (line[0] == '#')
            continue;
        check(line);
        cases++;
    }
    cr_assert_gt(cases, 50);
}
