#include "gen/spec/meant.h"

#include "gen/base/nearest.h"
#include "gen/model/loss.h"
#include "gen/spec/parts.h"

#include <string.h>

/* The key of the table, or NULL. */
static const char *key_among(const char *word, const char *const *keys, size_t count, const char *table,
                             const char **home)
{
    const char *key = nearest_known(word, keys, count);
    *home = key ? table : *home;
    return key;
}

const char *meant_key(const char *word, const char **home)
{
    const char *train[READER_MOST_TRAIN_KEYS], *data[DATA_OPTION_COUNT], *key;
    size_t own = 0, count = 0;
    while (reader_keys[own])
        own++;
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++)
        if (data_rows[i].key)
            data[count++] = data_rows[i].key;
    (void)((key = key_among(word, reader_keys, own, "", home)) ||
           (key = key_among(word, reader_head_keys, READER_HEAD_KEYS, "head", home)) ||
           (key = key_among(word, train, reader_train_keys(train), "train", home)) ||
           (key = key_among(word, data, count, "data", home)));
    return key;
}

const char *meant_value(const char *value, const char **home)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++)
        if (!strcmp(algorithm_rows[i].name, value)) {
            *home = "train";
            return algorithm_rows[i].selector;
        }
    *home = loss_named(value) ? "" : "head";
    return loss_named(value) ? "loss" : loss_link(value) ? "link" : NULL;
}
