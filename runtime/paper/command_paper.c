/* costate paper. */
#include "runtime/session/session.h"

#include "runtime/system/clock.h"
#include "runtime/system/file.h"
#include "runtime/system/ranks.h"
#include "runtime/picture/gnuplot.h"
#include "runtime/paper/paper.h"

static const Option paper_options[] = {
    {"--quick", NULL, "200 iterations each: a minute's look at the page"},
    {"--seeds", "N", "repeat all with N seeds; the page has mean and spread [1]"},
    {"--out", "DIR", "folder for runs, figures and page [out/paper]"},
    {NULL, NULL, NULL},
};

static Status paper_run(Session *session);

const Command command_paper = {.name = "paper",
                               .summary =
                                   "Repeat the experiments of Benning et al. 2019, and lay them out as one HTML page.",
                               .details = "Four data sets, four networks and four Runge-Kutta methods (specs/paper/), "
                                          "a process each, as many at a time as\n"
                                          "there are processors. Pictures need gnuplot.\n",
                               .example = "costate paper --quick",
                               .options = paper_options,
                               .run = paper_run};

static Status paper_run(Session *session)
{
    const char *folder = options_get(session->options, "--out");
    uint64_t seeds = 1;
    if (!options_count(session->arena, session->options, "--seeds", &seeds, &session->problem))
        return STATUS_USAGE;
    if (seeds < 1 || seeds > 1000) {
        session->problem = "--seeds takes 1 to 1000";
        return STATUS_USAGE;
    }
    const ExperimentPlan plan = {.folder = folder ? folder : "out/paper",
                                 .seeds = (size_t)seeds,
                                 .quick = options_get(session->options, "--quick")};
    Outcomes *outcomes = ARENA_NEW(session->arena, Outcomes);
    const Gnuplot gnuplot = gnuplot_new(session->arena);
    Text result = text_new(session->arena);
    double start = clock_seconds();
    if (!ranks_settle(session->diagnostics, gnuplot_run(session->diagnostics, &gnuplot)) ||
        !experiments_run(session, &plan))
        return STATUS_FAILED;
    if (!ranks_part())
        return STATUS_OK;
    if (!outcomes_read(session, &plan, outcomes) || !paper_write(session, outcomes, clock_seconds() - start))
        return STATUS_FAILED;
    text_format(&result, "%s in %.0f s\n", path_join(session->arena, plan.folder, "index.html"),
                clock_seconds() - start);
    return session_print(session, &result);
}
