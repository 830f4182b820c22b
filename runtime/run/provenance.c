#include "runtime/run/provenance.h"

#include <inttypes.h>

static void set_real(Metadata *settings, const char *name, double value)
{
    Text text = text_new(settings->arena);
    text_real(&text, value);
    metadata_set(settings, name, text.data);
}

static void set_natural(Metadata *settings, const char *name, uint64_t value)
{
    metadata_set(settings, name, text_print(settings->arena, "%" PRIu64, value));
}

static void set_algorithm(Metadata *settings, const TrainSpec *train)
{
    switch (train->algorithm) {
    case TRAIN_ARMIJO:
        metadata_set(settings, "search", "armijo");
        set_real(settings, "tau", train->tau);
        set_real(settings, "tau_max", train->tau_max);
        break;
    case TRAIN_LIPSCHITZ:
        metadata_set(settings, "search", "lipschitz");
        set_real(settings, "lipschitz", train->lipschitz);
        set_real(settings, "up", train->up);
        set_real(settings, "down", train->down);
        break;
    case TRAIN_ADAM:
        metadata_set(settings, "algorithm", "adam");
        set_real(settings, "rate", train->rate);
        set_natural(settings, "batch", train->batch);
        break;
    }
}

Provenance provenance_new(Arena *arena, const Model *model)
{
    Provenance provenance = {
        .model = model, .source = "", .settings = metadata_new(arena), .metadata = metadata_new(arena)};
    provenance.origin = metadata_new(arena);
    set_natural(&provenance.settings, "seed", model->seed);
    set_algorithm(&provenance.settings, &model->train);
    return provenance;
}

const char *provenance_hash(Arena *arena, uint64_t hash)
{
    return text_print(arena, "%016" PRIx64, hash);
}
