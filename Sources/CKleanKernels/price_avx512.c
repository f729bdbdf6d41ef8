#pragma STDC FP_CONTRACT OFF
#include "internal.h"
#include "price.h"

#if defined(__x86_64__)
#include "price_score_avx512.h"

/// Rows ahead whose columns are asked for from memory: processors follow them within a page only.
enum { rows_ahead = 1024 };

KK_TARGET_INLINE void prefetch(const void *column, size_t bytes) {
    _mm_prefetch((const char *)column + bytes, _MM_HINT_T1);
}

/// Where slots begin in a block, for at most 64 categories with none.
struct offsets64 {
    struct lanes32 first, last;
};

enum { offsets_max = 64 };

KK_TARGET_INLINE struct offsets64 load_offsets(const struct kk_price_grid *grid) {
    uint32_t offsets[offsets_max] = {0};
    memcpy(offsets, grid->offsets, grid->offset_count * sizeof *offsets);
    return (struct offsets64){load32(offsets), load32(offsets + offsets_max / 2)};
}

/// Where sixteen rows have their slots within blocks.
KK_TARGET_INLINE __m512i pick_offsets(struct offsets64 offsets, const uint32_t *categories,
                                      const uint8_t *conditions) {
    __m512i place = _mm512_add_epi32(_mm512_loadu_si512(categories), _mm512_set1_epi32(1));
    __mmask16 is_last = _mm512_test_epi32_mask(place, _mm512_set1_epi32(offsets_max / 2));
    __m512i offset = _mm512_mask_blend_epi32(is_last, pick32(offsets.first, place),
                                             pick32(offsets.last, place));
    __m128i condition = _mm_loadu_si128((const __m128i *)conditions);
    condition = _mm_min_epu8(condition, _mm_set1_epi8(3));
    return _mm512_add_epi32(offset, _mm512_cvtepu8_epi32(condition));
}

/// Lists those of sixteen rows from `row` on whose slots are KK_PRICE_UNASKED; returns how many.
KK_TARGET_INLINE size_t list_unasked(__m512i slots, size_t row, uint32_t *unasked) {
    __mmask16 mask = _mm512_cmpeq_epi32_mask(slots, _mm512_set1_epi32(-1));
    if (!mask) return 0;
    const __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __m512i rows = _mm512_add_epi32(lanes, _mm512_set1_epi32((int)row));
    _mm512_storeu_si512(unasked, _mm512_maskz_compress_epi32(mask, rows));
    return (size_t)__builtin_popcount(mask);
}

/// As kk_price_find, of a multiple of sixteen rows in a grid with a stride and few categories.
KK_TARGET static size_t find_by_stride(const struct kk_price_grid *grid, const uint32_t *subjects,
                                       const uint32_t *categories, const uint8_t *conditions,
                                       size_t count, uint32_t *found, uint32_t *unasked) {
    const struct offsets64 offsets = load_offsets(grid);
    const __m512i stride = _mm512_set1_epi32((int)grid->stride);
    const uint32_t *slots = grid->slots + grid->stride;
    size_t asks = 0;
    for (size_t row = 0; row < count; row += 16) {
        prefetch(subjects + row, rows_ahead * sizeof *subjects);
        prefetch(categories + row, rows_ahead * sizeof *categories);
        prefetch(conditions + row, rows_ahead);
        __m512i block = _mm512_mullo_epi32(_mm512_loadu_si512(subjects + row), stride);
        __m512i offset = pick_offsets(offsets, categories + row, conditions + row);
        __m512i slot = _mm512_i32gather_epi32(_mm512_add_epi32(block, offset), slots, 4);
        _mm512_storeu_si512(found + row, slot);
        asks += list_unasked(slot, row, unasked + asks);
    }
    return asks;
}

/// As kk_price_find, of a multiple of sixteen rows in any grid.
KK_TARGET static size_t find_by_base(const struct kk_price_grid *grid, const uint32_t *subjects,
                                     const uint32_t *categories, const uint8_t *conditions,
                                     size_t count, uint32_t *found, uint32_t *unasked) {
    size_t row = 0;
    if (grid->offset_count <= offsets_max) {
        const struct offsets64 offsets = load_offsets(grid);
        for (; row < count; row += 16)
            _mm512_storeu_si512(found + row,
                                pick_offsets(offsets, categories + row, conditions + row));
    }
    for (; row < count; row++)
        found[row] = grid->offsets[(uint32_t)(categories[row] + 1)] +
                     (conditions[row] < 3 ? conditions[row] : 3u);
    for (row = 0; row < count; row += 16) {
        prefetch(subjects + row, rows_ahead * sizeof *subjects);
        prefetch(categories + row, rows_ahead * sizeof *categories);
        prefetch(conditions + row, rows_ahead);
        for (size_t i = row; i < row + 16; i++)
            found[i] = grid->slots[grid->bases[subjects[i]] + found[i]];
    }
    // Apart, since reading slots back at once would wait for them to be written.
    size_t asks = 0;
    for (row = 0; row < count; row += 16)
        asks += list_unasked(_mm512_loadu_si512(found + row), row, unasked + asks);
    return asks;
}

KK_TARGET static size_t find(const struct kk_price_grid *grid, const uint32_t *subjects,
                             const uint32_t *categories, const uint8_t *conditions, size_t count,
                             uint32_t *found, uint32_t *unasked) {
    size_t vectors = count & ~(size_t)15;
    int is_even = grid->stride > 0 && grid->offset_count <= offsets_max;
    size_t asks = (is_even ? find_by_stride : find_by_base)(grid, subjects, categories, conditions,
                                                            vectors, found, unasked);
    return kk_price_find_rows(grid, subjects, categories, conditions, vectors, count, found,
                              unasked, asks);
}

KK_TARGET static size_t place(const struct kk_price_currencies *known, const uint32_t *currencies,
                              size_t count, uint8_t *places) {
    const struct lanes32 codes = load32(known->codes), found = load32(known->places);
    const __m512i multiplier = _mm512_set1_epi32((int)known->multiplier);
    size_t row = 0;
    for (; row + 16 <= count; row += 16) {
        prefetch(currencies + row, rows_ahead * sizeof *currencies);
        __m512i code = _mm512_loadu_si512(currencies + row);
        __m512i hash = _mm512_srli_epi32(_mm512_mullo_epi32(code, multiplier), 27);
        if (_mm512_cmpneq_epi32_mask(code, pick32(codes, hash))) break;
        _mm_storeu_si128((__m128i *)(places + row), _mm512_cvtepi32_epi8(pick32(found, hash)));
    }
    return kk_price_place_rows(known, currencies, row, count, places);
}

/// Compares `count` rows, a multiple of 16; bit i of masks[b] says that row 16 b + i is picked.
KK_TARGET static void pick(const struct kk_price_table *table, const struct kk_price_rows *rows,
                           size_t count, uint16_t *masks, struct picked *picked) {
    const __m512 rate = _mm512_loadu_ps(table->rates.won);
    const __m512i limit_bits = _mm512_set1_epi32(0xFFF << kk_price_limit_shift);
    const __m512i limit_one = _mm512_set1_epi32(kk_price_limit_one);
    size_t found = 0;
    for (size_t row = 0; row < count; row += 16) {
        prefetch(rows->minor + row, rows_ahead * sizeof *rows->minor);
        prefetch(rows->minor + row + 8, rows_ahead * sizeof *rows->minor);
        __m512i places =
            _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(rows->places + row)));
        __m512i pieces =
            _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(rows->pieces + row)));
        __m512i slots = _mm512_loadu_si512(rows->slots + row);
        __m512 minor = join_ps(_mm512_cvtepi64_ps(_mm512_loadu_si512(rows->minor + row)),
                               _mm512_cvtepi64_ps(_mm512_loadu_si512(rows->minor + row + 8)));
        __m512i limits = _mm512_and_si512(
            _mm512_srli_epi32(slots, kk_price_cell_bits - kk_price_limit_shift), limit_bits);
        __m512 limit = _mm512_mul_ps(_mm512_castsi512_ps(_mm512_add_epi32(limits, limit_one)),
                                     _mm512_cvtepi32_ps(pieces));
        __m512 value = _mm512_mul_ps(minor, _mm512_permutexvar_ps(places, rate));
        __mmask16 mask = _mm512_cmp_ps_mask(value, limit, _CMP_NGE_UQ) |
                         _mm512_cmp_ps_mask(minor, _mm512_set1_ps(KK_PRICE_SMALL), _CMP_NLT_UQ);
        *masks++ = mask;
        __m512i words = _mm512_ternarylogic_epi32(
            _mm512_slli_epi32(slots, word_cell_shift),
            _mm512_slli_epi32(places, word_place_shift), pieces, 0xFE);
        _mm512_storeu_ps(picked->minor + found, _mm512_maskz_compress_ps(mask, minor));
        _mm512_storeu_si512(picked->words + found, _mm512_maskz_compress_epi32(mask, words));
        found += (size_t)__builtin_popcount(mask);
    }
    picked->count = found;
}

/// The bits of the picked rows from `at` on, where a mask of 64 rows has them.
KK_TARGET_INLINE uint64_t spread_bits(const struct picked_bits *bits, size_t at, uint64_t mask) {
    const char *bytes = (const char *)bits + at / 8;
    uint64_t first, last;
    memcpy(&first, bytes, 8);
    memcpy(&last, bytes + 8, 8);
    first = first >> at % 8 | last << (63 - at % 8) << 1;
    return _pdep_u64(first, mask);
}

/// Puts what was found of 64 rows, from the pick `at` on, where they stand. Returns those unsure.
KK_TARGET_INLINE uint64_t spread(const struct picked *picked, size_t at, uint64_t mask,
                                 int32_t *raws, uint8_t *kinds) {
    __m512i low = _mm512_maskz_set1_epi8(spread_bits(&picked->low_kind, at, mask), 1);
    __m512i high = _mm512_maskz_set1_epi8(spread_bits(&picked->high_kind, at, mask), 2);
    _mm512_storeu_si512(kinds, _mm512_or_si512(low, high));
    uint64_t unsure = spread_bits(&picked->unsure, at, mask);
    for (int part = 0; part < 4; part++, mask >>= 16) {
        __m512i found = _mm512_loadu_si512(picked->raws + at);
        _mm512_storeu_si512(raws + 16 * part, _mm512_maskz_expand_epi32((__mmask16)mask, found));
        at += (size_t)__builtin_popcount((uint16_t)mask);
    }
    return unsure;
}

/// Judges some rows, a multiple of 64 up to block_rows.
KK_TARGET static void judge_block(const struct kk_price_table *table,
                                  const struct kk_price_rows *rows, int32_t *raws,
                                  uint8_t *kinds) {
    struct picked picked;
    uint16_t masks[block_rows / 16];
    pick(table, rows, rows->count, masks, &picked);
    score(table, &picked);
    size_t at = 0;
    for (size_t row = 0; row < rows->count; row += 64) {
        uint64_t mask;
        memcpy(&mask, masks + row / 16, sizeof mask);
        uint64_t unsure = spread(&picked, at, mask, raws + row, kinds + row);
        for (; unsure; unsure &= unsure - 1)
            kk_price_row(table, rows, row + (size_t)__builtin_ctzll(unsure), raws, kinds);
        at += (size_t)__builtin_popcountll(mask);
    }
}

/// Judges fewer than 64 rows, as a copy beside which others are silent.
KK_TARGET static void judge_rest(const struct kk_price_table *table,
                                 const struct kk_price_rows *rows, int32_t *raws,
                                 uint8_t *kinds) {
    int64_t minor[64];
    uint8_t places[64] = {0}, pieces[64], found_kinds[64];
    uint32_t slots[64] = {0};
    int32_t found_raws[64];
    for (size_t row = 0; row < 64; row++) minor[row] = pieces[row] = 1;
    memcpy(minor, rows->minor, rows->count * sizeof *minor);
    memcpy(places, rows->places, rows->count);
    memcpy(pieces, rows->pieces, rows->count);
    memcpy(slots, rows->slots, rows->count * sizeof *slots);
    struct kk_price_rows copy = {minor, places, pieces, slots, 64};
    judge_block(table, &copy, found_raws, found_kinds);
    memcpy(raws, found_raws, rows->count * sizeof *raws);
    memcpy(kinds, found_kinds, rows->count);
}

KK_TARGET static void judge(const struct kk_price_table *table, const struct kk_price_rows *rows,
                            int32_t *raws, uint8_t *kinds) {
    for (size_t first = 0; first < rows->count;) {
        size_t left = rows->count - first;
        struct kk_price_rows part = {rows->minor + first, rows->places + first,
                                     rows->pieces + first, rows->slots + first, left};
        if (left < 64) {
            judge_rest(table, &part, raws + first, kinds + first);
            return;
        }
        part.count = kk_least(left, block_rows) & ~(size_t)63;
        judge_block(table, &part, raws + first, kinds + first);
        first += part.count;
    }
}

KK_TARGET static void total(const int32_t *raws, const uint8_t *kinds, size_t count,
                            struct kk_price_totals *totals) {
    const __m512i low = _mm512_set1_epi8(kk_price_low), ask = _mm512_set1_epi8(kk_price_ask);
    __m512i sum = _mm512_setzero_si512();
    size_t row = 0, scored = 0, low_count = 0, open = 0;
    for (; row + 64 <= count; row += 64) {
        // In steps, four raws are far below 2^32 together.
        __m512i four = _mm512_setzero_si512();
        for (size_t part = 0; part < 64; part += 16) {
            __m512i raw = _mm512_loadu_si512(raws + row + part);
            four = _mm512_add_epi32(four, raw);
            scored += (size_t)__builtin_popcount(_mm512_test_epi32_mask(raw, raw));
        }
        sum = _mm512_add_epi64(sum, _mm512_srli_epi64(four, 32));
        sum = _mm512_add_epi64(sum, _mm512_and_si512(four, _mm512_set1_epi64(0xFFFFFFFF)));
        __m512i kind = _mm512_loadu_si512(kinds + row);
        low_count += (size_t)__builtin_popcountll(_mm512_cmpeq_epi8_mask(kind, low));
        open += (size_t)__builtin_popcountll(_mm512_cmpeq_epi8_mask(kind, ask));
    }
    kk_price_total_rows(raws + row, kinds + row, count - row, totals);
    totals->raw += _mm512_reduce_add_epi64(sum);
    totals->scored += scored;
    totals->low += low_count;
    totals->open += open;
}

const struct kk_price_kernels kk_price_avx512 = {find, place, judge, total};
#endif
