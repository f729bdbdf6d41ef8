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
        .colours = malloc(ki_colours * sizeof(uint32_t)),
        .found = malloc((size_t)capacity * sizeof(struct ki_concealed)),
        .capacity = capacity,
    };
    if (state->luma == NULL || state->change == NULL || state->across == NULL
        || state->down == NULL || state->seen == NULL
        || state->stack == NULL || state->cells == NULL || state->colours == NULL
        || state->found == NULL) {
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
    free(state->colours);
    free(state->found);
    free(state);
}

static void take_luma(struct ki_concealments *state) {
    const size_t pixels = (size_t)state->width * (size_t)state->height;
    for (size_t place = 0; place < pixels; place++) {
        const uint8_t *pixel = state->rgb + 3 * place;
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

/// Whether a box lies in a photograph. Of a drawing, a few colours cover nearly all around it.
static int is_photographed(struct ki_concealments *state, const struct ki_extent box) {
    enum { gap = 4, reach_min = 8, likely = 4, share_max = 70 };
    const int32_t across = box.right - box.left, down = box.bottom - box.top;
    const int32_t half = (across < down ? across : down) / 2;
    const int32_t reach = half < reach_min ? reach_min : half;
    const int32_t left = box.left < reach ? 0 : box.left - reach;
    const int32_t top = box.top < reach ? 0 : box.top - reach;
    const int32_t right = box.right + reach > state->width ? state->width : box.right + reach;
    const int32_t bottom = box.bottom + reach > state->height ? state->height : box.bottom + reach;
    memset(state->colours, 0, ki_colours * sizeof *state->colours);
    uint32_t count = 0;
    for (int32_t y = top; y < bottom; y++) {
        const int is_level = y >= box.top - gap && y < box.bottom + gap;
        for (int32_t x = left; x < right; x++) {
            if (is_level && x >= box.left - gap && x < box.right + gap) continue;
            const uint8_t *pixel = state->rgb + 3 * ((size_t)y * state->width + x);
            state->colours[(pixel[0] >> 4) << 8 | (pixel[1] >> 4) << 4 | pixel[2] >> 4]++;
            count++;
        }
    }
    uint32_t covered = 0;
    for (int32_t rank = 0; rank < likely; rank++) {
        int32_t most = 0;
        for (int32_t colour = 1; colour < ki_colours; colour++)
            if (state->colours[colour] > state->colours[most]) most = colour;
        covered += state->colours[most];
        state->colours[most] = 0;
    }
    return 100 * (uint64_t)covered <= share_max * (uint64_t)count;
}

void ki_conceal(
    struct ki_concealments *state, int32_t kind, int32_t x, int32_t y, int32_t width,
    int32_t height)
{
    if (state->count == state->capacity) return;
    if (!is_photographed(state, (struct ki_extent){x, y, x + width, y + height, 0})) return;
    state->found[state->count++] = (struct ki_concealed){x, y, width, height, kind};
}

int32_t ki_concealments_find(
    struct ki_concealments *state, const uint8_t *rgb, const struct ki_concealed **found)
{
    state->count = 0;
    state->rgb = rgb;
    take_luma(state);
    take_change(state);
    ki_find_mosaics(state);
    ki_find_patches(state);
    ki_find_blurs(state);
    *found = state->found;
    return state->count;
}
