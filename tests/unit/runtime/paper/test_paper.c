/* The pages: their text, the specs of the paper, and the whole of `costate paper --quick`. */
#include "tests/unit/shell.h"
#include "tests/unit/specs.h"

#include "runtime/data/generate.h"
#include "runtime/format/html.h"

TestSuite(paper, .init = fixture_open, .timeout = 300);

static size_t occurrences(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)); at++)
        count++;
    return count;
}

static const char *text_of(const char *path)
{
    char *data;
    size_t size;
    cr_assert(file_read(arena, diagnostics, path, &data, &size));
    return data;
}

Test(paper, html_is_escaped_and_pictures_are_part_of_the_page)
{
    Text page = text_new(arena);
    html_element(&page, "p", "a<b & \"c\" \xff");
    cr_expect_str_eq(page.data, "<p>a&lt;b &amp; &quot;c&quot; \xef\xbf\xbd</p>\n");
    static const struct {
        const char *content, *base64;
    } files[] = {{"a", "base64,YQ==\""}, {"ab", "base64,YWI=\""}, {"abc", "base64,YWJj\""}};
    for (size_t i = 0; i < 3; i++) {
        cr_assert(html_picture(&page, diagnostics, fixture_text("a.svg", files[i].content), "x < y"));
        cr_expect_not_null(strstr(page.data, files[i].base64));
    }
    cr_expect_not_null(strstr(page.data, "<img alt=\"x &lt; y\" src=\"data:image/svg+xml;base64,"));
    fixture_close();
}

/* What the table of experiments in the paper says of every spec. */
Test(paper, specs_are_the_experiments)
{
    static const size_t iterations[GENERATE_COUNT] = {5000, 8000, 20000, 8000};
    Names names = spec_names("specs/paper");
    cr_assert_eq(names.count, 32);
    for (size_t i = 0; i < names.count; i++) {
        Description description;
        const char *path = text_print(arena, "specs/paper/%s.lua", names.at[i]);
        cr_assert(reader_network(arena, diagnostics, path, "specs", NULL, &description), "%s", fixture_messages());
        const Model *model = description.model;
        bool network = model->train.algorithm == TRAIN_LIPSCHITZ;
        size_t data = 0;
        while (strcmp(generate_names[data], model->data.source) != 0)
            data++;
        cr_expect_str_eq(model->name, names.at[i]);
        cr_expect_eq(model->layers, network ? 20 : 15);
        cr_expect_eq(model->data.samples, network ? 500 : 1000);
        cr_expect_eq(model->data.validation, network ? 500 : 0);
        cr_expect_eq(model->average, network);
        cr_expect_eq(model->train.iterations, network ? iterations[data] : 10000);
        cr_expect_eq(model->tensors[model->head_tensor].learnt, !network);
        cr_expect_eq(model->step, !network ? 0.1 : model->residual ? 0.05 : 1.0);
    }
    fixture_close();
}

/* The sanitizers would make 32 trainings take minutes. */
#if !defined(__SANITIZE_ADDRESS__)
Test(paper, whole_page)
{
    cr_assert_eq(run(text_print(arena, "paper --quick --out %s/paper", folder)), 0, "%s", output());
    const char *page = text_of(fixture_path("paper/index.html"));
    cr_expect_eq(occurrences(page, "<img "), 4 + 4 * (3 + 2 + 12) + 4 * (2 + 12));
    cr_expect_eq(occurrences(page, "<figcaption>"), occurrences(page, "<img "));
    cr_expect_eq(occurrences(page, "<tr><td>"), 32);
    cr_expect_eq(occurrences(page, "<li><strong>"), 4);
    cr_expect_eq(occurrences(page, "<p>The four methods classify "), 4);
    cr_expect_eq(occurrences(page, " ends lowest, at an objective of "), 4);
    cr_expect_null(strstr(page, "src=\"http"));
    cr_expect_eq(system(text_print(arena, "rm -r %s/paper", folder)), 0);
    fixture_close();
}
#endif

Test(paper, report_of_a_run)
{
    cr_assert_eq(run(text_print(arena, "train specs/spiral.lua --iterations 5 --out %s/run", folder)), 0);
    cr_assert_eq(run(text_print(arena, "report %s/run", folder)), 0, "%s", output());
    const char *page = text_of(fixture_path("run/report.html"));
    cr_expect_eq(occurrences(page, "<img "), 15);
    cr_expect_not_null(strstr(page, "<tr><th>samples</th><td>1000</td></tr>"));
    cr_expect_eq(system(text_print(arena, "rm -r %s/run", folder)), 0);
    cr_expect_eq(run(text_print(arena, "report %s", folder)), 1);
    cr_expect_not_null(strstr(output(), "there is no run in this folder"));
    fixture_close();
}
