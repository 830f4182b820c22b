/* gate: a number that threads wait for. */
#ifndef COSTATE_GATE_H
#define COSTATE_GATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    atomic_size_t value;
    bool looks; /* some microseconds before it sleeps: waking a thread takes longer than a small gradient */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
} Gate;

/* The value is 0. looks: where every thread has a processor of its own. Ended by gate_close. */
void gate_open(Gate *gate, bool looks);
void gate_close(Gate *gate);

/* Returns when the value is `value`. What was written before that gate_set is seen. */
void gate_await(Gate *gate, size_t value);
void gate_set(Gate *gate, size_t value);

#endif
