#include "runtime/train/solves.h"

void solves_text(Text *text, const Train *train)
{
    const Objective *objective = train->objective;
    Solves solves;
    if (!objective->solves)
        return;
    objective->solves(objective->context, train_kept(train).params, &solves);
    text_format(text, "\nstages: %s; %.3g iteration%s on average, %zu at most", solves.stages, solves.mean,
                solves.most == 1 ? "" : "s", solves.most);
    if (solves.lost)
        text_format(text, "; not found for %zu sample%s", solves.lost, solves.lost == 1 ? "" : "s");
}
