/* costate evaluate. */
#include "runtime/session/session.h"

#include "runtime/command/evaluation.h"
#include "runtime/format/data_format.h"
#include "runtime/session/budget.h"
#include "runtime/session/read_run.h"
#include "runtime/session/request.h"
#include "runtime/system/file.h"

static const Option evaluate_options[] = {
    {"--params", "FILE", "for a SPEC: the trained parameters, model.safetensors of a run, or its folder"},
    {"--data", "FILE", "samples with labels: " FORMAT_NAMES " [those of the run, or the spec's]"},
    REQUEST_READING SET_OPTION,
    {"--json", NULL, "as JSON"},
    {"--threads", "N", "threads to use [all processors]; the numbers do not depend on it"},
    BACKEND_OPTION,
    {NULL, NULL, NULL},
};

static Status evaluate_run(Session *session);

const Command command_evaluate = {
    .name = "evaluate",
    .argument = "SPEC|RUN_DIR",
    .summary = "Tell how good trained parameters are: objective, accuracy, every class, residuals.",
    .details =
        "A RUN_DIR has its spec, its parameters, and the samples that it was trained and tested on. The objective\n"
        "is without penalty and decay, which say nothing of samples. precision: of those predicted to be of a class\n"
        "the share that is; recall: of a class's own the share that is found; R2: the share of the targets' variance\n"
        "that is explained. What is missing among labels counts nothing.\n" BACKEND_DETAILS,
    .example = "costate evaluate out/runs/spiral",
    .options = evaluate_options,
    .run = evaluate_run};

static bool evaluate(Session *session, Solver *solver, const double *params, const Dataset *known, const Dataset *data,
                     const char *title, Text *text)
{
    const Evaluated evaluated = {solver, params, known, data, title};
    if (!data->target)
        return diagnostics_error(session->diagnostics, solver_model(solver)->place,
                                 "there are no targets to compare predictions with: the network has no loss");
    if (options_get(session->options, "--json"))
        evaluation_json(text, &evaluated);
    else
        evaluation_table(text, &evaluated);
    return true;
}

/* What a run was trained and tested on. */
static bool evaluate_own(Session *session, Text *text)
{
    const RunRead *read = read_run(session, session->options->argument);
    if (!read)
        return false;
    const Trained *trained = &read->trained;
    return evaluate(session, trained->solver, trained->params, &read->known, trained->train, "training", text) &&
           (!trained->test ||
            evaluate(session, trained->solver, trained->params, &read->known, trained->test, "test", text));
}

static bool evaluate_given(Session *session, Text *text)
{
    RunModel trained;
    if (!read_run_model(session, &trained))
        return false;
    const Dataset *data =
        request_for_prediction(trained.data, trained.program->description.model, &trained.known, LABELS_NEEDED, NULL);
    session->problem = trained.data->problem;
    if (!data || !budget_allows(session, trained.program, data->samples, 2))
        return false;
    Solver *solver = session_solver(session, trained.program, &data->scales);
    return solver && evaluate(session, solver, trained.params, &trained.known, data, "data", text);
}

static Status evaluate_run(Session *session)
{
    Text text = text_new(session->arena);
    const bool own = folder_exists(session->options->argument) && !options_get(session->options, "--params") &&
                     !options_get(session->options, "--data") && !options_get(session->options, "--set");
    if (!(own ? evaluate_own(session, &text) : evaluate_given(session, &text)))
        return session->problem ? STATUS_USAGE : STATUS_FAILED;
    if (options_get(session->options, "--json"))
        text_add(&text, "}\n");
    return session_print(session, &text);
}
