import KleanCore
internal import KleanTransport
internal import Synchronization

/// Where a worker stands: written by its own thread, read by the one that serves metrics.
final class WorkerVitals: Sendable {
    struct State: Sendable {
        /// When the worker's own thread last turned.
        var turnMs = Machine.milliseconds
        /// When the coordinator last said something; `nil` before its welcome.
        var heardMs: UInt64?
        /// Model and profile of the phase are loaded.
        var isReady = false
        /// Shards under way and results that are not acknowledged.
        var holding = 0
        var shardsDone = 0
        var rowsDone = 0
        var bytesReceived = 0
        var resultBytes = 0
        /// By code, in order of first appearance.
        var failures: [(code: String, count: Int)] = []
        /// In order of first appearance.
        var stages: [(name: String, seconds: Double)] = []
    }

    private let state = Mutex(State())

    var now: State { state.withLock { $0 } }

    func turned(isReady: Bool, heardMs: UInt64?, holding: Int) {
        let turnMs = Machine.milliseconds
        state.withLock {
            $0.turnMs = turnMs
            $0.isReady = isReady
            $0.heardMs = heardMs
            $0.holding = holding
        }
    }

    func received(_ byteCount: Int) { state.withLock { $0.bytesReceived += byteCount } }

    func computed(rows: Int, _ output: ShardOutput) {
        state.withLock { state in
            state.shardsDone += 1
            state.rowsDone += rows
            state.resultBytes += output.bytes.count
            for stage in output.stages {
                let seconds = Double(stage.nanoseconds) / 1e9
                if let place = state.stages.firstIndex(where: { $0.name == stage.name }) {
                    state.stages[place].seconds += seconds
                } else {
                    state.stages.append((stage.name, seconds))
                }
            }
        }
    }

    func failed(_ code: FailureCode) {
        let name = code.name
        state.withLock { state in
            if let place = state.failures.firstIndex(where: { $0.code == name }) {
                state.failures[place].count += 1
            } else {
                state.failures.append((name, 1))
            }
        }
    }
}
