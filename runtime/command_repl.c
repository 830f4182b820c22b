/* costate repl, costate run. */
#include "console.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const Option repl_options[] = {{NULL, NULL, NULL}};

const Command command_repl = {"repl",
                              "[SPEC]",
                              "A Lua prompt for networks: change, train, look; type help there.",
                              "Lines are kept in ~/.costate_history, or in the file that COSTATE_HISTORY names.\n",
                              "echo 'net:tableau()' | costate repl specs/spiral.lua",
                              repl_options};

const Command command_run = {"run",
                             "SCRIPT.lua",
                             "Run a Lua script with the API of the prompt.",
                             NULL,
                             "echo 'net = load \"spiral\"; print(net:train { iterations = 100 })' > experiment.lua\n"
                             "  costate run experiment.lua",
                             repl_options};

/* ---- the line editor ---- */

typedef struct {
    Console *console;
    EditLine *editor;
    History *history;
    const char *file; /* of the history */
    bool more;        /* the line continues one before it */
} Prompt;

static Prompt *prompt_of(EditLine *editor)
{
    Prompt *prompt;
    el_get(editor, EL_CLIENTDATA, &prompt);
    return prompt;
}

static char *prompt_text(EditLine *editor)
{
    static char first[] = "> ", more[] = ">> ";
    return prompt_of(editor)->more ? more : first;
}

/* ^C: an empty line. */
static unsigned char cancel(EditLine *editor, int key)
{
    (void)key;
    const LineInfo *line = el_line(editor);
    el_cursor(editor, (int)(line->lastchar - line->cursor));
    el_deletestr(editor, (int)(line->lastchar - line->buffer));
    prompt_of(editor)->more = false;
    fputs("^C\n", stdout);
    return el_insertstr(editor, "\n") == 0 ? CC_NEWLINE : CC_ERROR;
}

static size_t common_length(const char *const *names)
{
    size_t length = strlen(names[0]);
    for (size_t i = 1; names[i]; i++)
        for (size_t k = 0; k < length; k++)
            if (names[i][k] != names[0][k])
                length = k;
    return length;
}

static unsigned char complete(EditLine *editor, int key)
{
    (void)key;
    const LineInfo *line = el_line(editor);
    const char *start = line->cursor;
    char word[256], rest[256];
    while (start > line->buffer && !strchr(" \t(){},=+-*/^\"'", start[-1]))
        start--;
    snprintf(word, sizeof word, "%.*s", (int)(line->cursor - start), start);
    const char *const *names = console_complete(prompt_of(editor)->console, word);
    if (!names[0])
        return CC_ERROR;
    size_t common = common_length(names);
    if (common > strlen(word)) {
        snprintf(rest, sizeof rest, "%.*s", (int)(common - strlen(word)), names[0] + strlen(word));
        return el_insertstr(editor, rest) == 0 ? CC_REFRESH : CC_ERROR;
    }
    putchar('\n');
    for (size_t i = 0; names[1] && names[i]; i++)
        printf("%s%s", i ? "  " : "", names[i]);
    putchar('\n');
    return CC_REDISPLAY;
}

static void open_editor(Prompt *prompt, Arena *arena)
{
    HistEvent event;
    const char *set = getenv("COSTATE_HISTORY"), *home = getenv("HOME");
    prompt->file = set ? set : home ? text_print(arena, "%s/.costate_history", home) : NULL;
    prompt->editor = el_init("costate", stdin, stdout, stderr);
    prompt->history = history_init();
    history(prompt->history, &event, H_SETSIZE, 1000);
    if (prompt->file)
        history(prompt->history, &event, H_LOAD, prompt->file);
    el_set(prompt->editor, EL_CLIENTDATA, prompt);
    el_set(prompt->editor, EL_PROMPT, prompt_text);
    el_set(prompt->editor, EL_EDITOR, "emacs");
    el_set(prompt->editor, EL_HIST, history, prompt->history);
    el_set(prompt->editor, EL_ADDFN, "costate-complete", "complete a name", complete);
    el_set(prompt->editor, EL_ADDFN, "costate-cancel", "leave the line", cancel);
    el_set(prompt->editor, EL_BIND, "\t", "costate-complete", NULL);
    el_set(prompt->editor, EL_SETTY, "-d", "-isig", NULL);
    el_set(prompt->editor, EL_BIND, "^C", "costate-cancel", NULL);
}

static void close_editor(Prompt *prompt)
{
    HistEvent event;
    if (prompt->file && history(prompt->history, &event, H_SAVE, prompt->file) < 0)
        fprintf(stderr, "the history is not kept: cannot write %s\n", prompt->file);
    history_end(prompt->history);
    el_end(prompt->editor);
}

/* ---- the session ---- */

static const char *read_line(Prompt *prompt, int *length)
{
    HistEvent event;
    const char *line = el_gets(prompt->editor, length);
    if (line && *length > 1)
        history(prompt->history, &event, H_ENTER, line);
    return line;
}

static void converse(Prompt *prompt, Arena *arena)
{
    int length;
    Text text = text_new(arena);
    for (const char *line; (line = read_line(prompt, &length)) && length > 0;) {
        if (!prompt->more)
            text = text_new(arena);
        text_append(&text, line, (size_t)length);
        prompt->more = text.data[strspn(text.data, " \t\n")] && console_run(prompt->console, text.data) == CONSOLE_MORE;
    }
}

Status repl_run(Session *session)
{
    Prompt prompt = {.console = console_new(session)};
    const char *spec = session->options->argument;
    if (!prompt.console)
        return STATUS_FAILED;
    setlocale(LC_CTYPE, "");
    if (spec && console_run(prompt.console, text_print(session->arena, "net = load [==[%s]==]", spec)) != CONSOLE_DONE)
        return STATUS_FAILED;
    if (isatty(STDIN_FILENO))
        printf("costate %s; help shows what there is%s\n", COSTATE_VERSION, spec ? "; net is the network" : "");
    console_catch_interrupts();
    open_editor(&prompt, session->arena);
    converse(&prompt, session->arena);
    close_editor(&prompt);
    return STATUS_OK;
}

Status run_run(Session *session)
{
    Console *console = console_new(session);
    bool done = console && console_script(console, session->options->argument);
    return done ? STATUS_OK : STATUS_FAILED;
}
