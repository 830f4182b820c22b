#include "rival.h"

#include "runtime/system/file.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct Rival {
    FILE *in, *out; /* what it reads, what it writes */
    pid_t process;
    const char *name, *first;
};

static void end_rival(void *object)
{
    Rival *rival = object;
    fclose(rival->in);
    fclose(rival->out);
    waitpid(rival->process, NULL, 0);
}

/* One line there, one number back; negative when it is gone. */
static double ask(Rival *rival, const char *line)
{
    char answer[256];
    fprintf(rival->in, "%s\n", line);
    fflush(rival->in);
    double value;
    if (!fgets(answer, sizeof answer, rival->out) || !text_parse_real(answer, strcspn(answer, "\n"), &value))
        return -INFINITY;
    return value;
}

static void become_rival(const int *in, const int *out, const char *python, const char *script, const char *which)
{
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    for (size_t i = 0; i < 2; i++) {
        close(in[i]);
        close(out[i]);
    }
    setenv("PYTHONDONTWRITEBYTECODE", "1", true);
    execl(python, python, script, which, (char *)NULL); /* a virtual environment is known by its path */
    _exit(127);
}

/* NULL where it does not answer. */
static Rival *start(Arena *arena, const char *python, const char *script, const char *which)
{
    Rival *rival = ARENA_NEW(arena, Rival);
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0)
        return NULL;
    fcntl(in[1], F_SETFD, FD_CLOEXEC); /* others that are started must not hold its end of file back */
    fcntl(out[0], F_SETFD, FD_CLOEXEC);
    rival->name = which ? which : "torch";
    rival->first = text_print(arena, "%s %s %s first >/dev/null", python, script, which ? which : "");
    rival->process = fork();
    if (rival->process == 0)
        become_rival(in, out, python, script, which);
    close(in[0]);
    close(out[1]);
    rival->in = fdopen(in[1], "w");
    rival->out = fdopen(out[0], "r");
    arena_on_free(arena, end_rival, rival);
    return ask(rival, "ready") > 0 ? rival : NULL;
}

/* By the Python of make bench-peers, or else by Debian's, which may have PyTorch. */
static Rival *start_anywhere(Arena *arena, const char *script, const char *which)
{
    static const char *const pythons[] = {"out/peers/bin/python", "/usr/bin/python3"};
    Rival *rival = NULL;
    for (size_t i = 0; !rival && i < sizeof pythons / sizeof *pythons; i++)
        rival = start(arena, pythons[i], script, which);
    if (!rival)
        printf("%s is not here (make bench-peers%s): left out.\n", which ? which : "torch",
               which && strcmp(which, "torch") != 0 ? "" : "; Debian: python3-torch");
    return rival;
}

Rival *rival_start(Arena *arena)
{
    return start_anywhere(arena, "tests/bench/rival.py", NULL);
}

Rival *rival_peer(Arena *arena, const char *which)
{
    return start_anywhere(arena, "tests/bench/peers.py", which);
}

Rival *rival_network(Arena *arena, const char *which)
{
    return start_anywhere(arena, "tests/bench/network.py", which);
}

const char *rival_first(const Rival *rival)
{
    return rival->first;
}

bool rival_takes(const Rival *rival, const Workload *workload, bool second)
{
    const size_t widest = second ? 8 : 32;
    return strcmp(rival->name, "casadi") != 0 || (workload->problem.width <= widest && !workload->problem.single);
}

static bool write_doubles(Diagnostics *diagnostics, const char *path, const double *values, size_t count)
{
    return file_write(diagnostics, path, values, count * sizeof *values);
}

bool rival_load(Rival *rival, const Workload *workload, const char *folder)
{
    Arena *arena = workload->arena;
    Diagnostics *diagnostics = diagnostics_new(arena);
    const Task *problem = &workload->problem;
    const Model *model = workload->program->description.model;
    if (!write_doubles(diagnostics, text_print(arena, "%s/x.bin", folder), workload->x,
                       problem->samples * problem->width) ||
        !write_doubles(diagnostics, text_print(arena, "%s/target.bin", folder), workload->target, problem->samples) ||
        !write_doubles(diagnostics, text_print(arena, "%s/params.bin", folder), workload->params, model->parameters))
        return false;
    double objective = ask(rival, text_print(arena, "load %s %s %zu %zu %zu %d", folder, problem->method,
                                             problem->width, problem->layers, problem->samples, problem->single));
    double tolerance = problem->single ? 1e-4 : 1e-10;
    return fabs(objective - workload->objective) <= tolerance * fabs(workload->objective);
}

/* Does it compute these values of every parameter? */
static bool agrees(Rival *rival, const Workload *workload, const char *folder, const char *what, const double *values)
{
    Arena *arena = workload->arena;
    return write_doubles(diagnostics_new(arena), text_print(arena, "%s/%s.bin", folder, what), values,
                         workload->program->description.model->parameters) &&
           ask(rival, text_print(arena, "deviation %s", what)) <= (workload->problem.single ? 1e-4 : 1e-9);
}

bool rival_load_gradient(Rival *rival, const Workload *workload, const char *folder)
{
    return rival_load(rival, workload, folder) && agrees(rival, workload, folder, "gradient", workload->gradient);
}

bool rival_load_product(Rival *rival, const Workload *workload, const char *folder)
{
    return rival_load_gradient(rival, workload, folder) &&
           agrees(rival, workload, folder, "product", workload->vendored_result);
}

bool rival_load_trajectories(Rival *rival, const Workload *workload, const char *folder)
{
    Arena *arena = workload->arena;
    Diagnostics *diagnostics = diagnostics_new(arena);
    const Model *model = workload->program->description.model;
    const size_t samples = workload->problem.samples;
    if (!write_doubles(diagnostics, text_print(arena, "%s/x.bin", folder), workload->x, samples * model->inputs) ||
        !write_doubles(diagnostics, text_print(arena, "%s/target.bin", folder), workload->target,
                       samples * model_predictions(model)) ||
        !write_doubles(diagnostics, text_print(arena, "%s/params.bin", folder), workload->params, model->parameters) ||
        !write_doubles(diagnostics, text_print(arena, "%s/gradient.bin", folder), workload->gradient,
                       model->parameters))
        return false;
    double objective =
        ask(rival, text_print(arena, "load %s %zu %.17g %zu", folder, model->layers, model->step, model->observed[0]));
    return fabs(objective - workload->objective) <= 1e-10 * fabs(workload->objective) &&
           ask(rival, "deviation gradient") <= 1e-9;
}

double rival_gradient(void *context)
{
    return ask(context, "gradient");
}

double rival_forward(void *context)
{
    return ask(context, "forward");
}

double rival_product(void *context)
{
    return ask(context, "product");
}

double rival_eager_gradient(void *context)
{
    return ask(context, "eager gradient");
}

double rival_script_gradient(void *context)
{
    return ask(context, "script gradient");
}

double rival_eager_forward(void *context)
{
    return ask(context, "eager forward");
}

double rival_script_forward(void *context)
{
    return ask(context, "script forward");
}

double rival_script_train(void *context)
{
    char line[32];
    snprintf(line, sizeof line, "train %d", WORKLOAD_ITERATIONS);
    return ask(context, line);
}

double rival_trained(Rival *rival)
{
    return ask(rival, "trained");
}
