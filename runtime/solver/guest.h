/* guest: a C library that ends its program when something is in its way (libtcc does), kept from doing so. The Makefile
 * gives it the functions below in place of the C library's, and its variables the section libtcc_bss. */
#ifndef COSTATE_GUEST_H
#define COSTATE_GUEST_H

#include <stddef.h>

typedef enum {
    GUEST_DONE,   /* work returned */
    GUEST_LEFT,   /* it called exit or found an assertion broken */
    GUEST_STARVED /* it found no memory */
} GuestEnd;

/* Calls work(context), which may call functions of the guest, and must neither jump out of itself nor hold anything
 * when it calls one: that call may not return. However it ends, all memory that the guest took meanwhile is freed and
 * its variables are as they were when the program began. One thread at a time is let in. */
GuestEnd guest_run(void (*work)(void *context), void *context);

/* Ends the work from within, as if no memory had been found. */
_Noreturn void guest_starve(void);

/* For tests: from the count-th allocation of the guest on, each fails; 0 switches that off. */
void guest_fail_at(size_t count);

/* ---- what the guest calls, as the functions of the C library whose names they end in ---- */

void *guest_malloc(size_t size);
void *guest_calloc(size_t count, size_t size);
void *guest_realloc(void *block, size_t size);
void guest_free(void *block);
_Noreturn void guest_exit(int status);
_Noreturn void guest_assert_fail(const char *assertion, const char *file, unsigned line, const char *function);

#endif
