/* costate new. */
#include "session.h"

#include "file.h"

#include <ctype.h>

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

static const char spec[] =
    "  inputs = 2, width = 2,            -- features of a sample; a wider state begins padded with zeros\n"
    "  layers = 15, step = 0.1,          -- their number and first time step\n"
    "  method = \"kutta4\",                -- costate tableau kutta4 shows it; or \"euler\", \"kutta3\", ..,\n"
    "                                    -- or tableau { A = { { 0, 0 }, { \"1/2\", 0 } }, b = { 0, 1 } }\n"
    "  activation = \"tanh\",              -- or function(x) return x * sigmoid(x) end\n"
    "  head = { outputs = 1, link = \"sigmoid\" },   -- \"softmax\" for 2 and more classes, \"identity\" for numbers\n"
    "  loss = \"crossentropy\", average = true,      -- or \"squared\"\n"
    "  learn = { \"K\", \"b\", \"W\", \"mu\" },            -- \"dt\", too: then the time steps are learnt\n"
    "  -- simplex = true,                -- with \"dt\": no time step is negative and their sum stays\n"
    "  data = { \"spiral2d\", samples = 1000, validation = 500 },   -- or { \"points.csv\", split = 0.8 }\n"
    "  train = { search = \"armijo\", iterations = 1000 },\n"
    "  -- or: train = { algorithm = \"adam\", rate = 0.01, batch = 32, epochs = 20 },\n"
    "}\n";

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
    if (!is_name(name)) {
        session->problem = text_print(arena, "%s is no name: letters, digits and _, no digit first", name);
        return STATUS_USAGE;
    }
    path = path ? path : text_print(arena, "%s.lua", name);
    if (file_exists(path)) {
        diagnostics_error(session->diagnostics, (Place){.file = path}, "this file exists already; choose another name");
        return STATUS_FAILED;
    }
    text_format(&text,
                "-- %s: see README.md, \"The spec\", for all keys. Try: costate check %s\nreturn network {\n"
                "  name = \"%s\",\n%s",
                name, path, name, spec);
    if (!file_write(session->diagnostics, path, text.data, text.length))
        return STATUS_FAILED;
    text_format(&result, "%s\nnext: costate check %s; costate train %s\n", path, path, path);
    return session_print(session, &result);
}
