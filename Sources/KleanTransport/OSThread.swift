internal import Glibc

/// A plain thread of the operating system, for work that blocks or computes: neither belongs on
/// the Swift pool. Whoever starts one joins it, or says why nobody waits.
package final class OSThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    package init(_ run: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 8 << 20)
        defer { pthread_attr_destroy(&attributes) }
        var created = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let status = pthread_create(
            &created, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        precondition(status == 0, "a thread can be created")
        thread = created
    }

    /// Waits for the end. - Precondition: called once, and not together with ``detach()``.
    package func join() { pthread_join(thread, nil) }

    /// Nobody waits: the process is about to end, or the thread ends by itself.
    package func detach() { pthread_detach(thread) }
}
