import KleanCore

/// Events as they are kept until they are counted: 80 bytes each, texts as fingerprints.
package struct SignalLog {
    /// Events of one import.
    static let eventsMax = 64 << 20

    package struct Event {
        package var kind: SignalKind
        package var isUndelivered: Bool
        package var source: UInt16
        package var line: UInt32
        /// Where its candidates stand in ``candidates``.
        package var names: Range<UInt32>
        /// Fingerprints; 0 is unknown.
        package var order: UInt64
        package var person: UInt64
        package var device: UInt64
        package var at: Int64
        package var delivered: Int64?
        package var joined: Int64?
        package var ordinal = Missing.uint32

        package init(
            kind: SignalKind, isUndelivered: Bool, source: UInt16, line: UInt32,
            names: Range<UInt32>, order: UInt64, person: UInt64, device: UInt64, at: Int64,
            delivered: Int64?, joined: Int64?
        ) {
            self.kind = kind
            self.isUndelivered = isUndelivered
            self.source = source
            self.line = line
            self.names = names
            self.order = order
            self.person = person
            self.device = device
            self.at = at
            self.delivered = delivered
            self.joined = joined
        }
    }

    private(set) var events: [Event] = []
    /// Numbers of ``names``, candidate after candidate.
    private(set) var candidates: [UInt32] = []
    /// Every text that may name a listing, once.
    private(set) var names: [String] = []
    private var numbers: [String: UInt32] = [:]

    mutating func append(_ signal: Signal, source: Int) throws(SignalError) {
        guard events.count < SignalLog.eventsMax else {
            throw .tooMany(expected: SignalLog.eventsMax)
        }
        let first = UInt32(candidates.count)
        for name in signal.listings { candidates.append(number(name)) }
        events.append(
            Event(
                kind: signal.kind, isUndelivered: signal.isUndelivered, source: UInt16(source),
                line: UInt32(clamping: signal.line), names: first..<UInt32(candidates.count),
                order: SignalLog.key(signal.order), person: SignalLog.key(signal.person),
                device: SignalLog.key(signal.device), at: signal.at, delivered: signal.delivered,
                joined: signal.joined))
    }

    private mutating func number(_ name: String) -> UInt32 {
        if let known = numbers[name] { return known }
        let number = UInt32(names.count)
        names.append(name)
        numbers[name] = number
        return number
    }

    private static func key(_ text: String) -> UInt64 {
        text.isEmpty ? 0 : max(1, Fingerprint.of(text))
    }

    /// Gives each event the first of its candidates that is a listing, and puts events into the
    /// order in which they are counted: by listing, time, source and line.
    mutating func resolve(_ ordinals: [UInt32]) {
        for place in events.indices {
            let event = events[place]
            for candidate in event.names {
                let ordinal = ordinals[Int(candidates[Int(candidate)])]
                guard ordinal != Missing.uint32 else { continue }
                events[place].ordinal = ordinal
                break
            }
        }
        events.sort { left, right in
            (left.ordinal, left.at, left.source, left.line)
                < (right.ordinal, right.at, right.source, right.line)
        }
    }
}
