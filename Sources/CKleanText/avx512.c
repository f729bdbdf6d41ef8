// 64 bytes a step. Written for CPUs where 512-bit byte compares into masks are cheap.
#pragma STDC FP_CONTRACT OFF
#include "find.h"
#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,avx512vbmi,avx512vbmi2," \
                          "bmi,bmi2,popcnt,lzcnt")))
#define LEAST(v, x) _mm512_cmpge_epu8_mask(v, _mm512_set1_epi8((char)(x)))
#define EQUAL(v, x) _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)(x)))

/// Positions that the fast path cannot copy: whatever does not belong to a whole Hangul syllable
/// below U+D780. (The last block, U+D780 to U+D7A3, is left to the careful path.)
TARGET static inline uint64_t not_copied(__m512i v, uint64_t high) {
    uint64_t lead = LEAST(v, 0xC0);
    uint64_t continuation = high & ~lead;
    uint64_t whole = LEAST(v, 0xEB) & ~LEAST(v, 0xED);
    whole |= EQUAL(v, 0xEA) & LEAST(v, 0xB0) >> 1;
    whole |= EQUAL(v, 0xED) & ~LEAST(v, 0x9E) >> 1;
    whole &= continuation >> 1 & continuation >> 2;
    return (lead & ~whole) | (continuation & ~(whole << 1 | whole << 2));
}

TARGET static inline int fold_title(const uint8_t *title, size_t length, const uint8_t *text_end,
                                    int merged, struct kt_fold *fold) {
    (void)text_end;
    const __m512i floor = _mm512_set1_epi8(merged ? ' ' : 0);
    size_t at = 0;
    while (at < length) {
        size_t left = length - at;
        __mmask64 inside = left >= 64 ? ~0ull : (1ull << left) - 1;
        __m512i v = _mm512_maskz_loadu_epi8(inside, title + at);
        uint64_t high = _mm512_movepi8_mask(v);
        uint64_t stop = high ? not_copied(v, high) : 0;
        __mmask64 upper = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8('A')),
                                                 _mm512_set1_epi8(26));
        __m512i lower = _mm512_mask_add_epi8(v, upper, v, _mm512_set1_epi8(32));
        _mm512_storeu_si512(fold->bytes + fold->length, _mm512_max_epu8(lower, floor));
        size_t step = stop ? (size_t)_tzcnt_u64(stop) : left < 64 ? left : 64;
        at += step;
        fold->length += step;
        // A character that the 64 bytes cut off comes with the next ones.
        if (stop && !(step >= 62 && left > 64)) {
            at = kt_fold_others(title, at, length, merged, fold);
            if (at == SIZE_MAX) return 0;
        }
    }
    return 1;
}

TARGET static size_t fold_rows(const uint8_t *text, size_t text_length, const uint32_t *offsets,
                               size_t rows, int merged, struct kt_fold *fold) {
    KT_FOLD_ROWS(fold_title)
}

TARGET static inline uint64_t ascii_words(__m512i v) {
    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8('a')),
                                  _mm512_set1_epi8(26)) |
           _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8('0')),
                                  _mm512_set1_epi8(10));
}

TARGET static uint32_t count_tokens(const uint8_t *bytes, size_t from, size_t to) {
    uint64_t before = (uint64_t)kt_is_word(bytes[from - 1]);
    uint32_t count = 0;
    for (size_t at = from; at < to; at += 64) {
        __m512i v = _mm512_loadu_si512(bytes + at);
        uint64_t words = ascii_words(v) | _mm512_movepi8_mask(v);
        uint64_t starts = words & ~(words << 1 | before);
        if (to - at < 64) starts &= (1ull << (to - at)) - 1;
        count += (uint32_t)_mm_popcnt_u64(starts);
        before = words >> 63;
    }
    return count;
}

/// Words of 64 positions whose runs are found together.
enum { run_words = 8 };

/// Masks of one kind of letter, and of the places where `least` and more of them begin; a word
/// before and one behind belong to the neighbours.
struct kind_masks {
    uint64_t letters[run_words + 2], begins[run_words + 1];
    uint32_t least;
};

/// Where runs of at least `least` letters start and where they end, the latter at the position
/// behind them. Runs are cut to what fits by halves: two neighbours, then twice as many, ...
TARGET static inline void run_masks(struct kind_masks *kind, __m512i *starts, __m512i *ends) {
    __m512i own = _mm512_loadu_si512(kind->letters + 1);
    __m512i low = own, high = _mm512_loadu_si512(kind->letters + 2);
    for (uint32_t have = 1; have < kind->least;) {
        uint32_t step = have < kind->least - have ? have : kind->least - have;
        __m128i right = _mm_cvtsi32_si128((int)step), left = _mm_cvtsi32_si128(64 - (int)step);
        __m512i next = _mm512_or_si512(_mm512_srl_epi64(low, right), _mm512_sll_epi64(high, left));
        low = _mm512_and_si512(low, next);
        high = _mm512_and_si512(high, _mm512_srl_epi64(high, right));
        have += step;
    }
    _mm512_storeu_si512(kind->begins + 1, low);
    __m512i before = _mm512_srli_epi64(_mm512_loadu_si512(kind->letters), 63);
    before = _mm512_or_si512(before, _mm512_slli_epi64(own, 1));
    *starts = _mm512_andnot_si512(before, low);
    __m128i left = _mm_cvtsi32_si128((int)kind->least);
    __m128i right = _mm_cvtsi32_si128(64 - (int)kind->least);
    __m512i passed = _mm512_or_si512(_mm512_sll_epi64(low, left),
                                     _mm512_srl_epi64(_mm512_loadu_si512(kind->begins), right));
    *ends = _mm512_andnot_si512(own, passed);
    kind->letters[0] = kind->letters[run_words];
    kind->begins[0] = kind->begins[run_words];
}

/// Writes base and the numbers of the bits, up to 16 at a time; returns how many there are.
TARGET static inline size_t list_bits(uint64_t bits, uint32_t base, uint32_t *out) {
    const __m512i numbers = _mm512_set_epi64(
        0x3F3E3D3C3B3A3938, 0x3736353433323130, 0x2F2E2D2C2B2A2928, 0x2726252423222120,
        0x1F1E1D1C1B1A1918, 0x1716151413121110, 0x0F0E0D0C0B0A0908, 0x0706050403020100);
    __m512i packed = _mm512_maskz_compress_epi8(bits, numbers);
    size_t count = (size_t)_mm_popcnt_u64(bits);
    __m512i first = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed));
    _mm512_storeu_si512(out, _mm512_add_epi32(first, _mm512_set1_epi32((int)base)));
    if (count > 16) {
        uint8_t places[64];
        _mm512_storeu_si512(places, packed);
        for (size_t i = 16; i < count; i++) out[i] = base + places[i];
    }
    return count;
}

TARGET static size_t find_runs(const uint8_t *bytes, size_t length, uint32_t latin_min,
                               uint32_t other_min, struct kt_run *runs) {
    struct kind_masks latin = {.least = latin_min}, other = {.least = other_min};
    uint32_t starts[64 * run_words + 16], ends[64 * run_words + 16];
    size_t count = 0, open = 0;
    // A run that reaches `length` ends there, which may be a word's first position.
    for (size_t at = 1; at <= length; at += 64 * run_words) {
        for (size_t word = 0; word <= run_words; word++) {
            size_t from = at + 64 * word;
            latin.letters[word + 1] = other.letters[word + 1] = 0;
            if (from >= length) continue;
            uint64_t inside = length - from >= 64 ? ~0ull : (1ull << (length - from)) - 1;
            __m512i v = _mm512_loadu_si512(bytes + from);
            latin.letters[word + 1] = ascii_words(v) & inside;
            other.letters[word + 1] = _mm512_movepi8_mask(v) & inside;
        }
        __m512i latin_starts, latin_ends, other_starts, other_ends;
        run_masks(&latin, &latin_starts, &latin_ends);
        run_masks(&other, &other_starts, &other_ends);
        uint64_t first[run_words], last[run_words];
        _mm512_storeu_si512(first, _mm512_or_si512(latin_starts, other_starts));
        _mm512_storeu_si512(last, _mm512_or_si512(latin_ends, other_ends));
        // One run at most is left open by the words before.
        size_t started = open, ended = 0;
        for (size_t word = 0; word < run_words; word++) {
            uint32_t base = (uint32_t)(at + 64 * word);
            started += list_bits(first[word], base, starts + started);
            ended += list_bits(last[word], base, ends + ended);
        }
        for (size_t i = 0; i < ended; i++) {
            runs[count].start = starts[i];
            runs[count++].length = ends[i] - starts[i];
        }
        open = started - ended;
        if (open) starts[0] = starts[started - 1];
    }
    return count;
}

TARGET static size_t near_filter(const uint64_t *signatures, size_t count, uint64_t signature,
                                 uint32_t bits_max, uint32_t *out) {
    const __m512i sought = _mm512_set1_epi64((long long)signature);
    const __m512i most = _mm512_set1_epi64((long long)bits_max);
    size_t kept = 0;
    for (size_t i = 0; i < count; i += 8) {
        __m512i other = _mm512_loadu_si512(signatures + i);
        __m512i bits = _mm512_popcnt_epi64(_mm512_xor_si512(other, sought));
        uint32_t near = _mm512_cmple_epu64_mask(bits, most);
        if (count - i < 8) near &= (1u << (count - i)) - 1;
        for (; near; near &= near - 1) out[kept++] = (uint32_t)i + _tzcnt_u32(near);
    }
    return kept;
}

TARGET static void classify(const uint8_t *bytes, size_t length, const uint8_t classes[256],
                            uint8_t *out) {
    __m512i tables[4];
    for (int i = 0; i < 4; i++) tables[i] = _mm512_loadu_si512(classes + 64 * i);
    for (size_t at = 0; at < length; at += 64) {
        __m512i v = _mm512_loadu_si512(bytes + at);
        __m512i low = _mm512_permutex2var_epi8(tables[0], v, tables[1]);
        __m512i high = _mm512_permutex2var_epi8(tables[2], v, tables[3]);
        _mm512_storeu_si512(out + at, _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(v), high));
    }
}

TARGET static size_t find_masks(const uint8_t *bytes, size_t length, uint32_t *out) {
    size_t count = 0;
    for (size_t at = 1; at < length; at += 64) {
        __m512i v = _mm512_loadu_si512(bytes + at);
        uint64_t open = EQUAL(v, '*') | EQUAL(v, '~');
        uint64_t closed = EQUAL(v, '@') | EQUAL(v, '$') | EQUAL(v, '!') | EQUAL(v, '?') |
                          EQUAL(v, '#');
        uint64_t signs = open | closed;
        if (length - at < 64) signs &= (1ull << (length - at)) - 1;
        for (; signs; signs &= signs - 1) {
            size_t place = at + _tzcnt_u64(signs);
            if (kt_stands_for_letters(bytes + place)) out[count++] = (uint32_t)place;
        }
    }
    return count;
}

TARGET static void find_places(const uint8_t *bytes, size_t length, struct kt_place *places) {
    uint32_t starts = 0, lines = 0;
    uint64_t before = 0;
    for (size_t at = 0; at < length; at += 64) {
        __m512i v = _mm512_loadu_si512(bytes + at);
        uint64_t inside = length - at >= 64 ? ~0ull : (1ull << (length - at)) - 1;
        uint64_t words = (ascii_words(v) | _mm512_movepi8_mask(v)) & inside;
        uint64_t feeds = EQUAL(v, '\n') & inside;
        struct kt_place place = {words, words & ~(words << 1 | before), feeds, starts, lines};
        places[at / 64] = place;
        before = words >> 63;
        starts += (uint32_t)_mm_popcnt_u64(place.starts);
        lines += (uint32_t)_mm_popcnt_u64(place.lines);
    }
    for (size_t i = (length + 63) / 64; i < kt_place_count(length); i++)
        places[i] = (struct kt_place){0, 0, 0, starts, lines};
}

/// Bytes whose entry of 256 has its highest bit set.
TARGET static inline uint64_t in_set(__m512i v, const uint8_t set[256]) {
    __m512i low = _mm512_permutex2var_epi8(_mm512_loadu_si512(set), v,
                                           _mm512_loadu_si512(set + 64));
    __m512i high = _mm512_permutex2var_epi8(_mm512_loadu_si512(set + 128), v,
                                            _mm512_loadu_si512(set + 192));
    return _mm512_movepi8_mask(_mm512_mask_mov_epi8(low, _mm512_movepi8_mask(v), high));
}

/// kt_pair of each byte and the next.
TARGET static inline __m512i pairs(__m512i first, __m512i second) {
    const __m512i low = _mm512_set1_epi8(63);
    return _mm512_ternarylogic_epi64(low, second, _mm512_slli_epi16(first, 6), 0xCA);
}

TARGET static inline uint64_t begins_within(const uint8_t *inner, __m512i v, __m512i next,
                                            __m512i after) {
    return in_set(pairs(v, next), inner) & in_set(pairs(next, after), inner + 256);
}

TARGET static void lay_out(const uint8_t *bytes, size_t length, const struct kt_table *table,
                           struct kt_layout *layout) {
    struct kt_layout to = *layout;
    struct kt_marks marks = {.asked_digits = table->has_digits ? ~0ull : 0};
    const uint8_t *inner = table->inner;
    size_t packed = 0, anchors = 0;
    for (size_t at = 0; at < length; at += 64) {
        __m512i v = _mm512_loadu_si512(bytes + at), next = _mm512_loadu_si512(bytes + at + 1);
        uint64_t inside = length - at >= 64 ? ~0ull : (1ull << (length - at)) - 1;
        marks.letters = LEAST(v, 'a') & ~LEAST(v, 'z' + 1) & inside;
        marks.digits = LEAST(v, '0') & ~LEAST(v, '9' + 1) & inside;
        marks.high = _mm512_movepi8_mask(v) & inside;
        marks.leads = LEAST(v, 0xC0) & inside;
        marks.lines = EQUAL(v, '\n') & inside;
        marks.hangul = (LEAST(v, 0xEB) & ~LEAST(v, 0xED)) | (EQUAL(v, 0xEA) & LEAST(next, 0xB0)) |
                       (EQUAL(v, 0xED) & ~LEAST(next, 0x9E));
        marks.inner = inner ? begins_within(inner, v, next, _mm512_loadu_si512(bytes + at + 2)) : 0;
        uint64_t starts = kt_place_anchors(&marks, &to.places[at / 64]);
        uint64_t kept = to.places[at / 64].words | marks.lines;
        _mm512_storeu_si512(to.packed + packed, _mm512_maskz_compress_epi8(kept, v));
        list_bits(starts, (uint32_t)at, to.anchors + anchors);
        anchors += list_bits(_pext_u64(starts, kept), (uint32_t)packed,
                             to.packed_anchors + anchors);
        packed += (size_t)_mm_popcnt_u64(kept);
    }
    kt_end_layout(&marks, length, packed, anchors, layout);
}

/// The bytes that differ between four keys and the text, zeros aside.
TARGET static inline uint64_t differ(const uint8_t *starts, __m512i text) {
    __m512i keys = _mm512_loadu_si512(starts);
    return _mm512_mask_cmpneq_epi8_mask(_mm512_test_epi8_mask(keys, keys), keys, text);
}

TARGET static inline uint32_t compare_keys(const uint8_t *starts, uint32_t count,
                                           const uint8_t *text) {
    (void)count;
    __m512i there = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)text));
    __m128i first = _mm_cvtsi64_si128((long long)differ(starts, there));
    uint64_t second = differ(starts + 4 * KT_KEY_BYTES, there);
    __m128i both = _mm_insert_epi64(first, (long long)second, 1);
    return _mm_testn_epi16_mask(both, both);
}

KT_DEFINE_FINDING(TARGET, compare_keys, kt_begins_so)

const struct kt_kernels kt_avx512 = {"avx512",  fold_rows,   count_tokens, find_runs,
                                     near_filter, find_masks, classify, find_places, lay_out,
                                     judge_stops, find};
#endif
