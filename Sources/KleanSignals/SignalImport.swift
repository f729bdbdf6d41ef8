import Foundation
import KleanCatalog
import KleanColumns
package import KleanCore

/// What one import did. For each source `read` is what counts and what does not, by reason.
package struct SignalReport: Sendable {
    package struct Source: Sendable {
        package var path: String
        /// CSV, JSON Lines, mbox.
        package var format: String
        package var read = 0
        package var counted: [SignalKind: Int] = [:]
        package var refused: [SignalGap: Int] = [:]
    }

    package var sources: [Source] = []
    /// The day of reckoning, seconds since 1970.
    package var reckoning: Int64 = 0
    /// Listings with counters in the overlay.
    package var listings = 0
    /// Counters that no event said anything of, and that packed columns stand in for.
    package var packedCounters: [String] = []
    /// The same events were imported before: no new snapshot.
    package var isUnchanged = false
    package var manifest: UInt32 = 0
    package var digest = Digest(bytes: Array(repeating: 0, count: 32))
}

/// Merges events of orders, refunds and complaints onto a store as an overlay of its counters.
///
/// Each import replaces the overlay before it, so it is given all events of the 90 days. Counters
/// that it has no events for keep their packed values. The same events give the same snapshot.
package struct SignalImport: Sendable {
    package var store: String
    package var files: [String]
    /// Seconds since 1970; the newest event unless said otherwise.
    package var reckoning: Int64?
    /// What rows of tables without a `kind` are.
    package var kind: SignalKind?

    package init(store: String, files: [String]) {
        self.store = store
        self.files = files
    }

    /// - Parameter refused: Each event that does not count: source, line or mail number, reason.
    /// - Throws: ``SignalError``, `CatalogError`; the store is then what it was.
    package func run(
        refused: (String, Int, SignalGap) throws -> Void = { _, _, _ in }
    ) throws -> SignalReport {
        _ = try Store(path: store)
        var report = SignalReport()
        var log = SignalLog()
        for (number, file) in files.enumerated() {
            report.sources.append(SignalReport.Source(path: file, format: ""))
            report.sources[number].format = try SignalFile(file, kind: kind).forEach { result in
                report.sources[number].read += 1
                switch result {
                case .success(let signal): try log.append(signal, source: number)
                case .failure(let refusal):
                    report.sources[number].refused[refusal.gap, default: 0] += 1
                    try refused(file, refusal.line, refusal.gap)
                }
            }
        }
        let writer = try StoreWriter.append(store)
        do {
            guard let base = writer.base else { throw CatalogError.notFound(file: store) }
            log.resolve(try ListingFinder(store: base).ordinals(log.names))
            report.reckoning = reckoning ?? log.events.map(\.at).max() ?? 0
            let counted = try count(log, &report, refused)
            let overlay = try overlay(base, counted, log, &report)
            report.listings = overlay.count
            report.isUnchanged = overlay == base.overlay
            if report.isUnchanged {
                try writer.abandon()
                report.manifest = base.manifest.number
                report.digest = base.digest
                return report
            }
            let result = try writer.commit(
                Snapshot(
                    chunks: base.manifest.chunks, tombstones: base.tombstones, overlay: overlay))
            report.manifest = result.manifest.number
            report.digest = result.digest
            return report
        } catch {
            try writer.abandon()
            throw error
        }
    }

    private func count(
        _ log: SignalLog, _ report: inout SignalReport,
        _ refused: (String, Int, SignalGap) throws -> Void
    ) throws -> [UInt32: SignalCount.Outcome] {
        let rules = SignalCount(reckoning: report.reckoning)
        var counted: [UInt32: SignalCount.Outcome] = [:]
        var rest = log.events[...]
        while let first = rest.first {
            let end = rest.firstIndex { $0.ordinal != first.ordinal } ?? rest.endIndex
            let group = rest[..<end]
            rest = rest[end...]
            var outcome = SignalCount.Outcome(
                gaps: Array(repeating: .unknownListing, count: group.count))
            if first.ordinal != Missing.uint32 {
                outcome = rules.count(group)
                counted[first.ordinal] = outcome
                counted[first.ordinal]?.gaps = []
            }
            for (event, gap) in zip(group, outcome.gaps) {
                let source = Int(event.source)
                if let gap {
                    report.sources[source].refused[gap, default: 0] += 1
                    try refused(files[source], Int(event.line), gap)
                } else {
                    report.sources[source].counted[event.kind, default: 0] += 1
                }
            }
        }
        let total = report.sources.reduce(0) { $0 + $1.counted.values.reduce(0, +) }
        guard total > 0 else {
            let read = report.sources.reduce(0) { $0 + $1.read }
            let sums = SignalGap.allCases.map { gap in
                (gap, report.sources.reduce(0) { $0 + ($1.refused[gap] ?? 0) })
            }
            let most = sums.max { $0.1 < $1.1 }?.0
            throw SignalError.nothing(read: read, mostly: most?.words ?? "")
        }
        return counted
    }

    private func overlay(
        _ base: Store, _ counted: [UInt32: SignalCount.Outcome], _ log: SignalLog,
        _ report: inout SignalReport
    ) throws -> CounterOverlay {
        let kinds = Set(log.events.map(\.kind))
        let hasOrders = kinds.contains(.order)
        let hasRefunds = kinds.contains(.counterfeitRefund)
        let hasComplaints = kinds.contains { $0 != .order && !$0.isRefund }
        if !hasOrders { report.packedCounters.append("orders_90d") }
        if !hasRefunds { report.packedCounters.append("refunds_90d") }
        if !hasComplaints { report.packedCounters.append("complaints_90d") }
        var chunks: [[(row: UInt32, counters: CounterOverlay.Counters)]] = []
        for (chunk, entry) in base.manifest.chunks.enumerated() {
            let packed = try base.packedColumns(chunk, [.orders, .refunds, .complaints])
            var entries: [(row: UInt32, counters: CounterOverlay.Counters)] = []
            for row in 0..<packed.rowCount
            where !base.tombstones.contains(chunk: chunk, row: row) {
                let events = counted[entry.firstOrdinal + UInt32(row)]
                var counters = CounterOverlay.Counters()
                if hasOrders {
                    // Each of those who complain has ordered, whatever the order feed knows.
                    counters.orders =
                        events.map {
                            max($0.orders, $0.refunds, $0.complaints)
                        } ?? Missing.uint32
                } else if packed.orders[row] != Missing.uint32 {
                    let weighed = SignalCount.weighed(packedOrders: packed.orders[row])
                    counters.orders = max(weighed, events?.complaints ?? 0, events?.refunds ?? 0)
                }
                let hasExposure = counters.orders != Missing.uint32
                let none = hasExposure ? 0 : Missing.uint32
                counters.refunds = hasRefunds ? events?.refunds ?? none : packed.refunds[row]
                counters.complaints =
                    hasComplaints ? events?.complaints ?? none : packed.complaints[row]
                if counters != CounterOverlay.Counters() {
                    entries.append((UInt32(row), counters))
                }
            }
            chunks.append(entries)
        }
        return CounterOverlay(covering: chunks, isLagCorrected: true)
    }
}

/// One file of events, whatever its form.
struct SignalFile {
    let path: String
    let kind: SignalKind?

    init(_ path: String, kind: SignalKind?) {
        self.path = path
        self.kind = kind
    }

    /// - Returns: The form, for people.
    func forEach(_ found: (Result<Signal, SignalRefusal>) throws -> Void) throws -> String {
        let bytes = try WholeText.read(path)
        if bytes.starts(with: Array("From ".utf8)) {
            try Mailbox.forEachMail(path, found)
            return "mbox"
        }
        let isJSON = bytes.first { $0 > 0x20 && $0 < 0x80 } == UInt8(ascii: "{")
        if isJSON {
            try lines(bytes, found)
        } else {
            try table(bytes, found)
        }
        return isJSON ? "JSON Lines" : "CSV"
    }

    private func table(
        _ bytes: [UInt8], _ found: (Result<Signal, SignalRefusal>) throws -> Void
    ) throws {
        var text = DelimitedText(bytes)
        guard let header = text.next() else { throw SignalError.empty(file: path) }
        let columns = header.map { SignalTable.Column.named($0) }
        try expect(columns.compactMap(\.self), header)
        let table = SignalTable(kind: kind)
        var count = 0
        while let cells = text.next() {
            count += 1
            var known: [SignalTable.Column: String] = [:]
            for (place, column) in columns.enumerated() {
                guard let column, known[column] == nil else { continue }
                known[column] = place < cells.count ? cells[place] : ""
            }
            try found(table.signal(known, line: text.line))
        }
        guard count > 0 else { throw SignalError.empty(file: path) }
    }

    private func expect(_ columns: [SignalTable.Column], _ header: [String]) throws(SignalError) {
        let names = Set(columns)
        guard names.contains(.at), names.contains(.listing) || names.contains(.url) else {
            throw .columns(file: path, found: header.prefix(24).joined(separator: ", "))
        }
    }

    private func lines(
        _ bytes: [UInt8], _ found: (Result<Signal, SignalRefusal>) throws -> Void
    ) throws {
        let table = SignalTable(kind: kind)
        var number = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            if line.allSatisfy({ $0 <= 0x20 }) { continue }
            guard let cells = SignalFile.object(line) else {
                try found(.failure(SignalRefusal(.unreadable, number)))
                continue
            }
            var known: [SignalTable.Column: String] = [:]
            for name in cells.keys.sorted() {
                guard let column = SignalTable.Column.named(name), known[column] == nil else {
                    continue
                }
                known[column] = cells[name] ?? ""
            }
            try found(table.signal(known, line: number))
        }
    }

    /// A line's members as the texts that a table would hold; `nil` for what is no JSON object.
    private static func object(_ line: ArraySlice<UInt8>) -> [String: String]? {
        let value: Any
        do { value = try JSONSerialization.jsonObject(with: Data(line)) } catch {
            return nil  // The caller counts it like a row that cannot be read.
        }
        return (value as? [String: Any])?.mapValues { value in
            value is NSNull ? "" : value as? String ?? "\(value)"
        }
    }
}
