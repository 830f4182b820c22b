/* costate new. */
#include "runtime/session/session.h"

#include "runtime/system/file.h"
#include "gen/base/name.h"

#include <string.h>

/* The templates: specs/new/NAME.lua. */
static const char *const kinds[] = {"network", "parameters", "dynamics", "control"};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const Option new_options[] = {
    {"--kind", "KIND", "network, parameters (of an ODE), dynamics (a neural ODE) or control [network]"},
    {"-o", "FILE", "the spec [NAME.lua]"},
    {NULL, NULL, NULL},
};

static Status new_run(Session *session);

const Command command_new = {.name = "new",
                             .argument = "NAME",
                             .summary = "Write a commented spec to begin with; it replaces no file.",
                             .example = "costate new growth --kind parameters -o out/growth.lua",
                             .options = new_options,
                             .run = new_run};

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

static Status new_run(Session *session)
{
    Arena *arena = session->arena;
    const char *name = session->options->argument, *path = options_get(session->options, "-o");
    Text text = text_new(arena), result = text_new(arena);
    char *data;
    size_t size, kind = 0;
    if (!name_is_identifier(name))
        session->problem = text_print(arena, "%s is no name: a letter, then letters, digits and _", name);
    else if (name_is_keyword(name) || name_is_header(name) || name_is_integer(name))
        session->problem = text_print(arena, "%s is a name of C's own, which no solver can have", name);
    if (session->problem || !options_choice(arena, session->options, "--kind", kinds, KINDS, &kind, &session->problem))
        return STATUS_USAGE;
    path = path ? path : text_print(arena, "%s.lua", name);
    if (file_exists(path)) {
        diagnostics_error(session->diagnostics, (Place){.file = path}, "this file exists already; choose another name");
        return STATUS_FAILED;
    }
    const char *template = text_print(arena, "%s/new/%s.lua", session_specs(arena), kinds[kind]);
    if (!file_read(arena, session->diagnostics, template, &data, &size))
        return STATUS_FAILED;
    text_add(&text, replaced(arena, replaced(arena, data, "NAME", name), "PATH", path));
    if (!file_write(session->diagnostics, path, text.data, text.length))
        return STATUS_FAILED;
    text_format(&result, "%s\nnext: costate check %s; costate train %s\n", path, path, path);
    return session_print(session, &result);
}
