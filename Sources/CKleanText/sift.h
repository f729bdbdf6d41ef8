// Which anchors may have a key, compiled for each instruction set. What nobody can predict is kept
// free of branches, and asked of many anchors before the next question is.
#ifndef KLEANTEXT_SIFT_H
#define KLEANTEXT_SIFT_H
#include <string.h>

#include "include/kleantext.h"

#define KT_INLINE static inline __attribute__((always_inline))

KT_INLINE uint64_t kt_load(const uint8_t *p) {
    uint64_t bytes;
    memcpy(&bytes, p, 8);
    return bytes;
}

/// An anchor whose window the filter knows, by its number, and the window's bit.
struct kt_candidate {
    uint32_t anchor, bit;
};

/// Which of KT_KEYS_AT_ONCE keys a text begins with by their starts, a bit for each.
typedef uint32_t (*kt_compare)(const uint8_t *starts, const uint8_t *text);

/// Keeps the anchors with a window that the filter knows.
KT_INLINE size_t kt_filter_anchors(const struct kt_table *table, const uint8_t *packed,
                                   const uint32_t *anchors, size_t count, uint32_t rounds,
                                   struct kt_candidate *out) {
    const uint64_t *filter = table->filter;
    uint32_t shift = table->filter_shift;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t bytes = kt_load(packed + anchors[i]);
        for (uint32_t round = 0; round < rounds; round++) {
            uint64_t window = bytes & table->windows[round][bytes >> 7 & 1];
            uint64_t bit = kt_hash(window) >> shift;
            out[kept] = (struct kt_candidate){(uint32_t)i, (uint32_t)bit};
            kept += filter[bit / 64] >> bit % 64 & 1;
        }
    }
    return kept;
}

/// Lists the keys that stand there. Those compared beyond a group's end are others' and differ.
KT_INLINE size_t kt_list_keys(const struct kt_table *table, const uint8_t *packed,
                              const uint32_t *anchors, const struct kt_candidate *candidates,
                              size_t count, kt_compare compare, struct kt_hit *hits) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t anchor = candidates[i].anchor, bit = candidates[i].bit;
        uint64_t before = table->filter[bit / 64] & ((1ull << bit % 64) - 1);
        uint32_t group = table->ranks[bit / 64] + (uint32_t)__builtin_popcountll(before);
        uint32_t key = table->groups[group], end = table->groups[group + 1];
        if (__builtin_expect(end - key > KT_SMALL_GROUP, 0)) {
            hits[kept++] = (struct kt_hit){anchor, group | KT_LARGE};
            continue;
        }
        const uint8_t *text = packed + anchors[anchor];
        for (; key < end; key += KT_KEYS_AT_ONCE) {
            uint32_t equal = compare(table->starts + KT_KEY_BYTES * key, text);
            for (uint32_t at = 0; at < KT_KEYS_AT_ONCE; at++) {
                hits[kept] = (struct kt_hit){anchor, key + at};
                kept += equal >> at & 1;
            }
        }
    }
    return kept;
}

KT_INLINE size_t kt_sift_each(const struct kt_table *table, const uint8_t *packed,
                              const uint32_t *anchors, size_t count, kt_compare compare,
                              struct kt_hit *hits) {
    struct kt_candidate candidates[KT_ANCHORS_AT_ONCE * KT_ROUNDS + 1];
    size_t kept =
        table->rounds == 1   ? kt_filter_anchors(table, packed, anchors, count, 1, candidates)
        : table->rounds == 2 ? kt_filter_anchors(table, packed, anchors, count, 2, candidates)
                             : kt_filter_anchors(table, packed, anchors, count, 3, candidates);
    return kt_list_keys(table, packed, anchors, candidates, kept, compare, hits);
}
#endif
