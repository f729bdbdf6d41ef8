import KleanCore
import KleanInspection
import KleanLearn
import Testing

/// Weights are learned from what `klean features` writes, in either form.
@Suite struct WeightTrainingTests {
    static let names = Term.weighted.map(\.name)

    /// Sixty listings; every third is fake and has a price that says so.
    static func listings() -> [(id: String, values: [Double?])] {
        (0..<60).map { number in
            let price = number % 3 == 0 ? 3 + Double(number % 7) / 4 : Double(number % 5) / 2
            return (
                "id\(number)",
                names.map { $0 == "price" ? price : $0 == "logo" ? nil : 0 }
            )
        }
    }

    static func labels() throws -> LabelFile {
        let rows = (0..<60).map { "id\($0),\($0 % 3 == 0 ? "fake" : "genuine")" }
        return try LabelFile(
            parsing: Array("id,label\n\(rows.joined(separator: "\n"))\n".utf8), file: "l.csv")
    }

    static func csv() -> [UInt8] {
        let rows = listings().map { listing in
            ([listing.id] + listing.values.map { $0.map { "\($0)" } ?? "" }).joined(separator: ",")
        }
        let header = (["id"] + names).joined(separator: ",")
        return Array(([header] + rows).joined(separator: "\n").utf8)
    }

    static func jsonLines() -> [UInt8] {
        let rows = listings().map { listing in
            let cells = zip(names, listing.values).map { name, value in
                "\"\(name)\":\(value.map { "\($0)" } ?? "null")"
            }
            return "{\"id\":\"\(listing.id)\",\(cells.joined(separator: ","))}"
        }
        return Array((rows.joined(separator: "\n") + "\n").utf8)
    }

    static func train(_ features: [UInt8], _ labels: LabelFile) throws -> WeightTraining {
        try WeightTraining(features: features, file: "f", labels: labels, folds: 3)
    }

    @Test func bothFormsTeachTheSame() throws {
        let table = try Self.train(Self.csv(), Self.labels())
        let lines = try Self.train(Self.jsonLines(), Self.labels())
        #expect(table.rows.count == 60 && table.rows.positives == 20)
        #expect(WeightsText(table).text == WeightsText(lines).text)
    }

    /// Labels of another catalog, lines that are no listing, columns that are not there.
    @Test func whatDoesNotFitIsNamed() throws {
        let others = try LabelFile(
            parsing: Array("id,label\nx,fake\ny,genuine\n".utf8), file: "l.csv")
        #expect(
            throws: TreeError.malformed(
                file: "f", line: 0, field: "id", expected: "ids of labelled listings",
                found: "none of 2")
        ) { try Self.train(Self.csv(), others) }
        for text in ["{\"id\":1}", "{broken", "{\"id\":\"id0\",\"image\":\"high\"}", "id,price\n"] {
            let features = Array(text.utf8)
            #expect(throws: TreeError.self, "\(text)") { try Self.train(features, Self.labels()) }
        }
    }
}
