#pragma STDC FP_CONTRACT OFF
#include "internal.h"
#include "price.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define KK_TARGET __attribute__((target("avx2,popcnt")))
#define KK_TARGET_INLINE static inline __attribute__((always_inline)) KK_TARGET

/// Rows whose prices that say something are numbered before any is scored.
enum { block_rows = 256 };

KK_TARGET static size_t find(const struct kk_price_grid *grid, const uint32_t *subjects,
                             const uint32_t *categories, const uint8_t *conditions, size_t count,
                             uint32_t *found, uint32_t *unasked) {
    return kk_price_find_rows(grid, subjects, categories, conditions, 0, count, found, unasked,
                              0);
}

KK_TARGET static size_t place(const struct kk_price_currencies *known, const uint32_t *currencies,
                              size_t count, uint8_t *places) {
    return kk_price_place_rows(known, currencies, 0, count, places);
}

/// Exact from 0 up to 2^52.
KK_TARGET_INLINE __m256d to_double(__m256i whole) {
    const __m256d magic = _mm256_set1_pd(0x1p52);
    return _mm256_sub_pd(
        _mm256_castsi256_pd(_mm256_or_si256(whole, _mm256_castpd_si256(magic))), magic);
}

/// All ones for prices from 1 up to 2^52.
KK_TARGET_INLINE __m256d is_whole(__m256i minor) {
    __m256i positive = _mm256_cmpgt_epi64(minor, _mm256_setzero_si256());
    __m256i small = _mm256_cmpgt_epi64(_mm256_set1_epi64x(1ll << 52), minor);
    return _mm256_castsi256_pd(_mm256_and_si256(positive, small));
}

KK_TARGET_INLINE __m128i load_bytes(const uint8_t *bytes) {
    int word;
    memcpy(&word, bytes, sizeof word);
    return _mm_cvtepu8_epi32(_mm_cvtsi32_si128(word));
}

/// Writes the numbers of the rows whose prices may say something; returns how many.
KK_TARGET static size_t pick(const struct kk_price_table *table, const struct kk_price_rows *rows,
                             size_t first, size_t count, uint32_t *picks) {
    size_t found = 0;
    for (size_t row = first; row < first + count; row += 4) {
        __m256i minor = _mm256_loadu_si256((const __m256i *)(rows->minor + row));
        __m128i limits = _mm_loadu_si128((const __m128i *)(rows->slots + row));
        limits = _mm_slli_epi32(_mm_srli_epi32(limits, kk_price_cell_bits), kk_price_limit_shift);
        limits = _mm_add_epi32(limits, _mm_set1_epi32(kk_price_limit_one));
        __m128 limit = _mm_mul_ps(_mm_castsi128_ps(limits),
                                  _mm_cvtepi32_ps(load_bytes(rows->pieces + row)));
        __m128 won = _mm_i32gather_ps(table->rates.won, load_bytes(rows->places + row), 4);
        __m128 small = _mm256_cvtpd_ps(to_double(minor));
        __m128 is_silent = _mm_and_ps(_mm_cmpge_ps(_mm_mul_ps(small, won), limit),
                                      _mm_cmplt_ps(small, _mm_set1_ps(KK_PRICE_SMALL)));
        uint32_t mask =
            (uint32_t)_mm_movemask_ps(is_silent) & (uint32_t)_mm256_movemask_pd(is_whole(minor));
        for (uint32_t i = 0; i < 4; i++) {
            picks[found] = (uint32_t)row + i;
            found += ~mask >> i & 1;
        }
    }
    return found;
}

/// Within 2^-32 of ln, which is enough to know most roundings: see kk_price_logs.
KK_TARGET_INLINE __m256d near_log(__m256d value) {
    __m256i bits = _mm256_castpd_si256(value);
    __m256i stretch = _mm256_and_si256(_mm256_srli_epi64(bits, 48), _mm256_set1_epi64x(15));
    const __m256d one = _mm256_set1_pd(1);
    __m256d part = _mm256_castsi256_pd(_mm256_or_si256(
        _mm256_and_si256(bits, _mm256_set1_epi64x((1ll << 52) - 1)), _mm256_castpd_si256(one)));
    __m256d exponent =
        _mm256_sub_pd(to_double(_mm256_srli_epi64(bits, 52)), _mm256_set1_pd(1023));
    __m256d rest =
        _mm256_sub_pd(_mm256_mul_pd(part, _mm256_i64gather_pd(kk_price_inverses, stretch, 8)), one);
    __m256d series = _mm256_mul_pd(_mm256_set1_pd(1.0 / 5), rest);
    series = _mm256_mul_pd(_mm256_add_pd(series, _mm256_set1_pd(-1.0 / 4)), rest);
    series = _mm256_mul_pd(_mm256_add_pd(series, _mm256_set1_pd(1.0 / 3)), rest);
    series = _mm256_mul_pd(_mm256_add_pd(series, _mm256_set1_pd(-1.0 / 2)), rest);
    series = _mm256_mul_pd(_mm256_add_pd(series, one), rest);
    __m256d middle = _mm256_add_pd(_mm256_mul_pd(exponent, _mm256_set1_pd(0x1.62e42fefa39efp-1)),
                                   _mm256_i64gather_pd(kk_price_logs, stretch, 8));
    return _mm256_add_pd(middle, series);
}

KK_TARGET_INLINE __m256d nearest(__m256d value) { return _mm256_round_pd(value, 8); }

/// kk_price_steps, as a number of steps.
KK_TARGET_INLINE __m256d steps(__m256d value) {
    __m256d scaled = _mm256_mul_pd(value, _mm256_set1_pd(65536));
    scaled = _mm256_min_pd(scaled, _mm256_set1_pd(2147483647));
    return nearest(_mm256_max_pd(scaled, _mm256_set1_pd(-2147483648.0)));
}

/// Whole won; 0 where the definition must look.
KK_TARGET_INLINE __m256d whole_won(const struct kk_price_rates *rates, __m256i minor,
                                   __m128i places) {
    __m256d product =
        _mm256_mul_pd(to_double(minor), _mm256_i32gather_pd(rates->micro, places, 8));
    __m256d ok = _mm256_and_pd(
        is_whole(minor), _mm256_cmp_pd(product, _mm256_set1_pd(KK_PRICE_WHOLE), _CMP_LT_OQ));
    __m256d divisor = _mm256_i32gather_pd(rates->divisor, places, 8);
    product = _mm256_add_pd(product, _mm256_i32gather_pd(rates->half_divisor, places, 8));
    __m256d won = _mm256_round_pd(
        _mm256_mul_pd(product, _mm256_i32gather_pd(rates->inverse, places, 8)), 8 | 1);
    __m256d rest = _mm256_sub_pd(product, _mm256_mul_pd(won, divisor));
    const __m256d one = _mm256_set1_pd(1);
    __m256d over = _mm256_and_pd(_mm256_cmp_pd(rest, divisor, _CMP_GE_OQ), one);
    __m256d under = _mm256_and_pd(_mm256_cmp_pd(rest, _mm256_setzero_pd(), _CMP_LT_OQ), one);
    return _mm256_and_pd(ok, _mm256_sub_pd(_mm256_add_pd(won, over), under));
}

/// Scores four rows.
KK_TARGET_INLINE void score(const struct kk_price_table *table, const struct kk_price_rows *rows,
                            const uint32_t *picks, int32_t *raws, uint8_t *kinds) {
    const struct kk_price_rules *rules = &table->rules;
    const __m256d one = _mm256_set1_pd(1), zero = _mm256_setzero_pd();
    int64_t minors[4];
    int places[4], pieces[4], indexes[4];
    for (int i = 0; i < 4; i++) {
        minors[i] = rows->minor[picks[i]];
        places[i] = rows->places[picks[i]];
        pieces[i] = rows->pieces[picks[i]];
        indexes[i] = (int)kk_price_cell_of(rows->slots[picks[i]]);
    }
    __m256d won = whole_won(&table->rates, _mm256_loadu_si256((const __m256i *)minors),
                            _mm_loadu_si128((const __m128i *)places));
    __m256d ambiguous = _mm256_cmp_pd(won, one, _CMP_LT_OQ);
    __m256d piece = _mm256_cvtepi32_pd(_mm_loadu_si128((const __m128i *)pieces));
    won = _mm256_max_pd(_mm256_round_pd(_mm256_div_pd(won, piece), 8 | 1), one);

    __m128i index = _mm_loadu_si128((const __m128i *)indexes);
    __m256d spread = _mm256_i32gather_pd(table->spreads, index, 8);
    _Static_assert(sizeof *table->cells == 16, "cells are gathered by words");
    __m128i word = _mm_slli_epi32(index, 2);
    __m256d center = _mm256_cvtepi32_pd(_mm_i32gather_epi32(&table->cells->center, word, 4));
    __m256d factor = _mm256_cvtps_pd(_mm_i32gather_ps(&table->cells->factor, word, 4));
    __m256d exact = _mm256_mul_pd(near_log(won), _mm256_set1_pd(65536));
    __m256d rounded = nearest(exact);
    __m256d error = _mm256_andnot_pd(_mm256_set1_pd(-0.0), _mm256_sub_pd(exact, rounded));
    ambiguous = _mm256_or_pd(ambiguous,
                             _mm256_cmp_pd(error, _mm256_set1_pd(0.5 - 0x1p-15), _CMP_GT_OQ));
    const __m256d step = _mm256_set1_pd(1.0 / 65536);
    // Whole steps of both.
    __m256d log_ratio = _mm256_mul_pd(_mm256_sub_pd(rounded, center), step);
    __m256d z = _mm256_mul_pd(steps(_mm256_div_pd(log_ratio, spread)), step);
    __m256d raw = _mm256_sub_pd(_mm256_mul_pd(_mm256_set1_pd(-rules->z_scale), z),
                                _mm256_mul_pd(_mm256_set1_pd(rules->ratio_scale), log_ratio));
    raw = _mm256_min_pd(_mm256_max_pd(raw, zero), _mm256_set1_pd(rules->raw_max));
    raw = _mm256_mul_pd(raw, factor);

    __m256d has_factor =
        _mm256_or_pd(_mm256_cmp_pd(factor, one, _CMP_GE_OQ),
                     _mm256_cmp_pd(log_ratio, _mm256_set1_pd(rules->caution_log), _CMP_LE_OQ));
    __m256d counts = _mm256_and_pd(has_factor, _mm256_and_pd(_mm256_cmp_pd(z, zero, _CMP_LT_OQ),
                                                             _mm256_cmp_pd(raw, zero, _CMP_GT_OQ)));
    __m256d may_be_typo =
        _mm256_and_pd(_mm256_cmp_pd(won, _mm256_set1_pd(rules->typo_won), _CMP_LT_OQ),
                      _mm256_cmp_pd(log_ratio, _mm256_set1_pd(rules->typo_log), _CMP_LE_OQ));
    __m256d asks = _mm256_and_pd(counts, may_be_typo);
    counts = _mm256_andnot_pd(asks, counts);
    __m256d low = _mm256_or_pd(
        _mm256_cmp_pd(log_ratio, _mm256_set1_pd(rules->low_log), _CMP_LE_OQ),
        _mm256_cmp_pd(z, _mm256_set1_pd(rules->low_z), _CMP_LE_OQ));

    int found[4];
    _mm_storeu_si128((__m128i *)found, _mm256_cvtpd_epi32(_mm256_and_pd(counts, steps(raw))));
    int ask = _mm256_movemask_pd(asks), count = _mm256_movemask_pd(counts);
    int is_low = _mm256_movemask_pd(low), doubt = _mm256_movemask_pd(ambiguous);
    for (int i = 0; i < 4; i++) {
        int raw_kind = is_low >> i & 1 ? kk_price_low : kk_price_raw;
        int silent_kind = ask >> i & 1 ? kk_price_ask : kk_price_silent;
        raws[picks[i]] = found[i];
        kinds[picks[i]] = (uint8_t)(count >> i & 1 ? raw_kind : silent_kind);
    }
    for (int i = 0; doubt >> i; i++)
        if (doubt >> i & 1) kk_price_row(table, rows, picks[i], raws, kinds);
}

KK_TARGET static void judge(const struct kk_price_table *table, const struct kk_price_rows *rows,
                            int32_t *raws, uint8_t *kinds) {
    memset(raws, 0, rows->count * sizeof *raws);
    memset(kinds, kk_price_silent, rows->count);
    uint32_t picks[block_rows + 4];
    size_t first = 0;
    while (rows->count - first >= 4) {
        size_t count = kk_least(rows->count - first, block_rows) & ~(size_t)3;
        size_t found = pick(table, rows, first, count, picks), at = 0;
        for (; at + 4 <= found; at += 4) score(table, rows, picks + at, raws, kinds);
        for (; at < found; at++) kk_price_row(table, rows, picks[at], raws, kinds);
        first += count;
    }
    for (; first < rows->count; first++)
        if (!kk_price_is_silent(table, rows, first)) kk_price_row(table, rows, first, raws, kinds);
}

KK_TARGET static void total(const int32_t *raws, const uint8_t *kinds, size_t count,
                  struct kk_price_totals *totals) {
    kk_price_total_rows(raws, kinds, count, totals);
}

const struct kk_price_kernels kk_price_avx2 = {find, place, judge, total};
#endif
