internal import Glibc
internal import Synchronization

/// Runs CPU work on operating system threads of its own, never on the Swift pool.
enum Threads {
    /// Runs `body(0)...body(count - 1)`, each once, on at most `threads` threads, and waits for
    /// all. Each thread makes one `workspace` and keeps it. The first error ends the run: bodies
    /// that have begun finish, others do not start.
    static func run<Workspace: ~Copyable>(
        count: Int, threads: Int, workspace: @escaping @Sendable () -> Workspace,
        body: @escaping @Sendable (Int, inout Workspace) throws -> Void
    ) throws {
        let state = SharedState()
        let work: @Sendable () -> Void = {
            var own = workspace()
            while let number = state.take(below: count) {
                do { try body(number, &own) } catch { state.fail(error) }
            }
        }
        var handles: [pthread_t] = []
        for _ in 1..<max(1, min(threads, count)) {
            if let handle = start(work) { handles.append(handle) }
        }
        work()  // This thread works too; without a second one it does all.
        for handle in handles { pthread_join(handle, nil) }
        if let error = state.error { throw error }
    }

    private final class SharedState: Sendable {
        private let next = Atomic<Int>(0)
        private let failure = Mutex<(any Error)?>(nil)

        func take(below count: Int) -> Int? {
            let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
            return number < count && error == nil ? number : nil
        }

        func fail(_ error: any Error) {
            failure.withLock { if $0 == nil { $0 = error } }
        }

        var error: (any Error)? { failure.withLock { $0 } }
    }

    private final class Box {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    private static func start(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
        var handle = pthread_t()
        let box = Unmanaged.passRetained(Box(work))
        let status = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            return nil
        }
        return handle
    }
}
