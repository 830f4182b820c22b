/* spec: a spec through all passes to C text, and the gradient of its compiled code against the reference. */
#include "tests/fuzz/targets.h"
#include "tests/unit/numbers.h"

#include "gen/emit/bundle.h"
#include "gen/gen.h"
#include "gen/network/interpret.h"
#include "runtime/solver/initial.h"
#include "runtime/solver/solver.h"
#include "runtime/system/pool.h"

#include <fenv.h>
#include <string.h>

/* What is larger takes too long to be compared. */
enum { SAMPLES = 2, MOST_PARAMETERS = 2000, MOST_WORK = 200 * 1000 };

/* A program at a point. */
typedef struct {
    Arena *arena;
    const Program *program;
    const Model *model;
    const double *x, *signals, *target, *params;
} Point;

typedef struct {
    long double objective, *gradient;
} Exact;

static double *some(const Point *point, size_t count)
{
    double *values = ARENA_ARRAY(point->arena, count + 1, double);
    for (size_t i = 0; i < count; i++)
        values[i] = point->model->single ? (double)(float)noise() : (double)noise();
    return values;
}

/* 0 and 1 are targets of every loss. */
static double *some_targets(const Point *point, size_t count)
{
    double *values = some(point, count);
    for (size_t i = 0; i < count; i++)
        values[i] = values[i] > 0;
    return values;
}

static Point point_of(Arena *arena, const Program *program)
{
    Point point = {.arena = arena, .program = program, .model = program->description.model};
    const Model *model = point.model;
    double *params = ARENA_ARRAY(arena, model->parameters + 1, double);
    initial_parameters(model, model->seed, params);
    noise_state = 1;
    for (size_t i = 0; i < model->parameters; i++) {
        params[i] += 0.05 * (double)noise();
        params[i] = model->single ? (double)(float)params[i] : params[i];
    }
    point.params = params;
    point.x = some(&point, SAMPLES * model->inputs);
    point.signals = model->signals ? some(&point, SAMPLES * model->signals * model_signal_rows(model)) : NULL;
    point.target = model->has_loss ? some_targets(&point, SAMPLES * model_predictions(model)) : NULL;
    return point;
}

static Exact exact_of(const Point *point, const Network *network, int rounding)
{
    const size_t count = point->model->parameters;
    Exact exact = {.gradient = ARENA_ARRAY(point->arena, count + 1, long double)};
    long double *params = ARENA_ARRAY(point->arena, count + 1, long double);
    for (size_t i = 0; i < count; i++)
        params[i] = point->params[i];
    Interpreter *interpreter = interpret_new(point->arena, network);
    fesetround(rounding);
    exact.objective =
        interpret_gradient(interpreter, SAMPLES, point->x, point->signals, point->target, params, exact.gradient);
    fesetround(FE_TONEAREST);
    return exact;
}

/* The largest entry, the largest difference of two: of one tensor. */
static long double largest(const Tensor *tensor, const long double *a, const long double *b)
{
    long double most = 0;
    for (size_t i = tensor->offset; i < tensor->offset + tensor->size; i++) {
        long double size = fabsl(b ? a[i] - b[i] : a[i]);
        most = size <= most ? most : size; /* NAN is larger than anything */
    }
    return most;
}

/* What rounding can do is seen by rounding the other way (Kahan 2006): the reference's spread between the modes, in the
 * solver's precision, is what the solver may differ by, beside 1e-8 of the largest entry (2e-3 in float). */
static void compare(const Point *point, const Exact exact[3], double objective, const double *gradient)
{
    const Model *model = point->model;
    const long double coarser = model->single ? 0x1p46L : 0x1p17L, allowed = model->single ? 2e-3L : 1e-8L;
    long double *found = ARENA_ARRAY(point->arena, model->parameters + 1, long double), floor = 0;
    for (size_t i = 0; i < model->parameters; i++) {
        found[i] = gradient[i];
        floor = fmaxl(floor, 1e-3L * fabsl(exact[0].gradient[i]));
        if (!isfinite(gradient[i]) || !(fabsl(exact[0].gradient[i]) < 1e30L))
            return; /* out of range on the way */
    }
    long double spread =
        fmaxl(fabsl(exact[1].objective - exact[0].objective), fabsl(exact[2].objective - exact[0].objective));
    if (isfinite(objective) &&
        fabsl(objective - exact[0].objective) > allowed * fabsl(exact[0].objective) + coarser * spread + 1e-30L)
        target_fail("the objective is %.17g, not %.17Lg", objective, exact[0].objective);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        spread = fmaxl(largest(tensor, exact[1].gradient, exact[0].gradient),
                       largest(tensor, exact[2].gradient, exact[0].gradient));
        long double error = largest(tensor, found, exact[0].gradient),
                    size = fmaxl(floor, largest(tensor, exact[0].gradient, NULL));
        if (error > allowed * size + coarser * spread + 1e-30L)
            target_fail("the gradient by %s is off by %Lg of %Lg; rounding explains %Lg", tensor->name, error, size,
                        coarser * spread);
    }
}

static void check_gradient(Input *input, const Program *program)
{
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD};
    const Model *model = program->description.model;
    if (model->parameters > MOST_PARAMETERS || model->layers * graph_size(program->network->graph) > MOST_WORK ||
        model->inputs > MOST_PARAMETERS)
        return;
    Point point = point_of(input->arena, program);
    Solver *solver = solver_compile(input->arena, input->diagnostics, program, pool_new(input->arena, 1));
    if (!solver)
        target_fail("the C text does not compile");
    const Samples samples = solver_samples(input->arena, solver, SAMPLES, point.x, point.signals, point.target);
    double objective, *gradient = ARENA_ARRAY(input->arena, model->parameters + 1, double);
    solver_evaluate(solver, &samples, point.params, &objective, NULL, gradient);
    Exact exact[3];
    for (size_t i = 0; i < 3; i++)
        exact[i] = exact_of(&point, program->network, modes[i]);
    compare(&point, exact, objective, gradient);
}

void target_spec(Input *input)
{
    const Program *program = gen_program(input->arena, input->diagnostics, input->path, "specs");
    Text dump = text_new(input->arena);
    if (!program)
        return;
    for (size_t i = 0; gen_passes[i]; i++)
        gen_dump(&dump, input->diagnostics, program, gen_passes[i]);
    const Kinds none = {{false}};
    const Edition edition = {.block = 4, .trainer = true, .amalgamated = true};
    const Program *other =
        gen_edition(input->arena, input->diagnostics, program, !program->description.model->single, &edition);
    if (other && bundle_check(other->blueprint, &none, input->diagnostics))
        pack_amalgamation(input->arena, other->blueprint);
    pack_header(input->arena, program->blueprint);
    pack_library(input->arena, program->blueprint);
    check_gradient(input, program);
}
