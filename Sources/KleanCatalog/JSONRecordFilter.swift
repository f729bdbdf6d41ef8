/// Leaves only the records of lists at one path of a JSON text, piece by piece: what a record or
/// its neighbours in the list hold comes out as it stands, of everything else only the line ends.
///
/// Lists within lists count as one. A text that breaks off or is malformed comes out as far as it
/// makes sense; the parser behind says what is wrong with it.
final class JSONRecordFilter {
    private enum Container: UInt8 { case object, list }

    private struct Level {
        var container: Container
        /// Keys of the path that lead here, or `nil` when this is no way to it.
        var matched: Int?
    }

    private let path: [[UInt8]]
    private var levels: [Level] = []
    /// Containers below the record that is being copied; 0 outside of records.
    private var recordDepth = 0
    private var isString = false
    private var isEscape = false
    /// The next string is a key; its bytes are collected.
    private var isKey = false
    private var key: [UInt8] = []
    /// What the value after the last key leads to.
    private var pendingMatch: Int?

    /// Levels below those that are remembered: none of them leads to records.
    private var deeper = 0

    private static let levelsMax = 1_024
    /// Bytes of a key beyond which it is taken for another.
    private static let keyBytesMax = 1_024

    /// - Parameter path: Keys from the root to the lists; empty for the outer list itself.
    init(_ path: [String]) {
        self.path = path.map { Array($0.utf8) }
        pendingMatch = 0
    }

    func pass(_ piece: [UInt8], onto output: inout [UInt8]) {
        output.reserveCapacity(output.count + piece.count)
        piece.withUnsafeBufferPointer { bytes in
            for byte in bytes { step(byte, &output) }
        }
    }

    /// In a list whose elements are the records.
    private var isInList: Bool {
        guard let level = levels.last else { return false }
        return level.container == .list && level.matched == path.count
    }

    private func step(_ byte: UInt8, _ output: inout [UInt8]) {
        if isString {
            string(byte, &output)
            return
        }
        if recordDepth > 0 {
            output.append(byte)
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): recordDepth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): recordDepth -= 1
            default: break
            }
            return
        }
        switch byte {
        case UInt8(ascii: "{"): open(.object, &output)
        case UInt8(ascii: "["): open(.list, &output)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): close(&output)
        case UInt8(ascii: "\""):
            isString = true
            isKey = levels.last?.container == .object && pendingKey
            if isKey { key.removeAll(keepingCapacity: true) }
            if isInList { output.append(byte) }
        case UInt8(ascii: ":"): pendingKey = false
        case UInt8(ascii: ","):
            if levels.last?.container == .object { pendingKey = true }
            if isInList { output.append(byte) }
        default: if isInList || byte == 0x0A { output.append(byte) }
        }
    }

    /// In an object, where a key may come.
    private var pendingKey = false

    private func string(_ byte: UInt8, _ output: inout [UInt8]) {
        let isCopied = recordDepth > 0 || isInList
        if isCopied || byte == 0x0A { output.append(byte) }
        if isEscape {
            isEscape = false
        } else if byte == UInt8(ascii: "\\") {
            isEscape = true
        } else if byte == UInt8(ascii: "\"") {
            isString = false
            if isKey { settleKey() }
            isKey = false
            return
        }
        if isKey, key.count <= JSONRecordFilter.keyBytesMax { key.append(byte) }
    }

    private func settleKey() {
        guard let matched = levels.last?.matched, matched < path.count, key == path[matched] else {
            pendingMatch = nil
            return
        }
        pendingMatch = matched + 1
    }

    private func open(_ container: Container, _ output: inout [UInt8]) {
        guard levels.count < JSONRecordFilter.levelsMax else {
            deeper += 1
            return
        }
        if isInList, container == .object {
            output.append(UInt8(ascii: "{"))
            recordDepth = 1
            return
        }
        let inherited = levels.last?.container == .list ? levels.last?.matched : pendingMatch
        levels.append(Level(container: container, matched: inherited))
        pendingKey = container == .object
        pendingMatch = nil
    }

    private func close(_ output: inout [UInt8]) {
        if deeper > 0 {
            deeper -= 1
            return
        }
        if isInList { output.append(UInt8(ascii: ",")) }
        _ = levels.popLast()
        pendingKey = false
        pendingMatch = levels.isEmpty ? 0 : nil
    }
}
