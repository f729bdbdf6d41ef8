package import KleanCore

/// What one element of a column is. Raw values are part of the container format.
package enum ElementType: UInt8, Sendable, CaseIterable {
    case u8 = 1
    case u16 = 2
    case u32 = 3
    case u64 = 4
    case i32 = 5
    case i64 = 6
    /// 32 bytes: four little-endian words, word 0 first.
    case hash256 = 7
    /// `u32` that never falls: where the items of a list or the strings of a text column end.
    case offsets32 = 8
    /// Raw text; `rows` counts bytes.
    case bytes = 9

    /// Bytes of one element: 1, 2, 4, 8 or 32.
    package var width: Int {
        switch self {
        case .u8, .bytes: 1
        case .u16: 2
        case .u32, .i32, .offsets32: 4
        case .u64, .i64: 8
        case .hash256: 32
        }
    }

    /// Whether `encoding` is defined for this element.
    package func allows(_ encoding: ColumnEncoding) -> Bool {
        switch encoding {
        case .plain: true
        case .shuffle: width > 1
        case .deltaShuffle: width == 4 || width == 8
        }
    }
}

/// How a column's bytes are rearranged before compression. Raw values are part of the format.
package enum ColumnEncoding: UInt8, Sendable, CaseIterable {
    case plain = 0
    /// Plane `k` holds byte `k` of every element, planes in order.
    case shuffle = 1
    /// Wrapping difference to the element before (the first to 0), then ``shuffle``.
    case deltaShuffle = 2
}

/// How a segment is compressed. Raw values are part of the format.
package enum ColumnCodec: UInt8, Sendable, CaseIterable {
    case none = 0
    /// One LZ4 block without frame; LZ4-HC makes the same format.
    case lz4 = 1
}

/// What a writer spends on compression. Readers and content digests do not see it.
package enum CompressionEffort: Sendable {
    /// LZ4: several hundred MB/s a core.
    case fast
    /// LZ4-HC: about 35 MB/s a core on titles, up to a third smaller.
    case high
}

/// The Swift values that a column can be read into.
package protocol ColumnElement: BitwiseCopyable, Sendable {
    /// Elements of which these values are the memory image on a little-endian machine.
    static var elements: [ElementType] { get }
    /// Gives an array another length within its capacity; what is new is overwritten afterwards.
    ///
    /// A requirement so that each type has its own machine code for it: the generic one takes
    /// several ns an element.
    static func resize(_ values: inout [Self], to count: Int)
}

extension ColumnElement where Self: FixedWidthInteger {
    package static func resize(_ values: inout [Self], to count: Int) {
        resized(&values, to: count, filler: 0)
    }
}

@inline(__always)
private func resized<Value>(_ values: inout [Value], to count: Int, filler: Value) {
    if values.count > count { values.removeLast(values.count - count) }
    values.append(contentsOf: repeatElement(filler, count: count - values.count))
}

extension UInt8: ColumnElement {
    package static var elements: [ElementType] { [.u8, .bytes] }
}
extension UInt16: ColumnElement {
    package static var elements: [ElementType] { [.u16] }
}
extension UInt32: ColumnElement {
    package static var elements: [ElementType] { [.u32, .offsets32] }
}
extension UInt64: ColumnElement {
    package static var elements: [ElementType] { [.u64] }
}
extension Int32: ColumnElement {
    package static var elements: [ElementType] { [.i32] }
}
extension Int64: ColumnElement {
    package static var elements: [ElementType] { [.i64] }
}
extension Hash256: ColumnElement {
    package static var elements: [ElementType] { [.hash256] }
    package static func resize(_ values: inout [Hash256], to count: Int) {
        resized(&values, to: count, filler: Hash256(0, 0, 0, 0))
    }
}
