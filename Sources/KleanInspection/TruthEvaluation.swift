import KleanColumns
package import KleanConsole
import KleanCore
package import KleanIndex

/// How well a ranking finds listings that are known to be fake, by kind.
package struct TruthEvaluation: Sendable, Equatable {
    /// Precision among the first so many entries.
    package struct Precision: Sendable, Equatable {
        package var first: Int
        package var hits: Int
        package var share: Double { first > 0 ? Double(hits) / Double(first) : 0 }
    }

    /// Recall of one kind among all ranked entries.
    package struct Recall: Sendable, Equatable {
        package var kind: String
        package var planted: Int
        package var found: Int
        package var share: Double { planted > 0 ? Double(found) / Double(planted) : 0 }
    }

    package var precision: [Precision]
    /// By kind, in order of name; the last is all kinds together, named `all`.
    package var recall: [Recall]

    /// Compares a ranking with known fakes. A ranking that was cut counts what it holds.
    ///
    /// - Parameter firsts: Depths at which precision is wanted; those past the ranking fall away.
    package init(
        _ index: SuspicionIndex, truth: [String: String],
        firsts: [Int] = [10, 100, 1_000, 10_000, 100_000]
    ) throws {
        var planted: [String: Int] = [:]
        for (_, kind) in truth { planted[kind, default: 0] += 1 }
        var found: [String: Int] = [:]
        var hits = 0
        var precision: [Precision] = []
        try index.forEachEntry { entry in
            if let kind = truth[String(decoding: entry.listing.id, as: UTF8.self)] {
                found[kind, default: 0] += 1
                hits += 1
            }
            if firsts.contains(entry.rank) {
                precision.append(Precision(first: entry.rank, hits: hits))
            }
        }
        self.precision = precision
        recall = planted.keys.sorted().map { kind in
            Recall(kind: kind, planted: planted[kind] ?? 0, found: found[kind] ?? 0)
        }
        recall.append(Recall(kind: "all", planted: truth.count, found: hits))
    }

    /// Reads `truth.csv`: a header with `id` and `kind`, no quotes, one known fake a line.
    ///
    /// - Throws: ``InspectionError/badTruth(file:line:expected:found:)``, `FileError`.
    package static func readTruth(_ path: String) throws -> [String: String] {
        let text = String(decoding: try FileSystem.read(path), as: UTF8.self)
        var truth: [String: String] = [:]
        var columns: (id: Int, kind: Int)?
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.last == "\r" ? $0.dropLast() : $0 }
            guard let places = columns else {
                guard let id = fields.firstIndex(of: "id"),
                    let kind = fields.firstIndex(of: "kind")
                else {
                    throw InspectionError.badTruth(
                        file: path, line: number, expected: "a header with id and kind",
                        found: String(line.prefix(80)))
                }
                columns = (id, kind)
                continue
            }
            if line.isEmpty { continue }
            guard fields.count > max(places.id, places.kind), !fields[places.id].isEmpty else {
                throw InspectionError.badTruth(
                    file: path, line: number, expected: "an id and a kind",
                    found: String(line.prefix(80)))
            }
            truth[String(fields[places.id])] = String(fields[places.kind])
        }
        return truth
    }

    package var precisionTable: Table {
        var table = Table([
            .init("first", key: "first", isRight: true), .init("hits", key: "hits", isRight: true),
            .init("precision", key: "precision", isRight: true),
        ])
        for row in precision {
            table.append([.integer(Int64(row.first)), .integer(Int64(row.hits)), .share(row.share)])
        }
        return table
    }

    package var recallTable: Table {
        var table = Table([
            .init("kind", key: "kind"), .init("planted", key: "planted", isRight: true),
            .init("found", key: "found", isRight: true),
            .init("recall", key: "recall", isRight: true),
        ])
        for row in recall {
            table.append([
                .text(row.kind), .integer(Int64(row.planted)), .integer(Int64(row.found)),
                .share(row.share),
            ])
        }
        return table
    }
}
