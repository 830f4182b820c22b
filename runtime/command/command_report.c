/* costate report. */
#include "runtime/session/session.h"

#include "runtime/picture/figures.h"
#include "runtime/system/file.h"
#include "runtime/format/html.h"
#include "runtime/session/read_run.h"

static const Option report_options[] = {
    {"-o", "FILE", "the page [RUN_DIR/report.html]"},
    {NULL, NULL, NULL},
};

static Status report_run(Session *session);

const Command command_report = {
    .name = "report",
    .argument = "RUN_DIR",
    .summary = "Write numbers and pictures of a run as one self-contained HTML page.",
    .details = "The pictures are those of costate plot, which needs gnuplot; they stay in RUN_DIR/plots.\n",
    .example = "costate report out/runs/spiral",
    .options = report_options,
    .run = report_run};

static void add_number(Text *page, const char *name, const json_t *value)
{
    text_add(page, "<tr><th>");
    html_string(page, name);
    text_add(page, "</th><td>");
    if (json_is_number(value))
        text_format(page, "%.6g", json_number_value(value));
    else
        html_string(page, json_is_string(value) ? json_string_value(value) : "not finite");
    text_add(page, "</td></tr>\n");
}

static void add_object(Text *page, const char *title, json_t *object)
{
    const char *name;
    json_t *value;
    if (!object)
        return;
    text_add(page, "<section>\n");
    html_element(page, "h2", title);
    text_add(page, "<table>\n");
    json_object_foreach(object, name, value) add_number(page, name, value);
    text_add(page, "</table>\n</section>\n");
}

/* The entry of row and column in the correlation of an object "estimates", or NULL. */
static json_t *correlation(json_t *estimates, size_t row, size_t column)
{
    return json_array_get(json_array_get(json_object_get(estimates, "correlation"), row), column);
}

static void add_cell(Text *page, const char *format, json_t *value)
{
    text_add(page, "<td>");
    if (json_is_number(value))
        text_format(page, format, json_number_value(value));
    text_add(page, "</td>");
}

/* What gaussnewton knows of the parameters: values, standard errors, and their correlation with those above. */
static void add_estimates(Text *page, json_t *estimates)
{
    enum { MOST_CORRELATED = 24 };
    json_t *names = json_object_get(estimates, "names"), *errors = json_object_get(estimates, "standard_errors");
    json_t *missing = json_object_get(estimates, "no_standard_errors");
    if (!estimates)
        return;
    text_add(page, "<section>\n");
    html_element(page, "h2", "Estimates");
    if (json_is_string(missing))
        html_element(page, "p", text_print(page->arena, "No standard errors: %s.", json_string_value(missing)));
    text_add(page, "<table>\n<tr><th>parameter</th><th>value</th><th>standard error</th><th>correlation</th></tr>\n");
    for (size_t k = 0; k < json_array_size(names); k++) {
        text_add(page, "<tr><td>");
        html_string(page, json_string_value(json_array_get(names, k)));
        text_add(page, "</td>");
        add_cell(page, "%.6g", json_array_get(json_object_get(estimates, "values"), k));
        add_cell(page, "%.2g", json_array_get(errors, k));
        for (size_t other = 0; other < k && other < MOST_CORRELATED; other++)
            add_cell(page, "%.2f", correlation(estimates, k, other));
        text_add(page, "</tr>\n");
    }
    text_add(page, "</table>\n</section>\n");
}

static void add_summary(Text *page, const RunRead *recall)
{
    static const char *const names[] = {"iterations", "seconds", "ended", "parameters", "spec", "version"};
    const Model *model = recall->trained.model;
    text_format(page, "<p>A network of %zu layer%s and %zu channel%s, ", model->layers, model->layers > 1 ? "s" : "",
                model->width, model->width > 1 ? "s" : "");
    const char *stages = solver_stages(page->arena, recall->trained.solver);
    html_string(page, text_print(page->arena, "method %s%s%s.", recall->program->description.tableau->name,
                                 stages ? ": " : "", stages ? stages : ""));
    text_add(page, "</p>\n<table>\n");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_number(page, names[i], json_object_get(recall->report, names[i]));
    text_add(page, "</table>\n<div class=\"row\">\n");
    add_object(page, "In the end", json_object_get(recall->report, "final"));
    add_object(page, "At its best", json_object_get(recall->report, "best"));
    add_object(page, "Evaluations", json_object_get(recall->report, "evaluations"));
    add_object(page, "Newton's method", json_object_get(recall->report, "newton"));
    add_object(page, "Data", json_object_get(recall->report, "data"));
    add_object(page, "Settings", json_object_get(recall->report, "settings"));
    text_add(page, "</div>\n");
    add_estimates(page, json_object_get(recall->report, "estimates"));
}

static bool add_pictures(Session *session, Text *page, const char *folder)
{
    html_element(page, "h2", "Pictures");
    text_add(page, "<div class=\"row large\">\n");
    for (const Figure *figure = figures; figure->name; figure++) {
        const char *path = figure_file(session->arena, folder, figure, figure->page);
        if (file_exists(path) && !html_picture(page, session->diagnostics, path, figure->shows))
            return false;
    }
    text_add(page, "</div>\n");
    return true;
}

static Status report_run(Session *session)
{
    Arena *arena = session->arena;
    const char *out = options_get(session->options, "-o");
    const RunRead *recall = read_run_for_figures(session, session->options->argument, NULL);
    if (!recall)
        return STATUS_FAILED;
    const FigureRequest request = {.folder = path_join(arena, recall->folder, RUN_PICTURES), .progress = stderr};
    const char *path = out ? out : path_join(arena, recall->folder, RUN_PAGE);
    Text drawn = text_new(arena), page = text_new(arena);
    if (!figures_draw(arena, session->diagnostics, &recall->trained, &request, &drawn))
        return STATUS_FAILED;
    html_begin(&page, text_print(arena, "%s: a run of costate", recall->trained.model->name));
    add_summary(&page, recall);
    if (!add_pictures(session, &page, request.folder))
        return STATUS_FAILED;
    html_end(&page);
    if (!file_write(session->diagnostics, path, page.data, page.length))
        return STATUS_FAILED;
    Text result = text_new(arena);
    text_format(&result, "%s\n", path);
    return session_print(session, &result);
}
