package import KleanColumns
package import KleanCore

/// A chunk as three files in memory, with the digests of what they hold.
package struct EncodedChunk: Sendable {
    package let rows: Int
    package let hot: [UInt8]
    package let cold: [UInt8]
    package let ids: [UInt8]
    package let hotDigest: Digest
    package let coldDigest: Digest

    /// Encodes columns that fit together. `effort` is for titles, which gain most by it; everything
    /// else is compressed fast.
    ///
    /// - Precondition: both have the same rows, at most `Limits.rowsPerChunkMax`.
    package init(hot: HotColumns, cold: ColdColumns, effort: CompressionEffort) {
        self.init(hot, EncodedChunk.encode(hot, effort), cold, EncodedChunk.encode(cold))
    }

    /// The same on two threads of a pool, where a second one is free.
    init(hot: HotColumns, cold: ColdColumns, effort: CompressionEffort, pool: WorkPool) {
        let (front, back) = pool.both(
            { EncodedChunk.encode(hot, effort) }, { EncodedChunk.encode(cold) })
        self.init(hot, front, cold, back)
    }

    private init(
        _ hot: HotColumns, _ front: Front, _ cold: ColdColumns, _ back: Back
    ) {
        precondition(hot.rowCount == cold.rowCount, "hot and cold rows are the same")
        precondition(hot.rowCount <= Limits.rowsPerChunkMax, "a chunk holds its bound")
        rows = hot.rowCount
        (self.hot, hotDigest) = (front.file, front.digest)
        (self.cold, ids, coldDigest) = (back.file, back.ids, back.digest)
    }

    private typealias Front = (file: [UInt8], digest: Digest)
    private typealias Back = (file: [UInt8], ids: [UInt8], digest: Digest)

    private static func encode(_ hot: HotColumns, _ effort: CompressionEffort) -> Front {
        var writer = ContainerWriter(kind: .hotChunk)
        hot.write(to: &writer, titleEffort: effort)
        return (writer.finish(), writer.digest)
    }

    private static func encode(_ cold: ColdColumns) -> Back {
        var writer = ContainerWriter(kind: .coldChunk)
        cold.write(to: &writer)
        return (writer.finish(), IDIndex.encode(cold.id), writer.digest)
    }
}

/// Collects listings, row by row or many at a time, into one chunk.
package struct ChunkBuilder: Sendable {
    private var hot = HotColumns()
    private var cold = ColdColumns()
    private var brand = DictionaryBuilder()
    private var category = DictionaryBuilder()
    private var seller = DictionaryBuilder()
    private var shop = DictionaryBuilder()
    private var logoLabel = DictionaryBuilder()
    private var optionName = DictionaryBuilder()

    package init() {}

    package var rowCount: Int { hot.rowCount }

    /// - Precondition: fewer than `Limits.rowsPerChunkMax` rows so far; an id.
    package mutating func append(_ listing: Listing) {
        precondition(hot.rowCount < Limits.rowsPerChunkMax, "a chunk holds its bound")
        precondition(!listing.id.isEmpty, "a listing has an id")
        brand.append(listing.brand)
        category.append(listing.category)
        seller.append(listing.seller)
        shop.append(listing.shop)
        for logo in listing.logos.prefix(Limits.hashesPerListingMax) {
            logoLabel.append(logo.label)
        }
        for option in hot.appendPlain(listing).kept { optionName.append(option.name) }
        cold.append(listing)
    }

    /// Adds rows of columns that were filled elsewhere, all unless said otherwise.
    ///
    /// - Precondition: the rows fit `Limits.rowsPerChunkMax`; hot and cold have the same rows.
    package mutating func append(
        hot other: HotColumns, cold otherCold: ColdColumns, rows: Range<Int>? = nil
    ) {
        let rows = rows ?? 0..<other.rowCount
        precondition(other.rowCount == otherCold.rowCount, "hot and cold rows are the same")
        precondition(hot.rowCount + rows.count <= Limits.rowsPerChunkMax, "a chunk holds its bound")
        brand.append(contentsOf: other.brand, rows: rows)
        category.append(contentsOf: other.category, rows: rows)
        seller.append(contentsOf: other.seller, rows: rows)
        shop.append(contentsOf: other.shop, rows: rows)
        let logos = other.logos.range(of: rows)
        logoLabel.append(contentsOf: other.logoLabel, rows: logos)
        optionName.append(
            contentsOf: other.options.names, rows: other.options.range(of: rows))
        hot.appendPlain(other, rows)
        cold.append(otherCold, rows, logos: logos)
    }

    /// Makes room for rows that are about to be added, so that columns grow once.
    mutating func reserve(for parts: [(hot: HotColumns, cold: ColdColumns, rows: Range<Int>)]) {
        let rows = parts.reduce(0) { $0 + $1.rows.count }
        func sum(_ size: (HotColumns, ColdColumns, Range<Int>) -> Int) -> Int {
            parts.reduce(0) { $0 + size($1.hot, $1.cold, $1.rows) }
        }
        hot.title.reserve(strings: rows, bytes: sum { $0.title.byteCount($2) })
        cold.id.reserve(strings: rows, bytes: sum { $1.id.byteCount($2) })
        cold.url.reserve(strings: rows, bytes: sum { $1.url.byteCount($2) })
        cold.imageRef.reserve(strings: rows, bytes: sum { $1.imageRef.byteCount($2) })
        cold.options.reserve(strings: rows, bytes: sum { $1.options.byteCount($2) })
        cold.originalTitle.reserve(strings: rows, bytes: sum { $1.originalTitle.byteCount($2) })
        cold.shipping.reserve(strings: rows, bytes: sum { $1.shipping.byteCount($2) })
        let images = sum { hot, _, rows in hot.images.range(of: rows).count }
        hot.images.hashes.reserveCapacity(images)
        hot.images.quality.reserveCapacity(images)
        hot.images.offsets.reserveCapacity(rows + 1)
        hot.logos.offsets.reserveCapacity(rows + 1)
        hot.price.reserveCapacity(rows)
        hot.currency.reserveCapacity(rows)
        hot.condition.reserveCapacity(rows)
        hot.orders.reserveCapacity(rows)
        hot.refunds.reserveCapacity(rows)
        hot.complaints.reserveCapacity(rows)
        hot.listedAt.reserveCapacity(rows)
    }

    /// The columns so far.
    package var columns: (hot: HotColumns, cold: ColdColumns) {
        var whole = hot
        whole.brand = brand.column
        whole.category = category.column
        whole.seller = seller.column
        whole.shop = shop.column
        whole.logoLabel = logoLabel.column
        whole.options.names = optionName.column
        return (whole, cold)
    }

    /// Encodes the chunk. - Complexity: dominated by compression: `.high` takes about 20 ns a
    /// title byte, `.fast` a seventh.
    package consuming func finish(_ effort: CompressionEffort) -> EncodedChunk {
        let (hot, cold) = columns
        return EncodedChunk(hot: hot, cold: cold, effort: effort)
    }
}

extension ByteStrings {
    /// Bytes of several strings.
    func byteCount(_ rows: Range<Int>) -> Int {
        Int(offsets[rows.upperBound] - offsets[rows.lowerBound])
    }

    mutating func append(contentsOf other: ByteStrings, rows: Range<Int>) {
        guard !rows.isEmpty else { return }
        let start = other.offsets[rows.lowerBound]
        let end = other.offsets[rows.upperBound]
        let shift = UInt32(bytes.count) &- start
        bytes.append(contentsOf: other.bytes[Int(start)..<Int(end)])
        offsets.append(
            contentsOf: other.offsets[(rows.lowerBound + 1)...rows.upperBound].lazy.map {
                $0 &+ shift
            })
    }
}

extension HashList {
    /// Where the hashes of several rows stand.
    func range(of rows: Range<Int>) -> Range<Int> {
        Int(offsets[rows.lowerBound])..<Int(offsets[rows.upperBound])
    }

    mutating func append(contentsOf other: HashList, rows: Range<Int>) {
        guard !rows.isEmpty else { return }
        let hashRange = other.range(of: rows)
        let shift = UInt32(quality.count) &- UInt32(hashRange.lowerBound)
        hashes.append(contentsOf: other.hashes[hashRange])
        quality.append(contentsOf: other.quality[hashRange])
        offsets.append(
            contentsOf: other.offsets[(rows.lowerBound + 1)...rows.upperBound].lazy.map {
                $0 &+ shift
            })
    }
}

extension HotColumns {
    /// Every column but the dictionaries of one listing.
    ///
    /// - Returns: The options whose prices were added.
    mutating func appendPlain(_ listing: Listing) -> TakenOptions {
        rowCount += 1
        title.append(listing.title)
        price.append(listing.price)
        currency.append(listing.currency.packed)
        condition.append(listing.condition?.rawValue ?? Missing.uint8)
        for image in listing.images.prefix(Limits.hashesPerListingMax) {
            images.append(image.hash, quality: image.quality)
        }
        images.endRow()
        for logo in listing.logos.prefix(Limits.hashesPerListingMax) {
            logos.append(logo.hash, quality: logo.quality)
        }
        logos.endRow()
        orders.append(listing.orders)
        refunds.append(listing.refunds)
        complaints.append(listing.complaints)
        listedAt.append(listing.listedAt)
        return listing.options.withUnsafeBufferPointer {
            appendOptions($0, price: listing.price, currency: listing.currency)
        }
    }

    /// Adds the prices of a row's options.
    mutating func appendOptions(
        _ text: UnsafeBufferPointer<UInt8>, price: Int64, currency: Currency
    ) -> TakenOptions {
        let taken = TakenOptions(PricedOption.read(text, price: price, currency: currency))
        for option in taken.kept { options.append(price: option.price) }
        options.endRow()
        return taken
    }

    /// Every column but the dictionaries, whose codes need translating.
    fileprivate mutating func appendPlain(_ other: HotColumns, _ rows: Range<Int>) {
        rowCount += rows.count
        title.append(contentsOf: other.title, rows: rows)
        price += other.price[rows]
        currency += other.currency[rows]
        condition += other.condition[rows]
        images.append(contentsOf: other.images, rows: rows)
        logos.append(contentsOf: other.logos, rows: rows)
        orders += other.orders[rows]
        refunds += other.refunds[rows]
        complaints += other.complaints[rows]
        listedAt += other.listedAt[rows]
        options.append(contentsOf: other.options, rows: rows)
    }
}

extension ColdColumns {
    mutating func append(_ listing: Listing) {
        rowCount += 1
        for logo in listing.logos.prefix(Limits.hashesPerListingMax) { logoBox.append(logo.box) }
        id.append(listing.id)
        url.append(listing.url)
        imageRef.append(listing.imageRef)
        options.append(listing.options)
        originalTitle.append(listing.originalTitle)
        shipping.append(listing.shipping)
    }

    fileprivate mutating func append(_ other: ColdColumns, _ rows: Range<Int>, logos: Range<Int>) {
        rowCount += rows.count
        id.append(contentsOf: other.id, rows: rows)
        url.append(contentsOf: other.url, rows: rows)
        imageRef.append(contentsOf: other.imageRef, rows: rows)
        options.append(contentsOf: other.options, rows: rows)
        originalTitle.append(contentsOf: other.originalTitle, rows: rows)
        shipping.append(contentsOf: other.shipping, rows: rows)
        logoBox += other.logoBox[logos]
    }
}
