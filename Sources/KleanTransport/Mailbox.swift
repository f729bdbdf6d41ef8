internal import Glibc

/// Items on their way to one thread, in order. Its bound is the sender's: leases bound them all.
// Sendable although it holds pointers: every access is under the mutex.
package final class Mailbox<Item: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var items: [Item] = []
    private var isClosed = false

    package init() {
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        changed.deallocate()
    }

    package func put(_ item: Item) {
        pthread_mutex_lock(mutex)
        items.append(item)
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
    }

    /// No more items will come; those that are there can still be taken.
    package func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Blocks until there is an item or the end; `nil` is the end.
    package func take() -> Item? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while items.isEmpty, !isClosed { pthread_cond_wait(changed, mutex) }
        return items.isEmpty ? nil : items.removeFirst()
    }

    /// Blocks until there is an item, the end, or so much time has passed; `nil` without an item.
    package func take(milliseconds: UInt64) -> Item? {
        var until = timespec()
        clock_gettime(CLOCK_REALTIME, &until)
        let nanoseconds = UInt64(until.tv_nsec) + milliseconds * 1_000_000
        until.tv_sec += Int(nanoseconds / 1_000_000_000)
        until.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while items.isEmpty, !isClosed {
            if pthread_cond_timedwait(changed, mutex, &until) == ETIMEDOUT { break }
        }
        return items.isEmpty ? nil : items.removeFirst()
    }

    /// The first item, if it waits already and suits.
    package func take(where suits: (Item) -> Bool) -> Item? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard let first = items.first, suits(first) else { return nil }
        return items.removeFirst()
    }

    /// Items that wait.
    package var count: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return items.count
    }

    /// Blocks until there is an item or the end, then takes all; empty is the end.
    package func takeAll() -> [Item] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while items.isEmpty, !isClosed { pthread_cond_wait(changed, mutex) }
        defer { items = [] }
        return items
    }

    /// Takes what is there.
    package func poll() -> [Item] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        defer { items = [] }
        return items
    }
}
