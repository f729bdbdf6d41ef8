internal import CKleanCatalog
import KleanCore

/// The keys that lead to mapped values, as a tree over the nested objects of a record.
struct JSONPaths: Sendable {
    struct Node: Sendable {
        var keys: [[UInt8]] = []
        var children: [Int] = []
        /// Cells that take this value.
        var slots: [Int] = []
    }

    private(set) var nodes = [Node()]

    /// - Parameter paths: For each slot, the keys from the record's root on.
    init(_ paths: [[[UInt8]]]) {
        for (slot, path) in paths.enumerated() {
            var node = 0
            for key in path { node = child(of: node, key) }
            nodes[node].slots.append(slot)
        }
    }

    private mutating func child(of node: Int, _ key: [UInt8]) -> Int {
        if let known = nodes[node].keys.firstIndex(of: key) { return nodes[node].children[known] }
        nodes.append(Node())
        nodes[node].keys.append(key)
        nodes[node].children.append(nodes.count - 1)
        return nodes.count - 1
    }
}

/// Parses one block of JSON records into rows. Pure: same block, same batch.
struct JSONParser: Sendable {
    /// One value on each line, else values side by side.
    let isLines: Bool
    let paths: JSONPaths
    let plan: SettlePlan

    func parse(_ block: Block) -> RowBatch {
        var run = Run(parser: self, block: block)
        block.bytes.withUnsafeBufferPointer { bytes in
            if isLines { run.parseLines(bytes) } else { run.parseElements(bytes) }
        }
        return run.settler.finish()
    }

    private struct Run {
        let parser: JSONParser
        var settler: RowSettler
        var number: UInt64
        var cells: [RawCell]
        let scratch = Scratch()
        var lines: UInt64 = 0
        var counted = 0

        init(parser: JSONParser, block: Block) {
            self.parser = parser
            settler = RowSettler(parser.plan)
            number = block.firstRecord
            cells = Array(repeating: RawCell(), count: parser.plan.slotCount)
        }

        mutating func parseLines(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let base = bytes.baseAddress else { return }
            var start = 0
            while start < bytes.count {
                var end = start
                while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
                if end > start {
                    if bytes[start..<end].contains(where: { $0 > 0x20 }) {
                        record(bytes, start..<end)
                    }
                    number += 1
                }
                start = end + 1
            }
            settler.count(lines: UInt64(kcat_count_lines(base, bytes.count)))
        }

        mutating func parseElements(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let base = bytes.baseAddress else { return }
            var at = 0
            while true {
                while at < bytes.count, bytes[at] <= 0x20 || bytes[at] == UInt8(ascii: ",") {
                    at += 1
                }
                guard at < bytes.count else { break }
                let isNested = bytes[at] == UInt8(ascii: "{") || bytes[at] == UInt8(ascii: "[")
                let end = isNested ? nestedEnd(base, at, bytes.count) : scalarEnd(bytes, at)
                record(bytes, at..<end)
                if isNested { number += 1 }
                at = end
            }
            settler.count(lines: UInt64(kcat_count_lines(base, bytes.count)))
        }

        private func nestedEnd(_ base: UnsafePointer<UInt8>, _ at: Int, _ count: Int) -> Int {
            var state = kcat_json_state()
            let length = kcat_json_element(base + at, count - at, &state)
            return length > 0 ? at + length : count
        }

        /// Up to the comma or bracket that follows a string, number or literal.
        private func scalarEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
            var scanner = JSONScanner(bytes, at..<bytes.count)
            do {
                _ = try scanner.value(depth: 0)
                return scanner.at
            } catch {
                var end = at + 1
                let stops = [UInt8(ascii: ","), UInt8(ascii: "{"), UInt8(ascii: "[")]
                while end < bytes.count, !stops.contains(bytes[end]) { end += 1 }
                return end
            }
        }

        private mutating func record(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
            settler.countRead()
            for slot in cells.indices { cells[slot] = RawCell() }
            var scanner = JSONScanner(bytes, range)
            scanner.skipBlanks()
            var reason: RejectReason?
            var detail = ""
            if scanner.peek != UInt8(ascii: "{") {
                reason = .notAnObject
            } else {
                do throws(JSONFault) {
                    try object(&scanner, node: 0, depth: 0)
                    scanner.skipBlanks()
                    if scanner.at < scanner.end { throw scanner.fault("the record's end") }
                } catch {
                    switch error {
                    case .tooDeep: reason = .nestedTooDeep
                    case .syntax(let at, let expected):
                        reason = .badJSON
                        let found = at < range.upperBound ? "byte \(bytes[at])" : "the end"
                        detail =
                            "at byte \(at - range.lowerBound): expected \(expected.text), "
                            + "found \(found)"
                    }
                }
            }
            if reason == nil {
                reason = cells.withUnsafeBufferPointer {
                    settler.settle($0, in: bytes, number: number)
                }
                // No mapped value is not yet no value: a banner among a list's listings.
                var scanner = JSONScanner(bytes, range)
                if reason == .emptyRow, !scanner.saysNothing() { reason = .noTitle }
            }
            guard let reason, let base = bytes.baseAddress else { return }
            if range.lowerBound > counted {
                lines += UInt64(kcat_count_lines(base + counted, range.lowerBound - counted))
                counted = range.lowerBound
            }
            let kept = min(range.upperBound, range.lowerBound + CatalogLimits.rejectBytesMax)
            settler.reject(
                reason, detail, line: lines, raw: Array(bytes[range.lowerBound..<kept]))
        }

        /// Reads an object from its opening brace, keeping the values that are mapped.
        private mutating func object(_ scanner: inout JSONScanner, node: Int, depth: Int)
            throws(JSONFault)
        {
            guard depth < CatalogLimits.nestingMax else { throw .tooDeep(at: scanner.at) }
            try scanner.expect(UInt8(ascii: "{"), "an object")
            scanner.skipBlanks()
            if scanner.peek == UInt8(ascii: "}") {
                scanner.at += 1
                return
            }
            var guess = 0
            while true {
                scanner.skipBlanks()
                let (key, isEscaped) = try scanner.string()
                scanner.skipBlanks()
                try scanner.expect(UInt8(ascii: ":"), "a colon")
                scanner.skipBlanks()
                if let child = find(key, isEscaped, in: node, scanner.bytes, &guess) {
                    try mapped(&scanner, child, depth)
                } else {
                    _ = try scanner.value(depth: depth + 1)
                }
                scanner.skipBlanks()
                if scanner.peek == UInt8(ascii: ",") {
                    scanner.at += 1
                    continue
                }
                try scanner.expect(UInt8(ascii: "}"), "a comma or a closing brace")
                return
            }
        }

        private mutating func mapped(_ scanner: inout JSONScanner, _ node: Int, _ depth: Int)
            throws(JSONFault)
        {
            let hasChildren = !parser.paths.nodes[node].children.isEmpty
            if hasChildren, scanner.peek == UInt8(ascii: "{") {
                try object(&scanner, node: node, depth: depth + 1)
                return
            }
            let cell = try scanner.value(depth: depth + 1)
            for slot in parser.paths.nodes[node].slots { cells[slot] = cell }
        }

        /// The child with this key. Records repeat their keys in one order, so the one after the
        /// last match is tried first.
        private func find(
            _ key: Range<Int>, _ isEscaped: Bool, in node: Int,
            _ bytes: UnsafeBufferPointer<UInt8>, _ guess: inout Int
        ) -> Int? {
            let here = parser.paths.nodes[node]
            var text = UnsafeBufferPointer(rebasing: bytes[key])
            if isEscaped {
                scratch.reset()
                let cell = RawCell(
                    start: UInt32(key.lowerBound), end: UInt32(key.upperBound), form: .escaped)
                text = cell.text(in: bytes, scratch)
            }
            for step in here.keys.indices {
                let place = (guess + step) % here.keys.count
                let candidate = here.keys[place]
                if candidate.count == text.count, candidate.elementsEqual(text) {
                    guess = place + 1
                    return here.children[place]
                }
            }
            return nil
        }
    }
}
