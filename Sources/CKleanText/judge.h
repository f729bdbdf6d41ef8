// What finding needles and judging them share.
#ifndef KLEANTEXT_JUDGE_H
#define KLEANTEXT_JUDGE_H
#include "fold.h"

// What stands beside a needle.
#define KT_LETTER 1
#define KT_DIGIT 2
#define KT_OTHER 4    // of a character that is not ASCII
#define KT_NOTHING 8  // no letter and no digit
#define KT_APART 16   // unknown: separators stand within the needle

// kt_check.beside has, before and behind the needle, what it cannot stand beside in the lower byte
// and what it is judged in full beside in the upper one.
#define KT_REFUSED 0x00FF00FFu
#define KT_ASKED 0xFF00FF00u
#define KT_TWICE(kind) ((kind) | (kind) << 8)

extern const uint16_t kt_kinds[256];  // each twice

static inline uint32_t kt_beside(uint8_t before, uint8_t after) {
    return kt_kinds[before] | (uint32_t)kt_kinds[after] << 16;
}

/// Are the `length` bytes from bytes[start] on letters and digits all? No for 64 and more.
static inline int kt_is_unbroken(const struct kt_place *places, uint32_t start, uint32_t length) {
    uint32_t shift = start % 64;
    const struct kt_place *place = &places[start / 64];
    uint64_t words = place[0].words >> shift | place[1].words << 1 << (63 - shift);
    return length < 64 && (~words & ((1ull << length % 64) - 1)) == 0;
}

/// Judges in full whether the needle may stand where its key does, which ends before bytes[end],
/// separators aside. If so, it becomes the match and the result is 1, else 0.
size_t kt_judge(const struct kt_batch *batch, const struct kt_needles *needles, uint32_t number,
                uint32_t end, struct kt_match *match);

/// Puts `count` matches, in the order of their starts or ends, into the order of kt_find. Most are
/// already. Returns how many stay.
size_t kt_settle(const struct kt_batch *batch, size_t count);

/// With a group's number, in place of a key's.
#define KT_LARGE (1u << 31)

/// The key, or with KT_LARGE the longest key of a group, that the packed text begins with from
/// `packed` on, or KT_NO_KEY.
uint32_t kt_seek(const struct kt_table *table, const struct kt_needles *needles,
                 const struct kt_layout *layout, uint32_t packed, uint32_t at);
#endif
