// What the fold variants share: everything that is neither ASCII nor a Hangul syllable.
#ifndef KLEANTEXT_FOLD_H
#define KLEANTEXT_FOLD_H
#include <string.h>

#include "include/kleantext.h"
#include "tables.h"

#define KT_STAYS 0
#define KT_DROPPED 1
#define KT_SEPARATOR 2

extern const struct kt_kernels kt_scalar, kt_avx2, kt_avx512;

/// kt_find_masks for every processor, and what it asks of a sign.
size_t kt_find_masks_plain(const uint8_t *bytes, size_t length, uint32_t *out);
int kt_stands_for_letters(const uint8_t *sign);

static inline uint32_t kt_entry_length(uint32_t entry) { return entry >> 17 & 127; }
static inline uint32_t kt_entry_kind(uint32_t entry) { return entry >> 24 & 63; }
static inline uint32_t kt_entry_is_complex(uint32_t entry) { return entry >> 30 & 1; }
static inline uint32_t kt_entry_is_long(uint32_t entry) { return entry >> 31; }
static inline const uint8_t *kt_entry_bytes(uint32_t entry) { return kt_pool + (entry & 0x1FFFF); }

/// Index into kt_entries of a code point at or above 0x80.
static inline uint32_t kt_lookup(uint32_t code, int merged) {
    if (code < KT_TABLE_LIMIT) {
        return merged ? kt_merged_stage2[kt_merged_stage1[code >> 6] << 6 | (code & 63)]
                      : kt_plain_stage2[kt_plain_stage1[code >> 6] << 6 | (code & 63)];
    }
    if (code < 0x40000) return KT_STAYS;
    if (code - 0xE0000u < 0x1000) return KT_DROPPED;
    return merged ? KT_SEPARATOR : KT_STAYS;
}

static inline int kt_is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

static inline size_t kt_decode_inline(const uint8_t *p, size_t length, uint32_t *code) {
    uint8_t lead = p[0];
    if (lead < 0x80) {
        *code = lead;
        return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) return 0;
    if (lead < 0xE0) {
        if (length < 2 || !kt_is_continuation(p[1])) return 0;
        *code = (lead & 31u) << 6 | (p[1] & 63u);
        return 2;
    }
    if (lead < 0xF0) {
        if (length < 3 || !kt_is_continuation(p[1]) || !kt_is_continuation(p[2])) return 0;
        uint32_t c = (lead & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
        if (c < 0x800 || c - 0xD800u < 0x800) return 0;
        *code = c;
        return 3;
    }
    if (length < 4 || !kt_is_continuation(p[1]) || !kt_is_continuation(p[2]) ||
        !kt_is_continuation(p[3]))
        return 0;
    uint32_t c =
        (lead & 7u) << 18 | (p[1] & 63u) << 12 | (p[2] & 63u) << 6 | (p[3] & 63u);
    if (c - 0x10000u >= 0x100000) return 0;
    *code = c;
    return 4;
}

static inline void kt_push_event(struct kt_fold *fold, size_t out, size_t out_length, size_t in,
                                 size_t in_length, uint32_t kind) {
    struct kt_event *event = &fold->events[fold->event_count++];
    event->out = (uint32_t)out;
    event->out_length = (uint32_t)out_length;
    event->in = (uint32_t)in;
    event->in_length = (uint32_t)in_length;
    event->kind = kind;
}

/// Folds the code points from title[at] on that are neither ASCII nor a Hangul syllable (one such
/// syllable is taken too, so that there is always progress). Returns where it stopped, or
/// SIZE_MAX if one of them acts on its neighbours. fold->length moves.
static inline size_t kt_fold_others(const uint8_t *title, size_t at, size_t end, int merged,
                                    struct kt_fold *fold) {
    uint8_t *out = fold->bytes + fold->length;
    while (at < end && title[at] >= 0x80) {
        uint32_t code;
        size_t length = kt_decode_inline(title + at, end - at, &code);
        if (length == 3 && code - 0xAC00u < 11172) {
            memcpy(out, title + at, 3);
            out += 3;
            at += 3;
            break;
        }
        if (length == 0) {
            if (merged) {
                *out++ = ' ';
            } else {
                kt_push_event(fold, (size_t)(out - fold->bytes), 3, at, 1, 0);
                memcpy(out, "\xEF\xBF\xBD", 3);
                out += 3;
            }
            at += 1;
            continue;
        }
        uint32_t index = kt_lookup(code, merged);
        if (index == KT_STAYS) {
            memcpy(out, title + at, length);
            out += length;
        } else if (index == KT_DROPPED) {
            kt_push_event(fold, (size_t)(out - fold->bytes), 0, at, length, KT_INVISIBLE);
        } else if (index == KT_SEPARATOR) {
            kt_push_event(fold, (size_t)(out - fold->bytes), 1, at, length, 0);
            *out++ = ' ';
        } else {
            uint32_t entry = kt_entries[index];
            if (kt_entry_is_complex(entry)) return SIZE_MAX;
            uint32_t bytes = kt_entry_length(entry), kind = kt_entry_kind(entry);
            if (bytes != length || kind != 0 || kt_entry_is_long(entry))
                kt_push_event(fold, (size_t)(out - fold->bytes), bytes, at, length, kind);
            const uint8_t *source = kt_entry_bytes(entry);
            for (uint32_t i = 0; i < bytes; i++) out[i] = source[i];
            out += bytes;
        }
        at += length;
    }
    fold->length = (size_t)(out - fold->bytes);
    return at;
}

/// Is there room for one more title of this length?
static inline int kt_has_room(const struct kt_fold *fold, size_t title) {
    return fold->capacity - fold->length >= kt_fold_bytes(title) &&
           fold->event_capacity - fold->event_count > title &&
           fold->unit_capacity >= kt_fold_units(title);
}

/// One title starts / ends. `fast` returned SIZE_MAX: forget what it wrote and do it completely.
#define KT_FOLD_ROWS(fast)                                                                        \
    size_t row = 0;                                                                               \
    for (; row < rows; row++) {                                                                   \
        const uint8_t *title = text + offsets[row];                                               \
        size_t length = offsets[row + 1] - offsets[row];                                          \
        if (!kt_has_room(fold, length)) break;                                                    \
        size_t start = fold->length, events = fold->event_count;                                  \
        fold->starts[row] = (uint32_t)start;                                                      \
        if (!fast(title, length, text + text_length, merged, fold)) {                             \
            fold->length = start;                                                                 \
            fold->event_count = events;                                                           \
            kt_fold_complete(title, length, merged, fold);                                        \
        }                                                                                         \
        fold->bytes[fold->length++] = '\n';                                                       \
    }                                                                                             \
    return row;

static inline int kt_is_word(uint8_t byte) {
    return byte >= 0x80 || (uint8_t)(byte - 'a') < 26 || (uint8_t)(byte - '0') < 10;
}

/// What 64 bytes are, a bit each, and what the 64 before them ended with (kt_place_anchors).
struct kt_marks {
    uint64_t letters, digits, high, lines;
    uint64_t leads;   // first bytes of characters that are not ASCII
    uint64_t hangul;  // of Hangul syllables below U+D780; every later one counts as something else
    uint64_t asked_digits;  // all ones, or none if no needle begins with a digit
    uint64_t inner;   // of the inner set, whatever they are
    uint64_t words_before, letters_before, latin_before, hangul_before;
    uint32_t starts_before, lines_before;
};

static inline uint64_t kt_characters(const struct kt_marks *marks) {
    return marks->letters | marks->digits | marks->leads;
}

/// Which of these characters are of the inner set. Reads two bytes past the last.
static inline uint64_t kt_begin_within(const uint8_t *inner, const uint8_t *bytes,
                                       uint64_t characters) {
    uint64_t named = 0;
    for (uint64_t left = characters; left; left &= left - 1) {
        const uint8_t *p = bytes + __builtin_ctzll(left);
        uint8_t both = inner[kt_pair(p[0], p[1])] & inner[256 + kt_pair(p[1], p[2])];
        if (both & 0x80) named |= left & -left;
    }
    return named;
}

/// Fills in the place and returns the anchors.
static inline __attribute__((always_inline)) uint64_t kt_place_anchors(struct kt_marks *marks,
                                                                       struct kt_place *place) {
    uint64_t latin = marks->letters | marks->digits, words = latin | marks->high;
    place->words = words;
    place->starts = words & ~(words << 1 | marks->words_before);
    place->lines = marks->lines;
    place->starts_before = marks->starts_before;
    place->lines_before = marks->lines_before;
    uint64_t anchors = marks->letters & ~(marks->letters << 1 | marks->letters_before);
    anchors |= marks->digits & marks->asked_digits & ~(latin << 1 | marks->latin_before);
    anchors |= marks->leads & ~(marks->hangul << 3 | marks->hangul_before);
    anchors |= kt_characters(marks) & marks->inner;
    marks->words_before = words >> 63;
    marks->letters_before = marks->letters >> 63;
    marks->latin_before = latin >> 63;
    marks->hangul_before = marks->hangul >> 61;
    marks->starts_before += (uint32_t)__builtin_popcountll(place->starts);
    marks->lines_before += (uint32_t)__builtin_popcountll(place->lines);
    return anchors;
}

static inline void kt_end_layout(const struct kt_marks *marks, size_t length, size_t packed,
                                 size_t anchors, struct kt_layout *layout) {
    for (size_t i = (length + 63) / 64; i < kt_place_count(length); i++)
        layout->places[i] = (struct kt_place){0, 0, 0, marks->starts_before, marks->lines_before};
    memset(layout->packed + packed, 0, KT_PACK_SLACK);
    layout->packed_length = packed;
    layout->anchor_count = anchors;
}

/// Token starts and line feeds before bytes[at].
static inline __attribute__((always_inline)) uint32_t kt_starts_before(
    const struct kt_place *places, uint32_t at) {
    const struct kt_place *place = &places[at / 64];
    uint64_t before = (1ull << at % 64) - 1;
    return place->starts_before + (uint32_t)__builtin_popcountll(place->starts & before);
}

static inline __attribute__((always_inline)) uint32_t kt_lines_before(
    const struct kt_place *places, uint32_t at) {
    const struct kt_place *place = &places[at / 64];
    uint64_t before = (1ull << at % 64) - 1;
    return place->lines_before + (uint32_t)__builtin_popcountll(place->lines & before);
}

#endif
