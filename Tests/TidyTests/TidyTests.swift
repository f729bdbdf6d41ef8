import Foundation
import Testing

/// What a machine can hold of the house style: who may import whom, line length, words that have
/// no place in shipped sources. Reads the files as text; builds nothing.
@Suite struct TidyTests {
    /// Our targets by layer; an import must point to a lower layer or be listed in `sideways`.
    static let layers: [[String]] = [
        ["KleanCore"],
        [
            "KleanColumns", "KleanWire", "KleanSchedule", "KleanImage", "KleanText", "KleanLearn",
        ],
        ["KleanCatalog", "KleanModel", "KleanTransport", "KleanLedger"],
        ["KleanScore", "KleanSignals", "KleanIndex", "KleanMetrics"],
        ["KleanCoordinator", "KleanWorker", "KleanConsole", "KleanInspection"],
        ["klean"],
    ]
    static let sideways: Set<[String]> = [
        ["KleanIndex", "KleanScore"], ["KleanInspection", "KleanConsole"],
    ]

    /// A C or system module has exactly one importer.
    static let owners: [String: String] = [
        "CLZ4": "KleanColumns", "CXXHash": "KleanColumns", "CSodium": "KleanColumns",
        "CKleanColumns": "KleanColumns", "CKleanText": "KleanText", "CZeroMQ": "KleanTransport",
        "CKleanImage": "KleanImage", "CArchive": "KleanCatalog",
        "CKleanCatalog": "KleanCatalog", "CKleanKernels": "KleanScore",
        "CKleanSystem": "KleanCoordinator", "CKleanTesting": "KleanTesting",
    ]

    /// Packages that one target alone may use: everything above sees our nouns instead.
    static let packages: [String: Set<String>] = [
        "ArgumentParser": ["klean"], "Yams": ["KleanModel", "KleanCatalog"],
        "CoreMetrics": ["KleanMetrics"],
        "GRDB": ["KleanLedger", "KleanInspection"],
    ]

    struct Source {
        let target: String
        let path: String
        let lines: [Substring]

        /// Module names of `import X`, with or without access level and attributes.
        var imports: [String] {
            lines.compactMap { line in
                let words = line.split(separator: " ")
                guard let keyword = words.firstIndex(of: "import"), keyword <= 2,
                    words[..<keyword].allSatisfy({
                        [
                            "internal", "package", "public", "private", "@preconcurrency",
                            "@testable",
                        ]
                        .contains($0)
                    }), keyword + 1 < words.count
                else { return nil }
                let kinds: Set<Substring> = ["struct", "func", "enum", "class", "let", "var"]
                let name =
                    kinds.contains(words[keyword + 1]) ? words[keyword + 2] : words[keyword + 1]
                return String(name.split(separator: ".")[0])
            }
        }
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func sources(_ folder: String, extensions: Set<String>) throws -> [Source] {
        let base = root.appending(path: folder)
        let walker = try #require(FileManager.default.enumerator(atPath: base.path))
        var found: [Source] = []
        for case let path as String in walker
        where extensions.contains(URL(filePath: path).pathExtension) {
            let text = try String(contentsOf: base.appending(path: path), encoding: .utf8)
            found.append(
                Source(
                    target: String(path.split(separator: "/")[0]), path: "\(folder)/\(path)",
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false)))
        }
        return found.sorted { $0.path < $1.path }
    }

    static func layer(of target: String) -> Int? {
        layers.firstIndex { $0.contains(target) }
    }

    @Test func importsPointDownward() throws {
        let sources = try Self.sources("Sources", extensions: ["swift"])
        #expect(sources.count > 20)
        for source in sources where source.target != "KleanTesting" {
            let from = try #require(Self.layer(of: source.target), "\(source.path): unknown target")
            for module in source.imports {
                if let to = Self.layer(of: module) {
                    let allowed = to < from || Self.sideways.contains([source.target, module])
                    #expect(allowed, "\(source.path) imports \(module), which is not below it")
                } else if module == "KleanTesting" {
                    #expect(source.target == "klean", "\(source.path) imports KleanTesting")
                }
            }
        }
    }

    @Test func wrappedModulesHaveOneImporter() throws {
        for source in try Self.sources("Sources", extensions: ["swift"]) {
            for module in source.imports {
                if let owner = Self.owners[module] {
                    #expect(source.target == owner, "\(source.path) imports \(module)")
                } else if module.hasPrefix("C"), module.dropFirst().first?.isUppercase == true {
                    Issue.record("\(source.path) imports \(module), which has no owner here")
                }
                if let users = Self.packages[module] {
                    #expect(users.contains(source.target), "\(source.path) imports \(module)")
                }
            }
        }
    }

    /// Layers 0 and 1 stay free of Foundation, so they stay small and start fast.
    @Test func lowLayersAvoidFoundation() throws {
        for source in try Self.sources("Sources", extensions: ["swift"]) {
            guard let layer = Self.layer(of: source.target), layer <= 1 else { continue }
            let foundation = source.imports.filter { $0.hasPrefix("Foundation") }
            #expect(foundation.isEmpty, "\(source.path) imports \(foundation)")
        }
    }

    @Test func linesFitTheScreen() throws {
        for folder in ["Sources", "Tests"] {
            for source in try Self.sources(folder, extensions: ["swift"]) {
                for (number, line) in source.lines.enumerated() where line.count > 100 {
                    Issue.record("\(source.path):\(number + 1) has \(line.count) columns")
                }
            }
        }
    }

    /// Errors are thrown, not forced or swallowed; unfinished work is not committed.
    @Test func bannedWordsStayOut() throws {
        let banned = [" try!", " try? ", "TODO", "FIXME"]
        for source in try Self.sources("Sources", extensions: ["swift", "c", "h"]) {
            for (number, line) in source.lines.enumerated() {
                for word in banned where line.contains(word) {
                    Issue.record("\(source.path):\(number + 1) contains \(word)")
                }
            }
        }
    }

    /// Nothing but what the README promises stands at the top level.
    @Test func topLevelIsTidy() throws {
        let allowed: Set<String> = [
            "Package.swift", "Sources", "Tests", "cluster", "bench", "README.md",
            "Package.resolved",
        ]
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
        where !name.hasPrefix(".") {
            #expect(allowed.contains(name), "\(name) has no place at the top level")
        }
    }
}
