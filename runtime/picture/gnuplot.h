/* gnuplot: the program that draws. */
#ifndef COSTATE_GNUPLOT_H
#define COSTATE_GNUPLOT_H

#include "gen/base/diagnostics.h"

/* Runs gnuplot on the script; what it prints goes to standard output. False, with an error, when gnuplot is not
 * installed, cannot be run, or does not like the script. */
bool gnuplot_run(Diagnostics *diagnostics, const Text *script);

/* Appends string as a gnuplot string constant; other control characters than the end of a line become blanks and bytes
 * that are not UTF-8 become U+FFFD. */
void gnuplot_string(Text *text, const char *string);

#endif
