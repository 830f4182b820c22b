#include "runtime/train/progress.h"

#include <criterion/criterion.h>
#include <string.h>

/* What was written to a stream so far. */
static const char *written(FILE *stream, char *buffer, size_t size)
{
    rewind(stream);
    buffer[fread(buffer, 1, size - 1, stream)] = '\0';
    return buffer;
}

static TraceRow row(size_t iteration)
{
    return (TraceRow){iteration, 0.1, {12.5, 0.5}, {3.0, 0.25}};
}

static void expect_line(const Progress *progress, size_t iteration, double seconds, size_t width, const char *expected)
{
    char line[PROGRESS_WIDEST];
    TraceRow at = row(iteration);
    size_t length = progress_line(progress, &at, seconds, width, line);
    cr_expect_str_eq(line, expected);
    cr_expect_eq(length, strlen(expected));
}

Test(progress, fields)
{
    Progress progress = {.accuracy = "accuracy", .total = 1000, .start = 2.0};
    expect_line(&progress, 0, 2.0, 100, "0/1000  objective 12.5  accuracy 0.5");
    expect_line(&progress, 100, 4.0, 100, "100/1000  objective 12.5  accuracy 0.5  50/s  0:18 left");
    expect_line(&progress, 1, 22.0, 100, "1/1000  objective 12.5  accuracy 0.5  0.05/s  5:33:00 left");
    expect_line(&progress, 1000, 2.5, 100, "1000/1000  objective 12.5  accuracy 0.5  2000/s");
    progress.test = true;
    progress.accuracy = "RMSE";
    expect_line(&progress, 0, 2.0, 100, "0/1000  objective 12.5  RMSE 0.5  test 0.25");
    progress.first = 100;
    expect_line(&progress, 100, 9.0, 100, "100/1000  objective 12.5  RMSE 0.5  test 0.25");
    progress.accuracy = NULL;
    expect_line(&progress, 100, 9.0, 100, "100/1000  objective 12.5  test 3");
}

Test(progress, fits_the_width)
{
    Progress progress = {.accuracy = "accuracy", .total = 1000, .start = 2.0};
    expect_line(&progress, 100, 4.0, 51, "100/1000  objective 12.5  accuracy 0.5  50/s");
    expect_line(&progress, 100, 4.0, 38, "100/1000  objective 12.5  accuracy 0.5");
    expect_line(&progress, 100, 4.0, 37, "100/1000  objective 12.5");
    expect_line(&progress, 100, 4.0, 5, "");
}

Test(progress, plain_lines_are_rare)
{
    char buffer[1000];
    FILE *stream = tmpfile();
    TraceRow rows[] = {row(0), row(1), row(2), row(3), row(4)};
    Progress progress = progress_start(stream, false, "accuracy", 4, &rows[0], 0.0);
    cr_expect_not(progress.terminal);
    progress_show(&progress, &rows[1], 1.0);
    progress_show(&progress, &rows[2], 6.0);
    progress_show(&progress, &rows[3], 6.1);
    progress_show(&progress, &rows[4], 6.2);
    progress_end(&progress, &rows[4], 8.0);
    cr_expect_str_eq(written(stream, buffer, sizeof buffer), "0/4  objective 12.5  accuracy 0.5\n"
                                                             "2/4  objective 12.5  accuracy 0.5  0.333/s  0:06 left\n"
                                                             "4/4  objective 12.5  accuracy 0.5  0.5/s\n");
    fclose(stream);
}

Test(progress, the_last_line_is_not_repeated)
{
    char buffer[1000];
    FILE *stream = tmpfile();
    TraceRow start = row(0);
    Progress progress = progress_start(stream, false, "accuracy", 4, &start, 0.0);
    progress_end(&progress, &start, 1.0);
    cr_expect_str_eq(written(stream, buffer, sizeof buffer), "0/4  objective 12.5  accuracy 0.5\n");
    fclose(stream);
}

/* A terminal's line is rewritten, at most ten times a second, and blanks cover the rest of a longer one. */
Test(progress, a_terminal_rewrites_its_line)
{
    char buffer[1000];
    FILE *stream = tmpfile();
    TraceRow first = row(0), next = row(1), last = row(2);
    last.training.objective = 1.0;
    Progress progress = progress_start(stream, false, "accuracy", 2, &first, 0.0);
    rewind(stream);
    progress.terminal = true;
    progress_show(&progress, &next, 0.05);
    progress_show(&progress, &next, 0.25);
    progress_end(&progress, &last, 0.5);
    cr_expect_str_eq(written(stream, buffer, sizeof buffer), "\r1/2  objective 12.5  accuracy 0.5  4/s  0:00 left"
                                                             "\r2/2  objective 1  accuracy 0.5  4/s              \n");
    fclose(stream);
}
