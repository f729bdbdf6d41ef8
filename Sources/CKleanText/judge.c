// Whether a needle may stand where its key does, and what becomes of matches.
#pragma STDC FP_CONTRACT OFF
#include <string.h>

#include "judge.h"

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

static uint16_t clamp(uint32_t number) {
    return (uint16_t)(number < UINT16_MAX ? number : UINT16_MAX);
}

/// Says where a needle stands. A separator in front belongs to the token before.
static void locate(const struct kt_batch *batch, uint32_t start, uint32_t end,
                   struct kt_match *match) {
    uint32_t row = kt_lines_before(batch->places, start) - 1, from = batch->starts[row];
    uint32_t base = kt_starts_before(batch->places, from);
    uint32_t first = kt_starts_before(batch->places, start + 1) - base;
    uint32_t last = kt_starts_before(batch->places, end) - base;
    match->row = batch->first_row + row;
    match->start = clamp(start - from);
    match->end = clamp(end - from);
    match->token = clamp(first - (first > 0));
    match->last_token = clamp(last - (last > 0));
}

size_t kt_judge(const struct kt_batch *batch, const struct kt_needles *needles, uint32_t number,
                uint32_t key_end, struct kt_match *match) {
    const struct kt_needle *needle = &needles->needles[number];
    const uint8_t *end = batch->bytes + key_end, *start = end - needle->key_length;
    uint32_t kind = needle->kind;
    if (needle->gap_count > 0 || memcmp(start, needles->keys + needle->key, needle->key_length)) {
        start = match_apart(needles, needle, end, &kind);
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
    match->payload = needle->payload;
    match->pattern = needle->pattern;
    match->disguise = (uint8_t)kind;
    match->flags = needles->checks[number].flags;
    locate(batch, (uint32_t)(start - batch->bytes), (uint32_t)(end - batch->bytes), match);
    return 1;
}

const uint16_t kt_kinds[256] = {
    [0 ... '0' - 1] = KT_TWICE(KT_NOTHING),
    ['0' ... '9'] = KT_TWICE(KT_DIGIT),
    ['9' + 1 ... 'a' - 1] = KT_TWICE(KT_NOTHING),
    ['a' ... 'z'] = KT_TWICE(KT_LETTER),
    ['z' + 1 ... 0x7F] = KT_TWICE(KT_NOTHING),
    [0x80 ... 0xFF] = KT_TWICE(KT_OTHER),
};

struct kt_check kt_check_needle(const struct kt_needle *needle, const uint8_t *keys) {
    uint32_t rule = needle->rule, before = 0, after = 0, asked_before = 0, asked_after = 0;
    const uint8_t *key = keys + needle->key;
    if (needle->gap_count > 0 || needle->key_length >= 64) {
        asked_before = KT_LETTER | KT_DIGIT | KT_OTHER | KT_NOTHING | KT_APART;
    } else {
        if (rule & KT_LATIN_BOUNDARY) before |= KT_LETTER | KT_DIGIT;
        if (rule & KT_WHOLE_TOKEN) before |= KT_LETTER | KT_DIGIT | KT_OTHER;
        if (rule & KT_LATIN_LETTER_BOUNDARY) before |= KT_LETTER;
        after = before;
        if (rule & KT_LATIN_LETTER_BOUNDARY) {
            if (is_digit(key[0])) before |= KT_DIGIT;
            if (is_digit(key[needle->key_length - 1])) after |= KT_DIGIT;
        }
        if (rule & (KT_HANGUL_START | KT_KANA_BOUNDARY)) asked_before |= KT_OTHER;
        if (rule & (KT_HANGUL_END | KT_KANA_BOUNDARY)) asked_after |= KT_OTHER;
        if (rule & KT_SPLITTABLE) asked_before |= KT_APART;
        else before |= KT_APART;
    }
    struct kt_check check = {
        .beside = before | asked_before << 8 | after << 16 | asked_after << 24,
        .length = (uint16_t)(needle->key_length < 64 ? needle->key_length : 0),
        .kind = (uint8_t)needle->kind,
        .flags = (uint8_t)((rule & KT_BRAND ? KT_IS_BRAND : 0) |
                           (rule & KT_SUFFIX_AFTER_BRAND ? KT_IS_SUFFIX : 0)),
        .pattern = needle->pattern,
        .payload = needle->payload,
    };
    return check;
}

static int precedes(const struct kt_match *left, const struct kt_match *right) {
    if (left->start != right->start) return left->start < right->start;
    if (left->end != right->end) return left->end > right->end;
    if (left->payload != right->payload) return left->payload < right->payload;
    if (left->pattern != right->pattern) return left->pattern < right->pattern;
    return left->disguise < right->disguise;
}

static int stands_after_brand(const uint8_t *title, const struct kt_match *matches, size_t count,
                              const struct kt_match *suffix) {
    for (size_t i = 0; i < count; i++) {
        if (!(matches[i].flags & KT_IS_BRAND)) continue;
        if (matches[i].end == suffix->start) return 1;
        if (matches[i].end + 1 == suffix->start && !kt_is_word(title[matches[i].end])) return 1;
    }
    return 0;
}

/// Sorts one title's matches and removes repetitions and suffixes that follow no brand.
static size_t finish_title(const uint8_t *title, struct kt_match *matches, size_t count) {
    int has_suffix = 0;
    if (count == 1 && !(matches->flags & KT_IS_SUFFIX)) return 1;
    for (size_t i = 0; i < count; i++) {
        struct kt_match one = matches[i];
        has_suffix |= one.flags & KT_IS_SUFFIX;
        size_t to = i;
        while (to > 0 && precedes(&one, &matches[to - 1])) {
            matches[to] = matches[to - 1];
            to--;
        }
        matches[to] = one;
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && matches[i].start == matches[kept - 1].start &&
            matches[i].end == matches[kept - 1].end &&
            matches[i].pattern == matches[kept - 1].pattern)
            continue;
        matches[kept++] = matches[i];
    }
    if (!has_suffix) return kept;
    // A suffix starts after its brand does, so brands that matter are already decided.
    count = kept;
    kept = 0;
    for (size_t i = 0; i < count; i++) {
        if ((matches[i].flags & KT_IS_SUFFIX) &&
            !stands_after_brand(title, matches, kept, &matches[i]))
            continue;
        matches[kept++] = matches[i];
    }
    return kept;
}

/// Does it come behind the one before it, with nothing more to be asked?
static int is_settled(const struct kt_match *matches, size_t i) {
    const struct kt_match *match = &matches[i];
    if (match->flags & KT_IS_SUFFIX) return 0;
    return i == 0 || (match[-1].row != match->row) | (match[-1].start < match->start);
}

size_t kt_settle(const struct kt_batch *batch, size_t count) {
    struct kt_match *matches = batch->matches;
    size_t kept = 0;
    for (size_t i = 0; i < count;) {
        size_t first = i;
        while (i < count && is_settled(matches, i)) i++;
        size_t title = i;  // where the matches of the first title begin that has to be settled
        while (i < count && title > first && matches[title - 1].row == matches[i].row) title--;
        if (kept != first)
            memmove(matches + kept, matches + first, (title - first) * sizeof *matches);
        kept += title - first;
        if (i == count) break;
        uint32_t row = matches[i].row;
        while (i < count && matches[i].row == row) i++;
        memmove(matches + kept, matches + title, (i - title) * sizeof *matches);
        const uint8_t *text = batch->bytes + batch->starts[row - batch->first_row];
        kept += finish_title(text, matches + kept, i - title);
    }
    return kept;
}
