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
    FLAG("ADAM", model->train.algorithm == TRAIN_ADAM)                                                                 \
    FLAG("LIPSCHITZ", model->train.algorithm == TRAIN_LIPSCHITZ)                                                       \
    FLAG("SIMPLEX", model->simplex)                                                                                    \
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

bool flag_exists(const char *name)
{
    return find(name) < FLAG_COUNT;
}

bool flag_holds(const void *context, const char *name)
{
    const Blueprint *blueprint = context;
    const Model *model = blueprint->network->model;
    const bool holds[] = {FLAGS(HOLDS)};
    const size_t i = find(name);
    assert(i < FLAG_COUNT && "a template has a flag that is none");
    return holds[i];
}
