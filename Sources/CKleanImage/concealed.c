// Places of a picture that were made unreadable: mosaics, blurs, patches. Classical throughout, in
// whole numbers: the same bytes give the same places on every machine.
#include "concealed.h"

#include <stdlib.h>
#include <string.h>

struct ki_concealments *ki_concealments_create(int32_t width, int32_t height, int32_t capacity) {
    const size_t pixels = (size_t)width * (size_t)height;
    struct ki_concealments *state = calloc(1, sizeof *state);
    if (state == NULL) return NULL;
    *state = (struct ki_concealments){
        .width = width,
        .height = height,
        .luma = malloc(pixels),
        .change = calloc(((size_t)width + 1) * ((size_t)height + 1), sizeof(uint32_t)),
        .across = calloc((size_t)width * ((size_t)height + 1), sizeof(uint32_t)),
        .down = malloc(((size_t)width + 1) * (size_t)height * sizeof(uint32_t)),
        .seen = malloc(pixels),
        .stack = malloc(pixels * sizeof(int32_t)),
        .cells = malloc(ki_cells_max * sizeof(struct ki_cell)),
        .found = malloc((size_t)capacity * sizeof(struct ki_concealed)),
        .capacity = capacity,
    };
    if (state->luma == NULL || state->change == NULL || state->across == NULL
        || state->down == NULL || state->seen == NULL
        || state->stack == NULL || state->cells == NULL || state->found == NULL) {
        ki_concealments_destroy(state);
        return NULL;
    }
    return state;
}

void ki_concealments_destroy(struct ki_concealments *state) {
    if (state == NULL) return;
    free(state->luma);
    free(state->change);
    free(state->across);
    free(state->down);
    free(state->seen);
    free(state->stack);
    free(state->cells);
    free(state->found);
    free(state);
}

static void take_luma(struct ki_concealments *state, const uint8_t *rgb) {
    const size_t pixels = (size_t)state->width * (size_t)state->height;
    for (size_t place = 0; place < pixels; place++) {
        const uint8_t *pixel = rgb + 3 * place;
        state->luma[place] = (uint8_t)((77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8);
    }
}

static void take_change(struct ki_concealments *state) {
    const int32_t width = state->width;
    for (int32_t y = 0; y < state->height; y++) {
        const uint8_t *row = state->luma + (size_t)y * width;
        const uint32_t *above = state->change + (size_t)y * (width + 1);
        uint32_t *sums = state->change + (size_t)(y + 1) * (width + 1);
        uint32_t *across = state->across + (size_t)y * width;
        uint32_t *down = state->down + (size_t)y * (width + 1);
        uint32_t sum = 0;
        down[0] = 0;
        for (int32_t x = 0; x < width; x++) {
            const uint32_t left = x > 0 ? (uint32_t)ki_distance(row[x], row[x - 1]) : 0;
            const uint32_t up = y > 0 ? (uint32_t)ki_distance(row[x], row[x - width]) : 0;
            sum += left + up;
            sums[x + 1] = above[x + 1] + sum;
            across[x + width] = across[x] + left;
            down[x + 1] = down[x] + up;
        }
    }
}

int32_t ki_concealments_find(
    struct ki_concealments *state, const uint8_t *rgb, const struct ki_concealed **found)
{
    state->count = 0;
    take_luma(state, rgb);
    take_change(state);
    ki_find_mosaics(state);
    ki_find_patches(state, rgb);
    ki_find_blurs(state);
    *found = state->found;
    return state->count;
}
