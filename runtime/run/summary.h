/* summary: report.json, the summary of a run. */
#ifndef COSTATE_SUMMARY_H
#define COSTATE_SUMMARY_H

#include "runtime/format/json.h"
#include "runtime/run/provenance.h"
#include "runtime/train/estimates.h"
#include "runtime/train/trace.h"

enum { SUMMARY_MOST_CORRELATED = 100 };

/* Appends the report of a run under provenance that reached the last row of trace, which is not empty, after seconds of
 * training. ended says why it ended. A value that is not finite is null. train: of which to give the counts of
 * evaluations, what implicit stages took and, where its method has them, estimates with their standard errors; the
 * correlation of at most SUMMARY_MOST_CORRELATED parameters. */
void summary_add(Text *text, const Provenance *provenance, const Train *train, const Trace *trace, double seconds,
                 const char *ended);

/* What the report of a run of model knows of its estimates, at which params stand; missing says why there are none. */
Estimates summary_estimates(Arena *arena, const json_t *report, const Model *model, const double *params);

#endif
