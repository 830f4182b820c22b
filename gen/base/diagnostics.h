/* diagnostics: the one error path. Errors are collected with their place and printed by whoever began the run;
 * nothing else prints or exits. */
#ifndef COSTATE_DIAGNOSTICS_H
#define COSTATE_DIAGNOSTICS_H

#include "gen/base/arena.h"
#include "gen/base/text.h"

#include <stdbool.h>

typedef struct Diagnostics Diagnostics;

/* A place in a file. line and column count from 1; 0 means unknown, file NULL means no file. PLACE_TYPED: it does not
 * stand in the file, but was typed beside it (see diagnostics_typed). */
enum { PLACE_TYPED = -1 };
typedef struct {
    const char *file;
    int line;
    int column;
} Place;

Diagnostics *diagnostics_new(Arena *arena);

/* Makes the text of a file known, so that an error in it shows the line. text must outlive the diagnostics. */
void diagnostics_source(Diagnostics *diagnostics, const char *file, const char *text);

/* From now on nobody makes the text of that file known: it may be one that those who see messages may not read. */
void diagnostics_conceal(Diagnostics *diagnostics, const char *file);

/* Where what has the line PLACE_TYPED was typed, "prompt:1": messages about it begin with that, not with the file. */
void diagnostics_typed(Diagnostics *diagnostics, const char *where);

/* Forgets the texts of all files, whose memory may go then. */
void diagnostics_forget(Diagnostics *diagnostics);

/* Appends what other has recorded, whose memory may go then, and the texts that it knows. */
void diagnostics_adopt(Diagnostics *diagnostics, const Diagnostics *other);

/* Records an error, with a copy of the place's file name. Returns false, so that a function can end with
 * `return diagnostics_error(...)`. */
bool diagnostics_error(Diagnostics *diagnostics, Place place, const char *format, ...) COSTATE_FORMAT(3, 4);

/* Records a warning, which fails nothing, in the same way. */
void diagnostics_warning(Diagnostics *diagnostics, Place place, const char *format, ...) COSTATE_FORMAT(3, 4);

/* Records what was understood without being said, for people to see, in the same way. */
void diagnostics_note(Diagnostics *diagnostics, Place place, const char *format, ...) COSTATE_FORMAT(3, 4);

/* The number of errors so far. */
size_t diagnostics_errors(const Diagnostics *diagnostics);

/* All messages so far, "file:line:column: message" each (parts that are unknown are left out), followed by the
 * source line where it is known. */
void diagnostics_print(const Diagnostics *diagnostics, Text *text);

#endif
