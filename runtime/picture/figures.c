#include "runtime/picture/figures.h"

#include "runtime/picture/curves.h"
#include "runtime/picture/plane.h"
#include "runtime/system/file.h"

#include <string.h>

/* ---- the single pictures ---- */

static Drawing draw_objective(Arena *arena, const Trained *trained)
{
    return curves_objective(arena, text_print(arena, "%s: objective", trained->model->name), 1,
                            &(NamedTrace){NULL, trained->trace});
}

static Drawing draw_accuracy(Arena *arena, const Trained *trained)
{
    bool rmse = trained->model->link == LINK_IDENTITY;
    return curves_accuracy(arena, text_print(arena, "%s: %s", trained->model->name, rmse ? "error" : "accuracy"), rmse,
                           1, &(NamedTrace){NULL, trained->trace});
}

static Drawing draw_steps(Arena *arena, const Trained *trained)
{
    const Model *model = trained->model;
    bool learnt = model->tensors[model->step_tensor].learnt;
    NamedSteps steps = {learnt ? model->simplex ? "learnt, on the simplex" : "learnt" : "fixed", model->layers,
                        trained_steps(trained)};
    return curves_steps(arena, text_print(arena, "%s: time steps", model->name), 1, &steps);
}

/* ---- which pictures a network has ---- */

static const char *needs_trace(Arena *arena, const Trained *trained)
{
    (void)arena;
    return trained->trace && trained->trace->count > 1 ? NULL : "there are no iterations to show";
}

static const char *needs_plane_of_inputs(Arena *arena, const Trained *trained)
{
    size_t inputs = trained->model->inputs;
    return inputs == 2 ? NULL : text_print(arena, "a plane needs 2 inputs and this network has %zu", inputs);
}

static const char *needs_channels(Arena *arena, const Trained *trained)
{
    (void)arena;
    return trained->model->width > 1 ? NULL : "a plane needs 2 channels and this network has one; see channel";
}

static const char *needs_one_channel(Arena *arena, const Trained *trained)
{
    (void)arena;
    return trained->model->width == 1 ? NULL : "";
}

/* obstacle says why a network does not have the picture ("": not worth a word), or NULL. */
typedef struct {
    const char *(*obstacle)(Arena *arena, const Trained *trained);
    Drawing (*draw)(Arena *arena, const Trained *trained);
    unsigned formats;
} Figure;

enum { BOTH = DRAWING_SVG | DRAWING_PNG, CURVE = BOTH | DRAWING_ASCII };

const FigureName figure_names[] = {
    {"prediction", "the prediction over the plane, with the samples"},
    {"transformed", "the transformed samples and the linear classifier"},
    {"snapshots", "the states after every layer"},
    {"flow", "the paths of the samples"},
    {"animation", "the flow as a moving picture"},
    {"channel", "the state of a network with one channel, by layer"},
    {"steps", "the time steps by layer"},
    {"stages", "the slopes of the Runge-Kutta stages by layer"},
    {"costates", "the norms of the costates by layer"},
    {"objective", "the objective over the iterations"},
    {"accuracy", "the accuracy over the iterations"},
    {NULL, NULL},
};
static const Figure figures[] = {
    {needs_plane_of_inputs, plane_prediction, BOTH},
    {needs_channels, plane_transformed, BOTH},
    {needs_channels, plane_snapshots, BOTH},
    {needs_channels, plane_trajectories, BOTH},
    {needs_channels, plane_animation, DRAWING_GIF},
    {needs_one_channel, curves_channel, BOTH},
    {NULL, draw_steps, CURVE},
    {NULL, curves_stages, CURVE},
    {NULL, curves_costates, CURVE},
    {needs_trace, draw_objective, CURVE},
    {needs_trace, draw_accuracy, CURVE},
};
enum { FIGURES = sizeof figures / sizeof *figures };

static const char *obstacle(Arena *arena, const Trained *trained, size_t figure)
{
    return figures[figure].obstacle ? figures[figure].obstacle(arena, trained) : NULL;
}

/* ---- drawing ---- */

static bool wanted(const FigureRequest *request, const char *name)
{
    for (const char *const *at = request->names; at && *at; at++)
        if (!strcmp(*at, name))
            return true;
    return !request->names;
}

static bool unknown_name(Diagnostics *diagnostics, const char *name, const char *const *known)
{
    const char *nearest = text_nearest(name, known, FIGURES);
    return diagnostics_error(diagnostics, (Place){0}, "there is no picture \"%s\"%s%s%s", name,
                             nearest ? "; did you mean \"" : ": costate plot --help lists them", nearest ? nearest : "",
                             nearest ? "\"?" : "");
}

static bool names_known(Diagnostics *diagnostics, const FigureRequest *request)
{
    const char *known[FIGURES];
    for (size_t i = 0; i < FIGURES; i++)
        known[i] = figure_names[i].name;
    for (const char *const *at = request->names; at && *at; at++) {
        size_t i = 0;
        while (i < FIGURES && strcmp(*at, known[i]) != 0)
            i++;
        if (i == FIGURES)
            return unknown_name(diagnostics, *at, known);
    }
    return true;
}

static void add_files(Text *drawn, const char *folder, const char *name, unsigned formats)
{
    static const struct {
        unsigned format;
        const char *ending;
    } endings[] = {{DRAWING_SVG, "svg"}, {DRAWING_PNG, "png"}, {DRAWING_GIF, "gif"}};
    const char *between = "";
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (formats & endings[i].format) {
            text_format(drawn, "%s%s/%s.%s", between, folder, name, endings[i].ending);
            between = "  ";
        }
    text_add(drawn, "\n");
}

static void add_figure(Arena *arena, const Trained *trained, const FigureRequest *request, size_t figure, Text *script,
                       Text *drawn)
{
    const char *why = obstacle(arena, trained, figure), *name = figure_names[figure].name;
    unsigned formats = figures[figure].formats & (request->png_only ? DRAWING_PNG | DRAWING_GIF : BOTH | DRAWING_GIF);
    if (why) {
        if (*why)
            text_format(drawn, "no %s: %s\n", name, why);
        return;
    }
    Drawing drawing = figures[figure].draw(arena, trained);
    drawing_finish(&drawing, script, formats, request->folder, name, 0);
    add_files(drawn, request->folder, name, formats);
}

bool figures_draw(Arena *arena, Diagnostics *diagnostics, const Trained *trained, const FigureRequest *request,
                  Text *drawn)
{
    Text script = text_new(arena);
    size_t made;
    if (!names_known(diagnostics, request))
        return false;
    for (size_t i = 0; i < FIGURES; i++)
        if (wanted(request, figure_names[i].name))
            add_figure(arena, trained, request, i, &script, drawn);
    if (script.length == 0)
        return true;
    if (!folder_create(diagnostics, request->folder, &made))
        return false;
    if (gnuplot_run(diagnostics, &script))
        return true;
    folder_remove(request->folder, made);
    return false;
}

bool figures_print(Arena *arena, Diagnostics *diagnostics, const Trained *trained, const FigureRequest *request,
                   int columns)
{
    Text script = text_new(arena);
    if (!names_known(diagnostics, request))
        return false;
    for (size_t i = 0; i < FIGURES; i++) {
        if (!wanted(request, figure_names[i].name) || !(figures[i].formats & DRAWING_ASCII) ||
            obstacle(arena, trained, i))
            continue;
        Drawing drawing = figures[i].draw(arena, trained);
        drawing_finish(&drawing, &script, DRAWING_ASCII, "", "", columns);
    }
    return gnuplot_run(diagnostics, &script);
}
