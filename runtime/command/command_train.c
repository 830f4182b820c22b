/* costate train. */
#include "runtime/session/session.h"
#include "runtime/solver/sampled.h"

#include "runtime/picture/figures.h"
#include "runtime/format/data_format.h"
#include "runtime/system/file.h"
#include "runtime/system/ranks.h"
#include "runtime/run/fit.h"
#include "runtime/train/estimates.h"
#include "runtime/train/solves.h"
#include "runtime/solver/initial.h"
#include "runtime/session/read_run.h"
#include "runtime/format/npz.h"
#include "runtime/format/parameters.h"
#include "runtime/session/request.h"
#include "runtime/session/stored.h"
#include "runtime/session/budget.h"

#include <stdio.h>
#include <string.h>

static const Option train_options[] = {
    {"--data", "FILE", "training data: " FORMAT_NAMES ", plain or gzip [the spec's]"},
    REQUEST_TRAINING SET_OPTION,
    {"--init", "FILE", "initial parameters (safetensors), or a run's folder"},
    {"--iterations", "N", "iterations, or epochs [the spec's]"},
    {"--seed", "N", "seed of data, splits and initial parameters [the spec's]"},
    {"--threads", "N", "threads to use [all processors]; the numbers do not depend on it"},
    BACKEND_OPTION,
    {"--out", "DIR", "folder of the run [out/runs/NAME]"},
    {"--plot", NULL, "draw the pictures of costate plot when training has ended"},
    {"--resume", NULL, "go on with the run in that folder, to more --iterations, or with another rate"},
    {"--force", NULL, "replace the run in that folder, with its pictures and its page"},
    {NULL, NULL, NULL},
};

static Status train_run(Session *session);

const Command command_train = {.name = "train",
                               .argument = "SPEC",
                               .summary = "Train the network of a spec; ^C stops it and keeps what it has.",
                               .details = "The folder of the run receives spec.lua, model.safetensors, trace.csv, "
                                          "report.json and what pictures need.\n" BACKEND_DETAILS,
                               .example = "costate train specs/spiral.lua --iterations 500",
                               .options = train_options,
                               .run = train_run};

static RunMode run_mode(Session *session)
{
    bool resume = options_get(session->options, "--resume"), force = options_get(session->options, "--force");
    if (resume && force)
        session->problem = "--resume and --force exclude each other";
    if (resume && options_get(session->options, "--init"))
        session->problem = "--resume goes on from the run's own parameters: leave --init away";
    return resume ? RUN_RESUME : force ? RUN_FORCE : RUN_NEW;
}

static Provenance make_plan(Session *session, const Program *program, const Model *model, const char *folder,
                            const Solver *solver, const Request *source)
{
    Provenance provenance = provenance_new(session->arena, model);
    provenance.spec = read_run_spec(session, program, folder);
    provenance.source = source->name;
    provenance.path = npz_exists(session->arena, source->name) ? path_absolute(session->arena, source->name) : NULL;
    provenance.data_hash = request_hash(session->arena, source);
    provenance.samples = source->train.samples;
    provenance.test_samples = source->test ? source->test->samples : 0;
    provenance.dropped = source->train.dropped;
    provenance.metadata = stored_metadata(session->arena, model, &source->train);
    provenance.isa = solver_isa(solver);
    provenance.backend = backend_names[session->backend];
    read_run_note(session, model, folder, &provenance.origin);
    return provenance;
}

static void add_evaluation(Text *text, const char *accuracy, const Evaluation *evaluation)
{
    text_format(text, "objective %.6g", evaluation->objective);
    if (accuracy)
        text_format(text, ", %s %.4g", accuracy, evaluation->accuracy);
}

/* That it stands still, or diverges. */
static void add_warnings(Text *text, const Model *model, const FitResult *result)
{
    const TrainState *state = &result->train->state;
    const char *divergence = culprit_divergence(text->arena, model, result->trace->rows[0].training.objective,
                                                state->evaluation.objective, result->not_finite);
    if (train_still(state))
        text_format(text, "\nthe objective has not changed since number %zu, %zu %s ago", state->still.iteration,
                    train_still(state), algorithm_rows[model->train.algorithm].unit);
    if (divergence)
        text_format(text, "\n%s", divergence);
}

/* estimates: of a training of squares, else NULL. */
static Status print_result(Session *session, const Model *model, const Fit *fit, const FitResult *result,
                           const Estimates *estimates)
{
    const TrainState *state = &result->train->state;
    const size_t kept = train_kept(result->train).iteration;
    const TraceRow *row = &result->trace->rows[kept];
    const char *accuracy = sampled_accuracy_name(model);
    Text text = text_new(session->arena);
    text_format(&text, "%s: %zu %s, %zu evaluations in %.1f s", model->name, state->iteration,
                algorithm_rows[model->train.algorithm].unit, train_evaluations(state), result->seconds);
    text_format(&text, state->iteration < fit->iterations ? " (%s)\n" : "\n", result->ended);
    if (fit->provenance->dropped)
        text_format(&text, "%zu rows with missing values left out\n", fit->provenance->dropped);
    if (kept < state->iteration)
        text_format(&text, "kept the best, number %zu: ", kept);
    add_evaluation(&text, accuracy, &row->training);
    if (fit->test) {
        text_add(&text, "; test: ");
        add_evaluation(&text, accuracy, &row->test);
    }
    add_warnings(&text, model, result);
    solves_text(&text, result->train);
    if (estimates)
        estimates_text(&text, model, estimates, train_kept(result->train).params);
    text_format(&text, "\n%s%s\n", fit->folder, result->interrupted ? " (go on with --resume)" : "");
    return session_print(session, &text);
}

/* The parameters that training starts from, and behind them the inputs where it learns them; NULL after an error. */
static double *initial(Session *session, const Model *model, const Dataset *data)
{
    const char *init = options_get(session->options, "--init");
    const char *path = init ? stored_file(session->arena, init) : NULL;
    const size_t unknowns = model_unknowns(model, data->samples);
    double *params = ARENA_ARRAY(session->arena, unknowns, double), *x = params + model->parameters;
    Dataset trained;
    initial_parameters(model, model->seed, params);
    if (model->learns_x)
        memcpy(x, data->x, (unknowns - model->parameters) * sizeof *x);
    if (path && (!stored_read(session, model, path, STORED_START, params, &trained) ||
                 !parameters_load_inputs(session->arena, session->diagnostics, path, model, data->samples, x)))
        return NULL;
    return params;
}

static Status draw(Session *session, const Trained *trained, const char *folder)
{
    const FigureRequest request = {.folder = path_join(session->arena, folder, RUN_PICTURES), .progress = stderr};
    Text drawn = text_new(session->arena);
    if (!figures_draw(session->arena, session->diagnostics, trained, &request, &drawn))
        return STATUS_FAILED;
    return session_print(session, &drawn);
}

/* A run that is trained anew, or on, stays where it is. */
static const char *run_folder(const Session *session, const Model *model)
{
    const char *folder = options_get(session->options, "--out"), *argument = session->options->argument;
    return folder ? folder
           : !strcmp(model->file, path_join(session->arena, argument, RUN_SPEC))
               ? argument
               : text_print(session->arena, "out/runs/%s", model->name);
}

static Status train_run(Session *session)
{
    Arena *arena = session->arena;
    const Program *program = session_program(session);
    program = program ? gen_training(arena, session->diagnostics, program) : NULL;
    Model *model = program ? session_model(session, program) : NULL;
    if (!model)
        return STATUS_FAILED;
    Fit fit = {.folder = run_folder(session, model),
               .mode = run_mode(session),
               .iterations = model->train.iterations,
               .progress = stderr};
    fit.made = read_run_made(arena, fit.folder);
    fit.made_folder = path_join(arena, fit.folder, RUN_PICTURES);
    const double arrays = 2 + train_arrays(&model->train, model->parameters);
    Request source;
    if (session->problem || !budget_allows(session, program, 1, arrays) || !train_ready(model, session->diagnostics) ||
        !run_available(arena, session->diagnostics, fit.folder, fit.mode) ||
        !(options_get(session->options, "--plot") ? request_load : request_load_rows)(session, model, NULL, &source))
        return STATUS_FAILED;
    if (!train_suits(model, source.train.samples, source.test, session->diagnostics))
        return STATUS_FAILED;
    Budget budget = budget_of_data(session, program, &source.train,
                                   2 + train_arrays(&model->train, model_unknowns(model, source.train.samples)));
    if (algorithm_rows[model->train.algorithm].squares)
        budget_add_squares(&budget, model, source.train.samples);
    if (algorithm_rows[model->train.algorithm].second)
        budget_add_products(session, &budget, program, source.train.samples);
    if (!budget_affords(session, model->place, &budget))
        return STATUS_FAILED;
    fit.params = initial(session, model, &source.train);
    if (!fit.params)
        return STATUS_FAILED;
    Solver *solver = session_solver(session, program, &source.train.scales);
    if (!solver)
        return STATUS_FAILED;
    const Provenance provenance = make_plan(session, program, model, fit.folder, solver, &source);
    Samples samples = request_samples(arena, solver, &source.train), tests;
    Objective training = sampled_training(arena, solver, &samples, source.train.target), test;
    if (source.test) {
        tests = request_samples(arena, solver, source.test);
        test = sampled_validation(arena, solver, &tests, source.test->target);
        fit.test = &test;
    }
    fit.provenance = &provenance;
    fit.training = &training;
    fit.inputs = (CulpritInputs){model->learns_x ? NULL : source.train.x, source.train.feature_names};
    FitResult result;
    if (!fit_run(arena, session->diagnostics, &fit, &result))
        return STATUS_FAILED;
    Estimates found, *estimates = training.squares ? &found : NULL;
    if (estimates)
        found = estimates_of(arena, model, result.train);
    Status status = print_result(session, model, &fit, &result, estimates);
    if (status != STATUS_OK || !options_get(session->options, "--plot") || !ranks_part())
        return status;
    double *params = train_kept(result.train).params;
    if (model->learns_x)
        source.train.x = params + model->parameters;
    const Trained trained = {.network = program->network,
                             .model = model,
                             .solver = solver,
                             .train = &source.train,
                             .params = params,
                             .initial = read_run_initial(session, model, fit.folder),
                             .trace = result.trace,
                             .course = result.course,
                             .test = source.test,
                             .estimates = estimates};
    return draw(session, &trained, fit.folder);
}
