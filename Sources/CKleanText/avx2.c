// 32 bytes a step.
#pragma STDC FP_CONTRACT OFF
#include "find.h"
#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))

TARGET static inline uint32_t least(__m256i v, uint8_t x) {
    __m256i bound = _mm256_set1_epi8((char)x);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(v, bound), v));
}

TARGET static inline uint32_t equal(__m256i v, uint8_t x) {
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)x)));
}

/// All ones in the bytes first..<first + count.
TARGET static inline __m256i within(__m256i v, uint8_t first, uint8_t count) {
    __m256i shifted = _mm256_add_epi8(v, _mm256_set1_epi8((char)(128 - first)));
    return _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(count - 128)), shifted);
}

/// As in avx512.c.
TARGET static inline uint32_t not_copied(__m256i v, uint32_t high) {
    uint32_t lead = least(v, 0xC0);
    uint32_t continuation = high & ~lead;
    uint32_t whole = least(v, 0xEB) & ~least(v, 0xED);
    whole |= equal(v, 0xEA) & least(v, 0xB0) >> 1;
    whole |= equal(v, 0xED) & ~least(v, 0x9E) >> 1;
    whole &= continuation >> 1 & continuation >> 2;
    return (lead & ~whole) | (continuation & ~(whole << 1 | whole << 2));
}

TARGET static inline int fold_title(const uint8_t *title, size_t length, const uint8_t *text_end,
                                    int merged, struct kt_fold *fold) {
    const __m256i floor = _mm256_set1_epi8(merged ? ' ' : 0);
    size_t at = 0;
    while (at < length) {
        size_t left = length - at;
        __m256i v;
        if (text_end - (title + at) >= 32) {
            v = _mm256_loadu_si256((const __m256i *)(title + at));
        } else {
            uint8_t last[32] = {0};
            memcpy(last, title + at, left);
            v = _mm256_loadu_si256((const __m256i *)last);
        }
        uint32_t inside = left >= 32 ? ~0u : (1u << left) - 1;
        uint32_t high = (uint32_t)_mm256_movemask_epi8(v) & inside;
        uint32_t stop = high ? not_copied(v, high) & inside : 0;
        __m256i upper = _mm256_and_si256(within(v, 'A', 26), _mm256_set1_epi8(32));
        __m256i lower = _mm256_max_epu8(_mm256_add_epi8(v, upper), floor);
        _mm256_storeu_si256((__m256i *)(fold->bytes + fold->length), lower);
        size_t step = stop ? _tzcnt_u32(stop) : left < 32 ? left : 32;
        at += step;
        fold->length += step;
        if (stop) {
            at = kt_fold_others(title, at, length, merged, fold);
            if (at == SIZE_MAX) return 0;
        }
    }
    return 1;
}

TARGET static size_t fold_rows(const uint8_t *text, size_t text_length, const uint32_t *offsets,
                               size_t rows, int merged, struct kt_fold *fold) {
    KT_FOLD_ROWS(fold_title)
}

TARGET static inline uint32_t ascii_words(__m256i v) {
    return (uint32_t)_mm256_movemask_epi8(
        _mm256_or_si256(within(v, 'a', 26), within(v, '0', 10)));
}

TARGET static uint32_t count_tokens(const uint8_t *bytes, size_t from, size_t to) {
    uint32_t before = (uint32_t)kt_is_word(bytes[from - 1]);
    uint32_t count = 0;
    for (size_t at = from; at < to; at += 32) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(bytes + at));
        uint32_t words = ascii_words(v) | (uint32_t)_mm256_movemask_epi8(v);
        uint32_t starts = words & ~(words << 1 | before);
        if (to - at < 32) starts &= (1u << (to - at)) - 1;
        count += (uint32_t)_mm_popcnt_u32(starts);
        before = words >> 31;
    }
    return count;
}

/// Bits of 64 bytes.
static inline uint64_t wide(uint32_t low, uint32_t high) { return (uint64_t)high << 32 | low; }

/// Bits from which on `count` bits are set, count at least 1.
static inline uint64_t of_length(uint64_t bits, uint32_t count) {
    for (uint32_t done = 1; done < count;) {
        uint32_t more = count - done < done ? count - done : done;
        bits &= bits >> more;
        done += more;
    }
    return bits;
}

/// The 64 bytes looked at overlap, so that whether a run is long enough shows where it starts.
TARGET static size_t find_runs(const uint8_t *bytes, size_t length, uint32_t latin_min,
                               uint32_t other_min, struct kt_run *runs) {
    size_t count = 0;
    uint64_t high_before = 0, latin_before = 0;
    uint32_t step = 65 - (latin_min > other_min ? latin_min : other_min);
    for (size_t at = 1; at < length; at += step) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + at));
        __m256i top = _mm256_loadu_si256((const __m256i *)(bytes + at + 32));
        uint64_t inside = length - at >= 64 ? ~0ull : (1ull << (length - at)) - 1;
        uint64_t high = wide((uint32_t)_mm256_movemask_epi8(low),
                             (uint32_t)_mm256_movemask_epi8(top)) & inside;
        uint64_t latin = wide(ascii_words(low), ascii_words(top)) & inside;
        uint64_t starts = (of_length(high, other_min) & ~(high << 1 | high_before)) |
                          (of_length(latin, latin_min) & ~(latin << 1 | latin_before));
        for (starts = _bzhi_u64(starts, step); starts; starts &= starts - 1) {
            uint32_t bit = (uint32_t)_tzcnt_u64(starts);
            uint64_t is_latin = latin >> bit & 1;
            uint64_t run = (is_latin ? latin : high) >> bit;
            uint32_t run_length = (uint32_t)_tzcnt_u64(~run);
            runs[count].start = (uint32_t)at + bit;
            if (bit + run_length == 64) {
                const uint8_t *p = bytes + at + 64, *end = bytes + length;
                while (p < end && kt_is_word(*p) && (*p < 0x80) == is_latin) p++;
                run_length = (uint32_t)(p - (bytes + at + bit));
            }
            runs[count++].length = run_length;
        }
        high_before = high >> (step - 1) & 1;
        latin_before = latin >> (step - 1) & 1;
    }
    return count;
}

TARGET static size_t near_filter(const uint64_t *signatures, size_t count, uint64_t signature,
                                 uint32_t bits_max, uint32_t *out) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        out[kept] = (uint32_t)i;
        kept += (uint32_t)_mm_popcnt_u64(signatures[i] ^ signature) <= bits_max;
    }
    return kept;
}

TARGET static void find_places(const uint8_t *bytes, size_t length, struct kt_place *places) {
    uint32_t starts = 0, lines = 0;
    uint64_t before = 0;
    for (size_t at = 0; at < length; at += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + at));
        __m256i top = _mm256_loadu_si256((const __m256i *)(bytes + at + 32));
        uint64_t inside = length - at >= 64 ? ~0ull : (1ull << (length - at)) - 1;
        uint64_t words = wide(ascii_words(low) | (uint32_t)_mm256_movemask_epi8(low),
                              ascii_words(top) | (uint32_t)_mm256_movemask_epi8(top)) & inside;
        uint64_t feeds = wide(equal(low, '\n'), equal(top, '\n')) & inside;
        struct kt_place place = {words, words & ~(words << 1 | before), feeds, starts, lines};
        places[at / 64] = place;
        before = words >> 63;
        starts += (uint32_t)_mm_popcnt_u64(place.starts);
        lines += (uint32_t)_mm_popcnt_u64(place.lines);
    }
    for (size_t i = (length + 63) / 64; i < kt_place_count(length); i++)
        places[i] = (struct kt_place){0, 0, 0, starts, lines};
}

/// A set of bytes: entry n of `low` and `high` has the values with the lower half n, a bit for each
/// upper half, 0 to 7 and 8 to 15.
struct byte_set {
    __m256i low, high;
};

/// Of 256 entries, those with the highest bit set.
TARGET static struct byte_set byte_set(const uint8_t *entries) {
    uint8_t low[16] = {0}, high[16] = {0};
    for (uint32_t value = 0; value < 256; value++) {
        uint8_t bit = (uint8_t)((entries[value] >> 7) << (value >> 4 & 7));
        *(value < 128 ? &low[value & 15] : &high[value & 15]) |= bit;
    }
    return (struct byte_set){
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)low)),
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)high))};
}

/// All ones in the bytes of the set.
TARGET static inline __m256i in_set(__m256i v, struct byte_set set) {
    const __m256i bits = _mm256_set1_epi64x((long long)0x8040201008040201);
    __m256i upper = _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(15));
    __m256i lower = _mm256_and_si256(v, _mm256_set1_epi8(15));
    __m256i row = _mm256_blendv_epi8(_mm256_shuffle_epi8(set.low, lower),
                                     _mm256_shuffle_epi8(set.high, lower), v);
    __m256i bit = _mm256_shuffle_epi8(bits, upper);
    return _mm256_cmpeq_epi8(_mm256_and_si256(row, bit), bit);
}

/// kt_pair of each byte and the next.
TARGET static inline __m256i pairs(const uint8_t *p) {
    __m256i first = _mm256_loadu_si256((const __m256i *)p);
    __m256i second = _mm256_loadu_si256((const __m256i *)(p + 1));
    __m256i low = _mm256_set1_epi8(63);
    return _mm256_or_si256(_mm256_and_si256(second, low),
                           _mm256_andnot_si256(low, _mm256_slli_epi16(first, 6)));
}

TARGET static inline uint32_t begin_within(const uint8_t *p, const struct byte_set sets[2]) {
    return (uint32_t)_mm256_movemask_epi8(
        _mm256_and_si256(in_set(pairs(p), sets[0]), in_set(pairs(p + 1), sets[1])));
}

/// First bytes of Hangul syllables below U+D780.
TARGET static inline uint32_t hangul(const uint8_t *p) {
    __m256i v = _mm256_loadu_si256((const __m256i *)p);
    __m256i next = _mm256_loadu_si256((const __m256i *)(p + 1));
    return (least(v, 0xEB) & ~least(v, 0xED)) | (equal(v, 0xEA) & least(next, 0xB0)) |
           (equal(v, 0xED) & ~least(next, 0x9E));
}

/// Entry n: the numbers of the bits of n, the lowest first, a byte each.
static void number_bits(uint64_t numbers[256]) {
    numbers[0] = 0;
    for (uint32_t n = 1; n < 256; n++)
        numbers[n] = numbers[n & (n - 1)] << 8 | (uint32_t)__builtin_ctz(n);
}

/// Writes the bytes of 64 whose bits are set, and up to 7 more. Returns how many.
TARGET static inline size_t pack(const uint8_t *bytes, uint64_t kept, const uint64_t numbers[256],
                                 uint8_t *out) {
    size_t count = 0;
    for (int i = 0; i < 64; i += 8) {
        uint8_t part = (uint8_t)(kept >> i);
        __m128i order = _mm_loadl_epi64((const __m128i *)&numbers[part]);
        __m128i packed = _mm_shuffle_epi8(_mm_loadl_epi64((const __m128i *)(bytes + i)), order);
        _mm_storel_epi64((__m128i *)(out + count), packed);
        count += (size_t)_mm_popcnt_u32(part);
    }
    return count;
}

/// Lists anchors among 64 bytes, twelve at a time, which nearly always are all.
TARGET static inline size_t list_anchors(uint64_t starts, uint64_t kept, size_t at, size_t packed,
                                         uint32_t *anchors, uint32_t *packed_anchors) {
    size_t count = (size_t)_mm_popcnt_u64(starts);
    for (size_t done = 0; done < count; done += 12) {
        for (size_t i = done; i < done + 12; i++, starts &= starts - 1) {
            uint64_t before = kept & _blsmsk_u64(starts) >> 1;
            anchors[i] = (uint32_t)(at + _tzcnt_u64(starts));
            packed_anchors[i] = (uint32_t)(packed + (size_t)_mm_popcnt_u64(before));
        }
    }
    return count;
}

TARGET static void lay_out(const uint8_t *bytes, size_t length, const struct kt_table *table,
                           struct kt_layout *layout) {
    struct kt_layout to = *layout;
    struct kt_marks marks = {.asked_digits = table->has_digits ? ~0ull : 0};
    const uint8_t *inner = table->inner;
    struct byte_set sets[2];
    uint64_t numbers[256];
    number_bits(numbers);
    if (inner) {
        sets[0] = byte_set(inner);
        sets[1] = byte_set(inner + 256);
    }
    size_t packed = 0, anchors = 0;
    for (size_t at = 0; at < length; at += 64) {
        const uint8_t *p = bytes + at;
        __m256i low = _mm256_loadu_si256((const __m256i *)p);
        __m256i top = _mm256_loadu_si256((const __m256i *)(p + 32));
        uint64_t inside = length - at >= 64 ? ~0ull : (1ull << (length - at)) - 1;
        marks.letters = wide((uint32_t)_mm256_movemask_epi8(within(low, 'a', 26)),
                             (uint32_t)_mm256_movemask_epi8(within(top, 'a', 26))) & inside;
        marks.digits = wide((uint32_t)_mm256_movemask_epi8(within(low, '0', 10)),
                            (uint32_t)_mm256_movemask_epi8(within(top, '0', 10))) & inside;
        marks.high = wide((uint32_t)_mm256_movemask_epi8(low),
                          (uint32_t)_mm256_movemask_epi8(top)) & inside;
        marks.leads = wide(least(low, 0xC0), least(top, 0xC0)) & inside;
        marks.lines = wide(equal(low, '\n'), equal(top, '\n')) & inside;
        marks.hangul = wide(hangul(p), hangul(p + 32));
        marks.inner = inner ? wide(begin_within(p, sets), begin_within(p + 32, sets)) : 0;
        uint64_t starts = kt_place_anchors(&marks, &to.places[at / 64]);
        uint64_t kept = to.places[at / 64].words | marks.lines;
        anchors += list_anchors(starts, kept, at, packed, to.anchors + anchors,
                                to.packed_anchors + anchors);
        packed += pack(p, kept, numbers, to.packed + packed);
    }
    kt_end_layout(&marks, length, packed, anchors, layout);
}

/// A bit for each of two keys.
TARGET static inline uint32_t compare_two(const uint8_t *starts, __m256i text) {
    __m256i keys = _mm256_loadu_si256((const __m256i *)starts);
    __m256i equal = _mm256_or_si256(_mm256_cmpeq_epi8(keys, text),
                                    _mm256_cmpeq_epi8(keys, _mm256_setzero_si256()));
    uint32_t both = (uint32_t)_mm256_movemask_epi8(equal);
    return (uint32_t)((both & 0xFFFF) == 0xFFFF) | (uint32_t)(both >> 16 == 0xFFFF) << 1;
}

TARGET static inline uint32_t compare_keys(const uint8_t *starts, uint32_t count,
                                           const uint8_t *text) {
    __m256i there = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)text));
    uint32_t equal =
        compare_two(starts, there) | compare_two(starts + 2 * KT_KEY_BYTES, there) << 2;
    if (KT_LIKELY(count <= 4)) return equal;
    starts += 4 * KT_KEY_BYTES;
    return equal | compare_two(starts, there) << 4 |
           compare_two(starts + 2 * KT_KEY_BYTES, there) << 6;
}

KT_DEFINE_FINDING(TARGET, compare_keys, kt_begins_so)

const struct kt_kernels kt_avx2 = {"avx2", fold_rows, count_tokens, find_runs, near_filter,
                                   kt_find_masks_plain, NULL, find_places, lay_out, judge_stops,
                                   find};
#endif
