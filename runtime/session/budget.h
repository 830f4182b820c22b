/* budget: the memory that a command will need, summed up before it takes any. Sizes are doubles, which do not overflow.
 */
#ifndef COSTATE_BUDGET_H
#define COSTATE_BUDGET_H

#include "runtime/data/dataset.h"
#include "runtime/session/session.h"

/* One of the things that take memory. */
typedef struct {
    double bytes;
    const char *what, *less; /* "the samples"; "fewer samples": what makes it less */
} BudgetItem;

enum { BUDGET_MOST = 16 };

typedef struct {
    BudgetItem items[BUDGET_MOST];
    size_t count;
} Budget;

/* What a solver of the program needs for so many samples, and for them themselves; arrays: how many arrays as long as
 * the unknowns of training there will be beside it. */
Budget budget_of(Session *session, const Program *program, size_t samples, double arrays);

/* The same for the samples of a dataset, which may stay in their files. */
Budget budget_of_data(Session *session, const Program *program, const Dataset *data, double arrays);

void budget_add(Budget *budget, double bytes, const char *what, const char *less);

/* Adds states [layers + 1][samples][width], `times` of them. */
void budget_add_states(Budget *budget, const Model *model, size_t samples, double times);

/* Adds the workspaces of products of the Hessian over so many samples. */
void budget_add_products(Session *session, Budget *budget, const Program *program, size_t samples);

/* Adds the derivatives of a chunk's predictions by all parameters (squares_derivatives). */
void budget_add_derivatives(Budget *budget, const Model *model, size_t samples);

/* The same and their products, added up over so many samples (squares_matrix). */
void budget_add_squares(Budget *budget, const Model *model, size_t samples);

/* budget_of and budget_affords, at the place of the network. */
bool budget_allows(Session *session, const Program *program, size_t samples, double arrays);

/* Is there so much memory? If not, an error at place says how much it is, what takes the most of it, and what to
 * do. Together, as what calls it is: ranks on one machine share its memory. */
bool budget_affords(Session *session, Place place, const Budget *budget);

#endif
