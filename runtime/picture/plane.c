#include "runtime/picture/plane.h"

#include "runtime/number/lapack.h"
#include "runtime/number/reals.h"
#include "runtime/picture/principal.h"

#include <math.h>

enum { GRID = 121, SIDE = 640, PANEL = 190, MOST_PANELS = 40, MOST_LINES = 300 };

bool plane_ready(Diagnostics *diagnostics, const Trained *trained)
{
    return trained->model->width <= 2 || lapack_ready(diagnostics);
}

/* ---- ranges ---- */

/* The half side of a square around 0: base where all but a fiftieth of the coordinates lie within, else what holds all.
 */
static double half_side(Arena *arena, double base, size_t count, const double *coordinates)
{
    double *sizes = ARENA_ARRAY(arena, count, double);
    for (size_t i = 0; i < count; i++)
        sizes[i] = fabs(coordinates[i]);
    reals_ascending(sizes, count);
    return sizes[count - 1 - count / 50] <= base ? base : 1.05 * sizes[count - 1];
}

/* That of the square [-1, 1]^2, or of what holds all samples: none of them is outside. */
static double sample_side(const Trained *trained)
{
    const size_t count = 2 * trained_samples(trained);
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(trained->train->x[i]));
    return most <= 1 ? 1 : 1.05 * most;
}

static void set_square(Text *body, double half)
{
    text_format(body, "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\nset size ratio 1\n", -half, half, -half, half);
}

/* ---- points ---- */

static size_t group_count(const Trained *trained)
{
    size_t classes = trained_classes(trained);
    return classes ? classes : 1;
}

static bool in_group(const Trained *trained, size_t sample, size_t group)
{
    return trained_classes(trained) == 0 || trained_class(trained, sample) == group;
}

/* Blocks $PREFIX0, $PREFIX1, ...: coordinates and target of the samples of each class. A block begins with no point, so
 * that none is empty. */
static void add_points(Text *data, const char *prefix, const Trained *trained, const double *coordinates)
{
    for (size_t group = 0; group < group_count(trained); group++) {
        text_format(data, "$%s%zu << EOD\nNaN NaN NaN\n", prefix, group);
        for (size_t i = 0; i < trained_samples(trained); i++)
            if (in_group(trained, i, group))
                text_format(data, "%.5g %.5g %.5g\n", coordinates[2 * i], coordinates[2 * i + 1],
                            trained->train->target ? *trained_target(trained, i) : 0);
        text_add(data, "EOD\n");
    }
}

/* One real target, which colours the samples. */
static bool is_regression(const Trained *trained)
{
    return trained_classes(trained) == 0 && trained->train->target && trained->model->outputs == 1;
}

static void set_target_palette(Text *body, const Trained *trained)
{
    if (is_regression(trained))
        text_format(body, "set palette defined (0 '%s', 0.5 '#ffffff', 1 '%s')\nset cblabel 'target'\n",
                    drawing_colour(0), drawing_colour(1));
}

static void group_title(Text *body, const Trained *trained, size_t group)
{
    text_add(body, " title ");
    gnuplot_string(body, trained_classes(trained) ? trained_class_name(body->arena, trained, group)
                         : is_regression(trained) ? "samples, by target"
                                                  : "samples");
}

/* Elements of a plot command, each begun by separator. The samples of a regression have the colour of their target. */
static void plot_points(Text *body, const char *prefix, const Trained *trained, double size, bool titles)
{
    bool regression = is_regression(trained);
    for (size_t group = 0; group < group_count(trained); group++) {
        text_format(body, "%s$%s%zu using 1:2", group ? ", " : "", prefix, group);
        if (regression)
            text_format(
                body,
                ":3 with points palette pt 7 ps %.2g notitle, '' using 1:2 with points pt 6 ps %.2g lc rgb '#000000'",
                2 * size, 2 * size);
        else
            text_format(body, " with points pt %d ps %.2g lc rgb '%s'", drawing_shape(group), size,
                        drawing_colour(group));
        if (titles)
            group_title(body, trained, group);
        else
            text_add(body, " notitle");
    }
}

/* ---- the head over a plane ---- */

/* The corners' grid of the square: [GRID * GRID][2], rows from below. */
static double *grid_points(Arena *arena, double half)
{
    double *points = ARENA_ARRAY(arena, 2 * GRID * GRID, double);
    for (size_t i = 0; i < GRID * GRID; i++) {
        points[2 * i] = half * (2.0 * (double)(i % GRID) / (GRID - 1) - 1);
        points[2 * i + 1] = half * (2.0 * (double)(i / GRID) / (GRID - 1) - 1);
    }
    return points;
}

static void set_palette(Text *body, const Trained *trained)
{
    size_t outputs = trained->model->outputs;
    if (is_regression(trained)) {
        set_target_palette(body, trained);
        text_add(body, "set cblabel 'prediction and target'\n");
        return;
    }
    if (outputs == 1) {
        text_add(body, "set palette defined (0 '#a6cfe8', 0.5 '#ffffff', 1 '#f5c49b')\n"
                       "set cblabel 'predicted probability p'\nset cbrange [0:1]\n");
        return;
    }
    text_format(body, "set cbrange [-0.5:%zu.5]\nunset colorbox\nset palette maxcolors %zu defined (", outputs - 1,
                outputs);
    for (size_t k = 0; k < outputs; k++)
        text_format(body, "%s%zu '%s'", k ? ", " : "", k, drawing_shade(k));
    text_add(body, ")\n");
}

static void add_grid(Text *data, const double *values)
{
    text_add(data, "$plane << EOD\n");
    for (size_t i = 0; i < GRID * GRID; i++)
        text_format(data, "%.4g%s", values[i], i % GRID == GRID - 1 ? "\n" : " ");
    text_add(data, "EOD\n");
}

/* The line p = 1/2, and the plane as an image: the begin of a plot command. */
static void plot_plane(Text *body, const Trained *trained, double half)
{
    bool line = model_classes(trained->model) == 2 && trained->model->outputs == 1;
    const char *place = text_print(body->arena, "($1*%.9g-%.6g):($2*%.9g-%.6g):3", 2 * half / (GRID - 1), half,
                                   2 * half / (GRID - 1), half);
    set_palette(body, trained);
    if (line)
        text_format(body,
                    "set contour base\nset cntrparam levels discrete 0.5\nunset surface\nset table $line\n"
                    "splot $plane matrix using %s\nunset table\nunset contour\nset surface\n",
                    place);
    text_format(body, "plot $plane matrix using %s with image notitle, ", place);
    if (line)
        text_add(body, "$line using 1:2 with lines lw 2 lc rgb '#000000' title 'p = 1/2', ");
}

Drawing plane_samples(Arena *arena, const Trained *trained, const char *title)
{
    Drawing drawing = drawing_new(arena, SIDE - 160, SIDE - 160);
    add_points(&drawing.data, "sample", trained, trained->train->x);
    drawing_titles(&drawing, title, "x1", "x2");
    set_square(&drawing.body, sample_side(trained));
    set_target_palette(&drawing.body, trained);
    text_add(&drawing.body, "plot ");
    plot_points(&drawing.body, "sample", trained, 0.6, true);
    text_add(&drawing.body, "\n");
    return drawing;
}

Drawing plane_prediction(Arena *arena, const Trained *trained)
{
    Drawing drawing = drawing_new(arena, SIDE + 100, SIDE);
    const Dataset *train = trained->train;
    double half = sample_side(trained);
    const char *const *names = train->feature_names;
    const char *note = train->scales.x.mean ? " (standardised)" : "";
    add_points(&drawing.data, "sample", trained, train->x);
    add_grid(&drawing.data, trained_prediction(arena, trained, GRID * GRID, grid_points(arena, half)));
    drawing_titles(&drawing, text_print(arena, "%s: prediction over the plane", trained->model->name),
                   text_print(arena, "%s%s", names ? names[0] : "x1", note),
                   text_print(arena, "%s%s", names ? names[1] : "x2", note));
    set_square(&drawing.body, half);
    plot_plane(&drawing.body, trained, half);
    plot_points(&drawing.body, "sample", trained, 0.6, true);
    text_add(&drawing.body, "\n");
    return drawing;
}

/* ---- states ---- */

/* The states of all layers in one plane. */
typedef struct {
    PrincipalPlane projection;
    double *coordinates; /* [layers + 1][samples][2] */
    size_t samples, layers;
    double half;
    const char *note, *x, *y; /* note: a line for the title */
} Flow;

static Flow flow_of(Arena *arena, const Trained *trained)
{
    size_t width = trained->model->width, layers = trained->model->layers, samples = trained_samples(trained);
    size_t count = (layers + 1) * samples;
    const double *states = trained_states(arena, trained);
    Flow flow = {.samples = samples, .layers = layers, .note = "", .x = "channel 1", .y = "channel 2"};
    flow.projection = principal_of(arena, count, width, states);
    flow.coordinates = ARENA_ARRAY(arena, 2 * count, double);
    for (size_t i = 0; i < count; i++)
        principal_apply(&flow.projection, states + i * width, flow.coordinates + 2 * i);
    flow.half = half_side(arena, 2, 2 * count, flow.coordinates);
    if (width > 2) {
        flow.x = "principal component 1";
        flow.y = "principal component 2";
        flow.note = text_print(arena, "\n(principal components of %zu channels: %.0f %% of the variance)", width,
                               100 * flow.projection.share);
    }
    return flow;
}

static const double *layer_of(const Flow *flow, size_t layer)
{
    return flow->coordinates + 2 * layer * flow->samples;
}

Drawing plane_transformed(Arena *arena, const Trained *trained)
{
    Drawing drawing = drawing_new(arena, SIDE + 100, SIDE);
    Flow flow = flow_of(arena, trained);
    const double *last = layer_of(&flow, flow.layers);
    double half = half_side(arena, 2, 2 * flow.samples, last), *points = grid_points(arena, half);
    double *states = ARENA_ARRAY(arena, GRID * GRID * trained->model->width, double);
    for (size_t i = 0; i < GRID * GRID; i++)
        principal_lift(&flow.projection, points + 2 * i, states + i * trained->model->width);
    add_points(&drawing.data, "sample", trained, last);
    add_grid(&drawing.data, trained_head(arena, trained, GRID * GRID, states));
    drawing_titles(&drawing,
                   text_print(arena, "%s: transformed samples and %s%s", trained->model->name,
                              !model_classes(trained->model) ? "the linear head" : "linear classifier", flow.note),
                   flow.x, flow.y);
    set_square(&drawing.body, half);
    plot_plane(&drawing.body, trained, half);
    plot_points(&drawing.body, "sample", trained, 0.6, true);
    text_add(&drawing.body, "\n");
    return drawing;
}

/* ---- the flow ---- */

/* Blocks $layerN_0, ... for every shown layer. */
static const char *add_layer(Drawing *drawing, const Trained *trained, const Flow *flow, size_t layer)
{
    const char *prefix = text_print(drawing->arena, "layer%zu_", layer);
    add_points(&drawing->data, prefix, trained, layer_of(flow, layer));
    return prefix;
}

/* An empty panel with the legend. */
static void add_legend(Text *body, const Trained *trained)
{
    text_add(body, "set title ' '\nunset border\nunset tics\nunset xlabel\nunset ylabel\nunset grid\n"
                   "set key inside center center vertical samplen 1 font ',9'\nplot ");
    for (size_t group = 0; group < group_count(trained); group++) {
        text_format(body, "%sNaN with points pt %d lc rgb '%s'", group ? ", " : "",
                    is_regression(trained) ? 6 : drawing_shape(group),
                    is_regression(trained) ? "#000000" : drawing_colour(group));
        group_title(body, trained, group);
    }
    text_add(body, "\n");
}

Drawing plane_snapshots(Arena *arena, const Trained *trained)
{
    Flow flow = flow_of(arena, trained);
    size_t stride = flow.layers / MOST_PANELS + 1, panels = flow.layers / stride + 2;
    size_t columns = (size_t)ceil(sqrt(1.5 * (double)panels)), rows = (panels + columns - 1) / columns;
    Drawing drawing = drawing_new(arena, (int)columns * PANEL, (int)rows * PANEL + 60);
    text_format(&drawing.body, "set multiplot layout %zu,%zu title ", rows, columns);
    gnuplot_string(&drawing.body,
                   text_print(arena, "%s: the flow after every %slayer, in [%.3g, %.3g]^2%s", trained->model->name,
                              stride > 1 ? "few " : "", -flow.half, flow.half, flow.note));
    text_add(&drawing.body, "\nunset key\nset border 15\nset format xy ''\nset tics scale 0.3\n"
                            "set lmargin 1\nset rmargin 1\nset bmargin 0.5\nset tmargin 2.2\n");
    set_square(&drawing.body, flow.half);
    set_target_palette(&drawing.body, trained);
    text_add(&drawing.body, "unset colorbox\n");
    for (size_t layer = 0; layer <= flow.layers; layer += stride) {
        text_format(&drawing.body, "set title '%s' font ',10' offset 0,-0.7\nplot ",
                    layer ? text_print(arena, "layer %zu", layer) : "input");
        plot_points(&drawing.body, add_layer(&drawing, trained, &flow, layer), trained, 0.25, false);
        text_add(&drawing.body, "\n");
    }
    add_legend(&drawing.body, trained);
    text_add(&drawing.body, "unset multiplot\n");
    return drawing;
}

static void add_lines(Drawing *drawing, const Trained *trained, const Flow *flow, size_t group, size_t lines)
{
    text_format(&drawing->data, "$lines%zu << EOD\nNaN NaN\n\n", group);
    for (size_t i = 0; i < lines; i++) {
        if (!in_group(trained, i, group))
            continue;
        for (size_t layer = 0; layer <= flow->layers; layer++) {
            const double *at = layer_of(flow, layer) + 2 * i;
            text_format(&drawing->data, "%.5g %.5g\n", at[0], at[1]);
        }
        text_add(&drawing->data, "\n");
    }
    text_add(&drawing->data, "EOD\n");
}

Drawing plane_trajectories(Arena *arena, const Trained *trained)
{
    Drawing drawing = drawing_new(arena, SIDE, SIDE);
    Flow flow = flow_of(arena, trained);
    Text *body = &drawing.body;
    size_t lines = flow.samples < MOST_LINES ? flow.samples : MOST_LINES;
    add_points(&drawing.data, "end", trained, layer_of(&flow, flow.layers));
    drawing_titles(
        &drawing,
        text_print(arena, "%s: paths of %zu samples to their final states%s", trained->model->name, lines, flow.note),
        flow.x, flow.y);
    set_square(body, flow.half);
    set_target_palette(body, trained);
    text_add(body, "plot ");
    for (size_t group = 0; group < group_count(trained); group++) {
        add_lines(&drawing, trained, &flow, group, lines);
        text_format(body, "$lines%zu with lines lw 0.7 lc rgb '#60%s' notitle, ", group, drawing_colour(group) + 1);
    }
    plot_points(body, "end", trained, 0.5, true);
    text_add(body, "\n");
    return drawing;
}

Drawing plane_animation(Arena *arena, const Trained *trained)
{
    Drawing drawing = drawing_new(arena, SIDE - 100, SIDE - 60);
    Flow flow = flow_of(arena, trained);
    set_square(&drawing.body, flow.half);
    set_target_palette(&drawing.body, trained);
    for (size_t layer = 0; layer <= flow.layers; layer++) {
        drawing_titles(&drawing,
                       text_print(arena, "%s: layer %zu of %zu%s", trained->model->name, layer, flow.layers, flow.note),
                       flow.x, flow.y);
        text_add(&drawing.body, "plot ");
        plot_points(&drawing.body, add_layer(&drawing, trained, &flow, layer), trained, 0.5, true);
        text_add(&drawing.body, "\n");
    }
    return drawing;
}
