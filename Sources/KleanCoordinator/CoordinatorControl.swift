internal import KleanTransport
internal import Synchronization

/// What other threads, such as a signal handler's, may ask of a running coordinator.
package final class CoordinatorControl: Sendable {
    struct Wishes: Sendable {
        var drains = 0
        var isAborted = false
        var isPaused = false
    }

    /// A person's order, and where the loop puts its answer.
    struct Order: Sendable {
        var request: ControlRequest
        var answer: Mailbox<ControlReply>
    }

    private let orders = Mailbox<Order>()

    private let state = Mutex(Wishes())
    private let bell = Mutex<Bell?>(nil)

    package init() {}

    /// Finish what is leased, then end; asked twice, end at once.
    package func drain() {
        change {
            $0.drains += 1
            $0.isAborted = $0.isAborted || $0.drains > 1
        }
    }

    /// End at once.
    package func abort() { change { $0.isAborted = true } }

    /// Lease nothing new until ``resume()``.
    package func pause() { change { $0.isPaused = true } }
    package func resume() { change { $0.isPaused = false } }

    var wishes: Wishes { state.withLock { $0 } }
    /// Leaves an order for the loop and wakes it.
    func put(_ order: Order) {
        orders.put(order)
        bell.withLock { $0 }?.ring()
    }
    var ordersWaiting: Int { orders.count }
    func takeOrders() -> [Order] { orders.poll() }

    func ring(_ bell: Bell) { self.bell.withLock { $0 = bell } }

    private func change(_ body: (inout Wishes) -> Void) {
        state.withLock { body(&$0) }
        bell.withLock { $0 }?.ring()
    }
}
