import KleanTransport
import Testing

/// Two ends over loopback, on ports the kernel chose. Waits are bounded by a count, not a clock.
@Suite struct LinkTests {
    static func frames(_ texts: String...) -> [SharedBytes] {
        texts.map { SharedBytes(Array($0.utf8)) }
    }

    /// Polls until a message comes; a minute at most.
    static func next(_ link: borrowing Link) throws -> Link.Incoming {
        for _ in 0..<600 {
            if let message = try link.receive() { return message }
            _ = link.wait(milliseconds: 100)
        }
        throw TransportError.unreachable
    }

    @Test func messagesGoBothWays() throws {
        let context = TransportContext()
        let router = try Link.listening(at: "tcp://127.0.0.1:*", context: context)
        let identity = RoutingID.random()
        let dealer = try Link.connected(to: router.endpoint, as: identity, context: context)
        try dealer.send(Self.frames("hello", "", "world"))
        let heard = try Self.next(router)
        #expect(heard.peer == identity)
        #expect(heard.frames.map(\.array) == ["hello", "", "world"].map { Array($0.utf8) })

        let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        try router.send([SharedBytes([1]), SharedBytes(large)], to: identity)
        let answer = try Self.next(dealer)
        #expect(answer.peer == nil)
        #expect(answer.frames.map(\.array) == [[1], large])
    }

    /// The bytes of a large frame are shared, and let go once they are sent.
    @Test func sharedFramesAreReleased() throws {
        final class Owner {}
        let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { storage.deallocate() }
        storage.initializeMemory(as: UInt8.self, repeating: 7)
        weak var watched: Owner?
        do {
            let context = TransportContext()
            let router = try Link.listening(at: "tcp://127.0.0.1:*", context: context)
            let dealer = try Link.connected(
                to: router.endpoint, as: .random(), context: context)
            let owner = Owner()
            watched = owner
            try dealer.send([SharedBytes(UnsafeRawBufferPointer(storage), owner: owner)])
            #expect(try Self.next(router).frames[0].count == 1 << 20)
        }
        #expect(watched == nil)
    }

    /// A worker's end hears at once that its connection is gone.
    @Test func aBrokenConnectionIsHeardOf() throws {
        let context = TransportContext()
        let endpoint = "ipc:///tmp/klean-link-\(RoutingID.random())"
        let dealer = try Link.connected(to: endpoint, as: .random(), context: context)
        do {
            let router = try Link.listening(at: endpoint, context: context)
            try dealer.send(Self.frames("hello"))
            _ = try Self.next(router)
        }
        var wasCut = false
        for _ in 0..<600 where !wasCut { wasCut = dealer.wait(milliseconds: 100).wasCut }
        #expect(wasCut)
    }

    @Test func unknownPeersAreRefused() throws {
        let context = TransportContext()
        let router = try Link.listening(at: "tcp://127.0.0.1:*", context: context)
        #expect(throws: TransportError.unreachable) {
            try router.send(Self.frames("anyone?"), to: .random())
        }
    }

    @Test func takenAndOpenAddressesAreErrors() throws {
        let context = TransportContext()
        let router = try Link.listening(at: "tcp://127.0.0.1:*", context: context)
        let taken = router.endpoint
        #expect(throws: TransportError.addressInUse(endpoint: taken)) {
            _ = try Link.listening(at: taken, context: context)
        }
        #expect(throws: TransportError.insecureAddress(endpoint: "tcp://0.0.0.0:*")) {
            _ = try Link.listening(at: "tcp://0.0.0.0:*", context: context)
        }
        #expect(throws: TransportError.self) {
            _ = try Link.listening(at: "nonsense", context: context)
        }
    }

    @Test func theBellEndsAWait() throws {
        let context = TransportContext()
        let router = try Link.listening(at: "tcp://127.0.0.1:*", context: context)
        let bell = router.bell
        bell.ring()
        bell.ring()
        var rung = false
        for _ in 0..<600 where !rung { rung = router.wait(milliseconds: 100).wasRung }
        #expect(rung)
        let after = router.wait(milliseconds: 0)
        #expect(!after.hasMessage && !after.wasRung)
    }
}
