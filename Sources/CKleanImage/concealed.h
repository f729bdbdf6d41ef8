// What the detectors of concealed places share.
#ifndef CKLEANIMAGE_CONCEALED_H
#define CKLEANIMAGE_CONCEALED_H

#include "CKleanImage.h"

/// A flat square that four sharp steps bound: a cell of a mosaic, perhaps.
struct ki_cell {
    int32_t x, y, width, height;
    int32_t parent;
};

/// What hangs together: its box, whose right and bottom are outside, and how much it is.
struct ki_extent {
    int32_t left, top, right, bottom;
    int32_t count;
};

enum { ki_colours = 16 * 16 * 16 };

struct ki_concealments {
    int32_t width, height;
    const uint8_t *rgb;  // The picture that is looked at.
    uint8_t *luma;       // width x height
    uint32_t *change;    // Sums of both differences, (width + 1) x (height + 1).
    uint32_t *across;    // Sums, down a column, of changes from the left: width x (height + 1).
    uint32_t *down;      // Sums, along a row, of changes from above: (width + 1) x height.
    uint8_t *seen;       // width x height
    int32_t *stack;      // width x height
    struct ki_cell *cells;
    int32_t cell_count;
    uint32_t *colours;   // Pixels around a place by colour, four bits a channel: ki_colours.
    struct ki_concealed *found;
    int32_t count, capacity;
};

enum { ki_cells_max = 16384 };

/// Appends what one kind of concealment shows; at most `capacity` of all kinds.
void ki_find_mosaics(struct ki_concealments *state);
void ki_find_blurs(struct ki_concealments *state);
void ki_find_patches(struct ki_concealments *state);

/// Keeps a place if what surrounds it is a photograph; no more than there is room for.
void ki_conceal(
    struct ki_concealments *state, int32_t kind, int32_t x, int32_t y, int32_t width,
    int32_t height);

static inline int32_t ki_distance(int32_t a, int32_t b) { return a > b ? a - b : b - a; }

/// The sum over columns left..<right and rows top..<bottom.
static inline uint32_t ki_change(
    const struct ki_concealments *state, int32_t left, int32_t top, int32_t right, int32_t bottom)
{
    const size_t stride = (size_t)state->width + 1;
    const uint32_t *above = state->change + (size_t)top * stride;
    const uint32_t *below = state->change + (size_t)bottom * stride;
    return below[right] - below[left] - above[right] + above[left];
}

/// Gives `mark` to all unmarked places of a grid that hang together with `start` and pass.
/// `stack` has room for every place.
static inline struct ki_extent ki_fill(
    int32_t width, int32_t height, uint8_t *marks, uint8_t mark, int32_t *stack, int32_t start,
    int (*passes)(const void *context, int32_t place), const void *context)
{
    struct ki_extent extent = {width, height, 0, 0, 0};
    int32_t depth = 0;
    stack[depth++] = start;
    marks[start] = mark;
    while (depth > 0) {
        const int32_t place = stack[--depth];
        const int32_t x = place % width, y = place / width;
        extent.count++;
        if (x < extent.left) extent.left = x;
        if (x >= extent.right) extent.right = x + 1;
        if (y < extent.top) extent.top = y;
        if (y >= extent.bottom) extent.bottom = y + 1;
        const int32_t beside[4] = {
            x > 0 ? place - 1 : -1, x + 1 < width ? place + 1 : -1,
            y > 0 ? place - width : -1, y + 1 < height ? place + width : -1};
        for (int32_t way = 0; way < 4; way++) {
            const int32_t next = beside[way];
            if (next < 0 || marks[next] || !passes(context, next)) continue;
            marks[next] = mark;
            stack[depth++] = next;
        }
    }
    return extent;
}

#endif
