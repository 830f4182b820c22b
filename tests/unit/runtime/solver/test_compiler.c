#include "runtime/solver/compiler.h"
#include "tests/unit/toolchain.h"

#include <errno.h>
#include <dlfcn.h>

TestSuite(compiler, .init = toolchain_open, .fini = program_close);

/* ---- which compiler ---- */

static const Compiler *compiler_named(const char *words)
{
    setenv("CC", words, true);
    const Compiler *compiler = compiler_find(arena, diagnostics, 20);
    cr_assert_not_null(compiler, "%s", fixture_messages());
    return compiler;
}

static void expect_words(const char *words, const char *first, const char *second)
{
    const Compiler *compiler = compiler_named(words);
    cr_expect_str_eq(compiler->words[0], first);
    if (second)
        cr_expect_str_eq(compiler->words[1], second);
    cr_expect_null(compiler->words[second ? 2 : 1]);
}

Test(compiler, is_what_CC_says_cut_at_blanks)
{
    expect_words("", "cc", NULL);
    expect_words(" \t", "cc", NULL);
    expect_words("gcc", "gcc", NULL);
    expect_words("  gcc \t -m64 ", "gcc", "-m64");
    unsetenv("CC");
    const Compiler *compiler = compiler_find(arena, diagnostics, 20);
    cr_assert_not_null(compiler);
    cr_expect_str_eq(compiler->words[0], "cc");
}

Test(compiler, is_known_by_its_words_and_its_version)
{
    be_compiler("");
    const char *path = getenv("CC"), *plain = compiler_named(path)->version;
    cr_expect_str_eq(plain, text_print(arena, "%s\nfake\n", path));
    const char *other = text_print(arena, "%s ", path);
    cr_expect_str_neq(compiler_named(other)->version, plain);
    cr_expect_str_neq(compiler_named("gcc")->version, compiler_named("tcc")->version);
}

static void expect_no_compiler(const char *words, double seconds, const char *message)
{
    setenv("CC", words, true);
    diagnostics = diagnostics_new(arena);
    cr_expect_null(compiler_find(arena, diagnostics, seconds), "%s", words);
    cr_expect(strstr(fixture_messages(), message), "no \"%s\" in: %s", message, fixture_messages());
}

Test(compiler, says_why_there_is_none)
{
    expect_no_compiler("no-such-compiler", 20, "cannot run the C compiler no-such-compiler: No such file or directory");
    expect_no_compiler("/etc/passwd -x", 20, "cannot run the C compiler /etc/passwd: Permission denied");
    expect_no_compiler("false", 20, "the C compiler false --version: exit code 1");
}

static const char *script(const char *body)
{
    const char *path = fixture_text("script", text_print(arena, "#!/bin/sh\n%s\n", body));
    chmod(path, 0700);
    return path;
}

/* What hangs is killed with what it started, and nothing is left to wait for. */
Test(compiler, that_hangs_is_left)
{
    const char *body =
        text_print(arena, "sleep 1000 & echo $! >%s; echo $$ >%s; wait", fixture_path("inner"), fixture_path("outer"));
    expect_no_compiler(script(body), 1, "does not tell its version");
    cr_expect(is_gone(fixture_path("outer")));
    cr_expect(is_gone(fixture_path("inner")));
    cr_expect(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

Test(compiler, no_shell_sees_its_name)
{
    expect_no_compiler(text_print(arena, "cc;touch\t%s", fixture_path("seen")), 20, "cannot run");
    expect_no_compiler(text_print(arena, "$(touch>%s)", fixture_path("seen")), 20, "cannot run");
    cr_expect_not(file_exists(fixture_path("seen")));
}

/* ---- compiling ---- */

/* Compiles text in the folder with that name; how that ended. */
static CompilerState compile(const char *text, const char *flags, const char *name, double seconds,
                             Compilation **compilation)
{
    const char *workshop = fixture_path(name);
    CompilerState state;
    mkdir(workshop, 0700);
    const Compiler *compiler = compiler_find(arena, diagnostics, 20);
    cr_assert_not_null(compiler, "%s", fixture_messages());
    *compilation = compiler_start(arena, diagnostics, compiler, flags, text, workshop, seconds);
    cr_assert_not_null(*compilation, "%s", fixture_messages());
    while ((state = compiler_look(arena, diagnostics, *compilation)) == COMPILER_WORKING)
        process_wait(&(*compilation)->process, 0.1);
    return state;
}

Test(compiler, makes_a_shared_object_whatever_the_folder_is_called)
{
    Compilation *compilation;
    const char *text = "int twice(int x) { return 2 * x; }\n";
    cr_assert_eq(compile(text, "-O1 -fPIC\t -shared", "a 'b\" $(c) `d`;", 100, &compilation), COMPILER_DONE, "%s",
                 fixture_messages());
    void *library = dlopen(compilation->object, RTLD_NOW);
    cr_assert_not_null(library, "%s", dlerror());
    cr_expect_not_null(dlsym(library, "twice"));
    dlclose(library);
    cr_expect(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

Test(compiler, keeps_temporary_files_where_it_works)
{
    Compilation *compilation;
    be_compiler("echo \"$TMPDIR\" >&2; exit 1");
    setenv("TMPDIR", "/nowhere", true);
    cr_expect_eq(compile("", "", "workshop", 100, &compilation), COMPILER_FAILED);
    cr_expect(strstr(fixture_messages(), "exit code 1: workshop\n"), "%s", fixture_messages());
}

Test(compiler, that_fails_is_quoted)
{
    Compilation *compilation;
    cr_expect_eq(compile("int x = ;\n", "-shared", "workshop", 100, &compilation), COMPILER_FAILED);
    cr_expect(strstr(fixture_messages(), "the C compiler cc fails, exit code 1: "), "%s", fixture_messages());
    cr_expect(strstr(fixture_messages(), "solver.c:1:9: error:"), "%s", fixture_messages());
}

Test(compiler, that_dies_silently_is_named)
{
    Compilation *compilation;
    be_compiler("kill -9 $$");
    cr_expect_eq(compile("", "", "workshop", 100, &compilation), COMPILER_FAILED);
    cr_expect(strstr(fixture_messages(), "fails, exit code 137: it says nothing"), "%s", fixture_messages());
}

Test(compiler, that_takes_too_long_is_killed_with_all_it_started)
{
    Compilation *compilation;
    be_compiler(text_print(arena, "sleep 1000 & echo $! >%s; wait", fixture_path("inner")));
    cr_expect_eq(compile("", "", "workshop", 1, &compilation), COMPILER_FAILED);
    cr_expect(strstr(fixture_messages(), "takes too long"), "%s", fixture_messages());
    cr_expect(is_gone(fixture_path("inner")));
    cr_expect(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

/* Where nobody keeps the exit code of a child, the end is seen all the same. */
Test(compiler, without_an_exit_code_counts_as_failed)
{
    Compilation *compilation;
    be_compiler("exit 0");
    const Compiler *compiler = compiler_find(arena, diagnostics, 20);
    signal(SIGCHLD, SIG_IGN);
    mkdir(fixture_path("workshop"), 0700);
    compilation = compiler_start(arena, diagnostics, compiler, "", "", fixture_path("workshop"), 100);
    cr_assert_not_null(compilation);
    cr_expect(process_wait(&compilation->process, 20));
    cr_expect_eq(compiler_look(arena, diagnostics, compilation), COMPILER_FAILED);
    signal(SIGCHLD, SIG_DFL);
}
