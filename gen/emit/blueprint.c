#include "gen/emit/blueprint.h"

#include "gen/code/codelet.h"
#include "gen/network/equations.h"

#include <math.h>

static size_t rows_for(size_t reals, size_t block)
{
    return (reals + block - 1) / block;
}

size_t blueprint_alignment(const Blueprint *blueprint)
{
    size_t block = blueprint->edition.block * (blueprint->network->model->single ? 4 : 8);
    return block < 64 ? block : 64;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Of that many rows, of what the routines need besides, and of what aligning them may cost. */
static size_t bytes_with(const Blueprint *blueprint, size_t rows, size_t scratch_rows)
{
    size_t real = blueprint->network->model->single ? 4 : 8;
    return blueprint_alignment(blueprint) + (rows + scratch_rows) * blueprint->edition.block * real;
}

static size_t bytes_of(const Blueprint *blueprint, size_t rows)
{
    return bytes_with(blueprint, rows, blueprint->scratch_rows);
}

/* The same for functions of one layer and for Jacobians; extended: the parameters with what is appended to them. */
static void size_of_local(Blueprint *blueprint, size_t extended, size_t record, size_t tape)
{
    const Model *model = blueprint->network->model;
    size_t feed = model->signals * (1 + (size_t)model->linear), visit = model->width + feed + 1;
    size_t gradient = rows_for(network_extended(blueprint->network), blueprint->edition.block);
    size_t step = 2 * extended + gradient + 2 * visit + 2 * model->width + record;
    size_t journey = 2 * model->outputs + 1 + (model->missing ? model->outputs : 0) + 3 * model->signals;
    size_t back = blueprint_goes_back(blueprint) ? 2 * model->width + tape : 0;
    size_t forth = blueprint_has_tangents(blueprint) ? 4 * model->width : 0;
    size_t jacobian = extended + gradient + 2 * model->inputs + journey + 2 * feed + back + forth;
    blueprint->step_workspace_bytes = bytes_of(blueprint, step);
    blueprint->jacobian_workspace_bytes = bytes_of(blueprint, jacobian);
}

/* What driver.c and table.c take from the workspace, in rows of a block. */
static void size_workspace(Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    const Network *network = blueprint->network;
    size_t real = model->single ? 4 : 8, block = blueprint->edition.block;
    size_t gradient = rows_for(network_extended(network), block);
    size_t extended = network_extended(network) > model->parameters ? gradient : 0;
    size_t feed = model->signals * (1 + (size_t)model->linear);
    size_t journey = network->simple ? 0 : model->outputs + (model->missing ? model->outputs : 0) + 3 * model->signals;
    size_t rest = feed + journey + (model->learns_x ? model->inputs : 0);
    size_t record = blueprint->records[ORDER_FIRST].rows, second = blueprint->records[ORDER_SECOND].rows;
    size_t tape = tape_rows(&blueprint->tape, model->width, record, block * real);
    size_t ends = model->inputs + model->outputs, states = 2 * model->width;
    size_t forward = extended + ends + model->outputs + 1 + states + record + rest;
    size_t pushforward = 2 * extended + ends + model->inputs + 2 * states + 2 * feed + second;
    size_t pullback = 2 * extended + ends + model->inputs + states + tape + (network->simple ? 0 : 1) + rest;
    size_t evaluate = 2 * extended + ends + model->outputs + 1 + states + tape + rest;
    size_t back = states + 2 * model->outputs + 1 + tape;
    size_t trajectory = extended + gradient + 2 * model->inputs +
                        larger(2 * states + record + second + model->signals, back) + rest +
                        (network->simple ? 0 : model->outputs + 1);
    size_t products = 2 * extended + 2 * gradient + 3 * model->inputs + 3 * model->outputs + 1 + 3 * model->signals +
                      2 * states + 2 * feed + tape_rows(&blueprint->tape, states, second, block * real);
    size_t solutions = extended + model->inputs + states + feed + blueprint->equations + blueprint->unknowns;
    size_t most = forward;
    if (!blueprint_forward_only(blueprint))
        most = larger(larger(pullback, evaluate), larger(pushforward, forward));
    const AlgorithmRow *algorithm = &algorithm_rows[model->train.algorithm];
    size_t arrays = algorithm->arrays + (model_held(model) ? algorithm->bounded_arrays : 0);
    if (algorithm->joint && model->learns_x)
        arrays = 0;
    /* of steps: what is sorted on the simplex; L-BFGS, which knows no simplex, has a block there */
    size_t training = most + arrays * rows_for(model->parameters, block) + rows_for(model->layers, block) +
                      rows_for(model->train.memory, block);
    blueprint->workspace_bytes = bytes_of(blueprint, most);
    blueprint->forward_workspace_bytes = bytes_of(blueprint, forward);
    blueprint->training_workspace_bytes = bytes_of(blueprint, training);
    blueprint->hessian_workspace_bytes = bytes_of(blueprint, products);
    size_of_local(blueprint, extended, record, tape);
    blueprint->trajectory_workspace_bytes = bytes_of(blueprint, trajectory);
    blueprint->solutions_workspace_bytes =
        bytes_with(blueprint, solutions, larger(blueprint->scratch_rows, blueprint->solutions_scratch_rows));
}

bool blueprint_forward_only(const Blueprint *blueprint)
{
    return blueprint->edition.params && !blueprint->edition.trainable;
}

bool blueprint_has_tangents(const Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    return blueprint->edition.step &&
           model->inputs + model->signals * model_signal_rows(model) < model_predictions(model);
}

bool blueprint_goes_back(const Blueprint *blueprint)
{
    return !blueprint_forward_only(blueprint) || (blueprint->edition.step && !blueprint_has_tangents(blueprint));
}

/* Is the routine among those that one layer's functions and the Jacobians call? */
static bool has_local(const Blueprint *blueprint, RoutineId routine)
{
    bool constant = blueprint_forward_only(blueprint), tangents = blueprint_has_tangents(blueprint);
    const struct {
        RoutineId routine;
        bool wanted;
    } rows[] = {
        {ROUTINE_FIELD, true},
        {ROUTINE_FIELD_ADJOINT, !constant},
        {ROUTINE_FIELD_COSTATE, true},
        {ROUTINE_FIELD_TANGENT, !constant},
        {ROUTINE_FIELD_FLOW, constant},
        {ROUTINE_STEP_COSTATE, true},
        {ROUTINE_STEP_FLOW, constant || tangents},
        {ROUTINE_HEAD_COSTATE, !tangents},
        {ROUTINE_LIFT_COSTATE, !tangents},
        {ROUTINE_HEAD_FLOW, tangents},
        {ROUTINE_LIFT_FLOW, tangents},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].routine == routine)
            return blueprint->edition.step && rows[i].wanted;
    return false;
}

bool blueprint_has(const Blueprint *blueprint, RoutineId routine)
{
    bool forward =
        routine == ROUTINE_PREPARE || routine == ROUTINE_LIFT || routine == ROUTINE_STEP || routine == ROUTINE_HEAD;
    bool local = routine >= ROUTINE_FIELD || blueprint_forward_only(blueprint);
    return blueprint->network->routines[routine].name &&
           (forward || (local ? has_local(blueprint, routine) : !blueprint_forward_only(blueprint)));
}

bool blueprint_keeps(RoutineId routine)
{
    return routine == ROUTINE_STEP_SOLUTIONS;
}

static bool is_codelet(const Blueprint *blueprint, RoutineId routine, const Record *record)
{
    const Network *network = blueprint->network;
    const Schedule schedule = schedule_routine(network, &network->routines[routine], record, blueprint->edition.block);
    return schedule.cost.activations == 0 && codelet_fits(network->graph, &schedule) && codelet_wins(&schedule);
}

/* What a layer leaves for its adjoint: less where both are codelets then. */
static Record record_of(const Blueprint *blueprint, Order order)
{
    const Network *network = blueprint->network;
    bool read = !blueprint_forward_only(blueprint) || (blueprint->edition.step && order == ORDER_FIRST);
    if (!read || !network->routines[record_readers[order]].name)
        return record_none(network);
    const Form form = blueprint->edition.form;
    const Record lean = record_lean(network, order);
    bool codelets = (form == FORM_BEST || form == FORM_CODELETS) &&
                    is_codelet(blueprint, record_writers[order], &lean) &&
                    is_codelet(blueprint, record_readers[order], &lean);
    return codelets ? lean : record_whole(network, order);
}

static void count_equations(Blueprint *blueprint)
{
    const Network *network = blueprint->network;
    const NodeList equations = equations_of(graph_arena(network->graph), &network->step);
    blueprint->equations = equations.count;
    for (size_t k = 0; k < equations.count; k++)
        blueprint->unknowns += equations_unknowns(equations.nodes[k]);
}

Blueprint *blueprint_new(Arena *arena, const Network *network, const Edition *edition)
{
    Blueprint *blueprint = ARENA_NEW(arena, Blueprint);
    *blueprint = (Blueprint){.network = network, .edition = *edition, .tape = tape_plan(network->model)};
    for (Order order = ORDER_FIRST; order < ORDER_COUNT; order++)
        blueprint->records[order] = record_of(blueprint, order);
    for (size_t r = 0; r < ROUTINE_COUNT; r++) {
        if (!blueprint_has(blueprint, (RoutineId)r))
            continue;
        const Routine *routine = &network->routines[r];
        blueprint->schedules[r] =
            schedule_routine(network, routine, &blueprint->records[routine->order], edition->block);
        size_t *rows = blueprint_keeps((RoutineId)r) ? &blueprint->solutions_scratch_rows : &blueprint->scratch_rows;
        *rows = larger(*rows, blueprint->schedules[r].scratch_rows);
    }
    count_equations(blueprint);
    size_workspace(blueprint);
    return blueprint;
}

/* The constants of a routine, of which simplifying may have made larger ones than the spec has. */
static bool check_constants(const Blueprint *blueprint, const Routine *routine, Diagnostics *diagnostics)
{
    const Network *network = blueprint->network;
    bool *live = ARENA_ARRAY(graph_arena(network->graph), graph_size(network->graph), bool);
    routine_mark(routine, live);
    for (size_t id = 0; id < graph_size(network->graph); id++) {
        const Node *node = graph_at(network->graph, id);
        bool constant = live[id] && node->op == OP_CONSTANT, single = network->model->single;
        if (constant && !isfinite(single ? (double)number_to_float(node->value) : number_to_double(node->value)))
            return diagnostics_error(diagnostics, network->model->place,
                                     "a number in its expressions is beyond the range of real = \"%s\"",
                                     single ? "float" : "double");
    }
    return true;
}

bool blueprint_check(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    const size_t most = (size_t)1 << 36;
    for (size_t r = 0; r < ROUTINE_COUNT; r++)
        if (blueprint_has(blueprint, (RoutineId)r) &&
            !check_constants(blueprint, &blueprint->network->routines[r], diagnostics))
            return false;
    if (blueprint->training_workspace_bytes <= most)
        return true;
    return diagnostics_error(diagnostics, blueprint->network->model->place,
                             "a gradient would need %zu GiB of workspace; at most 64 are supported: fewer %s will do",
                             blueprint->training_workspace_bytes >> 30,
                             blueprint->tape.recomputed ? "checkpoints, layers or channels"
                                                        : "layers or channels, or checkpoints,");
}

const Blueprint *blueprint_of_calls(Arena *arena, const Blueprint *blueprint)
{
    Edition edition = blueprint->edition;
    edition.form = FORM_CALLS;
    return blueprint->records[ORDER_FIRST].lean || blueprint->records[ORDER_SECOND].lean
               ? blueprint_new(arena, blueprint->network, &edition)
               : blueprint;
}
