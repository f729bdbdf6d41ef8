import Foundation
import KleanLearn

/// Features of listings as `klean features` writes them, CSV or JSON Lines, row by row.
struct FeatureRows {
    private enum Source {
        case table(DelimitedTable, id: Int, places: [Int])
        case lines(ArraySlice<UInt8>, number: Int)
    }

    let file: String
    private let columns: [String]
    private var source: Source

    /// - Throws: ``TreeError`` when a column is missing.
    init(_ bytes: [UInt8], file: String, columns: [String]) throws(TreeError) {
        self.file = file
        self.columns = columns
        if bytes.first == UInt8(ascii: "{") {
            source = .lines(bytes[...], number: 0)
            return
        }
        let table = try DelimitedTable(bytes, file: file)
        var places: [Int] = []
        let id = try table.required("id")
        for column in columns { places.append(try table.required(column)) }
        source = .table(table, id: id, places: places)
    }

    /// The next listing's id and values, NaN where there is none; `nil` at the end.
    mutating func next() throws(TreeError) -> (id: String, values: [Double])? {
        switch source {
        case .table(var table, let id, let places):
            guard let fields = try table.next() else { return nil }
            var values: [Double] = []
            for place in places { values.append(try table.number(fields, place)) }
            source = .table(table, id: id, places: places)
            return (fields[id], values)
        case .lines(var rest, var number):
            while let first = rest.first {
                let line = rest.prefix { $0 != 0x0A }
                rest = rest.dropFirst(line.count + 1)
                number += 1
                source = .lines(rest, number: number)
                if first == 0x0A || first == 0x0D { continue }
                return try listing(line, number)
            }
            return nil
        }
    }

    private func listing(
        _ line: ArraySlice<UInt8>, _ number: Int
    ) throws(TreeError) -> (id: String, values: [Double]) {
        func fault(_ field: String, _ expected: String, _ found: String) -> TreeError {
            .malformed(file: file, line: number, field: field, expected: expected, found: found)
        }
        let object: [String: Any]?
        do {
            object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        } catch {
            object = nil  // The fault below says it.
        }
        guard let object else {
            throw fault("line", "a JSON object", String(decoding: line, as: UTF8.self))
        }
        guard let id = object["id"] as? String else { throw fault("id", "an id", "") }
        var values: [Double] = []
        for column in columns {
            switch object[column] {
            case is NSNull: values.append(.nan)
            case let value as NSNumber: values.append(value.doubleValue)
            case let other: throw fault(column, "a number or null", other.map { "\($0)" } ?? "")
            }
        }
        return (id, values)
    }
}
