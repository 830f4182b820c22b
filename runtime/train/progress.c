#include "runtime/train/progress.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double terminal_interval = 0.1, plain_interval = 5.0;

/* The line while it grows; full once a field did not fit. */
typedef struct {
    char *text;
    size_t length, width;
    bool full;
} Line;

static void add_field(Line *line, const char *field)
{
    const char *gap = line->length ? "  " : "";
    size_t length = strlen(gap) + strlen(field);
    line->full = line->full || line->length + length > line->width;
    if (line->full)
        return;
    line->length += (size_t)snprintf(line->text + line->length, PROGRESS_WIDEST - line->length, "%s%s", gap, field);
}

static void add_time_left(Line *line, double seconds)
{
    char field[40];
    unsigned long left = seconds < 1e9 ? (unsigned long)(seconds + 0.5) : 1000000000ul;
    if (left >= 3600)
        snprintf(field, sizeof field, "%lu:%02lu:%02lu left", left / 3600, left / 60 % 60, left % 60);
    else
        snprintf(field, sizeof field, "%lu:%02lu left", left / 60, left % 60);
    add_field(line, field);
}

/* Rate and time left are known once something has been done. */
static void add_speed(Line *line, const Progress *progress, size_t iteration, double seconds)
{
    double elapsed = seconds - progress->start;
    if (iteration <= progress->first || elapsed <= 0.0)
        return;
    char field[40];
    double rate = (double)(iteration - progress->first) / elapsed;
    snprintf(field, sizeof field, rate < 100.0 ? "%.3g/s" : "%.0f/s", rate);
    add_field(line, field);
    if (iteration < progress->total)
        add_time_left(line, (double)(progress->total - iteration) / rate);
}

size_t progress_line(const Progress *progress, const TraceRow *row, double seconds, size_t width,
                     char text[PROGRESS_WIDEST])
{
    Line line = {text, 0, width, false};
    char field[80];
    text[0] = '\0';
    snprintf(field, sizeof field, "%zu/%zu", row->iteration, progress->total);
    add_field(&line, field);
    snprintf(field, sizeof field, "objective %.6g", row->training.objective);
    add_field(&line, field);
    if (progress->accuracy) {
        snprintf(field, sizeof field, "%s %.4g", progress->accuracy, row->training.accuracy);
        add_field(&line, field);
    }
    if (progress->test) {
        snprintf(field, sizeof field, "test %.4g", progress->accuracy ? row->test.accuracy : row->test.objective);
        add_field(&line, field);
    }
    add_speed(&line, progress, row->iteration, seconds);
    return line.length;
}

/* One column stays free: a full last column makes some terminals wrap. */
static size_t terminal_width(FILE *stream)
{
    struct winsize size = {0};
    size_t columns = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
    return columns < PROGRESS_WIDEST ? columns - 1 : PROGRESS_WIDEST - 1;
}

/* Blanks cover what a longer line left behind. */
static void write_line(Progress *progress, const TraceRow *row, double seconds)
{
    char line[PROGRESS_WIDEST];
    size_t width = progress->terminal ? terminal_width(progress->stream) : PROGRESS_WIDEST - 1;
    size_t length = progress_line(progress, row, seconds, width, line);
    size_t left_over = progress->length > length ? progress->length - length : 0;
    if (progress->terminal)
        fprintf(progress->stream, "\r%s%*s", line, (int)(left_over < width - length ? left_over : width - length), "");
    else
        fprintf(progress->stream, "%s\n", line);
    fflush(progress->stream);
    progress->length = length;
    progress->shown = seconds;
    progress->iteration = row->iteration;
}

Progress progress_start(FILE *stream, bool test, const char *accuracy, size_t total, const TraceRow *row,
                        double seconds)
{
    Progress progress = {.stream = stream,
                         .terminal = isatty(fileno(stream)),
                         .test = test,
                         .accuracy = accuracy,
                         .first = row->iteration,
                         .total = total,
                         .start = seconds};
    write_line(&progress, row, seconds);
    return progress;
}

void progress_show(Progress *progress, const TraceRow *row, double seconds)
{
    if (seconds - progress->shown >= (progress->terminal ? terminal_interval : plain_interval))
        write_line(progress, row, seconds);
}

void progress_end(Progress *progress, const TraceRow *row, double seconds)
{
    if (progress->terminal || row->iteration != progress->iteration)
        write_line(progress, row, seconds);
    if (progress->terminal)
        fputc('\n', progress->stream);
    fflush(progress->stream);
}
