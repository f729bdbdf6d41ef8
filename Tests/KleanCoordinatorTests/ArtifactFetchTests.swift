import Foundation
import KleanCore
import KleanWire
import KleanWorker
import Testing

@Suite struct ArtifactFetchTests {
    /// Two workers of one process number fetch the same files into one cache, part by part in turn.
    @Test func workersThatShareACacheDoNotMeet() throws {
        let folder = try ToyFolder()
        let cache = folder.path + "/cache"
        let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let artifact = Artifact(
            kind: .model, digest: ToyJob.digest("model", [bytes]), path: "nowhere",
            files: [
                .init(name: "banks/one", byteCount: UInt64(bytes.count)),
                .init(name: "empty", byteCount: 0),
            ])
        var fetches = [
            try ArtifactFetch(artifact, cache: cache, incarnation: 1),
            try ArtifactFetch(artifact, cache: cache, incarnation: 2),
        ]
        var requests = fetches.indices.map { fetches[$0].requests() }
        while requests.contains(where: { !$0.isEmpty }) {
            for index in fetches.indices where !requests[index].isEmpty {
                let request = requests[index].removeFirst()
                let first = Int(request.offset)
                let part = ArtifactPart(
                    digest: request.digest, file: request.file, offset: request.offset,
                    byteCount: request.byteCount)
                try fetches[index].accept(
                    part, Array(bytes[first..<first + Int(request.byteCount)]))
                requests[index] += fetches[index].requests()
            }
        }
        for fetch in fetches {
            #expect(fetch.isDone)
            try fetch.finish()
        }
        let whole = ArtifactFetch.cached(artifact, in: cache)
        let file = try Data(contentsOf: URL(fileURLWithPath: whole + "/banks/one"))
        #expect(Array(file) == bytes)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: cache) == [artifact.digest.hex])
    }
}
