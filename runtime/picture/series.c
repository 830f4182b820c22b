#include "runtime/picture/series.h"

#include <math.h>
#include <string.h>

enum {
    WIDTH = 900,
    PANEL_HEIGHT = 260,
    MOST_PANELS = 8,
    STACKED = 4,
    MOST_PATHS = 5,
    MOST_ENTRIES = 64,
    NAMED_ENTRIES = 9
};

/* ---- panels ---- */

typedef enum { LEGEND_NONE, LEGEND_ABOVE, LEGEND_BESIDE } Legend;

static void set_legend(Text *body, Legend legend, int height)
{
    switch (legend) {
    case LEGEND_NONE:
        text_add(body, "unset key\n");
        break;
    case LEGEND_ABOVE: /* the first panel's is that of all */
        text_format(body, "set key at screen 0.54,%.4f center center horizontal reverse Left samplen 1.5\n",
                    1 - 66.0 / height);
        break;
    case LEGEND_BESIDE:
        text_add(body, "set key at graph 1.03,1 left top vertical reverse Left samplen 1\n");
        break;
    }
}

/* A drawing of that many panels, at most MOST_PANELS, of whatever `many` names in the title where there are more. */
static Drawing panels_new(Arena *arena, const Trained *trained, const char *what, size_t all, const char *many,
                          Legend legend)
{
    size_t count = all < MOST_PANELS ? all : MOST_PANELS, columns = count > STACKED ? 2 : 1,
           rows = (count + columns - 1) / columns;
    int width = WIDTH + 300 * (columns > 1), height = (int)rows * PANEL_HEIGHT + (rows == 1 ? 290 : 130);
    double beside = legend == LEGEND_BESIDE ? 200.0 : 24.0, above = legend == LEGEND_ABOVE ? 98 : 46;
    Drawing drawing = drawing_new(arena, width, height);
    const char *some = all > count ? text_print(arena, " (%zu of %zu %s)", count, all, many) : "";
    text_format(&drawing.body, "set multiplot layout %zu,%zu margins %.4f,%.4f,%.4f,%.4f spacing %.4f,%.4f title ",
                rows, columns, 118.0 / width, 1 - beside / width, 84.0 / height, 1 - above / height,
                columns > 1 ? (90 + beside) / width : 0, 54.0 / height);
    gnuplot_string(&drawing.body, text_print(arena, "%s: %s%s", trained->model->name, what, some));
    text_add(&drawing.body, "\n");
    set_legend(&drawing.body, legend, height);
    return drawing;
}

static size_t panels_shown(size_t all)
{
    return all < MOST_PANELS ? all : MOST_PANELS;
}

/* Labels of panel number i; only the lowest of each column says what its x axis is. */
static void begin_panel(Drawing *drawing, size_t i, size_t all, const char *x, const char *y)
{
    size_t count = panels_shown(all), columns = count > STACKED ? 2 : 1;
    drawing_titles(drawing, NULL, i + columns >= count ? x : "", y);
}

static void end_panels(Drawing *drawing)
{
    text_add(&drawing->body, "unset multiplot\n");
}

static void set_times(Drawing *drawing, const Trained *trained)
{
    const double *times = trained_times(drawing->arena, trained);
    double low = times[0], high = times[0];
    for (size_t n = 1; n <= trained->model->layers; n++) {
        low = fmin(low, times[n]);
        high = fmax(high, times[n]);
    }
    if (high > low)
        text_format(&drawing->body, "set xrange [%.9g:%.9g]\n", low, high);
}

/* ---- trajectories ---- */

static size_t shown_paths(const Trained *trained)
{
    size_t samples = trained->train->samples;
    return samples < MOST_PATHS ? samples : MOST_PATHS;
}

static Legend paths_legend(const Trained *trained)
{
    return trained->train->samples > 1 ? LEGEND_ABOVE : LEGEND_NONE;
}

/* ", 5 of 30 trajectories". */
static const char *which_paths(Arena *arena, const Trained *trained)
{
    size_t shown = shown_paths(trained), all = trained->train->samples;
    return all == 1       ? ""
           : shown == all ? text_print(arena, ", %zu trajectories", all)
                          : text_print(arena, ", %zu of %zu trajectories", shown, all);
}

static void path_title(Text *body, const Trained *trained, size_t path)
{
    if (trained->train->samples == 1) {
        text_add(body, " notitle");
        return;
    }
    text_add(body, " title ");
    gnuplot_string(body,
                   text_print(body->arena, "trajectory %s", dataset_trajectory(body->arena, trained->train, path)));
}

/* Blocks $PREFIX0, ..: time and values [layers + 1][paths][numbers] of each path. */
static void add_paths(Drawing *drawing, const Trained *trained, const char *prefix, size_t numbers,
                      const double *values)
{
    size_t paths = shown_paths(trained), layers = trained->model->layers;
    const double *times = trained_times(drawing->arena, trained);
    for (size_t i = 0; i < paths; i++) {
        text_format(&drawing->data, "$%s%zu << EOD\n", prefix, i);
        for (size_t n = 0; n <= layers; n++) {
            text_format(&drawing->data, "%.9g", times[n]);
            for (size_t j = 0; j < numbers; j++)
                text_format(&drawing->data, " %.6g", values[(n * paths + i) * numbers + j]);
            text_add(&drawing->data, "\n");
        }
        text_add(&drawing->data, "EOD\n");
    }
}

/* Blocks $seen0, ..: time and target at each observed layer. A block begins with no point, so that none is empty. */
static void add_observed(Drawing *drawing, const Trained *trained)
{
    const Model *model = trained->model;
    const double *times = trained_times(drawing->arena, trained), *target = trained->train->target;
    for (size_t i = 0; i < shown_paths(trained); i++) {
        text_format(&drawing->data, "$seen%zu << EOD\nNaN NaN NaN\n", i);
        for (size_t m = 0; m < model->observations; m++) {
            text_format(&drawing->data, "%.9g", times[model->observed[m]]);
            for (size_t j = 0; j < model->outputs; j++, target++)
                text_format(&drawing->data, isnan(*target) ? " NaN" : " %.6g", *target);
            text_add(&drawing->data, "\n");
        }
        text_add(&drawing->data, "EOD\n");
    }
}

/* Half the width of the band of output j at layer n, between observed layers m and m + 1 by a line; m moves on. */
static double half_at(const Model *model, const double *half, size_t n, size_t *m, size_t j)
{
    const size_t *observed = model->observed;
    while (*m + 1 < model->observations && observed[*m + 1] <= n)
        ++*m;
    const double *here = half + *m * model->outputs + j;
    if (n == observed[*m])
        return *here;
    return *here +
           (double)(n - observed[*m]) / (double)(observed[*m + 1] - observed[*m]) * (here[model->outputs] - *here);
}

/* Blocks $band0, ..: time and the ends of the bands of the outputs around values [layers + 1][paths][outputs], from the
 * first observed layer to the last. False: there are none. */
static bool add_bands(Drawing *drawing, const Trained *trained, const double *values)
{
    const Model *model = trained->model;
    const Dataset *train = trained->train;
    size_t paths = shown_paths(trained), outputs = model->outputs, last = model->observed[model->observations - 1];
    const double *times = trained_times(drawing->arena, trained);
    const double *half = trained_bands(drawing->arena, trained, paths, train->x, train->signal);
    for (size_t i = 0; half && i < paths; i++) {
        text_format(&drawing->data, "$band%zu << EOD\n", i);
        for (size_t n = model->observed[0], m = 0; n <= last; n++) {
            text_format(&drawing->data, "%.9g", times[n]);
            for (size_t j = 0; j < outputs; j++) {
                double value = values[(n * paths + i) * outputs + j];
                double width = half_at(model, half + i * model_predictions(model), n, &m, j);
                text_format(&drawing->data, " %.6g %.6g", value - width, value + width);
            }
            text_add(&drawing->data, "\n");
        }
        text_add(&drawing->data, "EOD\n");
    }
    return half;
}

/* The bands of output j, before what lies on them; as bars where only one layer is observed. */
static void plot_bands(Text *body, const Trained *trained, size_t j)
{
    bool area = trained->model->observations > 1;
    size_t low = 2 * j + 2, high = low + 1;
    for (size_t i = 0; i < shown_paths(trained); i++) {
        text_format(body, "$band%zu using 1:", i);
        if (area)
            text_format(body, "%zu:%zu with filledcurves fs transparent solid 0.25 noborder", low, high);
        else
            text_format(body, "(($%zu+$%zu)/2):%zu:%zu with yerrorbars pt 0 lw 2", low, high, low, high);
        text_format(body, " lc rgb '%s' notitle, ", drawing_colour(i));
    }
}

/* Lines of every path with `using` columns x:y, and where there are observations of the same their points. */
static void plot_paths(Text *body, const Trained *trained, const char *prefix, size_t x, size_t y, bool observed)
{
    for (size_t i = 0; i < shown_paths(trained); i++) {
        text_format(body, "%s$%s%zu using %zu:%zu with lines lw 2 lc rgb '%s'", i ? ", " : "", prefix, i, x, y,
                    drawing_colour(i));
        path_title(body, trained, i);
    }
    for (size_t i = 0; observed && i < shown_paths(trained); i++)
        text_format(body, ", $seen%zu using %zu:%zu with points pt %d ps 0.7 lc rgb '%s' notitle", i, x, y,
                    drawing_shape(i), drawing_colour(i));
}

Drawing series_observed(Arena *arena, const Trained *trained)
{
    const Model *model = trained->model;
    bool observed = trained->train->target;
    size_t paths = shown_paths(trained), outputs = observed ? model->outputs : model->width;
    const double *states = trained_paths(arena, trained, paths, PATHS_STATES);
    const double *values = trained_outputs(arena, trained, (model->layers + 1) * paths, states);
    const char *seen = trained_has_bands(trained) ? "observed (points), predicted (lines), 95 % bands"
                       : observed                 ? "observed (points) and predicted (lines)"
                                                  : "states";
    const char *what = text_print(arena, "%s%s", seen, which_paths(arena, trained));
    Drawing drawing =
        panels_new(arena, trained, what, outputs, observed ? "targets" : "channels", paths_legend(trained));
    add_paths(&drawing, trained, "path", outputs, values);
    if (observed)
        add_observed(&drawing, trained);
    bool bands = add_bands(&drawing, trained, values);
    set_times(&drawing, trained);
    for (size_t j = 0; j < panels_shown(outputs); j++) {
        begin_panel(&drawing, j, outputs, "t", trained_target_name(arena, trained, j));
        text_add(&drawing.body, "plot ");
        if (bands)
            plot_bands(&drawing.body, trained, j);
        plot_paths(&drawing.body, trained, "path", 1, j + 2, observed);
        text_add(&drawing.body, "\nunset key\n");
    }
    end_panels(&drawing);
    return drawing;
}

Drawing series_adjoints(Arena *arena, const Trained *trained)
{
    size_t width = trained->model->width;
    const char *what = text_print(arena, "costates p = dJ/dy%s", which_paths(arena, trained));
    Drawing drawing = panels_new(arena, trained, what, width, "channels", paths_legend(trained));
    add_paths(&drawing, trained, "path", width, trained_paths(arena, trained, shown_paths(trained), PATHS_COSTATES));
    set_times(&drawing, trained);
    text_add(&drawing.body, "set xzeroaxis lt 1 lc rgb '#909090'\n");
    for (size_t j = 0; j < panels_shown(width); j++) {
        begin_panel(&drawing, j, width, "t", text_print(arena, "costate %zu", j + 1));
        text_add(&drawing.body, "plot ");
        plot_paths(&drawing.body, trained, "path", 1, j + 2, false);
        text_add(&drawing.body, "\nunset key\n");
    }
    end_panels(&drawing);
    return drawing;
}

/* ---- phase portrait ---- */

/* Is the prediction the state, so that what is observed is a place in the plane of states? */
static bool observes_states(const Trained *trained, size_t count, const double *states, const double *outputs)
{
    const Model *model = trained->model;
    return trained->train->target && model->outputs == model->width &&
           !memcmp(states, outputs, count * model->width * sizeof *states);
}

Drawing series_phase(Arena *arena, const Trained *trained)
{
    const Model *model = trained->model;
    size_t paths = shown_paths(trained), count = (model->layers + 1) * paths;
    const double *states = trained_paths(arena, trained, paths, PATHS_STATES);
    const double *raw = trained_raw_states(arena, trained, count, states);
    bool observed = observes_states(trained, count, raw, trained_outputs(arena, trained, count, states));
    Drawing drawing = drawing_new(arena, WIDTH - 200, WIDTH - 240);
    drawing_titles(&drawing,
                   text_print(arena, "%s: phase portrait%s%s", model->name, which_paths(arena, trained),
                              observed ? "\nobserved (points), the network's paths (lines) and their starts (rings)"
                                       : "\nthe network's paths and their starts (rings)"),
                   observed ? trained_target_name(arena, trained, 0) : "y1",
                   observed ? trained_target_name(arena, trained, 1) : "y2");
    add_paths(&drawing, trained, "path", model->width, raw);
    if (observed)
        add_observed(&drawing, trained);
    text_add(&drawing.body, "set offsets graph 0.03, graph 0.03, graph 0.03, graph 0.03\nplot ");
    plot_paths(&drawing.body, trained, "path", 2, 3, observed);
    for (size_t i = 0; i < paths; i++)
        text_format(&drawing.body, ", $path%zu every ::0::0 using 2:3 with points pt 6 ps 1.6 lw 2 lc rgb '%s' notitle",
                    i, drawing_colour(i));
    text_add(&drawing.body, "\n");
    return drawing;
}

/* ---- controls ---- */

static const Tensor *controls_of(const Model *model, size_t *count)
{
    *count = model->control_count;
    return model->tensors + model->control_tensor;
}

static size_t moving_controls(const Model *model)
{
    size_t count, moving = 0;
    const Tensor *controls = controls_of(model, &count);
    for (size_t c = 0; c < count; c++)
        moving += controls[c].span > 0;
    return moving;
}

bool series_has_controls(const Trained *trained)
{
    return moving_controls(trained->model) > 0;
}

/* Numbers of a layer. */
static size_t entries_of(const Tensor *tensor)
{
    return tensor->stages * tensor->value.rows * tensor->value.cols;
}

/* What stands beside the panels: names of entries, or bounds. */
static Legend controls_legend(const Model *model)
{
    size_t count;
    const Tensor *controls = controls_of(model, &count);
    for (size_t c = 0; c < count; c++) {
        size_t entries = entries_of(&controls[c]);
        if (controls[c].span && ((entries > 1 && entries <= NAMED_ENTRIES) || (entries == 1 && controls[c].lower)))
            return LEGEND_BESIDE;
    }
    return LEGEND_NONE;
}

/* "controls", and how much of them is seen where they have more entries than can be shown. */
static const char *controls_title(Arena *arena, const Model *model)
{
    size_t count;
    const Tensor *controls = controls_of(model, &count);
    for (size_t c = 0; c < count; c++)
        if (controls[c].span && entries_of(&controls[c]) > MOST_ENTRIES)
            return text_print(arena, "controls, at most %d entries of each", MOST_ENTRIES);
    return "controls";
}

/* Block $controlC: the time and the entries of each layer, and once more those of the last one at its end. */
static void add_control(Drawing *drawing, const Trained *trained, const Tensor *tensor, size_t c)
{
    size_t layers = trained->model->layers, entries = entries_of(tensor);
    const double *times = trained_times(drawing->arena, trained), *values = trained->params + tensor->offset;
    text_format(&drawing->data, "$control%zu << EOD\n", c);
    for (size_t n = 0; n <= layers; n++) {
        text_format(&drawing->data, "%.9g", times[n]);
        for (size_t k = 0; k < entries && k < MOST_ENTRIES; k++)
            text_format(&drawing->data, " %.6g", values[(n < layers ? n : layers - 1) / tensor->span * entries + k]);
        text_add(&drawing->data, "\n");
    }
    text_add(&drawing->data, "EOD\n");
}

/* "K[1,2]", and "stage 2" or "v[1], stage 2" of those with a value a stage. */
static const char *entry_name(Arena *arena, const Tensor *tensor, size_t k)
{
    size_t size = tensor->value.rows * tensor->value.cols, at = k % size, cols = tensor->value.cols;
    const char *stage = tensor->stages > 1 ? text_print(arena, "%sstage %zu", size > 1 ? ", " : "", k / size + 1) : "";
    return size == 1  ? stage
           : cols > 1 ? text_print(arena, "%s[%zu,%zu]%s", tensor->name, at / cols + 1, at % cols + 1, stage)
                      : text_print(arena, "%s[%zu]%s", tensor->name, at + 1, stage);
}

/* A bound of a scalar, which all its values have; infinite bounds are none. */
static void plot_bound(Text *body, const Tensor *tensor, const double *bound, const char *title)
{
    if (bound && tensor->value.rows * tensor->value.cols == 1 && isfinite(bound[0]))
        text_format(body, ", %.9g with lines dt 2 lw 1.5 lc rgb '#606060' %s", bound[0], title);
}

static void plot_control(Text *body, const Tensor *tensor, size_t c)
{
    size_t entries = entries_of(tensor);
    bool named = entries <= NAMED_ENTRIES;
    text_add(body, "plot ");
    for (size_t k = 0; k < entries && k < MOST_ENTRIES; k++) {
        text_format(body, "%s$control%zu using 1:%zu with steps lw %s lc rgb '%s' title ", k ? ", " : "", c, k + 2,
                    named ? "2" : "1", drawing_colour(k));
        gnuplot_string(body, named ? entry_name(body->arena, tensor, k) : "");
    }
    plot_bound(body, tensor, tensor->lower, tensor->upper && isfinite(tensor->upper[0]) ? "notitle" : "title 'bound'");
    plot_bound(body, tensor, tensor->upper, "title 'bounds'");
    text_add(body, "\n");
}

Drawing series_controls(Arena *arena, const Trained *trained)
{
    size_t count, all = moving_controls(trained->model), shown = 0;
    const Tensor *controls = controls_of(trained->model, &count);
    Drawing drawing = panels_new(arena, trained, controls_title(arena, trained->model), all, "controls",
                                 controls_legend(trained->model));
    set_times(&drawing, trained);
    text_add(&drawing.body, "set offsets graph 0, graph 0, graph 0.06, graph 0.06\n");
    for (size_t c = 0; c < count && shown < MOST_PANELS; c++) {
        if (!controls[c].span)
            continue;
        add_control(&drawing, trained, &controls[c], c);
        begin_panel(&drawing, shown++, all, "t", controls[c].name);
        plot_control(&drawing.body, &controls[c], c);
    }
    end_panels(&drawing);
    return drawing;
}

/* ---- residuals ---- */

/* Is any target of that output known, so that its panel has a point? */
static bool observes_output(const Trained *trained, size_t output)
{
    const Model *model = trained->model;
    for (size_t i = 0; i < trained_samples(trained) * model->observations; i++)
        if (!isnan(trained->train->target[i * model->outputs + output]))
            return true;
    return false;
}

/* Blocks $residual0, ..: time, predicted, and predicted less observed, of one output each. */
static void add_residuals(Drawing *drawing, const Trained *trained)
{
    const Model *model = trained->model;
    size_t count = trained_samples(trained);
    const double *times = trained_times(drawing->arena, trained), *target = trained->train->target;
    const double *prediction = trained_predictions(drawing->arena, trained, trained->train, count);
    for (size_t j = 0; j < panels_shown(model->outputs); j++) {
        double deviation = model->noise ? model->noise[j] : 1;
        text_format(&drawing->data, "$residual%zu << EOD\nNaN NaN NaN\n", j);
        for (size_t i = 0; i < count * model->observations; i++) {
            size_t at = i * model->outputs + j;
            if (!isnan(target[at]))
                text_format(&drawing->data, "%.9g %.6g %.6g\n", times[model->observed[i % model->observations]],
                            prediction[at], (prediction[at] - target[at]) / deviation);
        }
        text_add(&drawing->data, "EOD\n");
    }
}

Drawing series_residuals(Arena *arena, const Trained *trained)
{
    const Model *model = trained->model;
    bool over_time = model->observations > 1;
    const char *what =
        text_print(arena, "residuals, predicted less observed%s", model->noise ? ", in standard deviations" : "");
    Drawing drawing = panels_new(arena, trained, what, model->outputs, "targets", LEGEND_NONE);
    add_residuals(&drawing, trained);
    if (over_time)
        set_times(&drawing, trained);
    text_add(&drawing.body,
             "set xzeroaxis lt 1 lc rgb '#606060'\nset offsets graph 0.02, graph 0.02, graph 0.05, graph 0.05\n");
    for (size_t j = 0; j < panels_shown(model->outputs); j++) {
        const char *name = trained_target_name(arena, trained, j);
        begin_panel(&drawing, j, model->outputs, over_time ? "t" : "predicted",
                    text_print(arena, "residual of %s", name));
        if (observes_output(trained, j))
            text_format(&drawing.body, "plot $residual%zu using %d:3 with points pt 7 ps 0.5 lc rgb '#60%s'\n", j,
                        over_time ? 1 : 2, drawing_colour(0) + 1);
        else
            text_format(&drawing.body,
                        "set label 1 'not observed' at graph 0.5, graph 0.75 center\n"
                        "plot %s [-1:1] NaN notitle\nunset label 1\n",
                        over_time ? "[]" : "[0:1]");
    }
    end_panels(&drawing);
    return drawing;
}
