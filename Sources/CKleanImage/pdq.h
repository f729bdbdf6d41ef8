// What the PDQ variants share.
#ifndef KLEAN_IMAGE_PDQ_H
#define KLEAN_IMAGE_PDQ_H

#include "CKleanImage.h"

extern const struct ki_pdq ki_pdq_scalar;
#if defined(__x86_64__)
extern const struct ki_pdq ki_pdq_avx2;
extern const struct ki_pdq ki_pdq_avx512;
#endif

#define KI_RED 0.299f
#define KI_GREEN 0.587f
#define KI_BLUE 0.114f

/// How many of `n` values the window covers after step `t`: values max(0, t - window + 1) to
/// min(t, n - 1). The value of step t belongs to place t - window / 2.
static inline float ki_covered(size_t t, size_t n, size_t window) {
    size_t first = t + 1 > window ? t + 1 - window : 0;
    size_t last = t < n ? t : n - 1;
    return (float)(last - first + 1);
}

#endif
