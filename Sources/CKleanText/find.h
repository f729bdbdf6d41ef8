// Which needles stand in a batch, compiled for each instruction set. What nobody can predict is
// kept free of branches, and asked of many places before the next question is.
#ifndef KLEANTEXT_FIND_H
#define KLEANTEXT_FIND_H
#include <string.h>

#include "judge.h"

#define KT_INLINE static inline __attribute__((always_inline))
#define KT_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define KT_RARELY(condition) __builtin_expect(!!(condition), 0)

// ---- Needles that stand somewhere

/// Where a key may stand. If separators stand within, one end is not as said.
struct kt_spot {
    uint32_t start, length;
    int knows_start;  // else the end
    int is_there;     // else the text differs
};

/// Behind the `length`th letter or digit from bytes[start] on.
KT_INLINE uint32_t kt_end_of(const uint8_t *bytes, uint32_t start, uint32_t length) {
    for (; length > 0; start++) length -= (uint32_t)kt_is_word(bytes[start]);
    return start;
}

/// Adds the needle if it may stand there; most are settled by what is beside them. Returns where
/// the next match goes.
KT_INLINE struct kt_match *kt_tell(const struct kt_batch *batch, const struct kt_needles *needles,
                                   const struct kt_check *check, uint32_t number,
                                   struct kt_spot spot, struct kt_match *match) {
    uint32_t start = spot.start, end = start + spot.length;
    const struct kt_place *place = &batch->places[start / 64];
    uint64_t before = (1ull << start % 64) - 1;
    uint32_t row = place->lines_before + (uint32_t)__builtin_popcountll(place->lines & before) - 1;
    uint32_t title = batch->starts[row];
    int is_unbroken = kt_is_unbroken(batch->places, start, spot.length);
    uint32_t beside = kt_beside(batch->bytes[start - 1], batch->bytes[end]);
    beside = check->beside & (is_unbroken ? beside : KT_TWICE(KT_APART));
    int is_refused = !spot.is_there | ((beside & KT_REFUSED) != 0);
    int is_asked = ((beside & KT_ASKED) != 0) | (end - title > UINT16_MAX);
    if (KT_RARELY(is_asked & !is_refused)) {
        if (!is_unbroken && spot.knows_start) end = kt_end_of(batch->bytes, start, spot.length);
        return match + kt_judge(batch, needles, number, end, match);
    }
    uint32_t tokens = place->starts_before +
                      (uint32_t)__builtin_popcountll(place->starts & (before << 1 | 1));
    uint16_t token = (uint16_t)(tokens - kt_starts_before(batch->places, title) - 1);
    *match = (struct kt_match){
        .row = batch->first_row + row,
        .payload = check->payload,
        .pattern = check->pattern,
        .start = (uint16_t)(start - title),
        .end = (uint16_t)(end - title),
        .token = token,
        .last_token = token,
        .disguise = check->kind,
        .flags = check->flags,
    };
    return match + !is_refused;
}

/// Where matches go. What there is no room for is only counted.
struct kt_writer {
    struct kt_match *next, *end;
    size_t beyond;
};

KT_INLINE struct kt_writer kt_writer(const struct kt_batch *batch) {
    return (struct kt_writer){batch->matches, batch->matches + batch->capacity, 0};
}

/// What kt_find returns.
KT_INLINE size_t kt_finish(const struct kt_writer *writer, const struct kt_batch *batch) {
    if (writer->beyond > 0) return batch->capacity + writer->beyond;
    return kt_settle(batch, (size_t)(writer->next - batch->matches));
}

/// kt_judge_stops, compiled for each instruction set.
KT_INLINE size_t kt_judge_each_stop(const struct kt_automaton *automaton,
                                    const struct kt_needles *needles, const struct kt_stop *stops,
                                    const size_t firsts[KT_STREAMS],
                                    const size_t counts[KT_STREAMS],
                                    const struct kt_batch *batch) {
    struct kt_writer writer = kt_writer(batch);
    for (size_t part = 0; part < KT_STREAMS; part++) {
        const struct kt_stop *stop = stops + firsts[part];
        for (size_t i = 0; i < counts[part]; i++) {
            const uint32_t *outputs =
                automaton->output_first + stop[i].state - automaton->accepting;
            for (uint32_t at = outputs[0]; at < outputs[1]; at++) {
                uint32_t number = automaton->outputs[at];
                const struct kt_check *check = &needles->checks[number];
                struct kt_spot spot = {stop[i].end - check->length, check->length, 0, 1};
                if (writer.next == writer.end) writer.beyond++;
                else writer.next = kt_tell(batch, needles, check, number, spot, writer.next);
            }
        }
    }
    return kt_finish(&writer, batch);
}

// ---- Where words begin

/// An anchor whose window the filter knows, by its number, and the window's bit.
struct kt_candidate {
    uint32_t anchor, bit;
};

/// A key that stands at an anchor.
struct kt_hit {
    uint32_t anchor;
    uint32_t key;  // or a group with KT_LARGE
};

#define KT_ANCHORS_AT_ONCE 128
#define KT_HITS_MAX (KT_ANCHORS_AT_ONCE * KT_ROUNDS * (KT_SMALL_GROUP + KT_KEYS_AT_ONCE) + 1)

/// Which of the next `count` keys, KT_KEYS_AT_ONCE at most, have bytes that a text begins with, a
/// bit for each: KT_KEY_BYTES of each, zeros at their end aside.
typedef uint32_t (*kt_compare)(const uint8_t *keys, uint32_t count, const uint8_t *text);

/// Does a text begin with these KT_KEY_BYTES, zeros at their end aside?
typedef int (*kt_compare_one)(const uint8_t *bytes, const uint8_t *text);

KT_INLINE uint64_t kt_load(const uint8_t *p) {
    uint64_t bytes;
    memcpy(&bytes, p, 8);
    return bytes;
}

/// kt_filter_anchors, with the number of rounds as a constant.
KT_INLINE size_t kt_filter_rounds(const struct kt_table *table, const uint8_t *packed,
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

/// Keeps the anchors with a window that the filter knows.
KT_INLINE size_t kt_filter_anchors(const struct kt_table *table, const uint8_t *packed,
                                   const uint32_t *anchors, size_t count,
                                   struct kt_candidate *out) {
    switch (table->rounds) {
        case 1: return kt_filter_rounds(table, packed, anchors, count, 1, out);
        case 2: return kt_filter_rounds(table, packed, anchors, count, 2, out);
        default: return kt_filter_rounds(table, packed, anchors, count, KT_ROUNDS, out);
    }
}

/// Lists the keys whose first KT_KEY_BYTES stand there, in the order of the anchors. Some may be of
/// the group behind, and be found twice.
KT_INLINE size_t kt_list_keys(const struct kt_table *table, const uint8_t *packed,
                              const uint32_t *anchors, const struct kt_candidate *candidates,
                              size_t count, kt_compare compare, struct kt_hit *hits) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t anchor = candidates[i].anchor, bit = candidates[i].bit;
        uint64_t before = table->filter[bit / 64] & ((1ull << bit % 64) - 1);
        uint32_t group = table->ranks[bit / 64] + (uint32_t)__builtin_popcountll(before);
        uint32_t key = table->groups[group], size = table->groups[group + 1] - key;
        if (KT_RARELY(size > KT_SMALL_GROUP)) {
            hits[kept++] = (struct kt_hit){anchor, group | KT_LARGE};
            continue;
        }
        const uint8_t *text = packed + anchors[anchor];
        for (uint32_t end = key + size;; key += KT_KEYS_AT_ONCE) {
            uint32_t equal = compare(table->starts + KT_KEY_BYTES * key, end - key, text);
            uint32_t first = (uint32_t)__builtin_ctz(equal | 1u << KT_KEYS_AT_ONCE);
            hits[kept] = (struct kt_hit){anchor, key + first};
            kept += equal != 0;
            for (equal &= equal - 1; KT_RARELY(equal != 0); equal &= equal - 1)
                hits[kept++] = (struct kt_hit){anchor, key + (uint32_t)__builtin_ctz(equal)};
            if (KT_LIKELY(end - key <= KT_KEYS_AT_ONCE)) break;
        }
    }
    return kept;
}

/// Adds those of a key's needles that may stand where it does.
KT_INLINE void kt_tell_key(const struct kt_batch *batch, const struct kt_needles *needles,
                           const struct kt_key *key, uint32_t start, int is_there,
                           struct kt_writer *writer) {
    const struct kt_check *check = &key->check;
    struct kt_spot spot = {start, key->length, 1, is_there};
    for (uint32_t number = key->needle_first;;) {
        if (KT_RARELY(writer->next == writer->end)) writer->beyond++;
        else writer->next = kt_tell(batch, needles, check, number, spot, writer->next);
        if (KT_LIKELY(++number == key->needle_end)) return;
        check = &needles->checks[number];
    }
}

/// kt_find, compiled for each instruction set.
KT_INLINE size_t kt_find_each(const struct kt_table *table, const struct kt_needles *needles,
                              const struct kt_layout *layout, const struct kt_batch *batch,
                              kt_compare compare, kt_compare_one compare_one) {
    struct kt_candidate candidates[KT_ANCHORS_AT_ONCE * KT_ROUNDS + 1];
    struct kt_hit hits[KT_HITS_MAX];
    struct kt_writer writer = kt_writer(batch);
    const uint8_t *text = layout->packed;
    for (size_t first = 0; first < layout->anchor_count; first += KT_ANCHORS_AT_ONCE) {
        const uint32_t *anchors = layout->anchors + first, *packed = layout->packed_anchors + first;
        size_t count = layout->anchor_count - first;
        if (count > KT_ANCHORS_AT_ONCE) count = KT_ANCHORS_AT_ONCE;
        count = kt_filter_anchors(table, text, packed, count, candidates);
        size_t kept = kt_list_keys(table, text, packed, candidates, count, compare, hits);
        for (size_t i = 0; i < kept; i++) {
            uint32_t anchor = hits[i].anchor, at = hits[i].key, start = anchors[anchor];
            const struct kt_key *key = &table->keys[at & ~KT_LARGE];
            if (KT_LIKELY(at < KT_LARGE && key->length <= 2 * KT_KEY_BYTES)) {
                int is_there = compare_one(key->tail, text + packed[anchor] + KT_KEY_BYTES);
                kt_tell_key(batch, needles, key, start, is_there, &writer);
                continue;
            }
            int is_large = at >= KT_LARGE;
            at = kt_seek(table, needles, layout, packed[anchor], at);
            while (at != KT_NO_KEY) {
                kt_tell_key(batch, needles, &table->keys[at], start, 1, &writer);
                at = is_large ? table->shorter[at] : KT_NO_KEY;
            }
        }
    }
    return kt_finish(&writer, batch);
}
/// The kernels judge_stops and find of one instruction set.
#define KT_DEFINE_FINDING(attributes, compare, compare_one)                                        \
    attributes static size_t judge_stops(                                                         \
        const struct kt_automaton *automaton, const struct kt_needles *needles,                   \
        const struct kt_stop *stops, const size_t firsts[KT_STREAMS],                             \
        const size_t counts[KT_STREAMS], const struct kt_batch *batch) {                          \
        return kt_judge_each_stop(automaton, needles, stops, firsts, counts, batch);              \
    }                                                                                             \
    attributes static size_t find(                                                                \
        const struct kt_table *table, const struct kt_needles *needles,                           \
        const struct kt_layout *layout, const struct kt_batch *batch) {                           \
        return kt_find_each(table, needles, layout, batch, compare, compare_one);                 \
    }

#if defined(__x86_64__)
#include <emmintrin.h>

/// A kt_compare_one of what every processor of the kind has.
KT_INLINE int kt_begins_so(const uint8_t *bytes, const uint8_t *text) {
    __m128i key = _mm_loadu_si128((const __m128i *)bytes);
    __m128i there = _mm_loadu_si128((const __m128i *)text);
    __m128i differ = _mm_andnot_si128(_mm_cmpeq_epi8(key, there), key);
    return _mm_movemask_epi8(_mm_cmpeq_epi8(differ, _mm_setzero_si128())) == 0xFFFF;
}
#endif
#endif
