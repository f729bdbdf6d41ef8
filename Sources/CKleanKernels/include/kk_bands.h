// The bank join by bands: exact for radii up to 31, sublinear in the bank.
//
// A hash is cut into 16 bands of 16 bits: band b holds one coefficient of every row and column of
// the 16 x 16 DCT (see kk_turn), which makes its bits as independent as cheap bits can be. Of two
// hashes at distance at most r some band differs by at most r/16, and starting there every run of
// n bands, counted around the ring, differs by at most n * r/16 (the pigeonring principle: Qin and
// Xiao, "Pigeonring", VLDB 2018). So a bank is probed band by band at distance 0 and 1, postings
// are cut by the next two bands (the near sketch) and then by two more (the far sketch), and only
// what is left is compared in full. A pair is handed out at its first such band and nowhere else.
#ifndef KK_BANDS_H
#define KK_BANDS_H

#include <stddef.h>
#include <stdint.h>

enum {
    kk_band_count = 16,
    kk_band_keys = 1 << 16,
    /// The largest radius for which probes at distance 1 find everything.
    kk_band_radius_max = 31,
    /// Values past the end of each posting array that a vector may touch.
    kk_band_slack = 64,
    /// Postings of one row in a spread band: its key and the 16 keys one bit away.
    kk_band_spread = 17,
    /// Queries of one join: positions and a key byte share a 32-bit word.
    kk_band_queries_max = 1 << 24,
    /// Rows of a bank: spread postings are counted in 32 bits.
    kk_band_rows_max = 250000000,
    /// Up to here enough keys of a spread band have no postings that asking first pays.
    kk_band_present_rows_max = 4096,
};

/// One band of a bank: postings grouped by key.
struct kk_band {
    const uint32_t *starts;  ///< kk_band_keys + 1; key k owns postings starts[k] ..< starts[k + 1].
    const uint32_t *near;    ///< The row's next two bands, low half first.
    const uint32_t *far;     ///< The two after those.
    const uint32_t *rows;    ///< The row.
    const uint64_t *present;  ///< Bit k: key k has postings. NULL where nearly all have.
};

/// A bank laid out in bands.
struct kk_band_bank {
    const uint64_t *hashes;  ///< row_count x 4 words.
    size_t row_count;
    struct kk_band bands[kk_band_count];
};

/// How a bank is probed. Ring and partition need spread bands, batch needs bands that are not.
enum kk_band_layout {
    kk_band_ring,       ///< One probe a band, queries as they come.
    kk_band_partition,  ///< The same, queries first grouped by the upper half of the key.
    kk_band_batch,      ///< 17 probes for each group of queries with an equal key.
};

/// Queries: picks[i] is the row of `hashes` that is query i; without picks, row i is.
struct kk_band_queries {
    const uint64_t *hashes;
    const uint32_t *picks;
    size_t count;  ///< At most the scratch's capacity.
};

/// Where pairs go: `drain` empties the buffer whenever it is full, and at the end.
struct kk_band_sink {
    struct kk_pair *pairs;
    size_t capacity;  ///< At least 1.
    size_t count;
    void (*drain)(void *context, const struct kk_pair *pairs, size_t count);
    void *context;
};

/// Hands out every pair within `radius` <= kk_band_radius_max exactly once, in no promised order.
/// scratch: kk_band_scratch_bytes(capacity), 64-byte aligned; nothing in it needs to be kept.
typedef void (*kk_band_join)(const struct kk_band_bank *bank, enum kk_band_layout layout,
                             const struct kk_band_queries *queries, uint32_t radius,
                             void *scratch, size_t capacity, struct kk_band_sink *sink);

/// The band keys of hashes: keys[b * stride + i] is band b of hash picks[i]. stride is a multiple
/// of 16, at least `count` rounded up to 16; up to there keys may be overwritten.
typedef void (*kk_band_keys_of)(const struct kk_band_queries *queries, size_t first, size_t count,
                                uint16_t *keys, size_t stride);

/// One instruction set's band join.
struct kk_band_kernels {
    kk_band_join join;
    kk_band_keys_of keys;
};

/// Bytes of scratch for joins of at most `capacity` queries; a multiple of 64.
size_t kk_band_scratch_bytes(size_t capacity);

/// Bytes of a bank laid out; a multiple of 64.
size_t kk_band_bank_bytes(size_t row_count, enum kk_band_layout layout);

/// Finds the parts of a bank that kk_band_bank_build laid out at `memory`, 64-byte aligned.
/// Layout: hashes, then by band starts, near, far, rows and, in a small ring, present; each part
/// starts at 64 bytes, words little-endian.
void kk_band_bank_open(const void *memory, size_t row_count, enum kk_band_layout layout,
                       struct kk_band_bank *bank);

/// Lays a bank out. The bytes do not depend on `kernels`.
/// hashes: row_count x 4 words. memory: kk_band_bank_bytes, zeroed, 64-byte aligned.
/// keys: scratch of kk_band_build_bytes(row_count).
void kk_band_bank_build(const struct kk_band_kernels *kernels, const uint64_t *hashes,
                        size_t row_count, enum kk_band_layout layout, void *keys, void *memory);

size_t kk_band_build_bytes(size_t row_count);

#endif
