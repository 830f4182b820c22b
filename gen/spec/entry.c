#include "gen/spec/entry.h"

#include "gen/base/nearest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

Place entry_place(const Entries *entries, const char *key)
{
    const Value *value = entries->table ? value_get(entries->table, key) : NULL;
    return value ? value->place : entries->table ? entries->table->place : (Place){0};
}

/* "head.link", "name": how messages call the entry. */
typedef struct {
    char text[128];
} Title;

static Title title_of(const Entries *entries, const char *key)
{
    Title title;
    snprintf(title.text, sizeof title.text, "%s%s%s", entries->name, *entries->name ? "." : "", key);
    return title;
}

/* ", { "K", "b" }", of a key that wants a table, in the network itself. */
static const char *example_of(const Entries *entries, const char *key)
{
    static const char *const examples[][2] = {{"head", ", { outputs = 1, link = \"sigmoid\" },"},
                                              {"data", ", { \"points.csv\", split = 0.8 },"},
                                              {"train", ", { algorithm = \"adam\" },"},
                                              {"init", ", { K = normal(1) },"},
                                              {"learn", ", { \"K\", \"b\" },"},
                                              {"span", ", { K = \"all\" },"},
                                              {"bounds", ", { K = { -1, 1 } },"},
                                              {"noise", ", { 0.1, 0.5 },"},
                                              {"controls", ", { K = matrix(2, 2) },"}};
    for (size_t i = 0; i < sizeof examples / sizeof *examples && !*entries->name; i++)
        if (!strcmp(examples[i][0], key))
            return examples[i][1];
    return ",";
}

static void wrong_type(const Entries *entries, const char *key, const Value *value, const char *wanted)
{
    diagnostics_error(entries->diagnostics, value->place, "%s must be %s%s not %s", title_of(entries, key).text, wanted,
                      strcmp(wanted, "a table") ? "," : example_of(entries, key), value_kind(value));
}

static const Value *find(const Entries *entries, const char *key)
{
    return entries->table ? value_get(entries->table, key) : NULL;
}

const char *entry_string(const Entries *entries, const char *key, const char *fallback)
{
    const Value *value = find(entries, key);
    if (value && value->kind != VALUE_STRING) {
        wrong_type(entries, key, value, "a string");
        return fallback;
    }
    return value ? value->string : fallback;
}

bool entry_boolean(const Entries *entries, const char *key, bool fallback)
{
    const Value *value = find(entries, key);
    if (value && value->kind != VALUE_BOOLEAN) {
        wrong_type(entries, key, value, "true or false");
        return fallback;
    }
    return value ? value->boolean : fallback;
}

size_t entry_count(const Entries *entries, const char *key, size_t fallback, size_t least, size_t most)
{
    const Value *value = find(entries, key);
    if (!value)
        return fallback;
    bool whole = value->kind == VALUE_INTEGER ||
                 (value->kind == VALUE_REAL && floor(value->real) == value->real && fabs(value->real) < 9e15);
    if (!whole && value->kind == VALUE_REAL)
        diagnostics_error(entries->diagnostics, value->place, "%s must be an integer, not %g",
                          title_of(entries, key).text, value->real);
    else if (!whole)
        wrong_type(entries, key, value, "an integer");
    if (!whole)
        return fallback;
    if (value->real < (double)least || value->real > (double)most) {
        diagnostics_error(entries->diagnostics, value->place, "%s = %.0f is out of range: %zu to %zu",
                          title_of(entries, key).text, value->real, least, most);
        return fallback;
    }
    return (size_t)value->real;
}

double entry_real(const Entries *entries, const char *key, double fallback, double least, double most)
{
    const Value *value = find(entries, key);
    if (!value)
        return fallback;
    if (value->kind != VALUE_INTEGER && value->kind != VALUE_REAL) {
        wrong_type(entries, key, value, "a number");
        return fallback;
    }
    if (isnan(value->real)) {
        diagnostics_error(entries->diagnostics, value->place, "%s is not a number", title_of(entries, key).text);
        return fallback;
    }
    if (value->real < least || value->real > most) {
        diagnostics_error(entries->diagnostics, value->place, "%s = %.10g is out of range: %.10g to %.10g",
                          title_of(entries, key).text, value->real, least, most);
        return fallback;
    }
    return value->real;
}

/* "; it belongs in train: train = { search = "armijo" }", of a key that stands in the wrong place (value ".."), or of a
 * value with its quotes. */
typedef struct {
    char text[160];
} Belonging;

static Belonging belonging(const char *home, const char *key, const char *value)
{
    Belonging where;
    if (*home)
        snprintf(where.text, sizeof where.text, "; it belongs in %s: %s = { %.40s = %.40s }", home, home, key, value);
    else
        snprintf(where.text, sizeof where.text, "; it belongs to the network itself: %.40s = %.40s", key, value);
    return where;
}

static Belonging hint_of_choice(const char *name, const char *const *choices, size_t count, EntryHome *home)
{
    const char *table, *key = home ? home(name, &table) : NULL;
    char quoted[48];
    Belonging where;
    snprintf(quoted, sizeof quoted, "\"%.40s\"", name);
    if (key)
        return belonging(table, key, quoted);
    snprintf(where.text, sizeof where.text, "%s", nearest_hint(nearest_name(name, choices, count), "\"").text);
    return where;
}

size_t entry_choice(const Entries *entries, const char *key, size_t fallback, const char *const *choices, size_t count,
                    EntryHome *home)
{
    const char *name = entry_string(entries, key, NULL);
    if (!name)
        return fallback;
    char list[256] = "";
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(name, choices[i]))
            return i;
        size_t length = strlen(list);
        snprintf(list + length, sizeof list - length, "%s\"%s\"", i ? " or " : "", choices[i]);
    }
    diagnostics_error(entries->diagnostics, entry_place(entries, key), "%s = \"%.60s\": it must be %s%s",
                      title_of(entries, key).text, name, list, hint_of_choice(name, choices, count, home).text);
    return fallback;
}

const Value *entry_table(const Entries *entries, const char *key)
{
    const Value *value = find(entries, key);
    if (value && value->kind != VALUE_TABLE) {
        wrong_type(entries, key, value, "a table");
        return NULL;
    }
    return value;
}

static bool is_known(const Entries *entries, const char *key)
{
    for (size_t i = 0; i < entries->key_count; i++)
        if (!strcmp(key, entries->keys[i]))
            return true;
    return false;
}

/* "; there are K, b", where that is no long list. */
typedef struct {
    char text[160];
} AllKeys;

static AllKeys all_keys(const Entries *entries)
{
    enum { MOST_LISTED = 8 };
    AllKeys all = {""};
    size_t length = 0;
    for (size_t i = 0; i < entries->key_count && entries->key_count <= MOST_LISTED && length < sizeof all.text; i++)
        length += (size_t)snprintf(all.text + length, sizeof all.text - length, "%s%s",
                                   i                        ? ", "
                                   : entries->key_count > 1 ? "; there are "
                                                            : "; there is ",
                                   entries->keys[i]);
    return all;
}

void entry_check_keys(const Entries *entries, size_t positions, EntryHome *home)
{
    const Value *table = entries->table;
    const char *where = *entries->name ? entries->name : "network";
    if (!table)
        return;
    if (table->array_count > positions)
        diagnostics_error(entries->diagnostics, table->entries[positions]->place,
                          "entry %zu of %s has no key: write key = value", positions + 1, where);
    for (size_t i = table->array_count; i < table->entry_count; i++) {
        const Value *entry = table->entries[i];
        if (is_known(entries, entry->key))
            continue;
        const char *nearest = nearest_name(entry->key, entries->keys, entries->key_count), *owner, *key = NULL;
        if (home && !nearest_known(entry->key, entries->keys, entries->key_count))
            key = home(entry->key, &owner);
        diagnostics_error(entries->diagnostics, entry->place, "unknown key \"%.60s\" in %s%s", entry->key, where,
                          key       ? belonging(owner, key, "..").text
                          : nearest ? nearest_hint(nearest, "\"").text
                                    : all_keys(entries).text);
    }
}

/* Is there an unknown key for which this one was suggested? */
static bool is_misspelt(const Entries *entries, const char *key)
{
    const Value *table = entries->table;
    for (size_t i = table->array_count; i < table->entry_count; i++) {
        const char *written = table->entries[i]->key;
        const char *nearest = nearest_name(written, entries->keys, entries->key_count);
        if (nearest && !strcmp(nearest, key) && !is_known(entries, written))
            return true;
    }
    return false;
}

const char *entry_candidates(Arena *arena, const char *const *names, size_t count)
{
    Text text = text_new(arena);
    for (size_t i = 0; i < count; i++)
        text_format(&text, "%s\"%s\"", i ? ", " : "", names[i]);
    return text.data;
}

void entry_require(const Entries *entries, const char *key, const char *candidates)
{
    if (entries->table && !value_get(entries->table, key) && !is_misspelt(entries, key))
        diagnostics_error(entries->diagnostics, entries->table->place, "%s is missing: %s", title_of(entries, key).text,
                          candidates);
}
