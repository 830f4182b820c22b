#include "gen/emit/flag.h"

#include "gen/model/loss.h"

#include <assert.h>
#include <string.h>

/* Each with what it stands for of the blueprint's model, edition and tape. In small letters the lines of driver.c,
 * which compiles alone with all of them; in capitals what the preprocessor can decide as well. */
#define FLAGS(FLAG)                                                                                                    \
    FLAG("derived", network->derived > 0)                                                                              \
    FLAG("timed", network->timed)                                                                                      \
    FLAG("time_moves", network->time_moves)                                                                            \
    FLAG("extended", network_extended(network) > model->parameters)                                                    \
    FLAG("lift", lifts)                                                                                                \
    FLAG("lift_function", has(ROUTINE_LIFT) && routine_find(&network->routines[ROUTINE_LIFT_COSTATE], "x"))            \
    FLAG("average", model->average)                                                                                    \
    FLAG("sum", !model->average)                                                                                       \
    FLAG("signals", model->signals > 0)                                                                                \
    FLAG("unsignalled", !model->signals)                                                                               \
    FLAG("linear", model->signals && model->linear)                                                                    \
    FLAG("unlinear", model->signals && !model->linear)                                                                 \
    FLAG("last", model_observes_last(model))                                                                           \
    FLAG("several", !model_observes_last(model))                                                                       \
    FLAG("loss", model->has_loss)                                                                                      \
    FLAG("lossless", !model->has_loss)                                                                                 \
    FLAG("missing", gradient && model->has_loss && model->missing)                                                     \
    FLAG("sample_weights", model->has_loss && model->weighted)                                                         \
    FLAG("complete", !model->missing)                                                                                  \
    FLAG("whole", model->has_loss && model->missing && whole)                                                          \
    FLAG("cellwise", model->has_loss && model->missing && !whole)                                                      \
    FLAG("cost", has(ROUTINE_STEP_COST))                                                                               \
    FLAG("implicit", has(ROUTINE_STEP_SOLUTIONS))                                                                      \
    FLAG("terminal", has(ROUTINE_TERMINAL))                                                                            \
    FLAG("open", !has(ROUTINE_TERMINAL))                                                                               \
    FLAG("valued", valued)                                                                                             \
    FLAG("measured", gradient)                                                                                         \
    FLAG("scored", gradient && model->has_loss)                                                                        \
    FLAG("costed", gradient &&has(ROUTINE_STEP_COST))                                                                  \
    FLAG("unscored", !gradient || !model->has_loss)                                                                    \
    FLAG("uncosted", !gradient || !has(ROUTINE_STEP_COST))                                                             \
    FLAG("ended", gradient &&has(ROUTINE_TERMINAL))                                                                    \
    FLAG("penalty", has(ROUTINE_PENALTY))                                                                              \
    FLAG("penalty_weighed", has(ROUTINE_PENALTY) && routine_find(&network->routines[ROUTINE_PENALTY], "weight"))       \
    FLAG("penniless", !has(ROUTINE_PENALTY))                                                                           \
    FLAG("decay", model->decay > 0)                                                                                    \
    FLAG("regularised", has(ROUTINE_PENALTY) || model->decay > 0)                                                      \
    FLAG("pure", !has(ROUTINE_PENALTY) && !(model->decay > 0))                                                         \
    FLAG("x_learnt", model->learns_x)                                                                                  \
    FLAG("x_given", !model->learns_x)                                                                                  \
    FLAG("X_LEARNT", model->learns_x)                                                                                  \
    FLAG("HESSIAN", blueprint->edition.hessian)                                                                        \
    FLAG("given", gradient)                                                                                            \
    FLAG("STEP", blueprint->edition.step)                                                                              \
    FLAG("baked_step", !gradient && blueprint->edition.step)                                                           \
    FLAG("given_step", gradient && blueprint->edition.step)                                                            \
    FLAG("tangents", blueprint_has_tangents(blueprint))                                                                \
    FLAG("costates", !blueprint_has_tangents(blueprint))                                                               \
    FLAG("given_cost", gradient &&has(ROUTINE_STEP_COST))                                                              \
    FLAG("given_signals", gradient && model->signals)                                                                  \
    FLAG("given_unsignalled", gradient && !model->signals)                                                             \
    FLAG("given_extended", gradient &&network_extended(network) > model->parameters)                                   \
    FLAG("given_plain", gradient &&network_extended(network) == model->parameters)                                     \
    FLAG("given_second", gradient && blueprint->edition.hessian)                                                       \
    FLAG("given_again", gradient && blueprint->tape.recomputed)                                                        \
    FLAG("given_lift", gradient &&lifts)                                                                               \
    FLAG("baked", !gradient)                                                                                           \
    FLAG("back", blueprint_goes_back(blueprint))                                                                       \
    FLAG("signal_tangents", model->signals &&blueprint_has_tangents(blueprint))                                        \
    FLAG("linear_tangents", model->signals && model->linear && blueprint_has_tangents(blueprint))                      \
    FLAG("signal_costates", model->signals && !blueprint_has_tangents(blueprint))                                      \
    FLAG("linear_costates", model->signals && model->linear && !blueprint_has_tangents(blueprint))                     \
    FLAG("again_costates", blueprint->tape.recomputed && !blueprint_has_tangents(blueprint))                           \
    FLAG("second", blueprint->edition.hessian)                                                                         \
    FLAG("second_signals", blueprint->edition.hessian && model->signals)                                               \
    FLAG("second_loss", blueprint->edition.hessian && model->has_loss)                                                 \
    FLAG("second_regularised", blueprint->edition.hessian && (has(ROUTINE_PENALTY) || model->decay > 0))               \
    FLAG("first_order", !blueprint->edition.hessian)                                                                   \
    FLAG("simple", network->simple)                                                                                    \
    FLAG("simple_average", network->simple && model->average)                                                          \
    FLAG("simple_sum", network->simple && !model->average)                                                             \
    FLAG("simple_first", network->simple &&first)                                                                      \
    FLAG("simple_plain", network->simple && !first)                                                                    \
    FLAG("first", first)                                                                                               \
    FLAG("general", !network->simple)                                                                                  \
    FLAG("general_loss", !network->simple && model->has_loss)                                                          \
    FLAG("general_valued", !network->simple && valued)                                                                 \
    FLAG("general_average", !network->simple && model->average)                                                        \
    FLAG("general_sum", !network->simple && !model->average)                                                           \
    FLAG("general_first", !network->simple && first)                                                                   \
    FLAG("general_plain", !network->simple && !first)                                                                  \
    FLAG("scaled", model->intake.scales.x.mean != NULL)                                                                \
    FLAG("scaled_signals", model->intake.scales.signals.mean != NULL)                                                  \
    FLAG("scaled_targets", model->intake.scales.targets.mean != NULL)                                                  \
    FLAG("raw_states", network->raw_states)                                                                            \
    FLAG("own_states", blueprint->edition.step && model->intake.scales.x.mean && !network->raw_states)                 \
    FLAG("scaled_loss", model->intake.scales.targets.mean && !blueprint_forward_only(blueprint))                       \
    FLAG("features", model->intake.features != NULL)                                                                   \
    FLAG("classes", model->intake.classes != NULL)                                                                     \
    FLAG("intake", intake_scales(&model->intake.scales) || model->intake.features || model->intake.classes)            \
    FLAG("sines_double", turns && !model->single)                                                                      \
    FLAG("sines_float", turns && model->single)                                                                        \
    FLAG("free", !blueprint->edition.params)                                                                           \
    FLAG("second_free", blueprint->edition.hessian && !blueprint->edition.params)                                      \
    FLAG("REAL_FLOAT", model->single)                                                                                  \
    FLAG("BAKED", blueprint_forward_only(blueprint))                                                                   \
    FLAG("GRADIENT", !blueprint_forward_only(blueprint))                                                               \
    FLAG("TRAINED", blueprint->edition.params && !blueprint_forward_only(blueprint))                                   \
    FLAG("INITIAL", blueprint->edition.initial != NULL)                                                                \
    FLAG("TRAINER", blueprint->edition.trainer)                                                                        \
    FLAG("AMALGAMATED", blueprint->edition.amalgamated)                                                                \
    FLAG("SOURCE", !blueprint->edition.amalgamated)                                                                    \
    FLAG("ALONE", alone)                                                                                               \
    FLAG("ROWS", blueprint->schedules[ROUTINE_STEP].rows)                                                              \
    FLAG("SIMPLEX", model->simplex)                                                                                    \
    FLAG("FALLING", model->train.rate.falls)                                                                           \
    FLAG("WEIGHTED", model->train.weight_decay > 0)                                                                    \
    FLAG("BOUNDED", model_bounded(model))                                                                              \
    FLAG("X_BOUNDED", model->x_lower != NULL)                                                                          \
    FLAG("HELD", model_held(model))                                                                                    \
    FLAG("PARTITIONED", network->tableau->partner)                                                                     \
    FLAG("RECOMPUTED", blueprint->tape.recomputed)

#define has(routine)       (network->routines[routine].name != NULL)
#define NAME(name, holds)  name,
#define HOLDS(name, holds) holds,

static const char *const names[] = {FLAGS(NAME)};
enum { FLAG_COUNT = sizeof names / sizeof *names };

/* Its index, or FLAG_COUNT. */
static size_t find(const char *name)
{
    size_t i = 0;
    while (i < FLAG_COUNT && strcmp(names[i], name) != 0)
        i++;
    return i;
}

/* A training algorithm may have a flag of its own, by which its template tells it from others. */
static bool is_flag_of(const AlgorithmRow *row, const char *name)
{
    return row->flag && !strcmp(row->flag, name);
}

bool flag_exists(const char *name)
{
    bool exists = find(name) < FLAG_COUNT;
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        exists = exists || is_flag_of(&algorithm_rows[i], name);
    return exists;
}

static bool has_sines(const Network *network)
{
    bool found = false;
    for (size_t id = 0; id < graph_size(network->graph) && !found; id++)
        found = graph_at(network->graph, id)->op == OP_SIN || graph_at(network->graph, id)->op == OP_COS;
    return found;
}

/* Are the values of the one sample that a block has in all lanes of vectors? Where they are rows, and where a step is a
 * codelet; loops over reals the compiler makes vectors of. */
static bool is_alone(const Blueprint *blueprint)
{
    const Schedule *step = &blueprint->schedules[ROUTINE_STEP];
    return step->rows || (blueprint->edition.block == 1 &&
                          routine_text_is_codelet(blueprint->network, step, blueprint->edition.form));
}

bool flag_holds(const void *context, const char *name)
{
    const Blueprint *blueprint = context;
    const Model *model = blueprint->network->model;
    const Network *network = blueprint->network;
    const bool gradient = !blueprint_forward_only(blueprint), lifts = has(ROUTINE_LIFT_ADJOINT);
    const bool valued = has(ROUTINE_STEP_COST) || has(ROUTINE_TERMINAL) || model->has_loss;
    const bool first = lifts || model->learns_x, whole = loss_is_whole(model->loss, model->link);
    const bool turns = has_sines(network), alone = is_alone(blueprint);
    const bool holds[] = {FLAGS(HOLDS)};
    const size_t i = find(name);
    assert(flag_exists(name) && "a template has a flag that is none");
    return i < FLAG_COUNT ? holds[i] : is_flag_of(&algorithm_rows[model->train.algorithm], name);
}
