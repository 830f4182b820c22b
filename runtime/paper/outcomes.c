#include "runtime/paper/outcomes.h"

#include "runtime/format/html.h"

#include <math.h>

enum { PLAIN = 0, SIMPLEX = 3 };

/* ---- reading ---- */

static double zero_share(Arena *arena, const Trained *trained)
{
    const double *steps = trained_steps(arena, trained);
    size_t zeros = 0;
    for (size_t i = 0; i < trained->model->layers; i++)
        zeros += steps[i] == 0;
    return (double)zeros / (double)trained->model->layers;
}

static bool read_outcome(Session *session, const ExperimentPlan *plan, size_t data, size_t kind, Outcome *outcome)
{
    enum { QUANTITIES = 4 };
    double *values[QUANTITIES];
    for (size_t i = 0; i < QUANTITIES; i++)
        values[i] = ARENA_ARRAY(session->arena, plan->seeds, double);
    for (size_t seed = 1; seed <= plan->seeds; seed++) {
        const RunRead *read = read_run(session, experiments_folder(session->arena, plan, data, kind, seed));
        if (!read)
            return false;
        const TraceRow *last = &read->trained.trace->rows[read->trained.trace->count - 1];
        values[0][seed - 1] = last->training.objective;
        values[1][seed - 1] = last->training.accuracy;
        values[2][seed - 1] = last->test.accuracy;
        values[3][seed - 1] = zero_share(session->arena, &read->trained);
        outcome->first = seed == 1 ? read : outcome->first;
        outcome->validated = read->trained.trace->test;
    }
    outcome->objective = spread_of(plan->seeds, values[0]);
    outcome->training = spread_of(plan->seeds, values[1]);
    outcome->validation = spread_of(plan->seeds, values[2]);
    outcome->zeros = spread_of(plan->seeds, values[3]);
    return true;
}

bool outcomes_read(Session *session, const ExperimentPlan *plan, Outcomes *outcomes)
{
    outcomes->plan = plan;
    for (size_t data = 0; data < GENERATE_COUNT; data++)
        for (size_t kind = 0; kind < EXPERIMENT_KINDS; kind++)
            if (!read_outcome(session, plan, data, kind, &outcomes->outcomes[data][kind]))
                return false;
    return true;
}

/* ---- the table ---- */

static void add_cell(Text *page, const char *unit, double scale, const Spread *spread, size_t seeds)
{
    text_format(page, "<td>%.4g", scale * spread->mean);
    if (seeds > 1)
        text_format(page, " ± %.2g", scale * spread->deviation);
    text_format(page, "%s</td>", unit);
}

static void add_row(Text *page, const Outcomes *outcomes, size_t data, size_t kind)
{
    const Outcome *outcome = &outcomes->outcomes[data][kind];
    size_t seeds = outcomes->plan->seeds;
    text_format(page, "<tr><td>%s</td><td>%s</td>", generate_names[data], experiment_titles[kind]);
    add_cell(page, "", 1, &outcome->objective, seeds);
    add_cell(page, " %", 100, &outcome->training, seeds);
    if (outcome->validated)
        add_cell(page, " %", 100, &outcome->validation, seeds);
    else
        text_add(page, "<td>–</td>");
    if (kind == SIMPLEX)
        add_cell(page, " %", 100, &outcome->zeros, seeds);
    else
        text_add(page, "<td>–</td>");
    text_add(page, "</tr>\n");
}

void outcomes_table(Text *page, const Outcomes *outcomes)
{
    text_add(page,
             "<div class=\"wide\"><table>\n<thead><tr><th>data</th><th>network</th><th>final objective</th>"
             "<th>training accuracy</th><th>validation accuracy</th><th>steps at zero</th></tr></thead>\n<tbody>\n");
    for (size_t data = 0; data < GENERATE_COUNT; data++)
        for (size_t kind = 0; kind < EXPERIMENT_KINDS; kind++)
            add_row(page, outcomes, data, kind);
    text_add(page, "</tbody></table></div>\n");
}

/* ---- the findings of the paper ---- */

/* What counts as many, similar and visible. */
static const double many = 0.25, similar = 0.02, visible = 0.1;

/* A number and its least and largest value over some runs. */
typedef struct {
    double least, most;
} Range;

static void widen(Range *range, double value)
{
    range->least = fmin(range->least, value);
    range->most = fmax(range->most, value);
}

/* How many ODE nets end with a lower objective than the plain net. */
static size_t better_nets(const Outcome *row)
{
    size_t better = 0;
    for (size_t kind = PLAIN + 1; kind < EXPERIMENT_NETWORKS; kind++)
        better += row[kind].objective.mean < row[PLAIN].objective.mean;
    return better;
}

/* Of the four methods' training accuracies. */
static Range accuracy_range(const Outcome *row)
{
    Range range = {INFINITY, -INFINITY};
    for (size_t kind = EXPERIMENT_NETWORKS; kind < EXPERIMENT_KINDS; kind++)
        widen(&range, row[kind].training.mean);
    return range;
}

/* How far the final states of two runs on the same samples are from each other, relative to the size of the first's. */
static double flow_distance(Arena *arena, const Trained *a, const Trained *b)
{
    size_t values = trained_samples(a) * a->model->width, last = a->model->layers * values;
    const double *x = trained_states(arena, a) + last, *y = trained_states(arena, b) + last;
    double difference = 0, size = 0;
    for (size_t i = 0; i < values; i++) {
        difference += (x[i] - y[i]) * (x[i] - y[i]);
        size += x[i] * x[i];
    }
    return sqrt(difference / size);
}

/* Of the distances between the flow of the method of one stage and those of the others. */
static Range flow_range(Arena *arena, const Outcome *row)
{
    Range range = {INFINITY, -INFINITY};
    for (size_t kind = EXPERIMENT_NETWORKS + 1; kind < EXPERIMENT_KINDS; kind++)
        widen(&range, flow_distance(arena, &row[EXPERIMENT_NETWORKS].first->trained, &row[kind].first->trained));
    return range;
}

/* ---- of one data set ---- */

void outcomes_networks(Text *page, const Outcomes *outcomes, size_t data)
{
    const Outcome *row = outcomes->outcomes[data];
    size_t better = better_nets(row), all = EXPERIMENT_NETWORKS - 1, best = PLAIN;
    for (size_t kind = PLAIN + 1; kind < EXPERIMENT_NETWORKS; kind++)
        best = row[kind].objective.mean < row[best].objective.mean ? kind : best;
    text_format(
        page,
        "<p>%s ends lowest, at an objective of %.3g. In the paper all ODE nets beat the plain net; here %zu of "
        "%zu do%s. In the paper the simplex drives many time steps to zero; here it is %.0f %%, which %s.</p>\n",
        experiment_titles[best], row[best].objective.mean, better, all,
        better == all ? ", which agrees"
        : better      ? ", which agrees in part"
                      : ", which does not agree",
        100 * row[SIMPLEX].zeros.mean, row[SIMPLEX].zeros.mean >= many ? "agrees" : "does not agree");
}

void outcomes_methods(Text *page, const Outcomes *outcomes, size_t data)
{
    const Outcome *row = outcomes->outcomes[data];
    Range accuracy = accuracy_range(row), flow = flow_range(page->arena, row);
    text_format(page,
                "<p>The four methods classify %.1f to %.1f %% of the samples correctly, which %s with the similar "
                "accuracies of the paper; their final states differ by %.0f to %.0f %% of their size from those of the "
                "method of one stage, which %s with its visibly different flows.</p>\n",
                100 * accuracy.least, 100 * accuracy.most,
                accuracy.most - accuracy.least <= similar ? "agrees" : "does not agree", 100 * flow.least,
                100 * flow.most, flow.least >= visible ? "agrees" : "does not agree");
}

/* ---- of all of them ---- */

static void add_verdict(Text *page, const char *finding, size_t agreeing, size_t of, const char *seen)
{
    text_add(page, "<li><strong>");
    html_string(page, finding);
    text_format(page, "</strong> %s: ",
                agreeing == of  ? "Seen here too"
                : agreeing == 0 ? "Not seen here"
                                : "Seen here in part");
    html_string(page, seen);
    text_add(page, "</li>\n");
}

static void plain_finding(Text *page, const Outcomes *outcomes)
{
    Text seen = text_new(page->arena);
    size_t better = 0, all = GENERATE_COUNT * (EXPERIMENT_NETWORKS - 1);
    for (size_t data = 0; data < GENERATE_COUNT; data++) {
        const Outcome *row = outcomes->outcomes[data];
        better += better_nets(row);
        text_format(&seen, "%s%s:", data ? "; " : "final objectives, ", generate_names[data]);
        for (size_t kind = PLAIN; kind < EXPERIMENT_NETWORKS; kind++)
            text_format(&seen, "%s %s %.3g", kind ? "," : "", experiment_titles[kind], row[kind].objective.mean);
    }
    text_format(&seen, ". The ODE net is better in %zu of %zu comparisons.", better, all);
    add_verdict(page, "All ODE nets beat the plain net.", better, all, seen.data);
}

static void simplex_finding(Text *page, const Outcomes *outcomes)
{
    Text seen = text_new(page->arena);
    size_t agreeing = 0;
    text_add(&seen, "share of the 20 time steps that are exactly 0:");
    for (size_t data = 0; data < GENERATE_COUNT; data++) {
        double share = outcomes->outcomes[data][SIMPLEX].zeros.mean;
        agreeing += share >= many;
        text_format(&seen, "%s %s %.0f %%", data ? "," : "", generate_names[data], 100 * share);
    }
    text_add(&seen, " (a quarter and more counts as many).");
    add_verdict(page, "ODENet+simplex drives many time steps to zero.", agreeing, GENERATE_COUNT, seen.data);
}

static void accuracy_finding(Text *page, const Outcomes *outcomes)
{
    Text seen = text_new(page->arena);
    size_t agreeing = 0;
    text_add(&seen, "worst and best training accuracy of the four methods:");
    for (size_t data = 0; data < GENERATE_COUNT; data++) {
        Range range = accuracy_range(outcomes->outcomes[data]);
        agreeing += range.most - range.least <= similar;
        text_format(&seen, "%s %s %.1f and %.1f %%", data ? "," : "", generate_names[data], 100 * range.least,
                    100 * range.most);
    }
    text_add(&seen, " (two percentage points count as similar).");
    add_verdict(page, "The four Runge–Kutta methods reach similar accuracy.", agreeing, GENERATE_COUNT, seen.data);
}

static void flow_finding(Text *page, const Outcomes *outcomes)
{
    Text seen = text_new(page->arena);
    size_t agreeing = 0;
    text_add(&seen, "root mean square distance between the final states of the method of one stage and of the others, "
                    "relative to their size:");
    for (size_t data = 0; data < GENERATE_COUNT; data++) {
        Range range = flow_range(page->arena, outcomes->outcomes[data]);
        agreeing += range.least >= visible;
        text_format(&seen, "%s %s %.2g to %.2g", data ? "," : "", generate_names[data], range.least, range.most);
    }
    text_add(&seen, " (a tenth counts as visible).");
    add_verdict(page, "They do so by visibly different flows.", agreeing, GENERATE_COUNT, seen.data);
}

void outcomes_findings(Text *page, const Outcomes *outcomes)
{
    text_add(page, "<ul>\n");
    plain_finding(page, outcomes);
    simplex_finding(page, outcomes);
    accuracy_finding(page, outcomes);
    flow_finding(page, outcomes);
    text_add(page, "</ul>\n");
}
