#include "runtime/session/stored.h"

#include "runtime/format/parameters.h"
#include "runtime/run/run.h"
#include "runtime/solver/initial.h"
#include "runtime/system/file.h"

#include <inttypes.h>
#include <string.h>

static const char *meaning_of(Arena *arena, const Model *model)
{
    return text_print(arena, "%016" PRIx64, model->meaning);
}

/* A file that does not say whose its parameters are is taken. */
static bool check_meaning(Session *session, const Model *model, const char *path, StoredUse use,
                          const Metadata *metadata)
{
    static const char about[] =
        "these are parameters of another spec: tableau, field, times or number of layers differ";
    const char *stored = metadata_get(metadata, "spec");
    const Place place = {path, 0, 0};
    if (!stored || !strcmp(stored, meaning_of(session->arena, model)))
        return true;
    if (use == STORED_MODEL)
        return diagnostics_error(session->diagnostics, place, "%s from %s; train it, with --init FILE from here on",
                                 about, model->file);
    diagnostics_warning(session->diagnostics, place, "%s; training begins at them", about);
    return true;
}

bool stored_read(Session *session, const Model *model, const char *path, StoredUse use, double *params,
                 Dataset *trained)
{
    Arena *arena = session->arena;
    Metadata metadata = metadata_new(arena);
    double *read = ARENA_ARRAY(arena, model->parameters, double);
    initial_parameters(model, model->seed, read);
    if (folder_exists(path))
        return diagnostics_error(session->diagnostics, (Place){path, 0, 0},
                                 "this folder has no " RUN_MODEL ", as that of a run has: name a file of parameters");
    if (!parameters_load(arena, session->diagnostics, path, model, read, &metadata) ||
        !check_meaning(session, model, path, use, &metadata) ||
        !dataset_from_metadata(arena, session->diagnostics, path, &metadata, model, trained))
        return false;
    memcpy(params, read, model->parameters * sizeof *params);
    return true;
}

const char *stored_file(Arena *arena, const char *path)
{
    const char *model = path_join(arena, path, RUN_MODEL);
    return folder_exists(path) && file_exists(model) ? model : path;
}

bool stored_has_intake(const Dataset *trained)
{
    return intake_scales(&trained->scales) || trained->feature_names || trained->label_names || trained->class_names;
}

Metadata stored_metadata(Arena *arena, const Model *model, const Dataset *trained)
{
    Metadata metadata = metadata_new(arena);
    metadata_set(&metadata, "costate", COSTATE_VERSION);
    metadata_set(&metadata, "name", model->name);
    metadata_set(&metadata, "spec", meaning_of(arena, model));
    if (trained)
        dataset_to_metadata(trained, &metadata);
    return metadata;
}
