// Folding, scanning and near misses over bytes. Flat loops: no allocation, no errors, no globals
// but constant tables. The Swift side checks shapes and provides every buffer.
#ifndef KLEANTEXT_H
#define KLEANTEXT_H
#include <stddef.h>
#include <stdint.h>

// Kinds of change, bits as in Swift's TextDisguise.
#define KT_LOOK_ALIKE 1
#define KT_ACCENT 2
#define KT_STYLED 4
#define KT_INVISIBLE 8
#define KT_SEPARATED 16
#define KT_JAMO 32
#define KT_LEET 64

/// One place where folded and original text do not run in step or are not the same letters.
/// Between events they run in step, byte for byte.
struct kt_event {
    uint32_t out;         // offset into the folded buffer
    uint32_t out_length;  // bytes there
    uint32_t in;          // offset into the original title
    uint32_t in_length;   // bytes there
    uint32_t kind;        // bits above
};

/// Working element of the complete path.
struct kt_unit {
    uint32_t code, in, in_end, kind;
};

/// Where folded titles go. The caller starts with a line feed at bytes[0] and length = 1.
/// A title of n bytes needs kt_fold_bytes(n) free bytes, n + 1 free events and
/// kt_fold_units(n) units; where they are not there, folding stops before that title.
struct kt_fold {
    uint8_t *bytes;
    size_t length, capacity;
    uint32_t *starts;  // receives the offset of every title; rows entries
    struct kt_event *events;
    size_t event_count, event_capacity;
    struct kt_unit *units;
    size_t unit_capacity;
};

static inline size_t kt_fold_bytes(size_t title) { return title * 12 + 192; }
static inline size_t kt_fold_units(size_t title) { return title * 8 + 16; }

/// Folds titles text[offsets[i]..<offsets[i + 1]], each followed by a line feed in the result.
/// text_length: readable bytes at text. merged: 0 plain, 1 merged. Returns the titles folded.
typedef size_t (*kt_fold_rows)(const uint8_t *text, size_t text_length, const uint32_t *offsets,
                               size_t rows, int merged, struct kt_fold *fold);

/// Number of tokens (runs of a-z, 0-9 and bytes above 0x7F) that start in bytes[from..<to];
/// bytes[from - 1] must be readable. Reads at most 63 bytes past `to`.
typedef uint32_t (*kt_count_tokens)(const uint8_t *bytes, size_t from, size_t to);

/// A run of one kind of letter: ASCII or not.
struct kt_run {
    uint32_t start, length;
};

/// The runs in bytes[1..<length] in order; bytes[0] is a line feed. runs: room for `length`.
/// Runs shorter than latin_min (ASCII) or other_min bytes, 1 to 32, are left out. Reads up to 63
/// bytes past the end. Returns the count.
typedef size_t (*kt_find_runs)(const uint8_t *bytes, size_t length, uint32_t latin_min,
                               uint32_t other_min, struct kt_run *runs);

// ---- Finding needles, byte by byte or where words begin

struct kt_kernels;

#define KT_STREAMS 16

/// An Aho-Corasick automaton, determinised: the state after a byte is
/// next[state << row_shift | classes[byte]]. States with outputs have the highest numbers. Class 0
/// is every byte that no pattern has; the separators' class leads every state to itself, or to its
/// twin without outputs, so that patterns match across separators; whether that is allowed is
/// judged afterwards. A line feed leads to the start, state 0.
struct kt_automaton {
    const uint16_t *next16;  // for at most 65,536 states, else NULL
    const uint32_t *next32;
    const uint8_t *classes;        // 256 entries
    uint32_t row_shift;            // 7 or 8
    uint32_t accepting;            // number of the first state with outputs
    const uint32_t *output_first;  // by state - accepting, one entry more than those
    const uint32_t *outputs;       // needle numbers
};

/// A state with outputs, reached before bytes[end].
struct kt_stop {
    uint32_t end, state;
};

/// Bytes past the end of a batch that classes need room for.
#define KT_SCAN_SLACK 256

/// Walks KT_STREAMS parts of the folded rows at once. classes: scratch of as many bytes as the rows
/// have and KT_SCAN_SLACK more. stops: room for one per byte, of which part i fills counts[i] from
/// firsts[i] on.
void kt_scan(const struct kt_automaton *automaton, const struct kt_kernels *kernels,
             const uint8_t *bytes, const uint32_t *starts, size_t rows, uint8_t *classes,
             struct kt_stop *stops, size_t firsts[KT_STREAMS], size_t counts[KT_STREAMS]);

/// out[i] = classes[bytes[i]] for i < length; up to 63 bytes more are read and written.
typedef void (*kt_classify)(const uint8_t *bytes, size_t length, const uint8_t classes[256],
                            uint8_t *out);

/// What 64 bytes of a batch are, from a multiple of 64 on, and how much of it stands before them.
struct kt_place {
    uint64_t words;   // letters and digits
    uint64_t starts;  // first bytes of tokens
    uint64_t lines;   // line feeds
    uint32_t starts_before, lines_before;
};

static inline size_t kt_place_count(size_t length) { return length / 64 + 2; }

/// The places of bytes[0..<length]; bytes[0] is a line feed. Reads up to 63 bytes more. places:
/// kt_place_count(length), behind the end nothing stands.
typedef void (*kt_find_places)(const uint8_t *bytes, size_t length, struct kt_place *places);

/// Bytes of a set of beginnings that needles may have within words, by their first three bytes: the
/// highest bit of entry kt_pair(first, second), and of that of the second and third 256 on.
#define KT_INNER_BYTES 512

static inline uint8_t kt_pair(uint8_t first, uint8_t second) {
    return (uint8_t)(first << 6 | (second & 63));
}

/// Readable and writable bytes past the end of what is packed.
#define KT_PACK_SLACK 64
/// Entries past the last anchor that may be written.
#define KT_ANCHOR_SLACK 16

/// A batch as needles are looked up in it. The caller provides the room.
///
/// Anchors are where needles may begin: letters and digits behind anything else, letters behind
/// digits, characters that are not ASCII behind anything but a Hangul syllable, and what begins as
/// in an inner set. Digits are left out if no needle begins with one.
struct kt_layout {
    struct kt_place *places;   // kt_place_count(length); behind the end nothing stands
    uint8_t *packed;           // the batch without separators; line feeds stay. As long, and slack
    uint32_t *anchors;         // offsets into the batch, ascending; as many as bytes, and slack
    uint32_t *packed_anchors;  // the same into `packed`
    size_t packed_length, anchor_count;
};

struct kt_table;

/// Lays out bytes[0..<length] for the table's needles; bytes[0] is a line feed. Reads up to 96
/// bytes more.
typedef void (*kt_lay_out)(const uint8_t *bytes, size_t length, const struct kt_table *table,
                           struct kt_layout *layout);

#define KT_ROUNDS 3
#define KT_NO_KEY UINT32_MAX

/// What a needle is asked first, and what it becomes.
struct kt_check {
    uint32_t beside;            // what it cannot stand beside, and what needs a closer look
    uint16_t length;            // of the key; 0 for 64 bytes and more
    uint8_t kind;               // as in kt_needle
    uint8_t flags;              // KT_IS_BRAND, KT_IS_SUFFIX
    uint32_t pattern, payload;  // as in kt_needle
};

#define KT_IS_BRAND 1
#define KT_IS_SUFFIX 2  // stands only behind a brand

/// Keys are compared with a text by eights, their first bytes only. Of groups of more than
/// KT_SMALL_GROUP the key is looked for in another way.
#define KT_KEYS_AT_ONCE 8
#define KT_SMALL_GROUP 16
#define KT_KEY_BYTES 16

/// A key that needles share.
struct kt_key {
    uint32_t bytes, length;             // offset into kt_needles.keys
    uint32_t needle_first, needle_end;  // its needles
    struct kt_check check;              // of the first
    uint8_t tail[KT_KEY_BYTES];         // the second KT_KEY_BYTES, zeros behind its end
};

/// Keys by the hash of their first bytes, cut to a window's length.
///
/// A key is filed under the longest window of its kind that it fills. The filter has a bit for each
/// hash; keys of one bit are a group, the last by their bytes first. Groups lie in the order of
/// their bits, and `ranks` counts the bits before each 64.
struct kt_table {
    const uint64_t *filter;
    const uint32_t *ranks;
    const uint32_t *groups;     // first key of each, and one more
    const struct kt_key *keys;
    const uint32_t *shorter;    // the longest key of the group that each begins with, or KT_NO_KEY
    const uint8_t *starts;      // KT_KEY_BYTES of each key, zeros behind its end; and seven more
    const uint8_t *inner;       // a set of KT_INNER_BYTES, or NULL if all begin where words do
    uint32_t has_digits;        // some key begins with a digit
    uint32_t filter_shift;      // 64 - log2 of the filter's bits
    uint32_t rounds;            // windows in use
    uint64_t windows[KT_ROUNDS][2];  // their masks, longest first: of ASCII, of other letters
};

static inline uint64_t kt_hash(uint64_t window) { return window * 0x9E3779B97F4A7C15ull; }

// Bits as in Swift's PatternRule.
#define KT_LATIN_BOUNDARY (1u << 0)
#define KT_LATIN_LETTER_BOUNDARY (1u << 1)
#define KT_HANGUL_START (1u << 2)
#define KT_HANGUL_END (1u << 3)
#define KT_WHOLE_TOKEN (1u << 4)
#define KT_SUFFIX_AFTER_BRAND (1u << 5)
#define KT_BRAND (1u << 6)
#define KT_KANA_BOUNDARY (1u << 7)
#define KT_SPLITTABLE (1u << 8)

/// One spelling of a pattern. The key is the pattern without separators; for kt_find the needles of
/// one key lie together.
struct kt_needle {
    uint32_t key;         // offset into keys
    uint32_t key_length;  // bytes, at least 1
    uint32_t gap_first, gap_count;
    uint32_t rule, kind;  // kind: disguise that this spelling implies
    uint32_t pattern, payload;
};

/// Separators that a pattern has before key byte `at` (0: in front, key_length: behind).
/// length 0: up to three of any; else exactly these bytes, spaces aside.
struct kt_gap {
    uint32_t at, literal, length;
};

/// A word that may follow a Hangul brand; sorted by first syllable.
struct kt_word {
    uint32_t key, length;
    uint32_t is_final;  // nothing after it matters
};

struct kt_needles {
    const struct kt_needle *needles;
    const struct kt_check *checks;  // by needle, of kt_check_needle
    const struct kt_gap *gaps;
    const uint8_t *keys;
    const struct kt_word *words;
    const uint32_t *word_first;  // 11173 entries: words by the first syllable's number
};

/// A needle that stands in a title, laid out as Swift's TextMatch.
struct kt_match {
    uint32_t row;
    uint32_t payload, pattern;
    uint16_t start, end;         // in the folded title; 65,535 at most
    uint16_t token, last_token;  // of the title, in which it starts and ends
    uint8_t disguise;            // the needle's kind, and what was seen here
    uint8_t flags;               // of its check; padding in Swift
};

/// A folded batch, and where its matches go.
struct kt_batch {
    const uint8_t *bytes;
    const uint32_t *starts;  // of its titles
    const struct kt_place *places;
    uint32_t first_row;  // the number of its first title
    struct kt_match *matches;
    size_t capacity;
};

/// What is asked of a needle first. keys: those of kt_needles.
struct kt_check kt_check_needle(const struct kt_needle *needle, const uint8_t *keys);

/// Judges what kt_scan found: rows ascending, within a row by start, longest first, then payload
/// and pattern, each pattern once a place. The result is how many there would be; if that is more
/// than there is room for, what was written is of no use.
typedef size_t (*kt_judge_stops)(const struct kt_automaton *automaton,
                                 const struct kt_needles *needles, const struct kt_stop *stops,
                                 const size_t firsts[KT_STREAMS],
                                 const size_t counts[KT_STREAMS], const struct kt_batch *batch);

/// The same where words begin, without kt_scan.
typedef size_t (*kt_find)(const struct kt_table *table, const struct kt_needles *needles,
                          const struct kt_layout *layout, const struct kt_batch *batch);

// ---- Near misses

#define KT_LETTERS_MAX 40   // letters (jamo for Hangul) of an alias or token that takes part
#define KT_BUCKETS 64       // by first letter: 0-25 Latin, 32-50 Hangul
#define KT_NEAR_LATIN_MIN 4  // bytes of the shortest run looked up
#define KT_NEAR_OTHER_MIN 9
#define KT_TWO_EDITS_LATIN 8  // letters from which an alias may be two edits away
#define KT_TWO_EDITS_JAMO 10

/// An alias as letters: 0-25 for a-z, or jamo as 32 + leading, 64 + vowel, 96 + trailing.
struct kt_alias {
    uint32_t letters;  // offset
    uint32_t payload;
    uint32_t length;
};

/// An open-addressed set of 64-bit keys (0 is a free slot); mask + 1 slots, at least one free.
struct kt_set {
    const uint64_t *keys;
    const uint32_t *values;  // NULL if there are none
    uint64_t mask;
};

/// Aliases by bucket, then length, then order given.
struct kt_near {
    const uint64_t *signatures;  // padded with 8 readable entries
    const struct kt_alias *aliases;
    const uint32_t *first;  // KT_BUCKETS x (KT_LETTERS_MAX + 4): by bucket and least length
    const uint8_t *letters;
    struct kt_set right;      // tokens that are right as they are
    struct kt_set skeletons;  // leet skeletons of Latin aliases to payloads
    struct kt_set drawn;      // Latin aliases without repeated letters to payloads
    struct kt_set headless;   // Latin aliases of six letters and more without their first
    struct kt_set particles;  // Korean particles
    // 1,024 by kt_pair_slot: bit n says that some alias of two Latin words begins so and that its
    // first word may have n letters.
    const uint32_t *pairs;
};

struct kt_miss {
    uint32_t run;   // index of the first run
    uint32_t runs;  // 1, or 2 for two Latin words taken as one
    uint32_t payload;
    uint32_t half_edits;
    uint32_t is_leet;
};

/// Indices i < count with popcount(signatures[i] ^ signature) <= bits_max, into `out` (count + 8
/// entries). Returns how many.
typedef size_t (*kt_near_filter)(const uint64_t *signatures, size_t count, uint64_t signature,
                                 uint32_t bits_max, uint32_t *out);

/// Key of a folded token; never 0, lowest bit clear.
uint64_t kt_token_key(const uint8_t *token, size_t length);

/// Letters of a folded token as in kt_alias; 0 if it is neither all Latin letters nor all Hangul
/// syllables, or too long.
size_t kt_letters(const uint8_t *token, size_t length, uint8_t letters[KT_LETTERS_MAX]);

/// Where kt_near.pairs has two words by their first bytes. Digits share slots with letters.
static inline uint32_t kt_pair_slot(uint8_t first, uint8_t second) {
    return (first & 31u) << 5 | (second & 31u);
}

/// The bucket of a first letter and the signature of letters.
uint32_t kt_bucket(uint8_t letter);
uint64_t kt_signature(const uint8_t *letters, size_t count);

/// The token with each run of one letter as one letter; at most `length` bytes. Returns its length;
/// *longest receives the longest run's.
size_t kt_drawn(const uint8_t *token, size_t length, uint8_t *out, size_t *longest);

/// Leet skeleton of Latin letters and digits; at most `length` bytes. Returns its length.
size_t kt_skeleton(const uint8_t *token, size_t length, uint8_t *out);

/// Positions in bytes[1..<length] of signs that may stand for letters of a word: `*` and `~`
/// behind a letter or digit, `@`, `$`, `!`, `?` and `#` between two. Reads up to 64 bytes past the
/// end. out: room for `length`. Returns the count.
typedef size_t (*kt_find_masks)(const uint8_t *bytes, size_t length, uint32_t *out);

struct kt_kernels {
    const char *isa;  // "scalar", "avx2", "avx512"
    kt_fold_rows fold_rows;
    kt_count_tokens count_tokens;
    kt_find_runs find_runs;
    kt_near_filter near_filter;
    kt_find_masks find_masks;
    kt_classify classify;  // NULL where it takes longer than it saves
    kt_find_places find_places;
    kt_lay_out lay_out;
    kt_judge_stops judge_stops;
    kt_find find;
};

/// The nearest alias of one folded token: 1 if there is one, `miss` receives it (run: 0).
int kt_near_lookup(const struct kt_near *near, const struct kt_kernels *kernels,
                   const uint8_t *token, size_t length, struct kt_miss *miss);

/// Results of earlier lookups by token key: mask + 1 pairs of slots. A key with its lowest bit set
/// has its result in `results`.
struct kt_cache {
    uint64_t *keys;
    struct kt_miss *results;
    uint64_t mask;
};

/// Looks up every run, and where it is no miss, it and the next taken as one word if both are Latin
/// and one separator stands between. 15 bytes past the last must be readable. misses: room for one
/// a run. Returns how many there are, in order.
size_t kt_near_scan(const struct kt_near *near, const struct kt_kernels *kernels,
                    const uint8_t *bytes, const struct kt_run *runs, size_t count,
                    struct kt_cache *cache, struct kt_miss *misses);

/// Variants this CPU can run, slowest first; index 0 is always the scalar reference.
size_t kt_variants(const struct kt_kernels **variants, size_t capacity);

/// The scalar reference, but every title takes the complete path: for tests only.
const struct kt_kernels *kt_complete(void);

/// Folds one title by the complete definition, whatever is in it; capacity as above.
void kt_fold_complete(const uint8_t *title, size_t length, int merged, struct kt_fold *fold);

/// What one code point folds to: UTF-8 into out (64 bytes), the kind of change, the length.
/// Neighbours are not regarded.
size_t kt_fold_code(uint32_t code, int merged, uint8_t *out, uint32_t *kind);

/// Strict UTF-8: length of the code point at bytes[0], `length` > 0 readable; 0 if invalid.
size_t kt_decode(const uint8_t *bytes, size_t length, uint32_t *code);
#endif
