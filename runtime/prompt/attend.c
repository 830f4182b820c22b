#include "runtime/prompt/attend.h"

#include "runtime/system/clock.h"
#include "runtime/system/interrupt.h"
#include "runtime/train/progress.h"

#include <unistd.h>

typedef struct {
    Laboratory *laboratory;
    size_t iterations;
    bool shown, began, interrupted;
    Progress progress;
} Attending;

static void show(Attending *attending, const TraceRow *row)
{
    const char *accuracy = solver_accuracy_name(attending->laboratory->model);
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
    Trace *trace = attending->laboratory->trace;
    if (row->iteration == trace->count)
        trace_add(trace, row);
    if (attending->shown)
        show(attending, row);
    attending->began = true;
    attending->interrupted = interrupt_seen();
    return !attending->interrupted;
}

const char *attend_training(Laboratory *laboratory, size_t iterations)
{
    Attending attending = {.laboratory = laboratory, .iterations = iterations, .shown = isatty(STDERR_FILENO)};
    if (!laboratory_data(laboratory))
        return NULL;
    const Dataset *data = &laboratory->source.train;
    if (!laboratory->trace)
        laboratory->trace = trace_new(laboratory->session->arena, false);
    interrupt_begin();
    TrainResult result =
        laboratory_train(laboratory, data->samples, data->x, data->target, iterations, &(Watch){look, &attending});
    interrupt_end();
    if (!attending.began) {
        diagnostics_error(laboratory->session->diagnostics, (Place){0}, "%s", train_reason(result));
        return NULL;
    }
    if (attending.shown)
        progress_end(&attending.progress, &laboratory->trace->rows[laboratory->trace->count - 1], clock_seconds());
    return attending.interrupted ? "interrupted" : train_reason(result);
}
