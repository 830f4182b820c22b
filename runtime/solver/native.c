#include "runtime/solver/native.h"

#include "runtime/solver/jit.h"
#include "templates/abi.h"
#include "runtime/solver/cache.h"
#include "runtime/solver/compiler.h"
#include "runtime/system/file.h"
#include "runtime/system/interrupt.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/utsname.h>

/* Nothing is linked: what a compiler calls by itself (memcpy, sqrt) costate has. */
static const char common_flags[] = "-O3 -fno-fast-math -fno-associative-math -ffp-contract=fast -fPIC -shared -nostdlib -pipe";

enum { VERSION_SECONDS = 5, COMPILE_SECONDS = 300 };

struct Native {
    Arena *arena;
    Diagnostics *diagnostics; /* for warnings */
    Diagnostics *problems;    /* why it is unusable */
    const char *name, *flags;
    const struct costate_table *libtcc;
    const Compiler *compiler;
    const char *folder, *entry, *text, *recipe; /* of the cache */
    const char *workshop;                       /* NULL: none is open */
    Compilation *compilation;
    NativeState state;
    struct costate_table table;
    size_t looks;
};

/* ---- ends ---- */

static void close_library(void *library)
{
    dlclose(library);
}

static void close_workshop(void *object)
{
    Native *native = object;
    if (native->compilation)
        process_stop(&native->compilation->process);
    if (native->workshop)
        cache_discard(native->workshop);
    native->compilation = NULL;
    native->workshop = NULL;
}

/* Warns of the first problem. */
static void warn(Native *native, const char *consequence)
{
    Text problems = text_new(native->arena);
    diagnostics_print(native->problems, &problems);
    diagnostics_warning(native->diagnostics, (Place){0}, "%.*s; %s", (int)strcspn(problems.data, "\n"), problems.data,
                        consequence);
    native->problems = diagnostics_new(native->arena);
}

static NativeState give_up(Native *native)
{
    close_workshop(native);
    warn(native, "the code of libtcc is used");
    return native->state = NATIVE_UNUSABLE;
}

/* ---- loading ---- */

/* The sizes of what it takes and gives, which come first in a table; each has its own workspaces. */
static bool agrees(const struct costate_table *a, const struct costate_table *b)
{
    return memcmp(a, b, offsetof(struct costate_table, workspace_bytes)) == 0;
}

static bool describe(Native *native, void *library, const char *path)
{
    void *address = dlsym(library, text_print(native->arena, "%s_describe", native->name));
    return (jit_describe(address, &native->table) && agrees(&native->table, native->libtcc)) ||
           diagnostics_error(native->problems, (Place){.file = path}, "this shared object holds another solver");
}

/* Loads the shared object at path. */
static bool load(Native *native, const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return diagnostics_error(native->problems, (Place){0}, "cannot load the compiled solver: %s", dlerror());
    arena_on_free(native->arena, close_library, library);
    return describe(native, library, path);
}

/* ---- the cache ---- */

/* All that the shared object depends on. */
static const char *recipe_of(const Native *native)
{
    struct utsname system;
    uname(&system);
    return text_print(native->arena, "\ncostate %s\nmachine %s\nflags %s\ncompiler %s\n%s", COSTATE_VERSION,
                      system.machine, native->flags, native->compiler->version, native->text);
}

static bool prepare(Native *native, const Program *program)
{
    native->compiler = compiler_find(native->arena, native->problems, VERSION_SECONDS);
    native->folder = native->compiler ? cache_folder(native->arena, native->problems) : NULL;
    if (!native->folder)
        return false;
    native->text = pack_library(native->arena, program->blueprint);
    native->recipe = recipe_of(native);
    native->entry = cache_entry(native->arena, native->folder, native->name, native->recipe);
    return true;
}

static NativeState look_up(Native *native)
{
    switch (cache_look(native->arena, native->entry, native->recipe)) {
    case CACHE_ABSENT:
        break;
    case CACHE_SOUND:
        return load(native, native->entry) ? NATIVE_READY : give_up(native);
    case CACHE_BROKEN:
        file_remove(native->entry);
        diagnostics_warning(native->diagnostics, (Place){.file = native->entry},
                            "this entry of the cache cannot be trusted and is not used");
        break;
    }
    return NATIVE_PENDING;
}

Native *native_new(Arena *arena, Diagnostics *diagnostics, const Program *program, const KernelSet *kernels,
                   const struct costate_table *libtcc)
{
    Native *native = ARENA_NEW(arena, Native);
    *native = (Native){.arena = arena,
                       .diagnostics = diagnostics,
                       .problems = diagnostics_new(arena),
                       .name = program->description.model->name,
                       .flags = text_print(arena, "%s %s", common_flags, kernels->flags),
                       .libtcc = libtcc};
    arena_on_free(arena, close_workshop, native);
    native->state = prepare(native, program) ? look_up(native) : give_up(native);
    return native;
}

/* ---- compiling ---- */

static bool start(Native *native)
{
    native->workshop = cache_workshop(native->arena, native->problems, native->folder);
    if (native->workshop)
        native->compilation = compiler_start(native->arena, native->problems, native->compiler, native->flags,
                                             native->text, native->workshop, COMPILE_SECONDS);
    return native->compilation != NULL;
}

/* The code is used also where the cache cannot keep it. */
static NativeState finish(Native *native)
{
    const char *object = native->compilation->object;
    if (!load(native, object))
        return give_up(native);
    if (!cache_store(native->arena, native->problems, native->entry, native->recipe, object))
        warn(native, "the compiled solver is used, but not kept");
    close_workshop(native);
    return native->state = NATIVE_READY;
}

static NativeState proceed(Native *native)
{
    switch (compiler_look(native->arena, native->problems, native->compilation)) {
    case COMPILER_WORKING:
        break;
    case COMPILER_DONE:
        return finish(native);
    case COMPILER_FAILED:
        return give_up(native);
    }
    return NATIVE_PENDING;
}

static NativeState advance(Native *native)
{
    if (native->state != NATIVE_PENDING || native->compilation)
        return native->state == NATIVE_PENDING ? proceed(native) : native->state;
    return start(native) ? NATIVE_PENDING : give_up(native);
}

NativeState native_look(Native *native, struct costate_table *table)
{
    if (native->state == NATIVE_PENDING && ++native->looks < NATIVE_PATIENCE)
        return NATIVE_PENDING;
    NativeState state = advance(native);
    if (state == NATIVE_READY)
        *table = native->table;
    return state;
}

/* Each look allocates nothing while the compiler works. */
static NativeState wait(Native *native)
{
    NativeState state;
    while ((state = advance(native)) == NATIVE_PENDING && !interrupt_seen())
        process_wait(&native->compilation->process, 0.05);
    return state == NATIVE_PENDING ? NATIVE_INTERRUPTED : state;
}

NativeState native_wait(Native *native, struct costate_table *table)
{
    interrupt_begin();
    NativeState state = wait(native);
    interrupt_end();
    if (state == NATIVE_READY)
        *table = native->table;
    else
        close_workshop(native);
    return state;
}
