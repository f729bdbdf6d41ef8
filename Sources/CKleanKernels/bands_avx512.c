#pragma STDC FP_CONTRACT OFF
#include "internal.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define KK_TARGET __attribute__((target("avx512f,avx512bw,avx512vpopcntdq,avx2,bmi,bmi2,popcnt")))
#define KK_LANES 16

typedef __m512i kk_vector;

KK_TARGET static inline kk_vector kk_all(uint32_t value) { return _mm512_set1_epi32((int)value); }

KK_TARGET static inline kk_vector kk_load(const uint32_t *values) {
    return _mm512_loadu_si512(values);
}

KK_TARGET static inline kk_vector kk_differ(kk_vector left, kk_vector right) {
    return _mm512_popcnt_epi32(_mm512_xor_si512(left, right));
}

KK_TARGET static inline kk_vector kk_plus(kk_vector left, kk_vector right) {
    return _mm512_add_epi32(left, right);
}

KK_TARGET static inline kk_vector kk_lesser(kk_vector left, kk_vector right) {
    return _mm512_min_epu32(left, right);
}

KK_TARGET static inline uint32_t kk_within(uint32_t mask, kk_vector counts, kk_vector max) {
    return _mm512_mask_cmple_epu32_mask((__mmask16)mask, counts, max);
}

#include "columns_x86.h"

#include "bands.h"

const struct kk_band_kernels kk_bands_avx512 = {kk_join_bands, kk_turn};
#endif
