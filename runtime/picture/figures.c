#include "runtime/picture/figures.h"

#include "gen/base/nearest.h"
#include "runtime/picture/confusion.h"
#include "runtime/picture/curves.h"
#include "runtime/picture/plane.h"
#include "runtime/picture/regression.h"
#include "runtime/picture/series.h"
#include "runtime/system/file.h"
#include "runtime/train/train.h"

#include <math.h>
#include <string.h>

/* ---- the single pictures ---- */

/* Means of the samples, so that training and test can be compared; the trace has what the spec minimises. */
static Drawing draw_objective(Arena *arena, const Trained *trained)
{
    const bool mean = !trained->model->average;
    const NamedTrace named = {.trace = trained->trace,
                              .samples = mean ? trained->train->samples : 0,
                              .tests = mean && trained->test ? trained->test->samples : 0,
                              .epochs = curves_epochs(trained)};
    return curves_objective(arena, text_print(arena, "%s: objective", trained->model->name), mean, 1, &named);
}

static Drawing draw_accuracy(Arena *arena, const Trained *trained)
{
    return curves_accuracy(arena, text_print(arena, "%s: accuracy", trained->model->name), false, 1,
                           &(NamedTrace){.trace = trained->trace, .epochs = curves_epochs(trained)});
}

static Drawing draw_error(Arena *arena, const Trained *trained)
{
    return curves_accuracy(arena, text_print(arena, "%s: error", trained->model->name), true, 1,
                           &(NamedTrace){.trace = trained->trace, .epochs = curves_epochs(trained)});
}

static Drawing draw_steps(Arena *arena, const Trained *trained)
{
    const Model *model = trained->model;
    bool learnt = model->tensors[model->step_tensor].learnt;
    NamedSteps steps = {learnt ? model->simplex ? "learnt, on the simplex" : "learnt" : "fixed", 0, model->layers,
                        trained_steps(arena, trained)};
    return curves_steps(arena, text_print(arena, "%s: time steps", model->name), 1, &steps);
}

/* ---- which pictures a network has ---- */

static const char *needs_trace(Arena *arena, const Trained *trained)
{
    (void)arena;
    return trained->trace && trained->trace->count > 1 ? NULL : "there are no iterations to show";
}

static const char *needs_gradients(Arena *arena, const Trained *trained)
{
    const Course *course = trained->course;
    const char *why = needs_trace(arena, trained);
    for (size_t i = 0; course && i < course->count; i++)
        if (!isnan(course->rows[i].gradient))
            return why;
    return why ? why : !course ? "its training left no " COURSE_NAME : "its training knows gradients of batches alone";
}

static const char *needs_learnt_steps(Arena *arena, const Trained *trained)
{
    const Model *model = trained->model;
    const char *why = needs_trace(arena, trained);
    if (!model->tensors[model->step_tensor].learnt)
        return "";
    return why ? why
           : model->layers > COURSE_MOST_LAYERS
               ? text_print(arena, "they are recorded of %d layers and less", COURSE_MOST_LAYERS)
           : !trained->course || !trained->course->layers ? "its training left no " COURSE_NAME
                                                          : NULL;
}

/* The pictures below are of two kinds, for samples that are transformed and for trajectories over time. */
static const char *needs_samples(const Trained *trained, const char *instead)
{
    return trained_over_time(trained) ? instead : NULL;
}

/* Classes, or numbers, to predict, and iterations to show over how well that is done. */
static const char *needs_accuracies(Arena *arena, const Trained *trained)
{
    return trained->train->target && trained_classes(trained) ? needs_trace(arena, trained) : "";
}

static const char *needs_errors(Arena *arena, const Trained *trained)
{
    return trained->train->target && !trained_classes(trained) ? needs_trace(arena, trained) : "";
}

static const char *needs_plane_of_inputs(Arena *arena, const Trained *trained)
{
    size_t inputs = trained->model->inputs;
    const char *why = needs_samples(trained, "this network is seen over time; see series");
    return why           ? why
           : inputs == 2 ? NULL
           : inputs == 1 ? "a plane needs 2 inputs and this network has one; see regression"
                         : text_print(arena, "a plane needs 2 inputs and this network has %zu", inputs);
}

static const char *needs_start(Arena *arena, const Trained *trained)
{
    const char *why = needs_plane_of_inputs(arena, trained);
    return why ? "" : !trained->initial ? "the parameters that its training began at are not known" : NULL;
}

static const char *needs_channels(Arena *arena, const Trained *trained)
{
    (void)arena;
    const char *why = needs_samples(trained, "this network is seen over time; see phase");
    return why                         ? why
           : trained->model->width > 1 ? NULL
                                       : "a plane needs 2 channels and this network has one; see channel";
}

static const char *needs_time(Arena *arena, const Trained *trained)
{
    (void)arena;
    return trained_over_time(trained) ? NULL : "";
}

static const char *needs_phases(Arena *arena, const Trained *trained)
{
    const char *why = needs_time(arena, trained);
    return why                         ? why
           : trained->model->width > 1 ? NULL
                                       : "a plane needs 2 channels and this network has one; see series";
}

static const char *needs_controls(Arena *arena, const Trained *trained)
{
    (void)arena;
    return series_has_controls(trained) ? NULL : "every control has one value for all layers";
}

static const char *needs_numbers(Arena *arena, const Trained *trained)
{
    (void)arena;
    return trained->train->target && !trained_classes(trained) ? NULL : "";
}

static const char *needs_classes(Arena *arena, const Trained *trained)
{
    (void)arena;
    return trained->train->target && trained_classes(trained) ? NULL : "";
}

static const char *needs_one_input(Arena *arena, const Trained *trained)
{
    (void)arena;
    return trained->model->inputs == 1 && !trained_over_time(trained) && trained->train->target ? NULL : "";
}

static const char *needs_one_channel(Arena *arena, const Trained *trained)
{
    (void)arena;
    return trained->model->width == 1 && !trained_over_time(trained) ? NULL : "";
}

enum { BOTH = DRAWING_SVG | DRAWING_PNG, CURVE = BOTH | DRAWING_ASCII };

/* In the states' plane there are, beside the states, coordinates and their sizes, which are sorted beside themselves;
 * paths are put together from chunks of at least half of them. */
static const FigureNeeds needs_of[] = {[FIGURE_HOLDS_NOTHING] = {false, 0, 0},
                                       [FIGURE_EVALUATES] = {true, 0, 0},
                                       [FIGURE_HOLDS_PATHS] = {true, 1.5, 1},
                                       [FIGURE_HOLDS_PLANE] = {true, 1.5, 6}};

static double seconds_of_samples(const Trained *trained)
{
    return trained_seconds(trained, trained_samples(trained));
}

static double seconds_of_costates(const Trained *trained)
{
    return 3 * seconds_of_samples(trained); /* there and back */
}

static double seconds_of_all(const Trained *trained)
{
    return trained_seconds(trained, trained->train->samples + (trained->test ? trained->test->samples : 0));
}

const Figure figures[] = {
    {"prediction", "the prediction over the plane, with the samples", BOTH, DRAWING_SVG, plane_prediction,
     needs_plane_of_inputs, NULL, FIGURE_EVALUATES, plane_seconds_prediction},
    {"start", "the same before and after the training", BOTH, DRAWING_SVG, plane_start, needs_start, NULL,
     FIGURE_EVALUATES, plane_seconds_start},
    {"regression", "the prediction over the one input, with the samples", BOTH, DRAWING_SVG, regression_curve,
     needs_one_input, NULL, FIGURE_EVALUATES, NULL},
    {"transformed", "the transformed samples and the linear classifier", BOTH, DRAWING_SVG, plane_transformed,
     needs_channels, plane_ready, FIGURE_HOLDS_PLANE, plane_seconds_transformed},
    {"snapshots", "the states after every layer", BOTH, DRAWING_PNG, plane_snapshots, needs_channels, plane_ready,
     FIGURE_HOLDS_PLANE, plane_seconds_flow},
    {"flow", "the paths of the samples", BOTH, DRAWING_PNG, plane_trajectories, needs_channels, plane_ready,
     FIGURE_HOLDS_PLANE, plane_seconds_flow},
    {"animation", "the flow as a moving picture", DRAWING_GIF, DRAWING_GIF, plane_animation, needs_channels,
     plane_ready, FIGURE_HOLDS_PLANE, plane_seconds_flow},
    {"channel", "the state of a network with one channel, by layer", BOTH, DRAWING_SVG, curves_channel,
     needs_one_channel, NULL, FIGURE_HOLDS_PATHS, seconds_of_samples},
    {"series", "what is observed and predicted over time", BOTH, DRAWING_SVG, series_observed, needs_time, NULL,
     FIGURE_EVALUATES, NULL},
    {"phase", "the paths of the states in a plane", BOTH, DRAWING_SVG, series_phase, needs_phases, NULL,
     FIGURE_EVALUATES, NULL},
    {"controls", "the controls over time", BOTH, DRAWING_SVG, series_controls, needs_controls, NULL,
     FIGURE_HOLDS_NOTHING, NULL},
    {"adjoints", "the costates over time", BOTH, DRAWING_SVG, series_adjoints, needs_time, NULL, FIGURE_EVALUATES,
     NULL},
    {"residuals", "predicted less observed", BOTH, DRAWING_SVG, series_residuals, needs_numbers, NULL, FIGURE_EVALUATES,
     seconds_of_all},
    {"confusion", "which classes are taken for which", BOTH, DRAWING_SVG, confusion_matrix, needs_classes, NULL,
     FIGURE_EVALUATES, seconds_of_all},
    {"steps", "the time steps by layer", CURVE, DRAWING_SVG, draw_steps, NULL, NULL, FIGURE_HOLDS_NOTHING, NULL},
    {"stages", "the slopes of the Runge-Kutta stages by layer", CURVE, DRAWING_SVG, curves_stages, NULL, NULL,
     FIGURE_EVALUATES, trained_seconds_slopes},
    {"costates", "the norms of the costates by layer", CURVE, DRAWING_SVG, curves_costates, NULL, NULL,
     FIGURE_HOLDS_PATHS, seconds_of_costates},
    {"objective", "the objective over the iterations, as mean of the samples", CURVE, DRAWING_SVG, draw_objective,
     needs_trace, NULL, FIGURE_HOLDS_NOTHING, NULL},
    {"accuracy", "the accuracy over the iterations", CURVE, DRAWING_SVG, draw_accuracy, needs_accuracies, NULL,
     FIGURE_HOLDS_NOTHING, NULL},
    {"error", "the root mean squared error over the iterations", CURVE, DRAWING_SVG, draw_error, needs_errors, NULL,
     FIGURE_HOLDS_NOTHING, NULL},
    {"gradient", "the norm of the gradient over the iterations", CURVE, DRAWING_SVG, curves_gradient, needs_gradients,
     NULL, FIGURE_HOLDS_NOTHING, NULL},
    {"search", "the step, rate or estimate of the algorithm over the iterations", CURVE, DRAWING_SVG, curves_search,
     needs_trace, NULL, FIGURE_HOLDS_NOTHING, NULL},
    {"learnt", "the learnt time steps over the iterations", BOTH, DRAWING_SVG, curves_learnt_steps, needs_learnt_steps,
     NULL, FIGURE_HOLDS_NOTHING, NULL},
    {NULL, NULL, 0, DRAWING_SVG, NULL, NULL, NULL, FIGURE_HOLDS_NOTHING, NULL},
};
enum { FIGURES = sizeof figures / sizeof *figures - 1 };

void figures_list(void (*put)(const char *text))
{
    for (const Figure *figure = figures; figure->name; figure++) {
        put(figure->name);
        for (size_t width = strlen(figure->name); width < 13; width++)
            put(" ");
        put(figure->shows);
        put(figure->formats == DRAWING_GIF ? " (GIF)\n" : "\n");
    }
}

const char *figure_file(Arena *arena, const char *folder, const Figure *figure, DrawingFormat format)
{
    return text_print(arena, "%s/%s.%s", folder, figure->name, drawing_ending(format));
}

const char *const *figures_files(Arena *arena, const char *folder)
{
    const char **files = ARENA_ARRAY(arena, 3 * FIGURES + 1, const char *);
    size_t count = 0;
    for (const Figure *figure = figures; figure->name; figure++)
        for (unsigned format = DRAWING_SVG; format <= DRAWING_GIF; format *= 2)
            if (figure->formats & format)
                files[count++] = figure_file(arena, folder, figure, (DrawingFormat)format);
    return files;
}

static const char *obstacle(Arena *arena, const Trained *trained, const Figure *figure)
{
    return figure->obstacle ? figure->obstacle(arena, trained) : NULL;
}

/* ---- drawing ---- */

static bool wanted(const char *const *names, const char *name)
{
    for (const char *const *at = names; at && *at; at++)
        if (!strcmp(*at, name))
            return true;
    return !names;
}

FigureNeeds figures_needs(Arena *arena, const Trained *trained, const char *const *names)
{
    FigureNeeds most = needs_of[FIGURE_HOLDS_NOTHING];
    for (const Figure *figure = figures; figure->name; figure++) {
        const FigureNeeds needs = needs_of[figure->memory];
        if (!wanted(names, figure->name) || obstacle(arena, trained, figure))
            continue;
        most.evaluates = most.evaluates || needs.evaluates;
        most.widths = fmax(most.widths, needs.widths);
        most.numbers = fmax(most.numbers, needs.numbers);
    }
    return most;
}

static bool all_ready(Arena *arena, Diagnostics *diagnostics, const Trained *trained, const FigureRequest *request)
{
    for (const Figure *figure = figures; figure->name; figure++)
        if (figure->ready && wanted(request->names, figure->name) && !obstacle(arena, trained, figure) &&
            !figure->ready(diagnostics, trained))
            return false;
    return true;
}

static bool unknown_name(Diagnostics *diagnostics, const char *name, const char *const *known)
{
    const char *nearest = nearest_name(name, known, FIGURES);
    return diagnostics_error(diagnostics, (Place){0}, "there is no picture \"%s\"%s", name,
                             nearest ? nearest_hint(nearest, "\"").text : ": costate plot --help lists them");
}

static bool names_known(Diagnostics *diagnostics, const FigureRequest *request)
{
    const char *known[FIGURES];
    for (size_t i = 0; i < FIGURES; i++)
        known[i] = figures[i].name;
    for (const char *const *at = request->names; at && *at; at++) {
        size_t i = 0;
        while (i < FIGURES && strcmp(*at, known[i]) != 0)
            i++;
        if (i == FIGURES)
            return unknown_name(diagnostics, *at, known);
    }
    return true;
}

static void add_files(Text *drawn, const char *folder, const Figure *figure, unsigned formats)
{
    const char *between = "";
    for (unsigned format = 1; format < DRAWING_ASCII; format *= 2)
        if (formats & format) {
            text_format(drawn, "%s%s", between, figure_file(drawn->arena, folder, figure, (DrawingFormat)format));
            between = "  ";
        }
    text_add(drawn, "\n");
}

const char *figure_warning(Arena *arena, const Trained *trained, const Figure *figure)
{
    const bool shared = trained->shared && trained->shared->flow && figure->memory == FIGURE_HOLDS_PLANE;
    const double seconds = !figure->seconds ? 0 : figure->seconds(trained) - (shared ? plane_seconds_flow(trained) : 0);
    return seconds < FIGURES_LONG
               ? NULL
               : text_print(arena, "drawing %s: about %.0f s (%s)", figure->name, seconds, figure->shows);
}

/* arena: of this picture alone. */
static void add_figure(Arena *arena, const Trained *trained, const FigureRequest *request, const Figure *figure,
                       Gnuplot *gnuplot, Text *drawn)
{
    const char *why = obstacle(arena, trained, figure);
    unsigned formats = figure->formats & (request->png_only ? DRAWING_PNG | DRAWING_GIF : BOTH | DRAWING_GIF);
    if (why) {
        if (*why || request->names)
            text_format(drawn, "no %s: %s\n", figure->name, *why ? why : "that is a picture of other networks");
        return;
    }
    const char *warning = request->progress ? figure_warning(arena, trained, figure) : NULL;
    if (warning)
        fprintf(request->progress, "%s\n", warning);
    Drawing drawing = figure->draw(arena, trained);
    drawing_finish(&drawing, gnuplot, formats, request->folder, figure->name, 0);
    add_files(drawn, request->folder, figure, formats);
}

/* It takes half a second for a megabyte. */
static void warn_of_gnuplot(const FigureRequest *request, const Gnuplot *gnuplot)
{
    const double seconds = (double)gnuplot->script.length / 2e6;
    if (request->progress && seconds >= FIGURES_LONG)
        fprintf(request->progress, "gnuplot draws: about %.0f s\n", seconds);
}

bool figures_draw(Arena *arena, Diagnostics *diagnostics, const Trained *trained, const FigureRequest *request,
                  Text *drawn)
{
    Gnuplot gnuplot = gnuplot_new(arena);
    TrainedShared shared = {arena, NULL};
    Trained sharing = *trained;
    size_t made;
    sharing.shared = &shared;
    if (!names_known(diagnostics, request) || !all_ready(arena, diagnostics, trained, request))
        return false;
    for (const Figure *figure = figures; figure->name; figure++)
        if (wanted(request->names, figure->name)) {
            Arena *own = arena_within(arena);
            add_figure(own, &sharing, request, figure, &gnuplot, drawn);
            arena_free(own);
        }
    if (gnuplot.script.length == 0)
        return true;
    if (!folder_create(diagnostics, request->folder, &made))
        return false;
    warn_of_gnuplot(request, &gnuplot);
    if (gnuplot_run(diagnostics, &gnuplot))
        return true;
    folder_remove(request->folder, made);
    return false;
}

bool figures_print(Arena *arena, Diagnostics *diagnostics, const Trained *trained, const FigureRequest *request,
                   int columns)
{
    Gnuplot gnuplot = gnuplot_new(arena);
    if (!names_known(diagnostics, request))
        return false;
    for (const Figure *figure = figures; figure->name; figure++) {
        if (!wanted(request->names, figure->name) || !(figure->formats & DRAWING_ASCII) ||
            obstacle(arena, trained, figure))
            continue;
        Arena *own = arena_within(arena);
        Drawing drawing = figure->draw(own, trained);
        drawing_finish(&drawing, &gnuplot, DRAWING_ASCII, "", "", columns);
        arena_free(own);
    }
    return gnuplot_run(diagnostics, &gnuplot);
}
