/* kernels_isa: templates/kernels.c compiled for one instruction set and one real type, as a table. The compiler is told
 * both, and the table's name in KERNEL_TABLE. */
#include "runtime/solver/kernels.h"

#define COSTATE_KERNEL static
#include "templates/kernels.c"

extern const Kernel KERNEL_TABLE[];

#define KERNEL(name) {#name, (void (*)(void))costate_##name},
const Kernel KERNEL_TABLE[] = {
#include "kernel_list.h"
    {NULL, NULL},
};
