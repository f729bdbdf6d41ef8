// Blurs: rectangles without fine detail in the midst of fine detail.
#include "concealed.h"

#include <string.h>

enum {
    side = 4,       // Pixels along a cell of detail.
    dead_max = 28,  // The sum over a cell of how far pixels are from their neighbours' mean x 4,
    live_min = 40,  // without and with fine detail.
    cells_min = 12, // Cells along the shorter side of a blur.
    rough_min = 6,  // How far a pixel is from its neighbours' mean x 4 where a blur ended.
};

struct detail {
    int32_t columns, rows;
    int32_t *cells;
    uint8_t *seen;
    int32_t *stack;
};

static void take_detail(const struct ki_concealments *state, struct detail *detail) {
    const int32_t width = state->width;
    memset(detail->cells, 0, (size_t)detail->columns * detail->rows * sizeof *detail->cells);
    for (int32_t y = 1; y < side * detail->rows && y + 1 < state->height; y++) {
        const uint8_t *row = state->luma + (size_t)y * width;
        int32_t *cells = detail->cells + y / side * detail->columns;
        for (int32_t x = 1; x < side * detail->columns && x + 1 < width; x++) {
            const int32_t around = row[x - 1] + row[x + 1] + row[x - width] + row[x + width];
            cells[x / side] += ki_distance(4 * row[x], around);
        }
    }
}

static int is_dead(const void *context, int32_t place) {
    const struct detail *detail = context;
    return detail->cells[place] <= dead_max;
}

/// Whether fine detail begins again along two fifths of every side: photographs have calm places.
static int is_framed(const struct detail *detail, const struct ki_extent *extent) {
    int32_t live[4] = {0}, count[4] = {0};
    for (int32_t x = extent->left; x < extent->right; x++) {
        const int32_t *column = detail->cells + x;
        live[0] += column[(extent->top - 2) * detail->columns] >= live_min;
        live[1] += column[(extent->bottom + 1) * detail->columns] >= live_min;
        count[0]++;
        count[1]++;
    }
    for (int32_t y = extent->top; y < extent->bottom; y++) {
        const int32_t *row = detail->cells + y * detail->columns;
        live[2] += row[extent->left - 2] >= live_min;
        live[3] += row[extent->right + 1] >= live_min;
        count[2]++;
        count[3]++;
    }
    for (int32_t way = 0; way < 4; way++)
        if (5 * live[way] < 2 * count[way]) return 0;
    return 1;
}

/// Whether tones still come and go inside: what is merely plain was not blurred.
static int has_tones(const struct ki_concealments *state, const struct ki_extent *extent) {
    int64_t count = 0, sum = 0, square = 0;
    for (int32_t y = side * extent->top; y < side * extent->bottom; y++) {
        for (int32_t x = side * extent->left; x < side * extent->right; x++) {
            const int64_t value = state->luma[(size_t)y * state->width + x];
            count++;
            sum += value;
            square += value * value;
        }
    }
    return count * square - sum * sum >= 36 * count * count;
}

/// Whether the inside, away from the border, is smooth throughout: grain, print and folds of cloth
/// that merely lack contrast are not.
static int is_smooth(const struct ki_concealments *state, const struct ki_extent *extent) {
    const int32_t width = state->width;
    int32_t count = 0, rough = 0;
    for (int32_t y = side * (extent->top + 1); y < side * (extent->bottom - 1); y++) {
        const uint8_t *row = state->luma + (size_t)y * width;
        for (int32_t x = side * (extent->left + 1); x < side * (extent->right - 1); x++) {
            const int32_t around = row[x - 1] + row[x + 1] + row[x - width] + row[x + width];
            rough += ki_distance(4 * row[x], around) >= rough_min;
            count++;
        }
    }
    return 100 * rough <= count;
}

static void keep(
    struct ki_concealments *state, const struct detail *detail, const struct ki_extent *extent)
{
    const int32_t across = extent->right - extent->left, down = extent->bottom - extent->top;
    if (across < cells_min || down < cells_min || across > 12 * down || down > 8 * across) return;
    if (extent->left < 3 || extent->top < 3) return;
    if (extent->right + 3 > detail->columns || extent->bottom + 3 > detail->rows) return;
    if (5 * extent->count > detail->columns * detail->rows) return;
    if (5 * extent->count < 3 * across * down) return;
    if (!is_framed(detail, extent) || !has_tones(state, extent) || !is_smooth(state, extent))
        return;
    ki_conceal(
        state, KI_BLUR, side * extent->left, side * extent->top, side * across, side * down);
}

/// The corners of mosaics are no longer needed: their memory holds the cells and the fill's stack.
void ki_find_blurs(struct ki_concealments *state) {
    struct detail detail = {
        .columns = state->width / side, .rows = state->height / side, .cells = state->stack,
        .seen = state->seen};
    const int32_t count = detail.columns * detail.rows;
    if (count == 0) return;
    detail.stack = state->stack + count;
    memset(detail.seen, 0, (size_t)count);
    take_detail(state, &detail);
    for (int32_t cell = 0; cell < count; cell++) {
        if (detail.seen[cell] || !is_dead(&detail, cell)) continue;
        const struct ki_extent extent = ki_fill(
            detail.columns, detail.rows, detail.seen, 1, detail.stack, cell, is_dead, &detail);
        keep(state, &detail, &extent);
    }
}
