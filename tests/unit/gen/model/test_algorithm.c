/* The table of training algorithms, and what belongs to each of its rows elsewhere. */
#include "tests/unit/fixture.h"

#include "gen/emit/template.h"
#include "gen/model/algorithm.h"
#include "runtime/train/train.h"

TestSuite(algorithm, .init = fixture_open, .fini = fixture_close);

static size_t setting_count(const AlgorithmRow *row)
{
    size_t count = 0;
    while (count < ALGORITHM_MOST_SETTINGS && row->settings[count].key)
        count++;
    return count;
}

Test(algorithm, each_row_is_whole)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
        const AlgorithmRow *row = &algorithm_rows[i];
        cr_assert(row->selector && row->name && row->unit, "row %zu", i);
        cr_expect(!strcmp(row->selector, "search") || !strcmp(row->selector, "algorithm"), "%s", row->name);
        cr_expect(row->first_step && row->step && train_method((Algorithm)i)->iterate, "%s", row->name);
        cr_expect(!row->template_file == !row->says && !row->template_file == !row->section, "%s", row->name);
        cr_expect_lt(setting_count(row), ALGORITHM_MOST_SETTINGS, "%s: the list is not closed", row->name);
        for (size_t k = 0; k < setting_count(row); k++)
            cr_expect(row->settings[k].least <= row->settings[k].fallback &&
                          row->settings[k].fallback <= row->settings[k].most,
                      "%s: default of %s", row->name, row->settings[k].key);
    }
}

Test(algorithm, each_has_its_step_for_a_device)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
        const AlgorithmRow *row = &algorithm_rows[i];
        if (!row->template_file)
            continue;
        const Sections sections = template_sections(arena, row->template_file);
        cr_expect_not_null(template_find(&sections, "training"), "%s: declarations", row->template_file);
        cr_expect_not_null(template_find(&sections, row->section), "%s: %s", row->template_file, row->section);
        for (size_t k = 0; k < ALGORITHM_MOST_CONSTANTS && row->constants[k].name; k++)
            cr_expect_not_null(strstr(template_find(&sections, row->section)->text,
                                      text_print(arena, "COSTATE_%s", row->constants[k].name)),
                               "%s: %s is not read", row->name, row->constants[k].name);
    }
}

static void expect_setting(const TrainSpec *spec, size_t setting, const char *expected)
{
    Text text = text_new(arena);
    algorithm_add_setting(&text, spec, &algorithm_rows[spec->algorithm].settings[setting]);
    cr_expect_str_eq(text.data, expected);
}

/* Each setting has a member of TrainSpec of its own. */
Test(algorithm, settings_are_members)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        for (size_t k = 0; k < setting_count(&algorithm_rows[i]); k++) {
            const AlgorithmSetting *setting = &algorithm_rows[i].settings[k];
            cr_expect(setting->offset >= offsetof(TrainSpec, tau) && setting->offset % sizeof(double) == 0);
            cr_expect_lt(setting->offset, sizeof(TrainSpec), "%s", setting->key);
            for (size_t other = 0; other < k; other++)
                cr_expect_neq(setting->offset, algorithm_rows[i].settings[other].offset, "%s", setting->key);
        }
    TrainSpec spec = {.algorithm = TRAIN_ADAM, .rate = {.first = 0.25}, .batch = 7};
    expect_setting(&spec, 0, "0.25");
    expect_setting(&spec, 1, "7");
    cr_expect_eq(algorithm_rows[TRAIN_ADAM].first_step(&spec), 0.25);
    spec.rate = (Rate){0.5, 0.125, .falls = true};
    expect_setting(&spec, 0, "cosine(0.5, 0.125)");
    cr_expect_eq(algorithm_rate(&spec.rate, 0), 0.5);
    cr_expect_float_eq(algorithm_rate(&spec.rate, 0.5), 0.3125, 1e-15);
    cr_expect_eq(algorithm_rate(&spec.rate, 1), 0.125);
}
