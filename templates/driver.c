/* driver: loops over blocks of samples and over layers around the generated routines. Compiles alone with the
 * stand-ins below, which are not emitted. */
#include "kernels.c"
#include "abi.h"
#include "solver.h"
enum {
    COSTATE_INPUTS = 2, COSTATE_WIDTH = 2, COSTATE_OUTPUTS = 1, COSTATE_LAYERS = 3, COSTATE_RECORD_ROWS = 2,
    COSTATE_RECORD = 128, COSTATE_STATE = 128, COSTATE_STATES = 4, COSTATE_RECORDS = 3, COSTATE_CHECKPOINTS = 2,
    COSTATE_NOTE_ROWS = 1, COSTATE_EXTENDED = 24, COSTATE_WORKSPACE_BYTES = 0, COSTATE_FORWARD_WORKSPACE_BYTES = 0,
    COSTATE_TRAJECTORY_WORKSPACE_BYTES = 0, COSTATE_ALIGNMENT = 64
};
#define R costate_real
void costate_prepare(R *params, size_t layer, R *scratch);
void costate_prepare_adjoint(const R *params, size_t layer, R *gradient, R *scratch);
void costate_prepare_tangent(const R *params, R *params_dot, size_t layer, R *scratch);
void costate_lift(const R *params, const R *x, R *y, R *scratch);
void costate_lift_adjoint(const R *params, const R *x, const R *p, R *gradient, R *scratch);
void costate_lift_costate(const R *params, const R *p, R *x_bar, R *scratch);
void costate_lift_tangent(const R *params, const R *params_dot, const R *x, const R *x_dot, R *y_dot, R *scratch);
void costate_step(const R *params, size_t layer, const R *y, R *record, R *y_next, R *scratch);
void costate_step_adjoint(const R *params, size_t layer, const R *y, const R *record, const R *p_next, R *p,
                          R *gradient, R *scratch);
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
/* The last state of a block when only that is wanted: y and other take turns, the record serves every layer. */
static const costate_real *costate_last_state(const costate_real *params, const costate_real *x, costate_real *y,
                                              costate_real *other, costate_real *record, costate_real *scratch)
{
    costate_lift(params, x, y, scratch);
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++) {
        costate_step(params, layer, y, record, other, scratch);
        costate_real *next = other;
        other = y;
        y = next;
    }
    return y;
}

/*@ tape take */
#if defined(COSTATE_RECOMPUTED)
/* What a block leaves on its way through the layers: checkpoints, which are states before layers, the newest last, and
 * the record of the layer that was computed last, before which the state is y. */
struct costate_tape {
    costate_real *states, *records;
    uint32_t *layers; /* of the checkpoints */
    size_t count;     /* of them */
    const costate_real *y;
};
#else
/* What a block leaves on its way through the layers: the state before each, its record, and the last state. */
struct costate_tape {
    costate_real *states, *records;
};
#endif

static void costate_take_tape(struct costate_tape *tape, costate_real **free)
{
    tape->states = costate_take(free, COSTATE_STATES * COSTATE_WIDTH);
    tape->records = costate_take(free, COSTATE_RECORDS * COSTATE_RECORD_ROWS);
#if defined(COSTATE_RECOMPUTED)
    tape->layers = (uint32_t *)(void *)costate_take(free, COSTATE_NOTE_ROWS);
#endif
}

/*@ stride */
#if defined(COSTATE_RECOMPUTED)
/* How many layers behind the newest checkpoint the next one is, where `layers` layers are to be gone back and that many
 * checkpoints are to be had, the newest among them. With c checkpoints and r steps more of each layer at most,
 * beta(c, r) = (c + r)! / (c! r!) layers can be gone back (Griewank and Walther 2000). */
static size_t costate_stride(size_t layers, size_t checkpoints)
{
    uint64_t reach = 1, before = 1, r = 0; /* beta(c, r), beta(c, r - 1) */
    while (reach < layers) {
        before = reach;
        r++;
        reach = reach * (checkpoints + r) / r;
    }
    const uint64_t rest = layers - before * checkpoints / (checkpoints + r - 1); /* beta(c - 1, r - 1) lie behind it */
    return (size_t)(before < rest ? before : rest);
}

#endif
/*@ retrace tape stride */
#if defined(COSTATE_RECOMPUTED)
/* Computes the layer from the newest checkpoint before it, leaving checkpoints on the way. Behind the newest checkpoint
 * two states take turns; the state after the layer comes behind the one before it. */
static void costate_retrace(const costate_real *params, size_t layer, struct costate_tape *tape, costate_real *scratch)
{
    while (tape->layers[tape->count - 1] > layer)
        tape->count--;
    size_t slot = tape->count - 1, at = tape->layers[slot];
    costate_real *y = tape->states + slot * COSTATE_STATE;
    while (at < layer) {
        size_t steps = costate_stride(layer + 1 - at, COSTATE_CHECKPOINTS - slot);
        slot++;
        for (; steps > 0; steps--, at++) {
            costate_real *const y_next = tape->states + (slot + (steps + 1) % 2) * COSTATE_STATE;
            costate_step(params, at, y, tape->records, y_next, scratch);
            y = y_next;
        }
        if (slot < COSTATE_CHECKPOINTS) {
            tape->layers[slot] = (uint32_t)at;
            tape->count = slot + 1;
        }
    }
    costate_step(params, layer, y, tape->records, y + COSTATE_STATE, scratch);
    tape->y = y;
}

#endif
/*@ sweep tape retrace */
/* A block through all layers; returns the last state. */
static const costate_real *costate_sweep(const costate_real *params, const costate_real *x, struct costate_tape *tape,
                                         costate_real *scratch)
{
    costate_lift(params, x, tape->states, scratch);
#if defined(COSTATE_RECOMPUTED)
    tape->layers[0] = 0;
    tape->count = 1;
    costate_retrace(params, COSTATE_LAYERS - 1, tape, scratch);
    return tape->y + COSTATE_STATE;
#else
    costate_real *y = tape->states;
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++, y += COSTATE_STATE)
        costate_step(params, layer, y, tape->records + layer * COSTATE_RECORD, y + COSTATE_STATE, scratch);
    return y;
#endif
}

/*@ step_back tape retrace */
/* From the costate after a layer to that before it; layers are gone back one by one from the last, after a sweep. */
static void costate_step_back(const costate_real *params, size_t layer, struct costate_tape *tape,
                              const costate_real *p_next, costate_real *p, costate_real *gradient,
                              costate_real *scratch)
{
#if defined(COSTATE_RECOMPUTED)
    if (layer + 1 < COSTATE_LAYERS)
        costate_retrace(params, layer, tape, scratch);
    costate_step_adjoint(params, layer, tape->y, tape->records, p_next, p, gradient, scratch);
#else
    costate_step_adjoint(params, layer, tape->states + layer * COSTATE_STATE, tape->records + layer * COSTATE_RECORD,
                         p_next, p, gradient, scratch);
#endif
}

/*@ costates step_back */
/* From the last costate p to the first, which is returned; other is a second block for the costate. */
static const costate_real *costate_costates(const costate_real *params, struct costate_tape *tape, costate_real *p,
                                            costate_real *other, costate_real *gradient, costate_real *scratch)
{
    for (size_t layer = COSTATE_LAYERS; layer-- > 0;) {
        costate_step_back(params, layer, tape, p, other, gradient, scratch);
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
    costate_real *const state = costate_take(&free, COSTATE_WIDTH);
    costate_real *const other = costate_take(&free, COSTATE_WIDTH);
    costate_real *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        const costate_real *y = costate_last_state(params, x_block, state, other, record, free);
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
    costate_real *const state = costate_take(&free, COSTATE_WIDTH);
    costate_real *const other = costate_take(&free, COSTATE_WIDTH);
    costate_real *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        costate_pack(COSTATE_OUTPUTS, target_block, target + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        /*? average */
        costate_weigh(weight, 1 / (costate_real)(ptrdiff_t)n, count);
        /*? sum */
        costate_weigh(weight, 1, count);
        /*? end */
        const costate_real *y = costate_last_state(params, x_block, state, other, record, free);
        costate_loss(params, y, target_block, weight, prediction_block, &sum, free);
        if (prediction)
            costate_unpack(COSTATE_OUTPUTS, prediction + start * COSTATE_OUTPUTS, prediction_block, COSTATE_OUTPUTS,
                           count);
    }
    *objective = sum;
    return 0;
}

/*@ evaluate take align clear weigh sweep costates pack unpack block_count */
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
    struct costate_tape tape;
    costate_take_tape(&tape, &free);
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
        const costate_real *y = costate_sweep(params, x_block, &tape, free);
        costate_loss_adjoint(params, y, target_block, weight, prediction_block, p, &sum, gradient, free);
        if (prediction)
            costate_unpack(COSTATE_OUTPUTS, prediction + start * COSTATE_OUTPUTS, prediction_block, COSTATE_OUTPUTS,
                           count);
        /*? lift */
        const costate_real *p_first = costate_costates(params, &tape, p, other, gradient, free);
        costate_lift_adjoint(params, x_block, p_first, gradient, free);
        /*? plain */
        costate_costates(params, &tape, p, other, gradient, free);
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

/*@ pullback take align clear sweep costates pack pack_zero unpack block_count */
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
    struct costate_tape tape;
    costate_take_tape(&tape, &free);
    costate_clear(COSTATE_EXTENDED, gradient);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        costate_pack_zero(COSTATE_OUTPUTS, bar_block, prediction_bar + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        const costate_real *y = costate_sweep(params, x_block, &tape, free);
        costate_head_adjoint(params, y, bar_block, p, gradient, free);
        const costate_real *p_first = costate_costates(params, &tape, p, other, gradient, free);
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

/*@ trajectory_forth trajectory_states take */
/* States and tangents of one block, when only x moves. */
static void costate_forth(size_t n, size_t start, size_t count, const costate_real *params, const costate_real *zero,
                          const costate_real *x, const costate_real *x_dot, costate_real *states,
                          costate_real *tangents, costate_real *free)
{
    costate_real *y = costate_take(&free, COSTATE_WIDTH), *y_next = costate_take(&free, COSTATE_WIDTH);
    costate_real *y_dot = costate_take(&free, COSTATE_WIDTH), *y_dot_next = costate_take(&free, COSTATE_WIDTH);
    costate_real *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    costate_lift(params, x, y, free);
    if (tangents)
        costate_lift_tangent(params, zero, x, x_dot, y_dot, free);
    for (size_t layer = 0;; layer++) {
        costate_hand_out(states, layer, n, start, count, y);
        costate_hand_out(tangents, layer, n, start, count, y_dot);
        if (layer == COSTATE_LAYERS)
            return;
        if (tangents)
            costate_step_tangent(params, zero, layer, y, y_dot, y_next, y_dot_next, free);
        costate_step(params, layer, y, record, y_next, free);
        costate_real *const last = y, *const last_dot = y_dot;
        y = y_next;
        y_dot = y_dot_next;
        y_next = last;
        y_dot_next = last_dot;
    }
}

/*@ trajectory_back trajectory_states sweep step_back weigh pack pack_zero */
/* Costates of one block, from what arrives at its predictions, or from its targets; gradient is for what is computed
 * beside them. */
static void costate_back(size_t n, size_t start, size_t count, const costate_real *params, const costate_real *x,
                         const costate_real *target, const costate_real *prediction_bar, costate_real *costates,
                         costate_real *gradient, costate_real *free)
{
    costate_real *p = costate_take(&free, COSTATE_WIDTH), *other = costate_take(&free, COSTATE_WIDTH), objective = 0;
    costate_real *const end = costate_take(&free, COSTATE_OUTPUTS), *const prediction = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const weight = costate_take(&free, 1);
    struct costate_tape tape;
    costate_take_tape(&tape, &free);
    const costate_real *y = costate_sweep(params, x, &tape, free);
    if (prediction_bar) {
        costate_pack_zero(COSTATE_OUTPUTS, end, prediction_bar + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        costate_head_adjoint(params, y, end, p, gradient, free);
    } else {
        costate_pack(COSTATE_OUTPUTS, end, target + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        costate_weigh(weight, 1, count);
        costate_loss_adjoint(params, y, end, weight, prediction, p, &objective, gradient, free);
    }
    costate_hand_out(costates, COSTATE_LAYERS, n, start, count, p);
    for (size_t layer = COSTATE_LAYERS; layer-- > 0;) {
        costate_step_back(params, layer, &tape, p, other, gradient, free);
        costate_real *const before = other;
        other = p;
        p = before;
        costate_hand_out(costates, layer, n, start, count, p);
    }
}

/*@ trajectory take align clear pack pack_zero trajectory_forth trajectory_back block_count */
static int costate_trajectory(size_t n, const costate_real *x, const costate_real *target, const costate_real *params,
                              const costate_real *x_dot, const costate_real *prediction_bar, costate_real *states,
                              costate_real *tangents, costate_real *costates, void *work)
{
    costate_real *free = costate_align(work);
    /*? derived */
    params = costate_extend(params, &free);
    /*? end */
    costate_real *const gradient = costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const x_dot_block = costate_take(&free, COSTATE_INPUTS);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        costate_clear(COSTATE_EXTENDED, gradient);
        if (tangents)
            costate_pack_zero(COSTATE_INPUTS, x_dot_block, x_dot + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        if (states || tangents)
            costate_forth(n, start, count, params, gradient, x_block, x_dot_block, states, tangents, free);
        if (costates)
            costate_back(n, start, count, params, x_block, target, prediction_bar, costates, gradient, free);
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
                            (const costate_real *)prediction_bar, (costate_real *)x_bar, (costate_real *)gradient,
                            work);
}

static int costate_call_pushforward(size_t n, const void *x, const void *x_dot, const void *params,
                                    const void *params_dot, void *prediction_dot, void *work)
{
    return costate_pushforward(n, (const costate_real *)x, (const costate_real *)x_dot, (const costate_real *)params,
                               (const costate_real *)params_dot, (costate_real *)prediction_dot, work);
}

static int costate_call_trajectory(size_t n, const void *x, const void *target, const void *params, const void *x_dot,
                                   const void *prediction_bar, void *states, void *tangents, void *costates, void *work)
{
    return costate_trajectory(n, (const costate_real *)x, (const costate_real *)target, (const costate_real *)params,
                              (const costate_real *)x_dot, (const costate_real *)prediction_bar, (costate_real *)states,
                              (costate_real *)tangents, (costate_real *)costates, work);
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
    table->trajectory_workspace_bytes = COSTATE_TRAJECTORY_WORKSPACE_BYTES;
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
