// Mosaics: flat squares with sharp sides that stand side by side.
#include "concealed.h"

#include <string.h>

enum {
    side_min = 4,    // Pixels of a cell; smaller ones hide little.
    side_max = 96,
    step_min = 3,    // Luma between neighbouring cells.
    cells_min = 4,   // Of a mosaic;
    small_min = 8,   // of cells under 14 pixels: weaves and JPEG's own blocks make some by chance;
    tiny_min = 14,   // of cells under 6.
    levels_min = 3,  // Tones of its cells: fewer are a chequered print or a QR code.
};

/// How much luma changes from the left pixel to this one, over `count` rows from y on.
static uint32_t down_change(
    const struct ki_concealments *state, int32_t x, int32_t y, int32_t count)
{
    const size_t width = (size_t)state->width;
    const uint32_t *sums = state->across + (size_t)y * width + x;
    return sums[(size_t)count * width] - sums[0];
}

/// How much luma changes from the pixel above to this one, over `count` columns from x on.
static uint32_t right_change(
    const struct ki_concealments *state, int32_t x, int32_t y, int32_t count)
{
    const uint32_t *sums = state->down + (size_t)y * ((size_t)state->width + 1) + x;
    return sums[count] - sums[0];
}

/// Whether luma jumps here as it does neither a pixel before nor after.
static int is_jump(uint32_t before, uint32_t here, uint32_t after, int32_t count) {
    return here >= step_min * (uint32_t)count && here >= 2 * before && here >= 2 * after;
}

static int is_upright(const struct ki_concealments *state, int32_t x, int32_t y, int32_t count) {
    return is_jump(
        down_change(state, x - 1, y, count), down_change(state, x, y, count),
        down_change(state, x + 1, y, count), count);
}

static int is_level(const struct ki_concealments *state, int32_t x, int32_t y, int32_t count) {
    return is_jump(
        right_change(state, x, y - 1, count), right_change(state, x, y, count),
        right_change(state, x, y + 1, count), count);
}

/// Whether luma changes much less inside than at the upper and the left side.
static int is_flat(
    const struct ki_concealments *state, int32_t x, int32_t y, int32_t width, int32_t height)
{
    const int32_t in = width >= 8 && height >= 8 ? 2 : 1;
    const uint32_t change =
        ki_change(state, x + in, y + in, x + width + 1 - in, y + height + 1 - in);
    const uint32_t pairs = 2 * (uint32_t)(width + 1 - 2 * in) * (uint32_t)(height + 1 - 2 * in);
    const uint32_t step = (down_change(state, x, y, height) + right_change(state, x, y, width))
        / (uint32_t)(width + height);
    const uint32_t most = step < 8 ? 6 : 6 * step / 8;
    return 4 * change <= most * pairs;
}

/// The smallest cell whose upper left corner this is.
static int find_cell(
    const struct ki_concealments *state, int32_t x, int32_t y, struct ki_cell *cell)
{
    for (int32_t width = side_min; width <= side_max && x + width < state->width - 2; width++) {
        if (!is_level(state, x, y, width)) continue;
        for (int32_t height = width - 1; height <= width + 1; height++) {
            if (height < side_min || y + height >= state->height - 2) continue;
            if (!is_upright(state, x, y, height)) continue;
            if (!is_upright(state, x + width, y, height) && !is_level(state, x, y + height, width))
                continue;
            if (!is_flat(state, x, y, width, height)) continue;
            *cell = (struct ki_cell){x, y, width, height, 0};
            return 1;
        }
    }
    return 0;
}

/// Finds all cells; `stack` becomes the map of their corners, one more than a cell's number.
static void find_cells(struct ki_concealments *state) {
    const int32_t width = state->width, height = state->height;
    memset(state->stack, 0, (size_t)width * (size_t)height * sizeof *state->stack);
    state->cell_count = 0;
    for (int32_t y = 2; y + side_min < height; y++) {
        for (int32_t x = 2; x + side_min < width; x++) {
            if (down_change(state, x, y, side_min) < step_min * side_min) continue;
            if (!is_upright(state, x, y, side_min) || !is_level(state, x, y, side_min)) continue;
            if (state->cell_count == ki_cells_max) return;
            struct ki_cell *cell = state->cells + state->cell_count;
            if (!find_cell(state, x, y, cell)) continue;
            cell->parent = state->cell_count++;
            state->stack[(size_t)y * width + x] = state->cell_count;
        }
    }
}

static int32_t root(struct ki_cell *cells, int32_t cell) {
    while (cells[cell].parent != cell) {
        cells[cell].parent = cells[cells[cell].parent].parent;
        cell = cells[cell].parent;
    }
    return cell;
}

/// Joins cells of one size whose corners stand on one lattice, at most two cells apart.
static void join(struct ki_concealments *state, int32_t number) {
    struct ki_cell *cells = state->cells;
    const struct ki_cell cell = cells[number];
    for (int32_t down = 0; down <= 2; down++) {
        for (int32_t across = down == 0 ? 1 : -2; across <= 2; across++) {
            const int32_t slack = down == 2 || across == 2 || across == -2 ? 2 : 1;
            const int32_t left = cell.x + across * cell.width, top = cell.y + down * cell.height;
            for (int32_t y = top - slack; y <= top + slack; y++) {
                if (y < 0 || y >= state->height) continue;
                for (int32_t x = left - slack; x <= left + slack; x++) {
                    if (x < 0 || x >= state->width) continue;
                    const int32_t other = state->stack[(size_t)y * state->width + x] - 1;
                    if (other < 0 || other == number) continue;
                    if (ki_distance(cells[other].width, cell.width) > 1) continue;
                    if (ki_distance(cells[other].height, cell.height) > 1) continue;
                    cells[root(cells, other)].parent = root(cells, number);
                }
            }
        }
    }
}

static int32_t bits(uint64_t word) { return __builtin_popcountll(word); }

/// Keeps the cells that hang together with `first`, if they are a mosaic.
static void keep(struct ki_concealments *state, int32_t first) {
    struct ki_cell *cells = state->cells;
    const struct ki_cell model = cells[first];
    int32_t count = 0, left = state->width, top = state->height, right = 0, bottom = 0;
    uint64_t levels = 0;
    for (int32_t number = 0; number < state->cell_count; number++) {
        if (root(cells, number) != first) continue;
        const struct ki_cell cell = cells[number];
        const int32_t x = cell.x + cell.width / 2, y = cell.y + cell.height / 2;
        levels |= UINT64_C(1) << (state->luma[(size_t)y * state->width + x] / 6);
        left = cell.x < left ? cell.x : left;
        top = cell.y < top ? cell.y : top;
        right = cell.x + cell.width > right ? cell.x + cell.width : right;
        bottom = cell.y + cell.height > bottom ? cell.y + cell.height : bottom;
        count++;
    }
    const int32_t columns = (right - left + model.width / 2) / model.width;
    const int32_t rows = (bottom - top + model.height / 2) / model.height;
    if (count < cells_min || bits(levels) < levels_min) return;
    const int64_t pixels = (int64_t)state->width * state->height;
    if (4 * (int64_t)(right - left) * (bottom - top) > pixels) return;
    const int32_t side = model.width < model.height ? model.width : model.height;
    if (side < 6 && count < tiny_min) return;
    if (side < 14 && (count < small_min || columns < 3 || rows < 3)) return;
    if (columns < 2 || rows < 2 || 4 * count < columns * rows) return;
    ki_conceal(state, KI_MOSAIC, left, top, right - left, bottom - top);
}

void ki_find_mosaics(struct ki_concealments *state) {
    find_cells(state);
    if (state->cell_count < cells_min) return;
    for (int32_t number = 0; number < state->cell_count; number++) join(state, number);
    for (int32_t number = 0; number < state->cell_count; number++)
        if (state->cells[number].parent == number) keep(state, number);
}
