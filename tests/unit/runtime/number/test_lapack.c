/* LAPACK as it is loaded: eigenvectors against their definition, and what is said where it is absent. */
#include "tests/unit/fixture.h"

#include "runtime/number/lapack.h"

#include <math.h>

TestSuite(lapack, .init = fixture_open, .fini = fixture_close);

Test(lapack, its_absence_names_the_package)
{
    cr_expect_not(lapack_load(diagnostics, (const char *const[]){"libnowhere.so.0", "libm.so.6", NULL}));
    Text text = text_new(arena);
    diagnostics_print(diagnostics, &text);
    cr_expect_str_eq(text.data,
                     "LAPACK is not installed, and it does the linear algebra: apt-get install libopenblas0\n");
}

enum { N = 7 };

/* A symmetric matrix. */
static void fill(double matrix[N][N])
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            matrix[i][j] = cos(i * j) + (i == j ? i : 0);
}

Test(lapack, eigenvectors)
{
    double matrix[N][N], vectors[N][N], values[N];
    cr_assert(lapack_ready(diagnostics));
    fill(matrix);
    fill(vectors);
    cr_assert(lapack_eigenvectors(arena, N, vectors[0], values));
    for (int k = 0; k < N; k++) {
        double largest = 0;
        cr_expect(k == 0 || values[k - 1] < values[k]);
        for (int i = 0; i < N; i++) {
            double image = 0, overlap = 0;
            for (int j = 0; j < N; j++) {
                image += matrix[i][j] * vectors[k][j];
                overlap += vectors[i][j] * vectors[k][j];
            }
            cr_expect_float_eq(image, values[k] * vectors[k][i], 1e-13);
            cr_expect_float_eq(overlap, i == k, 1e-14);
            largest = fabs(vectors[k][i]) > fabs(largest) ? vectors[k][i] : largest;
        }
        cr_expect_gt(largest, 0, "vector %d has the other sign", k);
    }
}

Test(lapack, the_same_bits_each_time)
{
    double first[N][N], second[N][N], values[N], again[N];
    cr_assert(lapack_ready(diagnostics));
    fill(first);
    fill(second);
    cr_assert(lapack_eigenvectors(arena, N, first[0], values) && lapack_eigenvectors(arena, N, second[0], again));
    cr_expect_arr_eq(first, second, sizeof first);
    cr_expect_arr_eq(values, again, sizeof values);
}

Test(lapack, one_number)
{
    double matrix = -2, value;
    cr_assert(lapack_ready(diagnostics));
    cr_assert(lapack_eigenvectors(arena, 1, &matrix, &value));
    cr_expect_eq(matrix, 1.0);
    cr_expect_eq(value, -2.0);
}
