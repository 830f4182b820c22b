/* kernels: the block kernels of templates/kernels.c, compiled for every instruction set of this architecture, and the
 * choice among them. What each kernel does is said in templates/kernels.c. */
#ifndef COSTATE_KERNELS_H
#define COSTATE_KERNELS_H

#include "gen/base/diagnostics.h"

/* Its address must be called with the parameters that templates/kernels.c declares for costate_<name>. */
typedef struct {
    const char *name;
    void (*address)(void);
} Kernel;

/* All kernels for one instruction set and one real type. */
typedef struct KernelSet {
    const char *isa;       /* "baseline", "avx2", "avx512" */
    const char *flags;     /* of a C compiler for it, separated by blanks */
    bool single;           /* float rather than double */
    const Kernel *kernels; /* closed by one whose name is NULL */
} KernelSet;

/* Together: the best set that this processor and those of the other ranks can run, or the one that the environment
 * variable COSTATE_ISA names. NULL, with an
 * error, when there is no such set or the processor cannot run it. */
const KernelSet *kernels_select(bool single, Diagnostics *diagnostics);

/* The kernel called name; NULL when there is none. */
const Kernel *kernels_find(const KernelSet *set, const char *name);

/* The address of a kernel as libtcc and memory tools take it, which ISO C has no cast for. */
const void *kernels_symbol(const Kernel *kernel);

/* The sets that this processor can run, of both real types: kernels_at(0) to kernels_at(kernels_count() - 1). */
size_t kernels_count(void);
const KernelSet *kernels_at(size_t index);

#endif
