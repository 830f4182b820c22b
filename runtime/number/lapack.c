#include "runtime/number/lapack.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

/* The Fortran functions that are used, each with its type; the lengths of its strings come last. */
typedef void Dsyev(const char *job, const char *triangle, const int *n, double *a, const int *lda, double *w,
                   double *work, const int *lwork, int *info, size_t job_length, size_t triangle_length);
typedef void Dposv(const char *triangle, const int *n, const int *columns, double *a, const int *lda, double *b,
                   const int *ldb, int *info, size_t triangle_length);
typedef void Dsyrk(const char *triangle, const char *transposed, const int *n, const int *k, const double *alpha,
                   const double *a, const int *lda, const double *beta, double *c, const int *ldc,
                   size_t triangle_length, size_t transposed_length);

static struct {
    void *library;
    Dsyev *dsyev;
    Dposv *dposv;
    Dsyrk *dsyrk;
} lapack;

/* Where each of them goes; ISO C has no cast from an object's address to a function's. */
static const struct {
    const char *symbol;
    void *function; /* a pointer to a function */
} functions[] = {{"dsyev_", &lapack.dsyev}, {"dposv_", &lapack.dposv}, {"dsyrk_", &lapack.dsyrk}};

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

bool lapack_solve(size_t n, double *matrix, double *right)
{
    int order = (int)n, columns = 1, info;
    lapack.dposv("U", &order, &columns, matrix, &order, right, &order, &info, 1);
    return info == 0;
}

void lapack_add_products(size_t n, size_t count, double share, const double *rows, double *matrix)
{
    const double whole = 1;
    int order = (int)n, inner = (int)count;
    lapack.dsyrk("U", "T", &order, &inner, &share, rows, &inner, &whole, matrix, &order, 1, 1);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            matrix[i * n + j] = matrix[j * n + i];
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
