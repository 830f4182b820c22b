/* Where files live, and what they may include: the plan of gen/ and runtime/. */
#include "tests/unit/fixture.h"

#include <ctype.h>

TestSuite(rooms, .init = fixture_open, .fini = fixture_close);

/* The rooms, lowest first. A file includes from its own room, from those that its row names, and nothing else; a row
 * names only rooms above it in this list. "gen" is gen/gen.h, "templates" what is emitted as it stands. */
typedef struct {
    const char *room, *sees;
} Room;
static const Room rooms[] = {
    {"gen/base", ""},
    {"gen/graph", "base"},
    {"gen/model", "base graph"},
    {"gen/network", "base graph model"},
    {"gen/spec", "base graph model"},
    {"gen/code", "base graph model network"},
    {"gen/emit", "base graph model network code templates"},
    {"gen", "base spec network emit graph"},
    {"runtime/system", "base"},
    {"runtime/number", "base system templates"},
    {"runtime/format", "base model system"},
    {"runtime/data", "base model number system format"},
    {"runtime/solver", "gen base model network number system emit templates"},
    {"runtime/train", "base model system number solver"},
    {"runtime/run", "base model system format solver train"},
    {"runtime/picture", "base network number system data solver train"},
    {"runtime/session", "gen base system format data solver run picture"},
    {"runtime/library", "base format solver train session"},
    {"runtime/prompt", "base emit system format solver train picture session library"},
    {"runtime/compare", "base system format train run picture session"},
    {"runtime/paper", "base system format data picture session compare"},
    {"runtime/command", "gen base model emit number system format solver train run picture session"},
};
enum { ROOMS = sizeof rooms / sizeof *rooms, MOST_FILES = 512, MOST_SOURCES = 14 };

/* What of the generator the rest of the program may know. */
static const char *const doors[] = {"gen/base/",
                                    "gen/gen.h",
                                    "gen/model/model.h",
                                    "gen/model/algorithm.h",
                                    "gen/model/data.h",
                                    "gen/model/tableau.h",
                                    "gen/model/stability.h",
                                    "gen/network/equations.h",
                                    "gen/network/identity.h",
                                    "gen/network/symplectic.h",
                                    "gen/network/interpret.h",
                                    "gen/emit/bundle.h",
                                    "gen/emit/seal.h",
                                    "gen/emit/pack.h"};

/* Rooms in another language: tests/peers has their tests. */
static const char *const foreign[] = {"runtime/python"};

/* Headers made in the build. */
static const char *const made[] = {"kernel_list.h", "prelude.h"};

typedef struct {
    const char *path, *text; /* "gen/graph/derive.c" */
    size_t room;
} Source;

typedef struct {
    Source files[MOST_FILES];
    size_t count;
} Sources;

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), tail = strlen(ending);
    return length >= tail && !strcmp(name + length - tail, ending);
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

/* Adds the C files of the folder `path`, which belong to the room of that index. */
static void read_room(Sources *sources, const char *path, size_t room)
{
    DIR *listing = opendir(path);
    cr_assert_not_null(listing, "no room %s", path);
    for (struct dirent *entry; (entry = readdir(listing));) {
        if (!ends_with(entry->d_name, ".c") && !ends_with(entry->d_name, ".h"))
            continue;
        cr_assert_lt(sources->count, MOST_FILES);
        Source *source = &sources->files[sources->count++];
        char *text;
        size_t size;
        source->path = path_join(arena, path, arena_string(arena, entry->d_name, strlen(entry->d_name)));
        source->room = room;
        cr_assert(file_read(arena, diagnostics, source->path, &text, &size));
        source->text = text;
    }
    closedir(listing);
}

static Sources read_rooms(void)
{
    Sources sources = {.count = 0};
    for (size_t r = 0; r < ROOMS; r++)
        read_room(&sources, rooms[r].room, r);
    cr_assert_gt(sources.count, 0);
    return sources;
}

static const Source *find(const Sources *sources, const char *path)
{
    for (size_t i = 0; i < sources->count; i++)
        if (!strcmp(sources->files[i].path, path))
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
        if (name[-1] == open)
            return arena_string(arena, name, strcspn(name, (char[]){close, '\0'}));
    }
    return NULL;
}

/* The index of the room that is called so in another's row: its last folder. */
static size_t room_called(const char *name, size_t length)
{
    for (size_t r = 0; r < ROOMS; r++) {
        const char *last = strrchr(rooms[r].room, '/');
        last = last ? last + 1 : rooms[r].room;
        if (strlen(last) == length && !strncmp(last, name, length))
            return r;
    }
    return ROOMS;
}

/* Does the row of `room` name the room `other` (ROOMS: templates)? */
static bool sees(size_t room, size_t other)
{
    for (const char *word = rooms[room].sees; *word; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        bool templates = length == 9 && !strncmp(word, "templates", 9);
        if (templates ? other == ROOMS : other < ROOMS && room_called(word, length) == other)
            return true;
        word += length;
    }
    return false;
}

Test(rooms, rows_name_rooms_above_them)
{
    for (size_t r = 0; r < ROOMS; r++)
        for (const char *word = rooms[r].sees; *word; word += strspn(word, " ")) {
            size_t length = strcspn(word, " "), other = room_called(word, length);
            cr_assert(other < r || (length == 9 && !strncmp(word, "templates", 9)), "%s sees %.*s", rooms[r].room,
                      (int)length, word);
            word += length;
        }
}

Test(rooms, there_is_no_other_folder_and_no_other_file)
{
    for (size_t top = 0; top < 2; top++) {
        const char *folder_name = top ? "runtime" : "gen";
        DIR *listing = opendir(folder_name);
        cr_assert_not_null(listing);
        for (struct dirent *entry; (entry = readdir(listing));) {
            if (entry->d_name[0] == '.' || ends_with(entry->d_name, ".md"))
                continue;
            const char *path = path_join(arena, folder_name, entry->d_name);
            bool known = !strcmp(path, "gen/gen.c") || !strcmp(path, "gen/gen.h");
            for (size_t r = 0; r < ROOMS; r++)
                known = known || !strcmp(path, rooms[r].room);
            known = known || is_one_of(path, foreign, sizeof foreign / sizeof *foreign);
            cr_assert(known, "%s is in no room", path);
        }
        closedir(listing);
    }
}

Test(rooms, each_can_be_overlooked)
{
    Sources sources = read_rooms();
    for (size_t r = 0; r < ROOMS; r++) {
        size_t count = 0;
        for (size_t i = 0; i < sources.count; i++)
            count += sources.files[i].room == r && ends_with(sources.files[i].path, ".c");
        cr_expect(count >= 1 && count <= MOST_SOURCES, "%s has %zu .c files", rooms[r].room, count);
    }
}

Test(rooms, includes_go_where_a_row_says)
{
    Sources sources = read_rooms();
    for (size_t i = 0; i < sources.count; i++) {
        const Source *file = &sources.files[i];
        const char *at = file->text;
        for (const char *name; (name = next_include(&at, '"', '"'));) {
            if (is_one_of(name, made, sizeof made / sizeof *made))
                continue;
            const Source *included = find(&sources, name);
            bool template = !strncmp(name, "templates/", 10);
            cr_assert(included || template, "%s includes %s, which is in no room", file->path, name);
            size_t room = template ? ROOMS : included->room;
            cr_expect(room == file->room || sees(file->room, room), "%s includes %s", file->path, name);
        }
    }
}

Test(rooms, the_runtime_enters_the_generator_by_its_doors)
{
    Sources sources = read_rooms();
    for (size_t i = 0; i < sources.count; i++) {
        const Source *file = &sources.files[i];
        if (strncmp(file->path, "runtime/", 8) != 0)
            continue;
        const char *at = file->text;
        for (const char *name; (name = next_include(&at, '"', '"'));) {
            bool open = strncmp(name, "gen/", 4) != 0;
            for (size_t d = 0; d < sizeof doors / sizeof *doors; d++)
                open = open || !strncmp(name, doors[d], strlen(doors[d]));
            cr_expect(open, "%s includes %s", file->path, name);
        }
    }
}

/* The files that include one of these headers of a library, one after the other: "gen/base/rational.c ". */
static const char *users_of(const Sources *sources, const char *const *headers, size_t count)
{
    Text users = text_new(arena);
    for (size_t r = 0; r < ROOMS; r++)
        for (size_t i = 0; i < sources->count; i++) {
            const char *at = sources->files[i].text;
            bool uses = false;
            for (const char *name; sources->files[i].room == r && (name = next_include(&at, '<', '>'));)
                uses = uses || is_one_of(name, headers, count);
            if (uses)
                text_format(&users, "%s ", sources->files[i].path);
        }
    return users.data;
}

Test(rooms, who_knows_lua_libtcc_gmp_and_jansson)
{
    static const char *const lua[] = {"lua.h", "lauxlib.h", "lualib.h", "luaconf.h"}, *const tcc[] = {"libtcc.h"},
                             *const gmp[] = {"gmp.h"}, *const jansson[] = {"jansson.h"};
    Sources sources = read_rooms();
    cr_expect_str_eq(users_of(&sources, lua, 4), "gen/spec/internal.h runtime/prompt/internal.h ");
    cr_expect_str_eq(users_of(&sources, tcc, 1), "runtime/solver/jit.c ");
    cr_expect_str_eq(users_of(&sources, gmp, 1), "gen/base/rational.c ");
    cr_expect_str_eq(users_of(&sources, jansson, 1), "runtime/format/json.h ");
}

/* ---- names ---- */

/* Headers whose functions are named for what they work on: folders and paths in the file system, the arguments of one
 * operation of the graph. */
static const struct {
    const char *path, *prefix;
} others[] = {{"runtime/system/file.h", "folder"}, {"runtime/system/file.h", "path"}, {"gen/graph/graph.h", "combine"}};

/* Is the name the prefix, or does it go on behind it with "_"? */
static bool has_prefix(const char *name, const char *prefix, size_t length)
{
    return !strncmp(name, prefix, length) && (name[length] == '_' || !name[length]);
}

/* "node_list" of the type NodeList that begins at name. */
static const char *in_small_letters(const char *name)
{
    Text small = text_new(arena);
    for (; isalnum((unsigned char)*name); name++) {
        if (isupper((unsigned char)*name) && small.length)
            text_add(&small, "_");
        char letter = (char)tolower((unsigned char)*name);
        text_append(&small, &letter, 1);
    }
    return small.data ? small.data : "";
}

/* Is the function named for a type that the header declares: "} Name;", "typedef struct Name Name;"? */
static bool is_of_a_type(const char *header, const char *function)
{
    static const char *const before[] = {"} ", "typedef struct "};
    for (size_t b = 0; b < 2; b++)
        for (const char *at = header; (at = strstr(at, before[b]));) {
            const char *type = in_small_letters(at += strlen(before[b]));
            if (*type && has_prefix(function, type, strlen(type)))
                return true;
        }
    return false;
}

/* The function that the line declares; NULL where it declares none. What has capitals is a macro's rows. */
static const char *declared(const char *line)
{
    size_t end = strcspn(line, "(\n"), start = end;
    if (!isalpha((unsigned char)*line) || line[end] != '(' || !strncmp(line, "typedef ", 8))
        return NULL;
    while (start > 0 && (isalnum((unsigned char)line[start - 1]) || line[start - 1] == '_'))
        start--;
    return start > 0 && start < end && islower((unsigned char)line[start])
               ? arena_string(arena, line + start, end - start)
               : NULL;
}

/* By the header's name, its room's, or a type's of the header. */
static bool is_well_named(const Source *header, const char *function)
{
    const char *file = strrchr(header->path, '/') + 1, *room = strrchr(rooms[header->room].room, '/');
    if (has_prefix(function, file, strcspn(file, ".")) || (room && has_prefix(function, room + 1, strlen(room + 1))))
        return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(others[i].path, header->path) && has_prefix(function, others[i].prefix, strlen(others[i].prefix)))
            return true;
    return is_of_a_type(header->text, function);
}

Test(rooms, what_a_header_declares_has_its_name)
{
    Sources sources = read_rooms();
    size_t count = 0;
    for (size_t i = 0; i < sources.count; i++) {
        const Source *header = &sources.files[i];
        if (!ends_with(header->path, ".h"))
            continue;
        for (const char *line = header->text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
            const char *function = declared(line);
            cr_expect(!function || is_well_named(header, function), "%s declares %s", header->path, function);
            count += function != NULL;
        }
    }
    cr_expect_gt(count, 400);
}

/* Can file be reached from itself? path: how it came to be looked at. */
static void assert_no_cycle(const Sources *sources, const Source *file, const Source **path, size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        cr_assert_neq(path[i], file, "%s includes itself", file->path);
    path[depth] = file;
    const char *at = file->text;
    for (const char *name; (name = next_include(&at, '"', '"'));)
        if (find(sources, name))
            assert_no_cycle(sources, find(sources, name), path, depth + 1);
}

Test(rooms, includes_make_no_circle)
{
    Sources sources = read_rooms();
    const Source *path[MOST_FILES];
    for (size_t i = 0; i < sources.count; i++)
        assert_no_cycle(&sources, &sources.files[i], path, 0);
}

/* tests/unit has a folder of tests for every room, and none for what is no room. */
Test(rooms, tests_mirror_them)
{
    for (size_t r = 0; r < ROOMS; r++) {
        if (!strchr(rooms[r].room, '/'))
            continue;
        DIR *listing = opendir(path_join(arena, "tests/unit", rooms[r].room));
        cr_assert_not_null(listing, "no tests of %s", rooms[r].room);
        size_t count = 0;
        for (struct dirent *entry; (entry = readdir(listing));)
            count += ends_with(entry->d_name, ".c");
        closedir(listing);
        cr_expect_gt(count, 0, "no tests of %s", rooms[r].room);
    }
}
