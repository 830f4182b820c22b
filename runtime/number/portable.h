/* portable: elementary functions in double with the same bits on every machine with IEEE doubles: what data and random
 * numbers are made with. They are those of templates/elementary.h, errors and special cases included; sin and cos are
 * accurate for |x| <= 2e5. */
#ifndef COSTATE_PORTABLE_H
#define COSTATE_PORTABLE_H

double portable_exp(double x);
double portable_log(double x);
double portable_sin(double x);
double portable_cos(double x);
double portable_sqrt(double x);

#endif
