import Foundation
import Testing

/// Bad input ends in one line that says what, where, expected and found, in an exit code of its
/// own, and leaves nothing half-written.
@Suite struct BadInputTests {
    enum Input: String, CaseIterable, Sendable {
        case empty, headerOnly, directory, binary, missing, unreadable

        var expectedStatus: Int32 {
            switch self {
            case .empty: 10
            case .headerOnly: 11
            case .directory: 12
            case .binary: 13
            case .unreadable: 14
            case .missing: 15
            }
        }
    }

    @Test(arguments: Input.allCases)
    func catalogThatCannotBeRead(_ input: Input) throws {
        let folder = try TemporaryFolder()
        let file = folder.path("catalog.csv")
        switch input {
        case .empty: _ = try folder.write("catalog.csv", "")
        case .headerOnly: _ = try folder.write("catalog.csv", "id,title,price\n")
        case .directory: _ = try folder.write("catalog.csv/inside", "x")
        case .binary:
            try Data((0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 3) })
                .write(to: URL(filePath: file))
        case .missing: break
        case .unreadable:
            // Root reads anything, so the test needs a file that even root cannot read.
            try FileManager.default.createSymbolicLink(
                atPath: file, withDestinationPath: "/proc/self/mem")
        }
        let store = folder.path("store")
        let said = try KleanProcess.run(["pack", file, "--store", store])
        #expect(said.status == input.expectedStatus, "\(said.errors)")
        let lines = said.errors.split(separator: "\n").filter { $0.hasPrefix("klean: ") }
        #expect(lines.count == 1 && lines[0].contains("catalog.csv"), "\(said.errors)")
        let left = try? FileManager.default.contentsOfDirectory(atPath: store + "/manifests")
        #expect(left?.isEmpty ?? true)
    }

    /// A store where a model belongs, and the other way round, are told apart from garbage.
    @Test func storeAndModelSwapped() throws {
        let folder = try TemporaryFolder()
        let (store, model) = try small(folder)
        let swapped = try KleanProcess.run([
            "scan", model, "--model", store, "--out", folder.path("index"),
        ])
        #expect(swapped.status == 21, "\(swapped.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("index/index.json")))
    }

    @Test func storeOfAnotherVersion() throws {
        let folder = try TemporaryFolder()
        let (store, model) = try small(folder)
        let file = URL(filePath: store + "/store.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        let changed = text.replacing(/("version"\s*:\s*)\d+/) { "\($0.output.1)99" }
        #expect(changed != text)
        try Data(changed.utf8).write(to: file)
        let said = try KleanProcess.run([
            "scan", store, "--model", model, "--out", folder.path("index"),
        ])
        #expect(said.status == 20, "\(said.errors)")
        #expect(said.errors.contains("99"))
    }

    @Test func unknownListingAndIndex() throws {
        let folder = try TemporaryFolder()
        let (store, model) = try small(folder)
        let index = folder.path("index")
        try expectSuccess(["scan", store, "--model", model, "--out", index, "--workers", "1"])
        #expect(try KleanProcess.run(["explain", index, "nobody"]).status == 26)
        #expect(try KleanProcess.run(["top", folder.path("nothing")]).status == 15)
        for thing in [store, model, index] {
            let verified = try KleanProcess.run(["verify", thing])
            #expect(verified.status == 0, "\(verified.errors)")
        }
    }

    @Test func coordinatorOnATakenPort() throws {
        let folder = try TemporaryFolder()
        let (store, model) = try small(folder)
        let taken = try TakenPort()
        let said = try KleanProcess.run([
            "coordinator", store, "--model", model, "--out", folder.path("index"),
            "--bind", "tcp://127.0.0.1:\(taken.port)",
        ])
        #expect(said.status == 30, "\(said.errors)")
        let open = try KleanProcess.run([
            "coordinator", store, "--model", model, "--out", folder.path("index"),
            "--bind", "tcp://0.0.0.0:\(taken.port)",
        ])
        #expect(open.status == 34, "\(open.errors)")
    }

    /// A catalog of three rows and the shipped model, packed and built.
    func small(_ folder: TemporaryFolder) throws -> (store: String, model: String) {
        let catalog = try folder.write(
            "catalog.csv",
            "id,title,brand,price\n1,나이키 운동화,Nike,\"39,500원\"\n2,가방,,12000\n3,시계,,9900\n")
        let store = folder.path("store")
        let model = folder.path("model")
        try expectSuccess(["pack", catalog, "--store", store])
        try expectSuccess([
            "model", "build", RepositoryRoot.url.appending(path: "cluster/model").path,
            "--out", model,
        ])
        return (store, model)
    }
}

/// A loopback port that someone already listens on, chosen by the kernel.
final class TakenPort {
    let descriptor: Int32
    let port: UInt16

    init() throws {
        let opened = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(opened, $0, length) == 0 && listen(opened, 1) == 0
                    && getsockname(opened, $0, &length) == 0
            }
        }
        descriptor = opened
        port = UInt16(bigEndian: address.sin_port)
        try #require(bound, "no loopback port to take")
    }

    deinit { close(descriptor) }
}
