/* order: the numbers of an array by their size. */
#ifndef COSTATE_ORDER_H
#define COSTATE_ORDER_H

#include <stddef.h>

/* The index of the largest of x[n], n >= 1: the first of those that are as large. */
size_t order_largest(const double *x, size_t n);

/* Sorts x[n], the smallest first. */
void order_ascending(double *x, size_t n);

#endif
