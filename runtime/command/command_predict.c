/* costate gradient, costate predict. */
#include "runtime/session/session.h"

#include "runtime/system/file.h"
#include "runtime/system/ranks.h"
#include "runtime/command/extension.h"
#include "runtime/command/prediction.h"
#include "runtime/solver/initial.h"
#include "runtime/format/data_format.h"
#include "runtime/format/parameters.h"
#include "runtime/run/summary.h"
#include "runtime/session/budget.h"
#include "runtime/session/request.h"
#include "runtime/session/read_run.h"
#include "runtime/session/stored.h"

#include <string.h>

/* ---- gradient ---- */

static const Option gradient_options[] = {
    {"--data", "FILE", "samples: " FORMAT_NAMES " [the spec's]"},
    REQUEST_TARGETS SET_OPTION,
    {"--init", "FILE", "parameters (safetensors), or a run's folder [the spec's initial ones]"},
    {"--direction", "FILE",
     "a direction of the learnt tensors (safetensors): write the Hessian's product with it instead"},
    {"-o", "FILE", "the gradient, or the product (safetensors)"},
    {"--threads", "N", "threads to use [all processors]; the numbers do not depend on it"},
    BACKEND_OPTION,
    {NULL, NULL, NULL},
};

static Status gradient_run(Session *session);

const Command command_gradient = {
    .name = "gradient",
    .argument = "SPEC",
    .summary = "Write the exact gradient of the objective by every learnt tensor, or a product of its Hessian.",
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
    if (ranks_first() && !parameters_save(arena, session->diagnostics, options_get(session->options, "-o"), model,
                                          samples, gradient, true, &metadata))
        return STATUS_FAILED;
    text_format(&report, "objective %s\n", value.data);
    return session_print(session, &report);
}

/* The Hessian's product with the direction in the file `way`, in the place of the gradient; that of learnt inputs,
 * which do not move where the file has none, behind it. */
static bool multiply(Session *session, Solver *solver, const Samples *samples, const char *way, const double *params,
                     double *gradient)
{
    const Model *model = solver_model(solver);
    double *direction = ARENA_ARRAY(session->arena, model_unknowns(model, samples->count), double);
    double *x_direction = model->learns_x ? direction + model->parameters : NULL;
    if (!parameters_load_direction(session->arena, session->diagnostics, way, model, direction) ||
        !parameters_load_inputs(session->arena, session->diagnostics, way, model, samples->count, x_direction))
        return false;
    solver_hessian_inputs(solver, samples, params, x_direction, direction,
                          model->learns_x ? gradient + model->parameters : NULL, gradient);
    return true;
}

/* arrays: as for budget_of; product: also one of the Hessian. */
static bool affords_gradient(Session *session, const Program *program, const Dataset *data, double arrays, bool product)
{
    Budget budget = budget_of_data(session, program, data, arrays);
    if (product)
        budget_add_products(session, &budget, program, data->samples);
    return budget_affords(session, program->description.model->place, &budget);
}

static Status gradient_run(Session *session)
{
    Arena *arena = session->arena;
    const char *given = options_get(session->options, "--init"), *init = given ? stored_file(arena, given) : NULL;
    if (!options_get(session->options, "-o")) {
        session->problem = "-o FILE is missing";
        return STATUS_USAGE;
    }
    const char *way = options_get(session->options, "--direction");
    const Program *program = session_program(session);
    if (program && way)
        program = gen_second(arena, session->diagnostics, program);
    const double arrays = 4; /* parameters and gradient, in both types of numbers, and a direction */
    if (!program || !budget_allows(session, program, 1, arrays))
        return STATUS_FAILED;
    const Model *model = program->description.model;
    Request source;
    double *params = ARENA_ARRAY(arena, model->parameters, double), objective;
    initial_parameters(model, model->seed, params);
    Dataset trained = {0};
    if (init && !stored_read(session, model, init, STORED_MODEL, params, &trained))
        return STATUS_FAILED;
    if (!request_load_rows(session, model, stored_has_intake(&trained) ? &trained : NULL, &source) ||
        (init &&
         !parameters_load_inputs(arena, session->diagnostics, init, model, source.train.samples, source.train.x)) ||
        !affords_gradient(session, program, &source.train, arrays, way))
        return STATUS_FAILED;
    double *gradient = ARENA_ARRAY(arena, model_unknowns(model, source.train.samples), double);
    Solver *solver = session_solver(session, program, &source.train.scales);
    if (!solver)
        return STATUS_FAILED;
    Samples samples = request_samples(arena, solver, &source.train);
    solver_evaluate_inputs(solver, &samples, params, &objective, NULL,
                           model->learns_x ? gradient + model->parameters : NULL, gradient);
    if (way && !multiply(session, solver, &samples, way, params, gradient))
        return STATUS_FAILED;
    return write_gradient(session, model, samples.count, objective, gradient);
}

/* ---- predict ---- */

static const Option predict_options[] = {
    {"--params", "FILE", "for a SPEC: the trained parameters, model.safetensors of a run, or its folder"},
    {"--data", "FILE", "samples: " FORMAT_NAMES " [the spec's]; labels are for --controls and --truth alone"},
    REQUEST_READING SET_OPTION,
    {"--id", "A", "the column that names the rows: no feature, and first in the table, as it is written"},
    {"--truth", NULL, "with the true labels: label, or of numbers label1 .. labelm"},
    {"--states", NULL, "instead the state of every layer: trajectory,time,y1..yd"},
    {"--bands", NULL, "of a RUN_DIR of gaussnewton: with 95 % bands, lower1 .. lowerm and upper1 .. upperm"},
    {"--controls", NULL, "instead the controls and costates over time: time,CONTROLS,costate1..costated"},
    {"--layers", "N", "with so many layers, where every control has span \"all\" [the spec's]"},
    {"--step", "H", "the time step of further layers [the last one]"},
    {"-o", "FILE", "the predictions (CSV) [standard output]"},
    {"--threads", "N", "threads to use [all processors]; the numbers do not depend on it"},
    BACKEND_OPTION,
    {NULL, NULL, NULL},
};

static Status predict_run(Session *session);

const Command command_predict = {
    .name = "predict",
    .argument = "SPEC|RUN_DIR",
    .summary =
        "Predict with trained parameters: a CSV with columns p1 .. pm and class, of trajectories with their times.",
    .details =
        "A RUN_DIR has its spec and its parameters. Features are picked by name and scaled as in training, "
        "predictions\n"
        "in the unit of its labels, as model.safetensors remembers. A row that is left out for a missing value is an "
        "empty row, but for its "
        "--id (of one field: \"\").\n"
        "With --truth a label that is missing is an empty field; others must be such as the network was trained on.\n"
        "Bands of 95 % are those of the predicted numbers themselves, not of what will be observed; a run has them\n"
        "where its algorithm was gaussnewton and report.json has standard errors.\n"
        "In --controls an entry of a control is a column (u, v_1, K_1_2; u_stage2 of those with a value a stage),\n"
        "and the costates are those of the sample's own part of the objective, whose labels must be there.\n"
        "With --layers the signals of the data are those of all N layers.\n" BACKEND_DETAILS,
    .example = "printf 'x1,x2\\n0.1,0.2\\n' > points.csv\n"
               "  costate predict out/runs/spiral --data points.csv",
    .options = predict_options,
    .run = predict_run};

/* Which of its three tables it writes; false with session->problem set where that is not clear, or the table has not
 * what is asked of it. */
static bool choose_table(Session *session, bool *states, bool *controls)
{
    static const char *const of_predictions[] = {"--bands", "--id", "--truth"};
    *states = options_get(session->options, "--states");
    *controls = options_get(session->options, "--controls");
    if (*states && *controls)
        session->problem = "--states and --controls exclude each other";
    for (size_t i = 0; i < sizeof of_predictions / sizeof *of_predictions && !session->problem; i++)
        if (options_get(session->options, of_predictions[i]) && (*states || *controls))
            session->problem = text_print(session->arena, "%s is for predictions: leave --states and --controls away",
                                          of_predictions[i]);
    if (!session->problem && options_get(session->options, "--bands") && options_get(session->options, "--params"))
        session->problem = "--bands needs a RUN_DIR, which knows how certain its parameters are, not --params";
    return !session->problem;
}

/* What --layers and --step say: layers 0 and *step NULL where they say nothing. */
static bool read_horizon(Session *session, uint64_t *layers, double **step)
{
    const char *text = options_get(session->options, "--step");
    *layers = 0;
    *step = text ? ARENA_NEW(session->arena, double) : NULL;
    if (!options_count(session->arena, session->options, "--layers", layers, &session->problem))
        return false;
    if (options_get(session->options, "--layers") && !*layers)
        session->problem = "--layers takes 1 or more";
    else if (text && !*layers)
        session->problem = "--step needs --layers N";
    else if (text && (!text_parse_real(text, strlen(text), *step) || **step == 0))
        session->problem = text_print(session->arena, "--step takes a number other than 0, not %s", text);
    return !session->problem;
}

/* The estimates that a run reports, for the model whose layers may go on beyond those of the run; an error where
 * predictions have no bands. */
static bool read_estimates(Session *session, const RunModel *trained, const double *params, const Model *model,
                           Estimates *estimates)
{
    const Model *own = trained->program->description.model;
    *estimates = summary_estimates(session->arena, trained->report, own, params);
    size_t count;
    estimates->index = estimates_learnt(session->arena, model, &count);
    if (count != estimates->count)
        estimates->missing = "with --layers other steps are learnt than in its training";
    else if (!estimates->missing && own->learns_x && !options_get(session->options, "--data"))
        estimates->missing = "their inputs were learnt, too; those of rows in --data have some";
    return !estimates->missing || diagnostics_error(session->diagnostics, (Place){.file = session->options->argument},
                                                    "predictions of this run have no bands: %s", estimates->missing);
}

/* The program, with as many layers as it is to have, the trained parameters, and the estimates where there are to be
 * bands; NULL after errors. */
static const Program *load_trained(Session *session, RunModel *trained, Estimates *estimates)
{
    uint64_t layers;
    double *step;
    if (!read_horizon(session, &layers, &step) || !read_run_model(session, trained))
        return NULL;
    const double *params = trained->params;
    const Program *program =
        layers ? extension_of(session, trained->program, (size_t)layers, step, &trained->params) : trained->program;
    bool bands = program && options_get(session->options, "--bands");
    return !bands || read_estimates(session, trained, params, program->description.model, estimates) ? program : NULL;
}

/* The samples; those of the spec start where their training has moved them. NULL after errors. */
static const Dataset *load_samples(Session *session, const Model *model, const RunModel *trained, bool controls)
{
    const bool truth = options_get(session->options, "--truth");
    const LabelsUse labels = truth ? LABELS_SHOWN : controls ? LABELS_NEEDED : LABELS_UNUSED;
    if (truth && !model->has_loss) {
        session->problem = "--truth is for losses, and the network has none";
        return NULL;
    }
    const Dataset *data =
        request_for_prediction(trained->data, model, &trained->known, labels, options_get(session->options, "--id"));
    session->problem = trained->data->problem;
    bool own = data && !options_get(session->options, "--data");
    return !own || parameters_load_inputs(session->arena, session->diagnostics, trained->file, model, data->samples,
                                          data->x)
               ? data
               : NULL;
}

/* Of the layers' states: the numbers, and their text, which takes some 24 bytes each and twice as much as it grows. */
static bool affords(Session *session, const Program *program, size_t samples, bool paths)
{
    Budget budget = budget_of(session, program, samples, 2);
    if (paths)
        budget_add_states(&budget, program->description.model, samples, 8);
    if (options_get(session->options, "--bands"))
        budget_add_derivatives(&budget, program->description.model, samples);
    return budget_affords(session, program->description.model->place, &budget);
}

static Status predict_run(Session *session)
{
    Arena *arena = session->arena;
    const char *out = options_get(session->options, "-o");
    bool states, controls;
    RunModel trained;
    Estimates estimates;
    if (!choose_table(session, &states, &controls))
        return STATUS_USAGE;
    const Program *program = load_trained(session, &trained, &estimates);
    if (!program)
        return STATUS_FAILED;
    Predicting predicting = {.model = program->description.model,
                             .params = trained.params,
                             .trained = &trained.known,
                             .id = options_get(session->options, "--id"),
                             .estimates = options_get(session->options, "--bands") ? &estimates : NULL};
    predicting.data = load_samples(session, predicting.model, &trained, controls);
    if (!predicting.data || !prediction_check(arena, session->diagnostics, &predicting) ||
        !affords(session, program, predicting.data->samples, states || controls))
        return STATUS_FAILED;
    predicting.solver = session_solver(session, program, &predicting.data->scales);
    if (!predicting.solver)
        return STATUS_FAILED;
    Text text = states     ? prediction_states(arena, &predicting)
                : controls ? prediction_controls(arena, &predicting)
                           : prediction_table(arena, session->diagnostics, &predicting);
    if (!out)
        return session_print(session, &text);
    return !ranks_first() || file_write(session->diagnostics, out, text.data, text.length) ? STATUS_OK : STATUS_FAILED;
}
