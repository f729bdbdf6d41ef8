#pragma STDC FP_CONTRACT OFF
#include "internal.h"
#include "price.h"

static size_t find(const struct kk_price_grid *grid, const uint32_t *subjects,
                   const uint32_t *categories, const uint8_t *conditions, size_t count,
                   uint32_t *found, uint32_t *unasked) {
    return kk_price_find_rows(grid, subjects, categories, conditions, 0, count, found, unasked,
                              0);
}

static size_t place(const struct kk_price_currencies *known, const uint32_t *currencies,
                    size_t count, uint8_t *places) {
    return kk_price_place_rows(known, currencies, 0, count, places);
}

static void judge(const struct kk_price_table *table, const struct kk_price_rows *rows,
                  int32_t *raws, uint8_t *kinds) {
    for (size_t row = 0; row < rows->count; row++) {
        raws[row] = 0;
        kinds[row] = kk_price_silent;
        if (!kk_price_is_silent(table, rows, row)) kk_price_row(table, rows, row, raws, kinds);
    }
}

static void total(const int32_t *raws, const uint8_t *kinds, size_t count,
                  struct kk_price_totals *totals) {
    kk_price_total_rows(raws, kinds, count, totals);
}

const struct kk_price_kernels kk_price_scalar = {find, place, judge, total};
