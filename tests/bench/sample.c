#include "sample.h"

#include "gen/gen.h"
#include "measure.h"
#include "rates.h"
#include "runtime/system/file.h"

#include <ctype.h>
#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Calls that are timed one by one; those before them warm up. */
enum { CALLS = 20000, WARM = 2000, MOST_RIVALS = 4, FLOOR_WIDTH = 64, FLOOR_REPEATS = 30, INPUTS = 16 };

typedef int Gradient(size_t n, const double *x, const double *target, const double *params, double *objective,
                     double *gradient, void *work);
typedef int StepJacobian(size_t n, size_t layer, const double *y, const double *signals, const double *params,
                         double *y_next, double *by_y, double *by_signals, double *by_params, void *work);

/* What is called, and in which blocks. */
typedef struct {
    const char *name, *what, *spec;
    bool jacobian;                   /* of a step; else the gradient of one sample */
    const char *rivals[MOST_RIVALS]; /* sample_NAME in tests/bench/rivals */
} Case;

static const Case cases[] = {
    {"narrow",
     "gradient, field 2-50-2, weights shared, 30 layers of Kutta(4), loss at every layer",
     "return network { name = 'narrow', inputs = 2, width = 2, layers = 30, step = 0.05, method = 'kutta4',\n"
     "  controls = { A = matrix(50, 2), b = vector(50), C = matrix(2, 50), d = vector(2) },\n"
     "  span = { A = 'all', b = 'all', C = 'all', d = 'all' }, learn = { 'A', 'b', 'C', 'd' },\n"
     "  field = function(y, u) return u.C * tanh(u.A * y + u.b) + u.d end,\n"
     "  head = function(y, u) return y end, observe = 'all', loss = 'squared' }\n",
     false,
     {"hand.c", "eigen.cc"}},
    {"small",
     "gradient, K4, width 4, 20 layers",
     "return network { name = 'small', inputs = 4, layers = 20, step = 0.05, method = 'kutta4', activation = 'tanh',\n"
     "  head = { outputs = 2, link = 'identity' }, loss = 'squared' }\n",
     false,
     {NULL}},
    {"model",
     "value and Jacobian of one step of Kutta(4), 4 states, 1 input, two hidden layers of 64",
     "return network { name = 'model', inputs = 4, width = 4, layers = 1, step = 0.05, method = 'kutta4', signals = "
     "1,\n"
     "  controls = { A = matrix(64, 4), B = matrix(64, 1), b = vector(64), C = matrix(64, 64), c = vector(64),\n"
     "    D = matrix(4, 64), d = vector(4) },\n"
     "  field = function(y, u, t, s) return u.D * tanh(u.C * tanh(u.A * y + u.B * s + u.b) + u.c) + u.d end,\n"
     "  head = function(y, u) return y end, loss = 'squared' }\n",
     true,
     {NULL}},
};

typedef struct {
    const char *name;
    Gradient *gradient;
    StepJacobian *jacobian;
    void *work;
    double *result, *seconds; /* [CALLS] */
} Entrant;

typedef struct {
    Arena *arena;
    const Case *it;
    const Program *program;
    Entrant entrants[MOST_RIVALS + 3];
    size_t count;
    double *params, *x, *target, *by_y, *by_signals;
} Race;

static double *reals(Arena *arena, size_t count, double radius)
{
    double *values = ARENA_ARRAY(arena, count, double);
    unsigned state = 1;
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = ((double)(state >> 8) / 0x1p23 - 1) * radius;
    }
    return values;
}

static void *symbol_of(Arena *arena, const char *command, const char *library, const char *name)
{
    if (system(command) != 0)
        return NULL;
    void *handle = dlopen(text_print(arena, "./%s", library), RTLD_NOW | RTLD_LOCAL);
    return handle ? dlsym(handle, name) : NULL;
}

static Entrant *add(Race *race, const char *name, void *function)
{
    Entrant *entrant = &race->entrants[race->count++];
    const Model *model = race->program->description.model;
    *entrant = (Entrant){.name = name,
                         .result = ARENA_ARRAY(race->arena, model->parameters + 64, double),
                         .seconds = ARENA_ARRAY(race->arena, CALLS, double)};
    if (race->it->jacobian)
        memcpy(&entrant->jacobian, &function, sizeof function);
    else
        memcpy(&entrant->gradient, &function, sizeof function);
    return entrant;
}

static const char *upper(Arena *arena, const char *name)
{
    char *copy = arena_string(arena, name, strlen(name));
    for (char *c = copy; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return copy;
}

/* The emitted solver in blocks of that many samples, or lanes of the Jacobian. */
static bool add_block(Race *race, const char *folder, Diagnostics *diagnostics, size_t block)
{
    Arena *arena = race->arena;
    const Edition edition = {.block = block, .step = race->it->jacobian, .amalgamated = true};
    const Program *program = gen_edition(arena, diagnostics, race->program, false, &edition);
    if (!program)
        return false;
    const char *name = race->it->name, *stem = text_print(arena, "%s/%s_%zu", folder, name, block);
    const char *header = pack_amalgamation(arena, program->blueprint);
    const char *source =
        text_print(arena, "#define %s_IMPLEMENTATION 1\n#include \"%s_%zu.h\"\n", upper(arena, name), name, block);
    if (!file_write(diagnostics, text_print(arena, "%s.c", stem), source, strlen(source)) ||
        !file_write(diagnostics, text_print(arena, "%s.h", stem), header, strlen(header)))
        return false;
    const char *library = text_print(arena, "%s.so", stem);
    const char *command =
        text_print(arena, "gcc -O3 -march=native -ffp-contract=fast -fPIC -shared -o %s %s.c", library, stem);
    void *function = symbol_of(arena, command, library,
                               text_print(arena, "%s_%s", name, race->it->jacobian ? "step_jacobian" : "gradient"));
    if (!function)
        return false;
    const Blueprint *blueprint = program->blueprint;
    Entrant *entrant = add(race, text_print(arena, "block %zu", block), function);
    entrant->work =
        arena_alloc(arena, race->it->jacobian ? blueprint->step_workspace_bytes : blueprint->workspace_bytes);
    return true;
}

/* A source in rivals/, which computes the same objective and gradient of the same arrays. */
static bool add_rival(Race *race, const char *folder, const char *file)
{
    Arena *arena = race->arena;
    const char *library = text_print(arena, "%s/sample_%s.so", folder, file),
               *compiler = strstr(file, ".cc") ? "g++" : "gcc";
    const char *command = text_print(arena,
                                     "%s -Ofast -march=native -I/usr/include/eigen3 -fPIC -shared -o %s "
                                     "tests/bench/rivals/sample_%s -lm",
                                     compiler, library, file);
    void *function = symbol_of(arena, command, library, "rival_gradient");
    if (!function) {
        printf("%s: left out, as it cannot be built here\n", file);
        return true;
    }
    add(race, file, function);
    return true;
}

static void run(const Race *race, const Entrant *entrant)
{
    double objective, y_next[4];
    if (race->it->jacobian)
        entrant->jacobian(1, 0, race->x, race->x + 8, race->params, y_next, entrant->result, entrant->result + 16, NULL,
                          entrant->work);
    else
        entrant->gradient(1, race->x, race->target, race->params, &objective, entrant->result, entrant->work);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All in turns, call by call. */
static void time_calls(Race *race)
{
    for (size_t k = 0; k < WARM + CALLS; k++)
        for (size_t e = 0; e < race->count; e++) {
            double start = measure_clock();
            run(race, &race->entrants[e]);
            race->entrants[e].seconds[k < WARM ? 0 : k - WARM] = measure_clock() - start;
        }
    for (size_t e = 0; e < race->count; e++)
        qsort(race->entrants[e].seconds, CALLS, sizeof(double), compare);
}

static bool agree(const Race *race)
{
    const Model *model = race->program->description.model;
    size_t count = race->it->jacobian ? 20 : model->parameters;
    for (size_t e = 0; e < race->count; e++) {
        run(race, &race->entrants[e]);
        for (size_t i = 0; i < count; i++)
            if (!(fabs(race->entrants[e].result[i] - race->entrants[0].result[i]) <= 1e-9)) {
                fprintf(stderr, "bench: %s computes another %s\n", race->entrants[e].name, race->it->name);
                return false;
            }
    }
    return true;
}

/* Operations of a step and its adjoint at the rate of the kernels, activations at that of the vector tanh. The Jacobian
 * of a step goes back once for each entry of the state. */
static double floor_of(const Race *race, double flops, double tanh_seconds)
{
    const Blueprint *blueprint = race->program->blueprint;
    const Cost *step = &blueprint->schedules[ROUTINE_STEP].cost,
               *back = &blueprint->schedules[ROUTINE_STEP_ADJOINT].cost;
    const Model *model = race->program->description.model;
    double times = race->it->jacobian ? (double)model->width : 1, layers = (double)model->layers;
    double work = step->multiplications + step->additions + times * (back->multiplications + back->additions);
    return layers * (work / flops + step->activations * tanh_seconds);
}

static void print_times(const Race *race, const char *name, const double *times, double floor, FILE *csv)
{
    printf("%-12s %9.2f %9.2f %9.2f %9.2f\n", name, 1e6 * times[0], 1e6 * times[1], 1e6 * times[2], times[0] / floor);
    fprintf(csv, "sample,%s,call,%s,%.9g,%.9g\n", race->it->name, name, times[1], times[0]);
    fprintf(csv, "sample,%s,99.9,%s,%.9g,%.9g\n", race->it->name, name, times[2], times[2]);
}

static void print_race(const Race *race, double floor, FILE *csv)
{
    printf("\n%s, us\n%-12s %9s %9s %9s %9s\n", race->it->what, "", "minimum", "median", "99.9 %", "of floor");
    printf("%-12s %9.2f\n", "floor", 1e6 * floor);
    fprintf(csv, "sample,%s,call,floor,%.9g,%.9g\n", race->it->name, floor, floor);
    for (size_t e = 0; e < race->count; e++) {
        const double *seconds = race->entrants[e].seconds;
        const double times[] = {seconds[0], seconds[CALLS / 2], seconds[CALLS - CALLS / 1000 - 1]};
        print_times(race, race->entrants[e].name, times, floor, csv);
    }
}

static bool write_reals(const char *folder, const char *name, const double *values, size_t count, Race *race,
                        Diagnostics *diagnostics)
{
    return file_write(diagnostics, text_print(race->arena, "%s/%s.bin", folder, name), (const char *)values,
                      count * sizeof *values);
}

/* Those that `make bench-peers` has put there, each with its own clock, after the others. */
static bool add_peers(Race *race, const char *folder, Diagnostics *diagnostics, double floor, FILE *csv)
{
    static const char python[] = "out/peers/bin/python";
    const Model *model = race->program->description.model;
    char name[16];
    double times[3];
    if (!file_exists(python))
        return true;
    if (!write_reals(folder, "params", race->params, model->parameters, race, diagnostics) ||
        !write_reals(folder, "x", race->x, INPUTS, race, diagnostics) ||
        !write_reals(folder, "target", race->target, model_predictions(model), race, diagnostics) ||
        !write_reals(folder, "wanted", race->entrants[0].result, model->parameters, race, diagnostics))
        return false;
    const char *command = text_print(race->arena, "%s tests/bench/sample.py %s %s", python, folder, race->it->name);
    FILE *peers = popen(command, "r");
    while (peers && fscanf(peers, "%15s %lf %lf %lf", name, &times[0], &times[1], &times[2]) == 4)
        print_times(race, name, times, floor, csv);
    return peers && pclose(peers) == 0;
}

static bool race_of(Arena *arena, Diagnostics *diagnostics, const Case *it, const char *folder, FILE *csv, double flops,
                    double tanh_seconds)
{
    const char *path = text_print(arena, "%s/%s.lua", folder, it->name);
    Race race = {.arena = arena, .it = it};
    if (!file_write(diagnostics, path, it->spec, strlen(it->spec)))
        return false;
    race.program = gen_program(arena, diagnostics, path, "specs");
    if (!race.program)
        return false;
    const Model *model = race.program->description.model;
    race.params = reals(arena, model->parameters, 0.3);
    for (size_t l = 0; l < model->tensors[model->step_tensor].size; l++)
        race.params[model->tensors[model->step_tensor].offset + l] = 0.05;
    race.x = reals(arena, INPUTS, 0.5);
    race.target = ARENA_ARRAY(arena, model_predictions(model), double);
    if (!add_block(&race, folder, diagnostics, 1) || !add_block(&race, folder, diagnostics, 8))
        return false;
    for (size_t r = 0; r < MOST_RIVALS && it->rivals[r]; r++)
        add_rival(&race, folder, it->rivals[r]);
    if (!agree(&race))
        return false;
    time_calls(&race);
    double floor = floor_of(&race, flops, tanh_seconds);
    print_race(&race, floor, csv);
    return add_peers(&race, folder, diagnostics, floor, csv);
}

bool sample_latency(Arena *arena, const char *folder, FILE *csv)
{
    Diagnostics *diagnostics = diagnostics_new(arena);
    Rates *rates = rates_new(arena, FLOOR_WIDTH, kernels_select(false, diagnostics));
    Contestant parts[] = {{"product", rates_affine, rates, 0, 0}, {"tanh", rates_tanh, rates, 0, 0}};
    measure(arena, parts, 2, FLOOR_REPEATS);
    double flops = rates_flops(FLOOR_WIDTH) / parts[0].minimum, tanh_seconds = parts[1].minimum / RATES_ELEMENTS;
    printf("\none sample a call: kernels %.0f GF/s, tanh %.2f ns\n", 1e-9 * flops, 1e9 * tanh_seconds);
    bool good = true;
    for (size_t k = 0; good && k < sizeof cases / sizeof *cases; k++)
        good = race_of(arena, diagnostics, &cases[k], folder, csv, flops, tanh_seconds);
    Text messages = text_new(arena);
    diagnostics_print(diagnostics, &messages);
    fputs(messages.data, stderr);
    return good;
}
