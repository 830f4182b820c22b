/* options: the command line of one command, taken apart. */
#ifndef COSTATE_OPTIONS_H
#define COSTATE_OPTIONS_H

#include "gen/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* One option of a command: "--name VALUE" (or "--name=VALUE"), or a switch where value is NULL. */
typedef struct {
    const char *name;  /* "--data" */
    const char *value; /* "FILE", for the help; "KEY=VALUE...": it may be given several times */
    const char *help;
} Option;

typedef struct Session Session;
typedef enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 } Status;

/* A command: what it is called, what it takes, and what it does. */
typedef struct {
    const char *name;     /* "train" */
    const char *argument; /* "SPEC", its one positional argument; "[SPEC]": may be left out; "RUN_DIR...": one or more;
                             NULL: none */
    const char *summary;
    const char *details; /* more for the help, or NULL */
    const char *example;
    const Option *options; /* the last has name NULL */
    Status (*run)(Session *session);
    void (*list)(void (*put)(const char *text)); /* puts a list in front of the details, or NULL */
} Command;

typedef struct {
    const Command *command;
    const char *argument;         /* the first of arguments */
    const char *const *arguments; /* [argument_count] */
    size_t argument_count;
    const char **values; /* by option; "" for a switch that is on, NULL where absent; the values of one that was given
                            several times have newlines between them */
    bool help;
} Options;

/* Takes argv[0..count) apart. NULL, with *problem saying why, for what the command does not know; options may come
 * before or behind the argument. */
const Options *options_parse(Arena *arena, const Command *command, size_t count, char **argv, const char **problem);

/* Has the command an option of that name? */
bool options_known(const Command *command, const char *name);

/* The value of an option, which the command must have; NULL where it was not given. */
const char *options_get(const Options *options, const char *name);

/* The value as a non-negative integer; *value stays where it was not given. False, with *problem, when it is none. */
bool options_count(Arena *arena, const Options *options, const char *name, uint64_t *value, const char **problem);

/* The value as an index into `count` names; untouched where it was not given. False, with *problem and the nearest
 * name, when it is none of them. */
bool options_choice(Arena *arena, const Options *options, const char *name, const char *const *names, size_t count,
                    size_t *index, const char **problem);

/* Help for one command. */
void options_help(const Command *command, void (*put)(const char *text));

/* A command line while it is put together: words [count], closed by NULL. */
typedef struct {
    Arena *arena;
    char **words;
    size_t count, capacity;
} CommandLine;

/* Adds a copy of the word. */
void options_add_word(CommandLine *line, const char *word);

#endif
