#include "library.h"

#include "rivals/rivals.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct Library {
    Arena *arena;
    void *(*make)(const struct rival_problem *problem);
    double (*evaluate)(void *rival, const struct rival_gradient *gradient);
    const char *(*way)(const void *rival);
    void (*end)(void *rival);
    void *rival; /* of the last problem */
    struct rival_gradient gradient;
};

/* ISO C has no cast to a function. */
static bool find(void *handle, const char *name, void *function)
{
    void *found = dlsym(handle, name);
    memcpy(function, &found, sizeof found);
    return found;
}

static void end_rival(void *object)
{
    Library *library = object;
    if (library->rival)
        library->end(library->rival);
}

Library *library_open(Arena *arena, const char *name, const char *package)
{
    Library *library = ARENA_NEW(arena, Library);
    void *handle = dlopen(text_print(arena, "out/build/rival_%s.so", name), RTLD_NOW | RTLD_LOCAL);
    library->arena = arena;
    if (!handle || !find(handle, "rival_new", &library->make) || !find(handle, "rival_evaluate", &library->evaluate) ||
        !find(handle, "rival_way", &library->way) || !find(handle, "rival_free", &library->end)) {
        printf("%s is not here (Debian: %s): its column is left out.\n", name, package);
        return NULL;
    }
    arena_on_free(arena, end_rival, library);
    return library;
}

bool library_takes(const Workload *workload)
{
    return !strcmp(workload->problem.method, "kutta4") && !workload->problem.single;
}

/* Of tensor `name`, in params or a gradient of the workload. */
static double *part(const Workload *workload, double *all, const char *name)
{
    const Model *model = workload->program->description.model;
    for (size_t t = 0; t < model->tensor_count; t++)
        if (!strcmp(model->tensors[t].name, name))
            return all + model->tensors[t].offset;
    return NULL;
}

static bool near(size_t count, const double *a, const double *b)
{
    double most = 0, scale = 0;
    for (size_t i = 0; i < count; i++) {
        most = fmax(most, fabs(a[i] - b[i]));
        scale = fmax(scale, fabs(b[i]));
    }
    return most <= 1e-10 * scale;
}

bool library_load(Library *library, const Workload *workload)
{
    const Task *task = &workload->problem;
    const size_t d = task->width, layers = task->layers;
    double *const params = workload->params, *const known = workload->gradient;
    const struct rival_problem problem = {.width = d,
                                          .layers = layers,
                                          .samples = task->samples,
                                          .step = workload->program->description.model->step,
                                          .K = part(workload, params, "K"),
                                          .b = part(workload, params, "b"),
                                          .W = part(workload, params, "W"),
                                          .mu = part(workload, params, "mu"),
                                          .x = workload->x,
                                          .target = workload->target};
    struct rival_gradient *gradient = &library->gradient;
    end_rival(library);
    gradient->K = ARENA_ARRAY(library->arena, layers * d * d, double);
    gradient->b = ARENA_ARRAY(library->arena, layers * d, double);
    gradient->W = ARENA_ARRAY(library->arena, d, double);
    gradient->mu = ARENA_ARRAY(library->arena, 1, double);
    library->rival = library->make(&problem);
    const double objective = library->evaluate(library->rival, gradient);
    return near(1, &objective, &workload->objective) && near(layers * d * d, gradient->K, part(workload, known, "K")) &&
           near(layers * d, gradient->b, part(workload, known, "b")) &&
           near(d, gradient->W, part(workload, known, "W")) && near(1, gradient->mu, part(workload, known, "mu"));
}

const char *library_way(const Library *library)
{
    return library->way(library->rival);
}

double library_gradient(void *context)
{
    Library *library = context;
    library->evaluate(library->rival, &library->gradient);
    return -1;
}
