#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "runtime/solver/jit.h"

#include "runtime/solver/guest.h"
#include "templates/abi.h"

#include <libtcc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A message of libtcc, kept until it has returned: an arena that finds no memory would jump out of it. */
typedef struct Message {
    struct Message *next;
    char text[];
} Message;

typedef struct {
    const char *text, *function;
    const KernelSet *kernels;
    const char *const *names; /* of the kernels, in their order */
    Message *messages, **last;
    void *code; /* mapped for it alone, as it is made executable; NULL: none */
    size_t code_bytes;
    void *address; /* of the function; NULL: not found */
} Jit;

static void release(void *object)
{
    Jit *jit = object;
    for (Message *message = jit->messages; message;) {
        Message *next = message->next;
        free(message);
        message = next;
    }
    if (jit->code)
        munmap(jit->code, jit->code_bytes);
}

static void report(void *context, const char *text)
{
    Jit *jit = context;
    Message *message = malloc(sizeof *message + strlen(text) + 1);
    if (!message)
        guest_starve();
    message->next = NULL;
    strcpy(message->text, text);
    *jit->last = message;
    jit->last = &message->next;
}

/* Where the code goes: memory of its own, as libtcc would leave what it gives back executable. */
static void *map_code(Jit *jit, int bytes)
{
    jit->code_bytes = (size_t)bytes;
    void *code = mmap(NULL, jit->code_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (code == MAP_FAILED)
        guest_starve();
    return jit->code = code;
}

static void build(void *context)
{
    Jit *jit = context;
    TCCState *state = tcc_new();
    tcc_set_error_func(state, jit, report);
    tcc_set_options(state, "-nostdlib -nostdinc");
    tcc_set_output_type(state, TCC_OUTPUT_MEMORY);
    if (tcc_compile_string(state, jit->text) != 0)
        return;
    for (size_t i = 0; jit->names[i]; i++)
        tcc_add_symbol(state, jit->names[i], kernels_symbol(&jit->kernels->kernels[i]));
    int bytes = tcc_relocate(state, NULL);
    if (bytes > 0 && tcc_relocate(state, map_code(jit, bytes)) == 0)
        jit->address = tcc_get_symbol(state, jit->function);
}

static const char *const *kernel_names(Arena *arena, const KernelSet *set, const char *prefix)
{
    size_t count = 0;
    while (set->kernels[count].name)
        count++;
    const char **names = ARENA_ARRAY(arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++)
        names[i] = text_print(arena, "%s_%s", prefix, set->kernels[i].name);
    return names;
}

/* libtcc tells warnings from errors by a word only; the first error ends its work. */
static bool pass_on(Diagnostics *diagnostics, const Message *message)
{
    bool failed = false;
    for (; message; message = message->next)
        if (strstr(message->text, "warning: "))
            diagnostics_warning(diagnostics, (Place){0}, "libtcc: %s", message->text);
        else
            failed = !diagnostics_error(diagnostics, (Place){0}, "libtcc: %s", message->text);
    return failed;
}

void *jit_compile(Arena *arena, Diagnostics *diagnostics, const char *text, const char *prefix,
                  const KernelSet *kernels, const char *function)
{
    Jit *jit = ARENA_NEW(arena, Jit);
    *jit = (Jit){.text = text, .function = function, .kernels = kernels};
    jit->names = kernel_names(arena, kernels, prefix);
    jit->last = &jit->messages;
    arena_on_free(arena, release, jit);
    GuestEnd end = guest_run(build, jit);
    if (end == GUEST_STARVED)
        arena_fail(arena);
    if (pass_on(diagnostics, jit->messages))
        return NULL;
    if (end == GUEST_LEFT)
        diagnostics_error(diagnostics, (Place){0}, "libtcc: it gave up");
    else if (!jit->address)
        diagnostics_error(diagnostics, (Place){0}, "libtcc: no symbol %s", function);
    return jit->address;
}

bool jit_describe(void *address, struct costate_table *table)
{
    union {
        void *address;
        void (*describe)(struct costate_table *table);
    } entry = {address}; /* ISO C has no cast from an object to a function */
    if (address)
        entry.describe(table);
    return address != NULL;
}
