#include "runtime/session/options.h"

#include "gen/base/nearest.h"
#include "gen/base/text.h"
#include "gen/gen.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t option_count(const Command *command)
{
    size_t count = 0;
    while (command->options[count].name)
        count++;
    return count;
}

/* The index of the option whose name is name[0..length), or option_count. */
static size_t find_option(const Command *command, const char *name, size_t length)
{
    size_t i = 0;
    for (; command->options[i].name; i++)
        if (strlen(command->options[i].name) == length && !strncmp(command->options[i].name, name, length))
            break;
    return i;
}

/* The first option that the word abbreviates, or that abbreviates it: --iter, and --out where it is called -o. */
static const char *abbreviated(const Command *command, const char *word)
{
    word += strspn(word, "-");
    for (const Option *option = command->options; *word && option->name; option++) {
        const char *name = option->name + strspn(option->name, "-");
        size_t shorter = strlen(name) < strlen(word) ? strlen(name) : strlen(word);
        if (!strncmp(name, word, shorter))
            return option->name;
    }
    return NULL;
}

static const char *unknown_option(Arena *arena, const Command *command, const char *name)
{
    size_t count = option_count(command);
    const char **names = ARENA_ARRAY(arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++)
        names[i] = command->options[i].name;
    const char *nearest = nearest_known(name, names, count), *table, *key = reader_meant_key(name, &table);
    if (!nearest && key && find_option(command, "--set", 5) < count)
        return text_print(arena, "unknown option %s, but it is a key of the spec: --set %s%s%s=..", name, table,
                          *table ? "." : "", key);
    if (!nearest)
        nearest = nearest_name(name, names, count);
    if (!nearest)
        nearest = abbreviated(command, name);
    return text_print(arena, "unknown option %s%s", name, nearest_hint(nearest, "").text);
}

/* Of an option or an argument: does its title say that there may be several? */
static bool may_repeat(const char *title)
{
    const size_t length = title ? strlen(title) : 0;
    return length > 3 && !strcmp(title + length - 3, "...");
}

/* Takes the option at argv[*at]; *at moves to the last word that belongs to it. */
static const char *take_option(Arena *arena, Options *options, size_t count, char **argv, size_t *at)
{
    const Command *command = options->command;
    const char *word = argv[*at], *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    size_t index = find_option(command, word, length);
    const Option *option = &command->options[index];
    if (!option->name)
        return unknown_option(arena, command, arena_string(arena, word, length));
    const char *before = options->values[index];
    const bool repeats = may_repeat(option->value);
    if (before && !repeats)
        return text_print(arena, "%s is given twice%s", option->name,
                          option->value && strchr(option->value, ',')
                              ? text_print(arena, "; several go into one: %s %s", option->name, option->value)
                              : "");
    if (!option->value) {
        options->values[index] = "";
        return equals ? text_print(arena, "%s takes no value", option->name) : NULL;
    }
    const bool last = *at + 1 == count;
    if (!equals && (last || find_option(command, argv[*at + 1], strlen(argv[*at + 1])) < option_count(command)))
        return text_print(arena, "%s needs a value: %s %s", option->name, option->name, option->value);
    const char *value = equals ? equals + 1 : argv[++*at];
    if (!*value && (strstr(option->value, "FILE") || strstr(option->value, "DIR")))
        return text_print(arena, "%s needs a value: %s %s", option->name, option->name, option->value);
    if (repeats && strchr(value, '\n'))
        return text_print(arena, "%s takes one line", option->name);
    options->values[index] = before ? text_print(arena, "%s\n%s", before, value) : value;
    return NULL;
}

/* before: the word that stands before it. */
static const char *unexpected(Arena *arena, const Command *command, const char *word, const char *before)
{
    const Option *option = &command->options[find_option(command, before, strlen(before))];
    return text_print(arena, "unexpected argument %s%s", word,
                      option->name && !option->value ? text_print(arena, ": %s takes no value", before) : "");
}

const Options *options_parse(Arena *arena, const Command *command, size_t count, char **argv, const char **problem)
{
    Options *options = ARENA_NEW(arena, Options);
    options->command = command;
    options->values = ARENA_ARRAY(arena, option_count(command) + 1, const char *);
    const char **arguments = ARENA_ARRAY(arena, count + 1, const char *);
    options->arguments = arguments;
    *problem = NULL;
    for (size_t at = 0; at < count && !*problem; at++) {
        if (!strcmp(argv[at], "--help") || !strcmp(argv[at], "-h"))
            options->help = true;
        else if (argv[at][0] == '-' && argv[at][1])
            *problem = take_option(arena, options, count, argv, &at);
        else if (!command->argument || (options->argument && !may_repeat(command->argument)))
            *problem = unexpected(arena, command, argv[at], at ? argv[at - 1] : "");
        else
            arguments[options->argument_count++] = argv[at];
        options->argument = arguments[0];
    }
    if (options->help)
        return options;
    if (!*problem && command->argument && command->argument[0] != '[' && !options->argument)
        *problem = text_print(arena, "%s is missing", command->argument);
    return *problem ? NULL : options;
}

bool options_known(const Command *command, const char *name)
{
    return command->options[find_option(command, name, strlen(name))].name;
}

const char *options_get(const Options *options, const char *name)
{
    assert(options_known(options->command, name));
    return options->values[find_option(options->command, name, strlen(name))];
}

bool options_count(Arena *arena, const Options *options, const char *name, uint64_t *value, const char **problem)
{
    const char *text = options_get(options, name);
    if (!text)
        return true;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 15 || text[digits]) {
        char *end;
        const double number = strtod(text, &end);
        const bool whole = end > text && !*end && number >= 0 && number <= 1e15 && floor(number) == number;
        *problem = text_print(arena, "%s takes a whole number from 0 on, not %s%s", name, text,
                              whole ? text_print(arena, ": write %.0f", number) : "");
        return false;
    }
    *value = strtoull(text, NULL, 10);
    return true;
}

/* "--backend takes tcc, cc or auto, not nope; did you mean ..?" */
static const char *no_choice(Arena *arena, const char *name, const char *const *names, size_t count, const char *value)
{
    Text text = text_new(arena);
    text_format(&text, "%s takes ", name);
    for (size_t i = 0; i < count; i++)
        text_format(&text, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", names[i]);
    text_format(&text, ", not %s%s", *value ? value : "nothing",
                nearest_hint(nearest_name(value, names, count), "").text);
    return text.data;
}

bool options_choice(Arena *arena, const Options *options, const char *name, const char *const *names, size_t count,
                    size_t *index, const char **problem)
{
    const char *value = options_get(options, name);
    for (size_t i = 0; value && i < count; i++)
        if (!strcmp(value, names[i])) {
            *index = i;
            return true;
        }
    if (value)
        *problem = no_choice(arena, name, names, count, value);
    return !value;
}

void options_help(const Command *command, void (*put)(const char *text))
{
    put("usage: costate ");
    put(command->name);
    put(command->argument ? " " : "");
    put(command->argument ? command->argument : "");
    put(command->options[0].name ? " [options]\n\n" : "\n\n");
    put(command->summary);
    put("\n");
    if (command->list) {
        put("\n");
        command->list(put);
    }
    if (command->details) {
        put("\n");
        put(command->details);
    }
    if (command->options[0].name)
        put("\n");
    for (const Option *option = command->options; option->name; option++) {
        size_t width = strlen(option->name) + (option->value ? 1 + strlen(option->value) : 0);
        put("  ");
        put(option->name);
        put(option->value ? " " : "");
        put(option->value ? option->value : "");
        for (; width < 22; width++)
            put(" ");
        put("  ");
        put(option->help);
        put("\n");
    }
    put("\nexample:\n  ");
    put(command->example);
    put("\n");
}

void options_add_word(CommandLine *line, const char *word)
{
    line->words = ARENA_MORE(line->arena, line->words, line->count, line->capacity);
    line->words[line->count++] = arena_string(line->arena, word, strlen(word));
    line->words = ARENA_MORE(line->arena, line->words, line->count, line->capacity);
    line->words[line->count] = NULL;
}
