// Connected parts of a mask, joined across gaps, with what is known of each.
//
// Masks are turned into runs of set pixels; runs that touch, diagonals included, are united (a
// forest with path halving). To join parts that lie near each other the mask is spread first and
// the runs of the unspread mask take the group of the spread run around them.
#include <stdlib.h>
#include <string.h>

#include "regions.h"

#pragma STDC FP_CONTRACT OFF

enum { side = ki_region_side };

static int32_t root(int32_t *parents, int32_t run) {
    while (parents[run] != run) {
        parents[run] = parents[parents[run]];
        run = parents[run];
    }
    return run;
}

/// The runs of one row. - Returns: how many; at most (width + 1) / 2.
static int32_t row_runs(const uint64_t *row, int32_t words, int32_t width, struct ki_run *out) {
    int32_t count = 0;
    int32_t open = -1;
    for (int32_t word = 0; word < words; word++) {
        uint64_t bits = row[word];
        if (open < 0 ? bits == 0 : bits == ~0ull) continue;
        int32_t bit = 0;
        while (bit < 64) {
            uint64_t rest = (open < 0 ? bits : ~bits) >> bit;
            if (rest == 0) break;
            bit += __builtin_ctzll(rest);
            if (open < 0) {
                open = 64 * word + bit;
            } else {
                int32_t end = 64 * word + bit;
                out[count++] = (struct ki_run){open, end < width ? end : width, 0};
                open = -1;
            }
        }
    }
    if (open >= 0) out[count++] = (struct ki_run){open, width, 0};
    return count;
}

/// Unites the runs of one row with those of the row above that touch them.
static void unite(
    const struct ki_run *runs, int32_t *parents, int32_t above, int32_t row, int32_t end) {
    int32_t up = above;
    int32_t down = row;
    while (up < row && down < end) {
        if (runs[up].start <= runs[down].end && runs[down].start <= runs[up].end) {
            int32_t first = root(parents, up);
            int32_t second = root(parents, down);
            if (first < second) parents[second] = first;
            else parents[first] = second;
        }
        if (runs[up].end < runs[down].end) up++;
        else down++;
    }
}

/// All runs of a mask, united. - Returns: how many.
static int32_t all_runs(
    const struct ki_planes *planes, const uint64_t *mask, struct ki_run *runs, int32_t *rows,
    int32_t *parents) {
    int32_t count = 0;
    for (int32_t y = 0; y < planes->height; y++) {
        rows[y] = count;
        const uint64_t *row = mask + (size_t)y * planes->words;
        int32_t added = row_runs(row, planes->words, planes->width, runs + count);
        for (int32_t run = count; run < count + added; run++) parents[run] = run;
        if (y > 0) unite(runs, parents, rows[y - 1], count, count + added);
        count += added;
    }
    rows[planes->height] = count;
    return count;
}

/// Spreads a mask by `reach` pixels to all sides: doubling steps along rows, then along columns.
static void spread(struct ki_regions *state, int32_t reach) {
    const struct ki_planes *planes = &state->planes;
    int32_t words = planes->words;
    size_t size = (size_t)words * planes->height * sizeof(uint64_t);
    uint64_t *to = state->spread;
    uint64_t *from = state->before;
    memcpy(to, state->mask, size);
    for (int32_t done = 0; done < reach;) {
        int32_t step = reach - done < done + 1 ? reach - done : done + 1;
        memcpy(from, to, size);
        for (int32_t y = 0; y < planes->height; y++) {
            const uint64_t *in = from + (size_t)y * words;
            uint64_t *out = to + (size_t)y * words;
            for (int32_t word = 0; word < words; word++) {
                uint64_t before = word > 0 ? in[word - 1] >> (64 - step) : 0;
                uint64_t after = word + 1 < words ? in[word + 1] << (64 - step) : 0;
                out[word] |= in[word] << step | before | in[word] >> step | after;
            }
        }
        done += step;
    }
    for (int32_t done = 0; done < reach;) {
        int32_t step = reach - done < done + 1 ? reach - done : done + 1;
        memcpy(from, to, size);
        for (int32_t y = 0; y < planes->height; y++) {
            uint64_t *out = to + (size_t)y * words;
            if (y >= step) {
                const uint64_t *up = from + (size_t)(y - step) * words;
                for (int32_t word = 0; word < words; word++) out[word] |= up[word];
            }
            if (y + step < planes->height) {
                const uint64_t *down = from + (size_t)(y + step) * words;
                for (int32_t word = 0; word < words; word++) out[word] |= down[word];
            }
        }
        done += step;
    }
}

static uint32_t difference(const uint8_t *row, int32_t left, int32_t right, int32_t width) {
    if (left < 0 || right >= width) return 0;
    return (uint32_t)abs(row[left] - row[right]);
}

static uint32_t larger(uint32_t first, uint32_t second) { return first > second ? first : second; }

/// How sharply the picture changes at both ends of a run, over one and over three pixels.
static uint32_t edge(const struct ki_planes *planes, const struct ki_run *run, int32_t y) {
    uint32_t sum = 0;
    for (int plane = 0; plane < 3; plane++) {
        const uint8_t *row = planes->value[plane] + (size_t)y * planes->width;
        int32_t width = planes->width;
        sum += larger(
            difference(row, run->start - 1, run->start, width),
            difference(row, run->start - 2, run->start + 1, width));
        sum += larger(
            difference(row, run->end - 1, run->end, width),
            difference(row, run->end - 2, run->end + 1, width));
    }
    return sum;
}

/// Adds a run to the grid of `side` x `side` cells over its region: at its ends, steps whose
/// running sum along a row is the coverage. Exact in 1/65536 of a cell.
static void cover(
    const struct ki_region *region, const struct ki_run *run, int32_t y, int32_t *steps) {
    int32_t first = (run->start - region->x) * side * 256 / region->width;
    int32_t last = (run->end - region->x) * side * 256 / region->width;
    int32_t top = (y - region->y) * side * 256 / region->height;
    int32_t bottom = (y + 1 - region->y) * side * 256 / region->height;
    while (top < bottom) {
        int32_t row = top >> 8;
        int32_t end = (row + 1) << 8 < bottom ? (row + 1) << 8 : bottom;
        int32_t weight = end - top;
        int32_t *cells = steps + row * (side + 2);
        cells[first >> 8] += (256 - (first & 255)) * weight;
        cells[(first >> 8) + 1] += (first & 255) * weight;
        cells[last >> 8] -= (256 - (last & 255)) * weight;
        cells[(last >> 8) + 1] -= (last & 255) * weight;
        top = end;
    }
}

/// Whether a group's size and filling could be a logo's.
static int is_likely(const struct ki_planes *planes, const struct ki_group *group, int32_t reach) {
    int32_t width = group->right - group->left;
    int32_t height = group->bottom - group->top;
    int32_t least = planes->width * 6 / 100 > 20 ? planes->width * 6 / 100 : 20;
    if (group->left <= 0 || group->top <= 0) return 0;
    if (group->right >= planes->width || group->bottom >= planes->height) return 0;
    if (width < least || width > planes->width * 66 / 100) return 0;
    if (height < 12 || height > planes->height * 70 / 100) return 0;
    if (width > 10 * height || height > 6 * width) return 0;
    int64_t box = (int64_t)width * height;
    if (group->area * 100ll < 6 * box || group->area * 100ll > 97 * box) return 0;
    if (group->runs > 14 * height) return 0;
    return reach == 0 || group->parts > 1;
}

/// Colours of ink and ground, once all runs of a group have been added.
static void settle(
    const struct ki_planes *planes, const struct ki_group *group, struct ki_region *region) {
    double ink = group->area;
    double ground = (double)region->width * region->height - ink;
    for (int plane = 0; plane < 3; plane++) {
        uint64_t sum = 0;
        uint64_t square = 0;
        for (int32_t y = group->top; y < group->bottom; y++) {
            size_t row = (size_t)y * (planes->width + 1);
            const uint32_t *sums = planes->sum[plane] + row;
            const uint64_t *squares = planes->square[plane] + row;
            sum += sums[group->right] - sums[group->left];
            square += squares[group->right] - squares[group->left];
        }
        double mean = group->sum[plane] / ink;
        double other = (sum - group->sum[plane]) / ground;
        region->ink_variance += group->square[plane] / ink - mean * mean;
        region->ground_variance += (square - group->square[plane]) / ground - other * other;
        region->contrast_square += (mean - other) * (mean - other);
    }
    region->edge = (double)group->edge / (2 * group->runs);
}

void ki_regions_group(struct ki_regions *state, int32_t reach, int32_t source) {
    const struct ki_planes *planes = &state->planes;
    struct ki_run *runs = state->runs;
    int32_t count = all_runs(planes, state->mask, runs, state->row_runs, state->parents);
    int32_t wide_count = count;
    const struct ki_run *wide = runs;
    int32_t *wide_parents = state->parents;
    if (reach > 0) {
        spread(state, reach);
        wide_count = all_runs(
            planes, state->spread, state->spread_runs, state->row_spread_runs,
            state->spread_parents);
        wide = state->spread_runs;
        wide_parents = state->spread_parents;
    }
    int32_t group_count = 0;
    for (int32_t run = 0; run < wide_count; run++) {
        int32_t top = root(wide_parents, run);
        if (top == run) {
            state->groups[group_count] = (struct ki_group){
                .left = planes->width, .top = planes->height, .place = -1};
            state->group_of[run] = group_count++;
        } else {
            state->group_of[run] = state->group_of[top];
        }
    }
    for (int32_t y = 0; y < planes->height; y++) {
        int32_t around = reach > 0 ? state->row_spread_runs[y] : 0;
        for (int32_t place = state->row_runs[y]; place < state->row_runs[y + 1]; place++) {
            struct ki_run *run = &runs[place];
            if (reach > 0) {
                while (wide[around].end < run->end) around++;
                run->group = state->group_of[around];
            } else {
                run->group = state->group_of[place];
            }
            struct ki_group *group = &state->groups[run->group];
            if (root(state->parents, place) == place) group->parts++;
            if (run->start < group->left) group->left = run->start;
            if (run->end > group->right) group->right = run->end;
            if (y < group->top) group->top = y;
            group->bottom = y + 1;
            group->area += run->end - run->start;
            group->runs++;
        }
    }
    int32_t first = state->count;
    for (int32_t number = 0; number < group_count && state->count < state->capacity; number++) {
        struct ki_group *group = &state->groups[number];
        if (!is_likely(planes, group, reach)) continue;
        group->place = state->count;
        state->found[state->count++] = (struct ki_region){
            .x = group->left, .y = group->top, .width = group->right - group->left,
            .height = group->bottom - group->top, .area = group->area, .runs = group->runs,
            .parts = group->parts, .source = source};
    }
    if (state->count == first) return;
    size_t grid = (size_t)side * (side + 2);
    memset(state->steps, 0, grid * (state->count - first) * sizeof(int32_t));
    for (int32_t y = 0; y < planes->height; y++) {
        size_t row = (size_t)y * (planes->width + 1);
        for (int32_t place = state->row_runs[y]; place < state->row_runs[y + 1]; place++) {
            const struct ki_run *run = &runs[place];
            struct ki_group *group = &state->groups[run->group];
            if (group->place < 0) continue;
            for (int plane = 0; plane < 3; plane++) {
                const uint32_t *sums = planes->sum[plane] + row;
                const uint64_t *squares = planes->square[plane] + row;
                group->sum[plane] += sums[run->end] - sums[run->start];
                group->square[plane] += squares[run->end] - squares[run->start];
            }
            group->edge += edge(planes, run, y);
            cover(
                &state->found[group->place], run, y,
                state->steps + grid * (group->place - first));
        }
    }
    for (int32_t number = 0; number < group_count; number++) {
        struct ki_group *group = &state->groups[number];
        if (group->place < 0) continue;
        struct ki_region *region = &state->found[group->place];
        const int32_t *steps = state->steps + grid * (group->place - first);
        for (int32_t row = 0; row < side; row++) {
            int32_t sum = 0;
            for (int32_t column = 0; column < side; column++) {
                sum += steps[row * (side + 2) + column];
                int32_t covered = sum >> 8;
                region->cover[row * side + column] =
                    (uint8_t)(covered > 255 ? 255 : covered < 0 ? 0 : covered);
            }
        }
        settle(planes, group, region);
    }
}
