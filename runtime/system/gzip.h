/* gzip: expanding gzip data (RFC 1952), and what a zip archive deflates, that are in memory. */
#ifndef COSTATE_GZIP_H
#define COSTATE_GZIP_H

#include "gen/base/diagnostics.h"

#include <stdint.h>

/* Do the data begin as gzip data do? */
bool gzip_recognised(const char *data, size_t size);

/* Expands all members of data[0..size) one after the other into *expanded[0..*expanded_size), closed by a NUL and owned
 * by the arena. file is what errors name: data that are truncated, corrupt, followed by something else, or longer than
 * limit bytes when expanded. */
bool gzip_expand(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size,
                 uint64_t limit, char **expanded, size_t *expanded_size);

/* The same of deflated data without gzip's header and checksum (RFC 1951). */
bool gzip_inflate(Arena *arena, Diagnostics *diagnostics, const char *file, const char *data, size_t size,
                  uint64_t limit, char **expanded, size_t *expanded_size);

#endif
