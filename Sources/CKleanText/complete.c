// The complete fold of one title: combining marks, jamo and the Korean folds.
#pragma STDC FP_CONTRACT OFF
#include "fold.h"

size_t kt_decode(const uint8_t *bytes, size_t length, uint32_t *code) {
    return kt_decode_inline(bytes, length, code);
}

static size_t encode(uint32_t code, uint8_t *out) {
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xC0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 63));
        out[2] = (uint8_t)(0x80 | (code & 63));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 63));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 63));
    out[3] = (uint8_t)(0x80 | (code & 63));
    return 4;
}

size_t kt_fold_code(uint32_t code, int merged, uint8_t *out, uint32_t *kind) {
    *kind = 0;
    if (code < 0x80) {
        out[0] = (uint8_t)(code - 'A' < 26 ? code + 32 : merged && code < 0x20 ? ' ' : code);
        return 1;
    }
    if (code - 0xAC00u < 11172) return encode(code, out);
    uint32_t index = kt_lookup(code, merged);
    if (index == KT_STAYS) return encode(code, out);
    if (index == KT_DROPPED) {
        *kind = KT_INVISIBLE;
        return 0;
    }
    if (index == KT_SEPARATOR) {
        out[0] = ' ';
        return 1;
    }
    uint32_t entry = kt_entries[index];
    *kind = kt_entry_kind(entry);
    memcpy(out, kt_entry_bytes(entry), kt_entry_length(entry));
    return kt_entry_length(entry);
}

static uint32_t combining_class(uint32_t code) {
    if (code < 0x300) return 0;
    size_t low = 0, high = kt_ccc_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        uint32_t at = kt_ccc[middle] >> 8;
        if (at == code) return kt_ccc[middle] & 255;
        if (at < code) low = middle + 1;
        else high = middle;
    }
    return 0;
}

/// The canonical composite of two code points, or 0.
static uint32_t compose(uint32_t first, uint32_t second) {
    if (first - 0x1100u < 19 && second - 0x1161u < 21)
        return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28;
    if (first - 0xAC00u < 11172 && (first - 0xAC00) % 28 == 0 && second - 0x11A8u < 27)
        return first + second - 0x11A7;
    size_t low = 0, high = kt_compose_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const uint32_t *pair = kt_compose + 3 * middle;
        if (pair[0] == first && pair[1] == second) return pair[2];
        if (pair[0] < first || (pair[0] == first && pair[1] < second)) low = middle + 1;
        else high = middle;
    }
    return 0;
}

/// Appends the full canonical decomposition of unit.code; Hangul syllables stay whole, composing
/// takes them up as they are.
static size_t decompose(struct kt_unit unit, struct kt_unit *out) {
    size_t count = 0;
    uint32_t tail[8];
    size_t tails = 0;
    uint32_t code = unit.code;
    for (;;) {
        size_t low = 0, high = kt_decompose_count;
        const uint32_t *found = NULL;
        while (low < high && !found) {
            size_t middle = (low + high) / 2;
            const uint32_t *row = kt_decompose + 3 * middle;
            if (row[0] == code) found = row;
            else if (row[0] < code) low = middle + 1;
            else high = middle;
        }
        if (!found) break;
        code = found[1];
        if (found[2] && tails < 8) tail[tails++] = found[2];
    }
    unit.code = code;
    out[count++] = unit;
    while (tails > 0) {
        unit.code = tail[--tails];
        out[count++] = unit;
    }
    return count;
}

static void write_unit(struct kt_fold *fold, uint32_t code, uint32_t in, uint32_t in_end,
                       uint32_t kind) {
    size_t out = fold->length;
    size_t length = encode(code, fold->bytes + out);
    fold->length += length;
    if (length != in_end - in || kind != 0)
        kt_push_event(fold, out, length, in, in_end - in, kind);
}

/// NFKC_Casefold of the whole title: map, decompose, order, compose (UAX #15).
static void complete_plain(const uint8_t *title, size_t length, struct kt_fold *fold) {
    struct kt_unit *units = fold->units;
    size_t count = 0;
    for (size_t at = 0; at < length;) {
        uint32_t code, kind;
        size_t bytes = kt_decode_inline(title + at, length - at, &code);
        if (bytes == 0) {
            code = 0xFFFD;
            bytes = 1;
        }
        uint8_t mapped[128];
        size_t mapped_length = kt_fold_code(code, 0, mapped, &kind);
        for (size_t i = 0; i < mapped_length;) {
            struct kt_unit unit = {0, (uint32_t)at, (uint32_t)(at + bytes), 0};
            i += kt_decode_inline(mapped + i, mapped_length - i, &unit.code);
            count += decompose(unit, units + count);
        }
        if (mapped_length == 0) {
            units[count].code = UINT32_MAX;  // Dropped: only its event is left.
            units[count].in = (uint32_t)at;
            units[count].in_end = (uint32_t)(at + bytes);
            units[count++].kind = KT_INVISIBLE;
        }
        at += bytes;
    }
    // Canonical order: stable insertion within runs of marks; what was dropped does not part them.
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (units[i].code == UINT32_MAX) continue;
        struct kt_unit unit = units[i];
        uint32_t rank = combining_class(unit.code);
        size_t to = kept++;
        if (rank != 0) {
            while (to > 0 && combining_class(units[to - 1].code) > rank) {
                units[to] = units[to - 1];
                to--;
            }
        }
        units[to] = unit;
    }
    // Compose: a mark joins the last starter unless one of its own or a higher class is between.
    size_t written = 0, starter = SIZE_MAX;
    uint32_t last = 0;
    for (size_t i = 0; i < kept; i++) {
        struct kt_unit unit = units[i];
        uint32_t rank = combining_class(unit.code);
        if (starter != SIZE_MAX && (last < rank || starter + 1 == written)) {
            uint32_t joined = compose(units[starter].code, unit.code);
            if (joined) {
                units[starter].code = joined;
                if (unit.in < units[starter].in) units[starter].in = unit.in;
                if (unit.in_end > units[starter].in_end) units[starter].in_end = unit.in_end;
                continue;
            }
        }
        if (rank == 0) starter = written;
        last = rank;
        units[written++] = unit;
    }
    // Write. Code points of one origin, and those whose origins were reordered, share one event.
    uint32_t in_done = 0, least = UINT32_MAX;
    for (size_t i = written; i > 0; i--) {
        if (units[i - 1].in < least) least = units[i - 1].in;
        units[i - 1].kind = least;  // The earliest origin from here on.
    }
    for (size_t i = 0; i < written;) {
        size_t out = fold->length;
        uint32_t in = units[i].in, in_end = units[i].in_end;
        size_t first = i;
        do {
            if (units[i].in < in) in = units[i].in;
            if (units[i].in_end > in_end) in_end = units[i].in_end;
            fold->length += encode(units[i].code, fold->bytes + fold->length);
            i++;
        } while (i < written && units[i].kind < in_end);
        if (in > in_done) kt_push_event(fold, out, 0, in_done, in - in_done, KT_INVISIBLE);
        if (fold->length - out != in_end - in || i > first + 1)
            kt_push_event(fold, out, fold->length - out, in, in_end - in, 0);
        in_done = in_end;
    }
    if (in_done < length)
        kt_push_event(fold, fold->length, 0, in_done, length - in_done, KT_INVISIBLE);
}

// ---- merged

enum { NOT_JAMO = 0, LEADING = 1, VOWEL = 2, TRAILING = 3 };

static int jamo_role(uint32_t code) {
    if (code - 0x1100u < 19) return LEADING;
    if (code - 0x1161u < 21) return VOWEL;
    if (code - 0x11A8u < 27) return TRAILING;
    return NOT_JAMO;
}

/// The final consonant written with the same letter, or 0 (ㄸ, ㅃ and ㅉ end no syllable).
static uint32_t trailing_of(uint32_t leading) {
    static const uint8_t index[19] = {1,  2,  4,  7,  0,  8,  16, 17, 0, 19,
                                      20, 21, 22, 0, 23, 24, 25, 26, 27};
    uint8_t i = index[leading - 0x1100];
    return i ? 0x11A7u + i : 0;
}

/// A unit is what one original code point merges to. kind's high bits: how to take it.
#define UNIT_COMPAT (1u << 16)  // a compatibility jamo: a typed letter, not a decomposed syllable
#define UNIT_ENTRY (1u << 17)   // code is an index into kt_entries, several bytes
#define UNIT_DROP (1u << 18)    // nothing is written
#define UNIT_RAW (1u << 19)     // an ASCII byte before folding

/// Latin letters, digits and signs drawn like a vowel or consonant (folds.tsv, latin_in_jamo).
static uint32_t vowel_drawn_as(uint32_t raw) {
    switch (raw) {
    case 'l': case 'I': case '|': case '1': case '!': case 0x4E28: return 0x1175;  // ㅣ
    case 'T': return 0x116E;                                                       // ㅜ
    case 'H': return 0x1162;                                                       // ㅐ
    case '-': case '_': case 0x30FC: case 0x4E00: return 0x1173;                   // ㅡ
    default: return 0;
    }
}

static uint32_t consonant_drawn_as(uint32_t raw) {
    switch (raw) {
    case '0': case 'O': case 'o': case 0x3007: return 0x110B;  // ㅇ
    case 'L': return 0x1102;                                   // ㄴ
    case '7': return 0x1100;                                   // ㄱ
    case 'E': return 0x1110;                                   // ㅌ
    default: return 0;
    }
}

static uint32_t raw_of(const struct kt_unit *unit) {
    return unit->kind & (UNIT_ENTRY | UNIT_DROP) ? 0 : unit->code;
}

static int is_typed(const struct kt_unit *unit, int role) {
    return (unit->kind & UNIT_COMPAT) && jamo_role(unit->code) == role;
}

/// Takes the syllable that starts at units[i], if jamo or what stands for them make one. Returns
/// the units used, at least 2, or 0.
static size_t take_syllable(const struct kt_unit *units, size_t i, size_t count, uint32_t *code,
                            uint32_t *kind) {
    if (i + 1 >= count || (units[i].kind & (UNIT_ENTRY | UNIT_DROP))) return 0;
    uint32_t leading = 0, vowel = 0, how = 0;
    const struct kt_unit *next = &units[i + 1];
    if (jamo_role(units[i].code) == LEADING) {
        leading = units[i].code;
        if (next->kind & (UNIT_ENTRY | UNIT_DROP)) return 0;
        if (jamo_role(next->code) == VOWEL) {
            vowel = next->code;
        } else if (units[i].kind & UNIT_COMPAT) {
            vowel = vowel_drawn_as(raw_of(next));
            // A dash is a vowel only between two typed letters.
            if (vowel == 0x1173 && !(i + 2 < count && is_typed(&units[i + 2], LEADING))) return 0;
            how |= vowel ? KT_LEET : 0;
        }
    } else if (is_typed(next, VOWEL)) {
        leading = consonant_drawn_as(raw_of(&units[i]));
        vowel = leading ? next->code : 0;
        how |= KT_LEET;
    }
    if (!vowel) return 0;
    int typed = ((units[i].kind | next->kind) & UNIT_COMPAT) != 0;
    *code = 0xAC00 + ((leading - 0x1100) * 21 + vowel - 0x1161) * 28;
    *kind = how | (typed ? KT_JAMO : 0);
    size_t used = 2;
    if (i + 2 < count && !(units[i + 2].kind & (UNIT_ENTRY | UNIT_DROP))) {
        const struct kt_unit *last = &units[i + 2];
        uint32_t trailing = 0;
        if (jamo_role(last->code) == TRAILING) {
            trailing = last->code;
        } else if (typed && is_typed(last, LEADING)) {
            // A typed consonant ends this syllable unless a vowel follows and makes it the next's.
            const struct kt_unit *after = i + 3 < count ? &units[i + 3] : NULL;
            int opens = after && !(after->kind & (UNIT_ENTRY | UNIT_DROP)) &&
                        (jamo_role(after->code) == VOWEL || vowel_drawn_as(after->code));
            trailing = opens ? 0 : trailing_of(last->code);
        }
        if (trailing) {
            *code += trailing - 0x11A7;
            used = 3;
        }
    }
    return used;
}

static size_t decode_units(const uint8_t *title, size_t length, struct kt_unit *units) {
    size_t count = 0;
    for (size_t at = 0; at < length;) {
        uint32_t code;
        size_t bytes = kt_decode_inline(title + at, length - at, &code);
        struct kt_unit unit = {code, (uint32_t)at, (uint32_t)(at + bytes), 0};
        if (bytes == 0) {
            unit.code = ' ';
            unit.in_end = (uint32_t)(at + 1);
            bytes = 1;
        } else if (code < 0x80) {
            unit.kind = UNIT_RAW;
        } else if (code - 0xAC00u >= 11172) {
            uint32_t index = kt_lookup(code, 1);
            if (index == KT_DROPPED) {
                unit.kind = UNIT_DROP | KT_INVISIBLE;
            } else if (index == KT_SEPARATOR) {
                unit.code = ' ';
            } else if (index != KT_STAYS) {
                uint32_t entry = kt_entries[index], first = 0;
                uint32_t bytes_there = kt_entry_length(entry);
                size_t used =
                    bytes_there ? kt_decode_inline(kt_entry_bytes(entry), bytes_there, &first) : 0;
                unit.kind = kt_entry_kind(entry);
                if (bytes_there == 0) {
                    unit.kind |= UNIT_DROP;
                } else if (used == bytes_there) {
                    unit.code = first;
                    if (jamo_role(first) && code != first) unit.kind |= UNIT_COMPAT;
                } else {
                    unit.code = index;
                    unit.kind |= UNIT_ENTRY;
                }
            }
        }
        units[count++] = unit;
        at += bytes;
    }
    return count;
}

/// Puts `code` in place of the last code point written, which covers the input up to `in_end`.
static void replace_last(struct kt_fold *fold, size_t last, uint32_t last_in, uint32_t code,
                         uint32_t in_end) {
    fold->length = last + encode(code, fold->bytes + last);
    uint32_t kind = 0;
    if (fold->event_count > 0 && fold->events[fold->event_count - 1].out == last &&
        fold->events[fold->event_count - 1].out_length > 0)
        kind = fold->events[--fold->event_count].kind;
    kt_push_event(fold, last, fold->length - last, last_in, in_end - last_in, kind);
}

static void complete_merged(const uint8_t *title, size_t length, struct kt_fold *fold) {
    struct kt_unit *units = fold->units;
    size_t count = decode_units(title, length, units);
    size_t last = SIZE_MAX;  // Where the last single code point was written, for what joins it.
    uint32_t last_in = 0, last_code = 0;
    for (size_t i = 0; i < count;) {
        struct kt_unit unit = units[i];
        uint32_t code = 0, kind = 0;
        size_t used = take_syllable(units, i, count, &code, &kind);
        if (used) {
            last = fold->length;
            last_in = unit.in;
            last_code = code;
            write_unit(fold, code, unit.in, units[i + used - 1].in_end, kind);
            i += used;
            continue;
        }
        i++;
        kind = unit.kind & 127;
        if (unit.kind & UNIT_DROP) {
            kt_push_event(fold, fold->length, 0, unit.in, unit.in_end - unit.in, kind);
            last = SIZE_MAX;
        } else if (unit.kind & UNIT_ENTRY) {
            uint32_t entry = kt_entries[unit.code], bytes = kt_entry_length(entry);
            if (bytes != unit.in_end - unit.in || kind != 0 || kt_entry_is_long(entry))
                kt_push_event(fold, fold->length, bytes, unit.in, unit.in_end - unit.in, kind);
            memcpy(fold->bytes + fold->length, kt_entry_bytes(entry), bytes);
            fold->length += bytes;
            last = SIZE_MAX;
        } else {
            code = unit.code;
            if (code - 0x3099u < 2 || (code - 0x11A8u < 27 && last != SIZE_MAX)) {
                uint32_t joined = last != SIZE_MAX ? compose(last_code, code) : 0;
                if (joined) {
                    replace_last(fold, last, last_in, joined, unit.in_end);
                    last_code = joined;
                    continue;
                }
                if (code - 0x3099u < 2) {
                    kt_push_event(fold, fold->length, 0, unit.in, unit.in_end - unit.in,
                                  KT_ACCENT);
                    last = SIZE_MAX;
                    continue;
                }
            }
            // A lone ㅣ or ㅡ is what Korean sellers draw separators with.
            if (code == 0x1175 || code == 0x1173) code = ' ';
            if (unit.kind & UNIT_RAW) {
                if (code - 'A' < 26) code += 32;
                if (code < 0x20) code = ' ';
            }
            last = fold->length;
            last_in = unit.in;
            last_code = code;
            write_unit(fold, code, unit.in, unit.in_end, kind);
        }
    }
}

void kt_fold_complete(const uint8_t *title, size_t length, int merged, struct kt_fold *fold) {
    if (merged) complete_merged(title, length, fold);
    else complete_plain(title, length, fold);
}
