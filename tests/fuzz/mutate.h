/* mutate: specs that are others, but still specs. Lua is cut at its brackets, separators and operators; whole entries,
 * values and terms are exchanged, so that most of what comes out is read to its end. */
#ifndef COSTATE_MUTATE_H
#define COSTATE_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* A mutant of spec[0..size), with pieces of donor[0..donor_size) (NULL: of a spec composed at random, forms.h), in
 * out[0..most); its size. The same arguments give the same mutant. */
size_t mutate_spec(const uint8_t *spec, size_t size, const uint8_t *donor, size_t donor_size, uint8_t *out, size_t most,
                   unsigned seed);

#endif
