/* Specs by name, and keys that the command line changes. */
#include "tests/unit/program.h"

#include <string.h>
#include <sys/stat.h>

TestSuite(change, .init = fixture_open, .fini = program_close);

Test(change, every_command_finds_specs_by_name)
{
    const char *parameters = path_join(arena, fixture_path("run"), "model.safetensors");
    costate_succeeds("train spiral --iterations 1 --out %s", fixture_path("run"));
    costate_succeeds("check spiral");
    costate_succeeds("derive spiral");
    costate_succeeds("gradient spiral -o %s", fixture_path("g"));
    costate_succeeds("emit spiral -o %s", fixture_path("solver"));
    costate_succeeds("evaluate spiral --params %s --data %s", parameters,
                     fixture_text("p.csv", "x1,x2,label\n0.1,0.2,1\n"));
    costate_succeeds("predict spiral --params %s --data %s", parameters, fixture_path("p.csv"));
    costate_succeeds("plot %s --ascii", fixture_path("run"));
    expect_refusal(costate("check sprial"), 1,
                   "there is no spec \"sprial\", neither a file nor among costate's own; did you mean \"spiral\"?\n");
    expect_refusal(costate("check specs/sprial.lua"), 1, "specs/sprial.lua: cannot read: No such file or directory\n");
}

/* A spec and the same with that text in the place of what --set says. */
static void assert_same(const char *options, const char *keys)
{
    const char *form =
        "return network { name = 'm', inputs = 2, layers = 3, method = 'euler', activation = 'tanh',\n"
        "  head = { outputs = 1, link = 'sigmoid' }, loss = 'squared', data = { 'spiral2d', samples = 20 },\n"
        "  train = { search = 'armijo', tau = 0.2, iterations = 2 }, %s }\n";
    const char *path = fixture_text("m.lua", text_print(arena, form, ""));
    Outcome set = costate_succeeds("train %s %s --out %s", path, options, fixture_path("set"));
    fixture_text("m.lua", text_print(arena, form, keys));
    Outcome written = costate_succeeds("train %s --out %s", path, fixture_path("written"));
    const char *a = content_of(path_join(arena, fixture_path("set"), "trace.csv")).data;
    const char *b = content_of(path_join(arena, fixture_path("written"), "trace.csv")).data;
    cr_expect_str_eq(a, b, "%s: %s%s", options, set.out, written.out);
    remove_tree(fixture_path("set"));
    remove_tree(fixture_path("written"));
}

Test(change, keys_are_set_as_if_they_stood_there)
{
    assert_same("--set width=4", "width = 4");
    assert_same("--set method=kutta4 --set activation=softplus", "method = 'kutta4', activation = 'softplus'");
    assert_same("--set step=1/7 --set average=true", "step = 1 / 7, average = true");
    assert_same("--set train.iterations=4", "train = { search = 'armijo', tau = 0.2, iterations = 4 }");
    assert_same("--set train.algorithm=adam --set train.rate=0.1", "train = { algorithm = 'adam', rate = 0.1 }");
    assert_same("--set train.algorithm=adam --set train.epochs=3", "train = { algorithm = 'adam', epochs = 3 }");
    assert_same("--set train.tau=nil", "train = { search = 'armijo', iterations = 2 }");
    assert_same("--set data.1=donut2d --set data.samples=30", "data = { 'donut2d', samples = 30 }");
    assert_same("--set init.K={{1,2},{3,4}} --set learn={'K','b'}",
                "init = { K = { { 1, 2 }, { 3, 4 } } }, learn = { 'K', 'b' }");
    assert_same("--set width=4 --set width=3", "width = 3");
}

/* What belongs to a training of another kind goes with it; what is then set that does not belong there is an error. */
Test(change, mistakes_are_told)
{
    static const struct {
        const char *setting, *message;
        int status;
    } cases[] = {
        {"widht=4", "--set: unknown key \"widht\" in network; did you mean \"width\"?\n", 1},
        {"layers=0", "--set: layers = 0 is out of range: 1 to 10000000\n", 1},
        {"train.rat=4", "--set: unknown key \"rat\" in train; did you mean \"rate\"?\n", 1},
        {"train.rate=4", "--set: train.rate belongs to algorithm = \"adam\", not to search = \"armijo\"\n", 1},
        {"width.a=4", "--set: width.a cannot be set: width is no table\n", 1},
        {"width=}", "--set: unexpected symbol near '}'\n", 1},
        {"activation=tnh", "--set: there is no activation \"tnh\"; did you mean \"tanh\"?\n", 1},
        {"method=mine.lua", "--set: there is no file \"mine.lua\"\n", 1},
        {"width", "--set takes KEY=VALUE, such as train.rate=0.1, not width\n", 2},
        {"width=", "--set takes KEY=VALUE, such as train.rate=0.1, not width=\n", 2},
        {".a=1", "--set takes KEY=VALUE, such as train.rate=0.1, not .a=1\n", 2},
        {"a..b=1", "--set takes KEY=VALUE, such as train.rate=0.1, not a..b=1\n", 2},
        {"a.=1", "--set takes KEY=VALUE, such as train.rate=0.1, not a.=1\n", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_refusal(costate("check spiral --set %s", cases[i].setting), cases[i].status, cases[i].message);
}

/* Files that are typed are sought where one is, those of a spec beside it. A run finds its data from anywhere. */
Test(change, files_are_sought_where_they_were_typed)
{
    static const char table[] = "x1,x2,label\n1,2,0\n-1,2,1\n1,-2,0\n";
    const char *inner = fixture_path("inner");
    cr_assert_eq(mkdir(inner, 0777), 0);
    fixture_text("typed.csv", table);
    fixture_text("mine.lua", "return tableau { A = { { 0, 0 }, { 1, 0 } }, b = { 0.5, 0.5 } }\n");
    fixture_text("inner/beside.csv", table);
    fixture_text("inner/s.lua",
                 "return network { inputs = 2, layers = 2, method = 'euler', activation = 'tanh', loss = 'squared',\n"
                 "  head = { outputs = 1, link = 'sigmoid' }, data = { 'beside.csv' } }\n");
    fixture_text("script.lua", "net = load 'inner/s.lua'\nnet.data = { 'typed.csv' }\nprint(net:train {"
                               " iterations = 1 }.iterations)\nnet.data = { 'beside.csv' }\nnet:train()\n");
    program_folder = folder;
    costate_succeeds("train inner/s.lua --iterations 1 --out beside");
    costate_succeeds("train inner/s.lua --set data.1=typed.csv --set method=mine.lua --iterations 1 --out typed");
    costate_succeeds("train inner/s.lua --set data={'typed.csv'} --iterations 1 --out whole");
    expect_refusal(
        costate("train inner/s.lua --set data.1=beside.csv --out other"), 1,
        "--set: there is no file \"beside.csv\"; beside the spec there is \"inner/beside.csv\": what is typed "
        "is sought here\n");
    const Outcome done = costate("run script.lua");
    cr_expect_str_eq(done.out, "1\n");
    cr_expect(strstr(done.err, "script.lua:5: script.lua:4: there is no file \"beside.csv\"; beside the spec"), "%s",
              done.err);
    program_folder = inner;
    costate_succeeds("evaluate ../beside");
    costate_succeeds("evaluate ../whole");
    program_folder = NULL;
}

/* The folder of a run remembers. */
Test(change, a_run_is_of_the_changed_spec)
{
    const char *run = fixture_path("run");
    costate_succeeds("train spiral --set width=3 --set data.samples=40 --set train.iterations=2 --out %s", run);
    costate_succeeds("plot %s --ascii --only objective", run);
    cr_expect_not_null(strstr(costate_succeeds("evaluate %s", run).out, "training: 40 samples"));
    expect_refusal(costate("train spiral --set width=2 --set data.samples=40 --out %s --resume", run), 1,
                   "this run was made with another spec");
    expect_refusal(costate("evaluate %s --set width=2", run), 2, "a RUN_DIR has its spec: leave --set away\n");
    expect_refusal(costate("predict %s --set width=2", run), 2, "a RUN_DIR has its spec: leave --set away\n");
}
