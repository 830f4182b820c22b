#include "runtime/run/provenance.h"

#include <inttypes.h>

static void set_natural(Metadata *settings, const char *name, uint64_t value)
{
    metadata_set(settings, name, text_print(settings->arena, "%" PRIu64, value));
}

static void set_real(Metadata *settings, const char *name, double value)
{
    Text text = text_new(settings->arena);
    text_real(&text, value);
    metadata_set(settings, name, text.data);
}

static void set_algorithm(Provenance *provenance, const TrainSpec *train)
{
    const AlgorithmRow *row = &algorithm_rows[train->algorithm];
    metadata_set(&provenance->settings, row->selector, row->name);
    for (const AlgorithmSetting *setting = row->settings; setting->key; setting++) {
        Text text = text_new(provenance->settings.arena);
        algorithm_add_setting(&text, train, setting);
        metadata_set(&provenance->settings, setting->key, text.data);
        set_real(&provenance->fallbacks, setting->key, setting->fallback);
        if (setting->kind == SETTING_RATE)
            metadata_set(&provenance->renewed, setting->key, text.data);
    }
    if (train->patience)
        set_natural(&provenance->settings, "patience", train->patience);
    if (train->keep_best)
        metadata_set(&provenance->settings, "keep", "best");
}

Provenance provenance_new(Arena *arena, const Model *model)
{
    Provenance provenance = {.model = model,
                             .spec = MODEL_SPEC_WRITTEN,
                             .source = "",
                             .settings = metadata_new(arena),
                             .metadata = metadata_new(arena)};
    provenance.fallbacks = metadata_new(arena);
    provenance.renewed = metadata_new(arena);
    provenance.origin = metadata_new(arena);
    set_natural(&provenance.settings, "seed", model->seed);
    set_algorithm(&provenance, &model->train);
    return provenance;
}

const char *provenance_hash(Arena *arena, uint64_t hash)
{
    return text_print(arena, "%016" PRIx64, hash);
}
