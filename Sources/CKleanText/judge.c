// Whether a needle may stand where its key does, and what becomes of finds.
#pragma STDC FP_CONTRACT OFF
#include "find.h"

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

static int judge(const struct kt_needles *needles, const struct kt_needle *needle,
                 const uint8_t *end, struct kt_found *found, const uint8_t *bytes) {
    const uint8_t *start = end - needle->key_length;
    found->kind = needle->kind;
    if (needle->gap_count > 0 || memcmp(start, needles->keys + needle->key, needle->key_length)) {
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

const uint8_t kt_kinds[256] = {
    ['a' ... 'z'] = KT_LETTER, ['0' ... '9'] = KT_DIGIT, [0x80 ... 0xFF] = KT_OTHER};

struct kt_check kt_check_needle(const struct kt_needle *needle, const uint8_t *keys) {
    uint32_t rule = needle->rule, refused = 0, before = 0, after = 0, asked = 0;
    const uint8_t *key = keys + needle->key;
    if (rule & KT_LATIN_BOUNDARY) refused |= KT_LETTER | KT_DIGIT;
    if (rule & KT_WHOLE_TOKEN) refused |= KT_LETTER | KT_DIGIT | KT_OTHER;
    if (rule & KT_LATIN_LETTER_BOUNDARY) {
        refused |= KT_LETTER;
        if (is_digit(key[0])) before |= KT_DIGIT;
        if (is_digit(key[needle->key_length - 1])) after |= KT_DIGIT;
    }
    if (rule & KT_KANA_BOUNDARY) asked |= KT_OTHER;
    struct kt_check check = {
        .length = needle->gap_count == 0 && needle->key_length < 64 ? needle->key_length : 0,
        .refused_before = (uint8_t)(refused | before),
        .refused_after = (uint8_t)(refused | after),
        .asked_before = (uint8_t)(asked | (rule & KT_HANGUL_START ? KT_OTHER : 0)),
        .asked_after = (uint8_t)(asked | (rule & KT_HANGUL_END ? KT_OTHER : 0)),
        .is_suffix = (rule & KT_SUFFIX_AFTER_BRAND) != 0,
        .kind = (uint8_t)needle->kind,
    };
    return check;
}

int kt_judge(const struct kt_needles *needles, uint32_t number, const uint8_t *bytes, uint32_t end,
             struct kt_found *found) {
    return judge(needles, &needles->needles[number], bytes + end, found, bytes);
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

size_t kt_settle(const struct kt_needles *needles, const uint8_t *bytes, struct kt_found *found,
                 size_t count) {
    size_t kept = 0, row_first = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = found[i].row;
        int is_new = kept == 0 || found[kept - 1].row != row;
        row_first = is_new ? kept : row_first;
        int is_behind = is_new || found[kept - 1].start < found[i].start;
        if (is_behind && !needles->checks[found[i].needle].is_suffix) {
            found[kept++] = found[i];
            continue;
        }
        for (; i < count && found[i].row == row; i++) found[kept++] = found[i];
        kept = row_first + finish_row(needles, bytes, found + row_first, kept - row_first);
        i--;
    }
    return kept;
}
