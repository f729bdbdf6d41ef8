// Structural scanning of catalog bytes: where records and cells begin and end.
//
// Every function is a pure function of its bytes. Nothing allocates, nothing fails, nothing reads
// past `count`. The vector forms only skip bytes that the scalar form would walk over one by one.
#ifndef KLEAN_CATALOG_H
#define KLEAN_CATALOG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// One cell of a delimited record: bytes[start..<end], where the outer quotes are left out.
// `end_flags` keeps the end in its low 30 bits.
struct kcat_cell {
    uint32_t start;
    uint32_t end_flags;
};
enum {
    KCAT_END_MASK = 0x3FFFFFFF,
    KCAT_QUOTED = 0x40000000,   // outer quotes were there and are left out
    KCAT_ESCAPED = 0x80000000,  // doubled quotes or text after the closing quote inside
};

// What a scan for record ends found.
struct kcat_split {
    size_t end;        // just after the last complete record's line end, 0 when there is none
    size_t records;    // complete records up to `end`; empty lines are none
    int open_quoted;   // the incomplete record after `end` ends inside quotes
};

// Finds the last record end in `bytes`, which starts at a record start. Lines end in LF or CR;
// a quote opens only as the first byte of a cell. `quote` 0 means that nothing is quoted.
// `variant` 0 scalar, 1 vector where the machine has it.
void kcat_split_records(const uint8_t *bytes, size_t count, uint8_t delimiter, uint8_t quote,
                        int variant, struct kcat_split *result);

// Lists the cells of complete records. Records that hold no byte at all are skipped.
// `row_ends[r]` is the number of cells up to and with record r. Stops before a record that would
// overflow either array; `*used` is where it stopped (count when everything was listed).
// The last record may lack its line end. Returns the records listed.
size_t kcat_list_cells(const uint8_t *bytes, size_t count, uint8_t delimiter, uint8_t quote,
                       int variant, struct kcat_cell *cells, size_t cell_capacity,
                       uint32_t *row_ends, size_t row_capacity, size_t *used);

// Number of LF bytes.
size_t kcat_count_lines(const uint8_t *bytes, size_t count);

// Where the string that starts at bytes[0] (after its opening quote) stops being plain: the offset
// of the first quote, backslash or control byte below 0x20, or `count`.
size_t kcat_json_plain(const uint8_t *bytes, size_t count);

// Nesting relative to where a walk over JSON began.
struct kcat_json_state {
    int64_t depth;
    int in_string;  // 1 inside a string, 2 just after a backslash in one
};

// Walks over values that stand side by side and returns the offset just after the last bracket or
// brace that came back to depth 0, or 0; `*elements` counts them. Stops before a bracket that
// would fall below depth 0: `*stopped` is its offset, else `count`.
size_t kcat_json_split(const uint8_t *bytes, size_t count, size_t *elements, size_t *stopped);

// Goes on from `state` to the first return to depth 0: the offset just after it, or 0.
size_t kcat_json_element(const uint8_t *bytes, size_t count, struct kcat_json_state *state);

// What a text holds: a bit set of the kinds below. 0 is ASCII that needs nothing.
enum {
    KCAT_TEXT_NON_ASCII = 1,
    KCAT_TEXT_INVALID = 2,   // not UTF-8
    KCAT_TEXT_CONTROL = 4,   // C0, DEL, C1, line separators
    KCAT_TEXT_AMPERSAND = 8,
    KCAT_TEXT_DOUBLE_SPACE = 16,
    KCAT_TEXT_ANGLE = 32,      // a less-than sign: perhaps markup
    KCAT_TEXT_SPECIAL = 64,    // perhaps spaces other than U+0020, invisible marks, full-width digits
    KCAT_TEXT_COMPOSABLE = 128,  // perhaps not in Unicode's form C
};
int kcat_text_kinds(const uint8_t *bytes, size_t count);

// The 64-bit key of a byte string: `Fingerprint.of` of the nouns, eight bytes at a time.
uint64_t kcat_fingerprint(const uint8_t *bytes, size_t count);

// Whether two runs of `count` bytes are the same.
int kcat_equal(const uint8_t *left, const uint8_t *right, size_t count);

// Reads 64 hexadecimal digits, most significant first, into words, least significant first.
// Returns 0 when one of them is no such digit.
int kcat_hash256(const uint8_t *digits, uint64_t words[4]);

// Processors that this process may run on, at least 1.
int kcat_processors(void);

#ifdef __cplusplus
}
#endif
#endif
