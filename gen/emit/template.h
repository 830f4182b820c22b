/* template: the files of templates/, embedded in the program, and the sections that they are cut into.
 *
 * A line of the form "slash-star-at NAME [NEEDED ...] star-slash" opens a section; text before the first is for
 * compiling the file alone. Within a section a line "slash-star-? FLAG star-slash" begins lines that are wanted only
 * where FLAG holds, up to the next such line; FLAG "end" always holds. A line "#if defined(COSTATE_FLAG)" in a section
 * is a choice of the same kind, which the preprocessor makes where the file is compiled alone: it is decided by FLAG,
 * in capitals, and its lines are gone together with the branch that is not taken. Within a line, "slash-star-?FLAG
 * star-slash ARGUMENT," is an argument, or a parameter, that is there only where FLAG holds, and "slash-star-?-FLAG
 * star-slash TEXT slash-star-?- star-slash" any text. */
#ifndef COSTATE_TEMPLATE_H
#define COSTATE_TEMPLATE_H

#include "gen/base/text.h"

typedef struct {
    char name[32];
    const char *text;
} Template;

/* All of them; the last has an empty name. Defined by a file that the Makefile makes of templates/. */
extern const Template templates[];

typedef struct {
    const char *name;
    const char *needs; /* names, separated by blanks */
    const char *text;
} Section;

typedef struct {
    const Section *sections;
    size_t count;
} Sections;

/* The sections of the template file `name`, in order. Requires that there is such a template, as template_text does. */
Sections template_sections(Arena *arena, const char *name);

/* The section called name, or NULL. */
const Section *template_find(const Sections *sections, const char *name);

/* The text of the section `name` of the template `file`. Requires both to be there, or stops the program. */
const char *template_section(Arena *arena, const char *file, const char *name);

/* The text with only those conditional lines for whose flag holds(context, flag): "lift", or "REAL_FLOAT" of an #if. */
char *template_choose(Arena *arena, const char *text, bool (*holds)(const void *context, const char *flag),
                      const void *context);

/* The whole of the template file; the program stops when there is none of that name. */
const char *template_text(const char *name);

/* The text with values[i] in place of every "@keys[i]@"; the last key is NULL. */
char *template_fill(Arena *arena, const char *text, const char *const *keys, const char *const *values);

/* The text with every identifier costate_x, COSTATE_X renamed to prefix_x, PREFIX_X. */
char *template_rename(Arena *arena, const char *text, const char *prefix);

#endif
