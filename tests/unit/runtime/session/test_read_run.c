/* The folder of a run stands for itself: its spec with the files that it names, and where its data are. */
#include "tests/unit/fixture.h"
#include "tests/unit/shell.h"

#include <sys/stat.h>

TestSuite(run_folder, .init = fixture_open);

static const char files[] = "u,v,label\n0.1,0.2,0\n-0.4,0.3,1\n0.6,-0.5,1\n-0.2,-0.8,0\n0.9,0.4,0\n-0.7,0.1,1\n";

/* p/spec.lua with an activation, a method and data of its own, which names nothing of costate's. */
static void make_project(void)
{
    static const char *const folders[] = {"p", "p/tableau", "p/activation"};
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq(mkdir(fixture_path(folders[i]), 0700), 0);
    fixture_text("p/tableau/mine.lua", "return 'other' -- another name");
    mkdir(fixture_path("p/tableau/tableau"), 0700);
    fixture_text("p/tableau/tableau/other.lua", "return tableau { A = { { 0 }, { '2/3' } }, b = { '1/4', '3/4' } }\n");
    fixture_text("p/activation/soft.lua", "#!comment\nlocal function s(x) return x * sigmoid(x) end\n"
                                          "return function(x) return s(x) end");
    fixture_text("p/d.csv", files);
    fixture_text("p/spec.lua", "\xef\xbb\xbf-- mine\nreturn network { inputs = 2, width = 2, layers = 3, method = "
                               "'mine', activation = 'soft',\n head = { outputs = 1, link = 'sigmoid' }, loss = "
                               "'squared', data = { 'd.csv' }, train = { iterations = 5 } }\n");
}

static void remove_project(const char *name)
{
    static const char *const folders[] = {"/tableau/tableau", "/tableau", "/activation", "/run/plots", "/run", ""};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        fixture_remove(fixture_path(text_print(arena, "%s%s", name, folders[i])));
}

static void forget_spec(void)
{
    static const char *const gone[] = {"p/spec.lua", "p/tableau/mine.lua", "p/tableau/tableau/other.lua",
                                       "p/activation/soft.lua"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        cr_assert_eq(remove(fixture_path(gone[i])), 0);
}

/* Runs a command on a path in the temporary folder, from the root. */
static int run_at(const char *command, const char *path, const char *options)
{
    return run(text_print(arena, "%s %s %s", command, fixture_path(path), options));
}

Test(run_folder, needs_nothing_else_but_its_data)
{
    make_project();
    cr_assert_eq(run_at("train", "p/spec.lua", text_print(arena, "--set width=3 --out %s/p/run", folder)), 0, "%s",
                 output());
    const char *out = fixture_path("p/solver");
    cr_expect_eq(run_at("evaluate", "p/run", ""), 0);
    const char *before = arena_string(arena, last.out, strlen(last.out));
    cr_expect_eq(run_at("emit", "p/spec.lua", text_print(arena, "--set width=3 --params %s/p/run -o %s", folder, out)),
                 0, "%s", output());
    const char *header = content_of(path_join(arena, out, "spec.h")).data;
    fixture_remove(out);
    fixture_text("p/activation/soft.lua",
                 "-- a comment, that moves what stands below it\n\nreturn function(x) return x * "
                 "sigmoid(x) end\n");
    cr_expect_eq(run_at("train", "p/spec.lua",
                        text_print(arena, "--set width=3 --out %s/p/run --resume --iterations 5", folder)),
                 0, "%s", output());
    forget_spec();
    cr_expect_eq(run_at("evaluate", "p/run", ""), 0, "%s", output());
    cr_expect_str_eq(last.out, before);
    cr_expect_eq(run_at("predict", "p/run", ""), 0, "%s", output());
    cr_expect_eq(run_at("predict", "p/run", text_print(arena, "--data %s/p/d.csv", folder)), 0, "%s", output());
    cr_expect_eq(run_at("compare", "p/run", ""), 0, "%s", output());
    cr_expect_eq(run_at("plot", "p/run", "--only objective"), 0, "%s", output());
    cr_expect_eq(run_at("report", "p/run", ""), 0, "%s", output());
    cr_expect_eq(run_at("check", "p/run", ""), 0, "%s", output());
    cr_expect_eq(run_at("emit", "p/run", text_print(arena, "-o %s", out)), 0, "%s", output());
    const char *again = content_of(path_join(arena, out, "spec.h")).data;
    cr_expect_str_eq(strstr(again, "#ifndef"), strstr(header, "#ifndef"), "the same solver but for the spec's hash");
    fixture_remove(out);
    const char *parameters = text_print(arena, "--init %s/p/run", folder);
    cr_expect_eq(run_at("gradient", "p/run", text_print(arena, "%s -o %s/p/g", parameters, folder)), 0, "%s", output());
    cr_expect_eq(run_at("train", "p/run", text_print(arena, "%s --out %s/run", parameters, folder)), 0, "%s", output());
    fixture_remove(fixture_path("run"));
    cr_expect_eq(run_at("predict", "p/run/spec.lua", text_print(arena, "--params %s/p/run", folder)), 0, "%s",
                 output());
    const char *script = fixture_text("p/s.lua", text_print(arena,
                                                            "net = load '%s/p/run'\nnet:load '%s/p/run'\n"
                                                            "print(net)\n",
                                                            folder, folder));
    cr_expect_eq(run(text_print(arena, "run %s", script)), 0, "%s", output());
    cr_expect_eq(run_at("train", "p/run", "--resume --iterations 8"), 0, "%s", output());
    cr_expect_not_null(strstr(output(), "spec: 8 iterations"), "%s", output());
    remove_project("p");
    fixture_close();
}

/* The data are found where they lie seen from the run, then where they were; else both places are said. */
Test(run_folder, finds_data_wherever_it_is_moved)
{
    static const char *const options[] = {"", "--data p/d.csv"};
    for (size_t i = 0; i < 2; i++) {
        make_project();
        program_folder = folder;
        cr_assert_eq(run(text_print(arena, "train p/spec.lua --out p/run %s", options[i])), 0, "%s", output());
        program_folder = NULL;
        cr_assert_eq(rename(fixture_path("p"), fixture_path("q")), 0);
        cr_expect_eq(run_at("evaluate", "q/run", ""), 0, "%s", output());
        cr_assert_eq(rename(fixture_path("q"), fixture_path("p")), 0);
        cr_assert_eq(rename(fixture_path("p/run"), fixture_path("run")), 0);
        cr_expect_eq(run_at("evaluate", "run", ""), 0, "%s", output());
        cr_assert_eq(rename(fixture_path("p/d.csv"), fixture_path("e.csv")), 0);
        cr_expect_eq(run_at("evaluate", "run", ""), 1);
        cr_expect_str_eq(last.err, text_print(arena,
                                              "%s/run: there is no file \"%s/d.csv\", where this run's data lie seen "
                                              "from its folder, nor \"%s/p/d.csv\", where they were: put them back\n",
                                              folder, folder, folder));
        cr_expect_eq(run_at("predict", "run", text_print(arena, "--data %s/e.csv", folder)), 0, "%s", output());
        cr_assert_eq(rename(fixture_path("run"), fixture_path("p/run")), 0);
        cr_expect_eq(run_at("report", "p/run", ""), 1);
        cr_expect_str_eq(last.err,
                         text_print(arena,
                                    "%s/p/run: there is no file \"%s/p/d.csv\", which this run was trained on: put it "
                                    "back\n",
                                    folder, folder));
        fixture_text("p/d.csv", "u,v,label\n0.1,0.2,0\n-0.4,0.3,1\n");
        cr_expect_eq(run_at("plot", "p/run", ""), 1);
        cr_expect_not_null(strstr(last.err, text_print(arena,
                                                       "%s/p/run: the data have changed since this run: %s/p/d.csv had "
                                                       "the hash ",
                                                       folder, folder)),
                           "%s", last.err);
        remove_project("p");
        remove(fixture_path("e.csv"));
    }
    fixture_close();
}

/* A spec that somebody else wrote is not replaced, one of the run that was changed is told from it, and a comment in it
 * is none of that. */
Test(run_folder, has_a_spec_of_its_own)
{
    make_project();
    cr_expect_eq(run_at("train", "p/spec.lua", text_print(arena, "--out %s/p", folder)), 1);
    cr_expect_str_eq(last.err, text_print(arena,
                                          "%s/p/spec.lua: this spec is no run's own, which is written under that name: "
                                          "take another folder\n",
                                          folder));
    cr_expect_not(file_exists(fixture_path("p/report.json")));
    static const char whole[] =
        "return network { inputs = 1, layers = 1, name = 'whole', method = tableau { A = { { 0 } "
        "}, b = { 1 } }, activation = function(x) return x end, head = { outputs = 1, link = "
        "'identity' }, loss = 'squared', data = { x = { { 1 } }, labels = { { 2 } } } }";
    cr_assert_eq(mkdir(fixture_path("w"), 0700), 0);
    fixture_text("w/spec.lua", whole);
    cr_expect_eq(run_at("train", "w/spec.lua", text_print(arena, "--out %s/w", folder)), 1, "it names no files");
    cr_expect_str_eq(content_of(fixture_path("w/spec.lua")).data, whole);
    fixture_remove(fixture_path("w"));
    cr_assert_eq(run_at("train", "p/spec.lua", text_print(arena, "--out %s/p/run", folder)), 0, "%s", output());
    const char *text = content_of(fixture_path("p/run/spec.lua")).data;
    fixture_text("p/run/spec.lua", text_print(arena, "-- a comment\n\n%s", text));
    cr_expect_eq(run_at("evaluate", "p/run", ""), 0, "%s", output());
    fixture_text("p/run/spec.lua", text_print(arena, "changes { loss = 'crossentropy' }\n%s", text));
    cr_expect_eq(run_at("evaluate", "p/run", ""), 1);
    cr_expect_str_eq(last.err, text_print(arena,
                                          "%s/p/run/spec.lua: this spec was changed after the run, and has another "
                                          "network or objective: put it back, or train it in another folder\n",
                                          folder));
    static const char *const commands[] = {"evaluate", "predict"};
    for (size_t i = 0; i < 2; i++) {
        cr_expect_eq(run_at(commands[i], "p/run", "--backend nope"), 2);
        cr_expect_not_null(strstr(last.err, "--backend takes tcc, cc or auto, not nope\n"), "%s", last.err);
        cr_expect_eq(run_at(commands[i], "p/run", "--threads x"), 2);
    }
    cr_assert_eq(remove(fixture_path("p/run/spec.lua")), 0);
    cr_expect_eq(run_at("evaluate", "p/run", ""), 1);
    cr_expect_str_eq(last.err,
                     text_print(arena,
                                "%s/p/run: this run has no spec.lua: it is of an older version, or not whole; "
                                "train it again\n",
                                folder));
    cr_expect_eq(run_at("check", "p/tableau", ""), 1);
    cr_expect_str_eq(last.err, text_print(arena,
                                          "%s/p/tableau: this folder has no spec.lua, as that of a run has: name a "
                                          "spec or the folder of a run\n",
                                          folder));
    remove_project("p");
    fixture_close();
}

/* What stands in a spec is taken by kind and name, and changes of one that was written out twice are on top. */
Test(run_folder, specs_that_bring_their_files)
{
    static const char *const wrong[][2] = {
        {"supply('tableau', 'mine')",
         "supply takes \"tableau\" or \"activation\", a name and a function: supply(\"tableau\", "
         "\"mine\", function() return tableau { ... } end)"},
        {"changes(3)", "bad argument #1 to 'changes' (table expected, got number)"},
        {"supply('tableau', 'mine', function() return 3 end)",
         "method must be the name of a tableau or tableau { A = ..., b = ... }, not an integer"}};
    static const char network[] = "return network { inputs = 1, layers = 2, method = 'mine', activation = 'tanh', "
                                  "head = { outputs = 1, link = 'identity' }, loss = 'squared' }";
    fixture_text("s.lua", text_print(arena,
                                     "supply('tableau', 'mine', function() return tableau { A = { { 0 } }, b = { 1 } } "
                                     "end)\nchanges { width = 4, layers = 7 }\nchanges { width = 3, step = 0.5 }\n%s",
                                     network));
    cr_expect_eq(run_at("derive", "s.lua", "--pass c --set step=0.25"), 0, "%s", output());
    cr_expect_not_null(strstr(last.out, "width 4"), "%s", last.out);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        fixture_text("s.lua", text_print(arena, "%s\n%s", wrong[i][0], network));
        cr_expect_eq(run_at("derive", "s.lua", ""), 1);
        cr_expect_not_null(strstr(last.err, wrong[i][1]), "%s", last.err);
    }
    fixture_close();
}
