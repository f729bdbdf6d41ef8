import Foundation
import KleanCoordinator
import KleanCore
import KleanWorker
import Testing

/// Lets this test executable act as a coordinator or worker process, so that real processes can
/// be killed: it is started again with a role in its environment and this suite as its filter.
@Suite struct ToyRole {
    static let variable = "KLEAN_TOY_ROLE"

    @Test func actInItsRole() throws {
        let environment = ProcessInfo.processInfo.environment
        switch environment[Self.variable] {
        case "worker": try Self.work(environment)
        case "coordinator": try Self.coordinate(environment)
        default: break  // An ordinary test run: nothing to act.
        }
    }

    static func numbers(_ text: String?) -> Set<Int> {
        Set((text ?? "").split(separator: ",").compactMap { Int($0) })
    }

    static func work(_ environment: [String: String]) throws -> Never {
        let name = try #require(environment["KLEAN_TOY_NAME"])
        var options = WorkerOptions(
            endpoint: try #require(environment["KLEAN_TOY_ENDPOINT"]), name: name,
            cache: try #require(environment["KLEAN_TOY_FOLDER"]) + "/cache")
        options.endsWithInput = true
        let deadly = numbers(environment["KLEAN_TOY_DEADLY"])
        let frozen = name == "w1" ? numbers(environment["KLEAN_TOY_FROZEN"]) : []
        let worker = Worker(options: options) {
            if deadly.contains(-1) { kill(getpid(), SIGKILL) }
            return ToyEngine(
                deadly: deadly, frozen: frozen,
                liesIn: name == "w1"
                    ? Phase.allCases.first { $0.name == environment["KLEAN_TOY_LIES_IN"] } : nil)
        }
        do {
            _ = try worker.run()
        } catch {
            exit(1)
        }
        exit(0)
    }

    static func coordinate(_ environment: [String: String]) throws -> Never {
        let folder = try #require(environment["KLEAN_TOY_FOLDER"])
        let job = ToyJob(shardCount: 40, folder: folder)
        var options = CoordinatorOptions(index: job.index)
        let executable = try FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/exe")
        options.local = LocalWorkers(
            count: Int(environment["KLEAN_TOY_WORKERS"] ?? "") ?? 2,
            command: { name, endpoint in
                [
                    "/usr/bin/env", "\(variable)=worker", "KLEAN_TOY_NAME=\(name)",
                    "KLEAN_TOY_ENDPOINT=\(endpoint)", executable,
                ] + arguments
            })
        options.checkPartsPerMillion =
            UInt32(environment["KLEAN_TOY_CHECK"] ?? "") ?? options.checkPartsPerMillion
        do {
            let report = try Coordinator(plan: job.plan, options: options).run()
            let lines =
                [
                    "outcome \(report.outcome)", "index \(report.index?.hex ?? "none")",
                    "committed \(report.shardsCommitted)", "resumed \(report.shardsResumed)",
                    "quarantined \(report.quarantined.map(\.shard))",
                    "liars \(report.trust.liars.map(\.name))",
                    "checks \(report.trust.checksMade)",
                ]
                + report.workers.map { "worker \($0.name) \($0.shardsCommitted) \($0.pids.count)" }
            try Data(lines.joined(separator: "\n").utf8)
                .write(to: URL(filePath: folder + "/report"))
        } catch {
            try Data("error \(error)".utf8).write(to: URL(filePath: folder + "/report"))
            exit(1)
        }
        exit(0)
    }

    static let arguments = [
        "--testing-library", "swift-testing", "--filter", "ToyRole/actInItsRole",
    ]

    /// How a coordinator process ended.
    struct Run {
        let status: Int32
        let wasKilled: Bool
        let report: [String]

        func value(_ name: String) -> String? {
            report.first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
        }
    }

    /// Runs a coordinator process to its end.
    static func run(_ job: ToyJob, _ variables: [String: String] = [:]) throws -> Run {
        let report = job.folder + "/report"
        if FileManager.default.fileExists(atPath: report) {
            try FileManager.default.removeItem(atPath: report)
        }
        let process = Process()
        process.executableURL = URL(
            filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging([variable: "coordinator", "KLEAN_TOY_FOLDER": job.folder]) { $1 }
            .merging(variables) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text =
            FileManager.default.fileExists(atPath: report)
            ? try String(contentsOfFile: report, encoding: .utf8) : ""
        return Run(
            status: process.terminationStatus,
            wasKilled: process.terminationReason == .uncaughtSignal,
            report: text.split(separator: "\n").map(String.init))
    }
}
