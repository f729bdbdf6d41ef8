// Patches: places of exactly one colour with the outline of a rectangle or an ellipse, laid over
// something that goes on around them.
#include "concealed.h"

#include <string.h>

enum {
    block = 8,          // Sides of the constant square that a patch grows from.
    tolerance = 24,     // From the block's colour, by channel; JPEG rings at the border.
    side_min = 10,      // Of a patch, in pixels.
    ring = 5,           // Pixels outside the border at which the ground is looked at.
};

static int is_like(const uint8_t *pixel, const uint8_t *colour, int32_t most) {
    return ki_distance(pixel[0], colour[0]) <= most && ki_distance(pixel[1], colour[1]) <= most
        && ki_distance(pixel[2], colour[2]) <= most;
}

static int is_constant(
    const struct ki_concealments *state, int32_t left, int32_t top)
{
    const uint8_t *first = state->rgb + 3 * ((size_t)top * state->width + left);
    for (int32_t y = 0; y < block; y++)
        for (int32_t x = 0; x < block; x++)
            if (!is_like(first + 3 * ((size_t)y * state->width + x), first, 2)) return 0;
    return 1;
}

/// A picture, and the colour that what hangs together has.
struct paint {
    const uint8_t *rgb, *colour;
};

static int has_colour(const void *context, int32_t place) {
    const struct paint *paint = context;
    return is_like(paint->rgb + 3 * (size_t)place, paint->colour, tolerance);
}

/// Of the pixels that an outline's shape asks for, how many are as it asks, in thousandths.
static int32_t agreement(
    const struct ki_concealments *state, const struct ki_extent *outline, int is_ellipse)
{
    const int64_t across = outline->right - outline->left, down = outline->bottom - outline->top;
    int64_t asked = 0, right = 0;
    for (int32_t y = outline->top; y < outline->bottom; y++) {
        const int64_t v = 2 * (y - outline->top) + 1 - down;
        for (int32_t x = outline->left; x < outline->right; x++) {
            const int is_in = state->seen[(size_t)y * state->width + x] == 2;
            int should = 1;
            if (is_ellipse) {
                const int64_t u = 2 * (x - outline->left) + 1 - across;
                const int64_t reach = u * u * down * down + v * v * across * across;
                should = reach <= across * across * down * down;
            }
            asked++;
            right += is_in == should;
        }
    }
    return (int32_t)(1000 * right / asked);
}

/// Whether the inside, away from the border, is one colour as only a program paints it.
static int is_painted(
    const struct ki_concealments *state, const struct ki_extent *outline)
{
    const int32_t across = outline->right - outline->left, down = outline->bottom - outline->top;
    const int32_t inset_x = across / 4 + 1, inset_y = down / 4 + 1;
    const uint8_t *colour = state->rgb
        + 3 * ((size_t)(outline->top + down / 2) * state->width + outline->left + across / 2);
    int32_t count = 0, exact = 0;
    for (int32_t y = outline->top + inset_y; y < outline->bottom - inset_y; y++) {
        for (int32_t x = outline->left + inset_x; x < outline->right - inset_x; x++) {
            exact += is_like(state->rgb + 3 * ((size_t)y * state->width + x), colour, 2);
            count++;
        }
    }
    return count > 0 && 100 * exact >= 97 * count;
}

/// What goes on along one side, a few pixels outside: how much it varies, and how much of it is
/// itself flat.
struct ground {
    int32_t count, sum, square, flat, near;
};

static void look(
    const struct ki_concealments *state, struct ground *ground, int32_t x, int32_t y,
    const uint8_t *colour)
{
    const int32_t width = state->width;
    if (x < 1 || y < 1 || x + 1 >= width || y + 1 >= state->height) return;
    const uint8_t *luma = state->luma + (size_t)y * width + x;
    const int32_t value = luma[0];
    const int32_t change = ki_distance(value, luma[1]) + ki_distance(value, luma[-1])
        + ki_distance(value, luma[width]) + ki_distance(value, luma[-width]);
    ground->count++;
    ground->sum += value;
    ground->square += value * value;
    ground->flat += change <= 3;
    ground->near += is_like(state->rgb + 3 * ((size_t)y * width + x), colour, 24);
}

static int goes_on(
    const struct ki_concealments *state, const struct ki_extent *outline,
    int is_ellipse)
{
    const int32_t across = outline->right - outline->left, down = outline->bottom - outline->top;
    const uint8_t *colour = state->rgb
        + 3 * ((size_t)(outline->top + down / 2) * state->width + outline->left + across / 2);
    struct ground sides[4] = {{0}};
    const int32_t cut_x = is_ellipse ? across / 3 : 0, cut_y = is_ellipse ? down / 3 : 0;
    for (int32_t x = outline->left + cut_x; x < outline->right - cut_x; x++) {
        look(state, sides + 0, x, outline->top - ring, colour);
        look(state, sides + 1, x, outline->bottom + ring - 1, colour);
    }
    for (int32_t y = outline->top + cut_y; y < outline->bottom - cut_y; y++) {
        look(state, sides + 2, outline->left - ring, y, colour);
        look(state, sides + 3, outline->right + ring - 1, y, colour);
    }
    int32_t lively = 0;
    for (int32_t side = 0; side < 4; side++) {
        const struct ground one = sides[side];
        if (one.count == 0 || 2 * one.near > one.count) return 0;
        const int64_t variance =
            ((int64_t)one.square * one.count - (int64_t)one.sum * one.sum)
            / ((int64_t)one.count * one.count);
        lively += variance >= 6 && 5 * one.flat <= 3 * one.count;
    }
    return lively >= 3;
}

static void keep(
    struct ki_concealments *state, const struct ki_extent *outline)
{
    const int32_t across = outline->right - outline->left, down = outline->bottom - outline->top;
    const int64_t pixels = (int64_t)state->width * state->height;
    if (across < side_min || down < side_min || across > 12 * down || down > 8 * across) return;
    if (1000 * (int64_t)outline->count < pixels || 5 * (int64_t)outline->count > pixels) return;
    if (outline->left <= ring || outline->top <= ring) return;
    if (outline->right + ring >= state->width || outline->bottom + ring >= state->height) return;
    const int is_rectangle = agreement(state, outline, 0) >= 940;
    if (!is_rectangle && agreement(state, outline, 1) < 930) return;
    if (!is_painted(state, outline)) return;
    if (!goes_on(state, outline, !is_rectangle)) return;
    ki_conceal(state, KI_PATCH, outline->left, outline->top, across, down);
}

void ki_find_patches(struct ki_concealments *state) {
    const int32_t width = state->width, height = state->height;
    memset(state->seen, 0, (size_t)width * (size_t)height);
    for (int32_t y = block; y + 2 * block <= height; y += block / 2) {
        for (int32_t x = block; x + 2 * block <= width; x += block / 2) {
            const int32_t start = y * width + x;
            if (state->seen[start] || !is_constant(state, x, y)) continue;
            const struct paint paint = {state->rgb, state->rgb + 3 * (size_t)start};
            const struct ki_extent outline = ki_fill(
                width, height, state->seen, 2, state->stack, start, has_colour, &paint);
            keep(state, &outline);
            for (int32_t row = outline.top; row < outline.bottom; row++)
                for (int32_t column = outline.left; column < outline.right; column++)
                    state->seen[(size_t)row * width + column] =
                        state->seen[(size_t)row * width + column] ? 1 : 0;
        }
    }
}
