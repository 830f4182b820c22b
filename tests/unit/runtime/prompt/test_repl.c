/* The prompt, driven through a pseudo-terminal, and scripts. */
#define _XOPEN_SOURCE 700
#include "tests/unit/shell.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>

TestSuite(repl, .init = fixture_open, .timeout = 60);

static int terminal;
static pid_t child;
static char seen[1 << 16];
static size_t seen_length, read_from;

static void open_prompt(const char *history, unsigned short columns)
{
    const struct winsize size = {.ws_row = 24, .ws_col = columns};
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    cr_assert_eq(ioctl(terminal, TIOCSWINSZ, &size), 0);
    child = fork();
    if (child == 0) {
        setsid();
        int side = open(ptsname(terminal), O_RDWR);
        for (int i = 0; i < 3; i++)
            dup2(side, i);
        setenv("COSTATE_HISTORY", history, 1);
        setenv("TERM", "xterm", 1);
        execl(program_path(), "costate", "repl", "specs/spiral.lua", (char *)NULL);
        _exit(127);
    }
}

static void type(const char *text)
{
    cr_assert_eq(write(terminal, text, strlen(text)), (ssize_t)strlen(text));
}

/* Reads until `text` comes, behind what was expected before. */
static void expect(const char *text)
{
    struct pollfd ready = {.fd = terminal, .events = POLLIN};
    while (!strstr(seen + read_from, text)) {
        ssize_t count =
            poll(&ready, 1, 20000) > 0 ? read(terminal, seen + seen_length, sizeof seen - seen_length - 1) : 0;
        cr_assert_gt(count, 0, "%s did not come after:\n%s", text, seen);
        seen_length += (size_t)count;
        seen[seen_length] = '\0';
    }
    read_from = (size_t)(strstr(seen + read_from, text) - seen) + strlen(text);
}

/* Appends what comes within a second; false at the end. */
static bool listen(void)
{
    struct pollfd ready = {.fd = terminal, .events = POLLIN};
    if (poll(&ready, 1, 1000) == 0)
        return true;
    ssize_t count = read(terminal, seen + seen_length, sizeof seen - seen_length - 1);
    seen_length += count > 0 ? (size_t)count : 0;
    seen[seen_length] = '\0';
    return count > 0;
}

/* ^U and ^D, again where the terminal was not listening to single keys yet; the exit code. */
static int leave(void)
{
    int status;
    expect("> ");
    do
        type("\x15\x04");
    while (listen());
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status), "ended by signal %d after:\n%s", WTERMSIG(status), seen);
    return WEXITSTATUS(status);
}

Test(repl, session)
{
    open_prompt(fixture_path("history"), 80);
    expect("> ");
    type("net\n");
    expect("spiral: 2 -> 2 channels x 15 layers -> 1, kutta4, 108 parameters");
    type("net.method = \"kutta3\"\nnet\n");
    expect("kutta3, 108 parameters");
    type("net.layrs = 3\n");
    expect("did you mean \"layers\"?");
    type("for i = 1, 2 do\nprint(20 + i) end\n");
    expect("21");
    expect("22");
    type("nil + 1\n");
    expect("attempt to perform arithmetic on a nil value");
    type("=6*7\n");
    expect("42");
    type("net:tra\t{ iterations = 100000000 }\n");
    expect("in{ iterations = 100000000 }"); /* what completion adds comes behind a movement of the cursor */
    expect("/100000000  objective ");
    expect("/s"); /* the line that shows how far it is comes again and again */
    type("\x03");
    expect("(interrupted): objective");
    type("print(7000000 + 7) while true do end\n");
    expect("7000007"); /* no number that training prints */
    type("\x03");
    expect("interrupted");
    expect("> ");
    type("coroutine.wrap(function() while true do pcall(function() print(7000000 + 8) while true do end end) end "
         "end)()\n");
    expect("7000008");
    type("\x03");
    expect("interrupted");
    expect("> ");
    type("this is left\x03");
    expect("^C");
    type("net:predict { { 0, 0 } }\n");
    expect("0.");
    cr_expect_eq(leave(), 0);
    char *history;
    size_t size;
    cr_assert(file_read(arena, diagnostics, fixture_path("history"), &history, &size));
    cr_expect_not_null(strstr(history, "6*7"));
    fixture_close();
}

/* Lua has no hooks for finalizers. */
Test(repl, what_nothing_interrupts_ends_with_the_third_interrupt)
{
    int status;
    open_prompt(fixture_path("history"), 80);
    expect("> ");
    type("setmetatable({}, { __gc = function() print(7000000 + 9) while true do end end }) collectgarbage()\n");
    expect("7000009");
    do {
        type("\x03"); /* which drops what has not been read */
        nanosleep(&(struct timespec){.tv_nsec = 500 * 1000 * 1000}, NULL);
        listen();
    } while (!strstr(seen, "nothing can interrupt this; ^C once more ends costate"));
    type("\x03");
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    fixture_close();
}

Test(repl, a_script_ends_whatever_its_finalizers_do)
{
    const char *script =
        fixture_text("gc.lua", "io.write(6 * 7)\nsetmetatable({}, { __gc = function() while true do end end })\n");
    Outcome outcome = costate("run %s", script);
    cr_expect_eq(outcome.status, 1);
    cr_expect_str_eq(outcome.out, "42");
    cr_expect_str_eq(outcome.err, "a finalizer (__gc) does not end; costate ends without it\n");
    cr_expect_lt(outcome.processor, 3);
    fixture_close();
}

Test(repl, coroutines_are_those_of_lua)
{
    const char *script = fixture_text(
        "co.lua",
        "local sum, co = 0, coroutine.create(function(a, b) local c = coroutine.yield(a + b) error({ c }) end)\n"
        "for i in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do sum = sum + i end\n"
        "local first, three = coroutine.resume(co, 1, 2)\n"
        "local second, nine = coroutine.resume(co, 9)\n"
        "local caught, message = pcall(coroutine.wrap(function() error('own', 0) end))\n"
        "local function deep(n) return n == 0 and 0 or 1 + coroutine.wrap(deep)(n - 1) end\n"
        "print(sum, first, three, second, nine[1], coroutine.resume(co))\n"
        "print(caught, message, deep(50), (pcall(coroutine.wrap, 5)), (pcall(coroutine.resume, 5)))\n");
    cr_expect_str_eq(costate_succeeds("run %s", script).out,
                     "6\ttrue\t3\tfalse\t9\tfalse\tcannot resume dead coroutine\n"
                     "false\town\t50\tfalse\tfalse\n");
    fixture_close();
}

Test(repl, history_that_cannot_be_kept_is_said)
{
    open_prompt("/nowhere/history", 80);
    expect("> ");
    type("=1\n");
    expect("\n1");
    cr_expect_eq(leave(), 0);
    cr_expect_not_null(strstr(seen, "the history is not kept: cannot write /nowhere/history"));
    fixture_close();
}

/* Lines from a pipe: no history, and an exit code that tells. */
Test(repl, pipes)
{
    static const struct {
        const char *lines, *says;
        int status;
    } cases[] = {{"=6*7\\n", "42", 0},
                 {"nil + 1\\n=6*7\\n", "42", 1},
                 {"for i = 1, 2 do\\n\\nprint(6*7) end\\n", "42", 0},
                 {"for i = 1, 2 do\\n", "the end of this is missing", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *line = text_print(arena, "printf '%s' | HOME=%s %s repl >%s/output 2>&1", cases[i].lines, folder,
                                      program_path(), folder);
        cr_expect_eq(WEXITSTATUS(system(line)), cases[i].status, "%s", cases[i].lines);
        cr_expect_not_null(strstr(content_of(fixture_path("output")).data, cases[i].says), "%s", cases[i].lines);
    }
    cr_expect_not(file_exists(fixture_path(".costate_history")));
    fixture_close();
}

Test(repl, scripts)
{
    const char *script =
        fixture_text("a.lua", "net = load 'spiral'\nnet.layers = 3\nprint(net:train { iterations = 3 })\n"
                              "print(#net:params().K, net.width)\n");
    cr_expect_eq(run(text_print(arena, "run %s", script)), 0, "%s", output());
    cr_expect_not_null(strstr(output(), "3 iterations (iterations): objective"));
    cr_expect_not_null(strstr(output(), "3\t2\n"));
    script = fixture_text("b.lua", "local x = 1\nx()\n");
    cr_expect_eq(run(text_print(arena, "run %s", script)), 1);
    cr_expect_not_null(strstr(output(), "b.lua:2: attempt to call a number value"));
    fixture_close();
}

/* Runs the text as a script, which must succeed; what it printed. */
static const char *script(const char *text)
{
    const char *path = fixture_text("script.lua", text);
    cr_expect_eq(run(text_print(arena, "run %s", path)), 0, "%s", output());
    return last.out;
}

Test(repl, completion_within_strings)
{
    open_prompt(fixture_path("history"), 80);
    expect("> ");
    type("other = load \"spi\t\n"); /* what completion adds comes behind a movement of the cursor */
    expect("ral\"");
    type("other.method = \"kutta\t\t");
    expect("kutta3  kutta4");
    type("3\"\nother\n");
    expect("kutta3, 108 parameters");
    type("other.activation = \"softp\t\n");
    expect("lus\"");
    type("other.recom\t = true\nother\n");
    expect("pute = true");
    type("net = load \"tests/gol\tkutta4_d\t\n");
    expect("den/");
    expect("2.lua\"");
    type("net:plot \"sna\t");
    expect("pshots\"");
    type("\x15");
    cr_expect_eq(leave(), 0);
    fixture_close();
}

/* The line that shows how far training is never fills the last column. */
Test(repl, narrow_terminal)
{
    open_prompt(fixture_path("history"), 20);
    expect("> ");
    type("net:train{iterations=9}\n");
    expect("0/9");
    size_t start = read_from - strlen("0/9");
    expect("9/9");
    for (const char *line = seen + start; line < seen + read_from; line += strcspn(line, "\r\n") + 1)
        cr_expect_lt(strcspn(line, "\r\n"), 20, "%s", line);
    expect("9 iterations (iterations): objective");
    cr_expect_eq(leave(), 0);
    fixture_close();
}

Test(repl, what_is_no_utf8_is_shown)
{
    open_prompt(fixture_path("history"), 80);
    expect("> ");
    type("#\"\xff\xc3\"\n");
    expect("#\"\xef\xbf\xbd\xef\xbf\xbd\"");
    expect("\n6");
    type("#\"\xc3\xa9\"\n");
    expect("\n2");
    cr_expect_eq(leave(), 0);
    fixture_close();
}

/* Escape sequences that set colours end in m; costate never writes any, whatever NO_COLOR says. */
static bool has_colour(const char *text)
{
    for (const char *at = text; (at = strstr(at, "\x1b[")); at++)
        if (at[2 + strspn(at + 2, "0123456789;")] == 'm')
            return true;
    return false;
}

Test(repl, no_colour)
{
    setenv("NO_COLOR", "1", 1);
    open_prompt(fixture_path("history"), 80);
    expect("> ");
    type("net:train{iterations=9}\nnet:params().K[3]\nnet.layrs = 3\n");
    expect("did you mean \"layers\"?");
    cr_expect_eq(leave(), 0);
    cr_expect_not(has_colour(seen), "%s", seen);
    fixture_close();
}

/* The rows of a matrix are of one length, and their columns stand one below the other. */
Test(repl, matrices_are_aligned)
{
    const char *shown = script("net = load 'spiral'\nprint(net:params().K[3])\n");
    size_t length = strcspn(shown, "\n");
    cr_expect_eq(strlen(shown), 2 * (length + 1), "%s", shown);
    cr_expect_eq(shown[length], '\n');
    cr_expect_eq(shown[length - 1 - length / 2], ' ');
    cr_expect_eq(shown[length + 1 + length - 1 - length / 2], ' ', "%s", shown);
    fixture_close();
}

Test(repl, trainings_go_on)
{
    const char *shown = script("a, b = load 'spiral', load 'spiral'\na:train { iterations = 50 }\n"
                               "print(a:train { iterations = 50 })\nprint(b:train { iterations = 100 })\n");
    size_t length = strcspn(shown, "\n") + 1;
    cr_expect_eq(strncmp(shown, "100 iterations", 14), 0, "%s", shown);
    cr_expect_eq(strncmp(shown, shown + length, length), 0, "%s", shown);
    fixture_close();
}

/* Written at the prompt or in a script, on one line or more, among other functions: the same network as from its file.
 */
Test(repl, activations_and_fields_are_functions)
{
    const char *shown = script("local function last(net) return tostring(net:train { iterations = 5 }) end\n"
                               "local net = load 'spiral'\n"
                               "local first = last(net)\n"
                               "net.activation = function(x) return x * exp(-x^2) end print(last(net) == first)\n"
                               "function rise(x)\n  -- no end yet\n  if true then return tanh(x) end\nend\n"
                               "net.activation = rise\nprint(last(net) == first)\n"
                               "net:set { controls = { M = matrix(2, 2), c = vector(2) },\n"
                               "  field = function(y, u) return tanh(u.M * y + u.c) end,\n"
                               "  init = { M = normal(1), c = normal(1) } }\n"
                               "print(#net:params().M, net:params().K)\n"
                               "net.activation = 'tanh'\nprint(last(net) == first)\n");
    cr_expect_str_eq(shown, "false\ntrue\n15\tnil\ntrue\n");
    fixture_close();
}

/* What is kept is what one sees; without patience the other network gets as far. */
Test(repl, trainings_keep_the_best)
{
    const char *shown = script(
        "a, b = load 'spiral', load 'spiral'\n"
        "for _, net in ipairs { a, b } do net.data = { 'spiral2d', samples = 16, validation = 100 } end\n"
        "a.train = { algorithm = 'adam', rate = 0.05, patience = 3 } b.train = { algorithm = 'adam', rate = 0.05 "
        "}\n"
        "local line = tostring(a:train { iterations = 500 })\n"
        "local last, kept = line:match '^(%d+) iterations .patience: .*; kept iteration (%d+)$'\n"
        "b:train { iterations = tonumber(kept) }\n"
        "print(last - kept, a:predict({ { 0.1, 0.2 } })[1][1] == b:predict({ { 0.1, 0.2 } })[1][1])\n");
    cr_expect_str_eq(shown, "3\ttrue\n");
    fixture_close();
}

/* Symmetric, of tensors by name, over the spec's data or given samples; what cannot be a direction is told. */
Test(repl, products_of_the_hessian)
{
    const char *shown = script("local net = load 'spiral'\n"
                               "local v, w = { W = { { 1, -2 } }, mu = { 3 } }, { W = { { 0.5, 1 } } }\n"
                               "local hv, hw = net:hessian(v), net:hessian(w)\n"
                               "local a = hv.W[1][1] * 0.5 + hv.W[1][2]\n"
                               "local b = hw.W[1][1] - 2 * hw.W[1][2] + 3 * hw.mu[1]\n"
                               "print(math.abs(a - b) < 1e-12 * math.abs(a), #hv.K, hv.dt[1])\n"
                               "print(#net:hessian(w, { { 0.1, 0.2 } }, { 1 }).b)\n"
                               "print(pcall(net.hessian, net, { Q = { 1 } }))\n"
                               "print(pcall(net.hessian, net, { W = { 1 } }))\n"
                               "print(pcall(net.hessian, net, { x = { 1 } }))\n"
                               "print(pcall(net.hessian, net))\n");
    cr_expect_str_eq(shown, "true\t15\t0.0\n15\nfalse\tthere is no tensor Q\n"
                            "false\tthe direction of W has 1 numbers, not 2\n"
                            "false\tthis network learns no inputs: x does not move\n"
                            "false\ta direction is a table of tensors by name, such as net:gradient()\n");
    fixture_close();
}

Test(repl, standard_errors)
{
    const char *shown = script("local net = load 'lotka_volterra'\n"
                               "net:set { train = { algorithm = 'gaussnewton', iterations = 100 } }\n"
                               "print(net:train())\n");
    cr_expect_not_null(strstr(shown, "\n  rate[2] = 0.398153, standard error 0.0079, correlation 0.96\n"), "%s", shown);
    fixture_close();
}

/* Around what is predicted, until the parameters are others. */
Test(repl, bands_of_predictions)
{
    const char *shown = script("local net = load 'lotka_volterra'\n"
                               "net:set { train = { algorithm = 'gaussnewton', iterations = 100 } }\n"
                               "print(pcall(net.bands, net, { { 10, 3 } }))\n"
                               "net:train()\n"
                               "net:train()\n"
                               "local p, lower, upper = net:predict { { 10, 3 } }, net:bands { { 10, 3 } }\n"
                               "print(#lower, #lower[1], #lower[1][2], lower[1][3][1] < p[1][3][1],\n"
                               "  math.abs(upper[1][3][2] + lower[1][3][2] - 2 * p[1][3][2]) < 1e-12)\n"
                               "net:set { decay = 0.1 }\n"
                               "net:train()\n"
                               "print(pcall(net.bands, net, { { 10, 3 } }))\n");
    cr_expect_str_eq(shown, "false\tpredictions have no bands: train by \"gaussnewton\" first\n"
                            "1\t24\t2\ttrue\ttrue\n"
                            "false\tpredictions have no bands: decay pulls the estimates\n");
    fixture_close();
}

/* Inputs are learnt at the prompt, too: they go on where they are, and lie in the file. */
Test(repl, inputs_of_samples_are_learnt)
{
    const char *shown =
        script("local function learner()\n"
               "  local net = load 'spiral'\n  net:set { learn = { 'K', 'x' } }\n  return net\nend\n"
               "local net, other = learner(), learner()\n"
               "print(net:params().x, #net:gradient().x)\n"
               "net:train { iterations = 6 }\n"
               "for i = 1, 2 do other:train { iterations = 3 } end\n"
               "local x, y = net:params().x, other:params().x\n"
               "print(#x, #x[1], x[7][2] == y[7][2], tostring(net:params()) == tostring(other:params()))\n"
               "local g, h = net:gradient().x, net:gradient({ x[1], x[2] }, { 0, 1 }).x\n"
               "print(#g, #h, #h[1], load 'spiral':gradient().x)\n");
    cr_expect_str_eq(shown, "nil\t1000\n1000\t2\ttrue\ttrue\n1000\t2\t2\tnil\n");
    fixture_close();
}

/* Symmetric by parameters and inputs. */
Test(repl, products_with_inputs)
{
    const char *shown =
        script("local net = load 'spiral'\nnet:set { learn = { 'W', 'x' } }\n"
               "local x, c = { { 0.1, 0.2 }, { -0.4, 0.3 } }, { 0, 1 }\n"
               "local v, w = { W = { { 1, -2 } }, x = { { 1, 2 }, { 3, -1 } } }, { x = { { 0.5, 1 }, { 0, 2 } } }\n"
               "local hv, hw = net:hessian(v, x, c), net:hessian(w, x, c)\n"
               "local a, b = 0.5 * hv.x[1][1] + hv.x[1][2] + 2 * hv.x[2][2], hw.W[1][1] - 2 * hw.W[1][2]\n"
               "for i = 1, 2 do for j = 1, 2 do b = b + hw.x[i][j] * v.x[i][j] end end\n"
               "print(a ~= 0, math.abs(a - b) < 1e-12 * math.abs(a), #hv.x, #net:hessian(net:gradient()).x)\n"
               "print(pcall(net.hessian, net, { x = { { 1, 2 } } }, x, c))\n");
    cr_expect_str_eq(shown, "true\ttrue\t2\t1000\nfalse\tthe direction of x has 1 rows, not 2\n");
    fixture_close();
}

/* What a spec says and what it leaves out are read alike; what is set in a table of it is set in the network. */
Test(repl, keys_are_read_and_set_in_place)
{
    const char *shown = script("net = load 'spiral'\n"
                               "print(net.data)\nprint(net.data[1], net.data.samples, net.data.validation)\n"
                               "print(net.head.link, net.head.outputs, net.loss, net.activation, net.init.K)\n"
                               "print(net.train)\nprint(net.train.tau_max, net.learn, #net.learn, net.real, net.lift)\n"
                               "net.data.samples = 20\nnet.train.tau = 0.2\nprint(net.data.samples, net.train.tau)\n"
                               "print(#net:gradient().W, net:train { iterations = 1 }.iterations)\n"
                               "net.data = { 'donut2d' }\nprint(net.data.samples, net.data[1])\n"
                               "for key, value in pairs(net.head) do print(key, value) end\n"
                               "print(load 'lotka_volterra'.field, load 'lotka_volterra'.head)\n"
                               "print(select(2, pcall(function() return net.data.smaples end)))\n"
                               "print(select(2, pcall(function() net.train.rate = 1 end)))\n");
    static const char first[] =
        "{\n  \"spiral2d\",\n  samples = 1000,\n  split = 1,\n  standardize = false,\n  standardize_labels = false,\n  "
        "validation = 0\n}\n"
        "spiral2d\t1000\t0\nsigmoid\t1\tsquared\ttanh\tnormal(1)\n"
        "{ iterations = 10000, keep = \"last\", search = \"armijo\", tau = 0.1, tau_max = 10 }\n"
        "10\t{ \"K\", \"b\", \"W\", \"mu\" }\t4\tdouble\tfalse\n20\t0.2\n1\t1\n1000\tdonut2d\n";
    cr_expect(!strncmp(shown, first, strlen(first)), "%s", shown);
    cr_expect(strstr(shown, "\nfunction, line ") && strstr(shown, "\nlink\tsigmoid\n"), "%s", shown);
    cr_expect(strstr(shown, "script.lua:15: data has no \"smaples\"; did you mean \"samples\"?\n"), "%s", shown);
    cr_expect(strstr(shown, "script.lua:16: train.rate belongs to algorithm = \"adam\", not to search = \"armijo\"\n"),
              "%s", shown);
}

/* Targets are classes by name, by number from 0, or numbers of the outputs. */
Test(repl, classes_are_targets)
{
    fixture_text("k.csv", "a,b,kind\n1,2,cat\n-1,2,dog\n1,-2,emu\n");
    const char *spec =
        fixture_text("k.lua", "return network { inputs = 2, layers = 2, method = 'euler', activation = 'tanh',"
                              "\n  head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy',\n"
                              "  data = { 'k.csv', label = 'kind' } }\n");
    const char *shown = script(text_print(
        arena,
        "net = load '%s'\nlocal x = { { 1, 2 }, { 0.5, 0 } }\n"
        "local a, b, c = net:gradient(x, { 1, 0 }), net:gradient(x, { { 0, 1, 0 }, { 1, 0, 0 } }),\n"
        "  net:gradient(x, { 'dog', 'cat' })\nprint(tostring(a) == tostring(b), tostring(a) == tostring(c))\n"
        "print(tostring(net:hessian({ W = a.W }, x, { 'dog', 'cat' })) == tostring(net:hessian({ W = a.W }, x, { 1, 0 "
        "})))\n"
        "print(select(2, pcall(net.gradient, net, x, { 'dig', 'cat' })))\n"
        "print(select(2, pcall(net.gradient, net, x, { 3, 0 })))\n"
        "print(select(2, pcall(net.gradient, net, x, { 1, 0, 1 })))\n"
        "net = load 'spiral'\nprint(select(2, pcall(net.gradient, net, x, { 'a', 'b' })))\n",
        spec));
    cr_expect_str_eq(
        shown, "true\ttrue\ntrue\n\"dig\" is no class: these are cat, dog, emu\n"
               "3 is no class: these are cat, dog, emu\n"
               "c has 3 entries: 2 are wanted, a class for each target, or 6, with a 1 in the place of its class\n"
               "\"a\" is no class: these are 0 to 1\n");
}

Test(repl, what_is_mistyped_is_told)
{
    static const char *const cases[][2] = {
        {"net.method = kutta3", "net.method = nil says nothing: names stand in quotes, net.method = \"NAME\""},
        {"net:train { 500 }", "train takes keys with values: net:train { iterations = 500 }"},
        {"net:train { iterations = '5' }", "iterations is a whole number from 0 on, not \"5\""},
        {"net:train { iterations = -5 }", "iterations is a whole number from 0 on, not -5"},
        {"net.data()", "net.data is a table, and cannot be called"},
        {"net:predict(0.1, 0.2)", "1 numbers make no rows of 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *shown =
            script(text_print(arena, "net = load 'spiral'\nprint(select(2, pcall(function() %s end)))\n", cases[i][0]));
        cr_expect(strstr(shown, cases[i][1]), "%s: %s", cases[i][0], shown);
    }
}

/* Tables are shown as Lua has them, long ones by their beginning. */
Test(repl, tables_are_shown)
{
    cr_expect_str_eq(script("print({ 1, 'a\\n', { b = 2 }, ['c d'] = true }, {}, 7)\n"
                            "local t = {} for i = 1, 50 do t[i] = i end print(t)\n"
                            "local deep = {} deep.deep = deep print(deep)\n"
                            "print({ { x = string.rep('a', 60) }, { x = string.rep('b', 60) } })\n"),
                     "{ 1, \"a\\n\", { b = 2 }, [\"c d\"] = true }\t{}\t7\n"
                     "{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, .. 30 more }\n"
                     "{ deep = { deep = { deep = { deep = { deep = { deep = { .. } } } } } } }\n"
                     "{\n  { x = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" },\n"
                     "  { x = \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\" }\n}\n");
}

Test(repl, functions_that_cannot_be_taken_over)
{
    const char *shown = script("net = load 'spiral'\nlocal a = 2\n"
                               "print(pcall(function() net.activation = function(x) return a * x end end))\n"
                               "print(pcall(function() net.activation = function(x) return tamh(x) end end))\n"
                               "print(pcall(function() net.activation = math.sin end))\nprint(net)\n");
    cr_expect_not_null(strstr(shown, "false\ta spec does not know the local variable a that this function uses\n"));
    cr_expect_not_null(strstr(shown, "script.lua:4: specs have no \"tamh\"; did you mean \"tanh\"?\n"), "%s", shown);
    cr_expect_not_null(strstr(shown, "false\tthis function has no text: it is not written in Lua\n"));
    cr_expect_not_null(strstr(shown, "\nspiral: 2 -> 2 channels"));
    fixture_close();
}

Test(repl, trainings_that_cannot_begin)
{
    const char *shown = script("net = load 'spiral'\nnet.init = { K = normal(1e300), b = normal(1e300), mu = 1e308 }\n"
                               "net.activation = function(x) return exp(x^2) end\n"
                               "print(pcall(net.train, net, { iterations = 3 }))\nprint(net)\n");
    cr_expect_not_null(strstr(shown, "is not finite at the present parameters: "), "%s", shown);
    cr_expect_not_null(strstr(shown, "\nspiral: 2 -> 2 channels x 15 layers -> 1, kutta4, 108 parameters\n"));
    fixture_close();
}

Test(repl, without_gnuplot)
{
    const char *path = arena_string(arena, getenv("PATH"), strlen(getenv("PATH")));
    const char *text = "net = load 'spiral'\nprint(pcall(net.plot, net, 'flow'))\nprint(net)\n";
    setenv("PATH", "/nowhere", 1);
    const char *shown = script(text);
    setenv("PATH", path, 1);
    cr_expect_not_null(strstr(shown, "false\tgnuplot is not installed"), "%s", shown);
    cr_expect_not_null(strstr(shown, "\nspiral: 2 -> 2 channels"));
    fixture_close();
}

Test(repl, signals)
{
    fixture_text(
        "driven.lua",
        "return network { name = 'driven', inputs = 1, layers = 2, method = 'euler', step = 0.5,\n"
        "  controls = { a = scalar() }, span = { a = 'all' }, signals = 1, observe = 'all', init = { a = 2 },\n"
        "  field = function(y, u, t, s) return u.a * y + s end, loss = 'squared' }\n");
    const char *script =
        fixture_text("script.lua", text_print(arena,
                                              "local net = load '%s/driven.lua'\n"
                                              "local x, s = { { 1 } }, { { { 1 }, { 0 } } }\n"
                                              "local p = net:predict(x, s)\n"
                                              "print(p[1][1][1], p[1][2][1], net:gradient(x, s, p).a)\n"
                                              "print(net:gradient(x, s, { { { 0 }, { 0 } } }).a)\n"
                                              "print(select(2, pcall(net.predict, net, x)))\n"
                                              "print(select(2, pcall(net.predict, net, { 1, 2 }, s)))\n",
                                              folder));
    cr_expect_eq(run(text_print(arena, "run %s", script)), 0, "%s", output());
    cr_expect(strncmp(output(), "2.5\t5.0\t0.0\n12.5\n", 17) == 0, "%s", output());
    cr_expect_not_null(strstr(output(), "this network takes signals: predict(x, s), gradient(x, s, c)\n"), "%s",
                       output());
    cr_expect_not_null(strstr(output(), "2 samples and signals of 1\n"), "%s", output());
    fixture_close();
}

/* What training came to, as a table that prints as its line. */
Test(repl, trainings_are_tables)
{
    const char *shown =
        script("local net = load 'spiral'\n"
               "net.data = { 'spiral2d', samples = 50, validation = 30 }\n"
               "local r = net:train { iterations = 4 }\n"
               "print(r)\n"
               "print(#r.history, r.history[1].iteration, r.history[5].objective == r.objective)\n"
               "print(r.iterations, r.ended, r.kept, r.accuracy <= 1, r.test_accuracy <= 1, r.rmse)\n"
               "print(r.test_objective ~= r.objective, #net:train { iterations = 2 }.history)\n"
               "for key in pairs(r) do assert(key ~= 'line') end\n"
               "local fit = load 'lotka_volterra':train { iterations = 1 }\n"
               "print(fit.rmse > 0, fit.accuracy, fit.test_objective, fit.history[2].rmse == fit.rmse)\n");
    cr_expect_str_eq(strchr(shown, '\n'), "\n5\t0\ttrue\n4\titerations\t4\ttrue\ttrue\tnil\ntrue\t3\n"
                                          "true\tnil\tnil\ttrue\n");
    cr_expect(strncmp(shown, "4 iterations (iterations): objective ", 37) == 0, "%s", shown);
    fixture_close();
}

/* The training's settings say nothing of what was trained; any other key does. */
Test(repl, another_training_keeps_the_parameters)
{
    const char *shown = script("local net = load 'spiral'\n"
                               "net:set { data = { 'spiral2d', samples = 20 } }\n"
                               "local first = net:train { iterations = 20 }\n"
                               "net.train = { algorithm = 'lbfgs' }\n"
                               "local second = net:train { iterations = 1 }\n"
                               "print(second.history[1].objective == first.objective, second.iterations)\n"
                               "net:set { ['train.algorithm'] = 'newton', ['train.tolerance'] = 1e-3 }\n"
                               "print(net:train { iterations = 0 }.objective == second.objective)\n"
                               "net.seed = 3\nprint(net:train { iterations = 0 }.objective == second.objective)\n");
    cr_expect_str_eq(shown, "true\t1\ntrue\nfalse\n");
    fixture_close();
}

Test(repl, parameters_are_set_and_loaded)
{
    const char *shown = script(text_print(arena,
                                          "local net, other = load 'spiral', load 'spiral'\n"
                                          "net:params { W = { { 1, 0 } }, mu = 0.5 }\n"
                                          "print(net:params().W[1][1], net:params().W[1][2], net:params().mu[1])\n"
                                          "print(net:params().K[3][1][2] == other:params().K[3][1][2])\n"
                                          "net:save '%s/p.safetensors'\nother:load '%s/p.safetensors'\n"
                                          "print(tostring(net:params()) == tostring(other:params()))\n"
                                          "other:params(load 'spiral':params())\nprint(other:params().W[1][1] == 1)\n"
                                          "print(pcall(net.params, net, { W = { 1 } }))\n"
                                          "print(pcall(net.params, net, { mus = { 1 } }))\n"
                                          "print(pcall(net.params, net, { W = { 1, 0 / 0 } }))\n"
                                          "print(pcall(net.params, net, { x = { 1 } }))\n",
                                          folder, folder));
    cr_expect_str_eq(shown, "1.0\t0.0\t0.5\ntrue\ntrue\nfalse\nfalse\tthe value of W has 1 numbers, not 2\n"
                            "false\tthere is no tensor mus; did you mean \"mu\"?\nfalse\tW is no finite number\n"
                            "false\tthere is no x to set: training has learnt no inputs yet\n");
    fixture_close();
}

/* Of every method: what was typed is quoted, with its line, and neither the spec's file nor prelude.lua. */
Test(repl, mistakes_are_told_where_they_were_made)
{
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"net.layrs = 3", "unknown key \"layrs\" in network; did you mean \"layers\"?"},
        {"net.layers = 0", "layers = 0 is out of range: 1 to 10000000"},
        {"net:set { train = { rat = 3 } }", "unknown key \"rat\" in train; did you mean \"rate\"?"},
        {"net:set { ['width.a'] = 1 }", "width.a cannot be set: width is no table"},
        {"net:set(3)", "set takes a table: net:set { width = 3 }"},
        {"net.activation = 'tnh'", "there is no activation \"tnh\"; did you mean \"tanh\"?"},
        {"net.activation = function(x) return tamh(x) end", "specs have no \"tamh\"; did you mean \"tanh\"?"},
        {"net.method = tableau { A = { { 0 } }, b = { 2 } }", "the weights b sum to 2; they must sum to 1"},
        {"print(net.layrs)", "a network has no \"layrs\"; did you mean \"layers\"?"},
        {"net:trian()", "a network has no \"trian\"; did you mean \"train\"?"},
        {"net:train { iteration = 3 }", "train has no \"iteration\"; did you mean \"iterations\"?"},
        {"net:train { width = 3 }", "train has no \"width\", which is a key of the network: net.width = .."},
        {"net:train { rate = 3 }",
         "train has no \"rate\", which belongs to the network's train: net.train = { rate = .. }"},
        {"net:train { iterations = 1.5 }", "iterations is a whole number from 0 on, not 1.5"},
        {"net:train(3)", "train takes a table: net:train { iterations = 500 }"},
        {"net:predict()", "predict takes rows: net:predict { { 0.1, 0.2 } }"},
        {"net:predict { x = { 1, 2 } }", "x is a list of numbers, or of lists of them; it has no \"x\""},
        {"net:predict { { 1, 2, 3 } }", "3 numbers make no rows of 2"},
        {"net:gradient({ { 1, 2 } }, { 1 }, 3, 4)", "gradient takes no more than 3 arguments"},
        {"net:gradient { { 1, 2 } }",
         "this network has a loss, which needs targets: gradient(x, c), or with signals gradient(x, s, c)"},
        {"net:hessian { K = { 1 }, Q = 1 }", "the direction of K has 1 numbers, not 60"},
        {"net:emit {}", "emit takes a name in quotes, not a table"},
        {"net:save()", "save takes a name in quotes, not nothing"},
        {"net:plot 'floww'", "there is no picture \"floww\"; did you mean \"flow\"?"},
        {"net:tableau(3)", "tableau takes no more than 0 arguments"},
        {"net.tableau()", "a network was expected: write net:tableau(...), with a colon"},
        {"load 'sprial'",
         "there is no spec \"sprial\", neither a file nor among costate's own; did you mean \"spiral\"?"},
        {"load()", "load takes the name of a spec: load \"spiral\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path =
            fixture_text("typed.lua", text_print(arena, "local net = load 'spiral'\n\n%s\n", cases[i].line));
        cr_expect_eq(run(text_print(arena, "run %s", path)), 1, "%s", cases[i].line);
        const char *wanted = text_print(arena, "%s:3: %s\n", path, cases[i].message);
        cr_expect_str_eq(output(), wanted, "%s", cases[i].line);
    }
    fixture_close();
}

Test(repl, words_that_leave)
{
    static const char *const words[] = {"exit", "quit", "  exit() ", "quit;"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *line = text_print(arena, "printf '=6*7\\n%s\\nnil + 1\\n' | HOME=%s %s repl >%s/output 2>&1",
                                      words[i], folder, program_path(), folder);
        cr_expect_eq(WEXITSTATUS(system(line)), 0, "%s", words[i]);
        cr_expect_str_eq(content_of(fixture_path("output")).data, "42\n", "%s", words[i]);
    }
    fixture_close();
}
