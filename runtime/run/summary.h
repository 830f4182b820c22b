/* summary: report.json, the summary of a run. */
#ifndef COSTATE_SUMMARY_H
#define COSTATE_SUMMARY_H

#include "runtime/run/provenance.h"
#include "runtime/train/trace.h"

/* Appends the report of a run under provenance that reached the last row of trace, which is not empty, after seconds of
 * training. ended says why it ended. A value that is not finite is null. */
void summary_add(Text *text, const Provenance *provenance, const Trace *trace, double seconds, const char *ended);

#endif
