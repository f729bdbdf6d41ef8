import KleanCoordinator
import KleanCore
import KleanLedger

/// One line of `klean shards list`.
struct ShardRow {
    var phase: Phase
    var shard: UInt32
    var state: String
    var attempts: Int
    var failures: Int
    var worker: String
    var detail: String

    /// Shards in the states asked for, in order of phase and number.
    static func all(_ view: JobView, _ state: ShardsCommand.State?) throws -> [ShardRow] {
        var rows: [ShardRow] = []
        let given = try view.ledger.quarantined()
        let running = view.board?.running ?? []
        for phase in Phase.allCases {
            let history = Dictionary(
                uniqueKeysWithValues: try view.ledger.shards(phase, failedOnly: false)
                    .map { ($0.shard, $0) })
            var numbers = Set(history.values.filter { $0.failures > 0 }.map(\.shard))
            numbers.formUnion(given.filter { $0.phase == phase }.map(\.shard))
            numbers.formUnion(running.filter { $0.phase == phase.name }.map { UInt32($0.shard) })
            let committed = Set(try view.ledger.committedShards(phase))
            for shard in numbers.sorted() {
                let past = history[shard]
                let quarantine = given.first { $0.phase == phase && $0.shard == shard }
                let attempt = running.first {
                    $0.phase == phase.name && $0.shard == Int(shard)
                }
                var row = ShardRow(
                    phase: phase, shard: shard, state: "failed", attempts: past?.attempts ?? 0,
                    failures: past?.failures ?? 0, worker: past?.lastWorker ?? "",
                    detail: past.map { told($0.lastOutcome, $0.lastDetail) } ?? "")
                if let quarantine {
                    row.state = quarantine.isSkipped ? "skipped" : "quarantined"
                    row.detail = quarantine.reason
                } else if let attempt {
                    row.state = attempt.isSlow ? "slow" : "running"
                    row.attempts += 1
                    row.worker = attempt.worker
                    row.detail = "\(attempt.step), \(attempt.rowsDone) of \(attempt.rows) rows"
                } else if committed.contains(shard) {
                    row.state = "committed"
                    row.detail = try lastFailure(view.ledger, phase, shard) ?? row.detail
                }
                if row.matches(state, isGivenUp: quarantine != nil, isRunning: attempt != nil) {
                    rows.append(row)
                }
            }
        }
        return rows
    }

    /// Why the last attempt that did not commit ended.
    private static func lastFailure(
        _ ledger: Ledger, _ phase: Phase, _ shard: UInt32
    ) throws -> String? {
        try ledger.attempts(phase, shard: shard).last { $0.outcome != "committed" }
            .map { "was: \(told($0.outcome, $0.detail))" }
    }

    /// How an attempt ended, for a person who has not read the schedule.
    private static func told(_ outcome: String, _ detail: String) -> String {
        switch outcome {
        case "lostUnblamed": "worker lost (\(detail)); the shard is not blamed"
        case "lostSolo": "worker lost (\(detail)) while it ran this shard alone"
        case "chunkUnread": "could not read the chunk (\(detail)); a good chunk is not blamed"
        default: detail.isEmpty ? outcome : "\(outcome): \(detail)"
        }
    }

    private func matches(
        _ wanted: ShardsCommand.State?, isGivenUp: Bool, isRunning: Bool
    ) -> Bool {
        switch wanted {
        case nil: true
        case .failed: failures > 0
        case .quarantined: isGivenUp
        case .running: isRunning
        case .slow: isRunning && state == "slow"
        }
    }
}

/// What may be done to shards of a job whose coordinator is dead.
enum ShardNumber {
    static func check(_ shards: [Int], _ view: JobView) throws {
        try check(shards, count: view.job.shardCount)
    }

    private static func check(_ shards: [Int], count: Int) throws {
        for shard in shards where !(0..<count).contains(shard) {
            throw CommandError(
                "no shard \(shard): the job has shards 0 to \(count - 1)", .notFound)
        }
    }

    /// - Parameter only: `nil` for all.
    static func release(
        _ ledger: Ledger, only shards: [Int]?, evenSkipped: Bool
    ) throws -> [String] {
        try check(shards ?? [], count: try ledger.job().shardCount)
        var lines: [String] = []
        var records: [LedgerRecord] = []
        let given = try ledger.quarantined()
        for quarantine in given where shards?.contains(Int(quarantine.shard)) ?? true {
            if quarantine.isSkipped, !evenSkipped {
                lines.append(
                    "shard \(quarantine.shard): skipped by a person; "
                        + "`klean shards release` ends that")
            } else {
                records.append(.released(quarantine.phase, shard: quarantine.shard))
                lines.append("shard \(quarantine.shard): the next run of the same scan tries it")
            }
        }
        for shard in shards ?? [] where !given.contains(where: { $0.shard == UInt32(shard) }) {
            lines.append("shard \(shard): not given up; the next run does what is left of it")
        }
        try ledger.append(records)
        return lines.isEmpty ? ["nothing is quarantined"] : lines
    }

    static func skip(_ ledger: Ledger, _ shards: [Int], _ reason: String) throws -> [String] {
        try check(shards, count: try ledger.job().shardCount)
        let committed = try Phase.allCases.map { Set(try ledger.committedShards($0)) }
        var lines: [String] = []
        var records: [LedgerRecord] = []
        for shard in shards {
            let number = UInt32(shard)
            let phase: Phase = committed[0].contains(number) ? .score : .survey
            if committed[1].contains(number) {
                lines.append("shard \(shard): committed already, nothing to skip")
            } else {
                records.append(
                    .skipped(phase, shard: number, reason: "skipped by hand: \(reason)"))
                lines.append("shard \(shard): skipped until it is released")
            }
        }
        try ledger.append(records)
        return lines
    }
}

/// How an order's outcome is printed.
enum Answer {
    static func print(_ lines: [String], _ format: Format) {
        Console.output(
            format == .json
                ? JSON.array(lines.map { .text($0) }).text + "\n"
                : lines.map { $0 + "\n" }.joined())
    }
}
