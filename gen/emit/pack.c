#include "gen/emit/pack.h"

#include "gen/code/routine_text.h"
#include "gen/emit/seal.h"
#include "gen/emit/template.h"
#include "gen/emit/wrap.h"

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

/* Bytes: that of the widest vector that can be used, but of no more than a block. */
static size_t alignment(const Blueprint *blueprint)
{
    size_t block = blueprint->edition.block * (blueprint->network->model->single ? 4 : 8);
    return block < 64 ? block : 64;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Of that many rows, of what the routines need besides, and of what aligning them may cost. */
static size_t bytes_of(const Blueprint *blueprint, size_t rows)
{
    size_t real = blueprint->network->model->single ? 4 : 8;
    return alignment(blueprint) + (rows + blueprint->scratch_rows) * blueprint->edition.block * real;
}

/* What driver.c takes from the workspace, in rows of a block. */
static void size_workspace(Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    size_t real = model->single ? 4 : 8, derived = blueprint->network->derived, block = blueprint->edition.block;
    size_t extended = derived ? rows_for(model->parameters + derived, block) : 0;
    size_t gradient = rows_for(model->parameters + derived, block);
    size_t tape = tape_rows(&blueprint->tape, model->width, blueprint->record.rows, block * real);
    size_t ends = model->inputs + model->outputs, states = 2 * model->width, record = blueprint->record.rows;
    size_t forward = extended + ends + model->outputs + 1 + states + record;
    size_t pushforward = 2 * extended + ends + model->inputs + 2 * states;
    size_t pullback = 2 * extended + ends + model->inputs + states + tape;
    size_t evaluate = 2 * extended + ends + model->outputs + 1 + states + tape;
    size_t back = states + 2 * model->outputs + 1 + tape;
    size_t trajectory = extended + gradient + 2 * model->inputs + larger(2 * states + record, back);
    size_t most = forward;
    if (!pack_forward_only(blueprint))
        most = larger(larger(pullback, evaluate), larger(pushforward, forward));
    size_t training = most + 2 * rows_for(model->parameters, block) + rows_for(model->layers, block);
    blueprint->workspace_bytes = bytes_of(blueprint, most);
    blueprint->forward_workspace_bytes = bytes_of(blueprint, forward);
    blueprint->training_workspace_bytes = bytes_of(blueprint, training);
    blueprint->trajectory_workspace_bytes = bytes_of(blueprint, trajectory);
}

bool pack_forward_only(const Blueprint *blueprint)
{
    return blueprint->edition.params && !blueprint->edition.trainable;
}

static bool has_routine(const Blueprint *blueprint, size_t routine)
{
    bool forward =
        routine == ROUTINE_PREPARE || routine == ROUTINE_LIFT || routine == ROUTINE_STEP || routine == ROUTINE_HEAD;
    return blueprint->network->routines[routine].name && (forward || !pack_forward_only(blueprint));
}

Blueprint *pack_blueprint(Arena *arena, const Network *network, const Edition *edition)
{
    Blueprint *blueprint = ARENA_NEW(arena, Blueprint);
    *blueprint = (Blueprint){.network = network, .edition = *edition, .tape = tape_plan(network->model)};
    blueprint->record = pack_forward_only(blueprint) ? schedule_no_record(network) : schedule_record(network);
    for (size_t r = 0; r < ROUTINE_COUNT; r++) {
        if (!has_routine(blueprint, r))
            continue;
        blueprint->schedules[r] = schedule_routine(network, &network->routines[r], &blueprint->record, edition->block);
        if (blueprint->schedules[r].scratch_rows > blueprint->scratch_rows)
            blueprint->scratch_rows = blueprint->schedules[r].scratch_rows;
    }
    size_workspace(blueprint);
    return blueprint;
}

bool pack_check(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    const size_t most = (size_t)1 << 36;
    if (blueprint->training_workspace_bytes <= most)
        return true;
    return diagnostics_error(diagnostics, blueprint->network->model->place,
                             "a gradient would need %zu GiB of workspace; at most 64 are supported: fewer %s will do",
                             blueprint->training_workspace_bytes >> 30,
                             blueprint->tape.recomputed ? "checkpoints, layers or channels"
                                                        : "layers or channels, or checkpoints,");
}

static void add_cost(Cost *sum, const Blueprint *blueprint, RoutineId routine, double times)
{
    const Cost *cost = &blueprint->schedules[routine].cost;
    sum->multiplications += times * cost->multiplications;
    sum->additions += times * cost->additions;
    sum->activations += times * cost->activations;
}

Cost pack_forward_cost(const Blueprint *blueprint)
{
    Cost sum = {0, 0, 0};
    add_cost(&sum, blueprint, ROUTINE_LIFT, 1);
    add_cost(&sum, blueprint, ROUTINE_STEP, (double)blueprint->network->model->layers);
    add_cost(&sum, blueprint, ROUTINE_HEAD, 1);
    return sum;
}

Cost pack_adjoint_cost(const Blueprint *blueprint)
{
    Cost sum = {0, 0, 0};
    add_cost(&sum, blueprint, ROUTINE_LOSS_ADJOINT, 1);
    add_cost(&sum, blueprint, ROUTINE_STEP, tape_recomputed(&blueprint->tape));
    add_cost(&sum, blueprint, ROUTINE_STEP_ADJOINT, (double)blueprint->network->model->layers);
    add_cost(&sum, blueprint, ROUTINE_LIFT_ADJOINT, 1);
    return sum;
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
    text_format(text, " *   %-10s%24.0f%13.0f%13.0f\n", title, cost.multiplications, cost.additions, cost.activations);
}

static void print_memory(Text *text, const Blueprint *blueprint)
{
    text_format(text, " * workspace   %zu bytes for predictions", blueprint->forward_workspace_bytes);
    if (!pack_forward_only(blueprint))
        text_format(text, ", %zu for gradients", blueprint->workspace_bytes);
    if (blueprint->edition.trainer)
        text_format(text, ", %zu for training", blueprint->training_workspace_bytes);
    text_add(text, "; of any number of samples\n");
    if (pack_forward_only(blueprint))
        return;
    text_add(text, " *             ");
    tape_text(text, &blueprint->tape);
    text_add(text, "\n");
}

/* What the solver is, as lines of a comment in C. */
static void print_facts(Text *text, const Blueprint *blueprint, const char *file)
{
    const Network *network = blueprint->network;
    const Model *model = network->model;
    const Tableau *tableau = network->tableau;
    int control = model->residual ? tableau_control_order(text->arena, tableau) : 0;
    text_format(text, "/* %s: a Runge-Kutta network%s.\n *\n", file,
                pack_forward_only(blueprint) ? " with its parameters" : " and its exact discrete adjoint");
    text_format(text, " * spec        %s, hash %016llx\n", model->name, (unsigned long long)model->hash);
    print_network(text, model);
    text_format(text, " * method      %s, %zu stage%s", tableau->name, tableau->stages,
                tableau->stages == 1 ? "" : "s");
    if (model->residual) {
        text_format(text, ", order %d for the differential equation, ", tableau_order(text->arena, tableau));
        text_format(text, control ? "%d for the control problem\n" : "none known for the control problem\n", control);
    } else {
        text_add(text, "; a plain net is no Runge-Kutta step and has no order\n");
    }
    print_memory(text, blueprint);
    text_add(text, " *\n * operations a sample  multiplications    additions  activations\n");
    print_cost(text, "forward", pack_forward_cost(blueprint));
    if (!pack_forward_only(blueprint))
        print_cost(text, "adjoint", pack_adjoint_cost(blueprint));
    text_add(text,
             " *\n * Generated by costate " COSTATE_VERSION "; " SEAL_BLANK " of this file.\n"
             " *\n * SPDX-License-Identifier: 0BSD\n"
             " * Permission to use, copy, modify, and/or distribute this software for any purpose with or without\n"
             " * fee is hereby granted. The software is provided \"as is\", without warranty of any kind. */\n");
}

/* ---- pieces ---- */

bool pack_flag(const void *context, const char *flag)
{
    const Blueprint *blueprint = context;
    const Model *model = blueprint->network->model;
    const struct {
        const char *name;
        bool holds;
    } flags[] = {
        {"derived", blueprint->network->derived > 0},
        {"lift", model->lift},
        {"plain", !model->lift},
        {"average", model->average},
        {"sum", !model->average},
        {"REAL_FLOAT", model->single},
        {"BAKED", pack_forward_only(blueprint)},
        {"GRADIENT", !pack_forward_only(blueprint)},
        {"TRAINED", blueprint->edition.params && !pack_forward_only(blueprint)},
        {"TRAINER", blueprint->edition.trainer},
        {"AMALGAMATED", blueprint->edition.amalgamated},
        {"SOURCE", !blueprint->edition.amalgamated},
        {"SIMPLEX", model->simplex},
        {"RECOMPUTED", blueprint->tape.recomputed},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (!strcmp(flags[i].name, flag))
            return flags[i].holds;
    const char *algorithm = algorithm_rows[model->train.algorithm].flag;
    return algorithm && !strcmp(algorithm, flag);
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

enum { FILE_VECTOR, FILE_ELEMENTARY, FILE_KERNELS, FILE_DRIVER, FILE_TRAINER, FILE_ALGORITHM, FILE_COUNT };

typedef struct {
    Arena *arena;
    const Blueprint *blueprint;
    Sections files[FILE_COUNT];
    bool *wanted[FILE_COUNT];
    Text routines;
} Pieces;

static Pieces gather(Arena *arena, const Blueprint *blueprint, Form form, size_t function_count,
                     const char *const *functions)
{
    const char *algorithm = algorithm_rows[blueprint->network->model->train.algorithm].template_file;
    const char *const names[FILE_COUNT] = {"vector.h", "elementary.h", "kernels.c", "driver.c", "trainer.h", algorithm};
    Pieces pieces = {.arena = arena, .blueprint = blueprint, .routines = text_new(arena)};
    KernelUse use = {.arena = arena};
    for (size_t f = 0; f < FILE_COUNT; f++) {
        pieces.files[f] = template_sections(arena, names[f]);
        pieces.wanted[f] = ARENA_ARRAY(arena, pieces.files[f].count + 1, bool);
    }
    for (size_t r = 0; r < ROUTINE_COUNT; r++)
        if (has_routine(blueprint, r))
            print_routine(&pieces.routines, blueprint->network, &blueprint->schedules[r], form, &use);
    want(arena, pieces.files, FILE_COUNT, pieces.wanted, "routine");
    for (size_t k = 0; k < use.count; k++)
        want(arena, pieces.files, FILE_COUNT, pieces.wanted, use.names[k]);
    for (size_t k = 0; k < function_count; k++)
        want(arena, pieces.files, FILE_COUNT, pieces.wanted, functions[k]);
    if (blueprint->network->derived) {
        want(arena, pieces.files, FILE_COUNT, pieces.wanted, "extend");
        if (!pack_forward_only(blueprint))
            want(arena, pieces.files, FILE_COUNT, pieces.wanted, "extend_tangent");
    }
    return pieces;
}

/* Each with a blank line behind it, which the last section of a template lacks. */
static void add_sections(Text *text, const Pieces *pieces, size_t file)
{
    for (size_t s = 0; s < pieces->files[file].count; s++) {
        const Section *section = &pieces->files[file].sections[s];
        if (!pieces->wanted[file][s] || !strcmp(section->name, "real"))
            continue;
        text_add(text, template_choose(text->arena, section->text, pack_flag, pieces->blueprint));
        text_add(text, s + 1 == pieces->files[file].count ? "\n" : "");
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

static void add_size(Text *text, const char *name, size_t value)
{
    text_format(text, "#define COSTATE_%-24s %zu\n", name, value);
}

static void add_sizes(Text *text, const Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    text_format(text, "#define COSTATE_%-24s \"%s\"\n", "VERSION", COSTATE_VERSION);
    add_size(text, "INPUTS", model->inputs);
    add_size(text, "WIDTH", model->width);
    add_size(text, "OUTPUTS", model->outputs);
    add_size(text, "LAYERS", model->layers);
    add_size(text, "PARAMETERS", model->parameters);
    add_size(text, "WORKSPACE_BYTES", blueprint->workspace_bytes);
    add_size(text, "FORWARD_WORKSPACE_BYTES", blueprint->forward_workspace_bytes);
    if (blueprint->edition.trainer)
        add_size(text, "TRAINING_WORKSPACE_BYTES", blueprint->training_workspace_bytes);
    text_add(text, "\n");
}

/* In place of the section `real`, whose choices are made. */
static void add_real(Text *text, const Blueprint *blueprint)
{
    text_format(text, "#define COSTATE_REAL_BYTES  %d\n#define COSTATE_C(x)        ((costate_real)(x))\n",
                blueprint->network->model->single ? 4 : 8);
    text_add(text, "#define COSTATE_KERNEL      static inline\n");
}

static void add_tape(Text *text, const Blueprint *blueprint)
{
    const Tape *tape = &blueprint->tape;
    size_t row_bytes = blueprint->edition.block * (blueprint->network->model->single ? 4 : 8);
    text_format(text, "#define COSTATE_STATES      %zu /* of a block that there is memory for */\n", tape->states);
    text_format(text, "#define COSTATE_RECORDS     %zu\n", tape->records);
    if (!tape->recomputed)
        return;
    text_format(text, "#define COSTATE_CHECKPOINTS %zu /* layers whose state is kept */\n", tape->checkpoints);
    text_format(text, "#define COSTATE_NOTE_ROWS   %zu /* rows of a block in which their numbers stand */\n",
                tape_note_rows(tape, row_bytes));
}

static void add_layout(Text *text, const Blueprint *blueprint)
{
    text_format(text, "#define COSTATE_BLOCK       %zu /* samples that are worked on together */\n",
                blueprint->edition.block);
    text_format(text, "#define COSTATE_ALIGNMENT   %zu /* bytes, of a block */\n", alignment(blueprint));
    text_format(text, "#define COSTATE_RECORD_ROWS %zu /* rows of a block that a layer leaves for its adjoint */\n",
                blueprint->record.rows);
    text_add(text, "#define COSTATE_RECORD      (COSTATE_RECORD_ROWS * COSTATE_BLOCK)\n"
                   "#define COSTATE_STATE       (COSTATE_WIDTH * COSTATE_BLOCK)\n");
    if (!pack_forward_only(blueprint))
        add_tape(text, blueprint);
    if (blueprint->network->derived)
        text_format(text, "#define COSTATE_EXTENDED    %zu /* parameters and what is computed of them alone */\n",
                    blueprint->network->model->parameters + blueprint->network->derived);
    else
        text_add(text, "#define COSTATE_EXTENDED    COSTATE_PARAMETERS\n");
    text_add(text, "\n");
}

static void add_constant(Text *text, const char *name, double value, bool single)
{
    text_format(text, "#define COSTATE_%-13s ", name);
    print_real(text, value, single);
    text_add(text, "\n");
}

/* What the spec says about training. */
static void add_training(Text *text, const Model *model)
{
    const TrainSpec *spec = &model->train;
    const Tensor *steps = &model->tensors[model->step_tensor];
    const AlgorithmRow *row = &algorithm_rows[spec->algorithm];
    add_constant(text, "FIRST_STEP", row->first_step(spec), model->single);
    for (size_t i = 0; i < ALGORITHM_MOST_CONSTANTS && row->constants[i].name; i++)
        add_constant(text, row->constants[i].name, algorithm_real(spec, row->constants[i].offset), model->single);
    if (model->simplex) {
        text_format(text, "#define COSTATE_SIMPLEX_FIRST %zu\n#define COSTATE_SIMPLEX_COUNT %zu\n", steps->offset,
                    steps->size);
        add_constant(text, "SIMPLEX_TOTAL", (double)model->layers * model->step, model->single);
    }
    text_add(text, "\n");
}

static void add_trained(Text *text, const Blueprint *blueprint)
{
    enum { LAST_COLUMN = 112 };
    const Model *model = blueprint->network->model;
    text_format(text, "%sconst costate_real costate_trained[COSTATE_PARAMETERS] = {\n",
                pack_forward_only(blueprint) ? "static " : "");
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        text_format(text, "    /* %s */\n", tensor->name);
        for (size_t i = 0, start = 0; i < tensor->size; i++) {
            bool begins = i == 0 || text->length - start > LAST_COLUMN - 16;
            text_add(text, i && begins ? "\n" : "");
            start = begins ? text->length : start;
            text_add(text, begins ? "    " : " ");
            print_real(text, blueprint->edition.params[tensor->offset + i], model->single);
            text_add(text, ",");
        }
        text_add(text, "\n");
    }
    text_add(text, "};\n\n");
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

/* The text to vendor: under the solver's prefix, in lines of the usual length and none that is blank at the end,
 * sealed. */
char *pack_finish(Arena *arena, const Blueprint *blueprint, const Text *text)
{
    enum { COLUMNS = 120 };
    size_t length = text->length;
    while (length > 1 && text->data[length - 2] == '\n')
        length--;
    const char *renamed =
        template_rename(arena, arena_string(arena, text->data, length), blueprint->network->model->name);
    return seal_close(arena, wrap_lines(arena, renamed, COLUMNS));
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

/* A section of a template with its choices made. */
static void add_section(Text *text, const Blueprint *blueprint, const char *file, const char *section)
{
    const Sections sections = template_sections(text->arena, file);
    text_add(text, template_choose(text->arena, template_find(&sections, section)->text, pack_flag, blueprint));
}

static void add_declarations(Text *text, const Blueprint *blueprint, const char *section)
{
    add_section(text, blueprint, "solver.h", section);
}

static void add_header(Text *text, const Blueprint *blueprint)
{
    add_declarations(text, blueprint, "opening");
    add_sizes(text, blueprint);
    add_declarations(text, blueprint, "functions");
    if (blueprint->edition.trainer)
        add_section(text, blueprint, algorithm_rows[blueprint->network->model->train.algorithm].template_file,
                    "training");
    if (pack_flag(blueprint, "TRAINED"))
        add_declarations(text, blueprint, "trained");
    if (!pack_forward_only(blueprint))
        add_declarations(text, blueprint, "tensors");
}

/* table: with the table of the ABI. */
static Pieces gather_vendored(Arena *arena, const Blueprint *blueprint, bool table)
{
    const Model *model = blueprint->network->model;
    const char *const functions[] = {"forward",  "objective",   "gradient",
                                     "pullback", "pushforward", algorithm_rows[model->train.algorithm].section};
    size_t count = pack_forward_only(blueprint) ? 1 : blueprint->edition.trainer ? 6 : 5;
    Pieces pieces = gather(arena, blueprint, blueprint->edition.form, count, functions);
    if (blueprint->edition.trainer && model->simplex)
        want(arena, pieces.files, FILE_COUNT, pieces.wanted, "project");
    if (table)
        want(arena, pieces.files, FILE_COUNT, pieces.wanted, "describe");
    return pieces;
}

/* All behind the header. */
static void add_source(Text *text, const Blueprint *blueprint, bool table)
{
    const Model *model = blueprint->network->model;
    Pieces pieces = gather_vendored(text->arena, blueprint, table);
    text_add(text, "#include <stdint.h>\n\n");
    add_real(text, blueprint);
    add_layout(text, blueprint);
    if (blueprint->edition.trainer)
        add_training(text, model);
    if (blueprint->edition.params)
        add_trained(text, blueprint);
    if (!pack_forward_only(blueprint))
        add_tensors(text, model);
    text_add(text, "/* ---- vectors and elementary functions ---- */\n\n");
    add_sections(text, &pieces, FILE_VECTOR);
    add_sections(text, &pieces, FILE_ELEMENTARY);
    text_add(text, "/* ---- kernels: operations on blocks, real[rows][COSTATE_BLOCK] ---- */\n\n");
    add_sections(text, &pieces, FILE_KERNELS);
    text_add(text, "/* ---- one block of samples through one layer, forth and back ---- */\n\n");
    text_add(text, pieces.routines.data);
    text_add(text, "/* ---- all layers, all blocks ---- */\n\n");
    add_sections(text, &pieces, FILE_DRIVER);
    if (blueprint->edition.trainer)
        text_add(text, "/* ---- training ---- */\n\n");
    for (size_t file = FILE_TRAINER; file <= FILE_ALGORITHM; file++)
        add_sections(text, &pieces, file);
}

/* The name of a file, and the opening comment that every emitted file of C has. */
static Text open_text(Arena *arena, const Blueprint *blueprint, const char *ending)
{
    Text text = text_new(arena);
    print_facts(&text, blueprint, text_print(arena, "%s%s", blueprint->network->model->name, ending));
    return text;
}

char *pack_header(Arena *arena, const Blueprint *blueprint)
{
    Text text = open_text(arena, blueprint, ".h");
    add_header(&text, blueprint);
    add_declarations(&text, blueprint, "footer");
    return pack_finish(arena, blueprint, &text);
}

char *pack_source(Arena *arena, const Blueprint *blueprint)
{
    Text text = open_text(arena, blueprint, ".c");
    text_format(&text, "#include \"%s.h\"\n\n", blueprint->network->model->name);
    add_source(&text, blueprint, false);
    return pack_finish(arena, blueprint, &text);
}

char *pack_amalgamation(Arena *arena, const Blueprint *blueprint)
{
    Text text = open_text(arena, blueprint, ".h");
    text_add(&text, "/* One file of the program defines COSTATE_IMPLEMENTATION before it includes this one. */\n");
    add_header(&text, blueprint);
    add_declarations(&text, blueprint, "footer");
    text_add(&text, "\n#if defined(COSTATE_IMPLEMENTATION) && !defined(COSTATE_IMPLEMENTED)\n"
                    "#define COSTATE_IMPLEMENTED 1\n\n");
    add_source(&text, blueprint, false);
    text_add(&text, "#endif\n");
    return pack_finish(arena, blueprint, &text);
}

char *pack_jit(Arena *arena, const Blueprint *blueprint)
{
    static const char *const functions[] = {"forward",     "objective",  "gradient", "pullback",
                                            "pushforward", "trajectory", "describe"};
    const Sections abi = template_sections(arena, "abi.h");
    Pieces pieces = gather(arena, blueprint, FORM_CALLS, sizeof functions / sizeof *functions, functions);
    Text text = text_new(arena), header = text_new(arena);
    add_header(&header, blueprint);
    text_add(&text, "typedef __SIZE_TYPE__ size_t;\ntypedef __SIZE_TYPE__ uintptr_t;\n"
                    "typedef __PTRDIFF_TYPE__ ptrdiff_t;\ntypedef unsigned uint32_t;\n"
                    "typedef unsigned long long uint64_t;\n#define NULL ((void *)0)\n");
    replace_line(&text, header.data, "#include <stddef.h>\n", "");
    text_add(&text, template_find(&abi, "table_type")->text);
    text_add(&text, "#endif\n#define COSTATE_ROUTINE static\n");
    add_size(&text, "TRAJECTORY_WORKSPACE_BYTES", blueprint->trajectory_workspace_bytes);
    add_layout(&text, blueprint);
    add_tensors(&text, blueprint->network->model);
    add_prototypes(&text, &pieces);
    text_add(&text, pieces.routines.data);
    add_sections(&text, &pieces, FILE_DRIVER);
    return template_rename(arena, text.data, blueprint->network->model->name);
}

char *pack_library(Arena *arena, const Blueprint *blueprint)
{
    const Sections abi = template_sections(arena, "abi.h");
    Text text = text_new(arena);
    add_header(&text, blueprint);
    add_declarations(&text, blueprint, "footer");
    text_add(&text, template_find(&abi, "table_type")->text);
    add_size(&text, "TRAJECTORY_WORKSPACE_BYTES", blueprint->trajectory_workspace_bytes);
    add_source(&text, blueprint, true);
    return template_rename(arena, text.data, blueprint->network->model->name);
}
