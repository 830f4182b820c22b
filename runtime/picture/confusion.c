#include "runtime/picture/confusion.h"

#include "runtime/solver/quality.h"

enum { SIDE = 460, MOST_NUMBERED = 20 };

/* Block $NAME: predicted class, true class, share of the true class's samples, count. The sum of all. */
static size_t add_matrix(Drawing *drawing, const Trained *trained, const Dataset *data, const char *name)
{
    size_t classes = trained_classes(trained), total = 0;
    const double *prediction = trained_predictions(drawing->arena, trained, data, data->samples);
    const Quality quality = quality_of(drawing->arena, trained->model, data->samples, prediction, data->target);
    const size_t *counts = quality.confusion;
    text_format(&drawing->data, "$%s << EOD\n", name);
    for (size_t is = 0; is < classes; is++) {
        size_t all = 0;
        for (size_t seems = 0; seems < classes; seems++)
            all += counts[is * classes + seems];
        total += all;
        for (size_t seems = 0; seems < classes; seems++)
            text_format(&drawing->data, "%zu %zu %.4g %zu\n", seems, is,
                        all ? (double)counts[is * classes + seems] / (double)all : 0, counts[is * classes + seems]);
    }
    text_add(&drawing->data, "EOD\n");
    return total;
}

static void set_classes(Text *body, const Trained *trained, const char *axis)
{
    text_format(body, "set %stics (", axis);
    for (size_t k = 0; k < trained_classes(trained); k++) {
        const char *name = trained_class_name(body->arena, trained, k);
        text_add(body, k ? ", " : "");
        gnuplot_string(body, trained->train->class_names ? name : text_print(body->arena, "%zu", k));
        text_format(body, " %zu", k);
    }
    text_add(body, ")\n");
}

static void plot_matrix(Drawing *drawing, const Trained *trained, const Dataset *data, const char *name)
{
    size_t classes = trained_classes(trained);
    size_t total = add_matrix(drawing, trained, data, name);
    const char *what = trained->model->observations > 1 ? "observations" : "samples";
    drawing_titles(drawing, text_print(drawing->arena, "%s, %zu %s", name, total, what), "predicted class",
                   "true class");
    text_format(&drawing->body, "plot $%s using 1:2:3 with image notitle", name);
    if (classes <= MOST_NUMBERED)
        text_format(&drawing->body,
                    ", '' using 1:2:(sprintf('%%d', $4)):($3 > 0.5 ? 0xffffff : 0x000000) with labels tc rgb variable "
                    "notitle");
    text_add(&drawing->body, "\n");
}

Drawing confusion_matrix(Arena *arena, const Trained *trained)
{
    size_t classes = trained_classes(trained), panels = trained->test ? 2 : 1;
    Drawing drawing = drawing_new(arena, (int)panels * SIDE, SIDE + 20);
    text_format(&drawing.body, "set multiplot layout 1,%zu title ", panels);
    gnuplot_string(&drawing.body, text_print(arena, "%s: predicted and true classes", trained->model->name));
    text_format(&drawing.body,
                "\nset xrange [-0.5:%zu.5]\nset yrange [%zu.5:-0.5]\nset size ratio 1\nset cbrange [0:1]\n"
                "set palette defined (0 '#ffffff', 1 '%s')\nunset colorbox\nunset grid\nset border 15\n",
                classes - 1, classes - 1, drawing_colour(0));
    set_classes(&drawing.body, trained, "x");
    set_classes(&drawing.body, trained, "y");
    plot_matrix(&drawing, trained, trained->train, "training");
    if (trained->test)
        plot_matrix(&drawing, trained, trained->test, "test");
    text_add(&drawing.body, "unset multiplot\n");
    return drawing;
}
