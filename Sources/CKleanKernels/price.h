// The price join's definition, row by row; other variants take it where they cannot decide.
#ifndef KK_PRICE_INTERNAL_H
#define KK_PRICE_INTERNAL_H

#include <string.h>

#include "internal.h"

#define KK_PRICE_INLINE static inline __attribute__((always_inline))

/// Whole numbers below this, and their sums with half a divisor, are exact in a double.
#define KK_PRICE_WHOLE 0x1p52
/// Products of prices with rates below this, and half a divisor more, are whole in 64 bits.
#define KK_PRICE_MICRO 0x1p63
/// No price below this leaves the range of won.
#define KK_PRICE_SMALL 0x1p52f

/// Rounds to nearest, ties to even, into the range of a fixed-point score's bits.
KK_PRICE_INLINE double kk_price_steps(double value) {
    double scaled = value * 65536;
    scaled = scaled < 2147483647 ? scaled : 2147483647;
    scaled = scaled > -2147483648.0 ? scaled : -2147483648.0;
    return (scaled + 0x1.8p52) - 0x1.8p52;
}

/// `Exact.log` of KleanCore, operation by operation.
KK_PRICE_INLINE double kk_price_log(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 52) - 1023;
    bits = (bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull;
    double significand;
    memcpy(&significand, &bits, sizeof significand);
    if (significand > 1.4142135623730951) {
        significand *= 0.5;
        exponent += 1;
    }
    double fraction = significand - 1;
    double ratio = fraction / (2 + fraction);
    double square = ratio * ratio;
    double series = (0.0 + 1 / 27.0) * square;
    series = (series + 1 / 25.0) * square;
    series = (series + 1 / 23.0) * square;
    series = (series + 1 / 21.0) * square;
    series = (series + 1 / 19.0) * square;
    series = (series + 1 / 17.0) * square;
    series = (series + 1 / 15.0) * square;
    series = (series + 1 / 13.0) * square;
    series = (series + 1 / 11.0) * square;
    series = (series + 1 / 9.0) * square;
    series = (series + 1 / 7.0) * square;
    series = (series + 1 / 5.0) * square;
    series = (series + 1 / 3.0) * square;
    double scale = exponent;
    return scale * 0.6931471803691238 +
           (2 * ratio + (2 * ratio * series + scale * 1.9082149292705877e-10));
}

/// What a price of `won` a piece says; `log` is its ln in whole steps of 2^-16.
KK_PRICE_INLINE enum kk_price_kind kk_price_score(const struct kk_price_rules *rules,
                                                  const struct kk_price_cell *cell,
                                                  double spread, double won, double log,
                                                  int32_t *raw) {
    double log_ratio = kk_price_steps(log - cell->center / 65536.0) / 65536;
    double z = kk_price_steps(log_ratio / spread) / 65536;
    *raw = 0;
    if (z >= 0) return kk_price_silent;
    if (cell->factor < 1 && !(log_ratio <= rules->caution_log)) return kk_price_silent;
    double score = -rules->z_scale * z - rules->ratio_scale * log_ratio;
    score = score > 0 ? score : 0;
    score = (score < rules->raw_max ? score : rules->raw_max) * (double)cell->factor;
    if (!(score > 0)) return kk_price_silent;
    if (won < rules->typo_won && log_ratio <= rules->typo_log) return kk_price_ask;
    *raw = (int32_t)kk_price_steps(score);
    return log_ratio <= rules->low_log || z <= rules->low_z ? kk_price_low : kk_price_raw;
}

KK_PRICE_INLINE uint32_t kk_price_cell_of(uint32_t slot) {
    return slot & ((1u << kk_price_cell_bits) - 1);
}

KK_PRICE_INLINE float kk_price_limit(uint32_t slot) {
    uint32_t bits =
        (slot >> kk_price_cell_bits << kk_price_limit_shift) + kk_price_limit_one;
    float limit;
    memcpy(&limit, &bits, sizeof limit);
    return limit;
}

/// Whether the first comparison tells that a price says nothing. A limit is so much higher than
/// need be that single precision does.
KK_PRICE_INLINE int kk_price_is_silent(const struct kk_price_table *table,
                                       const struct kk_price_rows *rows, size_t row) {
    float minor = (float)rows->minor[row];
    float limit = kk_price_limit(rows->slots[row]) * (float)rows->pieces[row];
    return minor < KK_PRICE_SMALL && minor * table->rates.won[rows->places[row]] >= limit;
}

/// The rest of the definition, for a price of which it does not tell.
KK_PRICE_INLINE void kk_price_row(const struct kk_price_table *table,
                                  const struct kk_price_rows *rows, size_t row, int32_t *raws,
                                  uint8_t *kinds) {
    uint32_t cell = kk_price_cell_of(rows->slots[row]);
    size_t place = rows->places[row];
    int64_t minor = rows->minor[row];
    double micro = table->rates.micro[place];
    raws[row] = 0;
    kinds[row] = kk_price_ask;
    if (!(minor > 0 && (double)minor * micro < KK_PRICE_MICRO)) return;
    uint64_t product = (uint64_t)minor * (uint64_t)micro;
    uint64_t won = (product + (uint64_t)table->rates.half_divisor[place]) /
                   (uint64_t)table->rates.divisor[place];
    if (won == 0) return;
    won /= rows->pieces[row];
    if (won == 0) won = 1;
    double log = kk_price_steps(kk_price_log((double)won)) / 65536;
    kinds[row] = (uint8_t)kk_price_score(&table->rules, &table->cells[cell],
                                         table->spreads[cell], (double)won, log, &raws[row]);
}

/// For a near logarithm: a whole number from 1 up to 2^52 is m * 2^e, and of the 16 stretches of m
/// these are the middles' inverses, `32 / (33 + 2 i)`; what is left is a short series.
static const double kk_price_inverses[16] = {32.0 / 33, 32.0 / 35, 32.0 / 37, 32.0 / 39,
                                          32.0 / 41, 32.0 / 43, 32.0 / 45, 32.0 / 47,
                                          32.0 / 49, 32.0 / 51, 32.0 / 53, 32.0 / 55,
                                          32.0 / 57, 32.0 / 59, 32.0 / 61, 32.0 / 63};
/// The middles' logarithms.
static const double kk_price_logs[16] = {
    0x1.f829b0e783300p-6, 0x1.6f0d28ae56b4cp-4, 0x1.29552f81ff523p-3, 0x1.9525a9cf456b4p-3,
    0x1.fb9186d5e3e2bp-3, 0x1.2e8e2bae11d31p-2, 0x1.5d1bdbf5809cap-2, 0x1.89a3386c1425bp-2,
    0x1.b44f77bcc8f63p-2, 0x1.dd46a04c1c4a1p-2, 0x1.02552a5a5d0ffp-1, 0x1.154c3d2f4d5eap-1,
    0x1.2795e1289b11bp-1, 0x1.393e0d3562a1ap-1, 0x1.4a4f85db03ebbp-1, 0x1.5ad404c359f2dp-1};

KK_PRICE_INLINE uint32_t kk_price_slot(const struct kk_price_grid *grid, uint32_t subject,
                                       uint32_t category, uint8_t condition) {
    return grid->slots[grid->bases[subject] + grid->offsets[(uint32_t)(category + 1)] +
                       (condition < 3 ? condition : 3u)];
}

/// From row `first` on, of which `known` before it are unasked; returns how many are at the end.
KK_PRICE_INLINE size_t kk_price_find_rows(const struct kk_price_grid *grid,
                                          const uint32_t *subjects, const uint32_t *categories,
                                          const uint8_t *conditions, size_t first, size_t count,
                                          uint32_t *found, uint32_t *unasked, size_t known) {
    for (size_t row = first; row < count; row++) {
        found[row] = kk_price_slot(grid, subjects[row], categories[row], conditions[row]);
        unasked[known] = (uint32_t)row;
        known += found[row] == KK_PRICE_UNASKED;
    }
    return known;
}

/// From row `first` on.
KK_PRICE_INLINE size_t kk_price_place_rows(const struct kk_price_currencies *known,
                                           const uint32_t *currencies, size_t first, size_t count,
                                           uint8_t *places) {
    for (size_t row = first; row < count; row++) {
        uint32_t hash = (currencies[row] * known->multiplier) >> 27;
        if (known->codes[hash] != currencies[row]) return row;
        places[row] = (uint8_t)known->places[hash];
    }
    return count;
}

KK_PRICE_INLINE void kk_price_total_rows(const int32_t *raws, const uint8_t *kinds, size_t count,
                                         struct kk_price_totals *totals) {
    *totals = (struct kk_price_totals){0, 0, 0, 0};
    // So few at a time that bytes hold the counts.
    enum { step = 128 };
    for (size_t row = 0; row < count; row += step) {
        size_t end = kk_least(row + step, count);
        int64_t raw = 0;
        uint32_t scored = 0;
        uint8_t low = 0, open = 0;
        for (size_t i = row; i < end; i++) {
            raw += raws[i];
            scored += raws[i] > 0;
        }
        for (size_t i = row; i < end; i++) {
            low = (uint8_t)(low + (kinds[i] == kk_price_low));
            open = (uint8_t)(open + (kinds[i] == kk_price_ask));
        }
        totals->raw += raw;
        totals->scored += scored;
        totals->low += low;
        totals->open += open;
    }
}

#endif
