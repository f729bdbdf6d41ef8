#include "bands_state.h"

size_t kk_band_scratch_bytes(size_t capacity) {
    struct kk_join_state join;
    return kk_carve(&join, NULL, capacity);
}

// One row's posting under one key.
struct posting {
    uint32_t near, far, row;
};

// Where one band of a bank is written.
struct band_draft {
    uint32_t *starts, *near, *far, *rows;
    uint64_t *present;
};

static inline void put(const struct band_draft *band, uint32_t place, struct posting posting) {
    band->near[place] = posting.near;
    band->far[place] = posting.far;
    band->rows[place] = posting.row;
}

// Groups all rows of a band by key, twice counted: first how many, then where to.
static void fill(const struct band_draft *band, const uint16_t *keys, size_t stride,
                 size_t row_count, int number, int is_spread) {
    const uint16_t *run[5];
    for (int step = 0; step < 5; step++) run[step] = keys + (size_t)((number + step) & 15) * stride;
    // Counted one place up, so that filling, which moves each start up to its end, leaves starts.
    uint32_t *next = band->starts + 1;
    for (size_t row = 0; row < row_count; row++) {
        next[run[0][row]]++;
        for (int bit = 0; is_spread && bit < 16; bit++) next[run[0][row] ^ 1u << bit]++;
    }
    uint32_t sum = 0;
    for (size_t key = 0; key < kk_band_keys; key++) {
        uint32_t count = next[key];
        if (count && band->present) band->present[key >> 6] |= 1ull << (key & 63);
        next[key] = sum;
        sum += count;
    }
    for (size_t row = 0; row < row_count; row++) {
        struct posting posting = {run[1][row] | (uint32_t)run[2][row] << 16,
                                  run[3][row] | (uint32_t)run[4][row] << 16, (uint32_t)row};
        put(band, next[run[0][row]]++, posting);
        for (int bit = 0; is_spread && bit < 16; bit++)
            put(band, next[run[0][row] ^ 1u << bit]++, posting);
    }
}

static int is_spread(enum kk_band_layout layout) { return layout != kk_band_batch; }

static int has_present(size_t row_count, enum kk_band_layout layout) {
    return layout == kk_band_ring && row_count <= kk_band_present_rows_max;
}

// Bytes of the hashes and of one band's parts.
struct bank_sizes {
    size_t hashes, starts, postings, present;
};

static struct bank_sizes sizes(size_t row_count, enum kk_band_layout layout) {
    size_t postings = row_count * (is_spread(layout) ? kk_band_spread : 1) + kk_band_slack;
    return (struct bank_sizes){kk_part_bytes(row_count, 32), kk_part_bytes(kk_band_keys + 1, 4),
                               kk_part_bytes(postings, 4),
                               has_present(row_count, layout) ? kk_band_keys / 8 : 0};
}

static size_t band_bytes(const struct bank_sizes *sizes) {
    return sizes->starts + 3 * sizes->postings + sizes->present;
}

static struct band_draft draft(uint8_t *memory, const struct bank_sizes *sizes, int number) {
    uint8_t *at = memory + sizes->hashes + (size_t)number * band_bytes(sizes);
    uint8_t *postings = at + sizes->starts;
    return (struct band_draft){
        .starts = (void *)at,
        .near = (void *)postings,
        .far = (void *)(postings + sizes->postings),
        .rows = (void *)(postings + 2 * sizes->postings),
        .present = sizes->present ? (void *)(postings + 3 * sizes->postings) : NULL,
    };
}

size_t kk_band_bank_bytes(size_t row_count, enum kk_band_layout layout) {
    struct bank_sizes parts = sizes(row_count, layout);
    return parts.hashes + kk_band_count * band_bytes(&parts);
}

void kk_band_bank_open(const void *memory, size_t row_count, enum kk_band_layout layout,
                       struct kk_band_bank *bank) {
    struct bank_sizes parts = sizes(row_count, layout);
    *bank = (struct kk_band_bank){.hashes = memory, .row_count = row_count};
    for (int number = 0; number < kk_band_count; number++) {
        struct band_draft band = draft((uint8_t *)memory, &parts, number);
        bank->bands[number] =
            (struct kk_band){band.starts, band.near, band.far, band.rows, band.present};
    }
}

size_t kk_band_build_bytes(size_t row_count) {
    return kk_band_count * kk_stride(row_count) * sizeof(uint16_t);
}

void kk_band_bank_build(const struct kk_band_kernels *kernels, const uint64_t *hashes,
                        size_t row_count, enum kk_band_layout layout, void *keys, void *memory) {
    struct kk_band_queries all = {hashes, NULL, row_count};
    kernels->keys(&all, 0, row_count, keys, kk_stride(row_count));
    struct bank_sizes parts = sizes(row_count, layout);
    if (row_count) memcpy(memory, hashes, row_count * 32);
    for (int number = 0; number < kk_band_count; number++) {
        struct band_draft band = draft(memory, &parts, number);
        fill(&band, keys, kk_stride(row_count), row_count, number, is_spread(layout));
    }
}
