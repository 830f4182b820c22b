/* bindings: what prelude.lua calls of the program; see internal.h. */
#include "runtime/prompt/internal.h"

#include "runtime/prompt/interactive.h"
#include "gen/base/nearest.h"
#include "runtime/solver/check.h"
#include "runtime/solver/sampled.h"
#include "runtime/train/culprit.h"
#include "runtime/picture/figures.h"
#include "runtime/system/file.h"
#include "gen/emit/pack.h"

#include <dirent.h>
#include <stdarg.h>
#include <string.h>

static Console *console_of(lua_State *lua)
{
    return *(Console **)lua_getextraspace(lua);
}

/* Raises what the diagnostics hold, and begins new ones. */
static int raise_messages(lua_State *lua)
{
    const char *messages = session_messages(console_of(lua)->session);
    size_t length = strlen(messages);
    lua_pushlstring(lua, messages, length ? length - 1 : 0);
    return lua_error(lua);
}

/* Raises a message, which names no line of the prelude. */
static void refuse(lua_State *lua, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    lua_pushvfstring(lua, format, arguments);
    va_end(arguments);
    lua_error(lua);
}

static Net *net_at(lua_State *lua, int index)
{
    if (!lua_islightuserdata(lua, index))
        refuse(lua, "a network was expected: write net:method(...), with a colon");
    return lua_touserdata(lua, index);
}

/* ---- numbers ---- */

static void push_reals(lua_State *lua, size_t count, const double *values)
{
    lua_createtable(lua, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushnumber(lua, values[i]);
        lua_rawseti(lua, -2, (lua_Integer)i + 1);
    }
}

/* Room for count numbers, which Lua gives back when nothing refers to it any more. */
static double *push_buffer(lua_State *lua, size_t count)
{
    return lua_newuserdatauv(lua, count * sizeof(double), 0);
}

/* The flat table at index as rows of that many columns; *rows of them. The numbers stay on the stack. */
static double *to_reals(lua_State *lua, int index, size_t columns, size_t *rows)
{
    luaL_checktype(lua, index, LUA_TTABLE);
    size_t count = (size_t)lua_rawlen(lua, index);
    if (count == 0 || count % columns)
        refuse(lua, "%d numbers make no rows of %d", (int)count, (int)columns);
    double *values = push_buffer(lua, count);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(lua, index, (lua_Integer)i + 1);
        if (!lua_isnumber(lua, -1))
            refuse(lua, "numbers were expected, not a %s", luaL_typename(lua, -1));
        values[i] = lua_tonumber(lua, -1);
        lua_pop(lua, 1);
    }
    *rows = count / columns;
    return values;
}

static int push_text(lua_State *lua, const Text *text)
{
    size_t length = text->length;
    while (length && text->data[length - 1] == '\n')
        length--;
    lua_pushlstring(lua, text->data, length);
    return 1;
}

/* ---- what prelude.lua calls ---- */

/* find(name): the path of a spec. */
static int core_find(lua_State *lua)
{
    const char *path = session_spec(console_of(lua)->session, luaL_checkstring(lua, 1));
    if (!path)
        return raise_messages(lua);
    lua_pushstring(lua, path);
    return 1;
}

/* open(path, changes, where): where the changes were typed. */
static int core_open(lua_State *lua)
{
    Console *console = console_of(lua);
    const char *path = luaL_checkstring(lua, 1), *changes = luaL_checkstring(lua, 2);
    Arena *arena = console->session->arena;
    diagnostics_typed(console->session->diagnostics, luaL_checkstring(lua, 3));
    Net *net = net_open(console->session, console->pool, path, arena_string(arena, changes, strlen(changes)),
                        session_specs(arena));
    if (!net)
        return raise_messages(lua);
    lua_pushlightuserdata(lua, net);
    return 1;
}

/* adopt(net, from): what from has been trained to (see net_adopt). */
static int core_adopt(lua_State *lua)
{
    net_adopt(net_at(lua, 1), net_at(lua, 2));
    return 0;
}

static int core_load(lua_State *lua)
{
    Net *net = net_at(lua, 1);
    if (!net_read(net, luaL_checkstring(lua, 2)))
        return raise_messages(lua);
    return 0;
}

/* nearest(name, names): the one that was meant, or nil. */
static int core_nearest(lua_State *lua)
{
    Arena *arena = console_of(lua)->session->arena;
    const size_t count = (size_t)lua_rawlen(lua, 2);
    const char **names = ARENA_ARRAY(arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(lua, 2, (lua_Integer)i + 1);
        names[i] = lua_tostring(lua, -1); /* the table keeps it */
        lua_pop(lua, 1);
    }
    lua_pushstring(lua, nearest_name(luaL_checkstring(lua, 1), names, count));
    return 1;
}

static int core_get(lua_State *lua)
{
    const Net *net = net_at(lua, 1);
    const Model *model = net->model;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"inputs", (double)model->inputs},
                   {"width", (double)model->width},
                   {"outputs", (double)model->outputs},
                   {"layers", (double)model->layers},
                   {"seed", (double)model->seed},
                   {"iterations", (double)model->train.iterations},
                   {"signals", (double)model->signals},
                   {"observations", (double)model->observations},
                   {"classes", (double)model_classes(model)}};
    const char *key = luaL_checkstring(lua, 2);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!strcmp(numbers[i].name, key)) {
            lua_pushinteger(lua, (lua_Integer)numbers[i].value);
            return 1;
        }
    if (!strcmp(key, "step"))
        lua_pushnumber(lua, model->step);
    else if (!strcmp(key, "unit"))
        lua_pushstring(lua, algorithm_rows[model->train.algorithm].unit);
    else if (!strcmp(key, "name"))
        lua_pushstring(lua, model->name);
    else if (!strcmp(key, "method"))
        lua_pushstring(lua, net->program->description.tableau->name);
    else
        lua_pushnil(lua);
    return 1;
}

/* classes(net, wanted): the list of their names, which its data say: where they are wanted, they are read for that.
 * Nothing where they have no names. */
static int core_classes(lua_State *lua)
{
    Net *net = net_at(lua, 1);
    if (lua_toboolean(lua, 2) && !net->known && !net_data(net))
        return raise_messages(lua);
    if (!net->known || !net->known->class_names)
        return 0;
    lua_createtable(lua, (int)net->known->classes, 0);
    for (size_t k = 0; k < net->known->classes; k++) {
        lua_pushstring(lua, net->known->class_names[k]);
        lua_rawseti(lua, -2, (lua_Integer)k + 1);
    }
    return 1;
}

/* keys(net): the text of what its spec says, as a table, and the table of what it has. */
static int core_network_keys(lua_State *lua)
{
    const Net *net = net_at(lua, 1);
    lua_pushstring(lua, net->model->written);
    prompt_push_effective(lua, net->program);
    return 2;
}

static int core_tensors(lua_State *lua)
{
    const Model *model = net_at(lua, 1)->model;
    lua_newtable(lua);
    for (size_t t = 0; t < model->tensor_count; t++) {
        const Tensor *tensor = &model->tensors[t];
        lua_newtable(lua);
        lua_pushstring(lua, tensor->name);
        lua_setfield(lua, -2, "name");
        lua_pushinteger(lua, (lua_Integer)tensor->offset);
        lua_setfield(lua, -2, "offset");
        lua_pushinteger(lua, (lua_Integer)tensor->size);
        lua_setfield(lua, -2, "size");
        lua_newtable(lua);
        for (size_t i = 0; i < tensor->rank; i++) {
            lua_pushinteger(lua, (lua_Integer)tensor->shape[i]);
            lua_rawseti(lua, -2, (lua_Integer)i + 1);
        }
        lua_setfield(lua, -2, "shape");
        lua_rawseti(lua, -2, (lua_Integer)t + 1);
    }
    return 1;
}

static int core_params(lua_State *lua)
{
    const Net *net = net_at(lua, 1);
    push_reals(lua, net->model->parameters, net->state.params);
    return 1;
}

/* inputs(net): the learnt inputs, how many rows they are; nothing where there are none. */
static int core_inputs(lua_State *lua)
{
    const Net *net = net_at(lua, 1);
    if (!net->learnt)
        return 0;
    push_reals(lua, net->learnt * net->model->inputs, net->x);
    lua_pushinteger(lua, (lua_Integer)net->learnt);
    return 2;
}

static void set_number(lua_State *lua, const char *name, double value)
{
    lua_pushnumber(lua, value);
    lua_setfield(lua, -2, name);
}

static void set_count(lua_State *lua, const char *name, size_t value)
{
    lua_pushinteger(lua, (lua_Integer)value);
    lua_setfield(lua, -2, name);
}

static void set_string(lua_State *lua, const char *name, const char *value)
{
    lua_pushstring(lua, value);
    lua_setfield(lua, -2, name);
}

/* The objective, and what else is measured of predictions under its name: "accuracy", "rmse". */
static void set_evaluation(lua_State *lua, const Model *model, const char *prefix, const Evaluation *evaluation)
{
    const char *measure = sampled_measure(model);
    lua_pushfstring(lua, "%sobjective", prefix);
    lua_pushnumber(lua, evaluation->objective);
    lua_settable(lua, -3);
    if (!measure)
        return;
    lua_pushfstring(lua, "%s%s", prefix, measure);
    lua_pushnumber(lua, evaluation->accuracy);
    lua_settable(lua, -3);
}

/* Pushes the rows of the trace from `first` on, the iterate that the training began at. */
static void push_history(lua_State *lua, const Net *net, size_t first)
{
    const Trace *trace = net->trace;
    lua_createtable(lua, (int)(trace->count - first), 0);
    for (size_t i = first; i < trace->count; i++) {
        const TraceRow *row = &trace->rows[i];
        lua_newtable(lua);
        set_count(lua, "iteration", row->iteration);
        set_number(lua, "step", row->step);
        set_evaluation(lua, net->model, "", &row->training);
        lua_rawseti(lua, -2, (lua_Integer)(i - first) + 1);
    }
}

/* "100 iterations (iterations): objective 0.5, accuracy 1" */
static const char *training_line(const Net *net, const char *ended)
{
    const TraceRow *first = net->trace->rows, *last = &net->trace->rows[net->trace->count - 1];
    const char *divergence =
        culprit_divergence(net->session->arena, net->model, first->training.objective, last->training.objective,
                           !strcmp(ended, train_reason(TRAIN_NOT_FINITE)));
    Text text = text_new(net->session->arena);
    const char *accuracy = sampled_accuracy_name(net->model);
    text_format(&text, "%zu iterations (%s): objective %.6g", last->iteration, ended, last->training.objective);
    if (accuracy)
        text_format(&text, ", %s %.4g", accuracy, last->training.accuracy);
    if (net->model->train.keep_best)
        text_format(&text, "; kept iteration %zu", net->state.best.iteration);
    if (train_still(&net->state))
        text_format(&text, "; unchanged since iteration %zu", net->state.still.iteration);
    if (divergence)
        text_format(&text, "; %s", divergence);
    text_add(&text, net->remarks ? net->remarks : "");
    if (net_estimates(net))
        estimates_text(&text, net->model, net_estimates(net), net->state.params);
    return text.data;
}

/* train(net, iterations): a table of what came of it. */
static int core_train(lua_State *lua)
{
    Net *net = net_at(lua, 1);
    const size_t before = net->trace && net->trace->count ? net->trace->count - 1 : 0;
    const char *ended = interactive_train(net, (size_t)luaL_checkinteger(lua, 2));
    if (!ended)
        return raise_messages(lua);
    const TraceRow *last = &net->trace->rows[net->trace->count - 1];
    const TraceRow *kept = net->model->train.keep_best ? &net->trace->rows[net->state.best.iteration] : last;
    Evaluation test;
    lua_newtable(lua);
    set_string(lua, "line", training_line(net, ended));
    set_string(lua, "ended", ended);
    set_count(lua, "iterations", last->iteration);
    set_count(lua, "kept", kept->iteration);
    set_evaluation(lua, net->model, "", &kept->training);
    if (net_test(net, &test))
        set_evaluation(lua, net->model, "test_", &test);
    push_history(lua, net, before);
    lua_setfield(lua, -2, "history");
    return 1;
}

/* set_params(net, numbers, inputs): all parameters, and where not nil the learnt inputs. */
static int core_set_params(lua_State *lua)
{
    Net *net = net_at(lua, 1);
    size_t rows;
    const double *params = to_reals(lua, 2, net->model->parameters, &rows);
    const double *x = lua_isnoneornil(lua, 3) ? NULL : to_reals(lua, 3, net->learnt * net->model->inputs, &rows);
    memcpy(net->state.params, params, net->model->parameters * sizeof *params);
    if (x)
        memcpy(net->x, x, net->learnt * net->model->inputs * sizeof *x);
    return 0;
}

/* The rows at index as the network takes them. */
static const double *to_rows(lua_State *lua, Net *net, int index, size_t *count)
{
    const double *rows = to_reals(lua, index, net->model->inputs, count);
    const NetSamples samples = {.count = *count, .x = rows};
    const double *x = net_rows(net, &samples, false);
    if (!x)
        raise_messages(lua);
    return x;
}

/* The signals at index of count samples; NULL where the network takes none. */
static const double *to_signals(lua_State *lua, const Model *model, int index, size_t count)
{
    size_t rows;
    if (!model->signals)
        return NULL;
    if (!lua_istable(lua, index))
        refuse(lua, "this network takes signals: predict(x, s), gradient(x, s, c)");
    const double *signals = to_reals(lua, index, model->signals * model_signal_rows(model), &rows);
    if (rows != count)
        refuse(lua, "%d samples and signals of %d", (int)count, (int)rows);
    return signals;
}

/* The targets at index of count samples; NULL where the network has none. */
static const double *to_targets(lua_State *lua, const Model *model, int index, size_t count)
{
    size_t rows;
    if (!model->has_loss)
        return NULL;
    if (!lua_istable(lua, index))
        refuse(lua, "this network has a loss, which needs targets: gradient(x, c), or with signals gradient(x, s, c)");
    const double *target = to_reals(lua, index, model_predictions(model), &rows);
    if (rows != count)
        refuse(lua, "%d samples and %d targets", (int)count, (int)rows);
    return target;
}

/* The inputs of the spec's data: as they are learnt by now, where they are. */
static const double *present_inputs(const Net *net)
{
    const Dataset *data = &net->source.train;
    return net->learnt == data->samples ? net->x : data->x;
}

/* What an objective is evaluated over: samples, signals and targets at index and behind it, or the spec's data. */
typedef struct {
    bool given;
    size_t count;
    const double *x, *signals, *target;
} Evaluated;

static Evaluated to_evaluated(lua_State *lua, Net *net, int index)
{
    const Dataset *data = &net->source.train;
    Evaluated over = {.given = !lua_isnoneornil(lua, index)};
    if (!over.given && !net_data(net))
        raise_messages(lua);
    over.x = over.given ? to_rows(lua, net, index, &over.count) : present_inputs(net);
    over.count = over.given ? over.count : data->samples;
    over.signals = over.given ? to_signals(lua, net->model, index + 1, over.count) : data->signal;
    over.target = over.given ? to_targets(lua, net->model, index + 2, over.count) : data->target;
    return over;
}

/* The parameters' part of derivative [unknowns], and where the network learns inputs theirs and its rows. */
static int push_derivative(lua_State *lua, const Net *net, const Evaluated *over, double *derivative)
{
    const Model *model = net->model;
    double *by_inputs = derivative + model->parameters;
    push_reals(lua, model->parameters, derivative);
    if (!model->learns_x)
        return 1;
    if (over->given)
        net_rows_bar(net, over->count, by_inputs);
    push_reals(lua, over->count * model->inputs, by_inputs);
    lua_pushinteger(lua, (lua_Integer)over->count);
    return 3;
}

/* gradient(net), or gradient(net, x, signals, targets); behind it the derivative by x and its rows, where the network
 * learns inputs. */
static int core_gradient(lua_State *lua)
{
    Net *net = net_at(lua, 1);
    const Model *model = net->model;
    const Evaluated over = to_evaluated(lua, net, 2);
    double objective, *gradient = push_buffer(lua, model_unknowns(model, over.count));
    double *x_bar = model->learns_x ? gradient + model->parameters : NULL;
    net_gradient(net, over.count, over.x, over.signals, over.target, &objective, x_bar, gradient);
    return push_derivative(lua, net, &over, gradient);
}

/* A direction of the inputs at index; NULL: they do not move. */
static double *to_input_direction(lua_State *lua, const Net *net, int index, const Evaluated *over)
{
    size_t rows;
    if (lua_isnoneornil(lua, index))
        return NULL;
    if (!net->model->learns_x)
        refuse(lua, "this network learns no inputs: x does not move");
    double *direction = to_reals(lua, index, net->model->inputs, &rows);
    if (rows != over->count)
        refuse(lua, "the direction of x has %d rows, not %d", (int)rows, (int)over->count);
    if (over->given)
        net_rows_bar(net, rows, direction);
    return direction;
}

/* hessian(net, direction, x direction), or hessian(net, direction, x direction, x, signals, targets): its product with
 * the direction, and behind it the inputs' part and its rows, where the network learns inputs. */
static int core_hessian(lua_State *lua)
{
    Net *net = net_at(lua, 1);
    const Model *model = net->model;
    size_t rows;
    const double *direction = to_reals(lua, 2, model->parameters, &rows);
    const Evaluated over = to_evaluated(lua, net, 4);
    const double *x_direction = to_input_direction(lua, net, 3, &over);
    double *product = push_buffer(lua, model_unknowns(model, over.count));
    double *x_product = model->learns_x ? product + model->parameters : NULL;
    if (!net_hessian(net, over.count, over.x, over.signals, over.target, x_direction, direction, x_product, product))
        return raise_messages(lua);
    return push_derivative(lua, net, &over, product);
}

/* predict(net, x, signals) */
static int core_predict(lua_State *lua)
{
    Net *net = net_at(lua, 1);
    size_t count, numbers = model_predictions(net->model);
    const double *x = to_rows(lua, net, 2, &count);
    const double *signals = to_signals(lua, net->model, 3, count);
    double *prediction = push_buffer(lua, count * numbers);
    net_predict(net, count, x, signals, prediction);
    push_reals(lua, count * numbers, prediction);
    return 1;
}

/* bands(net, x, signals): the lower ends of the predictions' bands, and the upper ones. */
static int core_bands(lua_State *lua)
{
    Net *net = net_at(lua, 1);
    size_t count, numbers = model_predictions(net->model);
    const double *x = to_rows(lua, net, 2, &count);
    const double *signals = to_signals(lua, net->model, 3, count);
    double *half = push_buffer(lua, count * numbers), *ends = push_buffer(lua, count * numbers);
    double *prediction = push_buffer(lua, count * numbers);
    if (!net_bands(net, count, x, signals, half))
        return raise_messages(lua);
    net_predict(net, count, x, signals, prediction);
    for (int end = -1; end <= 1; end += 2) {
        for (size_t i = 0; i < count * numbers; i++)
            ends[i] = prediction[i] + end * half[i];
        push_reals(lua, count * numbers, ends);
    }
    return 2;
}

static int core_check(lua_State *lua)
{
    Net *net = net_at(lua, 1);
    Arena *arena = net_memory(net);
    if (!net_data(net))
        return raise_messages(lua);
    const Dataset *data = &net->source.train;
    size_t most = check_samples(net->model);
    CheckResult result = check_solver(arena, net->program, net->solver, data->samples < most ? data->samples : most,
                                      CHECK_FROM_INITIAL, data->x, data->signal, data->target);
    Text text = text_new(arena);
    check_text(&text, net->program, &result);
    return push_text(lua, &text);
}

static int core_source(lua_State *lua)
{
    const Net *net = net_at(lua, 1);
    lua_pushstring(lua, pack_source(net->session->arena, net->program->blueprint));
    return 1;
}

static int core_tableau(lua_State *lua)
{
    const Net *net = net_at(lua, 1);
    Text text = text_new(net->session->arena);
    gen_tableau_text(&text, net->program->description.tableau);
    return push_text(lua, &text);
}

static int core_emit(lua_State *lua)
{
    const Net *net = net_at(lua, 1);
    Session *session = net->session;
    const char *folder = luaL_optstring(lua, 2, text_print(session->arena, "out/solvers/%s", net->model->name));
    Text files = text_new(session->arena);
    const Intake intake = net->known ? dataset_intake(net->known) : (Intake){0};
    if (!session_emit_files(session, net->program, &intake, folder, &files))
        return raise_messages(lua);
    return push_text(lua, &files);
}

static int core_save(lua_State *lua)
{
    const char *path = luaL_checkstring(lua, 2);
    if (!net_save(net_at(lua, 1), path))
        return raise_messages(lua);
    lua_pushstring(lua, path);
    return 1;
}

static int core_plot(lua_State *lua)
{
    Net *net = net_at(lua, 1);
    Session *session = net->session;
    const char *names[] = {luaL_optstring(lua, 2, NULL), NULL};
    const FigureRequest request = {.folder = luaL_checkstring(lua, 3), .names = names[0] ? names : NULL};
    if (!net_data(net))
        return raise_messages(lua);
    Text drawn = text_new(session->arena);
    Dataset train = net->source.train;
    train.x = net->learnt == train.samples ? net->x : train.x;
    const Trained trained = {.network = net->program->network,
                             .model = net->model,
                             .solver = net->solver,
                             .train = &train,
                             .params = net->state.params,
                             .trace = net->trace,
                             .test = net->source.test,
                             .estimates = net_estimates(net)};
    if (!figures_draw(net_memory(net), session->diagnostics, &trained, &request, &drawn))
        return raise_messages(lua);
    return push_text(lua, &drawn);
}

static int core_summary(lua_State *lua)
{
    const Net *net = net_at(lua, 1);
    const Model *model = net->model;
    Text text = text_new(net->session->arena);
    text_format(&text, "%s: %zu -> %zu channels x %zu layers -> %zu, %s, %zu parameters", model->name, model->inputs,
                model->width, model->layers, model->outputs, net->program->description.tableau->name,
                model->parameters);
    if (net->trace && net->trace->count)
        text_format(&text, ", objective %.6g after %zu iterations",
                    net->trace->rows[net->trace->count - 1].training.objective, net->trace->count - 1);
    return push_text(lua, &text);
}

/* read(path): a text file. */
static int core_read(lua_State *lua)
{
    Session *session = console_of(lua)->session;
    char *data;
    size_t size;
    if (!file_read(session->arena, session->diagnostics, luaL_checkstring(lua, 1), &data, &size))
        return raise_messages(lua);
    lua_pushlstring(lua, data, size);
    return 1;
}

/* list(folder): what is in it, folders with a slash, hidden files left out; nothing where there is no such folder. */
static int core_list(lua_State *lua)
{
    Arena *arena = console_of(lua)->session->arena;
    const char *folder = luaL_checkstring(lua, 1);
    DIR *listing = opendir(folder);
    lua_Integer count = 0;
    lua_newtable(lua);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        if (entry->d_name[0] == '.')
            continue;
        bool inner = folder_exists(path_join(arena, folder, entry->d_name));
        lua_pushfstring(lua, "%s%s", entry->d_name, inner ? "/" : "");
        lua_rawseti(lua, -2, ++count);
    }
    if (listing)
        closedir(listing);
    return 1;
}

/* ---- the table ---- */

/* Adds a name to the set on top of the stack. */
static void add_name(lua_State *lua, const char *name)
{
    lua_pushboolean(lua, true);
    lua_setfield(lua, -2, name);
}

/* core.specs, core.pictures, core.keys and core.inner_keys.train, .data and .head, for completion and messages. */
static void add_names(Console *console)
{
    lua_State *lua = console->lua;
    lua_pushstring(lua, session_specs(console->session->arena));
    lua_setfield(lua, -2, "specs");
    lua_newtable(lua);
    for (const Figure *figure = figures; figure->name; figure++)
        add_name(lua, figure->name);
    lua_setfield(lua, -2, "pictures");
    lua_newtable(lua);
    for (const char *const *key = reader_keys; *key; key++)
        add_name(lua, *key);
    lua_setfield(lua, -2, "keys");
    lua_newtable(lua);
    lua_newtable(lua);
    const char *keys[READER_MOST_TRAIN_KEYS];
    for (size_t i = reader_train_keys(keys); i-- > 0;)
        add_name(lua, keys[i]);
    lua_setfield(lua, -2, "train");
    lua_newtable(lua);
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++)
        if (data_rows[i].key)
            add_name(lua, data_rows[i].key);
    add_name(lua, "x");
    lua_setfield(lua, -2, "data");
    lua_newtable(lua);
    for (size_t i = 0; i < READER_HEAD_KEYS; i++)
        add_name(lua, reader_head_keys[i]);
    lua_setfield(lua, -2, "head");
    lua_setfield(lua, -2, "inner_keys");
}

void prompt_push_bindings(Console *console)
{
    static const luaL_Reg core[] = {
        {"find", core_find},
        {"open", core_open},
        {"adopt", core_adopt},
        {"load", core_load},
        {"nearest", core_nearest},
        {"get", core_get},
        {"network_keys", core_network_keys},
        {"tensors", core_tensors},
        {"params", core_params},
        {"set_params", core_set_params},
        {"train", core_train},
        {"gradient", core_gradient},
        {"hessian", core_hessian},
        {"predict", core_predict},
        {"check", core_check},
        {"source", core_source},
        {"tableau", core_tableau},
        {"emit", core_emit},
        {"save", core_save},
        {"plot", core_plot},
        {"summary", core_summary},
        {"read", core_read},
        {"bands", core_bands},
        {"list", core_list},
        {"inputs", core_inputs},
        {"classes", core_classes},
        {NULL, NULL},
    };
    luaL_newlib(console->lua, core);
    add_names(console);
}
