// What prices say, sixteen at a time in single precision: part of price_avx512.c.
//
// Whole numbers of won and of fixed-point steps, as long as they are below 2^24, are exact in a
// float; what is left of them after rounding is worked out with twice its precision, and lanes in
// which that is too near to half a step are unsure: the definition takes them. The score itself,
// whose ties depend on the scorer's own roundings, is worked out in double precision.
#ifndef KK_PRICE_SCORE_AVX512_H
#define KK_PRICE_SCORE_AVX512_H

#include <immintrin.h>

#include "price.h"

#define KK_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2,popcnt")))
#define KK_TARGET_INLINE static inline __attribute__((always_inline)) KK_TARGET

/// Rows whose prices that say something are gathered before any is scored.
enum { block_rows = 1024 };

/// A picked row as one word: its cell's number, place and pieces.
enum { word_cell_shift = 12, word_place_shift = 8 };

/// Bits in order of the picked rows.
struct picked_bits {
    uint16_t words[block_rows / 16 + 8];
};

/// The rows of a block that the first comparison left, side by side, and what came of them.
struct picked {
    float minor[block_rows + 16];
    uint32_t words[block_rows + 16];  ///< See word_cell_shift.
    // What one loop leaves for the next.
    uint32_t cells[block_rows + 16];  ///< Offsets of bytes.
    float won[block_rows + 16];
    uint32_t logs[block_rows + 16];  ///< In steps.
    float z[block_rows + 16], ratios[block_rows + 16], factors[block_rows + 16];
    struct picked_bits counts;
    // Results.
    int32_t raws[block_rows + 16];
    struct picked_bits low_kind, high_kind;  ///< The two bits of a kk_price_kind.
    struct picked_bits unsure;
    size_t count;
};

KK_TARGET_INLINE __m512 join_ps(__m256 low, __m256 high) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}

KK_TARGET_INLINE __m512 nearest(__m512 value) { return _mm512_roundscale_ps(value, 8); }

KK_TARGET_INLINE __m512 rounded_down(__m512 value) { return _mm512_roundscale_ps(value, 8 | 1); }

/// Floats from here on are not all the whole numbers.
#define FLOAT_WHOLE 0x1p24f

/// One of 32 values for each lane; only the low five bits of a place count.
struct lanes32 {
    __m512i low, high;
};

KK_TARGET_INLINE struct lanes32 load32(const void *values) {
    return (struct lanes32){_mm512_loadu_si512(values),
                            _mm512_loadu_si512((const char *)values + 64)};
}

KK_TARGET_INLINE __m512i pick32(struct lanes32 values, __m512i places) {
    return _mm512_permutex2var_epi32(values.low, places, values.high);
}

/// A logarithm's unit is 2^-27, 2,048 of which are a step.
#define LOG_UNIT 0x1p27f
enum { log_step_bits = 11, log_half_step = 1 << (log_step_bits - 1) };
/// A logarithm of a whole number below 2^24 is that many units wrong at most, others of a number
/// that was rounded to a float.
enum { log_error = 2, log_error_rounded = 8 };

/// A significand lies in one of 32 stretches; by stretch 64 / (65 + 2 i), the middle's inverse.
static const float log_inverses[32] = {
    0x1.f81f82p-1f, 0x1.e9131ap-1f, 0x1.dae608p-1f, 0x1.cd8568p-1f, 0x1.c0e070p-1f, 0x1.b4e81cp-1f,
    0x1.a98ef6p-1f, 0x1.9ec8eap-1f, 0x1.948b10p-1f, 0x1.8acb90p-1f, 0x1.818182p-1f, 0x1.78a4c8p-1f,
    0x1.702e06p-1f, 0x1.681682p-1f, 0x1.605816p-1f, 0x1.58ed24p-1f, 0x1.51d07ep-1f, 0x1.4afd6ap-1f,
    0x1.446f86p-1f, 0x1.3e22ccp-1f, 0x1.381382p-1f, 0x1.323e34p-1f, 0x1.2c9fb4p-1f, 0x1.27350cp-1f,
    0x1.21fb78p-1f, 0x1.1cf06ap-1f, 0x1.181182p-1f, 0x1.135c82p-1f, 0x1.0ecf56p-1f, 0x1.0a6810p-1f,
    0x1.0624dep-1f, 0x1.020408p-1f};
/// -ln of them.
static const uint32_t log_middles[32] = {
    2080937,  6148455,  10096314, 13931372, 17659881, 21287604, 24819856, 28261522,
    31617142, 34890913, 38086717, 41208203, 44258736, 47241472, 50159368, 53015166,
    55811479, 58550708, 61235154, 63866955, 66448141, 68980635, 71466221, 73906602,
    76303414, 78658177, 80972321, 83247252, 85484278, 87684617, 89849455, 91979947};
/// ln 2^e, at the low five bits of a float's exponent, which is e + 127.
static const uint32_t log_powers[32] = {
    93032640,   186065279,  279097919,  372130559,  465163199,  558195838,  651228478,
    744261118,  837293758,  930326397,  1023359037, 1116391677, 1209424317, 1302456956,
    1395489596, 1488522236, 1581554876, 1674587515, 1767620155, 1860652795, 1953685435,
    2046718074, 2139750714, 2232783354, 2325815994, 2418848633, 2511881273, 2604913913,
    2697946553, 2790979192, 2884011832, 0};

struct logarithm {
    struct lanes32 inverses, middles, powers;
};

/// Half a step and log_error are in the sum already.
KK_TARGET_INLINE struct logarithm load_logarithm(void) {
    struct logarithm tables = {load32(log_inverses), load32(log_middles), load32(log_powers)};
    const __m512i half = _mm512_set1_epi32(log_half_step + log_error);
    tables.middles.low = _mm512_add_epi32(tables.middles.low, half);
    tables.middles.high = _mm512_add_epi32(tables.middles.high, half);
    return tables;
}

/// ln of 1 up to 2^32 in units, and half a step and log_error more: within log_error.
KK_TARGET_INLINE __m512i units_of_log(struct logarithm tables, __m512 value) {
    __m512i bits = _mm512_castps_si512(value);
    __m512i stretch = _mm512_srli_epi32(bits, 18);
    // The significand in units.
    __m512 part = _mm512_castsi512_ps(
        _mm512_ternarylogic_epi32(bits, _mm512_set1_epi32(0x7FFFFF),
                                  _mm512_castps_si512(_mm512_set1_ps(LOG_UNIT)), 0xEA));
    __m512 rest =
        _mm512_fmsub_ps(part, _mm512_castsi512_ps(pick32(tables.inverses, stretch)),
                        _mm512_set1_ps(LOG_UNIT));
    // ln (1 + r) up to |r| = 1 / 65.
    __m512 series = _mm512_fmadd_ps(rest, _mm512_set1_ps(-0.25006003f * 0x1p-81f),
                                    _mm512_set1_ps(0.33337448f * 0x1p-54f));
    series = _mm512_fmadd_ps(series, rest, _mm512_set1_ps(-0.5f * 0x1p-27f));
    series = _mm512_fmadd_ps(series, _mm512_mul_ps(rest, rest), rest);
    __m512i sum = _mm512_add_epi32(pick32(tables.middles, stretch),
                                   pick32(tables.powers, _mm512_srli_epi32(bits, 23)));
    return _mm512_add_epi32(sum, _mm512_cvtps_epi32(series));
}

/// Whether units_of_log may lie on the wrong side of half a step, given its error, a power of two.
KK_TARGET_INLINE __mmask16 is_log_unsure(__m512i units, int error) {
    units = _mm512_add_epi32(units, _mm512_set1_epi32(error - log_error));
    return _mm512_testn_epi32_mask(units,
                                   _mm512_set1_epi32((1 << log_step_bits) - 2 * error));
}

/// Sixteen cells as columns.
struct cells16 {
    __m512i center;
    __m512 inverse, rest, factor;
};

/// Every fourth of the cells at byte offsets.
KK_TARGET_INLINE __m512 load_cells4(const struct kk_price_cell *cells, const uint32_t *offsets) {
    const char *bytes = (const char *)cells;
    __m256 low = _mm256_castps128_ps256(_mm_loadu_ps((const float *)(bytes + offsets[0])));
    low = _mm256_insertf128_ps(low, _mm_loadu_ps((const float *)(bytes + offsets[4])), 1);
    __m256 high = _mm256_castps128_ps256(_mm_loadu_ps((const float *)(bytes + offsets[8])));
    high = _mm256_insertf128_ps(high, _mm_loadu_ps((const float *)(bytes + offsets[12])), 1);
    return join_ps(low, high);
}

KK_TARGET_INLINE struct cells16 load_cells(const struct kk_price_cell *cells,
                                           const uint32_t *offsets) {
    __m512 first = load_cells4(cells, offsets), second = load_cells4(cells, offsets + 1);
    __m512 third = load_cells4(cells, offsets + 2), fourth = load_cells4(cells, offsets + 3);
    __m512d left = _mm512_castps_pd(_mm512_unpacklo_ps(first, second));
    __m512d right = _mm512_castps_pd(_mm512_unpacklo_ps(third, fourth));
    __m512d left_end = _mm512_castps_pd(_mm512_unpackhi_ps(first, second));
    __m512d right_end = _mm512_castps_pd(_mm512_unpackhi_ps(third, fourth));
    return (struct cells16){_mm512_castpd_si512(_mm512_unpacklo_pd(left, right)),
                            _mm512_castpd_ps(_mm512_unpackhi_pd(left, right)),
                            _mm512_castpd_ps(_mm512_unpacklo_pd(left_end, right_end)),
                            _mm512_castpd_ps(_mm512_unpackhi_pd(left_end, right_end))};
}

/// How near to a whole number a sum is unsure.
#define PRODUCT_ERROR 0x1p-20f

/// Products of whole numbers with a factor of twice a float's precision, and up to one more added,
/// rounded down.
struct products {
    __m512 whole;
    __mmask16 unsure;  ///< Within PRODUCT_ERROR of another; also what is no number.
};

/// As long as the products are below 2^24. PRODUCT_ERROR is in `more` already.
KK_TARGET_INLINE struct products multiply(__m512 value, __m512 factor, __m512 rest, __m512 more) {
    __m512 near = nearest(_mm512_mul_ps(value, factor));
    more = _mm512_fmadd_ps(value, rest, more);
    more = _mm512_add_ps(_mm512_fmsub_ps(value, factor, near), more);
    __m512 whole = rounded_down(more);
    return (struct products){_mm512_add_ps(near, whole),
                             _mm512_cmp_ps_mask(_mm512_sub_ps(more, whole),
                                                _mm512_set1_ps(2 * PRODUCT_ERROR), _CMP_NGE_UQ)};
}

/// The largest whole number of steps up to a limit.
KK_TARGET_INLINE __m512 steps_up_to(double limit) {
    double steps = limit * 65536;
    steps = steps < 0x1p23 ? steps : 0x1p23;
    steps = steps > -0x1p23 ? steps : -0x1p23;
    return _mm512_set1_ps((float)((int32_t)(steps + 0x1p24) - (1 << 24)));
}

/// Lanes past the last pick are worked out like others, of cell 0, and forgotten.
KK_TARGET_INLINE void fill(struct picked *picked) {
    _mm512_storeu_ps(picked->minor + picked->count, _mm512_set1_ps(1));
    _mm512_storeu_si512(picked->words + picked->count, _mm512_set1_epi32(1));
}

/// Won of one piece, and their logarithms.
KK_TARGET static void take_logs(const struct kk_price_rates *rates, struct picked *picked) {
    const __m512 rate = _mm512_loadu_ps(rates->won), rate_rest = _mm512_loadu_ps(rates->rest);
    const __m512 half =
        _mm512_add_ps(_mm512_loadu_ps(rates->half), _mm512_set1_ps(PRODUCT_ERROR));
    const struct logarithm logarithm = load_logarithm();
    const __m512 one = _mm512_set1_ps(1);
    for (size_t at = 0; at < picked->count; at += 16) {
        __m512 minor = _mm512_loadu_ps(picked->minor + at);
        __m512i words = _mm512_loadu_si512(picked->words + at);
        __m512i places = _mm512_srli_epi32(words, word_place_shift);
        struct products products =
            multiply(minor, _mm512_permutexvar_ps(places, rate),
                     _mm512_permutexvar_ps(places, rate_rest), _mm512_permutexvar_ps(places, half));
        __m512 won = products.whole;
        // What is less than one won is left to the definition, too.
        __mmask16 unsure = products.unsure | _mm512_cmp_ps_mask(won, one, _CMP_LT_OQ);
        __mmask16 large = _mm512_cmp_ps_mask(_mm512_max_ps(won, minor),
                                             _mm512_set1_ps(FLOAT_WHOLE), _CMP_GE_OQ);
        __mmask16 many = _mm512_test_epi32_mask(words, _mm512_set1_epi32(0xFE));
        if (large | many) {
            // A large price is a rounded one, of which only a logarithm can be taken.
            unsure |= large & (many | _mm512_cmp_ps_mask(_mm512_permutexvar_ps(places, rate), one,
                                                         _CMP_NEQ_UQ));
            unsure |= _mm512_cmp_ps_mask(won, _mm512_set1_ps(0x1p32f), _CMP_GE_OQ);
            __m512 pieces = _mm512_cvtepi32_ps(
                _mm512_and_si512(words, _mm512_set1_epi32(0xFF)));
            // Below 2^24 no quotient is rounded up to a whole number that it is not.
            won = _mm512_mask_mov_ps(
                won, many, _mm512_max_ps(rounded_down(_mm512_div_ps(won, pieces)), one));
        }
        __m512i units = units_of_log(logarithm, won);
        unsure |= is_log_unsure(units, log_error);
        if (large) unsure |= large & is_log_unsure(units, log_error_rounded);
        _mm512_storeu_ps(picked->won + at, won);
        _mm512_storeu_si512(picked->logs + at, _mm512_srli_epi32(units, log_step_bits));
        _mm512_storeu_si512(picked->cells + at,
                            _mm512_and_si512(_mm512_srli_epi32(words, word_cell_shift - 4),
                                             _mm512_set1_epi32(~15)));
        picked->unsure.words[at / 16] = unsure;
    }
}

/// Whether whatever lies below its cell by a step has a score above 0, as everywhere but in an odd
/// model: then the sign of z tells which prices count.
KK_TARGET_INLINE int is_falling(const struct kk_price_rules *rules) {
    return rules->z_scale >= 0 && rules->ratio_scale >= 0 &&
           rules->z_scale + rules->ratio_scale > 0x1p-20 && rules->raw_max > 0;
}

/// How prices stand to their cells, and the kinds that follow.
KK_TARGET static void hold(const struct kk_price_table *table, struct picked *picked) {
    const struct kk_price_rules *rules = &table->rules;
    const __m512 caution = steps_up_to(rules->caution_log);
    const __m512 low_log = steps_up_to(rules->low_log), low_z = steps_up_to(rules->low_z);
    const __m512 typo_won = _mm512_set1_ps((float)rules->typo_won);
    const __m512 typo_log = steps_up_to(rules->typo_log);
    const __mmask16 odd = is_falling(rules) ? 0 : 0xFFFF;
    for (size_t at = 0; at < picked->count; at += 16) {
        struct cells16 cells = load_cells(table->cells, picked->cells + at);
        __m512 ratio = _mm512_cvtepi32_ps(
            _mm512_sub_epi32(_mm512_loadu_si512(picked->logs + at), cells.center));
        struct products quotients = multiply(ratio, cells.inverse, cells.rest,
                                             _mm512_set1_ps(0.5f + PRODUCT_ERROR));
        __m512 z = quotients.whole;
        __mmask16 counts = _mm512_cmp_ps_mask(z, _mm512_setzero_ps(), _CMP_LT_OQ);
        __mmask16 careful =
            _mm512_cmp_ps_mask(cells.factor, _mm512_set1_ps(1), _CMP_LT_OQ);
        counts &= ~_mm512_mask_cmp_ps_mask(careful, ratio, caution, _CMP_GT_OQ);
        __mmask16 typo =
            _mm512_mask_cmp_ps_mask(counts, _mm512_loadu_ps(picked->won + at), typo_won,
                                    _CMP_LT_OQ);
        typo = _mm512_mask_cmp_ps_mask(typo, ratio, typo_log, _CMP_LE_OQ);
        __mmask16 low = _mm512_cmp_ps_mask(ratio, low_log, _CMP_LE_OQ) |
                        _mm512_cmp_ps_mask(z, low_z, _CMP_LE_OQ);
        _mm512_storeu_ps(picked->z + at, z);
        _mm512_storeu_ps(picked->ratios + at, ratio);
        _mm512_storeu_ps(picked->factors + at, cells.factor);
        picked->counts.words[at / 16] = counts & ~typo;
        picked->low_kind.words[at / 16] = (counts & ~low) | typo;
        picked->high_kind.words[at / 16] = (counts & low) | typo;
        picked->unsure.words[at / 16] |= quotients.unsure | odd;
    }
}

/// The raw scores of the prices that count; all in steps, which scales doubles without a rounding:
/// what kk_price_score divides by 65536 and multiplies again stays as it is here.
KK_TARGET static void weigh(const struct kk_price_rules *rules, struct picked *picked) {
    const __m512d z_scale = _mm512_set1_pd(-rules->z_scale);
    const __m512d ratio_scale = _mm512_set1_pd(rules->ratio_scale);
    const __m512d raw_max = _mm512_set1_pd(rules->raw_max * 65536);
    const uint8_t *counts = (const uint8_t *)picked->counts.words;
    for (size_t at = 0; at < picked->count; at += 8) {
        __m512d z = _mm512_cvtps_pd(_mm256_loadu_ps(picked->z + at));
        __m512d ratio = _mm512_cvtps_pd(_mm256_loadu_ps(picked->ratios + at));
        __m512d factor = _mm512_cvtps_pd(_mm256_loadu_ps(picked->factors + at));
        __m512d raw = _mm512_sub_pd(_mm512_mul_pd(z_scale, z), _mm512_mul_pd(ratio_scale, ratio));
        raw = _mm512_mul_pd(_mm512_min_pd(raw, raw_max), factor);
        // Rounds to nearest, ties to even.
        _mm256_storeu_si256((__m256i *)(picked->raws + at),
                            _mm512_maskz_cvtpd_epi32(counts[at / 8], raw));
    }
}

/// Three loops, since no processor looks as far ahead as the chain of all operations is long.
KK_TARGET static void score(const struct kk_price_table *table, struct picked *picked) {
    fill(picked);
    take_logs(&table->rates, picked);
    hold(table, picked);
    weigh(&table->rules, picked);
}

#endif
