// Records and cells of delimited text (RFC 4180 as programs really write it).
#include "klean_catalog.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define KCAT_X86 1
#else
#define KCAT_X86 0
#endif

typedef uint64_t (*structural_mask)(const uint8_t *, uint8_t, uint8_t);

// Bits of the 64 bytes that are a delimiter, a quote, CR or LF.
static uint64_t mask_scalar(const uint8_t *bytes, uint8_t delimiter, uint8_t quote) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) {
        uint8_t byte = bytes[i];
        uint64_t hit = byte == delimiter || byte == quote || byte == '\n' || byte == '\r';
        mask |= hit << i;
    }
    return mask;
}

#if KCAT_X86
__attribute__((target("avx2"))) static uint64_t mask_avx2(const uint8_t *bytes, uint8_t delimiter,
                                                          uint8_t quote) {
    const __m256i vd = _mm256_set1_epi8((char)delimiter), vq = _mm256_set1_epi8((char)quote);
    const __m256i vl = _mm256_set1_epi8('\n'), vr = _mm256_set1_epi8('\r');
    uint64_t mask = 0;
    for (int half = 0; half < 2; half++) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(bytes + 32 * half));
        __m256i a = _mm256_or_si256(_mm256_cmpeq_epi8(v, vd), _mm256_cmpeq_epi8(v, vq));
        __m256i b = _mm256_or_si256(_mm256_cmpeq_epi8(v, vl), _mm256_cmpeq_epi8(v, vr));
        mask |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_or_si256(a, b)) << (32 * half);
    }
    return mask;
}
#endif

static structural_mask choose(int variant) {
#if KCAT_X86
    if (variant != 0 && __builtin_cpu_supports("avx2")) return mask_avx2;
#endif
    (void)variant;
    return mask_scalar;
}

// The structural bytes of a text, one after another.
struct walker {
    const uint8_t *bytes;
    size_t count, block;
    uint64_t mask;
    structural_mask find;
    uint8_t delimiter, quote;
};

static void load(struct walker *w) {
    size_t left = w->count - w->block;
    if (left >= 64) {
        w->mask = w->find(w->bytes + w->block, w->delimiter, w->quote);
    } else {
        uint8_t tail[64];
        memset(tail, 0, sizeof tail);
        memcpy(tail, w->bytes + w->block, left);
        // A zero quote would match the padding: keep only the bits of real bytes.
        w->mask = w->find(tail, w->delimiter, w->quote) & ((UINT64_C(1) << left) - 1);
    }
}

static void walk_from(struct walker *w, size_t offset) {
    w->block = offset & ~(size_t)63;
    w->mask = 0;
    if (w->block < w->count) {
        load(w);
        w->mask &= ~UINT64_C(0) << (offset & 63);
    }
}

// The next structural byte's offset, or `count`.
static inline size_t walk(struct walker *w) {
    while (w->mask == 0) {
        w->block += 64;
        if (w->block >= w->count) return w->count;
        load(w);
    }
    size_t offset = w->block + (size_t)__builtin_ctzll(w->mask);
    w->mask &= w->mask - 1;
    return offset;
}

// The states a cell goes through. START ends at its first byte.
enum { START, PLAIN, QUOTED, AFTER_QUOTE };

void kcat_split_records(const uint8_t *bytes, size_t count, uint8_t delimiter, uint8_t quote,
                        int variant, struct kcat_split *result) {
    struct walker w = {bytes, count, 0, 0, choose(variant), delimiter, quote};
    walk_from(&w, 0);
    size_t last_end = 0, cell_start = 0, records = 0;
    int quoted = 0;
    for (;;) {
        size_t at = walk(&w);
        if (at >= count) break;
        uint8_t byte = bytes[at];
        if (quoted) {
            if (byte != quote || quote == 0) continue;
            if (at + 1 < count && bytes[at + 1] == quote) {
                (void)walk(&w);  // A doubled quote stands for one.
                continue;
            }
            quoted = 0;
            // Text after the closing quote belongs to the cell; quotes in it are literal.
            cell_start = (size_t)-1;
        } else if (byte == '\n' || byte == '\r') {
            records += at != last_end;
            last_end = at + 1;
            cell_start = at + 1;
        } else if (byte == delimiter) {
            cell_start = at + 1;
        } else if (quote != 0 && at == cell_start) {
            quoted = 1;
        }
    }
    result->end = last_end;
    result->records = records;
    result->open_quoted = quoted;
}

size_t kcat_list_cells(const uint8_t *bytes, size_t count, uint8_t delimiter, uint8_t quote,
                       int variant, struct kcat_cell *cells, size_t cell_capacity,
                       uint32_t *row_ends, size_t row_capacity, size_t *used) {
    struct walker w = {bytes, count, 0, 0, choose(variant), delimiter, quote};
    walk_from(&w, 0);
    size_t rows = 0, filled = 0, row_start = 0, cell_start = 0, close = 0;
    uint32_t flags = 0;
    int state = START;
    *used = 0;
    for (;;) {
        size_t at = walk(&w);
        int ended = at >= count;
        if (ended) {
            at = count;
            if (row_start == count) break;
        }
        uint8_t byte = ended ? '\n' : bytes[at];
        if (state == QUOTED && !ended) {
            if (byte != quote) continue;
            if (at + 1 < count && bytes[at + 1] == quote) {
                (void)walk(&w);
                flags |= KCAT_ESCAPED;
                continue;
            }
            close = at;
            state = AFTER_QUOTE;
            continue;
        }
        if (byte == quote && !ended) {
            if (quote != 0 && state == START && at == cell_start) state = QUOTED;
            continue;  // Anywhere else a quote is literal.
        }
        // A cell ends here.
        int line_end = byte != delimiter || ended;
        if (line_end && at == row_start) {  // An empty line is no record.
            row_start = cell_start = at + 1;
            if (ended) break;
            continue;
        }
        if (filled == cell_capacity || rows == row_capacity) {
            *used = row_start;
            return rows;
        }
        struct kcat_cell *cell = &cells[filled++];
        if (state == AFTER_QUOTE && close + 1 == at) {
            cell->start = (uint32_t)(cell_start + 1);
            cell->end_flags = (uint32_t)close | KCAT_QUOTED | flags;
        } else if (state == AFTER_QUOTE) {
            // Text after the closing quote: the reader unquotes from the opening quote on.
            cell->start = (uint32_t)cell_start;
            cell->end_flags = (uint32_t)at | KCAT_ESCAPED;
        } else if (state == QUOTED) {
            // Never closed: the rest is the cell.
            cell->start = (uint32_t)(cell_start + 1);
            cell->end_flags = (uint32_t)at | KCAT_QUOTED | flags;
        } else {
            cell->start = (uint32_t)cell_start;
            cell->end_flags = (uint32_t)at;
        }
        state = START;
        flags = 0;
        cell_start = at + 1;
        if (line_end) {
            row_ends[rows++] = (uint32_t)filled;
            row_start = at + 1;
            if (ended) break;
        }
    }
    *used = count;
    return rows;
}

size_t kcat_count_lines(const uint8_t *bytes, size_t count) {
    size_t lines = 0, i = 0;
    while (i < count) {
        // Byte-wide counters, which the compiler keeps in vectors; 255 rounds cannot overflow one.
        size_t end = count - i > 32 * 255 ? i + 32 * 255 : i + (count - i) / 32 * 32;
        uint8_t counters[32] = {0};
        for (; i < end; i += 32) {
            for (int k = 0; k < 32; k++) counters[k] += bytes[i + k] == '\n';
        }
        for (int k = 0; k < 32; k++) lines += counters[k];
        if (count - i < 32) {
            for (; i < count; i++) lines += bytes[i] == '\n';
        }
    }
    return lines;
}
