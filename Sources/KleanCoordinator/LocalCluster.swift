internal import Glibc
internal import KleanTransport

/// The worker processes that a coordinator starts itself: one per slot, restarted with growing
/// pauses when they end unasked.
struct LocalCluster {
    static let pauseMsFirst: UInt64 = 100
    static let pauseMsMax: UInt64 = 5_000

    private struct Slot {
        let name: String
        var child: ChildProcess?
        var starts = 0
        var pauseMs = LocalCluster.pauseMsFirst
        /// When to start again.
        var dueMs: UInt64 = 0
        /// A person drained it: not started again.
        var isRetired = false
    }

    private let workers: LocalWorkers
    private let endpoint: String
    private let exits: Mailbox<ChildProcess.Exit>
    private let bell: Bell
    private var slots: [Slot]
    private(set) var isEnding = false

    init(
        _ workers: LocalWorkers, endpoint: String, exits: Mailbox<ChildProcess.Exit>, bell: Bell
    ) {
        self.workers = workers
        self.endpoint = endpoint
        self.exits = exits
        self.bell = bell
        slots = (0..<workers.count).map { Slot(name: "w\($0 + 1)") }
    }

    /// A person drained all of them, or all lied.
    var isRetired: Bool { slots.allSatisfy(\.isRetired) }

    var isEmpty: Bool { slots.allSatisfy { $0.child == nil } }

    /// Starts what is due. - Returns: names and pids started.
    mutating func start(now: UInt64) throws(CoordinatorError) -> [(name: String, pid: Int)] {
        var started: [(name: String, pid: Int)] = []
        for index in slots.indices {
            guard !isEnding, !slots[index].isRetired, slots[index].child == nil,
                now >= slots[index].dueMs
            else { continue }
            // The coordinator's faults are not the workers', and a worker's fault strikes once.
            var environment: [String: String?] = [:]
            environment.updateValue(nil, forKey: "KLEAN_CRASH_AT")
            if index > 0 { environment.updateValue(nil, forKey: "KLEAN_WORKER_LIES_IN") }
            if slots[index].starts > 0 || index > 0 {
                environment.updateValue(nil, forKey: "KLEAN_WORKER_CRASH_AT")
            }
            let child = try ChildProcess(
                command: workers.command(slots[index].name, endpoint), environment: environment)
            slots[index].child = child
            slots[index].starts += 1
            started.append((slots[index].name, Int(child.pid)))
            let (exits, bell) = (exits, bell)
            // Nobody waits for it: it ends with the child, which never outlives this process.
            OSThread {
                exits.put(ChildProcess.wait(slot: index, pid: child.pid))
                bell.ring()
            }.detach()
        }
        return started
    }

    /// A child ended. - Returns: the slot's name.
    mutating func ended(_ exit: ChildProcess.Exit, now: UInt64) -> String {
        slots[exit.slot].child?.closeInput()
        slots[exit.slot].child = nil
        slots[exit.slot].dueMs = now + slots[exit.slot].pauseMs
        slots[exit.slot].pauseMs = min(slots[exit.slot].pauseMs * 2, LocalCluster.pauseMsMax)
        return slots[exit.slot].name
    }

    /// A slot got something done: its next restart is quick again.
    mutating func forgive(_ name: String) {
        guard let index = slots.firstIndex(where: { $0.name == name }) else { return }
        slots[index].pauseMs = LocalCluster.pauseMsFirst
    }

    /// Ends a child that is alive but of no use, such as a wedged one.
    func kill(_ name: String) {
        slots.first { $0.name == name }?.child?.kill()
    }

    func isLocal(_ name: String) -> Bool { slots.contains { $0.name == name } }

    /// Its next end is its last.
    mutating func retire(_ name: String) {
        guard let index = slots.firstIndex(where: { $0.name == name }) else { return }
        slots[index].isRetired = true
    }

    func isRetired(_ name: String) -> Bool { slots.contains { $0.name == name && $0.isRetired } }

    /// From now on an end is no accident and nothing is started.
    mutating func beginEnd() { isEnding = true }

    /// Asks all children to end, by closing their input.
    mutating func closeInputs() {
        for index in slots.indices { slots[index].child?.closeInput() }
    }

    func killAll() {
        for slot in slots { slot.child?.kill() }
    }
}
