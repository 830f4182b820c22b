#include "runtime/run/provenance.h"

#include <criterion/criterion.h>

static Arena *arena;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

TestSuite(provenance, .init = setup, .fini = teardown);

/* The settings as "name=value name=value". */
static const char *settings(const Model *model)
{
    Provenance provenance = provenance_new(arena, model);
    Text text = text_new(arena);
    for (size_t i = 0; i < provenance.settings.count; i++)
        text_format(&text, "%s%s=%s", i ? " " : "", provenance.settings.entries[i].key,
                    provenance.settings.entries[i].value);
    return text.data;
}

Test(provenance, settings_of_each_algorithm)
{
    Model model = {.seed = 18446744073709551615u};
    model.train = (TrainSpec){.algorithm = TRAIN_ARMIJO, .tau = 0.1, .tau_max = 10};
    cr_expect_str_eq(settings(&model), "seed=18446744073709551615 search=armijo tau=0.1 tau_max=10");
    model.train = (TrainSpec){.algorithm = TRAIN_LIPSCHITZ, .lipschitz = 0.1, .up = 1.5, .down = 0.99};
    model.seed = 1;
    cr_expect_str_eq(settings(&model), "seed=1 search=lipschitz lipschitz=0.1 up=1.5 down=0.99");
    model.train = (TrainSpec){.algorithm = TRAIN_ADAM, .rate = {.first = 1e-3}, .batch = 32};
    cr_expect_str_eq(settings(&model), "seed=1 algorithm=adam rate=0.001 batch=32 weight_decay=0");
    model.train.patience = 20;
    model.train.keep_best = true;
    cr_expect_str_eq(settings(&model),
                     "seed=1 algorithm=adam rate=0.001 batch=32 weight_decay=0 patience=20 keep=best");
}

Test(provenance, hashes_have_sixteen_digits)
{
    cr_expect_str_eq(provenance_hash(arena, 0xabc), "0000000000000abc");
}
