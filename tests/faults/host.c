/* host: a program around the library that has to survive whatever happens in it: `host SPEC FILE`. It prints what it
 * has got; 1 with a message when the library says that something failed. */
#include "runtime/library/costate.h"

#include <stdio.h>

/* Every call that there is, until one fails. */
static int use(costate *net, const char *file)
{
    double x[2] = {0.25, -0.5}, prediction[1], objective, target[1] = {1};
    size_t offset, size;
    if (costate_error(net) || !costate_predict(net, 1, x, prediction))
        return 0;
    if (!costate_gradient(net, 1, x, target, &objective, NULL))
        return 0;
    if (!costate_train(net, 0, NULL, NULL, 3, NULL, NULL) || !costate_tensor(net, "K", &offset, &size))
        return 0;
    printf("%.17g %.17g %.17g %zu\n", prediction[0], objective, costate_params(net)[offset], size);
    return costate_save(net, file) && costate_read(net, file);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    costate *net = costate_load(argv[1], NULL, 1);
    const int used = net && use(net, argv[2]);
    if (!used)
        fprintf(stderr, "%s\n", net && costate_error(net) ? costate_error(net) : "no memory at all");
    costate_free(net);
    return !used || fflush(stdout) != 0;
}
