// Which needles stand in a batch, if nearly every one can begin only where a word does: at eight
// places in a title of sixty bytes. sift.h finds the keys there, judge.c says which needles may
// stand.
#pragma STDC FP_CONTRACT OFF
#include "find.h"

/// Below, at or above 0: the key comes before the text and is no beginning of it; it is one; it
/// comes after.
static int order(const struct kt_needles *needles, const struct kt_key *key, const uint8_t *text,
                 size_t left) {
    int order = memcmp(needles->keys + key->bytes, text, key->length < left ? key->length : left);
    return order ? order : key->length > left;
}

/// The longest key of the group that the text begins with, or KT_NO_KEY. Whatever lies between
/// such a key and the text begins with that key too: it is the last one not after the text, or
/// among those which that one begins with.
static uint32_t longest(const struct kt_table *table, const struct kt_needles *needles,
                        uint32_t group, const uint8_t *text, size_t left) {
    uint32_t low = table->groups[group], high = table->groups[group + 1], end = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (order(needles, &table->keys[middle], text, left) > 0) low = middle + 1;
        else high = middle;
    }
    uint32_t key = low < end ? low : KT_NO_KEY;
    while (key != KT_NO_KEY && order(needles, &table->keys[key], text, left) != 0)
        key = table->keys[key].shorter;
    return key;
}

/// Behind the `length`th letter or digit from bytes[start] on.
static uint32_t end_of(const uint8_t *bytes, uint32_t start, uint32_t length) {
    for (; length > 0; start++) length -= (uint32_t)kt_is_word(bytes[start]);
    return start;
}

/// Where finds go. What there is no room for is only counted.
struct finds {
    struct kt_found *found;
    size_t count, capacity, beyond;
};

/// Adds those of a key's needles that may stand where it does. Most are settled by a look at what
/// is next to them.
static inline __attribute__((always_inline)) void judge_key(
    const struct kt_needles *needles, const uint8_t *bytes, const struct kt_place *places,
    uint32_t start, const struct kt_key *key, struct finds *finds) {
    size_t outputs = key[1].needle_first - key->needle_first;
    if (outputs > finds->capacity - finds->count) {
        finds->beyond += outputs;
        return;
    }
    int is_simple = kt_is_unbroken(places, start, key->length);
    uint32_t end = start + key->length, count = 0;
    if (!is_simple) end = end_of(bytes, start, key->length);
    uint32_t before = kt_kinds[bytes[start - 1]], after = kt_kinds[bytes[end]];
    struct kt_found *found = finds->found + finds->count;
    for (uint32_t number = key->needle_first; number < key[1].needle_first; number++) {
        const struct kt_check *check = &needles->checks[number];
        uint32_t asked = (before & check->asked_before) | (after & check->asked_after);
        uint32_t refused = (before & check->refused_before) | (after & check->refused_after);
        found[count].start = start;
        found[count].end = end;
        found[count].needle = number;
        found[count].kind = check->kind;
        if (is_simple && !asked && check->length)
            count += refused == 0;
        else
            count += (uint32_t)kt_judge(needles, number, bytes, end, &found[count]);
    }
    finds->count += count;
}

/// Judges what stands at an anchor for which the first KT_KEY_BYTES of keys do not say it.
static void judge_more(const struct kt_table *table, const struct kt_needles *needles,
                       const uint8_t *bytes, const struct kt_layout *layout, size_t anchor,
                       uint32_t at, struct finds *finds) {
    uint32_t start = layout->anchors[anchor], packed = layout->packed_anchors[anchor];
    const uint8_t *text = layout->packed + packed;
    size_t left = layout->packed_length - packed;
    int is_large = (at & KT_LARGE) != 0;
    if (is_large) at = longest(table, needles, at & ~KT_LARGE, text, left);
    else if (order(needles, &table->keys[at], text, left) != 0) at = KT_NO_KEY;
    while (at != KT_NO_KEY) {
        judge_key(needles, bytes, layout->places, start, &table->keys[at], finds);
        at = is_large ? table->keys[at].shorter : KT_NO_KEY;
    }
}

size_t kt_find(const struct kt_table *table, const struct kt_needles *needles,
               const struct kt_kernels *kernels, const uint8_t *bytes, const uint32_t *starts,
               const struct kt_layout *layout, struct kt_found *found, size_t capacity) {
    struct finds finds = {found, 0, capacity, 0};
    struct kt_hit hits[KT_HITS_MAX + KT_KEYS_AT_ONCE];
    for (size_t first = 0; first < layout->anchor_count; first += KT_ANCHORS_AT_ONCE) {
        size_t part = layout->anchor_count - first;
        if (part > KT_ANCHORS_AT_ONCE) part = KT_ANCHORS_AT_ONCE;
        size_t count = kernels->sift(table, layout->packed, layout->packed_anchors + first, part,
                                     hits);
        for (size_t i = 0; i < count; i++) {
            size_t anchor = first + hits[i].anchor;
            uint32_t at = hits[i].key;
            if (__builtin_expect(at < KT_LARGE && table->keys[at].length <= KT_KEY_BYTES, 1))
                judge_key(needles, bytes, layout->places, layout->anchors[anchor],
                          &table->keys[at], &finds);
            else
                judge_more(table, needles, bytes, layout, anchor, at, &finds);
        }
    }
    if (finds.beyond > 0) return capacity + finds.beyond;
    kernels->locate(layout->places, starts, found, finds.count);
    return kt_settle(needles, bytes, found, finds.count);
}
