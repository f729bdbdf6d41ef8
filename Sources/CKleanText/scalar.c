// The reference variant: plain, complete, and the definition of correct.
#pragma STDC FP_CONTRACT OFF
#include "find.h"

static int fold_title(const uint8_t *title, size_t length, const uint8_t *text_end, int merged,
                      struct kt_fold *fold) {
    (void)text_end;
    size_t at = 0;
    while (at < length) {
        uint8_t byte = title[at];
        if (byte < 0x80) {
            if ((uint8_t)(byte - 'A') < 26) byte += 32;
            if (merged && byte < 0x20) byte = ' ';
            fold->bytes[fold->length++] = byte;
            at++;
        } else {
            at = kt_fold_others(title, at, length, merged, fold);
            if (at == SIZE_MAX) return 0;
        }
    }
    return 1;
}

static size_t fold_rows(const uint8_t *text, size_t text_length, const uint32_t *offsets,
                        size_t rows, int merged, struct kt_fold *fold) {
    KT_FOLD_ROWS(fold_title)
}

static uint32_t count_tokens(const uint8_t *bytes, size_t from, size_t to) {
    uint32_t count = 0;
    for (size_t i = from; i < to; i++) count += kt_is_word(bytes[i]) && !kt_is_word(bytes[i - 1]);
    return count;
}

static size_t find_runs(const uint8_t *bytes, size_t length, uint32_t latin_min,
                        uint32_t other_min, struct kt_run *runs) {
    size_t count = 0;
    size_t at = 1;
    while (at < length) {
        if (!kt_is_word(bytes[at])) {
            at++;
            continue;
        }
        size_t start = at;
        int is_high = bytes[at] >= 0x80;
        while (at < length && kt_is_word(bytes[at]) && (bytes[at] >= 0x80) == is_high) at++;
        if (at - start >= (is_high ? other_min : latin_min)) {
            runs[count].start = (uint32_t)start;
            runs[count++].length = (uint32_t)(at - start);
        }
    }
    return count;
}

static int fold_nothing(const uint8_t *title, size_t length, const uint8_t *text_end, int merged,
                        struct kt_fold *fold) {
    (void)title, (void)length, (void)text_end, (void)merged, (void)fold;
    return 0;
}

static size_t fold_rows_complete(const uint8_t *text, size_t text_length,
                                 const uint32_t *offsets, size_t rows, int merged,
                                 struct kt_fold *fold) {
    KT_FOLD_ROWS(fold_nothing)
}

static size_t near_filter(const uint64_t *signatures, size_t count, uint64_t signature,
                          uint32_t bits_max, uint32_t *out) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        out[kept] = (uint32_t)i;
        kept += (uint32_t)__builtin_popcountll(signatures[i] ^ signature) <= bits_max;
    }
    return kept;
}

static void find_places(const uint8_t *bytes, size_t length, struct kt_place *places) {
    uint32_t starts = 0, lines = 0;
    uint64_t before = 0;
    for (size_t at = 0; at < 64 * kt_place_count(length); at += 64) {
        struct kt_place place = {0, 0, 0, starts, lines};
        for (size_t i = at; i < at + 64 && i < length; i++) {
            uint64_t is_word = (uint64_t)kt_is_word(bytes[i]);
            place.words |= is_word << (i - at);
            place.starts |= (is_word & ~before) << (i - at);
            place.lines |= (uint64_t)(bytes[i] == '\n') << (i - at);
            before = is_word;
            starts += (uint32_t)(place.starts >> (i - at));
            lines += bytes[i] == '\n';
        }
        places[at / 64] = place;
    }
}

static void lay_out(const uint8_t *bytes, size_t length, const struct kt_table *table,
                    struct kt_layout *layout) {
    struct kt_layout to = *layout;
    struct kt_marks marks = {.asked_digits = table->has_digits ? ~0ull : 0};
    const uint8_t *inner = table->inner;
    size_t packed = 0, anchors = 0;
    for (size_t at = 0; at < length; at += 64) {
        size_t count = length - at < 64 ? length - at : 64;
        const uint8_t *p = bytes + at;
        marks.letters = marks.digits = marks.high = marks.leads = marks.lines = marks.hangul = 0;
        for (size_t i = 0; i < count; i++) {
            marks.letters |= (uint64_t)((uint8_t)(p[i] - 'a') < 26) << i;
            marks.digits |= (uint64_t)((uint8_t)(p[i] - '0') < 10) << i;
            marks.high |= (uint64_t)(p[i] >= 0x80) << i;
            marks.leads |= (uint64_t)(p[i] >= 0xC0) << i;
            marks.lines |= (uint64_t)(p[i] == '\n') << i;
            int is_hangul = p[i] == 0xEB || p[i] == 0xEC || (p[i] == 0xEA && p[i + 1] >= 0xB0) ||
                            (p[i] == 0xED && p[i + 1] < 0x9E);
            marks.hangul |= (uint64_t)is_hangul << i;
        }
        marks.inner = inner ? kt_begin_within(inner, p, kt_characters(&marks)) : 0;
        uint64_t starts = kt_place_anchors(&marks, &to.places[at / 64]);
        uint64_t kept = to.places[at / 64].words | marks.lines;
        for (size_t i = 0; i < count; i++) {
            to.anchors[anchors] = (uint32_t)(at + i);
            to.packed_anchors[anchors] = (uint32_t)packed;
            anchors += starts >> i & 1;
            to.packed[packed] = p[i];
            packed += kept >> i & 1;
        }
    }
    kt_end_layout(&marks, length, packed, anchors, layout);
}

static int compare_one(const uint8_t *bytes, const uint8_t *text) {
    size_t length = 0;
    while (length < KT_KEY_BYTES && bytes[length] && bytes[length] == text[length]) length++;
    return length == KT_KEY_BYTES || !bytes[length];
}

static uint32_t compare_keys(const uint8_t *starts, uint32_t count, const uint8_t *text) {
    uint32_t equal = 0;
    for (uint32_t key = 0; key < count && key < KT_KEYS_AT_ONCE; key++, starts += KT_KEY_BYTES)
        equal |= (uint32_t)compare_one(starts, text) << key;
    return equal;
}

KT_DEFINE_FINDING(, compare_keys, compare_one)

const struct kt_kernels *kt_complete(void) {
    static const struct kt_kernels complete = {"complete", fold_rows_complete, count_tokens,
                                               find_runs, near_filter,
                                               kt_find_masks_plain, NULL, find_places, lay_out,
                                               judge_stops, find};
    return &complete;
}

const struct kt_kernels kt_scalar = {"scalar", fold_rows, count_tokens, find_runs,
                                     near_filter, kt_find_masks_plain, NULL, find_places, lay_out,
                                     judge_stops, find};

size_t kt_variants(const struct kt_kernels **variants, size_t capacity) {
    size_t count = 0;
    if (count < capacity) variants[count++] = &kt_scalar;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (count < capacity && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
        variants[count++] = &kt_avx2;
    if (count < capacity && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq") &&
        __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
        __builtin_cpu_supports("bmi2"))
        variants[count++] = &kt_avx512;
#endif
    return count;
}
