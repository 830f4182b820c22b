/* gen: from a spec to C text. Everything that the runtime needs of the generator is here. */
#ifndef COSTATE_GEN_H
#define COSTATE_GEN_H

#include "gen/emit/pack.h"
#include "gen/spec/reader.h"

/* A generated solver; it lives in the arena of the run. */
typedef struct Program {
    Description description;
    const Network *network;    /* the network as it was derived */
    const Network *simplified; /* the one that is scheduled and printed */
    const Blueprint *blueprint;
} Program;

/* Runs all passes on the spec file `path`; NULL after errors. folder holds costate's tableaus and activations. */
const Program *gen_program(Arena *arena, Diagnostics *diagnostics, const char *path, const char *folder);

/* The same with some keys of the network replaced by those of `changes` as for spec_change; NULL: none. */
const Program *gen_changed_program(Arena *arena, Diagnostics *diagnostics, const char *path, const char *folder,
                                   const char *changes);

/* The program's spec as one text that needs no other file, with further changes or NULL (spec_written). */
const char *gen_written(const Program *program, const char *changes);

/* The program with another real type (single: float) and of another edition; NULL after an error. */
const Program *gen_edition(Arena *arena, Diagnostics *diagnostics, const Program *program, bool single,
                           const Edition *edition);

/* The program with the Hessian's product as well; NULL after an error. */
const Program *gen_second(Arena *arena, Diagnostics *diagnostics, const Program *program);

/* The program whose samples have weights, whatever its spec says of that; NULL after an error. */
const Program *gen_weighted(Arena *arena, Diagnostics *diagnostics, const Program *program);

/* The program that its model's algorithm trains: with the Hessian's product where it needs that, else the same; NULL
 * after an error. */
const Program *gen_training(Arena *arena, Diagnostics *diagnostics, const Program *program);

/* What is known of a tableau or a pair, for people: tableau_text, and what is proven of the step that is derived. */
void gen_tableau_text(Text *text, const Tableau *tableau);

/* The passes whose result gen_dump shows, in order; the last name is NULL. */
extern const char *const gen_passes[];

/* What the program looks like after the pass of that name; an error with the nearest name if there is none. */
bool gen_dump(Text *text, Diagnostics *diagnostics, const Program *program, const char *pass);

#endif
