#pragma STDC FP_CONTRACT OFF
#include "internal.h"
#include "price.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define KK_TARGET __attribute__((target("avx512f,avx512bw,popcnt")))
#define KK_TARGET_INLINE static inline __attribute__((always_inline)) KK_TARGET

/// Rows whose prices that say something are gathered before any is scored.
enum { block_rows = 256, kind_ambiguous = 4 };

/// The rows of a block that the first comparison left, side by side.
struct picked {
    double minor[block_rows + 16];     // 0 unless whole
    uint32_t cells[block_rows + 16];
    uint32_t places[block_rows + 16];  // pieces << 8 | place
    int32_t raws[block_rows + 16];
    uint32_t kinds[block_rows + 16];
    size_t count;
};

KK_TARGET static size_t find(const struct kk_price_grid *grid, const uint32_t *subjects,
                             const uint32_t *categories, const uint8_t *conditions, size_t count,
                             struct kk_price_slot *found) {
    return kk_price_find_rows(grid, subjects, categories, conditions, count, found);
}

KK_TARGET static size_t place(const uint32_t *currencies, size_t count, const uint32_t *known,
                              size_t known_count, uint8_t *places) {
    size_t row = 0;
    const __m512i none = _mm512_set1_epi32(kk_price_places);
    for (; row + 32 <= count; row += 32) {
        __m512i low = _mm512_loadu_si512(currencies + row), low_found = none;
        __m512i high = _mm512_loadu_si512(currencies + row + 16), high_found = none;
        for (size_t k = 0; k < known_count; k++) {
            __m512i one = _mm512_set1_epi32((int)known[k]), place = _mm512_set1_epi32((int)k);
            low_found =
                _mm512_mask_mov_epi32(low_found, _mm512_cmpeq_epi32_mask(low, one), place);
            high_found =
                _mm512_mask_mov_epi32(high_found, _mm512_cmpeq_epi32_mask(high, one), place);
        }
        if (_mm512_cmpeq_epi32_mask(_mm512_max_epi32(low_found, high_found), none)) break;
        _mm_storeu_si128((__m128i *)(places + row), _mm512_cvtepi32_epi8(low_found));
        _mm_storeu_si128((__m128i *)(places + row + 16), _mm512_cvtepi32_epi8(high_found));
    }
    return row + kk_price_place_rows(currencies + row, count - row, known, known_count,
                                     places + row);
}

/// One of kk_price_places values for each lane; only the low four bits of a place count.
struct lanes16 {
    __m512d low, high;
};

KK_TARGET_INLINE struct lanes16 load16(const double *values) {
    return (struct lanes16){_mm512_loadu_pd(values), _mm512_loadu_pd(values + 8)};
}

KK_TARGET_INLINE __m512d pick16(struct lanes16 values, __m512i places) {
    return _mm512_permutex2var_pd(values.low, places, values.high);
}

/// Exact from 0 up to 2^52.
KK_TARGET_INLINE __m512d to_double(__m512i whole) {
    const __m512d magic = _mm512_set1_pd(0x1p52);
    return _mm512_sub_pd(
        _mm512_castsi512_pd(_mm512_or_si512(whole, _mm512_castpd_si512(magic))), magic);
}

/// Whether each price is from 1 up to 2^52.
KK_TARGET_INLINE __mmask8 is_whole(__m512i minor) {
    return _mm512_cmplt_epu64_mask(_mm512_sub_epi64(minor, _mm512_set1_epi64(1)),
                                   _mm512_set1_epi64((1ll << 52) - 1));
}

/// The 32-bit halves of eight slots each, in order: the cells, or with `halves` 1 the limits.
KK_TARGET_INLINE __m512i half_slots(__m512i low, __m512i high, int halves) {
    const __m512i even =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    return _mm512_permutex2var_epi32(low, _mm512_add_epi32(even, _mm512_set1_epi32(halves)), high);
}

/// Eight prices as they are compared.
struct compared {
    __m512d minor;  ///< 0 unless whole.
    __mmask8 silent;
};

KK_TARGET_INLINE struct compared compare8(struct lanes16 won, __m512i minor, __m128i places,
                                          __m128i pieces, __m256 silents) {
    struct compared found;
    found.minor = _mm512_maskz_mov_pd(is_whole(minor), to_double(minor));
    __m512d value = _mm512_mul_pd(found.minor, pick16(won, _mm512_cvtepu8_epi64(places)));
    __m512d silent = _mm512_mul_pd(_mm512_cvtps_pd(silents),
                                   _mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(pieces)));
    // A limit is above 0, so what is not whole is never silent.
    found.silent = _mm512_mask_cmp_pd_mask(
        _mm512_cmp_pd_mask(value, silent, _CMP_GE_OQ), value, _mm512_set1_pd(KK_PRICE_WON),
        _CMP_LT_OQ);
    return found;
}

/// Compares `count` rows, a multiple of 16; bit i of masks[b] says that row 16 b + i is picked.
KK_TARGET static void pick(const struct kk_price_table *table, const struct kk_price_rows *rows,
                           size_t first, size_t count, uint16_t *masks, struct picked *picked) {
    struct lanes16 won = load16(table->rates.won);
    size_t found = 0;
    for (size_t row = first; row < first + count; row += 16) {
        __m128i places = _mm_loadu_si128((const __m128i *)(rows->places + row));
        __m128i pieces = _mm_loadu_si128((const __m128i *)(rows->pieces + row));
        __m512i low_slots = _mm512_loadu_si512(rows->slots + row);
        __m512i high_slots = _mm512_loadu_si512(rows->slots + row + 8);
        __m512i cells = half_slots(low_slots, high_slots, 0);
        __m512i silents = half_slots(low_slots, high_slots, 1);
        struct compared low =
            compare8(won, _mm512_loadu_si512(rows->minor + row), places, pieces,
                     _mm256_castsi256_ps(_mm512_castsi512_si256(silents)));
        struct compared high =
            compare8(won, _mm512_loadu_si512(rows->minor + row + 8), _mm_srli_si128(places, 8),
                     _mm_srli_si128(pieces, 8),
                     _mm256_castsi256_ps(_mm512_extracti64x4_epi64(silents, 1)));
        uint32_t mask = ~(uint32_t)(low.silent | high.silent << 8) & 0xFFFF;
        *masks++ = (uint16_t)mask;
        size_t low_count = (size_t)__builtin_popcount(mask & 0xFF);
        _mm512_storeu_pd(picked->minor + found,
                         _mm512_maskz_compress_pd((__mmask8)mask, low.minor));
        _mm512_storeu_pd(picked->minor + found + low_count,
                         _mm512_maskz_compress_pd((__mmask8)(mask >> 8), high.minor));
        __m512i both = _mm512_or_si512(_mm512_cvtepu8_epi32(places),
                                       _mm512_slli_epi32(_mm512_cvtepu8_epi32(pieces), 8));
        _mm512_storeu_si512(picked->places + found,
                            _mm512_maskz_compress_epi32((__mmask16)mask, both));
        _mm512_storeu_si512(picked->cells + found,
                            _mm512_maskz_compress_epi32((__mmask16)mask, cells));
        found += (size_t)__builtin_popcount(mask);
    }
    picked->count = found;
}

/// The tables of near_log.
struct logarithm {
    struct lanes16 inverse, log;
};

/// Within 2^-32 of ln, which is enough to know most roundings: see kk_price_logs.
KK_TARGET_INLINE __m512d near_log(struct logarithm tables, __m512d value) {
    __m512i stretch = _mm512_srli_epi64(_mm512_castpd_si512(value), 48);
    __m512d part = _mm512_getmant_pd(value, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_zero);
    __m512d rest = _mm512_fmsub_pd(part, pick16(tables.inverse, stretch), _mm512_set1_pd(1));
    __m512d series = _mm512_set1_pd(1.0 / 5);
    series = _mm512_fmadd_pd(series, rest, _mm512_set1_pd(-1.0 / 4));
    series = _mm512_fmadd_pd(series, rest, _mm512_set1_pd(1.0 / 3));
    series = _mm512_fmadd_pd(series, rest, _mm512_set1_pd(-1.0 / 2));
    series = _mm512_fmadd_pd(series, rest, _mm512_set1_pd(1));
    __m512d middle = _mm512_fmadd_pd(_mm512_getexp_pd(value), _mm512_set1_pd(0x1.62e42fefa39efp-1),
                                     pick16(tables.log, stretch));
    return _mm512_fmadd_pd(series, rest, middle);
}

KK_TARGET_INLINE __m512d nearest(__m512d value) { return _mm512_roundscale_pd(value, 8); }

/// Four cells side by side.
KK_TARGET_INLINE __m512d load_cells4(const struct kk_price_cell *cells, const uint32_t *numbers) {
    __m512d four = _mm512_castpd128_pd512(_mm_loadu_pd((const double *)&cells[numbers[0]]));
    __m256d low = _mm256_insertf128_pd(_mm512_castpd512_pd256(four),
                                       _mm_loadu_pd((const double *)&cells[numbers[1]]), 1);
    __m256d high = _mm256_castpd128_pd256(_mm_loadu_pd((const double *)&cells[numbers[2]]));
    high = _mm256_insertf128_pd(high, _mm_loadu_pd((const double *)&cells[numbers[3]]), 1);
    return _mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1);
}

/// Eight cells, turned into columns; centers in steps.
KK_TARGET_INLINE void load_cells(const struct kk_price_cell *cells, const uint32_t *numbers,
                                 __m512d *center, __m512d *spread, __m512d *factor) {
    __m512d low = load_cells4(cells, numbers), high = load_cells4(cells, numbers + 4);
    const __m512i even = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odd = _mm512_set_epi64(15, 13, 11, 9, 7, 5, 3, 1);
    *spread = _mm512_permutex2var_pd(low, even, high);
    __m512i halves = _mm512_castpd_si512(_mm512_permutex2var_pd(low, odd, high));
    *center = _mm512_cvtepi32_pd(_mm512_cvtepi64_epi32(halves));
    *factor = _mm512_cvtps_pd(
        _mm256_castsi256_ps(_mm512_cvtepi64_epi32(_mm512_srli_epi64(halves, 32))));
}

/// Below this a product and half a divisor, multiplied by the divisor's inverse, fall on the right
/// side of every whole number: half a millionth keeps them farther from it than rounding leads.
#define PRODUCT_MAX 0x1p50

/// All in steps of 2^-16, which scales doubles without a rounding: what kk_price_score divides by
/// 65536 and multiplies again stays as it is here. The logarithm of a cell is whole steps, so a
/// ratio's is, too.
KK_TARGET static int score(const struct kk_price_table *table, struct picked *picked) {
    const struct kk_price_rules *rules = &table->rules;
    const struct lanes16 micro = load16(table->rates.micro),
                         inverse_rate = load16(table->rates.inverse);
    struct lanes16 half = load16(table->rates.half);
    half.low = _mm512_add_pd(half.low, _mm512_set1_pd(0.5));
    half.high = _mm512_add_pd(half.high, _mm512_set1_pd(0.5));
    const struct logarithm logarithm = {load16(kk_price_inverses), load16(kk_price_logs)};
    const __m512d one = _mm512_set1_pd(1), zero = _mm512_setzero_pd();
    const __m512d unit = _mm512_set1_pd(65536);
    const __m512d z_scale = _mm512_set1_pd(-rules->z_scale);
    const __m512d ratio_scale = _mm512_set1_pd(rules->ratio_scale);
    const __m512d raw_max = _mm512_set1_pd(rules->raw_max * 65536);
    const __m512d caution = _mm512_set1_pd(rules->caution_log * 65536);
    const __m512d low_log = _mm512_set1_pd(rules->low_log * 65536);
    const __m512d low_z = _mm512_set1_pd(rules->low_z * 65536);
    const __m512d typo_won = _mm512_set1_pd(rules->typo_won);
    const __m512d typo_log = _mm512_set1_pd(rules->typo_log * 65536);
    __m512i any_ambiguous = _mm512_setzero_si512();
    for (size_t at = 0; at < picked->count; at += 8) {
        size_t left = picked->count - at;
        // Lanes past the last pick are worked out like others, of cell 0, and forgotten.
        for (size_t i = left; i < 8; i++) {
            picked->cells[at + i] = 0;
            picked->places[at + i] = 1 << 8;
            picked->minor[at + i] = 1;
        }
        __m256i both = _mm256_loadu_si256((const __m256i *)(picked->places + at));
        __m512i places = _mm512_cvtepu32_epi64(both);
        __m512d product = _mm512_mul_pd(_mm512_loadu_pd(picked->minor + at),
                                        pick16(micro, places));
        __mmask8 unsure =
            _mm512_cmp_pd_mask(product, _mm512_set1_pd(PRODUCT_MAX), _CMP_NLT_UQ);
        product = _mm512_add_pd(product, pick16(half, places));
        __m512d won = _mm512_roundscale_pd(
            _mm512_mul_pd(product, pick16(inverse_rate, places)), 8 | 1);
        __mmask8 asks = _mm512_cmp_pd_mask(won, one, _CMP_LT_OQ);
        __m512d pieces = _mm512_cvtepi32_pd(_mm256_srli_epi32(both, 8));
        if (_mm512_cmp_pd_mask(pieces, one, _CMP_GT_OQ))
            won = _mm512_roundscale_pd(_mm512_div_pd(won, pieces), 8 | 1);
        won = _mm512_max_pd(won, one);

        __m512d center, spread, factor;
        load_cells(table->cells, picked->cells + at, &center, &spread, &factor);
        __m512d exact = _mm512_mul_pd(near_log(logarithm, won), unit);
        __m512d rounded = nearest(exact);
        __m512d error = _mm512_abs_pd(_mm512_sub_pd(exact, rounded));
        __m512d ratio = _mm512_sub_pd(rounded, center);
        __m512d z = nearest(_mm512_max_pd(_mm512_div_pd(ratio, spread),
                                          _mm512_set1_pd(-2147483648.0)));
        __m512d raw = _mm512_sub_pd(_mm512_mul_pd(z_scale, z),
                                    _mm512_mul_pd(ratio_scale, ratio));
        raw = _mm512_mul_pd(_mm512_min_pd(raw, raw_max), factor);

        __m512d from = _mm512_mask_mov_pd(ratio, _mm512_cmp_pd_mask(factor, one, _CMP_LT_OQ),
                                          caution);
        __mmask8 counts = _mm512_cmp_pd_mask(z, zero, _CMP_LT_OQ);
        counts = _mm512_mask_cmp_pd_mask(counts, raw, zero, _CMP_GT_OQ);
        counts = _mm512_mask_cmp_pd_mask(counts, ratio, from, _CMP_LE_OQ);
        __mmask8 typo = _mm512_mask_cmp_pd_mask(counts, won, typo_won, _CMP_LT_OQ);
        typo = _mm512_mask_cmp_pd_mask(typo, ratio, typo_log, _CMP_LE_OQ);

        __m512i kinds = _mm512_maskz_set1_epi32(counts, kk_price_raw);
        kinds = _mm512_mask_set1_epi32(
            kinds, _mm512_mask_cmp_pd_mask(counts, ratio, low_log, _CMP_LE_OQ), kk_price_low);
        kinds = _mm512_mask_set1_epi32(
            kinds, _mm512_mask_cmp_pd_mask(counts, z, low_z, _CMP_LE_OQ), kk_price_low);
        kinds = _mm512_mask_set1_epi32(kinds, typo, kk_price_ask);
        kinds = _mm512_mask_set1_epi32(kinds, asks, kk_price_ask);
        kinds = _mm512_mask_set1_epi32(
            kinds, _mm512_cmp_pd_mask(error, _mm512_set1_pd(0.5 - 0x1p-15), _CMP_GT_OQ),
            kind_ambiguous);
        kinds = _mm512_mask_set1_epi32(kinds, unsure, kind_ambiguous);
        any_ambiguous = _mm512_or_si512(any_ambiguous, kinds);
        // Rounds to nearest, ties to even.
        __m512i raws = _mm512_castsi256_si512(_mm512_cvtpd_epi32(raw));
        raws = _mm512_maskz_mov_epi32(
            _mm512_cmplt_epu32_mask(_mm512_sub_epi32(kinds, _mm512_set1_epi32(kk_price_raw)),
                                    _mm512_set1_epi32(2)),
            raws);
        _mm256_storeu_si256((__m256i *)(picked->raws + at), _mm512_castsi512_si256(raws));
        _mm256_storeu_si256((__m256i *)(picked->kinds + at), _mm512_castsi512_si256(kinds));
    }
    // Kinds that are ambiguous alone have their bit.
    return _mm512_test_epi32_mask(any_ambiguous, _mm512_set1_epi32(kind_ambiguous)) != 0;
}

/// Puts what was found of the picked rows where they stand.
KK_TARGET static void spread(const struct picked *picked, const uint16_t *masks, size_t count,
                             int32_t *raws, uint8_t *kinds) {
    size_t at = 0;
    for (size_t row = 0; row < count; row += 16) {
        __mmask16 mask = *masks++;
        _mm512_storeu_si512(raws + row, _mm512_maskz_expand_epi32(
                                            mask, _mm512_loadu_si512(picked->raws + at)));
        __m512i kind = _mm512_maskz_expand_epi32(mask, _mm512_loadu_si512(picked->kinds + at));
        _mm_storeu_si128((__m128i *)(kinds + row), _mm512_cvtepi32_epi8(kind));
        at += (size_t)__builtin_popcount(mask);
    }
}

KK_TARGET static void judge(const struct kk_price_table *table, const struct kk_price_rows *rows,
                            int32_t *raws, uint8_t *kinds) {
    struct picked picked;
    uint16_t masks[block_rows / 16];
    size_t first = 0;
    while (rows->count - first >= 16) {
        size_t count = kk_least(rows->count - first, block_rows) & ~(size_t)15;
        pick(table, rows, first, count, masks, &picked);
        int is_any_ambiguous = score(table, &picked);
        spread(&picked, masks, count, raws + first, kinds + first);
        for (size_t row = first; is_any_ambiguous && row < first + count; row++)
            if (kinds[row] == kind_ambiguous) kk_price_row(table, rows, row, raws, kinds);
        first += count;
    }
    for (; first < rows->count; first++) {
        raws[first] = 0;
        kinds[first] = kk_price_silent;
        if (!kk_price_is_silent(table, rows, first)) kk_price_row(table, rows, first, raws, kinds);
    }
}

KK_TARGET static void total(const int32_t *raws, const uint8_t *kinds, size_t count,
                  struct kk_price_totals *totals) {
    kk_price_total_rows(raws, kinds, count, totals);
}

const struct kk_price_kernels kk_price_avx512 = {find, place, judge, total};
#endif
