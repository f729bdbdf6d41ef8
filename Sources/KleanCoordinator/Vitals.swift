internal import KleanTransport
internal import Synchronization

/// What each thread of a coordinator does now and since when; written by them, read by the thread
/// that answers on-call, which therefore never waits for any of them.
final class Vitals: Sendable {
    enum Thread: Int, CaseIterable { case loop, commit, task }

    private struct Step {
        var name = "not started"
        var sinceMs = Machine.milliseconds
    }

    private struct State {
        var steps = [Step](repeating: Step(), count: Thread.allCases.count)
        var turnMs = Machine.milliseconds
        var turnMsMax: UInt64 = 0
        var recentTurnMsMax: UInt64 = 0
        var board = JobBoard()
        var commitsWaiting: @Sendable () -> Int = { 0 }
        var tasksWaiting: @Sendable () -> Int = { 0 }
        var ordersWaiting: @Sendable () -> Int = { 0 }
    }

    private let state = Mutex(State())

    func set(_ thread: Thread, _ step: String) {
        let now = Machine.milliseconds
        state.withLock { $0.steps[thread.rawValue] = Step(name: step, sinceMs: now) }
    }

    /// The loop is about to wait: one turn is over.
    func endTurn() {
        let now = Machine.milliseconds
        state.withLock {
            let turn = now - min(now, $0.turnMs)
            $0.turnMsMax = max($0.turnMsMax, turn)
            $0.recentTurnMsMax = max($0.recentTurnMsMax, turn)
            $0.steps[Thread.loop.rawValue] = Step(name: "waiting for messages", sinceMs: now)
        }
    }

    func beginTurn() {
        let now = Machine.milliseconds
        state.withLock {
            $0.turnMs = now
            $0.steps[Thread.loop.rawValue] = Step(name: "working", sinceMs: now)
        }
    }

    func publish(_ board: JobBoard) { state.withLock { $0.board = board } }

    var board: JobBoard { state.withLock { $0.board } }

    func watch(
        commits: @escaping @Sendable () -> Int, tasks: @escaping @Sendable () -> Int,
        orders: @escaping @Sendable () -> Int
    ) {
        state.withLock {
            $0.commitsWaiting = commits
            $0.tasksWaiting = tasks
            $0.ordersWaiting = orders
        }
    }

    /// Milliseconds since the loop last waited for messages; 0 while it waits.
    var stallMs: UInt64 {
        let now = Machine.milliseconds
        return state.withLock {
            let step = $0.steps[Thread.loop.rawValue]
            return step.name == "waiting for messages" ? 0 : now - min(now, $0.turnMs)
        }
    }

    /// The longest turn since this was last asked.
    func takeRecentTurnMsMax() -> UInt64 {
        state.withLock { state in
            defer { state.recentTurnMsMax = 0 }
            return state.recentTurnMsMax
        }
    }

    var dump: JobDump {
        let now = Machine.milliseconds
        let copy = state.withLock { $0 }
        return JobDump(
            nowMs: Machine.wallMilliseconds,
            threads: Thread.allCases.map {
                let step = copy.steps[$0.rawValue]
                return JobDump.ThreadStatus(
                    name: "\($0)", step: step.name, ms: now - min(now, step.sinceMs))
            },
            commitsWaiting: copy.commitsWaiting(), tasksWaiting: copy.tasksWaiting(),
            ordersWaiting: copy.ordersWaiting(), turnMsMax: copy.turnMsMax,
            peakBytes: Machine.peakBytes, cpuSeconds: Machine.cpuSeconds, board: copy.board)
    }
}
