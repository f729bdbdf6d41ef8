import ArgumentParser
import KleanColumns
import KleanConsole
import KleanCoordinator
import KleanCore
import KleanLedger

struct JobCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job",
        abstract: "Pauses, resumes, cancels and lists jobs; dumps a wedged coordinator's state.",
        subcommands: [Pause.self, Resume.self, Cancel.self, List.self, Dump.self])

    struct Pause: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Leases nothing new; what runs goes on.")
        @Argument(help: "The index folder.") var index: String
        @Option(help: "table or json.") var format: Format = .table
        func run() throws { Answer.print(try JobView.live(index, .pause).lines, format) }
    }

    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Leases again.")
        @Argument(help: "The index folder.") var index: String
        @Option(help: "table or json.") var format: Format = .table
        func run() throws { Answer.print(try JobView.live(index, .resume).lines, format) }
    }

    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Finishes what is leased, then ends the run; the same scan resumes.")
        @Argument(help: "The index folder.") var index: String
        @Flag(help: "End at once, without waiting for what runs.") var now = false
        @Option(help: "table or json.") var format: Format = .table
        func run() throws {
            Answer.print(try JobView.live(index, .cancel(now: now)).lines, format)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The jobs of index folders, and of the folders in them.")
        @Argument(help: "Index folders, or folders that hold some.") var folders: [String] = ["."]
        @Option(help: "table, json or csv.") var format: Format = .table

        func run() throws {
            var table = Table([
                .init("index", key: "index"), .init("job", key: "job"),
                .init("state", key: "state"), .init("phase", key: "phase"),
                .init("committed", key: "committed", isRight: true),
                .init("shards", key: "shards", isRight: true),
                .init("given up", key: "quarantined", isRight: true),
                .init("workers", key: "workers", isRight: true),
            ])
            for index in try folders.flatMap({ try List.indexes($0) }) {
                let view = try JobView(index: index)
                let counts = try view.counts()
                table.append([
                    .text(index), .text(view.job.id.short), .text(try view.state),
                    .text(try view.phase.name), .integer(Int64(counts.committed)),
                    .integer(Int64(counts.total)), .integer(Int64(counts.quarantined)),
                    view.board.map { .integer(Int64($0.workers.count)) } ?? .missing,
                ])
            }
            Console.output(table.rendered(format.output))
        }

        private static func indexes(_ folder: String) throws -> [String] {
            if FileSystem.exists(JobFolder(index: folder).ledger) { return [folder] }
            guard FileSystem.isDirectory(folder) else {
                throw CommandError("\(folder): no such folder", .notFound)
            }
            return try FileSystem.list(folder).map { "\(folder)/\($0)" }
                .filter { FileSystem.exists(JobFolder(index: $0).ledger) }
        }
    }

    struct Dump: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Where each thread of the coordinator stands, even when it is wedged.")
        @Argument(help: "The index folder.") var index: String
        @Option(help: "table or json.") var format: Format = .table

        func run() throws {
            guard let dump = try JobView.live(index, .dump).dump else { return }
            if format == .json { return Console.output(try dump.json + "\n") }
            var table = Table([
                .init("thread", key: "thread"), .init("does", key: "step"),
                .init("for", key: "ms", isRight: true),
            ])
            for thread in dump.threads {
                table.append([
                    .text(thread.name), .text(thread.step), Clock.duration(Int64(thread.ms)),
                ])
            }
            let silence = Clock.duration(dump.nowMs - dump.board.saidMs).screenText
            let kernel = try KernelStack.threads(pid: dump.board.pid)
            Console.output(
                table.rendered(.table) + """

                    the loop last spoke \(silence) ago; its longest turn took \
                    \(Clock.duration(Int64(dump.turnMsMax)).screenText)
                    waiting: \(dump.commitsWaiting) records for the disk, \
                    \(dump.tasksWaiting) slow \
                    tasks, \(dump.ordersWaiting) orders of on-call
                    memory at most \(NumberText.bytes(UInt64(dump.peakBytes))), CPU \
                    \(NumberText.fixed(dump.cpuSeconds, digits: 1)) s
                    shards \(dump.board.shards.committed) of \(dump.board.shards.total) committed, \
                    \(dump.board.running.count) under way, \(dump.board.workers.count) workers

                    """ + kernel.rendered(.table))
        }
    }
}

/// What the kernel says each thread of a process waits for.
private enum KernelStack {
    static func threads(pid: Int) throws -> Table {
        var table = Table([
            .init("kernel thread", key: "tid"), .init("state", key: "state"),
            .init("waits in", key: "wchan"),
        ])
        for tid in try FileSystem.list("/proc/\(pid)/task") {
            let folder = "/proc/\(pid)/task/\(tid)"
            let status = String(decoding: try FileSystem.read("\(folder)/stat"), as: UTF8.self)
            // The state letter stands behind the name's closing parenthesis.
            let state = status.split(separator: ")").last?.split(separator: " ").first ?? "?"
            let wchan = String(decoding: try FileSystem.read("\(folder)/wchan"), as: UTF8.self)
            table.append([.text(tid), .text(String(state)), .text(wchan == "0" ? "" : wchan)])
        }
        return table
    }
}
