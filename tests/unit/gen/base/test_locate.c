#include <criterion/criterion.h>

#include "gen/base/locate.h"

/* Lines of keys in this spec, with keys in strings, comments, functions and inner tables that are not the ones sought.
 */
static const char source[] = "-- network { head = 1 }\n"                      /* 1 */
                             "local text = [==[ network { head = 2 } ]==]\n"  /* 2 */
                             "return network {\n"                             /* 3 */
                             "  name = \"head = 3\", inputs = 2,\n"           /* 4 */
                             "  --[[ layers = 9\n"                            /* 5 */
                             "    head = 4 ]]\n"                              /* 6 */
                             "  field = function(y, u)\n"                     /* 7 */
                             "    local head = { link = 1 }\n"                /* 8 */
                             "    if head == nil then head = 2 end\n"         /* 9 */
                             "    for layers = 1, 2 do layers = 3 end\n"      /* 10 */
                             "  end,\n"                                       /* 11 */
                             "  data = { head = 5, 'it\\'s', layers = 6 },\n" /* 12 */
                             "  head = {\n"                                   /* 13 */
                             "    outputs = 1,\n"                             /* 14 */
                             "    link = f(link == 2, { link = 3 }),\n"       /* 15 */
                             "  },\n"                                         /* 16 */
                             "  layers\n"                                     /* 17 */
                             "    = 7,\n"                                     /* 18 */
                             "}\n";                                           /* 19 */

static int line_of(const char *path)
{
    return locate_key(source, "network", 3, path);
}

Test(locate, keys_at_their_own_level)
{
    cr_assert_eq(line_of("name"), 4);
    cr_assert_eq(line_of("inputs"), 4);
    cr_assert_eq(line_of("field"), 7);
    cr_assert_eq(line_of("data"), 12);
    cr_assert_eq(line_of("head"), 13);
    cr_assert_eq(line_of("layers"), 17);
}

Test(locate, inner_keys)
{
    cr_assert_eq(line_of("head.outputs"), 14);
    cr_assert_eq(line_of("head.link"), 15);
    cr_assert_eq(line_of("data.layers"), 12);
}

Test(locate, what_is_not_there_has_the_line_of_what_holds_it)
{
    cr_assert_eq(line_of("loss"), 3);
    cr_assert_eq(line_of("head.loss"), 13);
    cr_assert_eq(line_of("name.loss"), 4);
    cr_assert_eq(locate_key(source, "tableau", 3, "A"), 3);
    cr_assert_eq(locate_key(NULL, "network", 3, "head"), 3);
}

Test(locate, the_call_on_or_behind_the_line)
{
    const char *two = "local a = tableau { A = 1 }\nlocal b = tableau\n{\n A = 2 }\n";
    cr_assert_eq(locate_key(two, "tableau", 1, "A"), 1);
    cr_assert_eq(locate_key(two, "tableau", 2, "A"), 4);
    cr_assert_eq(locate_key("network({\n  name = 1 })", "network", 1, "name"), 2);
}

Test(locate, unfinished_text_ends_the_search)
{
    static const char *const texts[] = {
        "network {",           "network { head = ", "network { 'head",         "network { [[ head",
        "network { --[[ head", "network { \"\\",    "network { head = { link", ""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_assert_eq(locate_key(texts[i], "network", 1, "head.link"), 1, "%s", texts[i]);
}
