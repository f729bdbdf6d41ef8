// 64 bytes a step. Written for CPUs where 512-bit byte compares into masks are cheap.
#pragma STDC FP_CONTRACT OFF
#include "fold.h"
#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,bmi,bmi2,popcnt,lzcnt")))
#define LEAST(v, x) _mm512_cmpge_epu8_mask(v, _mm512_set1_epi8((char)(x)))
#define EQUAL(v, x) _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)(x)))

/// Positions that the fast path cannot copy: whatever does not belong to a whole Hangul syllable
/// below U+D780. (The last block, U+D780 to U+D7A3, is left to the careful path.)
TARGET static inline uint64_t not_copied(__m512i v, uint64_t high) {
    uint64_t lead = LEAST(v, 0xC0);
    uint64_t continuation = high & ~lead;
    uint64_t whole = LEAST(v, 0xEB) & ~LEAST(v, 0xED);
    whole |= EQUAL(v, 0xEA) & LEAST(v, 0xB0) >> 1;
    whole |= EQUAL(v, 0xED) & ~LEAST(v, 0x9E) >> 1;
    whole &= continuation >> 1 & continuation >> 2;
    return (lead & ~whole) | (continuation & ~(whole << 1 | whole << 2));
}

TARGET static inline int fold_title(const uint8_t *title, size_t length, const uint8_t *text_end,
                                    int merged, struct kt_fold *fold) {
    (void)text_end;
    const __m512i floor = _mm512_set1_epi8(merged ? ' ' : 0);
    size_t at = 0;
    while (at < length) {
        size_t left = length - at;
        __mmask64 inside = left >= 64 ? ~0ull : (1ull << left) - 1;
        __m512i v = _mm512_maskz_loadu_epi8(inside, title + at);
        uint64_t high = _mm512_movepi8_mask(v);
        uint64_t stop = high ? not_copied(v, high) : 0;
        __mmask64 upper = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8('A')),
                                                 _mm512_set1_epi8(26));
        __m512i lower = _mm512_mask_add_epi8(v, upper, v, _mm512_set1_epi8(32));
        _mm512_storeu_si512(fold->bytes + fold->length, _mm512_max_epu8(lower, floor));
        size_t step = stop ? (size_t)_tzcnt_u64(stop) : left < 64 ? left : 64;
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

TARGET static inline uint64_t ascii_words(__m512i v) {
    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8('a')),
                                  _mm512_set1_epi8(26)) |
           _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8('0')),
                                  _mm512_set1_epi8(10));
}

TARGET static uint32_t count_tokens(const uint8_t *bytes, size_t from, size_t to) {
    uint64_t before = (uint64_t)kt_is_word(bytes[from - 1]);
    uint32_t count = 0;
    for (size_t at = from; at < to; at += 64) {
        __m512i v = _mm512_loadu_si512(bytes + at);
        uint64_t words = ascii_words(v) | _mm512_movepi8_mask(v);
        uint64_t starts = words & ~(words << 1 | before);
        if (to - at < 64) starts &= (1ull << (to - at)) - 1;
        count += (uint32_t)_mm_popcnt_u64(starts);
        before = words >> 63;
    }
    return count;
}

TARGET static size_t find_runs(const uint8_t *bytes, size_t length, uint32_t latin_min,
                               uint32_t other_min, struct kt_run *runs) {
    size_t count = 0;
    uint64_t high_before = 0, latin_before = 0;
    uint32_t start = 1;
    for (size_t at = 1; at < length; at += 64) {
        __m512i v = _mm512_loadu_si512(bytes + at);
        uint64_t inside = length - at >= 64 ? ~0ull : (1ull << (length - at)) - 1;
        uint64_t high = _mm512_movepi8_mask(v) & inside;
        uint64_t latin = ascii_words(v) & inside;
        uint64_t high_last = high << 1 | high_before, latin_last = latin << 1 | latin_before;
        uint64_t changes = (high ^ high_last) | (latin ^ latin_last);
        while (changes) {
            uint32_t bit = (uint32_t)_tzcnt_u64(changes);
            changes &= changes - 1;
            uint32_t position = (uint32_t)at + bit, run = position - start;
            runs[count].start = start;
            runs[count].length = run;
            count += ((latin_last >> bit & 1) & (uint64_t)(run >= latin_min)) |
                     ((high_last >> bit & 1) & (uint64_t)(run >= other_min));
            start = position;
        }
        high_before = high >> 63;
        latin_before = latin >> 63;
    }
    if ((high_before && length - start >= other_min) ||
        (latin_before && length - start >= latin_min)) {
        runs[count].start = start;
        runs[count++].length = (uint32_t)length - start;
    }
    return count;
}

TARGET static size_t near_filter(const uint64_t *signatures, size_t count, uint64_t signature,
                                 uint32_t bits_max, uint32_t *out) {
    const __m512i sought = _mm512_set1_epi64((long long)signature);
    const __m512i most = _mm512_set1_epi64((long long)bits_max);
    size_t kept = 0;
    for (size_t i = 0; i < count; i += 8) {
        __m512i other = _mm512_loadu_si512(signatures + i);
        __m512i bits = _mm512_popcnt_epi64(_mm512_xor_si512(other, sought));
        uint32_t near = _mm512_cmple_epu64_mask(bits, most);
        if (count - i < 8) near &= (1u << (count - i)) - 1;
        for (; near; near &= near - 1) out[kept++] = (uint32_t)i + _tzcnt_u32(near);
    }
    return kept;
}

const struct kt_kernels kt_avx512 = {"avx512", fold_rows, count_tokens, find_runs, near_filter};
#endif
