/*@ header */
#ifndef COSTATE_SOLVER_H
#define COSTATE_SOLVER_H

#include <stddef.h>

/*% facts */
#ifdef __cplusplus
extern "C" {
#endif

typedef double costate_real;

/*% sizes */
/* All arrays are row-major: x [n][INPUTS], target and prediction [n][OUTPUTS], params and gradient [PARAMETERS], laid
 * out as costate_tensors says. work is scratch memory of COSTATE_WORKSPACE_BYTES bytes (COSTATE_FORWARD_WORKSPACE_BYTES
 * are enough for costate_forward and costate_objective), of any alignment; it carries nothing from call to call. The
 * functions are re-entrant and return 0, or 1 when an array that they need is NULL. Tensors that are not learnt are
 * constants: their gradient is 0, and params_dot is not looked at there. */

/* prediction of n samples. */
int costate_forward(size_t n, const costate_real *x, const costate_real *params, costate_real *prediction, void *work);

/* objective; with prediction not NULL also the predictions. */
int costate_objective(size_t n, const costate_real *x, const costate_real *target, const costate_real *params,
                      costate_real *objective, costate_real *prediction, void *work);

/* objective and its exact gradient, which is overwritten. */
int costate_gradient(size_t n, const costate_real *x, const costate_real *target, const costate_real *params,
                     costate_real *objective, costate_real *gradient, void *work);

/* Vector-Jacobian product: how sum prediction_bar . prediction changes with x and params. x_bar may be NULL. */
int costate_pullback(size_t n, const costate_real *x, const costate_real *params, const costate_real *prediction_bar,
                     costate_real *x_bar, costate_real *gradient, void *work);

/* Jacobian-vector product: how prediction moves when x and params move along x_dot and params_dot. */
int costate_pushforward(size_t n, const costate_real *x, const costate_real *x_dot, const costate_real *params,
                        const costate_real *params_dot, costate_real *prediction_dot, void *work);

/* The parameter array: tensor i is shape[0] x .. x shape[rank - 1] reals from offset on. The last entry has rank 0 and
 * an empty name. */
struct costate_tensor {
    char name[16];
    size_t offset, rank, shape[3];
};
extern const struct costate_tensor costate_tensors[];

/*@ table_type */
/* The one table through which a solver that was compiled at run time is used. */
typedef struct costate_solver {
    size_t inputs, width, outputs, layers, parameters, workspace_bytes, forward_workspace_bytes, real_bytes, block;
    const struct costate_tensor *tensors;
    int (*forward)(size_t, const costate_real *, const costate_real *, costate_real *, void *);
    int (*objective)(size_t, const costate_real *, const costate_real *, const costate_real *, costate_real *,
                     costate_real *, void *);
    int (*gradient)(size_t, const costate_real *, const costate_real *, const costate_real *, costate_real *,
                    costate_real *, void *);
    int (*pullback)(size_t, const costate_real *, const costate_real *, const costate_real *, costate_real *,
                    costate_real *, void *);
    int (*pushforward)(size_t, const costate_real *, const costate_real *, const costate_real *, const costate_real *,
                       costate_real *, void *);
    int (*trajectory)(size_t, const costate_real *, const costate_real *, const costate_real *, const costate_real *,
                      costate_real *, costate_real *, costate_real *, void *);
} costate_solver;

/* Fills in the table. */
void costate_describe(costate_solver *solver);

/* States [LAYERS + 1][n][WIDTH] of the inputs x, tangents of them when x moves along x_dot, and costates when
 * prediction_bar arrives at the prediction; an output that is NULL is left out, with what only it needs. */
int costate_trajectory(size_t n, const costate_real *x, const costate_real *params, const costate_real *x_dot,
                       const costate_real *prediction_bar, costate_real *states, costate_real *tangents,
                       costate_real *costates, void *work);

/*@ footer */
#ifdef __cplusplus
}
#endif

#endif
