/* Running spec files and the functions in them; errors of Lua become errors with a place. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "gen/spec/internal.h"
#include "gen/spec/reader.h"

#include "gen/base/nearest.h"
#include "gen/base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

void spec_change(Spec *spec, const char *changes)
{
    spec->changes = changes;
    spec->hash = text_hash(spec->hash, changes, strlen(changes));
}

/* ---- errors ---- */

/* An error in what replaces keys of the network, which is no file; the message reads "change:1: ...". */
static bool report_change(Spec *spec, const char *message)
{
    const char *end = strstr(message, ": ");
    const Place place = {spec->files[0].path, PLACE_TYPED, 0};
    diagnostics_error(spec->diagnostics, place, "%s", end ? end + 2 : message);
    lua_pop(spec->lua, 1);
    return false;
}

/* What people write who come from other languages, or forget, as Lua's compiler puts it. */
static const char *with_hint(Arena *arena, const char *message)
{
    static const char *const hints[][2] = {
        {"' expected (to close '{'", "a comma may be missing before it, or the } itself"},
        {"'}' expected near", "a comma may be missing before it, or the } itself"},
        {"<name> expected near", "a key is written key = value"},
        {"near '<\\226>'", "quotes of a spec are \" or '"},
        {"unexpected symbol near '*'", "a power is x^2"},
        {"near '@'", "a matrix times a vector is K * y"},
        {"near '!'", "not equal is ~="},
        {"near '!='", "not equal is ~="},
        {"syntax error near", "a spec is Lua: return network { .. }"},
        {"unexpected symbol near <eof>", "a } or an end is missing"},
    };
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (strstr(message, hints[i][0]))
            return text_print(arena, "%.*s; %s", (int)strcspn(message, "\n"), message, hints[i][1]);
    return message;
}

/* Chunks are named by their number, so messages read "2:17: ...": file 2, line 17. */
static bool report(Spec *spec)
{
    lua_State *lua = spec->lua;
    const char *message = lua_tostring(lua, -1);
    unsigned long file = spec->file;
    long line = spec->line;
    if (!message)
        message = "error with a value that is no text";
    if (!strncmp(message, "change:", 7))
        return report_change(spec, message);
    char *end;
    unsigned long number = strtoul(message, &end, 10);
    if (end != message && *end == ':' && number < spec->file_count) {
        const char *rest = end + 1;
        long at = strtol(rest, &end, 10);
        if (end != rest && *end == ':') {
            file = number;
            line = at;
            message = end + 1 + (end[1] == ' ');
        }
    }
    message = with_hint(spec->arena, message);
    if (!strcmp(message, "C stack overflow"))
        message = "brackets or functions are nested too deeply";
    if (!strcmp(message, "not enough memory"))
        message = spec->overlong ? "a string of more than 1 MiB"
                  : spec->allocated > SPEC_MOST_ALLOCATED
                      ? "the spec runs for too long: it moves more than 1 GiB of memory"
                      : "the spec needs more than 64 MiB of memory";
    Place place = {spec->files[file].path, line > 0 || line == PLACE_TYPED ? (int)line : 1, 0};
    diagnostics_error(spec->diagnostics, place, "%.*s", (int)strcspn(message, "\n"), message);
    lua_pop(lua, 1);
    return false;
}

/* ---- files ---- */

static char *read_text(Spec *spec, const char *path, size_t *length)
{
    static const size_t most = SPEC_LONGEST_FILE;
    Place place = {path, 0, 0};
    struct stat status;
    char *text = ARENA_ARRAY(spec->arena, most + 2, char); /* before the file is open; unused pages cost nothing */
    FILE *file = stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? NULL : fopen(path, "rb");
    if (!file) {
        diagnostics_error(spec->diagnostics, place, "cannot read: %s", errno ? strerror(errno) : "it is a folder");
        return NULL;
    }
    *length = fread(text, 1, most + 1, file);
    bool failed = ferror(file);
    fclose(file);
    if (failed || *length > most) {
        diagnostics_error(spec->diagnostics, place, failed ? "cannot read" : "longer than 1 MiB: not a spec");
        return NULL;
    }
    return text;
}

char *spec_relative(Arena *arena, Place place, const char *name)
{
    const char *slash = place.file && place.line != PLACE_TYPED ? strrchr(place.file, '/') : NULL;
    if (*name == '/' || !slash)
        return arena_string(arena, name, strlen(name));
    return text_print(arena, "%.*s/%s", (int)(slash - place.file), place.file, name);
}

/* Is file in the folder, or below it, both without links? A folder that is not there holds nothing. */
static bool is_within(const char *file, const char *folder)
{
    char real[PATH_MAX];
    if (!realpath(*folder ? folder : ".", real))
        return false;
    size_t length = strlen(real);
    return strncmp(file, real, length) == 0 && (file[length] == '/' || real[length - 1] == '/');
}

/* A spec need not be trusted, and errors show the lines of the files that it names: it may name Lua files in its own
 * folder, below it, or among costate's specs, wherever links lead. What has no place, or was typed, was named by the
 * user, who may read anything. */
static bool may_read(Spec *spec, Place place, const char *path)
{
    char real[PATH_MAX];
    size_t length;
    if (!place.file || place.line == PLACE_TYPED)
        return true;
    if (!realpath(path, real))
        return diagnostics_error(spec->diagnostics, place, "cannot read %.200s: %s", path, strerror(errno));
    length = strlen(real);
    if (length > 4 && strcmp(real + length - 4, ".lua") == 0 &&
        (is_within(real, spec_relative(spec->arena, place, "")) || is_within(real, spec->folder)))
        return true;
    return diagnostics_error(spec->diagnostics, place,
                             "a spec may name Lua files (.lua) in its own folder, below it, or among costate's specs, "
                             "but not \"%.200s\"",
                             path);
}

static bool is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* An error where text is something else than UTF-8. */
static bool check_text(Spec *spec, const char *path, const char *text, size_t length)
{
    int line = 1;
    for (size_t at = 0, size; at < length; at += size) {
        line += text[at] == '\n';
        size = utf8_length(text + at, length - at);
        if (size && text[at])
            continue;
        return diagnostics_error(spec->diagnostics, (Place){path, line, 0},
                                 size ? "a byte 0: a spec is text" : "a byte that is not UTF-8");
    }
    return true;
}

size_t spec_preamble(const char *text, size_t length)
{
    size_t mark = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    return mark < length && text[mark] == '#' ? mark + strcspn(text + mark, "\n") : mark;
}

/* Runs the chunk in file number `file`, leaving its one result on the stack. */
static bool run_chunk(Spec *spec, size_t file, const char *text, size_t length)
{
    lua_State *lua = spec->lua;
    spec->file = file;
    spec->line = 1;
    char *name = text_print(spec->arena, "=%zu", file);
    if (length && text[0] == LUA_SIGNATURE[0]) {
        lua_pushliteral(lua, "this is Lua bytecode; a spec is text");
        return report(spec);
    }
    size_t before = spec_preamble(text, length);
    if (luaL_loadbufferx(lua, text + before, length - before, name, "t") != LUA_OK || lua_pcall(lua, 0, 1, 0) != LUA_OK)
        return report(spec);
    return true;
}

static int convert_result(lua_State *lua)
{
    *(const Value **)lua_touserdata(lua, 2) = spec_convert(lua, 1);
    return 0;
}

/* The result of a file that is on top of the stack; NULL after an error. Pops it. */
static const Value *take_result(Spec *spec)
{
    const Value *result = NULL;
    lua_pushcfunction(spec->lua, convert_result);
    lua_insert(spec->lua, -2);
    lua_pushlightuserdata(spec->lua, &result);
    if (lua_pcall(spec->lua, 2, 0, 0) == LUA_OK)
        return result;
    report(spec);
    return NULL;
}

/* kind and name: as it was asked for, or NULL. */
static const Value *run_file(Spec *spec, const char *path, const char *kind, const char *name)
{
    size_t length, file = spec->file_count;
    if (file == SPEC_MOST_FILES) {
        diagnostics_error(spec->diagnostics, (Place){path, 0, 0}, "more than %d files", SPEC_MOST_FILES);
        return NULL;
    }
    errno = 0;
    char *text = read_text(spec, path, &length);
    if (!text)
        return NULL;
    spec->files[file] = (SpecFile){arena_string(spec->arena, path, strlen(path)), text, kind, name};
    spec->file_count++;
    spec->hash = text_hash(spec->hash, text, length);
    diagnostics_source(spec->diagnostics, spec->files[file].path, text);
    if (*text != LUA_SIGNATURE[0] && !check_text(spec, spec->files[file].path, text, length))
        return NULL;
    return run_chunk(spec, file, text, length) ? take_result(spec) : NULL;
}

const Value *spec_run(Spec *spec, const char *path)
{
    return run_file(spec, path, NULL, NULL);
}

/* The same of a file that stands in the spec. */
static const Value *run_supplied(Spec *spec, SpecSupplied *supplied)
{
    supplied->used = true;
    spec->file = supplied->file;
    lua_rawgeti(spec->lua, LUA_REGISTRYINDEX, supplied->function);
    if (lua_pcall(spec->lua, 0, 1, 0) == LUA_OK)
        return take_result(spec);
    report(spec);
    return NULL;
}

static void list_folder(Spec *spec, const char *folder, const char **names, size_t *count, size_t most)
{
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && *count < most && (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && length < 48 && !strcmp(entry->d_name + length - 4, ".lua"))
            names[(*count)++] = arena_string(spec->arena, entry->d_name, length - 4);
    }
    if (directory)
        closedir(directory);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names in order, each once, with commas between them. */
static const char *list_names(Arena *arena, const char *const *names, size_t count)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(names[i - 1], names[i]) != 0)
            text_format(&text, "%s%s", i ? ", " : "", names[i]);
    return text.data;
}

enum { MOST_NAMES = 256 };

/* Into names[MOST_NAMES], in order; their number. */
static size_t find_names(Spec *spec, const char *beside, const char *own, const char **names)
{
    size_t count = 0;
    list_folder(spec, beside, names, &count, MOST_NAMES);
    list_folder(spec, own, names, &count, MOST_NAMES);
    qsort(names, count, sizeof *names, compare_names);
    return count;
}

static char *own_folder(const Spec *spec, const char *kind)
{
    return text_print(spec->arena, "%s/%s", spec->folder, kind);
}

/* Names are those that the spec knows, also where one was typed. */
static char *beside_spec(const Spec *spec, Place place, const char *kind)
{
    return spec_relative(spec->arena, (Place){place.file, 0, 0}, kind);
}

const char *spec_known_names(Spec *spec, Place place, const char *kind)
{
    const char *names[MOST_NAMES];
    const size_t count = find_names(spec, beside_spec(spec, place, kind), own_folder(spec, kind), names);
    return list_names(spec->arena, names, count);
}

const char *spec_named_file(Spec *spec, const char *name)
{
    static const char *const kinds[][2] = {{"tableau", "a tableau"}, {"activation", "an activation"}};
    const char *names[MOST_NAMES], *home;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const Place place = {spec->files[spec->file].path, 0, 0};
        const size_t count =
            find_names(spec, beside_spec(spec, place, kinds[k][0]), own_folder(spec, kinds[k][0]), names);
        for (size_t i = 0; i < count; i++)
            if (!strcmp(names[i], name))
                return kinds[k][1];
    }
    const char *key = reader_meant_value(name, &home);
    return key ? text_print(spec->arena, "a %s", key) : NULL;
}

/* Where a name of nothing of that kind belongs: with files of the other kind, or with what is no file; NULL: nowhere.
 */
static const char *other_home(Spec *spec, Place place, const char *kind, const char *name)
{
    static const struct {
        const char *kind, *key;
    } kinds[] = {{"tableau", "method"}, {"activation", "activation"}};
    const char *names[MOST_NAMES], *home, *key = reader_meant_value(name, &home);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const char *other = kinds[k].kind;
        const size_t count = find_names(spec, beside_spec(spec, place, other), own_folder(spec, other), names);
        for (size_t i = 0; i < count && strcmp(other, kind) != 0; i++)
            if (!strcmp(names[i], name))
                return text_print(spec->arena, "; it belongs to the network itself: %s = \"%s\"", kinds[k].key, name);
    }
    return !key    ? NULL
           : *home ? text_print(spec->arena, "; it belongs in %s: %s = { %s = \"%s\" }", home, home, key, name)
                   : text_print(spec->arena, "; it belongs to the network itself: %s = \"%s\"", key, name);
}

/* Does the first line of the file, a comment, say that what is in it is "also called" that, among others? */
static bool is_also_called(const char *path, const char *name)
{
    static const char words[] = "also called ", ends[] = ", .;\n";
    char line[256] = "";
    FILE *file = fopen(path, "r");
    const char *called = file && fgets(line, sizeof line, file) ? strstr(line, words) : NULL;
    if (file)
        fclose(file);
    for (called = called ? called + strlen(words) : ""; *called; called += strspn(called, ends)) {
        const size_t length = strcspn(called, ends);
        if (length == strlen(name) && !strncmp(called, name, length))
            return true;
        called += length;
    }
    return false;
}

/* The name of the file for what others call that; NULL: none. */
static const char *also_called(const Spec *spec, const char *const *folders, const char *name, const char *const *names,
                               size_t count)
{
    for (size_t i = 0; i < 2 * count; i++)
        if (is_also_called(text_print(spec->arena, "%s/%s.lua", folders[i % 2], names[i / 2]), name))
            return names[i / 2];
    return NULL;
}

static const Value *unknown_file(Spec *spec, Place place, const char *kind, const char *name, const char *beside,
                                 const char *own)
{
    const char *names[MOST_NAMES];
    const size_t count = find_names(spec, beside, own, names);
    const char *const folders[2] = {beside, own}, *called = also_called(spec, folders, name, names, count);
    const char *nearest = called ? called : nearest_name(name, names, count);
    const char *all = count == 0
                          ? text_print(spec->arena, "; the folder of costate's specs (%s) has none", spec->folder)
                          : text_print(spec->arena, "; there are %s, and files of your own by their path",
                                       list_names(spec->arena, names, count));
    const char *elsewhere = other_home(spec, place, kind, name);
    diagnostics_error(spec->diagnostics, place, "there is no %s \"%.60s\"%s", kind, name,
                      elsewhere ? elsewhere
                      : nearest ? nearest_hint(nearest, "\"").text
                                : all);
    return NULL;
}

const Value *spec_load(Spec *spec, Place place, const char *kind, const char *name)
{
    SpecSupplied *supplied = spec_find_supplied(spec, kind, name);
    size_t length = strlen(name);
    bool is_path = strchr(name, '/') || (length > 4 && !strcmp(name + length - 4, ".lua"));
    if (supplied)
        return run_supplied(spec, supplied);
    if (is_path) {
        char *path = spec_relative(spec->arena, place, name);
        if (is_file(path))
            return may_read(spec, place, path) ? run_file(spec, path, kind, name) : NULL;
        const char *beside = beside_spec(spec, place, name);
        diagnostics_error(spec->diagnostics, place, "there is no file \"%.200s\"%s", path,
                          is_file(beside) ? text_print(spec->arena, "; beside the spec there is \"%.200s\"", beside)
                                          : "");
        return NULL;
    }
    char *beside = beside_spec(spec, place, kind);
    char *own = own_folder(spec, kind);
    const char *const folders[2] = {beside, own};
    for (size_t i = 0; i < 2; i++) {
        char *path = text_print(spec->arena, "%s/%s.lua", folders[i], name);
        if (is_file(path))
            return may_read(spec, place, path) ? run_file(spec, path, kind, name) : NULL;
    }
    return unknown_file(spec, place, kind, name, beside, own);
}

/* ---- functions ---- */

typedef struct {
    const Value *function;
    size_t count;
    const SpecArgument *arguments;
    const Node *result;
} Application;

static const SpecMember *find_member(const SpecArgument *argument, const char *name)
{
    for (size_t k = 0; name && k < argument->member_count; k++)
        if (!strcmp(argument->members[k].name, name))
            return &argument->members[k];
    return NULL;
}

/* u.Q where there is no control Q, or none that may be asked for here. Upvalue 1: the argument. */
static int unknown_control(lua_State *lua)
{
    const SpecArgument *argument = lua_touserdata(lua, lua_upvalueindex(1));
    const char *name = luaL_tolstring(lua, 2, NULL);
    const SpecMember *member = find_member(argument, name);
    return luaL_error(lua, member ? "u.%s: %s" : "there is no control \"%s\"", name, member ? member->why_not : "");
}

static void push_member(lua_State *lua, const SpecMember *member)
{
    if (!member->list) {
        spec_push_node(lua, member->nodes[0]);
        return;
    }
    lua_createtable(lua, (int)member->count, 0);
    for (size_t i = 0; i < member->count; i++) {
        spec_push_node(lua, member->nodes[i]);
        lua_seti(lua, -2, (lua_Integer)i + 1);
    }
    spec_forbid(lua, false,
                text_print(spec_of(lua)->arena, "%s has a value for each stage: %s[1] to %s[%zu]", member->name,
                           member->name, member->name, member->count));
}

static void push_table(lua_State *lua, const SpecArgument *argument)
{
    lua_newtable(lua);
    for (size_t k = 0; k < argument->member_count; k++) {
        if (argument->members[k].why_not)
            continue;
        push_member(lua, &argument->members[k]);
        lua_setfield(lua, -2, argument->members[k].name);
    }
    lua_newtable(lua);
    lua_pushlightuserdata(lua, (void *)(uintptr_t)argument);
    lua_pushcclosure(lua, unknown_control, 1);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
}

/* The function on top of the stack may take fewer arguments than it is given; more would be nil. */
static void expect_parameters(lua_State *lua, size_t count)
{
    lua_Debug info;
    lua_pushvalue(lua, -1);
    lua_getinfo(lua, ">u", &info);
    if (info.nparams > count)
        luaL_error(lua, "the function has %d parameters, and is given %d argument%s", (int)info.nparams, (int)count,
                   count == 1 ? "" : "s");
}

static int apply(lua_State *lua)
{
    Application *application = lua_touserdata(lua, 1);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, application->function->function);
    expect_parameters(lua, application->count);
    for (size_t i = 0; i < application->count; i++) {
        const SpecArgument *argument = &application->arguments[i];
        if (argument->node)
            spec_push_node(lua, argument->node);
        else if (argument->absent) {
            lua_newtable(lua);
            spec_forbid(lua, true, argument->absent);
        } else
            push_table(lua, argument);
    }
    const int before = lua_gettop(lua) - (int)application->count - 1;
    lua_call(lua, (int)application->count, LUA_MULTRET);
    const int returned = lua_gettop(lua) - before;
    if (returned > 1)
        return luaL_error(lua, "the function returns %d values, and must return one: a vector is concat(a, b)",
                          returned);
    if (returned == 0)
        lua_pushnil(lua);
    spec_refuse(lua, -1);
    if (!lua_isuserdata(lua, -1) && lua_type(lua, -1) != LUA_TNUMBER)
        return luaL_error(lua, "the function must return an expression, not %s%s", luaL_typename(lua, -1),
                          lua_isnil(lua, -1)     ? "; is its return missing?"
                          : lua_istable(lua, -1) ? "; a vector is concat(a, b), and the controls u are none"
                                                 : "");
    application->result = spec_to_node(lua, -1);
    return 0;
}

void spec_leave_samples(Spec *spec)
{
    spec->sampleless = true;
}

const Node *spec_apply(Spec *spec, const Value *function, size_t count, const SpecArgument *arguments)
{
    Application application = {function, count, arguments, NULL};
    for (size_t i = 0; i < spec->file_count; i++)
        if (!strcmp(spec->files[i].path, function->place.file))
            spec->file = i;
    spec->line = function->place.line;
    lua_pushcfunction(spec->lua, apply);
    lua_pushlightuserdata(spec->lua, &application);
    if (lua_pcall(spec->lua, 1, 0, 0) != LUA_OK)
        report(spec);
    return application.result;
}

Arena *spec_arena(const Spec *spec)
{
    return spec->arena;
}

uint64_t spec_hash(const Spec *spec)
{
    return spec->hash;
}
