#include "runtime/system/gate.h"

enum { LOOKS = 2000 };

void gate_open(Gate *gate, bool looks)
{
    atomic_init(&gate->value, 0);
    gate->looks = looks;
    pthread_mutex_init(&gate->mutex, NULL);
    pthread_cond_init(&gate->changed, NULL);
}

void gate_close(Gate *gate)
{
    pthread_cond_destroy(&gate->changed);
    pthread_mutex_destroy(&gate->mutex);
}

/* Tells the processor that this thread only waits. */
static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

void gate_await(Gate *gate, size_t value)
{
    for (size_t i = 0; gate->looks && i < LOOKS; i++) {
        if (atomic_load_explicit(&gate->value, memory_order_acquire) == value)
            return;
        relax();
    }
    pthread_mutex_lock(&gate->mutex);
    while (atomic_load_explicit(&gate->value, memory_order_acquire) != value)
        pthread_cond_wait(&gate->changed, &gate->mutex);
    pthread_mutex_unlock(&gate->mutex);
}

/* Under the mutex, so that nobody falls asleep between looking and waiting. */
void gate_set(Gate *gate, size_t value)
{
    pthread_mutex_lock(&gate->mutex);
    atomic_store_explicit(&gate->value, value, memory_order_release);
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->mutex);
}
