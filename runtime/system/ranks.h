/* ranks: processes that run one command together, on one machine or on many. Each runs the same main and takes the same
 * decisions on the same numbers; what they do not all have, they tell each other by the calls below. Where a call says
 * "together", every rank has to make it, in the same order. There are two implementations: ranks_alone.c, of one rank,
 * in costate, and ranks_mpi.c, in costate-mpi. */
#ifndef COSTATE_RANKS_H
#define COSTATE_RANKS_H

#include "gen/base/diagnostics.h"

#include <stdbool.h>
#include <stddef.h>

/* At the start of main. From here on what a rank but the first prints goes nowhere. A program that a rank starts
 * is alone: RANKS_ALONE_VARIABLE is in its environment. */
#define RANKS_ALONE_VARIABLE "COSTATE_ALONE"
void ranks_begin(int *count, char ***words);

/* At the end of main, with its status: the status of the process. messages: what the rank has to say of it. A rank that
 * failed where others go on says why, and ends them all. */
int ranks_end(int status, const char *messages);

/* How many there are, and the number of this one, from 0. */
size_t ranks_count(void);
size_t ranks_index(void);

/* The one that prints and writes: number 0. */
bool ranks_first(void);

/* From here on the first rank goes on as if there were no other: true there. The others have nothing more to do. */
bool ranks_part(void);

/* Which of the programs 0, 1, .. that a command runs side by side are this rank's to run? */
bool ranks_mine(size_t program);

/* How many processors a rank may use: those of the machine, or that it is bound to, divided by its ranks there. */
size_t ranks_processors(void);

/* How many ranks share this machine and its memory. */
size_t ranks_here(void);

/* Together: is it true of all? If not, diagnostics of the first rank says what the first rank that it is not true of
 * has to say. No rank returns before all have called. */
bool ranks_settle(Diagnostics *diagnostics, bool ok);

/* Together: what the others have recorded is recorded by the first one, too, behind their number. */
void ranks_collect(Diagnostics *diagnostics);

/* Together: the flags that any rank has set. */
unsigned ranks_any(unsigned flags);

/* Together: the least of the numbers. */
size_t ranks_least(size_t number);

/* Together: data[0 .. count) of the first rank becomes that of all. */
void ranks_share(double *data, size_t count);

/* Together: row i of rows, `bytes` long, is that of the rank r for which first[r] <= i < first[r + 1]; all get all. */
void ranks_gather(void *rows, size_t bytes, const size_t *first);

/* Together: data[0 .. size) becomes what its bytes are on the one rank where they are not 0. */
void ranks_unite(void *data, size_t size);

/* Together: data[0 .. count) becomes what join makes of those of all ranks: data is to become that of the ranks in
 * `before`, which are neighbours, together with its own, of those that come next. */
typedef void RanksJoin(const void *context, const double *before, double *data);
void ranks_reduce(double *data, size_t count, RanksJoin *join, const void *context);

/* Ends all ranks with that message. */
_Noreturn void ranks_abort(const char *message);

#endif
