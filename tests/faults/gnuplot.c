/* gnuplot: what stands in for it where the pictures do not matter and hundreds of runs would wait for them: each output
 * of the script gets a line and the end that its format has. It allocates nothing. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *terminal, *picture;
} formats[] = {{"set terminal svg", "<svg>\n</svg>\n\n"},
               {"set terminal png", "PNG IEND\xae"
                                    "B`\x82"},
               {"set terminal gif", "GIF;"}};
enum { FORMATS = sizeof formats / sizeof *formats };

static const char *begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0 ? line + strlen(with) : NULL;
}

/* Takes one line; *picture is what the next output gets. */
static int take(const char *line, const char **picture)
{
    const char *descriptor = begins(line, "set output '/dev/fd/");
    for (size_t i = 0; i < FORMATS; i++)
        if (begins(line, formats[i].terminal))
            *picture = formats[i].picture;
    if (!descriptor)
        return 1;
    const size_t size = strlen(*picture);
    return write((int)strtol(descriptor, NULL, 10), *picture, size) == (ssize_t)size;
}

int main(void)
{
    static char line[1 << 10];
    const char *picture = "";
    size_t length = 0;
    char next[1 << 12];
    for (ssize_t count; (count = read(STDIN_FILENO, next, sizeof next)) > 0;)
        for (ssize_t i = 0; i < count; i++) {
            line[length] = next[i] == '\n' ? '\0' : next[i];
            length += length + 1 < sizeof line;
            if (next[i] != '\n')
                continue;
            if (!take(line, &picture))
                return 1;
            length = 0;
        }
    return 0;
}
