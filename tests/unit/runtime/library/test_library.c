/* libcostate as a C program sees it. */
#include "runtime/library/costate.h"
#include "runtime/solver/guest.h"
#include "tests/unit/fixture.h"

#include <gmp.h>
#include <math.h>
#include <pthread.h>
#include <sys/resource.h>

TestSuite(library, .init = fixture_open, .fini = fixture_close);

static const char small[] = "return network { name = 'small', inputs = 2, layers = 4, method = 'kutta3',\n"
                            "  activation = 'tanh', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared',\n"
                            "  data = { 'donut2d', samples = 600 }, train = { %s } }\n";
static const char armijo[] = "search = 'armijo'", adam[] = "algorithm = 'adam', rate = 0.01, batch = 50";

static const char *spec(const char *training)
{
    return fixture_text("small.lua", text_print(arena, small, training));
}

static costate *load(const char *training)
{
    costate *net = costate_load(spec(training), NULL, 1);
    cr_assert_null(costate_error(net), "%s", costate_error(net));
    return net;
}

static void train(costate *net, size_t iterations)
{
    cr_assert_eq(costate_train(net, 0, NULL, NULL, iterations, NULL, NULL), 1, "%s", costate_error(net));
}

static void expect_same_params(costate *a, costate *b)
{
    cr_expect_arr_eq(costate_params(a), costate_params(b), costate_parameters(a) * sizeof(double));
}

/* A start outside of the bounds is moved into them, and so are parameters that are set between two calls. */
Test(library, bounds_are_kept)
{
    const char *training[] = {"algorithm = 'lbfgs' }, bounds = { K = { -0.25, 0.5 } ",
                              "search = 'armijo' }, bounds = { K = { -0.25, 0.5 } ",
                              "search = 'lipschitz' }, bounds = "
                              "{ K = { -0.25, 0.5 } "};
    for (size_t k = 0; k < 3; k++) {
        costate *net = load(training[k]);
        for (int again = 0; again < 2; again++) {
            costate_params(net)[0] = again ? -3 : 7;
            train(net, 5);
            for (size_t i = 0; i < 16; i++)
                cr_expect(costate_params(net)[i] >= -0.25 && costate_params(net)[i] <= 0.5);
        }
        costate_free(net);
    }
}

Test(library, sizes_and_tensors)
{
    costate *net = costate_load(spec(armijo), "{ layers = 3, width = 4 }", 0);
    size_t offset, size;
    cr_expect_eq(costate_inputs(net), 2);
    cr_expect_eq(costate_outputs(net), 1);
    cr_expect_eq(costate_parameters(net), 3 * 16 + 3 * 4 + 3 + 4 + 1);
    cr_expect_eq(costate_tensor(net, "dt", &offset, &size), 1);
    cr_expect_eq(offset, 60);
    cr_expect_eq(size, 3);
    cr_expect_eq(costate_tensor(net, "Q", &offset, &size), 0);
    costate_free(net);
}

/* The gradient is the objective's, by central differences over every parameter that is learnt. */
Test(library, gradient)
{
    static const double x[3][2] = {{0.1, 0.2}, {-0.5, 0.3}, {0.7, -0.9}}, target[3] = {0, 1, 1}, h = 1e-5;
    costate *net = load(armijo);
    size_t offset, size, parameters = costate_parameters(net);
    double objective, above, below, *gradient = ARENA_ARRAY(arena, parameters, double), *params = costate_params(net);
    cr_assert_eq(costate_gradient(net, 3, x[0], target, &objective, gradient), 1);
    cr_assert_eq(costate_tensor(net, "dt", &offset, &size), 1);
    for (size_t i = 0; i < parameters; i++) {
        double before = params[i];
        params[i] = before + h;
        cr_assert_eq(costate_gradient(net, 3, x[0], target, &above, NULL), 1);
        params[i] = before - h;
        cr_assert_eq(costate_gradient(net, 3, x[0], target, &below, NULL), 1);
        params[i] = before;
        double expected = i >= offset && i < offset + size ? 0 : (above - below) / (2 * h);
        cr_expect_float_eq(gradient[i], expected, 1e-9, "%zu: %g, not %g", i, gradient[i], expected);
    }
    costate_free(net);
}

/* How the gradient moves. */
Test(library, hessian)
{
    static const double x[3][2] = {{0.1, 0.2}, {-0.5, 0.3}, {0.7, -0.9}}, target[3] = {0, 1, 1}, h = 1e-5;
    costate *net = load(armijo);
    size_t offset, size, count = costate_parameters(net);
    double objective, *params = costate_params(net), *sides[2];
    double *direction = ARENA_ARRAY(arena, count, double), *product = ARENA_ARRAY(arena, count, double);
    cr_assert_eq(costate_tensor(net, "dt", &offset, &size), 1);
    for (size_t i = 0; i < count; i++)
        direction[i] = cos((double)i);
    cr_assert_eq(costate_hessian(net, 3, x[0], target, direction, product), 1, "%s", costate_error(net));
    for (int side = 0; side < 2; side++) {
        sides[side] = ARENA_ARRAY(arena, count, double);
        for (size_t i = 0; i < count; i++)
            params[i] += (side ? -2 * h : h) * (i >= offset && i < offset + size ? 0 : direction[i]);
        cr_assert_eq(costate_gradient(net, 3, x[0], target, &objective, sides[side]), 1);
    }
    for (size_t i = 0; i < count; i++)
        cr_expect_float_eq(product[i], (sides[0][i] - sides[1][i]) / (2 * h), 1e-8, "%zu: %g", i, product[i]);
    cr_expect_eq(costate_hessian(net, 3, x[0], NULL, direction, product), 0);
    cr_expect_str_eq(costate_error(net), "this network has a loss, which needs targets\n");
    costate_free(net);
}

/* Those of a line through five points: t s sqrt(1/5 + (x - mean)^2 / sum of squares), with 3 degrees of freedom. */
Test(library, bands_of_a_line)
{
    static const double x[] = {-2, -1, 0, 1, 2}, target[] = {-1.8, -1.3, 0.2, 0.8, 2.3}, at[] = {0, 1.5, 3};
    costate *net = costate_load(
        fixture_text(
            "line.lua",
            "return network { name = 'line', inputs = 1, layers = 1, method = 'euler', init = { K = 0, W = 1 },\n"
            "  activation = 'tanh', head = { outputs = 1, link = 'identity' }, loss = 'squared',\n"
            "  learn = { 'W', 'mu' }, train = { algorithm = 'gaussnewton' } }\n"),
        NULL, 1);
    double half[3], sum = 0, mean = 0, squares = 0;
    cr_expect_eq(costate_bands(net, 3, at, half), 0);
    cr_expect_str_eq(costate_error(net), "predictions have no bands: train by \"gaussnewton\" first\n");
    cr_assert_eq(costate_train(net, 5, x, target, 100, NULL, NULL), 1, "%s", costate_error(net));
    cr_assert_eq(costate_bands(net, 3, at, half), 1, "%s", costate_error(net));
    for (int i = 0; i < 5; i++) {
        sum += x[i] * target[i] / 10;
        mean += target[i] / 5;
    }
    for (int i = 0; i < 5; i++)
        squares += pow(target[i] - mean - sum * x[i], 2);
    for (int i = 0; i < 3; i++)
        cr_expect_float_eq(half[i], 3.1824463052837078 * sqrt(squares / 3 * (0.2 + at[i] * at[i] / 10)), 1e-7);
    costate_params(net)[0] += 1;
    cr_expect_eq(costate_bands(net, 3, at, half), 0);
    cr_expect_str_eq(costate_error(net),
                     "predictions have no bands: the parameters have changed since their training\n");
    costate_free(net);
}

/* Of the squared loss, summed over the samples. */
Test(library, predictions_make_the_objective)
{
    static const double x[3][2] = {{0.1, 0.2}, {-0.5, 0.3}, {0.7, -0.9}}, target[3] = {0, 1, 1};
    costate *net = load(armijo);
    double p[3], objective, sum = 0;
    cr_assert_eq(costate_gradient(net, 3, x[0], target, &objective, NULL), 1);
    cr_assert_eq(costate_predict(net, 3, x[0], p), 1);
    for (int i = 0; i < 3; i++)
        sum += (p[i] - target[i]) * (p[i] - target[i]) / 2;
    cr_expect_float_eq(sum, objective, 1e-15);
    costate_free(net);
}

/* libtcc, which exits where it finds none. */
Test(library, memory_that_libtcc_does_not_find_is_an_error)
{
    for (size_t n = 1; n < 200; n += 20) {
        guest_fail_at(n);
        costate *net = costate_load(spec(armijo), NULL, 1);
        guest_fail_at(0);
        cr_expect_str_eq(costate_error(net), "out of memory\n");
        costate_free(net);
    }
    costate_free(load(armijo));
}

static int stop_at_three(void *context, size_t iteration, double objective, double accuracy)
{
    double *last = context;
    cr_expect_lt(objective, *last);
    cr_expect(accuracy >= 0 && accuracy <= 1);
    *last = objective;
    return iteration < 3;
}

Test(library, watch_ends_a_training)
{
    costate *net = load(armijo), *other = load(armijo);
    double objective = INFINITY;
    cr_expect_eq(costate_train(net, 0, NULL, NULL, 100, stop_at_three, &objective), 1);
    train(other, 3);
    expect_same_params(net, other);
    costate_free(net);
    costate_free(other);
}

/* Twice 50 iterations are 100, whoever asks for something else in between; of Adam, epochs. */
Test(library, training_goes_on)
{
    static const char *const trainings[] = {armijo, "search = 'lipschitz'", adam};
    static const double x[2] = {0.1, 0.2};
    double p;
    for (int i = 0; i < 3; i++) {
        costate *whole = load(trainings[i]), *parts = load(trainings[i]);
        train(whole, 100);
        train(parts, 50);
        cr_assert_eq(costate_predict(parts, 1, x, &p), 1);
        train(parts, 50);
        expect_same_params(whole, parts);
        costate_free(whole);
        costate_free(parts);
    }
}

Test(library, parameters_are_saved_and_read)
{
    costate *net = load(armijo), *other = load(armijo);
    train(net, 5);
    cr_expect_eq(costate_save(net, fixture_path("net.safetensors")), 1);
    cr_expect_eq(costate_read(other, fixture_path("net.safetensors")), 1);
    expect_same_params(net, other);
    cr_expect_eq(costate_save(net, "/nowhere/net.safetensors"), 0);
    cr_expect_not_null(strstr(costate_error(net), "/nowhere"));
    train(net, 1);
    cr_expect_null(costate_error(net));
    costate_free(net);
    costate_free(other);
}

Test(library, what_fails_says_why)
{
    static const char missing[] = "no.lua: cannot read: No such file or directory\n";
    double value = 0;
    costate *net = costate_load("no.lua", NULL, 1);
    cr_assert_not_null(net);
    cr_expect_str_eq(costate_error(net), missing);
    cr_expect_eq(costate_parameters(net), 0);
    cr_expect_null(costate_params(net));
    cr_expect_eq(costate_predict(net, 1, &value, &value), 0);
    cr_expect_eq(costate_train(net, 0, NULL, NULL, 1, NULL, NULL), 0);
    cr_expect_str_eq(costate_error(net), missing);
    costate_free(net);
    net = costate_load(spec(armijo), "{ layrs = 3 }", 1);
    cr_expect_not_null(strstr(costate_error(net), "did you mean \"layers\"?"));
    costate_free(net);
    net = load("search = 'armijo', patience = 3");
    cr_expect_eq(costate_train(net, 0, NULL, NULL, 9, NULL, NULL), 0);
    cr_expect_not_null(strstr(costate_error(net), "train.patience is measured on validation samples"));
    costate_free(net);
    net = load(armijo);
    costate_params(net)[0] = NAN;
    cr_expect_eq(costate_train(net, 0, NULL, NULL, 1, NULL, NULL), 0);
    cr_expect_not_null(strstr(costate_error(net), "is not finite at the present parameters: "));
    costate_free(net);
    costate_free(NULL);
}

/* AddressSanitizer needs more memory than this test leaves. */
#if !defined(__SANITIZE_ADDRESS__)
Test(library, memory_that_runs_out_is_an_error_and_not_the_end)
{
    static const double x[2] = {0.1, 0.2};
    double p;
    costate *net = costate_load(spec(armijo), "{ real = 'float' }", 1); /* which copies samples */
    setrlimit(RLIMIT_AS, &(struct rlimit){(rlim_t)1 << 30, (rlim_t)1 << 30});
    void *volatile taken = malloc((size_t)600 << 20); /* what nobody knows of when memory is summed up */
    cr_expect_eq(costate_predict(net, (size_t)5 << 24, x, &p), 0);
    cr_expect_str_eq(costate_error(net), "out of memory\n");
    free(taken);
    cr_expect_eq(costate_predict(net, (size_t)1 << 30, x, &p), 0);
    cr_expect(strstr(costate_error(net), "this needs 12 GiB of memory, and there are 1 GiB; most is for copies of the "
                                         "samples (12 GiB): take fewer samples\n"),
              "%s", costate_error(net));
    cr_expect_eq(costate_predict(net, 1, x, &p), 1);
    cr_expect_null(costate_error(net));
    costate_free(net);
}

/* The caller's samples are his affair; what is copied of them is summed up before any is read. */
Test(library, copies_of_samples_are_summed_up)
{
    static const char much[] = "most is for copies of the samples (";
    static const double x[2] = {0.1, 0.2}, c[2] = {0, 1};
    const size_t count = (size_t)1 << 44;
    double value;
    costate *plain = load(armijo),
            *scaled = costate_load(spec(armijo), "{ data = { 'spiral2d', standardize = true } }", 1),
            *learns = costate_load(spec(armijo), "{ learn = { 'x' } }", 1);
    cr_assert_eq(costate_predict(plain, 1, x, &value), 1);
    cr_expect_eq(costate_predict(scaled, count, x, &value), 0);
    cr_expect(strstr(costate_error(scaled), much), "%s", costate_error(scaled));
    cr_expect_eq(costate_gradient(scaled, count, x, c, &value, NULL), 0);
    cr_expect(strstr(costate_error(scaled), much), "%s", costate_error(scaled));
    cr_expect_eq(costate_train(learns, count, x, c, 1, NULL, NULL), 0);
    cr_expect(strstr(costate_error(learns), much), "%s", costate_error(learns));
    costate_free(plain);
    costate_free(scaled);
    costate_free(learns);
}

/* Also where there is none for what a call begins with: blocks of half its size are all taken. */
Test(library, memory_can_be_gone_before_a_call_begins)
{
    enum { MOST = 1 << 16, BLOCK = 1 << 15 };
    static const double x[2] = {0.1, 0.2};
    static void *blocks[MOST];
    size_t count = 0;
    double p;
    costate *net = load(armijo);
    void *const room[] = {malloc(1 << 16), malloc(1 << 16), malloc(1 << 16), malloc(1 << 16)}, *const end = malloc(1);
    for (size_t i = 0; i < sizeof room / sizeof *room; i++) /* what a call needs, once the blocks are given back */
        free(room[i]);
    setrlimit(RLIMIT_AS, &(struct rlimit){1 << 20, 1 << 20}); /* less than there is: no more is given */
    while (count < MOST && (blocks[count] = malloc(BLOCK)))
        count++;
    int done = costate_predict(net, 1, x, &p);
    while (count > 0)
        free(blocks[--count]);
    cr_expect_eq(done, 0);
    cr_expect_str_eq(costate_error(net), "out of memory\n");
    cr_expect_eq(costate_predict(net, 1, x, &p), 1);
    costate_free(net);
    free(end);
}

/* Any number of calls takes no more memory than one: what is copied here would be 100 MiB. */
Test(library, calls_give_their_memory_back)
{
    enum { SAMPLES = 1 << 16, CALLS = 100, MOST = 20 * 1024 /* KiB */ };
    double *x = ARENA_ARRAY(arena, 2 * SAMPLES, double), *p = ARENA_ARRAY(arena, SAMPLES, double);
    struct rusage before, after;
    costate *net = costate_load(spec(armijo), "{ real = 'float' }", 1); /* which copies samples */
    cr_assert_eq(costate_predict(net, SAMPLES, x, p), 1);
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < CALLS; i++)
        cr_assert_eq(costate_predict(net, SAMPLES, x, p), 1);
    getrusage(RUSAGE_SELF, &after);
    cr_expect_lt(after.ru_maxrss - before.ru_maxrss, MOST);
    costate_free(net);
}

/* So do trainings, whose batches are copied: 50 MiB in all. */
Test(library, trainings_give_their_memory_back)
{
    enum { SAMPLES = 1 << 12, CALLS = 400, MOST = 10 * 1024 /* KiB */ };
    double *x = ARENA_ARRAY(arena, 2 * SAMPLES, double), *c = ARENA_ARRAY(arena, SAMPLES, double);
    struct rusage before, after;
    costate *net = load("algorithm = 'adam', rate = 0.01, batch = 4096");
    cr_assert_eq(costate_train(net, SAMPLES, x, c, 1, NULL, NULL), 1);
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < CALLS; i++)
        cr_assert_eq(costate_train(net, SAMPLES, x, c, 1, NULL, NULL), 1);
    getrusage(RUSAGE_SELF, &after);
    cr_expect_lt(after.ru_maxrss - before.ru_maxrss, MOST);
    costate_free(net);
}
#endif

static void *load_and_train(void *path)
{
    for (int i = 0; i < 5; i++)
        costate_free(costate_load(path, NULL, 2));
    costate *net = costate_load(path, NULL, 2);
    costate_train(net, 0, NULL, NULL, 20, NULL, NULL);
    return net;
}

Test(library, networks_in_several_threads)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    const char *path = spec(armijo);
    char *shared = arena_string(arena, path, strlen(path));
    costate *alone = load_and_train(shared);
    for (int i = 0; i < THREADS; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, load_and_train, shared), 0);
    for (int i = 0; i < THREADS; i++) {
        void *net;
        pthread_join(threads[i], &net);
        cr_assert_null(costate_error(net), "%s", costate_error(net));
        expect_same_params(alone, net);
        costate_free(net);
    }
    costate_free(alone);
}

Test(library, leaves_gmp_as_it_found_it)
{
    void *(*before)(size_t), *(*after)(size_t);
    mp_get_memory_functions(&before, NULL, NULL);
    costate *net = load(armijo);
    mp_get_memory_functions(&after, NULL, NULL);
    cr_expect_eq(before, after);
    static const double x[2] = {0.1, 0.2}, target[1] = {1};
    double *product = ARENA_ARRAY(arena, costate_parameters(net), double);
    cr_expect_eq(costate_hessian(net, 1, x, target, costate_params(net), product), 1); /* derived by the first call */
    mp_get_memory_functions(&after, NULL, NULL);
    cr_expect_eq(before, after);
    costate_free(net);
}

/* ---- signals ---- */

static const char driven[] = "return network { name = 'driven', inputs = 1, layers = 3, method = 'euler', step = 0.5,\n"
                             "  controls = { a = scalar() }, span = { a = 'all' }, signals = 1, observe = 'all',\n"
                             "  field = function(y, u, t, s) return u.a * y + s end, init = { a = 2 },\n"
                             "  loss = 'squared', data = { x = { { 1 } }, signals = { { { 1 }, { 0 }, { 2 } } },\n"
                             "    labels = { { { 1 }, { 2 }, { 3 } } } }, train = { search = 'armijo' } }\n";

Test(library, signals_of_the_samples)
{
    static const double x[2] = {1, -1}, signals[6] = {1, 0, 2, 0, 2, -2}, expected[6] = {2.5, 5, 11, -2, -3, -7};
    costate *net = costate_load(fixture_text("driven.lua", driven), NULL, 1);
    double p[6], target[6] = {0}, objective, gradient[8];
    cr_assert_null(costate_error(net), "%s", costate_error(net));
    cr_assert_eq(costate_observations(net), 3);
    cr_assert_eq(costate_signals(net), 3);
    cr_expect_eq(costate_predict(net, 2, x, p), 0);
    cr_expect_str_eq(costate_error(net), "this network takes signals: costate_drive gives them\n");
    cr_assert_eq(costate_drive(net, 2, signals), 1);
    cr_assert_eq(costate_predict(net, 2, x, p), 1, "%s", costate_error(net));
    for (size_t i = 0; i < 6; i++)
        cr_expect_float_eq(p[i], expected[i], 1e-14, "%zu: %g", i, p[i]);
    cr_assert_eq(costate_gradient(net, 2, x, target, &objective, gradient), 1, "%s", costate_error(net));
    cr_expect_float_eq(objective, 0.5 * (6.25 + 25 + 121 + 4 + 9 + 49), 1e-12, "%g", objective);
    cr_expect_eq(costate_predict(net, 1, x, p), 0);
    cr_expect_str_eq(costate_error(net), "costate_drive gave those of 2 samples, not of 1\n");
    cr_expect_eq(costate_gradient(net, 2, x, NULL, &objective, gradient), 0);
    cr_expect_str_eq(costate_error(net), "this network has a loss, which needs targets\n");
    cr_expect_eq(costate_train(net, 2, x, target, 3, NULL, NULL), 1, "%s", costate_error(net));
    cr_expect_eq(costate_train(net, 0, NULL, NULL, 3, NULL, NULL), 1, "%s", costate_error(net));
    cr_assert_eq(costate_drive(net, 0, NULL), 1);
    cr_expect_eq(costate_predict(net, 2, x, p), 0);
    costate_free(net);
    net = load(armijo);
    cr_expect_eq(costate_signals(net), 0);
    cr_expect_eq(costate_drive(net, 2, signals), 0);
    cr_expect_str_eq(costate_error(net), "this network takes no signals\n");
    costate_free(net);
}

/* ---- learnt inputs ---- */

static const char *const learners[] = {"search = 'armijo' }, learn = { 'K', 'x' ",
                                       "algorithm = 'adam', rate = 0.01, batch = 2 }, learn = { 'b', 'x' ",
                                       "algorithm = 'lbfgs', memory = 3 }, learn = { 'K', 'x' "};
enum { LEARNERS = sizeof learners / sizeof *learners, LEARNT = 3 };
static const double learnt_from[2 * LEARNT] = {0.1, 0.2, -0.5, 0.3, 0.7, -0.9}, labels[LEARNT] = {0, 1, 1};

static void learn(costate *net, const double *x, size_t count, size_t iterations)
{
    cr_assert_eq(costate_train(net, count, x, labels, iterations, NULL, NULL), 1, "%s", costate_error(net));
}

/* They go on on the same samples, to the last bit, and begin anew on others. */
Test(library, inputs_of_samples_are_learnt)
{
    for (int i = 0; i < LEARNERS; i++) {
        costate *whole = load(learners[i]), *parts = load(learners[i]);
        size_t count;
        cr_expect_null(costate_x(whole, &count));
        learn(whole, learnt_from, LEARNT, 20);
        learn(parts, learnt_from, LEARNT, 10);
        learn(parts, learnt_from, LEARNT, 10);
        expect_same_params(whole, parts);
        const double *x = costate_x(whole, &count);
        cr_assert_eq(count, LEARNT);
        cr_expect_arr_eq(x, costate_x(parts, NULL), sizeof learnt_from);
        for (size_t k = 0; k < 2 * LEARNT; k++)
            cr_expect_neq(x[k], learnt_from[k]);
        learn(whole, learnt_from + 2, LEARNT - 1, 0);
        x = costate_x(whole, &count);
        cr_assert_eq(count, LEARNT - 1);
        cr_expect_arr_eq(x, learnt_from + 2, 2 * (LEARNT - 1) * sizeof *x);
        costate_free(whole);
        costate_free(parts);
    }
}

/* Those that are learnt may be what the next training is given. */
Test(library, learnt_inputs_are_inputs)
{
    costate *net = load(learners[0]);
    learn(net, learnt_from, LEARNT, 5);
    double before[2 * LEARNT];
    memcpy(before, costate_x(net, NULL), sizeof before);
    cr_assert_eq(costate_train(net, LEARNT, costate_x(net, NULL), labels, 0, NULL, NULL), 1);
    cr_expect_arr_eq(costate_x(net, NULL), before, sizeof before);
    costate_free(net);
}

Test(library, learnt_inputs_are_saved_and_read)
{
    costate *net = load(learners[0]), *other = load(learners[0]);
    size_t count;
    double x[2 * LEARNT], a, b;
    learn(net, learnt_from, LEARNT, 5);
    memcpy(x, costate_x(net, NULL), sizeof x);
    cr_assert_eq(costate_save(net, fixture_path("net.safetensors")), 1);
    cr_assert_eq(costate_read(other, fixture_path("net.safetensors")), 1, "%s", costate_error(other));
    cr_expect_arr_eq(costate_x(other, &count), x, sizeof x);
    cr_expect_eq(count, LEARNT);
    learn(other, learnt_from, LEARNT, 0);
    cr_expect_arr_eq(costate_x(other, NULL), x, sizeof x);
    cr_assert_eq(costate_gradient(net, LEARNT, costate_x(net, NULL), labels, &a, NULL), 1);
    cr_assert_eq(costate_gradient(other, LEARNT, costate_x(other, NULL), labels, &b, NULL), 1);
    cr_expect_eq(a, b);
    costate_free(net);
    costate_free(other);
}

/* By central differences. */
Test(library, derivative_by_inputs)
{
    const double h = 1e-5;
    costate *net = load(learners[0]), *given = load(armijo);
    double x[2 * LEARNT], by_x[2 * LEARNT], objective, above, below;
    double *gradient = ARENA_ARRAY(arena, costate_parameters(net), double);
    memcpy(x, learnt_from, sizeof x);
    cr_assert_eq(costate_gradient_x(net, LEARNT, x, labels, &objective, by_x, gradient), 1, "%s", costate_error(net));
    for (size_t i = 0; i < 2 * LEARNT; i++) {
        x[i] = learnt_from[i] + h;
        cr_assert_eq(costate_gradient(net, LEARNT, x, labels, &above, NULL), 1);
        x[i] = learnt_from[i] - h;
        cr_assert_eq(costate_gradient(net, LEARNT, x, labels, &below, NULL), 1);
        x[i] = learnt_from[i];
        cr_expect_float_eq(by_x[i], (above - below) / (2 * h), 1e-9, "%zu", i);
    }
    cr_expect_eq(costate_gradient_x(given, LEARNT, x, labels, &objective, by_x, gradient), 0);
    cr_expect_str_eq(costate_error(given), "this network learns no inputs: \"x\" is not among what the spec learns\n");
    costate_free(net);
    costate_free(given);
}

/* As differences of the gradient along the direction tell. */
Test(library, hessian_with_inputs)
{
    static const double way[2 * LEARNT] = {1, -2, 0.5, 0.3, -1, 0.7};
    const double h = 1e-5;
    costate *net = load(learners[0]), *given = load(armijo);
    const size_t count = costate_parameters(net);
    size_t offset, size;
    double x[2 * LEARNT], by_x[2][2 * LEARNT], product_x[2 * LEARNT], objective, *params = costate_params(net);
    double *direction = ARENA_ARRAY(arena, count, double), *product = ARENA_ARRAY(arena, count, double);
    double *sides[2] = {ARENA_ARRAY(arena, count, double), ARENA_ARRAY(arena, count, double)};
    cr_assert_eq(costate_tensor(net, "K", &offset, &size), 1);
    for (size_t i = offset; i < offset + size; i++)
        direction[i] = cos((double)i);
    cr_assert_eq(costate_hessian_x(net, LEARNT, learnt_from, labels, way, direction, product_x, product), 1, "%s",
                 costate_error(net));
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < 2 * LEARNT; i++)
            x[i] = learnt_from[i] + (side ? -h : h) * way[i];
        for (size_t i = 0; i < count; i++)
            params[i] += (side ? -2 * h : h) * direction[i];
        cr_assert_eq(costate_gradient_x(net, LEARNT, x, labels, &objective, by_x[side], sides[side]), 1);
    }
    for (size_t i = 0; i < count; i++)
        cr_expect_float_eq(product[i], (sides[0][i] - sides[1][i]) / (2 * h), 1e-8, "%zu: %g", i, product[i]);
    for (size_t i = 0; i < 2 * LEARNT; i++)
        cr_expect_float_eq(product_x[i], (by_x[0][i] - by_x[1][i]) / (2 * h), 1e-8, "%zu: %g", i, product_x[i]);
    cr_expect_eq(costate_hessian_x(given, LEARNT, x, labels, way, direction, product_x, product), 0);
    cr_expect_str_eq(costate_error(given), "this network learns no inputs: \"x\" is not among what the spec learns\n");
    costate_free(net);
    costate_free(given);
}
