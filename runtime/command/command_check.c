/* costate check: is this solver right? */
#include "runtime/session/session.h"

#include "runtime/solver/check.h"
#include "runtime/number/random.h"
#include "runtime/session/request.h"
#include "runtime/session/budget.h"

static const Option check_options[] = {
    {"--data", "FILE", "samples to check on, instead of random ones"},
    REQUEST_TARGETS SET_OPTION,
    {"--threads", "N", "threads to use [all processors]"},
    BACKEND_OPTION,
    {NULL, NULL, NULL},
};

static Status check_run(Session *session);

const Command command_check = {
    .name = "check",
    .argument = "SPEC",
    .summary = "Check a solver: orders, exact identities, and derivatives against independent ones.",
    .details =
        "stage equations         what implicit stages leave of their equations, in long double\n"
        "dot product             <Jv, w> = <v, J^T w> for the Jacobian J of predictions by inputs and parameters\n"
        "gradient                the compiled gradient against the same expressions in long double\n"
        "directional derivative  the gradient against central differences of the objective in long double\n"
        "argument of sin and cos up to which they are accurate, and how large theirs are\n"
        "invariant               <p_n, dy_n> is the same number at every layer n\n"
        "Hessian                 <v, H w> = <w, H v>, and H v against differences of gradients in long double\n"
        "pullback                the same of its tangent, which all second derivatives of predictions are "
        "in\n"
        "Samples are drawn where objective and gradient are finite. What is not finite in the reference either is "
        "left\n"
        "out, with the expression that is not.\n\n" BACKEND_DETAILS,
    .example = "costate check specs/spiral.lua",
    .options = check_options,
    .run = check_run};

/* Normal inputs of that size and targets that fit the head. */
static void random_samples(const Model *model, double size, size_t count, double *x, double *signals, double *target)
{
    Random random = random_stream(model->seed, "check samples");
    for (size_t i = 0; i < count * model->inputs; i++)
        x[i] = size * random_normal(&random);
    for (size_t i = 0; i < count * model->signals * model_signal_rows(model); i++)
        signals[i] = size * random_normal(&random);
    for (size_t i = 0; i < count * model->observations; i++) {
        double *row = target + i * model->outputs;
        for (size_t j = 0; j < model->outputs; j++)
            row[j] = 0;
        if (!model_classes(model))
            for (size_t j = 0; j < model->outputs; j++)
                row[j] = random_normal(&random);
        else if (model->outputs == 1)
            row[0] = (double)random_below(&random, 2);
        else
            row[random_below(&random, model->outputs)] = 1;
    }
}

/* On the samples of --data, or of the spec; false after errors. */
static bool check_data(Session *session, const Program *program, Solver *solver, CheckFrom from, CheckResult *result)
{
    const Model *model = program->description.model;
    size_t count = check_samples(model);
    Request source;
    if (!request_load(session, model, NULL, &source))
        return false;
    count = source.train.samples < count ? source.train.samples : count;
    *result = check_solver(session->arena, program, solver, count, from, source.train.x, source.train.signal,
                           source.train.target);
    return true;
}

/* What check_solver takes: arrays of parameters, of signals and of states, in double and in the reference's numbers. */
static bool affords(Session *session, const Program *program)
{
    static const struct {
        double arrays, wide_arrays, signals, wide_states;
    } first = {6, 6, 4, 1}, second = {13, 14, 12, 5};
    const double wide = sizeof(long double) / sizeof(double);
    const Model *model = program->description.model;
    const size_t samples = check_samples(model);
    const bool twice = !model->learns_x;
    const double arrays = twice ? second.arrays + wide * second.wide_arrays : first.arrays + wide * first.wide_arrays;
    Budget budget = budget_of(session, program, samples, arrays);
    budget_add_states(&budget, model, samples, 2);
    budget_add(&budget, (double)(samples * model->layers * program->blueprint->unknowns) * 2 * sizeof(double),
               "the stages of the samples", "fewer layers or a smaller width");
    budget_add_states(&budget, model, 1, wide * (twice ? second.wide_states : first.wide_states));
    budget_add(&budget,
               sizeof(double) * (twice ? second.signals : first.signals) * (double)samples * (double)model->signals *
                   (double)model_signal_rows(model),
               "the signals", "fewer layers or signals");
    budget_add(&budget,
               (double)program->blueprint->trajectory_workspace_bytes +
                   (double)program->blueprint->hessian_workspace_bytes,
               "the workspaces of trajectories and of the Hessian", "fewer layers or a smaller width");
    return budget_affords(session, model->place, &budget);
}

/* Of the numbers that are drawn. */
static const double sizes[] = {1, 0x1p-2, 0x1p-4, 0x1p-6, 0x1p-8, 0x1p-10, 0x1p-12, 4, 16};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* A check on samples that are drawn, and the arena that its result is in. */
typedef struct {
    const Program *program;
    Solver *solver;
    size_t count;
    double *x, *signals, *target;
    Arena *own;
    CheckResult result;
} Drawn;

/* On samples of that size; `settled`: drawn again where they have to be, and not checked where that leads nowhere. */
static void check_drawn(Session *session, Drawn *drawn, double size, bool settled, CheckFrom from)
{
    const Model *model = drawn->program->description.model;
    Arena *own = arena_within(session->arena);
    random_samples(model, size, drawn->count, drawn->x, drawn->signals, drawn->target);
    if (settled && !check_settle(own, drawn->program, drawn->solver, drawn->count, size, from, drawn->x, drawn->signals,
                                 drawn->target)) {
        arena_free(own);
        return;
    }
    drawn->result = check_solver(own, drawn->program, drawn->solver, drawn->count, from, drawn->x,
                                 model->signals ? drawn->signals : NULL, drawn->target);
    arena_free(drawn->own);
    drawn->own = own;
}

/* A field may grow so fast that samples of size 1 leave the range of numbers; be for its own samples alone, as
 * concentrations that are not negative, or for some of all that there are; and no parameters but positive ones may do.
 * False after errors. */
static bool check_some(Session *session, Drawn *drawn)
{
    const Model *model = drawn->program->description.model;
    for (size_t k = 0; k < SIZES && !drawn->result.finite; k++)
        check_drawn(session, drawn, sizes[k], false, CHECK_FROM_INITIAL);
    if (!drawn->result.finite && model->data.source &&
        !check_data(session, drawn->program, drawn->solver, CHECK_FROM_INITIAL, &drawn->result))
        return false;
    for (size_t k = 0; k < 2 * SIZES && !drawn->result.finite; k++)
        check_drawn(session, drawn, sizes[k % SIZES], true, k < SIZES ? CHECK_FROM_INITIAL : CHECK_FROM_MAGNITUDES);
    return true;
}

static bool check_given(Session *session, Drawn *drawn)
{
    for (CheckFrom from = CHECK_FROM_INITIAL; from <= CHECK_FROM_MAGNITUDES && !drawn->result.finite; from++)
        if (!check_data(session, drawn->program, drawn->solver, from, &drawn->result))
            return false;
    return true;
}

static void tell_point(Session *session, const Model *model, const Drawn *drawn, bool given)
{
    const CheckResult *result = &drawn->result;
    if (!result->finite)
        diagnostics_error(session->diagnostics, model->place, "the objective or its gradient is not finite %s%s%s",
                          given ? "on the samples" : "at any point that was drawn; --data gives it samples",
                          result->obstacle ? ": " : "", result->obstacle ? result->obstacle : "");
    else if (result->positive)
        diagnostics_warning(session->diagnostics, model->place,
                            "the objective or its gradient is not finite at the initial parameters: it was checked at "
                            "their magnitudes; init = { .. } says where a training begins");
}

static Status check_run(Session *session)
{
    Arena *arena = session->arena;
    const Program *program = session_program(session);
    if (program)
        program = gen_second(arena, session->diagnostics, program);
    Solver *solver = program && affords(session, program) ? session_solver(session, program, NULL) : NULL;
    if (!solver)
        return STATUS_FAILED;
    const Model *model = program->description.model;
    Drawn drawn = {.program = program, .solver = solver, .count = check_samples(model)};
    const bool given = options_get(session->options, "--data");
    drawn.x = ARENA_ARRAY(arena, drawn.count * model->inputs, double);
    drawn.target = ARENA_ARRAY(arena, drawn.count * model_predictions(model), double);
    drawn.signals = ARENA_ARRAY(arena, drawn.count * model->signals * model_signal_rows(model) + 1, double);
    if (given ? !check_given(session, &drawn)
              : !request_need_file(session, "random ones") || !check_some(session, &drawn))
        return STATUS_FAILED;
    Text text = text_new(arena);
    check_text(&text, program, &drawn.result);
    Status status = session_print(session, &text);
    tell_point(session, model, &drawn, given);
    arena_free(drawn.own);
    return drawn.result.passed ? status : STATUS_FAILED;
}
