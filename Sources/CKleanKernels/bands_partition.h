// Partition: queries are first grouped by the upper half of their key, so that the 256 buckets a
// group can meet stay in cache while it passes. Included by bands.h.

// Groups all queries by the upper half of their key of the band at hand.
// starts: 257; group g is parts[starts[g] ..< starts[g + 1]].
KK_TARGET static void kk_partition(struct kk_join_state *join, uint32_t starts[257]) {
    const uint16_t *keys = kk_keys(join, join->band_number);
    const uint16_t *first = kk_keys(join, join->band_number + 1);
    const uint16_t *second = kk_keys(join, join->band_number + 2);
    size_t count = join->queries->count;
    memset(starts, 0, 257 * sizeof *starts);
    for (size_t query = 0; query < count; query++) starts[(keys[query] >> 8) + 1]++;
    for (int group = 0; group < 256; group++) starts[group + 1] += starts[group];
    uint32_t next[256];
    memcpy(next, starts, sizeof next);
    for (size_t query = 0; query < count; query++) {
        uint32_t key = keys[query];
        join->parts[next[key >> 8]++] = (struct kk_part_query){
            first[query] | (uint32_t)second[query] << 16, (uint32_t)query << 8 | (key & 255)};
    }
}

KK_TARGET static void kk_join_partition(struct kk_join_state *join) {
    enum { ahead = 8 };
    const kk_vector max = kk_all(join->bounds.three);
    const struct kk_part_query *parts = join->parts;
    kk_turn(join->queries, 0, join->queries->count, join->keys, join->stride);
    for (int band = 0; band < kk_band_count; band++) {
        kk_begin_band(join, band);
        uint32_t starts[257];
        kk_partition(join, starts);
        for (int group = 0; group < 256; group++) {
            const uint32_t *bucket = join->band->starts + (group << 8);
            for (uint32_t index = starts[group]; index < starts[group + 1]; index++) {
                // Past the group's end this fetches some bucket of this group: no harm.
                uint32_t coming = bucket[parts[index + ahead].query_low & 255];
                __builtin_prefetch(join->band->near + coming);
                __builtin_prefetch(join->band->near + coming + 16);
                struct kk_part_query part = parts[index];
                uint32_t low = part.query_low & 255;
                kk_probe(join, bucket[low], bucket[low + 1], part.near, part.query_low >> 8, max,
                         2);
            }
        }
        kk_end_band(join);
    }
}
