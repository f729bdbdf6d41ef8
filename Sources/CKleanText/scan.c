// Finding patterns. A pattern can only begin where its boundary rule allows: at the start of a
// word, or, for the few that may stand anywhere, at any character. At each such place a hash of the
// next letters, separators left out, is looked up in a bit map that stays in cache; what is there
// is compared with the keys of that hash, then judged.
#pragma STDC FP_CONTRACT OFF
#include "fold.h"

uint32_t kt_window_kind(const uint8_t *key, size_t length) {
    size_t longest = key[0] < 0x80 ? 4 : 6;
    if (length >= longest) return 0;
    return length >= 3 ? 1 : length == 2 ? 2 : 3;
}

/// The letters that a kind of window has of the eight at a place.
static inline uint64_t window(uint64_t letters, int kind) {
    static const uint64_t masks[KT_WINDOW_KINDS] = {0xFFFFFFFF, 0xFFFFFF, 0xFFFF, 0xFF};
    if (kind == 0 && (letters & 0x80)) return letters & 0xFFFFFFFFFFFF;
    return letters & masks[kind];
}

static inline uint64_t hash(uint64_t window) { return window * 0x9E3779B97F4A7C15ull; }

uint64_t kt_window_hash(uint64_t letters, uint32_t kind) {
    return hash(window(letters, (int)kind));
}

static inline uint64_t load(const uint8_t *p) {
    uint64_t letters;
    memcpy(&letters, p, 8);
    return letters;
}

static inline size_t is_there(const struct kt_window *table, uint64_t letters, int kind) {
    uint64_t bit = hash(window(letters, kind)) >> table->bit_shift;
    return table->bits[bit >> 5] >> (bit & 31) & 1;
}

/// Keeps the places at which a key may begin. Free of branches: titles are not predictable here.
#define DEFINE_SIFT(name, kinds)                                                          \
    static size_t name(const struct kt_window *tables, const uint8_t *joined,             \
                       struct kt_start *places, size_t count) {                           \
        size_t kept = 0;                                                                  \
        for (size_t i = 0; i < count; i++) {                                              \
            struct kt_start place = places[i];                                            \
            uint64_t letters = load(joined + place.joined);                               \
            size_t may = is_there(&tables[0], letters, 0);                                \
            if ((kinds) > 1) may |= is_there(&tables[1], letters, 1);                     \
            if ((kinds) > 2) may |= is_there(&tables[2], letters, 2);                     \
            if ((kinds) > 3) may |= is_there(&tables[3], letters, 3);                     \
            places[kept] = place;                                                         \
            kept += may;                                                                  \
        }                                                                                 \
        return kept;                                                                      \
    }

DEFINE_SIFT(sift_1, 1)
DEFINE_SIFT(sift_2, 2)
DEFINE_SIFT(sift_3, 3)
DEFINE_SIFT(sift_4, 4)

/// Keeps of those the places at which the first eight letters of a key of the longest kind stand,
/// or where one of another kind may. Free of branches but for crowded buckets.
static size_t sift_again(const struct kt_window *tables, uint32_t kinds, const uint8_t *joined,
                         struct kt_start *places, size_t count) {
    const struct kt_window *table = &tables[0];
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct kt_start place = places[i];
        uint64_t letters = load(joined + place.joined);
        uint64_t bucket = hash(window(letters, 0)) >> table->bucket_shift;
        size_t from = table->first[bucket], to = table->first[bucket + 1];
        const struct kt_key *first = &table->keys[from], *last = &table->keys[to] - 1;
        size_t may = ((letters & first->mask) == first->letters) & (size_t)(from < to);
        may |= ((letters & last->mask) == last->letters) & (size_t)(from < to);
        may |= (size_t)(to - from > 2);
        for (uint32_t kind = 1; kind < kinds; kind++)
            may |= is_there(&tables[kind], letters, (int)kind);
        places[kept] = place;
        kept += may;
    }
    return kept;
}

/// kinds: window kinds that have keys at all, as the highest of them.
static size_t sift(const struct kt_window *tables, uint32_t kinds, const uint8_t *joined,
                   struct kt_start *places, size_t count) {
    switch (kinds) {
    case 0: return 0;
    case 1: return sift_1(tables, joined, places, count);
    case 2: return sift_2(tables, joined, places, count);
    case 3: return sift_3(tables, joined, places, count);
    default: return sift_4(tables, joined, places, count);
    }
}

// ---- Judging

static int is_letter(uint8_t byte) { return (uint8_t)(byte - 'a') < 26; }
static int is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }
static int is_latin(uint8_t byte) { return is_letter(byte) || is_digit(byte); }

/// The number of the Hangul syllable at p, or -1. Reads 3 bytes where the first is not ASCII.
static int32_t syllable(const uint8_t *p) {
    if (p[0] < 0xEA || p[0] > 0xED) return -1;
    int32_t code = (p[0] & 15) << 12 | (p[1] & 63) << 6 | (p[2] & 63);
    return code >= 0xAC00 && code <= 0xD7A3 ? code - 0xAC00 : -1;
}

static int is_hangul(const uint8_t *p) {
    if (p[0] == 0xE1) return p[1] >= 0x84 && p[1] <= 0x87;  // conjoining jamo
    return syllable(p) >= 0;
}

static int is_katakana(const uint8_t *p) {
    return p[0] == 0xE3 && ((p[1] == 0x82 && p[2] >= 0xA1) || p[1] == 0x83);
}

/// Start of the character that ends before p; a line feed stops it.
static const uint8_t *previous(const uint8_t *p) {
    p--;
    while ((*p & 0xC0) == 0x80) p--;
    return p;
}

/// May a Hangul alias end here? Yes before anything but Hangul, after particles and continuations.
static int may_end(const struct kt_needles *needles, const uint8_t *p, int depth) {
    if (!is_hangul(p)) return 1;
    int32_t first = syllable(p);
    if (first < 0) return 1;  // ㅋㅋ, ㅠㅠ and the like are no part of a word.
    if (depth == 3) return 0;
    for (uint32_t i = needles->word_first[first]; i < needles->word_first[first + 1]; i++) {
        const struct kt_word *word = &needles->words[i];
        if (memcmp(p, needles->keys + word->key, word->length) != 0) continue;
        if (word->is_final || may_end(needles, p + word->length, depth + 1)) return 1;
    }
    return 0;
}

static int boundaries_hold(const struct kt_needles *needles, const struct kt_needle *needle,
                           const uint8_t *start, const uint8_t *end) {
    uint32_t rule = needle->rule;
    uint8_t before = start[-1], after = end[0];
    if ((rule & KT_LATIN_BOUNDARY) && (is_latin(before) || is_latin(after))) return 0;
    if (rule & KT_LATIN_LETTER_BOUNDARY) {
        if (is_letter(before) || is_letter(after)) return 0;
        if (is_digit(before) && is_digit(*start)) return 0;
        if (is_digit(after) && is_digit(end[-1])) return 0;
    }
    if ((rule & KT_WHOLE_TOKEN) && (kt_is_word(before) || kt_is_word(after))) return 0;
    if ((rule & KT_HANGUL_START) && before >= 0x80 && is_hangul(previous(start))) return 0;
    if ((rule & KT_HANGUL_END) && after >= 0x80 && !may_end(needles, end, 0)) return 0;
    if (rule & KT_KANA_BOUNDARY) {
        if (before >= 0x80 && is_katakana(previous(start))) return 0;
        if (after >= 0x80 && is_katakana(end)) return 0;
    }
    return 1;
}

/// Do the separators from..<to, spaces aside, spell the gap's literal? Any that precede (at the
/// front) or follow it (at the back) do not matter.
static int literal_stands(const struct kt_needles *needles, const struct kt_gap *gap,
                          const uint8_t *from, const uint8_t *to) {
    const uint8_t *literal = needles->keys + gap->literal;
    uint32_t matched = 0;
    for (; from < to; from++) {
        if (*from == ' ') continue;
        if (matched == gap->length || *from != literal[matched]) return 0;
        matched++;
    }
    return matched == gap->length;
}

/// The literal directly before p (back = 0) or from p on; returns where it begins or ends.
static const uint8_t *literal_beside(const struct kt_needles *needles, const struct kt_gap *gap,
                                     const uint8_t *p, int back) {
    const uint8_t *literal = needles->keys + gap->literal;
    for (uint32_t i = 0; i < gap->length; i++) {
        if (back) {
            while (*p == ' ') p++;
            if (*p++ != literal[i]) return NULL;
        } else {
            while (p[-1] == ' ') p--;
            if (*--p != literal[gap->length - 1 - i]) return NULL;
        }
    }
    return p;
}

/// Is the piece from..<to short enough to be a part of a word set apart? By spaces only single
/// characters are, by punctuation two.
static int is_short_piece(const uint8_t *from, const uint8_t *to, uint8_t separator) {
    int characters = 0;
    for (; from < to; from++) characters += (*from & 0xC0) != 0x80;
    return characters <= (separator == ' ' ? 1 : 2);
}

/// Matches the needle backwards from `end` where separators stand inside. Returns the start or
/// NULL; *kind receives KT_SEPARATED.
static const uint8_t *match_apart(const struct kt_needles *needles, const struct kt_needle *needle,
                                  const uint8_t *end, uint32_t *kind) {
    const struct kt_gap *gaps = needles->gaps + needle->gap_first;
    uint32_t gap = needle->gap_count;
    if (gap > 0 && gaps[gap - 1].at == needle->key_length) gap--;  // behind: judged by the caller
    const uint8_t *p = end - 1, *piece_end = end;
    uint8_t split = 0;
    uint32_t pieces = 1;
    for (uint32_t at = needle->key_length - 1; at > 0; at--) {
        const uint8_t *to = p;  // key byte `at` stands here
        while (!kt_is_word(p[-1])) p--;
        int has_gap = gap > 0 && gaps[gap - 1].at == at;
        if (has_gap) gap--;
        if (has_gap && gaps[gap].length > 0) {
            if (!literal_stands(needles, &gaps[gap], p, to)) return NULL;
            piece_end = p;
        } else if (has_gap) {
            if (to - p > 3) return NULL;
            piece_end = p;
        } else if (p < to) {
            if (!(needle->rule & KT_SPLITTABLE) || to - p != 1) return NULL;
            if (split && split != *p) return NULL;
            split = *p;
            if (!is_short_piece(to, piece_end, split)) return NULL;
            piece_end = p;
            pieces++;
        }
        p--;
    }
    if (split) {
        if (!is_short_piece(p, piece_end, split)) return NULL;
        if (split == ' ' && pieces < 3) return NULL;
        if (kt_is_word(p[-1]) || kt_is_word(*end)) return NULL;
        *kind |= KT_SEPARATED;
    }
    return p;
}

/// The key's letters end before `end`; `is_whole`: with nothing between them.
static inline int judge(const struct kt_needles *needles, const struct kt_needle *needle,
                        const uint8_t *end, int is_whole, struct kt_found *found,
                        const uint8_t *bytes) {
    const uint8_t *start = end - needle->key_length;
    found->kind = needle->kind;
    if (needle->gap_count > 0 || !is_whole) {
        start = match_apart(needles, needle, end, &found->kind);
        if (!start) return 0;
        const struct kt_gap *gaps = needles->gaps + needle->gap_first;
        if (needle->gap_count > 0) {
            const struct kt_gap *last = &gaps[needle->gap_count - 1];
            if (last->at == needle->key_length && last->length > 0)
                end = literal_beside(needles, last, end, 1);
            if (gaps->at == 0 && gaps->length > 0 && end)
                start = literal_beside(needles, gaps, start, 0);
            if (!start || !end) return 0;
        }
    }
    if (!boundaries_hold(needles, needle, start, end)) return 0;
    found->start = (uint32_t)(start - bytes);
    found->end = (uint32_t)(end - bytes);
    return 1;
}

static int precedes(const struct kt_needles *needles, const struct kt_found *left,
                    const struct kt_found *right) {
    if (left->start != right->start) return left->start < right->start;
    if (left->end != right->end) return left->end > right->end;
    const struct kt_needle *a = &needles->needles[left->needle];
    const struct kt_needle *b = &needles->needles[right->needle];
    if (a->payload != b->payload) return a->payload < b->payload;
    if (a->pattern != b->pattern) return a->pattern < b->pattern;
    return left->kind < right->kind;
}

static int stands_after_brand(const struct kt_needles *needles, const uint8_t *bytes,
                              const struct kt_found *found, size_t count,
                              const struct kt_found *suffix) {
    for (size_t i = 0; i < count; i++) {
        if (!(needles->needles[found[i].needle].rule & KT_BRAND)) continue;
        if (found[i].end == suffix->start) return 1;
        if (found[i].end + 1 == suffix->start && !kt_is_word(bytes[found[i].end])) return 1;
    }
    return 0;
}

/// Sorts one row's finds and removes repetitions and suffixes that follow no brand.
static size_t finish_row(const struct kt_needles *needles, const uint8_t *bytes,
                         struct kt_found *found, size_t count) {
    int has_suffix = 0;
    if (count == 1 && !(needles->needles[found->needle].rule & KT_SUFFIX_AFTER_BRAND)) return 1;
    for (size_t i = 0; i < count; i++) {
        struct kt_found one = found[i];
        has_suffix |= (needles->needles[one.needle].rule & KT_SUFFIX_AFTER_BRAND) != 0;
        size_t to = i;
        while (to > 0 && precedes(needles, &one, &found[to - 1])) {
            found[to] = found[to - 1];
            to--;
        }
        found[to] = one;
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && found[i].start == found[kept - 1].start &&
            found[i].end == found[kept - 1].end &&
            needles->needles[found[i].needle].pattern ==
                needles->needles[found[kept - 1].needle].pattern)
            continue;
        found[kept++] = found[i];
    }
    if (!has_suffix) return kept;
    // A suffix starts after its brand does, so brands that matter are already decided.
    count = kept;
    kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t rule = needles->needles[found[i].needle].rule;
        if ((rule & KT_SUFFIX_AFTER_BRAND) &&
            !stands_after_brand(needles, bytes, found, kept, &found[i]))
            continue;
        found[kept++] = found[i];
    }
    return kept;
}

/// Finds of the rows so far; those of the last row are not finished.
struct finds {
    struct kt_found *found;
    size_t capacity, count, beyond, row, row_first;
};

static void finish(const struct kt_needles *needles, const uint8_t *bytes, struct finds *finds) {
    struct kt_found *first = finds->found + finds->row_first;
    finds->count = finds->row_first +
                   finish_row(needles, bytes, first, finds->count - finds->row_first);
    finds->row_first = finds->count;
}

/// The byte after `length` letters from p on, separators left out.
static const uint8_t *after_letters(const uint8_t *p, uint32_t length) {
    while (length > 0) length -= (uint32_t)kt_is_word(*p++);
    return p;
}

/// Compares the keys of the place's windows, and judges those that stand there.
static void settle(const struct kt_key_tables *keys, const struct kt_needles *needles,
                   const uint8_t *bytes, const uint8_t *joined, struct kt_start place,
                   struct finds *finds) {
    uint64_t letters = load(joined + place.joined);
    for (uint32_t kind = 0; kind < keys->word_kinds; kind++) {
        const struct kt_window *table = &keys->word[kind];
        if (!is_there(table, letters, (int)kind)) continue;
        uint64_t bucket = kt_window_hash(letters, kind) >> table->bucket_shift;
        for (uint32_t i = table->first[bucket]; i < table->first[bucket + 1]; i++) {
            const struct kt_key *key = &table->keys[i];
            if ((letters & key->mask) != key->letters) continue;
            const uint8_t *rest = needles->keys + key->key;
            if (key->length > 8 &&
                memcmp(joined + place.joined + 8, rest + 8, key->length - 8) != 0)
                continue;
            const uint8_t *start = bytes + place.at, *end = start + key->length;
            int is_whole = key->length <= 8 ? (load(start) & key->mask) == key->letters
                                            : memcmp(start, rest, key->length) == 0;
            if (!is_whole) end = after_letters(start, key->length);
            struct kt_found one = {(uint32_t)finds->row, 0, 0, key->needle, 0};
            if (!judge(needles, &needles->needles[key->needle], end, is_whole, &one, bytes))
                continue;
            if (finds->count < finds->capacity) finds->found[finds->count++] = one;
            else finds->beyond++;
        }
    }
}

size_t kt_scan(const struct kt_key_tables *keys, const struct kt_needles *needles,
               const struct kt_kernels *kernels, const uint8_t *bytes, const uint32_t *starts,
               size_t rows, const struct kt_scan_space *space, struct kt_found *found,
               size_t capacity) {
    struct finds finds = {found, capacity, 0, 0, 0, 0};
    for (size_t first = 0; first < rows;) {
        size_t last = first + 1;
        while (last < rows && starts[last + 1] - starts[first] <= KT_SCAN_PART) last++;
        struct kt_places places = {space->word, space->mid, 0, 0};
        size_t length = kernels->find_starts(bytes, starts[first], starts[last],
                                             (int)keys->mid_is_latin, space->joined, &places);
        memset(space->joined + length, 0, 8);
        places.word_count =
            sift(keys->word, keys->word_kinds, space->joined, places.word, places.word_count);
        places.word_count = sift_again(keys->word, keys->word_kinds, space->joined, places.word,
                                       places.word_count);
        places.mid_count =
            sift(keys->mid, keys->mid_kinds, space->joined, places.mid, places.mid_count);
        places.mid_count = sift_again(keys->word, keys->word_kinds, space->joined, places.mid,
                                      places.mid_count);
        for (size_t word = 0, mid = 0; word < places.word_count || mid < places.mid_count;) {
            int is_word = mid == places.mid_count ||
                          (word < places.word_count &&
                           places.word[word].at < places.mid[mid].at);
            struct kt_start place = is_word ? places.word[word++] : places.mid[mid++];
            if (starts[finds.row + 1] <= place.at) {
                finish(needles, bytes, &finds);
                while (starts[finds.row + 1] <= place.at) finds.row++;
            }
            settle(keys, needles, bytes, space->joined, place, &finds);
        }
        first = last;
    }
    finish(needles, bytes, &finds);
    return finds.beyond > 0 ? capacity + finds.beyond : finds.count;
}
