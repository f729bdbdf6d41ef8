import Foundation
import Testing

/// `klean scan --chunks path`: the workers read the store by themselves.
@Suite struct ChunkPathScanTests {
    @Test func theIndexIsTheSameAndDamageIsNamed() throws {
        let folder = try TemporaryFolder()
        let demo = folder.path("demo")
        try expectSuccess([
            "generate", "--rows", "6000", "--out", demo, "--bank", "200", "--seed", "5",
        ])
        let model = folder.path("model")
        try expectSuccess(["model", "build", demo + "/model-source", "--out", model])
        func scan(_ name: String, _ chunks: String) throws -> KleanProcess {
            try KleanProcess.run([
                "scan", demo + "/store", "--model", model, "--out", folder.path(name),
                "--workers", "2", "--chunks", chunks, "--format", "json",
            ])
        }
        func index(_ said: KleanProcess) throws -> String {
            let report = try #require(try said.json() as? [String: Any])
            return try #require(report["index"] as? String)
        }
        let (sent, read) = (try scan("sent", "send"), try scan("read", "path"))
        try #require(sent.status == 0 && read.status == 0, "\(sent.errors)\(read.errors)")
        #expect(try index(read) == index(sent))
        let log = try String(
            contentsOfFile: folder.path("read") + "/job/run.log", encoding: .utf8)
        #expect(log.contains("worker reads chunks"))

        let chunks = URL(filePath: demo + "/store/chunks")
        let hot = try #require(
            try FileManager.default.contentsOfDirectory(atPath: chunks.path).sorted()
                .first { $0.hasSuffix(".hot.kln") })
        var bytes = try Data(contentsOf: chunks.appending(path: hot))
        for part in 1..<8 { bytes[bytes.count * part / 8] ^= 1 }
        try bytes.write(to: chunks.appending(path: hot))
        let damaged = try scan("damaged", "path")
        #expect(damaged.status == 3, "\(damaged.errors)")
        #expect(damaged.errors.contains("corrupt chunk"), "\(damaged.errors)")
    }
}
