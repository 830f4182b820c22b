/* costate repl, costate run. */
#include "runtime/prompt/console.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static const Option repl_options[] = {{NULL, NULL, NULL}};

static Status repl_run(Session *session);

const Command command_repl = {
    .name = "repl",
    .argument = "[SPEC]",
    .summary = "A Lua prompt for networks: change, train, look; type help there.",
    .details = "Lines are kept in ~/.costate_history, or in the file that COSTATE_HISTORY names. Where\n"
               "they come from no terminal, the exit code is 1 if one of them failed.\n",
    .example = "echo 'net:tableau()' | costate repl specs/spiral.lua",
    .options = repl_options,
    .run = repl_run};

static Status run_run(Session *session);

const Command command_run = {
    .name = "run",
    .argument = "SCRIPT.lua",
    .summary = "Run a Lua script with the API of the prompt.",
    .example = "echo 'net = load \"spiral\"; print(net:train { iterations = 100 })' > experiment.lua\n"
               "  costate run experiment.lua",
    .options = repl_options,
    .run = run_run};

/* ---- the line editor ---- */

typedef struct {
    Arena *arena;
    Console *console;
    EditLine *editor;
    History *history;
    const char *file; /* of the history */
    bool more;        /* the line continues one before it */
    bool failed;      /* some line did */
    int kept;         /* a byte that was read ahead, or NO_BYTE */
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

/* ---- what is typed ---- */

enum { END = -1, FAILURE = -2, NO_BYTE = -3, REPLACEMENT = 0xfffd };

static int next_byte(Prompt *prompt)
{
    int kept = prompt->kept;
    unsigned char byte;
    ssize_t count;
    prompt->kept = NO_BYTE;
    if (kept != NO_BYTE)
        return kept;
    do
        count = read(STDIN_FILENO, &byte, 1);
    while (count < 0 && errno == EINTR);
    return count == 1 ? byte : count == 0 ? END : FAILURE;
}

/* The bytes of a UTF-8 sequence that begins with first; 1 also for what begins none. */
static size_t sequence_length(int first)
{
    return first >= 0xf0 && first < 0xf5   ? 4
           : first >= 0xe0 && first < 0xf0 ? 3
           : first >= 0xc2 && first < 0xe0 ? 2
                                           : 1;
}

/* One character for the editor, which would swallow what is no UTF-8: here it becomes U+FFFD, which is seen. */
static int read_character(EditLine *editor, wchar_t *character)
{
    Prompt *prompt = prompt_of(editor);
    int byte = next_byte(prompt);
    if (byte < 0)
        return byte == END ? 0 : -1;
    char bytes[4] = {(char)byte};
    size_t length = 1, wanted = sequence_length(byte);
    while (length < wanted && ((byte = next_byte(prompt)) & ~0x3f) == 0x80)
        bytes[length++] = (char)byte;
    if (length < wanted)
        prompt->kept = byte;
    mbstate_t state = {0};
    if (mbrtowc(character, bytes, length, &state) != length)
        *character = REPLACEMENT;
    return 1;
}

/* ---- keys ---- */

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

static void print_names(const char *const *names)
{
    putchar('\n');
    for (size_t i = 0; names[i]; i++)
        printf("%s%s", i ? "  " : "", names[i]);
    putchar('\n');
}

static unsigned char complete(EditLine *editor, int key)
{
    (void)key;
    const LineInfo *line = el_line(editor);
    Prompt *prompt = prompt_of(editor);
    const char *word, *start = arena_string(prompt->arena, line->buffer, (size_t)(line->cursor - line->buffer));
    const char *const *names = console_complete(prompt->console, start, &word);
    if (!names[0])
        return CC_ERROR;
    size_t known = strlen(word), common = common_length(names);
    if (common > known) {
        const char *rest = arena_string(prompt->arena, names[0] + known, common - known);
        return el_insertstr(editor, rest) == 0 ? CC_REFRESH : CC_ERROR;
    }
    if (names[1])
        print_names(names);
    return CC_REDISPLAY;
}

static void open_editor(Prompt *prompt)
{
    HistEvent event;
    const char *set = getenv("COSTATE_HISTORY"), *home = getenv("HOME");
    if (isatty(STDIN_FILENO))
        prompt->file = set ? set : home ? text_print(prompt->arena, "%s/.costate_history", home) : NULL;
    prompt->editor = el_init("costate", stdin, stdout, stderr);
    prompt->history = history_init();
    history(prompt->history, &event, H_SETSIZE, 1000);
    if (prompt->file)
        history(prompt->history, &event, H_LOAD, prompt->file);
    el_set(prompt->editor, EL_CLIENTDATA, prompt);
    el_set(prompt->editor, EL_GETCFN, read_character);
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

/* Is text one of the words that leave? */
static bool is_farewell(const char *text)
{
    static const char *const words[] = {"exit", "quit", "exit()", "quit()"};
    const char *first = text + strspn(text, " \t\n");
    size_t length = strlen(first);
    while (length && strchr(" \t\n;", first[length - 1]))
        length--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == length && !strncmp(words[i], first, length))
            return true;
    return false;
}

static void converse(Prompt *prompt)
{
    int length;
    Text text = text_new(prompt->arena);
    for (const char *line; (line = read_line(prompt, &length)) && length > 0;) {
        if (!prompt->more)
            text = text_new(prompt->arena);
        text_append(&text, line, (size_t)length);
        if (!text.data[strspn(text.data, " \t\n")])
            continue;
        if (!prompt->more && is_farewell(text.data))
            break;
        ConsoleResult result = console_run(prompt->console, text.data);
        prompt->more = result == CONSOLE_MORE;
        prompt->failed = prompt->failed || result == CONSOLE_FAILED;
    }
    if (prompt->more)
        fputs("the end of this is missing\n", stderr);
    prompt->failed = prompt->failed || prompt->more;
}

static Status repl_run(Session *session)
{
    Prompt prompt = {.arena = session->arena, .console = console_new(session), .kept = NO_BYTE};
    const char *spec = session->options->argument;
    if (!prompt.console)
        return STATUS_FAILED;
    if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1)
        setlocale(LC_CTYPE, "C.UTF-8");
    if (spec && console_run(prompt.console, text_print(session->arena, "net = load [==[%s]==]", spec)) != CONSOLE_DONE)
        return STATUS_FAILED;
    if (isatty(STDIN_FILENO))
        printf("costate %s; help shows what there is%s\n", COSTATE_VERSION, spec ? "; net is the network" : "");
    console_catch_interrupts();
    open_editor(&prompt);
    converse(&prompt);
    close_editor(&prompt);
    return prompt.failed && !isatty(STDIN_FILENO) ? STATUS_FAILED : STATUS_OK;
}

static Status run_run(Session *session)
{
    Console *console = console_new(session);
    bool done = console && console_script(console, session->options->argument);
    return done ? STATUS_OK : STATUS_FAILED;
}
