/* interpret: runs a network's routines sample by sample in long double. The reference that compiled solvers are checked
 * against; it shares their expressions but neither schedule, kernels nor elementary functions. */
#ifndef COSTATE_INTERPRET_H
#define COSTATE_INTERPRET_H

#include "gen/network/network.h"

typedef struct Interpreter Interpreter;

Interpreter *interpret_new(Arena *arena, const Network *network);

/* From here on it notes the first expression that is not finite although what it is made of is. */
void interpret_watch(Interpreter *interpreter);

/* That expression, for people: "log(-0.3)", "the derivative of sqrt at 0"; NULL where there was none. */
const char *interpret_obstacle(const Interpreter *interpreter);

/* The largest magnitude of an argument of sin or cos so far; -1 where there was none. */
long double interpret_largest_angle(const Interpreter *interpreter);

/* The objective over n samples x [n][inputs], signals [n][signal rows][signals] (NULL where there are none), target
 * [n][observations][outputs], at params [parameters], as the model defines it. */
long double interpret_objective(Interpreter *interpreter, size_t n, const double *x, const double *signals,
                                const double *target, const long double *params);

/* The same, and its gradient [parameters] by the network's adjoint routines. */
long double interpret_gradient(Interpreter *interpreter, size_t n, const double *x, const double *signals,
                               const double *target, const long double *params, long double *gradient);

/* Inputs that move as params do: x + step direction (NULL: x), and their derivative bar [n][inputs], or NULL. */
typedef struct {
    long double step;
    const double *direction;
    long double *bar;
} MovedInputs;

/* The same with inputs that move; gradient NULL: the objective alone. bar comes with gradient, for a network as
 * network_build made it. */
long double interpret_moved(Interpreter *interpreter, size_t n, const double *x, const MovedInputs *inputs,
                            const double *signals, const double *target, const long double *params,
                            long double *gradient);

/* Arguments of a pullback, or a direction in which they move: x [n][inputs], signals [n][signal rows][signals] (NULL
 * where there are none), params [parameters], prediction_bar [n][observations][outputs]. */
typedef struct {
    const double *x, *signals, *params, *prediction_bar;
} PullbackPoint;

/* The pullback at point + step direction: x_bar, signals_bar (not looked at where there are no signals) and gradient,
 * of the shapes of x, signals and params. For a network as network_build made it. */
void interpret_pullback(Interpreter *interpreter, size_t n, const PullbackPoint *point, long double step,
                        const PullbackPoint *direction, long double *x_bar, long double *signals_bar,
                        long double *gradient);

/* The slopes f(Y_i, u) of all stages in every layer on the way of the sample x [inputs] with its signals: slopes
 * [layers][stages][width]. For a network as network_build made it. */
void interpret_slopes(Interpreter *interpreter, const double *x, const double *signals, const long double *params,
                      long double *slopes);

/* The values of nodes[count] in every layer on the way of the sample x [inputs] with its signals: values [layers][of
 * the nodes, one after the other]. The nodes were there when the interpreter was made, and are made of what the step
 * is. */
void interpret_along(Interpreter *interpreter, const double *x, const double *signals, const long double *params,
                     size_t count, const Node *const *nodes, long double *values);

/* How well solutions of the equations of implicit stages solve them in every layer of one sample: the largest entry of
 * |image(Z) - Z| beside |start| + |Z| + |D| |Z|, with D the derivative of the image. states [layers] and solutions
 * [layers], those of one equation behind the other, are rows of width and of all unknowns, `samples` rows apart. For a
 * network as network_build made it. */
long double interpret_residual(Interpreter *interpreter, const double *x, const double *signals,
                               const long double *params, size_t samples, const double *states,
                               const double *solutions);

/* Predictions [n][outputs] that the head makes of n last states [n][width]. */
void interpret_head(Interpreter *interpreter, size_t n, const double *states, const long double *params,
                    double *predictions);

/* The value of node, [rows][cols], where inputs[k] has the value values[k]; what OP_REDUCE and OP_OUTER sum over
 * samples is that of the one sample. */
const long double *interpret_node(Interpreter *interpreter, const Node *node, size_t count, const Node *const *inputs,
                                  const long double *const *values);

#endif
