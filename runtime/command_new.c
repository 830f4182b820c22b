/* costate new. */
#include "session.h"

#include "file.h"

#include <ctype.h>
#include <string.h>

static const Option new_options[] = {
    {"-o", "FILE", "the spec [NAME.lua]"},
    {NULL, NULL, NULL},
};

const Command command_new = {"new",
                             "NAME",
                             "Write a commented spec to begin with; it replaces no file.",
                             NULL,
                             "costate new moons -o out/moons.lua",
                             new_options};

/* The text with every `word` replaced by `by`. */
static char *replaced(Arena *arena, const char *text, const char *word, const char *by)
{
    Text result = text_new(arena);
    for (const char *at; (at = strstr(text, word)); text = at + strlen(word)) {
        text_append(&result, text, (size_t)(at - text));
        text_add(&result, by);
    }
    text_add(&result, text);
    return result.data;
}

static bool is_name(const char *name)
{
    for (const char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at) && *at != '_')
            return false;
    return *name && !isdigit((unsigned char)*name);
}

Status new_run(Session *session)
{
    Arena *arena = session->arena;
    const char *name = session->options->argument, *path = options_get(session->options, "-o");
    Text text = text_new(arena), result = text_new(arena);
    char *data;
    size_t size;
    if (!is_name(name)) {
        session->problem = text_print(arena, "%s is no name: letters, digits and _, no digit first", name);
        return STATUS_USAGE;
    }
    path = path ? path : text_print(arena, "%s.lua", name);
    if (file_exists(path)) {
        diagnostics_error(session->diagnostics, (Place){.file = path}, "this file exists already; choose another name");
        return STATUS_FAILED;
    }
    if (!file_read(arena, session->diagnostics, path_join(arena, session_specs(arena), "new.lua"), &data, &size))
        return STATUS_FAILED;
    text_add(&text, replaced(arena, replaced(arena, data, "NAME", name), "PATH", path));
    if (!file_write(session->diagnostics, path, text.data, text.length))
        return STATUS_FAILED;
    text_format(&result, "%s\nnext: costate check %s; costate train %s\n", path, path, path);
    return session_print(session, &result);
}
