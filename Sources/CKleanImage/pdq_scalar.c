// PDQ, plain: the definition of correct.
#include <stdlib.h>
#include <string.h>

#include "pdq.h"

#pragma STDC FP_CONTRACT OFF

static void luma(const uint8_t *rgb, size_t pixels, float *out) {
    for (size_t i = 0; i < pixels; i++) {
        const uint8_t *pixel = rgb + 3 * i;
        out[i] = KI_RED * pixel[0] + KI_GREEN * pixel[1] + KI_BLUE * pixel[2];
    }
}

static void filter_rows(
    const uint8_t *rgb, size_t width, size_t rows, size_t window, float *scratch, float *out,
    size_t stride
) {
    (void)rows;
    (void)stride;
    luma(rgb, width, scratch);
    float sum = 0;
    for (size_t t = 0; t < width + window / 2; t++) {
        if (t < width) sum += scratch[t];
        if (t >= window) sum -= scratch[t - window];
        if (t >= window / 2) out[t - window / 2] = sum / ki_covered(t, width, window);
    }
}

static void sample_rows(
    const float *in, size_t stride, size_t width, size_t window, const uint32_t *places,
    float *scratch, float *out
) {
    (void)stride;
    (void)scratch;
    float sum = 0;
    size_t next = 0;
    for (size_t t = 0; t < width + window / 2; t++) {
        if (t < width) sum += in[t];
        if (t >= window) sum -= in[t - window];
        while (next < 64 && t >= window / 2 && places[next] == t - window / 2)
            out[next++] = sum / ki_covered(t, width, window);
    }
}

static void slide(
    float *sums, const float *entering, const float *leaving, float count, float *out, size_t width
) {
    for (size_t x = 0; x < width; x++) {
        float sum = sums[x];
        if (entering) sum += entering[x];
        if (leaving) sum -= leaving[x];
        sums[x] = sum;
        if (out) out[x] = sum / count;
    }
}

static void transform(const float *image, const float *basis, float *out) {
    float half[16][64];
    for (size_t i = 0; i < 16; i++)
        for (size_t j = 0; j < 64; j++) {
            float sum = 0;
            for (size_t k = 0; k < 64; k++) sum += basis[64 * i + k] * image[64 * k + j];
            half[i][j] = sum;
        }
    for (size_t i = 0; i < 16; i++)
        for (size_t j = 0; j < 16; j++) {
            float sum = 0;
            for (size_t k = 0; k < 64; k++) sum += half[i][k] * basis[64 * j + k];
            out[16 * i + j] = sum;
        }
}

static int32_t detail(const float *image) {
    int32_t sum = 0;
    for (size_t i = 0; i < 64; i++)
        for (size_t j = 0; j < 64; j++) {
            const float *here = image + 64 * i + j;
            if (i < 63) sum += abs((int)((here[0] - here[64]) * 100 / 255));
            if (j < 63) sum += abs((int)((here[0] - here[1]) * 100 / 255));
        }
    return sum;
}

const struct ki_pdq ki_pdq_scalar = {
    .isa = "scalar", .lanes = 1, .filter_rows = filter_rows, .sample_rows = sample_rows,
    .slide = slide, .luma = luma, .transform = transform, .detail = detail,
};
