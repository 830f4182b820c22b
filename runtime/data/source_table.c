#include "runtime/data/source.h"

#include "gen/base/nearest.h"

#include <string.h>

/* The place of errors about the columns as such. */
static Place header(const Source *source)
{
    return table_header_line(source->table);
}

/* hint: what to say when no column has a similar name. */
static bool unknown_column(const Source *source, const char *name, const char *hint)
{
    const Table *table = source->table;
    const char *nearest = nearest_name(name, table->names, table->columns);
    if (strchr(name, ' ') && !strchr(name, ',') && table->columns > 1)
        hint = "; names are separated by commas, A,B";
    else if (table->columns == 1 && !source->options->concealed && strpbrk(table->names[0], " |:"))
        hint = "; is it one? fields are separated by commas, semicolons or tabs";
    const char *all = source->options->concealed
                          ? text_print(source->arena, " among the %zu of the file%s", table->columns, hint)
                          : text_print(source->arena, "; the columns are %s%s",
                                       source_list(source->arena, table->names, table->columns), hint);
    return diagnostics_error(source->diagnostics, header(source), "no column \"%s\"%s", name,
                             nearest ? nearest_hint(nearest, "\"").text : all);
}

/* Finds the columns of those names, each once, marks them as used, and keeps them in *columns. */
static bool find_columns(const Source *source, Names names, const char *hint, bool *used, const size_t **columns)
{
    bool *chosen = ARENA_ARRAY(source->arena, source->table->columns, bool);
    size_t *found = ARENA_ARRAY(source->arena, names.count, size_t);
    for (size_t i = 0; i < names.count; i++) {
        found[i] = table_column(source->table, names.names[i]);
        if (found[i] == source->table->columns)
            return unknown_column(source, names.names[i], hint);
        if (table_repeats(source->table, found[i]))
            return diagnostics_error(source->diagnostics, header(source), "two columns have the name \"%s\"",
                                     names.names[i]);
        if (chosen[found[i]])
            return diagnostics_error(source->diagnostics, table_header_place(source->table, found[i]),
                                     "column \"%s\" is chosen twice", names.names[i]);
        chosen[found[i]] = used[found[i]] = true;
    }
    *columns = found;
    return true;
}

/* Columns that are labels are no features, whatever they hold. */
static void mark_present(const Source *source, Names names, bool *used)
{
    for (size_t i = 0; i < names.count; i++) {
        size_t column = table_column(source->table, names.names[i]);
        if (column < source->table->columns)
            used[column] = true;
    }
}

/* Copies the names of a trained dataset: a list of pointers that can be passed on. */
static Names copy_names(Arena *arena, const char *const *names, size_t count)
{
    Names copy = {ARENA_ARRAY(arena, count, const char *), count};
    memcpy(copy.names, names, count * sizeof *names);
    return copy;
}

static bool choose_labels(Source *source, bool *used)
{
    const DatasetOptions *options = source->options;
    Names names;
    if (!options->label && options->trained && options->trained->label_names)
        names = copy_names(source->arena, options->trained->label_names, options->trained->labels);
    else
        names = source_split(source->arena, options->label ? options->label : "label");
    if (options->labels_unused) {
        mark_present(source, names, used);
        return true;
    }
    size_t expected = !options->classes ? options->outputs : 1;
    if (names.count != expected && names.count != options->outputs)
        return diagnostics_error(source->diagnostics, header(source),
                                 "the head takes %zu label column%s, but %zu %s named: %s", expected,
                                 expected == 1 ? "" : "s", names.count, names.count == 1 ? "is" : "are",
                                 source_list(source->arena, names.names, names.count));
    source->labels = names.count;
    source->label_names = names.names;
    return find_columns(source, names, "; choose the label column with --label", used, &source->label_columns);
}

/* The column of an option; table->columns where it names none. */
static bool find_column(const Source *source, const char *name, bool *used, size_t *column)
{
    const size_t *found;
    char *only[] = {NULL};
    *column = source->table->columns;
    if (!name)
        return true;
    only[0] = arena_string(source->arena, name, strlen(name));
    if (!find_columns(source, (Names){(const char **)only, 1}, "", used, &found))
        return false;
    *column = *found;
    return true;
}

static bool is_long(const DatasetOptions *options)
{
    return options->trajectory || options->time;
}

static bool choose_signals(Source *source, bool *used)
{
    const DatasetOptions *options = source->options;
    size_t width = options->signal_width;
    if (!options->signals && width)
        return diagnostics_error(source->diagnostics, header(source),
                                 "the network takes %zu signal%s, but no columns are named: choose them with --signals",
                                 width, width == 1 ? "" : "s");
    if (!width)
        return true;
    Names names = source_split(source->arena, options->signals);
    if (names.count != width)
        return diagnostics_error(source->diagnostics, header(source),
                                 "the network takes %zu signal%s, but %zu column%s named: %s", width,
                                 width == 1 ? "" : "s", names.count, names.count == 1 ? " is" : "s are",
                                 source_list(source->arena, names.names, names.count));
    return find_columns(source, names, "", used, &source->signal_columns);
}

/* Columns without a name, such as that of the numbers of rows, and those that --drop names are no features. Where
 * training says which are, nobody asks whether those are there. */
static bool drop_columns(Source *source, bool *used)
{
    const Dataset *trained = source->options->trained;
    const char *drop = trained && trained->feature_names ? NULL : source->options->drop;
    const size_t *dropped;
    for (size_t i = 0; i < source->table->columns; i++)
        used[i] = used[i] || !source->table->names[i][0];
    return !drop || find_columns(source, source_split(source->arena, drop), "", used, &dropped);
}

static Names unused_columns(const Source *source, const bool *used)
{
    Names names = {ARENA_ARRAY(source->arena, source->table->columns, const char *), 0};
    for (size_t i = 0; i < source->table->columns; i++)
        if (!used[i])
            names.names[names.count++] = source->table->names[i];
    return names;
}

/* Where those count columns are: known, so that very many cost no search each. */
static const size_t *unused_indices(const Source *source, const bool *used, size_t count)
{
    size_t *indices = ARENA_ARRAY(source->arena, count, size_t), found = 0;
    for (size_t i = 0; i < source->table->columns; i++)
        if (!used[i])
            indices[found++] = i;
    return indices;
}

static bool choose_features(Source *source, bool *used)
{
    const DatasetOptions *options = source->options;
    const Dataset *trained = options->trained;
    bool by_training = trained && trained->feature_names;
    Names names = by_training         ? copy_names(source->arena, trained->feature_names, trained->features)
                  : options->features ? source_split(source->arena, options->features)
                                      : unused_columns(source, used);
    const char *hint = by_training ? "; the network was trained on it" : "";
    bool named = by_training || options->features;
    if (named && !find_columns(source, names, hint, used, &source->feature_columns))
        return false;
    if (!named)
        source->feature_columns = unused_indices(source, used, names.count);
    source->features = names.count;
    source->feature_names = names.names;
    const char *twice = names.count == options->inputs ? table_twice(source->arena, names.names, names.count) : NULL;
    if (twice)
        return diagnostics_error(source->diagnostics, header(source), "two columns have the name \"%s\"", twice);
    if (names.count == options->inputs)
        return true;
    return diagnostics_error(source->diagnostics, header(source),
                             "the network takes %zu input%s, but there are %zu feature columns%s%s; choose them with "
                             "--features%s",
                             options->inputs, options->inputs == 1 ? "" : "s", names.count,
                             options->concealed ? "" : ": ",
                             options->concealed ? "" : source_list(source->arena, names.names, names.count),
                             trained ? "" : text_print(source->arena, ", or take all by inputs = %zu", names.count));
}

static TableField field_of(const Source *source, size_t row, size_t column)
{
    return source->table->fields[row * source->table->columns + column];
}

/* Does a column hold numbers: at least one, and with all set nothing else but missing values? */
static bool holds_numbers(const Source *source, size_t column, bool all)
{
    size_t numbers = 0;
    double value;
    for (size_t row = 0; row < source->table->rows; row++) {
        CellKind kind = source_field(source, field_of(source, row, column), &value);
        numbers += kind == CELL_NUMBER;
        if (all && kind != CELL_NUMBER && kind != CELL_MISSING)
            return false;
    }
    return numbers > 0;
}

/* "--features a,b" with the columns that could be features; the bare option where there are none or too many, and of a
 * file that is concealed. */
static const char *suggest_features(const Source *source)
{
    enum { MOST = 600 };
    Text text = text_new(source->arena);
    text_add(&text, "--features");
    if (source->options->concealed)
        return text.data;
    for (size_t column = 0, count = 0; column < source->table->columns; column++) {
        bool label = false;
        for (size_t i = 0; i < source->labels; i++)
            label |= source->label_columns[i] == column;
        if (!label && holds_numbers(source, column, true))
            text_format(&text, "%s%s", count++ ? "," : " ", source->table->names[column]);
    }
    return text.length < MOST ? text.data : "--features";
}

static bool bad_feature(const Source *source, Cell cell, CellKind kind)
{
    const char *shown = source_show(source, cell), *name = source->feature_names[cell.index];
    if (kind == CELL_NOT_FINITE)
        return source_error(source, cell, "%s is not finite, in column \"%s\"", shown, name);
    if (holds_numbers(source, source->feature_columns[cell.index], false))
        return source_error(source, cell, "%s is not a number, in column \"%s\"%s", shown, name,
                            strspn(shown, "\"0123456789,.") == strlen(shown) && strchr(shown, ',')
                                ? ": there are no commas in one"
                                : "");
    return source_error(source, cell, "column \"%s\" holds text (%s), but features are numbers; choose them with %s",
                        name, shown, suggest_features(source));
}

static bool read_features(Source *source)
{
    size_t count = source->samples;
    source->x = arena_array(source->arena, count, source->features * sizeof(double));
    for (size_t sample = 0; sample < count; sample++)
        for (size_t i = 0; i < source->features; i++) {
            TableField field = field_of(source, source->row[sample], source->feature_columns[i]);
            CellKind kind = source_field(source, field, &source->x[sample * source->features + i]);
            if (kind != CELL_NUMBER && kind != CELL_MISSING)
                return bad_feature(source, (Cell){sample, i, false}, kind);
        }
    return true;
}

static bool choose_id(Source *source, bool *used)
{
    const DatasetOptions *options = source->options;
    if (options->id && is_long(options))
        return diagnostics_error(source->diagnostics, header(source),
                                 "--id is for rows that are samples, and these are of trajectories, which have their "
                                 "names (--trajectory)");
    return find_column(source, options->id, used, &source->id_column);
}

/* Rows that are samples. */
static bool take_rows(Source *source)
{
    const DatasetOptions *options = source->options;
    const char *wanting = options->signal_width ? "takes signals" : "observes more than one layer";
    source->samples = source->table->rows;
    source->row = ARENA_ARRAY(source->arena, source->samples, size_t);
    for (size_t row = 0; row < source->samples; row++)
        source->row[row] = row;
    if (!options->signal_width && (source->observations == 1 || options->labels_unused))
        return true;
    return diagnostics_error(source->diagnostics, header(source),
                             "the network %s, so rows are of trajectories: name the columns of these or of times with "
                             "--trajectory, --time",
                             wanting);
}

/* What a row is, and which columns say so. */
static bool choose_rows(Source *source, bool *used)
{
    const DatasetOptions *options = source->options;
    size_t trajectory, time;
    if (!is_long(options))
        return take_rows(source);
    return find_column(source, options->trajectory, used, &trajectory) &&
           find_column(source, options->time, used, &time) && choose_signals(source, used) &&
           source_trajectories(source, trajectory, time);
}

bool source_weights(const Source *source, double **weights)
{
    const char *name = source->options->weight;
    double *read = ARENA_ARRAY(source->arena, source->samples, double), sum = 0;
    *weights = NULL;
    if (!name)
        return true;
    if (!source->table)
        return diagnostics_error(source->diagnostics, source->place, "--weight names a column, and this has none");
    for (size_t i = 0; i < source->samples; i++) {
        const TableField field = field_of(source, source->row[i], source->weight_column);
        if (source_field(source, field, &read[i]) != CELL_NUMBER || !(read[i] >= 0))
            return diagnostics_error(source->diagnostics,
                                     table_place(source->table, source->row[i], source->weight_column),
                                     "%s in column \"%s\" is no weight: a number, 0 or more",
                                     source_show_field(source->arena, field, true), name);
        sum += read[i];
    }
    if (!(sum > 0))
        return diagnostics_error(source->diagnostics, table_header_place(source->table, source->weight_column),
                                 "every weight is 0");
    *weights = read;
    return true;
}

bool source_ids(const Source *source, const char *const **ids)
{
    *ids = NULL;
    if (!source->options->id)
        return true;
    if (!source->table)
        return diagnostics_error(source->diagnostics, source->place, "--id names a column, and this has none");
    const size_t rows = source->table->rows;
    const char **read = ARENA_ARRAY(source->arena, rows, const char *);
    for (size_t row = 0; row < rows; row++) {
        const TableField field = field_of(source, row, source->id_column);
        read[row] = arena_string(source->arena, field.text, field.length);
    }
    *ids = read;
    return true;
}

bool source_from_table(Source *source, const char *data, size_t size)
{
    if (source->options->labels)
        return diagnostics_error(source->diagnostics, source->place,
                                 "a %s file has its labels in a column (--label), not in a file (--labels)",
                                 source->format->name);
    if (source->options->concealed)
        diagnostics_conceal(source->diagnostics, source->file);
    source->table = source->format->read_table(source->arena, source->diagnostics, source->file, data, size,
                                               source->options->header);
    if (!source->table)
        return false;
    bool *used = ARENA_ARRAY(source->arena, source->table->columns, bool);
    return choose_labels(source, used) && choose_id(source, used) && choose_rows(source, used) &&
           find_column(source, source->options->weight, used, &source->weight_column) && drop_columns(source, used) &&
           choose_features(source, used) && read_features(source) && source_cells(source);
}
