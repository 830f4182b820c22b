/* driver: loops over blocks of samples and over layers around the generated routines. Compiles alone with the
 * stand-ins below, which are not emitted. */
#include "kernels.c"
#include "abi.h"
#include "solver.h"
enum {
    COSTATE_INPUTS = 2, COSTATE_WIDTH = 2, COSTATE_OUTPUTS = 1, COSTATE_LAYERS = 3, COSTATE_RECORD_ROWS = 2,
    COSTATE_RECORD = 128, COSTATE_STATE = 128, COSTATE_STATES = 4, COSTATE_RECORDS = 3, COSTATE_CHECKPOINTS = 2,
    COSTATE_NOTE_ROWS = 1, COSTATE_EXTENDED = 24, COSTATE_WORKSPACE_BYTES = 0, COSTATE_FORWARD_WORKSPACE_BYTES = 0,
    COSTATE_TRAJECTORY_WORKSPACE_BYTES = 0, COSTATE_ALIGNMENT = 64, COSTATE_SIGNALS = 1, COSTATE_SIGNAL_ROWS = 4,
    COSTATE_HESSIAN_WORKSPACE_BYTES = 0, COSTATE_OBSERVATIONS = 2, COSTATE_PREDICTIONS = 2, COSTATE_KNOWN_ROWS = 1, COSTATE_STEPS = 0, COSTATE_STEP_SPAN = 1,
    COSTATE_MOVED_ROWS = 4, COSTATE_MOVED = 256, COSTATE_EQUATIONS = 1, COSTATE_UNKNOWNS = 2, COSTATE_SOLUTIONS_WORKSPACE_BYTES = 0,
    COSTATE_LAYER_SIGNALS = 2, COSTATE_COLUMNS = 6
};
#define COSTATE_START 0.0
#define COSTATE_DECAY 0.5
static const size_t costate_observed[COSTATE_OBSERVATIONS] = {1, 3}, costate_decayed[][2] = {{0, 8}};
#define R costate_real
void costate_prepare(R *params, size_t layer, R *scratch);
void costate_prepare_adjoint(const R *params, size_t layer, R *gradient, R *scratch);
void costate_prepare_tangent(const R *params, R *params_dot, size_t layer, R *scratch);
void costate_lift(const R *params, const R *x, R *y, R *scratch);
void costate_lift_adjoint(const R *params, const R *x, const R *p, R *gradient, R *scratch);
void costate_lift_costate(const R *params, const R *x, const R *p, R *x_bar, R *scratch);
void costate_lift_tangent(const R *params, const R *params_dot, const R *x, const R *x_dot, R *y_dot, R *scratch);
void costate_step_block(const R *params, size_t layer, const R *y, const R *s, const R *s_next, R *record, R *y_next,
                  R *scratch);
void costate_step_cost(const R *params, size_t layer, const R *y, const R *s, const R *s_next, const R *weight,
                       R *y_next, R *objective, R *scratch);
void costate_step_adjoint(const R *params, size_t layer, const R *y, const R *s, const R *s_next, const R *weight,
                          const R *record, const R *p_next, R *p, R *objective, R *gradient, R *scratch);
void costate_step_adjoint_signals(const R *params, size_t layer, const R *y, const R *s, const R *s_next, const R *weight,
                           const R *record, const R *p_next, R *p, R *s_bar, R *s_next_bar, R *objective, R *gradient,
                           R *scratch);
void costate_step_tangent(const R *params, const R *params_dot, size_t layer, const R *y, const R *s, const R *s_next,
                          const R *y_dot, const R *s_dot, const R *s_next_dot, R *record, R *y_next, R *y_dot_next,
                          R *scratch);
void costate_step_solutions(const R *params, size_t layer, const R *y, const R *s, const R *s_next, R *y_next, R *counts,
                            R *solutions, R *scratch);
void costate_head(const R *params, const R *y, R *prediction, R *scratch);
void costate_head_adjoint(const R *params, const R *y, const R *prediction_bar, const R *p_after, R *p, R *gradient,
                          R *scratch);
void costate_head_tangent(const R *params, const R *params_dot, const R *y, const R *y_dot, R *prediction_dot,
                          R *scratch);
void costate_loss(const R *params, const R *y, const R *target, const R *known, const R *weight, R *prediction,
                  R *objective, R *scratch);
void costate_loss_adjoint(const R *params, const R *y, const R *target, const R *known, const R *weight,
                          const R *p_after, R *prediction, R *p, R *objective, R *gradient, R *scratch);
void costate_terminal(const R *params, const R *y, const R *weight, R *objective, R *scratch);
void costate_terminal_adjoint(const R *params, const R *y, const R *weight, R *p, R *objective, R *gradient,
                              R *scratch);
void costate_penalty(const R *params, size_t layer, size_t next, const R *weight, R *objective, R *scratch);
void costate_penalty_adjoint(const R *params, size_t layer, size_t next, const R *weight, R *objective, R *gradient,
                             R *scratch);
void costate_prepare_second(const R *params, const R *params_dot, size_t layer, const R *gradient, R *product,
                            R *scratch);
void costate_lift_second(const R *params, const R *params_dot, const R *x, const R *x_dot, const R *p, const R *p_dot,
                         R *product, R *scratch);
void costate_lift_costate_second(const R *params, const R *params_dot, const R *x, const R *x_dot, const R *p,
                                 const R *p_dot, R *x_bar_dot, R *scratch);
void costate_step_second(const R *params, const R *params_dot, size_t layer, const R *y, const R *y_dot, const R *s,
                         const R *s_dot, const R *s_next, const R *s_next_dot, const R *weight, const R *record,
                         const R *p_next, const R *p_next_dot, R *p, R *p_dot, R *s_bar_dot, R *s_next_bar_dot,
                         R *gradient, R *product, R *scratch);
void costate_head_second(const R *params, const R *params_dot, const R *y, const R *y_dot, const R *prediction_bar,
                         const R *prediction_bar_dot, const R *p_after, const R *p_after_dot, R *p, R *p_dot,
                         R *product, R *scratch);
void costate_loss_second(const R *params, const R *params_dot, const R *y, const R *y_dot, const R *target,
                         const R *known, const R *weight, const R *p_after, const R *p_after_dot, R *p, R *p_dot,
                         R *product, R *scratch);
void costate_terminal_second(const R *params, const R *params_dot, const R *y, const R *y_dot, const R *weight, R *p,
                             R *p_dot, R *product, R *scratch);
void costate_field_block(const R *params, size_t layer, const R *y, const R *s, R *slope, R *scratch);
void costate_field_adjoint(const R *params, size_t layer, const R *y, const R *s, const R *slope_bar, R *y_bar,
                           R *s_bar, R *gradient, R *scratch);
void costate_field_costate(const R *params, size_t layer, const R *y, const R *s, const R *slope_bar, R *y_bar,
                           R *s_bar, R *scratch);
void costate_field_tangent(const R *params, const R *params_dot, size_t layer, const R *y, const R *s, const R *y_dot,
                           const R *s_dot, R *slope_dot, R *scratch);
void costate_field_flow(const R *params, size_t layer, const R *y, const R *s, const R *y_dot, const R *s_dot,
                        R *slope_dot, R *scratch);
void costate_step_costate(const R *params, size_t layer, const R *y, const R *s, const R *s_next, const R *weight,
                          const R *record, const R *p_next, R *p, R *s_bar, R *s_next_bar, R *scratch);
void costate_step_flow(const R *params, size_t layer, const R *y, const R *s, const R *s_next, const R *y_dot,
                       const R *s_dot, const R *s_next_dot, R *y_next, R *y_dot_next, R *scratch);
void costate_head_costate(const R *params, const R *y, const R *prediction_bar, const R *p_after, R *p, R *scratch);
void costate_head_flow(const R *params, const R *y, const R *y_dot, R *prediction_dot, R *scratch);
void costate_lift_flow(const R *params, const R *x, const R *x_dot, R *y_dot, R *scratch);
void costate_penalty_second(const R *params, const R *params_dot, size_t layer, size_t next, const R *weight,
                            R *product, R *scratch);
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

/*@ weigh_samples weigh */
/* The same of samples that have weights, behind their targets: that of the first stands at own. */
static void costate_weigh_samples(costate_real *weight, const costate_real *own, size_t count)
{
    for (size_t i = 0; i < count; i++)
        weight[i] *= own[i * (COSTATE_PREDICTIONS + 1)];
}

/*@ extend copy take */
/* The parameters with what is computed of them alone appended, in the workspace. */
static const costate_real *costate_extend(const costate_real *params, costate_real **free)
{
    costate_real *extended = costate_take(free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    costate_copy(COSTATE_PARAMETERS, extended, params);
    /*? timed */
    costate_real t = (costate_real)COSTATE_START;
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++) {
        extended[COSTATE_PARAMETERS + layer] = t;
        t += params[COSTATE_STEPS + layer / COSTATE_STEP_SPAN];
    }
    /*? derived */
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++)
        costate_prepare(extended, layer, *free);
    /*? end */
    return extended;
}

/*@ extend_tangent copy take clear */
static const costate_real *costate_extend_tangent(/*?derived*/ const costate_real *params, const costate_real *params_dot,
                                                  costate_real **free)
{
    costate_real *extended = costate_take(free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    costate_copy(COSTATE_PARAMETERS, extended, params_dot);
    costate_clear(COSTATE_EXTENDED - COSTATE_PARAMETERS, extended + COSTATE_PARAMETERS);
    /*? time_moves */
    costate_real t_dot = 0;
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++) {
        extended[COSTATE_PARAMETERS + layer] = t_dot;
        t_dot += params_dot[COSTATE_STEPS + layer / COSTATE_STEP_SPAN];
    }
    /*? derived */
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++)
        costate_prepare_tangent(params, extended, layer, *free);
    /*? end */
    return extended;
}

/*@ retract copy */
/* The adjoint of extending: from the gradient by all of that to the gradient by the parameters. */
static void costate_retract(/*?derived*/ const costate_real *params, costate_real *extended, costate_real *gradient/*?-derived*/, costate_real *free/*?-*/)
{
    /*? derived */
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++)
        costate_prepare_adjoint(params, layer, extended, free);
    /*? time_moves */
    costate_real later = 0; /* what the times behind a layer get, which move with its step */
    for (size_t layer = COSTATE_LAYERS; layer-- > 0;) {
        extended[COSTATE_STEPS + layer / COSTATE_STEP_SPAN] += later;
        later += extended[COSTATE_PARAMETERS + layer];
    }
    /*? end */
    costate_copy(COSTATE_PARAMETERS, gradient, extended);
}

/*@ feed pack */
/* The signals of a block's samples, and blocks for those of a layer. */
struct costate_feed {
    const costate_real *signals; /* [samples][SIGNAL_ROWS][SIGNALS] from the block's first sample on */
    size_t count;
    costate_real *s;
    /*? linear */
    costate_real *s_next;
    /*? end */
};

static void costate_load(const struct costate_feed *feed, size_t layer)
{
    const size_t stride = COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
    /*? second */
    if (!feed->signals) /* they do not move: the blocks are zero */
        return;
    /*? end */
    costate_pack(COSTATE_SIGNALS, feed->s, feed->signals + layer * COSTATE_SIGNALS, stride, feed->count);
    /*? linear */
    costate_pack(COSTATE_SIGNALS, feed->s_next, feed->signals + (layer + 1) * COSTATE_SIGNALS, stride, feed->count);
    /*? end */
}

/*@ observation */
/* Which observation the state of a layer is: OBSERVATIONS where it is none. */
static size_t costate_observation(size_t layer)
{
    size_t low = 0, high = COSTATE_OBSERVATIONS;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (costate_observed[middle] < layer)
            low = middle + 1;
        else
            high = middle;
    }
    return low < COSTATE_OBSERVATIONS && costate_observed[low] == layer ? low : COSTATE_OBSERVATIONS;
}

/*@ last_state block_count pack */
/* The last state of a block when only that is wanted: y and other take turns, the record serves every layer. */
static const costate_real *costate_last_state(const costate_real *params, const costate_real *x, costate_real *y,
                                              costate_real *other, costate_real *record, costate_real *scratch)
{
    costate_lift(params, x, y, scratch);
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++) {
        costate_step_block(params, layer, y, /*?general*/ NULL, /*?general*/ NULL, record, other, scratch);
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
    /*? second */
    size_t state, record;           /* reals of a state, and of a record */
    const costate_real *params_dot; /* along which states move: tangents stand behind them, and in the record; or NULL */
    const costate_real *x_dot;
    /*? second_signals */
    const struct costate_feed *dots; /* how signals move */
    /*? end */
};
#else
/* What a block leaves on its way through the layers: the state before each, its record, and the last state. */
struct costate_tape {
    costate_real *states, *records;
    /*? second */
    size_t state, record;           /* reals of a state, and of a record */
    const costate_real *params_dot; /* along which states move: tangents stand behind them, and in the record; or NULL */
    const costate_real *x_dot;
    /*? second_signals */
    const struct costate_feed *dots; /* how signals move */
    /*? end */
};
#endif

static void costate_take_tape(struct costate_tape *tape, costate_real **free)
{
    tape->states = costate_take(free, COSTATE_STATES * COSTATE_WIDTH);
    tape->records = costate_take(free, COSTATE_RECORDS * COSTATE_RECORD_ROWS);
#if defined(COSTATE_RECOMPUTED)
    tape->layers = (uint32_t *)(void *)costate_take(free, COSTATE_NOTE_ROWS);
#endif
    /*? second */
    tape->state = COSTATE_STATE;
    tape->record = COSTATE_RECORD;
    tape->params_dot = NULL;
    /*? end */
}

/*@ take_second_tape tape */
/* For states and records that have their tangents with them. */
static void costate_take_second_tape(struct costate_tape *tape, costate_real **free)
{
    tape->states = costate_take(free, COSTATE_STATES * 2 * COSTATE_WIDTH);
    tape->records = costate_take(free, COSTATE_RECORDS * COSTATE_MOVED_ROWS);
#if defined(COSTATE_RECOMPUTED)
    tape->layers = (uint32_t *)(void *)costate_take(free, COSTATE_NOTE_ROWS);
#endif
    tape->state = 2 * COSTATE_STATE;
    tape->record = COSTATE_MOVED;
}

/*@ advance tape */
/* The step of a layer: from the state y to y_next, with a record. */
static void costate_advance(const costate_real *params, size_t layer, /*?second*/ const struct costate_tape *tape, /*?signals*/ const struct costate_feed *feed, const costate_real *y, costate_real *record, costate_real *y_next, costate_real *scratch)
{
    /*? signals */
    costate_load(feed, layer);
    /*? second_signals */
    if (tape->params_dot)
        costate_load(tape->dots, layer);
    /*? second */
    if (tape->params_dot) {
        costate_step_tangent(params, tape->params_dot, layer, y, /*?signals*/ feed->s, /*?linear*/ feed->s_next, y + COSTATE_STATE, /*?signals*/ tape->dots->s, /*?linear*/ tape->dots->s_next, record, y_next, y_next + COSTATE_STATE, scratch);
        return;
    }
    /*? end */
    costate_step_block(params, layer, y, /*?signals*/ feed->s, /*?linear*/ feed->s_next, record, y_next, scratch);
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
/*@ retrace advance stride */
#if defined(COSTATE_RECOMPUTED)
/* Computes the layer from the newest checkpoint before it, leaving checkpoints on the way. Behind the newest checkpoint
 * two states take turns; the state after the layer comes behind the one before it. */
static void costate_retrace(const costate_real *params, size_t layer, struct costate_tape *tape, /*?signals*/ const struct costate_feed *feed, costate_real *scratch)
{
    size_t state = COSTATE_STATE;
    /*? second */
    state = tape->state;
    /*? end */
    while (tape->layers[tape->count - 1] > layer)
        tape->count--;
    size_t slot = tape->count - 1, at = tape->layers[slot];
    costate_real *y = tape->states + slot * state;
    while (at < layer) {
        size_t steps = costate_stride(layer + 1 - at, COSTATE_CHECKPOINTS - slot);
        slot++;
        for (; steps > 0; steps--, at++) {
            costate_real *const y_next = tape->states + (slot + (steps + 1) % 2) * state;
            costate_advance(params, at, /*?second*/ tape, /*?signals*/ feed, y, tape->records, y_next, scratch);
            y = y_next;
        }
        if (slot < COSTATE_CHECKPOINTS) {
            tape->layers[slot] = (uint32_t)at;
            tape->count = slot + 1;
        }
    }
    costate_advance(params, layer, /*?second*/ tape, /*?signals*/ feed, y, tape->records, y + state, scratch);
    tape->y = y;
}

#endif
/*@ sweep advance retrace */
/* A block through all layers; returns the last state. */
static const costate_real *costate_sweep(const costate_real *params, const costate_real *x, struct costate_tape *tape,
                                         /*?signals*/ const struct costate_feed *feed, costate_real *scratch)
{
    size_t state = COSTATE_STATE;
    costate_lift(params, x, tape->states, scratch);
    /*? second */
    state = tape->state;
    if (tape->params_dot)
        costate_lift_tangent(params, tape->params_dot, x, tape->x_dot, tape->states + COSTATE_STATE, scratch);
    /*? end */
#if defined(COSTATE_RECOMPUTED)
    tape->layers[0] = 0;
    tape->count = 1;
    costate_retrace(params, COSTATE_LAYERS - 1, tape, /*?signals*/ feed, scratch);
    return tape->y + state;
#else
    costate_real *y = tape->states, *record = tape->records;
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++, y += state) {
        costate_advance(params, layer, /*?second*/ tape, /*?signals*/ feed, y, record, y + state, scratch);
        /*? first_order */
        record += COSTATE_RECORD;
        /*? second */
        record += tape->record;
        /*? end */
    }
    return y;
#endif
}

/*@ reach tape retrace */
/* The state before a layer, whose record is in the tape then; layers are gone back one by one from the last, after a
 * sweep. */
static const costate_real *costate_reach(const costate_real *params, size_t layer, struct costate_tape *tape,
                                         /*?signals*/ const struct costate_feed *feed, costate_real *scratch)
{
#if defined(COSTATE_RECOMPUTED)
    if (layer + 1 < COSTATE_LAYERS)
        costate_retrace(params, layer, tape, /*?signals*/ feed, scratch);
    return tape->y;
#else
    (void)params;
    (void)scratch;
    /*? signals */
    (void)feed;
    /*? first_order */
    return tape->states + layer * COSTATE_STATE;
    /*? second */
    return tape->states + layer * tape->state;
    /*? end */
#endif
}

static const costate_real *costate_record(const struct costate_tape *tape, size_t layer)
{
#if defined(COSTATE_RECOMPUTED)
    (void)layer;
    return tape->records;
#else
    /*? first_order */
    return tape->records + layer * COSTATE_RECORD;
    /*? second */
    return tape->records + layer * tape->record;
    /*? end */
#endif
}

/*@ journey take */
/* What a block meets on its way: blocks of its own, and arrays of all samples, NULL where they are not wanted. */
struct costate_journey {
    size_t n, start, count; /* the block's samples among all */
    /*? loss */
    const costate_real *target;
    /*? end */
    const costate_real *prediction_bar; /* what arrives at predictions, instead of the objective's derivative */
    /*? second */
    const costate_real *prediction_bar_dot; /* how that moves */
    /*? end */
    costate_real *prediction, *costates;
    /*? signals */
    costate_real *signals_bar;
    /*? end */
    costate_real *end, *prediction_block, *weight; /* end: a target, or what arrives at a prediction */
    /*? missing */
    costate_real *known;
    /*? end */
    /*? signals */
    costate_real *s_bar, *s_next_bar, *later;
    /*? end */
};

static void costate_take_journey(struct costate_journey *journey, costate_real **free)
{
    journey->prediction_bar = NULL;
    journey->prediction = NULL;
    journey->costates = NULL;
    journey->end = costate_take(free, COSTATE_OUTPUTS);
    journey->prediction_block = costate_take(free, COSTATE_OUTPUTS);
    journey->weight = costate_take(free, 1);
    /*? missing */
    journey->known = costate_take(free, COSTATE_KNOWN_ROWS);
    /*? signals */
    journey->signals_bar = NULL;
    journey->s_bar = costate_take(free, COSTATE_SIGNALS);
    journey->s_next_bar = costate_take(free, COSTATE_SIGNALS);
    journey->later = costate_take(free, COSTATE_SIGNALS);
    /*? end */
}

/*@ place journey */
/* The place of observation m of the block's first sample in an array of all predictions. */
static size_t costate_place(const struct costate_journey *journey, size_t m)
{
    return journey->start * COSTATE_PREDICTIONS + m * COSTATE_OUTPUTS;
}

/*@ load_target place pack */
/* The targets of observation m, as far as they are known. */
static void costate_load_target(const struct costate_journey *journey, size_t m)
{
    const costate_real *const target = journey->target + costate_place(journey, m)/*?-sample_weights*/ + journey->start/*?-*/;
    /*? whole */
    costate_pack_whole(COSTATE_OUTPUTS, journey->end, journey->known, target, COSTATE_PREDICTIONS/*?-sample_weights*/ + 1/*?-*/, journey->count);
    /*? cellwise */
    costate_pack_known(COSTATE_OUTPUTS, journey->end, journey->known, target, COSTATE_PREDICTIONS/*?-sample_weights*/ + 1/*?-*/, journey->count);
    /*? complete */
    costate_pack(COSTATE_OUTPUTS, journey->end, target, COSTATE_PREDICTIONS/*?-sample_weights*/ + 1/*?-*/, journey->count);
    /*? end */
}

/*@ hand_prediction place unpack */
static void costate_hand_prediction(const struct costate_journey *journey, size_t m)
{
    if (journey->prediction)
        costate_unpack(COSTATE_OUTPUTS, journey->prediction + costate_place(journey, m), journey->prediction_block,
                       COSTATE_PREDICTIONS, journey->count);
}

/*@ observe_back hand_prediction pack_zero */
/* What an observed state y adds to the costate: p from p_after, which arrives from behind. */
static void costate_observe_back(const costate_real *params, const struct costate_journey *journey, size_t m,
                                 const costate_real *y, const costate_real *p_after, costate_real *p, /*?loss*/ costate_real *objective, costate_real *gradient,
                                 costate_real *scratch)
{
    if (journey->prediction_bar) {
        costate_pack_zero(COSTATE_OUTPUTS, journey->end, journey->prediction_bar + costate_place(journey, m),
                          COSTATE_PREDICTIONS, journey->count);
        costate_head_adjoint(params, y, journey->end, p_after, p, gradient, scratch);
        return;
    }
    /*? loss */
    costate_load_target(journey, m);
    costate_loss_adjoint(params, y, journey->end, /*?missing*/ journey->known, journey->weight, p_after, journey->prediction_block, p, objective, gradient,
                         scratch);
    costate_hand_prediction(journey, m);
    /*? lossless */
    if (journey->prediction) {
        costate_head(params, y, journey->prediction_block, scratch);
        costate_hand_prediction(journey, m);
    }
    costate_copy(COSTATE_STATE, p, p_after);
    /*? end */
}

/*@ hand_out unpack */
/* Hands out row `layer` of a trajectory [LAYERS + 1][n][WIDTH] for one block. */
static void costate_hand_out(costate_real *trajectory, size_t layer, size_t n, size_t start, size_t count,
                             const costate_real *block)
{
    if (trajectory)
        costate_unpack(COSTATE_WIDTH, trajectory + (layer * n + start) * COSTATE_WIDTH, block, COSTATE_WIDTH, count);
}

/*@ hand_signals journey unpack */
/* What the signals of a layer get; those of a row between two layers get something from both. */
static void costate_hand_signals(const struct costate_journey *journey, size_t layer)
{
    const size_t stride = COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
    costate_real *const row = journey->signals_bar + journey->start * stride + layer * COSTATE_SIGNALS;
    /*? linear */
    if (layer + 1 < COSTATE_LAYERS)
        costate_accumulate(COSTATE_SIGNALS * COSTATE_BLOCK, journey->s_next_bar, journey->later);
    costate_unpack(COSTATE_SIGNALS, row + COSTATE_SIGNALS, journey->s_next_bar, stride, journey->count);
    costate_copy(COSTATE_SIGNALS * COSTATE_BLOCK, journey->later, journey->s_bar);
    /*? end */
    costate_unpack(COSTATE_SIGNALS, row, journey->s_bar, stride, journey->count);
}

/*@ back reach observe_back hand_out observation clear weigh */
/* A block back through all layers, after a sweep that ended in the state y: returns the costate of the first state. p
 * and other are blocks for costates. */
static const costate_real *costate_back(const costate_real *params, const struct costate_journey *journey,
                                        struct costate_tape *tape, /*?signals*/ const struct costate_feed *feed, const costate_real *y, costate_real *p, costate_real *other,
                                        /*?valued*/ costate_real *objective, costate_real *gradient, costate_real *scratch)
{
    /*? terminal */
    if (journey->prediction_bar)
        costate_clear(COSTATE_STATE, p);
    else
        costate_terminal_adjoint(params, y, journey->weight, p, objective, gradient, scratch);
    /*? open */
    costate_clear(COSTATE_STATE, p);
    /*? end */
    for (size_t layer = COSTATE_LAYERS;; layer--) {
        const size_t m = costate_observation(layer);
        if (m < COSTATE_OBSERVATIONS) {
            costate_observe_back(params, journey, m, y, p, other, /*?loss*/ objective, gradient, scratch);
            costate_real *const after = p;
            p = other;
            other = after;
        }
        costate_hand_out(journey->costates, layer, journey->n, journey->start, journey->count, p);
        if (layer == 0)
            return p;
        y = costate_reach(params, layer - 1, tape, /*?signals*/ feed, scratch);
        /*? signals */
        costate_load(feed, layer - 1);
        if (journey->signals_bar) {
            costate_step_adjoint_signals(params, layer - 1, y, feed->s, /*?linear*/ feed->s_next, /*?cost*/ journey->weight, costate_record(tape, layer - 1), p, other,
                                  journey->s_bar, /*?linear*/ journey->s_next_bar, /*?cost*/ objective, gradient, scratch);
            costate_hand_signals(journey, layer - 1);
        } else {
            costate_step_adjoint(params, layer - 1, y, feed->s, /*?linear*/ feed->s_next, /*?cost*/ journey->weight, costate_record(tape, layer - 1), p, other,
                                 /*?cost*/ objective, gradient, scratch);
        }
        /*? unsignalled */
        costate_step_adjoint(params, layer - 1, y, /*?signals*/ NULL, /*?signals*/ NULL, /*?cost*/ journey->weight, costate_record(tape, layer - 1), p, other, /*?cost*/ objective, gradient,
                             scratch);
        /*? end */
        costate_real *const before = other;
        other = p;
        p = before;
    }
}

/*@ forth journey hand_prediction observation */
/* A block forth through all layers for its predictions and, where objective is not NULL, what it adds to that. */
static void costate_forth(const costate_real *params, const struct costate_journey *journey, const costate_real *x,
                          /*?signals*/ const struct costate_feed *feed, costate_real *y, costate_real *y_next, costate_real *record, /*?measured*/ costate_real *objective, costate_real *scratch)
{
    costate_lift(params, x, y, scratch);
    for (size_t layer = 0;; layer++) {
        const size_t m = costate_observation(layer);
        if (m < COSTATE_OBSERVATIONS) {
            /*? scored */
            if (objective) {
                costate_load_target(journey, m);
                costate_loss(params, y, journey->end, /*?missing*/ journey->known, journey->weight, journey->prediction_block, objective, scratch);
            } else {
                costate_head(params, y, journey->prediction_block, scratch);
            }
            /*? unscored */
            costate_head(params, y, journey->prediction_block, scratch);
            /*? end */
            costate_hand_prediction(journey, m);
        }
        if (layer == COSTATE_LAYERS)
            break;
        /*? signals */
        costate_load(feed, layer);
        /*? costed */
        if (objective)
            costate_step_cost(params, layer, y, /*?signals*/ feed->s, /*?linear*/ feed->s_next, journey->weight, y_next, objective, scratch);
        else
            costate_step_block(params, layer, y, /*?signals*/ feed->s, /*?linear*/ feed->s_next, record, y_next, scratch);
        /*? uncosted */
        costate_step_block(params, layer, y, /*?signals*/ feed->s, /*?linear*/ feed->s_next, record, y_next, scratch);
        /*? end */
        costate_real *const last = y;
        y = y_next;
        y_next = last;
    }
    /*? ended */
    if (objective)
        costate_terminal(params, y, journey->weight, objective, scratch);
    /*? end */
}

/*@ regularise take align weigh */
/* Adds to objective and, where it is not NULL, to gradient what does not depend on samples. */
static void costate_regularise(const costate_real *params, costate_real *objective, costate_real *gradient, void *work)
{
    costate_real sum = 0;
    /*? penalty */
    costate_real *scratch = costate_align(work);
    /*? penalty_weighed */
    costate_real *const weight = costate_take(&scratch, 1);
    costate_weigh(weight, 1, 1);
    /*? penalty */
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++) {
        const size_t next = layer + 1 < COSTATE_LAYERS ? layer + 1 : layer;
        if (gradient)
            costate_penalty_adjoint(params, layer, next, /*?penalty_weighed*/ weight, &sum, gradient, scratch);
        else
            costate_penalty(params, layer, next, /*?penalty_weighed*/ weight, &sum, scratch);
    }
    /*? penniless */
    (void)work;
    /*? decay */
    for (size_t k = 0; k < sizeof costate_decayed / sizeof *costate_decayed; k++)
        for (size_t i = costate_decayed[k][0]; i < costate_decayed[k][0] + costate_decayed[k][1]; i++) {
            sum += (costate_real)(COSTATE_DECAY / 2) * params[i] * params[i];
            if (gradient)
                gradient[i] += (costate_real)COSTATE_DECAY * params[i];
        }
    /*? end */
    *objective += sum;
}

/*@ step_back tape retrace */
/* From the costate after a layer to that before it; layers are gone back one by one from the last, after a sweep. */
static void costate_step_back(const costate_real *params, size_t layer, struct costate_tape *tape,
                              const costate_real *p_next, costate_real *p, costate_real *gradient,
                              costate_real *scratch)
{
#if defined(COSTATE_RECOMPUTED)
    if (layer + 1 < COSTATE_LAYERS)
        costate_retrace(params, layer, tape, /*?general*/ NULL, scratch);
    costate_step_adjoint(params, layer, tape->y, /*?general*/ NULL, /*?general*/ NULL, /*?general*/ NULL, tape->records, p_next, p, /*?general*/ NULL, gradient, scratch);
#else
    costate_step_adjoint(params, layer, tape->states + layer * COSTATE_STATE, /*?general*/ NULL, /*?general*/ NULL, /*?general*/ NULL, tape->records + layer * COSTATE_RECORD,
                         p_next, p, /*?general*/ NULL, gradient, scratch);
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

/*@ forward take align unpack pack block_count */
#if defined(COSTATE_BAKED)
int costate_forward(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, costate_real *prediction, void *work)
{
    const costate_real *params = costate_trained;
#else
int costate_forward(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, const costate_real *params, costate_real *prediction, void *work)
{
#endif
    if (!params || !work || (n > 0 && (!x/*?-signals*/ || !signals/*?-*/ || !prediction)))
        return 1;
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend(params, &free);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    /*? simple */
    costate_real *const prediction_block = costate_take(&free, COSTATE_OUTPUTS);
    /*? general */
    struct costate_journey journey;
    journey.n = n;
    costate_take_journey(&journey, &free);
    journey.prediction = prediction;
    /*? end */
    costate_real *const state = costate_take(&free, COSTATE_WIDTH);
    costate_real *const other = costate_take(&free, COSTATE_WIDTH);
    costate_real *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    /*? signals */
    struct costate_feed feed;
    feed.s = costate_take(&free, COSTATE_SIGNALS);
    /*? linear */
    feed.s_next = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        /*? signals */
        feed.signals = signals + start * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
        feed.count = count;
        /*? end */
        /*? simple */
        const costate_real *y = costate_last_state(params, x_block, state, other, record, free);
        costate_head(params, y, prediction_block, free);
        costate_unpack(COSTATE_OUTPUTS, prediction + start * COSTATE_OUTPUTS, prediction_block, COSTATE_OUTPUTS, count);
        /*? general */
        journey.start = start;
        journey.count = count;
        costate_forth(params, &journey, x_block, /*?signals*/ &feed, state, other, record, /*?measured*/ NULL, free);
        /*? end */
    }
    return 0;
}

/*@ measure take align weigh pack unpack block_count */
/* The samples' part of the objective, and with prediction not NULL also the predictions. */
static int costate_measure(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, const costate_real *params,
                           costate_real *objective, costate_real *prediction, void *work)
{
    if (!params || !objective || !work || (n > 0 && (!x/*?-signals*/ || !signals/*?-*//*?-loss*/ || !target/*?-*/)))
        return 1;
    costate_real *free = costate_align(work), sum = 0;
    /*? extended */
    params = costate_extend(params, &free);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    /*? simple */
    costate_real *const target_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const prediction_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const weight = costate_take(&free, 1);
    /*? general */
    struct costate_journey journey;
    journey.n = n;
    costate_take_journey(&journey, &free);
    /*? general_loss */
    journey.target = target;
    /*? general */
    journey.prediction = prediction;
    /*? end */
    costate_real *const state = costate_take(&free, COSTATE_WIDTH);
    costate_real *const other = costate_take(&free, COSTATE_WIDTH);
    costate_real *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    /*? signals */
    struct costate_feed feed;
    feed.s = costate_take(&free, COSTATE_SIGNALS);
    /*? linear */
    feed.s_next = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        /*? simple */
        costate_pack(COSTATE_OUTPUTS, target_block, target + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        /*? simple_average */
        costate_weigh(weight, 1 / (costate_real)(ptrdiff_t)n, count);
        /*? simple_sum */
        costate_weigh(weight, 1, count);
        /*? general_average */
        costate_weigh(journey.weight, 1 / (costate_real)(ptrdiff_t)n, count);
        /*? general_sum */
        costate_weigh(journey.weight, 1, count);
        /*? sample_weights */
        costate_weigh_samples(journey.weight, target + start * (COSTATE_PREDICTIONS + 1) + COSTATE_PREDICTIONS, count);
        /*? end */
        /*? signals */
        feed.signals = signals + start * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
        feed.count = count;
        /*? end */
        /*? simple */
        const costate_real *y = costate_last_state(params, x_block, state, other, record, free);
        costate_loss(params, y, target_block, /*?missing*/ NULL, weight, prediction_block, &sum, free);
        if (prediction)
            costate_unpack(COSTATE_OUTPUTS, prediction + start * COSTATE_OUTPUTS, prediction_block, COSTATE_OUTPUTS,
                           count);
        /*? general */
        journey.start = start;
        journey.count = count;
        costate_forth(params, &journey, x_block, /*?signals*/ &feed, state, other, record, &sum, free);
        /*? end */
    }
    *objective = sum;
    return 0;
}

/*@ objective measure */
int costate_objective(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, const costate_real *params,
                      costate_real *objective, costate_real *prediction, void *work)
{
    const int status = costate_measure(n, x, /*?signals*/ signals, /*?loss*/ target, params, objective, prediction, work);
    /*? regularised */
    if (!status)
        costate_regularise(params, objective, NULL, work);
    /*? end */
    return status;
}

/*@ evaluate take align clear weigh sweep pack unpack block_count */
/* Objective and gradient, and with prediction not NULL also the predictions. */
static int costate_evaluate(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, const costate_real *params,
                            costate_real *objective, costate_real *prediction, /*?x_learnt*/ costate_real *x_bar, costate_real *gradient, void *work)
{
    if (!params || !objective || !gradient || !work || (n > 0 && (!x/*?-signals*/ || !signals/*?-*//*?-loss*/ || !target/*?-*/)))
        return 1;
    costate_real *free = costate_align(work), sum = 0;
    /*? extended */
    costate_real *const result = gradient;
    params = costate_extend(params, &free);
    gradient = costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    /*? x_learnt */
    costate_real *const x_bar_block = costate_take(&free, COSTATE_INPUTS);
    /*? simple */
    costate_real *const target_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const prediction_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const weight = costate_take(&free, 1);
    /*? general */
    struct costate_journey journey;
    journey.n = n;
    costate_take_journey(&journey, &free);
    /*? general_loss */
    journey.target = target;
    /*? general */
    journey.prediction = prediction;
    /*? end */
    costate_real *const p = costate_take(&free, COSTATE_WIDTH);
    costate_real *const other = costate_take(&free, COSTATE_WIDTH);
    struct costate_tape tape;
    costate_take_tape(&tape, &free);
    /*? signals */
    struct costate_feed feed;
    feed.s = costate_take(&free, COSTATE_SIGNALS);
    /*? linear */
    feed.s_next = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    costate_clear(COSTATE_EXTENDED, gradient);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        /*? simple */
        costate_pack(COSTATE_OUTPUTS, target_block, target + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        /*? simple_average */
        costate_weigh(weight, 1 / (costate_real)(ptrdiff_t)n, count);
        /*? simple_sum */
        costate_weigh(weight, 1, count);
        /*? general_average */
        costate_weigh(journey.weight, 1 / (costate_real)(ptrdiff_t)n, count);
        /*? general_sum */
        costate_weigh(journey.weight, 1, count);
        /*? sample_weights */
        costate_weigh_samples(journey.weight, target + start * (COSTATE_PREDICTIONS + 1) + COSTATE_PREDICTIONS, count);
        /*? end */
        /*? signals */
        feed.signals = signals + start * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
        feed.count = count;
        /*? end */
        const costate_real *y = costate_sweep(params, x_block, &tape, /*?signals*/ &feed, free);
        /*? simple */
        costate_loss_adjoint(params, y, target_block, /*?missing*/ NULL, weight, /*?general*/ NULL, prediction_block, p, &sum, gradient, free);
        if (prediction)
            costate_unpack(COSTATE_OUTPUTS, prediction + start * COSTATE_OUTPUTS, prediction_block, COSTATE_OUTPUTS,
                           count);
        /*? first */
        const costate_real *p_first;
        /*? simple_first */
        p_first = costate_costates(params, &tape, p, other, gradient, free);
        /*? simple_plain */
        costate_costates(params, &tape, p, other, gradient, free);
        /*? general */
        journey.start = start;
        journey.count = count;
        /*? general_first */
        p_first = costate_back(params, &journey, &tape, /*?signals*/ &feed, y, p, other, /*?valued*/ &sum, gradient, free);
        /*? general_plain */
        costate_back(params, &journey, &tape, /*?signals*/ &feed, y, p, other, /*?valued*/ &sum, gradient, free);
        /*? lift */
        costate_lift_adjoint(params, x_block, p_first, gradient, free);
        /*? x_learnt */
        if (x_bar) {
            costate_lift_costate(params, /*?lift_function*/ x_block, p_first, x_bar_block, free);
            costate_unpack(COSTATE_INPUTS, x_bar + start * COSTATE_INPUTS, x_bar_block, COSTATE_INPUTS, count);
        }
        /*? end */
    }
    /*? extended */
    costate_retract(/*?derived*/ params, gradient, result/*?-derived*/, free/*?-*/);
    /*? end */
    *objective = sum;
    return 0;
}

/*@ gradient evaluate */
int costate_gradient(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, const costate_real *params,
                     costate_real *objective, /*?x_learnt*/ costate_real *x_bar, costate_real *gradient, void *work)
{
    const int status = costate_evaluate(n, x, /*?signals*/ signals, /*?loss*/ target, params, objective, NULL, /*?x_learnt*/ x_bar, gradient, work);
    /*? regularised */
    if (!status)
        costate_regularise(params, objective, gradient, work);
    /*? end */
    return status;
}

/*@ pullback take align clear sweep pack pack_zero unpack block_count */
int costate_pullback(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, const costate_real *params, const costate_real *prediction_bar,
                     costate_real *x_bar, /*?signals*/ costate_real *signals_bar, costate_real *gradient, void *work)
{
    if (!params || !gradient || !work || (n > 0 && (!x/*?-signals*/ || !signals/*?-*/ || !prediction_bar)))
        return 1;
    costate_real *free = costate_align(work)/*?-general_valued*/, unused = 0/*?-*/;
    /*? extended */
    costate_real *const result = gradient;
    params = costate_extend(params, &free);
    gradient = costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const x_bar_block = costate_take(&free, COSTATE_INPUTS);
    /*? simple */
    costate_real *const bar_block = costate_take(&free, COSTATE_OUTPUTS);
    /*? general */
    struct costate_journey journey;
    journey.n = n;
    costate_take_journey(&journey, &free);
    /*? general_loss */
    journey.target = NULL;
    /*? general */
    journey.prediction_bar = prediction_bar;
    /*? signals */
    journey.signals_bar = signals_bar;
    /*? end */
    costate_real *const p = costate_take(&free, COSTATE_WIDTH);
    costate_real *const other = costate_take(&free, COSTATE_WIDTH);
    struct costate_tape tape;
    costate_take_tape(&tape, &free);
    /*? signals */
    struct costate_feed feed;
    feed.s = costate_take(&free, COSTATE_SIGNALS);
    /*? linear */
    feed.s_next = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    costate_clear(COSTATE_EXTENDED, gradient);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        /*? simple */
        costate_pack_zero(COSTATE_OUTPUTS, bar_block, prediction_bar + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        /*? end */
        /*? signals */
        feed.signals = signals + start * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
        feed.count = count;
        /*? end */
        const costate_real *y = costate_sweep(params, x_block, &tape, /*?signals*/ &feed, free), *p_first;
        /*? simple */
        costate_head_adjoint(params, y, bar_block, /*?general*/ NULL, p, gradient, free);
        p_first = costate_costates(params, &tape, p, other, gradient, free);
        /*? general */
        journey.start = start;
        journey.count = count;
        costate_weigh(journey.weight, 0, count);
        p_first = costate_back(params, &journey, &tape, /*?signals*/ &feed, y, p, other, /*?valued*/ &unused, gradient, free);
        /*? lift */
        costate_lift_adjoint(params, x_block, p_first, gradient, free);
        /*? end */
        if (!x_bar)
            continue;
        costate_lift_costate(params, /*?lift_function*/ x_block, p_first, x_bar_block, free);
        costate_unpack(COSTATE_INPUTS, x_bar + start * COSTATE_INPUTS, x_bar_block, COSTATE_INPUTS, count);
    }
    /*? extended */
    costate_retract(/*?derived*/ params, gradient, result/*?-derived*/, free/*?-*/);
    /*? end */
    return 0;
}

/*@ pushforward take align pack pack_zero unpack block_count */
int costate_pushforward(size_t n, const costate_real *x, const costate_real *x_dot, /*?signals*/ const costate_real *signals, /*?signals*/ const costate_real *signals_dot, const costate_real *params,
                        const costate_real *params_dot, costate_real *prediction_dot, void *work)
{
    if (!params || !params_dot || !work || (n > 0 && (!x || !x_dot/*?-signals*/ || !signals || !signals_dot/*?-*/ || !prediction_dot)))
        return 1;
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend(params, &free);
    params_dot = costate_extend_tangent(/*?derived*/ params, params_dot, &free);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const x_dot_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const dot_block = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *y = costate_take(&free, COSTATE_WIDTH);
    costate_real *y_next = costate_take(&free, COSTATE_WIDTH);
    costate_real *y_dot = costate_take(&free, COSTATE_WIDTH);
    costate_real *y_dot_next = costate_take(&free, COSTATE_WIDTH);
    /*? second */
    costate_real *const record = costate_take(&free, COSTATE_MOVED_ROWS);
    /*? signals */
    struct costate_feed feed;
    feed.s = costate_take(&free, COSTATE_SIGNALS);
    /*? linear */
    feed.s_next = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    /*? signals */
    struct costate_feed dots;
    dots.s = costate_take(&free, COSTATE_SIGNALS);
    /*? linear */
    dots.s_next = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        costate_pack_zero(COSTATE_INPUTS, x_dot_block, x_dot + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        /*? signals */
        feed.signals = signals + start * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
        feed.count = count;
        /*? end */
        /*? signals */
        dots.signals = signals_dot + start * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
        dots.count = count;
        /*? end */
        costate_lift(params, x_block, y, free);
        costate_lift_tangent(params, params_dot, x_block, x_dot_block, y_dot, free);
        for (size_t layer = 0;/*?-last*/ layer < COSTATE_LAYERS/*?-*/; layer++) {
        /*? several */
            const size_t m = costate_observation(layer);
            if (m < COSTATE_OBSERVATIONS) {
                costate_head_tangent(params, params_dot, y, y_dot, dot_block, free);
                costate_unpack(COSTATE_OUTPUTS, prediction_dot + start * COSTATE_PREDICTIONS + m * COSTATE_OUTPUTS,
                               dot_block, COSTATE_PREDICTIONS, count);
            }
            if (layer == COSTATE_LAYERS)
                break;
        /*? signals */
            costate_load(&feed, layer);
            costate_load(&dots, layer);
        /*? end */
            costate_step_tangent(params, params_dot, layer, y, /*?signals*/ feed.s, /*?linear*/ feed.s_next, y_dot, /*?signals*/ dots.s, /*?linear*/ dots.s_next, /*?second*/ record, y_next, y_dot_next, free);
            costate_real *const last = y, *const last_dot = y_dot;
            y = y_next;
            y_dot = y_dot_next;
            y_next = last;
            y_dot_next = last_dot;
        }
        /*? last */
        costate_head_tangent(params, params_dot, y, y_dot, dot_block, free);
        costate_unpack(COSTATE_OUTPUTS, prediction_dot + start * COSTATE_OUTPUTS, dot_block, COSTATE_OUTPUTS, count);
        /*? end */
    }
    return 0;
}

/*@ second_pair take */
/* A costate and its tangent, and a second pair of blocks for those before them. */
struct costate_pair {
    costate_real *p, *p_dot, *p_before, *p_dot_before;
};

static void costate_turn(struct costate_pair *pair)
{
    costate_real *const p = pair->p, *const p_dot = pair->p_dot;
    pair->p = pair->p_before;
    pair->p_dot = pair->p_dot_before;
    pair->p_before = p;
    pair->p_dot_before = p_dot;
}

/*@ observe_second second_pair place pack_zero */
/* What an observed state y, with its tangent behind it, adds to the pair of costates. */
static void costate_observe_second(const costate_real *params, const costate_real *params_dot, const struct costate_journey *journey, size_t m,
                                   const costate_real *y, struct costate_pair *pair, costate_real *product, costate_real *scratch)
{
    const costate_real *const y_dot = y + COSTATE_STATE;
    if (journey->prediction_bar) {
        costate_real *const end_dot = journey->prediction_block;
        costate_pack_zero(COSTATE_OUTPUTS, journey->end, journey->prediction_bar + costate_place(journey, m),
                          COSTATE_PREDICTIONS, journey->count);
        costate_pack_zero(COSTATE_OUTPUTS, end_dot, journey->prediction_bar_dot + costate_place(journey, m),
                          COSTATE_PREDICTIONS, journey->count);
        costate_head_second(params, params_dot, y, y_dot, journey->end, end_dot, /*?general*/ pair->p, /*?general*/ pair->p_dot, pair->p_before,
                            pair->p_dot_before, product, scratch);
        costate_turn(pair);
        return;
    }
    /*? loss */
    costate_load_target(journey, m);
    costate_loss_second(params, params_dot, y, y_dot, journey->end, /*?missing*/ journey->known, journey->weight, /*?general*/ pair->p, /*?general*/ pair->p_dot, pair->p_before,
                        pair->p_dot_before, product, scratch);
    costate_turn(pair);
    /*? end */
}

/*@ curve observe_second sweep reach clear observation */
/* What a block adds to the product: states and their tangents forth, costates and theirs back, until the pair has those
 * of the first state. gradient is for what is computed of the parameters alone. */
static void costate_curve(const costate_real *params, const struct costate_journey *journey, struct costate_tape *tape, /*?signals*/ const struct costate_feed *feed,
                          const costate_real *x, struct costate_pair *pair, /*?derived*/ costate_real *gradient, costate_real *product, costate_real *scratch)
{
    const costate_real *const params_dot = tape->params_dot, *y = costate_sweep(params, x, tape, /*?signals*/ feed, scratch);
    costate_clear(COSTATE_STATE, pair->p);
    costate_clear(COSTATE_STATE, pair->p_dot);
    /*? terminal */
    if (!journey->prediction_bar)
        costate_terminal_second(params, params_dot, y, y + COSTATE_STATE, journey->weight, pair->p, pair->p_dot, product, scratch);
    /*? end */
    for (size_t layer = COSTATE_LAYERS;; layer--) {
        const size_t m = costate_observation(layer);
        if (m < COSTATE_OBSERVATIONS)
            costate_observe_second(params, params_dot, journey, m, y, pair, product, scratch);
        if (layer == 0)
            return;
        y = costate_reach(params, layer - 1, tape, /*?signals*/ feed, scratch);
        /*? signals */
        costate_load(feed, layer - 1);
        costate_load(tape->dots, layer - 1);
        /*? end */
        costate_step_second(params, params_dot, layer - 1, y, y + COSTATE_STATE, /*?signals*/ feed->s, /*?signals*/ tape->dots->s, /*?linear*/ feed->s_next, /*?linear*/ tape->dots->s_next,
                            /*?cost*/ journey->weight, costate_record(tape, layer - 1), pair->p, pair->p_dot, pair->p_before, pair->p_dot_before, /*?signals*/ journey->s_bar, /*?linear*/ journey->s_next_bar,
                            /*?derived*/ gradient, product, scratch);
        /*? signals */
        if (journey->signals_bar)
            costate_hand_signals(journey, layer - 1);
        /*? end */
        costate_turn(pair);
    }
}

/*@ curvature curve take align clear copy pack pack_zero unpack weigh block_count */
/* The tangent of the pullback of prediction_bar or, where that is NULL, of the samples' part of the objective, along
 * the dots; those of x and signals may be NULL, and so may x_bar_dot and signals_bar_dot. */
static int costate_curvature(size_t n, const costate_real *x, const costate_real *x_dot, /*?signals*/ const costate_real *signals, /*?signals*/ const costate_real *signals_dot,
                             /*?loss*/ const costate_real *target, const costate_real *params, const costate_real *params_dot, const costate_real *prediction_bar,
                             const costate_real *prediction_bar_dot, costate_real *x_bar_dot, /*?signals*/ costate_real *signals_bar_dot, costate_real *product, void *work)
{
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend(params, &free);
    params_dot = costate_extend_tangent(/*?derived*/ params, params_dot, &free);
    /*? derived */
    costate_real *const gradient = costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    costate_clear(COSTATE_EXTENDED, gradient);
    /*? end */
    costate_real *const moved = costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    costate_clear(COSTATE_EXTENDED, moved);
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const x_dot_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const x_bar_block = costate_take(&free, COSTATE_INPUTS);
    costate_clear(COSTATE_INPUTS * COSTATE_BLOCK, x_dot_block);
    struct costate_journey journey;
    journey.n = n;
    costate_take_journey(&journey, &free);
    /*? loss */
    journey.target = target;
    /*? end */
    journey.prediction_bar = prediction_bar;
    journey.prediction_bar_dot = prediction_bar_dot;
    /*? signals */
    journey.signals_bar = signals_bar_dot;
    struct costate_feed feed, dots;
    feed.s = costate_take(&free, COSTATE_SIGNALS);
    dots.s = costate_take(&free, COSTATE_SIGNALS);
    costate_clear(COSTATE_SIGNALS * COSTATE_BLOCK, dots.s);
    /*? linear */
    feed.s_next = costate_take(&free, COSTATE_SIGNALS);
    dots.s_next = costate_take(&free, COSTATE_SIGNALS);
    costate_clear(COSTATE_SIGNALS * COSTATE_BLOCK, dots.s_next);
    /*? end */
    struct costate_pair pair;
    pair.p = costate_take(&free, COSTATE_WIDTH);
    pair.p_dot = costate_take(&free, COSTATE_WIDTH);
    pair.p_before = costate_take(&free, COSTATE_WIDTH);
    pair.p_dot_before = costate_take(&free, COSTATE_WIDTH);
    struct costate_tape tape;
    costate_take_second_tape(&tape, &free);
    tape.params_dot = params_dot;
    tape.x_dot = x_dot_block;
    /*? signals */
    tape.dots = &dots;
    /*? end */
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        if (x_dot)
            costate_pack_zero(COSTATE_INPUTS, x_dot_block, x_dot + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        /*? average */
        costate_weigh(journey.weight, prediction_bar ? 0 : 1 / (costate_real)(ptrdiff_t)n, count);
        /*? sum */
        costate_weigh(journey.weight, prediction_bar ? 0 : 1, count);
        /*? sample_weights */
        if (!prediction_bar)
            costate_weigh_samples(journey.weight, target + start * (COSTATE_PREDICTIONS + 1) + COSTATE_PREDICTIONS, count);
        /*? signals */
        feed.signals = signals + start * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
        feed.count = count;
        dots.signals = signals_dot ? signals_dot + start * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS : NULL;
        dots.count = count;
        /*? end */
        journey.start = start;
        journey.count = count;
        costate_curve(params, &journey, &tape, /*?signals*/ &feed, x_block, &pair, /*?derived*/ gradient, moved, free);
        /*? lift */
        costate_lift_second(params, params_dot, x_block, x_dot_block, pair.p, pair.p_dot, moved, free);
        /*? end */
        if (!x_bar_dot)
            continue;
        costate_lift_costate_second(params, params_dot, /*?lift_function*/ x_block, /*?lift_function*/ x_dot_block, pair.p, pair.p_dot, x_bar_block, free);
        costate_unpack(COSTATE_INPUTS, x_bar_dot + start * COSTATE_INPUTS, x_bar_block, COSTATE_INPUTS, count);
    }
    /*? derived */
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++)
        costate_prepare_second(params, params_dot, layer, gradient, moved, free);
    /*? time_moves */
    costate_real later = 0;
    for (size_t layer = COSTATE_LAYERS; layer-- > 0;) {
        moved[COSTATE_STEPS + layer / COSTATE_STEP_SPAN] += later;
        later += moved[COSTATE_PARAMETERS + layer];
    }
    /*? end */
    costate_copy(COSTATE_PARAMETERS, product, moved);
    return 0;
}

/*@ pullback_tangent curvature */
int costate_pullback_tangent(size_t n, const costate_real *x, const costate_real *x_dot, /*?signals*/ const costate_real *signals, /*?signals*/ const costate_real *signals_dot,
                             const costate_real *params, const costate_real *params_dot, const costate_real *prediction_bar, const costate_real *prediction_bar_dot,
                             costate_real *x_bar_dot, /*?signals*/ costate_real *signals_bar_dot, costate_real *gradient_dot, void *work)
{
    if (!params || !params_dot || !gradient_dot || !work ||
        (n > 0 && (!x || !x_dot/*?-signals*/ || !signals || !signals_dot/*?-*/ || !prediction_bar || !prediction_bar_dot)))
        return 1;
    return costate_curvature(n, x, x_dot, /*?signals*/ signals, /*?signals*/ signals_dot, /*?loss*/ NULL, params, params_dot, prediction_bar, prediction_bar_dot, x_bar_dot, /*?signals*/ signals_bar_dot, gradient_dot, work);
}

/*@ sampled_hessian curvature */
/* The samples' part of the product of the objective's Hessian. */
static int costate_sampled_hessian(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, const costate_real *params,
                        /*?x_learnt*/ const costate_real *x_direction, const costate_real *direction, /*?x_learnt*/ costate_real *x_product, costate_real *product, void *work)
{
    const costate_real *x_dot = NULL;
    costate_real *x_bar_dot = NULL;
    if (!params || !direction || !product || !work || (n > 0 && (!x/*?-signals*/ || !signals/*?-*//*?-loss*/ || !target/*?-*/)))
        return 1;
    /*? x_learnt */
    x_dot = x_direction;
    x_bar_dot = x_product;
    /*? end */
    return costate_curvature(n, x, x_dot, /*?signals*/ signals, /*?signals*/ NULL, /*?loss*/ target, params, direction, NULL, NULL, x_bar_dot, /*?signals*/ NULL, product, work);
}

/*@ regularise_second curvature align take weigh */
/* Adds to product what penalty and decay add to it. */
static void costate_regularise_second(const costate_real *params, const costate_real *direction, costate_real *product, void *work)
{
    /*? penalty */
    costate_real *scratch = costate_align(work);
    /*? penalty_weighed */
    costate_real *const weight = costate_take(&scratch, 1);
    costate_weigh(weight, 1, 1);
    /*? penalty */
    for (size_t layer = 0; layer < COSTATE_LAYERS; layer++)
        costate_penalty_second(params, direction, layer, layer + 1 < COSTATE_LAYERS ? layer + 1 : layer, /*?penalty_weighed*/ weight, product, scratch);
    /*? penniless */
    (void)params;
    (void)work;
    /*? decay */
    for (size_t k = 0; k < sizeof costate_decayed / sizeof *costate_decayed; k++)
        for (size_t i = costate_decayed[k][0]; i < costate_decayed[k][0] + costate_decayed[k][1]; i++)
            product[i] += (costate_real)COSTATE_DECAY * direction[i];
    /*? end */
}

/*@ hessian sampled_hessian */
int costate_hessian(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, const costate_real *params, /*?x_learnt*/ const costate_real *x_direction, const costate_real *direction,
                    /*?x_learnt*/ costate_real *x_product, costate_real *product, void *work)
{
    const int status = costate_sampled_hessian(n, x, /*?signals*/ signals, /*?loss*/ target, params, /*?x_learnt*/ x_direction, direction, /*?x_learnt*/ x_product, product, work);
    /*? regularised */
    if (!status)
        costate_regularise_second(params, direction, product, work);
    /*? end */
    return status;
}
