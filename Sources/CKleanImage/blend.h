// One channel over white, rounded to nearest.
#ifndef KLEAN_IMAGE_BLEND_H
#define KLEAN_IMAGE_BLEND_H

#include <stdint.h>

static inline uint8_t ki_over_white(uint8_t value, uint8_t alpha) {
    uint32_t sum = (uint32_t)value * alpha + 255u * (255u - alpha) + 127u;
    return (uint8_t)(sum / 255u);
}

#endif
