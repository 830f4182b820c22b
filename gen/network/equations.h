/* equations: which stages of a step are computed one after the other, and which solve an equation. */
#ifndef COSTATE_EQUATIONS_H
#define COSTATE_EQUATIONS_H

#include "gen/network/network.h"

/* The equations of the step, each once, by their first stages. */
NodeList equations_of(Arena *arena, const Step *step);

/* The rows of the unknown. */
size_t equations_unknowns(const Node *equation);

/* The stages that solve it: "Y1, Y2". */
const char *equations_stages(Arena *arena, const Step *step, const Node *equation);

/* All stages: "Q1, V1 explicit; Q2, V2 by Newton's method, 2 unknowns". */
const char *equations_text(Arena *arena, const Step *step);

#endif
