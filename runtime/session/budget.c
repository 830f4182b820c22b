#include "runtime/session/budget.h"

#include "runtime/solver/squares.h"
#include "runtime/system/memory.h"
#include "runtime/system/ranks.h"

void budget_add(Budget *budget, double bytes, const char *what, const char *less)
{
    budget->items[budget->count++] = (BudgetItem){bytes, what, less};
}

void budget_add_states(Budget *budget, const Model *model, size_t samples, double times)
{
    budget_add(budget, times * sizeof(double) * ((double)model->layers + 1) * (double)samples * (double)model->width,
               "the states of all layers", "fewer layers or samples");
}

void budget_add_derivatives(Budget *budget, const Model *model, size_t samples)
{
    const double cells = (double)(samples < SOLVER_CHUNK ? samples : SOLVER_CHUNK) * (double)model_predictions(model);
    budget_add(budget, sizeof(double) * (double)model->parameters * cells, "the derivatives of predictions",
               "fewer parameters or observed layers");
}

void budget_add_squares(Budget *budget, const Model *model, size_t samples)
{
    budget_add_derivatives(budget, model, samples);
    budget_add(budget, squares_sum_bytes(model, samples), "the products of derivatives", "fewer parameters");
}

static double numbers_of_sample(const Model *model)
{
    return (double)model->inputs + (double)model->signals * (double)model_signal_rows(model) +
           2 * (double)model->observations * (double)model->outputs;
}

/* The same of copies as the network sees them: of signals, and of targets. */
static double scaled_of_sample(const Session *session, const Model *model)
{
    const bool signals = model->data.standardize || session_option(session, "--standardize");
    const bool targets = model->data.standardize_labels || session_option(session, "--standardize-labels");
    return (signals ? (double)model->signals * (double)model_signal_rows(model) : 0) +
           (targets ? (double)model_predictions(model) : 0);
}

/* What a small network takes, most of it for libtcc. */
static const double program_bytes = 24 * 1024 * 1024;

/* That work on so many samples. */
static double threads_over(const Session *session, size_t samples)
{
    return samples > SOLVER_CHUNK ? (double)pool_planned(session->threads) : 1;
}

void budget_add_products(Session *session, Budget *budget, const Program *program, size_t samples)
{
    budget_add(budget, threads_over(session, samples) * (double)program->blueprint->hessian_workspace_bytes,
               "the workspaces of products of the Hessian", "fewer layers, a smaller width or fewer --threads");
}

/* held: of the samples so many are in memory. */
static Budget sum_of(Session *session, const Program *program, size_t samples, double held, double arrays)
{
    Budget budget = {0};
    const Model *model = program->description.model;
    const Blueprint *blueprint = program->blueprint;
    const double real = model->single ? sizeof(float) : sizeof(double), n = (double)samples;
    const double threads = threads_over(session, samples);
    const double learnt = model->learns_x ? n * (double)model->inputs : 0;
    const bool whole = model->checkpoints == model->layers;
    budget_add(&budget, threads * (double)blueprint->workspace_bytes,
               threads > 1 ? text_print(session->arena, "the workspaces of %.0f threads", threads) : "the workspace",
               text_print(session->arena, "fewer layers%s a smaller width%s", threads > 1 || whole ? "," : " or",
                          threads > 1 ? whole ? ", checkpoints or fewer --threads" : " or fewer --threads"
                          : whole     ? " or checkpoints"
                                      : ""));
    budget_add(&budget,
               arrays * sizeof(double) * ((double)model->parameters + learnt) +
                   threads * real * (double)model->parameters + solver_sum_bytes(model, samples),
               "the parameters", "fewer layers or a smaller width");
    budget_add(&budget, program_bytes, "the program itself", "a larger machine");
    budget_add(&budget,
               held * (numbers_of_sample(model) * (sizeof(double) + (model->single ? real : 0)) +
                       scaled_of_sample(session, model) * sizeof(double)),
               "the samples", "fewer samples");
    return budget;
}

Budget budget_of(Session *session, const Program *program, size_t samples, double arrays)
{
    return sum_of(session, program, samples, (double)samples, arrays);
}

Budget budget_of_data(Session *session, const Program *program, const Dataset *data, double arrays)
{
    const double some = threads_over(session, data->samples) * SOLVER_CHUNK;
    return sum_of(session, program, data->samples, data->rows ? some : (double)data->samples, arrays);
}

bool budget_affords(Session *session, Place place, const Budget *budget)
{
    static const double gib = 1024.0 * 1024.0 * 1024.0;
    const BudgetItem *most = &budget->items[0];
    double sum = 0, there = memory_most();
    for (size_t i = 0; i < budget->count; i++) {
        sum += budget->items[i].bytes;
        most = budget->items[i].bytes > most->bytes ? &budget->items[i] : most;
    }
    const bool enough =
        sum <= there ||
        diagnostics_error(session->diagnostics, place,
                          "this needs %.3g GiB of memory, and there are %.3g GiB%s; most is for %s (%.3g GiB): take %s",
                          sum / gib, there / gib, ranks_here() > 1 ? " for each of the ranks here" : "", most->what,
                          most->bytes / gib, most->less);
    return ranks_settle(session->diagnostics, enough);
}

bool budget_allows(Session *session, const Program *program, size_t samples, double arrays)
{
    const Budget budget = budget_of(session, program, samples, arrays);
    return budget_affords(session, program->description.model->place, &budget);
}
