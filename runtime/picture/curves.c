#include "runtime/picture/curves.h"

#include "runtime/number/reals.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 800, HEIGHT = 520, MOST_ROWS = 400, MOST_LINES = 200 };

/* ---- traces ---- */

/* The row of count to show next: as many as a logarithmic axis can tell apart, and the last. */
static size_t next_row(size_t row, size_t count)
{
    size_t next = (size_t)ceil((double)row * pow((double)count, 1.0 / MOST_ROWS));
    next = next > row ? next : row + 1;
    return row + 1 < count && next >= count ? count - 1 : next;
}

/* Block $NAMEindex: iteration, objective, accuracy and those of the test set. Iteration 0 has no place on a logarithmic
 * axis. */
static void add_trace(Text *data, size_t index, const NamedTrace *named)
{
    const Trace *trace = named->trace;
    const double samples = named->samples ? (double)named->samples : 1, tests = named->tests ? (double)named->tests : 1;
    text_format(data, "$trace%zu << EOD\n", index);
    for (size_t i = trace->count > 1 ? 1 : 0; i < trace->count; i = next_row(i, trace->count)) {
        const TraceRow *row = &trace->rows[i];
        text_format(data, "%zu %.9g %.9g", row->iteration ? row->iteration : 1, row->training.objective / samples,
                    row->training.accuracy);
        if (trace->test)
            text_format(data, " %.9g %.9g", row->test.objective / tests, row->test.accuracy);
        text_add(data, "\n");
    }
    text_add(data, "EOD\n");
}

static void plot_trace(Text *body, size_t index, const NamedTrace *named, bool test, int column)
{
    const size_t colour = named->name ? named->colour : test, round = colour / DRAWING_COLOURS;
    const char *how = named->trace->count < 2 ? "points"
                      : round ? text_print(body->arena, "linespoints pt %d pi -12", drawing_shape(round))
                              : "lines"; /* a colour that returns has marks */
    text_format(body, "%s $trace%zu using 1:%d with %s lw 2 dt %d lc rgb '%s' ", index || test ? "," : "plot", index,
                column + 2 * test, how, test ? 2 : 1, drawing_colour(colour));
    if (test && named->name) {
        text_add(body, "notitle");
        return;
    }
    text_add(body, "title ");
    gnuplot_string(body, named->name ? named->name : test ? "test" : "training");
}

static void plot_traces(Drawing *drawing, size_t count, const NamedTrace *traces, int column)
{
    size_t longest = 2;
    for (size_t i = 0; i < count; i++)
        longest = traces[i].trace->count > longest ? traces[i].trace->count : longest;
    text_format(&drawing->body, "set xrange [1:%zu]\n", longest - 1 > 1 ? longest - 1 : 2);
    for (size_t i = 0; i < count; i++) {
        add_trace(&drawing->data, i, &traces[i]);
        plot_trace(&drawing->body, i, &traces[i], false, column);
        if (traces[i].trace->test)
            plot_trace(&drawing->body, i, &traces[i], true, column);
    }
    text_add(&drawing->body, "\n");
}

/* The least and the largest of some values. */
typedef struct {
    double least, largest;
} Range;

static void extend(Range *range, double value)
{
    range->least = fmin(range->least, value);
    range->largest = fmax(range->largest, value);
}

/* Are they worth a logarithmic axis? On one of less than a decade there are no numbers to read. */
static bool is_logarithmic(const Range *range)
{
    return range->least > 0 && range->largest >= 10 * range->least;
}

/* That of a column, 2 or 3. */
static Range range_of(size_t count, const NamedTrace *traces, int column)
{
    Range range = {INFINITY, -INFINITY};
    for (size_t i = 0; i < count; i++) {
        const Trace *trace = traces[i].trace;
        const double samples = traces[i].samples ? (double)traces[i].samples : 1,
                     tests = traces[i].tests ? (double)traces[i].tests : 1;
        for (size_t k = trace->count > 1 ? 1 : 0; k < trace->count; k++) {
            const TraceRow *row = &trace->rows[k];
            extend(&range, column == 2 ? row->training.objective / samples : row->training.accuracy);
            if (trace->test)
                extend(&range, column == 2 ? row->test.objective / tests : row->test.accuracy);
        }
    }
    return range;
}

bool curves_epochs(const Trained *trained)
{
    return !strcmp(algorithm_rows[trained->model->train.algorithm].unit, "epochs");
}

/* What the rows of all traces are. */
static const char *counted(size_t count, const NamedTrace *traces)
{
    size_t epochs = 0;
    for (size_t i = 0; i < count; i++)
        epochs += traces[i].epochs;
    return epochs == count ? "epoch" : epochs ? "iteration or epoch" : "iteration";
}

/* Many names stand beside the curves, not above them. */
static void set_legend(Drawing *drawing, size_t count)
{
    enum { FEW = 4, BESIDE = 260 };
    if (count <= FEW)
        return;
    drawing->width += BESIDE;
    text_add(&drawing->body, "set key outside right top vertical Left reverse\n");
}

Drawing curves_objective(Arena *arena, const char *title, bool mean, size_t count, const NamedTrace *traces)
{
    Drawing drawing = drawing_new(arena, WIDTH, HEIGHT);
    drawing_titles(&drawing, title, counted(count, traces), mean ? "objective, mean of the samples" : "objective J");
    const Range range = range_of(count, traces, 2);
    text_format(&drawing.body, "set logscale x%s\nset format xy '%%g'\n", is_logarithmic(&range) ? "y" : "");
    set_legend(&drawing, count);
    plot_traces(&drawing, count, traces, 2);
    return drawing;
}

Drawing curves_accuracy(Arena *arena, const char *title, bool rmse, size_t count, const NamedTrace *traces)
{
    Drawing drawing = drawing_new(arena, WIDTH, HEIGHT);
    drawing_titles(&drawing, title, counted(count, traces),
                   rmse ? "root mean squared error" : "share classified correctly");
    const Range range = range_of(count, traces, 3);
    text_format(&drawing.body, "set logscale x%s\nset format x '%%g'\n", rmse && is_logarithmic(&range) ? "y" : "");
    set_legend(&drawing, count);
    text_add(&drawing.body, rmse ? "" : "set yrange [*<0.5:1]\n");
    plot_traces(&drawing, count, traces, 3);
    return drawing;
}

/* ---- what a training goes through ---- */

/* From one tick to the next: 1, and of many layers 2, 5, 10, .., so that there are some twelve. */
static size_t layer_ticks(size_t layers)
{
    static const size_t digits[] = {1, 2, 5};
    size_t ticks = 1;
    for (size_t i = 0, scale = 1; layers > 25 && ticks * 12 < layers; i++) {
        scale *= i && i % 3 == 0 ? 10 : 1;
        ticks = digits[i % 3] * scale;
    }
    return ticks;
}

static size_t first_tick(size_t layers)
{
    return layer_ticks(layers) > 1 ? 0 : 1;
}

/* Axes of iterations from 1 to last on, logarithmic, and of values. */
static void set_iterations(Drawing *drawing, const Trained *trained, size_t last, bool logarithmic, const char *what,
                           const char *value)
{
    drawing_titles(drawing, text_print(drawing->arena, "%s: %s", trained->model->name, what),
                   curves_epochs(trained) ? "epoch" : "iteration", value);
    text_format(&drawing->body, "set logscale x%s\nset format xy '%%g'\nset xrange [1:%zu]\n", logarithmic ? "y" : "",
                last > 1 ? last : 2);
}

/* Ends block $NAME, which has a point for each of so many rows, and plots it. */
static void plot_curve(Drawing *drawing, const char *name, size_t rows)
{
    text_add(&drawing->data, "EOD\n");
    text_format(&drawing->body, "plot $%s using 1:2 with %s lw 2 pt 7 lc rgb '%s' notitle\n", name,
                rows > 2 ? "lines" : "points", drawing_colour(0));
}

Drawing curves_search(Arena *arena, const Trained *trained)
{
    const Trace *trace = trained->trace;
    const char *step = algorithm_rows[trained->model->train.algorithm].step;
    Drawing drawing = drawing_new(arena, WIDTH, HEIGHT);
    Range range = {INFINITY, -INFINITY};
    text_add(&drawing.data, "$search << EOD\n");
    for (size_t i = 1; i < trace->count; i = next_row(i, trace->count)) {
        text_format(&drawing.data, "%zu %.9g\n", trace->rows[i].iteration, trace->rows[i].step);
        extend(&range, trace->rows[i].step);
    }
    set_iterations(&drawing, trained, trace->count - 1, is_logarithmic(&range), step, step);
    plot_curve(&drawing, "search", trace->count);
    return drawing;
}

Drawing curves_gradient(Arena *arena, const Trained *trained)
{
    const Course *course = trained->course;
    Drawing drawing = drawing_new(arena, WIDTH, HEIGHT);
    Range range = {INFINITY, -INFINITY};
    text_add(&drawing.data, "$gradient << EOD\n");
    for (size_t i = 0; i < course->count; i++) {
        if (isnan(course->rows[i].gradient))
            continue;
        text_format(&drawing.data, "%zu %.9g\n", course->rows[i].iteration, course->rows[i].gradient);
        extend(&range, course->rows[i].gradient);
    }
    set_iterations(&drawing, trained, course->rows[course->count - 1].iteration, is_logarithmic(&range), "gradient",
                   "norm of the gradient of J");
    plot_curve(&drawing, "gradient", course->count);
    return drawing;
}

/* The layers' colours go from dark blue over green to yellow (viridis), which are told apart in grey, too. */
Drawing curves_learnt_steps(Arena *arena, const Trained *trained)
{
    const Course *course = trained->course;
    Drawing drawing = drawing_new(arena, WIDTH, HEIGHT);
    Text *body = &drawing.body;
    text_add(&drawing.data, "$learnt << EOD\n");
    for (size_t n = 0; n < course->layers; n++) {
        for (size_t i = 0; i < course->count; i++)
            if (course->rows[i].iteration) /* 0 has no place on a logarithmic axis */
                text_format(&drawing.data, "%zu %.9g %zu\n", course->rows[i].iteration, course->rows[i].steps[n],
                            n + 1);
        text_add(&drawing.data, "\n");
    }
    text_add(&drawing.data, "EOD\n");
    set_iterations(&drawing, trained, course->rows[course->count - 1].iteration, false, "learnt time steps",
                   "time step h");
    text_format(body,
                "set palette defined (0 '#440154', 1 '#3b528b', 2 '#21918c', 3 '#5ec962', 4 '#e8d51a')\n"
                "set cbrange [1:%zu]\nset cblabel 'layer'\nset cbtics %zu, %zu\nset xzeroaxis lt 1 lc rgb '#606060'\n"
                "%splot $learnt using 1:2:3 with lines lw 1.5 lc palette notitle\n",
                course->layers > 1 ? course->layers : 2, first_tick(course->layers), layer_ticks(course->layers),
                course->layers > 1 ? "" : "unset colorbox\n");
    return drawing;
}

/* ---- layers ---- */

/* An axis of the layers 1, 2, ... */
static void set_layers(Text *body, size_t layers)
{
    text_format(body, "set xrange [0.5:%zu.5]\nset xtics %zu, %zu\n", layers, first_tick(layers), layer_ticks(layers));
}

/* Of the states before and after them: 0, 1, 2, ... */
static void set_states(Text *body, size_t layers)
{
    text_format(body, "set xrange [0:%zu]\nset xtics 0, %zu\n", layers, layer_ticks(layers));
}

Drawing curves_steps(Arena *arena, const char *title, size_t count, const NamedSteps *steps)
{
    Drawing drawing = drawing_new(arena, WIDTH, HEIGHT);
    Text *body = &drawing.body;
    size_t layers = 0, zeros = 0;
    drawing_titles(&drawing, title, "layer", "time step h");
    for (size_t i = 0; i < count; i++) {
        layers = steps[i].layers > layers ? steps[i].layers : layers;
        text_format(&drawing.data, "$steps%zu << EOD\n", i);
        for (size_t k = 0; k < steps[i].layers; k++) {
            text_format(&drawing.data, "%zu %.9g\n", k + 1, steps[i].steps[k]);
            zeros += steps[i].steps[k] == 0;
        }
        text_add(&drawing.data, "EOD\n");
    }
    set_layers(body, layers);
    text_add(body, "set xzeroaxis lt 1 lc rgb '#606060'\nset yrange [*<0:0<*]\nplot ");
    for (size_t i = 0; i < count; i++) {
        text_format(body, "%s$steps%zu using 1:2 with linespoints lw 1.5 pt %d ps 0.8 lc rgb '%s' title ",
                    i ? ", " : "", i, drawing_shape(steps[i].colour), drawing_colour(steps[i].colour));
        gnuplot_string(body, steps[i].name);
    }
    for (size_t i = 0; i < count && zeros; i++)
        text_format(body, ", $steps%zu using 1:($2 == 0 ? 0 : NaN) with points pt 2 ps 1.6 lw 2 lc rgb '#000000' %s", i,
                    i ? "notitle" : "title 'exactly 0'");
    text_add(body, "\n");
    return drawing;
}

/* Block $quantiles: layer, a tenth, the median, nine tenths of values [layers + 1][count]. Are all positive, so that
 * they have a place on a logarithmic axis? */
static bool add_quantiles(Arena *arena, Text *data, size_t layers, size_t count, const double *values)
{
    double *sorted = ARENA_ARRAY(arena, count, double);
    bool positive = true;
    text_add(data, "$quantiles << EOD\n");
    for (size_t layer = 0; layer <= layers; layer++) {
        for (size_t i = 0; i < count; i++)
            sorted[i] = values[layer * count + i];
        reals_ascending(sorted, count);
        text_format(data, "%zu %.6g %.6g %.6g\n", layer, sorted[count / 10], sorted[count / 2],
                    sorted[count - 1 - count / 10]);
        positive = positive && sorted[count / 10] > 0;
    }
    text_add(data, "EOD\n");
    return positive;
}

Drawing curves_costates(Arena *arena, const Trained *trained)
{
    enum { MOST_POINTS = 100 };
    Drawing drawing = drawing_new(arena, WIDTH, HEIGHT);
    const Model *model = trained->model;
    bool positive = add_quantiles(arena, &drawing.data, model->layers, trained_samples(trained),
                                  trained_costate_norms(arena, trained));
    drawing_titles(&drawing, text_print(arena, "%s: costates", model->name), "layer", "norm of the costate p = dJ/dy");
    set_states(&drawing.body, model->layers);
    text_format(&drawing.body,
                "%sset format y '%%g'\nset style fill solid 1 noborder\n"
                "plot $quantiles using 1:2:4 with filledcurves lc rgb '%s' title '10 %% to 90 %%', "
                "'' using 1:3 with %s lw 2 lc rgb '%s' title 'median'\n",
                positive ? "set logscale y\n" : "", drawing_shade(0),
                model->layers > MOST_POINTS ? "lines" : "linespoints pt 7 ps 0.6", drawing_colour(0));
    return drawing;
}

/* Block $stages: layer, and the median of values [stages][layers][count] for every stage. */
static void add_medians(Arena *arena, Text *data, size_t stages, size_t layers, size_t count, const double *values)
{
    double *sorted = ARENA_ARRAY(arena, count, double);
    text_add(data, "$stages << EOD\n");
    for (size_t layer = 0; layer < layers; layer++) {
        text_format(data, "%zu", layer + 1);
        for (size_t stage = 0; stage < stages; stage++) {
            memcpy(sorted, values + (stage * layers + layer) * count, count * sizeof *sorted);
            reals_ascending(sorted, count);
            text_format(data, " %.6g", sorted[count / 2]);
        }
        text_add(data, "\n");
    }
    text_add(data, "EOD\n");
}

Drawing curves_stages(Arena *arena, const Trained *trained)
{
    Drawing drawing = drawing_new(arena, WIDTH, HEIGHT);
    Text *body = &drawing.body;
    const Tableau *tableau = trained->network->tableau;
    size_t samples, stages = tableau->stages, layers = trained->model->layers;
    const double *norms = trained_slope_norms(arena, trained, &samples);
    add_medians(arena, &drawing.data, stages, layers, samples, norms);
    drawing_titles(&drawing, text_print(arena, "%s: stages of %s", trained->model->name, tableau->name), "layer",
                   text_print(arena, "median norm of f(Y_i, u), %zu sample%s", samples, samples > 1 ? "s" : ""));
    set_layers(body, layers);
    text_add(body, "plot ");
    for (size_t i = 0; i < stages; i++)
        text_format(body, "%s$stages using 1:%zu with linespoints lw 1.5 pt %d ps 0.8 lc rgb '%s' title 'stage %zu'",
                    i ? ", " : "", i + 2, drawing_shape(i), drawing_colour(i), i + 1);
    text_add(body, "\n");
    return drawing;
}

/* ---- one channel ---- */

static size_t shown_lines(const Trained *trained)
{
    size_t samples = trained_samples(trained);
    return samples < MOST_LINES ? samples : MOST_LINES;
}

static void add_channel(const Trained *trained, const double *states, Text *data, size_t group, bool classes)
{
    size_t samples = trained_samples(trained);
    text_format(data, "$group%zu << EOD\n0 NaN\n\n", group);
    for (size_t i = 0; i < shown_lines(trained); i++) {
        if (classes && trained_class(trained, i) != group)
            continue;
        for (size_t layer = 0; layer <= trained->model->layers; layer++)
            text_format(data, "%zu %.5g\n", layer, states[layer * samples + i]);
        text_add(data, "\n");
    }
    text_add(data, "EOD\n");
}

Drawing curves_channel(Arena *arena, const Trained *trained)
{
    Drawing drawing = drawing_new(arena, WIDTH, HEIGHT);
    size_t classes = trained_classes(trained), groups = classes ? classes : 1;
    const double *states = trained_states(arena, trained);
    drawing_titles(&drawing,
                   text_print(arena, "%s: the one channel of %zu samples", trained->model->name, shown_lines(trained)),
                   "layer", "state y");
    set_states(&drawing.body, trained->model->layers);
    text_add(&drawing.body, "plot ");
    for (size_t group = 0; group < groups; group++) {
        add_channel(trained, states, &drawing.data, group, classes > 0);
        text_format(&drawing.body, "%s$group%zu with lines lc rgb '%s' title ", group ? ", " : "", group,
                    drawing_colour(group));
        gnuplot_string(&drawing.body, classes ? trained_class_name(arena, trained, group) : "samples");
    }
    text_add(&drawing.body, "\n");
    return drawing;
}
