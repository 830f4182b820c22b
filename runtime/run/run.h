/* run: the folder of one training.
 *
 * It holds spec.lua (the spec, with the files that it names), model.safetensors (the parameters that training keeps,
 * under their names), initial.safetensors (those it began at), trace.csv, course.csv, report.json and
 * state.safetensors: all that the next iteration depends on, with the provenance it was made under. Each file is
 * replaced as a whole. A save writes the state last, and what is behind the state's iteration in trace.csv does not
 * count, so that the folder can be continued whatever moment the program is killed at.
 *
 * The first rank alone locks it and writes there; ranks begin, resume and save it together (runtime/system/ranks.h). */
#ifndef COSTATE_RUN_H
#define COSTATE_RUN_H

#include "runtime/run/provenance.h"
#include "runtime/system/file.h"
#include "runtime/train/trace.h"
#include "runtime/train/train.h"

/* The files of a run, by name. */
#define RUN_SPEC    "spec.lua"
#define RUN_MODEL   "model.safetensors"
#define RUN_INITIAL "initial.safetensors"
#define RUN_TRACE   "trace.csv"
#define RUN_COURSE  COURSE_NAME
#define RUN_REPORT  "report.json"
#define RUN_STATE   "state.safetensors"

/* The names of its files, closed by NULL. */
extern const char *const run_files[];

/* Removes them, and folders as folder_remove does. */
void run_remove(Arena *arena, const char *folder, size_t made);

typedef enum { RUN_NEW, RUN_RESUME, RUN_FORCE } RunMode;

typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    const char *folder;
    const Provenance *provenance;
    double seconds;   /* of training before this start */
    FolderLock *lock; /* from run_begin or run_resume to run_end; else NULL */
} Run;

/* Can a run be made in folder in that mode? An error otherwise: RUN_NEW wants none of its files there, which it
 * would overwrite; RUN_RESUME wants a state. Touches nothing; meant for before the work begins, too. */
bool run_available(Arena *arena, Diagnostics *diagnostics, const char *folder, RunMode mode);

/* What a training leaves of its iterations. */
typedef struct {
    Trace *trace;
    Course *course;
} RunRecord;

/* How many time steps the course of a run of model has: those of all layers, or 0 where they are not learnt, or more
 * than COURSE_MOST_LAYERS. */
size_t run_course_layers(const Model *model);

/* Of a run under provenance, so far without rows; test: is there a test set? */
RunRecord run_record(Arena *arena, const Provenance *provenance, bool test);

/* RUN_NEW and RUN_FORCE: creates the folder and saves train, just started, and record, whose one row is iteration 0. On
 * an error no folder is left that was not there before. */
bool run_begin(Run *run, const Train *train, const RunRecord *record);

/* RUN_RESUME: gives train the stored state and *record the rows up to it (none where it is iteration 0: its row is for
 * the caller to add). Errors: a state made under another spec, other data or other settings than run->provenance, each
 * of which is named; a damaged file; another process that trains in the folder. */
bool run_resume(Run *run, Train *train, bool test, RunRecord *record);

/* Removes the files of a run that run_begin has begun: there is nothing to keep of it. */
void run_discard(const Run *run);

/* Lets other processes train in the folder. Whether or not run_begin or run_resume succeeded. */
void run_end(Run *run);

/* Saves train and record as they stand. seconds: of training since this start; ended: as for summary_add. */
bool run_save(Run *run, const Train *train, const RunRecord *record, double seconds, const char *ended);

#endif
