package import KleanColumns
import KleanCore

extension HotColumns {
    /// Reads the columns asked for; the others stay empty. Naming a text or a dictionary's codes
    /// brings its ends and values with it.
    ///
    /// - Throws: ``ContainerError``: damage, a missing column, or columns that do not fit together.
    package init(reading reader: ContainerReader, columns: some Sequence<ColumnID> = ColumnID.hot)
        throws(ContainerError)
    {
        let wanted = Set(columns)
        self.init()
        guard let priceEntry = reader.entries.first(where: { $0.id == .price }) else {
            throw .missingColumn(file: reader.name, column: .price)
        }
        rowCount = Int(priceEntry.rows)
        let columns = ChunkReading(reader: reader, wanted: wanted, rowCount: rowCount)
        title = try columns.strings(.title)
        brand = try columns.dictionary(.brandCode, .brandValues)
        category = try columns.dictionary(.categoryCode, .categoryValues)
        seller = try columns.dictionary(.sellerCode, .sellerValues)
        shop = try columns.dictionary(.shopCode, .shopValues)
        price = try columns.whole(.price) { id throws(ContainerError) in try reader.i64(id) }
        currency = try columns.whole(.currency) { id throws(ContainerError) in try reader.u32(id) }
        condition = try columns.whole(.condition) { id throws(ContainerError) in try reader.u8(id) }
        images = try columns.hashes(.imageOffsets, .imageHash, .imageQuality)
        logos = try columns.hashes(.logoOffsets, .logoHash, .logoQuality)
        logoLabel = try columns.dictionary(
            .logoLabelCode, .logoLabelValues, rows: columns.entryRows(.logoQuality))
        orders = try columns.whole(.orders) { id throws(ContainerError) in try reader.u32(id) }
        refunds = try columns.whole(.refunds) { id throws(ContainerError) in try reader.u32(id) }
        complaints = try columns.whole(.complaints) { id throws(ContainerError) in
            try reader.u32(id)
        }
        listedAt = try columns.whole(.listedAt) { id throws(ContainerError) in try reader.i64(id) }
        options = try columns.options()
    }

    /// Adds every column in the order of ``ColumnID/hot``.
    func write(to writer: inout ContainerWriter, titleEffort: CompressionEffort) {
        let effort = writer.effort
        writer.effort = titleEffort
        writer.add(.title, title)
        writer.effort = effort
        brand.write(.brandCode, .brandValues, to: &writer)
        category.write(.categoryCode, .categoryValues, to: &writer)
        seller.write(.sellerCode, .sellerValues, to: &writer)
        shop.write(.shopCode, .shopValues, to: &writer)
        writer.add(.price, price)
        writer.add(.currency, currency)
        writer.add(.condition, condition)
        images.write(.imageOffsets, .imageHash, .imageQuality, to: &writer)
        logos.write(.logoOffsets, .logoHash, .logoQuality, to: &writer)
        logoLabel.write(.logoLabelCode, .logoLabelValues, to: &writer)
        writer.add(.orders, orders)
        writer.add(.refunds, refunds)
        writer.add(.complaints, complaints)
        writer.add(.listedAt, listedAt)
        // Chunks without options are as they were before there were any.
        guard !options.isEmpty else { return }
        writer.addOffsets(.optionOffsets, options.offsets)
        writer.add(.optionPrice, options.prices)
        options.names.write(.optionNameCode, .optionNameValues, to: &writer)
    }
}

extension ColdColumns {
    package init(reading reader: ContainerReader) throws(ContainerError) {
        self.init()
        id = try reader.strings(.idText)
        rowCount = id.count
        let columns = ChunkReading(reader: reader, wanted: nil, rowCount: rowCount)
        url = try columns.strings(.url)
        imageRef = try columns.strings(.imageRef)
        options = try columns.strings(.options)
        originalTitle = try columns.strings(.originalTitle)
        logoBox = try reader.u64(.logoBox)
        shipping = try columns.strings(.shipping)
    }

    func write(to writer: inout ContainerWriter) {
        writer.add(.idText, id)
        writer.add(.url, url)
        writer.add(.imageRef, imageRef)
        writer.add(.options, options)
        writer.add(.originalTitle, originalTitle)
        writer.add(.logoBox, logoBox)
        writer.add(.shipping, shipping)
    }
}

extension DictionaryColumn {
    func write(_ codes: ColumnID, _ values: ColumnID, to writer: inout ContainerWriter) {
        writer.add(codes, self.codes)
        writer.add(values, self.values)
    }
}

extension HashList {
    func write(
        _ offsets: ColumnID, _ hashes: ColumnID, _ quality: ColumnID,
        to writer: inout ContainerWriter
    ) {
        writer.addOffsets(offsets, self.offsets)
        writer.add(hashes, self.hashes)
        writer.add(quality, self.quality)
    }
}

/// Decodes columns and checks that they fit together, so that scorers may index without asking.
struct ChunkReading {
    let reader: ContainerReader
    /// `nil` wants all.
    let wanted: Set<ColumnID>?
    let rowCount: Int

    func wants(_ id: ColumnID) -> Bool { wanted?.contains(id) ?? true }

    func entryRows(_ id: ColumnID) -> Int {
        reader.entries.first { $0.id == id }.map { Int($0.rows) } ?? 0
    }

    func whole<Element>(
        _ id: ColumnID, _ read: (ColumnID) throws(ContainerError) -> [Element]
    ) throws(ContainerError) -> [Element] {
        guard wants(id) else { return [] }
        let values = try read(id)
        try expect(id, "rows", rowCount, values.count)
        return values
    }

    func strings(_ id: ColumnID) throws(ContainerError) -> ByteStrings {
        guard wants(id) else { return ByteStrings() }
        let values = try reader.strings(id)
        try expect(id, "rows", rowCount, values.count)
        return values
    }

    func dictionary(_ codes: ColumnID, _ values: ColumnID, rows: Int? = nil)
        throws(ContainerError) -> DictionaryColumn
    {
        guard wants(codes) else { return DictionaryColumn() }
        let column = DictionaryColumn(
            codes: try reader.u32(codes), values: try reader.strings(values))
        try expect(codes, "rows", rows ?? rowCount, column.codes.count)
        let count = UInt32(column.values.count)
        for code in column.codes where code >= count && code != Missing.uint32 {
            throw .segmentContent(
                file: reader.name, column: codes,
                detail: "code: expected below \(count), found \(code)")
        }
        return column
    }

    func hashes(_ offsets: ColumnID, _ hashes: ColumnID, _ quality: ColumnID)
        throws(ContainerError) -> HashList
    {
        guard wants(offsets) else { return HashList() }
        var list = HashList(offsets: try reader.offsets(offsets))
        try expect(offsets, "entries", rowCount + 1, list.offsets.count)
        try expect(offsets, "first entry", 0, Int(list.offsets.first ?? 0))
        let count = Int(list.offsets.last ?? 0)
        if wants(quality) {
            list.quality = try reader.u8(quality)
            try expect(quality, "rows", count, list.quality.count)
        }
        if wants(hashes) {
            list.hashes = try reader.hash256(hashes)
            try expect(hashes, "rows", count, list.hashes.count)
        }
        return list
    }

    /// None where the chunk has no such columns.
    func options() throws(ContainerError) -> OptionList {
        guard wants(.optionPrice), reader.entries.contains(where: { $0.id == .optionPrice }) else {
            return OptionList()
        }
        let offsets = try reader.offsets(.optionOffsets)
        try expect(.optionOffsets, "entries", rowCount + 1, offsets.count)
        try expect(.optionOffsets, "first entry", 0, Int(offsets.first ?? 0))
        let prices = try reader.i64(.optionPrice)
        try expect(.optionPrice, "rows", Int(offsets.last ?? 0), prices.count)
        guard prices.allSatisfy({ $0 > 0 }) else {
            throw .segmentContent(
                file: reader.name, column: .optionPrice, detail: "price: expected above 0")
        }
        return OptionList(
            offsets: offsets, prices: prices,
            names: try dictionary(.optionNameCode, .optionNameValues, rows: prices.count))
    }

    private func expect(_ id: ColumnID, _ what: String, _ expected: Int, _ found: Int)
        throws(ContainerError)
    {
        guard expected == found else {
            throw .segmentContent(
                file: reader.name, column: id,
                detail: "\(what): expected \(expected), found \(found)")
        }
    }
}
