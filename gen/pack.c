#include "pack.h"

#include "print.h"
#include "template.h"
#include "wrap.h"

#include <ctype.h>
#include <string.h>

#ifndef COSTATE_VERSION
#error "the build defines COSTATE_VERSION"
#endif

/* ---- the blueprint ---- */

static size_t rows_for(size_t reals, size_t block)
{
    return (reals + block - 1) / block;
}

/* What driver.c takes from the workspace, in rows of a block. */
static void size_workspace(Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    size_t real = model->single ? 4 : 8, derived = blueprint->network->derived, block = blueprint->block;
    size_t extended = derived ? rows_for(model->parameters + derived, block) : 0;
    size_t gradient = rows_for(model->parameters + derived, block);
    size_t records = model->layers * blueprint->record.rows + model->width;
    size_t ends = model->inputs + model->outputs;
    size_t forward = extended + ends + model->outputs + 1 + 2 * blueprint->record.rows + blueprint->scratch_rows;
    size_t pushforward = 2 * extended + ends + model->inputs + 4 * model->width + blueprint->scratch_rows;
    size_t trajectory = extended + gradient + ends + model->inputs + 5 * model->width + records + blueprint->scratch_rows;
    size_t pullback = 2 * extended + ends + model->inputs + 2 * model->width + records + blueprint->scratch_rows;
    size_t evaluate = 2 * extended + ends + model->outputs + 1 + 2 * model->width + records + blueprint->scratch_rows;
    size_t most = pullback > trajectory ? pullback : trajectory;
    most = most > evaluate ? most : evaluate;
    most = most > pushforward ? most : pushforward;
    most = most > forward ? most : forward;
    blueprint->workspace_bytes = 64 + most * block * real;
    blueprint->forward_workspace_bytes = 64 + forward * block * real;
}

Blueprint *pack_blueprint(Arena *arena, const Network *network, size_t block)
{
    Blueprint *blueprint = ARENA_NEW(arena, Blueprint);
    *blueprint = (Blueprint){.network = network, .record = schedule_record(network), .block = block};
    for (size_t r = 0; r < ROUTINE_COUNT; r++) {
        if (!network->routines[r].name)
            continue;
        blueprint->schedules[r] = schedule_routine(network, &network->routines[r], &blueprint->record, block);
        if (blueprint->schedules[r].scratch_rows > blueprint->scratch_rows)
            blueprint->scratch_rows = blueprint->schedules[r].scratch_rows;
    }
    size_workspace(blueprint);
    return blueprint;
}

bool pack_check(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    const size_t most = (size_t)1 << 36;
    if (blueprint->workspace_bytes <= most)
        return true;
    return diagnostics_error(diagnostics, blueprint->network->model->place,
                             "a gradient would need %zu GiB of workspace; at most 64 are supported: fewer layers or "
                             "channels will do",
                             blueprint->workspace_bytes >> 30);
}

static Cost cost_of(const Blueprint *blueprint, size_t count, const RoutineId *routines)
{
    Cost sum = {0, 0, 0};
    for (size_t i = 0; i < count; i++) {
        bool step = routines[i] == ROUTINE_STEP || routines[i] == ROUTINE_STEP_ADJOINT;
        double times = step ? (double)blueprint->network->model->layers : 1;
        const Cost *cost = &blueprint->schedules[routines[i]].cost;
        sum.multiplications += times * cost->multiplications;
        sum.additions += times * cost->additions;
        sum.activations += times * cost->activations;
    }
    return sum;
}

Cost pack_forward_cost(const Blueprint *blueprint)
{
    static const RoutineId routines[] = {ROUTINE_LIFT, ROUTINE_STEP, ROUTINE_HEAD};
    return cost_of(blueprint, 3, routines);
}

Cost pack_adjoint_cost(const Blueprint *blueprint)
{
    static const RoutineId routines[] = {ROUTINE_LOSS_ADJOINT, ROUTINE_STEP_ADJOINT, ROUTINE_LIFT_ADJOINT};
    return cost_of(blueprint, 3, routines);
}

/* ---- the opening comment ---- */

static void print_network(Text *text, const Model *model)
{
    static const char *const links[] = {"identity", "sigmoid", "softmax"};
    static const char *const losses[] = {"squared", "cross-entropy"};
    text_format(text, " * network     %zu inputs%s, width %zu, %zu layers%s, %zu output%s (%s), %s loss %s\n",
                model->inputs, model->lift ? " (lifted)" : "", model->width, model->layers,
                model->residual ? "" : " without residual", model->outputs, model->outputs == 1 ? "" : "s",
                links[model->link], losses[model->loss], model->average ? "averaged" : "summed");
    text_add(text, " * learnt     ");
    for (size_t t = 0; t < model->tensor_count; t++)
        if (model->tensors[t].learnt)
            text_format(text, " %s", model->tensors[t].name);
    text_format(text, " (%zu parameters in all)\n", model->parameters);
}

static void print_cost(Text *text, const char *title, Cost cost)
{
    text_format(text, " *   %-10s%24.0f%13.0f%13.0f\n", title, cost.multiplications, cost.additions,
                cost.activations);
}

static void print_facts(Text *text, const Blueprint *blueprint, const char *file)
{
    const Network *network = blueprint->network;
    const Model *model = network->model;
    const Tableau *tableau = network->tableau;
    int control = model->residual ? tableau_control_order(text->arena, tableau) : 0;
    text_format(text, "/* %s: a Runge-Kutta network and its exact discrete adjoint.\n *\n", file);
    text_format(text, " * spec        %s, hash %016llx\n", model->name, (unsigned long long)model->hash);
    print_network(text, model);
    text_format(text, " * method      %s, %zu stage%s", tableau->name, tableau->stages, tableau->stages == 1 ? "" : "s");
    if (model->residual) {
        text_format(text, ", order %d for the differential equation, ", tableau_order(text->arena, tableau));
        text_format(text, control ? "%d for the control problem\n" : "none known for the control problem\n", control);
    } else {
        text_add(text, "; a plain net is no Runge-Kutta step and has no order\n");
    }
    text_format(text, " * memory      %zu bytes of workspace for a gradient, %zu for a prediction, any number of samples\n",
                blueprint->workspace_bytes, blueprint->forward_workspace_bytes);
    text_add(text, " *\n * operations a sample  multiplications    additions  activations\n");
    print_cost(text, "forward", pack_forward_cost(blueprint));
    print_cost(text, "adjoint", pack_adjoint_cost(blueprint));
    text_add(text, " *\n * Generated by costate " COSTATE_VERSION ".\n"
                   " *\n * SPDX-License-Identifier: 0BSD\n"
                   " * Permission to use, copy, modify, and/or distribute this software for any purpose with or without\n"
                   " * fee is hereby granted. The software is provided \"as is\", without warranty of any kind. */\n");
}

/* ---- pieces ---- */

static bool flag_holds(const void *context, const char *flag)
{
    const Blueprint *blueprint = context;
    const Model *model = blueprint->network->model;
    if (!strcmp(flag, "derived"))
        return blueprint->network->derived > 0;
    if (!strcmp(flag, "lift") || !strcmp(flag, "plain"))
        return model->lift == (*flag == 'l');
    if (!strcmp(flag, "average") || !strcmp(flag, "sum"))
        return model->average == (*flag == 'a');
    return false;
}

/* Marks the section of that name and what it needs, in any of the files. */
static void want(Arena *arena, const Sections *files, size_t file_count, bool **wanted, const char *name)
{
    for (size_t f = 0; f < file_count; f++) {
        const Section *section = template_find(&files[f], name);
        if (!section || wanted[f][section - files[f].sections])
            continue;
        wanted[f][section - files[f].sections] = true;
        for (const char *at = section->needs; *at;) {
            at += strspn(at, " ");
            size_t length = strcspn(at, " ");
            if (length)
                want(arena, files, file_count, wanted, arena_string(arena, at, length));
            at += length;
        }
    }
}

enum { FILE_VECTOR, FILE_ELEMENTARY, FILE_KERNELS, FILE_DRIVER, FILE_COUNT };

typedef struct {
    Arena *arena;
    const Blueprint *blueprint;
    Sections files[FILE_COUNT];
    bool *wanted[FILE_COUNT];
    Text routines;
} Pieces;

static Pieces gather(Arena *arena, const Blueprint *blueprint, size_t function_count, const char *const *functions)
{
    static const char *const names[FILE_COUNT] = {"vector.h", "elementary.h", "kernels.c", "driver.c"};
    Pieces pieces = {.arena = arena, .blueprint = blueprint, .routines = text_new(arena)};
    KernelUse use = {.arena = arena};
    for (size_t f = 0; f < FILE_COUNT; f++) {
        pieces.files[f] = template_sections(arena, names[f]);
        pieces.wanted[f] = ARENA_ARRAY(arena, pieces.files[f].count + 1, bool);
    }
    for (size_t r = 0; r < ROUTINE_COUNT; r++)
        if (blueprint->network->routines[r].name)
            print_routine(&pieces.routines, blueprint->network, &blueprint->schedules[r], &use);
    for (size_t k = 0; k < use.count; k++)
        want(arena, pieces.files, FILE_COUNT, pieces.wanted, use.names[k]);
    for (size_t k = 0; k < function_count; k++)
        want(arena, pieces.files, FILE_COUNT, pieces.wanted, functions[k]);
    if (blueprint->network->derived) {
        want(arena, pieces.files, FILE_COUNT, pieces.wanted, "extend");
        want(arena, pieces.files, FILE_COUNT, pieces.wanted, "extend_tangent");
    }
    return pieces;
}

static void add_sections(Text *text, const Pieces *pieces, size_t file)
{
    const bool single = pieces->blueprint->network->model->single;
    for (size_t s = 0; s < pieces->files[file].count; s++) {
        const Section *section = &pieces->files[file].sections[s];
        if (!pieces->wanted[file][s] || !strcmp(section->name, "real"))
            continue;
        const char *chosen = template_choose(text->arena, section->text, flag_holds, pieces->blueprint);
        text_add(text, template_resolve(text->arena, chosen, "COSTATE_REAL_FLOAT", single));
    }
}

/* "void costate_tanh(size_t n, ...);" for each wanted kernel. */
static void add_prototypes(Text *text, const Pieces *pieces)
{
    static const char opening[] = "COSTATE_KERNEL void";
    for (size_t s = 0; s < pieces->files[FILE_KERNELS].count; s++) {
        if (!pieces->wanted[FILE_KERNELS][s])
            continue;
        const char *start = strstr(pieces->files[FILE_KERNELS].sections[s].text, opening);
        if (!start)
            continue;
        start += sizeof "COSTATE_KERNEL " - 1;
        size_t length = strcspn(start, "{");
        while (length && isspace((unsigned char)start[length - 1]))
            length--;
        text_append(text, start, length);
        text_add(text, ";\n");
    }
    text_add(text, "\n");
}

static void add_sizes(Text *text, const Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    text_format(text,
                "#define COSTATE_INPUTS                  %zu\n#define COSTATE_WIDTH                   %zu\n"
                "#define COSTATE_OUTPUTS                 %zu\n#define COSTATE_LAYERS                  %zu\n"
                "#define COSTATE_PARAMETERS              %zu\n#define COSTATE_WORKSPACE_BYTES         %zu\n"
                "#define COSTATE_FORWARD_WORKSPACE_BYTES %zu\n\n",
                model->inputs, model->width, model->outputs, model->layers, model->parameters, blueprint->workspace_bytes,
                blueprint->forward_workspace_bytes);
}

/* In place of the section `real`, whose choices are made. */
static void add_real(Text *text, const Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    if (model->single)
        text_add(text, "#define COSTATE_REAL_FLOAT  1\n");
    text_format(text, "#define COSTATE_REAL_BYTES  %d\n#define COSTATE_C(x)        ((costate_real)(x))\n",
                model->single ? 4 : 8);
    text_add(text, "#define COSTATE_KERNEL      static inline\n");
}

static void add_layout(Text *text, const Blueprint *blueprint)
{
    text_format(text, "#define COSTATE_BLOCK       %zu /* samples that are worked on together */\n", blueprint->block);
    text_format(text, "#define COSTATE_RECORD_ROWS %zu /* rows of a block that a layer leaves for its adjoint */\n",
                blueprint->record.rows);
    text_add(text, "#define COSTATE_RECORD      (COSTATE_RECORD_ROWS * COSTATE_BLOCK)\n");
    if (blueprint->network->derived)
        text_format(text, "#define COSTATE_EXTENDED    %zu /* parameters and what is computed of them alone */\n",
                    blueprint->network->model->parameters + blueprint->network->derived);
    else
        text_add(text, "#define COSTATE_EXTENDED    COSTATE_PARAMETERS\n");
    text_add(text, "\n");
}

static void add_tensors(Text *text, const Model *model)
{
    text_add(text, "const struct costate_tensor costate_tensors[] = {\n");
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        text_format(text, "    {\"%s\", %zu, %zu, {%zu, %zu, %zu}},\n", tensor->name, tensor->offset, tensor->rank,
                    tensor->shape[0], tensor->shape[1], tensor->shape[2]);
    }
    text_add(text, "    {\"\", COSTATE_PARAMETERS, 0, {0, 0, 0}},\n};\n\n");
}

/* ---- texts ---- */

/* The text to vendor: under the solver's prefix, in lines of the usual length. */
static char *finish(Arena *arena, const Text *text, const char *prefix)
{
    enum { COLUMNS = 120 };
    return wrap_lines(arena, template_rename(arena, text->data, prefix), COLUMNS);
}

static void replace_line(Text *text, const char *source, const char *from, const char *to)
{
    const char *at = strstr(source, from);
    if (!at) {
        text_add(text, source);
        return;
    }
    text_append(text, source, (size_t)(at - source));
    text_add(text, to);
    text_add(text, at + strlen(from));
}

/* solver.h between its marks "%", with this solver's facts and sizes. */
static void add_header(Text *text, const Blueprint *blueprint, const char *facts, const char *sizes)
{
    const Sections sections = template_sections(text->arena, "solver.h");
    Text first = text_new(text->arena), second = text_new(text->arena);
    replace_line(&first, template_find(&sections, "header")->text, "/*% facts */\n", facts);
    replace_line(&second, first.data, "/*% sizes */\n", sizes);
    replace_line(text, second.data, "typedef double costate_real;",
                 blueprint->network->model->single ? "typedef float costate_real;" : "typedef double costate_real;");
}

char *pack_header(Arena *arena, const Blueprint *blueprint)
{
    const char *name = blueprint->network->model->name;
    const Sections sections = template_sections(arena, "solver.h");
    Text facts = text_new(arena), sizes = text_new(arena), text = text_new(arena);
    print_facts(&facts, blueprint, text_print(arena, "%s.h", name));
    add_sizes(&sizes, blueprint);
    text_add(&text, facts.data);
    add_header(&text, blueprint, "", sizes.data);
    text_add(&text, template_find(&sections, "footer")->text);
    return finish(arena, &text, name);
}

static const char *const FUNCTIONS[] = {"forward",     "objective",  "gradient", "pullback",
                                        "pushforward", "trajectory", "describe"};
enum { VENDORED_FUNCTIONS = 5, JIT_FUNCTIONS = 7 };

char *pack_source(Arena *arena, const Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    Pieces pieces = gather(arena, blueprint, VENDORED_FUNCTIONS, FUNCTIONS);
    Text text = text_new(arena);
    print_facts(&text, blueprint, text_print(arena, "%s.c", model->name));
    text_format(&text, "#include \"%s.h\"\n\n#include <stdint.h>\n\n", model->name);
    add_real(&text, blueprint);
    add_layout(&text, blueprint);
    add_tensors(&text, model);
    text_add(&text, "/* ---- vectors and elementary functions ---- */\n\n");
    add_sections(&text, &pieces, FILE_VECTOR);
    add_sections(&text, &pieces, FILE_ELEMENTARY);
    text_add(&text, "/* ---- kernels: operations on blocks, real[rows][COSTATE_BLOCK] ---- */\n\n");
    add_sections(&text, &pieces, FILE_KERNELS);
    text_add(&text, "/* ---- one block of samples through one layer, forth and back ---- */\n\n");
    text_add(&text, pieces.routines.data);
    text_add(&text, "/* ---- all layers, all blocks ---- */\n\n");
    add_sections(&text, &pieces, FILE_DRIVER);
    return finish(arena, &text, model->name);
}

char *pack_jit(Arena *arena, const Blueprint *blueprint)
{
    const Sections abi = template_sections(arena, "abi.h");
    Pieces pieces = gather(arena, blueprint, JIT_FUNCTIONS, FUNCTIONS);
    Text text = text_new(arena), sizes = text_new(arena), header = text_new(arena);
    add_sizes(&sizes, blueprint);
    add_header(&header, blueprint, "", sizes.data);
    text_add(&text, "typedef __SIZE_TYPE__ size_t;\ntypedef __SIZE_TYPE__ uintptr_t;\n"
                    "typedef __PTRDIFF_TYPE__ ptrdiff_t;\n#define NULL ((void *)0)\n");
    replace_line(&text, header.data, "#include <stddef.h>\n", "");
    text_add(&text, template_find(&abi, "table_type")->text);
    text_add(&text, "#endif\n");
    add_layout(&text, blueprint);
    add_tensors(&text, blueprint->network->model);
    add_prototypes(&text, &pieces);
    text_add(&text, pieces.routines.data);
    add_sections(&text, &pieces, FILE_DRIVER);
    return template_rename(arena, text.data, blueprint->network->model->name);
}
