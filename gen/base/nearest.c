#include "gen/base/nearest.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, one row at a time; a swap of neighbours counts as two edits. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[64], columns = strlen(b);
    if (columns + 1 > sizeof row / sizeof *row)
        return SIZE_MAX;
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < columns; j++) {
            size_t replaced = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = least(replaced, least(row[j], row[j + 1]) + 1);
        }
    }
    return row[columns];
}

static const char *bare(const char *name)
{
    return name + strspn(name, "-");
}

/* What people know from other tools, and what it is called here: the first of these that there is. */
static const struct {
    const char *word, *own[2];
} elsewhere[] = {
    {"tied", {"span", NULL}},
    {"shared", {"span", NULL}},
    {"optimizer", {"algorithm", NULL}},
    {"optimiser", {"algorithm", NULL}},
    {"lr", {"rate", NULL}},
    {"eta", {"rate", NULL}},
    {"learning_rate", {"rate", NULL}},
    {"learning_rate_init", {"rate", NULL}},
    {"batch_size", {"batch", NULL}},
    {"bs", {"batch", NULL}},
    {"epochs", {"iterations", NULL}},
    {"iterations", {"epochs", NULL}},
    {"num_epochs", {"epochs", "iterations"}},
    {"n_epochs", {"epochs", "iterations"}},
    {"max_epochs", {"epochs", "iterations"}},
    {"max_iter", {"iterations", NULL}},
    {"max_iters", {"iterations", NULL}},
    {"maxiter", {"iterations", NULL}},
    {"niter", {"iterations", NULL}},
    {"n_iter", {"iterations", NULL}},
    {"iters", {"iterations", NULL}},
    {"early_stopping", {"patience", NULL}},
    {"tol", {"tolerance", NULL}},
    {"depth", {"layers", NULL}},
    {"num_layers", {"layers", NULL}},
    {"n_layers", {"layers", NULL}},
    {"hidden", {"width", NULL}},
    {"hidden_size", {"width", NULL}},
    {"hidden_dim", {"width", NULL}},
    {"units", {"width", NULL}},
    {"neurons", {"width", NULL}},
    {"channels", {"width", NULL}},
    {"input_dim", {"inputs", NULL}},
    {"input_size", {"inputs", NULL}},
    {"output_dim", {"outputs", NULL}},
    {"output_size", {"outputs", NULL}},
    {"num_classes", {"outputs", NULL}},
    {"classes", {"outputs", NULL}},
    {"nonlinearity", {"activation", NULL}},
    {"solver", {"method", NULL}},
    {"tableau", {"method", NULL}},
    {"integrator", {"method", NULL}},
    {"dt", {"step", NULL}},
    {"step_size", {"step", NULL}},
    {"dtype", {"real", NULL}},
    {"precision", {"real", NULL}},
    {"parameters", {"controls", "params"}},
    {"regularization", {"decay", "penalty"}},
    {"regularizer", {"decay", "penalty"}},
    {"lambda", {"decay", NULL}},
    {"l2", {"decay", NULL}},
    {"criterion", {"loss", NULL}},
    {"objective", {"loss", NULL}},
    {"random_state", {"seed", NULL}},
    {"random_seed", {"seed", NULL}},
    {"target", {"label", NULL}},
    {"targets", {"label", "labels"}},
    {"y", {"label", NULL}},
    {"columns", {"features", NULL}},
    {"group", {"trajectory", NULL}},
    {"sample_weight", {"weight", NULL}},
    {"validation_split", {"split", NULL}},
    {"val_split", {"split", NULL}},
    {"val", {"split", NULL}},
    {"test_size", {"split", NULL}},
    {"train_size", {"split", NULL}},
    {"input", {"data", NULL}},
    {"file", {"data", NULL}},
    {"dataset", {"data", NULL}},
    {"normalize", {"standardize", NULL}},
    {"normalise", {"standardize", NULL}},
    {"scale", {"standardize", NULL}},
    {"jobs", {"threads", NULL}},
    {"workers", {"threads", NULL}},
    {"n_jobs", {"threads", "jobs"}},
    {"output", {"out", NULL}},
    {"save", {"out", NULL}},
    {"model", {"params", "init"}},
    {"checkpoint", {"params", "init"}},
    {"weights", {"params", "init"}},
    {"n", {"samples", NULL}},
    {"n_samples", {"samples", NULL}},
    {"num_samples", {"samples", NULL}},
    /* functions and values */
    {"randn", {"normal", NULL}},
    {"gaussian", {"normal", NULL}},
    {"rand", {"uniform", NULL}},
    {"mse", {"squared", NULL}},
    {"l2_loss", {"squared", NULL}},
    {"mean_squared_error", {"squared", NULL}},
    {"smooth_l1", {"huber", NULL}},
    {"mae", {"huber", NULL}},
    {"bce", {"crossentropy", NULL}},
    {"cross_entropy", {"crossentropy", NULL}},
    {"binary_crossentropy", {"crossentropy", NULL}},
    {"categorical_crossentropy", {"crossentropy", NULL}},
    {"log_loss", {"crossentropy", NULL}},
    {"nll", {"crossentropy", NULL}},
    {"linear", {"identity", NULL}},
    {"none", {"identity", NULL}},
    {"logistic", {"sigmoid", NULL}},
    {"logit", {"sigmoid", NULL}},
    {"adamw", {"adam", NULL}},
    {"sgd", {"adam", "armijo"}},
    {"gd", {"armijo", NULL}},
    {"gradient_descent", {"armijo", NULL}},
    {"backtracking", {"armijo", NULL}},
    {"bfgs", {"lbfgs", NULL}},
    {"l_bfgs", {"lbfgs", NULL}},
    {"l_bfgs_b", {"lbfgs", NULL}},
    {"lm", {"gaussnewton", NULL}},
    {"levenberg_marquardt", {"gaussnewton", NULL}},
    {"gauss_newton", {"gaussnewton", NULL}},
    {"newton_cg", {"newton", NULL}},
};

/* Letter by letter, "-" for "_". */
static bool same(const char *a, const char *b)
{
    for (; *a && (*a == *b || (*a == '-' && *b == '_') || (*a == '_' && *b == '-')); a++, b++)
        continue;
    return !*a && !*b;
}

static const char *named(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (same(bare(name), bare(names[i])))
            return names[i];
    return NULL;
}

const char *nearest_known(const char *name, const char *const *names, size_t count)
{
    const char *known = named(name, names, count);
    for (size_t i = 0; !known && i < count; i++)
        if (!strcasecmp(bare(name), bare(names[i])))
            known = names[i];
    for (size_t k = 0; k < sizeof elsewhere / sizeof *elsewhere; k++)
        for (size_t own = 0; !known && own < 2 && elsewhere[k].own[own] && same(bare(name), elsewhere[k].word); own++)
            known = named(elsewhere[k].own[own], names, count);
    return known;
}

/* One of whose letters the first four or more are those of name, and most of name's: --iters, --iterations. */
static const char *begins_alike(const char *name, const char *const *names, size_t count)
{
    const char *found = NULL;
    size_t most = 3;
    for (size_t i = 0; i < count; i++) {
        size_t length = 0;
        while (bare(name)[length] && bare(name)[length] == bare(names[i])[length])
            length++;
        if (length > most && 4 * length >= 3 * strlen(bare(name))) {
            most = length;
            found = names[i];
        }
    }
    return found;
}

const char *nearest_name(const char *name, const char *const *names, size_t count)
{
    size_t length = strlen(bare(name)), limit = length > 5 ? 3 : length > 2 ? 2 : 1, best = limit + 1;
    const char *nearest = nearest_known(name, names, count);
    nearest = nearest ? nearest : begins_alike(name, names, count);
    if (nearest)
        return nearest;
    for (size_t i = 0; i < count; i++) {
        size_t distance = edit_distance(name, names[i]);
        if (distance < best && distance < strlen(names[i])) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

NearestHint nearest_hint(const char *nearest, const char *quote)
{
    NearestHint hint = {""};
    if (nearest)
        snprintf(hint.text, sizeof hint.text, "; did you mean %s%.63s%s?", quote, nearest, quote);
    return hint;
}
