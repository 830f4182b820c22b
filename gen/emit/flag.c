#include "gen/emit/flag.h"

#include <assert.h>
#include <string.h>

/* Each with what it stands for of the blueprint's model, edition and tape. In small letters the lines of driver.c,
 * which compiles alone with all of them; in capitals what the preprocessor can decide as well. */
#define FLAGS(FLAG)                                                                                                    \
    FLAG("derived", blueprint->network->derived > 0)                                                                   \
    FLAG("lift", model->lift)                                                                                          \
    FLAG("plain", !model->lift)                                                                                        \
    FLAG("average", model->average)                                                                                    \
    FLAG("sum", !model->average)                                                                                       \
    FLAG("REAL_FLOAT", model->single)                                                                                  \
    FLAG("BAKED", blueprint_forward_only(blueprint))                                                                   \
    FLAG("GRADIENT", !blueprint_forward_only(blueprint))                                                               \
    FLAG("TRAINED", blueprint->edition.params && !blueprint_forward_only(blueprint))                                   \
    FLAG("TRAINER", blueprint->edition.trainer)                                                                        \
    FLAG("AMALGAMATED", blueprint->edition.amalgamated)                                                                \
    FLAG("SOURCE", !blueprint->edition.amalgamated)                                                                    \
    FLAG("SIMPLEX", model->simplex)                                                                                    \
    FLAG("BOUNDED", model_bounded(model))                                                                              \
    FLAG("RECOMPUTED", blueprint->tape.recomputed)

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

bool flag_holds(const void *context, const char *name)
{
    const Blueprint *blueprint = context;
    const Model *model = blueprint->network->model;
    const bool holds[] = {FLAGS(HOLDS)};
    const size_t i = find(name);
    assert(flag_exists(name) && "a template has a flag that is none");
    return i < FLAG_COUNT ? holds[i] : is_flag_of(&algorithm_rows[model->train.algorithm], name);
}
