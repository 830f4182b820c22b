/* reached: what a run left in report.json and trace.csv, without its spec and its data: what runs are compared by. */
#ifndef COSTATE_REACHED_H
#define COSTATE_REACHED_H

#include "runtime/format/json.h"
#include "runtime/session/session.h"
#include "runtime/train/trace.h"

typedef struct {
    const char *folder;
    json_t *report;
    const char *measure; /* as of a trace: "accuracy", "rmse" or NULL */
    bool test;
    double iterations, seconds;
    Evaluation training, evaluation; /* of the parameters that it kept; evaluation: of the test set */
    const char *ended;
} Reached;

/* Reads report.json; false after errors. */
bool reached_read(Session *session, const char *folder, Reached *reached);

/* Reads trace.csv; NULL after errors. */
const Trace *reached_trace(Session *session, const Reached *reached);

/* How many samples it was trained on, and tested. */
size_t reached_samples(const Reached *reached, bool test);

/* What the spec says under key, "train.rate", what the command line says under an option, "--data", or the "seed";
 * NULL: nothing. */
const char *reached_key(Arena *arena, const Reached *reached, const char *key);

/* The keys that any of the results has, in the order of the first that has it, closed by NULL. */
const char *const *reached_keys(Arena *arena, size_t count, const Reached *results);

/* What runs are compared by; NAN where a run has none. */
typedef struct {
    const char *title;
    double (*of)(const Reached *reached);
} ReachedQuantity;
enum { REACHED_QUANTITIES = 6 };

/* Sets quantities to those that any of the results has (one of zeros has none), and returns how many they are.
 * between: the words of a title, "_" or " ". */
size_t reached_quantities(Arena *arena, size_t count, const Reached *results, const char *between,
                          ReachedQuantity quantities[REACHED_QUANTITIES]);

/* A quantity over several runs. */
typedef struct {
    double mean, deviation; /* of the sample; 0 for one */
} Spread;
Spread spread_of(size_t count, const double *values);

/* "0.98", and where there is a deviation "0.98 +- 0.01"; "-" for NAN. */
const char *spread_text(Arena *arena, const Spread *spread);

/* Appends cells [rows][columns], the first of them titles, one column below the other, the first to the left. */
void reached_table(Text *text, size_t rows, size_t columns, const char *const *cells);

#endif
