import Foundation
import Testing

/// `klean scan --sample`: the survey is whole, the score of each drawn listing is that of the whole
/// scan, and everything that reads the index says that it is a sample.
@Suite struct SampleScanTests {
    @Test func drawnListingsHaveTheirWholeScores() throws {
        let folder = try TemporaryFolder()
        let demo = folder.path("demo")
        try expectSuccess([
            "generate", "--rows", "6000", "--out", demo, "--bank", "200", "--seed", "3",
        ])
        let model = folder.path("model")
        try expectSuccess(["model", "build", demo + "/model-source", "--out", model])
        let store = demo + "/store"
        func scan(_ name: String, _ more: [String]) throws -> [String: Any] {
            let said = try KleanProcess.run(
                ["scan", store, "--model", model, "--out", folder.path(name), "--format", "json"]
                    + more)
            try #require(said.status == 0, "\(said.errors)")
            return try #require(try said.json() as? [String: Any])
        }
        let whole = try scan("whole", ["--workers", "2"])
        let part = try scan("part", ["--workers", "1", "--sample", "20%"])
        let again = try scan("again", ["--workers", "2", "--sample", "20%"])
        let other = try scan("other", ["--workers", "1", "--sample", "5%"])
        #expect(part["index"] as? String == again["index"] as? String)
        let jobs = Set([whole, part, other].compactMap { $0["job"] as? String })
        #expect(jobs.count == 3, "the share is part of the job")
        #expect(whole["sample"] is NSNull)

        let all = try scores(folder, "whole")
        let drawn = try scores(folder, "part")
        let fewer = try scores(folder, "other")
        #expect(all.count == 6_000 && (1_000...1_400).contains(drawn.count))
        for (id, score) in drawn { #expect(all[id] == score) }
        #expect(fewer.keys.allSatisfy { drawn[$0] != nil }, "a smaller share lies in a larger")

        let sample = try #require(part["sample"] as? [String: Any])
        let flagged = try #require(whole["overThreshold"] as? Int)
        #expect(sample["drawn"] as? Int == drawn.count && sample["listings"] as? Int == 6_000)
        #expect(part["scored"] as? Int == drawn.count)
        let low = try #require(sample["low"] as? Int)
        let high = try #require(sample["high"] as? Int)
        let predicted = try #require(sample["predicted"] as? Int)
        #expect(low...high ~= predicted && low...high ~= flagged, "\(low) \(high) \(flagged)")
        #expect(sample["method"] as? String == "Wilson 95%")
        try readersSaySo(folder, all: all, drawn: drawn)
    }

    private func readersSaySo(
        _ folder: TemporaryFolder, all: [String: Int], drawn: [String: Int]
    ) throws {
        let index = folder.path("part")
        let top = try KleanProcess.run(["top", index, "--lang", "en"])
        #expect(top.output.contains("a sample of 20% drawn by id"), "\(top.output)")
        let verified = try KleanProcess.run(["verify", index])
        #expect(verified.status == 0 && verified.output.contains("a sample of 20%"))
        let left = try #require(all.keys.sorted().first { drawn[$0] == nil })
        let said = try KleanProcess.run(["explain", index, left, "--lang", "en"])
        #expect(said.status == 0 && said.output.contains("not drawn into the sample of 20%"))
        let here = try #require(drawn.keys.sorted().first)
        #expect(try KleanProcess.run(["explain", index, here]).status == 0)
        let exported = try KleanProcess.run([
            "export", index, "--out", folder.path("e.csv"), "--format", "csv", "--lang", "en",
        ])
        #expect(exported.errors.contains("a sample of 20%"))
        let mixed = try KleanProcess.run(["diff", folder.path("whole"), index])
        #expect(mixed.status != 0 && mixed.errors.contains("found one of 20%"), "\(mixed.errors)")
        let same = try KleanProcess.run(["diff", folder.path("again"), index])
        #expect(same.status == 0, "\(same.errors)")
    }

    /// Raw scores by id.
    private func scores(_ folder: TemporaryFolder, _ index: String) throws -> [String: Int] {
        let path = folder.path("scores.csv")
        try expectSuccess([
            "export", folder.path(index), "--all-scores", "--out", path, "--format", "csv",
        ])
        var scores: [String: Int] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .dropFirst()
        {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            scores[String(cells[1])] = Int(cells[3])
        }
        return scores
    }

    @Test(arguments: ["0%", "100%", "1", "1.23456%", "-1%", "x%", ""])
    func whatIsNoShareIsRefused(_ text: String) throws {
        let said = try KleanProcess.run([
            "scan", "store", "--model", "m", "--out", "o", "--sample=\(text)",
        ])
        #expect(said.status == 64 && said.errors.contains("--sample"), "\(said.errors)")
    }
}
