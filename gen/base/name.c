#include "gen/base/name.h"

#include <ctype.h>
#include <string.h>

/* Is name one of the words, each of which has a blank on both sides? */
static bool is_among(const char *name, const char *words)
{
    size_t length = strlen(name);
    for (const char *at = words; (at = strstr(at, name)); at++)
        if (at > words && at[-1] == ' ' && at[length] == ' ')
            return true;
    return false;
}

bool name_is_keyword(const char *name)
{
    static const char keywords[] =
        " alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t "
        "char32_t class compl concept const consteval constexpr constinit const_cast continue co_await "
        "co_return co_yield decltype default delete do double dynamic_cast else enum explicit export extern "
        "false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr "
        "operator or or_eq private protected public register reinterpret_cast requires restrict return short "
        "signed sizeof static static_assert static_cast struct switch template this thread_local throw true "
        "try typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while xor "
        "xor_eq ";
    return is_among(name, keywords);
}

bool name_is_header(const char *name)
{
    static const char headers[] =
        " aio alloca assert complex cpio ctype dirent dlfcn endian errno error fcntl features fenv float "
        "fmtmsg fnmatch ftw getopt glob grp iconv inttypes iso646 langinfo libgen limits locale malloc math "
        "memory monetary mqueue ndbm netdb new nl_types poll pthread pwd regex sched search semaphore setjmp "
        "signal spawn stdalign stdarg stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib "
        "stdnoreturn string strings stropts syslog tar termios tgmath threads time trace uchar ulimit unistd "
        "utime utmpx values wchar wctype wordexp ";
    return is_among(name, headers);
}

bool name_is_integer(const char *name)
{
    static const char integers[] = " int8 int16 int32 int64 intmax uint8 uint16 uint32 uint64 uintmax ";
    char lower[16] = "";
    for (size_t i = 0; i + 1 < sizeof lower && name[i]; i++)
        lower[i] = (char)tolower((unsigned char)name[i]);
    return is_among(lower, integers);
}

bool name_is_target(const char *name)
{
    return is_among(name, " all clean depend edit_cache help install package package_source rebuild_cache test ");
}

bool name_is_function(const char *name)
{
    static const char functions[] =
        " abort abs acos acosh asin asinh atan atan2 atanh bcmp bcopy bzero calloc cbrt ceil clog copysign cos cosh "
        "erf erfc exit exp exp10 exp2 expm1 fabs fdim ffs floor fma fmax fmin fmod fputs free frexp gamma hypot ilogb "
        "index isalnum isalpha isdigit isinf isnan isspace isupper j0 j1 jn labs ldexp lgamma llabs llrint llround log "
        "log10 log1p log2 logb lrint lround main malloc memchr memcmp memcpy memmove memset modf nan nearbyint "
        "nextafter "
        "pow pow10 printf putchar puts realloc remainder remquo rindex rint round scalb scalbln scalbn scanf "
        "significand "
        "sin sincos sinh snprintf sprintf sqrt strcat strchr strcmp strcpy strlen strncpy strstr tan tanh tgamma "
        "toascii "
        "tolower toupper trunc write y0 y1 yn ";
    return is_among(name, functions);
}

bool name_is_python(const char *name)
{
    static const char keywords[] =
        " False None True and as assert async await break class continue def del elif else except finally for "
        "from global if import in is lambda nonlocal not or pass raise return try while with yield ";
    static const char modules[] = /* of the standard library, from 3.8 on, and what solver.py imports beside it */
        " abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop "
        "base64 bdb binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs "
        "codeop collections colorsys compileall compression concurrent configparser contextlib contextvars "
        "copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest "
        "email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib "
        "functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http "
        "idlelib imaplib imghdr imp importlib inspect io ipaddress itertools jax json keyword lib2to3 linecache "
        "locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt "
        "multiprocessing netrc nis nntplib nt ntpath nturl2path numbers numpy opcode operator optparse os "
        "ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath "
        "pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re "
        "readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil "
        "signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants "
        "sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig "
        "syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token "
        "tokenize tomllib torch trace traceback tracemalloc tty turtle turtledemo types typing unicodedata "
        "unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml "
        "xmlrpc zipapp zipfile zipimport zlib zoneinfo ";
    return is_among(name, keywords) || is_among(name, modules);
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

const char *name_stem(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    return arena_string(arena, base, strcspn(base, "."));
}
