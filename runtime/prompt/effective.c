/* What a network is made of, where its spec says nothing, too: the keys of a spec with their values. */
#include "runtime/prompt/internal.h"

#include <string.h>

static void set_number(lua_State *lua, const char *key, double value)
{
    if (value == (double)(lua_Integer)value)
        lua_pushinteger(lua, (lua_Integer)value);
    else
        lua_pushnumber(lua, value);
    lua_setfield(lua, -2, key);
}

static void set_string(lua_State *lua, const char *key, const char *value)
{
    lua_pushstring(lua, value);
    lua_setfield(lua, -2, key);
}

static void set_flag(lua_State *lua, const char *key, bool value)
{
    lua_pushboolean(lua, value);
    lua_setfield(lua, -2, key);
}

static void set_numbers(lua_State *lua, const Model *model)
{
    const struct {
        const char *key;
        double value;
    } numbers[] = {{"inputs", (double)model->inputs},
                   {"width", (double)model->width},
                   {"layers", (double)model->layers},
                   {"seed", (double)model->seed},
                   {"signals", (double)model->signals},
                   {"start", model->start},
                   {"step", model->step},
                   {"decay", model->decay},
                   {"checkpoints", (double)model->checkpoints}};
    const struct {
        const char *key;
        bool value;
    } flags[] = {{"lift", model->lift},       {"residual", model->residual},   {"average", model->average},
                 {"simplex", model->simplex}, {"recompute", model->recompute}, {"explicit", model->only_explicit}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        set_number(lua, numbers[i].key, numbers[i].value);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        set_flag(lua, flags[i].key, flags[i].value);
    if (model->partition)
        set_number(lua, "partition", (double)model->partition);
}

static void set_learnt(lua_State *lua, const Model *model)
{
    lua_Integer count = 0;
    lua_newtable(lua);
    for (size_t t = 0; t < model->tensor_count; t++)
        if (model->tensors[t].learnt) {
            lua_pushstring(lua, model->tensors[t].name);
            lua_rawseti(lua, -2, ++count);
        }
    if (model->learns_x) {
        lua_pushstring(lua, "x");
        lua_rawseti(lua, -2, ++count);
    }
    lua_setfield(lua, -2, "learn");
}

static void set_head(lua_State *lua, const Model *model)
{
    if (!model->affine_head)
        return;
    lua_newtable(lua);
    set_number(lua, "outputs", (double)model->outputs);
    set_string(lua, "link", model_link_name(model));
    lua_setfield(lua, -2, "head");
}

static void set_training(lua_State *lua, const TrainSpec *train)
{
    const AlgorithmRow *row = &algorithm_rows[train->algorithm];
    lua_newtable(lua);
    set_string(lua, row->selector, row->name);
    set_number(lua, row->unit, (double)train->iterations);
    set_string(lua, "keep", train->keep_best ? "best" : "last");
    if (train->patience)
        set_number(lua, "patience", (double)train->patience);
    if (train->stall)
        set_number(lua, "stall", (double)train->stall);
    for (const AlgorithmSetting *setting = row->settings; setting->key; setting++) {
        const char *member = (const char *)train + setting->offset;
        switch (setting->kind) {
        case SETTING_REAL:
            set_number(lua, setting->key, *(const double *)(const void *)member);
            break;
        case SETTING_WHOLE:
            set_number(lua, setting->key, (double)*(const size_t *)(const void *)member);
            break;
        case SETTING_RATE: /* one that falls is among what is written */
            set_number(lua, setting->key, ((const Rate *)(const void *)member)->first);
            break;
        }
    }
    lua_setfield(lua, -2, "train");
}

static void set_data(lua_State *lua, const DataSpec *data)
{
    if (!data->source && !data->in_place.x.rank)
        return;
    lua_newtable(lua);
    for (size_t i = 0; i < DATA_OPTION_COUNT; i++) {
        const DataOption *option = &data_rows[i];
        const char *member = (const char *)data + option->offset;
        if (!option->key)
            continue;
        switch (option->kind) {
        case DATA_COUNT:
            if (option->scope != DATA_OF_FILE && data->source)
                set_number(lua, option->key, (double)*(const size_t *)(const void *)member);
            break;
        case DATA_SHARE:
            set_number(lua, option->key, *(const double *)(const void *)member);
            break;
        case DATA_FLAG:
            if (option->scope != DATA_OF_FILE || data_given(data, option))
                set_flag(lua, option->key, *(const bool *)(const void *)member);
            break;
        case DATA_TEXT:
        case DATA_FILE: /* what is given is written */
            break;
        }
    }
    lua_setfield(lua, -2, "data");
}

void prompt_push_effective(lua_State *lua, const Program *program)
{
    const Model *model = program->description.model;
    lua_newtable(lua);
    set_numbers(lua, model);
    set_string(lua, "name", model->name);
    set_string(lua, "method", program->description.tableau->name);
    set_string(lua, "real", model->single ? "float" : "double");
    set_string(lua, "hold", model->linear ? "linear" : "zero");
    set_string(lua, "observe", "last");
    if (model_loss_name(model))
        set_string(lua, "loss", model_loss_name(model));
    set_learnt(lua, model);
    set_head(lua, model);
    set_training(lua, &model->train);
    set_data(lua, &model->data);
}
