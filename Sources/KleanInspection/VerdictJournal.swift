internal import FoundationEssentials
internal import Glibc
import KleanColumns
import KleanCore
package import KleanIndex
import KleanScore

/// What a person decided about a listing.
package struct Verdict: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, CaseIterable, Sendable { case fake, genuine, unsure }

    /// External id.
    package var id: String
    package var verdict: Kind
    package var by: String
    package var note: String
    /// Seconds since 1970.
    package var at: Int64
    /// ``EvidenceMark`` when it was decided; `nil` when the listing was not ranked then.
    package var evidence: String?

    package init(
        id: String, verdict: Kind, by: String, note: String, at: Int64, evidence: String?
    ) {
        self.id = id
        self.verdict = verdict
        self.by = by
        self.note = note
        self.at = at
        self.evidence = evidence
    }
}

/// The verdicts on the listings of one store: a file beside it, one JSON object a line, only ever
/// appended to, so that a new scan, a new model and a new snapshot all keep them.
///
/// A line is appended in one write and synced. A torn last line, from a crash in between, is
/// skipped by readers and closed off by the next append.
package struct VerdictJournal: Sendable {
    package let path: String
    /// The last verdict of each id.
    package private(set) var verdicts: [String: Verdict] = [:]
    /// Lines that are not verdicts.
    package private(set) var skipped = 0

    /// Bytes of a journal that are read.
    private static let bytesMax = 1 << 30

    /// Where the verdicts on a store's listings are kept.
    package static func path(ofStore store: String) -> String {
        (store.hasSuffix("/") ? String(store.dropLast()) : store) + ".verdicts.jsonl"
    }

    /// The journal of the store that an index was made from.
    package init(of index: SuspicionIndex, path: String? = nil) throws {
        guard let path = path ?? index.origin.map({ VerdictJournal.path(ofStore: $0.store) })
        else { throw InspectionError.originUnknown(index: index.path, what: "store") }
        try self.init(path: path)
    }

    /// Reads a journal; one that is not there yet is empty.
    /// - Throws: `FileError`.
    package init(path: String) throws {
        self.path = path
        guard FileSystem.exists(path) else { return }
        let bytes = try FileSystem.read(path, bytesMax: VerdictJournal.bytesMax)
        let decoder = JSONDecoder()
        for line in bytes.split(separator: 10) {
            do {
                let verdict = try decoder.decode(Verdict.self, from: Data(line))
                verdicts[verdict.id] = verdict
            } catch {
                skipped += 1  // A line that a crash cut; the verdict was never confirmed.
            }
        }
    }

    /// Adds verdicts; they are on disk when it returns.
    /// - Throws: `FileError`.
    package mutating func append(_ added: [Verdict]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes: [UInt8] = []
        for verdict in added { bytes += Array(try encoder.encode(verdict)) + [10] }
        try AppendedFile.append(bytes, to: path)
        for verdict in added { verdicts[verdict.id] = verdict }
    }

    /// Whether a ranked entry was decided on the evidence it has now.
    package func isSettled(_ entry: IndexedEntry, labels: IndexLabels) -> Bool {
        let id = String(decoding: entry.listing.id, as: UTF8.self)
        guard let verdict = verdicts[id], verdict.verdict != .unsure else { return false }
        return verdict.evidence == EvidenceMark.of(entry, labels: labels)
    }
}

/// What evidence says, in sixteen hexadecimal digits: codes, fields, the names behind the numbers
/// and what the listing itself contributes, but not how strongly it counts. A retrained weight or a
/// moved price reference does not change it; a new picture, word, price or complaint does.
package enum EvidenceMark {
    package static func of(_ entry: IndexedEntry, labels: IndexLabels) -> String {
        let items = entry.entry.evidence.filter { !$0.code.isNeutral }.map { item in
            "\(item.code.rawValue) \(item.field.rawValue) \(item.slot) \(detail(item, labels))"
        }
        let mark = Fingerprint.of(items.sorted().joined(separator: "\n"))
        let digits = String(mark, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func detail(_ item: Evidence, _ labels: IndexLabels) -> String {
        switch item.argumentKind {
        case .picture:
            labels.bankEntries[item.b].map { "\($0.bank)/\($0.id)" } ?? ""
        case .mention:
            (labels.brands[item.a]?.key ?? "") + " " + (labels.patterns[item.b] ?? "")
        case .slang: (labels.brands[item.a]?.key ?? "") + " " + (labels.lexicon[item.b]?.key ?? "")
        case .brandPair:
            (labels.brands[item.a]?.key ?? "") + " " + (labels.brands[item.b]?.key ?? "")
        case .price, .rate, .concealment: String(item.a)
        case .none: ""
        }
    }
}

/// Appending to a file so that what was appended survives a crash.
enum AppendedFile {
    /// Closes off a line that a crash left open, appends and syncs.
    static func append(_ bytes: [UInt8], to path: String) throws(FileError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(path, "open") }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { throw FileError(path, "lock") }
        var last: UInt8 = 10
        let end = lseek(descriptor, 0, SEEK_END)
        if end > 0, pread(descriptor, &last, 1, end - 1) != 1 { throw FileError(path, "read") }
        let whole = last == 10 ? bytes : [10] + bytes
        var done = 0
        while done < whole.count {
            let count = whole.withUnsafeBytes { raw in
                write(descriptor, raw.baseAddress?.advanced(by: done), raw.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path, "append")
            }
            done += count
        }
        guard fsync(descriptor) == 0 else { throw FileError(path, "flush") }
        if end == 0 { try FileSystem.syncDirectory(of: path) }
    }
}
