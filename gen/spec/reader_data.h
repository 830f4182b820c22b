/* reader_data: a spec's `data`, a table { SOURCE, key = value, ... } or { x = numbers, key = value, ... }. */
#ifndef COSTATE_READER_DATA_H
#define COSTATE_READER_DATA_H

#include "gen/model/data.h"
#include "gen/spec/entry.h"

/* Sets data from the network's entry of that name, every default filled in, with an error for each thing that is wrong.
 */
void reader_data(Arena *arena, const Entries *network, DataSpec *data);

#endif
