#pragma STDC FP_CONTRACT OFF
#include "internal.h"

// One lane: the same walk, one posting at a time.
#define KK_TARGET
#define KK_LANES 1

typedef uint32_t kk_vector;

static inline kk_vector kk_all(uint32_t value) { return value; }

static inline kk_vector kk_load(const uint32_t *values) { return *values; }

static inline kk_vector kk_differ(kk_vector left, kk_vector right) {
    return (uint32_t)__builtin_popcount(left ^ right);
}

static inline kk_vector kk_plus(kk_vector left, kk_vector right) { return left + right; }

static inline kk_vector kk_lesser(kk_vector left, kk_vector right) {
    return left < right ? left : right;
}

static inline uint32_t kk_within(uint32_t mask, kk_vector counts, kk_vector max) {
    return mask & (counts <= max);
}

static inline void kk_columns(const uint64_t *hash, uint32_t *columns, size_t step) {
    uint32_t found[8] = {0};
    for (int row = 0; row < 16; row++) {
        uint32_t bits = (uint32_t)(hash[row / 4] >> 16 * (row % 4)) & 0xFFFF;
        uint32_t product = bits * kk_turns[row];
        uint32_t turned = (product | product >> 16) & 0xFFFF;
        for (int column = 0; column < 8; column++)
            found[column] |= (turned >> column & 1) << row |
                             (turned >> (column + 8) & 1) << (row + 16);
    }
    for (size_t column = 0; column < 8; column++) columns[column * step] = found[column];
}

#include "bands.h"

const struct kk_band_kernels kk_bands_scalar = {kk_join_bands, kk_turn};
