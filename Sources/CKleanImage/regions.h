// What the parts of the region finder share.
#ifndef CKLEANIMAGE_REGIONS_H
#define CKLEANIMAGE_REGIONS_H

#include "CKleanImage.h"

/// Three planes of a picture and, of each row of each plane, the running sums of values and of
/// their squares: what a run of pixels holds costs two look-ups.
struct ki_planes {
    int32_t width, height;
    int32_t words;        // Of 64 pixels in a mask's row.
    uint8_t *value[3];    // width x height: luma, red against green, yellow against blue.
    uint32_t *sum[3];     // (width + 1) x height
    uint64_t *square[3];  // (width + 1) x height
};

/// Pixels `start..<end` of one row, and the group they belong to.
struct ki_run {
    int32_t start, end;
    int32_t group;
};

/// What is known of a group while its runs go by.
struct ki_group {
    int32_t left, top, right, bottom;
    int32_t area, runs, parts;
    int32_t place;  // Among the regions that were kept, or -1.
    uint64_t sum[3], square[3];
    uint64_t edge;
};

struct ki_regions {
    struct ki_planes planes;
    uint64_t *mask, *spread, *before;  // One bit a pixel.
    uint8_t *scratch;                  // One byte a pixel.
    uint32_t *integral;                // (width + 1) x (height + 1)
    struct ki_run *runs, *spread_runs;
    int32_t *row_runs, *row_spread_runs;  // height + 1
    int32_t *parents, *spread_parents;
    int32_t *group_of;
    struct ki_group *groups;
    int32_t runs_max;
    int32_t *steps;  // Of the coverage grids of the groups of one mask.
    struct ki_region *found;
    int32_t count, capacity;
};

/// Joins what lies within `reach` pixels of each other in `mask` and appends the groups that could
/// be logos. With a reach, only groups of several parts: the lone ones were seen without.
void ki_regions_group(struct ki_regions *state, int32_t reach, int32_t source);

#endif
