#include "gen/gen.h"

#include "gen/base/nearest.h"
#include "gen/graph/dump.h"
#include "gen/network/identity.h"
#include "gen/network/simplify.h"

#include <string.h>

/* The routines of a model of that description. */
static Network *derive(const Description *description, const Model *model, Extras extras)
{
    return network_build(description->graph, model, description->tableau, &description->problem, extras);
}

const Program *gen_program(Arena *arena, Diagnostics *diagnostics, const char *path, const char *folder)
{
    return gen_changed_program(arena, diagnostics, path, folder, NULL);
}

/* The table of contents: each pass takes what the one before it gives. */
const Program *gen_changed_program(Arena *arena, Diagnostics *diagnostics, const char *path, const char *folder,
                                   const char *changes)
{
    Program *program = ARENA_NEW(arena, Program);
    Description *description = &program->description;

    /* spec -> model, exact tableau, field */
    if (!reader_network(arena, diagnostics, path, folder, changes, description))
        return NULL;

    /* -> expressions of every routine: step, exact adjoint, tangent, head, loss */
    Network *network = derive(description, description->model, (Extras){false, false});
    program->network = network;

    /* -> equal expressions that cost less */
    program->simplified = simplify_network(network);

    /* -> an order of evaluation, and a place for every value; printed by pack_source, pack_header and pack_jit */
    Edition edition = {.block = LARGEST_BLOCK};
    program->blueprint = blueprint_new(arena, program->simplified, &edition);
    return blueprint_check(program->blueprint, diagnostics) ? program : NULL;
}

const char *gen_written(const Program *program, const char *changes)
{
    return spec_written(program->description.spec, changes);
}

static const Network *with_model(Arena *arena, const Network *network, const Model *model)
{
    Network *copy = ARENA_NEW(arena, Network);
    *copy = *network;
    copy->model = model;
    return copy;
}

/* Expressions are exact, so nothing before the schedule knows the real type; what scales rows is in the expressions. */
const Program *gen_edition(Arena *arena, Diagnostics *diagnostics, const Program *program, bool single,
                           const Edition *edition)
{
    Program *other = ARENA_NEW(arena, Program);
    Model *model = ARENA_NEW(arena, Model);
    *model = *program->description.model;
    model->single = single;
    if (edition->intake)
        model->intake = *edition->intake;
    model->intake.scales = model_scales(arena, model, &model->intake.scales);
    *other = *program;
    other->description.model = model;
    if (intake_scales(&model->intake.scales) || edition->step) {
        Network *network = derive(&program->description, model, (Extras){edition->hessian, edition->step});
        other->network = network;
        other->simplified = simplify_network(network);
    } else {
        other->network = with_model(arena, program->network, model);
        other->simplified = with_model(arena, program->simplified, model);
    }
    other->blueprint = blueprint_new(arena, other->simplified, edition);
    return blueprint_check(other->blueprint, diagnostics) ? other : NULL;
}

/* The program derived anew of a model that differs in what only the derivation sees. */
static const Program *derived_anew(Arena *arena, Diagnostics *diagnostics, const Program *program, const Model *model,
                                   const Edition *edition)
{
    Program *other = ARENA_NEW(arena, Program);
    *other = *program;
    other->description.model = model;
    Network *network = derive(&program->description, model, (Extras){edition->hessian, edition->step});
    other->network = network;
    other->simplified = simplify_network(network);
    other->blueprint = blueprint_new(arena, other->simplified, edition);
    return blueprint_check(other->blueprint, diagnostics) ? other : NULL;
}

const Program *gen_second(Arena *arena, Diagnostics *diagnostics, const Program *program)
{
    Edition edition = program->blueprint->edition;
    edition.hessian = true;
    return derived_anew(arena, diagnostics, program, program->description.model, &edition);
}

const Program *gen_weighted(Arena *arena, Diagnostics *diagnostics, const Program *program)
{
    Model *model = ARENA_NEW(arena, Model);
    *model = *program->description.model;
    model->weighted = true;
    return derived_anew(arena, diagnostics, program, model, &program->blueprint->edition);
}

const Program *gen_training(Arena *arena, Diagnostics *diagnostics, const Program *program)
{
    bool second = algorithm_rows[program->description.model->train.algorithm].second;
    return second ? gen_second(arena, diagnostics, program) : program;
}

/* ---- dumps ---- */

const char *const gen_passes[] = {"field", "derive", "simplify", "schedule", "c", NULL};

static void dump_routine(Text *text, const Network *network, const Routine *routine)
{
    bool *live = ARENA_ARRAY(text->arena, graph_size(network->graph), bool);
    routine_mark(routine, live);
    text_format(text, "%s(", routine->name);
    for (size_t i = 0; i < routine->parameter_count; i++)
        text_format(text, "%s%s", i ? ", " : "", routine->parameters[i].name);
    text_add(text, ")\n");
    dump_graph(text, network->graph, live);
    for (size_t i = 0; i < routine->result_count; i++) {
        const RoutineResult *result = &routine->results[i];
        bool adds = result->kind == RESULT_ACCUMULATE || result->kind == RESULT_OBJECTIVE;
        text_format(text, "%s %s %%%zu\n", result->name, adds ? "+=" : "=", result->node->id);
    }
    text_add(text, "\n");
}

static void dump_network(Text *text, const Network *network)
{
    for (size_t r = 0; r < ROUTINE_COUNT; r++)
        if (network->routines[r].name)
            dump_routine(text, network, &network->routines[r]);
}

static void dump_field(Text *text, const Description *description)
{
    bool *live = ARENA_ARRAY(text->arena, graph_size(description->graph), bool);
    graph_mark(description->problem.field, live);
    dump_graph(text, description->graph, live);
    text_format(text, "f = %%%zu\n", description->problem.field->id);
}

static void dump_schedule(Text *text, const Blueprint *blueprint)
{
    for (size_t r = 0; r < ROUTINE_COUNT; r++) {
        if (!blueprint->network->routines[r].name)
            continue;
        text_format(text, "%s\n", blueprint->network->routines[r].name);
        schedule_text(text, &blueprint->schedules[r]);
        text_add(text, "\n");
    }
}

void gen_tableau_text(Text *text, const Tableau *tableau)
{
    tableau_text(text, tableau);
    identity_text(text, tableau);
}

bool gen_dump(Text *text, Diagnostics *diagnostics, const Program *program, const char *pass)
{
    size_t count = 0;
    while (gen_passes[count])
        count++;
    if (!strcmp(pass, "field"))
        dump_field(text, &program->description);
    else if (!strcmp(pass, "derive"))
        dump_network(text, program->network);
    else if (!strcmp(pass, "simplify"))
        dump_network(text, program->simplified);
    else if (!strcmp(pass, "schedule"))
        dump_schedule(text, program->blueprint);
    else if (!strcmp(pass, "c"))
        text_add(text, pack_source(text->arena, program->blueprint));
    else {
        const char *nearest = nearest_name(pass, gen_passes, count);
        return diagnostics_error(diagnostics, (Place){0}, "there is no pass \"%s\"%s", pass,
                                 nearest ? nearest_hint(nearest, "\"").text
                                         : "; there are field, derive, simplify, schedule and c");
    }
    return true;
}
