#include "tests/unit/fixture.h"

#include "runtime/format/data_format.h"
#include "runtime/session/session.h"

TestSuite(data_format, .init = fixture_open, .fini = fixture_close);

Test(data_format, every_row_has_a_name_and_one_reader)
{
    for (size_t i = 0; i < FORMATS; i++) {
        cr_expect(data_formats[i]->name && data_formats[i]->recognised);
        cr_expect(!data_formats[i]->read_table != !data_formats[i]->read_array, "%s", data_formats[i]->name);
        for (size_t k = 0; k < i; k++)
            cr_expect_str_neq(data_formats[i]->name, data_formats[k]->name);
    }
}

Test(data_format, a_file_is_of_the_last_that_recognises_it)
{
    cr_expect_eq(data_format_of("a.csv", "", 0), &format_csv);
    cr_expect_eq(data_format_of("a.csv", "x,label\n", 8), &format_csv);
    cr_expect_eq(data_format_of("a.csv", "\0\0\x08\1", 4), &format_idx);
    cr_expect_eq(data_format_of("a.csv", "\x93NUMPY\1", 7), &format_npy);
}

/* In the help of every option that reads samples. */
Test(data_format, help_names_every_row)
{
    const Command *const commands[] = {&command_train, &command_gradient, &command_predict};
    for (size_t i = 0; i < FORMATS; i++)
        for (size_t c = 0; c < sizeof commands / sizeof *commands; c++) {
            const Option *at = commands[c]->options;
            while (strcmp(at->name, "--data") != 0)
                at++;
            cr_expect(strstr(at->help, data_formats[i]->name), "%s", data_formats[i]->name);
        }
}
