internal import CKleanCatalog

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A mutex and a condition around one value: how threads of ours hand over work.
// Unchecked: the value is reached only while the mutex is held.
final class Monitor<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    init(_ value: Value) {
        self.value = value
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Changes the value and wakes whoever waits.
    func change<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        return body(&value)
    }

    /// Waits until `body` gives something.
    func wait<Result>(_ body: (inout Value) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        while true {
            if let result = body(&value) { return result }
            pthread_cond_wait(condition, mutex)
        }
    }
}

/// The result of work that another thread does.
final class Pending<Value: Sendable>: Sendable {
    private let slot = Monitor<Value?>(nil)

    func fulfil(_ value: Value) { slot.change { $0 = value } }

    /// Blocks until the value is there; at once from then on.
    func wait() -> Value { slot.wait { $0 } }
}

/// Operating system threads that run pieces of work in the order in which they were given.
///
/// Whoever submits keeps the number of unfinished pieces bounded. ``close()`` ends the threads.
final class WorkPool: Sendable {
    typealias Work = @Sendable () -> Void

    private struct Queue {
        var work: [Work] = []
        var isClosed = false
    }

    let threads: Int
    private let queue = Monitor(Queue())
    private let running: Monitor<Int>

    init(threads: Int) {
        self.threads = threads
        running = Monitor(threads)
        for _ in 0..<threads { start() }
    }

    func submit<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Pending<Value> {
        let pending = Pending<Value>()
        queue.change { $0.work.append { pending.fulfil(body()) } }
        return pending
    }

    /// Does two pieces of work, the second on another thread where one is free in time. A piece of
    /// work may do so itself: what no thread has begun is done by the caller.
    func both<First, Second: Sendable>(
        _ first: () -> First, _ second: @escaping @Sendable () -> Second
    ) -> (First, Second) {
        let isTaken = Monitor(false)
        let take: @Sendable () -> Bool = {
            isTaken.change { taken in
                defer { taken = true }
                return !taken
            }
        }
        let other = submit { () -> Second? in take() ? second() : nil }
        let result = first()
        if take() { return (result, second()) }
        guard let done = other.wait() else { preconditionFailure("who takes a piece does it") }
        return (result, done)
    }

    /// Forgets what has not started. Nobody may wait for it any more.
    func drop() { queue.change { $0.work = [] } }

    /// Runs what was submitted, then ends every thread and waits for them.
    func close() {
        queue.change { $0.isClosed = true }
        running.wait { $0 == 0 ? () : nil }
    }

    private func start() {
        let box = Unmanaged.passRetained(ThreadBody(pool: self))
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, threadMain, box.toOpaque())
        precondition(status == 0, "a thread can be started")
        pthread_detach(thread)
    }

    fileprivate func run() {
        while true {
            let next: Work? = queue.wait { queue in
                if !queue.work.isEmpty { return .some(queue.work.removeFirst()) }
                return queue.isClosed ? .some(nil) : nil
            }
            guard let next else { break }
            next()
        }
        running.change { $0 -= 1 }
    }
}

private final class ThreadBody {
    let pool: WorkPool
    init(pool: WorkPool) { self.pool = pool }
}

#if canImport(Glibc)
    private func threadMain(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let pointer else { return nil }
        Unmanaged<ThreadBody>.fromOpaque(pointer).takeRetainedValue().pool.run()
        return nil
    }
#elseif canImport(Darwin)
    private func threadMain(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<ThreadBody>.fromOpaque(pointer).takeRetainedValue().pool.run()
        return nil
    }
#endif

/// Processors that this process may run on.
package func availableProcessors() -> Int { Int(kcat_processors()) }
