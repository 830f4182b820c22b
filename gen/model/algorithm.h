/* algorithm: the training algorithms, a row each: what a spec may say about them, and what is emitted for them. How one
 * iterates is its file in runtime/train, which runtime/train/train.c finds by the name in ALGORITHMS. A new algorithm
 * is its name in that list, its settings in TrainSpec, its row in algorithm.c, its file, and, where a device can do
 * it, its template. */
#ifndef COSTATE_ALGORITHM_H
#define COSTATE_ALGORITHM_H

#include "gen/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* The first one is the default. */
#define ALGORITHMS(ALGORITHM)                                                                                          \
    ALGORITHM(ARMIJO, armijo)                                                                                          \
    ALGORITHM(LIPSCHITZ, lipschitz)                                                                                    \
    ALGORITHM(ADAM, adam)                                                                                              \
    ALGORITHM(LBFGS, lbfgs)                                                                                            \
    ALGORITHM(NEWTON, newton)                                                                                          \
    ALGORITHM(GAUSSNEWTON, gaussnewton)

#define ALGORITHM_MEMBER(upper, lower) TRAIN_##upper,
typedef enum { ALGORITHMS(ALGORITHM_MEMBER) ALGORITHM_COUNT } Algorithm;
#undef ALGORITHM_MEMBER

/* Parameters that an algorithm of squares takes: its matrix has their square. */
enum { ALGORITHM_MOST_SQUARES = 1000 };

/* The rate of an algorithm that has one: first, or where it falls from first to last by half a cosine over the
 * iterations that the spec gives, and then last (I. Loshchilov, F. Hutter, ICLR 2017, without restarts). */
typedef struct {
    double first, last;
    bool falls;
} Rate;

/* What a spec says: the settings of its algorithm; those of the others are 0. patience, stall and keep_best are any's.
 */
typedef struct {
    Algorithm algorithm;
    size_t iterations;          /* line searches: iterations; Adam: epochs */
    size_t horizon;             /* those that the spec gives, over which a rate falls */
    double tau, tau_max;        /* Armijo: first trial step is tau, largest tau_max */
    double lipschitz, up, down; /* Lipschitz: first estimate and its factors */
    Rate rate;                  /* Adam */
    size_t batch;               /* Adam */
    double weight_decay;        /* AdamW */
    size_t memory;              /* L-BFGS: pairs that are kept */
    double tolerance;           /* L-BFGS, Gauss-Newton, Newton */
    size_t patience;            /* iterations without a better validation objective that end it; 0: none do */
    size_t stall;               /* iterations without another objective that end it; 0: none do */
    bool keep_best;             /* what is trained is the best iterate, not the last */
} TrainSpec;

/* What a setting's member of TrainSpec is: a double, a size_t, a Rate. */
typedef enum { SETTING_REAL, SETTING_WHOLE, SETTING_RATE } SettingKind;

/* One setting: its key in specs, its member of TrainSpec, its default and its range. */
typedef struct {
    const char *key;
    size_t offset;
    SettingKind kind;
    double fallback, least, most;
} AlgorithmSetting;

enum { ALGORITHM_MOST_SETTINGS = 8, ALGORITHM_MOST_CONSTANTS = 4 };

typedef struct {
    bool simplex;                                       /* it keeps steps on a simplex */
    bool second;                                        /* it needs products of the Hessian: gen_second */
    bool squares;                                       /* it wants residuals, whose squares the loss sums */
    const char *selector, *name;                        /* how a spec chooses it: selector = "name" */
    const char *unit;                                   /* what it counts: "iterations", "epochs"; a key, too */
    size_t iterations;                                  /* of that unit, where a spec does not say */
    AlgorithmSetting settings[ALGORITHM_MOST_SETTINGS]; /* closed by one without key */
    double (*first_step)(const TrainSpec *spec);        /* the step of iteration 0 */
    const char *step;                                   /* what the step is, for a picture's axis */
    const char *template_file, *section;                /* its step for a device, and where that stands; NULL: none */
    struct {                                            /* what the template reads: COSTATE_NAME */
        const char *name;
        size_t offset;
    } constants[ALGORITHM_MOST_CONSTANTS];
    size_t arrays; /* of parameters that the template takes from the workspace; with bounds so many more: */
    size_t bounded_arrays;
    size_t input_arrays; /* of learnt inputs that the template keeps beside its memory's pairs */
    bool joint;          /* these, and all others, are of parameters and inputs behind them */
    const char *flag;    /* by which the template tells it from others that share the file, or NULL */
    const char *says;    /* about its step, in the emitted README */
} AlgorithmRow;

extern const AlgorithmRow algorithm_rows[ALGORITHM_COUNT];

/* Appends the value of a setting in spec: "0.1", "cosine(0.01, 0.0001)". */
void algorithm_add_setting(Text *text, const TrainSpec *spec, const AlgorithmSetting *setting);

/* The rate at a share of the horizon, 0 at its start, 1 and more behind it. */
double algorithm_rate(const Rate *rate, double share);

/* Arrays that the template of the spec's algorithm keeps of learnt inputs, with bounds of anything or without. */
size_t algorithm_input_arrays(const TrainSpec *spec, bool bounded);

/* Is that key one of the row's settings? */
bool algorithm_has_setting(const AlgorithmRow *row, const char *key);

/* What some of the rows have. */
bool algorithm_has_step(const AlgorithmRow *row);
bool algorithm_keeps_simplex(const AlgorithmRow *row);

/* The names of those rows that have it, which are several, for messages: "armijo, lipschitz and adam". Returns
 * list->text. */
typedef struct {
    char text[100];
} AlgorithmList;
const char *algorithm_list(bool (*has)(const AlgorithmRow *row), AlgorithmList *list);

/* A real member of spec, by its offset. */
double algorithm_real(const TrainSpec *spec, size_t offset);

#endif
