// The bank join: every (query, bank row) pair within a Hamming radius, exact; and the price join.
//
// One family, one file per instruction set, the same function shape in each; scalar.c is the
// definition. Kernels are flat loops: no allocation, no errors, no globals. Callers check shapes.
#ifndef CKLEAN_KERNELS_H
#define CKLEAN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// One pair within the radius.
struct kk_pair {
    uint32_t query;
    uint32_t row;
    uint32_t distance;
};

/// Rows of one bank tile, and queries that share a pass over it. A unit of work is one tile by one
/// query group; a unit is never split, so an output buffer needs room for at least one.
enum { kk_tile_rows = 1536, kk_group_queries = 4, kk_unit_pairs = 1536 * 4 };

/// Bytes of a variant's layout of `count` rows (a multiple of 64).
typedef size_t (*kk_layout_size)(size_t count);

/// Lays `count` row-major rows (4 words each) out at `layout`, 64-byte aligned, kk_layout_size
/// bytes. Rows past `count` in the last block are filled so that no check of theirs is needed.
typedef void (*kk_layout_fill)(const uint64_t *rows, size_t count, void *layout);

/// Joins queries with rows; returns the pairs written, at most `capacity`.
/// queries: query_count x 4 words, row-major. rows, layout: as filled. radius: 0...256.
/// Starts at unit *unit and sets it to the next one; done when it is kk_unit_count. Order is tile,
/// query group, then unspecified inside a unit. capacity >= kk_unit_pairs.
typedef size_t (*kk_join)(const uint64_t *rows, const void *layout, size_t count,
                          const uint64_t *queries, size_t query_count, uint32_t radius,
                          struct kk_pair *pairs, size_t capacity, size_t *unit);

#include "kk_bands.h"
#include "kk_price.h"

struct kk_kernels {
    const char *isa;  // "scalar", "avx2", "avx512"
    kk_layout_size layout_size;
    kk_layout_fill layout_fill;
    kk_join join;
    const struct kk_band_kernels *bands;
    const struct kk_price_kernels *prices;
};

/// Units of a join.
static inline size_t kk_unit_count(size_t count, size_t query_count) {
    size_t tiles = (count + kk_tile_rows - 1) / kk_tile_rows;
    size_t groups = (query_count + kk_group_queries - 1) / kk_group_queries;
    return tiles * groups;
}

/// Variants this CPU can run, slowest first; index 0 is always the scalar reference.
/// Returns how many were written to `variants`.
size_t kk_variants(const struct kk_kernels **variants, size_t capacity);

/// Variants this CPU can run: `kk_variants` in a form that needs no pointers kept.
size_t kk_variant_count(void);
const struct kk_kernels *kk_variant(size_t index);

#endif
