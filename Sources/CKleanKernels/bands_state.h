// A band join under way, and how its scratch is carved up: the same for every instruction set.
#ifndef KK_BANDS_STATE_H
#define KK_BANDS_STATE_H

#include <string.h>

#include "internal.h"

enum {
    kk_hits_max = 4096,
    kk_hits_slack = 64,
    kk_candidates_max = 1 << 15,
};

// Postings of one vector that passed the near sketch of one query.
struct kk_hit {
    uint32_t place, query, near;
    uint16_t lanes, far_max;
};

// A posting that passed both sketches.
struct kk_candidate {
    uint32_t query, place;
};

// A query of a partition: its near sketch, its number and the lower half of its key.
struct kk_part_query {
    uint32_t near, query_low;
};

// The largest sums over one, three and five bands from a pair's band on.
struct kk_bounds {
    uint32_t radius, one, three, five;
};

// A join under way: what was asked, and the scratch carved up.
struct kk_join_state {
    const struct kk_band_bank *bank;
    const struct kk_band_queries *queries;
    struct kk_band_sink *sink;
    struct kk_bounds bounds;
    const struct kk_band *band;
    int band_number;
    size_t stride;
    size_t hit_count, candidate_count;
    uint16_t *keys;
    struct kk_hit *hits;
    struct kk_candidate *candidates;
    uint32_t *candidate_rows;
    struct kk_part_query *parts;
    uint32_t *nears, *numbers;
};

// Scratch in the order in which it is carved: every part starts at 64 bytes.
static inline size_t kk_part_bytes(size_t count, size_t width) {
    return (count * width + 63) / 64 * 64;
}

static inline size_t kk_stride(size_t capacity) { return (capacity + 63) / 64 * 64 + 32; }

// Sets the scratch pointers of `join` and returns the bytes they span.
// Queries past the last are touched by look-ahead, hence the slack.
static inline size_t kk_carve(struct kk_join_state *join, void *scratch, size_t capacity) {
    uint8_t *base = scratch;
    size_t used = 0, queries = capacity + 64;
    join->stride = kk_stride(capacity);
    join->hits = (void *)(base + used);
    used += kk_part_bytes(kk_hits_max + kk_hits_slack, sizeof *join->hits);
    join->candidates = (void *)(base + used);
    used += kk_part_bytes(kk_candidates_max, sizeof *join->candidates);
    join->candidate_rows = (void *)(base + used);
    used += kk_part_bytes(kk_candidates_max, sizeof *join->candidate_rows);
    join->keys = (void *)(base + used);
    used += kk_part_bytes(kk_band_count * join->stride, sizeof *join->keys);
    join->parts = (void *)(base + used);
    used += kk_part_bytes(queries, sizeof *join->parts);
    join->nears = (void *)(base + used);
    used += kk_part_bytes(queries, sizeof *join->nears);
    join->numbers = (void *)(base + used);
    used += kk_part_bytes(queries, sizeof *join->numbers);
    return used;
}

#endif
