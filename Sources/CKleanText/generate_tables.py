#!/usr/bin/env python3
"""Writes tables.c, the folding tables of CKleanText, from the Unicode Character Database.

    python3 generate_tables.py UCD_DIR > tables.c

UCD_DIR holds UnicodeData.txt, CaseFolding.txt, CompositionExclusions.txt, PropList.txt,
Scripts.txt and confusables.txt of one Unicode version (they are at unicode.org/Public/17.0.0).

Two maps from a code point to a short string are made.

plain   NFKC_Casefold (UAX #44), derived here as its definition says: case fold (C and F), NFKC and
        removal of Default_Ignorable_Code_Point until nothing changes.
merged  what titles are scanned in. Starting from plain, per resulting code point:
        - a letter or digit whose UTS #39 skeleton, marks left out, is one or two ASCII letters or
          digits becomes those, in lower case. ASCII itself never changes, so where the skeleton
          is that of an ASCII letter ("rn" for m, "l" for I) that letter is meant. Capitals are
          looked up before case folding, because that is how they are drawn;
        - Latin letters named after a base letter (SMALL CAPITAL N, O WITH STROKE) become it;
        - Han becomes what UTS #39 says only if that is Han too; kana stays (it has to compose
          with voicing marks);
        - circles and squares that stand for a letter become *, as which they are read;
        - marks are dropped, invisible characters too, all that is no letter, digit or mark is one
          space, and so is a trade mark sign;
        - Hangul stays as it is: UTS #39 maps jamo to Han strokes, which helps nobody.

Each entry has a kind (why it differs from what was written) and a flag that says that it acts
on its neighbours (combining marks, jamo), so that the title has to take the complete path.
"""

import sys
import unicodedata  # Only to check ourselves at the end; its version may be older.

LIMIT = 0x2FA80  # Above lie only unmapped Han, ignorables (plane 14) and private use.
KIND_NONE, KIND_LOOK_ALIKE, KIND_ACCENT, KIND_STYLED, KIND_INVISIBLE, KIND_JAMO = 0, 1, 2, 4, 8, 32

# Ours, not Unicode's: letters that are commonly drawn for a Latin one although their own shape
# differs. Kept short on purpose; a wrong one costs nothing unless the word becomes an alias.
DRAWN_FOR = {"Σ": "e", "σ": "e", "Ξ": "e", "ξ": "e", "ε": "e", "Є": "e", "є": "e", "Э": "e",
             "э": "e", "Δ": "a", "δ": "a", "Д": "a", "д": "a", "Л": "a", "л": "a", "λ": "a",
             "Ʌ": "a", "ʌ": "a", "м": "m", "ʍ": "m", "ɯ": "w", "ω": "w", "щ": "w", "к": "k",
             "ĸ": "k", "п": "n", "Π": "n", "π": "n", "η": "n", "ϲ": "c", "μ": "u", "ц": "u",
             "ь": "b", "β": "b", "б": "b", "Γ": "r", "з": "3", "χ": "x"}

# Signs that Korean writers put in place of a letter (샤○, L□V), and other stars.
MASKS = "○◯●◎□■◻◼∗⁎"


def rows(path):
    with open(path, encoding="utf-8-sig") as file:
        for line in file:
            line = line.split("#")[0].strip()
            if line:
                yield [part.strip() for part in line.split(";")]


def span(text):
    ends = [int(part, 16) for part in text.split("..")]
    return range(ends[0], ends[-1] + 1)


def points(text):
    return [int(part, 16) for part in text.split()]


class Unicode:
    """The properties that the maps need, read from one directory."""

    def __init__(self, path):
        self.category, self.name, self.ccc, self.canonical, self.compat = {}, {}, {}, {}, {}
        first = None
        for f in rows(path + "/UnicodeData.txt"):
            code = int(f[0], 16)
            if f[1].endswith(", First>"):
                first = code
                continue
            for c in range(first if first is not None else code, code + 1):
                self.category[c], self.name[c] = f[2], f[1]
            first = None
            if f[3] != "0":
                self.ccc[code] = int(f[3])
            if f[5].startswith("<"):
                tag, _, rest = f[5].partition("> ")
                self.compat[code] = (tag[1:], points(rest))
            elif f[5]:
                self.canonical[code] = points(f[5])
        self.fold = {int(f[0], 16): points(f[2]) for f in rows(path + "/CaseFolding.txt")
                     if f[1] in "CF"}
        excluded = {c for f in rows(path + "/CompositionExclusions.txt") for c in span(f[0])}
        self.compose = {}
        for code, parts in self.canonical.items():
            if len(parts) == 2 and code not in excluded and not self.ccc.get(code) \
                    and not self.ccc.get(parts[0]):
                self.compose[tuple(parts)] = code
        properties = {}
        for f in rows(path + "/PropList.txt"):
            properties.setdefault(f[1], set()).update(span(f[0]))
        self.ignorable = properties["Other_Default_Ignorable_Code_Point"] \
            | {c for c, g in self.category.items() if g == "Cf"} | properties["Variation_Selector"]
        self.ignorable -= properties["White_Space"] | set(range(0xFFF9, 0xFFFC)) \
            | set(range(0x13430, 0x13456)) | properties["Prepended_Concatenation_Mark"]
        self.script = {c: f[1] for f in rows(path + "/Scripts.txt") for c in span(f[0])}
        self.confusable = {int(f[0], 16): points(f[1]) for f in rows(path + "/confusables.txt")}

    def decompose(self, text, compat):
        """Full canonical or compatibility decomposition in canonical order (UAX #15)."""
        out = []

        def push(c):
            if 0xAC00 <= c <= 0xD7A3:
                s = c - 0xAC00
                out.extend([0x1100 + s // 588, 0x1161 + s % 588 // 28])
                if s % 28:
                    out.append(0x11A7 + s % 28)
            elif c in self.canonical:
                for d in self.canonical[c]:
                    push(d)
            elif compat and c in self.compat:
                for d in self.compat[c][1]:
                    push(d)
            else:
                out.append(c)

        for c in text:
            push(c)
        start = 0
        while start < len(out):
            if not self.ccc.get(out[start]):
                start += 1
                continue
            end = start
            while end < len(out) and self.ccc.get(out[end]):
                end += 1
            out[start:end] = sorted(out[start:end], key=lambda c: self.ccc[c])
            start = end
        return out

    def normalize(self, text, compat):
        """NFC or NFKC."""
        text = self.decompose(text, compat)
        out, starter = [], -1
        last = 0
        for c in text:
            ccc = self.ccc.get(c, 0)
            if starter >= 0 and (last < ccc or last == 0 and len(out) == starter + 1):
                a = out[starter]
                if 0x1100 <= a <= 0x1112 and 0x1161 <= c <= 0x1175:
                    joined = 0xAC00 + ((a - 0x1100) * 21 + c - 0x1161) * 28
                elif 0xAC00 <= a <= 0xD7A3 and (a - 0xAC00) % 28 == 0 and 0x11A8 <= c <= 0x11C2:
                    joined = a + c - 0x11A7
                else:
                    joined = self.compose.get((a, c))
                if joined:
                    out[starter] = joined
                    continue
            if ccc == 0:
                starter = len(out)
            last = ccc
            out.append(c)
        return out

    def nfkc_casefold(self, c):
        text = [c]
        while True:
            folded = [d for s in self.decompose(text, False) for d in self.fold.get(s, [s])]
            folded = [d for d in self.normalize(folded, True) if d not in self.ignorable]
            if folded == text:
                return text
            text = folded


class Merger:
    """The merged map, see the top."""

    def __init__(self, ucd):
        self.ucd = ucd
        self.drawn_for = {ord(c): x for c, x in DRAWN_FOR.items()}
        # The ASCII letter or digit that has this skeleton; letters win over digits, small over
        # capital ones.
        self.ascii_of = {}
        for c in [*range(48, 58), *range(65, 91), *range(97, 123)]:
            self.ascii_of["".join(map(chr, self.skeleton(c)))] = chr(c).lower()

    def is_word(self, c):
        return self.ucd.category.get(c, "Cn")[0] in "LNM"

    def skeleton(self, c):
        """UTS #39 skeleton of one code point without marks."""
        text = [c]
        for _ in range(4):
            text = self.ucd.decompose(text, False)
            text = [d for s in text for d in self.ucd.confusable.get(s, [s])]
        return [d for d in text if self.ucd.category.get(d, "Cn") not in ("Mn", "Me", "Lm", "Sk")]

    def base_by_name(self, c):
        """The Latin letter that a Latin letter's name is built on."""
        name = self.ucd.name.get(c, "").split(" WITH ")[0]
        words = name.split()
        if len(words) < 4 or words[0] != "LATIN" or "LETTER" not in words or "SHARP" in words:
            return None
        return words[-1].lower() if len(words[-1]) == 1 else None

    def ascii_like(self, c, is_capital):
        """One or two ASCII letters or digits that `c` looks like, else None."""
        if c in self.drawn_for:
            return self.drawn_for[c]
        script = self.ucd.script.get(c, "")
        if script in ("Han", "Hiragana", "Katakana", "Hangul", "Bopomofo", "Yi"):
            return None
        parts = [d for d in self.skeleton(c) if d != 0x27]
        text = "".join(map(chr, parts))
        if text == "l" and is_capital:
            return "i"
        if text in self.ascii_of:
            return self.ascii_of[text]
        if text and len(text) <= 2 and text.isascii() and text.isalnum():
            return text.lower()
        if len(parts) == 1 and parts[0] in self.drawn_for:
            return self.drawn_for[parts[0]]
        return self.base_by_name(c) or (self.base_by_name(parts[0]) if len(parts) == 1 else None)

    def han(self, c):
        """Another Han character drawn like this one, else None."""
        target = self.ucd.confusable.get(c, [])
        is_han = [self.ucd.script.get(d) == "Han" for d in [c, *target]]
        return chr(target[0]) if all(is_han) and len(target) == 1 else None

    def letter(self, c, origin):
        """(merged text, kind) of one folded letter that stands for `origin`."""
        ucd = self.ucd
        capital = ucd.category.get(origin) in ("Lu", "Lt")
        like = None
        if capital and ucd.script.get(origin) in ("Greek", "Cyrillic", "Coptic", "Armenian"):
            like = self.ascii_like(origin, True)
        like = like or self.ascii_like(c, False) or self.han(c)
        if like is None or like == chr(c):
            return chr(c), KIND_NONE
        base = "".join(map(chr, (d for d in ucd.decompose([c], False)
                                 if ucd.category.get(d) not in ("Mn", "Me"))))
        is_accent = base == like or self.base_by_name(c) == like and " WITH " in ucd.name[c]
        return like, KIND_ACCENT if is_accent else KIND_LOOK_ALIKE

    def merge(self, c, plain):
        """(text, kind) of one code point."""
        ucd = self.ucd
        category = ucd.category.get(c, "Cn")
        name = ucd.name.get(c, "")
        if not plain:
            return "", KIND_INVISIBLE
        if category == "So" and ucd.compat.get(c, ("",))[0] == "super":
            return " ", KIND_NONE
        if category == "So" and name.startswith(("NEGATIVE CIRCLED LATIN CAPITAL LETTER ",
                                                 "NEGATIVE SQUARED LATIN CAPITAL LETTER ")):
            return name[-1].lower(), KIND_STYLED
        if name.startswith("PARENTHESIZED LATIN SMALL LETTER "):
            return name[-1].lower(), KIND_STYLED
        if chr(c) in MASKS:
            return "*", KIND_NONE
        out, kind = "", KIND_NONE
        if c in ucd.compat and self.is_word(plain[0]):
            kind = KIND_STYLED
        for d in plain:
            g = ucd.category.get(d, "Cn")
            if d < 0x80:
                out += chr(d) if d >= 0x20 else " "
            elif d == 0x119E:  # The old vowel that Korean keyboards give for a middle dot.
                out += " "
            elif d in (0x3099, 0x309A) or 0x1100 <= d <= 0x11FF:
                out += chr(d)
                kind = KIND_NONE
            elif g in ("Mn", "Me") and ucd.script.get(d) in (
                    "Inherited", "Common", "Latin", "Greek", "Cyrillic", "Arabic", "Hebrew"):
                kind |= KIND_ACCENT
            elif g[0] in "LNM":
                text, more = self.letter(d, c if len(plain) == 1 else d)
                out += text
                kind |= more
            else:
                out += " "
        if all(x == " " for x in out) and out:
            return " ", KIND_NONE
        return out, kind


def acts_on_neighbours(ucd, text):
    seconds = {second for _, second in ucd.compose}
    for c in map(ord, text):
        if ucd.ccc.get(c) or c in seconds or 0x1100 <= c <= 0x11FF:
            return True
    return False


def stages(values):
    """Two-stage table: block numbers and the distinct blocks of 64, joined."""
    first, blocks, seen = [], [], {}
    for start in range(0, LIMIT, 64):
        block = tuple(values.get(c, 0) for c in range(start, start + 64))
        if block not in seen:
            seen[block] = len(seen)
            blocks.extend(block)
        first.append(seen[block])
    return first, blocks


def emit(kind, name, values):
    print(f"const {kind} {name}[{len(values)}] = {{")
    line = ""
    for value in values:
        item = f"{value},"
        if len(line) + len(item) > 100:
            print(line)
            line = ""
        line += item
    print(line + "};")


def main(path):
    ucd = Unicode(path)
    merger = Merger(ucd)
    pool, entries, number = bytearray(), [0, 0, 0], {}
    offsets = {}

    def entry(text, kind, is_complex):
        # Entries are shared: 0 stays as it is, 1 is dropped as invisible, 2 is one separator.
        key = (text, kind, is_complex)
        if key not in number:
            data = text.encode("utf-8")
            if data not in offsets:
                offset = pool.find(data)
                offsets[data] = offset if offset >= 0 else len(pool)
                if offset < 0:
                    pool.extend(data)
            number[key] = len(entries)
            entries.append(offsets[data] | len(data) << 17 | kind << 24 | is_complex << 30
                           | (len(text) > 1) << 31)
        return number[key]

    plain_of, merged_of = {}, {}
    mapping = {}
    for c in range(0x80, LIMIT):
        if 0xAC00 <= c <= 0xD7A3 or 0xD800 <= c <= 0xDFFF:
            continue
        plain = ucd.nfkc_casefold(c)
        text = "".join(map(chr, plain))
        mapping[c] = text
        acts = acts_on_neighbours(ucd, text)
        if not plain:
            plain_of[c] = 1
        elif plain != [c] or acts:
            plain_of[c] = entry(text, KIND_NONE, acts)
        merged, kind = merger.merge(c, plain)
        acts = any(0x1100 <= ord(d) <= 0x11FF or ord(d) in (0x3099, 0x309A) for d in merged)
        if kind == KIND_INVISIBLE:
            merged_of[c] = 1
        elif merged == " ":
            merged_of[c] = 2
        elif merged != chr(c) or acts:
            merged_of[c] = entry(merged, kind, acts)
    beyond = [c for c in ucd.confusable if c >= LIMIT]
    assert all(ucd.script.get(c) == "Han" for c in beyond), f"raise LIMIT: {beyond}"
    assert len(pool) < 1 << 17 and len(entries) < 1 << 16

    version = open(path + "/CaseFolding.txt", encoding="utf-8").readline().split("-")[1][:6]
    print(f"// Written by generate_tables.py from Unicode {version}; do not edit.")
    print('#include "tables.h"\n')
    for name, values in (("plain", plain_of), ("merged", merged_of)):
        first, blocks = stages(values)
        emit("uint16_t", f"kt_{name}_stage1", first)
        emit("uint16_t", f"kt_{name}_stage2", blocks)
    emit("uint32_t", "kt_entries", entries)
    emit("uint8_t", "kt_pool", list(pool))
    marks = sorted(ucd.ccc.items())
    emit("uint32_t", "kt_ccc", [c << 8 | k for c, k in marks])
    pairs = sorted(ucd.compose.items())
    emit("uint32_t", "kt_compose", [x for (a, b), c in pairs for x in (a, b, c)])
    parts = [(c, d) for c, d in sorted(ucd.canonical.items())]
    emit("uint32_t", "kt_decompose", [x for c, d in parts for x in (c, d[0], (d + [0])[1])])
    print(f"const size_t kt_ccc_count = {len(marks)};")
    print(f"const size_t kt_compose_count = {len(pairs)};")
    print(f"const size_t kt_decompose_count = {len(parts)};")
    check(ucd, mapping)
    return mapping


def check(ucd, mapping):
    """Against Python's own tables, for code points that its version knows."""
    wrong = 0
    for c, text in mapping.items():
        if unicodedata.category(chr(c)) == "Cn" or c in ucd.ignorable:
            continue
        want = chr(c)
        while True:
            once = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", want).casefold())
            once = "".join(d for d in once if ord(d) not in ucd.ignorable)
            if once == want:
                break
            want = once
        wrong += want != text
    print(f"{wrong} of {len(mapping)} differ from Python {unicodedata.unidata_version}",
          file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
