internal import CKleanCatalog

/// The lists of objects in a JSON text, by the keys that lead to them.
struct JSONShapes {
    struct List: Equatable {
        /// Keys from the root; lists on the way have none.
        var path: [String]
        var records = 0
        /// Names of the values of its first records, keys joined by dots.
        var names: [String] = []
        /// Some of its records stand in a list that is itself in a list.
        var isNested = false

        var name: String { path.isEmpty ? "the outer list" : path.joined(separator: ".") }
    }

    private(set) var lists: [List] = []

    /// Lists, records of each and names of each that are looked at.
    private static let listsMax = 256
    private static let recordsMax = 64
    private static let namesMax = 512

    /// Walks over a text that may end anywhere.
    ///
    /// - Returns: Where its grammar failed, the end of a cut text included.
    mutating func look(_ sample: [UInt8], from start: Int) -> JSONFault? {
        sample.withUnsafeBufferPointer { bytes in
            var scanner = JSONScanner(bytes, start..<bytes.count)
            do throws(JSONFault) {
                try value(&scanner, [], lists: 0, depth: 0, record: nil, prefix: "")
                return nil
            } catch { return error }
        }
    }

    /// The list with a usable column whose records name most fields; of equal ones the longest,
    /// then the first. What a record of a list lists itself (its options) counts only when the
    /// record is less of a listing than they are.
    func best(_ mapping: Mapping) -> List? {
        let worths = lists.map { Worth($0, mapping) }
        var best: Int?
        for (place, list) in lists.enumerated() where worths[place].completeness > 0 {
            let isPart = lists.indices.contains { other in
                lists[other].path.count < list.path.count
                    && list.path.starts(with: lists[other].path)
                    && worths[other].completeness >= worths[place].completeness
            }
            if isPart { continue }
            if let known = best, !(worths[known] < worths[place]) { continue }
            best = place
        }
        return best.map { lists[$0] }
    }

    /// How much like listings the records of a list are.
    private struct Worth: Comparable {
        /// 0 without a usable column, 2 with a title and a price.
        let completeness: Int
        let fields: Int
        let records: Int

        init(_ list: List, _ mapping: Mapping) {
            let wanted = Set(mapping.columns.values.joined())
            let explicit = list.names.count { wanted.contains($0) }
            var found: Set<Field> = []
            for name in list.names {
                if let (hit, _) = ColumnPlan.hit(name) { found.insert(hit.field) }
            }
            let isUsable = found.contains(.title) || found.contains(.imageHash) || explicit > 0
            let isPriced = found.contains(.price) || found.contains(.listPrice) || explicit > 1
            completeness = isUsable ? isPriced ? 2 : 1 : 0
            fields = explicit * 8 + found.count
            records = list.records
        }

        static func < (left: Worth, right: Worth) -> Bool {
            (left.completeness, left.fields, left.records)
                < (right.completeness, right.fields, right.records)
        }
    }

    // MARK: the walk

    private mutating func value(
        _ scanner: inout JSONScanner, _ path: [String], lists depthOfLists: Int, depth: Int,
        record: Int?, prefix: String
    ) throws(JSONFault) {
        guard depth < CatalogLimits.nestingMax else { throw .tooDeep(at: scanner.at) }
        scanner.skipBlanks()
        switch scanner.peek {
        case UInt8(ascii: "{"):
            var owner = record
            var prefix = prefix
            if depthOfLists > 0 {
                owner = list(at: path, isNested: depthOfLists > 1)
                prefix = ""
                if let owner { lists[owner].records += 1 }
            }
            try object(&scanner, path, depth: depth, record: owner, prefix: prefix)
        case UInt8(ascii: "["):
            scanner.at += 1
            scanner.skipBlanks()
            while scanner.peek != UInt8(ascii: "]") {
                try value(
                    &scanner, path, lists: depthOfLists + 1, depth: depth + 1, record: record,
                    prefix: prefix)
                scanner.skipBlanks()
                if scanner.peek == UInt8(ascii: ",") { scanner.at += 1 } else { break }
                scanner.skipBlanks()
            }
            try scanner.expect(UInt8(ascii: "]"), "a comma or a closing bracket")
        default: _ = try scanner.value(depth: depth)
        }
    }

    private mutating func object(
        _ scanner: inout JSONScanner, _ path: [String], depth: Int, record: Int?, prefix: String
    ) throws(JSONFault) {
        try scanner.expect(UInt8(ascii: "{"), "an object")
        scanner.skipBlanks()
        if scanner.peek == UInt8(ascii: "}") {
            scanner.at += 1
            return
        }
        while true {
            scanner.skipBlanks()
            let (range, _) = try scanner.string()
            let key = String(decoding: scanner.bytes[range], as: UTF8.self)
            scanner.skipBlanks()
            try scanner.expect(UInt8(ascii: ":"), "a colon")
            scanner.skipBlanks()
            let name = prefix + key
            if scanner.peek != UInt8(ascii: "{") { note(name, in: record) }
            try value(
                &scanner, path + [key], lists: 0, depth: depth + 1, record: record,
                prefix: name + ".")
            scanner.skipBlanks()
            if scanner.peek == UInt8(ascii: ",") {
                scanner.at += 1
                continue
            }
            try scanner.expect(UInt8(ascii: "}"), "a comma or a closing brace")
            return
        }
    }

    private mutating func list(at path: [String], isNested: Bool) -> Int? {
        if let known = lists.firstIndex(where: { $0.path == path }) {
            if isNested { lists[known].isNested = true }
            return known
        }
        guard lists.count < JSONShapes.listsMax else { return nil }
        lists.append(List(path: path, isNested: isNested))
        return lists.count - 1
    }

    private mutating func note(_ name: String, in record: Int?) {
        guard let record, lists[record].records <= JSONShapes.recordsMax,
            lists[record].names.count < JSONShapes.namesMax,
            !lists[record].names.contains(name)
        else { return }
        lists[record].names.append(name)
    }
}
