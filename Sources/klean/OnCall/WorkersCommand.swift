import ArgumentParser
import KleanConsole
import KleanCoordinator
import KleanLedger

struct WorkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "Who works on a job; let a worker go, or throw it out.",
        subcommands: [List.self, Drain.self, Evict.self, Trust.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Each worker: where it runs, what it holds, when it was last heard.")

        @Argument(help: "The index folder.") var index: String
        @Option(help: "table, json or csv.") var format: Format = .table

        func run() throws {
            let view = try JobView(index: index)
            var table = Table([
                .init("worker", key: "worker"), .init("host", key: "host"),
                .init("pid", key: "pid", isRight: true), .init("state", key: "state"),
                .init("shards", key: "shards"), .init("heard", key: "heardMs", isRight: true),
                .init("progress", key: "progressMs", isRight: true),
                .init("committed", key: "committed", isRight: true),
                .init("failed", key: "failed", isRight: true),
                .init("peak memory", key: "peakBytes", isRight: true),
            ])
            for worker in view.board?.workers ?? [] {
                table.append([
                    .text(worker.name), .text(worker.host),
                    .shown(
                        .integer(Int64(worker.pid)), as: "\(worker.pid)"),
                    .text(worker.state),
                    .list(worker.shards.map { "\($0)" }), Clock.ago(worker.heardMs),
                    Clock.ago(worker.progressMs), .integer(Int64(worker.committed)),
                    .integer(Int64(worker.failures)),
                    .shown(
                        .integer(Int64(worker.peakBytes)),
                        as: NumberText.bytes(UInt64(worker.peakBytes))),
                ])
            }
            let barred = Set(try view.ledger.distrusted().map(\.name))
            let refused = view.board?.refused ?? []
            let alive = Set((view.board?.workers ?? []).map(\.name))
            for worker in try view.ledger.workers() where !alive.contains(worker.name) {
                let isRefused = refused.contains { $0.name == worker.name }
                table.append([
                    .text(worker.name), .text(worker.host), .missing,
                    .text(
                        barred.contains(worker.name)
                            ? "distrusted" : isRefused ? "refused" : "gone"), .list([]),
                    Clock.ago(worker.lastEndMs), .missing, .integer(Int64(worker.committed)),
                    .integer(Int64(worker.failures)), .missing,
                ])
            }
            Console.output(table.rendered(format.output))
            guard format == .table else { return }
            for liar in try view.ledger.distrusted() {
                Console.output("\(liar.name) is distrusted: \(liar.reason)\n")
            }
            for worker in refused {
                Console.output(
                    "\(worker.name) is refused: \(worker.reason); "
                        + "`klean workers trust` lets it in\n")
            }
        }
    }

    struct Trust: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a worker in again that lied or was lost too often.",
            discussion: """
                Mend its machine first. One that was refused because it was lost again and again \
                without a commit is let in at once; one that lied, by the next run of the job.
                """)

        @Argument(help: "The index folder.") var index: String
        @Argument(help: "The worker's name.") var name: String
        @Option(help: "table or json.") var format: Format = .table

        func run() throws {
            let view = try JobView(index: index)
            if view.board?.refused.contains(where: { $0.name == name }) == true {
                return Answer.print(
                    try JobView.live(index, .trust(worker: name)).lines, format)
            }
            let ledger = view.ledger
            let liars = try ledger.distrusted().filter { $0.name == name }
            guard !liars.isEmpty else {
                throw CommandError(
                    "no worker named \(name) is refused or distrusted", .notFound)
            }
            try ledger.append(liars.map { .trusted(identity: $0.identity) })
            Answer.print(["\(name): the next run of the same scan lets it in"], format)
        }
    }

    struct Drain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a worker finish what it has and go; a local one is not restarted.")

        @Argument(help: "The index folder.") var index: String
        @Argument(help: "The worker's name.") var name: String
        @Option(help: "Why; the worker and the log are told.") var reason: String
        @Option(help: "table or json.") var format: Format = .table

        func run() throws {
            Answer.print(
                try JobView.live(index, .drain(worker: name, reason: reason)).lines, format)
        }
    }

    struct Evict: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Throws a worker's process out at once; its shards run elsewhere.",
            discussion: "A local worker is killed and started again; nobody is blamed.")

        @Argument(help: "The index folder.") var index: String
        @Argument(help: "The worker's name.") var name: String
        @Option(help: "table or json.") var format: Format = .table

        func run() throws {
            Answer.print(try JobView.live(index, .evict(worker: name)).lines, format)
        }
    }
}
