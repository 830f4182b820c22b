/* page: what is emitted around the C, from templates with blanks: build files, README, licence, modules. */
#ifndef COSTATE_PAGE_H
#define COSTATE_PAGE_H

#include "gen/emit/blueprint.h"

/* The template `file` with its choices made and every "@blank@" filled in for the solver, and sealed (seal.h). */
char *page_fill(Arena *arena, const Blueprint *blueprint, const char *file);

#endif
