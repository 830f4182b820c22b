/* driver: loops over blocks of samples and over layers around the generated routines. Compiles alone with the
 * stand-ins below, which are not emitted. */
#include "kernels.c"
#include "abi.h"
#include "solver.h"
enum {
    COSTATE_INPUTS = 2, COSTATE_WIDTH = 2, COSTATE_OUTPUTS = 1, COSTATE_LAYERS = 3, COSTATE_RECORD_ROWS = 2,
    COSTATE_RECORD = 128, COSTATE_EXTENDED = 24, COSTATE_WORKSPACE_BYTES = 0, COSTATE_FORWARD_WORKSPACE_BYTES = 0,
    COSTATE_ALIGNMENT = 64
};
#define R costate_real
void costate_prepare(R *params, size_t layer, R *scratch);
void costate_prepare_adjoint(const R *params, size_t layer, R *gradient, R *scratch);
void costate_prepare_tangent(const R *params, R *params_dot, size_t layer, R *scratch);
void costate_lift(const R *params, const R *x, R *y, R *scratch);
void costate_lift_adjoint(const R *params, const R *x, const R *p, R *gradient, R *scratch);
void costate_lift_costate(const R *params, const R *p, R *x_bar, R *scratch);
void costate_lift_tangent(const R *params, const R *params_dot, const R *x, const R *x_dot, R *y_dot, R *scratch);
void costate_step(const R *params, size_t layer, R *record, R *y_next, R *scratch);
void costate_step_adjoint(const R *params, size_t layer, const R *record, const R *p_next, R *p, R *gradient,
                          R *scratch);
void costate_step_tangent(const R *params, const R *params_dot, size_t layer, const R *y, const R *y_dot, R *y_next,
                          R *y_dot_next, R *scratch);
void costate_head(const R *params, const R *y, R *prediction, R *scratch);
void costate_head_adjoint(const R *params, const R *y, const R *prediction_bar, R *p, R *gradient, R *scratch);
void costate_head_tangent(const R *params, const R *params_dot, const R *y, const R *y_dot, R *prediction_dot,
                          R *scratch);
void costate_loss(const R *params, const R *y, const R *target, const R *weight, R *prediction, R *objective,
                  R *scratch);
void costate_loss_adjoint(const R *params, const R *y, const R *target, const R *weight, R *prediction, R *p,
                          R *objective, R *gradient, R *scratch);
#undef R

/*@ block_count */
/* Samples in the block that begins at sample `start` of n. */
static size_t costate_block_count(size_t n, size_t start)
{
    return n - start < COSTATE_BLOCK ? n - start : COSTATE_BLOCK;
}

/*@ take */
/* The next `rows` rows of a block from the workspace. */
static costate_real *costate_take(costate_real **free, size_t rows)
{
    costate_real *block = *free;
    *free += rows * COSTATE_BLOCK;
    return block;
}

/*@ align */
/* The first place in the workspace that suits every vector. */
static costate_real *costate_align(void *work)
{
    char *byte = (char *)work;
    const size_t over = (size_t)((uintptr_t)work % COSTATE_ALIGNMENT);
    return (costate_real *)(void *)(byte + (over ? COSTATE_ALIGNMENT - over : 0));
}

/*@ clear */
static void costate_clear(size_t n, costate_real *z)
{
    for (size_t i = 0; i < n; i++)
        z[i] = 0;
}

/*@ weigh */
/* Weights of a block's samples: 0 where the block has none. */
static void costate_weigh(costate_real *weight, costate_real value, size_t count)
{
    for (size_t i = 0; i < COSTATE_BLOCK; i++)
        weight[i] = i < count ? value : 0;
}

/*@ extend copy take */
/* The parameters with what `prepare` computes of them appended, in the workspace. */
static const costate_real *costate_extend(const costate_real *params, costate_real **free)
{
    costate_real *extended = costate_take(free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    costate_copy(COSTATE_PARAMETERS, extended, params);
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++)
        costate_prepare(extended, layer, *free);
    return extended;
}

/*@ extend_tangent copy take */
static const costate_real *costate_extend_tangent(const costate_real *params, const costate_real *params_dot,
                                                  costate_real **free)
{
    costate_real *extended = costate_take(free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    costate_copy(COSTATE_PARAMETERS, extended, params_dot);
    costate_clear(COSTATE_EXTENDED - COSTATE_PARAMETERS, extended + COSTATE_PARAMETERS);
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++)
        costate_prepare_tangent(params, extended, layer, *free);
    return extended;
}

/*@ last_state block_count pack */
/* The last state of a block when only that is wanted: two records take turns. */
static const costate_real *costate_last_state(const costate_real *params, const costate_real *x, costate_real *record,
                                              costate_real *other, costate_real *scratch)
{
    costate_lift(params, x, record, scratch);
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++) {
        costate_step(params, layer, record, other, scratch);
        costate_real *next = other;
        other = record;
        record = next;
    }
    return record;
}

/*@ records */
/* All records of a block; returns the last state. */
static const costate_real *costate_records(const costate_real *params, const costate_real *x, costate_real *records,
                                           costate_real *scratch)
{
    costate_lift(params, x, records, scratch);
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++, records += COSTATE_RECORD)
        costate_step(params, layer, records, records + COSTATE_RECORD, scratch);
    return records;
}

/*@ costates */
/* From the last costate p to the first, which is returned; other is a second block for the costate. */
static const costate_real *costate_costates(const costate_real *params, const costate_real *records, costate_real *p,
                                            costate_real *other, costate_real *gradient, costate_real *scratch)
{
    for (size_t layer = COSTATE_LAYERS; layer-- > 0;) {
        costate_step_adjoint(params, layer, records + layer * COSTATE_RECORD, p, other, gradient, scratch);
        costate_real *before = other;
        other = p;
        p = before;
    }
    return p;
}

/*@ forward take align last_state unpack pack block_count */
#if defined(COSTATE_BAKED)
int costate_forward(size_t n, const costate_real *x, costate_real *prediction, void *work)
{
    const costate_real *params = costate_trained;
#else
int costate_forward(size_t n, const costate_real *x, const costate_real *params, costate_real *prediction, void *work)
{
#endif
    if (!params || !work || (n > 0 && (!x || !prediction)))
        return 1;
    costate_real *free = costate_align(work);
    /*? derived */
    params = costate_extend(params, &free);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const prediction_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    costate_real *const other = costate_take(&free, COSTATE_RECORD_ROWS);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        const costate_real *y = costate_last_state(params, x_block, record, other, free);
        costate_head(params, y, prediction_block, free);
        costate_unpack(COSTATE_OUTPUTS, prediction + start * COSTATE_OUTPUTS, prediction_block, COSTATE_OUTPUTS, count);
    }
    return 0;
}

/*@ objective take align weigh last_state pack unpack block_count */
int costate_objective(size_t n, const costate_real *x, const costate_real *target, const costate_real *params,
                      costate_real *objective, costate_real *prediction, void *work)
{
    if (!params || !objective || !work || (n > 0 && (!x || !target)))
        return 1;
    costate_real *free = costate_align(work), sum = 0;
    /*? derived */
    params = costate_extend(params, &free);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const target_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const prediction_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const weight = costate_take(&free, 1);
    costate_real *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    costate_real *const other = costate_take(&free, COSTATE_RECORD_ROWS);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        costate_pack(COSTATE_OUTPUTS, target_block, target + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        /*? average */
        costate_weigh(weight, 1 / (costate_real)(ptrdiff_t)n, count);
        /*? sum */
        costate_weigh(weight, 1, count);
        /*? end */
        const costate_real *y = costate_last_state(params, x_block, record, other, free);
        costate_loss(params, y, target_block, weight, prediction_block, &sum, free);
        if (prediction)
            costate_unpack(COSTATE_OUTPUTS, prediction + start * COSTATE_OUTPUTS, prediction_block, COSTATE_OUTPUTS,
                           count);
    }
    *objective = sum;
    return 0;
}

/*@ evaluate take align clear weigh records costates pack unpack block_count */
/* Objective and gradient, and with prediction not NULL also the predictions. */
static int costate_evaluate(size_t n, const costate_real *x, const costate_real *target, const costate_real *params,
                            costate_real *objective, costate_real *prediction, costate_real *gradient, void *work)
{
    if (!params || !objective || !gradient || !work || (n > 0 && (!x || !target)))
        return 1;
    costate_real *free = costate_align(work), sum = 0;
    /*? derived */
    costate_real *const result = gradient;
    params = costate_extend(params, &free);
    gradient = costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const target_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const prediction_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const weight = costate_take(&free, 1);
    costate_real *const p = costate_take(&free, COSTATE_WIDTH);
    costate_real *const other = costate_take(&free, COSTATE_WIDTH);
    costate_real *const records = costate_take(&free, COSTATE_LAYERS * COSTATE_RECORD_ROWS + COSTATE_WIDTH);
    costate_clear(COSTATE_EXTENDED, gradient);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        costate_pack(COSTATE_OUTPUTS, target_block, target + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        /*? average */
        costate_weigh(weight, 1 / (costate_real)(ptrdiff_t)n, count);
        /*? sum */
        costate_weigh(weight, 1, count);
        /*? end */
        const costate_real *y = costate_records(params, x_block, records, free);
        costate_loss_adjoint(params, y, target_block, weight, prediction_block, p, &sum, gradient, free);
        if (prediction)
            costate_unpack(COSTATE_OUTPUTS, prediction + start * COSTATE_OUTPUTS, prediction_block, COSTATE_OUTPUTS,
                           count);
        /*? lift */
        const costate_real *p_first = costate_costates(params, records, p, other, gradient, free);
        costate_lift_adjoint(params, x_block, p_first, gradient, free);
        /*? plain */
        costate_costates(params, records, p, other, gradient, free);
        /*? end */
    }
    /*? derived */
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++)
        costate_prepare_adjoint(params, layer, gradient, free);
    costate_copy(COSTATE_PARAMETERS, result, gradient);
    /*? end */
    *objective = sum;
    return 0;
}

/*@ gradient evaluate */
int costate_gradient(size_t n, const costate_real *x, const costate_real *target, const costate_real *params,
                     costate_real *objective, costate_real *gradient, void *work)
{
    return costate_evaluate(n, x, target, params, objective, NULL, gradient, work);
}

/*@ pullback take align clear records costates pack pack_zero unpack block_count */
int costate_pullback(size_t n, const costate_real *x, const costate_real *params, const costate_real *prediction_bar,
                     costate_real *x_bar, costate_real *gradient, void *work)
{
    if (!params || !gradient || !work || (n > 0 && (!x || !prediction_bar)))
        return 1;
    costate_real *free = costate_align(work);
    /*? derived */
    costate_real *const result = gradient;
    params = costate_extend(params, &free);
    gradient = costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const x_bar_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const bar_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const p = costate_take(&free, COSTATE_WIDTH);
    costate_real *const other = costate_take(&free, COSTATE_WIDTH);
    costate_real *const records = costate_take(&free, COSTATE_LAYERS * COSTATE_RECORD_ROWS + COSTATE_WIDTH);
    costate_clear(COSTATE_EXTENDED, gradient);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        costate_pack_zero(COSTATE_OUTPUTS, bar_block, prediction_bar + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        const costate_real *y = costate_records(params, x_block, records, free);
        costate_head_adjoint(params, y, bar_block, p, gradient, free);
        const costate_real *p_first = costate_costates(params, records, p, other, gradient, free);
        /*? lift */
        costate_lift_adjoint(params, x_block, p_first, gradient, free);
        /*? end */
        if (!x_bar)
            continue;
        costate_lift_costate(params, p_first, x_bar_block, free);
        costate_unpack(COSTATE_INPUTS, x_bar + start * COSTATE_INPUTS, x_bar_block, COSTATE_INPUTS, count);
    }
    /*? derived */
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++)
        costate_prepare_adjoint(params, layer, gradient, free);
    costate_copy(COSTATE_PARAMETERS, result, gradient);
    /*? end */
    return 0;
}

/*@ pushforward take align pack pack_zero unpack block_count */
int costate_pushforward(size_t n, const costate_real *x, const costate_real *x_dot, const costate_real *params,
                        const costate_real *params_dot, costate_real *prediction_dot, void *work)
{
    if (!params || !params_dot || !work || (n > 0 && (!x || !x_dot || !prediction_dot)))
        return 1;
    costate_real *free = costate_align(work);
    /*? derived */
    params = costate_extend(params, &free);
    params_dot = costate_extend_tangent(params, params_dot, &free);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const x_dot_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const dot_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *y = costate_take(&free, COSTATE_WIDTH);
    costate_real *y_next = costate_take(&free, COSTATE_WIDTH);
    costate_real *y_dot = costate_take(&free, COSTATE_WIDTH);
    costate_real *y_dot_next = costate_take(&free, COSTATE_WIDTH);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        costate_pack_zero(COSTATE_INPUTS, x_dot_block, x_dot + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        costate_lift(params, x_block, y, free);
        costate_lift_tangent(params, params_dot, x_block, x_dot_block, y_dot, free);
        for (size_t layer = 0; layer < COSTATE_LAYERS; layer++) {
            costate_step_tangent(params, params_dot, layer, y, y_dot, y_next, y_dot_next, free);
            costate_real *const last = y, *const last_dot = y_dot;
            y = y_next;
            y_dot = y_dot_next;
            y_next = last;
            y_dot_next = last_dot;
        }
        costate_head_tangent(params, params_dot, y, y_dot, dot_block, free);
        costate_unpack(COSTATE_OUTPUTS, prediction_dot + start * COSTATE_OUTPUTS, dot_block, COSTATE_OUTPUTS, count);
    }
    return 0;
}

/*@ trajectory_states unpack */
/* Hands out row `layer` of a trajectory [LAYERS + 1][n][WIDTH] for one block. */
static void costate_hand_out(costate_real *trajectory, size_t layer, size_t n, size_t start, size_t count,
                             const costate_real *block)
{
    if (trajectory)
        costate_unpack(COSTATE_WIDTH, trajectory + (layer * n + start) * COSTATE_WIDTH, block, COSTATE_WIDTH, count);
}

/*@ trajectory_tangents trajectory_states */
/* Tangents of one block, when only x moves. */
static void costate_tangents(size_t n, size_t start, size_t count, const costate_real *params,
                             const costate_real *zero, const costate_real *x, const costate_real *x_dot,
                             const costate_real *records, costate_real *tangents, costate_real *free)
{
    costate_real *y_dot = costate_take(&free, COSTATE_WIDTH);
    costate_real *y_dot_next = costate_take(&free, COSTATE_WIDTH);
    costate_real *const y_next = costate_take(&free, COSTATE_WIDTH);
    costate_lift_tangent(params, zero, x, x_dot, y_dot, free);
    costate_hand_out(tangents, 0, n, start, count, y_dot);
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++) {
        costate_step_tangent(params, zero, layer, records + layer * COSTATE_RECORD, y_dot, y_next, y_dot_next, free);
        costate_real *const last = y_dot;
        y_dot = y_dot_next;
        y_dot_next = last;
        costate_hand_out(tangents, layer + 1, n, start, count, y_dot);
    }
}

/*@ trajectory take align clear records pack pack_zero trajectory_tangents block_count */
static int costate_trajectory(size_t n, const costate_real *x, const costate_real *params,
                              const costate_real *x_dot, const costate_real *prediction_bar, costate_real *states, costate_real *tangents,
                              costate_real *costates, void *work)
{
    costate_real *free = costate_align(work);
    /*? derived */
    params = costate_extend(params, &free);
    /*? end */
    const size_t extended = (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK;
    costate_real *const gradient = costate_take(&free, extended);
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const x_dot_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const bar_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *p = costate_take(&free, COSTATE_WIDTH);
    costate_real *other = costate_take(&free, COSTATE_WIDTH);
    costate_real *const records = costate_take(&free, COSTATE_LAYERS * COSTATE_RECORD_ROWS + COSTATE_WIDTH);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        const costate_real *y = costate_records(params, x_block, records, free);
        for (size_t layer = 0; layer <= COSTATE_LAYERS; layer++)
            costate_hand_out(states, layer, n, start, count, records + layer * COSTATE_RECORD);
        costate_clear(COSTATE_EXTENDED, gradient);
        if (tangents) {
            costate_pack_zero(COSTATE_INPUTS, x_dot_block, x_dot + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
            costate_tangents(n, start, count, params, gradient, x_block, x_dot_block, records, tangents, free);
        }
        if (!costates)
            continue;
        costate_pack_zero(COSTATE_OUTPUTS, bar_block, prediction_bar + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        costate_head_adjoint(params, y, bar_block, p, gradient, free);
        costate_hand_out(costates, COSTATE_LAYERS, n, start, count, p);
        for (size_t layer = COSTATE_LAYERS; layer-- > 0;) {
            costate_step_adjoint(params, layer, records + layer * COSTATE_RECORD, p, other, gradient, free);
            costate_real *const before = other;
            other = p;
            p = before;
            costate_hand_out(costates, layer, n, start, count, p);
        }
    }
    return 0;
}

/*@ describe trajectory evaluate */
static int costate_call_forward(size_t n, const void *x, const void *params, void *prediction, void *work)
{
    return costate_forward(n, (const costate_real *)x, (const costate_real *)params, (costate_real *)prediction, work);
}

static int costate_call_objective(size_t n, const void *x, const void *target, const void *params, void *objective,
                                  void *prediction, void *work)
{
    return costate_objective(n, (const costate_real *)x, (const costate_real *)target, (const costate_real *)params,
                             (costate_real *)objective, (costate_real *)prediction, work);
}

static int costate_call_evaluate(size_t n, const void *x, const void *target, const void *params, void *objective,
                                 void *prediction, void *gradient, void *work)
{
    return costate_evaluate(n, (const costate_real *)x, (const costate_real *)target, (const costate_real *)params,
                            (costate_real *)objective, (costate_real *)prediction, (costate_real *)gradient, work);
}

static int costate_call_pullback(size_t n, const void *x, const void *params, const void *prediction_bar, void *x_bar,
                                 void *gradient, void *work)
{
    return costate_pullback(n, (const costate_real *)x, (const costate_real *)params,
                            (const costate_real *)prediction_bar, (costate_real *)x_bar, (costate_real *)gradient, work);
}

static int costate_call_pushforward(size_t n, const void *x, const void *x_dot, const void *params,
                                    const void *params_dot, void *prediction_dot, void *work)
{
    return costate_pushforward(n, (const costate_real *)x, (const costate_real *)x_dot, (const costate_real *)params,
                               (const costate_real *)params_dot, (costate_real *)prediction_dot, work);
}

static int costate_call_trajectory(size_t n, const void *x, const void *params, const void *x_dot,
                                   const void *prediction_bar, void *states, void *tangents, void *costates, void *work)
{
    return costate_trajectory(n, (const costate_real *)x, (const costate_real *)params, (const costate_real *)x_dot,
                              (const costate_real *)prediction_bar, (costate_real *)states, (costate_real *)tangents,
                              (costate_real *)costates, work);
}

void costate_describe(struct costate_table *table)
{
    table->inputs = COSTATE_INPUTS;
    table->width = COSTATE_WIDTH;
    table->outputs = COSTATE_OUTPUTS;
    table->layers = COSTATE_LAYERS;
    table->parameters = COSTATE_PARAMETERS;
    table->workspace_bytes = COSTATE_WORKSPACE_BYTES;
    table->forward_workspace_bytes = COSTATE_FORWARD_WORKSPACE_BYTES;
    table->real_bytes = sizeof(costate_real);
    table->block = COSTATE_BLOCK;
    table->tensors = costate_tensors;
    table->forward = costate_call_forward;
    table->objective = costate_call_objective;
    table->evaluate = costate_call_evaluate;
    table->pullback = costate_call_pullback;
    table->pushforward = costate_call_pushforward;
    table->trajectory = costate_call_trajectory;
}
