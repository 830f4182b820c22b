/* table: what the program alone calls: trajectories, how equations were solved, and the table of abi.h. Compiles alone with
 * the driver, which is not emitted again. */
#include "driver.c"

/*@ trajectory_forth hand_out take */
/* States and tangents of one block, when only x moves. */
static void costate_trace(size_t n, size_t start, size_t count, const costate_real *params, const costate_real *zero,
                          const costate_real *x, const costate_real *x_dot, /*?signals*/ const struct costate_feed *feed, costate_real *states,
                          costate_real *tangents, costate_real *free)
{
    costate_real *y = costate_take(&free, COSTATE_WIDTH), *y_next = costate_take(&free, COSTATE_WIDTH);
    costate_real *y_dot = costate_take(&free, COSTATE_WIDTH), *y_dot_next = costate_take(&free, COSTATE_WIDTH);
    costate_real *const record = costate_take(&free, COSTATE_RECORD_ROWS);
    /*? second */
    costate_real *const second_record = costate_take(&free, COSTATE_MOVED_ROWS);
    /*? signals */
    costate_real *const still = costate_take(&free, COSTATE_SIGNALS);
    costate_clear(COSTATE_SIGNALS * COSTATE_BLOCK, still);
    /*? end */
    costate_lift(params, x, y, free);
    if (tangents)
        costate_lift_tangent(params, zero, x, x_dot, y_dot, free);
    for (size_t layer = 0;; layer++) {
        costate_hand_out(states, layer, n, start, count, y);
        costate_hand_out(tangents, layer, n, start, count, y_dot);
        if (layer == COSTATE_LAYERS)
            return;
        /*? signals */
        costate_load(feed, layer);
        /*? end */
        if (tangents)
            costate_step_tangent(params, zero, layer, y, /*?signals*/ feed->s, /*?linear*/ feed->s_next, y_dot, /*?signals*/ still, /*?linear*/ still, /*?second*/ second_record, y_next, y_dot_next, free);
        costate_step_block(params, layer, y, /*?signals*/ feed->s, /*?linear*/ feed->s_next, record, y_next, free);
        costate_real *const last = y, *const last_dot = y_dot;
        y = y_next;
        y_dot = y_dot_next;
        y_next = last;
        y_dot_next = last_dot;
    }
}

/*@ trajectory_back hand_out sweep step_back weigh pack pack_zero */
/* Costates of one block, from what arrives at its predictions, or from its targets; gradient is for what is computed
 * beside them. */
static void costate_trace_back(size_t n, size_t start, size_t count, const costate_real *params, const costate_real *x,
                               const costate_real *target, const costate_real *prediction_bar, costate_real *costates,
                               costate_real *gradient, costate_real *free)
{
    costate_real *p = costate_take(&free, COSTATE_WIDTH), *other = costate_take(&free, COSTATE_WIDTH), objective = 0;
    costate_real *const end = costate_take(&free, COSTATE_OUTPUTS), *const prediction = costate_take(&free, COSTATE_OUTPUTS);
    costate_real *const weight = costate_take(&free, 1);
    struct costate_tape tape;
    costate_take_tape(&tape, &free);
    const costate_real *y = costate_sweep(params, x, &tape, /*?general*/ NULL, free);
    if (prediction_bar) {
        costate_pack_zero(COSTATE_OUTPUTS, end, prediction_bar + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        costate_head_adjoint(params, y, end, /*?general*/ NULL, p, gradient, free);
    } else {
        costate_pack(COSTATE_OUTPUTS, end, target + start * COSTATE_OUTPUTS, COSTATE_OUTPUTS, count);
        costate_weigh(weight, 1, count);
        costate_loss_adjoint(params, y, end, /*?missing*/ NULL, weight, /*?general*/ NULL, prediction, p, &objective, gradient, free);
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

/*@ trajectory take align clear pack pack_zero trajectory_forth sweep weigh block_count */
static int costate_trajectory(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, const costate_real *params,
                              const costate_real *x_dot, const costate_real *prediction_bar, costate_real *states,
                              costate_real *tangents, costate_real *costates, void *work)
{
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend(params, &free);
    /*? end */
    costate_real *const gradient = costate_take(&free, (COSTATE_EXTENDED + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *const x_dot_block = costate_take(&free, COSTATE_INPUTS);
    /*? signals */
    struct costate_feed feed;
    feed.s = costate_take(&free, COSTATE_SIGNALS);
    /*? linear */
    feed.s_next = costate_take(&free, COSTATE_SIGNALS);
    /*? end */
    /*? general */
    struct costate_journey journey;
    journey.n = n;
    costate_take_journey(&journey, &free);
    /*? general_loss */
    journey.target = target;
    /*? general */
    journey.prediction_bar = prediction_bar;
    journey.costates = costates;
    /*? end */
    for (size_t start = 0; start < n; start += COSTATE_BLOCK) {
        const size_t count = costate_block_count(n, start);
        costate_pack(COSTATE_INPUTS, x_block, x + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        /*? signals */
        feed.signals = signals + start * COSTATE_SIGNAL_ROWS * COSTATE_SIGNALS;
        feed.count = count;
        /*? end */
        costate_clear(COSTATE_EXTENDED, gradient);
        if (tangents)
            costate_pack_zero(COSTATE_INPUTS, x_dot_block, x_dot + start * COSTATE_INPUTS, COSTATE_INPUTS, count);
        if (states || tangents)
            costate_trace(n, start, count, params, gradient, x_block, x_dot_block, /*?signals*/ &feed, states, tangents, free);
        /*? simple */
        if (costates)
            costate_trace_back(n, start, count, params, x_block, target, prediction_bar, costates, gradient, free);
        /*? general */
        if (costates) {
            costate_real *rest = free/*?-general_valued*/, unused = 0/*?-*/;
            costate_real *const p = costate_take(&rest, COSTATE_WIDTH), *const other = costate_take(&rest, COSTATE_WIDTH);
            struct costate_tape tape;
            costate_take_tape(&tape, &rest);
            journey.start = start;
            journey.count = count;
            costate_weigh(journey.weight, prediction_bar ? 0 : 1, count);
            /*? sample_weights */
            if (!prediction_bar)
                costate_weigh_samples(journey.weight, target + start * (COSTATE_PREDICTIONS + 1) + COSTATE_PREDICTIONS, count);
            /*? general */
            const costate_real *y = costate_sweep(params, x_block, &tape, /*?signals*/ &feed, rest);
            costate_back(params, &journey, &tape, /*?signals*/ &feed, y, p, other, /*?valued*/ &unused, gradient, rest);
        }
        /*? end */
    }
    return 0;
}

/*@ solve_steps take align pack unpack hand_out block_count */
/* States, and how the equations of every layer were solved. */
static int costate_solve_steps(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, const costate_real *params, costate_real *states,
                               costate_real *counts, costate_real *solutions, void *work)
{
    costate_real *free = costate_align(work);
    /*? extended */
    params = costate_extend(params, &free);
    /*? end */
    costate_real *const x_block = costate_take(&free, COSTATE_INPUTS);
    costate_real *y = costate_take(&free, COSTATE_WIDTH), *y_next = costate_take(&free, COSTATE_WIDTH);
    costate_real *const count_block = costate_take(&free, COSTATE_EQUATIONS);
    costate_real *const solution_block = costate_take(&free, COSTATE_UNKNOWNS);
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
        costate_lift(params, x_block, y, free);
        for (size_t layer = 0;; layer++) {
            costate_hand_out(states, layer, n, start, count, y);
            if (layer == COSTATE_LAYERS)
                break;
            /*? signals */
            costate_load(&feed, layer);
            /*? end */
            costate_step_solutions(params, layer, y, /*?signals*/ feed.s, /*?linear*/ feed.s_next, y_next, count_block, solution_block, free);
            if (counts)
                costate_unpack(COSTATE_EQUATIONS, counts + (layer * n + start) * COSTATE_EQUATIONS, count_block,
                               COSTATE_EQUATIONS, count);
            if (solutions)
                costate_unpack(COSTATE_UNKNOWNS, solutions + (layer * n + start) * COSTATE_UNKNOWNS, solution_block,
                               COSTATE_UNKNOWNS, count);
            costate_real *const last = y;
            y = y_next;
            y_next = last;
        }
    }
    return 0;
}

static int costate_call_solve_steps(size_t n, const void *x, const void *signals, const void *params, void *states, void *counts,
                                    void *solutions, void *work)
{
    /*? unsignalled */
    (void)signals;
    /*? end */
    return costate_solve_steps(n, (const costate_real *)x, /*?signals*/ (const costate_real *)signals, (const costate_real *)params,
                               (costate_real *)states, (costate_real *)counts, (costate_real *)solutions, work);
}

/*@ describe trajectory evaluate measure */
static int costate_call_forward(size_t n, const void *x, const void *signals, const void *params, void *prediction, void *work)
{
    /*? unsignalled */
    (void)signals;
    /*? end */
    return costate_forward(n, (const costate_real *)x, /*?signals*/ (const costate_real *)signals, (const costate_real *)params, (costate_real *)prediction, work);
}

static int costate_call_objective(size_t n, const void *x, const void *signals, const void *target, const void *params, void *objective,
                                  void *prediction, void *work)
{
    /*? unsignalled */
    (void)signals;
    /*? lossless */
    (void)target;
    /*? end */
    return costate_measure(n, (const costate_real *)x, /*?signals*/ (const costate_real *)signals, /*?loss*/ (const costate_real *)target, (const costate_real *)params,
                           (costate_real *)objective, (costate_real *)prediction, work);
}

static int costate_call_evaluate(size_t n, const void *x, const void *signals, const void *target, const void *params, void *objective,
                                 void *prediction, void *x_bar, void *gradient, void *work)
{
    /*? unsignalled */
    (void)signals;
    /*? lossless */
    (void)target;
    /*? x_given */
    (void)x_bar;
    /*? end */
    return costate_evaluate(n, (const costate_real *)x, /*?signals*/ (const costate_real *)signals, /*?loss*/ (const costate_real *)target, (const costate_real *)params,
                            (costate_real *)objective, (costate_real *)prediction, /*?x_learnt*/ (costate_real *)x_bar, (costate_real *)gradient, work);
}

static void costate_call_regularise(const void *params, void *objective, void *gradient, void *work)
{
    /*? regularised */
    costate_regularise((const costate_real *)params, (costate_real *)objective, (costate_real *)gradient, work);
    /*? pure */
    (void)params;
    (void)objective;
    (void)gradient;
    (void)work;
    /*? end */
}

static int costate_call_pullback(size_t n, const void *x, const void *signals, const void *params, const void *prediction_bar, void *x_bar,
                                 void *signals_bar, void *gradient, void *work)
{
    /*? unsignalled */
    (void)signals;
    (void)signals_bar;
    /*? end */
    return costate_pullback(n, (const costate_real *)x, /*?signals*/ (const costate_real *)signals, (const costate_real *)params,
                            (const costate_real *)prediction_bar, (costate_real *)x_bar, /*?signals*/ (costate_real *)signals_bar, (costate_real *)gradient,
                            work);
}

static int costate_call_pushforward(size_t n, const void *x, const void *x_dot, const void *signals, const void *signals_dot, const void *params,
                                    const void *params_dot, void *prediction_dot, void *work)
{
    /*? unsignalled */
    (void)signals;
    (void)signals_dot;
    /*? end */
    return costate_pushforward(n, (const costate_real *)x, (const costate_real *)x_dot, /*?signals*/ (const costate_real *)signals, /*?signals*/ (const costate_real *)signals_dot, (const costate_real *)params,
                               (const costate_real *)params_dot, (costate_real *)prediction_dot, work);
}

#if defined(COSTATE_HESSIAN)
static int costate_call_pullback_tangent(size_t n, const void *x, const void *x_dot, const void *signals, const void *signals_dot, const void *params,
                                         const void *params_dot, const void *prediction_bar, const void *prediction_bar_dot, void *x_bar_dot,
                                         void *signals_bar_dot, void *gradient_dot, void *work)
{
    /*? unsignalled */
    (void)signals;
    (void)signals_dot;
    (void)signals_bar_dot;
    /*? end */
    return costate_pullback_tangent(n, (const costate_real *)x, (const costate_real *)x_dot, /*?signals*/ (const costate_real *)signals, /*?signals*/ (const costate_real *)signals_dot, (const costate_real *)params,
                                    (const costate_real *)params_dot, (const costate_real *)prediction_bar, (const costate_real *)prediction_bar_dot,
                                    (costate_real *)x_bar_dot, /*?signals*/ (costate_real *)signals_bar_dot, (costate_real *)gradient_dot, work);
}

static int costate_call_hessian(size_t n, const void *x, const void *signals, const void *target, const void *params,
                                const void *x_direction, const void *direction, void *x_product, void *product, void *work)
{
    /*? unsignalled */
    (void)signals;
    /*? lossless */
    (void)target;
    /*? x_given */
    (void)x_direction;
    (void)x_product;
    /*? end */
    return costate_sampled_hessian(n, (const costate_real *)x, /*?signals*/ (const costate_real *)signals, /*?loss*/ (const costate_real *)target, (const costate_real *)params,
                        /*?x_learnt*/ (const costate_real *)x_direction, (const costate_real *)direction, /*?x_learnt*/ (costate_real *)x_product, (costate_real *)product, work);
}

static void costate_call_regularise_second(const void *params, const void *direction, void *product, void *work)
{
    /*? regularised */
    costate_regularise_second((const costate_real *)params, (const costate_real *)direction, (costate_real *)product, work);
    /*? pure */
    (void)params;
    (void)direction;
    (void)product;
    (void)work;
    /*? end */
}

#endif
static int costate_call_trajectory(size_t n, const void *x, const void *signals, const void *target, const void *params, const void *x_dot,
                                   const void *prediction_bar, void *states, void *tangents, void *costates, void *work)
{
    /*? unsignalled */
    (void)signals;
    /*? lossless */
    (void)target;
    /*? end */
    return costate_trajectory(n, (const costate_real *)x, /*?signals*/ (const costate_real *)signals, /*?loss*/ (const costate_real *)target, (const costate_real *)params,
                              (const costate_real *)x_dot, (const costate_real *)prediction_bar, (costate_real *)states,
                              (costate_real *)tangents, (costate_real *)costates, work);
}

void costate_describe(struct costate_table *table)
{
    table->inputs = COSTATE_INPUTS;
    table->width = COSTATE_WIDTH;
    table->outputs = COSTATE_OUTPUTS;
    table->layers = COSTATE_LAYERS;
    table->observations = 1;
    table->signals = 0;
    table->signal_rows = 0;
    /*? several */
    table->observations = COSTATE_OBSERVATIONS;
    /*? signals */
    table->signals = COSTATE_SIGNALS;
    table->signal_rows = COSTATE_SIGNAL_ROWS;
    /*? end */
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
    table->regularise = costate_call_regularise;
    table->pullback_tangent = NULL;
    table->hessian = NULL;
    table->regularise_second = NULL;
    table->hessian_workspace_bytes = 0;
#if defined(COSTATE_HESSIAN)
    table->pullback_tangent = costate_call_pullback_tangent;
    table->hessian = costate_call_hessian;
    table->regularise_second = costate_call_regularise_second;
    table->hessian_workspace_bytes = COSTATE_HESSIAN_WORKSPACE_BYTES;
#endif
    table->pullback = costate_call_pullback;
    table->pushforward = costate_call_pushforward;
    table->trajectory = costate_call_trajectory;
    table->equations = COSTATE_EQUATIONS;
    table->unknowns = COSTATE_UNKNOWNS;
    table->solutions_workspace_bytes = COSTATE_SOLUTIONS_WORKSPACE_BYTES;
    table->solve_steps = NULL;
    /*? implicit */
    table->solve_steps = costate_call_solve_steps;
    /*? end */
}
