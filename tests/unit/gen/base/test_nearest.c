#include "gen/base/nearest.h"

#include <criterion/criterion.h>
#include <string.h>

Test(nearest, the_nearest_name)
{
    static const char *const names[] = {"width", "layers", "head", "loss", "dt", "K"};
    cr_assert_str_eq(nearest_name("widht", names, 6), "width");
    cr_assert_str_eq(nearest_name("layer", names, 6), "layers");
    cr_assert_str_eq(nearest_name("los", names, 6), "loss");
    cr_assert_str_eq(nearest_name("dT", names, 6), "dt");
    cr_assert_null(nearest_name("q", names, 6));
    cr_assert_null(nearest_name("frobnicate", names, 6));
    cr_assert_null(nearest_name("width", names, 0));
    static char long_name[5000];
    memset(long_name, 'w', 4999);
    cr_assert_null(nearest_name(long_name, names, 6));
}

Test(nearest, a_message_says_what_was_meant)
{
    char longest[64] = "", *end = longest + sizeof longest - 1;
    for (char *at = longest; at < end; at++)
        *at = 'x';
    cr_expect_str_eq(nearest_hint("width", "\"").text, "; did you mean \"width\"?");
    cr_expect_str_eq(nearest_hint("--out", "").text, "; did you mean --out?");
    cr_expect_str_eq(nearest_hint(NULL, "\"").text, "");
    cr_expect_str_eq(nearest_name(longest, (const char *const[]){longest}, 1), longest);
    cr_expect(strstr(nearest_hint(longest, "\"").text, longest));
}

Test(nearest, what_other_tools_call_it_and_what_begins_alike)
{
    static const char *const keys[] = {"span", "train", "field", "width", "iterations"};
    static const char *const options[] = {"--test", "--iterations", "--out"};
    cr_expect_str_eq(nearest_name("tied", keys, 5), "span");
    cr_expect_null(nearest_name("optimizer", keys, 5));
    cr_expect_str_eq(nearest_known("--max-iter", keys, 5), "iterations");
    cr_expect_str_eq(nearest_known("width", keys, 5), "width");
    cr_expect_null(nearest_known("widht", keys, 5));
    cr_expect_str_eq(nearest_name("iteration_no", (const char *const[]){"algorithm", "iterations"}, 2), "iterations");
    cr_expect_str_eq(nearest_name("--iters", options, 3), "--iterations");
    cr_expect_str_eq(nearest_name("--output", options, 3), "--out");
    cr_expect_null(nearest_name("optimizer", options, 3));
}
