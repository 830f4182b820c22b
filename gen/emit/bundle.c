#include "gen/emit/bundle.h"

#include "gen/base/name.h"
#include "gen/emit/flag.h"
#include "gen/emit/onnx.h"
#include "gen/emit/pack.h"
#include "gen/emit/page.h"
#include "gen/emit/seal.h"

#include <string.h>

/* One file of a kind. Its text is that of the template, or what the function makes. */
typedef struct {
    const char *stem, *ending; /* stem NULL: the solver's name */
    const char *flag;          /* only where that holds (flag.h); NULL: always */
    const char *template;
    char *(*text)(Arena *arena, const Blueprint *blueprint, const Example *example);
    Text (*bytes)(Arena *arena, const Blueprint *blueprint); /* what is no text, to be sealed */
} File;

/* Some files, and what they ask of a solver: false, with an error. */
typedef struct {
    bool (*needs)(const Blueprint *blueprint, Diagnostics *diagnostics);
    const File *files; /* the last has ending NULL */
} Kind;

static bool refuse(const Blueprint *blueprint, Diagnostics *diagnostics, const char *why)
{
    const Model *model = blueprint->network->model;
    return diagnostics_error(diagnostics, model->place, "name = \"%s\": %s", model->name, why);
}

/* ---- the solver: always there ---- */

static char *source_text(Arena *arena, const Blueprint *blueprint, const Example *example)
{
    (void)example;
    return pack_source(arena, blueprint);
}

static char *header_text(Arena *arena, const Blueprint *blueprint, const Example *example)
{
    (void)example;
    return pack_header(arena, blueprint);
}

static char *amalgamation_text(Arena *arena, const Blueprint *blueprint, const Example *example)
{
    (void)example;
    return pack_amalgamation(arena, blueprint);
}

static const File solver_files[] = {
    {NULL, ".c", "SOURCE", NULL, source_text, NULL},
    {NULL, ".h", "SOURCE", NULL, header_text, NULL},
    {NULL, ".h", "AMALGAMATED", NULL, amalgamation_text, NULL},
    {"example", ".c", NULL, NULL, example_text, NULL},
    {"Makefile", "", NULL, "Makefile", NULL, NULL},
    {"CMakeLists", ".txt", NULL, "CMakeLists.txt", NULL, NULL},
    {"README", ".md", NULL, "emitted.md", NULL, NULL},
    {"LICENSE", "", NULL, "LICENSE", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

static bool solver_needs(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    const char *name = blueprint->network->model->name;
    if (!strcmp(name, "example"))
        return refuse(blueprint, diagnostics, "example.c is the example's");
    return !name_is_target(name) || refuse(blueprint, diagnostics, "CMake has a target of that name");
}

/* ---- Python ---- */

static const File python_files[] = {
    {NULL, ".py", NULL, "solver.py", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

static bool python_needs(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    return !name_is_python(blueprint->network->model->name) ||
           refuse(blueprint, diagnostics, "Python has a keyword or module of that name");
}

/* ---- CasADi ---- */

static const File casadi_files[] = {
    {NULL, "_casadi.c", NULL, "casadi.c.in", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

/* What is called by others takes doubles, and they ask for derivatives. */
static bool plug_needs(const Blueprint *blueprint, Diagnostics *diagnostics, const char *option, const char *consumer)
{
    const Model *model = blueprint->network->model;
    if (model->single)
        return diagnostics_error(diagnostics, model->place, "%s: %s computes in double: add --real double", option,
                                 consumer);
    if (blueprint_forward_only(blueprint))
        return diagnostics_error(diagnostics, model->place,
                                 "%s: parameters that are constants leave no derivatives: add --trainable", option);
    return !name_is_function(model->name) ||
           refuse(blueprint, diagnostics, "the C library has a function of that name");
}

static bool casadi_needs(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    return plug_needs(blueprint, diagnostics, "--casadi", "CasADi");
}

/* ---- acados ---- */

static const File acados_files[] = {
    {NULL, "_acados.c", NULL, "acados.c.in", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

static bool acados_needs(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    enum { MOST_STACK = 1 << 20 };
    const Model *model = blueprint->network->model;
    const size_t bytes = blueprint->edition.hessian ? blueprint->hessian_workspace_bytes : blueprint->workspace_bytes;
    if (!plug_needs(blueprint, diagnostics, "--acados", "acados"))
        return false;
    if (!blueprint->edition.params)
        return diagnostics_error(diagnostics, model->place,
                                 "--acados: the dynamics hold their parameters: add --params FILE and --trainable");
    if (model->outputs != model->inputs || !model_observes_last(model))
        return diagnostics_error(diagnostics, model->place,
                                 "--acados: dynamics take a state to the next: predictions are to be one state of %zu "
                                 "numbers, as x is (observe = \"last\")",
                                 model->inputs);
    return bytes <= MOST_STACK ||
           diagnostics_error(diagnostics, model->place,
                             "--acados: a workspace of %zu bytes lies on the stack: add --block 1", bytes);
}

/* ---- ONNX ---- */

static const File onnx_files[] = {
    {NULL, ".onnx", NULL, NULL, NULL, onnx_model},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

static bool onnx_needs(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    return onnx_check(blueprint, diagnostics);
}

/* ---- FMI ---- */

static const File fmu_files[] = {
    {NULL, "_fmu.c", NULL, "fmu.c.in", NULL, NULL},
    {"modelDescription", ".xml", NULL, "fmu.xml.in", NULL, NULL},
    {"buildDescription", ".xml", NULL, "fmu.build.in", NULL, NULL},
    {"fmu", ".mk", NULL, "fmu.mk.in", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

/* Why no layer is like the next, so that there is one field; NULL where there is. */
static const char *differs(const Model *model, const Network *network, const double *params)
{
    double *steps = ARENA_ARRAY(graph_arena(network->graph), model->layers, double);
    for (size_t t = model->control_tensor; t < model->control_tensor + model->control_count; t++)
        if (model->tensors[t].span != 0 || model->tensors[t].stages > 1)
            return "has a control whose span is not \"all\"";
    if (network->timed)
        return "depends on time";
    model_steps(model, params, steps);
    for (size_t n = 1; n < model->layers; n++)
        if (steps[n] < steps[0] || steps[n] > steps[0])
            return "has layers of several time steps";
    return model->residual ? NULL : "is a plain net, and no differential equation";
}

static bool fmu_needs(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    const Model *model = blueprint->network->model;
    const char *why;
    if (!blueprint_forward_only(blueprint))
        return diagnostics_error(diagnostics, model->place,
                                 "--fmu: a unit holds its parameters: add --params FILE, and leave --trainable out");
    if (!blueprint->edition.step)
        return diagnostics_error(diagnostics, model->place,
                                 "--fmu: a unit is made of the functions of one layer: add --step");
    if (model->single)
        return diagnostics_error(diagnostics, model->place, "--fmu: FMI computes in double: add --real double");
    why = differs(model, blueprint->network, blueprint->edition.params);
    return !why || diagnostics_error(diagnostics, model->place,
                                     "--fmu: a unit has one field for all times, and this network %s", why);
}

/* ---- the folder ---- */

#define ROW(name, option, help) {name##_needs, name##_files},
static const Kind solver = {solver_needs, solver_files}, kinds_at[KIND_COUNT] = {BUNDLE_KINDS(ROW)};

/* False, with an error at the algorithm's name, where it has no step for a device. */
static bool has_device_step(const Model *model, Diagnostics *diagnostics)
{
    const AlgorithmRow *row = &algorithm_rows[model->train.algorithm];
    AlgorithmList list;
    return row->template_file || diagnostics_error(diagnostics, model->algorithm_place,
                                                   "train.%s = \"%s\" has no training step to emit; %s have one",
                                                   row->selector, row->name, algorithm_list(algorithm_has_step, &list));
}

static bool trainer_needs(const Blueprint *blueprint, Diagnostics *diagnostics)
{
    return !blueprint->edition.trainer || has_device_step(blueprint->network->model, diagnostics);
}

bool bundle_check(const Blueprint *blueprint, const Kinds *kinds, Diagnostics *diagnostics)
{
    bool fits = trainer_needs(blueprint, diagnostics) && solver.needs(blueprint, diagnostics);
    for (size_t k = 0; k < KIND_COUNT && fits; k++)
        fits = !kinds->wanted[k] || kinds_at[k].needs(blueprint, diagnostics);
    return fits;
}

static BundleFile file_of(Arena *arena, const File *file, const char *name, const Blueprint *blueprint,
                          const Example *example)
{
    if (file->bytes) {
        const Text bytes = file->bytes(arena, blueprint);
        return (BundleFile){name, seal_close_bytes(arena, bytes.data, bytes.length), bytes.length};
    }
    const char *text =
        file->template ? page_fill(arena, blueprint, file->template) : file->text(arena, blueprint, example);
    return (BundleFile){name, text, strlen(text)};
}

static void add_files(Arena *arena, Bundle *bundle, const File *files, const Blueprint *blueprint,
                      const Example *example)
{
    size_t count = 0;
    while (files[count].ending)
        count++;
    bundle->files = arena_grow(arena, bundle->files, bundle->count * sizeof(BundleFile),
                               (bundle->count + count) * sizeof(BundleFile));
    for (const File *file = files; file->ending; file++) {
        const char *stem = file->stem ? file->stem : blueprint->network->model->name;
        if (file->flag && !flag_holds(blueprint, file->flag))
            continue;
        bundle->files[bundle->count++] =
            file_of(arena, file, text_print(arena, "%s%s", stem, file->ending), blueprint, example);
    }
}

Bundle bundle_files(Arena *arena, const Blueprint *blueprint, const Example *example, const Kinds *kinds)
{
    Bundle bundle = {NULL, 0};
    add_files(arena, &bundle, solver.files, blueprint, example);
    for (size_t k = 0; k < KIND_COUNT; k++)
        if (kinds->wanted[k])
            add_files(arena, &bundle, kinds_at[k].files, blueprint, example);
    return bundle;
}
