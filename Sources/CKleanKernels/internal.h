// What the variants share.
#ifndef KK_INTERNAL_H
#define KK_INTERNAL_H

#include "CKleanKernels.h"

extern const struct kk_kernels kk_scalar;
extern const struct kk_band_kernels kk_bands_scalar;
extern const struct kk_price_kernels kk_price_scalar;
#if defined(__x86_64__)
extern const struct kk_kernels kk_avx2;
extern const struct kk_kernels kk_avx512;
extern const struct kk_band_kernels kk_bands_avx2;
extern const struct kk_band_kernels kk_bands_avx512;
extern const struct kk_price_kernels kk_price_avx2;
extern const struct kk_price_kernels kk_price_avx512;
#endif

// Row r of the 16 x 16 grid is turned right by 3^(r+1) mod 17 - 1: multiplied by this, the two
// halves of the product together are the turned row.
static const uint16_t kk_turns[16] = {16384, 256,  128,  16,   4096, 4,     64,   2,
                                      8,     512,  1024, 8192, 32,   32768, 2048, 1};

// A checkerboard over the 16 x 16 DCT grid: of each 32-bit word (two grid rows) even columns of the
// first row, odd columns of the second. Neighbouring coefficients correlate, so a prefilter over
// one half of the board rejects better than one over half of the words.
#define KK_BOARD 0x5555AAAA5555AAAAull

// The 128 checkerboard bits of a hash: words 0 and 2, words 1 and 3 interleaved.
static inline void kk_front(const uint64_t hash[4], uint64_t front[2]) {
    for (int half = 0; half < 2; half++) {
        uint64_t other = hash[half + 2] & KK_BOARD;
        // The board's complement is the board shifted within each row pair: swap the rows.
        other = (other >> 16 & 0x0000FFFF0000FFFFull) | (other & 0x0000FFFF0000FFFFull) << 16;
        front[half] = (hash[half] & KK_BOARD) | other;
    }
}

// The other 128 bits.
static inline void kk_back(const uint64_t hash[4], uint64_t back[2]) {
    for (int half = 0; half < 2; half++) {
        uint64_t other = hash[half] & ~KK_BOARD;
        other = (other >> 16 & 0x0000FFFF0000FFFFull) | (other & 0x0000FFFF0000FFFFull) << 16;
        back[half] = (hash[half + 2] & ~KK_BOARD) | other;
    }
}

static inline uint32_t kk_distance(const uint64_t *left, const uint64_t *right) {
    return (uint32_t)(__builtin_popcountll(left[0] ^ right[0]) +
                      __builtin_popcountll(left[1] ^ right[1]) +
                      __builtin_popcountll(left[2] ^ right[2]) +
                      __builtin_popcountll(left[3] ^ right[3]));
}

static inline size_t kk_least(size_t left, size_t right) { return left < right ? left : right; }

#endif
