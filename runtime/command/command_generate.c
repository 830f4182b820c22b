/* Commands of the generator: emit, derive, tableau. */
#include "runtime/session/read_run.h"

#include "gen/model/stability.h"
#include "runtime/solver/initial.h"

#include "runtime/command/emission.h"
#include "runtime/system/file.h"
#include "runtime/session/budget.h"
#include "runtime/number/reals.h"

#include <math.h>
#include <string.h>

/* ---- emit ---- */

#define KIND_OPTION(name, option, help) {option, NULL, help},

static const Option emit_options[] = {
    {"-o", "DIR", "folder for the files [out/solvers/NAME]"},
    SET_OPTION,
    {"--real", "TYPE", "float or double [the spec's]"},
    {"--block", "N", "samples that are worked on together: 1, 2, 4, .. 64 [64]; 1: one a call, in least memory"},
    {"--params", "FILE|RUN_DIR", "parameters (safetensors, or a run's) that become constants: forward pass only"},
    {"--trainable", NULL, "with --params: these are where training begins, and every function is there"},
    {"--trainer", NULL, "with a step of the training that the spec describes"},
    {"--hessian", NULL, "with second order: the pullback's tangent, and products of the objective's Hessian"},
    {"--step", NULL, "with functions of one layer and of its field, their products, and Jacobians"},
    {"--amalgamate", NULL, "one header, with the code behind NAME_IMPLEMENTATION"},
    BUNDLE_KINDS(KIND_OPTION){"--force", NULL, "replace files that were edited, too"},
    {NULL, NULL, NULL},
};

static Status emit_run(Session *session);

const Command command_emit = {
    "emit",
    "SPEC|RUN_DIR",
    "Write a solver as C source that depends on nothing: NAME.c and NAME.h.",
    "A RUN_DIR has its spec, and its parameters as --params has them.\n"
    "A folder to vendor, with an example that checks itself, build files and a README. The files are free to use\n"
    "without conditions (0BSD). Files that nobody changed since costate wrote them are replaced.\n",
    "costate emit specs/spiral.lua --real float --block 1 --trainer",
    emit_options,
    emit_run,
    NULL};

static bool is_given(const Session *session, const char *name)
{
    return options_get(session->options, name) != NULL;
}

/* Are there trained parameters: of a file, or of the run that is emitted? */
static bool has_params(const Session *session)
{
    return is_given(session, "--params") || folder_exists(session->options->argument);
}

/* The real types that a solver may have, and that of its spec. */
enum { REAL_DOUBLE, REAL_FLOAT, REAL_OF_SPEC };

/* What the options say but for --params; false with the session's problem. */
static bool read_edition(Session *session, Edition *edition, size_t *real)
{
    static const char *const reals[] = {"double", "float"};
    const bool constant = has_params(session) && !is_given(session, "--trainable");
    uint64_t block = LARGEST_BLOCK;
    *real = REAL_OF_SPEC;
    if (!options_count(session->arena, session->options, "--block", &block, &session->problem) ||
        !options_choice(session->arena, session->options, "--real", reals, 2, real, &session->problem))
        return false;
    if (block < 1 || block > LARGEST_BLOCK || (block & (block - 1)) != 0)
        session->problem = "--block takes 1, 2, 4, 8, 16, 32 or 64";
    else if (is_given(session, "--trainable") && !has_params(session))
        session->problem = "--trainable needs --params FILE, or a RUN_DIR";
    else if (is_given(session, "--trainer") && constant)
        session->problem = "parameters that are constants cannot be trained: add --trainable, or leave out --trainer";
    else if (is_given(session, "--hessian") && constant)
        session->problem = "parameters that are constants have no Hessian: add --trainable, or leave out --hessian";
    *edition = (Edition){.block = (size_t)block,
                         .trainable = is_given(session, "--trainable"),
                         .trainer = is_given(session, "--trainer"),
                         .hessian = is_given(session, "--hessian"),
                         .step = is_given(session, "--step"),
                         .amalgamated = is_given(session, "--amalgamate")};
    return !session->problem;
}

/* The program, and in the edition the parameters that become part of the solver, and with them what lies between a row
 * and the network; NULL after errors. */
static const Program *read_program(Session *session, Edition *edition)
{
    RunModel *trained = ARENA_NEW(session->arena, RunModel);
    Intake *intake = ARENA_NEW(session->arena, Intake);
    if (has_params(session)) {
        if (!read_run_model(session, trained))
            return NULL;
        *intake = dataset_intake(&trained->known);
        edition->params = trained->params;
        edition->intake = intake;
        return trained->program;
    }
    const Program *program = session_program(session);
    if (!program || !edition->trainer)
        return program;
    const Model *model = program->description.model;
    double *params = ARENA_ARRAY(session->arena, model->parameters, double);
    initial_parameters(model, model->seed, params);
    edition->initial = params;
    return program;
}

/* Are all of such a size that the digits that an example shows say enough? */
static bool are_moderate(size_t count, const double *values)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabs(values[i]) < 1000))
            return false;
    return true;
}

/* The example, and where it may be: its inputs and signals as they were drawn, and numbers to have them around. */
typedef struct {
    Solver *solver;
    Example *example;
    Samples samples;
    double *gradient, *direction, *moved; /* [parameters]; NULL: it shows predictions alone */
    double *own;                          /* predictions, as the network itself has them */
    size_t inputs, signals;               /* numbers of all samples */
    const double *x, *signal;
    double centres[2 * PROBLEM_MOST_CONSTANTS + 3];
    size_t centre_count;
    ExampleBounds bounds;
} Placing;

enum { HALVES = 10, SIDES = 3 };

/* Around each number those drawn, smaller and smaller, their magnitudes, and what lies below; in the end zeros. */
static void place(const Placing *placing, size_t k)
{
    const size_t which = k / HALVES / SIDES, side = k / HALVES % SIDES;
    const double scale = which < placing->centre_count ? ldexp(1, -(int)(k % HALVES)) : 0;
    const double centre = placing->centres[which];
    for (size_t i = 0; i < placing->inputs + placing->signals; i++) {
        const bool of_x = i < placing->inputs;
        const double drawn = of_x ? placing->x[i] : placing->signal[i - placing->inputs], size = fabs(drawn);
        double *to = of_x ? placing->example->x + i : placing->example->signals + (i - placing->inputs);
        *to = centre + scale * (side == 0 ? drawn : side == 1 ? size : -size);
    }
}

static double objective_at(const Placing *placing, double step, const double *direction)
{
    const size_t parameters = solver_model(placing->solver)->parameters;
    double objective;
    for (size_t i = 0; i < parameters; i++)
        placing->moved[i] = placing->example->params[i] + step * direction[i];
    solver_evaluate(placing->solver, &placing->samples, placing->moved, &objective, NULL, NULL);
    return objective;
}

/* As the example does it, but closer. */
static bool differences_agree(const Placing *placing)
{
    const Model *model = solver_model(placing->solver);
    const ExampleBounds bounds = placing->bounds;
    double *direction = placing->direction, exact = 0, size = 0;
    example_direction(model->parameters, placing->gradient, direction);
    for (size_t i = 0; i < model->parameters; i++) {
        exact += placing->gradient[i] * direction[i];
        size += fabs(placing->gradient[i] * direction[i]);
    }
    const double above = objective_at(placing, bounds.step, direction);
    const double difference = (above - objective_at(placing, -bounds.step, direction)) / (2 * bounds.step);
    return fabs(difference - exact) <= 0.1 * bounds.gradient * (size > 0 ? size : 1);
}

static bool is_shown(const Placing *placing)
{
    const Example *example = placing->example;
    const Model *model = solver_model(placing->solver);
    const size_t numbers = example->samples * model_predictions(model);
    double objective;
    solver_predict(placing->solver, &placing->samples, example->params, example->prediction);
    intake_in(&model->intake.scales.targets, model->outputs, numbers, example->prediction, placing->own);
    if (!are_moderate(numbers, placing->own) || !placing->gradient)
        return are_moderate(numbers, placing->own);
    solver_evaluate(placing->solver, &placing->samples, example->params, &objective, NULL, placing->gradient);
    return isfinite(objective) && reals_finite(placing->gradient, model->parameters) && differences_agree(placing);
}

/* What the emitted example has to predict. In double, whatever the solver's type, so that machines agree. Dynamics may
 * blow up, or be for some numbers alone: the first inputs and signals of those above will do for which there are
 * numbers, with parameters around 0, or else around 1. */
static bool predict_example(Session *session, const Program *program, Example *example)
{
    Arena *arena = session->arena;
    const Edition *asked = &program->blueprint->edition;
    const Edition edition = {.block = LARGEST_BLOCK, .hessian = asked->hessian, .intake = asked->intake};
    const Program *reference = gen_edition(arena, session->diagnostics, program, false, &edition);
    if (!reference || !budget_allows(session, reference, example->samples, 2))
        return false;
    Solver *solver = solver_compile(arena, session->diagnostics, reference, pool_new(arena, 1));
    if (!solver)
        return false;
    const Model *model = reference->description.model;
    Placing placing = {.solver = solver, .example = example, .bounds = example_bounds(program->description.model)};
    placing.samples = (Samples){.count = example->samples,
                                .x = example->x,
                                .signals = example->signals,
                                .target = model->has_loss ? example->target : NULL,
                                .share = 1};
    placing.own = ARENA_ARRAY(arena, example->samples * model_predictions(model), double);
    placing.inputs = example->samples * model->inputs;
    placing.signals = example->samples * model->signals * model_signal_rows(model);
    placing.x = arena_grow(arena, example->x, placing.inputs * sizeof(double), placing.inputs * sizeof(double));
    placing.signal = example->signals ? arena_grow(arena, example->signals, placing.signals * sizeof(double),
                                                   placing.signals * sizeof(double))
                                      : NULL;
    placing.centre_count = 2;
    placing.centres[1] = 1;
    double constants[PROBLEM_MOST_CONSTANTS];
    const size_t count = problem_constants(program->description.graph, &program->description.problem, constants);
    for (size_t i = 0; i < 2 * count; i++)
        placing.centres[placing.centre_count++] = i % 2 ? -constants[i / 2] : constants[i / 2];
    if (!blueprint_forward_only(program->blueprint))
        placing.gradient = ARENA_ARRAY(arena, 3 * model->parameters, double);
    placing.direction = placing.gradient ? placing.gradient + model->parameters : NULL;
    placing.moved = placing.gradient ? placing.direction + model->parameters : NULL;
    for (size_t centre = 0; centre < 2; centre++) {
        example_centre(arena, program->blueprint, example, (double)centre);
        for (size_t k = 0; k <= placing.centre_count * HALVES * SIDES; k++) {
            place(&placing, k);
            if (is_shown(&placing))
                return true;
        }
    }
    memset(example->prediction, 0, example->samples * model_predictions(model) * sizeof(double));
    diagnostics_warning(session->diagnostics, model->place,
                        "predictions, objective or gradient are not finite wherever example.c could compute them: its "
                        "check will fail");
    return true;
}

/* Writes the program's folder and adds the paths of its files to `files`. */
static bool emit_folder(Session *session, const Program *program, const char *folder, const Kinds *kinds, bool force,
                        Text *files)
{
    Arena *arena = session->arena;
    if (!bundle_check(program->blueprint, kinds, session->diagnostics))
        return false;
    Example example = example_new(arena, program->blueprint);
    if (!predict_example(session, program, &example))
        return false;
    const Bundle bundle = bundle_files(arena, program->blueprint, &example, kinds);
    if (!emission_write(arena, session->diagnostics, folder, &bundle, force))
        return false;
    for (size_t i = 0; i < bundle.count; i++)
        text_format(files, "%s\n", path_join(arena, folder, bundle.files[i].name));
    return true;
}

bool session_emit_files(Session *session, const Program *program, const Intake *intake, const char *folder, Text *files)
{
    const Kinds none = {{false}};
    const Edition edition = {.block = LARGEST_BLOCK, .intake = intake};
    const bool single = program->description.model->single;
    program = gen_edition(session->arena, session->diagnostics, program, single, &edition);
    return program && emit_folder(session, program, folder, &none, false, files);
}

/* Without parameters nobody knows what rows are scaled by. */
static void warn_of_scale(Session *session, const Model *model, const Edition *edition)
{
    const DataSpec *data = &model->data;
    const char *what = !data->standardize_labels ? "inputs that are"
                       : !data->standardize      ? "targets, and gives predictions, that are"
                                                 : "inputs and targets, and gives predictions, that are";
    if ((data->standardize || data->standardize_labels) && !edition->params)
        diagnostics_warning(session->diagnostics, data->place,
                            "the solver takes %s standardised already; with --params FILE, which remembers by what, it "
                            "takes rows as they are",
                            what);
}

#define KIND_GIVEN(name, option, help) is_given(session, option),

static Status emit_program(Session *session, const Program *program)
{
    const char *folder = options_get(session->options, "-o");
    Text report = text_new(session->arena);
    if (!folder)
        folder = text_print(session->arena, "out/solvers/%s", program->description.model->name);
    const Kinds kinds = {{BUNDLE_KINDS(KIND_GIVEN)}};
    if (!emit_folder(session, program, folder, &kinds, is_given(session, "--force"), &report))
        return STATUS_FAILED;
    return session_print(session, &report);
}

static Status emit_run(Session *session)
{
    Edition edition;
    size_t real;
    if (!read_edition(session, &edition, &real))
        return STATUS_USAGE;
    const Program *program = read_program(session, &edition);
    if (!program)
        return STATUS_FAILED;
    const Model *model = program->description.model;
    const bool single = real == REAL_OF_SPEC ? model->single : real == REAL_FLOAT;
    warn_of_scale(session, model, &edition);
    if (edition.hessian)
        program = gen_second(session->arena, session->diagnostics, program);
    program = program ? gen_edition(session->arena, session->diagnostics, program, single, &edition) : NULL;
    return program ? emit_program(session, program) : STATUS_FAILED;
}

/* ---- derive ---- */

static const Option derive_options[] = {
    {"--pass", "NAME", "field, derive, simplify, schedule or c [simplify]"},
    SET_OPTION,
    {NULL, NULL, NULL},
};

static Status derive_run(Session *session);

const Command command_derive = {"derive",
                                "SPEC",
                                "Show what the generator made of a spec after one of its passes.",
                                "field     the vector field as the spec gives it\n"
                                "derive    every routine of the network: step, exact adjoint, tangent, head, loss\n"
                                "simplify  the same after simplification\n"
                                "schedule  the order of operations, and where each value is kept\n"
                                "c         the C text\n",
                                "costate derive specs/spiral.lua --pass simplify",
                                derive_options,
                                derive_run,
                                NULL};

static Status derive_run(Session *session)
{
    const char *pass = options_get(session->options, "--pass");
    const Program *program = session_program(session);
    Text text = text_new(session->arena);
    if (!program || !gen_dump(&text, session->diagnostics, program, pass ? pass : "simplify"))
        return STATUS_FAILED;
    return session_print(session, &text);
}

/* ---- tableau ---- */

static const Option no_options[] = {{NULL, NULL, NULL}};

static Status tableau_run(Session *session);

const Command command_tableau = {
    "tableau",
    "NAME|FILE",
    "Analyse a Butcher tableau, or a pair, exactly: orders, adjoint tableau, symplecticity, stability.",
    NULL,
    "echo 'return tableau { A = { { 0, 0 }, { \"2/3\", 0 } }, b = { \"1/4\", \"3/4\" } }' > mine.lua\n"
    "  costate tableau mine.lua",
    no_options,
    tableau_run,
    NULL};

static Status tableau_run(Session *session)
{
    const Tableau *tableau =
        reader_tableau(session->arena, session->diagnostics, session->options->argument, session_specs(session->arena));
    if (!tableau)
        return STATUS_FAILED;
    Text text = text_new(session->arena);
    gen_tableau_text(&text, tableau);
    if (!tableau->partner) {
        text_add(&text, "\n");
        stability_text(&text, tableau);
    }
    return session_print(session, &text);
}
