#include "tests/unit/fixture.h"

#include "runtime/picture/curves.h"
#include "runtime/picture/figures.h"

#include <math.h>

TestSuite(drawing, .init = fixture_open, .fini = fixture_close);

typedef struct {
    double v[3];
} Triple;

static Triple product(const double matrix[3][3], Triple x)
{
    Triple y = {{0}};
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            y.v[i] += matrix[i][k] * x.v[k];
    return y;
}

/* Red, green and blue as light, from "#rrggbb" (IEC 61966-2-1). */
static Triple light_of(const char *colour)
{
    unsigned int code[3];
    Triple light;
    cr_assert_eq(sscanf(colour, "#%2x%2x%2x", &code[0], &code[1], &code[2]), 3, "%s", colour);
    for (int i = 0; i < 3; i++) {
        double c = code[i] / 255.0;
        light.v[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
    }
    return light;
}

/* CIE L*a*b* of 1976, under the white of sRGB, of the light that an eye sees. */
static Triple lab_of(const double eye[3][3], const char *colour)
{
    static const double xyz[3][3] = {{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}},
                        white[3] = {0.9505, 1, 1.089};
    Triple light = product(eye, light_of(colour));
    for (int i = 0; i < 3; i++)
        light.v[i] = fmin(fmax(light.v[i], 0), 1);
    Triple f = product(xyz, light);
    for (int i = 0; i < 3; i++) {
        double t = f.v[i] / white[i];
        f.v[i] = t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
    }
    return (Triple){{116 * f.v[1] - 16, 500 * (f.v[0] - f.v[1]), 200 * (f.v[1] - f.v[2])}};
}

static double difference(const double eye[3][3], const char *one, const char *other)
{
    Triple a = lab_of(eye, one), b = lab_of(eye, other);
    return hypot(hypot(a.v[0] - b.v[0], a.v[1] - b.v[1]), a.v[2] - b.v[2]);
}

/* A difference of 2.3 is just seen. Eyes without red or green: Machado, Oliveira and Fernandes (2009). */
Test(drawing, ten_classes_can_be_told_apart)
{
    static const struct {
        const char *name;
        double eye[3][3], least;
    } eyes[] = {
        {"most eyes", {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, 26},
        {"no red",
         {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
         20},
        {"no green",
         {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.01182, 0.04294, 0.968881}},
         17},
    };
    cr_expect_geq(DRAWING_COLOURS, 10);
    for (size_t e = 0; e < sizeof eyes / sizeof *eyes; e++)
        for (size_t i = 0; i < DRAWING_COLOURS; i++)
            for (size_t k = 0; k <= i; k++) {
                const char *one = drawing_colour(i), *other = k < i ? drawing_colour(k) : "#ffffff";
                cr_expect_gt(difference(eyes[e].eye, one, other), eyes[e].least, "%s: %s, %s", eyes[e].name, one,
                             other);
            }
    for (size_t i = 0; i < DRAWING_COLOURS; i++)
        for (size_t k = 0; k < i; k++) {
            cr_expect_gt(difference(eyes[0].eye, drawing_shade(i), drawing_shade(k)), 10, "shades %zu, %zu", i, k);
            cr_expect_neq(drawing_shape(i), drawing_shape(k));
        }
}

/* A network has the colour that its page gives it, also in a picture that others are not in. */
Test(drawing, a_network_keeps_its_colour)
{
    const double h[] = {0.5, 0.5};
    Trace *trace = trace_new(arena, NULL, true);
    for (size_t i = 0; i < 3; i++)
        trace_add(trace, &(TraceRow){i, 1, {1, 0}, {2, 0}});
    const NamedSteps steps[] = {{"ResNet", 1, 2, h}, {"ODENet", 4, 2, h}};
    const NamedTrace traces[] = {{.name = "ODENet", .colour = 4, .trace = trace}};
    const Drawing by_layer = curves_steps(arena, "steps", 2, steps);
    const Drawing by_iteration = curves_objective(arena, "objective", false, 1, traces);
    const char *lines = text_print(arena, "lc rgb '%s' title \"ODENet\"", drawing_colour(4));
    cr_expect_not_null(strstr(by_layer.body.data, lines), "%s", by_layer.body.data);
    cr_expect_not_null(strstr(by_iteration.body.data, lines), "%s", by_iteration.body.data);
    cr_expect_not_null(strstr(by_iteration.body.data, text_print(arena, "'%s' notitle", drawing_colour(4))),
                       "its test");
}

/* An axis is logarithmic where there are powers of ten to read on it. */
Test(drawing, values_of_less_than_a_decade_have_a_linear_axis)
{
    for (int k = 0; k < 2; k++) {
        Trace *trace = trace_new(arena, NULL, false);
        trace_add(trace, &(TraceRow){0, 1, {9, 0}, {0, 0}});
        trace_add(trace, &(TraceRow){1, 1, {2, 0}, {0, 0}});
        trace_add(trace, &(TraceRow){2, 1, {k ? 0.1 : 1, 0}, {0, 0}});
        const NamedTrace named = {.trace = trace};
        const Drawing drawing = curves_objective(arena, "objective", false, 1, &named);
        cr_expect_not_null(strstr(drawing.body.data, k ? "set logscale xy\n" : "set logscale x\n"));
    }
}

/* Beyond four networks their names stand beside the curves; a colour that returns has marks. */
Test(drawing, many_networks_are_told_apart)
{
    NamedTrace traces[11];
    Trace *trace = trace_new(arena, NULL, false);
    for (size_t i = 0; i < 3; i++)
        trace_add(trace, &(TraceRow){i, 1, {1, 0}, {0, 0}});
    for (size_t i = 0; i < 11; i++)
        traces[i] = (NamedTrace){.name = text_print(arena, "n%zu", i), .colour = i, .trace = trace};
    const Drawing few = curves_objective(arena, "objective", false, 4, traces);
    const Drawing many = curves_objective(arena, "objective", false, 11, traces);
    cr_expect(many.width > few.width && !strstr(few.body.data, "outside") && strstr(many.body.data, "outside"));
    cr_expect_not_null(strstr(many.body.data, "$trace0 using 1:2 with lines"));
    cr_expect_not_null(strstr(many.body.data, "$trace10 using 1:2 with linespoints"));
}

/* ---- what takes long ---- */

static const char *warning_of(const Trained *trained, const char *name)
{
    const Figure *figure = figures;
    while (strcmp(figure->name, name) != 0)
        figure++;
    return figure_warning(arena, trained, figure);
}

/* Of a wide network it is said of each picture that takes long; not of a narrow one, nor again of what was computed. */
Test(drawing, what_takes_long_is_said)
{
    const Tableau tableau = {.stages = 4};
    const Network network = {.tableau = &tableau};
    Model wide = {.inputs = 2, .width = 1024, .layers = 50, .outputs = 4}, narrow = wide;
    narrow.width = 3;
    const Dataset train = {.samples = 1000};
    TrainedShared shared = {arena, NULL};
    Trained trained = {.network = &network, .model = &wide, .train = &train, .shared = &shared};
    cr_expect_str_eq(warning_of(&trained, "start"),
                     "drawing start: about 409 s (the same before and after the training)");
    cr_expect_str_eq(warning_of(&trained, "stages"),
                     "drawing stages: about 5 s (the slopes of the Runge-Kutta stages by layer)");
    cr_expect_str_eq(warning_of(&trained, "flow"), "drawing flow: about 20 s (the paths of the samples)");
    shared.flow = (const struct Flow *)&shared; /* there is one */
    cr_expect_null(warning_of(&trained, "flow"));
    cr_expect_not_null(warning_of(&trained, "transformed"));
    cr_expect_null(warning_of(&trained, "steps"));
    shared.flow = NULL;
    trained.model = &narrow;
    for (const Figure *figure = figures; figure->name; figure++)
        cr_expect_null(figure_warning(arena, &trained, figure), "%s", figure->name);
}
