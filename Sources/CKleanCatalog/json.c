// Strings and nesting of JSON text.
#include "klean_catalog.h"

#include <string.h>

// Bytes of `word` that equal `byte`, as a mask with the top bit of each such byte set. Bytes above
// the lowest hit may be false hits; callers use the lowest only.
static inline uint64_t equal_bytes(uint64_t word, uint8_t byte) {
    uint64_t x = word ^ (UINT64_C(0x0101010101010101) * byte);
    return (x - UINT64_C(0x0101010101010101)) & ~x & UINT64_C(0x8080808080808080);
}

// The lowest byte below 0x20, the same way.
static inline uint64_t control_bytes(uint64_t word) {
    return (word - UINT64_C(0x2020202020202020)) & ~word & UINT64_C(0x8080808080808080);
}

size_t kcat_json_plain(const uint8_t *bytes, size_t count) {
    size_t i = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (; i + 8 <= count; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, 8);
        uint64_t hit = equal_bytes(word, '"') | equal_bytes(word, '\\') | control_bytes(word);
        if (hit) return i + (size_t)(__builtin_ctzll(hit) >> 3);
    }
#endif
    for (; i < count; i++) {
        if (bytes[i] == '"' || bytes[i] == '\\' || bytes[i] < 0x20) return i;
    }
    return count;
}

// Walks until depth 0 is reached again (`once`), or to the end. Returns the offset just after the
// last return to depth 0.
static size_t walk(const uint8_t *bytes, size_t count, struct kcat_json_state *state, int once,
                   size_t *elements, size_t *stopped) {
    size_t last = 0, i = 0;
    int64_t depth = state->depth;
    int in_string = state->in_string;
    *stopped = count;
    while (i < count) {
        if (in_string == 2) {
            in_string = 1;
            i++;
            continue;
        }
        if (in_string) {
            i += kcat_json_plain(bytes + i, count - i);
            if (i >= count) break;
            if (bytes[i] == '"') in_string = 0;
            if (bytes[i] == '\\') in_string = 2;
            i++;
            continue;
        }
        uint8_t byte = bytes[i];
        if (byte == '"') {
            in_string = 1;
        } else if (byte == '{' || byte == '[') {
            depth++;
        } else if (byte == '}' || byte == ']') {
            if (depth == 0) {
                *stopped = i;
                break;
            }
            depth--;
            if (depth == 0) {
                last = i + 1;
                (*elements)++;
                if (once) break;
            }
        }
        i++;
    }
    state->depth = depth;
    state->in_string = in_string;
    return last;
}

size_t kcat_json_split(const uint8_t *bytes, size_t count, size_t *elements, size_t *stopped) {
    struct kcat_json_state state = {0, 0};
    *elements = 0;
    return walk(bytes, count, &state, 0, elements, stopped);
}

size_t kcat_json_element(const uint8_t *bytes, size_t count, struct kcat_json_state *state) {
    size_t elements = 0, stopped = 0;
    return walk(bytes, count, state, 1, &elements, &stopped);
}
