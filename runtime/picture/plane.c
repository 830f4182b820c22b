#include "runtime/picture/plane.h"

#include "runtime/number/lapack.h"
#include "runtime/number/reals.h"
#include "runtime/picture/principal.h"

#include <math.h>

enum {
    GRID = 121,
    SIDE = 640,
    PANEL = 190,
    MOST_PANELS = 40,
    MOST_LINES = 300,
    MOST_FRAMES = 60,
    MOST_SURFACES = 9, /* of outputs that are numbers */
    SURFACE_COLUMNS = 3
};

bool plane_ready(Diagnostics *diagnostics, const Trained *trained)
{
    return trained->model->width <= 2 || lapack_ready(diagnostics);
}

/* ---- what takes long ---- */

double plane_seconds_prediction(const Trained *trained)
{
    return trained_seconds(trained, GRID * GRID);
}

double plane_seconds_start(const Trained *trained)
{
    return 2 * plane_seconds_prediction(trained);
}

double plane_seconds_flow(const Trained *trained)
{
    const Model *model = trained->model;
    const double points = (double)trained_samples(trained) * (double)(model->layers + 1), width = (double)model->width;
    const bool components = model->width > 2; /* LAPACK makes 1e10 multiplications a second, and 10 width^3 of these */
    return trained_seconds(trained, trained_samples(trained)) +
           (components ? width * width * (points + 10 * width) / 1e10 : 0);
}

double plane_seconds_transformed(const Trained *trained)
{
    const double head = (double)trained->model->width * (double)trained->model->outputs;
    return plane_seconds_flow(trained) + GRID * GRID * head / 2e7; /* the interpreter's, in long double */
}

/* ---- ranges ---- */

/* What is shown of a plane. */
typedef struct {
    double low[2], high[2];
} Frame;

/* What holds all points that are finite, and their largest coordinate. */
static Frame hull(size_t count, const double *points, double *largest)
{
    Frame frame = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    *largest = 0;
    for (size_t i = 0; i < 2 * count; i++) {
        if (!isfinite(points[i]))
            continue;
        frame.low[i % 2] = fmin(frame.low[i % 2], points[i]);
        frame.high[i % 2] = fmax(frame.high[i % 2], points[i]);
        *largest = fmax(*largest, fabs(points[i]));
    }
    for (int axis = 0; axis < 2; axis++)
        if (!(frame.low[axis] <= frame.high[axis]))
            frame.low[axis] = frame.high[axis] = 0;
    return frame;
}

static Frame square(double x, double y, double half)
{
    return (Frame){{x - half, y - half}, {x + half, y + half}};
}

/* The square [-1, 1]^2, or what holds all samples, each axis with a scale of its own: none of them is outside. */
static Frame sample_frame(const Trained *trained)
{
    double most;
    Frame frame = hull(trained_samples(trained), trained->train->x, &most);
    for (int axis = 0; axis < 2; axis++) {
        const double length = frame.high[axis] - frame.low[axis], least = 1e-6 * fabs(frame.low[axis]);
        const double margin = length > least ? length / 20 : fmax(1, fabs(frame.low[axis]) / 20);
        frame.low[axis] -= margin;
        frame.high[axis] += margin;
    }
    return most <= 1 ? square(0, 0, 1) : frame;
}

/* The square [-2, 2]^2 where all but a fiftieth of the states' coordinates lie within, else one that holds all: axes
 * have the same scale, so that what turns is seen to turn. */
static Frame state_frame(Arena *arena, size_t count, const double *points)
{
    static const double base = 2;
    double most, *sizes = ARENA_ARRAY(arena, 2 * count, double);
    const Frame frame = hull(count, points, &most);
    for (size_t i = 0; i < 2 * count; i++)
        sizes[i] = isfinite(points[i]) ? fabs(points[i]) : 0;
    reals_ascending(sizes, 2 * count);
    if (sizes[2 * count - 1 - 2 * count / 50] <= base)
        return square(0, 0, base);
    const double width = frame.high[0] - frame.low[0], height = frame.high[1] - frame.low[1];
    const double half = 0.55 * fmax(fmax(width, height), 1e-3 * most);
    return square(frame.low[0] + width / 2, frame.low[1] + height / 2, half);
}

static void set_frame(Text *body, Frame frame)
{
    text_format(body, "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\nset size ratio 1\n", frame.low[0], frame.high[0],
                frame.low[1], frame.high[1]);
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

/* One real target, or several, by which samples are coloured. */
static bool is_regression(const Trained *trained)
{
    return trained_classes(trained) == 0 && trained->train->target;
}

/* The surfaces over a plane: one of classes, and one for each real output, as far as they are shown. */
static size_t surface_count(const Trained *trained)
{
    const size_t outputs = trained->model->outputs;
    return !is_regression(trained) ? 1 : outputs < MOST_SURFACES ? outputs : MOST_SURFACES;
}

/* Blocks $PREFIX0, $PREFIX1, ...: coordinates and targets of the samples of each class. A block begins with no point,
 * so that none is empty. */
static void add_points(Text *data, const char *prefix, const Trained *trained, const double *coordinates)
{
    for (size_t group = 0; group < group_count(trained); group++) {
        text_format(data, "$%s%zu << EOD\nNaN NaN NaN\n", prefix, group);
        for (size_t i = 0; i < trained_samples(trained); i++) {
            if (!in_group(trained, i, group))
                continue;
            text_format(data, "%.7g %.7g", coordinates[2 * i], coordinates[2 * i + 1]);
            for (size_t j = 0; is_regression(trained) && j < surface_count(trained); j++)
                text_format(data, isnan(trained_target(trained, i)[j]) ? " NaN" : " %.5g",
                            trained_target(trained, i)[j]);
            text_add(data, "\n");
        }
        text_add(data, "EOD\n");
    }
}

static void set_target_palette(Text *body, const Trained *trained)
{
    if (is_regression(trained))
        text_format(body, "set palette defined (0 '%s', 0.5 '#ffffff', 1 '%s')\nset cblabel ", drawing_colour(0),
                    drawing_colour(1));
    if (is_regression(trained)) {
        gnuplot_string(body, trained->model->outputs > 1
                                 ? text_print(body->arena, "target %s", trained_target_name(body->arena, trained, 0))
                                 : "target");
        text_add(body, "\n");
    }
}

static void group_title(Text *body, const Trained *trained, size_t group)
{
    text_add(body, " title ");
    gnuplot_string(body, trained_classes(trained) ? trained_class_name(body->arena, trained, group)
                         : is_regression(trained) ? "samples, by target"
                                                  : "samples");
}

/* Elements of a plot command, each begun by separator. The samples of a regression have the colour of target j. */
static void plot_points(Text *body, const char *prefix, const Trained *trained, size_t j, double size, bool titles)
{
    bool regression = is_regression(trained);
    for (size_t group = 0; group < group_count(trained); group++) {
        text_format(body, "%s$%s%zu using 1:2", group ? ", " : "", prefix, group);
        if (regression)
            text_format(
                body,
                ":%zu with points palette pt 7 ps %.2g notitle, '' using 1:2 with points pt 6 ps %.2g lc rgb '#000000'",
                j + 3, 2 * size, 2 * size);
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

/* The distance from a point of the grid to the next along an axis. */
static double grid_step(const Frame *frame, int axis)
{
    return (frame->high[axis] - frame->low[axis]) / (GRID - 1);
}

/* The corners' grid of the frame: [GRID * GRID][2], rows from below. */
static double *grid_points(Arena *arena, const Frame *frame)
{
    double *points = ARENA_ARRAY(arena, 2 * GRID * GRID, double);
    for (size_t i = 0; i < GRID * GRID; i++) {
        points[2 * i] = frame->low[0] + (double)(i % GRID) * grid_step(frame, 0);
        points[2 * i + 1] = frame->low[1] + (double)(i / GRID) * grid_step(frame, 1);
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

/* Block $planeI. */
static void add_grid(Text *data, size_t i, const double *values)
{
    text_format(data, "$plane%zu << EOD\n", i);
    for (size_t k = 0; k < GRID * GRID; k++)
        text_format(data, "%.7g%s", values[k], k % GRID == GRID - 1 ? "\n" : " ");
    text_add(data, "EOD\n");
}

/* The line p = 1/2, and the plane as an image: the begin of a plot command. */
static void plot_plane(Text *body, const Trained *trained, size_t i, const Frame *frame)
{
    bool line = model_classes(trained->model) == 2 && trained->model->outputs == 1;
    const char *place = text_print(body->arena, "($1*%.9g+%.9g):($2*%.9g+%.9g):3", grid_step(frame, 0), frame->low[0],
                                   grid_step(frame, 1), frame->low[1]);
    set_palette(body, trained);
    if (line)
        text_format(body,
                    "set contour base\nset cntrparam levels discrete 0.5\nunset surface\nset table $line\n"
                    "splot $plane%zu matrix using %s\nunset table\nunset contour\nset surface\n",
                    i, place);
    text_format(body, "plot $plane%zu matrix using %s with image notitle, ", i, place);
    if (line)
        text_add(body, "$line using 1:2 with lines lw 2 lc rgb '#000000' title 'p = 1/2', ");
}

/* What is shown over a plane: its axes, the frame, where the samples are, and what the network makes of the grid. */
typedef struct {
    const char *title, *x, *y;
    Frame frame;                  /* of the grid, as the network sees it */
    Frame shown;                  /* the same in the unit of the axes */
    const double *coordinates;    /* [samples][2] in that unit */
    size_t count;                 /* of predictions: of one network, or one before and after its training */
    const double *predictions[2]; /* [GRID * GRID][outputs] each */
    const char *titles[2];        /* of each, where there are two */
} PlaneView;

/* Output j where outputs are numbers, else p or the number of the class. */
static const double *surface(Arena *arena, const Trained *trained, const double *predictions, size_t j)
{
    const size_t outputs = trained->model->outputs;
    double *values = ARENA_ARRAY(arena, GRID * GRID, double);
    for (size_t i = 0; i < GRID * GRID; i++)
        values[i] = is_regression(trained) || outputs == 1 ? predictions[i * outputs + j]
                                                           : (double)reals_largest(predictions + i * outputs, outputs);
    return values;
}

/* The ends of the colours: those of everything that is shown of output j. */
static void set_colours(Text *body, const Trained *trained, const PlaneView *view, size_t j)
{
    const size_t outputs = trained->model->outputs;
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < view->count; k++)
        for (size_t i = 0; i < GRID * GRID; i++) {
            low = fmin(low, view->predictions[k][i * outputs + j]);
            high = fmax(high, view->predictions[k][i * outputs + j]);
        }
    for (size_t i = 0; i < trained_samples(trained); i++) {
        low = fmin(low, trained_target(trained, i)[j]);
        high = fmax(high, trained_target(trained, i)[j]);
    }
    if (high > low && isfinite(high - low))
        text_format(body, "set cbrange [%.9g:%.9g]\n", low, high);
    else
        text_add(body, "set cbrange [*:*]\n");
}

/* The panel of surface j of predictions k. */
static void plot_surface(Drawing *drawing, const Trained *trained, const PlaneView *view, size_t k, size_t j)
{
    Arena *arena = drawing->arena;
    const size_t number = k * surface_count(trained) + j;
    const bool several = trained->model->outputs > 1 && is_regression(trained);
    const char *name = several ? trained_target_name(arena, trained, j) : NULL;
    add_grid(&drawing->data, number, surface(arena, trained, view->predictions[k], j));
    if (view->count > 1 || several)
        drawing_titles(drawing,
                       name && view->count > 1 ? text_print(arena, "%s, %s", name, view->titles[k])
                       : name                  ? name
                                               : view->titles[k],
                       NULL, NULL);
    if (is_regression(trained))
        set_colours(&drawing->body, trained, view, j);
    plot_plane(&drawing->body, trained, number, &view->shown);
    plot_points(&drawing->body, "sample", trained, j, 0.6, true);
    text_add(&drawing->body, "\n");
}

static Drawing draw_plane(Arena *arena, const Trained *trained, const PlaneView *view)
{
    const size_t surfaces = surface_count(trained), panels = surfaces * view->count;
    const size_t columns = view->count > 1 ? view->count : surfaces < SURFACE_COLUMNS ? surfaces : SURFACE_COLUMNS;
    const size_t rows = (panels + columns - 1) / columns;
    const int side = panels > 1 ? 3 * SIDE / 4 : SIDE;
    Drawing drawing = drawing_new(arena, (int)columns * (side + 100), (int)rows * side + (panels > 1 ? 40 : 0));
    add_points(&drawing.data, "sample", trained, view->coordinates);
    drawing_titles(&drawing, panels > 1 ? NULL : view->title, view->x, view->y);
    set_frame(&drawing.body, view->shown);
    if (panels > 1) {
        text_format(&drawing.body, "set multiplot layout %zu,%zu title ", rows, columns);
        gnuplot_string(&drawing.body, text_print(arena, "%s\n", view->title)); /* the keys stand below */
        text_add(&drawing.body, "\n");
    }
    for (size_t j = 0; j < surfaces; j++)
        for (size_t k = 0; k < view->count; k++)
            plot_surface(&drawing, trained, view, k, j);
    text_add(&drawing.body, panels > 1 ? "unset multiplot\n" : "");
    return drawing;
}

Drawing plane_samples(Arena *arena, const Trained *trained, const char *title)
{
    Drawing drawing = drawing_new(arena, SIDE - 160, SIDE - 160);
    add_points(&drawing.data, "sample", trained, trained->train->x);
    drawing_titles(&drawing, title, "x1", "x2");
    set_frame(&drawing.body, sample_frame(trained));
    set_target_palette(&drawing.body, trained);
    text_add(&drawing.body, "plot ");
    plot_points(&drawing.body, "sample", trained, 0, 0.6, true);
    text_add(&drawing.body, "\n");
    return drawing;
}

/* ": prediction over the plane", and of how many outputs where they are not all shown. */
static const char *plane_title(Arena *arena, const Trained *trained, const char *what)
{
    const size_t outputs = trained->model->outputs;
    return is_regression(trained) && outputs > MOST_SURFACES
               ? text_print(arena, "%s: %s, outputs 1 to %d of %zu", trained->model->name, what, MOST_SURFACES, outputs)
               : text_print(arena, "%s: %s", trained->model->name, what);
}

/* Over the plane of the two inputs in the units of the rows; the predictions are left to be filled in. */
static PlaneView view_of_inputs(Arena *arena, const Trained *trained, const char *what)
{
    const Dataset *train = trained->train;
    const char *const *names = train->feature_names;
    const size_t count = 2 * trained_samples(trained);
    const Frame frame = sample_frame(trained);
    Frame shown;
    double *raw = ARENA_ARRAY(arena, count, double);
    intake_out(&train->scales.x, 2, 2, frame.low, shown.low);
    intake_out(&train->scales.x, 2, 2, frame.high, shown.high);
    intake_out(&train->scales.x, 2, count, train->x, raw);
    return (PlaneView){.title = plane_title(arena, trained, what),
                       .x = names ? names[0] : "x1",
                       .y = names ? names[1] : "x2",
                       .frame = frame,
                       .shown = shown,
                       .coordinates = raw};
}

static void add_predictions(Arena *arena, const Trained *trained, PlaneView *view, const char *title)
{
    const Dataset grid = {.samples = GRID * GRID, .x = grid_points(arena, &view->frame)};
    view->titles[view->count] = title;
    view->predictions[view->count++] = trained_predictions(arena, trained, &grid, GRID * GRID);
}

Drawing plane_prediction(Arena *arena, const Trained *trained)
{
    PlaneView view = view_of_inputs(arena, trained, "prediction over the plane");
    add_predictions(arena, trained, &view, "");
    return draw_plane(arena, trained, &view);
}

Drawing plane_start(Arena *arena, const Trained *trained)
{
    Trained before = *trained;
    PlaneView view = view_of_inputs(arena, trained, "prediction over the plane");
    before.params = trained->initial;
    add_predictions(arena, &before, &view, "before the training");
    add_predictions(arena, trained, &view, "after it");
    return draw_plane(arena, trained, &view);
}

/* ---- states ---- */

/* The states of all layers in one plane. */
typedef struct Flow {
    PrincipalPlane projection;
    double *coordinates; /* [layers + 1][samples][2] */
    size_t samples, layers;
    Frame frame;
    const char *note, *x, *y; /* note: a line for the title */
} Flow;

/* The states need memory while they are put into the plane, the others stay with the flow. */
static Flow new_flow(Arena *arena, Arena *own, const Trained *trained)
{
    size_t width = trained->model->width, layers = trained->model->layers, samples = trained_samples(trained);
    size_t count = (layers + 1) * samples;
    const double *states = trained_states(own, trained);
    Flow flow = {.samples = samples, .layers = layers, .note = "", .x = "channel 1", .y = "channel 2"};
    flow.projection = principal_of(arena, count, width, states);
    flow.coordinates = ARENA_ARRAY(arena, 2 * count, double);
    for (size_t i = 0; i < count; i++)
        principal_apply(&flow.projection, states + i * width, flow.coordinates + 2 * i);
    flow.frame = state_frame(own, count, flow.coordinates);
    if (width > 2) {
        flow.x = "principal component 1";
        flow.y = "principal component 2";
        flow.note = text_print(arena, "\n(principal components of %zu channels: %.0f %% of the variance)", width,
                               100 * flow.projection.share);
    }
    return flow;
}

/* The one that the pictures share, if they do. */
static Flow flow_of(Arena *arena, const Trained *trained)
{
    TrainedShared *shared = trained->shared;
    if (!shared)
        return new_flow(arena, arena, trained);
    if (!shared->flow) {
        Flow *flow = ARENA_NEW(shared->arena, Flow);
        *flow = new_flow(shared->arena, arena, trained);
        shared->flow = flow;
    }
    return *shared->flow;
}

static const double *layer_of(const Flow *flow, size_t layer)
{
    return flow->coordinates + 2 * layer * flow->samples;
}

Drawing plane_transformed(Arena *arena, const Trained *trained)
{
    Flow flow = flow_of(arena, trained);
    const size_t width = trained->model->width;
    const double *last = layer_of(&flow, flow.layers);
    const Frame frame = state_frame(arena, flow.samples, last);
    const double *points = grid_points(arena, &frame);
    double *states = ARENA_ARRAY(arena, GRID * GRID * width, double);
    for (size_t i = 0; i < GRID * GRID; i++)
        principal_lift(&flow.projection, points + 2 * i, states + i * width);
    const char *what = text_print(arena, "transformed samples and %s%s",
                                  trained_classes(trained) ? "linear classifier" : "the linear head", flow.note);
    const PlaneView view = {.title = plane_title(arena, trained, what),
                            .x = flow.x,
                            .y = flow.y,
                            .frame = frame,
                            .shown = frame,
                            .coordinates = last,
                            .count = 1,
                            .predictions = {trained_outputs(arena, trained, GRID * GRID, states)}};
    return draw_plane(arena, trained, &view);
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
                   text_print(arena, "%s: the flow after every %slayer, in [%.3g, %.3g] x [%.3g, %.3g]%s",
                              trained->model->name, stride > 1 ? "few " : "", flow.frame.low[0], flow.frame.high[0],
                              flow.frame.low[1], flow.frame.high[1], flow.note));
    text_add(&drawing.body, "\nunset key\nset border 15\nset format xy ''\nset tics scale 0.3\n"
                            "set lmargin 1\nset rmargin 1\nset bmargin 0.5\nset tmargin 2.2\n");
    set_frame(&drawing.body, flow.frame);
    set_target_palette(&drawing.body, trained);
    text_add(&drawing.body, "unset colorbox\n");
    for (size_t layer = 0; layer <= flow.layers; layer += stride) {
        text_format(&drawing.body, "set title '%s' font ',10' offset 0,-0.7\nplot ",
                    layer ? text_print(arena, "layer %zu", layer) : "input");
        plot_points(&drawing.body, add_layer(&drawing, trained, &flow, layer), trained, 0, 0.25, false);
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
            text_format(&drawing->data, "%.7g %.7g\n", at[0], at[1]);
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
    set_frame(body, flow.frame);
    set_target_palette(body, trained);
    text_add(body, "plot ");
    for (size_t group = 0; group < group_count(trained); group++) {
        add_lines(&drawing, trained, &flow, group, lines);
        text_format(body, "$lines%zu with lines lw 0.7 lc rgb '#60%s' notitle, ", group, drawing_colour(group) + 1);
    }
    plot_points(body, "end", trained, 0, 0.5, true);
    text_add(body, "\n");
    return drawing;
}

Drawing plane_animation(Arena *arena, const Trained *trained)
{
    Drawing drawing = drawing_new(arena, SIDE - 100, SIDE - 60);
    Flow flow = flow_of(arena, trained);
    set_frame(&drawing.body, flow.frame);
    set_target_palette(&drawing.body, trained);
    const size_t stride = flow.layers / MOST_FRAMES + 1;
    for (size_t frame = 0; frame <= (flow.layers + stride - 1) / stride; frame++) {
        const size_t layer = frame * stride < flow.layers ? frame * stride : flow.layers;
        drawing_titles(&drawing,
                       text_print(arena, "%s: layer %zu of %zu%s", trained->model->name, layer, flow.layers, flow.note),
                       flow.x, flow.y);
        text_add(&drawing.body, "plot ");
        plot_points(&drawing.body, add_layer(&drawing, trained, &flow, layer), trained, 0, 0.5, true);
        text_add(&drawing.body, "\n");
    }
    return drawing;
}
