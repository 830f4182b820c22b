#include "runtime/library/costate.h"

#include "gen/base/rational.h"
#include "runtime/library/net.h"

#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* make install says where the specs are; the tests run in the source tree. */
#ifndef COSTATE_SPECS
#define COSTATE_SPECS "specs"
#endif

struct costate {
    Arena *arena;
    Session session;
    Net *inner; /* NULL: it was not loaded */
    const char *error;
    locale_t locale;
    const double *signals; /* of signal_count samples, for the calls that follow; NULL: none yet */
    size_t signal_count;
};

/* What one call is about. */
typedef struct {
    const char *path, *changes;
    unsigned threads;
    size_t count, iterations;
    const double *x, *target, *x_direction, *direction;
    double *result, *objective, *x_result;
    costate_watch *watch;
    void *context;
} Call;

typedef bool Task(costate *net, const Call *call);

/* ---- calls ---- */

/* Runs task; where memory runs out, that is the error. Numbers are written and read with a point, whatever the locale
 * of the program. */
static int perform(costate *net, Task *task, const Call *call)
{
    if (!net)
        return 0;
    locale_t before = uselocale(net->locale);
    net->error = NULL;
    if (setjmp(*arena_recovery(net->arena)))
        net->error = "out of memory\n";
    else if (!task(net, call))
        net->error = session_messages(&net->session);
    uselocale(before);
    return !net->error;
}

/* The same for what needs a network. */
static int perform_loaded(costate *net, Task *task, const Call *call)
{
    return net && net->inner ? perform(net, task, call) : 0;
}

static const Model *model_of(const costate *net)
{
    return net && net->inner ? net->inner->model : NULL;
}

/* ---- a network's life ---- */

/* GMP's functions for memory are the whole program's. */
static pthread_mutex_t one_reader = PTHREAD_MUTEX_INITIALIZER;

/* Runs a task that derives a network. */
static int perform_alone(costate *net, Task *task, const Call *call)
{
    pthread_mutex_lock(&one_reader);
    const int done = perform(net, task, call);
    rational_leave();
    pthread_mutex_unlock(&one_reader);
    return done;
}

static bool load(costate *net, const Call *call)
{
    Arena *arena = net->arena;
    net->session = (Session){.arena = arena, .diagnostics = diagnostics_new(arena)};
    net->inner = net_open(&net->session, pool_new(arena, call->threads), call->path, call->changes, COSTATE_SPECS);
    return net->inner;
}

costate *costate_load(const char *path, const char *changes, unsigned threads)
{
    costate *net = calloc(1, sizeof *net);
    if (!net)
        return NULL;
    net->arena = arena_new();
    net->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!net->arena || !net->locale) {
        costate_free(net);
        return NULL;
    }
    perform_alone(net, load, &(Call){.path = path, .changes = changes, .threads = threads});
    return net;
}

void costate_free(costate *net)
{
    if (!net)
        return;
    arena_free(net->arena);
    if (net->locale)
        freelocale(net->locale);
    free(net);
}

const char *costate_error(const costate *net)
{
    return net ? net->error : "out of memory\n";
}

/* ---- parameters ---- */

size_t costate_inputs(const costate *net)
{
    return model_of(net) ? model_of(net)->inputs : 0;
}

size_t costate_outputs(const costate *net)
{
    return model_of(net) ? model_of(net)->outputs : 0;
}

size_t costate_observations(const costate *net)
{
    return model_of(net) ? model_of(net)->observations : 0;
}

size_t costate_signals(const costate *net)
{
    return model_of(net) ? model_of(net)->signals * model_signal_rows(model_of(net)) : 0;
}

size_t costate_parameters(const costate *net)
{
    return model_of(net) ? model_of(net)->parameters : 0;
}

double *costate_params(costate *net)
{
    return model_of(net) ? net->inner->state.params : NULL;
}

const double *costate_x(const costate *net, size_t *count)
{
    const size_t learnt = model_of(net) ? net->inner->learnt : 0;
    if (count)
        *count = learnt;
    return learnt ? net->inner->x : NULL;
}

int costate_tensor(const costate *net, const char *name, size_t *offset, size_t *size)
{
    const Tensor *tensor = model_of(net) ? model_tensor(model_of(net), name) : NULL;
    if (!tensor)
        return 0;
    *offset = tensor->offset;
    *size = tensor->size;
    return 1;
}

static bool save(costate *net, const Call *call)
{
    return net_save(net->inner, call->path);
}

int costate_save(costate *net, const char *path)
{
    return perform_loaded(net, save, &(Call){.path = path});
}

static bool read(costate *net, const Call *call)
{
    return net_read(net->inner, call->path);
}

int costate_read(costate *net, const char *path)
{
    return perform_loaded(net, read, &(Call){.path = path});
}

/* ---- numbers ---- */

static bool set_signals(costate *net, const Call *call)
{
    if (call->x && !model_of(net)->signals)
        return diagnostics_error(net->session.diagnostics, (Place){0}, "this network takes no signals");
    net->signals = call->x;
    net->signal_count = call->count;
    return true;
}

int costate_drive(costate *net, size_t count, const double *signals)
{
    return perform_loaded(net, set_signals, &(Call){.count = count, .x = signals});
}

/* Are there signals for the samples of the call, where the network takes them, and targets, where it needs those? */
static bool samples_complete(costate *net, const Call *call, bool targets)
{
    Diagnostics *diagnostics = net->session.diagnostics;
    const Model *model = model_of(net);
    if (model->signals && !net->signals)
        return diagnostics_error(diagnostics, (Place){0}, "this network takes signals: costate_drive gives them");
    if (model->signals && net->signal_count != call->count)
        return diagnostics_error(diagnostics, (Place){0}, "costate_drive gave those of %zu samples, not of %zu",
                                 net->signal_count, call->count);
    return !targets || !model->has_loss || call->target ||
           diagnostics_error(diagnostics, (Place){0}, "this network has a loss, which needs targets");
}

static const double *signals_of(const costate *net)
{
    return model_of(net)->signals ? net->signals : NULL;
}

static const double *rows_of(costate *net, const Call *call, bool training)
{
    const NetSamples samples = {call->count, call->x, signals_of(net), call->target, NULL};
    return net_rows(net->inner, &samples, training);
}

static bool predict(costate *net, const Call *call)
{
    if (!samples_complete(net, call, false))
        return false;
    const double *x = rows_of(net, call, false);
    if (!x)
        return false;
    net_predict(net->inner, call->count, x, signals_of(net), call->result);
    return true;
}

int costate_predict(costate *net, size_t count, const double *x, double *prediction)
{
    return perform_loaded(net, predict, &(Call){.count = count, .x = x, .result = prediction});
}

static bool bands(costate *net, const Call *call)
{
    if (!samples_complete(net, call, false))
        return false;
    const double *x = rows_of(net, call, false);
    return x && net_bands(net->inner, call->count, x, signals_of(net), call->result);
}

int costate_bands(costate *net, size_t count, const double *x, double *half)
{
    return perform_loaded(net, bands, &(Call){.count = count, .x = x, .result = half});
}

/* Are samples and targets there, and does the network learn inputs where their part of the result is wanted? */
static bool derivative_complete(costate *net, const Call *call)
{
    return samples_complete(net, call, true) &&
           (!call->x_result || model_of(net)->learns_x ||
            diagnostics_error(net->session.diagnostics, (Place){0},
                              "this network learns no inputs: \"x\" is not among what the spec learns"));
}

static bool gradient_of(costate *net, const Call *call)
{
    if (!derivative_complete(net, call))
        return false;
    const double *x = rows_of(net, call, false);
    if (!x)
        return false;
    net_gradient(net->inner, call->count, x, signals_of(net), call->target, call->objective, call->x_result,
                 call->result);
    if (call->x_result)
        net_rows_bar(net->inner, call->count, call->x_result);
    return true;
}

int costate_gradient(costate *net, size_t count, const double *x, const double *target, double *objective,
                     double *gradient)
{
    const Call call = {.count = count, .x = x, .target = target, .objective = objective, .result = gradient};
    return perform_loaded(net, gradient_of, &call);
}

int costate_gradient_x(costate *net, size_t count, const double *x, const double *target, double *objective,
                       double *x_gradient, double *gradient)
{
    const Call call = {
        .count = count, .x = x, .target = target, .objective = objective, .x_result = x_gradient, .result = gradient};
    return perform_loaded(net, gradient_of, &call);
}

static bool derive_second(costate *net, const Call *call)
{
    (void)call;
    return net_second(net->inner);
}

static bool hessian_of(costate *net, const Call *call)
{
    if (!derivative_complete(net, call))
        return false;
    const double *x = rows_of(net, call, false);
    const size_t inputs = call->count * model_of(net)->inputs;
    Arena *own = arena_within(net->arena);
    double *way = call->x_direction ? ARENA_ARRAY(own, inputs, double) : NULL;
    if (way) {
        memcpy(way, call->x_direction, inputs * sizeof *way);
        net_rows_bar(net->inner, call->count, way);
    }
    const bool done = x && net_hessian(net->inner, call->count, x, signals_of(net), call->target, way, call->direction,
                                       call->x_result, call->result);
    if (done && call->x_result)
        net_rows_bar(net->inner, call->count, call->x_result);
    arena_free(own);
    return done;
}

int costate_hessian(costate *net, size_t count, const double *x, const double *target, const double *direction,
                    double *product)
{
    const Call call = {.count = count, .x = x, .target = target, .direction = direction, .result = product};
    if (net && net->inner && !net->inner->second && !perform_alone(net, derive_second, &call))
        return 0;
    return perform_loaded(net, hessian_of, &call);
}

int costate_hessian_x(costate *net, size_t count, const double *x, const double *target, const double *x_direction,
                      const double *direction, double *x_product, double *product)
{
    const Call call = {.count = count,
                       .x = x,
                       .target = target,
                       .x_direction = x_direction,
                       .direction = direction,
                       .x_result = x_product,
                       .result = product};
    return perform_loaded(net, hessian_of, &call);
}

/* ---- training ---- */

static bool look(void *context, const TraceRow *row)
{
    const Call *call = context;
    return !call->watch || call->watch(call->context, row->iteration, row->training.objective, row->training.accuracy);
}

static bool train(costate *net, const Call *call)
{
    Net *inner = net->inner;
    if (!train_ready(inner->model, net->session.diagnostics) ||
        (call->x ? !samples_complete(net, call, true) : !net_data(inner)))
        return false;
    const double *x = call->x ? rows_of(net, call, true) : NULL;
    if (call->x && !x)
        return false;
    const NetSamples samples =
        x ? (NetSamples){call->count, x, signals_of(net), call->target, NULL} : net_samples(inner);
    Call own = *call;
    TrainResult result;
    if (!net_train(inner, &samples, call->iterations, &(TrainWatch){look, &own}, &result))
        return false;
    return result != TRAIN_NOT_FINITE ||
           diagnostics_error(net->session.diagnostics, (Place){0}, "%s", train_reason(result));
}

int costate_train(costate *net, size_t count, const double *x, const double *target, size_t iterations,
                  costate_watch *watch, void *context)
{
    return perform_loaded(
        net, train,
        &(Call){
            .count = count, .x = x, .target = target, .iterations = iterations, .watch = watch, .context = context});
}
