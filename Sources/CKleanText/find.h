// What finding and judging share.
#ifndef KLEANTEXT_FIND_H
#define KLEANTEXT_FIND_H
#include "fold.h"

// Kinds of byte beside a needle.
#define KT_LETTER 1
#define KT_DIGIT 2
#define KT_OTHER 4  // of a character that is not ASCII
extern const uint8_t kt_kinds[256];

/// Are the `length` bytes from bytes[start] on letters and digits all? No for 64 and more.
static inline int kt_is_unbroken(const struct kt_place *places, uint32_t start, uint32_t length) {
    uint32_t shift = start % 64;
    const struct kt_place *place = &places[start / 64];
    uint64_t words = place[0].words >> shift | place[1].words << 1 << (63 - shift);
    return length < 64 && (~words & ((1ull << length % 64) - 1)) == 0;
}

/// May the needle stand where its key does, which ends before bytes[end], separators aside? The
/// find's start, end and kind become the needle's.
int kt_judge(const struct kt_needles *needles, uint32_t number, const uint8_t *bytes, uint32_t end,
             struct kt_found *found);

/// Puts finds, in the order of their starts or ends, into the order of kt_find. Most are already.
size_t kt_settle(const struct kt_needles *needles, const uint8_t *bytes, struct kt_found *found,
                 size_t count);
#endif
