// The band join, written once over a small vector vocabulary; each instruction set's file defines
// the vocabulary and includes this.
//
//   KK_TARGET             the functions' target attribute
//   KK_LANES              32-bit lanes of a vector
//   kk_vector             KK_LANES counters
//   kk_all(x)             x in every lane
//   kk_load(p)            KK_LANES values from p, any alignment
//   kk_differ(a, b)       differing bits, lane by lane
//   kk_plus(a, b)         sum, lane by lane
//   kk_lesser(a, b)       minimum, lane by lane
//   kk_within(m, a, max)  which lanes of mask m hold a <= max
//   kk_columns(h, out, n) see kk_turn; out[n * c] is column c
#include "bands_state.h"

#define KK_INLINE KK_TARGET static inline __attribute__((always_inline))
#define KK_APART KK_TARGET static __attribute__((noinline))
#define KK_RARE(x) __builtin_expect(!!(x), 0)

enum { kk_full = (int)((1u << KK_LANES) - 1) };

KK_INLINE const uint16_t *kk_keys(const struct kk_join_state *join, int band) {
    return join->keys + (size_t)(band & 15) * join->stride;
}

KK_INLINE const uint64_t *kk_query_hash(const struct kk_band_queries *queries, size_t query) {
    return queries->hashes + 4 * (queries->picks ? queries->picks[query] : query);
}

// Lanes in use of a vector that starts `count` postings before its bucket's end.
KK_INLINE uint32_t kk_tail(uint32_t count) {
    return (uint32_t)kk_full >> (KK_LANES - (count < KK_LANES ? count : KK_LANES));
}

// Writes band keys. kk_columns turns row r of the DCT grid right by 3^(r+1) mod 17 - 1 and gives
// column c in the lower half of its output, column c + 8 in the upper. The turns are a Welch array:
// no two pairs of its points are apart by the same vector, so the coefficients of one band are as
// unrelated as those of a grid can be. Band b is column 3b: neighbours in the ring of bands are not
// neighbours in the grid.
KK_TARGET static void kk_turn(const struct kk_band_queries *queries, size_t first, size_t count,
                              uint16_t *keys, size_t stride) {
    uint32_t columns[8][16];
    for (size_t block = 0; block < count; block += 16) {
        size_t filled = kk_least(16, count - block);
        for (size_t index = 0; index < filled; index++)
            kk_columns(kk_query_hash(queries, first + block + index), &columns[0][index], 16);
        for (int column = 0; column < 8; column++) {
            uint16_t *restrict low = keys + (size_t)(column * 11 & 15) * stride + block;
            uint16_t *restrict high = keys + (size_t)((column * 11 + 8) & 15) * stride + block;
            for (int index = 0; index < 16; index++) {
                low[index] = (uint16_t)columns[column][index];
                high[index] = (uint16_t)(columns[column][index] >> 16);
            }
        }
    }
}

// Hands a pair out if `band` is the first from which its differences stay within the bounds.
KK_APART void kk_report(struct kk_join_state *join, uint32_t query, const uint64_t *hash,
                        uint32_t row, uint32_t distance) {
    const uint64_t *other = join->bank->hashes + 4 * (size_t)row;
    uint64_t bits[4] = {hash[0] ^ other[0], hash[1] ^ other[1], hash[2] ^ other[2],
                        hash[3] ^ other[3]};
    uint32_t columns[8], apart[kk_band_count + 4];
    kk_columns(bits, columns, 1);
    // Near pairs start at the first bands: what lies behind is seldom looked at.
    int known = 0;
    for (int band = 0; band <= join->band_number; band++) {
        for (; known < band + 5; known++) {
            int column = known * 3 & 15;
            apart[known] =
                (uint32_t)__builtin_popcount(columns[column & 7] >> (column & 8) * 2 & 0xFFFF);
        }
        uint32_t three = apart[band] + apart[band + 1] + apart[band + 2];
        int is_start = apart[band] <= join->bounds.one && three <= join->bounds.three &&
                       three + apart[band + 3] + apart[band + 4] <= join->bounds.five;
        if (is_start != (band == join->band_number)) return;
    }
    struct kk_band_sink *sink = join->sink;
    if (sink->count == sink->capacity) {
        sink->drain(sink->context, sink->pairs, sink->count);
        sink->count = 0;
    }
    sink->pairs[sink->count++] =
        (struct kk_pair){query, row, distance};
}

// Compares all candidates in full, fetching ahead: first the row number, then both hashes.
KK_APART void kk_settle_candidates(struct kk_join_state *join) {
    enum { ahead = 16 };
    const uint32_t *rows = join->band->rows;
    const uint64_t *hashes = join->bank->hashes;
    const struct kk_candidate *candidates = join->candidates;
    size_t count = join->candidate_count;
    const uint32_t *picks = join->queries->picks;
    for (size_t index = 0; index < count + ahead; index++) {
        if (index + ahead < count) {
            __builtin_prefetch(rows + candidates[index + ahead].place);
            if (picks) __builtin_prefetch(picks + candidates[index + ahead].query);
        }
        if (index < count) {
            uint32_t row = rows[candidates[index].place];
            join->candidate_rows[index] = row;
            __builtin_prefetch(hashes + 4 * (size_t)row);
            __builtin_prefetch(kk_query_hash(join->queries, candidates[index].query));
        }
        if (index < ahead) continue;
        struct kk_candidate candidate = candidates[index - ahead];
        uint32_t row = join->candidate_rows[index - ahead];
        const uint64_t *hash = kk_query_hash(join->queries, candidate.query);
        uint32_t distance = kk_distance(hash, hashes + 4 * (size_t)row);
        if (distance <= join->bounds.radius)
            kk_report(join, candidate.query, hash, row, distance);
    }
    join->candidate_count = 0;
}

// Cuts all hits by the far sketch.
KK_APART void kk_settle_hits(struct kk_join_state *join) {
    enum { ahead = 12 };
    const struct kk_band *band = join->band;
    const uint16_t *third = kk_keys(join, join->band_number + 3);
    const uint16_t *fourth = kk_keys(join, join->band_number + 4);
    const struct kk_hit *hits = join->hits;
    size_t count = join->hit_count, candidate_count = join->candidate_count;
    for (size_t index = 0; index < count; index++) {
        if (index + ahead < count) {
            const struct kk_hit *next = hits + index + ahead;
            __builtin_prefetch(band->far + next->place);
            __builtin_prefetch((const char *)(band->far + next->place + KK_LANES) - 4);
            __builtin_prefetch(third + next->query);
            __builtin_prefetch(fourth + next->query);
        }
        struct kk_hit hit = hits[index];
        uint32_t far = third[hit.query] | (uint32_t)fourth[hit.query] << 16;
        kk_vector sum =
            kk_plus(kk_differ(kk_load(band->near + hit.place), kk_all(hit.near)),
                    kk_differ(kk_load(band->far + hit.place), kk_all(far)));
        uint32_t lanes = kk_within(hit.lanes, sum, kk_all(hit.far_max));
        for (; lanes; lanes &= lanes - 1)
            join->candidates[candidate_count++] = (struct kk_candidate){
                hit.query, hit.place + (uint32_t)__builtin_ctz(lanes)};
        if (KK_RARE(candidate_count > kk_candidates_max - KK_LANES)) {
            join->candidate_count = candidate_count;
            kk_settle_candidates(join);
            candidate_count = 0;
        }
    }
    join->hit_count = 0;
    join->candidate_count = candidate_count;
}

KK_INLINE void kk_hit(struct kk_join_state *join, uint32_t place, uint32_t lanes, uint32_t near,
                      uint32_t query, uint32_t far_max) {
    join->hits[join->hit_count++] =
        (struct kk_hit){place, query, near, (uint16_t)lanes, (uint16_t)far_max};
    if (KK_RARE(join->hit_count > kk_hits_max)) kk_settle_hits(join);
}

KK_INLINE void kk_begin_band(struct kk_join_state *join, int band) {
    join->band_number = band;
    join->band = join->bank->bands + band;
}

KK_INLINE void kk_end_band(struct kk_join_state *join) {
    kk_settle_hits(join);
    kk_settle_candidates(join);
}

// Probes a spread band with one query: all of one bucket, one or two vectors at a time.
KK_INLINE void kk_probe(struct kk_join_state *join, uint32_t start, uint32_t end, uint32_t near,
                        uint32_t query, kk_vector max, int vectors) {
    const uint32_t *nears = join->band->near;
    kk_vector wanted = kk_all(near);
    do {
        uint32_t left = end - start, lanes, more = 0;
        lanes = kk_within(kk_tail(left), kk_differ(kk_load(nears + start), wanted), max);
        if (vectors == 2) {
            uint32_t rest = left > KK_LANES ? left - KK_LANES : 0;
            more = kk_within(kk_tail(rest), kk_differ(kk_load(nears + start + KK_LANES), wanted),
                             max);
        }
        if (KK_RARE(lanes | more)) {
            if (lanes) kk_hit(join, start, lanes, near, query, join->bounds.five);
            if (more) kk_hit(join, start + KK_LANES, more, near, query, join->bounds.five);
        }
        start += (uint32_t)vectors * KK_LANES;
    } while (KK_RARE((int32_t)(end - start) > 0));
}

#include "bands_ring.h"
#include "bands_partition.h"
#include "bands_batch.h"

KK_TARGET static void kk_join_bands(const struct kk_band_bank *bank, enum kk_band_layout layout,
                                    const struct kk_band_queries *queries, uint32_t radius,
                                    void *scratch, size_t capacity, struct kk_band_sink *sink) {
    struct kk_join_state join = {.bank = bank, .queries = queries, .sink = sink};
    join.bounds = (struct kk_bounds){radius, radius / 16, 3 * radius / 16, 5 * radius / 16};
    kk_carve(&join, scratch, capacity);
    switch (layout) {
        case kk_band_ring: kk_join_ring(&join); break;
        case kk_band_partition: kk_join_partition(&join); break;
        case kk_band_batch: kk_join_batch(&join); break;
    }
    if (sink->count) sink->drain(sink->context, sink->pairs, sink->count);
    sink->count = 0;
}
