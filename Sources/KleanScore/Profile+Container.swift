package import KleanColumns
package import KleanCore

extension Profile {
    static let floodEntryColumn = ColumnID(4)
    static let floodCountColumn = ColumnID(5)

    /// The file and its digest.
    ///
    /// **Columns** (kind `KPRF`): 1 totals as in a survey result; 2 model digest `bytes`; 3 stop
    /// pictures `u64`; 4–5 flood entries `u32` and counts `u64`; 6 own-brand tokens `u64`; 20–28
    /// categories, 40–50 sellers, 60–69 cells, in the order of their declarations.
    package func encoded(_ effort: CompressionEffort = .fast) -> (bytes: [UInt8], digest: Digest) {
        var writer = ContainerWriter(kind: .profile, effort: effort)
        writer.add(.surveyTotals, totals.words)
        writer.add(ColumnID(2), bytes: modelDigest.bytes)
        writer.add(ColumnID(3), stopPictures)
        writer.add(Profile.floodEntryColumn, floodEntries)
        writer.add(Profile.floodCountColumn, floodCounts)
        writer.add(ColumnID(6), ownBrandTokens)
        categories.write(to: &writer)
        sellers.write(to: &writer)
        cells.write(to: &writer)
        return (writer.finish(), writer.digest)
    }

    package init(reading reader: ContainerReader) throws(ContainerError) {
        let digest = try reader.bytes(ColumnID(2))
        guard digest.count == 32 else {
            throw .segmentContent(
                file: reader.name, column: ColumnID(2),
                detail: "model digest: expected 32 bytes, found \(digest.count)")
        }
        modelDigest = Digest(bytes: digest)
        totals = try SurveyTotals(reading: reader)
        stopPictures = try reader.ascending(ColumnID(3))
        floodEntries = try reader.u32(Profile.floodEntryColumn)
        floodCounts = try reader.u64(Profile.floodCountColumn)
        try reader.expectEqualCounts(
            [Profile.floodEntryColumn, Profile.floodCountColumn],
            [floodEntries.count, floodCounts.count])
        ownBrandTokens = try reader.ascending(ColumnID(6))
        categories = try CategoryTable(reading: reader)
        sellers = try SellerTable(reading: reader)
        cells = try CellTable(reading: reader)
        let count = categories.keys.count
        for category in sellers.categories where category >= UInt32(count) {
            throw .segmentContent(
                file: reader.name, column: ColumnID(47),
                detail: "category row: expected below \(count), found \(category)")
        }
    }
}

extension ContainerReader {
    /// A key column, checked to ascend strictly.
    func ascending(_ id: ColumnID) throws(ContainerError) -> [UInt64] {
        let keys = try u64(id)
        for index in keys.indices.dropFirst() where keys[index] <= keys[index - 1] {
            throw .segmentContent(
                file: name, column: id, detail: "key \(index): expected to ascend, does not")
        }
        return keys
    }
}

extension CategoryTable {
    private static let columns = (20...28).map { ColumnID(UInt16($0)) }

    func write(to writer: inout ContainerWriter) {
        let columns = CategoryTable.columns
        writer.add(columns[0], keys)
        writer.add(columns[1], complaintOrders)
        writer.add(columns[2], complaints)
        writer.add(columns[3], refundOrders)
        writer.add(columns[4], refunds)
        writer.add(columns[5], complaintRates)
        writer.add(columns[6], refundRates)
        writer.add(columns[7], complaintStrengths)
        writer.add(columns[8], refundStrengths)
    }

    init(reading reader: ContainerReader) throws(ContainerError) {
        let columns = CategoryTable.columns
        self.init()
        keys = try reader.ascending(columns[0])
        complaintOrders = try reader.u64(columns[1])
        complaints = try reader.u64(columns[2])
        refundOrders = try reader.u64(columns[3])
        refunds = try reader.u64(columns[4])
        complaintRates = try reader.u32(columns[5])
        refundRates = try reader.u32(columns[6])
        complaintStrengths = try reader.i32(columns[7])
        refundStrengths = try reader.i32(columns[8])
        try reader.expectEqualCounts(
            columns,
            [
                keys.count, complaintOrders.count, complaints.count, refundOrders.count,
                refunds.count, complaintRates.count, refundRates.count, complaintStrengths.count,
                refundStrengths.count,
            ])
    }
}

extension SellerTable {
    private static let columns = (40...50).map { ColumnID(UInt16($0)) }

    func write(to writer: inout ContainerWriter) {
        let columns = SellerTable.columns
        writer.add(columns[0], keys)
        writer.add(columns[1], listings)
        writer.add(columns[2], claims)
        writer.add(columns[3], complaintOrders)
        writer.add(columns[4], complaints)
        writer.add(columns[5], refundOrders)
        writer.add(columns[6], refunds)
        writer.add(columns[7], categories)
        writer.add(columns[8], complaintLows)
        writer.add(columns[9], refundLows)
        writer.add(columns[10], firstListed)
    }

    init(reading reader: ContainerReader) throws(ContainerError) {
        let columns = SellerTable.columns
        self.init()
        keys = try reader.ascending(columns[0])
        listings = try reader.u32(columns[1])
        claims = try reader.u32(columns[2])
        complaintOrders = try reader.u32(columns[3])
        complaints = try reader.u32(columns[4])
        refundOrders = try reader.u32(columns[5])
        refunds = try reader.u32(columns[6])
        categories = try reader.u32(columns[7])
        complaintLows = try reader.u32(columns[8])
        refundLows = try reader.u32(columns[9])
        firstListed = try reader.i64(columns[10])
        try reader.expectEqualCounts(
            columns,
            [
                keys.count, listings.count, claims.count, complaintOrders.count, complaints.count,
                refundOrders.count, refunds.count, categories.count, complaintLows.count,
                refundLows.count, firstListed.count,
            ])
    }
}

extension CellTable {
    private static let columns = (60...69).map { ColumnID(UInt16($0)) }

    func write(to writer: inout ContainerWriter) {
        let columns = CellTable.columns
        writer.add(columns[0], keys)
        writer.add(columns[1], brands)
        writer.add(columns[2], categories)
        writer.add(columns[3], conditions)
        writer.add(columns[4], levels)
        writer.add(columns[5], medians)
        writer.add(columns[6], scales)
        writer.add(columns[7], votes)
        writer.add(columns[8], listings)
        writer.add(columns[9], flags)
    }

    init(reading reader: ContainerReader) throws(ContainerError) {
        let columns = CellTable.columns
        self.init()
        keys = try reader.ascending(columns[0])
        brands = try reader.u32(columns[1])
        categories = try reader.u64(columns[2])
        conditions = try reader.u8(columns[3])
        levels = try reader.u8(columns[4])
        medians = try reader.i32(columns[5])
        scales = try reader.i32(columns[6])
        votes = try reader.u32(columns[7])
        listings = try reader.u64(columns[8])
        flags = try reader.u8(columns[9])
        try reader.expectEqualCounts(
            columns,
            [
                keys.count, brands.count, categories.count, conditions.count, levels.count,
                medians.count, scales.count, votes.count, listings.count, flags.count,
            ])
    }
}
