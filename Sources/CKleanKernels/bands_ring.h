// Ring: queries as they come, band by band, so that one band of the bank stays in cache while all
// queries pass; bucket bounds and buckets are fetched `ahead` queries early.
// Included by bands.h.

// The queries whose key has postings.
KK_TARGET static size_t kk_select_present(const uint64_t *present, const uint16_t *keys,
                                          size_t count, uint32_t *numbers) {
    size_t found = 0;
    for (size_t index = 0; index < count; index++) {
        uint32_t key = keys[index];
        numbers[found] = (uint32_t)index;
        found += present[key >> 6] >> (key & 63) & 1;
    }
    return found;
}

// numbers: the queries to probe with, ascending; NULL for all of them.
KK_INLINE void kk_ring_band(struct kk_join_state *join, const uint32_t *numbers, size_t count) {
    enum { ahead = 16 };
    const struct kk_band *band = join->band;
    const uint16_t *keys = kk_keys(join, join->band_number);
    const uint16_t *first = kk_keys(join, join->band_number + 1);
    const uint16_t *second = kk_keys(join, join->band_number + 2);
    const kk_vector max = kk_all(join->bounds.three);
    uint32_t starts[ahead], ends[ahead];
    for (size_t index = 0; index < count + ahead; index++) {
        if (index + ahead < count) {
            size_t coming = numbers ? numbers[index + ahead] : index + ahead;
            __builtin_prefetch(band->starts + keys[coming]);
        }
        size_t slot = index % ahead;
        if (index >= ahead) {
            uint32_t query = numbers ? numbers[index - ahead] : (uint32_t)(index - ahead);
            uint32_t near = first[query] | (uint32_t)second[query] << 16;
            kk_probe(join, starts[slot], ends[slot], near, query, max, 1);
        }
        if (index < count) {
            uint32_t key = keys[numbers ? numbers[index] : index];
            starts[slot] = band->starts[key];
            ends[slot] = band->starts[key + 1];
            __builtin_prefetch(band->near + starts[slot]);
            __builtin_prefetch(band->near + starts[slot] + 16);
        }
    }
}

KK_TARGET static void kk_join_ring(struct kk_join_state *join) {
    size_t count = join->queries->count;
    kk_turn(join->queries, 0, count, join->keys, join->stride);
    for (int band = 0; band < kk_band_count; band++) {
        kk_begin_band(join, band);
        const uint64_t *present = join->band->present;
        if (present) {
            size_t found = kk_select_present(present, kk_keys(join, band), count, join->numbers);
            kk_ring_band(join, join->numbers, found);
        } else {
            kk_ring_band(join, NULL, count);
        }
        kk_end_band(join);
    }
}
