// PDQ on AVX-512, sixteen rows at a time.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "pdq.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq"))),                  \
    apply_to = function)

#define LANES 16
typedef float lanes __attribute__((vector_size(4 * LANES)));
#define LOW(a, b)                                                                                  \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b)                                                                                 \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

/// Every third byte of each 128-bit quarter, from `first` on, as 32-bit numbers.
static inline lanes channel(__m512i pixels, char first) {
    __m512i pick = _mm512_add_epi32(
        _mm512_set1_epi32(first),
        _mm512_broadcast_i32x4(_mm_setr_epi32(
            (int)0x80808000, (int)0x80808003, (int)0x80808006, (int)0x80808009)));
    return (lanes)_mm512_cvtepi32_ps(_mm512_shuffle_epi8(pixels, pick));
}

/// 48 bytes as four quarters of 12; each load takes 4 more than it needs.
static inline lanes luma_of(const uint8_t *rgb) {
    __m512i pixels = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)rgb));
    pixels = _mm512_inserti32x4(pixels, _mm_loadu_si128((const __m128i *)(rgb + 12)), 1);
    pixels = _mm512_inserti32x4(pixels, _mm_loadu_si128((const __m128i *)(rgb + 24)), 2);
    pixels = _mm512_inserti32x4(pixels, _mm_loadu_si128((const __m128i *)(rgb + 36)), 3);
    return KI_RED * channel(pixels, 0) + KI_GREEN * channel(pixels, 1) +
           KI_BLUE * channel(pixels, 2);
}

#include "pdq_lanes.h"

#pragma clang attribute pop

const struct ki_pdq ki_pdq_avx512 = {
    .isa = "avx512", .lanes = LANES, .filter_rows = filter_rows, .sample_rows = sample_rows,
    .slide = slide, .luma = luma, .transform = transform, .detail = detail,
};
#endif
