import ArgumentParser
import KleanColumns
import KleanConsole
import KleanCoordinator
import KleanCore
import KleanLedger

struct ShardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shards",
        abstract: "Which shards failed and why; try them again, skip them.",
        subcommands: [
            List.self, Show.self, Log.self, Retry.self, Release.self, Skip.self,
        ])

    enum State: String, ExpressibleByArgument, CaseIterable {
        case failed, quarantined, running, slow
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shards that need a look: failed once, given up, running.",
            discussion: """
                failed: an attempt ended badly, though the shard may be committed by now;
                quarantined: given up, by klean or by a person; running; slow: running for longer
                than three medians.
                """)

        @Argument(help: "The index folder.") var index: String
        @Option(help: "failed, quarantined, running or slow; by default all of them.")
        var state: State?
        @Option(help: "table, json or csv.") var format: Format = .table

        func run() throws {
            let view = try JobView(index: index)
            var table = Table([
                .init("shard", key: "shard", isRight: true), .init("phase", key: "phase"),
                .init("state", key: "state"), .init("attempts", key: "attempts", isRight: true),
                .init("failed", key: "failed", isRight: true), .init("worker", key: "worker"),
                .init("why", key: "detail", widthMax: 80),
            ])
            for row in try ShardRow.all(view, state) {
                table.append([
                    .integer(Int64(row.shard)), .text(row.phase.name), .text(row.state),
                    .integer(Int64(row.attempts)), .integer(Int64(row.failures)),
                    row.worker.isEmpty ? .missing : .text(row.worker), .text(row.detail),
                ])
            }
            Console.output(table.rendered(format.output))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every attempt of one shard: worker, host, start, end, reason, progress.")

        @Argument(help: "The index folder.") var index: String
        @Argument(help: "The shard's number.") var shard: UInt32
        @Option(help: "table, json or csv.") var format: Format = .table

        func run() throws {
            let view = try JobView(index: index)
            try ShardNumber.check([Int(shard)], view)
            var table = Table([
                .init("phase", key: "phase"), .init("attempt", key: "attempt", isRight: true),
                .init("worker", key: "worker"), .init("host", key: "host"),
                .init("start", key: "startMs"), .init("end", key: "endMs"),
                .init("took", key: "ms", isRight: true), .init("outcome", key: "outcome"),
                .init("rows", key: "rowsDone", isRight: true),
                .init("last progress", key: "progressMs"),
                .init("bytes", key: "bytes", isRight: true),
                .init("reason", key: "detail", widthMax: 100),
            ])
            for phase in Phase.allCases {
                for attempt in try view.ledger.attempts(phase, shard: shard) {
                    table.append([
                        .text(phase.name), .integer(Int64(attempt.lease.attempt)),
                        .text(attempt.worker), .text(attempt.host), Clock.time(attempt.startMs),
                        Clock.time(attempt.endMs),
                        Clock.duration(attempt.endMs - attempt.startMs), .text(attempt.outcome),
                        .integer(attempt.rowsDone), Clock.time(attempt.progressMs),
                        .integer(attempt.bytes), .text(attempt.detail),
                    ])
                }
            }
            for running in view.board?.running ?? [] where running.shard == Int(shard) {
                table.append([
                    .text(running.phase), .integer(Int64(running.attempt)), .text(running.worker),
                    .text(running.host), Clock.time(running.startedMs), .missing,
                    Clock.ago(running.startedMs), .text(running.step),
                    .integer(Int64(running.rowsDone)), Clock.time(running.progressMs), .missing,
                    .text(running.isSolo ? "alone, because it failed before" : ""),
                ])
            }
            Console.output(table.rendered(format.output))
            guard format == .table else { return }
            for checked in try view.ledger.checked(shard: shard) {
                Console.output("\(checked.name): scored twice, with the same result\n")
            }
            for liar in try view.ledger.distrusted() {
                Console.output("what \(liar.name) committed was taken back: \(liar.reason)\n")
            }
            for given in try view.ledger.quarantined()
            where given.shard == shard {
                Console.output("given up in \(given.phase.name): \(given.reason)\n")
            }
        }
    }

    struct Log: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All log lines about one shard, over all coordinators and workers.")

        @Argument(help: "The index folder.") var index: String
        @Argument(help: "The shard's number.") var shard: UInt32

        func run() throws {
            let view = try JobView(index: index)
            let wanted = Array("\"shard\":\"\(shard)\"".utf8)
            for line in try FileSystem.read(view.folder.runLog).split(separator: 0x0A)
            where line.contains(wanted) {
                Console.output(String(decoding: line, as: UTF8.self) + "\n")
            }
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tries shards again from a clean slate: nobody is blamed, budgets are whole.",
            discussion: """
                A running shard is taken from its worker and leased again. Without a coordinator
                the next run of the same scan tries them.
                """)

        @Argument(help: "The index folder.") var index: String
        @Argument(help: "Shard numbers.") var shards: [Int] = []
        @Flag(help: "All quarantined shards, but not skipped ones.") var quarantined = false
        @Option(help: "table or json.") var format: Format = .table

        func validate() throws {
            guard quarantined != !shards.isEmpty else {
                throw ValidationError("expected shard numbers or --quarantined, found both or none")
            }
        }

        func run() throws {
            let request: ControlRequest =
                quarantined ? .retryQuarantined : .retry(shards: shards)
            let lines = try JobView.order(index, request) { ledger in
                try ShardNumber.release(
                    ledger, only: quarantined ? nil : shards, evenSkipped: false)
            }
            Answer.print(lines, format)
        }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends the quarantine or the skip of shards.")

        @Argument(help: "The index folder.") var index: String
        @Argument(help: "Shard numbers.") var shards: [Int]
        @Option(help: "table or json.") var format: Format = .table

        func run() throws {
            let lines = try JobView.order(index, .release(shards: shards)) { ledger in
                try ShardNumber.release(ledger, only: shards, evenSkipped: true)
            }
            Answer.print(lines, format)
        }
    }

    struct Skip: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives shards up on purpose, also in later runs, until they are released.")

        @Argument(help: "The index folder.") var index: String
        @Argument(help: "Shard numbers.") var shards: [Int]
        @Option(help: "Why; stands in the index beside the shard.") var reason: String
        @Option(help: "table or json.") var format: Format = .table

        func run() throws {
            let lines = try JobView.order(index, .skip(shards: shards, reason: reason)) { ledger in
                try ShardNumber.skip(ledger, shards, reason)
            }
            Answer.print(lines, format)
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether `part` occurs in it.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard count >= part.count else { return false }
        return (startIndex...(endIndex - part.count)).contains {
            self[$0] == part[0] && self[$0..<$0 + part.count].elementsEqual(part)
        }
    }
}
