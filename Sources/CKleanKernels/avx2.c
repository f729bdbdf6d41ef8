#pragma STDC FP_CONTRACT OFF
#include "internal.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define KK_TARGET __attribute__((target("avx2,popcnt")))

// Without a vector popcount the distance of 28 nibbles (112 bits of the front half) is summed from
// 16-entry tables, one byte a row, 256 rows at a time in eight registers (FAISS calls this layout
// "fast scan"). Survivors are counted in full.
// Layout: blocks of 256 rows; nibble-major: byte `nibble * 256 + row` holds that nibble of the row.
enum { block_rows = 256, nibbles = 28, block_bytes = block_rows * nibbles };
enum { tile_blocks = kk_tile_rows / block_rows };

static size_t block_count(size_t count) { return (count + block_rows - 1) / block_rows; }

static size_t layout_size(size_t count) { return block_count(count) * block_bytes; }

static void layout_fill(const uint64_t *rows, size_t count, void *layout) {
    uint8_t *bytes = layout;
    for (size_t row = 0; row < block_count(count) * block_rows; row++) {
        uint64_t front[2];
        // Filler repeats the last row; it is never counted.
        kk_front(rows + 4 * (row < count ? row : count - 1), front);
        size_t at = row / block_rows * block_bytes + row % block_rows;
        for (int nibble = 0; nibble < nibbles; nibble++)
            bytes[at + (size_t)nibble * block_rows] =
                (uint8_t)(front[nibble / 16] >> 4 * (nibble % 16) & 15);
    }
}

// Table n holds, for each nibble value, the bits in which it differs from n; both lanes alike.
KK_TARGET static void fill_tables(__m256i tables[16]) {
    for (int value = 0; value < 16; value++) {
        uint8_t bits[32];
        for (int other = 0; other < 32; other++)
            bits[other] = (uint8_t)__builtin_popcount((unsigned)(value ^ (other & 15)));
        tables[value] = _mm256_loadu_si256((const __m256i *)bits);
    }
}

KK_TARGET __attribute__((noinline)) static size_t settle(const __m256i sums[8],
                                                         const uint64_t *rows, size_t first_row,
                                                         size_t count, const uint64_t *hash,
                                                         uint32_t query, uint32_t radius,
                                                         __m256i limit, struct kk_pair *pairs) {
    size_t found = 0;
    for (size_t part = 0; part < 8; part++) {
        uint32_t lanes = (uint32_t)_mm256_movemask_epi8(
            _mm256_cmpeq_epi8(_mm256_min_epu8(sums[part], limit), sums[part]));
        for (; lanes; lanes &= lanes - 1) {
            size_t row = first_row + part * 32 + (size_t)__builtin_ctz(lanes);
            if (row >= count) return found;
            uint32_t distance = kk_distance(hash, rows + 4 * row);
            if (distance > radius) continue;
            pairs[found++] = (struct kk_pair){query, (uint32_t)row, distance};
        }
    }
    return found;
}

KK_TARGET static size_t join_block(const __m256i tables[16], const uint8_t *block,
                                   const uint64_t *rows, size_t first_row, size_t count,
                                   const uint64_t *hash, uint32_t query, uint32_t radius,
                                   struct kk_pair *pairs) {
    const __m256i limit = _mm256_set1_epi8((char)(uint8_t)(radius < 255 ? radius : 255));
    uint64_t front[2];
    kk_front(hash, front);
    __m256i sums[8];
    for (int part = 0; part < 8; part++) sums[part] = _mm256_setzero_si256();
#pragma clang loop unroll(full)
    for (int nibble = 0; nibble < nibbles; nibble++) {
        __m256i table = _mm256_load_si256(tables + (front[nibble / 16] >> 4 * (nibble % 16) & 15));
        const __m256i *at = (const __m256i *)(block + (size_t)nibble * block_rows);
#pragma clang loop unroll(full)
        for (int part = 0; part < 8; part++)
            sums[part] = _mm256_add_epi8(
                sums[part], _mm256_shuffle_epi8(table, _mm256_load_si256(at + part)));
    }
    __m256i least = sums[0];
    for (int part = 1; part < 8; part++) least = _mm256_min_epu8(least, sums[part]);
    __m256i near = _mm256_cmpeq_epi8(_mm256_min_epu8(least, limit), least);
    if (__builtin_expect(!_mm256_movemask_epi8(near), 1)) return 0;
    return settle(sums, rows, first_row, count, hash, query, radius, limit, pairs);
}

KK_TARGET static size_t join(const uint64_t *rows, const void *layout, size_t count,
                             const uint64_t *queries, size_t query_count, uint32_t radius,
                             struct kk_pair *pairs, size_t capacity, size_t *unit) {
    __m256i tables[16];
    fill_tables(tables);
    const uint8_t *bytes = layout;
    size_t blocks = block_count(count);
    size_t groups = (query_count + kk_group_queries - 1) / kk_group_queries;
    size_t units = kk_unit_count(count, query_count);
    size_t found = 0;
    for (; *unit < units && found + kk_unit_pairs <= capacity; ++*unit) {
        size_t first = *unit / groups * tile_blocks;
        size_t last = kk_least(first + tile_blocks, blocks);
        size_t query = *unit % groups * kk_group_queries;
        size_t end = kk_least(query + kk_group_queries, query_count);
        for (size_t block = first; block < last; block++)
            for (size_t index = query; index < end; index++)
                found += join_block(tables, bytes + block * block_bytes, rows, block * block_rows,
                                    count, queries + 4 * index, (uint32_t)index, radius,
                                    pairs + found);
    }
    return found;
}

const struct kk_kernels kk_avx2 = {"avx2", layout_size, layout_fill, join,
                                   &kk_bands_avx2, &kk_price_avx2};
#endif
