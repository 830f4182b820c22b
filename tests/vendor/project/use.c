/* A program that takes in two solvers: n241 as its two files, n4163 as one header. */
#include "n241.h"
#define N4163_IMPLEMENTATION 1
#include "n4163.h"

#include <stdio.h>

static unsigned char work[N241_WORKSPACE_BYTES + N4163_WORKSPACE_BYTES];

int main(void)
{
    static n241_real params[N241_PARAMETERS], prediction;
    static n4163_real others[N4163_PARAMETERS], predictions[N4163_OUTPUTS];
    const n241_real x[N241_INPUTS] = {0.5, -0.5};
    const n4163_real y[N4163_INPUTS] = {1, 2, 3, 4};
    if (n241_forward(1, x, params, &prediction, work) || n4163_forward(1, y, others, predictions, work))
        return 1;
    printf("%s %g %g\n", N241_VERSION, prediction, predictions[0]);
    return prediction == 0.5 ? 0 : 1; /* the sigmoid of nothing */
}
