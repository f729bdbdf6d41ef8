// Shared by the kernel files: the tables and what all of them do to a column's last elements.
#ifndef KLEAN_COLUMNS_KERNELS_H
#define KLEAN_COLUMNS_KERNELS_H

#include "klean_columns.h"

extern const struct kc_kernels kc_scalar;
extern const struct kc_kernels kc_avx2;
extern const struct kc_kernels kc_avx512;

/// Shuffles elements first..<count of a column of count elements.
static inline void kc_shuffle_from(size_t first, const uint8_t *elements, size_t count,
                                   size_t width, uint8_t *planes) {
    for (size_t plane = 0; plane < width; plane++)
        for (size_t i = first; i < count; i++)
            planes[plane * count + i] = elements[i * width + plane];
}

/// Unshuffles elements first..<count of a column of count elements.
static inline void kc_unshuffle_from(size_t first, const uint8_t *planes, size_t count,
                                     size_t width, uint8_t *elements) {
    for (size_t i = first; i < count; i++)
        for (size_t plane = 0; plane < width; plane++)
            elements[i * width + plane] = planes[plane * count + i];
}

#endif
