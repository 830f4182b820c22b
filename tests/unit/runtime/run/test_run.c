#include "runtime/run/run.h"

#include "tests/unit/fixture.h"
#include "runtime/format/safetensors.h"
#include "runtime/number/lapack.h"
#include "runtime/run/state.h"
#include "tests/unit/toy.h"

#include <sys/resource.h>
#include <sys/stat.h>

static Provenance provenance;

static void setup(void)
{
    fixture_open();
    toy_algorithm(TRAIN_ARMIJO);
    provenance = toy_plan(arena);
}

TestSuite(run, .init = setup, .fini = fixture_close);

/* A training of the toy that has just begun; its trace has a row. */
static Train *started(RunRecord *record)
{
    static Toy toy;
    static Objective objective;
    objective = toy_objective(&toy, TOY_SAMPLES);
    Train *train = train_new(arena, &objective, train_settings(arena, &toy_model, 0));
    cr_assert_eq(train_start(train, toy_params), TRAIN_RUNNING);
    *record = run_record(arena, &provenance, false);
    trace_add(record->trace, &(TraceRow){0, train->state.step, train->state.evaluation, {0.0, 0.0}});
    return train;
}

static Run run_in(const char *name)
{
    return (Run){.arena = arena, .diagnostics = diagnostics, .folder = fixture_path(name), .provenance = &provenance};
}

static bool begin(const char *name)
{
    RunRecord record;
    Run run = run_in(name);
    Train *train = started(&record);
    return run_begin(&run, train, &record);
}

static bool resume(const char *name)
{
    RunRecord record;
    Run run = run_in(name);
    Train *train = started(&record);
    return run_resume(&run, train, false, &record);
}

static void expect_messages(const char *expected)
{
    cr_expect_str_eq(fixture_messages(), expected);
    diagnostics = diagnostics_new(arena);
}

static void expect_unavailable(const char *name, RunMode mode, const char *expected)
{
    cr_expect_not(run_available(arena, diagnostics, fixture_path(name), mode));
    expect_messages(expected);
}

Test(run, folders_that_hold_none)
{
    cr_expect(run_available(arena, diagnostics, fixture_path("new"), RUN_NEW));
    cr_expect(run_available(arena, diagnostics, folder, RUN_NEW));
    cr_expect(run_available(arena, diagnostics, folder, RUN_FORCE));
    expect_unavailable("new", RUN_RESUME, "new: there is no run to resume; without --resume one begins\n");
}

/* Any of the four files is a run's, whoever wrote it. */
Test(run, folders_that_hold_one)
{
    static const char *const names[] = {"model.safetensors", "trace.csv", "report.json"};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(mkdir(fixture_path("run"), 0777), 0);
        fixture_text(text_print(arena, "run/%s", names[i]), "");
        expect_unavailable("run", RUN_NEW,
                           "run: this folder holds a run; --resume continues it, --force replaces it\n");
        expect_unavailable("run", RUN_RESUME,
                           "run: this run has no state.safetensors to resume from; --force replaces the run\n");
        cr_expect(run_available(arena, diagnostics, fixture_path("run"), RUN_FORCE));
        fixture_remove(fixture_path("run"));
    }
}

Test(run, begins_with_all_its_files)
{
    cr_assert(begin("run"), "%s", fixture_messages());
    static const char *const names[] = {"model.safetensors", "trace.csv", "report.json", "state.safetensors"};
    for (size_t i = 0; i < 4; i++)
        cr_expect(file_exists(path_join(arena, fixture_path("run"), names[i])));
    cr_expect(resume("run"), "%s", fixture_messages());
    fixture_remove(fixture_path("run"));
}

Test(run, metadata_goes_into_the_model)
{
    metadata_set(&provenance.metadata, "classes", "a b");
    cr_assert(begin("run"));
    const Safetensors *file = safetensors_read(arena, diagnostics, fixture_path("run/model.safetensors"));
    cr_assert_not_null(file);
    cr_expect_str_eq(metadata_get(&file->metadata, "classes"), "a b");
    fixture_remove(fixture_path("run"));
}

/* No file may grow: as on a full disk. */
Test(run, a_begin_that_fails_leaves_no_folder)
{
    struct rlimit limit, none;
    getrlimit(RLIMIT_FSIZE, &limit);
    none = limit;
    none.rlim_cur = 0;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    bool begun = begin("a/b/run");
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_expect_not(begun);
    expect_messages("a/b/run/state.safetensors: cannot write: File too large\n");
    cr_expect_eq(fixture_entries(), 0);
}

Test(run, a_folder_that_cannot_be)
{
    fixture_text("file", "");
    cr_expect_not(begin("file/run"));
    expect_messages("file/run: cannot create the folder: Not a directory\n");
    cr_expect_eq(fixture_entries(), 1);
}

Test(run, every_difference_is_named)
{
    metadata_set(&provenance.settings, "split", "0.8");
    metadata_set(&provenance.origin, "--split", "0.8");
    metadata_set(&provenance.origin, "--data", "x.csv");
    metadata_set(&provenance.metadata, "classes", "[\"no\",\"yes\"]");
    metadata_set(&provenance.metadata, "missing", "-999");
    cr_assert(begin("run"));
    toy_model.hash++;
    toy_model.problem++;
    toy_model.seed = 8;
    toy_model.train.tau = 0.2;
    provenance = toy_plan(arena);
    provenance.data_hash++;
    metadata_set(&provenance.settings, "standardize", "true");
    metadata_set(&provenance.origin, "folder", "elsewhere");
    metadata_set(&provenance.origin, "--split", "0.5");
    metadata_set(&provenance.origin, "--drop-missing", "");
    metadata_set(&provenance.metadata, "features", "[\"a\",\"b\"]");
    metadata_set(&provenance.metadata, "classes", "[\"cat\",\"dog\"]");
    cr_expect_not(resume("run"));
    expect_messages(
        "run/state.safetensors: this run was made with another spec (0000000000000abc, now "
        "0000000000000abd)\n"
        "run/state.safetensors: this run was made with other data (0000000000000123, now "
        "0000000000000124)\n"
        "run/state.safetensors: this run was made with --split = 0.8, not 0.5\n"
        "run/state.safetensors: this run was made without --drop-missing\n"
        "run/state.safetensors: this run was made with --data = x.csv\n"
        "run/state.safetensors: this run was made with the features (none), not [\"a\",\"b\"]\n"
        "run/state.safetensors: this run was made with the classes [\"no\",\"yes\"], not [\"cat\",\"dog\"]\n"
        "run/state.safetensors: this run was made with the words for missing values -999, not (none)\n"
        "run/state.safetensors: this run was made with seed = 7, not 8\n"
        "run/state.safetensors: this run was made with tau = 0.1, not 0.2\n"
        "run/state.safetensors: this run was made without standardize = true\n"
        "run/state.safetensors: this run was made with split = 0.8\n");
    fixture_remove(fixture_path("run"));
}

/* What is minimised is the same under another spec, and a rate may be another one: that is said. */
Test(run, another_rate_goes_on)
{
    toy_algorithm(TRAIN_ADAM);
    provenance = toy_plan(arena);
    cr_assert(begin("run"));
    toy_model.hash++;
    toy_model.train.rate.first = 0.01;
    provenance = toy_plan(arena);
    cr_expect(resume("run"));
    expect_messages("run/state.safetensors: note: rate was 0.05, and is 0.01 from here on\n");
    toy_model.train.batch = 3;
    provenance = toy_plan(arena);
    cr_expect_not(resume("run"));
    expect_messages("run/state.safetensors: note: rate was 0.05, and is 0.01 from here on\n"
                    "run/state.safetensors: this run was made with batch = 2, not 3\n");
    toy_model.hash--;
    fixture_remove(fixture_path("run"));
}

/* The state of begin, with one entry of its metadata, or the name or size of its tensor, replaced. */
static void expect_damaged(const char *key, const char *value, const char *name, size_t size, const char *expected)
{
    const char *path = fixture_path("run/state.safetensors");
    cr_assert(begin("run"), "%s", fixture_messages());
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    Metadata metadata = file->metadata;
    metadata_set(&metadata, key, value);
    NamedTensor tensor = {name, 1, &size, toy_params};
    cr_assert(safetensors_write(arena, diagnostics, path, &tensor, 1, &metadata));
    cr_expect_not(resume("run"));
    expect_messages(expected);
    fixture_remove(fixture_path("run"));
}

Test(run, damaged_states)
{
    static const char *const keys[] = {"iteration", "step",    "objective",
                                       "accuracy",  "seconds", "evaluations.gradients"};
    for (size_t i = 0; i < 6; i++)
        expect_damaged(keys[i], "x", "params", TOY_PARAMETERS,
                       text_print(arena,
                                  "run/state.safetensors: no state of a training: \"%s\" is missing or damaged\n",
                                  keys[i]));
    expect_damaged("iteration", "0.5", "params", TOY_PARAMETERS,
                   "run/state.safetensors: no state of a training: \"iteration\" is missing or damaged\n");
    expect_damaged("iteration", "-1", "params", TOY_PARAMETERS,
                   "run/state.safetensors: no state of a training: \"iteration\" is missing or damaged\n");
    expect_damaged("step", "1", "other", TOY_PARAMETERS,
                   "run/state.safetensors: no state of a training: \"params\" is missing or damaged\n");
    expect_damaged("step", "1", "params", TOY_PARAMETERS - 1,
                   "run/state.safetensors: no state of a training: \"params\" is missing or damaged\n");
}

/* An older state has no counts of evaluations, and perhaps not a setting; it goes on. What a younger one has beside all
 * that is known is passed over. */
Test(run, states_of_other_ages)
{
    cr_assert(begin("run"), "%s", fixture_messages());
    const char *path = fixture_path("run/state.safetensors");
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    Metadata metadata = metadata_new(arena);
    for (size_t i = 0; i < file->metadata.count; i++) {
        const MetadataEntry *entry = &file->metadata.entries[i];
        if (strncmp(entry->key, "evaluations.", 12) && strcmp(entry->key, "gradient_counted") &&
            strcmp(entry->key, "setting.tau"))
            metadata_set(&metadata, entry->key, entry->value);
    }
    cr_expect_eq(metadata.count, file->metadata.count - 6);
    metadata_set(&metadata, "of another age", "7");
    size_t size = TOY_PARAMETERS;
    NamedTensor tensors[2] = {file->tensors[0], {"of another age", 1, &size, toy_params}};
    cr_assert(safetensors_write(arena, diagnostics, path, tensors, 2, &metadata));
    cr_expect(resume("run"), "%s", fixture_messages());
    expect_messages("");
    toy_model.train.tau = 0.2;
    provenance = toy_plan(arena);
    cr_expect_not(resume("run"), "in a state without tau it is 0.1");
    expect_messages("run/state.safetensors: this run was made without tau = 0.2\n");
    fixture_remove(fixture_path("run"));
}

/* One of Gauss-Newton that has no matrix is from when its step was a damping: it begins with a new region. */
Test(run, states_without_what_is_renewed)
{
    cr_assert(lapack_ready(diagnostics), "%s", fixture_messages());
    toy_algorithm(TRAIN_GAUSSNEWTON);
    provenance = toy_plan(arena);
    cr_assert(begin("run"), "%s", fixture_messages());
    const char *path = fixture_path("run/state.safetensors");
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    Metadata metadata = file->metadata;
    metadata_set(&metadata, "step", "1e-9");
    size_t size = TOY_PARAMETERS;
    NamedTensor tensor = {"params", 1, &size, toy_params};
    cr_assert(safetensors_write(arena, diagnostics, path, &tensor, 1, &metadata));
    TrainState state;
    double seconds;
    cr_assert(state_read(arena, diagnostics, path, &provenance, &state, &seconds), "%s", fixture_messages());
    cr_expect_eq(state.step, 1);
    for (size_t i = 0; i < TOY_PARAMETERS * TOY_PARAMETERS; i++)
        cr_expect_eq(state.arrays[0][i], 0);
    fixture_remove(fixture_path("run"));
}

Test(run, a_trace_shorter_than_its_state)
{
    RunRecord record;
    Run run = run_in("run");
    Train *train = started(&record);
    cr_assert(run_begin(&run, train, &record));
    cr_assert_eq(train_iterate(train), TRAIN_RUNNING);
    cr_assert(run_save(&run, train, &record, 1.0, "unfinished"));
    cr_expect_not(resume("run"));
    expect_messages("run/trace.csv:3: the file ends before iteration 1\n");
    cr_assert_eq(remove(fixture_path("run/trace.csv")), 0);
    cr_expect_not(resume("run"));
    expect_messages("run/trace.csv: cannot read: No such file or directory\n");
    fixture_remove(fixture_path("run"));
}

Test(run, another_version_is_a_warning)
{
    cr_assert(begin("run"));
    const char *path = fixture_path("run/state.safetensors");
    const Safetensors *file = safetensors_read(arena, diagnostics, path);
    Metadata metadata = file->metadata;
    metadata_set(&metadata, "version", "0.0.1");
    cr_assert(safetensors_write(arena, diagnostics, path, file->tensors, file->count, &metadata));
    cr_expect(resume("run"));
    expect_messages("run/state.safetensors: warning: this run was made with costate 0.0.1; its numbers may not be "
                    "those of " COSTATE_VERSION " to the last bit\n");
    fixture_remove(fixture_path("run"));
}

/* A state that does not say, or a program, is no reason for a warning. */
Test(run, another_machine_is_a_warning)
{
    provenance.isa = "avx2";
    provenance.backend = "tcc";
    cr_assert(begin("run"));
    cr_expect(resume("run"));
    expect_messages("");
    provenance.isa = "avx512";
    provenance.backend = "cc";
    cr_expect(resume("run"));
    expect_messages("run/state.safetensors: warning: this run was made with the instruction set avx2; with avx512 its "
                    "last digits will differ\n"
                    "run/state.safetensors: warning: this run was made with the backend tcc; with cc its last digits "
                    "will differ\n");
    provenance.isa = provenance.backend = NULL;
    cr_expect(resume("run"));
    expect_messages("");
    fixture_remove(fixture_path("run"));
    cr_assert(begin("run"));
    provenance.isa = "avx512";
    cr_expect(resume("run"), "an older state");
    expect_messages("");
    fixture_remove(fixture_path("run"));
}

Test(run, seconds_add_up)
{
    RunRecord record;
    Run run = run_in("run");
    Train *train = started(&record);
    double seconds;
    TrainState state;
    cr_assert(run_begin(&run, train, &record));
    run.seconds = 2.0;
    cr_assert(run_save(&run, train, &record, 1.5, "interrupted"));
    cr_assert(state_read(arena, diagnostics, fixture_path("run/state.safetensors"), &provenance, &state, &seconds));
    cr_expect_eq(seconds, 3.5);
    fixture_remove(fixture_path("run"));
}

/* A save gives its memory back, but not its error. */
Test(run, saves_that_fail_say_where)
{
    RunRecord record;
    Run run = run_in("gone");
    Train *train = started(&record);
    cr_assert(run_begin(&run, train, &record));
    fixture_remove(run.folder);
    cr_assert_not(run_save(&run, train, &record, 1.0, "unfinished"));
    expect_messages("gone/trace.csv: cannot write: No such file or directory\n");
}
