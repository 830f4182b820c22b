#include "gen/code/routine_text.h"

#include "gen/code/codelet.h"
#include "gen/code/loop.h"
#include "gen/code/operand.h"
#include "gen/graph/newton.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- kernel calls ---- */

static void begin_call(Printer *printer, const char *kernel)
{
    kernel_use(printer->use, kernel);
    text_format(printer->text, "    costate_%s(", kernel);
}

static void print_argument(Printer *printer, const Node *node)
{
    text_add(printer->text, ", ");
    if (node_is_shared_scalar(node))
        printer_scalar(printer, node);
    else
        printer_place(printer, node);
}

/* The memory of a value, also where it is a scalar. */
static void print_argument_place(Printer *printer, const Node *node)
{
    text_add(printer->text, ", ");
    printer_place(printer, node);
}

static void end_call(Printer *printer, const Node *node)
{
    text_add(printer->text, ");");
    bool named = node->label && node->op != OP_INPUT && printer->schedule->storage[node->id].residence == AT_SCRATCH;
    text_format(printer->text, named ? " /* %s */\n" : "\n", node->label);
}

static void print_elementwise(Printer *printer, const Node *node)
{
    begin_call(printer, operation_name(node->op));
    printer_count(printer, node);
    print_argument(printer, node);
    for (size_t i = 0; i < node->arg_count; i++)
        print_argument(printer, node->args[i]);
    end_call(printer, node);
}

/* The buffer of a scalar that a kernel computes; the second argument lies behind the first. */
static void print_scalar_buffer(Printer *printer, const Node *node, size_t argument)
{
    printer_place(printer, node);
    if (argument)
        text_format(printer->text, " + %zu", argument * schedule_reals(node, printer->schedule->block));
}

/* Kernels take arrays, so scalar arguments are spread first. */
static void print_scalar_elementwise(Printer *printer, const Node *node)
{
    const size_t reals = schedule_reals(node, printer->schedule->block);
    for (size_t i = 0; i < node->arg_count; i++) {
        begin_call(printer, "fill");
        text_format(printer->text, "%zu, ", reals);
        print_scalar_buffer(printer, node, i);
        print_argument(printer, node->args[i]);
        text_add(printer->text, ");\n");
    }
    begin_call(printer, operation_name(node->op));
    text_format(printer->text, "%zu", reals);
    print_argument_place(printer, node);
    for (size_t i = 0; i < node->arg_count; i++) {
        text_add(printer->text, ", ");
        print_scalar_buffer(printer, node, i);
    }
    end_call(printer, node);
}

static void print_scalar_arithmetic(Printer *printer, const Node *node)
{
    text_add(printer->text, "    ");
    printer_place(printer, node);
    text_add(printer->text, "[0] = ");
    printer_expression(printer, node);
    text_add(printer->text, ";\n");
}

static void print_linear(Printer *printer, const Node *node, const Node *coefficient, const Node *x)
{
    begin_call(printer, "linear");
    printer_count(printer, node);
    print_argument(printer, node);
    if (coefficient)
        print_argument(printer, coefficient);
    else
        text_add(printer->text, ", 1");
    print_argument(printer, x);
    print_argument(printer, combine_shift(node));
    end_call(printer, node);
}

/* Terms first .. last of the sum; from the second kernel on, the sum so far comes first. */
static void print_partial_sum(Printer *printer, const Node *node, size_t first, size_t last)
{
    size_t terms = last - first + (first > 0);
    begin_call(printer, text_print(printer->arena, "combine%zu", terms));
    printer_count(printer, node);
    print_argument(printer, node);
    if (first > 0) {
        text_add(printer->text, ", 1");
        print_argument(printer, node);
    }
    for (size_t k = first; k < last; k++) {
        print_argument(printer, combine_coefficient(node, k));
        print_argument(printer, combine_term(node, k));
    }
    end_call(printer, node);
}

static void print_combine(Printer *printer, const Node *node)
{
    size_t terms = combine_terms(node);
    if (terms == 1 && combine_shift(node)) {
        print_linear(printer, node, combine_coefficient(node, 0), combine_term(node, 0));
        return;
    }
    for (size_t first = 0; first < terms;) {
        size_t last = first + LONGEST_KERNEL_SUM - (first > 0);
        last = last < terms ? last : terms;
        print_partial_sum(printer, node, first, last);
        first = last;
    }
    if (combine_shift(node))
        print_linear(printer, node, NULL, node);
}

static void print_spread(Printer *printer, const Node *node)
{
    const Node *x = node->args[0];
    if (node_is_shared_scalar(x)) {
        begin_call(printer, "fill");
        printer_count(printer, node);
    } else {
        begin_call(printer, x->shape.varies ? "broadcast" : "spread");
        text_format(printer->text, "%zu", node->shape.rows);
    }
    print_argument(printer, node);
    print_argument(printer, x);
    end_call(printer, node);
}

static void print_product_call(Printer *printer, const Node *node)
{
    const Node *a = node->args[0], *x = node->args[1];
    if (node->shape.rows >= 8)
        kernel_use_section(printer->use, printer->schedule->rows ? "fold" : "product_eight");
    begin_call(printer, node->arg_count == 3 ? "affine" : operation_name(node->op));
    text_format(printer->text, "%zu, %zu", a->shape.rows, a->shape.cols);
    print_argument(printer, node);
    print_argument(printer, a);
    if (node->arg_count == 3)
        print_argument(printer, node->args[2]);
    print_argument(printer, x);
    end_call(printer, node);
}

static void print_row_kernel(Printer *printer, const Node *node)
{
    begin_call(printer, operation_name(node->op));
    text_format(printer->text, "%zu", node->args[0]->shape.rows);
    print_argument(printer, node);
    for (size_t i = 0; i < node->arg_count; i++)
        print_argument(printer, node->args[i]);
    end_call(printer, node);
}

/* Is the part of a concatenation that begins at a row where it belongs? */
static bool is_there(const Printer *printer, const Node *concat, const Node *part, size_t row)
{
    const Schedule *schedule = printer->schedule;
    bool by_loop = schedule->also[part->id] == concat && printer->loops && loop_takes(part);
    return (schedule->whole[part->id] == concat || by_loop) && schedule->whole_row[part->id] == row;
}

static void print_concat(Printer *printer, const Node *node)
{
    size_t row = 0;
    for (size_t i = 0; i < node->arg_count; i++) {
        const Node *part = node->args[i], *inner = part->op == OP_SPREAD ? part->args[0] : NULL;
        bool constant = inner && node_is_shared_scalar(inner);
        if (!is_there(printer, node, part, row)) {
            begin_call(printer, constant ? "fill" : "copy");
            printer_count(printer, part);
            print_argument(printer, node);
            printer_row(printer, row);
            print_argument(printer, constant ? inner : part);
            end_call(printer, node);
        }
        row += part->shape.rows;
    }
}

/* Of shared values. A scalar is an expression, and has no memory to be copied from. */
static void print_part(Printer *printer, const Node *node)
{
    const Node *x = node->args[0];
    bool pads = node->op == OP_PAD;
    if (pads) {
        begin_call(printer, "fill");
        printer_count(printer, node);
        print_argument(printer, node);
        text_add(printer->text, ", 0);\n");
    }
    if (node_is_shared_scalar(node) || node_is_shared_scalar(x)) {
        text_add(printer->text, "    ");
        printer_place(printer, node);
        text_format(printer->text, "[%zu] = ", pads ? node->from : 0);
        text_add(printer->text,
                 pads ? printer_scalar_text(printer, x)
                      : text_print(printer->arena, "%s[%zu]", printer_place_text(printer, x), node->from));
        text_add(printer->text, ";\n");
        return;
    }
    const Node *copied = pads ? x : node;
    begin_call(printer, "copy");
    text_format(printer->text, "%zu", copied->shape.rows * copied->shape.cols);
    print_argument(printer, node);
    if (pads)
        text_format(printer->text, " + %zu", node->from);
    print_argument(printer, x);
    if (!pads)
        text_format(printer->text, " + %zu", node->from);
    end_call(printer, node);
}

static void print_transpose(Printer *printer, const Node *node)
{
    begin_call(printer, operation_name(node->op));
    text_format(printer->text, "%zu, %zu", node->args[0]->shape.rows, node->args[0]->shape.cols);
    print_argument(printer, node);
    print_argument(printer, node->args[0]);
    end_call(printer, node);
}

/* The sum over samples of node (OP_REDUCE or OP_OUTER), added to what `target` points to. */
static void print_sample_sum(Printer *printer, const Node *node, const char *target)
{
    bool wide = node->op == OP_OUTER && node->shape.rows >= 4 && node->shape.cols >= 4;
    begin_call(printer, wide ? "outer_wide" : operation_name(node->op));
    text_format(printer->text, "%zu", node->shape.rows);
    if (node->op == OP_OUTER)
        text_format(printer->text, ", %zu", node->shape.cols);
    text_add(printer->text, ", ");
    printer_variable(printer, target);
    for (size_t i = 0; i < node->arg_count; i++)
        print_argument(printer, node->args[i]);
    text_add(printer->text, ");\n");
}

/* <x, y>: of varying vectors a kernel over rows; for shared tensors one that adds, so the target starts at 0. */
static void print_dot(Printer *printer, const Node *node)
{
    if (node->shape.varies) {
        print_row_kernel(printer, node);
        return;
    }
    const Shape *shape = &node->args[0]->shape;
    text_add(printer->text, "    ");
    printer_place(printer, node);
    text_add(printer->text, "[0] = 0;\n");
    begin_call(printer, "inner");
    text_format(printer->text, "%zu", shape->rows * shape->cols);
    print_argument_place(printer, node);
    print_argument(printer, node->args[0]);
    print_argument(printer, node->args[1]);
    end_call(printer, node);
}

static void print_square(Printer *printer, const Node *node)
{
    begin_call(printer, operation_name(node->op));
    text_format(printer->text, "%zu", node->shape.rows);
    print_argument(printer, node);
    end_call(printer, node);
}

static void print_load(Printer *printer, const Node *node)
{
    begin_call(printer, "copy");
    text_format(printer->text, "%zu", node->shape.rows * node->shape.cols);
    print_argument(printer, node);
    for (size_t i = 0; i < printer->schedule->routine->input_count; i++)
        if (printer->schedule->routine->inputs[i].node == node) {
            text_add(printer->text, ", ");
            printer_variable(printer, printer->schedule->routine->inputs[i].variable);
        }
    end_call(printer, node);
}

static void print_reduce_to_memory(Printer *printer, const Node *node)
{
    if (node_is_shared_scalar(node)) {
        text_add(printer->text, "    ");
        printer_place(printer, node);
        text_add(printer->text, "[0] = 0;\n");
    } else {
        begin_call(printer, "fill");
        text_format(printer->text, "%zu", schedule_reals(node, printer->schedule->block));
        print_argument_place(printer, node);
        text_add(printer->text, ", 0);\n");
    }
    print_sample_sum(printer, node, printer_place_text(printer, node));
}

/* ---- equations ---- */

/* The rows of the system whose factors these are. */
static size_t system_rows(const Node *factors)
{
    size_t n = 1;
    while (n * n + n < factors->shape.rows)
        n++;
    return n;
}

/* The entries of the matrix go where the factors will be, argument by argument. */
static void print_factor(Printer *printer, const Node *node)
{
    size_t n = system_rows(node), at = 0;
    for (size_t i = 0; i < node->arg_count; i++) {
        const Node *part = node->args[i], *inner = part->op == OP_SPREAD ? part->args[0] : NULL;
        bool constant = inner && node_is_shared_scalar(inner);
        begin_call(printer, constant ? "constants" : "entries");
        text_format(printer->text, "%zu, %zu", n, part->shape.rows);
        print_argument(printer, node);
        text_format(printer->text, ", %zu", at);
        print_argument(printer, constant ? inner : part);
        text_add(printer->text, ");\n");
        at += part->shape.rows;
    }
    begin_call(printer, operation_name(node->op));
    text_format(printer->text, "%zu", n);
    print_argument(printer, node);
    end_call(printer, node);
}

static void print_solve(Printer *printer, const Node *node)
{
    begin_call(printer, operation_name(node->op));
    text_format(printer->text, "%zu", node->shape.rows);
    print_argument(printer, node);
    print_argument(printer, node->args[SOLVE_SIDE]);
    print_argument(printer, node->args[SOLVE_FACTORS]);
    end_call(printer, node);
}

/* The arguments that all kernels of an equation begin with, and one more. */
static void print_equation_arguments(Printer *printer, const Node *node, const Node *last)
{
    text_format(printer->text, "%zu", node->args[NEWTON_IMAGE]->shape.rows);
    print_argument(printer, node);
    text_add(printer->text, ", ");
    printer_variable(printer, text_print(printer->arena, "t%zu", printer->schedule->aside[node->id].offset));
    print_argument(printer, last);
}

/* Is the matrix the same whatever is solved for? */
static bool is_affine(const Printer *printer, const Node *newton)
{
    return printer->schedule->equation[newton->args[NEWTON_FACTORS]->id] != newton;
}

static void print_begin(Printer *printer, const Node *node)
{
    begin_call(printer, "newton_begin");
    print_equation_arguments(printer, node, node->args[NEWTON_START]);
    text_format(printer->text, ", %d", is_affine(printer, node));
    text_format(printer->text, ");\n    for (;;) { /* Newton's method on the equation of %s */\n",
                node->label ? node->label : "an implicit value");
}

static void print_test(Printer *printer, const Node *node)
{
    kernel_use(printer->use, "newton_moves");
    text_add(printer->text, "    if (!costate_newton_moves(");
    print_equation_arguments(printer, node, node->args[NEWTON_IMAGE]);
    text_format(printer->text, ", %d))\n        break;\n", is_affine(printer, node));
}

static void print_end(Printer *printer, const Node *node)
{
    begin_call(printer, operation_name(node->op));
    print_equation_arguments(printer, node, node->args[NEWTON_FACTORS]);
    text_add(printer->text, ");\n");
}

static void print_compute(Printer *printer, const Node *node)
{
    if (schedule_is_arithmetic(node)) {
        print_scalar_arithmetic(printer, node);
        return;
    }
    switch (operation(node->op)->call) {
    case CALL_NONE: /* nothing is computed */
        break;
    case CALL_LOAD:
        print_load(printer, node);
        break;
    case CALL_SQUARE:
        print_square(printer, node);
        break;
    case CALL_ENTRIES:
        if (node_is_shared_scalar(node))
            print_scalar_elementwise(printer, node);
        else
            print_elementwise(printer, node);
        break;
    case CALL_ROWS:
        print_row_kernel(printer, node);
        break;
    case CALL_TRANSPOSE:
        print_transpose(printer, node);
        break;
    case CALL_PRODUCT:
        print_product_call(printer, node);
        break;
    case CALL_DOT:
        print_dot(printer, node);
        break;
    case CALL_COMBINE:
        print_combine(printer, node);
        break;
    case CALL_SPREAD:
        print_spread(printer, node);
        break;
    case CALL_CONCAT:
        print_concat(printer, node);
        break;
    case CALL_PART:
        print_part(printer, node);
        break;
    case CALL_FACTOR:
        print_factor(printer, node);
        break;
    case CALL_SOLVE:
        print_solve(printer, node);
        break;
    case CALL_NEWTON: /* has statements of its own */
        break;
    case CALL_SAMPLES:
        print_reduce_to_memory(printer, node);
        break;
    }
}

/* ---- results ---- */

static void print_shared_result(Printer *printer, const Node *node, const char *target, bool add)
{
    if (node_is_shared_scalar(node)) {
        text_add(printer->text, "    ");
        printer_variable(printer, target);
        text_add(printer->text, add ? "[0] += " : "[0] = ");
        printer_scalar(printer, node);
        text_add(printer->text, ";\n");
        return;
    }
    begin_call(printer, add ? "accumulate" : "copy");
    text_format(printer->text, "%zu, ", node->shape.rows * node->shape.cols);
    printer_variable(printer, target);
    print_argument(printer, node);
    text_add(printer->text, ");\n");
}

static void print_result(Printer *printer, const Statement *statement)
{
    const Node *node = statement->node;
    const RoutineResult *result = statement->result;
    bool direct = printer->schedule->storage[node->id].residence == AT_NOWHERE;
    if (result->kind == RESULT_BLOCK) {
        begin_call(printer, "copy");
        printer_count(printer, node);
        text_add(printer->text, ", ");
        printer_variable(printer, result->name);
        print_argument(printer, node);
        text_add(printer->text, ");\n");
    } else if (direct && operation(node->op)->call == CALL_SAMPLES) {
        print_sample_sum(printer, node, result->name);
    } else {
        print_shared_result(printer, node, result->name, result->kind != RESULT_STORE);
    }
}

static void print_statement(Printer *printer, const Statement *statement)
{
    switch (statement->kind) {
    case STATEMENT_COMPUTE:
        print_compute(printer, statement->node);
        break;
    case STATEMENT_BEGIN:
        print_begin(printer, statement->node);
        break;
    case STATEMENT_TEST:
        print_test(printer, statement->node);
        break;
    case STATEMENT_END:
        print_end(printer, statement->node);
        break;
    case STATEMENT_RESULT:
        print_result(printer, statement);
        break;
    }
}

/* The lines of text, each further in. */
static void add_indented(Text *text, const char *lines)
{
    for (const char *end; *lines; lines = end) {
        end = lines + strcspn(lines, "\n");
        end += *end == '\n';
        text_format(text, "    %.*s", (int)(end - lines), lines);
    }
}

/* Is a loop of `count` statements better than calls of kernels? Of one it is where lanes are rows, as the kernels of
 * functions take them one by one then, and where the value goes to two places. */
static bool is_looped(const Schedule *schedule, size_t first, size_t count)
{
    const Node *node = schedule->statements[first].node;
    return count > 1 || (count == 1 && ((schedule->rows && operation(node->op)->entry == ENTRY_FUNCTION) ||
                                        schedule->also[node->id]));
}

/* Statements from `first` to that of the given kind, if any, which is printed, too; returns how many. */
static size_t print_until(Printer *printer, size_t first, StatementKind last)
{
    const Schedule *schedule = printer->schedule;
    size_t s = first;
    for (size_t count; s < schedule->count; s += count) {
        const Statement *statement = &schedule->statements[s];
        count = printer->loops ? loop_length(schedule, s) : 0;
        if (is_looped(schedule, s, count))
            loop_print(printer, s, count);
        else
            print_statement(printer, statement);
        count += count == 0;
        if (statement->kind == last)
            return s + count - first;
        if (statement->kind != STATEMENT_BEGIN)
            continue;
        Text body = text_new(printer->arena);
        Printer inner = *printer;
        inner.text = &body;
        count += print_until(&inner, s + count, STATEMENT_END);
        add_indented(printer->text, body.data);
        text_add(printer->text, "    }\n");
    }
    return s - first;
}

bool routine_text_is_codelet(const Network *network, const Schedule *schedule, Form form)
{
    if ((form != FORM_BEST && form != FORM_CODELETS) || !codelet_fits(network->graph, schedule))
        return false;
    return form == FORM_CODELETS || codelet_wins(schedule);
}

/* ---- the function ---- */

/* " + 4 * layer", " + 4 * (layer / 5)" where a value spans five; nothing where all layers have the same place. */
static void print_layer(Printer *printer, const Location *location)
{
    if (!location->span)
        return;
    if (location->stride == 1)
        text_add(printer->text, " + ");
    else
        text_format(printer->text, " + %zu * ", location->stride);
    text_add(printer->text, location->span > 1 ? "(" : "");
    printer_variable(printer, location->layer);
    if (location->span > 1)
        text_format(printer->text, " / %zu)", location->span);
}

static void print_location(Printer *printer, const Location *location)
{
    printer_variable(printer, location->array);
    if (location->offset)
        text_format(printer->text, " + %zu", location->offset);
    print_layer(printer, location);
}

static void print_scalar_location(Printer *printer, const Location *location)
{
    printer_variable(printer, location->array);
    text_format(printer->text, "[%zu", location->offset);
    print_layer(printer, location);
    text_add(printer->text, "]");
}

static void declare_inputs(Printer *printer)
{
    const Routine *routine = printer->schedule->routine;
    for (size_t i = 0; i < routine->input_count; i++) {
        const RoutineInput *input = &routine->inputs[i];
        if (!input->location.array || !kernel_use_has(printer->variables, input->variable))
            continue;
        bool scalar = node_is_shared_scalar(input->node);
        text_format(printer->text, "    const costate_real %s%s = ", scalar ? "" : "*const ", input->variable);
        if (scalar)
            print_scalar_location(printer, &input->location);
        else
            print_location(printer, &input->location);
        text_add(printer->text, ";\n");
    }
}

static void declare_record(Printer *printer)
{
    bool writes = printer->schedule->routine->record == RECORD_WRITE;
    for (size_t id = 0; id < graph_size(printer->network->graph); id++) {
        const Storage *storage = &printer->schedule->storage[id];
        if (storage->residence != AT_RECORD || printer->schedule->whole[id])
            continue;
        const char *name = printer_record(graph_at(printer->network->graph, id), storage, printer->arena);
        if (!kernel_use_has(printer->variables, name))
            continue;
        text_format(printer->text, "    %scostate_real *const %s = ", writes ? "" : "const ", name);
        printer_variable(printer, "record");
        printer_row(printer, storage->offset);
        text_add(printer->text, ";\n");
    }
}

static void declare_results(Printer *printer)
{
    const Routine *routine = printer->schedule->routine;
    for (size_t i = 0; i < routine->result_count; i++) {
        const RoutineResult *result = &routine->results[i];
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || !strcmp(routine->results[k].name, result->name);
        if (!result->location.array || again || !kernel_use_has(printer->variables, result->name))
            continue;
        text_format(printer->text, "    costate_real *const %s = ", result->name);
        print_location(printer, &result->location);
        text_add(printer->text, ";\n");
    }
}

static void declare_scratch(Printer *printer)
{
    for (size_t row = 0; row < printer->schedule->scratch_rows; row++) {
        const char *name = text_print(printer->arena, "t%zu", row);
        if (!kernel_use_has(printer->variables, name))
            continue;
        text_format(printer->text, "    costate_real *const %s = ", name);
        printer_variable(printer, "scratch");
        printer_row(printer, row);
        text_add(printer->text, ";\n");
    }
}

/* What neither the declarations nor the body mention. */
static void silence_unused(Printer *printer, const Routine *routine)
{
    for (size_t i = 0; i < routine->parameter_count; i++) {
        const char *name = routine->parameters[i].name;
        if (!kernel_use_has(printer->variables, name))
            text_format(printer->text, "    (void)%s;\n", name);
    }
}

static void print_signature(Printer *printer, const Routine *routine)
{
    text_format(printer->text, "/* %s */\nCOSTATE_ROUTINE void costate_%s(", routine->comment, routine->name);
    for (size_t i = 0; i < routine->parameter_count; i++) {
        const RoutineParameter *parameter = &routine->parameters[i];
        text_add(printer->text, i ? ", " : "");
        if (parameter->role == ROLE_LAYER)
            text_format(printer->text, "size_t %s", parameter->name);
        else
            text_format(printer->text, "%scostate_real *%s", parameter->constant ? "const " : "", parameter->name);
    }
    text_add(printer->text, ")\n{\n");
}

void routine_text_print(Text *text, const Network *network, const Schedule *schedule, Form form, KernelUse *use)
{
    Text body = text_new(text->arena), declarations = text_new(text->arena);
    KernelUse variables = {.arena = text->arena};
    Printer printer = {&body, network, schedule, use, &variables, text->arena, form != FORM_CALLS};
    if (routine_text_is_codelet(network, schedule, form))
        codelet_print(&printer, print_statement);
    else
        print_until(&printer, 0, STATEMENT_END);
    printer.text = &declarations;
    declare_inputs(&printer);
    declare_record(&printer);
    declare_results(&printer);
    declare_scratch(&printer);
    printer.text = text;
    print_signature(&printer, schedule->routine);
    text_add(text, declarations.data);
    silence_unused(&printer, schedule->routine);
    if (declarations.length && body.length)
        text_add(text, "\n");
    text_add(text, body.data);
    text_add(text, "}\n\n");
}
