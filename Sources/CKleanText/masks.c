// Signs that stand for letters. They are rare, so 64 bytes at a time are asked whether there is any.
#pragma STDC FP_CONTRACT OFF
#include "fold.h"

/// Free of branches, so that compilers make vector code of a loop over it.
static uint8_t is_sign(uint8_t byte) {
    return (uint8_t)((byte == '*') | (byte == '~') | (byte == '@') | (byte == '$') |
                     (byte == '!') | (byte == '?') | (byte == '#'));
}

int kt_stands_for_letters(const uint8_t *at) {
    int is_before = kt_is_word(at[1]);
    switch (*at) {
    case '*': break;
    case '~': is_before = 0; break;
    case '@': case '$': case '!': return is_before || kt_is_word(at[-1]);
    default: return is_before && kt_is_word(at[-1]);
    }
    if (is_before) return 1;
    while (at[-1] == *at) at--;
    return kt_is_word(at[-1]);
}

size_t kt_find_masks_plain(const uint8_t *bytes, size_t length, uint32_t *out) {
    size_t count = 0;
    for (size_t from = 1; from < length; from += 64) {
        uint8_t any = 0;
        for (size_t i = 0; i < 64; i++) any |= is_sign(bytes[from + i]);
        if (!any) continue;
        size_t to = length - from < 64 ? length : from + 64;
        for (size_t at = from; at < to; at++) {
            if (is_sign(bytes[at]) && kt_stands_for_letters(bytes + at)) out[count++] = (uint32_t)at;
        }
    }
    return count;
}
