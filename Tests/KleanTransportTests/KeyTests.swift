import Foundation
import KleanTransport
import Testing

/// Who may connect: only a listed key, from the instant that it is listed until it is not.
@Suite struct KeyTests {
    /// A folder that goes away with its owner.
    final class Folder {
        let path: String

        init() throws {
            path =
                FileManager.default.temporaryDirectory
                .appending(path: "klean-keys-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }

        deinit {
            do { try FileManager.default.removeItem(atPath: path) } catch { print(error) }
        }
    }

    @Test func privateKeysAreTheirOwners() throws {
        let folder = try Folder()
        let pair = try KeyPair.generate()
        let path = folder.path + "/w1.key"
        try pair.save(private: path, public: folder.path + "/w1.pub")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(try KeyPair.load(path).publicKey == pair.publicKey)
        #expect(try PublicKey.load(folder.path + "/w1.pub") == pair.publicKey)
        #expect(throws: KeyError.exists(path: path)) {
            try pair.save(private: path, public: folder.path + "/w1.pub")
        }
        let secret = try String(contentsOfFile: path, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(!"\(pair) \(String(reflecting: pair))".contains(secret))
        chmod(path, 0o644)
        #expect(throws: KeyError.exposed(path: path, mode: 0o644)) { try KeyPair.load(path) }
        #expect(throws: KeyError.notAKey(path: "/dev/null")) { try PublicKey.load("/dev/null") }
    }

    @Test func theListIsReadAgainWhenItChanges() throws {
        let folder = try Folder()
        let path = folder.path + "/allowed"
        let list = try AllowList(path: path)
        let other = try AllowList(path: path)
        let key = try KeyPair.generate().publicKey
        try list.allow("w1", key)
        other.refresh()
        #expect(other.name(of: key) == "w1")
        try list.revoke("w1")
        other.refresh()
        #expect(other.name(of: key) == nil)
        #expect(throws: KeyError.unknown(name: "w1", path: path)) { try list.revoke("w1") }
        try Data("w1 tooShort\n".utf8).write(to: URL(filePath: path))
        #expect(other.refresh() == .badLine(path: path, line: 1, found: "w1 tooShort"))
        #expect(throws: KeyError.self) { try AllowList(path: path) }
    }

    /// Goal: no key, a wrong coordinator key and an unlisted key are silent failures at the peer;
    /// only the listed one is heard. Method: all four say hello, the router hears one.
    @Test func onlyListedKeysAreHeard() throws {
        let folder = try Folder()
        let list = try AllowList(path: folder.path + "/allowed")
        let (coordinator, listed, unlisted) = try (
            KeyPair.generate(), KeyPair.generate(), KeyPair.generate()
        )
        try list.allow("w1", listed.publicKey)
        let context = TransportContext()
        let router = try Link.listening(
            at: "tcp://127.0.0.1:*", key: coordinator, context: context)
        let gate = try Gatekeeper(list, context: context)
        defer { gate.close() }
        let ends: [WorkerKeys?] = [
            nil, WorkerKeys(own: unlisted, coordinator: coordinator.publicKey),
            WorkerKeys(own: listed, coordinator: unlisted.publicKey),
            WorkerKeys(own: listed, coordinator: coordinator.publicKey),
        ]
        // The listed one comes last, so that the others had their time before it.
        for (number, keys) in ends.enumerated() {
            let dealer = try Link.connected(
                to: router.endpoint, as: .random(), keys: keys, context: context)
            try dealer.send(LinkTests.frames("hello \(number)"))
            var heard: Link.Incoming?
            for _ in 0..<(number == 3 ? 600 : 3) where heard == nil {
                _ = router.wait(milliseconds: 100)
                heard = try router.receive()
            }
            #expect((heard != nil) == (number == 3), "end \(number)")
            guard let heard, let peer = heard.peer else { continue }
            #expect(heard.key == listed.publicKey)
            #expect(heard.frames.map(\.array) == [Array("hello 3".utf8)])
            try router.send(LinkTests.frames("welcome"), to: peer)
            #expect(try LinkTests.next(dealer).frames.map(\.array) == [Array("welcome".utf8)])
        }
        #expect(gate.counts.admitted == 1)
        #expect(gate.counts.refused >= 1)
    }

    /// Without a gatekeeper a socket with a key admits nobody: it fails closed.
    @Test func withoutAGatekeeperNobodyIsAdmitted() throws {
        let context = TransportContext()
        let (coordinator, worker) = try (KeyPair.generate(), KeyPair.generate())
        let router = try Link.listening(
            at: "tcp://127.0.0.1:*", key: coordinator, context: context)
        let dealer = try Link.connected(
            to: router.endpoint, as: .random(),
            keys: WorkerKeys(own: worker, coordinator: coordinator.publicKey), context: context)
        try dealer.send(LinkTests.frames("hello"))
        for _ in 0..<5 { #expect(!router.wait(milliseconds: 100).hasMessage) }
    }

    /// A frame longer than its bound ends the connection before it is read.
    @Test func oversizeFramesAreNotRead() throws {
        let context = TransportContext()
        let router = try Link.listening(
            at: "tcp://127.0.0.1:*", frameBytesMax: 10_000, context: context)
        let dealer = try Link.connected(to: router.endpoint, as: .random(), context: context)
        try dealer.send([SharedBytes([UInt8](repeating: 1, count: 10_001))])
        for _ in 0..<5 { #expect(!router.wait(milliseconds: 100).hasMessage) }
        let small = try Link.connected(to: router.endpoint, as: .random(), context: context)
        try small.send([SharedBytes([UInt8](repeating: 1, count: 10_000))])
        #expect(try LinkTests.next(router).frames[0].count == 10_000)
    }
}
