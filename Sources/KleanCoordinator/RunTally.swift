import KleanCore
internal import KleanSchedule
internal import KleanTransport
internal import KleanWire

/// Counts for the report and the progress line.
struct RunTally {
    /// Workers with figures of their own; of more, those that
    /// committed nothing are only counted.
    static let workersMax = Limits.workersMax
    /// Processes remembered of one worker, and names of stages.
    static let pidsMax = 16
    static let stagesMax = 64

    // In order of first appearance.
    private var workers: [WorkerReport] = []
    // Hash order is random: look up, never iterate.
    private var places: [String: Int] = [:]
    /// Where to look next for a worker whose place another may have.
    private var nextGiven = 0
    private(set) var stages: [StageReport] = []
    private var endings = [Int](repeating: 0, count: AttemptOutcome.allCases.count + 1)
    private(set) var wall = RunReport.WallSeconds()
    /// Names whose figures gave way to others'.
    private(set) var workersForgotten = 0
    var rowsScored = 0
    var shardsCommitted = 0
    var shardsResumed = 0
    /// The job began again in this run: what is done then was done by this run.
    var isRestarted = false
    var bytesSent = 0
    var bytesReceived = 0

    /// Rows of the present phase: of this run, and with those of earlier runs.
    var rowsThisRun = 0
    var rowsOfPhase = 0
    /// Rows that this run committed, by phase.
    private(set) var rowsByPhase = [Int](repeating: 0, count: Phase.allCases.count)

    mutating func joined(_ name: String, pid: Int, host: String) {
        let index = place(name)
        workers[index].host = host
        guard workers[index].pids.last != pid else { return }
        if workers[index].pids.count == Self.pidsMax { workers[index].pids.removeFirst() }
        workers[index].pids.append(pid)
        workers[index].starts += 1
    }

    mutating func peak(_ name: String, bytes: Int) {
        let index = place(name)
        workers[index].peakBytes = max(workers[index].peakBytes, bytes)
    }

    mutating func committed(_ header: ResultHeader, by name: String) {
        let index = place(name)
        workers[index].shardsCommitted += 1
        workers[index].rowsCommitted += Int(header.rows)
        workers[index].bytesReceived += Int(header.byteCount)
        peak(name, bytes: Int(clamping: header.peakBytes))
        shardsCommitted += 1
        rowsThisRun += Int(header.rows)
        rowsOfPhase += Int(header.rows)
        rowsByPhase[Int(header.lease.phase.rawValue)] += Int(header.rows)
        if header.lease.phase == .score { rowsScored += Int(header.rows) }
        for stage in header.stages {
            let seconds = Double(stage.nanoseconds) / 1e9
            if let index = stages.firstIndex(where: { $0.name == stage.name }) {
                stages[index].seconds += seconds
            } else if stages.count < Self.stagesMax {
                stages.append(StageReport(name: stage.name, seconds: seconds))
            }
        }
    }

    mutating func ended(_ end: AttemptEnd) {
        endings[Int(end.outcome.rawValue)] += 1
        if end.outcome.isLoss { workers[place(end.worker)].attemptsLost += 1 }
    }

    mutating func beganPhase(rowsDone: Int, shardsDone: Int) {
        rowsThisRun = 0
        rowsOfPhase = rowsDone
        shardsResumed += shardsDone
    }

    mutating func spent(_ seconds: Double, in stage: Schedule.Stage) {
        switch stage {
        case .survey: wall.survey += seconds
        case .merging: wall.merge += seconds
        case .score: wall.score += seconds
        case .publishing: wall.publish += seconds
        case .revoking: wall.merge += seconds
        case .finished: break
        }
    }

    func report(
        _ outcome: RunReport.Outcome, index: Digest?, profile: Digest?,
        quarantined: [QuarantinedShard], resultsDropped: Int, trust: TrustReport
    ) -> RunReport {
        RunReport(
            outcome: outcome, index: index, profile: profile, quarantined: quarantined,
            workers: workers.sorted {
                ($0.name.utf8.count, $0.name) < ($1.name.utf8.count, $1.name)
            },
            workersForgotten: workersForgotten, stages: stages, wall: wall, rowsScored: rowsScored,
            shardsCommitted: shardsCommitted, shardsResumed: shardsResumed,
            bytesSent: bytesSent, bytesReceived: bytesReceived,
            retries: retries,
            resultsDropped: resultsDropped, trust: trust, coordinatorPeakBytes: Machine.peakBytes,
            coordinatorCPUSeconds: Machine.cpuSeconds)
    }

    /// Bad ends of attempts by reason, in a fixed order.
    var retries: [(reason: String, count: Int)] {
        AttemptOutcome.allCases.compactMap {
            let count = endings[Int($0.rawValue)]
            return $0.isLoss && count > 0 ? ($0.name, count) : nil
        }
    }

    func worker(_ name: String) -> WorkerReport? { places[name].map { workers[$0] } }

    /// Where a worker's figures are. When all places are taken, one that committed nothing gives
    /// way.
    private mutating func place(_ name: String) -> Int {
        if let index = places[name] { return index }
        let report = WorkerReport(name: name)
        if workers.count < Self.workersMax {
            places[name] = workers.count
            workers.append(report)
            return workers.count - 1
        }
        for _ in workers.indices where workers[nextGiven].shardsCommitted > 0 {
            nextGiven = (nextGiven + 1) % workers.count
        }
        let index = nextGiven
        nextGiven = (nextGiven + 1) % workers.count
        places[workers[index].name] = nil
        places[name] = index
        workers[index] = report
        workersForgotten += 1
        return index
    }
}
