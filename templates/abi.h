/* abi: the one table through which a solver that was compiled at run time, or loaded, is used. Arrays are of the
 * solver's real type, real_bytes each; lengths, layouts and results are those of the functions in solver.h. */
#ifndef COSTATE_ABI_H
#define COSTATE_ABI_H

#include <stddef.h>

/*@ table_type */
struct costate_table {
    size_t inputs, width, outputs, layers, parameters, real_bytes, block;
    size_t observations, signals, signal_rows; /* predictions and targets: [n][observations][outputs] */
    size_t workspace_bytes, forward_workspace_bytes, trajectory_workspace_bytes, hessian_workspace_bytes;
    size_t equations, unknowns, solutions_workspace_bytes; /* of a step with implicit stages */
    const struct costate_tensor *tensors;
    /* signals and target are not looked at where a solver has none; objective and evaluate give the samples' part,
     * regularise adds what does not depend on samples to both (gradient may be NULL) */
    int (*forward)(size_t n, const void *x, const void *signals, const void *params, void *prediction, void *work);
    int (*objective)(size_t n, const void *x, const void *signals, const void *target, const void *params,
                     void *objective, void *prediction, void *work);
    /* objective and gradient; with prediction not NULL also the predictions, with x_bar not NULL, where the inputs are
     * learnt, the derivative by x */
    int (*evaluate)(size_t n, const void *x, const void *signals, const void *target, const void *params,
                    void *objective, void *prediction, void *x_bar, void *gradient, void *work);
    void (*regularise)(const void *params, void *objective, void *gradient, void *work);
    /* How the pullback moves along all dots; x_bar_dot and signals_bar_dot may be NULL. The samples' part of the product
     * of the objective's Hessian with direction, which is 0 where nothing is learnt, and with x_direction, where inputs
     * are learnt; what does not depend on samples added to it. NULL: the solver was made without second order. */
    int (*pullback_tangent)(size_t n, const void *x, const void *x_dot, const void *signals, const void *signals_dot,
                            const void *params, const void *params_dot, const void *prediction_bar,
                            const void *prediction_bar_dot, void *x_bar_dot, void *signals_bar_dot,
                            void *gradient_dot, void *work);
    int (*hessian)(size_t n, const void *x, const void *signals, const void *target, const void *params,
                   const void *x_direction, const void *direction, void *x_product, void *product, void *work);
    void (*regularise_second)(const void *params, const void *direction, void *product, void *work);
    int (*pullback)(size_t n, const void *x, const void *signals, const void *params, const void *prediction_bar,
                    void *x_bar, void *signals_bar, void *gradient, void *work);
    int (*pushforward)(size_t n, const void *x, const void *x_dot, const void *signals, const void *signals_dot,
                       const void *params, const void *params_dot, void *prediction_dot, void *work);
    /* States [LAYERS + 1][n][WIDTH] of the inputs x, their tangents when x moves along x_dot, and the costates when
     * prediction_bar arrives at the predictions or, where that is NULL, those of each sample's objective; an output that
     * is NULL is left out, with what only it needs. */
    int (*trajectory)(size_t n, const void *x, const void *signals, const void *target, const void *params,
                      const void *x_dot, const void *prediction_bar, void *states, void *tangents, void *costates,
                      void *work);
    /* States as above, and how each layer's equations were solved: counts [LAYERS][n][EQUATIONS], how often each was
     * iterated, NaN where that led nowhere, and solutions [LAYERS][n][UNKNOWNS], one behind the other; each may be NULL.
     * NULL: there are no equations. */
    int (*solve_steps)(size_t n, const void *x, const void *signals, const void *params, void *states, void *counts,
                       void *solutions, void *work);
};

/* Fills in the table. */
void costate_describe(struct costate_table *table);

/*@ end */
#endif
