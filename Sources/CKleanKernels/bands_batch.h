// Batch: queries with an equal key form a group, and the group meets the key's bucket and the 16
// buckets one bit away; a bucket's postings stay in registers while the group passes.
// Included by bands.h.

// The queries of a group, and the sums allowed in the bucket at hand.
struct kk_group {
    const uint32_t *nears, *numbers;
    size_t count;
    uint32_t near_max, far_max;
};

// One query against up to four vectors of postings.
KK_INLINE void kk_group_hits(struct kk_join_state *join, const struct kk_group *group,
                             size_t index, uint32_t place, const kk_vector *postings, int vectors,
                             uint32_t last_lanes) {
    kk_vector wanted = kk_all(group->nears[index]), max = kk_all(group->near_max);
    uint32_t lanes[4], any = 0;
#pragma clang loop unroll(full)
    for (int vector = 0; vector < vectors; vector++) {
        uint32_t mask = vector + 1 < vectors ? (uint32_t)kk_full : last_lanes;
        lanes[vector] = kk_within(mask, kk_differ(postings[vector], wanted), max);
        any |= lanes[vector];
    }
    if (!KK_RARE(any)) return;
    for (int vector = 0; vector < vectors; vector++)
        if (lanes[vector])
            kk_hit(join, place + (uint32_t)vector * KK_LANES, lanes[vector], group->nears[index],
                   group->numbers[index], group->far_max);
}

// The whole group against up to four vectors of postings. `step` queries share one test.
KK_INLINE void kk_group_scan(struct kk_join_state *join, const struct kk_group *group,
                             uint32_t place, int vectors, uint32_t last_lanes, size_t step) {
    const uint32_t *nears = join->band->near + place;
    kk_vector postings[4], max = kk_all(group->near_max);
#pragma clang loop unroll(full)
    for (int vector = 0; vector < vectors; vector++)
        postings[vector] = kk_load(nears + vector * KK_LANES);
    size_t index = 0;
    // Only lanes that all vectors use can be tested together; a stray lane costs one more look.
    uint32_t shared = vectors == 1 ? last_lanes : (uint32_t)kk_full;
    for (; index + step <= group->count; index += step) {
        kk_vector least = kk_differ(postings[0], kk_all(group->nears[index]));
#pragma clang loop unroll(full)
        for (size_t query = 0; query < step; query++) {
            kk_vector wanted = kk_all(group->nears[index + query]);
#pragma clang loop unroll(full)
            for (int vector = 0; vector < vectors; vector++)
                least = kk_lesser(least, kk_differ(postings[vector], wanted));
        }
        if (KK_RARE(kk_within(shared, least, max)))
            for (size_t query = 0; query < step; query++)
                kk_group_hits(join, group, index + query, place, postings, vectors, last_lanes);
    }
    for (; index < group->count; index++)
        kk_group_hits(join, group, index, place, postings, vectors, last_lanes);
}

KK_INLINE void kk_group_bucket(struct kk_join_state *join, const struct kk_group *group,
                               uint32_t key) {
    uint32_t start = join->band->starts[key], end = join->band->starts[key + 1];
    for (; end - start > 4 * KK_LANES; start += 4 * KK_LANES)
        kk_group_scan(join, group, start, 4, kk_full, 2);
    if (start == end) return;
    uint32_t vectors = (end - start + KK_LANES - 1) / KK_LANES;
    uint32_t last = kk_tail(end - start - (vectors - 1) * KK_LANES);
    switch (vectors) {
        case 1: kk_group_scan(join, group, start, 1, last, 4); break;
        case 2: kk_group_scan(join, group, start, 2, last, 2); break;
        case 3: kk_group_scan(join, group, start, 3, last, 1); break;
        default: kk_group_scan(join, group, start, 4, last, 1); break;
    }
}

// Groups the queries of one upper key half by the lower half; group k is starts[k] ..< [k + 1].
KK_TARGET static void kk_group_by_key(struct kk_join_state *join, uint32_t first, uint32_t end,
                                      uint32_t starts[257]) {
    const struct kk_part_query *parts = join->parts;
    memset(starts, 0, 257 * sizeof *starts);
    for (uint32_t index = first; index < end; index++) starts[(parts[index].query_low & 255) + 1]++;
    for (int low = 0; low < 256; low++) starts[low + 1] += starts[low];
    uint32_t next[256];
    memcpy(next, starts, sizeof next);
    for (uint32_t index = first; index < end; index++) {
        uint32_t place = next[parts[index].query_low & 255]++;
        join->nears[place] = parts[index].near;
        join->numbers[place] = parts[index].query_low >> 8;
    }
}

KK_TARGET static void kk_join_group(struct kk_join_state *join, struct kk_group group,
                                    uint32_t key) {
    const struct kk_bounds *bounds = &join->bounds;
    group.near_max = bounds->three;
    group.far_max = bounds->five;
    kk_group_bucket(join, &group, key);
    if (!bounds->one) return;
    // This band already differs by one bit: one less for the rest.
    group.near_max = bounds->three - 1;
    group.far_max = bounds->five - 1;
    for (int bit = 0; bit < 16; bit++) kk_group_bucket(join, &group, key ^ 1u << bit);
}

KK_TARGET static void kk_join_batch(struct kk_join_state *join) {
    kk_turn(join->queries, 0, join->queries->count, join->keys, join->stride);
    for (int band = 0; band < kk_band_count; band++) {
        kk_begin_band(join, band);
        uint32_t upper[257], lower[257];
        kk_partition(join, upper);
        for (uint32_t high = 0; high < 256; high++) {
            if (upper[high] == upper[high + 1]) continue;
            kk_group_by_key(join, upper[high], upper[high + 1], lower);
            for (uint32_t low = 0; low < 256; low++) {
                size_t count = lower[low + 1] - lower[low];
                if (!count) continue;
                struct kk_group group = {.nears = join->nears + lower[low],
                                         .numbers = join->numbers + lower[low],
                                         .count = count};
                kk_join_group(join, group, high << 8 | low);
            }
        }
        kk_end_band(join);
    }
}
