#include "name.h"

#include <ctype.h>
#include <string.h>

bool name_is_keyword(const char *name)
{
    static const char keywords[][16] = {
        "alignas",      "alignof",  "and",        "and_eq",        "asm",          "auto",      "bitand",
        "bitor",        "bool",     "break",      "case",          "catch",        "char",      "class",
        "compl",        "const",    "continue",   "decltype",      "default",      "delete",    "do",
        "double",       "else",     "enum",       "explicit",      "export",       "extern",    "false",
        "float",        "for",      "friend",     "goto",          "if",           "inline",    "int",
        "long",         "mutable",  "namespace",  "new",           "noexcept",     "not",       "not_eq",
        "nullptr",      "operator", "or",         "or_eq",         "private",      "protected", "public",
        "register",     "restrict", "return",     "short",         "signed",       "sizeof",    "static",
        "struct",       "switch",   "template",   "this",          "throw",        "true",      "try",
        "typedef",      "typeid",   "typename",   "typeof",        "union",        "unsigned",  "using",
        "virtual",      "void",     "volatile",   "wchar_t",       "while",        "xor",       "xor_eq",
        "char16_t",     "char32_t", "const_cast", "static_assert", "thread_local", "constexpr", "static_cast",
        "dynamic_cast",
    };
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (!strcmp(name, keywords[i]))
            return true;
    return false;
}

bool name_is_header(const char *name)
{
    static const char headers[][12] = {
        "assert", "complex", "ctype",  "errno",   "fenv",   "float",   "inttypes", "limits", "locale", "math",
        "memory", "new",     "setjmp", "signal",  "stdarg", "stdbool", "stddef",   "stdint", "stdio",  "stdlib",
        "string", "strings", "tgmath", "threads", "time",   "uchar",   "unistd",   "wchar",  "wctype"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (!strcmp(name, headers[i]))
            return true;
    return false;
}

bool name_is_identifier(const char *name)
{
    if (!isalpha((unsigned char)*name))
        return false;
    for (const char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at) && *at != '_')
            return false;
    return true;
}
