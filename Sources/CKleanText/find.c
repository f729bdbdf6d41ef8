// Keys that are looked for one by one: long ones, and those of which many begin alike.
#pragma STDC FP_CONTRACT OFF
#include <string.h>

#include "judge.h"

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
        key = table->shorter[key];
    return key;
}

uint32_t kt_seek(const struct kt_table *table, const struct kt_needles *needles,
                 const struct kt_layout *layout, uint32_t packed, uint32_t at) {
    const uint8_t *text = layout->packed + packed;
    size_t left = layout->packed_length - packed;
    if (at & KT_LARGE) return longest(table, needles, at & ~KT_LARGE, text, left);
    return order(needles, &table->keys[at], text, left) == 0 ? at : KT_NO_KEY;
}
