#include "runtime/data/source.h"

#include "runtime/number/grid.h"

#include <string.h>

#define NONE SIZE_MAX

/* The rows of a table as they are sorted into trajectories. */
typedef struct {
    Source *source;
    const Table *table;
    size_t trajectory, time; /* columns; table->columns: none */
    Grid grid;
    size_t *slot_of_layer; /* [layers + 1]: which observation a layer is; NONE */
    size_t *of_row;        /* [rows]: the trajectory */
    size_t count;
    size_t *first_row, *last_row, *last_layer; /* [count]; last_layer NONE before the first row */
} Sorting;

static TableField field_of(const Sorting *sorting, size_t row, size_t column)
{
    return sorting->table->fields[row * sorting->table->columns + column];
}

static bool same_field(TableField a, TableField b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.text, b.text, a.length) == 0);
}

/* ---- which trajectory a row is of ---- */

/* The trajectories by name: an open hash table of their numbers. */
typedef struct {
    size_t *slots, mask;
} Index;

static Index new_index(Arena *arena, size_t most)
{
    size_t size = 16;
    while (size < 2 * most)
        size *= 2;
    Index index = {ARENA_ARRAY(arena, size, size_t), size - 1};
    for (size_t i = 0; i < size; i++)
        index.slots[i] = NONE;
    return index;
}

/* Where the number of the trajectory of that name is or belongs. */
static size_t *look_up(const Sorting *sorting, const Index *index, TableField name)
{
    size_t at = (size_t)text_hash(TEXT_HASH_SEED, name.text, name.length) & index->mask;
    while (index->slots[at] != NONE &&
           !same_field(field_of(sorting, sorting->first_row[index->slots[at]], sorting->trajectory), name))
        at = (at + 1) & index->mask;
    return &index->slots[at];
}

/* Numbers the trajectories in the order in which they begin. */
static bool name_rows(Sorting *sorting)
{
    Arena *arena = sorting->source->arena;
    size_t rows = sorting->table->rows;
    Index index = new_index(arena, rows);
    for (size_t row = 0; row < rows; row++) {
        TableField name = field_of(sorting, row, sorting->trajectory);
        if (name.length == 0)
            return diagnostics_error(
                sorting->source->diagnostics, table_place(sorting->table, row, sorting->trajectory),
                "row %zu names no trajectory, in column \"%s\"", row + 1, sorting->table->names[sorting->trajectory]);
        size_t *number = look_up(sorting, &index, name);
        if (*number == NONE) {
            *number = sorting->count++;
            sorting->first_row[*number] = row;
        }
        sorting->of_row[row] = *number;
    }
    const char **names = ARENA_ARRAY(arena, sorting->count, const char *);
    for (size_t i = 0; i < sorting->count; i++) {
        TableField name = field_of(sorting, sorting->first_row[i], sorting->trajectory);
        names[i] = arena_string(arena, name.text, name.length);
    }
    sorting->source->names = names;
    return true;
}

/* ---- which layer it is of ---- */

/* " of trajectory "a"", or nothing where there is but one. */
static const char *of_trajectory(const Sorting *sorting, size_t row)
{
    if (sorting->trajectory == sorting->table->columns)
        return "";
    return text_print(sorting->source->arena, " of trajectory %s",
                      source_show_field(sorting->source->arena, field_of(sorting, row, sorting->trajectory), true));
}

/* Where an error about the time of a row stands. */
static Place time_place(const Sorting *sorting, size_t row)
{
    return sorting->time == sorting->table->columns ? table_line(sorting->table, row)
                                                    : table_place(sorting->table, row, sorting->time);
}

static bool bad_time(const Sorting *sorting, size_t row, CellKind kind)
{
    const char *column = sorting->table->names[sorting->time];
    const char *shown =
        source_show_field(sorting->source->arena, field_of(sorting, row, sorting->time), kind == CELL_TEXT);
    Diagnostics *diagnostics = sorting->source->diagnostics;
    if (kind == CELL_MISSING)
        return diagnostics_error(diagnostics, time_place(sorting, row), "row %zu%s has no time, in column \"%s\"",
                                 row + 1, of_trajectory(sorting, row), column);
    return diagnostics_error(diagnostics, time_place(sorting, row), "%s is not %s, in column \"%s\"", shown,
                             kind == CELL_TEXT ? "a number" : "finite", column);
}

/* Complains of a row that is on no layer: at time, which is where says, and, of a row AFTER the last one, layers
 * reach. */
static bool off_grid(const Sorting *sorting, size_t row, double time, GridPlace where, double layer)
{
    Arena *arena = sorting->source->arena;
    const Grid *grid = &sorting->grid;
    const char *of = of_trajectory(sorting, row);
    Place place = time_place(sorting, row);
    if (where == GRID_AFTER)
        return diagnostics_error(sorting->source->diagnostics, place,
                                 "row %zu%s is at time %.15g, after the last layer, which ends at %s; layers = %.0f "
                                 "takes it in",
                                 row + 1, of, time, grid_print(arena, grid, grid->layers), layer);
    if (where == GRID_BEFORE)
        return diagnostics_error(sorting->source->diagnostics, place, "row %zu%s is at time %.15g, before start = %s",
                                 row + 1, of, time, grid_print(arena, grid, 0));
    return diagnostics_error(sorting->source->diagnostics, place,
                             "row %zu%s is at time %.15g, which is not on the grid: the nearest times are %s and %s",
                             row + 1, of, time, grid_print(arena, grid, (size_t)layer),
                             grid_print(arena, grid, (size_t)layer + 1));
}

/* The layer of a row by its time. */
static bool layer_by_time(const Sorting *sorting, size_t row, size_t *layer)
{
    double time, found;
    CellKind kind = source_field(sorting->source, field_of(sorting, row, sorting->time), &time);
    if (kind != CELL_NUMBER)
        return bad_time(sorting, row, kind);
    GridPlace where = grid_find(&sorting->grid, time, &found);
    if (where != GRID_ON)
        return off_grid(sorting, row, time, where, found);
    *layer = (size_t)found;
    return true;
}

/* The layer of a row by its place among those of its trajectory. */
static bool layer_by_place(const Sorting *sorting, size_t row, size_t *layer)
{
    size_t last = sorting->last_layer[sorting->of_row[row]];
    *layer = last == NONE ? 0 : last + 1;
    if (*layer <= sorting->grid.layers)
        return true;
    return diagnostics_error(sorting->source->diagnostics, time_place(sorting, row),
                             "row %zu%s is after the last layer; layers = %zu takes it in", row + 1,
                             of_trajectory(sorting, row), *layer);
}

/* Complains of a row that is not where its trajectory begins or goes on. */
static bool out_of_order(const Sorting *sorting, size_t row, size_t layer)
{
    size_t number = sorting->of_row[row], last = sorting->last_layer[number];
    Arena *arena = sorting->source->arena;
    const char *time = grid_print(arena, &sorting->grid, layer), *of = of_trajectory(sorting, row);
    if (last == NONE)
        return diagnostics_error(sorting->source->diagnostics, time_place(sorting, row),
                                 "row %zu, the first%s, is at time %s; a trajectory begins at start = %s", row + 1, of,
                                 time, grid_print(arena, &sorting->grid, 0));
    size_t line = (size_t)table_line(sorting->table, sorting->last_row[number]).line;
    if (layer == last)
        return diagnostics_error(sorting->source->diagnostics, time_place(sorting, row),
                                 "row %zu%s is at time %s, as the one in line %zu is", row + 1, of, time, line);
    return diagnostics_error(sorting->source->diagnostics, time_place(sorting, row),
                             "row %zu%s is at time %s, before the one in line %zu at %s: rows ascend in time", row + 1,
                             of, time, line, grid_print(arena, &sorting->grid, last));
}

/* Is a row where its trajectory goes on: at the start, or after the row before it? */
static bool check_order(const Sorting *sorting, size_t row, size_t layer)
{
    size_t last = sorting->last_layer[sorting->of_row[row]];
    bool goes_on = last == NONE ? layer == 0 : layer > last;
    return goes_on || out_of_order(sorting, row, layer);
}

/* ---- what it says ---- */

/* The trajectory of a row has none for the signals of a layer. */
static bool no_signals(const Sorting *sorting, size_t row, size_t layer)
{
    return diagnostics_error(sorting->source->diagnostics, table_line(sorting->table, row),
                             "row %zu%s: the next is to be at time %s, for signals need a row at %s", row + 1,
                             of_trajectory(sorting, row), grid_print(sorting->source->arena, &sorting->grid, layer),
                             sorting->source->options->signal_rows > sorting->grid.layers
                                 ? "the time of every state"
                                 : "the first time of every layer");
}

static bool read_signals(const Sorting *sorting, size_t row, size_t layer)
{
    const Source *source = sorting->source;
    size_t width = source->options->signal_width, rows = source->options->signal_rows;
    double *to = source->signal + (sorting->of_row[row] * rows + layer) * width;
    for (size_t i = 0; i < width; i++) {
        size_t column = source->signal_columns[i];
        TableField field = field_of(sorting, row, column);
        CellKind kind = source_field(source, field, &to[i]);
        if (kind == CELL_MISSING)
            return diagnostics_error(source->diagnostics, table_place(sorting->table, row, column),
                                     "a signal is missing, in column \"%s\"", sorting->table->names[column]);
        if (kind != CELL_NUMBER)
            return diagnostics_error(source->diagnostics, table_place(sorting->table, row, column),
                                     "%s is not %s, in column \"%s\"",
                                     source_show_field(source->arena, field, kind == CELL_TEXT),
                                     kind == CELL_TEXT ? "a number" : "finite", sorting->table->names[column]);
        if (!source_scales_signals(source) && source_beyond(source, to[i]))
            return diagnostics_error(source->diagnostics, table_place(sorting->table, row, column),
                                     "%s is beyond the range of real = \"float\", in column \"%s\"",
                                     source_show_field(source->arena, field, false), sorting->table->names[column]);
    }
    return true;
}

/* The signals of a row: those of the layers come one after the other. */
static bool take_signals(const Sorting *sorting, size_t row, size_t layer)
{
    const DatasetOptions *options = sorting->source->options;
    size_t last = sorting->last_layer[sorting->of_row[row]], next = last == NONE ? 0 : last + 1;
    if (!options->signal_width)
        return true;
    if (layer > next && next < options->signal_rows)
        return no_signals(sorting, sorting->last_row[sorting->of_row[row]], next);
    return layer >= options->signal_rows || read_signals(sorting, row, layer);
}

static bool take_row(Sorting *sorting, size_t row)
{
    size_t number = sorting->of_row[row], layer = 0;
    bool found = sorting->time == sorting->table->columns ? layer_by_place(sorting, row, &layer)
                                                          : layer_by_time(sorting, row, &layer);
    if (!found || !check_order(sorting, row, layer) || !take_signals(sorting, row, layer))
        return false;
    size_t slot = sorting->slot_of_layer[layer];
    if (slot != NONE)
        sorting->source->observed_row[number * sorting->source->observations + slot] = row;
    sorting->last_layer[number] = layer;
    sorting->last_row[number] = row;
    return true;
}

/* ---- the whole ---- */

static Sorting new_sorting(Source *source, size_t trajectory, size_t time)
{
    const DatasetOptions *options = source->options;
    size_t rows = source->table->rows, layers = options->layers;
    Sorting sorting = {.source = source,
                       .table = source->table,
                       .trajectory = trajectory,
                       .time = time,
                       .grid = grid_new(source->arena, layers, options->start, options->steps),
                       .slot_of_layer = ARENA_ARRAY(source->arena, layers + 1, size_t),
                       .of_row = ARENA_ARRAY(source->arena, rows, size_t),
                       .first_row = ARENA_ARRAY(source->arena, rows, size_t)};
    for (size_t n = 0; n <= layers; n++)
        sorting.slot_of_layer[n] = NONE;
    for (size_t m = 0; m < source->observations; m++)
        sorting.slot_of_layer[options->observed[m]] = m;
    return sorting;
}

/* What the rows fill in, once the trajectories are counted. */
static void reserve(Sorting *sorting)
{
    Source *source = sorting->source;
    Arena *arena = source->arena;
    size_t count = sorting->count, slots = count * source->observations;
    const DatasetOptions *options = source->options;
    source->samples = count;
    source->row = sorting->first_row;
    source->of_row = sorting->of_row;
    source->observed_row = ARENA_ARRAY(arena, slots, size_t);
    for (size_t i = 0; i < slots; i++)
        source->observed_row[i] = SOURCE_NO_ROW;
    if (options->signal_width)
        source->signal = arena_array(arena, count * options->signal_rows, options->signal_width * sizeof(double));
    sorting->last_row = ARENA_ARRAY(arena, count, size_t);
    sorting->last_layer = ARENA_ARRAY(arena, count, size_t);
    for (size_t i = 0; i < count; i++)
        sorting->last_layer[i] = NONE;
}

bool source_trajectories(Source *source, size_t trajectory, size_t time)
{
    const Table *table = source->table;
    Sorting sorting = new_sorting(source, trajectory, time);
    if (time < table->columns && !grid_runs(&sorting.grid))
        return diagnostics_error(source->diagnostics, table_header_place(table, time),
                                 "a column of times needs steps that are all above or all below 0");
    if (trajectory < table->columns && !name_rows(&sorting))
        return false;
    if (trajectory == table->columns)
        sorting.count = table->rows > 0;
    reserve(&sorting);
    for (size_t row = 0; row < table->rows; row++)
        if (!take_row(&sorting, row))
            return false;
    for (size_t i = 0; source->signal && i < sorting.count; i++)
        if (sorting.last_layer[i] + 1 < source->options->signal_rows)
            return no_signals(&sorting, sorting.last_row[i], sorting.last_layer[i] + 1);
    return true;
}

/* ---- the cells of columns that are scaled ---- */

/* Which column of cells the table's column is: a new one, unless there is one of it. */
static size_t cell_column(size_t *columns, size_t *count, size_t column)
{
    size_t k = 0;
    while (k < *count && columns[k] != column)
        k++;
    columns[k] = column;
    *count += k == *count;
    return k;
}

static const size_t *cell_columns(Arena *arena, size_t *columns, size_t *count, size_t chosen, const size_t *of)
{
    size_t *places = ARENA_ARRAY(arena, chosen, size_t);
    for (size_t i = 0; i < chosen; i++)
        places[i] = cell_column(columns, count, of[i]);
    return places;
}

/* Where the rows of each trajectory are, when they stand one behind the other. */
static CellRows *cell_rows(const Source *source)
{
    CellRows *rows = ARENA_ARRAY(source->arena, source->samples, CellRows);
    for (size_t row = 0; row < source->table->rows; row++)
        rows[source->of_row[row]].count++;
    for (size_t i = 1; i < source->samples; i++)
        rows[i].first = rows[i - 1].first + rows[i - 1].count;
    return rows;
}

static bool read_cell(const Source *source, size_t row, size_t column, double *value)
{
    const TableField field = source->table->fields[row * source->table->columns + column];
    const CellKind kind = source_field(source, field, value);
    return kind == CELL_NUMBER || kind == CELL_MISSING ||
           diagnostics_error(source->diagnostics, table_place(source->table, row, column),
                             "%s is not %s, in column \"%s\", which is standardised with all its rows",
                             source_show_field(source->arena, field, kind == CELL_TEXT),
                             kind == CELL_TEXT ? "a number" : "finite", source->table->names[column]);
}

bool source_cells(Source *source)
{
    const DatasetOptions *options = source->options;
    if (!source->of_row || (options->trained && intake_scales(&options->trained->scales)) ||
        !(options->standardized || options->labels_standardized))
        return true;
    Arena *arena = source->arena;
    const size_t labels = options->classes ? 0 : source->labels, rows = source->table->rows;
    const size_t most = source->features + options->signal_width + labels;
    size_t *columns = ARENA_ARRAY(arena, most, size_t), *next = ARENA_ARRAY(arena, source->samples, size_t);
    Cells *cells = ARENA_NEW(arena, Cells);
    cells->features = cell_columns(arena, columns, &cells->columns, source->features, source->feature_columns);
    cells->signals = cell_columns(arena, columns, &cells->columns, options->signal_width, source->signal_columns);
    cells->labels = labels ? cell_columns(arena, columns, &cells->columns, labels, source->label_columns) : NULL;
    double *values = arena_array(arena, rows, cells->columns * sizeof *values);
    source->cell_rows = cell_rows(source);
    for (size_t row = 0; row < rows; row++) {
        const size_t sample = source->of_row[row];
        double *to = values + (source->cell_rows[sample].first + next[sample]++) * cells->columns;
        for (size_t k = 0; k < cells->columns; k++)
            if (!read_cell(source, row, columns[k], &to[k]))
                return false;
    }
    cells->values = values;
    source->cells = cells;
    return true;
}
