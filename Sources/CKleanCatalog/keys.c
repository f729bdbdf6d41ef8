// Keys and hashes as bytes.
#include "klean_catalog.h"

#include <string.h>

static inline uint64_t mix(uint64_t value) {
    value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
    return value ^ value >> 31;
}

uint64_t kcat_fingerprint(const uint8_t *bytes, size_t count) {
    uint64_t state = UINT64_C(0x6B6C65616E000001);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + i, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        state = mix(state ^ word);
    }
    uint64_t word = 0;
    for (size_t k = 0; i + k < count; k++) word |= (uint64_t)bytes[i + k] << (8 * k);
    state = mix(state ^ word);
    return mix(state ^ (uint64_t)count * UINT64_C(0x9E3779B97F4A7C15));
}

int kcat_equal(const uint8_t *left, const uint8_t *right, size_t count) {
    return memcmp(left, right, count) == 0;
}

// One more than the value of an ASCII hexadecimal digit, 0 for any other byte.
static const uint8_t nibbles[256] = {
    ['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

int kcat_hash256(const uint8_t *digits, uint64_t words[4]) {
    uint8_t bad = 0;
    for (int w = 3; w >= 0; w--) {
        uint64_t word = 0;
        for (int k = 0; k < 16; k++) {
            uint8_t nibble = (uint8_t)(nibbles[*digits++] - 1);
            bad |= nibble;
            word = word << 4 | (nibble & 15);
        }
        words[w] = word;
    }
    return bad < 16;
}
