/* clock: how long something takes. */
#ifndef COSTATE_CLOCK_H
#define COSTATE_CLOCK_H

/* Seconds since some moment, which never run backwards. */
double clock_seconds(void);

#endif
