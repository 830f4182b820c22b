#include "tests/unit/specs.h"
#include "tests/unit/variety.h"

TestSuite(schedule, .init = fixture_open, .fini = fixture_close);

/* A row of a value; of the concatenation, where the value lies in one. */
typedef struct {
    const Node *node;
    size_t row;
} Cell;

/* What lies where while a schedule runs: by row of scratch memory and record, and by C variable. */
typedef struct {
    const Schedule *schedule;
    Cell *scratch, *record;
    const char *variables[256];
    const Node *held[256];
    size_t variable_count;
    const char *name;
} Machine;

static size_t rows_of(const Machine *machine, const Node *node)
{
    return schedule_rows(node, machine->schedule->block);
}

static const Storage *storage_of(const Machine *machine, const Node *node)
{
    return &machine->schedule->storage[node->id];
}

static Cell cell_of(const Machine *machine, const Node *node, size_t row)
{
    const Schedule *schedule = machine->schedule;
    for (; schedule->whole[node->id]; node = schedule->whole[node->id])
        row += schedule->whole_row[node->id];
    return (Cell){node, row};
}

static const Node **variable(Machine *machine, const char *name)
{
    for (size_t i = 0; i < machine->variable_count; i++)
        if (strcmp(machine->variables[i], name) == 0)
            return &machine->held[i];
    cr_assert_lt(machine->variable_count, 256);
    machine->variables[machine->variable_count] = name;
    return &machine->held[machine->variable_count++];
}

static Machine machine_new(const Network *network, const Schedule *schedule, const Record *record)
{
    const Routine *routine = schedule->routine;
    Machine machine = {.schedule = schedule, .name = routine->name};
    machine.scratch = ARENA_ARRAY(arena, schedule->scratch_rows + 1, Cell);
    machine.record = ARENA_ARRAY(arena, record->rows, Cell);
    for (size_t i = 0; i < routine->input_count; i++)
        *variable(&machine, routine->inputs[i].variable) = routine->inputs[i].node;
    for (size_t id = 0; routine->record == RECORD_READ && id < graph_size(network->graph); id++)
        for (size_t row = 0; record->taped[id] && row < graph_at(network->graph, id)->shape.rows; row++)
            machine.record[record->offsets[id] + row] = cell_of(&machine, graph_at(network->graph, id), row);
    return machine;
}

/* The memory of a residence, as what its rows hold; NULL for a variable. */
static Cell *rows_at(Machine *machine, const Storage *storage)
{
    return storage->residence == AT_SCRATCH  ? machine->scratch
           : storage->residence == AT_RECORD ? machine->record
                                             : NULL;
}

static void assert_held(Machine *machine, const Node *node)
{
    const Storage *storage = storage_of(machine, node);
    const Cell *rows = rows_at(machine, storage);
    if (!rows)
        cr_assert_eq(*variable(machine, storage->name), cell_of(machine, node, 0).node, "%s: %%%zu is not in %s",
                     machine->name, node->id, storage->name);
    for (size_t row = 0; rows && row < rows_of(machine, node); row++) {
        const Cell *there = &rows[storage->offset + row], cell = cell_of(machine, node, row);
        cr_assert(there->node == cell.node && there->row == cell.row,
                  "%s: %%%zu is read after another value took its place", machine->name, node->id);
    }
}

/* Visits what evaluating an argument reads from memory. */
static void visit(Machine *machine, const Node *arg, void (*read)(Machine *, const Node *arg, const Node *reader),
                  const Node *reader)
{
    if (arg->op == OP_CONSTANT)
        return;
    if (storage_of(machine, arg)->residence != AT_NOWHERE) {
        read(machine, arg, reader);
        return;
    }
    cr_assert(arg->op == OP_SLICE || (arg->shape.rank == 0 && !arg->shape.varies), "%s: %%%zu is nowhere",
              machine->name, arg->id);
    for (size_t i = 0; i < arg->arg_count; i++)
        visit(machine, arg->args[i], read, reader);
}

static void read_argument(Machine *machine, const Node *arg, const Node *reader)
{
    (void)reader;
    assert_held(machine, arg);
}

/* A result may lie exactly where an argument lies that one kernel reads entry by entry, or takes by value before it
 * writes, and nowhere else over one. */
static void assert_apart(Machine *machine, const Node *arg, const Node *reader)
{
    const Storage *from = storage_of(machine, arg), *to = storage_of(machine, reader);
    if (from->residence != to->residence || from->residence == AT_VARIABLE)
        return;
    bool overlap =
        from->offset < to->offset + rows_of(machine, reader) && to->offset < from->offset + rows_of(machine, arg);
    bool scalar = reader->shape.rank == 0 && !reader->shape.varies;
    bool direct = arg->shape.rank == 0 && !arg->shape.varies, one_kernel = operation_elementwise(reader->op);
    if (scalar && operation_elementwise(reader->op) == 2 && reader->op != OP_MUL && reader->op != OP_DIV)
        one_kernel = false; /* it spreads its arguments one after the other */
    for (size_t i = 0; i < reader->arg_count; i++)
        direct = direct || reader->args[i] == arg;
    if (reader->op == OP_COMBINE)
        one_kernel = combine_terms(reader) == 1 || (combine_terms(reader) <= 8 && !combine_shift(reader));
    bool in_place = (from->offset == to->offset && direct && one_kernel) ||
                    machine->schedule->whole[arg->id] == reader; /* where it belongs, as is held to be */
    cr_assert(!overlap || in_place, "%s: %%%zu overwrites its argument %%%zu", machine->name, reader->id, arg->id);
}

static void compute(Machine *machine, const Node *node)
{
    const Storage *storage = storage_of(machine, node);
    cr_assert_neq(storage->residence, AT_NOWHERE);
    for (size_t i = 0; node->op != OP_INPUT && i < node->arg_count; i++) {
        visit(machine, node->args[i], read_argument, node);
        visit(machine, node->args[i], assert_apart, node);
    }
    Cell *rows = rows_at(machine, storage);
    if (!rows)
        *variable(machine, storage->name) = cell_of(machine, node, 0).node;
    cr_assert(storage->residence != AT_SCRATCH ||
              storage->offset + rows_of(machine, node) <= machine->schedule->scratch_rows);
    for (size_t row = 0; rows && row < rows_of(machine, node); row++)
        rows[storage->offset + row] = cell_of(machine, node, row);
}

static void hand_over(Machine *machine, const Statement *statement)
{
    const Node *node = statement->node;
    if (storage_of(machine, node)->residence == AT_NOWHERE && (node->op == OP_REDUCE || node->op == OP_OUTER))
        for (size_t i = 0; i < node->arg_count; i++)
            visit(machine, node->args[i], read_argument, node);
    else
        visit(machine, node, read_argument, node);
    if (statement->result->kind == RESULT_BLOCK)
        *variable(machine, statement->result->name) = node;
}

/* Every result is handed over once, by a statement or by being computed in its place, where it is still at the end. */
static void assert_results(Machine *machine)
{
    const Schedule *schedule = machine->schedule;
    for (size_t i = 0; i < schedule->routine->result_count; i++) {
        const RoutineResult *result = &schedule->routine->results[i];
        const Storage *storage = storage_of(machine, result->node);
        size_t count = result->kind == RESULT_BLOCK && storage->residence == AT_VARIABLE &&
                       strcmp(storage->name, result->name) == 0;
        for (size_t s = 0; s < schedule->count; s++)
            count += schedule->statements[s].result == result;
        cr_assert_eq(count, 1, "%s: %s is handed over %zu times", machine->name, result->name, count);
        cr_assert(result->kind != RESULT_BLOCK || *variable(machine, result->name) == result->node);
    }
}

static void assert_taped(Machine *machine, const Network *network, const Record *record)
{
    for (size_t id = 0; id < graph_size(network->graph); id++)
        if (record->taped[id])
            assert_held(machine, graph_at(network->graph, id));
}

static void assert_sound(const Network *network, const Schedule *schedule, const Record *record)
{
    Machine machine = machine_new(network, schedule, record);
    for (size_t s = 0; s < schedule->count; s++) {
        const Statement *statement = &schedule->statements[s];
        if (statement->kind == STATEMENT_COMPUTE)
            compute(&machine, statement->node);
        else
            hand_over(&machine, statement);
    }
    assert_results(&machine);
    if (schedule->routine->record == RECORD_WRITE)
        assert_taped(&machine, network, record);
}

static void assert_all(const Network *network, size_t block)
{
    const Record records[] = {record_whole(network, ORDER_FIRST), record_lean(network, ORDER_FIRST)};
    for (size_t k = 0; k < 2; k++)
        for (size_t r = 0; r < ROUTINE_COUNT; r++) {
            if (!network->routines[r].name)
                continue;
            Schedule schedule = schedule_routine(network, &network->routines[r], &records[k], block);
            assert_sound(network, &schedule, &records[k]);
        }
}

Test(schedule, nothing_is_read_after_another_value_took_its_place)
{
    for (size_t k = 0; k < VARIETY; k++) {
        const Program *program = program_of(variety[k]);
        for (size_t block = 1; block <= 64; block *= 4) {
            assert_all(program->simplified, block);
            assert_all(program->network, block);
        }
    }
}

/* A sum whose shift is a computed scalar: the scalar's memory must outlast the sum, which is added last. */
Test(schedule, a_shift_outlasts_its_sum)
{
    const Program *program = program_of(
        "return network { inputs = 2, layers = 1, method = 'euler', controls = { a = vector(2), c = vector(2), g = "
        "scalar() },\n  field = function(y, u) return y * (sin(u.a + u.c + exp(u.g)) * u.a * u.c) end,\n"
        "  head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n");
    assert_all(program->simplified, 64);
}

Test(schedule, records_do_not_overlap)
{
    for (size_t k = 0; k < 2 * VARIETY; k++) {
        const Network *network = program_of(variety[k / 2])->simplified;
        const Record record = k % 2 ? record_lean(network, ORDER_FIRST) : record_whole(network, ORDER_FIRST);
        bool *taken = ARENA_ARRAY(arena, record.rows, bool);
        for (size_t id = 0; id < graph_size(network->graph); id++)
            for (size_t row = 0; record.taped[id] && row < graph_at(network->graph, id)->shape.rows; row++) {
                cr_assert_lt(record.offsets[id] + row, record.rows);
                cr_assert_not(taken[record.offsets[id] + row]);
                taken[record.offsets[id] + row] = true;
            }
        for (size_t row = 0; row < record.rows; row++)
            cr_assert(taken[row], "row %zu of the record is empty", row);
    }
}

/* Kutta(4) with tanh and its adjoint: Y_1 is the state itself, and the adjoint needs nothing of Y_2 .. Y_4 but what a
 * product with them takes. */
Test(schedule, the_record_of_kutta4)
{
    const Network *network = program_of(variety[0])->simplified;
    cr_assert_eq(record_whole(network, ORDER_FIRST).rows, 3 * 2 + 4 * 2);
}

static const Program *lotka_volterra(const char *predators)
{
    return program_of(text_print(arena,
                                 "return network { inputs = 2, layers = 3, method = 'kutta4', loss = 'squared',\n"
                                 "  controls = { r = vector(4) }, field = function(y, u)\n"
                                 "    return concat(y[1] * (u.r[1] - u.r[2] * %s), y[2] * (u.r[3] * y[1] - u.r[4]))\n"
                                 "  end }\n",
                                 predators));
}

/* Lotka and Volterra: the factors rate_1 - rate_2 y_2 and rate_3 y_1 - rate_4 are two operations of states, and what
 * remains are Y_2 .. Y_4. Vendored code records these alone, that of the calls everything; with an activation on the
 * way, or where an adjoint is no codelet, so does vendored code. */
Test(schedule, what_is_cheap_is_computed_again)
{
    const Program *program = lotka_volterra("y[2]");
    const Network *network = program->simplified;
    cr_expect_eq(record_whole(network, ORDER_FIRST).rows, 4 * 2 + 3 * 2);
    cr_expect_eq(record_lean(network, ORDER_FIRST).rows, 3 * 2);
    cr_expect_eq(program->blueprint->records[ORDER_FIRST].rows, 3 * 2);
    cr_expect_eq(blueprint_of_calls(arena, program->blueprint)->records[ORDER_FIRST].rows, 4 * 2 + 3 * 2);
    program = lotka_volterra("sin(y[2])");
    cr_expect_eq(program->blueprint->records[ORDER_FIRST].rows, record_whole(program->simplified, ORDER_FIRST).rows);
    cr_expect_eq(blueprint_of_calls(arena, program->blueprint), program->blueprint);
    program = program_of("return network { inputs = 9, layers = 3, method = 'kutta4', loss = 'squared',\n"
                         "  controls = { A = matrix(9, 9) }, field = function(y, u) return (u.A * y)^2 end }");
    cr_expect_eq(program->blueprint->records[ORDER_FIRST].rows, record_whole(program->simplified, ORDER_FIRST).rows);
    cr_expect_gt(record_whole(program->simplified, ORDER_FIRST).rows,
                 record_lean(program->simplified, ORDER_FIRST).rows);
}

Test(schedule, values_that_are_dead_give_their_memory_to_others)
{
    const Program *program = program_of(variety[0]);
    size_t computed = 0;
    const Schedule *schedule = &program->blueprint->schedules[ROUTINE_STEP_ADJOINT];
    for (size_t s = 0; s < schedule->count; s++)
        if (schedule->storage[schedule->statements[s].node->id].residence == AT_SCRATCH)
            computed += schedule->statements[s].node->shape.rows;
    cr_assert_lt(2 * schedule->scratch_rows, computed);
}

Test(schedule, the_dump_of_a_small_routine)
{
    Text text = text_new(arena);
    const Program *program = program_of(variety[0]);
    schedule_text(&text, &program->blueprint->schedules[ROUTINE_HEAD]);
    cr_assert_eq(strncmp(text.data, "  %", 3), 0, "%s", text.data);
}
