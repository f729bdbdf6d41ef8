internal import Glibc
import Synchronization

/// Ctrl-C and `kill`: the first asks, the second insists.
enum Signals {
    /// A closed pipe is an error of the write, not a death.
    static func ignoreBrokenPipe() { signal(SIGPIPE, SIG_IGN) }

    /// Raised once, looked at from any thread.
    final class Flag: Sendable {
        private let raised = Atomic<Bool>(false)
        var isRaised: Bool { raised.load(ordering: .relaxed) }
        func raise() { raised.store(true, ordering: .relaxed) }
    }

    /// Runs `first` at the first SIGINT or SIGTERM and ends the process at the second.
    ///
    /// Call before any other thread starts, so that all of them inherit the blocked signals and
    /// one thread of ours waits for them.
    static func onInterrupt(_ first: @escaping @Sendable () -> Void) {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let waiting = set
        // Nobody waits for this thread: it lives as long as the process.
        startThread {
            var signals = waiting
            var number: Int32 = 0
            guard sigwait(&signals, &number) == 0 else { return }
            first()
            guard sigwait(&signals, &number) == 0 else { return }
            Console.error("\nklean: aborted; run the same command again to resume\n")
            _exit(ExitCode.interrupted.rawValue)
        }
    }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func startThread(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body(body)).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context)
        precondition(status == 0, "a thread can be started")
        pthread_detach(thread)
    }
}
