// The pattern automaton. Each step waits for one load from a table that exceeds the first-level
// cache, so sixteen independent parts of the batch are walked side by side.
#pragma STDC FP_CONTRACT OFF
#include <string.h>

#include "judge.h"

/// First row whose text starts at or after byte `at`.
static size_t row_from(const uint32_t *starts, size_t rows, size_t at) {
    size_t low = 0, high = rows;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (starts[middle] < at) low = middle + 1;
        else high = middle;
    }
    return low;
}

/// One part of the batch.
struct stream {
    const uint8_t *at, *end;
    struct kt_stop *out;
    uint32_t state;
};

/// Streams may run over their ends, into what belongs to the next one: their hits there do not
/// count, and one loop without ends is faster than as many tails.
#define STEP(i)                                                                       \
    {                                                                                 \
        uint32_t reached = next[(size_t)state##i << shift | CLASS_OF(at##i[step])];   \
        state##i = reached;                                                           \
        if (__builtin_expect(reached >= accepting, 0) && at##i + step < streams[i].end) { \
            streams[i].out->end = (uint32_t)(at##i + step + 1 - bytes);               \
            (streams[i].out++)->state = reached;                                      \
        }                                                                             \
    }
#define EACH(DO) \
    DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) \
    DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)
#define LOAD(i)                           \
    const uint8_t *at##i = streams[i].at; \
    uint32_t state##i = 0;
#define STORE(i)                 \
    streams[i].state = state##i; \
    streams[i].at += step;

/// Walks all streams for `common` steps, then each to its end.
#define DEFINE_WALK(name, entry, row_bits)                                                      \
    static void name(const entry *next, const uint8_t *classes, uint32_t accepting,             \
                     const uint8_t *bytes, struct stream streams[KT_STREAMS], size_t common) {  \
        enum { shift = row_bits };                                                              \
        size_t step = 0;                                                                        \
        (void)classes;                                                                          \
        EACH(LOAD)                                                                              \
        for (; step < common; step++) { EACH(STEP) }                                            \
        EACH(STORE)                                                                             \
        for (size_t i = 0; i < KT_STREAMS; i++) {                                               \
            uint32_t state = streams[i].state;                                                  \
            for (const uint8_t *p = streams[i].at; p < streams[i].end; p++) {                   \
                state = next[(size_t)state << shift | CLASS_OF(*p)];                            \
                if (state < accepting) continue;                                                \
                streams[i].out->end = (uint32_t)(p + 1 - bytes);                                \
                (streams[i].out++)->state = state;                                              \
            }                                                                                   \
        }                                                                                       \
    }

#define CLASS_OF(byte) classes[byte]
DEFINE_WALK(walk_16_7, uint16_t, 7)
DEFINE_WALK(walk_16_8, uint16_t, 8)
DEFINE_WALK(walk_32_7, uint32_t, 7)
DEFINE_WALK(walk_32_8, uint32_t, 8)
#undef CLASS_OF

// The same over bytes that are classes already.
#define CLASS_OF(byte) (byte)
DEFINE_WALK(walk_classes_16_7, uint16_t, 7)
DEFINE_WALK(walk_classes_16_8, uint16_t, 8)
DEFINE_WALK(walk_classes_32_7, uint32_t, 7)
DEFINE_WALK(walk_classes_32_8, uint32_t, 8)
#undef CLASS_OF

/// Walks `bytes`, or with `are_classes` classes in their place.
static void walk(const struct kt_automaton *automaton, int are_classes, const uint8_t *bytes,
                 struct stream streams[KT_STREAMS], size_t common) {
    const uint16_t *next16 = automaton->next16;
    const uint32_t *next32 = automaton->next32;
    const uint8_t *classes = automaton->classes;
    uint32_t accepting = automaton->accepting;
    int is_wide = automaton->row_shift != 7;
    if (next16 && are_classes)
        (is_wide ? walk_classes_16_8 : walk_classes_16_7)(next16, classes, accepting, bytes,
                                                          streams, common);
    else if (next16)
        (is_wide ? walk_16_8 : walk_16_7)(next16, classes, accepting, bytes, streams, common);
    else if (are_classes)
        (is_wide ? walk_classes_32_8 : walk_classes_32_7)(next32, classes, accepting, bytes,
                                                          streams, common);
    else
        (is_wide ? walk_32_8 : walk_32_7)(next32, classes, accepting, bytes, streams, common);
}

void kt_scan(const struct kt_automaton *automaton, const struct kt_kernels *kernels,
             const uint8_t *bytes, const uint32_t *starts, size_t rows, uint8_t *classes,
             struct kt_stop *stops, size_t firsts[KT_STREAMS], size_t counts[KT_STREAMS]) {
    struct stream streams[KT_STREAMS];
    size_t total = starts[rows] - starts[0], shortest = SIZE_MAX, longest = 0;
    const uint8_t *walked = bytes;
    // The last stream may run as far as the buffer can be read.
    size_t slack = 0;
    if (kernels->classify) {
        kernels->classify(bytes + starts[0], total, automaton->classes, classes);
        memset(classes + total, 0, KT_SCAN_SLACK);
        walked = classes - starts[0];
        slack = KT_SCAN_SLACK;
    }
    for (size_t i = 0; i < KT_STREAMS; i++) {
        size_t from = starts[row_from(starts, rows, starts[0] + total * i / KT_STREAMS)];
        size_t to = starts[row_from(starts, rows, starts[0] + total * (i + 1) / KT_STREAMS)];
        streams[i].at = walked + from;
        streams[i].end = walked + to;
        streams[i].out = stops + from;
        firsts[i] = from;
        if (to - from < shortest) shortest = to - from;
        if (to - from > longest) longest = to - from;
    }
    const struct stream *last = &streams[KT_STREAMS - 1];
    size_t common = shortest + KT_SCAN_SLACK < longest ? shortest + KT_SCAN_SLACK : longest;
    size_t readable = (size_t)(last->end - last->at) + slack;
    if (common > readable) common = readable;
    walk(automaton, walked != bytes, walked, streams, common);
    for (size_t i = 0; i < KT_STREAMS; i++)
        counts[i] = (size_t)(streams[i].out - (stops + firsts[i]));
}
