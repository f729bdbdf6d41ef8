// What a piece of text holds, in one pass.
#include "klean_catalog.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

// Printable ASCII from the start on that needs nothing, in steps of sixteen bytes where the machine
// has them and then of eight. `before` is the byte before the start.
static size_t plain_ascii(const uint8_t *bytes, size_t count, uint8_t before) {
    size_t i = 0;
    if (before == ' ' && bytes[0] == ' ') return 0;
#if defined(__SSE2__)
    const __m128i space = _mm_set1_epi8(' ');
    for (; i + 16 <= count; i += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(bytes + i));
        // Signed: bytes from 0x80 on are below every printable one.
        __m128i bad = _mm_cmplt_epi8(block, space);
        bad = _mm_or_si128(bad, _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F)));
        bad = _mm_or_si128(bad, _mm_cmpeq_epi8(block, _mm_set1_epi8('&')));
        bad = _mm_or_si128(bad, _mm_cmpeq_epi8(block, _mm_set1_epi8('<')));
        unsigned spaces = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, space));
        unsigned follows = spaces << 1 | (i > 0 && bytes[i - 1] == ' ');
        if (_mm_movemask_epi8(bad) || (spaces & follows)) break;
    }
#endif
    while (i + 8 <= count && !(i > 0 && bytes[i - 1] == ' ' && bytes[i] == ' ')) {
        uint64_t word;
        memcpy(&word, bytes + i, 8);
        if (needs_a_look(word)) break;
        i += 8;
    }
    return i;
}

// Han (U+4000 to U+9FFF) and Hangul syllables (U+AC00 to U+D77F): most letters beyond ASCII here.
// They need nothing once their two last bytes are known to continue them.
static inline int is_plain_letter(const uint8_t *c) {
    unsigned lead = (unsigned)c[0] << 8 | c[1];
    int is_letter = (lead >= 0xE480 && lead <= 0xE9BF) || (lead >= 0xEAB0 && lead <= 0xED9D);
    return is_letter && (c[1] & 0xC0) == 0x80 && (c[2] & 0xC0) == 0x80;
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
            size_t plain = plain_ascii(bytes + i, count - i, before);
            if (plain > 0) before = bytes[i + plain - 1];
            i += plain;
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
        if (i + 3 <= count && is_plain_letter(bytes + i)) {
            do i += 3;
            while (i + 3 <= count && is_plain_letter(bytes + i));
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
