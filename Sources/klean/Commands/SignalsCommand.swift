import ArgumentParser
import KleanCatalog
import KleanColumns
import KleanConsole
import KleanCore
import KleanSignals

struct SignalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signals",
        abstract: "Orders, refunds and complaints, laid over a store's counters.",
        subcommands: [SignalsImportCommand.self])
}

struct SignalsImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Merges events of the last 90 days onto a store, without repacking.",
        discussion: """
            Reads CSV and JSON Lines with columns kind, listing_id or url, order_id, buyer, device,
            at, delivered_at, account_created_at, reason; and mailboxes in mbox form. Kinds: order,
            counterfeitRefund, counterfeitComplaint, noticeUpheld, chargeback; a plain refund or
            complaint counts where its reason speaks of counterfeits. Each import replaces the one
            before it: give it all files of the 90 days. The next scan is another job.

              klean signals import store orders.csv complaints.mbox --as-of 2026-07-01
            """)

    @Argument(help: "The store.") var store: String
    @Argument(help: "Files of events.") var files: [String]
    @Option(help: "The day of reckoning, ISO 8601; by default the newest event.")
    var asOf: String?
    @Option(help: "What rows without a kind are: order, counterfeitRefund, …")
    var kind: String?
    @Option(help: "Write every event that does not count to this file, as JSON Lines.")
    var rejects: String?
    @Option(help: "table or json.") var format: Format = .table

    func run() throws {
        var job = SignalImport(store: store, files: files)
        if let asOf {
            guard let seconds = CalendarDate.seconds(Array(asOf.utf8)) else {
                throw ValidationError("--as-of: expected a date such as 2026-07-01, found \(asOf)")
            }
            job.reckoning = seconds
        }
        if let kind {
            guard let known = SignalKind(rawValue: kind) else {
                let names = SignalKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--kind: expected one of \(names), found \(kind)")
            }
            job.kind = known
        }
        var lines = ""
        let isWanted = rejects != nil
        let report = try job.run { file, line, gap in
            guard isWanted else { return }
            lines +=
                JSON.object([
                    ("file", .text(file)), ("line", .integer(UInt64(line))),
                    ("reason", .text(gap.rawValue)),
                ]).text + "\n"
        }
        if let rejects { try writeFileDurably(rejects, Array(lines.utf8)) }
        Console.output(format == .json ? json(report).text + "\n" : table(report))
    }

    private func table(_ report: SignalReport) -> String {
        var table = Table([
            .init("file", key: "file", widthMax: 40), .init("format", key: "format"),
            .init("events", key: "events"), .init("count", key: "count", isRight: true),
        ])
        for source in report.sources {
            let name = FileSystem.name(of: source.path)
            table.append([
                .text(name), .text(source.format), .text("read"), .integer(Int64(source.read)),
            ])
            for kind in SignalKind.allCases {
                guard let count = source.counted[kind] else { continue }
                table.append([
                    .text(name), .text(""), .text("counted: \(kind.rawValue)"),
                    .integer(Int64(count)),
                ])
            }
            for gap in SignalGap.allCases {
                guard let count = source.refused[gap] else { continue }
                table.append([
                    .text(name), .text(""), .text("left out: \(gap.words)"),
                    .integer(Int64(count)),
                ])
            }
        }
        var text = table.rendered(.table)
        if !report.packedCounters.isEmpty {
            text +=
                "no events for \(report.packedCounters.joined(separator: ", ")): packed "
                + "values stand in\n"
        }
        let day = CalendarDate.text(report.reckoning) ?? "\(report.reckoning)"
        return text
            + "\(NumberText.count(report.listings)) listings have counters as of \(day); snapshot "
            + "\(report.manifest) (\(report.digest.short))"
            + (report.isUnchanged ? ", unchanged\n" : "\n")
    }

    private func json(_ report: SignalReport) -> JSON {
        .object([
            ("snapshot", .integer(UInt64(report.manifest))), ("digest", .text(report.digest.hex)),
            ("asOf", .text(CalendarDate.text(report.reckoning) ?? "\(report.reckoning)")),
            ("listings", .integer(UInt64(report.listings))),
            ("unchanged", .bool(report.isUnchanged)),
            ("packed", .array(report.packedCounters.map { .text($0) })),
            (
                "sources",
                .array(
                    report.sources.map { source in
                        .object([
                            ("file", .text(source.path)), ("format", .text(source.format)),
                            ("read", .integer(UInt64(source.read))),
                            (
                                "counted",
                                .object(
                                    SignalKind.allCases.compactMap { kind in
                                        source.counted[kind].map {
                                            (kind.rawValue, .integer(UInt64($0)))
                                        }
                                    })
                            ),
                            (
                                "leftOut",
                                .object(
                                    SignalGap.allCases.compactMap { gap in
                                        source.refused[gap].map {
                                            (gap.rawValue, .integer(UInt64($0)))
                                        }
                                    })
                            ),
                        ])
                    })
            ),
        ])
    }
}
