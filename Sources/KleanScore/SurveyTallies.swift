internal import KleanColumns
internal import KleanCore

/// Listings that show one exact picture, per seller and brand. Over a sample of rows, see
/// ``SurveyScope/isSampled(ordinal:)``.
struct ImageTally: Tally, Equatable {
    /// ``Hash256/fingerprint`` of the picture.
    var key: UInt64
    var seller: UInt64
    /// Brand of the brand field, or `Missing.uint32`.
    var brand: UInt32
    var listings: UInt32

    static func precedes(_ left: ImageTally, _ right: ImageTally) -> Bool {
        if left.key != right.key { return left.key < right.key }
        if left.seller != right.seller { return left.seller < right.seller }
        return left.brand < right.brand
    }

    mutating func absorb(_ other: ImageTally) { listings &+= other.listings }

    static let columns = (200...203).map { ColumnID(UInt16($0)) }

    static func read(_ reader: ContainerReader) throws(ContainerError) -> [ImageTally] {
        let keys = try reader.u64(columns[0])
        let sellers = try reader.u64(columns[1])
        let brands = try reader.u32(columns[2])
        let listings = try reader.u32(columns[3])
        try reader.expectEqualCounts(columns, [keys.count, sellers.count, brands.count])
        try reader.expectEqualCounts(columns, [keys.count, listings.count])
        return keys.indices.map {
            ImageTally(
                key: keys[$0], seller: sellers[$0], brand: brands[$0], listings: listings[$0])
        }
    }

    static func write(_ tallies: [ImageTally], to writer: inout ContainerWriter) {
        writer.add(columns[0], tallies.map(\.key))
        writer.add(columns[1], tallies.map(\.seller))
        writer.add(columns[2], tallies.map(\.brand))
        writer.add(columns[3], tallies.map(\.listings))
    }
}

/// What one seller did in one category. A counter enters only with its exposure: orders of rows
/// that state complaints, and orders of rows that state refunds.
struct SellerTally: Tally, Equatable {
    /// Name key of the seller.
    var key: UInt64
    /// Name key of the category, 0 for none.
    var category: UInt64
    var listings: UInt32 = 0
    /// Listings whose brand field names a known brand.
    var claims: UInt32 = 0
    var complaintOrders: UInt64 = 0
    var complaints: UInt64 = 0
    var refundOrders: UInt64 = 0
    var refunds: UInt64 = 0
    /// Earliest listing date, or `Int64.max` when none is known.
    var firstListed = Int64.max

    static func precedes(_ left: SellerTally, _ right: SellerTally) -> Bool {
        left.key != right.key ? left.key < right.key : left.category < right.category
    }

    mutating func absorb(_ other: SellerTally) {
        listings &+= other.listings
        claims &+= other.claims
        complaintOrders &+= other.complaintOrders
        complaints &+= other.complaints
        refundOrders &+= other.refundOrders
        refunds &+= other.refunds
        firstListed = min(firstListed, other.firstListed)
    }

    static let columns = (210...218).map { ColumnID(UInt16($0)) }

    static func read(_ reader: ContainerReader) throws(ContainerError) -> [SellerTally] {
        let keys = try reader.u64(columns[0])
        let categories = try reader.u64(columns[1])
        let listings = try reader.u32(columns[2])
        let claims = try reader.u32(columns[3])
        let complaintOrders = try reader.u64(columns[4])
        let complaints = try reader.u64(columns[5])
        let refundOrders = try reader.u64(columns[6])
        let refunds = try reader.u64(columns[7])
        let firstListed = try reader.i64(columns[8])
        try reader.expectEqualCounts(
            columns,
            [
                keys.count, categories.count, listings.count, claims.count, complaintOrders.count,
                complaints.count, refundOrders.count, refunds.count, firstListed.count,
            ])
        return keys.indices.map {
            SellerTally(
                key: keys[$0], category: categories[$0], listings: listings[$0],
                claims: claims[$0], complaintOrders: complaintOrders[$0],
                complaints: complaints[$0], refundOrders: refundOrders[$0], refunds: refunds[$0],
                firstListed: firstListed[$0])
        }
    }

    static func write(_ tallies: [SellerTally], to writer: inout ContainerWriter) {
        writer.add(columns[0], tallies.map(\.key))
        writer.add(columns[1], tallies.map(\.category))
        writer.add(columns[2], tallies.map(\.listings))
        writer.add(columns[3], tallies.map(\.claims))
        writer.add(columns[4], tallies.map(\.complaintOrders))
        writer.add(columns[5], tallies.map(\.complaints))
        writer.add(columns[6], tallies.map(\.refundOrders))
        writer.add(columns[7], tallies.map(\.refunds))
        writer.add(columns[8], tallies.map(\.firstListed))
    }
}

/// Listings of one brand, category and condition.
struct CellTally: Tally, Equatable {
    /// ``CellKey`` of the three.
    var key: UInt64
    var brand: UInt32
    var category: UInt64
    /// `Condition.rawValue`, or `Missing.uint8`.
    var condition: UInt8
    var listings: UInt64 = 0
    /// Listings with a price, a rate and a seller: those behind the votes.
    var priced: UInt64 = 0
    /// Listings with a picture, and those of them on which a logo of the brand was found.
    var pictured: UInt64 = 0
    var withLogo: UInt64 = 0

    static func precedes(_ left: CellTally, _ right: CellTally) -> Bool { left.key < right.key }

    mutating func absorb(_ other: CellTally) {
        listings &+= other.listings
        priced &+= other.priced
        pictured &+= other.pictured
        withLogo &+= other.withLogo
    }

    static let columns = (220...227).map { ColumnID(UInt16($0)) }

    static func read(_ reader: ContainerReader) throws(ContainerError) -> [CellTally] {
        let keys = try reader.u64(columns[0])
        let brands = try reader.u32(columns[1])
        let categories = try reader.u64(columns[2])
        let conditions = try reader.u8(columns[3])
        let listings = try reader.u64(columns[4])
        let priced = try reader.u64(columns[5])
        let pictured = try reader.u64(columns[6])
        let withLogo = try reader.u64(columns[7])
        try reader.expectEqualCounts(
            columns,
            [
                keys.count, brands.count, categories.count, conditions.count, listings.count,
                priced.count, pictured.count, withLogo.count,
            ])
        return keys.indices.map {
            CellTally(
                key: keys[$0], brand: brands[$0], category: categories[$0],
                condition: conditions[$0], listings: listings[$0], priced: priced[$0],
                pictured: pictured[$0], withLogo: withLogo[$0])
        }
    }

    static func write(_ tallies: [CellTally], to writer: inout ContainerWriter) {
        writer.add(columns[0], tallies.map(\.key))
        writer.add(columns[1], tallies.map(\.brand))
        writer.add(columns[2], tallies.map(\.category))
        writer.add(columns[3], tallies.map(\.condition))
        writer.add(columns[4], tallies.map(\.listings))
        writer.add(columns[5], tallies.map(\.priced))
        writer.add(columns[6], tallies.map(\.pictured))
        writer.add(columns[7], tallies.map(\.withLogo))
    }
}

/// One seller's vote on the price level of a cell: the mean of ln won over his listings there.
///
/// Of a cell the ``perKeyMax`` lowest ranks are kept: authorised sellers first, then a fair sample
/// of the others. A kept seller is kept in every shard, so his sums are complete.
struct PriceVote: Tally, Equatable {
    /// ``CellKey``.
    var key: UInt64
    /// A hash of seller and cell; its top bit is clear for sellers that the brand authorised.
    var rank: UInt64
    /// Sum of ln won, ``Fixed`` raw.
    var sum: Int64
    var count: UInt32

    static let perKeyMax = 512

    static func precedes(_ left: PriceVote, _ right: PriceVote) -> Bool {
        left.key != right.key ? left.key < right.key : left.rank < right.rank
    }

    mutating func absorb(_ other: PriceVote) {
        sum &+= other.sum
        count &+= other.count
    }

    /// The mean in ``Fixed`` raw, rounded toward minus infinity.
    var mean: Int32 {
        let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: Int64(count))
        return Int32(clamping: remainder < 0 ? quotient - 1 : quotient)
    }

    var isAuthorised: Bool { rank >> 63 == 0 }

    static func rank(seller: UInt64, cell: UInt64, isAuthorised: Bool) -> UInt64 {
        let hash = Fingerprint.mix(seller ^ Fingerprint.mix(cell))
        return isAuthorised ? hash & ~(1 << 63) : hash | 1 << 63
    }

    static let columns = (230...233).map { ColumnID(UInt16($0)) }

    static func read(_ reader: ContainerReader) throws(ContainerError) -> [PriceVote] {
        let keys = try reader.u64(columns[0])
        let ranks = try reader.u64(columns[1])
        let sums = try reader.i64(columns[2])
        let counts = try reader.u32(columns[3])
        try reader.expectEqualCounts(
            columns, [keys.count, ranks.count, sums.count, counts.count])
        return keys.indices.map {
            PriceVote(key: keys[$0], rank: ranks[$0], sum: sums[$0], count: max(counts[$0], 1))
        }
    }

    static func write(_ tallies: [PriceVote], to writer: inout ContainerWriter) {
        writer.add(columns[0], tallies.map(\.key))
        writer.add(columns[1], tallies.map(\.rank))
        writer.add(columns[2], tallies.map(\.sum))
        writer.add(columns[3], tallies.map(\.count))
    }
}

/// A seller who uses a near miss of an alias in the brand field, as a brand of its own (SCORING
/// N2). At most ``perKeyMax`` sellers of each are kept, and the test asks for fewer.
struct TokenTally: Tally, Equatable {
    /// Name key of the token.
    var key: UInt64
    /// A hash of the seller.
    var seller: UInt64

    static let perKeyMax = 256

    static func precedes(_ left: TokenTally, _ right: TokenTally) -> Bool {
        left.key != right.key ? left.key < right.key : left.seller < right.seller
    }

    mutating func absorb(_ other: TokenTally) {}

    static let columns = (240...241).map { ColumnID(UInt16($0)) }

    static func read(_ reader: ContainerReader) throws(ContainerError) -> [TokenTally] {
        let keys = try reader.u64(columns[0])
        let sellers = try reader.u64(columns[1])
        try reader.expectEqualCounts(columns, [keys.count, sellers.count])
        return keys.indices.map { TokenTally(key: keys[$0], seller: sellers[$0]) }
    }

    static func write(_ tallies: [TokenTally], to writer: inout ContainerWriter) {
        writer.add(columns[0], tallies.map(\.key))
        writer.add(columns[1], tallies.map(\.seller))
    }
}

/// The key of a price cell.
enum CellKey {
    static func of(brand: UInt32, category: UInt64, condition: UInt8) -> UInt64 {
        Fingerprint.mix(
            Fingerprint.mix(category ^ 0x6365_6C6C) ^ UInt64(brand) << 8 ^ UInt64(condition))
    }
}

extension ContainerReader {
    /// Columns of one table have the same number of rows.
    func expectEqualCounts(_ columns: [ColumnID], _ counts: [Int]) throws(ContainerError) {
        for (column, count) in zip(columns, counts) where count != counts[0] {
            throw .segmentContent(
                file: name, column: column, detail: "rows: expected \(counts[0]), found \(count)")
        }
    }
}
