internal import Synchronization

/// Price joins that no chunk uses at the moment, with the cells that earlier chunks asked for: as
/// many as chunks were ever scored at once.
final class PriceJoinPool: Sendable {
    private let idle = Mutex<[PriceJoin]>([])

    func take() -> PriceJoin? { idle.withLock { $0.popLast() } }

    func give(_ join: PriceJoin) { idle.withLock { $0.append(join) } }
}
