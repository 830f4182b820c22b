#include "runtime/number/lapack.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

/* The Fortran functions that are used, each with its type; the lengths of its strings come last. */
typedef void Dsyev(const char *job, const char *triangle, const int *n, double *a, const int *lda, double *w,
                   double *work, const int *lwork, int *info, size_t job_length, size_t triangle_length);

static struct {
    void *library;
    Dsyev *dsyev;
} lapack;

/* Where each of them goes; ISO C has no cast from an object's address to a function's. */
static const struct {
    const char *symbol;
    void *function; /* a pointer to a function */
} functions[] = {{"dsyev_", &lapack.dsyev}};

static bool take(void *to, void *library, const char *symbol)
{
    void *address = dlsym(library, symbol);
    memcpy(to, &address, sizeof address);
    return address;
}

static bool take_all(void *library)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (!take(functions[i].function, library, functions[i].symbol))
            return false;
    return true;
}

/* More threads than one would make the digits depend on their number. */
static void hold_to_one_thread(void *library)
{
    void (*set_threads)(int count);
    if (take(&set_threads, library, "openblas_set_num_threads"))
        set_threads(1);
}

static bool open_library(const char *name)
{
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return false;
    if (!take_all(library)) {
        dlclose(library);
        return false;
    }
    hold_to_one_thread(library);
    lapack.library = library;
    return true;
}

bool lapack_load(Diagnostics *diagnostics, const char *const *libraries)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&one_at_a_time);
    for (; !lapack.library && *libraries; libraries++)
        open_library(*libraries);
    bool loaded = lapack.library;
    pthread_mutex_unlock(&one_at_a_time);
    return loaded || diagnostics_error(diagnostics, (Place){0},
                                       "LAPACK is not installed, and it does the linear algebra: apt-get install "
                                       "libopenblas0");
}

bool lapack_ready(Diagnostics *diagnostics)
{
    static const char *const libraries[] = {"libopenblas.so.0", "liblapack.so.3", NULL};
    return lapack_load(diagnostics, libraries);
}

/* An eigenvector is one up to its sign. */
static void choose_sign(size_t n, double *vector)
{
    size_t largest = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(vector[i]) > fabs(vector[largest]))
            largest = i;
    bool turn = vector[largest] < 0;
    for (size_t i = 0; turn && i < n; i++)
        vector[i] = -vector[i];
}

bool lapack_eigenvectors(Arena *arena, size_t n, double *matrix, double *values)
{
    int order = (int)n, size = -1, info;
    double best;
    lapack.dsyev("V", "U", &order, matrix, &order, values, &best, &size, &info, 1, 1);
    size = (int)best;
    double *work = ARENA_ARRAY(arena, (size_t)size, double);
    lapack.dsyev("V", "U", &order, matrix, &order, values, work, &size, &info, 1, 1);
    for (size_t k = 0; info == 0 && k < n; k++)
        choose_sign(n, matrix + k * n);
    return info == 0;
}
