internal import CKleanText
package import KleanCore

/// Tells whether a token is a misspelt alias (SCORING N2).
///
/// Aliases of 5 to 40 Latin letters, or of 3 or more Hangul syllables and at most 40 jamo, take
/// part; a spaced alias counts as one word, and so do two Latin words of a title (of at least four
/// letters each) that begin like its two. Half edits allowed: 2 (one edit), from 8 letters or 10
/// jamo on 4. A tense or lax consonant (ㄱㄲㅋ ...) or like vowel (ㅐㅔ, ㅚㅙㅞ, ㅣㅢㅟ, ㅓㅗ) is a half edit,
/// an exchange of neighbours one edit. The first letter may differ only within its class, or among
/// ASCII look-alikes. Tokens have at least 5 letters or 3 syllables; a Korean particle at the end
/// is set aside. Never a miss: exact aliases, also with a particle, and the caller's words.
///
/// Besides, a word of at least 6 letters may have lost its first one (EITLING is no word, REITLING
/// is a watch), and a letter written three times and more counts as one (guuucci). And a token of
/// at least 4 letters and digits whose ASCII look-alikes (0 o, 1 i l, 3 e, 4 a,
/// 5 s, 7 t, 8 b, rn m, vv w, cl d ...) are those of a Latin alias is a ``NearMissKind/leet`` miss;
/// of four letters only if one of them, and no other, is a digit (d1or).
package struct NearMissIndex: Sendable {
    let tables: NearMissTables
    package let kernels: TextKernels

    /// - Parameters:
    ///   - aliases: Brand aliases in any spelling; folded here. Those too short are only excluded.
    ///   - words: Words that are right as they are: dictionary words, units, honest brands.
    package init(
        aliases: [(text: [UInt8], payload: UInt32)], words: ByteStrings = ByteStrings(),
        kernels: TextKernels = .best
    ) {
        self.kernels = kernels
        tables = NearMissTables(NearMissBuilder(aliases: aliases, words: words))
    }

    /// Aliases that take part in edits.
    package var aliasCount: Int { tables.aliases.count }

    /// The nearest alias of one folded run of letters, or of one folded word.
    package func lookup(_ token: some Sequence<UInt8>) -> NearMiss? {
        let token = Array(token)
        var view = tables.view
        var miss = kt_miss()
        guard kt_near_lookup(&view, kernels.table, token, token.count, &miss) != 0 else {
            return nil
        }
        return NearMiss(
            payload: miss.payload, halfEdits: UInt8(clamping: miss.half_edits),
            kind: miss.is_leet != 0 ? .leet : .edits)
    }

    /// Appends the near misses of the block folded in the workspace, by row and start.
    ///
    /// The workspace remembers the results of tokens seen lately, so that most cost a look-up.
    package func scan(into misses: inout [NearMissMatch], _ workspace: inout TextWorkspace) {
        workspace.cache.prepare(for: tables)
        let folded = workspace.folded
        let byteCount = folded.byteCount
        if workspace.runs.count < byteCount {
            workspace.runs = Array(repeating: kt_run(), count: byteCount + byteCount / 2)
        }
        folded.bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            let runCount = kernels.table.pointee.find_runs(
                base, byteCount, UInt32(KT_NEAR_LATIN_MIN), UInt32(KT_NEAR_OTHER_MIN),
                &workspace.runs)
            if workspace.misses.count < runCount {
                workspace.misses = Array(repeating: kt_miss(), count: runCount * 2)
            }
            var view = tables.view
            let count = workspace.cache.withView { cache in
                kt_near_scan(
                    &view, kernels.table, base, workspace.runs, runCount, cache, &workspace.misses)
            }
            var reader = MatchReader(folded, base, kernels)
            var row = 0
            for miss in workspace.misses.prefix(count) {
                let run = workspace.runs[Int(miss.run)]
                while folded.starts[row + 1] <= run.start { row += 1 }
                reader.enter(row)
                let last = workspace.runs[Int(miss.run + miss.runs) - 1]
                let original = reader.original(Int(run.start), Int(last.start + last.length))
                misses.append(
                    NearMissMatch(
                        row: UInt32(folded.firstRow + row), payload: miss.payload,
                        start: original.start, end: original.end,
                        token: UInt16(clamping: reader.token(at: Int(run.start))),
                        halfEdits: UInt8(clamping: miss.half_edits),
                        kind: miss.is_leet != 0 ? .leet : .edits))
            }
        }
    }
}

/// What the near-miss kernels read, at fixed addresses. A class, so that a cache can tell whose
/// results it holds.
final class NearMissTables: Sendable {
    let signatures: FixedBuffer<UInt64>
    let aliases: FixedBuffer<kt_alias>
    let first: FixedBuffer<UInt32>
    let letters: FixedBuffer<UInt8>
    let right: FixedSet
    let skeletons: FixedSet
    let drawn: FixedSet
    let headless: FixedSet
    let particles: FixedSet
    let pairs: FixedBuffer<UInt32>

    init(_ builder: NearMissBuilder) {
        signatures = FixedBuffer(builder.signatures + Array(repeating: 0, count: 8))
        aliases = FixedBuffer(builder.aliases)
        first = FixedBuffer(builder.first)
        letters = FixedBuffer(builder.letters)
        right = FixedSet(builder.right)
        skeletons = FixedSet(builder.skeletons)
        drawn = FixedSet(builder.drawn)
        headless = FixedSet(builder.headless)
        particles = FixedSet(builder.particles)
        pairs = FixedBuffer(builder.pairs)
    }

    var view: kt_near {
        kt_near(
            signatures: signatures.pointer, aliases: aliases.pointer, first: first.pointer,
            letters: letters.pointer, right: right.view, skeletons: skeletons.view,
            drawn: drawn.view, headless: headless.view, particles: particles.view,
            pairs: pairs.pointer)
    }
}

/// An open-addressed set of token keys, at most half full; of equal keys the first stays.
struct FixedSet: Sendable {
    private let keys: FixedBuffer<UInt64>
    private let values: FixedBuffer<UInt32>
    private let mask: Int

    init(_ entries: [(key: UInt64, value: UInt32)]) {
        var slots = 16
        while slots < entries.count * 2 { slots *= 2 }
        var keys = [UInt64](repeating: 0, count: slots)
        var values = [UInt32](repeating: 0, count: slots)
        for entry in entries {
            var slot = Int(truncatingIfNeeded: entry.key >> 1) & (slots - 1)
            while keys[slot] != 0, keys[slot] != entry.key { slot = (slot + 1) & (slots - 1) }
            guard keys[slot] == 0 else { continue }
            keys[slot] = entry.key
            values[slot] = entry.value
        }
        mask = slots - 1
        self.keys = FixedBuffer(keys)
        self.values = FixedBuffer(values)
    }

    var view: kt_set {
        kt_set(keys: keys.pointer, values: values.pointer, mask: UInt64(mask))
    }
}
