import KleanCore

/// The rows of one block of input, in columns, with what became of the other records.
struct RowBatch: Sendable {
    var hot = HotColumns()
    var cold = ColdColumns()
    /// The fingerprint of each row's id.
    var idKeys: [UInt64] = []
    var rejects: [BlockReject] = []
    var tally = PackTally()
    /// Line ends in the block.
    var lines: UInt64 = 0

    /// Decoded bytes, near enough for bounds.
    var byteCount: Int {
        hot.title.bytes.count + cold.id.bytes.count + cold.url.bytes.count
            + cold.imageRef.bytes.count + cold.options.bytes.count
            + cold.originalTitle.bytes.count + cold.shipping.bytes.count
            + hot.images.hashes.count * 33 + hot.logos.hashes.count * 41 + hot.rowCount * 104
            + hot.brand.values.bytes.count + hot.category.values.bytes.count
            + hot.seller.values.bytes.count + hot.shop.values.bytes.count
            + hot.options.names.values.bytes.count + hot.options.prices.count * 12
    }
}

extension RowBatch {
    /// Adds all of a listing but what stands in dictionaries.
    ///
    /// - Returns: The options whose prices were added.
    mutating func append(_ listing: Listing) -> TakenOptions {
        cold.append(listing)
        return hot.appendPlain(listing)
    }
}

/// A record of a block that was not packed.
struct BlockReject: Sendable {
    /// Line ends between the block's start and the record.
    var line: UInt64
    var reason: RejectReason
    var detail: String
    var raw: [UInt8]
}

/// Where the fields of one source come from, settled once for all its blocks.
struct SettlePlan: Sendable {
    /// What rows are named after when they have no id.
    let sourceName: String
    let mapping: Mapping
    let yenSign: Currency
    /// For each field, which cells of a row feed it, best first.
    private let slots: [Range<Int>]
    /// For each cell, the currency that its column's name says.
    let namedCurrency: [Currency]
    let slotCount: Int
    /// Rows are settled already: see ``ExactRow``.
    let isExport: Bool
    /// The header's own cells for the title, to know a header that is repeated.
    let titleHeader: [UInt8]

    init(_ plan: ColumnPlan, mapping: Mapping, sourceName: String, yenSign: Currency) {
        self.sourceName = sourceName
        self.mapping = mapping
        self.yenSign = yenSign
        slotCount = plan.entries.count
        isExport = plan.isExport
        var slots: [Range<Int>] = []
        var next = 0
        for field in Field.allCases {
            let count = plan.entries.count { $0.field == field }
            slots.append(next..<(next + count))
            next += count
        }
        self.slots = slots
        namedCurrency = plan.entries.map { plan.namedCurrency[$0.column] ?? .missing }
        titleHeader = plan.columns(for: .title).first.map { Array(plan.columns[$0].utf8) } ?? []
    }

    func slots(_ field: Field) -> Range<Int> { slots[field.order] }
}
