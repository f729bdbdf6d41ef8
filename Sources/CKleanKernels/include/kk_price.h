// The price join: rows to the cells that their prices are held against, and what the prices say.
//
// A row passes three loops. Its slot in a grid gives its cell; one multiplication and one
// comparison tell whether the price is high enough to say nothing; only for the others the
// logarithm and the score are worked out. Every variant gives the scorer's bits: where its own
// arithmetic cannot tell to which side a number is rounded, it takes the definition's.
#ifndef KK_PRICE_H
#define KK_PRICE_H

#include <stddef.h>
#include <stdint.h>

enum {
    /// Currencies that one table tells apart.
    kk_price_places = 16,
    /// As many as five bits tell apart.
    kk_price_hashes = 32,
    /// Conditions of goods in a grid: new, used, refurbished, any other.
    kk_price_conditions = 4,
};

/// A slot: the number of a cell, and above it a limit, coarse but never too low: won of one piece
/// from which on a price says nothing beside the cell. So small that many slots stay in cache.
enum {
    kk_price_cell_bits = 20,
    /// The limit is 12 bits of a float's exponent and significand, counted from 1.
    kk_price_limit_shift = 17,
    kk_price_limit_one = 0x3F800000,
};

/// The slot of which nobody has asked yet. Its cell is none; its limit is above every price.
#define KK_PRICE_UNASKED 0xFFFFFFFFu

/// Where rows find their cells: by subject (a brand's goods, or a model) a block of slots, one for
/// each category and condition. Block 0 has nothing but KK_PRICE_UNASKED.
struct kk_price_grid {
    const uint32_t *bases;  ///< By subject: its block's first slot; 0 before the first question.
    const uint32_t *offsets;  ///< By category code + 1: where its slots begin in a block.
    size_t offset_count;
    const uint32_t *slots;  ///< At base + offset + condition.
    /// If not 0, every subject has a block, and its base is (subject + 1) * stride.
    uint32_t stride;
};

/// The slots of `count` rows. A category of 0xFFFFFFFF is none; conditions past 2 share a slot.
/// Returns how many are KK_PRICE_UNASKED; their rows' numbers, ascending, are in `unasked`, which
/// has room for `count` and 16 more.
typedef size_t (*kk_price_find)(const struct kk_price_grid *grid, const uint32_t *subjects,
                                const uint32_t *categories, const uint8_t *conditions,
                                size_t count, uint32_t *found, uint32_t *unasked);

/// Where currencies have their places: a code's is at the highest five bits of its product with
/// the multiplier, if `codes` has the code there.
struct kk_price_currencies {
    uint32_t multiplier;
    const uint32_t *codes, *places;  ///< kk_price_hashes of each; places are below kk_price_places.
};

/// The place of each row's currency, until a row whose currency has none: returns its number, or
/// count.
typedef size_t (*kk_price_place)(const struct kk_price_currencies *known,
                                 const uint32_t *currencies, size_t count, uint8_t *places);

/// What a cell holds prices against; 16 bytes, so that many stay in cache.
struct kk_price_cell {
    int32_t center;       ///< ln won in steps of 2^-16.
    float inverse, rest;  ///< Their sum is 1 / spread.
    /// 1; less, but above 0, for goods that may be used, whose prices count from caution on.
    float factor;
};

/// Rates by place, kk_price_places of each; all are 1 or NaN where a currency has no rate.
struct kk_price_rates {
    const float *won, *rest;  ///< Of one minor unit; their sum is exact to 48 bits. At most 1024.
    const float *half;        ///< Added to won before they are rounded down to whole ones.
    const double *micro;    ///< Millionths of a won for one major unit, whole.
    const double *divisor;  ///< Millionths for each minor unit: micro / divisor is won, whole.
    const double *inverse;  ///< 1 / divisor.
    const double *half_divisor;  ///< Rounded down.
};

/// The model's parameters, as the scorer names them.
struct kk_price_rules {
    double z_scale, ratio_scale, raw_max;
    double caution_log;       ///< Where prices of goods that may be used begin to count.
    double low_log, low_z;    ///< A price at or below either is low.
    double typo_won, typo_log;  ///< Below the one, at or below the other: may be a typing error.
};

struct kk_price_table {
    const struct kk_price_cell *cells;
    const double *spreads;  ///< By cell: of ln won, above 0.
    struct kk_price_rates rates;
    struct kk_price_rules rules;
};

/// What a price says.
enum kk_price_kind {
    kk_price_silent,  ///< Nothing.
    kk_price_raw,     ///< Its raw score.
    kk_price_low,     ///< Its raw score, and that it is low.
    kk_price_ask,     ///< The scorer must look itself: an absurd number, or a typing error.
};

/// Rows whose places and slots are known.
struct kk_price_rows {
    const int64_t *minor;    ///< Above 0.
    const uint8_t *places;
    const uint8_t *pieces;   ///< At least 1.
    const uint32_t *slots;
    size_t count;
};

/// raws: in steps of 2^-16, 0 unless the kind is raw or low. kinds: kk_price_kind.
typedef void (*kk_price_judge)(const struct kk_price_table *table,
                               const struct kk_price_rows *rows, int32_t *raws, uint8_t *kinds);

/// Of some rows' results.
struct kk_price_totals {
    int64_t raw;  ///< Sum of raws.
    size_t scored, low, open;  ///< Rows with a raw above 0, and of the kinds low and ask.
};

typedef void (*kk_price_total)(const int32_t *raws, const uint8_t *kinds, size_t count,
                               struct kk_price_totals *totals);

/// One instruction set's price join.
struct kk_price_kernels {
    kk_price_find find;
    kk_price_place place;
    kk_price_judge judge;
    kk_price_total total;
};

#endif
