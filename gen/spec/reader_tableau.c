/* Tableaus of specs, and pairs of them: entries are exact. */
#include "gen/spec/reader.h"

#include "gen/base/name.h"
#include "gen/spec/entry.h"
#include "gen/spec/numbers.h"

#include <string.h>

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    bool paired;          /* the tableaus are those of a pair */
    const Number *shared; /* of the field that all entries are in; NULL: rational so far */
} Context;

static const Number *convert_real(const Context *context, const Value *value, const char *title)
{
    const Number *number = numbers_of_float(context->arena, value->real);
    if (!number)
        diagnostics_error(context->diagnostics, value->place, "%s = %s", title,
                          numbers_of_float_error(context->arena, value->real));
    return number;
}

static const Number *convert_number(const Context *context, const Value *value, const char *title)
{
    const Number *number = NULL;
    switch (value->kind) {
    case VALUE_INTEGER:
        return number_integer(context->arena, (long)value->integer);
    case VALUE_REAL:
        return convert_real(context, value, title);
    case VALUE_STRING:
        number = number_parse(context->arena, value->string);
        if (!number)
            diagnostics_error(context->diagnostics, value->place, "%s = \"%.60s\" is not a fraction such as \"1/6\"",
                              title, value->string);
        return number;
    case VALUE_NUMBER:
        return value->number;
    default:
        diagnostics_error(context->diagnostics, value->place, "%s must be a fraction such as \"1/6\", not %s", title,
                          value_kind(value));
        return NULL;
    }
}

/* Row i of A may stop after what explicit methods have there, i - 1 entries; the rest is zero. */
static bool convert_row(const Context *context, const Value *row, size_t i, size_t stages, const Number **out)
{
    if (row->kind != VALUE_TABLE)
        return diagnostics_error(context->diagnostics, row->place, "A[%zu] must be a table of fractions, not %s", i + 1,
                                 value_kind(row));
    if (row->array_count < i || row->array_count > stages)
        return diagnostics_error(context->diagnostics, row->place,
                                 "A[%zu] has %zu entries; with %zu weights in b it needs %zu", i + 1, row->array_count,
                                 stages, stages);
    for (size_t j = 0; j < stages; j++) {
        out[j] = number_integer(context->arena, 0);
        if (j >= row->array_count)
            continue;
        out[j] = convert_number(context, row->entries[j], text_print(context->arena, "A[%zu][%zu]", i + 1, j + 1));
        if (!out[j])
            return false;
    }
    return true;
}

/* Everything in one field: an error at the place of the first entry of another. */
static bool check_field(Context *context, const Number *number, Place place, const char *title)
{
    if (number_is_rational(number))
        return true;
    if (!context->shared)
        context->shared = number;
    if (number_share_field(context->shared, number))
        return true;
    Text text = text_new(context->arena);
    number_text(&text, number);
    return diagnostics_error(context->diagnostics, place,
                             "%s = %s is in another root than the entries before it; a method may use one", title,
                             text.data);
}

static const Tableau *convert_entries(Context *context, const Value *a, const Value *b, const char *name)
{
    Arena *arena = context->arena;
    size_t stages = b->array_count;
    const Number **rows = ARENA_ARRAY(arena, stages * stages, const Number *);
    const Number **weights = ARENA_ARRAY(arena, stages, const Number *);
    for (size_t i = 0; i < stages; i++) {
        if (!convert_row(context, a->entries[i], i, stages, rows + i * stages))
            return NULL;
        weights[i] = convert_number(context, b->entries[i], text_print(arena, "b[%zu]", i + 1));
        if (!weights[i])
            return NULL;
    }
    for (size_t i = 0; i < stages * (stages + 1); i++) {
        size_t row = i / stages, column = i % stages;
        bool weight = row == stages;
        const Value *place = weight ? b->entries[column] : a->entries[row];
        const char *title =
            weight ? text_print(arena, "b[%zu]", column + 1) : text_print(arena, "A[%zu][%zu]", row + 1, column + 1);
        if (!check_field(context, weight ? weights[column] : rows[i], place->place, title))
            return NULL;
    }
    return tableau_new(arena, context->diagnostics, b->place, name, stages, rows, weights, !context->paired);
}

static const Tableau *convert_tableau(Context *context, const Value *value, const char *name)
{
    static const char *const keys[] = {"A", "b"};
    Diagnostics *diagnostics = context->diagnostics;
    Entries entries = {diagnostics, value, "tableau", keys, 2};
    size_t errors = diagnostics_errors(diagnostics);
    entry_check_keys(&entries, 0, NULL);
    entry_require(&entries, "A", "the rows of the coefficients, { { 0, 0 }, { 1, 0 } }");
    entry_require(&entries, "b", "the weights, { \"1/2\", \"1/2\" }");
    const Value *a = entry_table(&entries, "A"), *b = entry_table(&entries, "b");
    if (!a || !b || diagnostics_errors(diagnostics) != errors)
        return NULL;
    size_t stages = b->array_count;
    if (stages >= 1 && stages <= TABLEAU_MOST_STAGES && a->array_count == stages)
        return convert_entries(context, a, b, name);
    diagnostics_error(diagnostics, a->place, "A has %zu rows and b has %zu entries; they must agree, 1 to %d",
                      a->array_count, stages, TABLEAU_MOST_STAGES);
    return NULL;
}

/* ---- methods ---- */

/* What the file of that name returns; one that returns a string is another name for the tableau that it says. */
static const Value *load_method(Spec *spec, Diagnostics *diagnostics, Place place, const char *name)
{
    const Value *value = spec_load(spec, place, "tableau", name);
    if (!value || value->kind != VALUE_STRING)
        return value;
    const Value *other = spec_load(spec, value->place, "tableau", value->string);
    if (!other || other->kind != VALUE_STRING)
        return other;
    diagnostics_error(diagnostics, other->place, "%s is another name already, for %s; say \"%s\" instead",
                      value->string, other->string, other->string);
    return NULL;
}

/* What method or a member of a pair is: value itself, or what the file returns whose name it is. */
static const Value *named(Spec *spec, Diagnostics *diagnostics, const Value *value, const char **name)
{
    if (value->kind != VALUE_STRING)
        return value;
    *name = name_stem(spec_arena(spec), value->string);
    return load_method(spec, diagnostics, value->place, value->string);
}

static const Tableau *convert_pair(Context *context, Spec *spec, const Value *value, const char *name)
{
    const Tableau *parts[2];
    if (value->array_count != 2 || value->entry_count != 2) {
        diagnostics_error(context->diagnostics, value->place,
                          "partitioned takes two tableaus or names of tableaus: the first for q, the second for v");
        return NULL;
    }
    for (size_t part = 0; part < 2; part++) {
        const char *own = part ? "second" : "first";
        const Value *member = named(spec, context->diagnostics, value->entries[part], &own);
        if (!member)
            return NULL;
        if (member->kind != VALUE_TABLEAU) {
            diagnostics_error(context->diagnostics, value->entries[part]->place,
                              "partitioned takes tableaus and names of tableaus, not %s", value_kind(member));
            return NULL;
        }
        parts[part] = convert_tableau(context, member, own);
        if (!parts[part])
            return NULL;
    }
    if (parts[0]->stages == parts[1]->stages)
        return tableau_pair(context->arena, name, parts[0], parts[1]);
    diagnostics_error(context->diagnostics, value->place,
                      "the tableaus of a pair need as many stages: %zu and %zu here", parts[0]->stages,
                      parts[1]->stages);
    return NULL;
}

const Tableau *reader_convert_method(Spec *spec, Diagnostics *diagnostics, const Value *value, const char *name)
{
    value = named(spec, diagnostics, value, &name);
    if (!value)
        return NULL;
    Context context = {spec_arena(spec), diagnostics, value->kind == VALUE_PARTITIONED, NULL};
    if (value->kind == VALUE_TABLEAU)
        return convert_tableau(&context, value, name);
    if (value->kind == VALUE_PARTITIONED)
        return convert_pair(&context, spec, value, name);
    diagnostics_error(diagnostics, value->place,
                      "method must be the name of a tableau or tableau { A = ..., b = ... }, not %s",
                      value_kind(value));
    return NULL;
}

const Tableau *reader_tableau(Arena *arena, Diagnostics *diagnostics, const char *name, const char *folder)
{
    Spec *spec = spec_new(arena, diagnostics, graph_new(arena), folder);
    const Value *value = load_method(spec, diagnostics, (Place){0}, name);
    if (!value)
        return NULL;
    if (value->kind == VALUE_TABLEAU || value->kind == VALUE_PARTITIONED)
        return reader_convert_method(spec, diagnostics, value, name_stem(arena, name));
    diagnostics_error(diagnostics, value->place, "the file must return tableau { A = ..., b = ... }, not %s",
                      value_kind(value));
    return NULL;
}
