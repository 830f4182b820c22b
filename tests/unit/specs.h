/* specs: what the tests of the generator share: specs from text, the shipped tableaus and activations, and values of
 * nodes in long double. */
#ifndef COSTATE_SPECS_H
#define COSTATE_SPECS_H

#include "tests/unit/fixture.h"
#include "tests/unit/numbers.h"

#include "gen/gen.h"
#include "gen/network/interpret.h"

enum { MOST_NAMES = 64 };

typedef struct {
    const char *at[MOST_NAMES];
    size_t count;
} Names;

/* NAME for each NAME.lua of a folder. */
static inline Names spec_names(const char *path)
{
    Names names = {.count = 0};
    DIR *listing = opendir(path);
    cr_assert_not_null(listing);
    for (struct dirent *entry; (entry = readdir(listing));) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && strcmp(entry->d_name + length - 4, ".lua") == 0)
            names.at[names.count++] = arena_string(arena, entry->d_name, length - 4);
    }
    closedir(listing);
    cr_assert_gt(names.count, 0);
    return names;
}

/* A program from the text of a spec; the test fails when there are errors. */
static inline const Program *program_of(const char *text)
{
    const char *path = fixture_text("spec.lua", text);
    const Program *program = gen_program(arena, diagnostics, path, "specs");
    cr_assert_not_null(program, "%s", fixture_messages());
    return program;
}

/* The same with its routines in that form. */
static inline const Program *program_in(const char *spec, Form form)
{
    const Program *program = program_of(spec);
    const Edition edition = {.block = LARGEST_BLOCK, .form = form};
    program = gen_edition(arena, diagnostics, program, program->description.model->single, &edition);
    cr_assert_not_null(program, "%s", fixture_messages());
    return program;
}

static inline Description description_of(const char *text)
{
    Description description;
    const char *path = fixture_text("spec.lua", text);
    cr_assert(reader_network(arena, diagnostics, path, "specs", NULL, &description), "%s", fixture_messages());
    return description;
}

static inline const Tableau *tableau_of(const char *name)
{
    const Tableau *tableau = reader_tableau(arena, diagnostics, name, "specs");
    cr_assert_not_null(tableau, "%s", fixture_messages());
    return tableau;
}

/* The shipped tableaus, and of them those that are explicit, or pairs. */
typedef enum { ANY_TABLEAU, EXPLICIT_TABLEAU, IMPLICIT_TABLEAU, PAIR_OF_TABLEAUS } TableauKind;
static inline Names tableau_names(TableauKind kind)
{
    Names names = spec_names("specs/tableau"), chosen = {.count = 0};
    for (size_t i = 0; i < names.count; i++) {
        const Tableau *tableau = tableau_of(names.at[i]);
        bool explicitly = tableau_structure(tableau) == TABLEAU_EXPLICIT;
        TableauKind is = tableau->partner ? PAIR_OF_TABLEAUS : explicitly ? EXPLICIT_TABLEAU : IMPLICIT_TABLEAU;
        if (kind == ANY_TABLEAU || kind == is)
            chosen.at[chosen.count++] = names.at[i];
    }
    return chosen;
}

/* An interpreter for the nodes that graph has by now. */
static inline Interpreter *interpreter_of(Graph *graph)
{
    Model *model = ARENA_NEW(arena, Model);
    Network *network = ARENA_NEW(arena, Network);
    *network = (Network){.model = model, .graph = graph};
    return interpret_new(arena, network);
}

static inline size_t node_size(const Node *node)
{
    return node->shape.rows * node->shape.cols;
}

/* Inputs with their values. */
typedef struct {
    size_t count;
    const Node *nodes[MOST_NAMES];
    long double *values[MOST_NAMES];
} Bindings;

static inline void bindings_add(Bindings *bindings, const Node *node, long double middle, long double radius)
{
    bindings->nodes[bindings->count] = node;
    bindings->values[bindings->count++] = noise_array(arena, node_size(node), middle, radius);
}

/* A copy of the node's value; zeros for NULL, which takes the size of `like`. */
static inline long double *value_at(Interpreter *interpreter, const Bindings *bindings, const Node *node,
                                    const Node *like)
{
    long double *copy = ARENA_ARRAY(arena, node_size(like), long double);
    if (node)
        memcpy(copy,
               interpret_node(interpreter, node, bindings->count, bindings->nodes,
                              (const long double *const *)bindings->values),
               node_size(node) * sizeof *copy);
    return copy;
}

/* The step of a field whose controls are one value for all stages; bars [control_count]. */
static inline Step plain_step(Graph *graph, const Tableau *tableau, const Problem *problem, bool residual,
                              const Node *h, NodeList *bars)
{
    const StageArguments arguments = {.leaf_count = problem->control_count, .leaves = problem->controls};
    return step_build(graph, tableau, problem, residual, h, NULL, &arguments, bars);
}

#endif
