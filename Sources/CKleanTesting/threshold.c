#include "klean_testing.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define ONES 0x0101010101010101ull
#define HIGHS 0x8080808080808080ull

// The threshold is the least t in 1...127 with at most 128 coefficients >= t: those are the bits.
// Seven halvings find it; sums are at most 126, so a byte's high bit is free for comparing.

static void scalar(const uint8_t *scene, const uint8_t *texture, uint64_t mirror,
                   uint64_t hash[4]) {
    uint64_t sums[32];
    for (int i = 0; i < 32; i++) {
        uint64_t s, t;
        memcpy(&s, scene + 8 * i, 8);
        memcpy(&t, texture + 8 * i, 8);
        sums[i] = s + (t ^ mirror);
    }
    unsigned low = 0, high = 128;
    while (high - low > 1) {
        unsigned middle = (low + high) / 2;
        uint64_t bound = middle * ONES, lanes = 0;
        for (int i = 0; i < 32; i++) lanes += (((sums[i] | HIGHS) - bound) >> 7) & ONES;
        uint64_t pairs = (lanes & 0x00FF00FF00FF00FFull) + ((lanes >> 8) & 0x00FF00FF00FF00FFull);
        if ((pairs * 0x0001000100010001ull) >> 48 > 128) low = middle; else high = middle;
    }
    uint64_t bound = high * ONES;
    for (int w = 0; w < 4; w++) {
        uint64_t bits = 0;
        for (int i = 0; i < 8; i++) {
            uint64_t flags = (((sums[8 * w + i] | HIGHS) - bound) >> 7) & ONES;
            bits |= ((flags * 0x0102040810204080ull) >> 56) << (8 * i);
        }
        hash[w] = bits;
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2,popcnt"))) static inline uint64_t masks2(__m256i a, __m256i b,
                                                                     __m256i below) {
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(a, below))
         | (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(b, below)) << 32;
}

__attribute__((target("avx2,popcnt"))) static void avx2(const uint8_t *scene,
                                                        const uint8_t *texture, uint64_t mirror,
                                                        uint64_t hash[4]) {
    __m256i sums[8], flip = _mm256_set1_epi64x((long long)mirror);
    for (int i = 0; i < 8; i++) {
        __m256i s = _mm256_loadu_si256((const __m256i *)(scene + 32 * i));
        __m256i t = _mm256_loadu_si256((const __m256i *)(texture + 32 * i));
        sums[i] = _mm256_add_epi8(s, _mm256_xor_si256(t, flip));
    }
    int low = 0, high = 128;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        __m256i below = _mm256_set1_epi8((char)(middle - 1));
        int count = 0;
        for (int w = 0; w < 4; w++)
            count += __builtin_popcountll(masks2(sums[2 * w], sums[2 * w + 1], below));
        if (count > 128) low = middle; else high = middle;
    }
    __m256i below = _mm256_set1_epi8((char)(high - 1));
    for (int w = 0; w < 4; w++) hash[w] = masks2(sums[2 * w], sums[2 * w + 1], below);
}

__attribute__((target("avx512f,avx512bw,popcnt"))) static void avx512(const uint8_t *scene,
                                                                      const uint8_t *texture,
                                                                      uint64_t mirror,
                                                                      uint64_t hash[4]) {
    __m512i sums[4], flip = _mm512_set1_epi64((long long)mirror);
    for (int i = 0; i < 4; i++) {
        __m512i s = _mm512_loadu_si512(scene + 64 * i);
        __m512i t = _mm512_loadu_si512(texture + 64 * i);
        sums[i] = _mm512_add_epi8(s, _mm512_xor_si512(t, flip));
    }
    int low = 0, high = 128;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        __m512i bound = _mm512_set1_epi8((char)middle);
        int count = 0;
        for (int w = 0; w < 4; w++)
            count += __builtin_popcountll(_mm512_cmpge_epu8_mask(sums[w], bound));
        if (count > 128) low = middle; else high = middle;
    }
    __m512i bound = _mm512_set1_epi8((char)high);
    for (int w = 0; w < 4; w++) hash[w] = _mm512_cmpge_epu8_mask(sums[w], bound);
}
#endif

enum klean_testing_isa klean_testing_best(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("popcnt"))
        return klean_testing_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"))
        return klean_testing_avx2;
#endif
    return klean_testing_scalar;
}

void klean_testing_threshold(enum klean_testing_isa isa, const uint8_t *scene,
                             const uint8_t *texture, uint64_t mirror, uint64_t hash[4]) {
    switch (isa) {
#if defined(__x86_64__)
    case klean_testing_avx512: avx512(scene, texture, mirror, hash); return;
    case klean_testing_avx2: avx2(scene, texture, mirror, hash); return;
#endif
    default: scalar(scene, texture, mirror, hash);
    }
}
