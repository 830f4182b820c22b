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
static bool check_data(Session *session, const Program *program, Solver *solver, CheckResult *result)
{
    const Model *model = program->description.model;
    size_t count = check_samples(model);
    Request source;
    if (!request_load(session, model, NULL, &source))
        return false;
    count = source.train.samples < count ? source.train.samples : count;
    *result =
        check_solver(session->arena, program, solver, count, source.train.x, source.train.signal, source.train.target);
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
    size_t count = check_samples(model);
    double *x = ARENA_ARRAY(arena, count * model->inputs, double);
    double *target = ARENA_ARRAY(arena, count * model_predictions(model), double);
    double *signals = ARENA_ARRAY(arena, count * model->signals * model_signal_rows(model) + 1, double);
    CheckResult result = {.finite = false};
    bool given = options_get(session->options, "--data");
    Arena *own = NULL;
    if (given) {
        if (!check_data(session, program, solver, &result))
            return STATUS_FAILED;
    } else if (!request_need_file(session, "random ones")) {
        return STATUS_FAILED;
    } else {
        /* a field may grow so fast that samples of size 1 leave the range of numbers */
        for (size_t k = 0; k < SIZES && !result.finite; k++) {
            random_samples(model, sizes[k], count, x, signals, target);
            arena_free(own);
            own = arena_within(arena);
            result = check_solver(own, program, solver, count, x, model->signals ? signals : NULL, target);
        }
    }
    /* or be for its own samples alone, as concentrations that are not negative, or for some of all that there are */
    if (!result.finite && !given && model->data.source && !check_data(session, program, solver, &result))
        return STATUS_FAILED;
    for (size_t k = 0; k < SIZES && !given && !result.finite; k++) {
        random_samples(model, sizes[k], count, x, signals, target);
        arena_free(own);
        own = arena_within(arena);
        if (check_settle(own, program, solver, count, sizes[k], x, signals, target))
            result = check_solver(own, program, solver, count, x, model->signals ? signals : NULL, target);
    }
    Text text = text_new(arena);
    check_text(&text, program, &result);
    Status status = session_print(session, &text);
    if (!result.finite)
        diagnostics_error(session->diagnostics, model->place, "the objective or its gradient is not finite %s%s%s",
                          given ? "on the samples" : "at any point that was drawn; --data gives it samples",
                          result.obstacle ? ": " : "", result.obstacle ? result.obstacle : "");
    arena_free(own);
    return result.passed ? status : STATUS_FAILED;
}
