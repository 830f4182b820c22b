#include "runtime/solver/cache.h"
#include "tests/unit/program.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <utime.h>

TestSuite(cache, .init = fixture_open, .fini = program_close);

/* ---- the folder ---- */

static void expect_folder(const char *cache, const char *home, const char *expected)
{
    cache ? setenv("XDG_CACHE_HOME", cache, true) : unsetenv("XDG_CACHE_HOME");
    home ? setenv("HOME", home, true) : unsetenv("HOME");
    const char *found = cache_folder(arena, diagnostics);
    cr_assert_not_null(found, "%s", fixture_messages());
    cr_expect_str_eq(found, expected);
    cr_expect_eq(diagnostics_errors(diagnostics), 0);
}

Test(cache, is_where_the_specification_says)
{
    const char *in_home = fixture_path("home/.cache/costate"), *named = fixture_path("named/costate");
    expect_folder(fixture_path("named"), fixture_path("home"), named);
    expect_folder(fixture_path("named"), NULL, named);
    expect_folder(NULL, fixture_path("home"), in_home);
    expect_folder("", fixture_path("home"), in_home);
    expect_folder("relative", fixture_path("home"), in_home);
    cr_expect_not(file_exists("relative"));
}

static void expect_no_folder(const char *cache, const char *home, const char *message)
{
    setenv("XDG_CACHE_HOME", cache, true);
    home ? setenv("HOME", home, true) : unsetenv("HOME");
    diagnostics = diagnostics_new(arena);
    cr_expect_null(cache_folder(arena, diagnostics));
    cr_expect(strstr(fixture_messages(), message), "no \"%s\" in: %s", message, fixture_messages());
}

Test(cache, needs_a_folder)
{
    expect_no_folder("", NULL, "neither XDG_CACHE_HOME nor HOME is set");
    expect_no_folder("relative", "home", "neither XDG_CACHE_HOME nor HOME is set");
    expect_no_folder(fixture_text("file", ""), NULL, "file/costate: cannot create the folder: Not a directory");
    expect_no_folder("/proc/none", NULL, "/proc/none/costate: cannot create the folder: No such file");
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    cr_assert_eq(stat(path, &status), 0);
    return status.st_mode & 0777;
}

Test(cache, belongs_to_its_user_alone)
{
    mode_t before = umask(0);
    setenv("XDG_CACHE_HOME", folder, true);
    const char *path = cache_folder(arena, diagnostics);
    cr_expect_eq(umask(before), 0);
    cr_assert_not_null(path);
    cr_expect_eq(mode_of(path), 0700);
    static const mode_t modes[] = {0720, 0702, 0777};
    for (size_t i = 0; i < 3; i++) {
        chmod(path, modes[i]);
        expect_no_folder(folder, NULL, "costate: other users own this folder or can write to it");
    }
    chmod(path, 0755);
    cr_expect_not_null(cache_folder(arena, diagnostics));
    if (geteuid() == 0 && chown(path, 1, 1) == 0)
        expect_no_folder(folder, NULL, "costate: other users own this folder or can write to it");
}

/* ---- entries ---- */

static const char recipe[] = "\ncompiler 1\nint main(void) { return 0; }\n", object[] = "\x7f"
                                                                                        "ELF, more or less";

/* The path of a new entry. */
static const char *stored(void)
{
    const char *path = cache_entry(arena, folder, "it", recipe);
    const char *made = fixture_text("object.so", object);
    cr_assert(cache_store(arena, diagnostics, path, recipe, made), "%s", fixture_messages());
    return path;
}

Test(cache, gives_back_what_was_stored)
{
    const char *path = cache_entry(arena, folder, "it", recipe);
    cr_expect_eq(cache_look(arena, path, recipe), CACHE_ABSENT);
    mode_t before = umask(0);
    cr_expect_str_eq(stored(), path);
    cr_expect_eq(umask(before), 0);
    cr_expect_eq(cache_look(arena, path, recipe), CACHE_SOUND);
    cr_expect_eq(mode_of(path), 0600);
    cr_expect_eq(memcmp(content_of(path).data, object, sizeof object - 1), 0, "a loader sees the object first");
    cr_expect_eq(fixture_entries(), 2, "object.so and the entry");
    cr_expect_str_eq(stored(), path);
    cr_expect_eq(cache_look(arena, path, recipe), CACHE_SOUND);
}

Test(cache, entries_differ_by_recipe)
{
    const char *path = stored();
    cr_expect_str_neq(cache_entry(arena, folder, "it", "another"), path);
    cr_expect_eq(cache_look(arena, path, "another"), CACHE_BROKEN, "as if two recipes had one hash");
    cr_expect_eq(cache_look(arena, path, ""), CACHE_SOUND, "the end of every recipe");
}

Test(cache, knows_a_damaged_entry)
{
    const char *path = stored();
    Content whole = content_of(path);
    for (size_t size = 0; size < whole.size; size++) {
        fixture_file("cut", whole.data, size);
        cr_expect_eq(cache_look(arena, fixture_path("cut"), recipe), CACHE_BROKEN, "%zu bytes", size);
    }
    for (size_t i = 0; i < whole.size; i++) {
        whole.data[i] ^= 4;
        fixture_file("changed", whole.data, whole.size);
        whole.data[i] ^= 4;
        cr_expect_eq(cache_look(arena, fixture_path("changed"), recipe), CACHE_BROKEN, "byte %zu", i);
    }
    fixture_file("longer", text_print(arena, "%s\n", whole.data), whole.size + 1);
    cr_expect_eq(cache_look(arena, fixture_path("longer"), recipe), CACHE_BROKEN);
    fixture_file("gzip", "\x1f\x8b\x08garbage", 10);
    cr_expect_eq(cache_look(arena, fixture_path("gzip"), recipe), CACHE_BROKEN);
}

Test(cache, trusts_the_users_own_files_alone)
{
    const char *path = stored(), *link = fixture_path("link");
    cr_assert_eq(symlink(path, link), 0);
    cr_expect_eq(cache_look(arena, link, recipe), CACHE_BROKEN);
    cr_expect_eq(cache_look(arena, folder, recipe), CACHE_BROKEN);
    chmod(path, 0622);
    cr_expect_eq(cache_look(arena, path, recipe), CACHE_BROKEN);
    chmod(path, 0644);
    cr_expect_eq(cache_look(arena, path, recipe), CACHE_SOUND);
    if (geteuid() == 0 && chown(path, 1, 1) == 0)
        cr_expect_eq(cache_look(arena, path, recipe), CACHE_BROKEN);
}

Test(cache, a_full_disk_leaves_nothing)
{
    const struct rlimit limit = {40, 40};
    const char *path = cache_entry(arena, folder, "it", recipe), *made = fixture_text("object.so", object);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_not(cache_store(arena, diagnostics, path, recipe, made));
    cr_expect(strstr(fixture_messages(), "cannot write: File too large"), "%s", fixture_messages());
    cr_expect_eq(fixture_entries(), 1);
}

/* ---- the workshop ---- */

static void age(const char *path, time_t seconds)
{
    time_t then = time(NULL) - seconds;
    cr_assert_eq(utime(path, &(struct utimbuf){then, then}), 0);
}

Test(cache, a_workshop_goes_with_its_files)
{
    const char *workshop = cache_workshop(arena, diagnostics, folder);
    cr_assert_not_null(workshop, "%s", fixture_messages());
    cr_assert(file_write(diagnostics, path_join(arena, workshop, "solver.c"), "", 0));
    cr_expect_eq(mode_of(workshop), 0700);
    cache_discard(workshop);
    cr_expect_eq(fixture_entries(), 0);
}

Test(cache, what_a_killed_process_left_goes_after_an_hour)
{
    const char *old = cache_workshop(arena, diagnostics, folder), *entry = stored();
    cr_assert(file_write(diagnostics, path_join(arena, old, "solver.c"), "", 0));
    age(entry, 1000000);
    age(old, 3500);
    const char *second = cache_workshop(arena, diagnostics, folder);
    cr_expect(file_exists(old));
    age(old, 3700);
    const char *third = cache_workshop(arena, diagnostics, folder);
    cr_expect_not(file_exists(old));
    cr_expect(file_exists(second) && file_exists(third) && file_exists(entry));
}

Test(cache, a_workshop_needs_its_folder)
{
    cr_expect_null(cache_workshop(arena, diagnostics, fixture_path("none")));
    cr_expect_str_eq(fixture_messages(), "none: cannot create a folder: No such file or directory\n");
}
