/* dump: graphs for people to read. */
#ifndef COSTATE_DUMP_H
#define COSTATE_DUMP_H

#include "gen/graph/graph.h"

/* One line for each node that is marked in live[0..graph_size): "%7 = tanh %6 : varying vector[2]    f1". */
void dump_graph(Text *text, const Graph *graph, const bool *live);

#endif
