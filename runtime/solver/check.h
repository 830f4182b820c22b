/* check: the tests that a solver must pass to be trusted: exact identities of its tableau, and how the compiled code
 * agrees with itself and with the reference in long double. */
#ifndef COSTATE_CHECK_H
#define COSTATE_CHECK_H

#include "gen/gen.h"
#include "runtime/solver/solver.h"

typedef struct {
    const char *name;
    double error, bound; /* bound 0: exact, error is 0 or 1 */
    bool passed;
    const char *why_not; /* left out, for this reason; or NULL */
} CheckRow;

enum { CHECK_ROWS = 14 };

/* What parameters are near: the initial ones, or the magnitudes of these. */
typedef enum { CHECK_FROM_INITIAL, CHECK_FROM_MAGNITUDES } CheckFrom;

typedef struct {
    CheckRow rows[CHECK_ROWS];
    size_t count;
    bool passed, finite;  /* finite: objective and gradient are, and the reference's */
    bool positive;        /* parameters are magnitudes of the initial ones, as it was asked for */
    const char *obstacle; /* where they are not in the reference either: "log(-0.3)", or NULL */
} CheckResult;

/* Samples that a check of this model works on: fewer the larger the network, and no multiple of a block. */
size_t check_samples(const Model *model);

/* Draws those of the samples anew at which objective, gradient or the derivatives by x are not finite, where it can;
 * where there are such derivatives at none, those at which objective and gradient are. False where no sample that it
 * drew is one. size: of the normal numbers, which are around 0 or constants of the spec; x, signals and target as in
 * check_solver. */
bool check_settle(Arena *arena, const Program *program, Solver *solver, size_t count, double size, CheckFrom from,
                  double *x, double *signals, double *target);

/* The rows, of which one that is not finite in the reference either is left out and says why:
 *   symplectic conditions   b_i a~_ij + b_j a_ji - b_i b_j = 0, exactly; left out where some b_i = 0
 *                           of a pair: b_i a^_ij + b^_j a_ji - b_i b^_j = 0
 *   symplectic map          M^T J M = J for the Jacobian of each step; of a pair alone, see symplectic.h
 *   bilinear identity       of the derived step, exactly; both left out for a plain net, which is no Runge-Kutta step
 *   stage equations         the residual of what compiled code finds for implicit stages, in long double, relative to
 *                           the size of its terms; of a step that has some alone
 *   dot product             <Jv, w> against <v, J^T w>, relative to |Jv| |w|
 *   gradient                against the reference, entry by entry, relative to the largest of its tensor
 *   directional derivative  <gradient, v> against central differences of the reference, relative to |gradient| |v|
 *   argument of sin and cos the largest one, against that up to which they are accurate; where there is any
 *   invariant               <p_n, dy_n>, and what observed layers before n have got of p, over all n, relative to the
 *                           largest |p_n| |dy_n|
 * and, where program is one of gen_second,
 *   Hessian, symmetry       <v, H w> against <w, H v>, relative to |v| |H w|
 *   Hessian, differences    H v against central differences of the reference's gradient, relative to |H v|
 *   pullback, symmetry      with T the pullback's tangent and z = (x, signals, params): for two directions (z, w) and
 * (z', w') <z', T(z, w)> - <w, J z'> = <z, T(z', w')> - <w', J z>, relative to the largest of the four's terms
 *   pullback, differences   T(z, w) against central differences of the reference's pullback, relative to |T(z, w)|
 * x [count][inputs], signals [count][signal rows][signals] or NULL, target [count][observations][outputs]; count at
 * most SOLVER_CHUNK. Directions are random, drawn with the model's seed, and so is how far the parameters are from the
 * initial ones, or their magnitudes: as far as objective and gradient are finite. */
CheckResult check_solver(Arena *arena, const Program *program, Solver *solver, size_t count, CheckFrom from,
                         const double *x, const double *signals, const double *target);

/* The table: orders of the tableau first, then the rows. */
void check_text(Text *text, const Program *program, const CheckResult *result);

#endif
