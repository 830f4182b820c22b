/* Newton's method in a trust region. One iteration from u, with g the gradient there and H the Hessian, of which only
 * exact products are needed: s makes m(s) = <g, s> + <s, H s> / 2 small with |s| <= radius and u + s within the bounds,
 * by conjugate gradients (T. Steihaug, SIAM J. Numer. Anal. 20, 1983), which end at the edge of the region or go there
 * along a direction of negative curvature. Parameters that their bound holds stay; one that meets its bound on the way
 * stays from there on, and the others go on from that point, so that m goes down with every product (A. R. Conn,
 * N. I. M. Gould, Ph. L. Toint, Trust-Region Methods, 2000, chapter 12). u + s is accepted where the objective goes
 * down by more than 1e-4 of what m promises; else the radius is a quarter of |s|. The step is the radius. */
#include "runtime/train/point.h"

#include "runtime/number/reals.h"

#include <math.h>
#include <string.h>

enum { MOST_PRODUCTS = 250 };

/* The search for s. Arrays are [n], those of Train.work. */
typedef struct {
    Train *train;
    size_t n;
    double *s, *slope; /* the slope of m there: g + H s */
    double *free;      /* 1 where s may go on, else 0 */
    double *way, *product;
    double radius, value; /* value: m(s) */
} Search;

/* How the next step along the way ends. */
typedef enum { END_LEAST, END_BOUND, END_EDGE, END_UNKNOWN } End;

/* The square of the slope where s may go on. */
static double steepness(const Search *search)
{
    double sum = 0;
    for (size_t i = 0; i < search->n; i++)
        sum += search->free[i] * search->slope[i] * search->slope[i];
    return sum;
}

/* way = -slope + beta way */
static void turn(Search *search, double beta)
{
    for (size_t i = 0; i < search->n; i++)
        search->way[i] = search->free[i] * (beta * search->way[i] - search->slope[i]);
}

static void begin(Search *search)
{
    const Train *train = search->train;
    size_t size = search->n * sizeof(double);
    search->value = 0;
    memset(search->s, 0, size);
    memcpy(search->slope, train->gradient, size);
    for (size_t i = 0; i < search->n; i++)
        search->free[i] = !train_held(train, i);
    turn(search, 0);
}

/* How far along the way the edge of the region is: the larger root of |s + t way| = radius. */
static double far_edge(const Search *search)
{
    double a = reals_dot(search->n, search->way, search->way), b = reals_dot(search->n, search->s, search->way);
    double c = reals_dot(search->n, search->s, search->s) - search->radius * search->radius;
    double root = sqrt(fmax(b * b - a * c, 0));
    return fmax(b > 0 ? -c / (b + root) : (root - b) / a, 0);
}

/* How far along the way parameter i meets a bound. */
static double far_bound(const Search *search, size_t i)
{
    const TrainSettings *settings = &search->train->settings;
    double way = search->way[i];
    if (i >= settings->bounded || way == 0)
        return INFINITY;
    double limit = way < 0 ? settings->lower[i] : settings->upper[i];
    return fmax((limit - search->train->state.params[i] - search->s[i]) / way, 0);
}

static double nearest_bound(const Search *search)
{
    double nearest = INFINITY;
    for (size_t i = 0; i < search->n; i++)
        nearest = fmin(nearest, far_bound(search, i));
    return nearest;
}

static void stop_at_bounds(Search *search, double far)
{
    for (size_t i = 0; i < search->n; i++)
        if (far_bound(search, i) <= far)
            search->free[i] = 0;
}

/* One step along the way, whose product with H is known; with a curvature that is no number down to the edge of the
 * region or the next bound. */
static End advance(Search *search)
{
    size_t n = search->n;
    double curvature = reals_dot(n, search->way, search->product), down = reals_dot(n, search->slope, search->way);
    bool known = reals_finite(search->product, n) && isfinite(curvature);
    double least = known && curvature > 0 ? -down / curvature : INFINITY;
    double edge = far_edge(search), bound = nearest_bound(search), far = fmin(fmin(least, edge), bound);
    if (!known && search->value < 0)
        return END_UNKNOWN;
    if (bound <= far)
        stop_at_bounds(search, far);
    for (size_t i = 0; i < n; i++) {
        search->s[i] += far * search->way[i];
        search->slope[i] += known ? far * search->product[i] : 0;
    }
    search->value += far * down + (known ? far * far / 2 * curvature : 0);
    return !known ? END_UNKNOWN : edge <= far ? END_EDGE : bound <= far ? END_BOUND : END_LEAST;
}

/* false: the product could not be evaluated. */
static bool find_step(Search *search)
{
    begin(search);
    double square = steepness(search), goal = square * fmin(0.01, sqrt(square));
    End end = END_LEAST;
    for (int k = 0; k < MOST_PRODUCTS && square > goal && (end == END_LEAST || end == END_BOUND); k++) {
        if (!train_product(search->train, search->way, search->product))
            return false;
        end = advance(search);
        double next = steepness(search);
        turn(search, end == END_LEAST ? next / square : 0);
        square = next;
    }
    return true;
}

/* The trial u + s, at their bounds exactly where parameters stopped there. */
static void take_step(const Search *search)
{
    Train *train = search->train;
    const TrainSettings *settings = &train->settings;
    for (size_t i = 0; i < search->n; i++) {
        bool stopped = i < settings->bounded && search->free[i] == 0 && search->s[i] != 0;
        train->trial[i] = !stopped           ? train->state.params[i] + search->s[i]
                          : search->s[i] < 0 ? settings->lower[i]
                                             : settings->upper[i];
    }
    train_project(train, train->trial);
}

/* Most first trials are accepted, and then the next iteration needs the gradient there. */
static TrainResult search_region(Search *search)
{
    Train *train = search->train;
    for (int trial = 0; trial < TRAIN_MOST_TRIALS; trial++) {
        Evaluation evaluation;
        if (!find_step(search))
            return TRAIN_FAILED;
        if (train_promises_little(train, -search->value))
            return TRAIN_SMALL_DECREASE;
        take_step(search);
        if (!train_evaluate(train, train->trial, &evaluation, trial ? NULL : train->trial_gradient))
            return TRAIN_FAILED;
        double share = (train->state.evaluation.objective - evaluation.objective) / -search->value;
        double length = reals_norm(search->n, search->s);
        search->radius = train_next_radius(search->radius, length, share);
        if (train_goes_down(&evaluation, share)) {
            train_accept(train, &evaluation, search->radius, !trial);
            return TRAIN_RUNNING;
        }
    }
    return TRAIN_REJECTED_TOO_OFTEN;
}

static TrainResult iterate(Train *train)
{
    size_t n = train->objective->parameters;
    double *work = train->work;
    Search search = {.train = train,
                     .n = n,
                     .s = work,
                     .slope = work + n,
                     .free = work + 2 * n,
                     .way = work + 3 * n,
                     .product = work + 4 * n,
                     .radius = train->state.step};
    TrainResult result = train_prepare_above(train, train->settings.spec.tolerance);
    if (result != TRAIN_RUNNING)
        return result;
    return search_region(&search);
}

static size_t work(size_t parameters)
{
    return 5 * parameters;
}

const TrainMethod train_newton = {.iterate = iterate, .work = work};
