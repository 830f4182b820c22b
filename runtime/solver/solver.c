#include "runtime/solver/solver.h"

#include "gen/gen.h"
#include "gen/network/equations.h"
#include "templates/abi.h"
#include "runtime/number/total.h"
#include "runtime/system/gate.h"
#include "runtime/solver/jit.h"
#include "runtime/solver/native.h"
#include "runtime/system/pool.h"
#include "runtime/system/ranks.h"

#include <string.h>

/* What one thread needs. */
typedef struct {
    void *work, *second_work;                 /* second_work: for products of the Hessian */
    void *gradient, *objective;               /* of one chunk, in the solver's real type */
    void *prediction;                         /* the same, where it is only measured */
    double *predicted;                        /* the same as doubles */
    double *row_x, *row_target, *seen_target; /* of one chunk of rows; targets as the network sees them */
    void *x, *target;                         /* the same in the solver's real type: themselves where that is double */
} Desk;

struct Solver {
    Arena *arena;
    const Model *model;
    const Network *network;
    const KernelSet *kernels;
    struct costate_table table;
    Native *native; /* what may give a better table, or NULL */
    Pool *pool;
    Desk *desks; /* one for each thread; memory comes when first used */
    Tree *sums;  /* of the chunks' objectives and gradients */
    void *trajectory_work, *solutions_work;
    void *params;     /* float solvers: room for the parameters */
    void *prediction; /* float solvers: room for prediction_count samples */
    size_t prediction_count;
    Scales scales; /* of signals, targets and predictions */
};

/* ---- conversion between double and the solver's real type ---- */

static void to_real(const Solver *solver, void *to, const double *from, size_t count)
{
    if (!solver->model->single) {
        memcpy(to, from, count * sizeof(double));
        return;
    }
    float *single = to;
    for (size_t i = 0; i < count; i++)
        single[i] = (float)from[i];
}

static void to_double(const Solver *solver, double *to, const void *from, size_t count)
{
    if (!solver->model->single) {
        memcpy(to, from, count * sizeof(double));
        return;
    }
    const float *single = from;
    for (size_t i = 0; i < count; i++)
        to[i] = (double)single[i];
}

static void *real_array(const Solver *solver, Arena *arena, size_t count)
{
    return arena_array(arena, count ? count : 1, solver->table.real_bytes);
}

/* The parameters as the solver takes them: the caller's own where that is double. */
static const void *real_parameters(const Solver *solver, const double *params)
{
    if (!solver->model->single)
        return params;
    to_real(solver, solver->params, params, solver->model->parameters);
    return solver->params;
}

/* The numbers in the solver's real type: those given where that is double. */
static const void *converted(const Solver *solver, Arena *arena, const double *from, size_t count)
{
    if (!solver->model->single)
        return from;
    void *array = real_array(solver, arena, count);
    to_real(solver, array, from, count);
    return array;
}

static const void *row(const Solver *solver, const void *array, size_t index, size_t cols)
{
    return (const char *)array + index * cols * solver->table.real_bytes;
}

const Model *solver_model(const Solver *solver)
{
    return solver->model;
}

size_t solver_real_bytes(const Solver *solver)
{
    return solver->table.real_bytes;
}

const char *solver_isa(const Solver *solver)
{
    return solver->kernels->isa;
}

/* ---- construction ---- */

const char *const backend_names[BACKENDS] = {"tcc", "cc", "auto"};

Solver *solver_compile(Arena *arena, Diagnostics *diagnostics, const Program *program, Pool *pool)
{
    const KernelSet *kernels = kernels_select(program->description.model->single, diagnostics);
    return kernels ? solver_compile_with(arena, diagnostics, program, kernels, pool) : NULL;
}

Solver *solver_compile_with(Arena *arena, Diagnostics *diagnostics, const Program *program, const KernelSet *kernels,
                            Pool *pool)
{
    const Model *model = program->description.model;
    struct costate_table table;
    void *address = jit_compile(arena, diagnostics, pack_jit(arena, program->blueprint), model->name, kernels,
                                text_print(arena, "%s_describe", model->name));
    if (!jit_describe(address, &table))
        return NULL;
    Solver *solver = ARENA_NEW(arena, Solver);
    *solver = (Solver){
        .arena = arena, .model = model, .network = program->network, .kernels = kernels, .table = table, .pool = pool};
    solver->desks = ARENA_ARRAY(arena, pool_threads(pool), Desk);
    solver->sums = tree_new(arena);
    if (model->single)
        solver->params = real_array(solver, arena, model->parameters);
    return solver;
}

/* While no thread works; nothing is carried from one evaluation to the next but arrays whose sizes are the same, and
 * workspaces, which are made anew: the other code may record something else. */
static void look_for_native(Solver *solver)
{
    if (!solver->native)
        return;
    const NativeState state = native_look(solver->native, &solver->table);
    if (state != NATIVE_PENDING)
        solver->native = NULL;
    for (size_t i = 0; state == NATIVE_READY && i < pool_threads(solver->pool); i++)
        solver->desks[i].work = solver->desks[i].second_work = NULL;
    if (state == NATIVE_READY)
        solver->trajectory_work = solver->solutions_work = NULL;
}

bool solver_set_backend(Solver *solver, Diagnostics *diagnostics, const Program *program, Backend backend)
{
    if (backend == BACKEND_TCC)
        return true;
    solver->native = native_new(solver->arena, diagnostics, program, solver->kernels, &solver->table);
    if (backend == BACKEND_CC && native_wait(solver->native, &solver->table) == NATIVE_INTERRUPTED)
        return diagnostics_error(diagnostics, (Place){0}, "interrupted");
    look_for_native(solver);
    return true;
}

/* The arena serves one thread, so memory is taken before threads begin. */
static void prepare_desks(Solver *solver, size_t count, bool gradient)
{
    for (size_t i = 0; i < count; i++) {
        Desk *desk = &solver->desks[i];
        if (!desk->work)
            desk->work = arena_alloc(solver->arena, solver->table.workspace_bytes);
        if (!desk->objective)
            desk->objective = real_array(solver, solver->arena, 1);
        if (gradient && !desk->gradient)
            desk->gradient = real_array(solver, solver->arena, solver->model->parameters);
    }
}

static void prepare_predictions(Solver *solver, size_t count)
{
    const size_t numbers = SOLVER_CHUNK * model_predictions(solver->model);
    for (size_t i = 0; i < count; i++)
        if (!solver->desks[i].prediction) {
            solver->desks[i].prediction = real_array(solver, solver->arena, numbers);
            solver->desks[i].predicted = ARENA_ARRAY(solver->arena, numbers, double);
        }
}

static void prepare_rows(Solver *solver, size_t count)
{
    const size_t inputs = SOLVER_CHUNK * solver->model->inputs,
                 targets = SOLVER_CHUNK * model_predictions(solver->model);
    const bool single = solver->model->single;
    for (size_t i = 0; i < count; i++) {
        Desk *desk = &solver->desks[i];
        if (desk->x)
            continue;
        desk->row_x = ARENA_ARRAY(solver->arena, inputs, double);
        desk->row_target = ARENA_ARRAY(solver->arena, targets, double);
        desk->x = single ? real_array(solver, solver->arena, inputs) : desk->row_x;
        desk->seen_target =
            solver->scales.targets.mean ? ARENA_ARRAY(solver->arena, targets, double) : desk->row_target;
        desk->target = single ? real_array(solver, solver->arena, targets) : desk->seen_target;
    }
}

static void prepare_second(Solver *solver, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!solver->desks[i].second_work)
            solver->desks[i].second_work = arena_alloc(solver->arena, solver->table.hessian_workspace_bytes);
}

/* Reals of one sample's signals. */
static size_t signal_reals(const Model *model)
{
    return model->signals * model_signal_rows(model);
}

const double *solver_targets(Arena *arena, const Model *model, size_t count, const double *target, const double *weight)
{
    const size_t numbers = model_predictions(model), all = model_targets(model);
    if (!target || all == numbers)
        return target;
    double *rows = ARENA_ARRAY(arena, count * all, double);
    for (size_t i = 0; i < count; i++) {
        memcpy(rows + i * all, target + i * numbers, numbers * sizeof *rows);
        rows[i * all + numbers] = weight ? weight[i] : 1;
    }
    return rows;
}

void solver_set_scales(Solver *solver, const Scales *scales)
{
    solver->scales = model_scales(solver->arena, solver->model, scales);
}

const Scales *solver_scales(const Solver *solver)
{
    return &solver->scales;
}

/* Rows [count / width][width] (or NULL) as the network sees them: those given where it sees them as they are. */
static const double *seen(Arena *arena, const Scale *scale, size_t width, size_t count, const double *from)
{
    if (!from || !scale->mean)
        return from;
    double *to = ARENA_ARRAY(arena, count, double);
    intake_in(scale, width, count, from, to);
    return to;
}

Samples solver_weighted_samples(Arena *arena, const Solver *solver, size_t count, const double *x,
                                const double *signals, const double *target, const double *weight)
{
    const Model *model = solver->model;
    const Scales *scales = &solver->scales;
    signals = seen(arena, &scales->signals, model->signals, count * signal_reals(model), signals);
    target = seen(arena, &scales->targets, model->outputs, count * model_predictions(model), target);
    const double *targets = solver_targets(arena, model, count, target, weight);
    return (Samples){
        .count = count,
        .x = converted(solver, arena, x, count * model->inputs),
        .signals = signals ? converted(solver, arena, signals, count * signal_reals(model)) : NULL,
        .target = targets ? converted(solver, arena, targets, count * model_targets(model)) : NULL,
        .share = 1,
    };
}

Samples solver_samples(Arena *arena, const Solver *solver, size_t count, const double *x, const double *signals,
                       const double *target)
{
    return solver_weighted_samples(arena, solver, count, x, signals, target, NULL);
}

static double real_at(const Solver *solver, const void *array, size_t index)
{
    return solver->model->single ? (double)((const float *)array)[index] : ((const double *)array)[index];
}

double solver_weight(const Solver *solver, const Samples *samples, size_t i)
{
    const size_t numbers = model_targets(solver->model);
    return solver->model->weighted ? real_at(solver, samples->target, (i + 1) * numbers - 1) : 1;
}

Samples solver_rows(size_t count, const SampleRows *rows)
{
    return (Samples){.count = count, .share = 1, .rows = rows};
}

/* ---- evaluation over chunks ---- */

size_t solver_chunks(size_t samples)
{
    return (samples + SOLVER_CHUNK - 1) / SOLVER_CHUNK;
}

SolverPart solver_part(size_t samples)
{
    const TreePart part = total_part(solver_chunks(samples));
    const size_t first = part.first * SOLVER_CHUNK, end = part.end * SOLVER_CHUNK;
    return (SolverPart){first < samples ? first : samples, end < samples ? end : samples};
}

double solver_sum_bytes(const Model *model, size_t samples)
{
    return samples > SOLVER_CHUNK || model->single ? total_bytes(1 + model->parameters, solver_chunks(samples)) : 0;
}

typedef struct {
    Solver *solver;
    const Samples *samples;
    const void *params; /* in the real type */
    void *prediction;   /* [count][observations][outputs] in the real type, or NULL */
    void *x_bar;        /* [count][inputs] in the real type, or NULL */
    bool values;        /* the objective, or a product of the Hessian, is wanted */
    double objective, *gradient;
    const void *direction, *x_direction; /* gradient and x_bar move along these: a product of the Hessian; or NULL */
    const Measure *measure;              /* or NULL */
    double *sums;                        /* of the measure */
    size_t chunks;
    TreePart part;      /* those of this rank */
    atomic_size_t next; /* to begin */
    Gate turn;          /* the chunk of the part to be added */
} Evaluating;

/* Numbers of the measure, behind the objective and before the gradient. */
static size_t measured(const Evaluating *evaluating)
{
    return evaluating->measure ? evaluating->measure->numbers : 0;
}

static size_t chunk_count(const Evaluating *evaluating, size_t chunk)
{
    size_t left = evaluating->samples->count - chunk * SOLVER_CHUNK;
    return left < SOLVER_CHUNK ? left : SOLVER_CHUNK;
}

/* Where a chunk's gradient goes: where there is but one chunk, and all is double, that is the gradient. */
static void *chunk_gradient(const Evaluating *evaluating, const Desk *desk)
{
    bool whole = evaluating->chunks == 1 && !evaluating->solver->model->single;
    return whole ? (void *)evaluating->gradient : desk->gradient;
}

/* Puts the rows of a chunk on the desk. */
static void read_rows(const Evaluating *evaluating, const Desk *desk, size_t start, size_t count)
{
    const Solver *solver = evaluating->solver;
    const SampleRows *rows = evaluating->samples->rows;
    const Scale *scale = &solver->scales.targets;
    const size_t numbers = count * model_predictions(solver->model);
    rows->read(rows->context, start, count, desk->row_x, desk->row_target);
    if (scale->mean)
        intake_in(scale, solver->model->outputs, numbers, desk->row_target, desk->seen_target);
    if (solver->model->single) {
        to_real(solver, desk->x, desk->row_x, count * solver->model->inputs);
        to_real(solver, desk->target, desk->seen_target, numbers);
    }
}

static void compute_chunk(Evaluating *evaluating, Desk *desk, size_t chunk)
{
    const Solver *solver = evaluating->solver;
    const Samples *samples = evaluating->samples;
    const Model *model = solver->model;
    size_t start = chunk * SOLVER_CHUNK, count = chunk_count(evaluating, chunk), outputs = model_predictions(model);
    if (samples->rows)
        read_rows(evaluating, desk, start, count);
    const void *x = samples->rows ? desk->x : row(solver, samples->x, start, model->inputs);
    const void *signals = samples->signals ? row(solver, samples->signals, start, signal_reals(model)) : NULL;
    void *x_bar =
        evaluating->x_bar ? (char *)evaluating->x_bar + start * model->inputs * solver->table.real_bytes : NULL;
    const void *target = samples->rows     ? desk->target
                         : samples->target ? row(solver, samples->target, start, model_targets(model))
                                           : NULL;
    void *prediction = evaluating->prediction
                           ? (char *)evaluating->prediction + start * outputs * solver->table.real_bytes
                       : evaluating->measure ? desk->prediction
                                             : NULL;
    if (evaluating->direction)
        solver->table.hessian(count, x, signals, target, evaluating->params,
                              evaluating->x_direction ? row(solver, evaluating->x_direction, start, model->inputs)
                                                      : NULL,
                              evaluating->direction, x_bar, chunk_gradient(evaluating, desk), desk->second_work);
    else if (!evaluating->values)
        solver->table.forward(count, x, signals, evaluating->params, prediction, desk->work);
    else if (evaluating->gradient)
        solver->table.evaluate(count, x, signals, target, evaluating->params, desk->objective, prediction, x_bar,
                               chunk_gradient(evaluating, desk), desk->work);
    else
        solver->table.objective(count, x, signals, target, evaluating->params, desk->objective, prediction, desk->work);
}

/* A chunk's average counts by its share of the samples. */
static double chunk_share(const Evaluating *evaluating, size_t chunk)
{
    bool shared = evaluating->solver->model->average && evaluating->chunks > 1;
    return shared ? (double)chunk_count(evaluating, chunk) / (double)evaluating->samples->count : 1;
}

/* Of the predictions on the desk. */
static void measure_chunk(const Evaluating *evaluating, const Desk *desk, size_t chunk, double *sums)
{
    const Measure *measure = evaluating->measure;
    const Solver *solver = evaluating->solver;
    const Scale *scale = &solver->scales.targets;
    const size_t count = chunk_count(evaluating, chunk), numbers = count * model_predictions(solver->model);
    to_double(solver, desk->predicted, desk->prediction, numbers);
    if (scale->mean)
        intake_out(scale, solver->model->outputs, numbers, desk->predicted, desk->predicted);
    memset(sums, 0, measure->numbers * sizeof *sums);
    measure->add(measure->context, chunk * SOLVER_CHUNK, count, desk->predicted,
                 evaluating->samples->rows ? desk->row_target : NULL, sums);
}

static void add_chunk(Evaluating *evaluating, const Desk *desk, size_t chunk)
{
    const Solver *solver = evaluating->solver;
    double share = chunk_share(evaluating, chunk), sums[MEASURE_MOST];
    bool adds = evaluating->gradient && chunk_gradient(evaluating, desk) != evaluating->gradient;
    if (evaluating->measure)
        measure_chunk(evaluating, desk, chunk, sums);
    gate_await(&evaluating->turn, chunk - evaluating->part.first);
    double *leaf = tree_leaf(solver->sums);
    *leaf++ = evaluating->direction ? 0 : share * real_at(solver, desk->objective, 0);
    for (size_t i = 0; i < measured(evaluating); i++)
        *leaf++ = sums[i];
    for (size_t i = 0; adds && i < solver->model->parameters; i++)
        leaf[i] = share * real_at(solver, desk->gradient, i);
    tree_add(solver->sums);
    gate_set(&evaluating->turn, chunk + 1 - evaluating->part.first);
}

static void work_on_chunks(void *context, size_t thread)
{
    Evaluating *evaluating = context;
    Desk *desk = &evaluating->solver->desks[thread];
    for (size_t chunk; (chunk = atomic_fetch_add(&evaluating->next, 1)) < evaluating->part.end;) {
        compute_chunk(evaluating, desk, chunk);
        if (evaluating->values)
            add_chunk(evaluating, desk, chunk);
    }
}

/* Rows of `bytes` bytes a sample, of which each rank has computed its own, become those of all. */
static void gather_rows(const Evaluating *evaluating, void *rows, size_t bytes)
{
    const size_t ranks = total_ranks(evaluating->chunks), samples = evaluating->samples->count;
    if (ranks == 1 || !rows)
        return;
    Arena *own = arena_within(evaluating->solver->arena);
    size_t *first = ARENA_ARRAY(own, ranks + 1, size_t);
    for (size_t r = 0; r < ranks; r++) {
        const size_t end = tree_part(evaluating->chunks, ranks, r).end * SOLVER_CHUNK;
        first[r + 1] = end < samples ? end : samples;
    }
    ranks_gather(rows, bytes, first);
    arena_free(own);
}

/* Of what ranks have each for themselves. */
static uint64_t stamp_of(const Evaluating *evaluating)
{
    const Solver *solver = evaluating->solver;
    return total_ranks(evaluating->chunks) == 1
               ? 0
               : text_hash(TEXT_HASH_SEED, evaluating->params, solver->model->parameters * solver->table.real_bytes);
}

static void gather_all(const Evaluating *evaluating)
{
    const Solver *solver = evaluating->solver;
    gather_rows(evaluating, evaluating->prediction, model_predictions(solver->model) * solver->table.real_bytes);
    gather_rows(evaluating, evaluating->x_bar, solver->model->inputs * solver->table.real_bytes);
}

/* The sums of a measure are before the gradient, which is not among those that are added up where there is but one
 * chunk and all is double. */
static void run_chunks(Solver *solver, Evaluating *evaluating)
{
    look_for_native(solver);
    evaluating->chunks = solver_chunks(evaluating->samples->count);
    bool alone = evaluating->chunks <= 1;
    bool gradient = evaluating->gradient && (!alone || solver->model->single);
    const size_t threads = alone ? 1 : pool_threads(solver->pool);
    const size_t numbers = 1 + measured(evaluating) + (gradient ? solver->model->parameters : 0);
    prepare_desks(solver, threads, gradient);
    if (evaluating->measure)
        prepare_predictions(solver, threads);
    if (evaluating->samples->rows)
        prepare_rows(solver, threads);
    if (evaluating->direction)
        prepare_second(solver, threads);
    evaluating->part = total_begin(solver->sums, numbers, evaluating->chunks);
    atomic_init(&evaluating->next, evaluating->part.first);
    gate_open(&evaluating->turn, pool_looks(solver->pool));
    if (alone)
        work_on_chunks(evaluating, 0);
    else
        pool_run(solver->pool, work_on_chunks, evaluating);
    gate_close(&evaluating->turn);
    gather_all(evaluating);
    if (!evaluating->values)
        return;
    const double *sum = total_sum(solver->sums, stamp_of(evaluating));
    evaluating->objective = *sum++;
    for (size_t i = 0; i < measured(evaluating); i++)
        evaluating->sums[i] = *sum++;
    if (gradient)
        memcpy(evaluating->gradient, sum, solver->model->parameters * sizeof(double));
}

/* Memory for predictions in the real type: the caller's own where that is double. */
static void *prediction_memory(Solver *solver, size_t count, double *prediction)
{
    if (!prediction || !solver->model->single)
        return prediction;
    if (solver->prediction_count < count) {
        size_t most = count > 2 * solver->prediction_count ? count : 2 * solver->prediction_count;
        solver->prediction = real_array(solver, solver->arena, most * model_predictions(solver->model));
        solver->prediction_count = most;
    }
    return solver->prediction;
}

static void finish_predictions(Solver *solver, size_t count, double *prediction)
{
    const Model *model = solver->model;
    const size_t numbers = count * model_predictions(model);
    if (prediction && model->single)
        to_double(solver, prediction, solver->prediction, numbers);
    if (prediction && solver->scales.targets.mean)
        intake_out(&solver->scales.targets, model->outputs, numbers, prediction, prediction);
}

/* What evaluating has of the inputs, as doubles; x_bar may be NULL. */
static void finish_inputs(const Evaluating *evaluating, double *x_bar)
{
    const size_t inputs = evaluating->solver->model->inputs, numbers = evaluating->samples->count * inputs;
    if (x_bar)
        to_double(evaluating->solver, x_bar, evaluating->x_bar, numbers);
    for (size_t i = 0; x_bar && i < numbers; i++)
        x_bar[i] *= chunk_share(evaluating, i / inputs / SOLVER_CHUNK);
}

/* Adds penalty and decay, by their share, to objective and gradient (or NULL). */
static void regularise(Solver *solver, const void *params, double share, double *objective, double *gradient)
{
    size_t count = solver->model->parameters;
    prepare_desks(solver, 1, true);
    const Desk *desk = &solver->desks[0];
    memset(desk->objective, 0, solver->table.real_bytes);
    memset(desk->gradient, 0, count * solver->table.real_bytes);
    solver->table.regularise(params, desk->objective, gradient ? desk->gradient : NULL, desk->work);
    *objective += share * real_at(solver, desk->objective, 0);
    for (size_t i = 0; gradient && i < count; i++)
        gradient[i] += share * real_at(solver, desk->gradient, i);
}

/* prediction, x_bar, gradient, measure: or NULL. */
static void evaluate(Solver *solver, const Samples *samples, const double *params, const Measure *measure, double *sums,
                     double *objective, double *prediction, double *x_bar, double *gradient)
{
    const Model *model = solver->model;
    Arena *own = arena_within(solver->arena);
    void *x_reals = x_bar ? real_array(solver, own, samples->count * model->inputs) : NULL;
    if (gradient)
        memset(gradient, 0, solver->model->parameters * sizeof *gradient);
    Evaluating evaluating = {.solver = solver,
                             .samples = samples,
                             .params = real_parameters(solver, params),
                             .prediction = prediction_memory(solver, samples->count, prediction),
                             .values = true,
                             .x_bar = x_reals,
                             .gradient = gradient,
                             .measure = measure,
                             .sums = sums};
    run_chunks(solver, &evaluating);
    *objective = evaluating.objective;
    finish_predictions(solver, samples->count, prediction);
    finish_inputs(&evaluating, x_bar);
    arena_free(own);
    if (samples->share > 0 && (model->decay > 0 || model->penalised))
        regularise(solver, evaluating.params, samples->share, objective, gradient);
}

void solver_evaluate_inputs(Solver *solver, const Samples *samples, const double *params, double *objective,
                            double *prediction, double *x_bar, double *gradient)
{
    evaluate(solver, samples, params, NULL, NULL, objective, prediction, x_bar, gradient);
}

void solver_measure(Solver *solver, const Samples *samples, const double *params, const Measure *measure, double *sums,
                    double *objective, double *x_bar, double *gradient)
{
    evaluate(solver, samples, params, measure, sums, objective, NULL, x_bar, gradient);
}

void solver_evaluate(Solver *solver, const Samples *samples, const double *params, double *objective,
                     double *prediction, double *gradient)
{
    solver_evaluate_inputs(solver, samples, params, objective, prediction, NULL, gradient);
}

void solver_predict(Solver *solver, const Samples *samples, const double *params, double *prediction)
{
    Evaluating evaluating = {.solver = solver,
                             .samples = samples,
                             .params = real_parameters(solver, params),
                             .prediction = prediction_memory(solver, samples->count, prediction)};
    run_chunks(solver, &evaluating);
    finish_predictions(solver, samples->count, prediction);
}

/* ---- single calls ---- */

/* What they need for themselves goes when they end, however often they are called. */

void solver_pullback(Solver *solver, const Samples *samples, const double *params, const double *prediction_bar,
                     double *x_bar, double *signals_bar, double *gradient)
{
    const Model *model = solver->model;
    size_t inputs = samples->count * model->inputs, outputs = samples->count * model_predictions(model);
    size_t signal_count = samples->count * signal_reals(model);
    prepare_desks(solver, 1, true);
    const Desk *desk = &solver->desks[0];
    Arena *own = arena_within(solver->arena);
    void *x = x_bar ? real_array(solver, own, inputs) : NULL;
    void *s = signals_bar ? real_array(solver, own, signal_count) : NULL;
    solver->table.pullback(samples->count, samples->x, samples->signals, real_parameters(solver, params),
                           converted(solver, own, prediction_bar, outputs), x, s, desk->gradient, desk->work);
    if (signals_bar)
        to_double(solver, signals_bar, s, signal_count);
    to_double(solver, gradient, desk->gradient, model->parameters);
    if (x_bar)
        to_double(solver, x_bar, x, inputs);
    arena_free(own);
}

void solver_pushforward(Solver *solver, const Samples *samples, const double *x_dot, const double *signals_dot,
                        const double *params, const double *params_dot, double *prediction_dot)
{
    const Model *model = solver->model;
    size_t inputs = samples->count * model->inputs, outputs = samples->count * model_predictions(model);
    size_t signal_count = samples->count * signal_reals(model);
    prepare_desks(solver, 1, false);
    Arena *own = arena_within(solver->arena);
    void *dot = real_array(solver, own, outputs);
    solver->table.pushforward(samples->count, samples->x, converted(solver, own, x_dot, inputs), samples->signals,
                              signals_dot ? converted(solver, own, signals_dot, signal_count) : NULL,
                              real_parameters(solver, params), converted(solver, own, params_dot, model->parameters),
                              dot, solver->desks[0].work);
    to_double(solver, prediction_dot, dot, outputs);
    arena_free(own);
}

void solver_pullback_tangent(Solver *solver, const Samples *samples, const double *x_dot, const double *signals_dot,
                             const double *params, const double *params_dot, const double *prediction_bar,
                             const double *prediction_bar_dot, double *x_bar_dot, double *signals_bar_dot,
                             double *gradient_dot)
{
    const Model *model = solver->model;
    size_t inputs = samples->count * model->inputs, outputs = samples->count * model_predictions(model);
    size_t signal_count = samples->count * signal_reals(model);
    Arena *own = arena_within(solver->arena);
    void *x = x_bar_dot ? real_array(solver, own, inputs) : NULL;
    void *s = signals_bar_dot ? real_array(solver, own, signal_count) : NULL;
    void *gradient = real_array(solver, own, model->parameters);
    solver->table.pullback_tangent(
        samples->count, samples->x, converted(solver, own, x_dot, inputs), samples->signals,
        signals_dot ? converted(solver, own, signals_dot, signal_count) : NULL, real_parameters(solver, params),
        converted(solver, own, params_dot, model->parameters), converted(solver, own, prediction_bar, outputs),
        converted(solver, own, prediction_bar_dot, outputs), x, s, gradient,
        arena_alloc(own, solver->table.hessian_workspace_bytes));
    if (x_bar_dot)
        to_double(solver, x_bar_dot, x, inputs);
    if (signals_bar_dot)
        to_double(solver, signals_bar_dot, s, signal_count);
    to_double(solver, gradient_dot, gradient, model->parameters);
    arena_free(own);
}

bool solver_second(const Solver *solver)
{
    return solver->table.hessian;
}

void solver_hessian(Solver *solver, const Samples *samples, const double *params, const double *direction,
                    double *product)
{
    solver_hessian_inputs(solver, samples, params, NULL, direction, NULL, product);
}

void solver_hessian_inputs(Solver *solver, const Samples *samples, const double *params, const double *x_direction,
                           const double *direction, double *x_product, double *product)
{
    size_t count = solver->model->parameters, inputs = samples->count * solver->model->inputs;
    Arena *own = arena_within(solver->arena);
    Evaluating evaluating = {.solver = solver,
                             .samples = samples,
                             .params = real_parameters(solver, params),
                             .values = true,
                             .x_bar = x_product ? real_array(solver, own, inputs) : NULL,
                             .gradient = product,
                             .direction = converted(solver, own, direction, count),
                             .x_direction = x_direction ? converted(solver, own, x_direction, inputs) : NULL};
    memset(product, 0, count * sizeof *product);
    run_chunks(solver, &evaluating);
    finish_inputs(&evaluating, x_product);
    prepare_desks(solver, 1, true);
    prepare_second(solver, 1);
    const Desk *desk = &solver->desks[0];
    memset(desk->gradient, 0, count * solver->table.real_bytes);
    solver->table.regularise_second(evaluating.params, evaluating.direction, desk->gradient, desk->second_work);
    for (size_t i = 0; i < count; i++)
        product[i] += samples->share * real_at(solver, desk->gradient, i);
    arena_free(own);
}

void solver_trajectory(Solver *solver, const Samples *samples, const double *params, const double *x_dot,
                       const double *prediction_bar, double *states, double *tangents, double *costates)
{
    const Model *model = solver->model;
    size_t size = (model->layers + 1) * samples->count * model->width, count = samples->count;
    double *const results[3] = {states, tangents, costates};
    void *reals[3];
    if (!solver->trajectory_work)
        solver->trajectory_work = arena_alloc(solver->arena, solver->table.trajectory_workspace_bytes);
    Arena *own = arena_within(solver->arena);
    for (size_t i = 0; i < 3; i++)
        reals[i] = results[i] ? real_array(solver, own, size) : NULL;
    solver->table.trajectory(
        count, samples->x, samples->signals, samples->target, real_parameters(solver, params),
        tangents ? converted(solver, own, x_dot, count * model->inputs) : NULL,
        costates && prediction_bar ? converted(solver, own, prediction_bar, count * model_predictions(model)) : NULL,
        reals[0], reals[1], reals[2], solver->trajectory_work);
    for (size_t i = 0; i < 3; i++)
        if (results[i])
            to_double(solver, results[i], reals[i], size);
    arena_free(own);
}

const Network *solver_network(const Solver *solver)
{
    return solver->network;
}

const char *solver_stages(Arena *arena, const Solver *solver)
{
    const Step *step = &solver->network->step;
    return step->parts > 1 || solver_equations(solver) ? equations_text(arena, step) : NULL;
}

size_t solver_equations(const Solver *solver)
{
    return solver->table.equations;
}

size_t solver_unknowns(const Solver *solver)
{
    return solver->table.unknowns;
}

void solver_solve_steps(Solver *solver, const Samples *samples, const double *params, double *states, double *counts,
                        double *solutions)
{
    const Model *model = solver->model;
    double *const results[3] = {states, counts, solutions};
    const size_t steps = model->layers * samples->count;
    const size_t sizes[3] = {(steps + samples->count) * model->width, steps * solver->table.equations,
                             steps * solver->table.unknowns};
    void *reals[3];
    if (!solver->solutions_work)
        solver->solutions_work = arena_alloc(solver->arena, solver->table.solutions_workspace_bytes);
    Arena *own = arena_within(solver->arena);
    for (size_t i = 0; i < 3; i++)
        reals[i] = results[i] ? real_array(solver, own, sizes[i]) : NULL;
    solver->table.solve_steps(samples->count, samples->x, samples->signals, real_parameters(solver, params), reals[0],
                              reals[1], reals[2], solver->solutions_work);
    for (size_t i = 0; i < 3; i++)
        if (results[i])
            to_double(solver, results[i], reals[i], sizes[i]);
    arena_free(own);
}
