/* local: one layer and the field with their products, and Jacobians, for who calls them sample by sample (emit --step).
 * Compiles alone with the driver, which is not emitted again. */
#include "driver.c"

/*@ visit take pack */
/* What a function of one layer reads of a block of samples. */
struct costate_visit {
    costate_real *y;
    /*? signals */
    costate_real *s;
    /*? linear */
    costate_real *s_next;
    /*? cost */
    costate_real *weight; /* zero: what the step costs is not asked for */
    /*? end */
};

static void costate_take_visit(struct costate_visit *visit, costate_real **free)
{
    visit->y = costate_take(free, COSTATE_WIDTH);
    /*? signals */
    visit->s = costate_take(free, COSTATE_SIGNALS);
    /*? linear */
    visit->s_next = costate_take(free, COSTATE_SIGNALS);
    /*? cost */
    visit->weight = costate_take(free, 1);
    for (size_t i = 0; i < COSTATE_BLOCK; i++)
        visit->weight[i] = 0;
    /*? end */
}

static void costate_load_visit(const struct costate_visit *visit, const costate_real *y, /*?signals*/ const costate_real *signals, size_t count)
{
    costate_pack(COSTATE_WIDTH, visit->y, y, COSTATE_WIDTH, count);
    /*? signals */
    costate_pack(COSTATE_SIGNALS, visit->s, signals, COSTATE_LAYER_SIGNALS, count);
    /*? linear */
    costate_pack(COSTATE_SIGNALS, visit->s_next, signals + COSTATE_SIGNALS, COSTATE_LAYER_SIGNALS, count);
    /*? end */
}

/*@ extend_layer copy take */
/* The parameters with what is computed of them for one layer appended. */
static const costate_real *costate_extend_layer(const costate_real *params, size_t layer, costate_real **free)
{
    costate_real *extended = costate_take(free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    costate_copy(COSTATE_PARAMETERS, extended, params);
    /*? timed */
    costate_real t = (costate_real)COSTATE_START;
    for (size_t before = 0; before < layer; before++)
        t += params[COSTATE_STEPS + before / COSTATE_STEP_SPAN];
    extended[COSTATE_PARAMETERS + layer] = t;
    /*? derived */
    costate_prepare(extended, layer, *free);
    /*? end */
    return extended;
}

/*@ extend_layer_tangent copy take clear */
static const costate_real *costate_extend_layer_tangent(/*?derived*/ const costate_real *params, const costate_real *params_dot, size_t layer,
                                                        costate_real **free)
{
    costate_real *extended = costate_take(free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    costate_copy(COSTATE_PARAMETERS, extended, params_dot);
    costate_clear(COSTATE_EXTENDED - COSTATE_PARAMETERS, extended + COSTATE_PARAMETERS);
    /*? time_moves */
    for (size_t before = 0; before < layer; before++)
        extended[COSTATE_PARAMETERS + layer] += params_dot[COSTATE_STEPS + before / COSTATE_STEP_SPAN];
    /*? derived */
    costate_prepare_tangent(params, extended, layer, *free);
    /*? end */
    (void)layer;
    return extended;
}

/*@ retract_layer copy */
/* The adjoint of extending by one layer. */
static void costate_retract_layer(/*?derived*/ const costate_real *params, size_t layer, costate_real *extended, costate_real *gradient/*?-derived*/, costate_real *free/*?-*/)
{
    /*? derived */
    costate_prepare_adjoint(params, layer, extended, free);
    /*? time_moves */
    for (size_t before = 0; before < layer; before++)
        extended[COSTATE_STEPS + before / COSTATE_STEP_SPAN] += extended[COSTATE_PARAMETERS + layer];
    /*? end */
    (void)layer;
    costate_copy(COSTATE_PARAMETERS, gradient, extended);
}

/*@ step_costates */
/* What a layer's state and signals get of the costate p_next behind it; adds to gradient where that is not NULL. */
static void costate_step_costates(const costate_real *params, size_t layer, const costate_real *y, /*?signals*/ const costate_real *s, /*?linear*/ const costate_real *s_next,
                                  /*?cost*/ const costate_real *weight, const costate_real *record, const costate_real *p_next, costate_real *p, /*?signals*/ costate_real *s_bar,
                                  /*?linear*/ costate_real *s_next_bar, costate_real *gradient, costate_real *scratch)
{
    /*? given */
    if (gradient) {
        /*? given_cost */
        costate_real unused = 0;
        /*? given_signals */
        costate_step_adjoint_signals(params, layer, y, s, /*?linear*/ s_next, /*?cost*/ weight, record, p_next, p, s_bar, /*?linear*/ s_next_bar, /*?cost*/ &unused, gradient, scratch);
        /*? given_unsignalled */
        costate_step_adjoint(params, layer, y, /*?signals*/ NULL, /*?signals*/ NULL, /*?cost*/ weight, record, p_next, p, /*?cost*/ &unused, gradient, scratch);
        /*? given */
        return;
    }
    /*? end */
    (void)gradient;
    costate_step_costate(params, layer, y, /*?signals*/ s, /*?linear*/ s_next, /*?cost*/ weight, record, p_next, p, /*?signals*/ s_bar, /*?linear*/ s_next_bar, scratch);
}

/*@ layer_step visit align unpack block_count */
int costate_step(size_t n, size_t layer, const costate_real *y, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, costate_real *y_next, void *work)
{
#if defined(COSTATE_BAKED)
    const costate_real *params = costate_trained;
#endif
    if (layer >= COSTATE_LAYERS || !params || !work || (n > 0 && (!y/*?-signals*/ || !signals/*?-*/ || !y_next)))
        return 1;
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend_layer(params, layer, &free);
    /*? end */
    struct costate_visit visit;
    costate_take_visit(&visit, &free);
    costate_real *const next = costate_take(&free, COSTATE_WIDTH), *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_load_visit(&visit, y + start * COSTATE_WIDTH, /*?signals*/ signals + start * COSTATE_LAYER_SIGNALS, count);
        costate_step_block(params, layer, visit.y, /*?signals*/ visit.s, /*?linear*/ visit.s_next, record, next, free);
        costate_unpack(COSTATE_WIDTH, y_next + start * COSTATE_WIDTH, next, COSTATE_WIDTH, count);
    }
    return 0;
}

/*@ layer_step_pullback step_costates visit align clear pack_zero unpack block_count */
int costate_step_pullback(size_t n, size_t layer, const costate_real *y, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, const costate_real *y_next_bar,
                          costate_real *y_bar/*?-signals*/, costate_real *signals_bar/*?-*//*?-given*/, costate_real *gradient/*?-*/, void *work)
{
#if defined(COSTATE_BAKED)
    const costate_real *params = costate_trained;
    costate_real *gradient = NULL;
#endif
    if (layer >= COSTATE_LAYERS || !params || !work || (n > 0 && (!y/*?-signals*/ || !signals/*?-*/ || !y_next_bar)))
        return 1;
    costate_real *free = costate_align(work), *total = gradient;
    /*? extended */
    params = costate_extend_layer(params, layer, &free);
    total = gradient ? costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK) : NULL;
    /*? end */
    struct costate_visit visit;
    costate_take_visit(&visit, &free);
    costate_real *const p_next = costate_take(&free, COSTATE_WIDTH), *const p = costate_take(&free, COSTATE_WIDTH);
    /*? signals */
    costate_real *const s_bar = costate_take(&free, COSTATE_SIGNALS);
    /*? linear */
    costate_real *const s_next_bar = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    costate_real *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    if (total)
        costate_clear(COSTATE_EXTENDED, total);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_load_visit(&visit, y + start * COSTATE_WIDTH, /*?signals*/ signals + start * COSTATE_LAYER_SIGNALS, count);
        costate_step_block(params, layer, visit.y, /*?signals*/ visit.s, /*?linear*/ visit.s_next, record, p, free);
        costate_pack_zero(COSTATE_WIDTH, p_next, y_next_bar + start * COSTATE_WIDTH, COSTATE_WIDTH, count);
        costate_step_costates(params, layer, visit.y, /*?signals*/ visit.s, /*?linear*/ visit.s_next, /*?cost*/ visit.weight, record, p_next, p, /*?signals*/ s_bar, /*?linear*/ s_next_bar, total, free);
        if (y_bar)
            costate_unpack(COSTATE_WIDTH, y_bar + start * COSTATE_WIDTH, p, COSTATE_WIDTH, count);
        /*? signals */
        if (signals_bar)
            costate_unpack(COSTATE_SIGNALS, signals_bar + start * COSTATE_LAYER_SIGNALS, s_bar, COSTATE_LAYER_SIGNALS, count);
        /*? linear */
        if (signals_bar)
            costate_unpack(COSTATE_SIGNALS, signals_bar + start * COSTATE_LAYER_SIGNALS + COSTATE_SIGNALS, s_next_bar, COSTATE_LAYER_SIGNALS, count);
        /*? end */
    }
    /*? given_extended */
    if (gradient)
        costate_retract_layer(/*?derived*/ params, layer, total, gradient/*?-derived*/, free/*?-*/);
    /*? end */
    return 0;
}

/*@ layer_step_pushforward visit align unpack block_count */
int costate_step_pushforward(size_t n, size_t layer, const costate_real *y, const costate_real *y_dot, /*?signals*/ const costate_real *signals, /*?signals*/ const costate_real *signals_dot,
                             /*?given*/ const costate_real *params, /*?given*/ const costate_real *params_dot, costate_real *y_next_dot, void *work)
{
#if defined(COSTATE_BAKED)
    const costate_real *params = costate_trained;
#endif
    if (layer >= COSTATE_LAYERS || !params/*?-given*/ || !params_dot/*?-*/ || !work || (n > 0 && (!y || !y_dot/*?-signals*/ || !signals || !signals_dot/*?-*/ || !y_next_dot)))
        return 1;
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend_layer(params, layer, &free);
    /*? given_extended */
    params_dot = costate_extend_layer_tangent(/*?derived*/ params, params_dot, layer, &free);
    /*? end */
    struct costate_visit visit, dots;
    costate_take_visit(&visit, &free);
    costate_take_visit(&dots, &free);
    costate_real *const next = costate_take(&free, COSTATE_WIDTH), *const dot = costate_take(&free, COSTATE_WIDTH);
    /*? given_second */
    costate_real *const record = costate_take(&free, COSTATE_MOVED_ROWS);
    /*? end */
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_load_visit(&visit, y + start * COSTATE_WIDTH, /*?signals*/ signals + start * COSTATE_LAYER_SIGNALS, count);
        costate_load_visit(&dots, y_dot + start * COSTATE_WIDTH, /*?signals*/ signals_dot + start * COSTATE_LAYER_SIGNALS, count);
        /*? given */
        costate_step_tangent(params, params_dot, layer, visit.y, /*?signals*/ visit.s, /*?linear*/ visit.s_next, dots.y, /*?signals*/ dots.s, /*?linear*/ dots.s_next, /*?second*/ record, next, dot, free);
        /*? baked */
        costate_step_flow(params, layer, visit.y, /*?signals*/ visit.s, /*?linear*/ visit.s_next, dots.y, /*?signals*/ dots.s, /*?linear*/ dots.s_next, next, dot, free);
        /*? end */
        costate_unpack(COSTATE_WIDTH, y_next_dot + start * COSTATE_WIDTH, dot, COSTATE_WIDTH, count);
    }
    return 0;
}

/*@ layer_field take align pack unpack block_count */
int costate_field(size_t n, size_t layer, const costate_real *y, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, costate_real *slope, void *work)
{
#if defined(COSTATE_BAKED)
    const costate_real *params = costate_trained;
#endif
    if (layer >= COSTATE_LAYERS || !params || !work || (n > 0 && (!y/*?-signals*/ || !signals/*?-*/ || !slope)))
        return 1;
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend_layer(params, layer, &free);
    /*? end */
    costate_real *const state = costate_take(&free, COSTATE_WIDTH), *const block = costate_take(&free, COSTATE_WIDTH);
    /*? signals */
    costate_real *const s = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_WIDTH, state, y + start * COSTATE_WIDTH, COSTATE_WIDTH, count);
        /*? signals */
        costate_pack(COSTATE_SIGNALS, s, signals + start * COSTATE_SIGNALS, COSTATE_SIGNALS, count);
        /*? end */
        costate_field_block(params, layer, state, /*?signals*/ s, block, free);
        costate_unpack(COSTATE_WIDTH, slope + start * COSTATE_WIDTH, block, COSTATE_WIDTH, count);
    }
    return 0;
}

/*@ layer_field_pullback take align clear pack pack_zero unpack block_count */
int costate_field_pullback(size_t n, size_t layer, const costate_real *y, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, const costate_real *slope_bar,
                           costate_real *y_bar/*?-signals*/, costate_real *signals_bar/*?-*//*?-given*/, costate_real *gradient/*?-*/, void *work)
{
#if defined(COSTATE_BAKED)
    const costate_real *params = costate_trained;
    costate_real *gradient = NULL;
#endif
    if (layer >= COSTATE_LAYERS || !params || !work || (n > 0 && (!y/*?-signals*/ || !signals/*?-*/ || !slope_bar)))
        return 1;
    costate_real *free = costate_align(work), *total = gradient;
    /*? extended */
    params = costate_extend_layer(params, layer, &free);
    total = gradient ? costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK) : NULL;
    /*? end */
    costate_real *const state = costate_take(&free, COSTATE_WIDTH), *const block = costate_take(&free, COSTATE_WIDTH);
    costate_real *const bar = costate_take(&free, COSTATE_WIDTH);
    /*? signals */
    costate_real *const s = costate_take(&free, COSTATE_SIGNALS), *const s_bar = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    if (total)
        costate_clear(COSTATE_EXTENDED, total);
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_WIDTH, state, y + start * COSTATE_WIDTH, COSTATE_WIDTH, count);
        /*? signals */
        costate_pack(COSTATE_SIGNALS, s, signals + start * COSTATE_SIGNALS, COSTATE_SIGNALS, count);
        /*? end */
        costate_pack_zero(COSTATE_WIDTH, block, slope_bar + start * COSTATE_WIDTH, COSTATE_WIDTH, count);
        /*? given */
        if (total)
            costate_field_adjoint(params, layer, state, /*?signals*/ s, block, bar, /*?signals*/ s_bar, total, free);
        /*? end */
        if (!total)
            costate_field_costate(params, layer, state, /*?signals*/ s, block, bar, /*?signals*/ s_bar, free);
        if (y_bar)
            costate_unpack(COSTATE_WIDTH, y_bar + start * COSTATE_WIDTH, bar, COSTATE_WIDTH, count);
        /*? signals */
        if (signals_bar)
            costate_unpack(COSTATE_SIGNALS, signals_bar + start * COSTATE_SIGNALS, s_bar, COSTATE_SIGNALS, count);
        /*? end */
    }
    /*? given_extended */
    if (gradient)
        costate_retract_layer(/*?derived*/ params, layer, total, gradient/*?-derived*/, free/*?-*/);
    /*? end */
    return 0;
}

/*@ layer_field_pushforward take align pack unpack block_count */
int costate_field_pushforward(size_t n, size_t layer, const costate_real *y, const costate_real *y_dot, /*?signals*/ const costate_real *signals, /*?signals*/ const costate_real *signals_dot,
                              /*?given*/ const costate_real *params, /*?given*/ const costate_real *params_dot, costate_real *slope_dot, void *work)
{
#if defined(COSTATE_BAKED)
    const costate_real *params = costate_trained;
#endif
    if (layer >= COSTATE_LAYERS || !params/*?-given*/ || !params_dot/*?-*/ || !work || (n > 0 && (!y || !y_dot/*?-signals*/ || !signals || !signals_dot/*?-*/ || !slope_dot)))
        return 1;
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend_layer(params, layer, &free);
    /*? given_extended */
    params_dot = costate_extend_layer_tangent(/*?derived*/ params, params_dot, layer, &free);
    /*? end */
    costate_real *const state = costate_take(&free, COSTATE_WIDTH), *const dot = costate_take(&free, COSTATE_WIDTH);
    costate_real *const block = costate_take(&free, COSTATE_WIDTH);
    /*? signals */
    costate_real *const s = costate_take(&free, COSTATE_SIGNALS), *const s_dot = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_WIDTH, state, y + start * COSTATE_WIDTH, COSTATE_WIDTH, count);
        costate_pack(COSTATE_WIDTH, dot, y_dot + start * COSTATE_WIDTH, COSTATE_WIDTH, count);
        /*? signals */
        costate_pack(COSTATE_SIGNALS, s, signals + start * COSTATE_SIGNALS, COSTATE_SIGNALS, count);
        costate_pack(COSTATE_SIGNALS, s_dot, signals_dot + start * COSTATE_SIGNALS, COSTATE_SIGNALS, count);
        /*? given */
        costate_field_tangent(params, params_dot, layer, state, /*?signals*/ s, dot, /*?signals*/ s_dot, block, free);
        /*? baked */
        costate_field_flow(params, layer, state, /*?signals*/ s, dot, /*?signals*/ s_dot, block, free);
        /*? end */
        costate_unpack(COSTATE_WIDTH, slope_dot + start * COSTATE_WIDTH, block, COSTATE_WIDTH, count);
    }
    return 0;
}

/*@ unit_rows clear */
/* The block [rows] of which sample k has a 1 in row first + k, for k < lanes, and zeros. */
static void costate_unit_rows(size_t rows, costate_real *block, size_t first, size_t lanes)
{
    costate_clear(rows * COSTATE_BLOCK, block);
    for (size_t k = 0; k < lanes; k++)
        block[(first + k) * COSTATE_BLOCK + k] = 1;
}

/*@ step_jacobian step_costates visit align unpack unit_rows block_count */
/* One step a sample, in all lanes of a block, and its rows' costates side by side. */
int costate_step_jacobian(size_t n, size_t layer, const costate_real *y, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, costate_real *y_next,
                          costate_real *by_y/*?-signals*/, costate_real *by_signals/*?-*//*?-given*/, costate_real *by_params/*?-*/, void *work)
{
#if defined(COSTATE_BAKED)
    const costate_real *params = costate_trained;
#endif
    if (layer >= COSTATE_LAYERS || !params || !work || (n > 0 && (!y/*?-signals*/ || !signals/*?-*/)))
        return 1;
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend_layer(params, layer, &free);
    /*? given */
    costate_real *const total = costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    /*? end */
    struct costate_visit visit;
    costate_take_visit(&visit, &free);
    costate_real *const p_next = costate_take(&free, COSTATE_WIDTH), *const p = costate_take(&free, COSTATE_WIDTH);
    /*? signals */
    costate_real *const s_bar = costate_take(&free, COSTATE_SIGNALS);
    /*? linear */
    costate_real *const s_next_bar = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    costate_real *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    for (size_t i = 0; i < n; i++) {
        costate_load_visit(&visit, y + i * COSTATE_WIDTH, /*?signals*/ signals + i * COSTATE_LAYER_SIGNALS, 1);
        costate_step_block(params, layer, visit.y, /*?signals*/ visit.s, /*?linear*/ visit.s_next, record, p, free);
        if (y_next)
            costate_unpack(COSTATE_WIDTH, y_next + i * COSTATE_WIDTH, p, COSTATE_WIDTH, 1);
        for (size_t first = 0; (by_y/*?-signals*/ || by_signals/*?-*/) && first < COSTATE_WIDTH; first += COSTATE_BLOCK) {
            const size_t row = i * COSTATE_WIDTH + first, lanes = costate_block_count(COSTATE_WIDTH, first);
            costate_unit_rows(COSTATE_WIDTH, p_next, first, lanes);
            costate_step_costates(params, layer, visit.y, /*?signals*/ visit.s, /*?linear*/ visit.s_next, /*?cost*/ visit.weight, record, p_next, p, /*?signals*/ s_bar, /*?linear*/ s_next_bar, NULL, free);
            if (by_y)
                costate_unpack(COSTATE_WIDTH, by_y + row * COSTATE_WIDTH, p, COSTATE_WIDTH, lanes);
            /*? signals */
            if (by_signals)
                costate_unpack(COSTATE_SIGNALS, by_signals + row * COSTATE_LAYER_SIGNALS, s_bar, COSTATE_LAYER_SIGNALS, lanes);
            /*? linear */
            if (by_signals)
                costate_unpack(COSTATE_SIGNALS, by_signals + row * COSTATE_LAYER_SIGNALS + COSTATE_SIGNALS, s_next_bar, COSTATE_LAYER_SIGNALS, lanes);
            /*? end */
        }
        /*? given */
        for (size_t r = 0; by_params && r < COSTATE_WIDTH; r++) {
            costate_unit_rows(COSTATE_WIDTH, p_next, r, 1);
            costate_clear(COSTATE_EXTENDED, total);
            costate_step_costates(params, layer, visit.y, /*?signals*/ visit.s, /*?linear*/ visit.s_next, /*?cost*/ visit.weight, record, p_next, p, /*?signals*/ s_bar, /*?linear*/ s_next_bar, total, free);
            /*? given_extended */
            costate_retract_layer(/*?derived*/ params, layer, total, by_params + (i * COSTATE_WIDTH + r) * COSTATE_PARAMETERS/*?-derived*/, free/*?-*/);
            /*? given_plain */
            costate_copy(COSTATE_PARAMETERS, by_params + (i * COSTATE_WIDTH + r) * COSTATE_PARAMETERS, total);
            /*? given */
        }
        /*? end */
    }
    return 0;
}

/*@ rows_back journey reach step_costates clear unpack observation */
/* From the last state y, behind a sweep, back through all layers for rows first .. of the Jacobian, one a lane: returns
 * the first costate; adds to gradient where that is not NULL. journey has what is wanted besides. */
static const costate_real *costate_rows_back(const costate_real *params, const struct costate_journey *journey, struct costate_tape *tape, /*?signals*/ const struct costate_feed *feed,
                                             size_t first, const costate_real *y, costate_real *p, costate_real *other, costate_real *gradient, costate_real *scratch)
{
    costate_clear(COSTATE_STATE, p);
    for (size_t layer = COSTATE_LAYERS;; layer--) {
        const size_t m = costate_observation(layer);
        if (m < COSTATE_OBSERVATIONS) {
            /*? costates */
            if (journey->prediction) {
                costate_head(params, y, journey->prediction_block, scratch);
                costate_unpack(COSTATE_OUTPUTS, journey->prediction + m * COSTATE_OUTPUTS, journey->prediction_block, COSTATE_OUTPUTS, 1);
            }
            /*? end */
            costate_clear(COSTATE_OUTPUTS * COSTATE_BLOCK, journey->end);
            for (size_t k = 0; k < journey->count; k++)
                if ((first + k) / COSTATE_OUTPUTS == m)
                    journey->end[(first + k) % COSTATE_OUTPUTS * COSTATE_BLOCK + k] = 1;
            /*? given */
            if (gradient)
                costate_head_adjoint(params, y, journey->end, /*?general*/ p, other, gradient, scratch);
            /*? costates */
            if (!gradient)
                costate_head_costate(params, y, journey->end, /*?general*/ p, other, scratch);
            /*? end */
            costate_real *const after = p;
            p = other;
            other = after;
        }
        if (layer == 0)
            return p;
        y = costate_reach(params, layer - 1, tape, /*?signals*/ feed, scratch);
        /*? signals */
        costate_load(feed, layer - 1);
        /*? end */
        costate_step_costates(params, layer - 1, y, /*?signals*/ feed->s, /*?linear*/ feed->s_next, /*?cost*/ journey->weight, costate_record(tape, layer - 1), p, other,
                              /*?signals*/ journey->s_bar, /*?linear*/ journey->s_next_bar, gradient, scratch);
        /*? signals */
        if (journey->signals_bar)
            costate_hand_signals(journey, layer - 1);
        /*? end */
        costate_real *const before = other;
        other = p;
        p = before;
    }
}

/*@ columns_forth journey observation clear unpack */
/* States and tangents of columns first .. of the Jacobian, by the inputs and then by the signals, one a lane; entries go
 * to by_x and by_signals, predictions to journey, where those are not NULL. */
static void costate_columns_forth(const costate_real *params, const struct costate_journey *journey, /*?signals*/ const struct costate_feed *feed, /*?signals*/ const struct costate_feed *dots,
                                  size_t first, const costate_real *x, costate_real *x_dot, costate_real *by_x, /*?signals*/ costate_real *by_signals, costate_real *free)
{
    costate_real *y = costate_take(&free, COSTATE_WIDTH), *y_next = costate_take(&free, COSTATE_WIDTH);
    costate_real *y_dot = costate_take(&free, COSTATE_WIDTH), *y_dot_next = costate_take(&free, COSTATE_WIDTH);
    costate_clear(COSTATE_INPUTS * COSTATE_BLOCK, x_dot);
    for (size_t k = 0; k < journey->count && first + k < COSTATE_INPUTS; k++)
        x_dot[(first + k) * COSTATE_BLOCK + k] = 1;
    costate_lift(params, x, y, free);
    costate_lift_flow(params, x, x_dot, y_dot, free);
    for (size_t layer = 0;; layer++) {
        const size_t m = costate_observation(layer);
        if (m < COSTATE_OBSERVATIONS) {
            if (journey->prediction) {
                costate_head(params, y, journey->prediction_block, free);
                costate_unpack(COSTATE_OUTPUTS, journey->prediction + m * COSTATE_OUTPUTS, journey->prediction_block, COSTATE_OUTPUTS, 1);
            }
            costate_head_flow(params, y, y_dot, journey->end, free);
            for (size_t k = 0; k < journey->count; k++)
                for (size_t r = 0; r < COSTATE_OUTPUTS; r++) {
                    const size_t row = m * COSTATE_OUTPUTS + r, column = first + k;
                    if (column < COSTATE_INPUTS && by_x)
                        by_x[row * COSTATE_INPUTS + column] = journey->end[r * COSTATE_BLOCK + k];
                    /*? signals */
                    if (column >= COSTATE_INPUTS && by_signals)
                        by_signals[row * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS + column - COSTATE_INPUTS] =
                            journey->end[r * COSTATE_BLOCK + k];
                    /*? end */
                }
        }
        if (layer == COSTATE_LAYERS)
            return;
        /*? signals */
        costate_load(feed, layer);
        costate_clear(COSTATE_SIGNALS * COSTATE_BLOCK, dots->s);
        /*? linear */
        costate_clear(COSTATE_SIGNALS * COSTATE_BLOCK, dots->s_next);
        /*? signals */
        for (size_t k = 0; k < journey->count; k++) {
            const size_t column = first + k - COSTATE_INPUTS, row = column / COSTATE_SIGNALS;
            if (first + k >= COSTATE_INPUTS && row == layer)
                dots->s[column % COSTATE_SIGNALS * COSTATE_BLOCK + k] = 1;
            /*? linear */
            if (first + k >= COSTATE_INPUTS && row == layer + 1)
                dots->s_next[column % COSTATE_SIGNALS * COSTATE_BLOCK + k] = 1;
            /*? signals */
        }
        /*? end */
        costate_step_flow(params, layer, y, /*?signals*/ feed->s, /*?linear*/ feed->s_next, y_dot, /*?signals*/ dots->s, /*?linear*/ dots->s_next, y_next, y_dot_next, free);
        costate_real *const last = y, *const last_dot = y_dot;
        y = y_next;
        y_dot = y_dot_next;
        y_next = last;
        y_dot_next = last_dot;
    }
}

/*@ jacobian journey take align clear pack unpack block_count */
/* A sample stands in all lanes of a block; it goes forward once, and its costates back side by side, or its tangents
 * along with it. */
int costate_jacobian(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, costate_real *prediction, costate_real *by_x/*?-signals*/,
                     costate_real *by_signals/*?-*//*?-given*/, costate_real *by_params/*?-*/, void *work)
{
#if defined(COSTATE_BAKED)
    const costate_real *params = costate_trained;
#endif
    if (!params || !work || (n > 0 && (!x/*?-signals*/ || !signals/*?-*/)))
        return 1;
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend(params, &free);
    /*? given */
    costate_real *const total = costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS), *const x_other = costate_take(&free, COSTATE_INPUTS);
    struct costate_journey journey;
    costate_take_journey(&journey, &free);
    journey.start = 0;
    costate_clear(COSTATE_BLOCK, journey.weight);
    /*? signals */
    struct costate_feed feed;
    feed.count = 1;
    feed.s = costate_take(&free, COSTATE_SIGNALS);
    /*? linear */
    feed.s_next = costate_take(&free, COSTATE_SIGNALS);
    /*? signal_tangents */
    struct costate_feed dots;
    dots.s = costate_take(&free, COSTATE_SIGNALS);
    /*? linear_tangents */
    dots.s_next = costate_take(&free, COSTATE_SIGNALS);
    /*? back */
    costate_real *const p = costate_take(&free, COSTATE_WIDTH), *const other = costate_take(&free, COSTATE_WIDTH);
    struct costate_tape tape;
    costate_take_tape(&tape, &free);
    /*? end */
    for (size_t i = 0; i < n; i++) {
        const size_t place = i * COSTATE_PREDICTIONS;
        costate_pack(COSTATE_INPUTS, x_block, x + i * COSTATE_INPUTS, COSTATE_INPUTS, 1);
        /*? signals */
        feed.signals = signals + i * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
        /*? tangents */
        for (size_t first = 0; first < COSTATE_COLUMNS; first += COSTATE_BLOCK) {
            journey.count = costate_block_count(COSTATE_COLUMNS, first);
            journey.prediction = first == 0 && prediction ? prediction + place : NULL;
            costate_columns_forth(params, &journey, /*?signals*/ &feed, /*?signals*/ &dots, first, x_block, x_other, by_x ? by_x + place * COSTATE_INPUTS : NULL,
                                  /*?signals*/ by_signals ? by_signals + place * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS : NULL, free);
        }
        /*? back */
        const costate_real *y = costate_sweep(params, x_block, &tape, /*?signals*/ &feed, free), *p_first;
        /*? costates */
        for (size_t first = 0; first < COSTATE_PREDICTIONS; first += COSTATE_BLOCK) {
            journey.count = costate_block_count(COSTATE_PREDICTIONS, first);
            journey.prediction = first == 0 && prediction ? prediction + place : NULL;
            /*? signal_costates */
            journey.signals_bar = by_signals ? by_signals + (place + first) * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS : NULL;
            /*? again_costates */
            if (first > 0)
                y = costate_sweep(params, x_block, &tape, /*?signals*/ &feed, free);
            /*? costates */
            p_first = costate_rows_back(params, &journey, &tape, /*?signals*/ &feed, first, y, p, other, NULL, free);
            if (by_x) {
                costate_lift_costate(params, /*?lift_function*/ x_block, p_first, x_other, free);
                costate_unpack(COSTATE_INPUTS, by_x + (place + first) * COSTATE_INPUTS, x_other, COSTATE_INPUTS, journey.count);
            }
        }
        /*? given */
        journey.count = 1;
        journey.prediction = NULL;
        /*? given_signals */
        journey.signals_bar = NULL;
        /*? given */
        for (size_t row = 0; by_params && row < COSTATE_PREDICTIONS; row++) {
            /*? given_again */
            y = costate_sweep(params, x_block, &tape, /*?signals*/ &feed, free);
            /*? given */
            costate_clear(COSTATE_EXTENDED, total);
            p_first = costate_rows_back(params, &journey, &tape, /*?signals*/ &feed, row, y, p, other, total, free);
            /*? given_lift */
            costate_lift_adjoint(params, x_block, p_first, total, free);
            /*? given_extended */
            costate_retract(/*?derived*/ params, total, by_params + (place + row) * COSTATE_PARAMETERS/*?-derived*/, free/*?-*/);
            /*? given_plain */
            costate_copy(COSTATE_PARAMETERS, by_params + (place + row) * COSTATE_PARAMETERS, total);
            /*? given */
            (void)p_first;
        }
        /*? end */
    }
    return 0;
}
