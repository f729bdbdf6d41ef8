#pragma STDC FP_CONTRACT OFF
#include "internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define KK_TARGET __attribute__((target("avx512f,avx512bw,avx512vpopcntdq,popcnt")))

// Layout: blocks of 16 rows; a block is 4 vectors of front words, then (in a second array of the
// same shape) 4 of back words, word-major: vector w holds 32-bit word w of 16 rows.
enum { block_rows = 16, block_words = 64, tile_blocks = kk_tile_rows / block_rows };

static size_t block_count(size_t count) { return (count + block_rows - 1) / block_rows; }

static size_t layout_size(size_t count) { return block_count(count) * block_words * 4 * 2; }

static void layout_fill(const uint64_t *rows, size_t count, void *layout) {
    size_t blocks = block_count(count);
    uint32_t *front_at = layout, *back_at = front_at + blocks * block_words;
    for (size_t row = 0; row < blocks * block_rows; row++) {
        // Filler repeats the last row; its lanes are masked off.
        const uint64_t *hash = rows + 4 * (row < count ? row : count - 1);
        uint64_t front[2], back[2];
        kk_front(hash, front);
        kk_back(hash, back);
        size_t at = row / block_rows * block_words + row % block_rows;
        for (int word = 0; word < 4; word++) {
            front_at[at + word * block_rows] = (uint32_t)(front[word / 2] >> 32 * (word % 2));
            back_at[at + word * block_rows] = (uint32_t)(back[word / 2] >> 32 * (word % 2));
        }
    }
}

// Adds the back half's distance to the front's and writes the lanes within the radius.
KK_TARGET __attribute__((noinline)) static size_t settle(
    const __m512i *back, const uint64_t *hash, __m512i front_distance, size_t first_row,
    size_t count, uint32_t query, uint32_t radius, struct kk_pair *pairs) {
    uint64_t words[2];
    kk_back(hash, words);
    __m512i distance = front_distance;
    for (int word = 0; word < 4; word++) {
        __m512i bits = _mm512_set1_epi32((int)(uint32_t)(words[word / 2] >> 32 * (word % 2)));
        distance = _mm512_add_epi32(
            distance, _mm512_popcnt_epi32(_mm512_xor_si512(_mm512_load_si512(back + word), bits)));
    }
    uint32_t lanes = _mm512_cmple_epu32_mask(distance, _mm512_set1_epi32((int)radius));
    if (!lanes) return 0;
    uint32_t distances[block_rows];
    _mm512_storeu_si512(distances, distance);
    size_t found = 0;
    for (; lanes; lanes &= lanes - 1) {
        uint32_t lane = (uint32_t)__builtin_ctz(lanes);
        if (first_row + lane >= count) break;
        pairs[found++] =
            (struct kk_pair){query, (uint32_t)(first_row + lane), distances[lane]};
    }
    return found;
}

// One unit: four queries in sixteen registers against a tile that stays in L1.
KK_TARGET static size_t join_unit(const __m512i *front, const __m512i *back, size_t first_block,
                                  size_t last_block, size_t count, const uint64_t *queries,
                                  size_t first_query, size_t query_count, uint32_t radius,
                                  struct kk_pair *pairs) {
    __m512i words[kk_group_queries][4];
    for (int query = 0; query < kk_group_queries; query++) {
        // A short last group repeats its last query; the repeats are not settled.
        size_t index = kk_least(first_query + query, query_count - 1);
        uint64_t halves[2];
        kk_front(queries + 4 * index, halves);
        for (int word = 0; word < 4; word++)
            words[query][word] =
                _mm512_set1_epi32((int)(uint32_t)(halves[word / 2] >> 32 * (word % 2)));
    }
    const __m512i limit = _mm512_set1_epi32((int)radius);
    size_t live = kk_least(kk_group_queries, query_count - first_query);
    size_t found = 0;
    for (size_t block = first_block; block < last_block; block++) {
        const __m512i *at = front + 4 * block;
        __m512i distance[kk_group_queries];
#pragma clang loop unroll(full)
        for (int query = 0; query < kk_group_queries; query++) {
            __m512i sum = _mm512_popcnt_epi32(_mm512_xor_si512(at[0], words[query][0]));
#pragma clang loop unroll(full)
            for (int word = 1; word < 4; word++)
                sum = _mm512_add_epi32(
                    sum, _mm512_popcnt_epi32(_mm512_xor_si512(at[word], words[query][word])));
            distance[query] = sum;
        }
        __m512i least = _mm512_min_epu32(_mm512_min_epu32(distance[0], distance[1]),
                                         _mm512_min_epu32(distance[2], distance[3]));
        if (__builtin_expect(!_mm512_cmple_epu32_mask(least, limit), 1)) continue;
        for (size_t query = 0; query < live; query++) {
            if (!_mm512_cmple_epu32_mask(distance[query], limit)) continue;
            found += settle(back + 4 * block, queries + 4 * (first_query + query), distance[query],
                            block * block_rows, count, (uint32_t)(first_query + query), radius,
                            pairs + found);
        }
    }
    return found;
}

static size_t join(const uint64_t *rows, const void *layout, size_t count, const uint64_t *queries,
                   size_t query_count, uint32_t radius, struct kk_pair *pairs, size_t capacity,
                   size_t *unit) {
    (void)rows;
    size_t blocks = block_count(count);
    const __m512i *front = layout, *back = front + blocks * 4;
    size_t groups = (query_count + kk_group_queries - 1) / kk_group_queries;
    size_t units = kk_unit_count(count, query_count);
    size_t found = 0;
    for (; *unit < units && found + kk_unit_pairs <= capacity; ++*unit) {
        size_t first = *unit / groups * tile_blocks;
        found += join_unit(front, back, first, kk_least(first + tile_blocks, blocks), count,
                           queries, *unit % groups * kk_group_queries, query_count, radius,
                           pairs + found);
    }
    return found;
}

const struct kk_kernels kk_avx512 = {"avx512", layout_size, layout_fill, join,
                                   &kk_bands_avx512, &kk_price_avx512};
#endif
