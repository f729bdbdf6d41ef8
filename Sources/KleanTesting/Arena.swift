internal import KleanCore

/// Memory that lives as long as a generated world and never changes once filled.
///
/// Tables of the generator are plain pointers into it. Arrays would do, but every thread would then
/// count references on the same words, and that costs more than the work itself.
final class Arena: @unchecked Sendable {  // Written before threads start, read-only after.
    private var blocks: [UnsafeMutableRawBufferPointer] = []

    deinit { for block in blocks { block.deallocate() } }

    /// Copies `values`, with 16 readable bytes after the last so that copies may overrun.
    /// - Precondition: values of a type that needs no destruction.
    func keep<Value>(_ values: [Value]) -> Table<Value> {
        precondition(_isPOD(Value.self), "an arena destroys nothing")
        let bytes = values.count * MemoryLayout<Value>.stride
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes + 16, alignment: 64)
        block.initializeMemory(as: UInt8.self, repeating: 0)
        blocks.append(block)
        values.withUnsafeBytes { block.copyMemory(from: $0) }
        return Table(
            UnsafeBufferPointer(
                start: UnsafePointer(block.baseAddress?.assumingMemoryBound(to: Value.self)),
                count: values.count))
    }

    func keep(_ strings: ByteStrings) -> TokenPool {
        TokenPool(bytes: keep(strings.bytes), offsets: keep(strings.offsets))
    }

    func keep(_ words: [String]) -> TokenPool { keep(ByteStrings(words)) }
}

/// Values in an ``Arena``: an array without reference counts or bounds checks.
struct Table<Value>: @unchecked Sendable {  // Read-only memory that its world keeps alive.
    let values: UnsafeBufferPointer<Value>

    init(_ values: UnsafeBufferPointer<Value>) { self.values = values }

    @inline(__always) var count: Int { values.count }
    @inline(__always) var isEmpty: Bool { values.isEmpty }
    @inline(__always) subscript(index: Int) -> Value { values[index] }
    @inline(__always) subscript(index: Int32) -> Value { values[Int(index)] }
}

/// Byte strings in an ``Arena``.
struct TokenPool: Sendable {
    let bytes: Table<UInt8>
    let offsets: Table<UInt32>

    @inline(__always) var count: Int { offsets.count - 1 }

    @inline(__always) subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            rebasing: bytes.values[Int(offsets[index])..<Int(offsets[index + 1])])
    }
}

/// A growing column that one thread fills, empties and fills again.
struct Scratch<Value>: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Value>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// Makes room for `more` values, so that ``appendUnchecked(_:)`` may follow.
    @inline(__always) mutating func reserve(_ more: Int) {
        if count + more > capacity { grow(more) }
    }

    @inline(never) private mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }

    @inline(__always) mutating func append(_ value: Value) {
        reserve(1)
        appendUnchecked(value)
    }

    @inline(__always) mutating func appendUnchecked(_ value: Value) {
        base[count] = value
        count += 1
    }

    mutating func removeAll() { count = 0 }

    @inline(__always) mutating func shorten(to newCount: Int) { count = min(count, newCount) }

    var array: [Value] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

extension Scratch where Value == UInt8 {
    /// Copies a token in steps of 16 bytes: up to 15 bytes past its end are touched and then
    /// overwritten. - Precondition: room for the token and 16 bytes more.
    @inline(__always) mutating func append(_ token: UnsafeBufferPointer<UInt8>) {
        guard let source = token.baseAddress else { return }
        var offset = 0
        repeat {
            UnsafeMutableRawPointer(base + count + offset).storeBytes(
                of: UnsafeRawPointer(source + offset).loadUnaligned(as: SIMD16<UInt8>.self),
                as: SIMD16<UInt8>.self)
            offset += 16
        } while offset < token.count
        advance(token.count)
    }

    @inline(__always) private mutating func advance(_ bytes: Int) { count += bytes }

    /// Writes a number of at least `digits` decimal digits, padded with zeros.
    /// - Precondition: not negative; room for 20 bytes.
    @inline(__always) mutating func append(decimal value: Int, digits: Int = 1) {
        var length = digits
        var rest = UInt64(truncatingIfNeeded: value)
        var bound: UInt64 = 1
        for _ in 0..<digits { bound &*= 10 }
        while rest >= bound {
            bound &*= 10
            length += 1
        }
        for place in stride(from: count + length - 1, through: count, by: -1) {
            base[place] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
            rest /= 10
        }
        advance(length)
    }

    /// Writes the low `digits` hexadecimal digits.
    @inline(__always) mutating func append(hex value: UInt64, digits: Int) {
        var shift = UInt64(digits * 4)
        while shift > 0 {
            shift -= 4
            let nibble = UInt8(truncatingIfNeeded: value >> shift & 15)
            appendUnchecked(nibble < 10 ? 48 + nibble : 87 + nibble)
        }
    }
}
