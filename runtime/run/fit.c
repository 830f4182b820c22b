#include "runtime/run/fit.h"

#include "runtime/system/clock.h"
#include "runtime/system/interrupt.h"
#include "runtime/system/ranks.h"
#include "runtime/train/progress.h"
#include "runtime/solver/sampled.h"

static const double save_interval = 30.0;

/* A training under way. */
typedef struct {
    const Fit *fit;
    Diagnostics *diagnostics;
    Run run;
    Train *train;
    RunRecord record;
    Progress progress;
    double start, saved; /* seconds of the clock */
    const char *ended;
    bool interrupted, failed, not_finite;
} Fitting;

static void add_to_course(const Fitting *fitting)
{
    const TrainState *state = &fitting->train->state;
    const Model *model = fitting->fit->provenance->model;
    Course *course = fitting->record.course;
    CourseRow row = {state->iteration, fitting->train->norm, NULL};
    if (!course_has(state->iteration))
        return;
    if (course->layers) {
        double *steps = ARENA_ARRAY(course->text.arena, course->layers, double);
        model_steps(model, state->params, steps);
        row.steps = steps;
    }
    course_add(course, &row);
}

/* Adds the iterate to what is recorded. */
static bool record(Fitting *fitting)
{
    const TrainState *state = &fitting->train->state;
    const Objective *test = fitting->fit->test;
    TraceRow row = {.iteration = state->iteration, .step = state->step, .training = state->evaluation};
    if (test && !test->evaluate(test->context, state->params, NULL, test->samples, &row.test, NULL))
        return false;
    trace_add(fitting->record.trace, &row);
    add_to_course(fitting);
    train_judge(fitting->train, test ? row.test.objective : row.training.objective);
    return true;
}

static const TraceRow *last_row(const Fitting *fitting)
{
    return &fitting->record.trace->rows[fitting->record.trace->count - 1];
}

static bool save(Fitting *fitting, const char *ended)
{
    fitting->saved = clock_seconds();
    return run_save(&fitting->run, fitting->train, &fitting->record, fitting->saved - fitting->start, ended);
}

/* Says how many of the unknowns of that name, `first` and the count from there on, training moves into their bounds. */
static void warn_of(const Fitting *fitting, const char *name, size_t first, size_t count)
{
    const Fit *fit = fitting->fit;
    const TrainSettings *settings = &fitting->train->settings;
    size_t outside = 0;
    for (size_t i = first; i < first + count && i < settings->bounded; i++)
        outside += fit->params[i] < settings->lower[i] || fit->params[i] > settings->upper[i];
    if (outside)
        diagnostics_warning(fitting->diagnostics, (Place){.file = fit->provenance->model->file},
                            "%s begins outside of its bounds: %zu of %zu values are moved to the nearest bound", name,
                            outside, count);
}

static void warn_of_bounds(const Fitting *fitting)
{
    const Model *model = fitting->fit->provenance->model;
    for (size_t t = 0; t < model->tensor_count; t++)
        warn_of(fitting, model->tensors[t].name, model->tensors[t].offset, model->tensors[t].size);
    warn_of(fitting, "x", model->parameters, fitting->train->objective->parameters - model->parameters);
}

/* An error that says what makes it so. */
static bool not_finite(const Fitting *fitting)
{
    const Fit *fit = fitting->fit;
    const char *message =
        culprit_message(fitting->run.arena, fitting->train, fit->provenance->model, &fit->inputs, "initial");
    return diagnostics_error(fitting->diagnostics, (Place){.file = fit->provenance->model->file}, "%s", message);
}

static void remove_made(const Fit *fit)
{
    const bool replaces = fit->mode == RUN_FORCE && ranks_first();
    for (const char *const *file = fit->made; replaces && file && *file; file++)
        file_remove(*file);
    if (replaces && fit->made_folder)
        folder_remove(fit->made_folder, 1);
}

/* A new run: nothing is written before its initial point is known to be finite. */
static bool start(Fitting *fitting)
{
    TrainResult result = train_start(fitting->train, fitting->fit->params);
    warn_of_bounds(fitting);
    if (result == TRAIN_NOT_FINITE)
        return not_finite(fitting);
    if (result != TRAIN_RUNNING || !record(fitting) || !run_begin(&fitting->run, fitting->train, &fitting->record))
        return false;
    remove_made(fitting->fit);
    return true;
}

static bool resume(Fitting *fitting)
{
    size_t iterations = fitting->fit->iterations;
    if (!run_resume(&fitting->run, fitting->train, fitting->fit->test, &fitting->record))
        return false;
    if (fitting->train->state.iteration > iterations)
        return diagnostics_error(fitting->diagnostics, (Place){.file = fitting->fit->folder},
                                 "this run has %zu iterations already, more than %zu", fitting->train->state.iteration,
                                 iterations);
    return fitting->record.trace->count > 0 || record(fitting);
}

/* What is to be done behind an iteration: on all ranks, where one of them has been told to end, or the clock of the
 * first says that a file is due. */
enum { DUE_END = 1, DUE_FILE = 2 };
static unsigned due(const Fitting *fitting, const TraceRow *row)
{
    const bool more = row->iteration < fitting->fit->iterations;
    const bool file = clock_seconds() - fitting->saved >= save_interval;
    return ranks_any((more && interrupt_seen() ? DUE_END : 0) | (ranks_first() && file ? DUE_FILE : 0));
}

/* Is there a row of the iterate? The first one that it is shown is in the trace already. */
static bool keep(Fitting *fitting, const TraceRow *row)
{
    if (row->iteration != fitting->record.trace->count)
        return true;
    if (!record(fitting))
        return false;
    progress_show(&fitting->progress, last_row(fitting), clock_seconds());
    return true;
}

static bool look(void *context, const TraceRow *row)
{
    Fitting *fitting = context;
    fitting->failed = !keep(fitting, row);
    if (fitting->failed)
        return false;
    const unsigned what = due(fitting, row);
    fitting->failed = what & DUE_FILE && !save(fitting, "unfinished");
    fitting->interrupted = !fitting->failed && what & DUE_END;
    return !fitting->failed && !fitting->interrupted;
}

static bool iterate(Fitting *fitting)
{
    size_t left = fitting->fit->iterations - fitting->train->state.iteration;
    TrainResult result = train_iterations(fitting->train, left, &(TrainWatch){look, fitting});
    bool nothing = result == TRAIN_NOT_FINITE || result == TRAIN_NO_JACOBIAN;
    if (nothing && fitting->train->state.iteration == 0) {
        if (fitting->fit->mode != RUN_RESUME)
            run_discard(&fitting->run);
        return not_finite(fitting);
    }
    fitting->not_finite = result == TRAIN_NOT_FINITE;
    fitting->ended = fitting->interrupted ? "interrupted" : train_reason(result);
    return result != TRAIN_FAILED && !fitting->failed;
}

/* After an error the trace may lack the row of the iterate, so the last save has to do. */
static bool train_and_save(Fitting *fitting)
{
    const Fit *fit = fitting->fit;
    const char *accuracy = sampled_accuracy_name(fit->provenance->model);
    fitting->start = fitting->saved = clock_seconds();
    fitting->progress =
        progress_start(fit->progress, fit->test, accuracy, fit->iterations, last_row(fitting), fitting->start);
    bool trained = iterate(fitting);
    progress_end(&fitting->progress, last_row(fitting), clock_seconds());
    return trained && save(fitting, fitting->ended);
}

bool fit_run(Arena *arena, Diagnostics *diagnostics, const Fit *fit, FitResult *result)
{
    Fitting fitting = {.fit = fit, .diagnostics = diagnostics};
    fitting.run =
        (Run){.arena = arena, .diagnostics = diagnostics, .folder = fit->folder, .provenance = fit->provenance};
    fitting.train =
        train_new(arena, fit->training, train_settings(arena, fit->provenance->model, fit->training->samples));
    fitting.record = run_record(arena, fit->provenance, fit->test);
    if (!ranks_settle(diagnostics, run_available(arena, diagnostics, fit->folder, fit->mode)))
        return false;
    interrupt_begin();
    bool done = (fit->mode == RUN_RESUME ? resume(&fitting) : start(&fitting)) && train_and_save(&fitting);
    interrupt_end();
    run_end(&fitting.run);
    *result = (FitResult){fitting.ended,
                          fitting.interrupted,
                          fitting.not_finite,
                          fitting.train,
                          fitting.record.trace,
                          fitting.record.course,
                          fitting.run.seconds + clock_seconds() - fitting.start};
    return done;
}
