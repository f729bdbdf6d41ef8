import KleanCatalog
import KleanConsole
import KleanCore

/// What a pack did, for people and for programs.
struct PackReportText {
    let report: PackReport
    let pictures: PictureReport?
    let seconds: Double

    // MARK: for people

    var table: String {
        var table = Table([
            .init("file", key: "file", widthMax: 40), .init("format", key: "format"),
            .init("encoding", key: "encoding"), .init("currency", key: "currency"),
            .init("read", key: "read", isRight: true),
            .init("packed", key: "packed", isRight: true),
            .init("rejected", key: "rejected", isRight: true),
            .init("duplicates", key: "duplicates", isRight: true),
            .init("no price", key: "noPrice", isRight: true),
        ])
        for source in report.sources { table.append(row(source)) }
        var text = table.rendered(.table)
        for source in report.sources { text += remarks(source) }
        if let pictures { text += pictures.text }
        for member in report.skipped { text += "not packed: \(member.reason)\n" }
        return text + closing
    }

    private func row(_ source: SourceReport) -> [Table.Cell] {
        let encoding =
            source.encodingConfidence == 100
            ? source.encoding.rawValue
            : "\(source.encoding.rawValue) (\(source.encodingConfidence) %)"
        return [
            .text(source.name), .text(source.format), .text(encoding),
            .text(source.tally.prices.map(\.currency.code).joined(separator: " ")),
            .integer(Int64(source.tally.read)), .integer(Int64(source.tally.packed)),
            .integer(Int64(source.tally.rejected)), .integer(Int64(source.tally.duplicates)),
            .integer(Int64(source.tally.priceGaps.reduce(0, +))),
        ]
    }

    private func remarks(_ source: SourceReport) -> String {
        var lines = source.notes
        let rejects = counts(source.tally.rejects)
        if !rejects.isEmpty { lines.append("rejected: " + rejects) }
        let gaps = counts(source.tally.missingPrices)
        if !gaps.isEmpty { lines.append("missing prices: " + gaps) }
        let settled = counts(source.tally.remarks)
        if !settled.isEmpty { lines.append(settled) }
        if !source.columns.unmapped.isEmpty {
            lines.append("not used: \(source.columns.unmapped.joined(separator: ", "))")
        }
        return lines.map { "\(source.name): \($0)\n" }.joined()
    }

    private func counts(_ counts: [(label: String, count: UInt64)]) -> String {
        counts.map { "\(NumberText.count($0.count)) \($0.label)" }.joined(separator: ", ")
    }

    private var closing: String {
        let total = report.total
        let bytes = report.hotBytes + report.coldBytes + report.idsBytes
        var text =
            "\(NumberText.count(total.packed)) packed into \(report.chunks) chunks, "
            + "\(NumberText.bytes(bytes)), in \(NumberText.fixed(seconds, digits: 1)) s "
            + "(\(NumberText.rate(Double(total.read) / max(seconds, 0.001)))); store holds "
            + "\(NumberText.count(report.liveRows)) listings, snapshot \(report.digest.short)\n"
        if report.superseded > 0 {
            text += "\(NumberText.count(report.superseded)) older listings superseded\n"
        }
        if total.rejected > 0 {
            text += "rejected rows, with reasons: \(report.rejectsPath)\n"
        }
        return text
    }

    // MARK: for programs

    var json: JSON {
        let total = report.total
        return .object([
            ("read", .integer(total.read)), ("packed", .integer(total.packed)),
            ("rejected", .integer(total.rejected)), ("duplicates", .integer(total.duplicates)),
            ("superseded", .integer(report.superseded)),
            ("chunks", .integer(UInt64(report.chunks))), ("liveRows", .integer(report.liveRows)),
            ("snapshot", .text(report.digest.hex)), ("seconds", .number(seconds)),
            ("pictures", pictures?.json ?? .null),
            ("bytes", .integer(report.hotBytes + report.coldBytes + report.idsBytes)),
            ("sources", .array(report.sources.map(json))),
            (
                "skipped",
                .array(
                    report.skipped.map {
                        .object([("file", .text($0.path)), ("reason", .text($0.reason))])
                    })
            ),
        ])
    }

    private func json(_ source: SourceReport) -> JSON {
        let tally = source.tally
        return .object([
            ("file", .text(source.path)), ("format", .text(source.format)),
            ("encoding", .text(source.encoding.rawValue)),
            ("encodingConfidence", .integer(UInt64(source.encodingConfidence))),
            ("read", .integer(tally.read)), ("packed", .integer(tally.packed)),
            ("rejected", .integer(tally.rejected)), ("duplicates", .integer(tally.duplicates)),
            ("repeatsKept", .integer(tally.repeatsKept)), ("idsMade", .integer(tally.idsMade)),
            ("rejectedBy", json(tally.rejects)), ("missingPrices", json(tally.missingPrices)),
            ("prices", json(tally.prices.map { ($0.currency.code, $0.count) })),
            ("unmapped", .array(source.columns.unmapped.map { .text($0) })),
            ("notes", .array(source.notes.map { .text($0) })),
        ])
    }

    private func json(_ counts: [(String, UInt64)]) -> JSON {
        .object(counts.map { ($0.0, .integer($0.1)) })
    }
}

extension PackTally {
    /// Refused records by reason, none that did not occur.
    var rejects: [(label: String, count: UInt64)] {
        RejectReason.allCases.map { ($0.rawValue, rejected($0)) }.filter { $0.1 > 0 }
    }

    /// Missing prices by reason.
    var missingPrices: [(label: String, count: UInt64)] {
        MoneyGap.allCases.map { ($0.label, prices(missing: $0)) }.filter { $0.1 > 0 }
    }

    /// What was settled on the way, in words.
    var remarks: [(label: String, count: UInt64)] {
        [
            ("rows keep an id that another row has", repeatsKept),
            ("prices were ranges: the lower end counts", rangePrices),
            ("prices came from another price column", fallbackPrices),
            ("prices were rounded", roundedPrices), ("texts were cut", textsCut),
            ("hashes could not be read", hashesBad), ("hashes were too many", hashesDropped),
            ("options were past a listing's first 64", optionsDropped),
            ("cells could not be read", cellsUnread),
        ].filter { $0.1 > 0 }
    }
}
