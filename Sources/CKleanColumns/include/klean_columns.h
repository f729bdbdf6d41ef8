// Byte shuffles, differences and prefix sums of columns, one family of kernels per instruction set.
#ifndef KLEAN_COLUMNS_H
#define KLEAN_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

/// Elements to planes: plane k holds byte k of every element, planes in order.
/// elements, planes: count x width bytes, any alignment, apart from each other.
typedef void (*kc_shuffle)(const uint8_t *elements, size_t count, uint8_t *planes);

/// Planes back to elements. Shapes as for kc_shuffle.
typedef void (*kc_unshuffle)(const uint8_t *planes, size_t count, uint8_t *elements);

/// Wrapping difference of each value to the one before it, the first to 0.
/// values, differences: count entries, naturally aligned, apart from each other.
typedef void (*kc_delta32)(const uint32_t *values, size_t count, uint32_t *differences);
typedef void (*kc_delta64)(const uint64_t *values, size_t count, uint64_t *differences);

/// Wrapping running sums in place: undoes kc_delta32 and kc_delta64.
typedef void (*kc_sum32)(uint32_t *values, size_t count);
typedef void (*kc_sum64)(uint64_t *values, size_t count);

/// 1 when no value is below the one before it, else 0.
typedef int (*kc_rises32)(const uint32_t *values, size_t count);

struct kc_kernels {
    const char *isa;  // "scalar", "avx2", "avx512"
    kc_shuffle shuffle2, shuffle4, shuffle8, shuffle32;
    kc_unshuffle unshuffle2, unshuffle4, unshuffle8, unshuffle32;
    kc_delta32 delta32;
    kc_delta64 delta64;
    kc_sum32 sum32;
    kc_sum64 sum64;
    kc_rises32 rises32;
};

/// Variants this CPU can run, slowest first; index 0 is always the scalar reference.
size_t kc_variants(const struct kc_kernels **variants, size_t capacity);

/// From now on malloc keeps what this process frees; in so many arenas, or as many as there are
/// threads for 0.
void kc_keep_memory(int arenas);

/// Gives what was freed, and malloc keeps, back to the system.
void kc_give_memory_back(void);

/// Has the system begin to write all of an open file to its disk, without waiting. 0, or -1 where
/// the file system cannot.
int kc_begin_sync(int file);

#endif
