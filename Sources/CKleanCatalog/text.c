// What a piece of text holds, in one pass.
#include "klean_catalog.h"

#include <string.h>

#define ONES UINT64_C(0x0101010101010101)
#define TOPS UINT64_C(0x8080808080808080)

// Nonzero when the eight bytes hold anything but printable ASCII without ampersands, without
// less-than signs and without two spaces side by side.
static inline uint64_t needs_a_look(uint64_t word) {
    uint64_t control = (word - ONES * 0x20) & ~word;
    uint64_t ampersand = word ^ (ONES * '&');
    uint64_t angle = word ^ (ONES * '<');
    uint64_t delete = word ^ (ONES * 0x7F);
    uint64_t space = word ^ (ONES * ' ');
    uint64_t hit = word | control | ((ampersand - ONES) & ~ampersand) |
                   ((angle - ONES) & ~angle) | ((delete - ONES) & ~delete);
    // Exact zero test per byte: borrow cannot make a false neighbour here.
    uint64_t spaces = ~(((space & ~TOPS) + ~TOPS) | space) & TOPS;
    return (hit & TOPS) | (spaces & (spaces << 8));
}

// What a well-formed character beyond ASCII may need. Broad: whole blocks of scripts in which marks
// combine count as composable, so that the exact tables stay with the library that has them.
static int special_kinds(const uint8_t *c, size_t length) {
    uint8_t lead = c[0], second = c[1], third = length > 2 ? c[2] : 0;
    switch (lead) {
    case 0xC2: return second == 0xA0 || second == 0xAD ? KCAT_TEXT_SPECIAL : 0;
    case 0xCC: case 0xCD: case 0xD2: return KCAT_TEXT_COMPOSABLE;
    case 0xCE: return second == 0x87 ? KCAT_TEXT_COMPOSABLE : 0;
    case 0xE0: return KCAT_TEXT_COMPOSABLE;
    case 0xE1:
        if (second >= 0xB8 && second <= 0xBB) return 0;  // Latin with accents, composed
        return KCAT_TEXT_COMPOSABLE |
               (second == 0x85 || second == 0xA0 || second == 0x9A ? KCAT_TEXT_SPECIAL : 0);
    case 0xE2:
        if (second == 0x80) {
            return third <= 0x8F || (third >= 0xAA && third <= 0xAF) ? KCAT_TEXT_SPECIAL : 0;
        }
        if (second == 0x81) return third >= 0x9F ? KCAT_TEXT_SPECIAL : 0;
        if (second == 0xA0) return third == 0x80 ? KCAT_TEXT_SPECIAL : 0;
        return (second == 0x83 && third >= 0x90) || (second == 0x84 && third >= 0xA6) ||
                       second == 0x8C || second == 0xAB || second == 0xB3 || second == 0xB7
                   ? KCAT_TEXT_COMPOSABLE : 0;
    case 0xE3:
        if (second == 0x80) {
            return third == 0x80 ? KCAT_TEXT_SPECIAL : third >= 0xAA ? KCAT_TEXT_COMPOSABLE : 0;
        }
        if (second == 0x82) return third == 0x99 || third == 0x9A ? KCAT_TEXT_COMPOSABLE : 0;
        return second == 0x85 && third == 0xA4 ? KCAT_TEXT_SPECIAL : 0;
    case 0xEA: return second >= 0x98 && second <= 0xAF ? KCAT_TEXT_COMPOSABLE : 0;
    case 0xED: return second == 0x9E && third >= 0xB0 ? KCAT_TEXT_COMPOSABLE : 0;
    case 0xEF:
        if (second >= 0xA4 && second <= 0xAC) return KCAT_TEXT_COMPOSABLE;
        if (second == 0xB8) return third >= 0xA0 ? KCAT_TEXT_COMPOSABLE : 0;
        if (second == 0xBC) return third >= 0x90 && third <= 0x99 ? KCAT_TEXT_SPECIAL : 0;
        return (second == 0xBB && third == 0xBF) || (second == 0xBE && third == 0xA0) ||
                       (second == 0xBF && third >= 0xB0)
                   ? KCAT_TEXT_SPECIAL : 0;
    case 0xF0:
        return second == 0x91 || second == 0x96 || second == 0x9D || second == 0x9E ||
                       second == 0xAF
                   ? KCAT_TEXT_COMPOSABLE : 0;
    case 0xF3: return KCAT_TEXT_SPECIAL;
    default: return lead >= 0xD6 && lead <= 0xDF ? KCAT_TEXT_COMPOSABLE : 0;
    }
}

int kcat_text_kinds(const uint8_t *bytes, size_t count) {
    int kinds = 0;
    size_t i = 0;
    uint8_t before = 0;
    while (i < count) {
        uint8_t byte = bytes[i];
        if (byte < 0x80) {
            uint64_t word;
            while (i + 8 <= count && !(before == ' ' && bytes[i] == ' ')) {
                memcpy(&word, bytes + i, 8);
                if (needs_a_look(word)) break;
                before = bytes[i + 7];
                i += 8;
            }
            if (i >= count) break;
            byte = bytes[i];
            if (byte < 0x80) {
                if (byte < 0x20 || byte == 0x7F) kinds |= KCAT_TEXT_CONTROL;
                if (byte == '&') kinds |= KCAT_TEXT_AMPERSAND;
                if (byte == '<') kinds |= KCAT_TEXT_ANGLE;
                if (byte == ' ' && before == ' ') kinds |= KCAT_TEXT_DOUBLE_SPACE;
                before = byte;
                i++;
                continue;
            }
        }
        kinds |= KCAT_TEXT_NON_ASCII;
        before = 0;
        // Most letters beyond ASCII here: Han (U+4000 to U+9FFF) and Hangul (U+B000 to U+CFFF).
        if (byte >= 0xE4 && byte <= 0xEC && byte != 0xEA && i + 3 <= count &&
            (bytes[i + 1] & 0xC0) == 0x80 && (bytes[i + 2] & 0xC0) == 0x80) {
            i += 3;
            continue;
        }
        // Table 3-7 of the Unicode standard: well-formed UTF-8 byte sequences.
        size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
        if (byte < 0xC2 || byte > 0xF4 || i + length > count) return kinds | KCAT_TEXT_INVALID;
        uint8_t second = bytes[i + 1];
        uint8_t low = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
        uint8_t high = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) return kinds | KCAT_TEXT_INVALID;
        for (size_t k = 2; k < length; k++) {
            if ((bytes[i + k] & 0xC0) != 0x80) return kinds | KCAT_TEXT_INVALID;
        }
        kinds |= special_kinds(bytes + i, length);
        if (byte == 0xC2 && second < 0xA0) kinds |= KCAT_TEXT_CONTROL;
        if (byte == 0xE2 && second == 0x80 && (bytes[i + 2] == 0xA8 || bytes[i + 2] == 0xA9)) {
            kinds |= KCAT_TEXT_CONTROL;
        }
        i += length;
    }
    return kinds;
}
