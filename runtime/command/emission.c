#include "runtime/command/emission.h"

#include "runtime/system/file.h"
#include "gen/emit/seal.h"

#include <string.h>

/* May the file at path be replaced? By force any that is a file. */
static bool is_replaceable(Arena *arena, Diagnostics *diagnostics, const char *path, bool force)
{
    char *data;
    size_t size;
    if (!file_exists(path))
        return true;
    if (!file_read(arena, diagnostics, path, &data, &size))
        return false;
    if (force)
        return true;
    switch (seal_look(arena, data, size)) {
    case SEAL_WHOLE:
        return true;
    case SEAL_BROKEN:
        return diagnostics_error(diagnostics, (Place){.file = path},
                                 "was changed after costate wrote it; --force replaces it");
    case SEAL_MISSING:
        break;
    }
    return diagnostics_error(diagnostics, (Place){.file = path}, "was not written by costate; --force replaces it");
}

static bool write_all(Arena *arena, Diagnostics *diagnostics, const char *folder, const Bundle *bundle)
{
    for (size_t i = 0; i < bundle->count; i++) {
        const BundleFile *file = &bundle->files[i];
        if (!file_write(diagnostics, path_join(arena, folder, file->name), file->text, file->size))
            return false;
    }
    return true;
}

static bool move_all(Arena *arena, Diagnostics *diagnostics, const char *from, const char *to, const Bundle *bundle)
{
    for (size_t i = 0; i < bundle->count; i++) {
        const char *name = bundle->files[i].name;
        if (!file_move(diagnostics, path_join(arena, from, name), path_join(arena, to, name)))
            return false;
    }
    return true;
}

bool emission_write(Arena *arena, Diagnostics *diagnostics, const char *folder, const Bundle *bundle, bool force)
{
    const char *stage = path_join(arena, folder, ".costate-emit");
    size_t made, staged;
    for (size_t i = 0; i < bundle->count; i++)
        if (!is_replaceable(arena, diagnostics, path_join(arena, folder, bundle->files[i].name), force))
            return false;
    if (!folder_create(diagnostics, folder, &made))
        return false;
    bool done = folder_create(diagnostics, stage, &staged) && write_all(arena, diagnostics, stage, bundle) &&
                move_all(arena, diagnostics, stage, folder, bundle);
    for (size_t i = 0; i < bundle->count && !done; i++)
        file_remove(path_join(arena, stage, bundle->files[i].name));
    folder_remove(stage, 1);
    if (!done)
        folder_remove(folder, made);
    return done;
}
