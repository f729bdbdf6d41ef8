/// How a ROUTER tells its peers apart: 1 to 255 bytes, fresh for each incarnation of a worker.
package struct RoutingID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// - Precondition: 1 to 255 bytes, the first one not 0 (ZeroMQ keeps those for itself).
    package init(bytes: [UInt8]) {
        precondition((1...255).contains(bytes.count), "a routing id has 1 to 255 bytes")
        self.bytes = bytes
    }

    /// 16 random bytes.
    package static func random() -> RoutingID {
        var generator = SystemRandomNumberGenerator()
        let words = [generator.next(), generator.next()]
        let bytes = words.flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        return RoutingID(bytes: [0x6B] + bytes.dropFirst())
    }

    package static func < (left: RoutingID, right: RoutingID) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    package var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
