#include "gen/emit/cost.h"

static void add_cost(Cost *sum, const Blueprint *blueprint, RoutineId routine, double times)
{
    const Cost *cost = &blueprint->schedules[routine].cost;
    sum->multiplications += times * cost->multiplications;
    sum->additions += times * cost->additions;
    sum->activations += times * cost->activations;
}

Cost cost_forward(const Blueprint *blueprint)
{
    Cost sum = {0, 0, 0};
    add_cost(&sum, blueprint, ROUTINE_LIFT, 1);
    add_cost(&sum, blueprint, ROUTINE_STEP, (double)blueprint->network->model->layers);
    add_cost(&sum, blueprint, ROUTINE_HEAD, 1);
    return sum;
}

Cost cost_adjoint(const Blueprint *blueprint)
{
    Cost sum = {0, 0, 0};
    add_cost(&sum, blueprint, ROUTINE_LOSS_ADJOINT, 1);
    add_cost(&sum, blueprint, ROUTINE_STEP, tape_recomputed(&blueprint->tape));
    add_cost(&sum, blueprint, ROUTINE_STEP_ADJOINT, (double)blueprint->network->model->layers);
    add_cost(&sum, blueprint, ROUTINE_LIFT_ADJOINT, 1);
    return sum;
}
