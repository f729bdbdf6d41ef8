// What a piece of text holds, in one pass.
#include "klean_catalog.h"

#include <string.h>

int kcat_text_kinds(const uint8_t *bytes, size_t count) {
    int kinds = 0;
    size_t i = 0;
    uint8_t before = 0;
    while (i < count) {
        uint8_t byte = bytes[i];
        if (byte < 0x80) {
            if (byte < 0x20 || byte == 0x7F) kinds |= KCAT_TEXT_CONTROL;
            if (byte == '&') kinds |= KCAT_TEXT_AMPERSAND;
            if (byte == ' ' && before == ' ') kinds |= KCAT_TEXT_DOUBLE_SPACE;
            before = byte;
            i++;
            continue;
        }
        kinds |= KCAT_TEXT_NON_ASCII;
        before = 0;
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
