// Near misses: which alias a token is a misspelling of.
//
// Aliases lie together by first letter and length, each with a signature of 64 bits: for every
// letter whether it occurs, and whether it occurs twice. One edit changes at most two bits, so a
// popcount of the difference leaves few candidates for the exact distance. Measured against the
// hashed neighbourhood of deletions this is as fast for one edit and much faster for two.
#pragma STDC FP_CONTRACT OFF
#include "fold.h"

static uint64_t mix(uint64_t key, uint64_t word) {
    key = (key ^ word) * 0xD6E8FEB86659FD93ull;
    return key ^ key >> 32;
}

static uint64_t finish(uint64_t key) {
    key *= 0xD6E8FEB86659FD93ull;
    key = (key ^ key >> 29) & ~1ull;
    return key ? key : 2;
}

static const uint64_t low_bytes[9] = {
    0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF, ~0ull};

/// kt_token_key where 16 bytes can be read from every byte of the token on. Most tokens have no
/// more, and then nothing here depends on how many, which nobody could predict.
static inline uint64_t padded_key(const uint8_t *token, size_t length) {
    uint64_t key = (uint64_t)length * 0x9E3779B97F4A7C15ull, first, second;
    for (;; length -= 16, token += 16) {
        memcpy(&first, token, 8);
        memcpy(&second, token + 8, 8);
        size_t low = length < 8 ? length : 8, high = length - low < 8 ? length - low : 8;
        key = mix(mix(key, first & low_bytes[low]), second & low_bytes[high]);
        if (length <= 16) return finish(key);
    }
}

uint64_t kt_token_key(const uint8_t *token, size_t length) {
    uint8_t padded[16];
    uint64_t key = (uint64_t)length * 0x9E3779B97F4A7C15ull, first, second;
    for (;; length -= 16, token += 16) {
        memset(padded, 0, sizeof padded);
        memcpy(padded, token, length < 16 ? length : 16);
        memcpy(&first, padded, 8);
        memcpy(&second, padded + 8, 8);
        key = mix(mix(key, first), second);
        if (length <= 16) return finish(key);
    }
}

static int find(const struct kt_set *set, uint64_t key, uint32_t *value) {
    for (uint64_t at = key >> 1;; at++) {
        uint64_t there = set->keys[at & set->mask];
        if (there == 0) return 0;
        if (there == key) {
            if (value) *value = set->values[at & set->mask];
            return 1;
        }
    }
}

// ---- Letters

enum { LEADING = 32, VOWEL = 64, TRAILING = 96 };

/// Tense, lax and aspirated consonants of one place share a class: ㄱㄲㅋ, ㄷㄸㅌ, ㅂㅃㅍ, ㅅㅆ, ㅈㅉㅊ.
static const uint8_t leading_class[19] = {0, 0, 1, 2, 2, 3, 4, 5, 5, 6,
                                          6, 7, 8, 8, 8, 0, 2, 5, 9};
/// ㅐㅔ, ㅚㅙㅞ, ㅣㅢㅟ and ㅓㅗ sound or look alike.
static const uint8_t vowel_class[21] = {0, 1, 2, 3, 4, 1, 5,  6,  4,  7,  8,
                                        8, 9, 10, 11, 8, 12, 13, 14, 12, 12};
/// Finals by the same places; those of two consonants are classes of their own.
static const uint8_t trailing_class[28] = {0,  1,  1,  2, 3,  4,  5,  6,  7,  8,
                                           9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
                                           18, 19, 20, 20, 1, 6, 16, 21};

/// Letters that count as half an edit apart share this; different letters otherwise differ.
static uint32_t letter_class(uint8_t letter) {
    if (letter < LEADING) return letter;
    if (letter < VOWEL) return LEADING + leading_class[letter - LEADING];
    if (letter < TRAILING) return VOWEL + vowel_class[letter - VOWEL];
    return TRAILING + trailing_class[letter - TRAILING];
}

size_t kt_letters(const uint8_t *token, size_t length, uint8_t letters[KT_LETTERS_MAX]) {
    size_t count = 0;
    if (length > 0 && token[0] < 0x80) {
        if (length > KT_LETTERS_MAX) return 0;
        for (size_t i = 0; i < length; i++) {
            if ((uint8_t)(token[i] - 'a') >= 26) return 0;
            letters[count++] = (uint8_t)(token[i] - 'a');
        }
        return count;
    }
    for (size_t i = 0; i < length; i += 3) {
        if (length - i < 3 || count + 3 > KT_LETTERS_MAX) return 0;
        if (token[i] < 0xEA || token[i] > 0xED) return 0;
        uint32_t number = ((token[i] & 15u) << 12 | (token[i + 1] & 63u) << 6 |
                           (token[i + 2] & 63u)) -
                          0xAC00u;
        if (number >= 11172) return 0;
        letters[count++] = (uint8_t)(LEADING + number / 588);
        letters[count++] = (uint8_t)(VOWEL + number % 588 / 28);
        if (number % 28) letters[count++] = (uint8_t)(TRAILING + number % 28);
    }
    return count;
}

/// Latin letters that ASCII look-alikes connect; others stand for themselves.
static const uint8_t skeleton_of_digit[10] = {'o', 'l', 'z', 'e', 'a', 's', 'g', 't', 'b', 'g'};
static uint8_t skeleton_letter(uint8_t byte) {
    if ((uint8_t)(byte - '0') < 10) return skeleton_of_digit[byte - '0'];
    return byte == 'i' ? 'l' : byte;
}

size_t kt_skeleton(const uint8_t *token, size_t length, uint8_t *out) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        uint8_t letter = skeleton_letter(token[i]);
        uint8_t next = i + 1 < length ? skeleton_letter(token[i + 1]) : 0;
        if (letter == 'r' && next == 'n') {
            letter = 'm';
            i++;
        } else if (letter == 'v' && next == 'v') {
            letter = 'w';
            i++;
        } else if (letter == 'c' && next == 'l') {
            letter = 'd';
            i++;
        }
        out[count++] = letter;
    }
    return count;
}

size_t kt_drawn(const uint8_t *token, size_t length, uint8_t *out, size_t *longest) {
    size_t count = 0, run = 0;
    *longest = 0;
    for (size_t i = 0; i < length; i++) {
        run = i > 0 && token[i] == token[i - 1] ? run + 1 : 1;
        if (run > *longest) *longest = run;
        if (run == 1) out[count++] = token[i];
    }
    return count;
}

uint32_t kt_bucket(uint8_t letter) {
    if (letter < LEADING) return (uint32_t)(skeleton_letter((uint8_t)('a' + letter)) - 'a');
    return letter < VOWEL ? 32u + leading_class[letter - LEADING] : 63u;
}

uint64_t kt_signature(const uint8_t *letters, size_t count) {
    uint64_t once = 0, twice = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t letter = letters[i];
        uint32_t bit;
        if (letter < LEADING) bit = letter;
        else if (letter < VOWEL) bit = leading_class[letter - LEADING];
        else if (letter < TRAILING) bit = 10u + vowel_class[letter - VOWEL];
        else bit = 25u + trailing_class[letter - TRAILING] % 7;
        twice |= once & 1ull << bit;
        once |= 1ull << bit;
    }
    return once | twice << 32;
}

// ---- Distance

static uint32_t cost(uint8_t a, uint8_t b) {
    return a == b ? 0 : letter_class(a) == letter_class(b) ? 1 : 2;
}

/// Damerau distance (optimal string alignment) in half edits; anything above `limit` is limit + 1.
static uint32_t distance(const uint8_t *a, size_t n, const uint8_t *b, size_t m, uint32_t limit) {
    size_t gap = n > m ? n - m : m - n;
    if (gap * 2 > limit) return limit + 1;
    uint32_t rows[3][KT_LETTERS_MAX + 1];
    for (size_t j = 0; j <= m; j++) rows[0][j] = (uint32_t)(2 * j);
    for (size_t i = 1; i <= n; i++) {
        uint32_t *row = rows[i % 3], *last = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        uint32_t least = row[0] = (uint32_t)(2 * i);
        for (size_t j = 1; j <= m; j++) {
            uint32_t best = last[j - 1] + cost(a[i - 1], b[j - 1]);
            if (last[j] + 2 < best) best = last[j] + 2;
            if (row[j - 1] + 2 < best) best = row[j - 1] + 2;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                second[j - 2] + 2 < best)
                best = second[j - 2] + 2;
            row[j] = best;
            if (best < least) least = best;
        }
        if (least > limit) return limit + 1;
    }
    uint32_t result = rows[n % 3][m];
    return result > limit ? limit + 1 : result;
}

/// What a token is compared with.
struct sought {
    const uint8_t *letters;
    size_t count;
    uint64_t signature;
    const uint32_t *first;  // of its bucket
};

/// Compares with the aliases of `least` to `most` letters, all of one limit. Ties go to the lower
/// payload.
static int nearest_of(const struct kt_near *near, const struct kt_kernels *kernels,
                      const struct sought *sought, size_t least, size_t most, uint32_t limit,
                      int found, struct kt_miss *miss) {
    if (least > most) return found;
    uint32_t from = sought->first[least], to = sought->first[most + 1];
    uint32_t candidates[256 + 8];
    while (from < to) {
        uint32_t part = to - from < 256 ? to - from : 256;
        size_t kept = kernels->near_filter(near->signatures + from, part, sought->signature,
                                           limit, candidates);
        for (size_t i = 0; i < kept; i++) {
            const struct kt_alias *alias = &near->aliases[from + candidates[i]];
            uint32_t half_edits = distance(sought->letters, sought->count,
                                           near->letters + alias->letters, alias->length, limit);
            if (half_edits == 0 || half_edits > limit) continue;
            if (found && (half_edits > miss->half_edits ||
                          (half_edits == miss->half_edits && alias->payload >= miss->payload)))
                continue;
            miss->payload = alias->payload;
            miss->half_edits = half_edits;
            miss->is_leet = 0;
            found = 1;
        }
        from += part;
    }
    return found;
}

/// The nearest alias within its limit. One edit changes two bits of the signature, which is as
/// many as it has half edits.
static int nearest(const struct kt_near *near, const struct kt_kernels *kernels,
                   const uint8_t *letters, size_t count, struct kt_miss *miss) {
    struct sought sought = {letters, count, kt_signature(letters, count),
                            near->first + kt_bucket(letters[0]) * (KT_LETTERS_MAX + 4)};
    size_t two_edits = letters[0] < LEADING ? KT_TWO_EDITS_LATIN : KT_TWO_EDITS_JAMO;
    size_t most = count + 1 < two_edits ? count + 1 : two_edits - 1;
    int found = nearest_of(near, kernels, &sought, count - 1, most, 2, 0, miss);
    if (count + 2 < two_edits) return found;
    size_t least = count - 2 > two_edits ? count - 2 : two_edits;
    return nearest_of(near, kernels, &sought, least, count + 2, 4, found, miss);
}

static int lookup_latin(const struct kt_near *near, const struct kt_kernels *kernels,
                        const uint8_t *token, size_t length, struct kt_miss *miss) {
    if (length > KT_LETTERS_MAX) return 0;
    uint8_t skeleton[KT_LETTERS_MAX], letters[KT_LETTERS_MAX];
    size_t count = kt_skeleton(token, length, skeleton);
    if (find(&near->skeletons, kt_token_key(skeleton, count), &miss->payload)) {
        // A number may spell a word upside down; it takes a letter to mean one. Four letters are
        // like many words, so of them one has to be a digit, and only one.
        size_t digits = 0;
        for (size_t i = 0; i < length; i++) digits += (uint8_t)(token[i] - 'a') >= 26;
        if (count > 4 ? digits < length : digits == 1) {
            miss->half_edits = 0;
            miss->is_leet = 1;
            return 1;
        }
    }
    count = kt_letters(token, length, letters);
    if (count == 0) return 0;
    size_t longest;
    size_t drawn = kt_drawn(token, length, skeleton, &longest);
    if (longest >= 3 && find(&near->drawn, kt_token_key(skeleton, drawn), &miss->payload)) {
        miss->half_edits = 2;
        miss->is_leet = 0;
        return 1;
    }
    if (length < 5) return 0;
    if (nearest(near, kernels, letters, count, miss)) return 1;
    if (!find(&near->headless, kt_token_key(token, length), &miss->payload)) return 0;
    miss->half_edits = 2;
    miss->is_leet = 0;
    return 1;
}

static int lookup_hangul(const struct kt_near *near, const struct kt_kernels *kernels,
                         const uint8_t *token, size_t length, struct kt_miss *miss) {
    uint8_t letters[KT_LETTERS_MAX];
    size_t count = kt_letters(token, length, letters);
    if (count == 0) return 0;
    // A particle of one or two syllables may close the token.
    size_t stem = 0;
    for (size_t tail = 3; tail <= 6 && tail < length; tail += 3) {
        if (!find(&near->particles, kt_token_key(token + length - tail, tail), NULL)) continue;
        if (find(&near->right, kt_token_key(token, length - tail), NULL)) return 0;
        if (length - tail >= KT_NEAR_OTHER_MIN) stem = length - tail;
    }
    if (nearest(near, kernels, letters, count, miss)) return 1;
    if (stem == 0) return 0;
    count = kt_letters(token, stem, letters);
    return nearest(near, kernels, letters, count, miss);
}

static int lookup(const struct kt_near *near, const struct kt_kernels *kernels,
                  const uint8_t *token, size_t length, uint64_t key, struct kt_miss *miss) {
    miss->run = 0;
    int is_latin = token[0] < 0x80;
    if (length < (is_latin ? KT_NEAR_LATIN_MIN : KT_NEAR_OTHER_MIN)) return 0;
    if (find(&near->right, key, NULL)) return 0;
    return is_latin ? lookup_latin(near, kernels, token, length, miss)
                    : lookup_hangul(near, kernels, token, length, miss);
}

int kt_near_lookup(const struct kt_near *near, const struct kt_kernels *kernels,
                   const uint8_t *token, size_t length, struct kt_miss *miss) {
    return length > 0 &&
           lookup(near, kernels, token, length, kt_token_key(token, length), miss);
}

/// Cache slots come in pairs; of a pair the first was used last.
static const struct kt_miss *cached(const struct kt_near *near, const struct kt_kernels *kernels,
                                    const uint8_t *token, size_t length, uint64_t key,
                                    struct kt_cache *cache) {
    uint64_t slot = (key >> 1 & cache->mask) << 1;
    uint64_t *pair = cache->keys + slot;
    struct kt_miss *results = cache->results + slot;
    if ((pair[0] & ~1ull) != key) {
        // Results are touched only where there are any: they are another cache line.
        uint64_t last = pair[0], found = pair[1];
        struct kt_miss miss = {0, 0, 0, 0, 0};
        if ((found & ~1ull) != key)
            found = key | (uint64_t)lookup(near, kernels, token, length, key, &miss);
        else if (found & 1)
            miss = results[1];
        if (last & 1) results[1] = results[0];
        if (found & 1) results[0] = miss;
        pair[1] = last;
        pair[0] = found;
    }
    return pair[0] & 1 ? &results[0] : NULL;
}

/// Could the runs first and first + 1 be the words of an alias of two? One separator stands
/// between and some such alias begins with these letters. Free of branches: titles are not
/// predictable here.
static uint64_t may_join(const struct kt_near *near, const uint8_t *bytes,
                         const struct kt_run *first) {
    const uint8_t *a = bytes + first[0].start, *b = bytes + first[1].start;
    uint32_t allowed = near->pairs[kt_pair_slot(a[0], b[0])];
    uint32_t length = first->length < 31 ? first->length : 31;
    return (uint64_t)(first[1].start == first->start + first->length + 1) &
           (uint64_t)(a[first->length] != '\n') & (uint64_t)((a[0] | b[0]) < 0x80) &
           (uint64_t)(allowed >> length);
}

/// Two right words make no misspelt one: "long chain" is no Longchamp.
static int is_right(const struct kt_near *near, const uint8_t *bytes, const struct kt_run *run) {
    return find(&near->right, padded_key(bytes + run->start, run->length), NULL);
}

/// Both runs as one word of at most KT_LETTERS_MAX letters, else 0. word: KT_LETTERS_MAX + 16 bytes.
static size_t join(const uint8_t *bytes, const struct kt_run *first, uint8_t *word) {
    size_t length = first[0].length + first[1].length;
    if (length > KT_LETTERS_MAX) return 0;
    memcpy(word, bytes + first[0].start, first[0].length);
    memcpy(word + first[0].length, bytes + first[1].start, first[1].length);
    return length;
}

size_t kt_near_scan(const struct kt_near *near, const struct kt_kernels *kernels,
                    const uint8_t *bytes, const struct kt_run *runs, size_t count,
                    struct kt_cache *cache, struct kt_miss *misses) {
    size_t found = 0;
    uint64_t keys[64];
    for (size_t first = 0; first < count; first += 64) {
        size_t part = count - first < 64 ? count - first : 64;
        uint64_t joinable = 0;
        for (size_t i = 0; i < part; i++) {
            if (first + i + 1 < count)
                joinable |= (may_join(near, bytes, &runs[first + i]) & 1) << i;
            keys[i] = padded_key(bytes + runs[first + i].start, runs[first + i].length);
            __builtin_prefetch(cache->keys + ((keys[i] >> 1 & cache->mask) << 1));
        }
        for (size_t i = 0; i < part; i++) {
            const struct kt_run *run = &runs[first + i];
            // Most tokens were seen lately and are no miss.
            const struct kt_miss *miss = NULL;
            if (cache->keys[(keys[i] >> 1 & cache->mask) << 1] != keys[i])
                miss = cached(near, kernels, bytes + run->start, run->length, keys[i], cache);
            if (miss) {
                misses[found] = *miss;
                misses[found].run = (uint32_t)(first + i);
                misses[found++].runs = 1;
                continue;
            }
            if (!(joinable >> i & 1)) continue;
            if (is_right(near, bytes, run) && is_right(near, bytes, run + 1)) continue;
            uint8_t word[KT_LETTERS_MAX + 16];
            size_t length = join(bytes, run, word);
            if (length == 0) continue;
            miss = cached(near, kernels, word, length, padded_key(word, length), cache);
            if (miss) {
                misses[found] = *miss;
                misses[found].run = (uint32_t)(first + i);
                misses[found++].runs = 2;
            }
        }
    }
    return found;
}
