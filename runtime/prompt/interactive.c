#include "runtime/prompt/interactive.h"
#include "runtime/solver/sampled.h"

#include "runtime/system/clock.h"
#include "runtime/system/interrupt.h"
#include "runtime/train/progress.h"

#include <unistd.h>

typedef struct {
    Net *net;
    size_t iterations;
    bool shown, began, interrupted;
    Progress progress;
} Attending;

static void show(Attending *attending, const TraceRow *row)
{
    const char *accuracy = sampled_accuracy_name(attending->net->model);
    if (attending->began)
        progress_show(&attending->progress, row, clock_seconds());
    else
        attending->progress =
            progress_start(stderr, false, accuracy, row->iteration + attending->iterations, row, clock_seconds());
}

/* The first row is there already where training goes on. */
static bool look(void *context, const TraceRow *row)
{
    Attending *attending = context;
    Trace *trace = attending->net->trace;
    if (row->iteration == trace->count)
        trace_add(trace, row);
    if (attending->shown)
        show(attending, row);
    attending->began = true;
    attending->interrupted = interrupt_seen();
    return !attending->interrupted;
}

const char *interactive_train(Net *net, size_t iterations)
{
    Attending attending = {.net = net, .iterations = iterations, .shown = isatty(STDERR_FILENO)};
    if (!train_ready(net->model, net->session->diagnostics) || !net_data(net))
        return NULL;
    const NetSamples samples = net_samples(net);
    TrainResult result = TRAIN_RUNNING;
    if (!net->trace)
        net->trace = trace_new(net->session->arena, sampled_measure(net->model), false);
    interrupt_begin();
    bool fits = net_train(net, &samples, iterations, &(TrainWatch){look, &attending}, &result);
    interrupt_end();
    if (!fits)
        return NULL;
    if (!attending.began) {
        diagnostics_error(net->session->diagnostics, (Place){0}, "%s", train_reason(result));
        return NULL;
    }
    if (attending.shown)
        progress_end(&attending.progress, &net->trace->rows[net->trace->count - 1], clock_seconds());
    return attending.interrupted ? "interrupted" : train_reason(result);
}
