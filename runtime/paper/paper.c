#include "runtime/paper/paper.h"

#include "runtime/picture/curves.h"
#include "runtime/picture/plane.h"
#include "runtime/system/file.h"
#include "runtime/format/html.h"

#include <string.h>

typedef struct {
    Session *session;
    const Outcomes *outcomes;
    const char *figures; /* their folder */
    Text page;
    Gnuplot gnuplot;
} Paper;

static const Trained *trained_of(const Paper *paper, size_t data, size_t kind)
{
    return &paper->outcomes->outcomes[data][kind].first->trained;
}

/* ---- figures that compare ---- */

static void finish(Paper *paper, const Drawing *drawing, unsigned formats, const char *kind, size_t data,
                   const char *group)
{
    const char *name = text_print(paper->session->arena, "%s_%s%s", kind, generate_names[data], group);
    drawing_finish(drawing, &paper->gnuplot, formats, paper->figures, name, 0);
}

static void draw_comparison(Paper *paper, size_t data, size_t first, size_t count, const char *group)
{
    Arena *arena = paper->session->arena;
    NamedTrace traces[EXPERIMENT_KINDS];
    for (size_t i = 0; i < count; i++)
        traces[i] = (NamedTrace){.name = experiment_titles[first + i],
                                 .colour = first + i,
                                 .trace = trained_of(paper, data, first + i)->trace};
    const char *name = generate_names[data];
    const char *note = traces[0].trace->test ? " (dashed: validation)" : "";
    Drawing objective = curves_objective(arena, text_print(arena, "%s: objective%s", name, note), false, count, traces);
    Drawing accuracy = curves_accuracy(arena, text_print(arena, "%s: accuracy%s", name, note), false, count, traces);
    finish(paper, &objective, DRAWING_SVG, "objective", data, group);
    finish(paper, &accuracy, DRAWING_SVG, "accuracy", data, group);
}

static void draw_steps(Paper *paper, size_t data)
{
    Arena *arena = paper->session->arena;
    NamedSteps steps[EXPERIMENT_NETWORKS - 1]; /* the plain net has none */
    for (size_t kind = 1; kind < EXPERIMENT_NETWORKS; kind++) {
        const Trained *trained = trained_of(paper, data, kind);
        steps[kind - 1] =
            (NamedSteps){experiment_titles[kind], kind, trained->model->layers, trained_steps(arena, trained)};
    }
    Drawing drawing =
        curves_steps(arena, text_print(arena, "%s: time steps", generate_names[data]), EXPERIMENT_NETWORKS - 1, steps);
    finish(paper, &drawing, DRAWING_SVG, "steps", data, "");
}

static bool draw(Paper *paper)
{
    size_t made;
    for (size_t data = 0; data < GENERATE_COUNT; data++) {
        Drawing samples = plane_samples(paper->session->arena, trained_of(paper, data, 0), generate_names[data]);
        finish(paper, &samples, DRAWING_PNG, "data", data, "");
        draw_comparison(paper, data, 0, EXPERIMENT_NETWORKS, "_networks");
        draw_comparison(paper, data, EXPERIMENT_NETWORKS, EXPERIMENT_KINDS - EXPERIMENT_NETWORKS, "_methods");
        draw_steps(paper, data);
    }
    return folder_create(paper->session->diagnostics, paper->figures, &made) &&
           gnuplot_run(paper->session->diagnostics, &paper->gnuplot);
}

/* ---- captions ---- */

static const char *accuracies(const Paper *paper, size_t data, size_t first, size_t count)
{
    Text text = text_new(paper->session->arena);
    for (size_t kind = first; kind < first + count; kind++) {
        const TraceRow *last =
            &trained_of(paper, data, kind)->trace->rows[trained_of(paper, data, kind)->trace->count - 1];
        text_format(&text, "%s%s %.1f %%", kind > first ? ", " : "", experiment_titles[kind],
                    100 * last->training.accuracy);
        if (trained_of(paper, data, kind)->trace->test)
            text_format(&text, " (validation %.1f %%)", 100 * last->test.accuracy);
    }
    return text.data;
}

static const char *objectives(const Paper *paper, size_t data, size_t first, size_t count)
{
    Text text = text_new(paper->session->arena);
    for (size_t kind = first; kind < first + count; kind++) {
        const Trace *trace = trained_of(paper, data, kind)->trace;
        text_format(&text, "%s%s from %.3g to %.3g", kind > first ? ", " : "", experiment_titles[kind],
                    trace->rows[0].training.objective, trace->rows[trace->count - 1].training.objective);
    }
    return text.data;
}

/* ---- the page ---- */

static bool picture(Paper *paper, const char *name, size_t data, const char *rest, const char *caption)
{
    const char *path =
        text_print(paper->session->arena, "%s/%s_%s%s", paper->figures, name, generate_names[data], rest);
    return html_picture(&paper->page, paper->session->diagnostics, path, caption);
}

static bool add_data(Paper *paper)
{
    html_element(&paper->page, "h2", "Data");
    html_element(&paper->page, "p",
                 "Four sets of points in the plane, of two classes each; a network has to carry them to "
                 "where a line separates them.");
    text_add(&paper->page, "<div class=\"row\">\n");
    for (size_t data = 0; data < GENERATE_COUNT; data++)
        if (!picture(paper, "data", data, ".png",
                     text_print(paper->session->arena, "%s: %zu samples to train on.", generate_names[data],
                                trained_of(paper, data, 0)->train->samples)))
            return false;
    text_add(&paper->page, "</div>\n");
    return true;
}

static bool add_curves(Paper *paper, size_t data, size_t first, const char *group)
{
    Arena *arena = paper->session->arena;
    const char *ending = text_print(arena, "%s.svg", group);
    text_add(&paper->page, "<div class=\"row large\">\n");
    bool added =
        picture(
            paper, "objective", data, ending,
            text_print(arena, "Objective over iterations: %s.", objectives(paper, data, first, EXPERIMENT_NETWORKS))) &&
        picture(paper, "accuracy", data, ending,
                text_print(arena, "Accuracy over iterations, in the end: %s.",
                           accuracies(paper, data, first, EXPERIMENT_NETWORKS))) &&
        (first > 0 || picture(paper, "steps", data, ".svg",
                              text_print(arena,
                                         "Time steps by layer: fixed for ResNet, free for ODENet, and with the simplex "
                                         "%.0f %% of them exactly 0.",
                                         100 * paper->outcomes->outcomes[data][3].zeros.mean)));
    text_add(&paper->page, "</div>\n");
    return added;
}

/* A picture that was drawn of one network. */
static bool add_picture(Paper *paper, size_t data, size_t kind, const char *name, const char *caption)
{
    Arena *arena = paper->session->arena;
    const char *folder = experiments_folder(arena, paper->outcomes->plan, data, kind, 1);
    return html_picture(&paper->page, paper->session->diagnostics, text_print(arena, "%s/plots/%s.png", folder, name),
                        caption);
}

/* How the networks that learn their time steps came to them. */
static bool add_learnt_steps(Paper *paper, size_t data)
{
    text_add(&paper->page, "<div class=\"row large\">\n");
    for (size_t kind = 0; kind < EXPERIMENT_NETWORKS; kind++) {
        const Course *course = trained_of(paper, data, kind)->course;
        if (course && course->layers &&
            !add_picture(
                paper, data, kind, "learnt",
                text_print(paper->session->arena, "%s: the time steps over the iterations.", experiment_titles[kind])))
            return false;
    }
    text_add(&paper->page, "</div>\n");
    return true;
}

/* One kind of picture for the four networks or methods from first on. */
static bool add_pictures(Paper *paper, size_t data, size_t first, const char *name, const char *says, bool large)
{
    Arena *arena = paper->session->arena;
    text_format(&paper->page, "<div class=\"row%s\">\n", large ? " large" : "");
    for (size_t kind = first; kind < first + EXPERIMENT_NETWORKS; kind++) {
        const Trace *trace = trained_of(paper, data, kind)->trace;
        if (!add_picture(paper, data, kind, name,
                         text_print(arena, "%s: %s; %.1f %% of the samples are classified correctly.",
                                    experiment_titles[kind], says,
                                    100 * trace->rows[trace->count - 1].training.accuracy)))
            return false;
    }
    text_add(&paper->page, "</div>\n");
    return true;
}

static bool add_comparison(Paper *paper, size_t first, const char *title, const char *group)
{
    html_element(&paper->page, "h2", title);
    for (size_t data = 0; data < GENERATE_COUNT; data++) {
        html_element(&paper->page, "h3", generate_names[data]);
        if (first)
            outcomes_methods(&paper->page, paper->outcomes, data);
        else
            outcomes_networks(&paper->page, paper->outcomes, data);
        if (!add_curves(paper, data, first, group) || (!first && !add_learnt_steps(paper, data)) ||
            !add_pictures(paper, data, first, "prediction", "prediction over the plane, with the samples", false) ||
            !add_pictures(paper, data, first, "transformed", "final states and linear classifier", false) ||
            !add_pictures(paper, data, first, "snapshots", "the states after every layer", true))
            return false;
    }
    return true;
}

static void add_head(Paper *paper, double seconds)
{
    const ExperimentPlan *plan = paper->outcomes->plan;
    html_begin(&paper->page, "Deep learning as optimal control problems: the experiments");
    text_format(
        &paper->page,
        "<p>M. Benning, E. Celledoni, M. J. Ehrhardt, B. Owren, C.-B. Schönlieb, <a "
        "href=\"https://arxiv.org/abs/1904.05657\">arXiv 1904.05657</a>, repeated by costate %s in %.0f s: "
        "four data sets, four networks and four Runge–Kutta methods, %zu seed%s%s. Pictures are of seed 1%s.</p>\n",
        COSTATE_VERSION, seconds, plan->seeds, plan->seeds > 1 ? "s" : "",
        plan->quick ? ", 200 iterations each instead of the paper's 5,000 to 20,000" : ", the paper's iterations",
        plan->seeds > 1 ? "; numbers in the table are mean ± standard deviation" : "");
}

bool paper_write(Session *session, const Outcomes *outcomes, double seconds)
{
    Arena *arena = session->arena;
    Paper paper = {.session = session,
                   .outcomes = outcomes,
                   .figures = path_join(arena, outcomes->plan->folder, "figures"),
                   .page = text_new(arena),
                   .gnuplot = gnuplot_new(arena)};
    if (!draw(&paper))
        return false;
    add_head(&paper, seconds);
    html_element(&paper.page, "h2", "What agrees with the paper, and what does not");
    outcomes_findings(&paper.page, outcomes);
    if (!add_data(&paper) || !add_comparison(&paper, 0, "Networks", "_networks") ||
        !add_comparison(&paper, EXPERIMENT_NETWORKS, "Runge–Kutta methods", "_methods"))
        return false;
    html_element(&paper.page, "h2", "Numbers");
    outcomes_table(&paper.page, outcomes);
    html_end(&paper.page);
    return file_write(session->diagnostics, path_join(arena, outcomes->plan->folder, "index.html"), paper.page.data,
                      paper.page.length);
}
