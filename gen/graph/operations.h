/* operations: the table of operations. A row, and for tensors the functions that it names, is all that the program
 * knows of an operation, but for its kernel: costate_NAME in templates/kernels.c, or in templates/elementary.h beside
 * costate_vec_NAME for functions of one entry. What lacks an entry does not compile.
 *
 * LEAF(op, name, call, entry): no arguments.
 *
 * UNARY(op, name, spec, entry, cost, range, value, dx) and BINARY(.., dx, dy): entry by entry. spec: CALLED by that
 * name in specs, or HIDDEN; cost: of an entry; range: FINITE, INFINITE where it or its derivative may be so of finite
 * arguments, or BRANCHED where it or its derivative may be 0 because of a branch; value: in long double, of x and y; dx, dy: the partial derivatives of the node v by its arguments x and y. At a kink:
 * abs'(0) = sign(0) = 0, and of equal arguments of max or min the first counts. By s, 0^s has the derivative 0.
 *
 * TENSOR(op, name, call, entry) and FUNCTION(op, name, function, arguments, call, entry): anything else. tensor.c has
 * tensor_NAME_pull, _push, _value and _cost for it, and for what a spec calls `function`, with so many arguments (0:
 * one or more), also tensor_NAME_make.
 *
 * call, entry: how it is written in C. operation.h says what each of these is. */
#ifndef COSTATE_OPERATIONS_H
#define COSTATE_OPERATIONS_H

/* clang-format off */
#define OPERATIONS(LEAF, UNARY, BINARY, TENSOR, FUNCTION)                                                              \
    /* a shared scalar `value`; `name`; the shared identity matrix */                                                  \
    LEAF(CONSTANT, constant, CALL_NONE, ENTRY_CONSTANT)                                                                \
    LEAF(INPUT, input, CALL_LOAD, ENTRY_INPUT)                                                                         \
    LEAF(IDENTITY, identity, CALL_SQUARE, ENTRY_NONE)                                                                  \
    /* one argument */                                                                                                 \
    UNARY(EXP, exp, CALLED, ENTRY_FUNCTION, ACTIVATION, INFINITE, expl(x), v)                                                    \
    UNARY(EXPM1, expm1, CALLED, ENTRY_FUNCTION, ACTIVATION, INFINITE, expm1l(x), add(v, one))                                    \
    UNARY(LOG, log, CALLED, ENTRY_FUNCTION, ACTIVATION, INFINITE, logl(x), quotient(one, x))                                     \
    UNARY(LOG1P, log1p, CALLED, ENTRY_FUNCTION, ACTIVATION, INFINITE, log1pl(x), quotient(one, add(x, one)))                     \
    UNARY(LOG1PEXP, log1pexp, CALLED, ENTRY_FUNCTION, ACTIVATION, FINITE,                                                      \
          x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x)), apply(OP_SIGMOID, x))                                        \
    UNARY(TANH, tanh, CALLED, ENTRY_FUNCTION, ACTIVATION, FINITE, tanhl(x), subtract(one, product(v, v)))                      \
    UNARY(SIGMOID, sigmoid, CALLED, ENTRY_FUNCTION, ACTIVATION, FINITE,                                                        \
          x > 0 ? 1 / (1 + expl(-x)) : expl(x) / (1 + expl(x)), subtract(v, product(v, v)))                            \
    UNARY(SIN, sin, CALLED, ENTRY_FUNCTION, ACTIVATION, FINITE, sinl(x), apply(OP_COS, x))                                     \
    UNARY(COS, cos, CALLED, ENTRY_FUNCTION, ACTIVATION, FINITE, cosl(x), negative(apply(OP_SIN, x)))                           \
    UNARY(SQRT, sqrt, CALLED, ENTRY_FUNCTION, ACTIVATION, INFINITE, sqrtl(x), quotient(number(0.5), v))                          \
    UNARY(ERF, erf, CALLED, ENTRY_FUNCTION, ACTIVATION, FINITE, erfl(x),                                                       \
          scaled(1.12837916709551257390 /* 2 / sqrt(pi) */, apply(OP_EXP, negative(product(x, x)))))                   \
    UNARY(ABS, abs, CALLED, ENTRY_FUNCTION, FREE, FINITE, fabsl(x), apply(OP_SIGN, x))                                         \
    UNARY(SIGN, sign, CALLED, ENTRY_FUNCTION, FREE, FINITE, (long double)(x > 0) - (long double)(x < 0), zero)                 \
    /* two arguments of the same shape; ge is 1 where x >= y, else 0; gate is x y, but 0 where either is 0, whatever the  \
     * other: what comes of a branch that is not taken */                                                \
    BINARY(MUL, mul, HIDDEN, ENTRY_TIMES, MULTIPLICATION, FINITE, x * y, y, x)                                                 \
    BINARY(DIV, div, HIDDEN, ENTRY_OVER, MULTIPLICATION, INFINITE, x / y, quotient(one, y), negative(quotient(v, y)))            \
    BINARY(POW, pow, HIDDEN, ENTRY_FUNCTION, ACTIVATION, INFINITE, powl(x, y),                                                   \
           gated(y, power(x, subtract(y, one))) /* so that x = 0 gives what the limit is */,                           \
           product(v, gated(apply(OP_ABS, apply(OP_SIGN, x)), apply(OP_LOG, x))))                                      \
    BINARY(MAX, max, CALLED, ENTRY_FUNCTION, FREE, BRANCHED, x >= y ? x : y, not_less(x, y), less(x, y))                         \
    BINARY(MIN, min, CALLED, ENTRY_FUNCTION, FREE, BRANCHED, x <= y ? x : y, not_less(y, x), less(y, x))                         \
    BINARY(GE, ge, HIDDEN, ENTRY_FUNCTION, FREE, BRANCHED, x >= y, zero, zero)                                           \
    BINARY(GATE, gate, HIDDEN, ENTRY_FUNCTION, MULTIPLICATION, BRANCHED, x == 0 || y == 0 ? 0 : x * y, y, x)              \
    /* args c1 x1 c2 x2 ... [shift]: the sum of c_k x_k, c_k shared scalars, plus a shared scalar everywhere */        \
    TENSOR(COMBINE, combine, CALL_COMBINE, ENTRY_SUM)                                                                  \
    /* a scalar to every entry, or a shared value to every sample */                                                   \
    TENSOR(SPREAD, spread, CALL_SPREAD, ENTRY_SPREAD)                                                                  \
    /* A x [+ b]: A a shared matrix, x a varying vector, b a shared vector; A^T x */                                   \
    TENSOR(MATVEC, matvec, CALL_PRODUCT, ENTRY_PRODUCT)                                                                \
    TENSOR(MATVEC_T, matvec_transposed, CALL_PRODUCT, ENTRY_PRODUCT)                                                   \
    /* <x, y> of two vectors, and of two shared values of any shape; the sum of a vector's entries; their mean */          \
    FUNCTION(DOT, dot_product, "dot", 2, CALL_DOT, ENTRY_DOT)                                                          \
    FUNCTION(TOTAL, total, "sum", 1, CALL_ROWS, ENTRY_TOTAL)                                                           \
    FUNCTION(MEAN, mean, "mean", 1, CALL_ROWS, ENTRY_NONE)                                                             \
    /* `rows` entries of a vector beginning at `from`, a scalar when its rank is 0 */                                  \
    TENSOR(SLICE, slice, CALL_NONE, ENTRY_PART)                                                                        \
    /* of a shared value the reals beginning at `from`, row by row; zeros, but there the argument */                   \
    TENSOR(PART, part, CALL_PART, ENTRY_NONE)                                                                          \
    TENSOR(PAD, pad, CALL_PART, ENTRY_NONE)                                                                            \
    /* one below the other */                                                                                          \
    FUNCTION(CONCAT, concat, "concat", 0, CALL_CONCAT, ENTRY_PART)                                                     \
    FUNCTION(SOFTMAX, softmax, "softmax", 1, CALL_ROWS, ENTRY_NONE)                                                    \
    FUNCTION(LOGSUMEXP, logsumexp, "logsumexp", 1, CALL_ROWS, ENTRY_NONE)                                              \
    FUNCTION(LOGSOFTMAX, logsoftmax, "logsoftmax", 1, CALL_ROWS, ENTRY_NONE)                                           \
    FUNCTION(TRANSPOSE, transpose, "transpose", 1, CALL_TRANSPOSE, ENTRY_NONE)                                         \
    /* implicit functions, see newton.h: the Z that solves Z = image(Z), and how often it was iterated; the triangular    \
     * factors of 1 - D, given by D's columns; what solves the linear systems with that matrix and its transpose */     \
    TENSOR(NEWTON, newton, CALL_NEWTON, ENTRY_NONE)                                                                    \
    TENSOR(FACTOR, factor, CALL_FACTOR, ENTRY_NONE)                                                                    \
    TENSOR(SOLVE, solve, CALL_SOLVE, ENTRY_NONE)                                                                       \
    TENSOR(SOLVE_T, solve_transposed, CALL_SOLVE, ENTRY_NONE)                                                          \
    /* sums over the samples, the only way from varying to shared: entry by entry; of x y^T */                         \
    TENSOR(REDUCE, reduce, CALL_SAMPLES, ENTRY_NONE)                                                                   \
    TENSOR(OUTER, outer, CALL_SAMPLES, ENTRY_NONE)
/* clang-format on */

#endif
