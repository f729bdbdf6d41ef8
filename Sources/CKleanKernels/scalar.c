#pragma STDC FP_CONTRACT OFF
#include "internal.h"

// The definition of correct: every row, every query, all 256 bits.

static size_t layout_size(size_t count) {
    (void)count;
    return 0;
}

static void layout_fill(const uint64_t *rows, size_t count, void *layout) {
    (void)rows;
    (void)count;
    (void)layout;
}

static size_t join(const uint64_t *rows, const void *layout, size_t count, const uint64_t *queries,
                   size_t query_count, uint32_t radius, struct kk_pair *pairs, size_t capacity,
                   size_t *unit) {
    (void)layout;
    size_t groups = (query_count + kk_group_queries - 1) / kk_group_queries;
    size_t units = kk_unit_count(count, query_count);
    size_t found = 0;
    for (; *unit < units && found + kk_unit_pairs <= capacity; ++*unit) {
        size_t first = *unit / groups * kk_tile_rows;
        size_t last = kk_least(first + kk_tile_rows, count);
        size_t query = *unit % groups * kk_group_queries;
        size_t end = kk_least(query + kk_group_queries, query_count);
        for (; query < end; query++) {
            for (size_t row = first; row < last; row++) {
                uint32_t distance = kk_distance(queries + 4 * query, rows + 4 * row);
                if (distance > radius) continue;
                pairs[found++] = (struct kk_pair){(uint32_t)query, (uint32_t)row, distance};
            }
        }
    }
    return found;
}

const struct kk_kernels kk_scalar = {"scalar", layout_size, layout_fill, join,
                                   &kk_bands_scalar, &kk_price_scalar};
