/* name: which names may reach C. */
#ifndef COSTATE_NAME_H
#define COSTATE_NAME_H

#include <stdbool.h>

/* A letter, then letters, digits and _: a leading _ is the implementation's. */
bool name_is_identifier(const char *name);

/* A keyword of C or C++, up to C11 and C++17. */
bool name_is_keyword(const char *name);

/* Is name.h a header of the C library or POSIX, which a file of that name would hide? */
bool name_is_header(const char *name);

#endif
