#include "runtime/train/trace.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static Arena *arena;
static Diagnostics *diagnostics;

static void setup(void)
{
    arena = arena_new();
    diagnostics = diagnostics_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

TestSuite(trace, .init = setup, .fini = teardown);

static const char *messages(void)
{
    Text text = text_new(arena);
    diagnostics_print(diagnostics, &text);
    return text.data;
}

static TraceRow row(size_t iteration, double objective)
{
    return (TraceRow){iteration, 0.1, {objective, 0.5}, {objective + 1.0, 0.25}};
}

static Trace *read(const char *data, bool test, size_t last)
{
    return trace_read(arena, diagnostics, "run/trace.csv", data, strlen(data), "accuracy", test, last);
}

static void expect_error(const char *data, bool test, size_t last, const char *message)
{
    teardown();
    setup();
    cr_expect_null(read(data, test, last));
    cr_expect_str_eq(messages(), message);
}

Test(trace, text_without_a_test_set)
{
    Trace *trace = trace_new(arena, "accuracy", false);
    trace_add(trace, &(TraceRow){0, 0.05, {145.42507524829227, 0.5}, {0.0, 0.0}});
    trace_add(trace, &(TraceRow){1, 0.0125, {1e-9, 1.0 / 3.0}, {0.0, 0.0}});
    cr_expect_str_eq(trace->text.data, "iteration,objective,step,accuracy\n"
                                       "0,145.42507524829227,0.05,0.5\n"
                                       "1,1e-09,0.0125,0.3333333333333333\n");
}

Test(trace, text_with_a_test_set)
{
    Trace *trace = trace_new(arena, "accuracy", true);
    trace_add(trace, &(TraceRow){0, 0.1, {2.5, 0.5}, {-NAN, 1}});
    cr_expect_str_eq(trace->text.data, "iteration,objective,step,accuracy,test_objective,test_accuracy\n"
                                       "0,2.5,0.1,0.5,nan,1\n");
}

Test(trace, reads_what_it_wrote)
{
    for (int test = 0; test < 2; test++) {
        Trace *trace = trace_new(arena, "accuracy", test);
        for (size_t i = 0; i < 200; i++) {
            TraceRow next = row(i, sin((double)i) / 3.0);
            if (i == 17)
                next.test.objective = INFINITY;
            trace_add(trace, &next);
        }
        Trace *again = read(trace->text.data, test, 199);
        cr_assert_not_null(again);
        cr_expect_eq(again->count, 200);
        cr_expect_str_eq(again->text.data, trace->text.data);
        cr_expect_eq(again->rows[17].training.objective, sin(17.0) / 3.0);
    }
}

Test(trace, rows_behind_the_last_are_ignored)
{
    Trace *trace = read("iteration,objective,step,accuracy\n0,3,1,0\n1,2,1,0\n2,nonsense", false, 1);
    cr_assert_not_null(trace);
    cr_expect_eq(trace->count, 2);
    cr_expect_str_eq(trace->text.data, "iteration,objective,step,accuracy\n0,3,1,0\n1,2,1,0\n");
}

Test(trace, best_row)
{
    Trace *trace = trace_new(arena, "accuracy", false), *with_test = trace_new(arena, "accuracy", true);
    cr_expect_null(trace_best(trace));
    const double objectives[] = {3.0, 1.0, 2.0, 1.0};
    for (size_t i = 0; i < 4; i++) {
        TraceRow next = row(i, objectives[i]);
        trace_add(trace, &next);
        next.test.objective = i == 0 ? NAN : -objectives[i];
        trace_add(with_test, &next);
    }
    cr_expect_eq(trace_best(trace)->iteration, 1);
    cr_expect_eq(trace_best(with_test)->iteration, 2);
}

Test(trace, errors)
{
    const char *header = "iteration,objective,step,accuracy\n";
    expect_error("", false, 0, "run/trace.csv:1: the header should be \"iteration,objective,step,accuracy\"\n");
    expect_error(header, true, 0,
                 "run/trace.csv:1: the header should be "
                 "\"iteration,objective,step,accuracy,test_objective,test_accuracy\"\n");
    expect_error("iteration,objective,step,accuracy\n0,1,1,1\n", false, 1,
                 "run/trace.csv:3: the file ends before iteration 1\n");
    expect_error("iteration,objective,step,accuracy\n0,1,1,1", false, 0,
                 "run/trace.csv:2: the file ends before iteration 0\n");
    expect_error("iteration,objective,step,accuracy\n0,1,1\n", false, 0,
                 "run/trace.csv:2: 3 values where there should be 4\n");
    expect_error("iteration,objective,step,accuracy\n0,1,1,1,\n", false, 0,
                 "run/trace.csv:2: 5 values where there should be 4\n");
    expect_error("iteration,objective,step,accuracy\n\n", false, 0, "run/trace.csv:2: \"\" is not a number\n");
    expect_error("iteration,objective,step,accuracy\n0,1,1,1\r\n", false, 0,
                 "run/trace.csv:2: \"1?\" is not a number\n");
    expect_error("iteration,objective,step,accuracy\n0,none,1,1\n", false, 0,
                 "run/trace.csv:2: \"none\" is not a number\n");
    expect_error("iteration,objective,step,accuracy\n0,1,1,1\n2,1,1,1\n", false, 1,
                 "run/trace.csv:3: this should be iteration 1\n");
}

Test(trace, measures)
{
    static const struct {
        const char *measure, *header, *row;
        bool test;
    } cases[] = {{"rmse", "iteration,objective,step,rmse", "0,3,1,0.5", false},
                 {"rmse", "iteration,objective,step,rmse,test_objective,test_rmse", "0,3,1,0.5,4,0.25", true},
                 {NULL, "iteration,objective,step", "0,3,1", false},
                 {NULL, "iteration,objective,step,test_objective", "0,3,1,4", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Trace *trace = trace_new(arena, cases[i].measure, cases[i].test);
        trace_add(trace, &(TraceRow){0, 1, {3, 0.5}, {4, 0.25}});
        const char *text = text_print(arena, "%s\n%s\n", cases[i].header, cases[i].row);
        cr_expect_str_eq(trace->text.data, text);
        Trace *again = trace_read(arena, diagnostics, "t.csv", text, strlen(text), cases[i].measure, cases[i].test, 0);
        cr_assert_not_null(again, "%s", messages());
        cr_expect_str_eq(again->text.data, text);
    }
}

/* Runs of an older version called every measure accuracy, and wrote zeros where there was none. */
Test(trace, older_headers)
{
    static const char text[] = "iteration,objective,step,accuracy,test_objective,test_accuracy\n0,3,1,0.5,4,0.25\n";
    Trace *trace = trace_read(arena, diagnostics, "t.csv", text, sizeof text - 1, "rmse", true, 0);
    cr_assert_not_null(trace, "%s", messages());
    cr_expect_str_eq(trace->text.data, "iteration,objective,step,rmse,test_objective,test_rmse\n0,3,1,0.5,4,0.25\n");
    trace = trace_read(arena, diagnostics, "t.csv", text, sizeof text - 1, NULL, true, 0);
    cr_assert_not_null(trace, "%s", messages());
    cr_expect_str_eq(trace->text.data, "iteration,objective,step,test_objective\n0,3,1,4\n");
}

/* ---- the course ---- */

/* All of the first 64 iterations, every second to 128, every fourth to 256, ... */
Test(trace, a_course_has_few_of_many_iterations)
{
    size_t count = 0;
    for (size_t i = 0; i <= 64; i++)
        cr_expect(course_has(i));
    cr_expect(course_has(66) && !course_has(65) && course_has(132) && !course_has(130) && course_has(1 << 20));
    for (size_t i = 1 << 16; i < 1 << 17; i++)
        count += course_has(i);
    cr_expect_eq(count, COURSE_OCTAVE);
}

static Course *course(const char *text, size_t layers, size_t last)
{
    return course_read(arena, diagnostics, "run/course.csv", text, strlen(text), layers, last);
}

Test(trace, a_course_reads_back)
{
    Course *made = course_new(arena, 2);
    course_add(made, &(CourseRow){0, NAN, (double[]){0.1, 0.2}});
    course_add(made, &(CourseRow){1, 1.0 / 3, (double[]){0, -0.25}});
    cr_expect_str_eq(made->text.data, "iteration,gradient,h1,h2\n0,nan,0.1,0.2\n1,0.3333333333333333,0,-0.25\n");
    const Course *again = course(text_print(arena, "%s2,half a li", made->text.data), 2, 1);
    cr_assert(again, "%s", messages());
    cr_expect_str_eq(again->text.data, made->text.data);
    cr_expect(again->count == 2 && isnan(again->rows[0].gradient) && again->rows[1].steps[1] == -0.25);
    Text long_run = text_new(arena);
    text_add(&long_run, "iteration,gradient\n");
    for (size_t i = 0; i <= 1000; i++)
        if (course_has(i))
            text_format(&long_run, "%zu,1\n", i);
    cr_expect_eq(course(long_run.data, 0, 1000)->text.length, long_run.length);
    cr_expect_eq(course(long_run.data, 0, 99)->rows[course(long_run.data, 0, 99)->count - 1].iteration, 98);
}

Test(trace, a_course_that_is_damaged)
{
    static const char *const cases[][2] = {
        {"iteration,gradient,h1\n", "run/course.csv:1: the header should be \"iteration,gradient\"\n"},
        {"iteration,gradient\n0,nan\n2,1\n", "run/course.csv:3: this should be iteration 1\n"},
        {"iteration,gradient\n0,nan\n1,x\n", "run/course.csv:3: \"x\" is not a number\n"},
        {"iteration,gradient\n0\n", "run/course.csv:2: 1 values where there should be 2\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_null(course(cases[i][0], 0, 5));
        cr_expect_str_eq(messages(), cases[i][1]);
        diagnostics = diagnostics_new(arena);
    }
}
