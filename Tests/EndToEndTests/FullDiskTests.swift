import Foundation
import Testing

/// A disk that fills up ends in one line, in an exit code of its own, and leaves nothing that could
/// be taken for a result.
@Suite struct FullDiskTests {
    /// A catalog whose store, index and export each need more than 64 KiB.
    static func catalog(_ folder: TemporaryFolder) throws -> String {
        var text = "id,title,brand,price\n"
        for row in 0..<5_000 {
            text += "\(row),나이키 운동화 \(row &* 2_654_435_761 % 1_000_003) 정품,Nike,\(row * 7)\n"
        }
        return try folder.write("catalog.csv", text)
    }

    static func expectFull(_ said: KleanProcess, resultNames: [String]) {
        #expect(said.status == 16, "\(said.errors)")
        let lines = said.errors.split(separator: "\n").filter { $0.hasPrefix("klean: ") }
        #expect(lines.count == 1, "\(said.errors)")
        let left = said.output.split(separator: "\n").drop { $0 != "left:" }
        #expect(!left.isEmpty, "the disk was listed")
        for name in resultNames {
            #expect(!left.contains { $0.hasSuffix(name) }, "\(name) was left: \(left)")
        }
    }

    @Test func pack() throws {
        let folder = try TemporaryFolder()
        let disk = folder.path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        Self.expectFull(
            try KleanProcess.run(
                ["pack", try Self.catalog(folder), "--store", disk + "/store"],
                diskBytes: 65_536, at: disk),
            resultNames: ["store.json", "000001.json"])
    }

    @Test func modelScanAndExport() throws {
        let folder = try TemporaryFolder()
        let disk = folder.path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let source = RepositoryRoot.url.appending(path: "cluster/model").path
        Self.expectFull(
            try KleanProcess.run(
                ["model", "build", source, "--out", disk + "/model"], diskBytes: 65_536, at: disk),
            resultNames: ["manifest.json"])
        let (store, model, index) = (
            folder.path("store"), folder.path("model"), folder.path("index")
        )
        try expectSuccess(["pack", try Self.catalog(folder), "--store", store])
        try expectSuccess(["model", "build", source, "--out", model])
        Self.expectFull(
            try KleanProcess.run(
                ["scan", store, "--model", model, "--out", disk + "/index", "--workers", "1"],
                diskBytes: 65_536, at: disk),
            resultNames: ["index.json"])
        try expectSuccess(["scan", store, "--model", model, "--out", index, "--workers", "1"])
        Self.expectFull(
            try KleanProcess.run(
                [
                    "export", index, "--format", "csv", "--all-scores", "--out", disk + "/all.csv",
                ], diskBytes: 65_536, at: disk),
            resultNames: ["all.csv"])
    }
}
