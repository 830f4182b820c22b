#include "gen/code/tape.h"

/* On the way to the next checkpoint two states take turns, and the last of them is where that checkpoint will be; one
 * more is behind the last checkpoint. Where every layer is a checkpoint there is no such way. */
Tape tape_plan(const Model *model)
{
    Tape tape = {.layers = model->layers, .checkpoints = model->checkpoints, .recomputed = model->recompute};
    tape.states = tape.checkpoints + (tape.checkpoints < tape.layers ? 2 : 1);
    tape.records = tape.recomputed ? 1 : tape.layers;
    return tape;
}

/* t(l, c) = r l - beta(c + 1, r - 1), where beta(c, r) = (c + r)! / (c! r!) and beta(c, r - 1) < l <= beta(c, r). */
double tape_recomputed(const Tape *tape)
{
    uint64_t c = tape->checkpoints, l = tape->layers, r = 0, reach = 1;
    if (!tape->recomputed)
        return 0;
    while (reach < l) {
        r++;
        reach = reach * (c + r) / r;
    }
    return (double)(r * l - reach * r / (c + 1));
}

size_t tape_note_rows(const Tape *tape, size_t row_bytes)
{
    return tape->recomputed ? (tape->checkpoints * sizeof(uint32_t) + row_bytes - 1) / row_bytes : 0;
}

size_t tape_rows(const Tape *tape, size_t width, size_t record_rows, size_t row_bytes)
{
    return tape->states * width + tape->records * record_rows + tape_note_rows(tape, row_bytes);
}

void tape_text(Text *text, const Tape *tape)
{
    if (!tape->recomputed) {
        text_add(text, "a gradient keeps states and stages of all layers");
        return;
    }
    if (tape->checkpoints < tape->layers)
        text_format(text, "a gradient keeps the states of %zu layers", tape->checkpoints);
    else
        text_add(text, "a gradient keeps the states of all layers");
    text_format(text, " and takes %.0f steps again", tape_recomputed(tape));
}
