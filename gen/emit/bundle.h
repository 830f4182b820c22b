/* bundle: all files of an emitted solver, by kinds: the C with an example, build files, documentation and licence, and
 * what an option of the emit command adds. */
#ifndef COSTATE_BUNDLE_H
#define COSTATE_BUNDLE_H

#include "gen/emit/example.h"

/* What can be had beside the C: KIND(name, option, help). To add one is to add its row here, and in bundle.c name_needs
 * and name_files. The emit command and its help, and with it the completion, read these rows; a test sees that the
 * manual page and templates/README.md name every option. */
#define BUNDLE_KINDS(KIND)                                                                                             \
    KIND(python, "--python", "with NAME.py: numpy arrays in and out, differentiable functions for PyTorch and JAX")    \
    KIND(casadi, "--casadi", "with NAME_casadi.c: an external function of CasADi with its derivatives")                \
    KIND(acados, "--acados", "with NAME_acados.c: discrete dynamics of acados; with --trainable and --params FILE")    \
    KIND(onnx, "--onnx", "with NAME.onnx: the predictions as a model of ONNX, opset 17; of --params FILE")             \
    KIND(fmu, "--fmu", "with NAME_fmu.c and fmu.mk: a unit of FMI 3.0; with --step, of --params FILE")

#define BUNDLE_ENUMERATE(name, option, help) KIND_##name,
enum { BUNDLE_KINDS(BUNDLE_ENUMERATE) KIND_COUNT };
#undef BUNDLE_ENUMERATE

/* Which of them are wanted. */
typedef struct {
    bool wanted[KIND_COUNT];
} Kinds;

typedef struct {
    const char *name, *text;
    size_t size; /* bytes of text, which may be no text */
} BundleFile;

typedef struct {
    BundleFile *files;
    size_t count;
} Bundle;

/* False, with an error at the spec, when one of the kinds cannot be made of the solver: its name cannot be that of a
 * file or of a target in the folder, say. */
bool bundle_check(const Blueprint *blueprint, const Kinds *kinds, Diagnostics *diagnostics);

/* The files, sealed (seal.h). Requires bundle_check. */
Bundle bundle_files(Arena *arena, const Blueprint *blueprint, const Example *example, const Kinds *kinds);

#endif
