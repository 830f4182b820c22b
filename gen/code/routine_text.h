/* routine_text: C text of scheduled routines. The text is written for the prefix `costate_`, like the templates; pack
 * gives it the solver's own. */
#ifndef COSTATE_ROUTINE_TEXT_H
#define COSTATE_ROUTINE_TEXT_H

#include "gen/code/operand.h"

/* How the statements of a routine are written. */
typedef enum {
    FORM_BEST,     /* as codelets where the cost model says so, else as loops */
    FORM_LOOPS,    /* elementwise statements that follow each other share a loop over vectors, others are calls */
    FORM_CODELETS, /* codelets wherever that can be */
    FORM_CALLS     /* each is a kernel's call: for compilers without vectors */
} Form;

/* Does the routine become a codelet in that form? */
bool routine_text_is_codelet(const Network *network, const Schedule *schedule, Form form);

/* One routine as a static function, with its comment; the kernels it calls are added to use. */
void routine_text_print(Text *text, const Network *network, const Schedule *schedule, Form form, KernelUse *use);

#endif
