#include "runtime/picture/regression.h"

#include <math.h>

enum { WIDTH = 800, HEIGHT = 520, POINTS = 201 };

/* From the least input of the samples to the largest, and a twentieth of that further. */
static double *inputs_over(Arena *arena, const Trained *trained)
{
    const double *x = trained->train->x;
    double *over = ARENA_ARRAY(arena, POINTS, double), low = x[0], high = x[0];
    for (size_t i = 1; i < trained->train->samples; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    double margin = high > low ? (high - low) / 20 : 1;
    for (size_t i = 0; i < POINTS; i++)
        over[i] = low - margin + (double)i / (POINTS - 1) * (high - low + 2 * margin);
    return over;
}

/* The inputs in the unit of the data. */
static const double *raw_inputs(Arena *arena, const Trained *trained, size_t count, const double *x)
{
    double *raw = ARENA_ARRAY(arena, count, double);
    intake_out(&trained->train->scales.x, 1, count, x, raw);
    return raw;
}

/* Block $before: input, and what each output was before the training. */
static void add_before(Arena *arena, Text *data, const Trained *trained, const Dataset *over, const double *raw)
{
    Trained before = *trained;
    before.params = trained->initial;
    const size_t outputs = trained->model->outputs;
    const double *prediction = trained_predictions(arena, &before, over, POINTS);
    text_add(data, "$before << EOD\n");
    for (size_t i = 0; i < POINTS; i++) {
        text_format(data, "%.9g", raw[i]);
        for (size_t j = 0; j < outputs; j++)
            text_format(data, " %.6g", prediction[i * outputs + j]);
        text_add(data, "\n");
    }
    text_add(data, "EOD\n");
}

/* Block $curve: input, and for each output its prediction and the ends of its band, which is as wide as half says. */
static void add_curve(Text *data, size_t outputs, const double *x, const double *prediction, const double *half)
{
    text_add(data, "$curve << EOD\n");
    for (size_t i = 0; i < POINTS; i++) {
        text_format(data, "%.9g", x[i]);
        for (size_t j = 0; j < outputs; j++) {
            double value = prediction[i * outputs + j], width = half ? half[i * outputs + j] : 0;
            text_format(data, " %.6g %.6g %.6g", value, value - width, value + width);
        }
        text_add(data, "\n");
    }
    text_add(data, "EOD\n");
}

/* Block $seen: input and targets; of one of several classes where it is that. */
static void add_samples(Text *data, const Trained *trained)
{
    size_t outputs = trained->model->outputs;
    const double *x = raw_inputs(data->arena, trained, trained_samples(trained), trained->train->x);
    text_add(data, "$seen << EOD\n");
    for (size_t i = 0; i < trained_samples(trained); i++) {
        text_format(data, "%.9g", x[i]);
        for (size_t j = 0; j < outputs; j++) {
            double target = trained_target(trained, i)[j];
            const bool shown = !isnan(target) && (outputs == 1 || !trained_classes(trained) || target > 0);
            text_format(data, shown ? " %.6g" : " NaN", target);
        }
        text_add(data, "\n");
    }
    text_add(data, "EOD\n");
}

/* What output j is called. */
static const char *output_name(Arena *arena, const Trained *trained, size_t j)
{
    return !trained_classes(trained)      ? trained_target_name(arena, trained, j)
           : trained->model->outputs == 1 ? trained_class_name(arena, trained, 1)
                                          : trained_class_name(arena, trained, j);
}

/* Bands below lines below points, a colour for each output. */
static void plot_outputs(Text *body, const Trained *trained, bool bands)
{
    size_t outputs = trained->model->outputs;
    text_add(body, "plot ");
    for (size_t j = 0; bands && j < outputs; j++)
        text_format(body,
                    "$curve using 1:%zu:%zu with filledcurves fs transparent solid 0.25 noborder lc rgb '%s' %s, ",
                    3 * j + 3, 3 * j + 4, drawing_colour(j), j ? "notitle" : "title '95 % band'");
    for (size_t j = 0; trained->initial && j < outputs; j++)
        text_format(body, "$before using 1:%zu with lines lw 1.5 dt 3 lc rgb '%s' %s, ", j + 2, drawing_colour(j),
                    j ? "notitle" : "title 'before the training'");
    for (size_t j = 0; j < outputs; j++) {
        text_format(body, "$curve using 1:%zu with lines lw 2 lc rgb '%s' title ", 3 * j + 2, drawing_colour(j));
        gnuplot_string(body, text_print(body->arena, trained_classes(trained) ? "probability of %s" : "predicted %s",
                                        output_name(body->arena, trained, j)));
        text_format(body, ", $seen using 1:%zu with points pt %d ps 0.6 lc rgb '%s' title ", j + 2, drawing_shape(j),
                    drawing_colour(j));
        gnuplot_string(body, output_name(body->arena, trained, j));
        text_add(body, j + 1 < outputs ? ", " : "\n");
    }
}

Drawing regression_curve(Arena *arena, const Trained *trained)
{
    const Dataset *train = trained->train;
    size_t outputs = trained->model->outputs;
    const Dataset over = {.samples = POINTS, .x = inputs_over(arena, trained)};
    const double *half = trained_bands(arena, trained, POINTS, over.x, NULL);
    Drawing drawing = drawing_new(arena, WIDTH, HEIGHT);
    drawing_titles(&drawing, text_print(arena, "%s: prediction", trained->model->name),
                   train->feature_names ? train->feature_names[0] : "x",
                   trained_classes(trained) ? "predicted probability"
                   : outputs == 1           ? trained_target_name(arena, trained, 0)
                                            : "");
    const double *raw = raw_inputs(arena, trained, POINTS, over.x);
    add_curve(&drawing.data, outputs, raw, trained_predictions(arena, trained, &over, POINTS), half);
    if (trained->initial)
        add_before(arena, &drawing.data, trained, &over, raw);
    add_samples(&drawing.data, trained);
    text_format(&drawing.body, "set xrange [%.9g:%.9g]\n", raw[0], raw[POINTS - 1]);
    if (trained_classes(trained))
        text_add(&drawing.body, "set yrange [-0.05:1.05]\n");
    plot_outputs(&drawing.body, trained, half);
    return drawing;
}
