/* What happens when memory runs out or a call on a file fails: exit 1 with a message, or a whole result; nothing half
 * written; and who tries again has what he would have had. `make check` takes a draw of the points, another one for
 * every SEED; `make check-faults` all of them. */
#include "tests/faults/calls.h"
#include "tests/unit/numbers.h"
#include "tests/unit/program.h"

#include <errno.h>

enum { DRAWN = 9 /* points of a scenario and kind of fault */, MOST_FILES = 4 };

/* Lines for `costate`; @ is the test's folder. */
typedef struct {
    const char *name, *line;
    const char *again;             /* what leads to the same after a failure; NULL: the line itself */
    const char *files[MOST_FILES]; /* that it writes, with the same bytes every time */
    const char *leaves;            /* the folder or file that goes before each run */
    bool prints;                   /* the same every time, too */
    bool calls;                    /* calls on files fail, too */
    bool host;                     /* of tests/faults/host.c */
    bool stand_in;                 /* for gnuplot, which draws many pictures */
} Scenario;

#define TRAIN "train @/small.lua --threads 1 --iterations 5 --out @/"
static const Scenario scenarios[] = {
    {.name = "check", .line = "check @/small.lua --threads 1", .prints = true},
    {.name = "gradient",
     .line = "gradient @/small.lua --threads 1 -o @/g.safetensors",
     .files = {"g.safetensors"},
     .leaves = "g.safetensors",
     .prints = true},
    {.name = "train",
     .line = TRAIN "new",
     .again = TRAIN "new --resume",
     .files = {"new/model.safetensors", "new/trace.csv"},
     .leaves = "new",
     .calls = true},
    {.name = "predict",
     .line = "predict @/small.lua --params @/run/model.safetensors --data @/points.csv -o @/p.csv",
     .files = {"p.csv"},
     .leaves = "p.csv",
     .prints = true},
    {.name = "emit",
     .line = "emit @/small.lua -o @/emitted",
     .files = {"emitted/small.c", "emitted/small.h", "emitted/README.md"},
     .leaves = "emitted",
     .prints = true,
     .calls = true},
    {.name = "plot",
     .line = "plot @/run --only objective --out @/plots",
     .files = {"plots/objective.svg"},
     .leaves = "plots",
     .prints = true,
     .calls = true},
    {.name = "report",
     .line = "report @/run",
     .files = {"run/report.html", "run/plots/objective.svg"},
     .leaves = "run/report.html",
     .prints = true,
     .calls = true,
     .stand_in = true},
    {.name = "prompt", .line = "run @/lines.lua", .prints = true},
    {.name = "library",
     .line = "@/small.lua @/saved.safetensors",
     .files = {"saved.safetensors"},
     .leaves = "saved.safetensors",
     .prints = true,
     .host = true},
};
enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

static const char small[] = "return network { name = 'small', inputs = 2, layers = 2, method = 'kutta3',\n"
                            "  activation = 'tanh', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared',\n"
                            "  data = { 'donut2d', samples = 20 }, train = { search = 'armijo' } }\n";

/* ---- runs ---- */

/* @ in text replaced by the folder. */
static char *here(const char *text)
{
    Text result = text_new(arena);
    for (; *text; text++)
        if (*text == '@')
            text_add(&result, folder);
        else
            text_append(&result, text, 1);
    return result.data;
}

static void choose_program(const Scenario *scenario)
{
    static char *usual, *path;
    if (!usual) {
        usual = strdup(program_path());
        path = strdup(getenv("PATH"));
    }
    setenv("COSTATE", scenario->host ? absolute_path("out/build/host") : usual, 1);
    setenv("PATH", scenario->stand_in ? text_print(arena, "%s:%s", absolute_path("out/build/stand_in"), path) : path,
           1);
}

static void open_faults(void)
{
    const char *seed = getenv("SEED");
    fixture_open();
    fixture_text("small.lua", small);
    fixture_text("points.csv", "x1,x2\n0.5,0.25\n-1,2\n");
    fixture_text("lines.lua",
                 here("net = load '@/small.lua'\nprint(net:train { iterations = 3 })\nprint(net:params().K)"
                      "\nnet.layers = 3\nprint(net:predict { { 1, 2 } })\n"));
    costate_succeeds("%s", here(TRAIN "run"));
    noise_state = 1 + (seed ? strtoull(seed, NULL, 10) : 0);
    for (int i = 0; i < 8; i++)
        noise();
}

TestSuite(faults, .init = open_faults, .fini = program_close, .timeout = 36000);

static void clear(const Scenario *scenario)
{
    if (scenario->leaves)
        remove_tree(fixture_path(scenario->leaves));
}

/* What it printed and wrote where nothing failed. */
typedef struct {
    const char *out;
    Content files[MOST_FILES];
} Reference;

static Reference reference_of(const Scenario *scenario)
{
    Reference reference = {.out = NULL};
    choose_program(scenario);
    clear(scenario);
    reference.out = costate_succeeds("%s", here(scenario->line)).out;
    for (size_t i = 0; i < MOST_FILES && scenario->files[i]; i++)
        reference.files[i] = content_of(fixture_path(scenario->files[i]));
    return reference;
}

/* ---- what must hold ---- */

/* Temporary files below path. */
static size_t left_over(const char *path)
{
    size_t count = 0;
    DIR *listing = opendir(path);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        count += strncmp(entry->d_name, ".costate-", 9) == 0;
        count += left_over(path_join(arena, path, entry->d_name));
    }
    if (listing)
        closedir(listing);
    return count;
}

/* Each file has all its bytes or, unless `all`, is not there. */
static bool are_whole(const Scenario *scenario, const Reference *reference, bool all)
{
    for (size_t i = 0; i < MOST_FILES && scenario->files[i]; i++) {
        const char *path = fixture_path(scenario->files[i]);
        if (!file_exists(path) && !all)
            continue;
        if (!file_exists(path))
            return false;
        Content content = content_of(path);
        if (content.size != reference->files[i].size || memcmp(content.data, reference->files[i].data, content.size))
            return false;
    }
    return true;
}

/* A training that was not finished has a state to go on from, or nothing that counts. */
static Outcome try_again(const Scenario *scenario)
{
    bool resume = scenario->again && file_exists(fixture_path("new/state.safetensors"));
    const char *line = resume ? scenario->again : scenario->line;
    return costate("%s%s", here(line), scenario->again && !resume ? " --force" : "");
}

/* untidy: a process that could not remove its temporary files, which the next run does. */
static void judge(const Scenario *scenario, const Reference *reference, Outcome outcome, bool killed, bool untidy,
                  const char *what)
{
    const char *name = scenario->name;
    if (outcome.status == 0) {
        cr_expect(are_whole(scenario, reference, true), "%s, %s: exit 0 without the whole result", name, what);
        cr_expect(!scenario->prints || !strcmp(outcome.out, reference->out), "%s, %s: printed %s", name, what,
                  outcome.out);
    } else {
        cr_expect_eq(outcome.status, killed ? 128 + SIGKILL : 1, "%s, %s: exit %d: %s", name, what, outcome.status,
                     outcome.err);
        cr_expect(killed || *outcome.err, "%s, %s: no message", name, what);
    }
    cr_expect(untidy || left_over(folder) == 0, "%s, %s: a temporary file", name, what);
    cr_expect(scenario->again || are_whole(scenario, reference, false), "%s, %s: half a file", name, what);
    if (!scenario->leaves || outcome.status == 0)
        return;
    outcome = try_again(scenario);
    cr_expect_eq(outcome.status, 0, "%s, %s, again: exit %d: %s", name, what, outcome.status, outcome.err);
    cr_expect(are_whole(scenario, reference, true), "%s, %s, again: another result", name, what);
    cr_expect(left_over(folder) == 0, "%s, %s, again: a temporary file", name, what);
}

/* ---- points ---- */

/* COSTATE_FAULTS: all points, of "all" or of the scenarios that are named. */
static bool all_points(void)
{
    return getenv("COSTATE_FAULTS");
}

static bool is_asked_for(const Scenario *scenario)
{
    const char *asked = getenv("COSTATE_FAULTS");
    return !asked || !strcmp(asked, "all") || strstr(asked, scenario->name);
}

/* One after the other, or DRAWN of them: the next of `count` points behind `at`; 0 at the end. */
static size_t next_point(size_t at, size_t count, size_t *drawn)
{
    if (all_points())
        return at < count ? at + 1 : 0;
    return count > 0 && (*drawn)++ < DRAWN ? noise_between(1, count) : 0;
}

static void tell(const char *kind, const Scenario *scenario, size_t count)
{
    if (all_points())
        fprintf(stderr, "%-12s %-9s %zu points\n", kind, scenario->name, count);
}

/* A sanitizer has an allocator of its own, which nothing can stand before, and looks for leaks as a tracer does. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

/* ---- memory ---- */

static Outcome without_memory(const Scenario *scenario, const char *fault)
{
    clear(scenario);
    choose_program(scenario);
    setenv("LD_PRELOAD", absolute_path("out/build/fault.so"), 1);
    setenv("COSTATE_FAULT", fault, 1);
    Outcome outcome = costate("%s", here(scenario->line));
    unsetenv("LD_PRELOAD");
    unsetenv("COSTATE_FAULT");
    return outcome;
}

static size_t count_allocations(const Scenario *scenario)
{
    const char *path = fixture_path("count");
    setenv("COSTATE_FAULT_COUNT", path, 1);
    without_memory(scenario, "0");
    unsetenv("COSTATE_FAULT_COUNT");
    return strtoul(content_of(path).data, NULL, 10);
}

static void fail_allocations(const Scenario *scenario, const char *suffix)
{
    const Reference reference = reference_of(scenario);
    const size_t count = count_allocations(scenario);
    cr_assert_gt(count, 0);
    tell(*suffix ? "memory, on" : "memory, once", scenario, count);
    for (size_t at = 0, drawn = 0; (at = next_point(at, count, &drawn));) {
        const char *fault = text_print(arena, "%zu%s", at, suffix);
        judge(scenario, &reference, without_memory(scenario, fault), false, false,
              text_print(arena, "allocation %s", fault));
    }
}

Test(faults, an_allocation_fails, .disabled = SANITIZED)
{
    for (size_t i = 0; i < SCENARIOS; i++)
        if (is_asked_for(&scenarios[i]))
            fail_allocations(&scenarios[i], "");
}

Test(faults, all_allocations_fail_from_one_on, .disabled = SANITIZED)
{
    for (size_t i = 0; i < SCENARIOS; i++)
        if (is_asked_for(&scenarios[i]))
            fail_allocations(&scenarios[i], "+");
}

/* ---- files ---- */

static const struct {
    const char *name;
    Fault fault;
} file_faults[] = {{"ENOSPC", {FAULT_ERROR, ENOSPC, false, 0}},    {"EIO", {FAULT_ERROR, EIO, false, 0}},
                   {"EINTR", {FAULT_ERROR, EINTR, false, 0}},      {"half a write", {FAULT_HALF, 0, false, 0}},
                   {"ENOSPC, on", {FAULT_ERROR, ENOSPC, true, 0}}, {"SIGKILL", {FAULT_KILL, 0, false, 0}}};
enum { FILE_FAULTS = sizeof file_faults / sizeof *file_faults };

static Outcome with_fault(const char *text, Fault fault, Calls *calls)
{
    char *line = here(text);
    Running running = {.out = tmpfile(), .err = tmpfile()};
    const char *path = program_path();
    char *words[MOST_WORDS];
    program_words(line, words);
    words[0] = arena_string(arena, path, strlen(path));
    running.process = fork();
    if (running.process == 0) {
        calls_offer();
        program_become(&running, path, words);
    }
    const int status = calls_follow(running.process, fault, calls);
    return (Outcome){.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                     .out = program_output(running.out),
                     .err = program_output(running.err)};
}

/* Calls of the loader, before main: all of a program that prints a line but that line's two. */
static size_t calls_before_main(void)
{
    Calls calls;
    with_fault("--version", (Fault){.at = 0}, &calls);
    return calls.count - 2;
}

static void fail_calls(const Scenario *scenario, size_t kind)
{
    const Reference reference = reference_of(scenario);
    Fault fault = file_faults[kind].fault;
    Calls calls;
    clear(scenario);
    with_fault(scenario->line, fault, &calls);
    const size_t before = calls_before_main(), count = calls.count;
    cr_assert_gt(count, before);
    tell(file_faults[kind].name, scenario, count - before);
    for (size_t at = 0, drawn = 0; (at = next_point(at, count - before, &drawn));) {
        clear(scenario);
        fault.at = before + at;
        Outcome outcome = with_fault(scenario->line, fault, &calls);
        judge(scenario, &reference, outcome, fault.kind == FAULT_KILL, fault.kind == FAULT_KILL || calls.removal,
              text_print(arena, "%s at call %zu", file_faults[kind].name, at));
    }
}

Test(faults, a_call_on_a_file_fails, .disabled = SANITIZED)
{
    if (!calls_can_fail())
        cr_skip_test("calls are known on x86-64 alone");
    for (size_t i = 0; i < SCENARIOS; i++)
        for (size_t kind = 0; kind < FILE_FAULTS && scenarios[i].calls && is_asked_for(&scenarios[i]); kind++)
            fail_calls(&scenarios[i], kind);
}
