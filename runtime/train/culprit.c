#include "runtime/train/culprit.h"

#include "runtime/number/reals.h"
#include "runtime/train/estimates.h"

#include <float.h>
#include <math.h>

enum { SHOWN_INPUTS = 8 };

static const double much_larger = 10; /* objectives of noisy batches stay below that */

typedef struct {
    const Objective *objective;
    const double *params;
    size_t *samples;  /* 0, 1, .. */
    double *gradient; /* NULL: the objective alone is asked for */
} Search;

/* Is it finite over count samples from `from` on? */
static bool is_finite(const Search *search, size_t from, size_t count)
{
    const Objective *objective = search->objective;
    Evaluation evaluation;
    return objective->evaluate(objective->context, search->params, search->samples + from, count, &evaluation,
                               search->gradient) &&
           isfinite(evaluation.objective) &&
           (!search->gradient || reals_finite(search->gradient, objective->parameters));
}

/* The first sample over which alone it is not finite, by halves; the number of samples where there is none such. */
static size_t find_sample(const Search *search)
{
    size_t from = 0, all = search->objective->samples, count = all;
    while (count > 1) {
        size_t half = count / 2;
        bool finite = is_finite(search, from, half);
        from += finite ? half : 0;
        count = finite ? count - half : half;
    }
    return all == 0 || is_finite(search, from, 1) ? all : from;
}

/* ---- words ---- */

/* " (x1 = 0.5, x2 = 1e+300)" */
static void add_inputs(Text *text, const Model *model, const CulpritInputs *inputs, size_t sample)
{
    for (size_t j = 0; inputs->x && j < model->inputs && j < SHOWN_INPUTS; j++) {
        text_add(text, j ? ", " : " (");
        if (inputs->names)
            text_format(text, "%s = ", inputs->names[j]);
        else
            text_format(text, "input %zu = ", j + 1);
        text_real(text, inputs->x[sample * model->inputs + j]);
    }
    text_add(text, !inputs->x ? "" : model->inputs > SHOWN_INPUTS ? ", ...)" : ")");
}

/* " by K and b": the tensors in which gradient is not finite. */
static void add_tensors(Text *text, const Model *model, const double *gradient)
{
    size_t bad = 0, told = 0;
    for (size_t t = 0; t < model->tensor_count; t++)
        bad += !reals_finite(gradient + model->tensors[t].offset, model->tensors[t].size);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        if (reals_finite(gradient + tensor->offset, tensor->size))
            continue;
        text_format(text, "%s%s", told == 0 ? " by " : told + 1 == bad ? " and " : ", ", tensor->name);
        told++;
    }
}

/* Says which parameter the model's numbers cannot hold, if one is such. */
static bool add_parameter(Text *text, const Model *model, const double *params)
{
    const double most = model->single ? (double)FLT_MAX : DBL_MAX;
    for (size_t i = 0; i < model->parameters; i++)
        if (!(fabs(params[i]) <= most)) {
            text_format(text, "%s = ", estimates_name(text->arena, model, i));
            text_real(text, params[i]);
            text_add(text, isfinite(params[i]) ? " is beyond the range of real = \"float\"" : "");
            return true;
        }
    return false;
}

/* Says for which sample a stage of which layer was not found, if that is so. */
static bool add_equation(Text *text, const Objective *objective, const Model *model, const CulpritInputs *inputs,
                         const double *params)
{
    Solves solves = {.lost = 0};
    if (objective->solves)
        objective->solves(objective->context, params, &solves);
    if (!solves.lost)
        return false;
    text_format(text, "in layer %zu Newton's method does not find %s of sample %zu", solves.layer + 1, solves.unknown,
                solves.sample + 1);
    add_inputs(text, model, inputs, solves.sample);
    text_add(text, "; smaller steps make that easier");
    return true;
}

/* "train.rate = 10 is too large", of a training that has a rate; else NULL. */
static const char *blame_rate(Arena *arena, const Model *model)
{
    for (const AlgorithmSetting *setting = algorithm_rows[model->train.algorithm].settings; setting->key; setting++) {
        if (setting->kind != SETTING_RATE)
            continue;
        Text text = text_new(arena);
        text_format(&text, "train.%s = ", setting->key);
        algorithm_add_setting(&text, &model->train, setting);
        text_add(&text, " is too large");
        return text.data;
    }
    return NULL;
}

const char *culprit_divergence(Arena *arena, const Model *model, double first, double last, bool not_finite)
{
    const double growth = last / first;
    const char *rate = blame_rate(arena, model), *unit = algorithm_rows[model->train.algorithm].unit;
    if (!rate || !(not_finite || growth > much_larger))
        return NULL;
    return not_finite ? text_print(arena, "one of the %s was not finite: %s", unit, rate)
                      : text_print(arena, "the objective is %.3g times that at the start: %s", growth, rate);
}

/* " at the initial parameters", " after 2 updates of epoch 1 at a rate of 10". */
static void add_place(Text *text, const Train *train, const char *which)
{
    if (!train->strayed) {
        text_format(text, " at the %s parameters", which);
        return;
    }
    text_format(text, " after %zu update%s of epoch %zu at a rate of ", train->strayed, train->strayed > 1 ? "s" : "",
                train->state.iteration + 1);
    text_real(text, train->state.step);
}

const char *culprit_message(Arena *arena, const Train *train, const Model *model, const CulpritInputs *inputs,
                            const char *which)
{
    const Objective *objective = train->objective;
    const double *params = train->strayed ? train->trial : train->state.params;
    Text text = text_new(arena);
    Search search = {objective, params, ARENA_ARRAY(arena, objective->samples, size_t), NULL};
    Evaluation evaluation = {0};
    for (size_t i = 0; i < objective->samples; i++)
        search.samples[i] = i;
    objective->evaluate(objective->context, params, NULL, objective->samples, &evaluation, NULL);
    if (isfinite(evaluation.objective))
        search.gradient = ARENA_ARRAY(arena, objective->parameters, double);
    size_t sample = find_sample(&search);
    text_format(&text, "the %s", search.gradient ? "gradient" : "objective");
    if (sample < objective->samples && search.gradient)
        add_tensors(&text, model, search.gradient);
    text_add(&text, " is not finite");
    add_place(&text, train, which);
    text_add(&text, ": ");
    if (add_parameter(&text, model, params) || add_equation(&text, objective, model, inputs, params))
        return text.data;
    if (sample < objective->samples) {
        text_format(&text, "that of sample %zu", sample + 1);
        add_inputs(&text, model, inputs, sample);
        text_add(&text, " is not");
    } else {
        text_add(&text, "that of every sample is, but not their sum with penalty and decay");
    }
    return text.data;
}
