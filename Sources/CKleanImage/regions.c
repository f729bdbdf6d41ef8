// Where a logo could be: regions of one colour or one tone, found in several masks of the picture.
//
// Masks, each also turned around where that says something new:
// - brighter or darker than the mean around it, in three planes, by two windows and two margins;
// - one of nine colours that the picture is made of (k-means from far apart seeds);
// - brighter than each of fifteen levels.
// Parts of a mask that lie within 0, 2, 5 or 10 pixels of each other are one region.
#include <stdlib.h>
#include <string.h>

#include "regions.h"

#pragma STDC FP_CONTRACT OFF

enum { colours = 9, colour_rounds = 8, colour_step = 7, level_step = 16 };

static const int32_t reaches[] = {0, 2, 5, 10};
static const int32_t windows[] = {12, 30};  // Per cent of the width.
static const int32_t luma_margins[] = {8, 20};
static const int32_t colour_margins[] = {5, 14};

/// Takes `size` bytes from an arena that is only measured while `base` is null.
static void *take(uint8_t *base, size_t *used, size_t size) {
    size_t at = *used;
    *used += (size + 63) / 64 * 64;
    return base == NULL ? NULL : base + at;
}

static size_t lay_out(struct ki_regions *state, uint8_t *base) {
    struct ki_planes *planes = &state->planes;
    size_t width = (size_t)planes->width;
    size_t height = (size_t)planes->height;
    size_t bits = (size_t)planes->words * height * sizeof(uint64_t);
    size_t runs = height * (width / 2 + 1);
    size_t used = 0;
    for (int plane = 0; plane < 3; plane++) {
        planes->value[plane] = take(base, &used, width * height);
        planes->sum[plane] = take(base, &used, (width + 1) * height * sizeof(uint32_t));
        planes->square[plane] = take(base, &used, (width + 1) * height * sizeof(uint64_t));
    }
    state->mask = take(base, &used, bits);
    state->spread = take(base, &used, bits);
    state->before = take(base, &used, bits);
    state->scratch = take(base, &used, width * height);
    state->integral = take(base, &used, (width + 1) * (height + 1) * sizeof(uint32_t));
    state->runs = take(base, &used, runs * sizeof(struct ki_run));
    state->spread_runs = take(base, &used, runs * sizeof(struct ki_run));
    state->row_runs = take(base, &used, (height + 1) * sizeof(int32_t));
    state->row_spread_runs = take(base, &used, (height + 1) * sizeof(int32_t));
    state->parents = take(base, &used, runs * sizeof(int32_t));
    state->spread_parents = take(base, &used, runs * sizeof(int32_t));
    state->group_of = take(base, &used, runs * sizeof(int32_t));
    state->groups = take(base, &used, runs * sizeof(struct ki_group));
    size_t grid = (size_t)ki_region_side * (ki_region_side + 2);
    state->steps = take(base, &used, grid * state->capacity * sizeof(int32_t));
    state->found = take(base, &used, state->capacity * sizeof(struct ki_region));
    return used;
}

struct ki_regions *ki_regions_create(int32_t width, int32_t height, int32_t capacity) {
    struct ki_regions *state = calloc(1, sizeof *state);
    if (state == NULL) return NULL;
    state->planes.width = width;
    state->planes.height = height;
    state->planes.words = (width + 63) / 64;
    state->capacity = capacity;
    // The arena's start stays in the first thing that lies in it.
    uint8_t *base = aligned_alloc(64, lay_out(state, NULL));
    if (base == NULL) {
        free(state);
        return NULL;
    }
    lay_out(state, base);
    return state;
}

void ki_regions_destroy(struct ki_regions *state) {
    if (state != NULL) free(state->planes.value[0]);
    free(state);
}

/// Luma and two opponent colours, and their running sums.
static void fill_planes(struct ki_planes *planes, const uint8_t *rgb) {
    int32_t width = planes->width;
    for (int32_t y = 0; y < planes->height; y++) {
        size_t row = (size_t)y * width;
        for (int32_t x = 0; x < width; x++) {
            const uint8_t *pixel = rgb + 3 * (row + x);
            int32_t red = pixel[0], green = pixel[1], blue = pixel[2];
            planes->value[0][row + x] = (uint8_t)((77 * red + 150 * green + 29 * blue) >> 8);
            planes->value[1][row + x] = (uint8_t)((red - green + 255) >> 1);
            planes->value[2][row + x] = (uint8_t)(((red + green) / 2 - blue + 255) >> 1);
        }
        for (int plane = 0; plane < 3; plane++) {
            uint32_t *sums = planes->sum[plane] + (size_t)y * (width + 1);
            uint64_t *squares = planes->square[plane] + (size_t)y * (width + 1);
            const uint8_t *values = planes->value[plane] + row;
            sums[0] = 0;
            squares[0] = 0;
            for (int32_t x = 0; x < width; x++) {
                sums[x + 1] = sums[x] + values[x];
                squares[x + 1] = squares[x] + (uint32_t)values[x] * values[x];
            }
        }
    }
}

/// The mean over a square of `reach` pixels to all sides, cut off at the picture's edge.
static void fill_means(struct ki_regions *state, int plane, int32_t reach) {
    const struct ki_planes *planes = &state->planes;
    int32_t width = planes->width;
    int32_t height = planes->height;
    uint32_t *integral = state->integral;
    memset(integral, 0, (size_t)(width + 1) * sizeof *integral);
    for (int32_t y = 0; y < height; y++) {
        const uint32_t *sums = planes->sum[plane] + (size_t)y * (width + 1);
        const uint32_t *above = integral + (size_t)y * (width + 1);
        uint32_t *row = integral + (size_t)(y + 1) * (width + 1);
        for (int32_t x = 0; x <= width; x++) row[x] = above[x] + sums[x];
    }
    for (int32_t y = 0; y < height; y++) {
        int32_t top = y - reach < 0 ? 0 : y - reach;
        int32_t bottom = y + reach + 1 > height ? height : y + reach + 1;
        const uint32_t *above = integral + (size_t)top * (width + 1);
        const uint32_t *below = integral + (size_t)bottom * (width + 1);
        for (int32_t x = 0; x < width; x++) {
            int32_t left = x - reach < 0 ? 0 : x - reach;
            int32_t right = x + reach + 1 > width ? width : x + reach + 1;
            uint32_t sum = below[right] - below[left] - above[right] + above[left];
            uint32_t count = (uint32_t)((bottom - top) * (right - left));
            state->scratch[(size_t)y * width + x] = (uint8_t)(sum / count);
        }
    }
}

/// Packs a condition on pixel `i` into the mask and looks for regions in it at every reach.
#define FIND_WHERE(condition, source)                                                          \
    do {                                                                                       \
        const struct ki_planes *shape = &state->planes;                                        \
        memset(state->mask, 0, (size_t)shape->words * shape->height * sizeof(uint64_t));       \
        for (int32_t y = 0; y < shape->height; y++) {                                          \
            uint64_t *row = state->mask + (size_t)y * shape->words;                            \
            for (int32_t x = 0; x < shape->width; x++) {                                       \
                size_t i = (size_t)y * shape->width + x;                                       \
                row[x >> 6] |= (uint64_t)(condition) << (x & 63);                              \
            }                                                                                  \
        }                                                                                      \
        for (size_t place = 0; place < sizeof reaches / sizeof *reaches; place++)              \
            ki_regions_group(state, reaches[place], source);                                   \
    } while (0)

static void find_by_means(struct ki_regions *state) {
    for (int plane = 0; plane < 3; plane++) {
        const uint8_t *value = state->planes.value[plane];
        const uint8_t *mean = state->scratch;
        const int32_t *margins = plane == 0 ? luma_margins : colour_margins;
        for (int window = 0; window < 2; window++) {
            fill_means(state, plane, state->planes.width * windows[window] / 200);
            for (int place = 0; place < 2; place++) {
                int32_t margin = margins[place];
                FIND_WHERE(value[i] > mean[i] + margin, plane);
                FIND_WHERE(value[i] + margin < mean[i], plane);
            }
        }
    }
}

/// The nearest of `count` colours; opponent planes count double, as they span half the range.
static int32_t nearest(
    const struct ki_planes *planes, float centres[][3], int32_t count, size_t i, float *distance) {
    float least = 1e18f;
    int32_t best = 0;
    for (int32_t centre = 0; centre < count; centre++) {
        float sum = 0;
        for (int plane = 0; plane < 3; plane++) {
            float apart = (planes->value[plane][i] - centres[centre][plane]) * (plane == 2 ? 2 : 1);
            sum += apart * apart;
        }
        if (sum < least) {
            least = sum;
            best = centre;
        }
    }
    *distance = least;
    return best;
}

/// The mean, then always the pixel farthest from all colours so far; then k-means.
static void fill_colours(struct ki_regions *state) {
    const struct ki_planes *planes = &state->planes;
    size_t pixels = (size_t)planes->width * planes->height;
    float centres[colours][3];
    float distance;
    for (int plane = 0; plane < 3; plane++) {
        uint64_t sum = 0;
        uint64_t count = 0;
        for (size_t i = 0; i < pixels; i += colour_step, count++) sum += planes->value[plane][i];
        centres[0][plane] = (float)sum / count;
    }
    for (int32_t known = 1; known < colours; known++) {
        float most = -1;
        size_t farthest = 0;
        for (size_t i = 0; i < pixels; i += colour_step) {
            nearest(planes, centres, known, i, &distance);
            if (distance > most) {
                most = distance;
                farthest = i;
            }
        }
        for (int plane = 0; plane < 3; plane++)
            centres[known][plane] = planes->value[plane][farthest];
    }
    for (int round = 0; round < colour_rounds; round++) {
        uint64_t sums[colours][3] = {{0}};
        uint64_t counts[colours] = {0};
        for (size_t i = 0; i < pixels; i += colour_step) {
            int32_t best = nearest(planes, centres, colours, i, &distance);
            for (int plane = 0; plane < 3; plane++) sums[best][plane] += planes->value[plane][i];
            counts[best]++;
        }
        for (int32_t centre = 0; centre < colours; centre++)
            for (int plane = 0; plane < 3 && counts[centre] > 0; plane++)
                centres[centre][plane] = (float)sums[centre][plane] / counts[centre];
    }
    for (size_t i = 0; i < pixels; i++)
        state->scratch[i] = (uint8_t)nearest(planes, centres, colours, i, &distance);
}

int32_t ki_regions_find(
    struct ki_regions *state, const uint8_t *rgb, const struct ki_region **found) {
    state->count = 0;
    fill_planes(&state->planes, rgb);
    find_by_means(state);
    fill_colours(state);
    const uint8_t *colour = state->scratch;
    for (int32_t number = 0; number < colours; number++) FIND_WHERE(colour[i] == number, 3);
    const uint8_t *luma = state->planes.value[0];
    for (int32_t level = level_step; level < 256; level += level_step) {
        int32_t source = level < 128 ? 4 : 5;
        FIND_WHERE(luma[i] > level, source);
        FIND_WHERE(luma[i] <= level, source);
    }
    *found = state->found;
    return state->count;
}

void ki_shrink(
    const uint8_t *rgb, int32_t width, int32_t height, uint8_t *out, int32_t new_width,
    int32_t new_height) {
    for (int32_t y = 0; y < new_height; y++) {
        int32_t top = (int32_t)((int64_t)y * height / new_height);
        int32_t bottom = (int32_t)((int64_t)(y + 1) * height / new_height);
        for (int32_t x = 0; x < new_width; x++) {
            int32_t left = (int32_t)((int64_t)x * width / new_width);
            int32_t right = (int32_t)((int64_t)(x + 1) * width / new_width);
            uint64_t sums[3] = {0};
            for (int32_t row = top; row < bottom; row++)
                for (int32_t column = left; column < right; column++)
                    for (int channel = 0; channel < 3; channel++)
                        sums[channel] += rgb[3 * ((size_t)row * width + column) + channel];
            uint64_t count = (uint64_t)(bottom - top) * (right - left);
            for (int channel = 0; channel < 3; channel++)
                out[3 * ((size_t)y * new_width + x) + channel] = (uint8_t)(sums[channel] / count);
        }
    }
}
