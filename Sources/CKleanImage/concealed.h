// What the detectors of concealed places share.
#ifndef CKLEANIMAGE_CONCEALED_H
#define CKLEANIMAGE_CONCEALED_H

#include "CKleanImage.h"

/// A flat square that four sharp steps bound: a cell of a mosaic, perhaps.
struct ki_cell {
    int32_t x, y, width, height;
    int32_t parent;
};

struct ki_concealments {
    int32_t width, height;
    uint8_t *luma;       // width x height
    uint32_t *change;    // Sums of both differences, (width + 1) x (height + 1).
    uint32_t *across;    // Sums, down a column, of changes from the left: width x (height + 1).
    uint32_t *down;      // Sums, along a row, of changes from above: (width + 1) x height.
    uint8_t *seen;       // width x height
    int32_t *stack;      // width x height
    struct ki_cell *cells;
    int32_t cell_count;
    struct ki_concealed *found;
    int32_t count, capacity;
};

enum { ki_cells_max = 16384 };

/// Appends what one kind of concealment shows; at most `capacity` of all kinds.
void ki_find_mosaics(struct ki_concealments *state);
void ki_find_blurs(struct ki_concealments *state);
void ki_find_patches(struct ki_concealments *state, const uint8_t *rgb);

/// Keeps a place; no more than there is room for.
static inline void ki_conceal(
    struct ki_concealments *state, int32_t kind, int32_t x, int32_t y, int32_t width,
    int32_t height)
{
    if (state->count == state->capacity) return;
    state->found[state->count++] = (struct ki_concealed){x, y, width, height, kind};
}

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

#endif
