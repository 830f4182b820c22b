/* libFuzzer's side: `fuzz-TARGET FOLDER...` is one program under the names of all targets. */
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/targets.h"

#include "runtime/system/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out,
                                 size_t most, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

static const Target *target;
static char folder[] = "/dev/shm/costate-fuzz-XXXXXX";

static void remove_folder(void)
{
    char path[128];
    static const char *const endings[] = {"", ".copy"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s%s", folder, target->file, endings[i]);
        unlink(path);
    }
    rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = strrchr((*argv)[0], '-');
    (void)argc;
    target = name ? target_named(name + 1) : NULL;
    if (!target || !mkdtemp(folder))
        target_fail("%s: there is no such target, or no folder in /dev/shm", (*argv)[0]);
    setenv("PATH", "", 1); /* gnuplot is not to be found */
    atexit(remove_folder);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    target_run(target, folder, data, size);
    return 0;
}

/* One in five is a mutant as of any other bytes. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    return target->spec && seed % 5 > 0 ? mutate_spec(data, size, NULL, 0, data, most, seed)
                                        : LLVMFuzzerMutate(data, size, most);
}

/* 0 means that there is none. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out,
                                 size_t most, unsigned seed)
{
    return target->spec ? mutate_spec(a, a_size, b, b_size, out, most, seed) : 0;
}
