// PDQ on AVX2, eight rows at a time.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "pdq.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#define LANES 8
typedef float lanes __attribute__((vector_size(4 * LANES)));
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

/// Every third byte of each 128-bit half, from `first` on, as 32-bit numbers.
static inline lanes channel(__m256i pixels, char first) {
    __m256i pick = _mm256_add_epi32(
        _mm256_set1_epi32(first),
        _mm256_setr_epi32(
            (int)0x80808000, (int)0x80808003, (int)0x80808006, (int)0x80808009, (int)0x80808000,
            (int)0x80808003, (int)0x80808006, (int)0x80808009));
    return (lanes)_mm256_cvtepi32_ps(_mm256_shuffle_epi8(pixels, pick));
}

/// 24 bytes as two halves of 12; each load takes 4 more than it needs.
static inline lanes luma_of(const uint8_t *rgb) {
    __m256i pixels = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)rgb)),
        _mm_loadu_si128((const __m128i *)(rgb + 12)), 1);
    return KI_RED * channel(pixels, 0) + KI_GREEN * channel(pixels, 1) +
           KI_BLUE * channel(pixels, 2);
}

#include "pdq_lanes.h"

#pragma clang attribute pop

const struct ki_pdq ki_pdq_avx2 = {
    .isa = "avx2", .lanes = LANES, .filter_rows = filter_rows, .sample_rows = sample_rows,
    .slide = slide, .luma = luma, .transform = transform, .detail = detail,
};
#endif
