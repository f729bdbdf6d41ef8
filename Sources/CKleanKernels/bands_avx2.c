#pragma STDC FP_CONTRACT OFF
#include "internal.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define KK_TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define KK_LANES 8

typedef __m256i kk_vector;

KK_TARGET static inline kk_vector kk_all(uint32_t value) { return _mm256_set1_epi32((int)value); }

KK_TARGET static inline kk_vector kk_load(const uint32_t *values) {
    return _mm256_loadu_si256((const __m256i *)values);
}

// Bits are counted by nibble from a 16-entry table, then bytes are summed in pairs twice.
KK_TARGET static inline kk_vector kk_differ(kk_vector left, kk_vector right) {
    const __m256i bits = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                          0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    __m256i apart = _mm256_xor_si256(left, right);
    __m256i bytes = _mm256_add_epi8(
        _mm256_shuffle_epi8(bits, _mm256_and_si256(apart, low)),
        _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(apart, 4), low)));
    return _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, _mm256_set1_epi8(1)),
                             _mm256_set1_epi16(1));
}

KK_TARGET static inline kk_vector kk_plus(kk_vector left, kk_vector right) {
    return _mm256_add_epi32(left, right);
}

KK_TARGET static inline kk_vector kk_lesser(kk_vector left, kk_vector right) {
    return _mm256_min_epu32(left, right);
}

KK_TARGET static inline uint32_t kk_within(uint32_t mask, kk_vector counts, kk_vector max) {
    __m256i above = _mm256_cmpgt_epi32(counts, max);
    return mask & ~(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(above));
}

#include "columns_x86.h"

#include "bands.h"

const struct kk_band_kernels kk_bands_avx2 = {kk_join_bands, kk_turn};
#endif
