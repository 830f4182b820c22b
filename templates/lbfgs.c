/* lbfgs: a training step by L-BFGS, the algorithm of runtime/train/lbfgs.c for a device. Compiles alone. */
#include "trainer.h"

/*@ training */
/* L-BFGS with COSTATE_MEMORY pairs. The state of a training is the caller's; objective is that of params after the last
 * step, with its gradient where known is 1, and step its length along the direction. */
struct costate_training {
    costate_real objective, step;
    size_t iteration;
    int known;
#if defined(COSTATE_X_LEARNT)
    size_t samples;
    costate_real *x_memory;
#else
    costate_real gradient[COSTATE_PARAMETERS];
    costate_real moves[COSTATE_MEMORY][COSTATE_PARAMETERS];   /* the last one is the newest, and one that is not there */
    costate_real changes[COSTATE_MEMORY][COSTATE_PARAMETERS]; /* yet is zero: of params, and of the gradient */
#endif
};

#if defined(COSTATE_X_LEARNT)
/* Begins a training of params and of the inputs of n samples, the same ones at each step. x_memory
 * [COSTATE_TRAINING_X_REALS(n)] is the training's as long as it lasts. */
void costate_train_start(size_t n, costate_real *x_memory, struct costate_training *training);
#else
/* Begins a training. */
void costate_train_start(struct costate_training *training);
#endif

#if defined(COSTATE_X_LEARNT)
/* One step of params and x downhill on the n samples that the training began with. After a step that returned 0 both are
 * the same in the next one, which has the gradient already; else a training begins anew. work has
 * COSTATE_TRAINING_WORKSPACE_BYTES. Returns 0, or 1 (an array is NULL, or n another), 2 (the gradient is zero), 3 (the
 * objective or the gradient is not finite), 4 (no trial is lower) or 5 (within the tolerance: the gradient, or the
 * decrease that a step promises), which leave params, x and training as they were. */
#else
/* One step of params downhill on n samples. After a step that returned 0 both are the same in the next one, which has the
 * gradient already; else a training begins anew. work has COSTATE_TRAINING_WORKSPACE_BYTES. Returns 0, or 1 (an array is
 * NULL), 2 (the gradient is zero), 3 (the objective or the gradient is not finite), 4 (no trial is lower) or 5 (within the
 * tolerance: the gradient, or the decrease that a step promises), which leave params and training as they were. */
#endif
#if defined(COSTATE_BOUNDED)
/* Params outside of their bounds are moved to the nearest first; a gradient counts where bounds let params go down it. */
#endif
#if defined(COSTATE_X_BOUNDED)
/* X outside of its bounds is moved to the nearest first; a gradient counts where bounds let x go down it. */
#endif
#if defined(COSTATE_X_LEARNT)
int costate_train_step(size_t n, costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work);
#else
int costate_train_step(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work);
#endif

/*@ train_lbfgs all_finite take align gradient copy clear sqrt */
#define COSTATE_MOST_TRIALS      200
#define COSTATE_MOST_REFINEMENTS 20
#if defined(COSTATE_REAL_FLOAT)
#define COSTATE_EPSILON COSTATE_C(1.1920928955078125e-07)
#else
#define COSTATE_EPSILON COSTATE_C(2.220446049250313e-16)
#endif

/* A step under way, from u with gradient g along d. All arrays have `count` unknowns but alpha[COSTATE_MEMORY] and
 * block[COSTATE_BLOCK]. */
struct costate_search {
    size_t count; /* of params, and where x is learnt of x behind them */
    costate_real *moves, *changes; /* of the training, [COSTATE_MEMORY][count] */
    /*? x_learnt */
    costate_real *x;
    /*? end */
    const costate_real *u;
    costate_real *g, *d, *trial, *gradient, *best; /* gradient: at the trial; best: at the best trial so far */
    costate_real *alpha, *block;
    /*? HELD */
    costate_real *open, *moving; /* 1 where no bound holds u; where none has stopped the trial; else 0 */
    /*? end */
    costate_real objective; /* at u */
};

/* A point of the path: t, the objective there and its slope. */
struct costate_point {
    costate_real t, objective, slope;
    int finite;
};

/* Where the next trial is to be, by J. J. More and D. J. Thuente (ACM Trans. Math. Software 20, 1994). */
struct costate_interval {
    struct costate_point low, other;        /* the lower end, and the other one where it is bracketed */
    int bracketed, rising;                  /* rising: a trial was low enough, and went up there */
    costate_real objective, decrease;       /* at the start; the slope of the line that a trial has to be below */
    costate_real width, before;             /* of the last two brackets; 0: not yet */
    costate_real limit;                     /* from here on it is not finite; 0: nowhere known */
};

#if defined(COSTATE_X_LEARNT)
void costate_train_start(size_t n, costate_real *x_memory, struct costate_training *training)
{
    training->samples = n;
    training->x_memory = x_memory;
    if (x_memory)
        costate_clear(COSTATE_TRAINING_X_REALS(n), x_memory);
#else
void costate_train_start(struct costate_training *training)
{
    costate_clear(COSTATE_MEMORY * COSTATE_PARAMETERS, training->moves[0]);
    costate_clear(COSTATE_MEMORY * COSTATE_PARAMETERS, training->changes[0]);
#endif
    training->objective = 0;
    training->step = COSTATE_FIRST_STEP;
    training->iteration = 0;
    training->known = 0;
}

static costate_real costate_size(costate_real x)
{
    return x < 0 ? -x : x;
}

static costate_real costate_root(const struct costate_search *search, costate_real x)
{
    for (size_t i = 0; i < COSTATE_BLOCK; i++)
        search->block[i] = x;
    costate_sqrt(COSTATE_BLOCK, search->block, search->block);
    return search->block[0];
}

/* Over what no bound holds. */
static costate_real costate_along(const struct costate_search *search, const costate_real *a, const costate_real *b)
{
    costate_real sum = 0;
    for (size_t i = 0; i < search->count; i++)
        sum += /*?-HELD*/search->open[i] * /*?-*/a[i] * b[i];
    return sum;
}

static void costate_go(const struct costate_search *search, costate_real factor, const costate_real *a, costate_real *sum)
{
    for (size_t i = 0; i < search->count; i++)
        sum[i] += /*?-HELD*/search->open[i] * /*?-*/factor * a[i];
}

/* The direction down: -H g with H from the first `pairs` of the pairs, as far as they show positive curvature. Did any? */
static int costate_direct(const struct costate_search *search, size_t pairs)
{
    costate_real *const d = search->d, scale = 0;
    for (size_t i = 0; i < search->count; i++)
        d[i] = -/*?-HELD*/search->open[i] * /*?-*/search->g[i];
    for (size_t k = pairs; k-- > 0;) {
        const costate_real *const s = search->moves + k * search->count, *const y = search->changes + k * search->count;
        const costate_real product = costate_along(search, s, y), square = costate_along(search, y, y);
        if (!(product > COSTATE_EPSILON * square))
            continue;
        if (!(scale > 0))
            scale = product / square;
        search->alpha[k] = costate_along(search, s, d) / product;
        costate_go(search, -search->alpha[k], y, d);
    }
    for (size_t i = 0; i < search->count && scale > 0; i++)
        d[i] *= scale;
    for (size_t k = 0; k < pairs; k++) {
        const costate_real *const s = search->moves + k * search->count, *const y = search->changes + k * search->count;
        const costate_real product = costate_along(search, s, y), square = costate_along(search, y, y);
        if (product > COSTATE_EPSILON * square)
            costate_go(search, search->alpha[k] - costate_along(search, y, d) / product, s, d);
    }
    return scale > 0;
}

/* The trial u + t d within the bounds: is it another point than u? */
static int costate_move(const struct costate_search *search, costate_real t)
{
    for (size_t i = 0; i < search->count; i++)
        search->trial[i] = search->u[i] + t * search->d[i];
#if defined(COSTATE_HELD)
    costate_copy(search->count, search->moving, search->trial);
    /*? BOUNDED */
    costate_clamp(search->trial);
    /*? X_BOUNDED */
    costate_clamp_inputs(search->count - COSTATE_PARAMETERS, search->trial + COSTATE_PARAMETERS);
    /*? HELD */
    for (size_t i = 0; i < search->count; i++)
        search->moving[i] = search->moving[i] < search->trial[i] || search->moving[i] > search->trial[i] ? 0 : 1;
    /*? end */
#endif
    for (size_t i = 0; i < search->count; i++)
        if (search->trial[i] < search->u[i] || search->trial[i] > search->u[i])
            return 1;
    return 0;
}

/* The slope of the path at the trial. */
static costate_real costate_slope(const struct costate_search *search)
{
    costate_real slope = 0;
    for (size_t i = 0; i < search->count; i++)
        slope += /*?-HELD*/search->moving[i] * /*?-*/search->gradient[i] * search->d[i];
    return slope;
}

/* Wolfe's first condition, or at rounding level that of Hager and Zhang. */
static int costate_is_low(const struct costate_search *search, const struct costate_point *start,
                          const struct costate_point *point)
{
    costate_real descent = 0;
    for (size_t i = 0; i < search->count; i++)
        descent += search->g[i] * (search->trial[i] - search->u[i]);
    if (!point->finite || !(descent < 0))
        return 0;
    return point->objective <= start->objective + COSTATE_C(1e-4) * descent ||
           (point->objective <= start->objective && point->slope <= COSTATE_C(-0.9998) * start->slope &&
            point->slope >= COSTATE_C(0.9) * start->slope);
}

static costate_real costate_larger(costate_real a, costate_real b)
{
    return a < b ? b : a;
}

static costate_real costate_smaller(costate_real a, costate_real b)
{
    return b < a ? b : a;
}

/* Where the cubic through both points is least, as a share of the way from one to the other; 0: nowhere. */
static costate_real costate_cubic(const struct costate_search *search, const struct costate_point *from,
                                  const struct costate_point *to)
{
    const costate_real way = to->t - from->t, theta = 3 * (from->objective - to->objective) / way + from->slope + to->slope;
    const costate_real size = costate_larger(costate_size(theta), costate_larger(costate_size(from->slope), costate_size(to->slope)));
    const costate_real square = theta / size * (theta / size) - from->slope / size * (to->slope / size);
    if (!(square > 0))
        return 0;
    const costate_real length = size * costate_root(search, square), root = way < 0 ? -length : length;
    return (root - from->slope + theta) / (root - from->slope + root + to->slope);
}

/* Where the line through both slopes is 0, as such a share. */
static costate_real costate_secant(const struct costate_point *from, const struct costate_point *to)
{
    return from->slope / (from->slope - to->slope);
}

/* Where the parabola through both points with the slope of the first is least, as such a share. */
static costate_real costate_parabola(const struct costate_point *from, const struct costate_point *to)
{
    return from->slope / ((from->objective - to->objective) / (to->t - from->t) + from->slope) / 2;
}

/* The slope has the same sign and is smaller: the farther of two guesses, of those that are not too near or too far;
 * where it is bracketed the nearer one, but no more than two thirds of the way to the other end. */
static costate_real costate_go_on(const struct costate_search *search, int bracketed, const struct costate_point *low,
                                  const struct costate_point *other, const struct costate_point *trial)
{
    const costate_real ahead = trial->t - low->t, share = costate_cubic(search, trial, low);
    const costate_real line = trial->t - costate_secant(trial, low) * ahead, most = trial->t + 4 * ahead;
    const costate_real least = low->t > 0 ? trial->t + COSTATE_C(1.1) * ahead : trial->t;
    const costate_real curve = share < 0 ? trial->t - share * ahead : bracketed ? other->t : most;
    const int nearer = costate_size(curve - trial->t) < costate_size(line - trial->t);
    if (!bracketed)
        return costate_smaller(most, costate_larger(least, nearer ? line : curve));
    const costate_real farthest = trial->t + COSTATE_C(0.66) * (other->t - trial->t), next = nearer ? curve : line;
    return ahead > 0 ? costate_smaller(farthest, next) : costate_larger(farthest, next);
}

static int costate_turns(const struct costate_point *low, const struct costate_point *trial)
{
    return low->slope < 0 ? trial->slope > 0 : trial->slope < 0;
}

/* The next trial by the ends and the trial, of objectives that may be those less a line. */
static costate_real costate_guess(const struct costate_search *search, struct costate_interval *interval,
                                  const struct costate_point *low, const struct costate_point *other,
                                  const struct costate_point *trial)
{
    const costate_real ahead = trial->t - low->t;
    if (trial->objective > low->objective) {
        const costate_real curve = costate_cubic(search, low, trial), arc = costate_parabola(low, trial);
        interval->bracketed = 1;
        return low->t + ahead * (costate_size(curve) < costate_size(arc) ? curve : (curve + arc) / 2);
    }
    if (costate_turns(low, trial)) {
        const costate_real curve = costate_cubic(search, trial, low), line = costate_secant(trial, low);
        interval->bracketed = 1;
        return trial->t - ahead * (costate_size(curve) > costate_size(line) ? curve : line);
    }
    if (costate_size(trial->slope) < costate_size(low->slope))
        return costate_go_on(search, interval->bracketed, low, other, trial);
    return interval->bracketed ? trial->t + costate_cubic(search, trial, other) * (other->t - trial->t) : trial->t + 4 * ahead;
}

/* The point of the objective less the line that a trial has to be below. */
static struct costate_point costate_less_line(const struct costate_interval *interval, const struct costate_point *point)
{
    struct costate_point less = *point;
    less.objective -= point->t * interval->decrease;
    less.slope -= interval->decrease;
    return less;
}

/* The guess, after which the trial is one of the ends. */
static costate_real costate_end(const struct costate_search *search, struct costate_interval *interval,
                                const struct costate_point *low, const struct costate_point *other,
                                const struct costate_point *point, const struct costate_point *trial)
{
    const costate_real next = costate_guess(search, interval, low, other, point);
    if (point->objective > low->objective) {
        interval->other = *trial;
        return next;
    }
    if (costate_turns(low, point))
        interval->other = interval->low;
    interval->low = *trial;
    return next;
}

/* Halves a bracket that two trials have not made a third smaller. */
static costate_real costate_within(struct costate_interval *interval, costate_real next)
{
    const costate_real low = interval->low.t, high = interval->other.t, width = costate_size(high - low);
    const int slow = interval->before > 0 && width >= COSTATE_C(0.66) * interval->before;
    interval->before = interval->width;
    interval->width = width;
    return !slow && next > costate_smaller(low, high) && next < costate_larger(low, high) ? next : low + (high - low) / 2;
}

/* Where the next trial is to be, after that one. */
static costate_real costate_next(const struct costate_search *search, struct costate_interval *interval,
                                 const struct costate_point *trial)
{
    if (!trial->finite) {
        interval->limit = trial->t;
        return interval->low.t + (trial->t - interval->low.t) / 10;
    }
    const struct costate_point low = interval->low, other = interval->other;
    const costate_real line = interval->objective + trial->t * interval->decrease;
    costate_real next;
    if (trial->objective <= line && trial->slope >= 0)
        interval->rising = 1;
    if (!interval->rising && trial->objective <= low.objective && trial->objective > line) {
        const struct costate_point a = costate_less_line(interval, &low), b = costate_less_line(interval, &other),
                                   c = costate_less_line(interval, trial);
        next = costate_end(search, interval, &a, &b, &c, trial);
    } else {
        next = costate_end(search, interval, &low, &other, trial, trial);
    }
    if (interval->bracketed)
        return costate_within(interval, next);
    return !(interval->limit > 0) || next < interval->limit ? next : (interval->low.t + interval->limit) / 2;
}

/* Is it bracketed to a tenth of its distance? */
static int costate_narrow(const struct costate_interval *interval)
{
    const costate_real low = interval->low.t, high = interval->other.t;
    return interval->bracketed && costate_size(high - low) <= COSTATE_C(0.1) * costate_larger(low, high);
}

/* The trial is taken; its pair is kept where its curvature is positive, and alone after a search without pairs. */
static void costate_accept(const struct costate_search *search, struct costate_training *training, costate_real *params, int with_pairs)
{
    const size_t count = search->count, newest = (COSTATE_MEMORY - 1) * count;
    costate_real *const s = search->d, *const y = search->best, product = 0, square = 0;
    for (size_t i = 0; i < count; i++) {
        const costate_real slope = y[i];
        s[i] = search->trial[i] - search->u[i];
        y[i] -= search->g[i];
        search->g[i] = slope;
        product += s[i] * y[i];
        square += y[i] * y[i];
    }
    if (!with_pairs) {
        costate_clear(COSTATE_MEMORY * count, search->moves);
        costate_clear(COSTATE_MEMORY * count, search->changes);
    }
    if (product > COSTATE_EPSILON * square) {
        costate_copy(newest, search->moves, search->moves + count); /* upwards, an entry after the other */
        costate_copy(newest, search->changes, search->changes + count);
        costate_copy(count, search->moves + newest, s);
        costate_copy(count, search->changes + newest, y);
    }
    costate_copy(COSTATE_PARAMETERS, params, search->trial);
    /*? x_learnt */
    costate_copy(count - COSTATE_PARAMETERS, search->x, search->trial + COSTATE_PARAMETERS);
    /*? end */
    training->iteration++;
    training->known = 1;
}

/* Along d until Wolfe's strong conditions hold, or for a lower point as long as it takes. 0, or 4: there is none. */
static int costate_find(const struct costate_search *search, size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real t,
                          int with_pairs, costate_real *params, struct costate_training *training, costate_real *free)
{
    const struct costate_point start = {0, search->objective, costate_along(search, search->g, search->d), 1};
    struct costate_interval interval = {start, start, 0, 0, start.objective, COSTATE_C(1e-4) * start.slope, 0, 0, 0};
    costate_real best = 0, best_objective = 0;
    for (int tried = 0; tried < (best > 0 ? COSTATE_MOST_REFINEMENTS : COSTATE_MOST_TRIALS) && costate_move(search, t); tried++) {
        struct costate_point point = {t, 0, 0, 0};
#if defined(COSTATE_X_LEARNT)
        x = search->trial + COSTATE_PARAMETERS;
        costate_gradient(n, x, /*?signals*/ signals, /*?loss*/ target, search->trial, &point.objective, search->gradient + COSTATE_PARAMETERS, search->gradient, free);
#else
        costate_gradient(n, x, /*?signals*/ signals, /*?loss*/ target, search->trial, &point.objective, /*?x_learnt*/ NULL, search->gradient, free);
#endif
        point.slope = costate_slope(search);
        point.finite = costate_all_finite(1, &point.objective) && costate_all_finite(search->count, search->gradient);
        const int low_here = costate_is_low(search, &start, &point);
        const int best_here = low_here && (!(best > 0) || point.objective <= best_objective);
        if (best_here) {
            best = t;
            best_objective = point.objective;
            costate_copy(search->count, search->best, search->gradient);
        }
        if (best_here && costate_size(point.slope) <= COSTATE_C(0.9) * costate_size(start.slope))
            break;
        const costate_real next = costate_next(search, &interval, &point);
        if ((!(next < t) && !(next > t)) || (best > 0 && costate_narrow(&interval)))
            break;
        t = next;
    }
    if (!(best > 0))
        return 4;
    costate_move(search, best);
    training->objective = best_objective;
    training->step = best;
    costate_accept(search, training, params, with_pairs);
    return 0;
}

/*? HELD */
/* How far the bounds let unknown i go down its derivative g from u; g where there are none. */
static costate_real costate_room(const struct costate_search *search, size_t i)
{
    const costate_real u = search->u[i], g = search->g[i];
    /*? BOUNDED */
    const size_t k = i - COSTATE_BOUNDED_FIRST;
    if (k < COSTATE_BOUNDED_COUNT)
        return g > 0 ? u - costate_lower[k] : costate_upper[k] - u;
    /*? X_BOUNDED */
    if (i >= COSTATE_PARAMETERS)
        return g > 0 ? u - costate_x_lower[(i - COSTATE_PARAMETERS) % COSTATE_INPUTS] : costate_x_upper[(i - COSTATE_PARAMETERS) % COSTATE_INPUTS] - u;
    /*? HELD */
    return costate_size(g);
}

/*? end */
/* The largest entry of the way from u down its gradient that the bounds leave. */
static costate_real costate_steepness(const struct costate_search *search)
{
    costate_real largest = 0;
    for (size_t i = 0; i < search->count; i++) {
        costate_real way = costate_size(search->g[i]);
#if defined(COSTATE_HELD)
        const costate_real room = costate_room(search, i);
        way = room < way ? room : way;
#endif
        largest = way > largest ? way : largest;
    }
    return largest;
}

/* Memory for one array of a search. */
static costate_real *costate_take_unknowns(/*?-x_learnt*/const struct costate_search *search, /*?-*/costate_real **memory)
{
#if defined(COSTATE_X_LEARNT)
    costate_real *const taken = *memory;
    *memory += search->count;
    return taken;
#else
    return costate_take(memory, (COSTATE_PARAMETERS + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
#endif
}

#if defined(COSTATE_X_LEARNT)
int costate_train_step(size_t n, costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work)
#else
int costate_train_step(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, costate_real *params,
                       struct costate_training *training, void *work)
#endif
{
    if (!params || !training || !work || (n > 0 && (!x/*?-signals*/ || !signals/*?-*//*?-loss*/ || !target/*?-*/)))
        return 1;
    costate_real *free = costate_align(work);
    struct costate_search search;
#if defined(COSTATE_X_LEARNT)
    if (n != training->samples || !training->x_memory)
        return 1;
    const size_t inputs = n * COSTATE_INPUTS;
    search.count = COSTATE_PARAMETERS + inputs;
    search.moves = training->x_memory;
    search.changes = search.moves + COSTATE_MEMORY * search.count;
    costate_real *next = search.changes + COSTATE_MEMORY * search.count, **const memory = &next;
    costate_real *const u = costate_take_unknowns(&search, memory);
    search.x = x;
    search.u = u;
    search.g = costate_take_unknowns(&search, memory);
#else
    costate_real **const memory = &free;
    search.count = COSTATE_PARAMETERS;
    search.moves = training->moves[0];
    search.changes = training->changes[0];
    search.u = params;
    search.g = training->gradient;
#endif
    search.d = costate_take_unknowns(/*?-x_learnt*/&search, /*?-*/memory);
    search.trial = costate_take_unknowns(/*?-x_learnt*/&search, /*?-*/memory);
    search.gradient = costate_take_unknowns(/*?-x_learnt*/&search, /*?-*/memory);
    search.best = costate_take_unknowns(/*?-x_learnt*/&search, /*?-*/memory);
    /*? HELD */
    search.open = costate_take_unknowns(/*?-x_learnt*/&search, /*?-*/memory);
    search.moving = costate_take_unknowns(/*?-x_learnt*/&search, /*?-*/memory);
    /*? end */
    search.alpha = costate_take(&free, (COSTATE_MEMORY + COSTATE_BLOCK - 1) / COSTATE_BLOCK);
    search.block = costate_take(&free, 1);
#if defined(COSTATE_BOUNDED)
    costate_clamp(params);
#endif
#if defined(COSTATE_X_BOUNDED)
    costate_clamp_inputs(inputs, x);
#endif
#if defined(COSTATE_X_LEARNT)
    costate_copy(COSTATE_PARAMETERS, u, params);
    costate_copy(inputs, u + COSTATE_PARAMETERS, x);
#endif
    search.objective = training->objective;
    if (!training->known)
#if defined(COSTATE_X_LEARNT)
        costate_gradient(n, x, /*?signals*/ signals, /*?loss*/ target, params, &search.objective, search.g + COSTATE_PARAMETERS, search.g, free);
#else
        costate_gradient(n, x, /*?signals*/ signals, /*?loss*/ target, params, &search.objective, /*?x_learnt*/ NULL, search.g, free);
#endif
    training->known = 0;
    if (!costate_all_finite(1, &search.objective) || !costate_all_finite(search.count, search.g))
        return 3;
    int zero = 1;
    for (size_t i = 0; i < search.count; i++) {
        const int flat = !(search.g[i] < 0 || search.g[i] > 0);
        /*? HELD */
        search.open[i] = flat || costate_room(&search, i) > 0 ? 1 : 0;
        /*? end */
        zero = zero && (flat/*?-HELD*/ || !(search.open[i] > 0)/*?-*/);
    }
    if (zero)
        return 2;
    const costate_real size = costate_size(search.objective);
    if (costate_steepness(&search) <= COSTATE_TOLERANCE * (size > 1 ? size : 1))
        return 5;
    const int pairs = costate_direct(&search, COSTATE_MEMORY);
    const costate_real promise = -costate_along(&search, search.g, search.d) / 2;
    if (pairs && promise >= 0 && promise <= COSTATE_TOLERANCE * size)
        return 5;
    if (pairs && promise > 0 && costate_all_finite(1, &promise) &&
        !costate_find(&search, n, x, /*?signals*/ signals, /*?loss*/ target, 1, 1, params, training, free))
        return 0;
    costate_direct(&search, 0);
    const costate_real length = costate_root(&search, costate_along(&search, search.g, search.g));
    return costate_find(&search, n, x, /*?signals*/ signals, /*?loss*/ target, length > 1 ? 1 / length : 1, 0, params, training, free);
}
