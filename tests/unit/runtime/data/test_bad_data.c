#include "tests/unit/fixture.h"

#include "runtime/data/dataset.h"
#include "runtime/format/safetensors.h"

#include <sys/resource.h>
#include <time.h>

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
        else if (strcmp(word, "--float") == 0)
            options->single = true;
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

/* In KiB, of all that this process had at a time. */
static long most_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

Test(bad_data, samples_without_bytes_take_no_memory, .timeout = 20)
{
    const char *const files[] = {"zeros.idx", "zeros.npy", "zeros_fortran.npy"};
    long before = most_memory();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        load(files[i], arena_string(arena, "", 0));
    cr_expect_lt(most_memory() - before, 100 * 1024);
}

Test(bad_data, very_many_columns_take_one_pass)
{
    enum { COLUMNS = 80000 };
    Text text = text_new(arena);
    for (int i = 0; i < COLUMNS; i++)
        text_format(&text, "column%d,", i);
    text_add(&text, "label\n");
    for (int i = 0; i < COLUMNS; i++)
        text_add(&text, "1,");
    text_add(&text, "a\n");
    const DatasetOptions options = {
        .source = fixture_file("wide.csv", text.data, text.length), .inputs = 2, .outputs = 1, .classes = true};
    Dataset dataset;
    clock_t start = clock();
    cr_expect_not(dataset_load(arena, diagnostics, &options, &dataset));
    cr_expect_lt((double)(clock() - start) / CLOCKS_PER_SEC, 2.0);
    cr_expect(strstr(fixture_messages(), "there are 80000 feature columns"), "%s", fixture_messages());
}
