// 64 elements a step. A 64-byte vector is four 16-byte lanes that most instructions keep apart, so
// loads put elements 16 apart into the lanes and stores turn four vectors of lanes around.
#pragma STDC FP_CONTRACT OFF

#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw")))
#define INLINE static inline __attribute__((always_inline, target("avx512f,avx512bw")))

typedef __m512i v;

INLINE v load(const uint8_t *bytes) { return _mm512_loadu_si512(bytes); }
INLINE void store(uint8_t *bytes, v value) { _mm512_storeu_si512(bytes, value); }

/// 16 bytes at each of four places.
INLINE v load_lanes(const uint8_t *bytes, size_t apart) {
    v x = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)bytes));
    x = _mm512_inserti32x4(x, _mm_loadu_si128((const __m128i *)(bytes + apart)), 1);
    x = _mm512_inserti32x4(x, _mm_loadu_si128((const __m128i *)(bytes + 2 * apart)), 2);
    return _mm512_inserti32x4(x, _mm_loadu_si128((const __m128i *)(bytes + 3 * apart)), 3);
}

/// Lane k of all four to `bytes + k * apart`.
INLINE void store_lanes(uint8_t *bytes, size_t apart, v a, v b, v c, v d) {
    v ab = _mm512_shuffle_i64x2(a, b, 0x44), ab2 = _mm512_shuffle_i64x2(a, b, 0xEE);
    v cd = _mm512_shuffle_i64x2(c, d, 0x44), cd2 = _mm512_shuffle_i64x2(c, d, 0xEE);
    store(bytes, _mm512_shuffle_i64x2(ab, cd, 0x88));
    store(bytes + apart, _mm512_shuffle_i64x2(ab, cd, 0xDD));
    store(bytes + 2 * apart, _mm512_shuffle_i64x2(ab2, cd2, 0x88));
    store(bytes + 3 * apart, _mm512_shuffle_i64x2(ab2, cd2, 0xDD));
}

INLINE void unshuffle2_block(const uint8_t *planes, size_t stride, uint8_t *out) {
    const v first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const v second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    v a = load(planes), b = load(planes + stride);
    v low = _mm512_unpacklo_epi8(a, b), high = _mm512_unpackhi_epi8(a, b);
    store(out, _mm512_permutex2var_epi64(low, first, high));
    store(out + 64, _mm512_permutex2var_epi64(low, second, high));
}

INLINE void unshuffle4_block(const uint8_t *planes, size_t stride, uint8_t *out) {
    v a = load(planes), b = load(planes + stride);
    v c = load(planes + 2 * stride), d = load(planes + 3 * stride);
    v ab = _mm512_unpacklo_epi8(a, b), ab2 = _mm512_unpackhi_epi8(a, b);
    v cd = _mm512_unpacklo_epi8(c, d), cd2 = _mm512_unpackhi_epi8(c, d);
    store_lanes(out, 64, _mm512_unpacklo_epi16(ab, cd), _mm512_unpackhi_epi16(ab, cd),
                _mm512_unpacklo_epi16(ab2, cd2), _mm512_unpackhi_epi16(ab2, cd2));
}

/// 8 elements of each lane from four vectors of byte pairs.
INLINE void unshuffle8_half(v p01, v p23, v p45, v p67, uint8_t *out) {
    v a = _mm512_unpacklo_epi16(p01, p23), b = _mm512_unpacklo_epi16(p45, p67);
    v c = _mm512_unpackhi_epi16(p01, p23), d = _mm512_unpackhi_epi16(p45, p67);
    store_lanes(out, 128, _mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b),
                _mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
}

INLINE void unshuffle8_block(const uint8_t *planes, size_t stride, uint8_t *out) {
    v p[8];
    for (int k = 0; k < 8; k++) p[k] = load(planes + k * stride);
    unshuffle8_half(_mm512_unpacklo_epi8(p[0], p[1]), _mm512_unpacklo_epi8(p[2], p[3]),
                    _mm512_unpacklo_epi8(p[4], p[5]), _mm512_unpacklo_epi8(p[6], p[7]), out);
    unshuffle8_half(_mm512_unpackhi_epi8(p[0], p[1]), _mm512_unpackhi_epi8(p[2], p[3]),
                    _mm512_unpackhi_epi8(p[4], p[5]), _mm512_unpackhi_epi8(p[6], p[7]), out + 64);
}

/// A 32-byte element is four words, each unshuffled as an 8-byte element.
INLINE void unshuffle32_block(const uint8_t *planes, size_t stride, uint8_t *out) {
    uint64_t words[4][64];
    uint64_t elements[64][4];
    for (int word = 0; word < 4; word++)
        unshuffle8_block(planes + 8 * word * stride, stride, (uint8_t *)words[word]);
    for (int i = 0; i < 64; i++)
        for (int word = 0; word < 4; word++) elements[i][word] = words[word][i];
    __builtin_memcpy(out, elements, sizeof elements);
}

INLINE v broadcast(__m128i lane) { return _mm512_broadcast_i32x4(lane); }

INLINE void shuffle2_block(const uint8_t *elements, uint8_t *planes, size_t stride) {
    const v split =
        broadcast(_mm_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15));
    v a = _mm512_shuffle_epi8(load_lanes(elements, 32), split);
    v b = _mm512_shuffle_epi8(load_lanes(elements + 16, 32), split);
    store(planes, _mm512_unpacklo_epi64(a, b));
    store(planes + stride, _mm512_unpackhi_epi64(a, b));
}

/// Four vectors whose lanes are four 32-bit units, one of each of four planes.
INLINE void store_four_planes(v a, v b, v c, v d, uint8_t *planes, size_t stride) {
    v ab = _mm512_unpacklo_epi32(a, b), ab2 = _mm512_unpackhi_epi32(a, b);
    v cd = _mm512_unpacklo_epi32(c, d), cd2 = _mm512_unpackhi_epi32(c, d);
    store(planes, _mm512_unpacklo_epi64(ab, cd));
    store(planes + stride, _mm512_unpackhi_epi64(ab, cd));
    store(planes + 2 * stride, _mm512_unpacklo_epi64(ab2, cd2));
    store(planes + 3 * stride, _mm512_unpackhi_epi64(ab2, cd2));
}

INLINE void shuffle4_block(const uint8_t *elements, uint8_t *planes, size_t stride) {
    const v split =
        broadcast(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    v x[4];
    for (int k = 0; k < 4; k++)
        x[k] = _mm512_shuffle_epi8(load_lanes(elements + 16 * k, 64), split);
    store_four_planes(x[0], x[1], x[2], x[3], planes, stride);
}

INLINE void shuffle8_block(const uint8_t *elements, uint8_t *planes, size_t stride) {
    const v split =
        broadcast(_mm_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));
    v x[8], low[4], high[4];
    for (int k = 0; k < 8; k++)
        x[k] = _mm512_shuffle_epi8(load_lanes(elements + 16 * k, 128), split);
    for (int k = 0; k < 4; k++) {
        low[k] = _mm512_unpacklo_epi16(x[2 * k], x[2 * k + 1]);
        high[k] = _mm512_unpackhi_epi16(x[2 * k], x[2 * k + 1]);
    }
    store_four_planes(low[0], low[1], low[2], low[3], planes, stride);
    store_four_planes(high[0], high[1], high[2], high[3], planes + 4 * stride, stride);
}

INLINE void shuffle32_block(const uint8_t *in, uint8_t *planes, size_t stride) {
    uint64_t words[4][64];
    uint64_t elements[64][4];
    __builtin_memcpy(elements, in, sizeof elements);
    for (int i = 0; i < 64; i++)
        for (int word = 0; word < 4; word++) words[word][i] = elements[i][word];
    for (int word = 0; word < 4; word++)
        shuffle8_block((const uint8_t *)words[word], planes + 8 * word * stride, stride);
}

#define SHUFFLES(width)                                                                         \
    AVX512 static void shuffle##width(const uint8_t *elements, size_t count, uint8_t *planes) { \
        size_t i = 0;                                                                           \
        for (; i + 64 <= count; i += 64)                                                        \
            shuffle##width##_block(elements + i * width, planes + i, count);                    \
        kc_shuffle_from(i, elements, count, width, planes);                                     \
    }                                                                                           \
    AVX512 static void unshuffle##width(const uint8_t *planes, size_t count,                    \
                                        uint8_t *elements) {                                    \
        size_t i = 0;                                                                           \
        for (; i + 64 <= count; i += 64)                                                        \
            unshuffle##width##_block(planes + i, count, elements + i * width);                  \
        kc_unshuffle_from(i, planes, count, width, elements);                                   \
    }

SHUFFLES(2)
SHUFFLES(4)
SHUFFLES(8)
SHUFFLES(32)

AVX512 static void delta32(const uint32_t *restrict values, size_t count,
                           uint32_t *restrict differences) {
    if (count > 0) differences[0] = values[0];
    for (size_t i = 1; i < count; i++) differences[i] = values[i] - values[i - 1];
}

AVX512 static void delta64(const uint64_t *restrict values, size_t count,
                           uint64_t *restrict differences) {
    if (count > 0) differences[0] = values[0];
    for (size_t i = 1; i < count; i++) differences[i] = values[i] - values[i - 1];
}

/// `x` moved up by `places` values, zeros from below.
#define UP32(x, places) _mm512_alignr_epi32(x, _mm512_setzero_si512(), 16 - (places))
#define UP64(x, places) _mm512_alignr_epi64(x, _mm512_setzero_si512(), 8 - (places))

AVX512 static void sum32(uint32_t *values, size_t count) {
    const v last = _mm512_set1_epi32(15);
    v carry = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        v x = load((const uint8_t *)(values + i));
        x = _mm512_add_epi32(x, UP32(x, 1));
        x = _mm512_add_epi32(x, UP32(x, 2));
        x = _mm512_add_epi32(x, UP32(x, 4));
        x = _mm512_add_epi32(x, UP32(x, 8));
        store((uint8_t *)(values + i), _mm512_add_epi32(x, carry));
        carry = _mm512_add_epi32(carry, _mm512_permutexvar_epi32(last, x));
    }
    uint32_t sum = i > 0 ? values[i - 1] : 0;
    for (; i < count; i++) values[i] = sum += values[i];
}

AVX512 static void sum64(uint64_t *values, size_t count) {
    const v last = _mm512_set1_epi64(7);
    v carry = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        v x = load((const uint8_t *)(values + i));
        x = _mm512_add_epi64(x, UP64(x, 1));
        x = _mm512_add_epi64(x, UP64(x, 2));
        x = _mm512_add_epi64(x, UP64(x, 4));
        store((uint8_t *)(values + i), _mm512_add_epi64(x, carry));
        carry = _mm512_add_epi64(carry, _mm512_permutexvar_epi64(last, x));
    }
    uint64_t sum = i > 0 ? values[i - 1] : 0;
    for (; i < count; i++) values[i] = sum += values[i];
}

AVX512 static int rises32(const uint32_t *values, size_t count) {
    int falls = 0;
    for (size_t i = 1; i < count; i++) falls |= values[i] < values[i - 1];
    return !falls;
}

const struct kc_kernels kc_avx512 = {
    "avx512",    shuffle2,    shuffle4, shuffle8, shuffle32, unshuffle2, unshuffle4,
    unshuffle8,  unshuffle32, delta32,  delta64,  sum32,     sum64,      rises32,
};

#endif
