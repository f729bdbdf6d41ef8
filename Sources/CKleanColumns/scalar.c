// The definition of correct: plain C for every machine.
#pragma STDC FP_CONTRACT OFF

#include "kernels.h"

#define SHUFFLES(width)                                                                         \
    static void shuffle##width(const uint8_t *elements, size_t count, uint8_t *planes) {        \
        kc_shuffle_from(0, elements, count, width, planes);                                     \
    }                                                                                           \
    static void unshuffle##width(const uint8_t *planes, size_t count, uint8_t *elements) {      \
        kc_unshuffle_from(0, planes, count, width, elements);                                   \
    }

SHUFFLES(2)
SHUFFLES(4)
SHUFFLES(8)
SHUFFLES(32)

#define DELTAS(bits)                                                                            \
    static void delta##bits(const uint##bits##_t *restrict values, size_t count,                \
                            uint##bits##_t *restrict differences) {                             \
        if (count > 0) differences[0] = values[0];                                              \
        for (size_t i = 1; i < count; i++) differences[i] = values[i] - values[i - 1];          \
    }                                                                                           \
    static void sum##bits(uint##bits##_t *values, size_t count) {                               \
        uint##bits##_t sum = 0;                                                                 \
        for (size_t i = 0; i < count; i++) values[i] = sum += values[i];                        \
    }

DELTAS(32)
DELTAS(64)

static int rises32(const uint32_t *values, size_t count) {
    int falls = 0;
    for (size_t i = 1; i < count; i++) falls |= values[i] < values[i - 1];
    return !falls;
}

const struct kc_kernels kc_scalar = {
    "scalar",    shuffle2,   shuffle4,    shuffle8, shuffle32, unshuffle2, unshuffle4,
    unshuffle8,  unshuffle32, delta32,    delta64,  sum32,     sum64,      rises32,
};
