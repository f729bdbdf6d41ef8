import ArgumentParser
import KleanConsole
import KleanCoordinator
import KleanCore
import KleanLedger
import KleanTransport

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Where a job stands: shards by state, speed, workers, what was given up.",
        discussion: """
            Asks the living coordinator, or reads a dead job's ledger.

              klean status index --watch
            """)

    @Argument(help: "The index folder.") var index: String
    @Flag(help: "Show it again every second until the job ends.") var watch = false
    @Option(help: "table or json.") var format: Format = .table

    func run() throws {
        while true {
            let view = try JobView(index: index)
            if watch, format == .table { Console.output("\u{1B}[H\u{1B}[2J") }
            Console.output(try render(view))
            guard watch, view.board != nil else { return }
            Machine.sleep(milliseconds: 1_000)
        }
    }

    private func render(_ view: JobView) throws -> String {
        let counts = try view.counts()
        let quarantined = try view.ledger.quarantined()
        guard format == .table else {
            return try json(view, counts, quarantined.count).text + "\n"
        }
        var table = Table([.init("what", key: "name"), .init("value", key: "value")])
        func line(_ name: String, _ value: String) { table.append([.text(name), .text(value)]) }
        line("job", view.job.id.short)
        line("state", try view.state)
        if let board = view.board {
            line("coordinator", "pid \(board.pid) on \(board.host), \(board.endpoint)")
            line("running for", Clock.duration(Clock.now - board.startedMs).screenText)
            let silence = Clock.now - board.saidMs
            if silence > 2_000 {
                line(
                    "LOOP SILENT",
                    "for \(Clock.duration(silence).screenText): klean job dump \(index)")
            }
        } else {
            line("coordinator", "none")
            if let error = try view.lastError() { line("ended with", error) }
        }
        line("phase", try view.phase.name)
        line(
            "shards",
            "\(counts.committed) of \(counts.total) committed, \(counts.running) running, "
                + "\(counts.pending) pending, \(counts.quarantined) given up")
        if let board = view.board {
            line(
                "listings",
                NumberText.count(Int64(board.rowsCommitted)) + " of "
                    + NumberText.count(Int64(board.rowsTotal)) + ", "
                    + NumberText.count(Int64(board.listingsPerSecond)) + "/s")
            let slow = board.running.filter(\.isSlow).count
            line("workers", "\(board.workers.count), \(slow) shards slow")
            line("failed attempts", "\(board.attemptsFailed)")
        }
        let next = try next(view, quarantined)
        return table.rendered(.table) + (next.isEmpty ? "" : "\n") + next.map { $0 + "\n" }.joined()
    }

    /// What a person may do now, a line each.
    private func next(_ view: JobView, _ quarantined: [LedgerQuarantine]) throws -> [String] {
        var lines: [String] = []
        if !quarantined.isEmpty {
            lines.append(
                "\(quarantined.count) shards are given up: "
                    + "klean shards list \(index) --state quarantined")
        }
        if quarantined.contains(where: { $0.reason.hasPrefix(ScanReport.corruptChunk) }) {
            lines.append(ScanReport.corruptAdvice)
        }
        for worker in view.board?.workers ?? [] where worker.committed == 0 && worker.failures > 2 {
            lines.append(
                "Worker \(worker.name) has lost \(worker.failures) attempts and finished none: "
                    + "klean workers list \(index)")
        }
        let refused = view.board?.refused ?? []
        if let first = refused.first {
            let more = refused.count > 1 ? " and \(refused.count - 1) more are" : " is"
            lines.append("\(first.name)\(more) refused: klean workers list \(index)")
        }
        guard view.board == nil else { return lines }
        if try view.ledger.published() == nil {
            lines.append("The same scan again resumes; what is committed is not scanned again.")
        } else if !quarantined.isEmpty {
            lines.append("The same scan again tries them again and publishes anew.")
        }
        return lines
    }

    private func json(
        _ view: JobView, _ counts: JobBoard.ShardCounts, _ quarantined: Int
    ) throws -> JSON {
        let board = view.board
        func number(_ value: Int?) -> JSON {
            value.map { .integer(UInt64(clamping: $0)) } ?? .null
        }
        return .object([
            ("job", .text(view.job.id.hex)), ("state", .text(try view.state)),
            ("phase", .text(try view.phase.name)), ("pid", number(board?.pid)),
            ("endpoint", board.map { .text($0.endpoint) } ?? .null),
            ("saidMs", number(board.map { Int($0.saidMs) })),
            ("shards", number(counts.total)), ("committed", number(counts.committed)),
            ("running", number(counts.running)), ("pending", number(counts.pending)),
            ("quarantined", number(counts.quarantined)), ("givenUp", number(quarantined)),
            ("rowsCommitted", number(board?.rowsCommitted)),
            ("rowsTotal", number(board?.rowsTotal)),
            ("listingsPerSecond", board.map { .number($0.listingsPerSecond) } ?? .null),
            ("workers", number(board?.workers.count)),
            ("slow", number(board?.running.filter(\.isSlow).count)),
            ("attemptsFailed", number(board?.attemptsFailed)),
        ])
    }
}
