internal import Dispatch
import Synchronization

/// Runs `body` for each index on up to `threads` threads and waits for all; the calling thread is
/// one of them. After a failure no new index is begun; the failure of the lowest index is thrown.
///
/// The threads are Dispatch's own workers, not those of Swift's pool, so long loops starve nobody.
package func inParallel(_ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Void) throws {
    let next = Atomic<Int>(0)
    let failure = Mutex<(index: Int, error: any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= count || failure.withLock({ $0 != nil }) { return }
            do { try body(index) } catch {
                failure.withLock { known in
                    if known.map({ index < $0.index }) ?? true { known = (index, error) }
                }
            }
        }
    }
    if let error = failure.withLock({ $0?.error }) { throw error }
}
