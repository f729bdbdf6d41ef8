import KleanCore
import KleanScore

/// One ranked entry with its listing in a sorted run.
///
/// **Layout**, little-endian: bytes of the whole record `u32`, score `i32`, ordinal `u32`, states
/// `u32`, contributions `i32` x terms, sub-scores `i32` x scorers, price `i64`, currency `u32`,
/// evidence count `u32`, then for each: code `u16`, field `u8`, slot, start, end `u16`, a–d `i64`;
/// then id, title, brand, category, seller, shop, each with its length `u32`.
enum RunRecord {
    static let headBytes = 12

    static func append(
        _ table: RankedTable, _ index: Int, ordinal: UInt32, listing: ListingFacts,
        to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        let terms = Term.allCases.count
        let scorers = Scorer.allCases.count
        put(UInt32(0), &bytes)
        put(table.scores[index], &bytes)
        put(ordinal, &bytes)
        put(table.states[index], &bytes)
        for term in index * terms..<(index + 1) * terms { put(table.contributions[term], &bytes) }
        for scorer in index * scorers..<(index + 1) * scorers {
            put(table.subScores[scorer], &bytes)
        }
        put(listing.price, &bytes)
        put(listing.currency.packed, &bytes)
        let reasons = Int(table.evidenceOffsets[index])..<Int(table.evidenceOffsets[index + 1])
        put(UInt32(reasons.count), &bytes)
        for item in table.evidence[reasons] {
            put(item.code.rawValue, &bytes)
            bytes.append(item.field.rawValue)
            put(item.slot, &bytes)
            put(item.start, &bytes)
            put(item.end, &bytes)
            put(item.a, &bytes)
            put(item.b, &bytes)
            put(item.c, &bytes)
            put(item.d, &bytes)
        }
        for text in [
            listing.id, listing.title, listing.brand, listing.category, listing.seller,
            listing.shop,
        ] {
            put(UInt32(text.count), &bytes)
            bytes += text
        }
        let length = UInt32(bytes.count - start).littleEndian
        withUnsafeBytes(of: length) { bytes.replaceSubrange(start..<start + 4, with: $0) }
    }

    private static func put(_ value: some FixedWidthInteger, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Reads one record. The bytes come from ``RunRecord/append(_:_:ordinal:listing:to:)`` in the same
/// process, so a shape that does not fit is a programmer's mistake.
struct RunRecordReader {
    private let bytes: ArraySlice<UInt8>
    private var offset: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    mutating func entry() -> (entry: RankedEntry, listing: ListingFacts) {
        _ = take(UInt32.self)
        let score = Fixed(raw: take())
        let ordinal: UInt32 = take()
        let states = SubScoreStates(packed: take())
        let contributions = Term.allCases.map { _ in Fixed(raw: take()) }
        let subScores = Scorer.allCases.map { scorer in
            SubScore(raw: Fixed(raw: take()), state: states[scorer.rawValue])
        }
        let price: Int64 = take()
        let currency = Currency(packed: take())
        let evidence = (0..<take(UInt32.self)).map { _ in item() }
        let entry = RankedEntry(
            row: ordinal, score: score, contributions: contributions, subScores: subScores,
            evidence: evidence)
        let listing = ListingFacts(
            id: text(), title: text(), brand: text(), category: text(), seller: text(),
            shop: text(), price: price, currency: currency)
        return (entry, listing)
    }

    private mutating func item() -> Evidence {
        guard let code = EvidenceCode(rawValue: take()), let field = EvidenceField(rawValue: take())
        else { preconditionFailure("a run holds known codes and fields") }
        let slot = Int(take(UInt16.self))
        let start = Int(take(UInt16.self))
        let end = Int(take(UInt16.self))
        return Evidence(
            code, field, slot: slot, range: start..<end, a: take(), b: take(), c: take(),
            d: take())
    }

    private mutating func text() -> [UInt8] {
        let count = Int(take(UInt32.self))
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    private mutating func take<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value {
        defer { offset += MemoryLayout<Value>.size }
        let start = offset - bytes.startIndex
        return bytes.withUnsafeBytes { raw in
            Value(littleEndian: raw.loadUnaligned(fromByteOffset: start, as: Value.self))
        }
    }
}
