#include "runtime/run/summary.h"

#include "gen/model/loss.h"

#include <criterion/criterion.h>
#include <math.h>

Test(report, text)
{
    Arena *arena = arena_new();
    Model model = {.name = "spiral", .hash = 0xabc, .problem = 0xdef, .parameters = 92, .seed = 7, .has_loss = true};
    model.train = (TrainSpec){.algorithm = TRAIN_ARMIJO, .tau = 0.1, .tau_max = 10};
    Provenance provenance = provenance_new(arena, &model);
    metadata_set(&provenance.settings, "label", "a \"b\"");
    metadata_set(&provenance.settings, "features", "01");
    metadata_set(&provenance.origin, "spec", "a b.lua");
    metadata_set(&provenance.origin, "--seed", "7");
    provenance.source = "data/spiral \xff.csv";
    provenance.path = "/d/spiral.csv";
    provenance.data_hash = 0x1234;
    provenance.samples = 800;
    provenance.test_samples = 200;
    provenance.dropped = 3;
    Trace *trace = trace_new(arena, "accuracy", true);
    trace_add(trace, &(TraceRow){0, 0.05, {3.0, 0.5}, {4.0, 0.25}});
    trace_add(trace, &(TraceRow){1, 0.1, {2.0, 0.75}, {NAN, 0.5}});
    Text text = text_new(arena);
    const Objective no_squares = {0};
    const Train train = {.objective = &no_squares, .state = {.evaluations = {5, 4, 3, 2}}};
    summary_add(&text, &provenance, &train, trace, 1.23456, "zero gradient");
    cr_expect_str_eq(text.data,
                     "{\n"
                     "  \"name\": \"spiral\",\n"
                     "  \"spec\": \"0000000000000abc\",\n"
                     "  \"problem\": \"0000000000000def\",\n"
                     "  \"version\": \"" COSTATE_VERSION "\",\n"
                     "  \"parameters\": 92,\n"
                     "  \"data\": {\"source\": \"data/spiral \xef\xbf\xbd.csv\", \"path\": \"/d/spiral.csv\", "
                     "\"hash\": \"0000000000001234\", \"samples\": 800, \"test_samples\": 200, \"dropped_rows\": 3},\n"
                     "  \"origin\": {\"spec\": \"a b.lua\", \"--seed\": \"7\"},\n"
                     "  \"settings\": {\"seed\": 7, \"search\": \"armijo\", \"tau\": 0.1, \"tau_max\": 10, "
                     "\"label\": \"a \\\"b\\\"\", \"features\": \"01\"},\n"
                     "  \"final\": {\"iteration\": 1, \"objective\": 2, \"step\": 0.1, \"rmse\": 0.75, "
                     "\"test_objective\": null, \"test_rmse\": 0.5},\n"
                     "  \"best\": {\"iteration\": 0, \"objective\": 3, \"step\": 0.05, \"rmse\": 0.5, "
                     "\"test_objective\": 4, \"test_rmse\": 0.25},\n"
                     "  \"evaluations\": {\"objectives\": 5, \"gradients\": 4, \"hessian_products\": 3, "
                     "\"jacobians\": 2},\n"
                     "  \"iterations\": 1,\n"
                     "  \"seconds\": 1.235,\n"
                     "  \"ended\": \"zero gradient\"\n"
                     "}\n");
    arena_free(arena);
}

/* Shares of classes are accuracies; without targets there is no measure but the objective. */
Test(report, measures)
{
    static const char *const rows[] = {
        "\"step\": 0.1, \"accuracy\": 0.75, \"test_objective\": 4, \"test_accuracy\": 0.5}",
        "\"step\": 0.1, \"test_objective\": 4}"};
    for (int k = 0; k < 2; k++) {
        Arena *arena = arena_new();
        Model model = {.name = "spiral", .outputs = 1, .has_loss = k == 0, .link = loss_link("sigmoid")};
        Provenance provenance = provenance_new(arena, &model);
        provenance.source = "data";
        Trace *trace = trace_new(arena, "accuracy", true);
        trace_add(trace, &(TraceRow){0, 0.1, {3.0, 0.75}, {4.0, 0.5}});
        Text text = text_new(arena);
        const Objective no_squares = {0};
        const Train train = {.objective = &no_squares};
        summary_add(&text, &provenance, &train, trace, 1, "iterations");
        cr_expect_not_null(strstr(text.data, rows[k]), "%s", text.data);
        arena_free(arena);
    }
}
