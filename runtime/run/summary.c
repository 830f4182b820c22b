#include "runtime/run/summary.h"

#include "runtime/solver/sampled.h"

#include <math.h>
#include <string.h>

static void add_number(Text *text, double value)
{
    if (isfinite(value))
        text_real(text, value);
    else
        text_add(text, "null");
}

static void add_member(Text *text, const char *name, double value)
{
    text_format(text, ", \"%s\": ", name);
    add_number(text, value);
}

/* What is measured of predictions beside the objective is named by what it is, and left out where there are no targets.
 */
static void add_row(Text *text, const char *name, const Model *model, const TraceRow *row, bool test)
{
    const char *measure = sampled_measure(model);
    text_format(text, "  \"%s\": {\"iteration\": %zu", name, row->iteration);
    add_member(text, "objective", row->training.objective);
    add_member(text, "step", row->step);
    if (measure)
        add_member(text, measure, row->training.accuracy);
    if (test)
        add_member(text, "test_objective", row->test.objective);
    if (test && measure)
        add_member(text, text_print(text->arena, "test_%s", measure), row->test.accuracy);
    text_add(text, "},\n");
}

static void add_data(Text *text, const Provenance *provenance)
{
    text_add(text, "  \"data\": {\"source\": ");
    json_write_string(text, provenance->source);
    if (provenance->path) {
        text_add(text, ", \"path\": ");
        json_write_string(text, provenance->path);
    }
    text_format(text, ", \"hash\": \"%s\", \"samples\": %zu, \"test_samples\": %zu, \"dropped_rows\": %zu},\n",
                provenance_hash(text->arena, provenance->data_hash), provenance->samples, provenance->test_samples,
                provenance->dropped);
}

/* Is string what text_real prints for a number? */
static bool is_number(Arena *arena, const char *string)
{
    double value;
    Text text = text_new(arena);
    if (!text_parse_real(string, strlen(string), &value))
        return false;
    text_real(&text, value);
    return strcmp(text.data, string) == 0;
}

/* An object of strings; numbers: those that are numbers are written as such. */
static void add_strings(Text *text, const char *name, const Metadata *settings, bool numbers)
{
    text_format(text, "  \"%s\": {", name);
    for (size_t i = 0; i < settings->count; i++) {
        const MetadataEntry *setting = &settings->entries[i];
        text_add(text, i ? ", " : "");
        json_write_string(text, setting->key);
        text_add(text, ": ");
        if (numbers && is_number(text->arena, setting->value))
            text_add(text, setting->value);
        else
            json_write_string(text, setting->value);
    }
    text_add(text, "},\n");
}

/* The spec, for those who compare runs. */
static void add_keys(Text *text, const Model *model)
{
    Metadata keys = metadata_new(text->arena);
    for (size_t i = 0; i < model->key_count; i++)
        metadata_set(&keys, model->keys[i].key, model->keys[i].text);
    add_strings(text, "keys", &keys, false);
}

static void add_evaluations(Text *text, const size_t *evaluations)
{
    text_add(text, "  \"evaluations\": {");
    for (int k = 0; k < EVALUATED_KINDS; k++)
        text_format(text, "%s\"%s\": %zu", k ? ", " : "", train_evaluated[k], evaluations[k]);
    text_add(text, "},\n");
}

/* Of Newton's method on implicit stages, at what the training keeps. */
static void add_solves(Text *text, const Train *train)
{
    Solves solves;
    train->objective->solves(train->objective->context, train_kept(train).params, &solves);
    text_add(text, "  \"newton\": {\"stages\": ");
    json_write_string(text, solves.stages);
    text_format(text, ", \"equations_solved\": %zu", solves.solved);
    add_member(text, "mean_iterations", solves.mean);
    text_format(text, ", \"most_iterations\": %zu, \"samples_lost\": %zu},\n", solves.most, solves.lost);
}

static void add_array(Text *text, size_t count, const double *values)
{
    text_add(text, "[");
    for (size_t i = 0; i < count; i++) {
        text_add(text, i ? ", " : "");
        add_number(text, values[i]);
    }
    text_add(text, "]");
}

static void add_errors(Text *text, const Estimates *estimates)
{
    text_add(text, ",\n    \"standard_errors\": ");
    if (estimates->missing) {
        text_add(text, "null,\n    \"no_standard_errors\": ");
        json_write_string(text, estimates->missing);
        return;
    }
    add_array(text, estimates->count, estimates->errors);
    text_format(text, ",\n    \"degrees_of_freedom\": %zu", estimates->degrees);
    if (estimates->count > SUMMARY_MOST_CORRELATED)
        return;
    text_add(text, ",\n    \"correlation\": [");
    for (size_t k = 0; k < estimates->count; k++) {
        text_add(text, k ? ",\n                    " : "");
        add_array(text, estimates->count, estimates->correlation + k * estimates->count);
    }
    text_add(text, "]");
}

static void add_estimates(Text *text, const Model *model, const Train *train)
{
    Arena *own = arena_within(text->arena);
    const Estimates estimates = estimates_of(own, model, train);
    const double *params = train_kept(train).params;
    text_add(text, "  \"estimates\": {\n    \"names\": [");
    for (size_t k = 0; k < estimates.count; k++) {
        text_add(text, k ? ", " : "");
        json_write_string(text, estimates_name(own, model, estimates.index[k]));
    }
    text_add(text, "],\n    \"values\": [");
    for (size_t k = 0; k < estimates.count; k++) {
        text_add(text, k ? ", " : "");
        add_number(text, params[estimates.index[k]]);
    }
    text_add(text, "]");
    add_errors(text, &estimates);
    text_add(text, "\n  },\n");
    arena_free(own);
}

void summary_add(Text *text, const Provenance *provenance, const Train *train, const Trace *trace, double seconds,
                 const char *ended)
{
    const TraceRow *last = &trace->rows[trace->count - 1];
    text_add(text, "{\n  \"name\": ");
    json_write_string(text, provenance->model->name);
    text_format(
        text, ",\n  \"spec\": \"%s\",\n  \"problem\": \"%s\",\n  \"version\": \"%s\",\n  \"parameters\": %zu,\n",
        provenance_hash(text->arena, provenance->model->hash), provenance_hash(text->arena, provenance->model->problem),
        COSTATE_VERSION, provenance->model->parameters);
    add_data(text, provenance);
    add_strings(text, "origin", &provenance->origin, false);
    add_strings(text, "settings", &provenance->settings, true);
    if (provenance->model->key_count)
        add_keys(text, provenance->model);
    add_row(text, "final", provenance->model, last, trace->test);
    add_row(text, "best", provenance->model, trace_best(trace), trace->test);
    add_evaluations(text, train->state.evaluations);
    if (train->objective->solves)
        add_solves(text, train);
    if (train->objective->squares)
        add_estimates(text, provenance->model, train);
    text_format(text, "  \"iterations\": %zu,\n  \"seconds\": ", last->iteration);
    add_number(text, round(1000.0 * seconds) / 1000.0);
    if (train_still(&train->state))
        text_format(text, ",\n  \"unchanged_since\": %zu", train->state.still.iteration);
    text_add(text, ",\n  \"ended\": ");
    json_write_string(text, ended);
    text_add(text, "\n}\n");
}

/* values[count] of the array of that name; false where they are not there, or not all of them numbers. */
static bool read_numbers(const json_t *array, size_t count, double *values)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(array, i);
        if (!json_is_number(value))
            return false;
        values[i] = json_number_value(value);
    }
    return json_array_size(array) == count;
}

static bool same_values(const json_t *values, const Estimates *estimates, const double *params)
{
    for (size_t k = 0; k < estimates->count; k++) {
        const json_t *value = json_array_get(values, k);
        if (!json_is_number(value) || json_number_value(value) != params[estimates->index[k]])
            return false;
    }
    return json_array_size(values) == estimates->count;
}

/* Standard errors and correlation of an object "estimates" that has them; what is in the way, or NULL. */
static const char *read_estimates(Arena *arena, const json_t *object, const double *params, Estimates *estimates)
{
    size_t count = estimates->count;
    double *errors = ARENA_ARRAY(arena, count, double), *correlation;
    const json_t *rows = json_object_get(object, "correlation");
    json_int_t degrees = json_integer_value(json_object_get(object, "degrees_of_freedom"));
    const char *none = json_string_value(json_object_get(object, "no_standard_errors"));
    if (none)
        return arena_string(arena, none, strlen(none));
    if (count > SUMMARY_MOST_CORRELATED)
        return text_print(arena, "the correlation of more than %d parameters is not kept", SUMMARY_MOST_CORRELATED);
    if (!same_values(json_object_get(object, "values"), estimates, params))
        return "report.json is of other parameters than model.safetensors";
    correlation = ARENA_ARRAY(arena, count * count, double);
    bool whole = read_numbers(json_object_get(object, "standard_errors"), count, errors);
    for (size_t k = 0; whole && k < count; k++)
        whole = read_numbers(json_array_get(rows, k), count, correlation + k * count);
    if (!whole || degrees < 1)
        return "report.json lacks their standard errors, correlation or degrees of freedom";
    estimates->degrees = (size_t)degrees;
    estimates->errors = errors;
    estimates->correlation = correlation;
    return NULL;
}

Estimates summary_estimates(Arena *arena, const json_t *report, const Model *model, const double *params)
{
    Estimates estimates = {0};
    const json_t *object = json_object_get(report, "estimates");
    estimates.index = estimates_learnt(arena, model, &estimates.count);
    estimates.missing = object ? read_estimates(arena, object, params, &estimates)
                               : "only training by least squares tells how certain its parameters are";
    return estimates;
}
