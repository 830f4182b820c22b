#include "fixture.h"

TestSuite(includes, .init = fixture_open, .fini = fixture_close);

/* The modules of gen/, lowest first: each may include what stands before it. */
static const char order[][16] = {
    "arena",    "text",      "utf8",     "diagnostics",             /* memory, text, errors */
    "rational", "template",  "wrap",     "seal",                    /* exact numbers; C text */
    "graph",    "operation", "derive",   "dump",                    /* expressions and their derivatives */
    "value",    "locate",    "entry",    "spec",        "spec_lua", /* what a spec file says */
    "name",     "model",     "tableau",  "field",       "reader",   /* what that means */
    "routine",  "network",   "identity", "interpret",               /* the network as expressions */
    "simplify", "schedule",                                         /* in what order, and where */
    "printer",  "lane",      "loop",     "codelet",     "print",    /* and on to C text */
    "tape",     "pack",      "bundle",   "gen",                     /* all of it */
};
enum { MODULES = sizeof order / sizeof *order, MOST_FILES = 256 };

typedef struct {
    const char *name, *text;
} Source;

typedef struct {
    Source files[MOST_FILES];
    size_t count;
} Sources;

static Sources read_sources(const char *path)
{
    Sources sources = {.count = 0};
    DIR *listing = opendir(path);
    cr_assert_not_null(listing);
    for (struct dirent *entry; (entry = readdir(listing));) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || (strcmp(dot, ".c") != 0 && strcmp(dot, ".h") != 0))
            continue;
        Source *source = &sources.files[sources.count++];
        char *text;
        size_t size;
        cr_assert(file_read(arena, diagnostics, path_join(arena, path, entry->d_name), &text, &size));
        *source = (Source){arena_string(arena, entry->d_name, strlen(entry->d_name)), text};
    }
    closedir(listing);
    cr_assert_gt(sources.count, 0);
    return sources;
}

static const Source *find(const Sources *sources, const char *name)
{
    for (size_t i = 0; i < sources->count; i++)
        if (strcmp(sources->files[i].name, name) == 0)
            return &sources->files[i];
    return NULL;
}

/* The next file that text includes as "file" or <file>, from *at on; NULL at the end. */
static const char *next_include(const char **at, char open, char close)
{
    static const char directive[] = "#include ";
    for (const char *line; (line = strstr(*at, directive));) {
        const char *name = line + sizeof directive;
        *at = name;
        if ((line == *at || line[-1] == '\n') && name[-1] == open)
            return arena_string(arena, name, strcspn(name, (char[]){close, '\0'}));
    }
    return NULL;
}

static const char *stem(const char *file)
{
    return arena_string(arena, file, strcspn(file, "."));
}

static size_t rank_of(const char *module)
{
    for (size_t i = 0; i < MODULES; i++)
        if (strcmp(order[i], module) == 0)
            return i;
    return MODULES;
}

/* The module that a source file belongs to: its own name, or what stands before an underscore. */
static size_t rank_of_file(const char *file)
{
    const char *name = stem(file);
    if (strcmp(name, "step") == 0)
        return rank_of("network");
    size_t rank = rank_of(name);
    if (rank < MODULES)
        return rank;
    name = arena_string(arena, name, strcspn(name, "_"));
    return rank_of(strcmp(name, "spec") == 0 ? "spec_lua" : name);
}

Test(includes, gen_includes_lower_modules_only)
{
    Sources gen = read_sources("gen");
    for (size_t i = 0; i < gen.count; i++) {
        const char *file = gen.files[i].name, *at = gen.files[i].text;
        size_t rank = rank_of_file(file);
        bool header = strstr(file, ".h") != NULL;
        cr_assert_lt(rank, MODULES, "%s has no place in the order", file);
        for (const char *name; (name = next_include(&at, '"', '"'));) {
            if (strncmp(name, "../templates/", 13) == 0) /* what is emitted uses nothing, and anybody may use it */
                continue;
            cr_assert_not_null(find(&gen, name), "gen/%s includes %s, which is not of gen/", file, name);
            size_t included = rank_of(stem(name));
            /* spec.c and its parts share one internal header, which stands above spec.h */
            cr_assert(included < rank + !header || (strncmp(file, "spec", 4) == 0 && strcmp(name, "spec_lua.h") == 0),
                      "gen/%s includes %s, which is not below it", file, name);
        }
    }
    for (size_t k = 0; k < MODULES; k++)
        cr_assert_not_null(find(&gen, text_print(arena, "%s.h", order[k])), "%s is gone", order[k]);
}

/* The number of files that include one of these headers of a library. */
static size_t users_of(const Sources *sources, const char *const *headers, size_t count)
{
    size_t users = 0;
    for (size_t i = 0; i < sources->count; i++) {
        const char *at = sources->files[i].text;
        bool uses = false;
        for (const char *name; (name = next_include(&at, '<', '>'));)
            for (size_t k = 0; k < count; k++)
                uses = uses || strcmp(name, headers[k]) == 0;
        users += uses;
    }
    return users;
}

Test(includes, one_file_knows_lua_and_one_knows_tcc)
{
    static const char *const lua[] = {"lua.h", "lauxlib.h", "lualib.h", "luaconf.h"}, *const tcc[] = {"libtcc.h"};
    Sources gen = read_sources("gen"), runtime = read_sources("runtime");
    cr_assert_eq(users_of(&gen, lua, 4), 1);
    cr_assert_eq(users_of(&runtime, lua, 4), 1); /* the prompt: console.c */
    cr_assert_eq(users_of(&gen, tcc, 1), 0);
    cr_assert_eq(users_of(&runtime, tcc, 1), 1);
}

/* Can file be reached from itself? path: how it came to be looked at. */
static void assert_no_cycle(const Sources *sources, const Source *file, const Source **path, size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        cr_assert_neq(path[i], file, "%s includes itself", file->name);
    path[depth] = file;
    const char *at = file->text;
    for (const char *name; (name = next_include(&at, '"', '"'));)
        if (find(sources, name))
            assert_no_cycle(sources, find(sources, name), path, depth + 1);
}

Test(includes, runtime_has_no_cycles_and_includes_nothing_unknown)
{
    Sources runtime = read_sources("runtime"), gen = read_sources("gen"), templates = read_sources("templates");
    const Source *path[MOST_FILES];
    for (size_t i = 0; i < runtime.count; i++) {
        const char *at = runtime.files[i].text;
        assert_no_cycle(&runtime, &runtime.files[i], path, 0);
        for (const char *name; (name = next_include(&at, '"', '"'));) {
            name = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
            cr_assert(find(&runtime, name) || find(&gen, name) || find(&templates, name) ||
                          strcmp(name, "kernel_list.h") == 0 || strcmp(name, "prelude.h") == 0, /* made in the build */
                      "runtime/%s includes %s", runtime.files[i].name, name);
        }
    }
}
