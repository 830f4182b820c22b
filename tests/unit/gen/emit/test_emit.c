/* emit: checksums, editions, and what is written into a folder. */
#include "tests/unit/specs.h"

#include "gen/emit/bundle.h"
#include "runtime/command/emission.h"
#include "gen/emit/seal.h"
#include "gen/emit/template.h"

TestSuite(emit, .init = fixture_open, .fini = fixture_close);

static const char SPEC[] = "return network { name = 'tiny', inputs = 2, width = 3, layers = 2, method = 'kutta3',"
                           " activation = 'tanh', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }";

/* Those that can be made of the solver. */
static Kinds every_kind(const Blueprint *blueprint)
{
    Kinds kinds = {{false}};
    for (size_t k = 0; k < KIND_COUNT; k++) {
        Kinds one = {{false}};
        one.wanted[k] = true;
        kinds.wanted[k] = bundle_check(blueprint, &one, diagnostics_new(arena));
    }
    return kinds;
}

static Bundle bundle_of(const Edition *edition, bool single)
{
    const Program *first = program_of(SPEC);
    const Program *program = gen_edition(
        arena, diagnostics, edition->hessian ? gen_second(arena, diagnostics, first) : first, single, edition);
    cr_assert_not_null(program);
    const Example example = example_new(arena, program->blueprint);
    const Kinds all = every_kind(program->blueprint);
    return bundle_files(arena, program->blueprint, &example, &all);
}

static const char *text_of(const Bundle *bundle, const char *name)
{
    for (size_t i = 0; i < bundle->count; i++)
        if (!strcmp(bundle->files[i].name, name))
            return bundle->files[i].text;
    cr_assert_fail("no file %s", name);
    return NULL;
}

static Seal look(const char *text)
{
    return seal_look(arena, text, strlen(text));
}

Test(emit, a_seal_tells_edited_text)
{
    char *text = seal_close(arena, "one\n" SEAL_BLANK "\ntwo\n");
    cr_assert_eq(look(text), SEAL_WHOLE);
    cr_assert_eq(look(seal_close(arena, text)), SEAL_WHOLE, "sealing twice changes nothing");
    text[0] = 'O';
    cr_assert_eq(look(text), SEAL_BROKEN);
    cr_assert_eq(look("one\ntwo\nchecksum of nothing\n"), SEAL_MISSING);
    cr_assert_eq(look(""), SEAL_MISSING);
}

Test(emit, other_line_endings_are_no_edit)
{
    const char *text = seal_close(arena, "one\n" SEAL_BLANK "\n");
    Text windows = text_new(arena);
    for (; *text; text++) {
        text_add(&windows, *text == '\n' ? "\r" : "");
        text_append(&windows, text, 1);
    }
    cr_assert_eq(look(windows.data), SEAL_WHOLE);
}

Test(emit, blanks_are_filled_in)
{
    const char *const keys[] = {"a", "ab", NULL}, *const values[] = {"1", "2"};
    cr_assert_str_eq(template_fill(arena, "@a@ @ab@ @b@ a@", keys, values), "1 2 @b@ a@");
}

static const double params[64] = {0.1, -0.3, 1e-30, 7};
static const Edition editions[] = {{.block = 64},
                                   {.block = 1, .trainer = true},
                                   {.block = 4, .params = params},
                                   {.block = 64, .hessian = true},
                                   {.block = 4, .params = params, .trainable = true, .amalgamated = true}};
enum { EDITIONS = sizeof editions / sizeof *editions };

static void assert_clean(const BundleFile *file)
{
    const char *ending = strrchr(file->name, '.');
    bool is_code = ending && (!strcmp(ending, ".c") || !strcmp(ending, ".h"));
    for (const char *line = file->text; *line; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "\n");
        cr_expect(!is_code || length <= 120, "%s: %zu columns: %.*s", file->name, length, (int)length, line);
        cr_expect(!length || line[length - 1] != ' ', "%s: %.*s", file->name, (int)length, line);
        cr_expect(!is_code || strncmp(line, "\n\n", 2) != 0, "%s has two blank lines", file->name);
        cr_expect(strcmp(line, "\n") != 0, "%s ends with a blank line", file->name);
    }
}

Test(emit, every_file_has_clean_lines)
{
    for (size_t e = 0; e < EDITIONS; e++) {
        Bundle bundle = bundle_of(&editions[e], e % 2);
        for (size_t i = 0; i < bundle.count; i++)
            assert_clean(&bundle.files[i]);
    }
}

/* No "@blank@" is left; a decorator of Python ends its line. */
static void assert_filled_in(const BundleFile *file)
{
    for (const char *at = file->text; (at = strchr(at, '@')); at++) {
        size_t length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
        cr_expect(length == 0 || at[length + 1] != '@', "%s: %.*s", file->name, (int)length + 2, at);
    }
}

Test(emit, every_file_is_sealed_and_has_no_choice_left)
{
    for (size_t e = 0; e < EDITIONS; e++) {
        for (int single = 0; single < 2; single++) {
            Bundle bundle = bundle_of(&editions[e], single);
            for (size_t i = 0; i < bundle.count; i++) {
                const char *text = bundle.files[i].text;
                cr_assert_eq(seal_look(arena, text, bundle.files[i].size), SEAL_WHOLE, "%s", bundle.files[i].name);
                cr_assert_null(strstr(text, "REAL_FLOAT"), "%s", bundle.files[i].name);
                cr_assert_null(strstr(text, "/*?"), "%s", bundle.files[i].name);
                cr_assert_null(strstr(text, "COSTATE_"), "%s", bundle.files[i].name);
                assert_filled_in(&bundle.files[i]);
            }
        }
    }
}

enum { EVERY_KIND = KIND_COUNT /* that asks for no parameters */, NO_KIND };

/* As the name of a solver with that kind of files. */
static bool is_allowed(const char *name, size_t kind)
{
    const Model model = {.name = name, .place = {.file = "a.lua", .line = 1}};
    const Network network = {.model = &model};
    const Blueprint blueprint = {.network = &network};
    Kinds kinds = {{false}};
    for (size_t k = 0; k < KIND_COUNT; k++)
        kinds.wanted[k] = kind == k || (kind == EVERY_KIND && k != KIND_onnx && k != KIND_fmu && k != KIND_acados);
    return bundle_check(&blueprint, &kinds, diagnostics);
}

Test(emit, names_that_the_folder_cannot_hold_are_refused)
{
    cr_assert(is_allowed("spiral", EVERY_KIND) && is_allowed("lambda", NO_KIND) && is_allowed("tests", EVERY_KIND));
    cr_assert_not(is_allowed("example", NO_KIND));
    cr_assert_not(is_allowed("test", NO_KIND));
    cr_assert_not(is_allowed("lambda", EVERY_KIND));
    cr_assert_not(is_allowed("numpy", EVERY_KIND));
    cr_assert(is_allowed("tanh", KIND_python) && is_allowed("numpy", KIND_casadi));
    cr_assert_not(is_allowed("tanh", KIND_casadi));
    cr_assert_str_eq(fixture_messages(), "a.lua:1: name = \"example\": example.c is the example's\n"
                                         "a.lua:1: name = \"test\": CMake has a target of that name\n"
                                         "a.lua:1: name = \"lambda\": Python has a keyword or module of that name\n"
                                         "a.lua:1: name = \"numpy\": Python has a keyword or module of that name\n"
                                         "a.lua:1: name = \"tanh\": the C library has a function of that name\n");
}

/* Each kind adds files of names that no other file has, and the pages name its option. */
Test(emit, every_kind_writes_something_and_is_documented)
{
#define OPTION(name, option, help) option,
    static const char *const options[KIND_COUNT] = {BUNDLE_KINDS(OPTION)};
    static const char *const pages[] = {"runtime/command/costate.1", "templates/README.md"};
    static const Edition trained = {.block = 4, .params = params, .trainable = true};
    const Program *program = gen_edition(arena, diagnostics, program_of(SPEC), false, &trained);
    const Example example = example_new(arena, program->blueprint);
    const Bundle plain = bundle_files(arena, program->blueprint, &example, &(Kinds){{false}});
    for (size_t k = 0; k < KIND_COUNT; k++) {
        Kinds one = {{false}};
        one.wanted[k] = true;
        const Bundle bundle = bundle_files(arena, program->blueprint, &example, &one);
        cr_expect_gt(bundle.count, plain.count, "%s adds nothing", options[k]);
        for (size_t i = 0; i < bundle.count; i++)
            for (size_t j = 0; j < i; j++)
                cr_expect(strcmp(bundle.files[i].name, bundle.files[j].name) != 0, "two files %s",
                          bundle.files[i].name);
    }
    for (size_t p = 0; p < 2; p++) {
        char *page;
        size_t size;
        cr_assert(file_read(arena, diagnostics, pages[p], &page, &size));
        for (size_t k = 0; k < KIND_COUNT; k++) {
            const char *name = options[k] + strspn(options[k], "-");
            cr_expect(strstr(page, text_print(arena, "--%s", name)) ||
                          strstr(page, text_print(arena, "\\-\\-%s", name)),
                      "%s: no --%s", pages[p], name);
        }
    }
}

Test(emit, constant_parameters_leave_the_signature)
{
    Bundle bundle = bundle_of(&(Edition){.block = 1, .params = params}, false);
    cr_assert_not_null(strstr(text_of(&bundle, "tiny.h"),
                              "int tiny_forward(size_t n, const tiny_real *x, tiny_real *prediction, void *work);"));
    cr_assert_null(strstr(text_of(&bundle, "tiny.h"), "tiny_gradient"));
    cr_assert_null(strstr(text_of(&bundle, "tiny.c"), "adjoint("));
    cr_assert_not_null(strstr(text_of(&bundle, "tiny.c"), "0.1, -0.3, 1e-30, 7.0, 0.0,"));
}

Test(emit, a_block_of_one_needs_less_memory)
{
    const Program *program = program_of(SPEC);
    Blueprint *one = blueprint_new(arena, program->simplified, &(Edition){.block = 1});
    cr_assert_lt(one->workspace_bytes, program->blueprint->workspace_bytes / 32);
    Blueprint *forward = blueprint_new(arena, program->simplified, &(Edition){.block = 1, .params = params});
    cr_assert_lt(forward->workspace_bytes, one->forward_workspace_bytes);
}

static Bundle two_files(void)
{
    Bundle bundle = {ARENA_ARRAY(arena, 2, BundleFile), 2};
    bundle.files[0] = (BundleFile){"a.txt", seal_close(arena, "a " SEAL_BLANK "\n"), 2 + sizeof SEAL_BLANK};
    bundle.files[1] = (BundleFile){"b.txt", seal_close(arena, "b " SEAL_BLANK "\n"), 2 + sizeof SEAL_BLANK};
    return bundle;
}

Test(emit, unchanged_files_are_replaced)
{
    const Bundle bundle = two_files();
    cr_assert(emission_write(arena, diagnostics, folder, &bundle, false));
    cr_assert(emission_write(arena, diagnostics, folder, &bundle, false));
    cr_assert_eq(fixture_entries(), 2, "nothing else is left behind");
}

Test(emit, an_edited_file_is_refused)
{
    const Bundle bundle = two_files();
    cr_assert(emission_write(arena, diagnostics, folder, &bundle, false));
    fixture_text("b.txt", text_print(arena, "%smine\n", bundle.files[1].text));
    fixture_text("a.txt", "not yours\n");
    cr_assert_not(emission_write(arena, diagnostics, folder, &bundle, false));
    cr_assert_str_eq(fixture_messages(), "a.txt: was not written by costate; --force replaces it\n");
    remove(fixture_path("a.txt"));
    cr_assert_not(emission_write(arena, diagnostics, folder, &bundle, false));
    cr_assert_not_null(strstr(fixture_messages(), "b.txt: was changed after costate wrote it; --force replaces it\n"));
    cr_assert_not(file_exists(fixture_path("a.txt")), "nothing is written");
    cr_assert(emission_write(arena, diagnostics, folder, &bundle, true));
    cr_assert_eq(fixture_entries(), 2);
}

Test(emit, a_failure_leaves_nothing_behind)
{
    Bundle bundle = two_files();
    bundle.files[1].name = "missing/b.txt"; /* cannot be written */
    const char *path = path_join(arena, folder, "new");
    cr_assert_not(emission_write(arena, diagnostics, path, &bundle, false));
    cr_assert_not(file_exists(path));
    const Bundle whole = two_files();
    cr_assert(emission_write(arena, diagnostics, folder, &whole, false));
    cr_assert_not(emission_write(arena, diagnostics, folder, &bundle, true));
    cr_assert_eq(fixture_entries(), 2);
}

Test(emit, a_folder_in_the_place_of_a_file_is_seen_before_anything_is_written)
{
    const Bundle bundle = two_files();
    size_t made;
    cr_assert(folder_create(diagnostics, fixture_path("b.txt"), &made));
    cr_assert_not(emission_write(arena, diagnostics, folder, &bundle, true));
    cr_assert_not(file_exists(fixture_path("a.txt")));
}

/* Asks the edition for that kind of files alone, which it cannot have. */
static void refuse(const Program *program, const Edition *edition, bool single, size_t kind)
{
    Kinds one = {{false}};
    one.wanted[kind] = true;
    program = gen_edition(arena, diagnostics_new(arena), program, single, edition);
    cr_assert_not(bundle_check(program->blueprint, &one, diagnostics));
}

/* What is not for a name's sake, by the edition that is asked for. */
Test(emit, a_plug_says_what_it_cannot_carry)
{
    static const Edition baked = {.block = 4, .params = params}, plain = {.block = 4},
                         trainable = {.block = 4, .params = params, .trainable = true},
                         step = {.block = 4, .params = params, .step = true};
    static const char *const wanted[] = {
        "--casadi: parameters that are constants leave no derivatives: add --trainable\n",
        "--casadi: CasADi computes in double: add --real double\n",
        "--acados: the dynamics hold their parameters: add --params FILE and --trainable\n",
        "--acados: dynamics take a state to the next: predictions are to be one state of 2 numbers, as x is (observe = "
        "\"last\")\n",
        "--onnx: a model of ONNX holds its parameters: add --params FILE\n",
        "--fmu: a unit holds its parameters: add --params FILE, and leave --trainable out\n",
        "--fmu: a unit is made of the functions of one layer: add --step\n",
        "--fmu: FMI computes in double: add --real double\n",
        "--fmu: a unit has one field for all times, and this network has a control whose span is not \"all\"\n",
    };
    const Program *program = program_of(SPEC);
    refuse(program, &baked, false, KIND_casadi);
    refuse(program, &plain, true, KIND_casadi);
    refuse(program, &plain, false, KIND_acados);
    refuse(program, &trainable, false, KIND_acados);
    refuse(program, &plain, false, KIND_onnx);
    refuse(program, &plain, false, KIND_fmu);
    refuse(program, &baked, false, KIND_fmu);
    refuse(program, &step, true, KIND_fmu);
    refuse(program, &step, false, KIND_fmu);
    const char *messages = fixture_messages();
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        cr_expect(strstr(messages, wanted[i]), "%s is not in\n%s", wanted[i], messages);
}

/* Of what is no text, a zero is not the end. */
Test(emit, a_seal_of_bytes)
{
    static const char bytes[] = "a\0" SEAL_BLANK "\0b";
    char *sealed = seal_close_bytes(arena, bytes, sizeof bytes);
    cr_assert_eq(seal_look(arena, sealed, sizeof bytes), SEAL_WHOLE);
    sealed[sizeof bytes - 2] = 'c';
    cr_assert_eq(seal_look(arena, sealed, sizeof bytes), SEAL_BROKEN);
    cr_assert_eq(seal_look(arena, "a\0b", 3), SEAL_MISSING);
}
