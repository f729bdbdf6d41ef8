internal import CKleanText
import KleanCore

/// Sorts aliases and words into what the near-miss kernels read.
struct NearMissBuilder {
    private(set) var signatures: [UInt64] = []
    private(set) var aliases: [kt_alias] = []
    private(set) var first: [UInt32] = []
    private(set) var letters: [UInt8] = []
    private(set) var right: [(key: UInt64, value: UInt32)] = []
    private(set) var skeletons: [(key: UInt64, value: UInt32)] = []
    private(set) var drawn: [(key: UInt64, value: UInt32)] = []
    private(set) var headless: [(key: UInt64, value: UInt32)] = []
    private(set) var particles: [(key: UInt64, value: UInt32)] = []
    private(set) var pairs = [UInt32](repeating: 0, count: 1_024)
    private let folder = TextFolder(kernels: .scalar)

    private struct Alias {
        var bucket: Int
        var letters: [UInt8]
        var payload: UInt32
    }

    init(aliases given: [(text: [UInt8], payload: UInt32)], words: ByteStrings) {
        var sorted: [Alias] = []
        for alias in given.sorted(by: { $0.payload < $1.payload }) {
            let folded = folder.fold(alias.text)
            exclude(folded)
            let joined = folded.filter(isWordByte)
            exclude(joined)
            admitPair(Self.runs(of: folded))
            if let skeleton = skeleton(of: joined) {
                skeletons.append((skeleton, alias.payload))
                drawn.append((drawnKey(of: joined), alias.payload))
                if joined.count >= Self.headlessLettersMin {
                    headless.append((key(of: Array(joined.dropFirst())), alias.payload))
                }
            }
            if let entry = entry(of: joined, alias.payload) { sorted.append(entry) }
        }
        for index in 0..<words.count { exclude(folder.fold(words[index])) }
        for particle in Particles.all where particle.utf8.count <= 6 {
            particles.append((key(of: Array(particle.utf8)), 0))
        }
        // Stable by construction of the key: aliases came by payload.
        let order = sorted.indices.sorted { left, right in
            let (a, b) = (sorted[left], sorted[right])
            if a.bucket != b.bucket { return a.bucket < b.bucket }
            if a.letters.count != b.letters.count { return a.letters.count < b.letters.count }
            return left < right
        }
        fill(order.map { sorted[$0] })
    }

    /// The whole is right, and each of its words if it is long enough to be taken for a miss.
    private mutating func exclude(_ folded: [UInt8]) {
        for run in Self.runs(of: folded) { right.append((key(of: run), 0)) }
    }

    /// An alias of two Latin words may be met as two words of which the first is at most two
    /// letters longer or shorter.
    private mutating func admitPair(_ runs: [[UInt8]]) {
        guard runs.count == 2, runs.allSatisfy({ $0[0] < 0x80 }) else { return }
        for first in Self.likeLetters.first(where: { $0.contains(runs[0][0]) }) ?? [runs[0][0]] {
            for length in max(runs[0].count - 2, 0)...runs[0].count + 2 where length < 31 {
                pairs[Int(kt_pair_slot(first, runs[1][0]))] |= 1 << UInt32(length)
            }
        }
    }

    /// First letters that may stand for each other, see `kt_bucket`; digits share their slots.
    private static let likeLetters: [[UInt8]] = [Array("il1".utf8), Array("o0".utf8)]

    /// Runs of one kind of letter, as the kernels cut titles.
    private static func runs(of folded: [UInt8]) -> [[UInt8]] {
        var runs: [[UInt8]] = []
        var last: Bool?
        for byte in folded {
            let kind: Bool? = isWordByte(byte) ? byte >= 0x80 : nil
            if let kind {
                if kind == last { runs[runs.count - 1].append(byte) } else { runs.append([byte]) }
            }
            last = kind
        }
        return runs
    }

    private func key(of token: [UInt8]) -> UInt64 { kt_token_key(token, token.count) }

    /// The key of a Latin alias's leet skeleton, if it is long enough and has no digit itself.
    private func skeleton(of joined: [UInt8]) -> UInt64? {
        guard (4...Int(KT_LETTERS_MAX)).contains(joined.count),
            joined.allSatisfy({ (97...122).contains($0) })
        else { return nil }
        var skeleton = [UInt8](repeating: 0, count: joined.count)
        let count = kt_skeleton(joined, joined.count, &skeleton)
        return key(of: Array(skeleton.prefix(count)))
    }

    /// The key of a Latin alias with each letter written once where it is repeated.
    private func drawnKey(of joined: [UInt8]) -> UInt64 {
        var drawn = [UInt8](repeating: 0, count: joined.count)
        var longest = 0
        let count = kt_drawn(joined, joined.count, &drawn, &longest)
        return key(of: Array(drawn.prefix(count)))
    }

    /// Letters from which an alias is also met without its first.
    private static let headlessLettersMin = 6

    private func entry(of joined: [UInt8], _ payload: UInt32) -> Alias? {
        var letters = [UInt8](repeating: 0, count: Int(KT_LETTERS_MAX))
        let count = kt_letters(joined, joined.count, &letters)
        guard count > 0 else { return nil }
        let isLatin = joined[0] < 0x80
        guard isLatin ? count >= 5 : joined.count >= 9 else { return nil }
        return Alias(
            bucket: Int(kt_bucket(letters[0])), letters: Array(letters.prefix(count)),
            payload: payload)
    }

    private mutating func fill(_ sorted: [Alias]) {
        for alias in sorted {
            aliases.append(
                kt_alias(
                    letters: UInt32(letters.count), payload: alias.payload,
                    length: UInt32(alias.letters.count)))
            signatures.append(kt_signature(alias.letters, alias.letters.count))
            letters += alias.letters
        }
        var index = 0
        for bucket in 0..<Int(KT_BUCKETS) {
            for length in 0..<Int(KT_LETTERS_MAX) + 4 {
                while index < sorted.count,
                    (sorted[index].bucket, sorted[index].letters.count) < (bucket, length)
                {
                    index += 1
                }
                first.append(UInt32(index))
            }
        }
    }
}
