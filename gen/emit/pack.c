#include "gen/emit/names.h"
#include "gen/emit/pack.h"

#include "gen/code/routine_text.h"
#include "gen/emit/flag.h"
#include "gen/emit/opening.h"
#include "gen/emit/seal.h"
#include "gen/emit/template.h"
#include "gen/emit/wrap.h"
#include "gen/model/loss.h"

#include <assert.h>
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* ---- pieces ---- */

/* The templates that a solver is made of, in the order in which they need each other. */
enum {
    FILE_REAL,
    FILE_VECTOR,
    FILE_ELEMENTARY,
    FILE_KERNELS,
    FILE_DRIVER,
    FILE_LOCAL,
    FILE_TABLE,
    FILE_TRAINER,
    FILE_ALGORITHM,
    FILE_COUNT
};

typedef struct {
    const Blueprint *blueprint;
    Sections files[FILE_COUNT];
    bool *wanted[FILE_COUNT], *called[FILE_COUNT]; /* by section; called: by routines */
    Text routines;
} Pieces;

/* Marks the section of that name, in whichever file it is, and what it needs. */
static void want(Pieces *pieces, const char *name)
{
    bool found = false;
    for (size_t f = 0; f < FILE_COUNT; f++) {
        const Section *section = template_find(&pieces->files[f], name);
        found = found || section;
        if (!section || pieces->wanted[f][section - pieces->files[f].sections])
            continue;
        pieces->wanted[f][section - pieces->files[f].sections] = true;
        for (const char *at = section->needs; *(at += strspn(at, " ")); at += strcspn(at, " "))
            want(pieces, arena_string(pieces->routines.arena, at, strcspn(at, " ")));
    }
    assert(found && "a section is wanted that no template has");
}

static void mark_called(Pieces *pieces, const NeededSection *needed)
{
    for (size_t f = 0; f < FILE_COUNT; f++) {
        const Section *section = template_find(&pieces->files[f], needed->name);
        if (section)
            pieces->called[f][section - pieces->files[f].sections] = needed->called;
    }
}

/* The order in which a reader wants to see them: the step and its adjoint before what is around them. */
/* clang-format off */
static const RoutineId reading_order[] = {
    ROUTINE_STEP, ROUTINE_STEP_ADJOINT, ROUTINE_STEP_COST, ROUTINE_STEP_PULLBACK, ROUTINE_STEP_TANGENT,
    ROUTINE_STEP_SOLUTIONS,
    ROUTINE_HEAD, ROUTINE_HEAD_ADJOINT, ROUTINE_HEAD_TANGENT,
    ROUTINE_LOSS, ROUTINE_LOSS_ADJOINT,
    ROUTINE_TERMINAL, ROUTINE_TERMINAL_ADJOINT,
    ROUTINE_PENALTY, ROUTINE_PENALTY_ADJOINT,
    ROUTINE_LIFT, ROUTINE_LIFT_ADJOINT, ROUTINE_LIFT_COSTATE, ROUTINE_LIFT_TANGENT,
    ROUTINE_PREPARE, ROUTINE_PREPARE_ADJOINT, ROUTINE_PREPARE_TANGENT,
    ROUTINE_STEP_SECOND, ROUTINE_HEAD_SECOND, ROUTINE_LOSS_SECOND, ROUTINE_TERMINAL_SECOND, ROUTINE_PENALTY_SECOND,
    ROUTINE_LIFT_SECOND, ROUTINE_LIFT_COSTATE_SECOND, ROUTINE_PREPARE_SECOND,
    ROUTINE_FIELD, ROUTINE_FIELD_ADJOINT, ROUTINE_FIELD_COSTATE, ROUTINE_FIELD_TANGENT, ROUTINE_FIELD_FLOW,
    ROUTINE_STEP_COSTATE, ROUTINE_STEP_FLOW, ROUTINE_HEAD_COSTATE, ROUTINE_HEAD_FLOW, ROUTINE_LIFT_FLOW
};
/* clang-format on */
_Static_assert(sizeof reading_order / sizeof *reading_order == ROUTINE_COUNT, "each routine is printed once");

/* The functions of one layer, and the Jacobians. */
static void want_local(Pieces *pieces)
{
    static const struct {
        const char *flag, *section;
    } uses[] = {
        {"STEP", "layer_step"},
        {"STEP", "layer_step_pullback"},
        {"STEP", "layer_step_pushforward"},
        {"STEP", "layer_field"},
        {"STEP", "layer_field_pullback"},
        {"STEP", "layer_field_pushforward"},
        {"STEP", "step_jacobian"},
        {"STEP", "jacobian"},
        {"extended", "extend_layer"},
        {"given_extended", "extend_layer_tangent"},
        {"given_extended", "retract_layer"},
        {"given_plain", "copy"},
        {"tangents", "columns_forth"},
        {"back", "rows_back"},
        {"back", "sweep"},
        {"signal_costates", "hand_signals"},
        {"linear_costates", "accumulate"},
        {"linear_costates", "copy"},
        {"signals", "feed"},
    };
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (flag_holds(pieces->blueprint, uses[i].flag))
            want(pieces, uses[i].section);
}

/* What of the driver this solver has use for. */
static void want_driver(Pieces *pieces)
{
    static const struct {
        const char *flag; /* where that holds */
        bool gradient;    /* and only with a gradient */
        const char *section;
    } uses[] = {
        {"extended", false, "extend"},    {"extended", true, "extend_tangent"},
        {"extended", true, "retract"},    {"signals", false, "feed"},
        {"simple", false, "last_state"},  {"simple", true, "costates"},
        {"general", false, "forth"},      {"general", true, "back"},
        {"several", true, "observation"}, {"regularised", true, "regularise"},
        {"scored", true, "load_target"},  {"whole", true, "pack_whole"},
        {"cellwise", true, "pack_known"}, {"signals", true, "hand_signals"},
        {"linear", true, "accumulate"},   {"linear", true, "copy"},
        {"lossless", true, "copy"},       {"sample_weights", true, "weigh_samples"},
    };
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        bool general = flag_holds(pieces->blueprint, "general");
        bool target = !strcmp(uses[i].section, "load_target") || !strncmp(uses[i].section, "pack_", 5);
        if (flag_holds(pieces->blueprint, uses[i].flag) && (general || !target) &&
            !(uses[i].gradient && blueprint_forward_only(pieces->blueprint)))
            want(pieces, uses[i].section);
    }
    if (pieces->blueprint->edition.hessian) {
        want(pieces, "take_second_tape");
        want(pieces, "pullback_tangent");
        want(pieces, "sampled_hessian");
    }
    if (pieces->blueprint->edition.step)
        want_local(pieces);
    if (flag_holds(pieces->blueprint, "second_loss"))
        want(pieces, "load_target");
    if (flag_holds(pieces->blueprint, "second_regularised"))
        want(pieces, "regularise_second");
}

/* The table of the ABI, with trajectories. */
static void want_table(Pieces *pieces)
{
    want(pieces, "describe");
    if (pieces->blueprint->network->simple)
        want(pieces, "trajectory_back");
    if (pieces->blueprint->equations > 0)
        want(pieces, "solve_steps");
}

/* table: with what serves the table of the ABI alone. */
static Pieces gather(Arena *arena, const Blueprint *blueprint, Form form, bool table, size_t function_count,
                     const char *const *functions)
{
    const char *algorithm = algorithm_rows[blueprint->network->model->train.algorithm].template_file;
    const char *const names[FILE_COUNT] = {"real.h",  "vector.h", "elementary.h", "kernels.c", "driver.c",
                                           "local.c", "table.c",  "trainer.h",    algorithm};
    Pieces pieces = {.blueprint = blueprint, .routines = text_new(arena)};
    KernelUse use = {.arena = arena};
    for (size_t f = 0; f < FILE_COUNT; f++) {
        pieces.files[f] = names[f] ? template_sections(arena, names[f]) : (Sections){0};
        pieces.wanted[f] = ARENA_ARRAY(arena, pieces.files[f].count + 1, bool);
        pieces.called[f] = ARENA_ARRAY(arena, pieces.files[f].count + 1, bool);
    }
    for (size_t i = 0; i < ROUTINE_COUNT; i++) {
        const RoutineId r = reading_order[i];
        if (blueprint_has(blueprint, r) && (table || !blueprint_keeps(r)))
            routine_text_print(&pieces.routines, blueprint->network, &blueprint->schedules[r], form, &use);
    }
    want(&pieces, "routine");
    for (size_t k = 0; k < use.count; k++)
        want(&pieces, use.names[k].name);
    for (size_t k = 0; k < use.count; k++)
        mark_called(&pieces, &use.names[k]);
    for (size_t k = 0; k < function_count; k++)
        want(&pieces, functions[k]);
    want_driver(&pieces);
    return pieces;
}

/* Each with a blank line behind it, which the last section of a template lacks. */
static void add_sections(Text *text, const Pieces *pieces, size_t file)
{
    for (size_t s = 0; s < pieces->files[file].count; s++) {
        const Section *section = &pieces->files[file].sections[s];
        if (!pieces->wanted[file][s] || !strcmp(section->name, "real"))
            continue;
        text_add(text, template_choose(text->arena, section->text, flag_holds, pieces->blueprint));
        text_add(text, s + 1 == pieces->files[file].count ? "\n" : "");
    }
}

/* "COSTATE_KERNEL void costate_tanh(size_t n, ...);\n": the function that has the section's name; NULL where there is
 * none. */
static const char *prototype_of(Arena *arena, const Section *section)
{
    const char *name = text_print(arena, " costate_%s(", section->name);
    for (const char *at = section->text; (at = strstr(at, name)); at++) {
        const char *start = at, *end = strstr(at, "\n{");
        while (start > section->text && start[-1] != '\n')
            start--;
        if (end && !strncmp(start, "COSTATE_", 8))
            return text_print(arena, "%.*s;\n", (int)(end - start), start);
    }
    return NULL;
}

/* Of the functions that the routines call. */
static void add_prototypes(Text *text, const Pieces *pieces)
{
    for (size_t file = FILE_ELEMENTARY; file <= FILE_KERNELS; file++)
        for (size_t s = 0; s < pieces->files[file].count; s++)
            if (pieces->called[file][s])
                text_add(text, prototype_of(text->arena, &pieces->files[file].sections[s]));
    text_add(text, "\n");
}

/* Of all kernels in use, which the program has compiled beforehand. */
static void add_kernel_prototypes(Text *text, const Pieces *pieces)
{
    for (size_t file = FILE_ELEMENTARY; file <= FILE_KERNELS; file++)
        for (size_t s = 0; s < pieces->files[file].count; s++) {
            const char *prototype = prototype_of(text->arena, &pieces->files[file].sections[s]);
            if (pieces->wanted[file][s] && prototype && !strncmp(prototype, "COSTATE_KERNEL ", 15))
                text_add(text, prototype + 15);
        }
    text_add(text, "\n");
}

static void add_size(Text *text, const char *name, size_t value)
{
    text_format(text, "#define COSTATE_%-24s %zu\n", name, value);
}

/* What training on n samples keeps of them. */
static void add_x_reals(Text *text, const Model *model)
{
    const size_t arrays = algorithm_input_arrays(&model->train, model_held(model));
    text_format(text, "#define COSTATE_%-24s ", "TRAINING_X_REALS(n)");
    if (algorithm_rows[model->train.algorithm].joint)
        text_format(text, "((size_t)%zu * (COSTATE_PARAMETERS + COSTATE_INPUTS * (n)))\n", arrays);
    else
        text_format(text, "((size_t)%zu * COSTATE_INPUTS * (n))\n", arrays);
}

static void add_sizes(Text *text, const Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    text_format(text, "#define COSTATE_%-24s \"%s\"\n", "VERSION", COSTATE_VERSION);
    add_size(text, "INPUTS", model->inputs);
    add_size(text, "WIDTH", model->width);
    add_size(text, "OUTPUTS", model->outputs);
    add_size(text, "LAYERS", model->layers);
    if (!model_observes_last(model))
        add_size(text, "OBSERVATIONS", model->observations);
    if (model->signals) {
        add_size(text, "SIGNALS", model->signals);
        add_size(text, "SIGNAL_ROWS", model_signal_rows(model));
    }
    if (model->intake.features)
        add_size(text, "FEATURE_BYTES", names_bytes(model->intake.features, model->inputs));
    if (model->intake.classes) {
        add_size(text, "CLASSES", model->intake.class_count);
        add_size(text, "CLASS_BYTES", names_bytes(model->intake.classes, model->intake.class_count));
    }
    add_size(text, "PARAMETERS", model->parameters);
    add_size(text, "WORKSPACE_BYTES", blueprint->workspace_bytes);
    add_size(text, "FORWARD_WORKSPACE_BYTES", blueprint->forward_workspace_bytes);
    if (blueprint->edition.hessian)
        add_size(text, "HESSIAN_WORKSPACE_BYTES", blueprint->hessian_workspace_bytes);
    if (blueprint->edition.step) {
        add_size(text, "STEP_WORKSPACE_BYTES", blueprint->step_workspace_bytes);
        add_size(text, "JACOBIAN_WORKSPACE_BYTES", blueprint->jacobian_workspace_bytes);
    }
    if (blueprint->edition.trainer && model->train.memory)
        add_size(text, "MEMORY", model->train.memory);
    if (blueprint->edition.trainer && model->learns_x)
        add_x_reals(text, model);
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

/* What is observed, and how much of it is known. */
static void add_problem(Text *text, const Blueprint *blueprint)
{
    const Model *model = blueprint->network->model;
    bool whole = loss_is_whole(model->loss, model->link);
    if (model_observes_last(model))
        text_add(text, "#define COSTATE_OBSERVATIONS 1\n");
    text_format(text, "#define COSTATE_PREDICTIONS %zu /* reals of a sample's predictions */\n",
                model_predictions(model));
    if (model->missing && !blueprint_forward_only(blueprint))
        text_format(text, "#define COSTATE_KNOWN_ROWS  %zu\n", whole ? 1 : model->outputs);
    text_add(text, "static const size_t costate_observed[COSTATE_OBSERVATIONS] = {");
    for (size_t m = 0; m < model->observations; m++)
        text_format(text, "%s%zu", m == 0 ? "" : m % 16 ? ", " : ",\n    ", model->observed[m]);
    text_add(text, "}; /* layers */\n");
}

/* Where the steps stand, which the times of layers are the sums of. */
static void add_time(Text *text, const Model *model)
{
    const Tensor *steps = &model->tensors[model->step_tensor];
    text_add(text, "#define COSTATE_START       ");
    operand_real(text, model->start, false);
    text_format(text, "\n#define COSTATE_STEPS       %zu /* in the parameters */\n", steps->offset);
    text_format(text, "#define COSTATE_STEP_SPAN   %zu /* layers that one of them spans */\n",
                steps->span ? steps->span : model->layers);
}

/* name: DECAY or WEIGHT_DECAY, of which there is one at most. */
static void add_decay(Text *text, const char *name, double decay, const Model *model)
{
    size_t count = 0;
    text_format(text, "#define COSTATE_%-11s ", name);
    operand_real(text, decay, false);
    text_add(text, "\nstatic const size_t costate_decayed[][2] = {");
    for (size_t t = 0; t < model->tensor_count; t++)
        if (model_decays(model, t))
            text_format(text, "%s{%zu, %zu}", count++ ? ", " : "", model->tensors[t].offset, model->tensors[t].size);
    text_add(text, "}; /* first, count */\n");
}

/* What functions of one layer read of signals, and the Jacobian's columns. */
static void add_layer_signals(Text *text, const Model *model)
{
    if (model->signals)
        text_format(text, "#define COSTATE_LAYER_SIGNALS %zu /* reals that a step reads */\n",
                    model->signals * (1 + (size_t)model->linear));
    text_format(text, "#define COSTATE_COLUMNS     %zu /* inputs and signals of a sample */\n",
                model->inputs + model->signals * model_signal_rows(model));
}

static void add_layout(Text *text, const Blueprint *blueprint)
{
    text_format(text, "#define COSTATE_BLOCK       %zu /* samples that are worked on together */\n",
                blueprint->edition.block);
    text_format(text, "#define COSTATE_ALIGNMENT   %zu /* bytes, of a block */\n", blueprint_alignment(blueprint));
    text_format(text, "#define COSTATE_RECORD_ROWS %zu /* rows of a block that a layer leaves for its adjoint */\n",
                blueprint->records[ORDER_FIRST].rows);
    text_add(text, "#define COSTATE_RECORD      (COSTATE_RECORD_ROWS * COSTATE_BLOCK)\n"
                   "#define COSTATE_STATE       (COSTATE_WIDTH * COSTATE_BLOCK)\n");
    if (blueprint->edition.hessian)
        text_format(text,
                    "#define COSTATE_MOVED_ROWS  %zu /* the same, for the second order */\n"
                    "#define COSTATE_MOVED       (COSTATE_MOVED_ROWS * COSTATE_BLOCK)\n",
                    blueprint->records[ORDER_SECOND].rows);
    if (blueprint_goes_back(blueprint))
        add_tape(text, blueprint);
    if (flag_holds(blueprint, "extended"))
        text_format(text, "#define COSTATE_EXTENDED    %zu /* parameters and what is computed of them alone */\n",
                    network_extended(blueprint->network));
    else
        text_add(text, "#define COSTATE_EXTENDED    COSTATE_PARAMETERS\n");
    if (!blueprint->network->simple || blueprint->edition.hessian || blueprint->edition.step)
        add_problem(text, blueprint);
    if (blueprint->edition.step)
        add_layer_signals(text, blueprint->network->model);
    if (blueprint->network->timed)
        add_time(text, blueprint->network->model);
    if (blueprint->network->model->decay > 0 && !blueprint_forward_only(blueprint))
        add_decay(text, "DECAY", blueprint->network->model->decay, blueprint->network->model);
    text_add(text, "\n");
}

/* What the table of the ABI tells beside what the user sees. */
static void add_own_sizes(Text *text, const Blueprint *blueprint)
{
    add_size(text, "TRAJECTORY_WORKSPACE_BYTES", blueprint->trajectory_workspace_bytes);
    add_size(text, "SOLUTIONS_WORKSPACE_BYTES", blueprint->solutions_workspace_bytes);
    add_size(text, "EQUATIONS", blueprint->equations);
    add_size(text, "UNKNOWNS", blueprint->unknowns);
}

static void add_constant(Text *text, const char *name, double value, bool single)
{
    text_format(text, "#define COSTATE_%-13s ", name);
    operand_real(text, value, single);
    text_add(text, "\n");
}

/* The entries of an array's initialiser, in full lines. */
static void add_reals(Text *text, const double *values, size_t count, bool single)
{
    enum { LAST_COLUMN = 112 };
    for (size_t i = 0, start = 0; i < count; i++) {
        bool begins = i == 0 || text->length - start > LAST_COLUMN - 16;
        text_add(text, i && begins ? "\n" : "");
        start = begins ? text->length : start;
        text_add(text, begins ? "    " : " ");
        operand_real(text, values[i], single);
        text_add(text, ",");
    }
    text_add(text, "\n");
}

/* A bound as a finite number: no parameter lies beyond the largest of its type. */
static double finite_bound(double bound, bool single)
{
    double most = single ? FLT_MAX : DBL_MAX;
    return fmin(fmax(bound, -most), most);
}

static void add_bounds_of(Text *text, const Model *model, const Tensor *tensor, bool upper)
{
    double *values = ARENA_ARRAY(text->arena, tensor->size, double);
    const double *own = upper ? tensor->upper : tensor->lower;
    for (size_t i = 0; i < tensor->size; i++)
        values[i] = finite_bound(own ? own[i] : upper ? INFINITY : -INFINITY, model->single);
    text_format(text, "    /* %s */\n", tensor->name);
    add_reals(text, values, tensor->size, model->single);
}

static void add_bounds_of_inputs(Text *text, const Model *model)
{
    double *values = ARENA_ARRAY(text->arena, model->inputs, double);
    for (int upper = 0; upper < 2; upper++) {
        for (size_t j = 0; j < model->inputs; j++)
            values[j] = finite_bound((upper ? model->x_upper : model->x_lower)[j], model->single);
        text_format(text, "static const costate_real costate_x_%s[COSTATE_INPUTS] = {\n", upper ? "upper" : "lower");
        add_reals(text, values, model->inputs, model->single);
        text_add(text, "};\n");
    }
}

/* The bounds of the parameters from the first tensor to the last that has any. */
static void add_bounds(Text *text, const Model *model)
{
    const Tensor *first = model->tensors, *last = model->tensors + model->tensor_count - 1;
    while (!first->lower)
        first++;
    while (!last->lower)
        last--;
    text_format(text, "#define COSTATE_BOUNDED_FIRST %zu\n#define COSTATE_BOUNDED_COUNT %zu\n", first->offset,
                last->offset + last->size - first->offset);
    for (int upper = 0; upper < 2; upper++) {
        text_format(text, "static const costate_real costate_%s[COSTATE_BOUNDED_COUNT] = {\n",
                    upper ? "upper" : "lower");
        for (const Tensor *tensor = first; tensor <= last; tensor++)
            add_bounds_of(text, model, tensor, upper);
        text_add(text, "};\n");
    }
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
    if (spec->rate.falls) {
        add_constant(text, "LAST_STEP", spec->rate.last, model->single);
        text_format(text, "#define COSTATE_HORIZON %zu\n", spec->horizon);
    }
    if (spec->weight_decay > 0)
        add_decay(text, "WEIGHT_DECAY", spec->weight_decay, model);
    if (model->simplex) {
        text_format(text, "#define COSTATE_SIMPLEX_FIRST %zu\n#define COSTATE_SIMPLEX_COUNT %zu\n", steps->offset,
                    steps->size);
        add_constant(text, "SIMPLEX_TOTAL", model_step_total(model), model->single);
    }
    if (model_bounded(model))
        add_bounds(text, model);
    if (model->x_lower)
        add_bounds_of_inputs(text, model);
    text_add(text, "\n");
}

/* All parameters as an array of that name. */
static void add_parameters(Text *text, const Blueprint *blueprint, const char *name, const double *params)
{
    const Model *model = blueprint->network->model;
    text_format(text, "%sconst costate_real costate_%s[COSTATE_PARAMETERS] = {\n",
                blueprint_forward_only(blueprint) ? "static " : "", name);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        text_format(text, "    /* %s */\n", tensor->name);
        add_reals(text, params + tensor->offset, tensor->size, model->single);
    }
    text_add(text, "};\n\n");
}

static void add_tensors(Text *text, const Model *model)
{
    text_add(text, "const struct costate_tensor costate_tensors[] = {\n");
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        text_format(text, "    {\"%s\", %zu, %zu, {%zu, %zu, %zu, %zu}},\n", tensor->name, tensor->offset, tensor->rank,
                    tensor->shape[0], tensor->shape[1], tensor->shape[2], tensor->shape[3]);
    }
    text_add(text, "    {\"\", COSTATE_PARAMETERS, 0, {0, 0, 0, 0}},\n};\n\n");
}

/* What the columns of a row and the classes are called: arrays of characters, which no loader has to relocate. */
static void add_names(Text *text, const Intake *intake, size_t inputs)
{
    if (intake->features) {
        text_add(text, "const char costate_features[COSTATE_INPUTS][COSTATE_FEATURE_BYTES] = {\n");
        names_list(text, intake->features, inputs);
        text_add(text, "};\n\n");
    }
    if (intake->classes) {
        text_add(text, "const char costate_classes[COSTATE_CLASSES][COSTATE_CLASS_BYTES] = {\n");
        names_list(text, intake->classes, intake->class_count);
        text_add(text, "};\n\n");
    }
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

void pack_section(Text *text, const Blueprint *blueprint, const char *file, const char *section)
{
    text_add(text, template_choose(text->arena, template_section(text->arena, file, section), flag_holds, blueprint));
}

static void add_header(Text *text, const Blueprint *blueprint)
{
    pack_section(text, blueprint, "solver.h", "opening");
    add_sizes(text, blueprint);
    pack_section(text, blueprint, "solver.h", "functions");
    if (blueprint->edition.hessian)
        pack_section(text, blueprint, "solver.h", "hessian");
    if (blueprint->edition.step)
        pack_section(text, blueprint, "solver.h", "step");
    if (blueprint->edition.trainer)
        pack_section(text, blueprint, algorithm_rows[blueprint->network->model->train.algorithm].template_file,
                     "training");
    if (blueprint->edition.initial)
        pack_section(text, blueprint, "solver.h", "initial");
    if (flag_holds(blueprint, "TRAINED"))
        pack_section(text, blueprint, "solver.h", "trained");
    if (flag_holds(blueprint, "features"))
        pack_section(text, blueprint, "solver.h", "features");
    if (flag_holds(blueprint, "classes"))
        pack_section(text, blueprint, "solver.h", "classes");
    if (!blueprint_forward_only(blueprint))
        pack_section(text, blueprint, "solver.h", "tensors");
}

/* table: with the table of the ABI. */
static Pieces gather_vendored(Arena *arena, const Blueprint *blueprint, bool table)
{
    const Model *model = blueprint->network->model;
    const char *const functions[] = {"forward",  "objective",   "gradient",
                                     "pullback", "pushforward", algorithm_rows[model->train.algorithm].section};
    size_t count = blueprint_forward_only(blueprint) ? 1 : blueprint->edition.trainer ? 6 : 5;
    Pieces pieces = gather(arena, blueprint, blueprint->edition.form, table, count, functions);
    if (blueprint->edition.hessian)
        want(&pieces, "hessian");
    if (blueprint->edition.trainer && model->simplex)
        want(&pieces, "project");
    if (blueprint->edition.trainer && model_bounded(model))
        want(&pieces, "clamp");
    if (blueprint->edition.trainer && model->x_lower)
        want(&pieces, "clamp_inputs");
    if (blueprint->edition.trainer && model->train.rate.falls)
        want(&pieces, "cos");
    if (table)
        want_table(&pieces);
    return pieces;
}

bool pack_needs_libm(Arena *arena, const Blueprint *blueprint)
{
    const Pieces pieces = gather_vendored(arena, blueprint, false);
    const Sections *elementary = &pieces.files[FILE_ELEMENTARY];
    return pieces.wanted[FILE_ELEMENTARY][template_find(elementary, "vec_sqrt") - elementary->sections];
}

/* All behind the header. */
static void add_source(Text *text, const Blueprint *blueprint, bool table)
{
    const Model *model = blueprint->network->model;
    Pieces pieces = gather_vendored(text->arena, blueprint, table);
    text_add(text, "#include <stdint.h>\n\n");
    add_real(text, blueprint);
    add_layout(text, blueprint);
    add_sections(text, &pieces, FILE_REAL);
    text_add(text, "/* What the functions below call; it stands behind them. */\n");
    add_prototypes(text, &pieces);
    text_add(text, "/* ---- one block of samples through one layer, forth and back ---- */\n\n");
    text_add(text, pieces.routines.data);
    text_add(text, "/* ---- vectors and elementary functions ---- */\n\n");
    add_sections(text, &pieces, FILE_VECTOR);
    add_sections(text, &pieces, FILE_ELEMENTARY);
    text_add(text, "/* ---- kernels: operations on blocks, real[rows][COSTATE_BLOCK] ---- */\n\n");
    add_sections(text, &pieces, FILE_KERNELS);
    text_add(text, "/* ---- parameters ---- */\n\n");
    if (blueprint->edition.params)
        add_parameters(text, blueprint, "trained", blueprint->edition.params);
    if (blueprint->edition.initial)
        add_parameters(text, blueprint, "initial", blueprint->edition.initial);
    if (!blueprint_forward_only(blueprint))
        add_tensors(text, model);
    add_names(text, &model->intake, model->inputs);
    text_add(text, "/* ---- all layers, all blocks ---- */\n\n");
    for (size_t file = FILE_DRIVER; file <= FILE_TABLE; file++)
        add_sections(text, &pieces, file);
    if (blueprint->edition.trainer) {
        text_add(text, "/* ---- training ---- */\n\n");
        add_training(text, model);
    }
    for (size_t file = FILE_TRAINER; file <= FILE_ALGORITHM; file++)
        add_sections(text, &pieces, file);
}

/* The name of a file, and the opening comment that every emitted file of C has. */
static Text open_text(Arena *arena, const Blueprint *blueprint, const char *ending)
{
    Text text = text_new(arena);
    opening_print(&text, blueprint, text_print(arena, "%s%s", blueprint->network->model->name, ending));
    return text;
}

char *pack_header(Arena *arena, const Blueprint *blueprint)
{
    Text text = open_text(arena, blueprint, ".h");
    add_header(&text, blueprint);
    pack_section(&text, blueprint, "solver.h", "footer");
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
    pack_section(&text, blueprint, "solver.h", "footer");
    text_add(&text, "\n#if defined(COSTATE_IMPLEMENTATION) && !defined(COSTATE_IMPLEMENTED)\n"
                    "#define COSTATE_IMPLEMENTED 1\n\n");
    add_source(&text, blueprint, false);
    text_add(&text, "#endif\n");
    return pack_finish(arena, blueprint, &text);
}

char *pack_jit(Arena *arena, const Blueprint *vendored)
{
    const Blueprint *blueprint = blueprint_of_calls(arena, vendored);
    static const char *const functions[] = {"forward",  "objective",   "gradient",
                                            "pullback", "pushforward", "trajectory"};
    Pieces pieces = gather(arena, blueprint, FORM_CALLS, true, sizeof functions / sizeof *functions, functions);
    want_table(&pieces);
    Text text = text_new(arena), header = text_new(arena);
    add_header(&header, blueprint);
    text_add(&text, "typedef __SIZE_TYPE__ size_t;\ntypedef __SIZE_TYPE__ uintptr_t;\n"
                    "typedef __PTRDIFF_TYPE__ ptrdiff_t;\ntypedef unsigned uint32_t;\n"
                    "typedef unsigned long long uint64_t;\n#define NULL ((void *)0)\n");
    replace_line(&text, header.data, "#include <stddef.h>\n", "");
    text_add(&text, template_section(arena, "abi.h", "table_type"));
    text_add(&text, "#endif\n#define COSTATE_ROUTINE static\n");
    add_own_sizes(&text, blueprint);
    add_layout(&text, blueprint);
    add_tensors(&text, blueprint->network->model);
    add_kernel_prototypes(&text, &pieces);
    text_add(&text, pieces.routines.data);
    for (size_t file = FILE_DRIVER; file <= FILE_TABLE; file++)
        add_sections(&text, &pieces, file);
    return template_rename(arena, text.data, blueprint->network->model->name);
}

char *pack_library(Arena *arena, const Blueprint *blueprint)
{
    Text text = text_new(arena);
    add_header(&text, blueprint);
    pack_section(&text, blueprint, "solver.h", "footer");
    text_add(&text, template_section(arena, "abi.h", "table_type"));
    add_own_sizes(&text, blueprint);
    add_source(&text, blueprint, true);
    return template_rename(arena, text.data, blueprint->network->model->name);
}
