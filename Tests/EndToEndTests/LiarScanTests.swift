import Foundation
import Testing

/// One of two workers of `klean scan` lies; its results are whole and wrong. The index is that of
/// honest workers, and everything that shows workers or shards says what happened.
@Suite struct LiarScanTests {
    @Test func theIndexIsTheHonestOne() throws {
        let folder = try TemporaryFolder()
        let demo = folder.path("demo")
        try expectSuccess([
            "generate", "--rows", "6000", "--out", demo, "--bank", "200", "--seed", "3",
        ])
        let model = folder.path("model")
        try expectSuccess(["model", "build", demo + "/model-source", "--out", model])
        func scan(_ name: String, _ environment: [String: String]) throws -> [String: Any] {
            let said = try KleanProcess.run(
                [
                    "scan", demo + "/store", "--model", model, "--out", folder.path(name),
                    "--workers", "2", "--check", "100%", "--format", "json",
                ], environment: environment)
            try #require(said.status == 0, "\(said.errors)")
            return try #require(try said.json() as? [String: Any])
        }
        let honest = try scan("honest", [:])
        let trust = try #require(honest["trust"] as? [String: Any])
        #expect(trust["disputes"] as? Int == 0)
        #expect((trust["checksMade"] as? Int ?? 0) > 0)
        for phase in ["survey", "score"] {
            let said = try scan(phase, ["KLEAN_WORKER_LIES_IN": phase])
            #expect(said["index"] as? String == honest["index"] as? String)
            let trust = try #require(said["trust"] as? [String: Any])
            #expect(trust["distrusted"] as? [String] == ["w1"], "\(phase): \(trust)")
        }
        let list = try KleanProcess.run(["workers", "list", folder.path("score")])
        #expect(list.output.contains("w1 is distrusted: score of shard"), "\(list.output)")
        let shown = try KleanProcess.run(["shards", "show", folder.path("score"), "0"])
        #expect(shown.output.contains("what w1 committed was taken back"), "\(shown.output)")
        let forgiven = try KleanProcess.run(["workers", "trust", folder.path("score"), "w1"])
        #expect(forgiven.status == 0, "\(forgiven.errors)")
    }
}
