/* solver: the public header of an emitted solver. Compiles alone with the sizes below, which are not emitted. */
#define COSTATE_PARAMETERS 24
#define COSTATE_FEATURE_BYTES 8
#define COSTATE_CLASS_BYTES 8

/*@ opening */
#ifndef COSTATE_SOLVER_H
#define COSTATE_SOLVER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(COSTATE_REAL_FLOAT)
typedef float costate_real;
typedef char costate_real_has_4_bytes[sizeof(costate_real) == 4 ? 1 : -1];
#else
typedef double costate_real;
/* Where this does not compile, double is no longer than float: costate emit --real float writes a solver for that. */
typedef char costate_real_has_8_bytes[sizeof(costate_real) == 8 ? 1 : -1];
#endif

/*@ functions */
#if defined(COSTATE_BAKED)
/*? last */
/* Arrays are row-major: x [n][INPUTS], prediction [n][OUTPUTS]. The parameters are constants of the solver. work is
 * scratch memory of COSTATE_WORKSPACE_BYTES bytes, of any alignment; it carries nothing from call to call. The function
 * is re-entrant and returns 0, or 1 when an array that it needs is NULL. */
/*? several */
/* Arrays are row-major: x [n][INPUTS], prediction [n][OBSERVATIONS][OUTPUTS]. The parameters are constants of the
 * solver. work is scratch memory of COSTATE_WORKSPACE_BYTES bytes, of any alignment; it carries nothing from call to
 * call. The function is re-entrant and returns 0, or 1 when an array that it needs is NULL. */
/*? sines_double */
/* Its sines and cosines are accurate for arguments up to 2e5, and NaN from 1.1e12 on. */
/*? sines_float */
/* Its sines and cosines are accurate for arguments up to 6400, and NaN from 65536 on. */
/*? scaled */
/* A row of x is raw, as the data have it: it is scaled here as it was in training. */
/*? signals */
/* signals [n][SIGNAL_ROWS][SIGNALS]: the inputs over time, a row at the beginning of every layer. */
/*? scaled_signals */
/* Signals are raw, too. */
/*? scaled_targets */
/* Predictions are in the unit of the data. */
/*? end */

/* prediction of n samples. */
int costate_forward(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, costate_real *prediction, void *work);
#else
/*? last */
/* All arrays are row-major: x [n][INPUTS], target and prediction [n][OUTPUTS], params and gradient [PARAMETERS], laid
 * out as costate_tensors says. work is scratch memory of COSTATE_WORKSPACE_BYTES bytes (COSTATE_FORWARD_WORKSPACE_BYTES
 * are enough for costate_forward and costate_objective), of any alignment; it carries nothing from call to call. The
 * functions are re-entrant and return 0, or 1 when an array that they need is NULL. Tensors that are not learnt are
 * constants: their gradient is 0, and params_dot is not looked at there. */
/*? several */
/* All arrays are row-major: x [n][INPUTS], target and prediction [n][OBSERVATIONS][OUTPUTS], params and gradient [PARAMETERS], laid
 * out as costate_tensors says. work is scratch memory of COSTATE_WORKSPACE_BYTES bytes (COSTATE_FORWARD_WORKSPACE_BYTES
 * are enough for costate_forward and costate_objective), of any alignment; it carries nothing from call to call. The
 * functions are re-entrant and return 0, or 1 when an array that they need is NULL. Tensors that are not learnt are
 * constants: their gradient is 0, and params_dot is not looked at there. */
/*? end */
/*? sines_double */
/* Its sines and cosines are accurate for arguments up to 2e5, and NaN from 1.1e12 on. */
/*? sines_float */
/* Its sines and cosines are accurate for arguments up to 6400, and NaN from 65536 on. */
/*? scaled */
/* A row of x is raw, as the data have it: it is scaled here as it was in training. */
/*? signals */
/* signals [n][SIGNAL_ROWS][SIGNALS]: the inputs over time, a row at the beginning of every layer. */
/*? scaled_signals */
/* Signals are raw, too. */
/*? scaled_targets */
/* Predictions and targets are in the unit of the data, and the objective is that of targets as they were scaled in
 * training. */
/*? missing */
/* A target that is NaN is missing: it counts nothing. */
/*? sample_weights */
/* Samples have weights, by which their parts of the objective are multiplied: behind the numbers of a target stands one
 * more, the weight of its sample; target is [n][OBSERVATIONS * OUTPUTS + 1], where OBSERVATIONS may be 1. */
/*? end */

/* prediction of n samples. */
int costate_forward(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, const costate_real *params, costate_real *prediction, void *work);

/* objective; with prediction not NULL also the predictions. */
int costate_objective(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, const costate_real *params,
                      costate_real *objective, costate_real *prediction, void *work);

/*? x_given */
/* objective and its exact gradient, which is overwritten. */
/*? x_learnt */
/* objective and its exact gradient, which is overwritten; with x_bar [n][INPUTS] not NULL also its derivative by x. */
/*? end */
int costate_gradient(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, const costate_real *params,
                     costate_real *objective, /*?x_learnt*/ costate_real *x_bar, costate_real *gradient, void *work);

/*? unsignalled */
/* Vector-Jacobian product: how sum prediction_bar . prediction changes with x and params. x_bar may be NULL. */
/*? signals */
/* Vector-Jacobian product: how sum prediction_bar . prediction changes with x, signals and params. x_bar and signals_bar
 * may be NULL. */
/*? end */
int costate_pullback(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, const costate_real *params, const costate_real *prediction_bar,
                     costate_real *x_bar, /*?signals*/ costate_real *signals_bar, costate_real *gradient, void *work);

/*? unsignalled */
/* Jacobian-vector product: how prediction moves when x and params move along x_dot and params_dot. */
/*? signals */
/* Jacobian-vector product: how prediction moves when x, signals and params move along x_dot, signals_dot, params_dot. */
/*? end */
int costate_pushforward(size_t n, const costate_real *x, const costate_real *x_dot, /*?signals*/ const costate_real *signals, /*?signals*/ const costate_real *signals_dot, const costate_real *params,
                        const costate_real *params_dot, costate_real *prediction_dot, void *work);
#endif

/*@ hessian */
/* The functions of second order take work of COSTATE_HESSIAN_WORKSPACE_BYTES. */

/*? unsignalled */
/* Tangent of the pullback: how its x_bar and gradient move when x, params and prediction_bar move along x_dot,
 * params_dot and prediction_bar_dot. All second derivatives of predictions are in it. x_bar_dot may be NULL. */
/*? signals */
/* Tangent of the pullback: how its x_bar, signals_bar and gradient move when x, signals, params and prediction_bar move
 * along x_dot, signals_dot, params_dot and prediction_bar_dot. All second derivatives of predictions are in it.
 * x_bar_dot and signals_bar_dot may be NULL. */
/*? end */
int costate_pullback_tangent(size_t n, const costate_real *x, const costate_real *x_dot, /*?signals*/ const costate_real *signals, /*?signals*/ const costate_real *signals_dot, const costate_real *params,
                             const costate_real *params_dot, const costate_real *prediction_bar, const costate_real *prediction_bar_dot,
                             costate_real *x_bar_dot, /*?signals*/ costate_real *signals_bar_dot, costate_real *gradient_dot, void *work);

/*? x_given */
/* The exact product of the objective's Hessian, by what is learnt, with direction [PARAMETERS]; direction is not looked
 * at where nothing is learnt. */
/*? x_learnt */
/* The exact product of the objective's Hessian, by what is learnt, with direction [PARAMETERS] and x_direction
 * [n][INPUTS]; direction is not looked at where nothing is learnt. x_direction NULL: x does not move; x_product may be
 * NULL. */
/*? end */
int costate_hessian(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?loss*/ const costate_real *target, const costate_real *params, /*?x_learnt*/ const costate_real *x_direction, const costate_real *direction,
                    /*?x_learnt*/ costate_real *x_product, costate_real *product, void *work);

/*@ initial */
/* Where the spec's training begins, all tensors of it: copy it to params. */
extern const costate_real costate_initial[];

/*@ step */
/* Functions of one layer, layer < LAYERS, whose states are [n][WIDTH], and Jacobians. Those of one layer take work of
 * COSTATE_STEP_WORKSPACE_BYTES, costate_jacobian takes COSTATE_JACOBIAN_WORKSPACE_BYTES. They return 1 as well where
 * there is no such layer. An output that is NULL is left out. */
/*? raw_states */
/* A state is in the unit of the row of x, with which it begins. */
/*? own_states */
/* A state is the network's own, of a row that is scaled. */
/*? unlinear */
/* signals of a layer are [n][SIGNALS]. */
/*? linear */
/* signals of a step are [n][2][SIGNALS]: at its beginning and at its end; those of the field are [n][SIGNALS]. */
/*? end */

/* One step: y_next from the state y. */
int costate_step(size_t n, size_t layer, const costate_real *y, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, costate_real *y_next, void *work);
int costate_step_pullback(size_t n, size_t layer, const costate_real *y, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, const costate_real *y_next_bar,
                          costate_real *y_bar/*?-signals*/, costate_real *signals_bar/*?-*//*?-given*/, costate_real *gradient/*?-*/, void *work);
int costate_step_pushforward(size_t n, size_t layer, const costate_real *y, const costate_real *y_dot, /*?signals*/ const costate_real *signals, /*?signals*/ const costate_real *signals_dot,
                             /*?given*/ const costate_real *params, /*?given*/ const costate_real *params_dot, costate_real *y_next_dot, void *work);

/* The vector field, with the controls and at the time of the layer's first stage. */
int costate_field(size_t n, size_t layer, const costate_real *y, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, costate_real *slope, void *work);
int costate_field_pullback(size_t n, size_t layer, const costate_real *y, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, const costate_real *slope_bar,
                           costate_real *y_bar/*?-signals*/, costate_real *signals_bar/*?-*//*?-given*/, costate_real *gradient/*?-*/, void *work);
int costate_field_pushforward(size_t n, size_t layer, const costate_real *y, const costate_real *y_dot, /*?signals*/ const costate_real *signals, /*?signals*/ const costate_real *signals_dot,
                              /*?given*/ const costate_real *params, /*?given*/ const costate_real *params_dot, costate_real *slope_dot, void *work);

/* y_next and its Jacobians, row-major: a row of by_y [n][WIDTH][WIDTH] has the derivatives of one entry of y_next. */
/*? unlinear */
/* by_signals [n][WIDTH][SIGNALS]. */
/*? linear */
/* by_signals [n][WIDTH][2][SIGNALS]. */
/*? given */
/* by_params [n][WIDTH][PARAMETERS]. */
/*? end */
int costate_step_jacobian(size_t n, size_t layer, const costate_real *y, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, costate_real *y_next,
                          costate_real *by_y/*?-signals*/, costate_real *by_signals/*?-*//*?-given*/, costate_real *by_params/*?-*/, void *work);

/* Predictions and their Jacobians: by_x [n][a sample's predictions][INPUTS]. */
/*? signals */
/* by_signals [n][a sample's predictions][SIGNAL_ROWS][SIGNALS]. */
/*? given */
/* by_params [n][a sample's predictions][PARAMETERS]. */
/*? end */
int costate_jacobian(size_t n, const costate_real *x, /*?signals*/ const costate_real *signals, /*?given*/ const costate_real *params, costate_real *prediction, costate_real *by_x/*?-signals*/,
                     costate_real *by_signals/*?-*//*?-given*/, costate_real *by_params/*?-*/, void *work);

/*@ trained */
/* Trained parameters, to begin with. */
extern const costate_real costate_trained[];

/*@ features */
/* The names of the columns of a row x, in their order. */
extern const char costate_features[][COSTATE_FEATURE_BYTES];

/*@ classes */
/* The names of the classes: with one output those of 0 and of 1, else one for each output. */
extern const char costate_classes[][COSTATE_CLASS_BYTES];

/*@ tensors */
/* The parameter array: tensor i is shape[0] x .. x shape[rank - 1] reals from offset on. The last entry has rank 0 and
 * an empty name. */
struct costate_tensor {
    char name[16];
    size_t offset, rank, shape[4];
};
extern const struct costate_tensor costate_tensors[];

/*@ footer */
#ifdef __cplusplus
}
#endif

#endif
