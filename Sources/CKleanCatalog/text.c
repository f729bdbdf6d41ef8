// What a piece of text holds, in one pass.
#include "klean_catalog.h"

#include <string.h>

#define ONES UINT64_C(0x0101010101010101)
#define TOPS UINT64_C(0x8080808080808080)

// Nonzero when the eight bytes hold anything but printable ASCII without ampersands and without two
// spaces side by side.
static inline uint64_t needs_a_look(uint64_t word) {
    uint64_t control = (word - ONES * 0x20) & ~word;
    uint64_t ampersand = word ^ (ONES * '&');
    uint64_t delete = word ^ (ONES * 0x7F);
    uint64_t space = word ^ (ONES * ' ');
    uint64_t hit = word | control | ((ampersand - ONES) & ~ampersand) | ((delete - ONES) & ~delete);
    // Exact zero test per byte: borrow cannot make a false neighbour here.
    uint64_t spaces = ~(((space & ~TOPS) + ~TOPS) | space) & TOPS;
    return (hit & TOPS) | (spaces & (spaces << 8));
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
                if (byte == ' ' && before == ' ') kinds |= KCAT_TEXT_DOUBLE_SPACE;
                before = byte;
                i++;
                continue;
            }
        }
        kinds |= KCAT_TEXT_NON_ASCII;
        before = 0;
        // Most letters beyond ASCII here: U+1000 to U+CFFF, Hangul and Han among them.
        if (byte >= 0xE1 && byte <= 0xEC && byte != 0xE2 && i + 3 <= count &&
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
        if (byte == 0xC2 && second < 0xA0) kinds |= KCAT_TEXT_CONTROL;
        if (byte == 0xE2 && second == 0x80 && (bytes[i + 2] == 0xA8 || bytes[i + 2] == 0xA9)) {
            kinds |= KCAT_TEXT_CONTROL;
        }
        i += length;
    }
    return kinds;
}
