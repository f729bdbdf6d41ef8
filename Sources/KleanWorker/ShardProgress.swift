internal import Synchronization

/// Rows done of the shard at hand: written by the compute thread, read for beats.
package final class ShardProgress: Sendable {
    private let rows = Atomic<UInt64>(0)

    package init() {}

    package func advance(rows count: Int) {
        rows.add(UInt64(count), ordering: .relaxed)
    }

    package var rowsDone: UInt64 { rows.load(ordering: .relaxed) }
}
