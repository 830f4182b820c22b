/* finite: is every number of an array finite? */
#ifndef COSTATE_FINITE_H
#define COSTATE_FINITE_H

#include <stdbool.h>
#include <stddef.h>

bool finite_all(const double *x, size_t n);

#endif
