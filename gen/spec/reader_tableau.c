/* Tableaus of specs: entries in exact rationals. */
#include "gen/spec/reader.h"

#include "gen/base/name.h"
#include "gen/spec/entry.h"

#include <math.h>
#include <string.h>

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
} Context;

/* The fraction of the least denominator that prints as this float was probably written: "1/3" for 0.333333. */
static const char *nearest_fraction(Arena *arena, double value)
{
    for (long denominator = 1; denominator <= 10000; denominator++) {
        double numerator = round(value * (double)denominator);
        if (fabs(value - numerator / (double)denominator) < 1e-4 * fmin(1, 1 / (double)denominator))
            return text_print(arena, "%.0f/%ld", numerator, denominator);
    }
    return "p/q";
}

/* Floats only where nobody can have meant another number: multiples of 1/64. */
static const Rational *convert_real(const Context *context, const Value *value, const char *title)
{
    double scaled = value->real * 64;
    if (floor(scaled) == scaled && fabs(scaled) < 1e9)
        return rational_from_double(context->arena, value->real);
    if (!isfinite(value->real))
        diagnostics_error(context->diagnostics, value->place, "%s = %g is not finite", title, fabs(value->real));
    else
        diagnostics_error(context->diagnostics, value->place, "%s = %.12g is not exact; write a fraction: \"%s\"",
                          title, value->real, nearest_fraction(context->arena, value->real));
    return NULL;
}

static const Rational *convert_number(const Context *context, const Value *value, const char *title)
{
    const Rational *number = NULL;
    switch (value->kind) {
    case VALUE_INTEGER:
        return rational_integer(context->arena, (long)value->integer);
    case VALUE_REAL:
        return convert_real(context, value, title);
    case VALUE_STRING:
        number = rational_parse(context->arena, value->string);
        if (!number)
            diagnostics_error(context->diagnostics, value->place, "%s = \"%.60s\" is not a fraction such as \"1/6\"",
                              title, value->string);
        return number;
    default:
        diagnostics_error(context->diagnostics, value->place, "%s must be a fraction such as \"1/6\", not %s", title,
                          value_kind(value));
        return NULL;
    }
}

/* Row i of A may stop after what explicit methods have there, i - 1 entries; the rest is zero. */
static bool convert_row(const Context *context, const Value *row, size_t i, size_t stages, const Rational **out)
{
    if (row->kind != VALUE_TABLE)
        return diagnostics_error(context->diagnostics, row->place, "A[%zu] must be a table of fractions, not %s", i + 1,
                                 value_kind(row));
    if (row->array_count < i || row->array_count > stages)
        return diagnostics_error(context->diagnostics, row->place,
                                 "A[%zu] has %zu entries; with %zu weights in b it needs %zu", i + 1, row->array_count,
                                 stages, stages);
    for (size_t j = 0; j < stages; j++) {
        out[j] = rational_integer(context->arena, 0);
        if (j >= row->array_count)
            continue;
        out[j] = convert_number(context, row->entries[j], text_print(context->arena, "A[%zu][%zu]", i + 1, j + 1));
        if (!out[j])
            return false;
    }
    return true;
}

const Tableau *reader_convert_tableau(Arena *arena, Diagnostics *diagnostics, const Value *value, const char *name)
{
    static const char *const keys[] = {"A", "b"};
    Context context = {arena, diagnostics};
    Entries entries = {diagnostics, value, "tableau", keys, 2};
    size_t errors = diagnostics_errors(diagnostics);
    entry_check_keys(&entries, 0);
    entry_require(&entries, "A");
    entry_require(&entries, "b");
    const Value *a = entry_table(&entries, "A"), *b = entry_table(&entries, "b");
    if (!a || !b || diagnostics_errors(diagnostics) != errors)
        return NULL;
    size_t stages = b->array_count;
    if (stages < 1 || stages > TABLEAU_MOST_STAGES || a->array_count != stages) {
        diagnostics_error(diagnostics, a->place, "A has %zu rows and b has %zu entries; they must agree, 1 to %d",
                          a->array_count, stages, TABLEAU_MOST_STAGES);
        return NULL;
    }
    const Rational **rows = ARENA_ARRAY(arena, stages * stages, const Rational *);
    const Rational **weights = ARENA_ARRAY(arena, stages, const Rational *);
    for (size_t i = 0; i < stages; i++) {
        if (!convert_row(&context, a->entries[i], i, stages, rows + i * stages))
            return NULL;
        weights[i] = convert_number(&context, b->entries[i], text_print(arena, "b[%zu]", i + 1));
        if (!weights[i])
            return NULL;
    }
    return tableau_new(arena, diagnostics, a->place, b->place, name, stages, rows, weights);
}

const Tableau *reader_tableau(Arena *arena, Diagnostics *diagnostics, const char *name, const char *folder)
{
    Graph *graph = graph_new(arena);
    Spec *spec = spec_new(arena, diagnostics, graph, folder);
    const Value *value = spec_load(spec, (Place){0}, "tableau", name);
    if (!value)
        return NULL;
    if (value->kind != VALUE_TABLEAU) {
        diagnostics_error(diagnostics, value->place, "the file must return tableau { A = ..., b = ... }, not %s",
                          value_kind(value));
        return NULL;
    }
    return reader_convert_tableau(arena, diagnostics, value, name_stem(arena, name));
}
