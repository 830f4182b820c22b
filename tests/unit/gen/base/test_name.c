#include "tests/unit/fixture.h"

#include "gen/base/name.h"
#include "gen/gen.h"
#include "tests/unit/specs.h"

TestSuite(name, .init = fixture_open, .fini = fixture_close);

Test(name, of_a_file_ends_at_its_first_dot)
{
    cr_expect_str_eq(name_stem(arena, "t.v2.lua"), "t");
    cr_expect_str_eq(name_stem(arena, "../a.b/t.v2.lua"), "t");
    cr_expect_str_eq(name_stem(arena, "./kutta4"), "kutta4");
}

/* A network's name and a tableau's, wherever it is asked for. */
Test(name, one_file_has_one)
{
    const char *network = fixture_text("t.v2.lua", "return network { inputs = 2, layers = 1, method = './m.v2.lua',\n"
                                                   "  activation = 'tanh', head = { outputs = 1, link = 'sigmoid' },\n"
                                                   "  loss = 'squared' }\n");
    const char *tableau = fixture_text("m.v2.lua", "return tableau { A = {{0}}, b = {1} }\n");
    const Program *program = gen_program(arena, diagnostics, network, "specs");
    cr_assert_not_null(program, "%s", fixture_messages());
    cr_expect_str_eq(program->description.model->name, "t");
    cr_expect_str_eq(program->description.tableau->name, "m");
    cr_expect_str_eq(reader_tableau(arena, diagnostics, tableau, "specs")->name, "m");
}

Test(name, modules_of_python)
{
    static const char *const modules[] = {"lambda", "statistics", "random", "typing", "numpy", "torch", "tomllib"};
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        cr_expect(name_is_python(modules[i]), "%s", modules[i]);
    cr_expect_not(name_is_python("spiral") || name_is_python("stat_"));
}
