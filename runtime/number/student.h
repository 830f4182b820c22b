/* student: Student's distribution. */
#ifndef COSTATE_STUDENT_H
#define COSTATE_STUDENT_H

#include <stddef.h>

/* t with which P(|T| <= t) = 0.95, for T of Student's distribution with that many degrees of freedom, at least 1
 * (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4). The time is proportional to them. */
double student_95(size_t degrees);

#endif
