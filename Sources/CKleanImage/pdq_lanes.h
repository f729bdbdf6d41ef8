// PDQ with one picture row in each lane of a vector. Included by one file per instruction set,
// which defines LANES, `lanes`, LOW and HIGH (the interleaved lower and upper halves of two
// vectors) and luma_of (the luma of the next LANES pixels; it may read 4 bytes past them).
//
// Along rows the running sum of each row is sequential, so vectors go across rows: strips are
// turned on their side, summed, and turned back. Along columns vectors lie as the memory does.

static inline lanes load(const float *from) {
    lanes value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline void store(float *to, lanes value) { memcpy(to, &value, sizeof value); }

/// Rows become columns, by log2(LANES) perfect shuffles.
static inline void turn(lanes block[LANES]) {
#pragma unroll
    for (int round = 1; round < LANES; round *= 2) {
        lanes next[LANES];
#pragma unroll
        for (int i = 0; i < LANES / 2; i++) {
            next[2 * i] = LOW(block[i], block[i + LANES / 2]);
            next[2 * i + 1] = HIGH(block[i], block[i + LANES / 2]);
        }
        memcpy(block, next, sizeof next);
    }
}

/// The turned block at column x of rows that lie `stride` floats apart.
static inline void store_block(lanes block[LANES], float *rows, size_t stride, size_t x) {
    turn(block);
#pragma unroll
    for (size_t r = 0; r < LANES; r++) store(rows + r * stride + x, block[r]);
}

static inline lanes luma_at(const uint8_t *row, size_t x, size_t width) {
    if (x + LANES + 2 <= width) return luma_of(row + 3 * x);
    uint8_t tail[3 * LANES + 4] = {0};
    memcpy(tail, row + 3 * x, 3 * (width - x < LANES ? width - x : LANES));
    return luma_of(tail);
}

static void filter_rows(
    const uint8_t *rgb, size_t width, size_t rows, size_t window, float *scratch, float *out,
    size_t stride
) {
    lanes block[LANES];
    for (size_t x = 0; x < width; x += LANES) {
        for (size_t r = 0; r < LANES; r++)
            block[r] = luma_at(rgb + 3 * width * (r < rows ? r : rows - 1), x, width);
        store_block(block, scratch + x * LANES, LANES, 0);
    }
    lanes sum = {0};
    size_t half = window / 2;
    for (size_t t = 0; t < width + half; t++) {
        if (t < width) sum += load(scratch + t * LANES);
        if (t >= window) sum -= load(scratch + (t - window) * LANES);
        if (t < half) continue;
        size_t place = t - half;
        block[place % LANES] = sum / ki_covered(t, width, window);
        if (place % LANES == LANES - 1) store_block(block, out, stride, place - (LANES - 1));
    }
    if (width % LANES) store_block(block, out, stride, width - width % LANES);
}

static void sample_rows(
    const float *in, size_t stride, size_t width, size_t window, const uint32_t *places,
    float *scratch, float *out
) {
    lanes block[LANES];
    for (size_t x = 0; x < width; x += LANES) {
        for (size_t r = 0; r < LANES; r++) block[r] = load(in + r * stride + x);
        store_block(block, scratch + x * LANES, LANES, 0);
    }
    float *samples = scratch + stride * LANES;
    lanes sum = {0};
    size_t half = window / 2, next = 0;
    for (size_t t = 0; t < width + half; t++) {
        if (t < width) sum += load(scratch + t * LANES);
        if (t >= window) sum -= load(scratch + (t - window) * LANES);
        while (next < 64 && places[next] + half == t) {
            store(samples + next * LANES, sum / ki_covered(t, width, window));
            next++;
        }
    }
    for (size_t x = 0; x < 64; x += LANES) {
        for (size_t i = 0; i < LANES; i++) block[i] = load(samples + (x + i) * LANES);
        store_block(block, out, 64, x);
    }
}

static void slide(
    float *sums, const float *entering, const float *leaving, float count, float *out, size_t width
) {
    for (size_t x = 0; x < width; x += LANES) {
        lanes sum = load(sums + x);
        if (entering) sum += load(entering + x);
        if (leaving) sum -= load(leaving + x);
        store(sums + x, sum);
        if (out) store(out + x, sum / count);
    }
}

static void luma(const uint8_t *rgb, size_t pixels, float *out) {
    size_t x = 0;
    for (; x + LANES <= pixels; x += LANES) store(out + x, luma_at(rgb, x, pixels));
    if (x < pixels) {
        lanes last = luma_at(rgb, x, pixels);
        memcpy(out + x, &last, (pixels - x) * sizeof(float));
    }
}

/// Vectors go along a row of the result, so each sum adds in the order of the plain variant.
static void transform(const float *image, const float *basis, float *out) {
    float half[16][64], turned[64][16];
    for (size_t i = 0; i < 16; i++) {
        lanes sums[64 / LANES] = {0};
        for (size_t k = 0; k < 64; k++) {
            float factor = basis[64 * i + k];
            turned[k][i] = factor;
#pragma unroll
            for (size_t j = 0; j < 64 / LANES; j++)
                sums[j] += factor * load(image + 64 * k + LANES * j);
        }
        memcpy(half[i], sums, sizeof sums);
    }
    for (size_t i = 0; i < 16; i++) {
        lanes sums[16 / LANES] = {0};
        for (size_t k = 0; k < 64; k++)
#pragma unroll
            for (size_t j = 0; j < 16 / LANES; j++)
                sums[j] += half[i][k] * load(turned[k] + LANES * j);
        memcpy(out + 16 * i, sums, sizeof sums);
    }
}

static inline int32_t step(float difference) {
    int32_t whole = (int32_t)(difference * 100 / 255);
    return whole < 0 ? -whole : whole;
}

static int32_t detail(const float *image) {
    int32_t sum = 0;
    for (size_t i = 0; i < 63 * 64; i++) sum += step(image[i] - image[i + 64]);
    for (size_t i = 0; i < 64; i++)
        for (size_t j = 0; j < 63; j++) sum += step(image[64 * i + j] - image[64 * i + j + 1]);
    return sum;
}
