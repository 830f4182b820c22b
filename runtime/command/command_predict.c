/* costate gradient, costate predict. */
#include "runtime/session/session.h"

#include "runtime/system/file.h"
#include "runtime/number/grid.h"
#include "runtime/solver/initial.h"
#include "runtime/format/data_format.h"
#include "runtime/format/parameters.h"
#include "runtime/session/request.h"

#include <string.h>

/* ---- gradient ---- */

static const Option gradient_options[] = {
    {"--data", "FILE", "samples: " FORMAT_NAMES " [the spec's]"},
    REQUEST_TARGETS{"--init", "FILE", "parameters (safetensors) [the spec's initial ones]"},
    {"-o", "FILE", "the gradient (safetensors)"},
    {"--threads", "N", "threads to use [all processors]; the numbers do not depend on it"},
    BACKEND_OPTION,
    {NULL, NULL, NULL},
};

static Status gradient_run(Session *session);

const Command command_gradient = {.name = "gradient",
                                  .argument = "SPEC",
                                  .summary = "Write the exact gradient of the objective by every learnt tensor.",
                                  .details = BACKEND_DETAILS,
                                  .example = "costate gradient specs/spiral.lua -o gradient.safetensors",
                                  .options = gradient_options,
                                  .run = gradient_run};

static Status write_gradient(Session *session, const Model *model, size_t samples, double objective,
                             const double *gradient)
{
    Arena *arena = session->arena;
    Text value = text_new(arena), report = text_new(arena);
    text_real(&value, objective);
    Metadata metadata = metadata_new(arena);
    metadata_set(&metadata, "costate", COSTATE_VERSION);
    metadata_set(&metadata, "objective", value.data);
    if (!parameters_save(arena, session->diagnostics, options_get(session->options, "-o"), model, samples, gradient,
                         true, &metadata))
        return STATUS_FAILED;
    text_format(&report, "objective %s\n", value.data);
    return session_print(session, &report);
}

static Status gradient_run(Session *session)
{
    Arena *arena = session->arena;
    const char *init = options_get(session->options, "--init");
    if (!options_get(session->options, "-o")) {
        session->problem = "-o FILE is missing";
        return STATUS_USAGE;
    }
    const Program *program = session_program(session);
    if (!program)
        return STATUS_FAILED;
    const Model *model = program->description.model;
    Request source;
    double *params = ARENA_ARRAY(arena, model->parameters, double), objective;
    initial_parameters(model, model->seed, params);
    if (init && !parameters_load(arena, session->diagnostics, init, model, params, NULL))
        return STATUS_FAILED;
    if (!request_load(session, model, &source) ||
        (init &&
         !parameters_load_inputs(arena, session->diagnostics, init, model, source.train.samples, source.train.x)))
        return STATUS_FAILED;
    double *gradient = ARENA_ARRAY(arena, model_unknowns(model, source.train.samples), double);
    Solver *solver = session_solver(session, program);
    if (!solver)
        return STATUS_FAILED;
    Samples samples =
        solver_samples(arena, solver, source.train.samples, source.train.x, source.train.signal, source.train.target);
    solver_evaluate_inputs(solver, &samples, params, &objective, NULL,
                           model->learns_x ? gradient + model->parameters : NULL, gradient);
    return write_gradient(session, model, samples.count, objective, gradient);
}

/* ---- predict ---- */

static const Option predict_options[] = {
    {"--params", "FILE", "the trained parameters: model.safetensors of a run"},
    {"--data", "FILE", "samples: " FORMAT_NAMES "; labels may be missing"},
    REQUEST_READING{"-o", "FILE", "the predictions (CSV) [standard output]"},
    {"--threads", "N", "threads to use [all processors]; the numbers do not depend on it"},
    BACKEND_OPTION,
    {NULL, NULL, NULL},
};

static Status predict_run(Session *session);

const Command command_predict = {
    .name = "predict",
    .argument = "SPEC",
    .summary =
        "Predict with trained parameters: a CSV with columns p1 .. pm and class, of trajectories with their times.",
    .details = "Features are picked by name and standardised as in training, which model.safetensors "
               "remembers.\n" BACKEND_DETAILS,
    .example = "printf 'x1,x2\\n0.1,0.2\\n' > points.csv\n"
               "  costate predict specs/spiral.lua --params out/runs/spiral/model.safetensors --data points.csv",
    .options = predict_options,
    .run = predict_run};

/* A field of CSV, quoted where it must be (RFC 4180). */
static void add_field(Text *text, const char *field)
{
    if (!strpbrk(field, ",\"\r\n")) {
        text_add(text, field);
        return;
    }
    text_add(text, "\"");
    for (; *field; field++)
        text_append(text, *field == '"' ? "\"\"" : field, *field == '"' ? 2 : 1);
    text_add(text, "\"");
}

/* The class of one sample: its name where training had names, else its number. */
static void add_class(Text *text, const Model *model, const Dataset *trained, const double *p)
{
    size_t best = 0;
    for (size_t j = 1; j < model->outputs; j++)
        if (p[j] > p[best])
            best = j;
    if (model->outputs == 1)
        best = p[0] > 0.5;
    if (trained->class_names)
        add_field(text, trained->class_names[best]);
    else
        text_format(text, "%zu", best);
}

/* "p1,..,pm", also with the class. */
static void add_prediction(Text *text, const Model *model, const Dataset *trained, const double *p)
{
    for (size_t j = 0; j < model->outputs; j++) {
        text_add(text, j ? "," : "");
        text_real(text, p[j]);
    }
    if (model_classes(model)) {
        text_add(text, ",");
        add_class(text, model, trained, p);
    }
    text_add(text, "\n");
}

/* A row for each sample, or where each has several predictions or is a trajectory by name, for each of its times. */
static Text prediction_table(Arena *arena, const Model *model, const Dataset *trained, const Dataset *data,
                             const double *prediction)
{
    Text text = text_new(arena);
    bool over_time = !model_observes_last(model) || data->trajectories;
    Grid grid = grid_new(arena, model->layers, model->start, model->steps);
    text_add(&text, over_time ? "trajectory,time," : "");
    for (size_t j = 0; j < model->outputs; j++)
        text_format(&text, "%sp%zu", j ? "," : "", j + 1);
    text_add(&text, model_classes(model) ? ",class\n" : "\n");
    for (size_t i = 0; i < data->samples; i++)
        for (size_t m = 0; m < model->observations; m++) {
            if (over_time) {
                add_field(&text, dataset_trajectory(arena, data, i));
                text_format(&text, ",%s,", grid_print(arena, &grid, model->observed[m]));
            }
            add_prediction(&text, model, trained, prediction + (i * model->observations + m) * model->outputs);
        }
    return text;
}

static Status predict_run(Session *session)
{
    Arena *arena = session->arena;
    const char *path = options_get(session->options, "--params"), *out = options_get(session->options, "-o");
    if (!path || !options_get(session->options, "--data")) {
        session->problem = path ? "--data FILE is missing" : "--params FILE is missing";
        return STATUS_USAGE;
    }
    const Program *program = session_program(session);
    if (!program)
        return STATUS_FAILED;
    const Model *model = program->description.model;
    double *params = ARENA_ARRAY(arena, model->parameters, double);
    Metadata metadata = metadata_new(arena);
    Dataset trained;
    initial_parameters(model, model->seed, params);
    if (!parameters_load(arena, session->diagnostics, path, model, params, &metadata) ||
        !dataset_from_metadata(arena, session->diagnostics, path, &metadata, model->inputs, model->outputs, &trained))
        return STATUS_FAILED;
    const Dataset *data = request_for_prediction(session, model, &trained);
    Solver *solver = data ? session_solver(session, program) : NULL;
    if (!solver)
        return STATUS_FAILED;
    Samples samples = solver_samples(arena, solver, data->samples, data->x, data->signal, NULL);
    double *prediction = ARENA_ARRAY(arena, data->samples * model_predictions(model), double);
    solver_predict(solver, &samples, params, prediction);
    Text text = prediction_table(arena, model, &trained, data, prediction);
    if (!out)
        return session_print(session, &text);
    return file_write(session->diagnostics, out, text.data, text.length) ? STATUS_OK : STATUS_FAILED;
}
