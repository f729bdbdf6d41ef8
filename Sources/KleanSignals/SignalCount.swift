import KleanCatalog
import KleanCore

/// The rules by which events become counters of one listing. Pure: the day of reckoning is given.
///
/// - An order counts by the share of complaints about it that have had their time to come in:
///   evenly over ``reportSeconds`` from its delivery, or from the order where nobody says when it
///   arrived. Complaints count in full, so a rate is unbiased however young the orders are.
/// - Orders and complaints count within ``windowSeconds``; a complaint by the date of its order
///   where that order is known.
/// - Of one listing each buyer and each device counts once for refunds and once for complaints;
///   all who give no name count as one.
/// - More than ``burstMax`` complaints within ``burstSeconds`` from accounts younger than
///   ``youngSeconds`` are held for a person to look at: competitors attack like this.
package struct SignalCount {
    static let windowSeconds: Int64 = 90 * 86_400
    static let reportSeconds: Int64 = 14 * 86_400
    static let burstMax = 5
    static let burstSeconds: Int64 = 3_600
    static let youngSeconds: Int64 = 7 * 86_400

    package struct Outcome: Equatable {
        package var orders: UInt32 = 0
        package var refunds: UInt32 = 0
        package var complaints: UInt32 = 0
        /// One for each event; `nil` counts.
        package var gaps: [SignalGap?]
    }

    /// Seconds since 1970.
    let reckoning: Int64

    package init(reckoning: Int64) { self.reckoning = reckoning }

    /// - Parameter events: of one listing, by time.
    package func count(_ events: ArraySlice<SignalLog.Event>) -> Outcome {
        var outcome = Outcome(gaps: Array(repeating: nil, count: events.count))
        var orderDates: [UInt64: Int64] = [:]
        var seconds: Int64 = 0
        for (place, event) in events.enumerated() where event.kind == .order {
            if event.order != 0, orderDates[event.order] != nil {
                outcome.gaps[place] = .repeatedOrder
                continue
            }
            if event.order != 0 { orderDates[event.order] = event.at }
            guard isInWindow(event.at) else {
                outcome.gaps[place] = .outsideWindow
                continue
            }
            if event.isUndelivered || (event.delivered ?? event.at) > reckoning {
                outcome.gaps[place] = .notDelivered
                continue
            }
            let age = reckoning - (event.delivered ?? event.at)
            seconds += min(age, SignalCount.reportSeconds)
        }
        let half = SignalCount.reportSeconds / 2
        outcome.orders = UInt32(clamping: (seconds + half) / SignalCount.reportSeconds)
        let held = heldBack(events)
        var seen: [Bool: Set<UInt64>] = [:]
        for (place, event) in events.enumerated() where event.kind != .order {
            guard event.at <= reckoning, isInWindow(orderDates[event.order] ?? event.at) else {
                outcome.gaps[place] = .outsideWindow
                continue
            }
            guard !held.contains(place) else {
                outcome.gaps[place] = .heldBurst
                continue
            }
            let isRefund = event.kind.isRefund
            let keys = SignalCount.people(event)
            guard keys.allSatisfy({ !(seen[isRefund] ?? []).contains($0) }) else {
                outcome.gaps[place] = .samePerson
                seen[isRefund, default: []].formUnion(keys)
                continue
            }
            seen[isRefund, default: []].formUnion(keys)
            if isRefund { outcome.refunds += 1 } else { outcome.complaints += 1 }
        }
        return outcome
    }

    private func isInWindow(_ at: Int64) -> Bool {
        at <= reckoning && reckoning - at < SignalCount.windowSeconds
    }

    /// Who stands behind an event: buyer and device, else the order, else everybody without a name.
    private static func people(_ event: SignalLog.Event) -> [UInt64] {
        var keys: [UInt64] = []
        if event.person != 0 { keys.append(event.person) }
        if event.device != 0 { keys.append(Fingerprint.mix(event.device)) }
        if keys.isEmpty, event.order != 0 { keys.append(Fingerprint.mix(event.order ^ 0xA5A5)) }
        return keys.isEmpty ? [0] : keys
    }

    /// Places of events from young accounts that come in a burst.
    private func heldBack(_ events: ArraySlice<SignalLog.Event>) -> Set<Int> {
        let young = events.enumerated().filter { _, event in
            guard event.kind != .order, event.kind != .noticeUpheld, let joined = event.joined
            else { return false }
            return event.at - joined < SignalCount.youngSeconds
        }
        var held: Set<Int> = []
        var first = 0
        for last in young.indices {
            while young[last].element.at - young[first].element.at > SignalCount.burstSeconds {
                first += 1
            }
            guard last - first + 1 > SignalCount.burstMax else { continue }
            for place in first...last { held.insert(young[place].offset) }
        }
        return held
    }

    /// Packed orders of 90 days by the same rule, taken as evenly spread: the last 14 of the 90
    /// days weigh half.
    package static func weighed(packedOrders orders: UInt32) -> UInt32 {
        UInt32((UInt64(orders) * 83 + 45) / 90)
    }
}
