/// Builds the scanner's automaton: Aho-Corasick over the keys' bytes, determinised, its states
/// numbered breadth first so that the rows that matter lie together.
struct PatternAutomaton {
    /// `states << rowShift` entries, see `kt_automaton`.
    private(set) var next: [UInt32] = []
    private(set) var rowShift = 7
    private(set) var stateCount = 0
    /// Number of the first state with outputs.
    private(set) var accepting = 0
    private(set) var classes: [UInt8] = Array(repeating: 0, count: 256)
    private(set) var classCount = 2
    private(set) var outputFirst: [UInt32] = []
    private(set) var outputs: [UInt32] = []

    static let separatorClass = 1

    /// - Parameter keys: Folded, without separators; the output of key `i` is `i`.
    /// - Throws: ``TextError/automatonTooLarge(bytes:bytesMax:)``.
    init(keys: [[UInt8]], bytesMax: Int) throws(TextError) {
        classify(keys)
        var trie = [Int32](repeating: -1, count: classCount)
        var ends: [[UInt32]] = [[]]
        for (number, key) in keys.enumerated() {
            var state = 0
            for byte in key {
                let slot = state * classCount + Int(classes[Int(byte)])
                if trie[slot] < 0 {
                    trie[slot] = Int32(ends.count)
                    ends.append([])
                    trie.append(contentsOf: repeatElement(-1, count: classCount))
                }
                state = Int(trie[slot])
            }
            ends[state].append(UInt32(number))
            let bytes = (ends.count << (classCount > 128 ? 8 : 7)) * (ends.count > 65_536 ? 4 : 2)
            if bytes > bytesMax { throw .automatonTooLarge(bytes: bytes, bytesMax: bytesMax) }
        }
        let order = determinise(&trie, &ends)
        number(trie, ends, order)
    }

    /// Gives every byte that a key has a class of its own, separators one, all others 0.
    ///
    /// What follows a whole character comes first: letters and the leads of Hangul, which with the
    /// two classes above fill a cache line of a row. Then the bytes within characters fill two.
    private mutating func classify(_ keys: [[UInt8]]) {
        var isUsed = [Bool](repeating: false, count: 256)
        for key in keys {
            for byte in key { isUsed[Int(byte)] = true }
        }
        let order = Array(97...122) + Array(0xEA...0xED) + Array(0x80...0xBF)
        for byte in order + (0..<256).filter({ !order.contains($0) }) {
            if isUsed[byte] {
                classes[byte] = UInt8(classCount)
                classCount += 1
            } else if byte < 0x80, byte != 10, !isWordByte(UInt8(byte)) {
                classes[byte] = UInt8(Self.separatorClass)
            }
        }
    }

    /// Fills in the failure transitions. Returns the states breadth first.
    private func determinise(_ trie: inout [Int32], _ ends: inout [[UInt32]]) -> [Int] {
        var failure = [Int](repeating: 0, count: ends.count)
        var order = [0]
        for slot in 0..<classCount where trie[slot] < 0 { trie[slot] = 0 }
        for slot in 2..<max(classCount, 2) where trie[slot] > 0 { order.append(Int(trie[slot])) }
        var index = 1
        while index < order.count {
            let state = order[index]
            index += 1
            ends[state] += ends[failure[state]]
            let row = state * classCount
            let other = failure[state] * classCount
            for slot in 0..<classCount {
                if trie[row + slot] < 0 {
                    trie[row + slot] = trie[other + slot]
                } else {
                    let child = Int(trie[row + slot])
                    failure[child] = Int(trie[other + slot])
                    order.append(child)
                }
            }
        }
        return order
    }

    /// Numbers the states breadth first, those with outputs last, and lays out their rows. Each
    /// state with outputs has a twin without, at the end of the others, to which separators lead.
    private mutating func number(_ trie: [Int32], _ ends: [[UInt32]], _ breadthFirst: [Int]) {
        let plain = breadthFirst.filter { ends[$0].isEmpty }
        let accepted = breadthFirst.filter { !ends[$0].isEmpty }
        let order = plain + accepted + accepted
        accepting = plain.count + accepted.count
        stateCount = order.count
        rowShift = classCount > 128 ? 8 : 7
        var numbers = [Int](repeating: 0, count: ends.count)
        for (number, state) in order.enumerated() { numbers[state] = number }
        next = Array(repeating: 0, count: stateCount << rowShift)
        for (number, state) in order.enumerated() {
            let row = number << rowShift
            for slot in 0..<classCount {
                next[row + slot] = UInt32(numbers[Int(trie[state * classCount + slot])])
            }
            let silent = number < accepting ? number : number - accepted.count
            next[row + Self.separatorClass] = UInt32(silent)
            if number >= accepting {
                outputFirst.append(UInt32(outputs.count))
                outputs += ends[state]
            }
        }
        outputFirst.append(UInt32(outputs.count))
    }
}

/// A lower-case letter, a digit or any byte of a character that is not ASCII, after folding.
@inline(__always) func isWordByte(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte &- 97 < 26 || byte &- 48 < 10
}
