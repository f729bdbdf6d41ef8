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

    /// Encodes columns that fit together. `effort` is for the hot file; the cold one is always fast.
    ///
    /// - Precondition: both have the same rows, at most `Limits.rowsPerChunkMax`.
    package init(hot: HotColumns, cold: ColdColumns, effort: CompressionEffort) {
        precondition(hot.rowCount == cold.rowCount, "hot and cold rows are the same")
        precondition(hot.rowCount <= Limits.rowsPerChunkMax, "a chunk holds its bound")
        rows = hot.rowCount
        var hotWriter = ContainerWriter(kind: .hotChunk, effort: effort)
        hot.write(to: &hotWriter)
        self.hot = hotWriter.finish()
        hotDigest = hotWriter.digest
        var coldWriter = ContainerWriter(kind: .coldChunk)
        cold.write(to: &coldWriter)
        self.cold = coldWriter.finish()
        coldDigest = coldWriter.digest
        ids = IDIndex.encode(cold.id)
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

    package init() {}

    package var rowCount: Int { hot.rowCount }

    /// - Precondition: fewer than `Limits.rowsPerChunkMax` rows so far; an id.
    package mutating func append(_ listing: Listing) {
        precondition(hot.rowCount < Limits.rowsPerChunkMax, "a chunk holds its bound")
        precondition(!listing.id.isEmpty, "a listing has an id")
        hot.rowCount += 1
        cold.rowCount += 1
        hot.title.append(listing.title)
        brand.append(listing.brand)
        category.append(listing.category)
        seller.append(listing.seller)
        shop.append(listing.shop)
        hot.price.append(listing.price)
        hot.currency.append(listing.currency.packed)
        hot.condition.append(listing.condition?.rawValue ?? Missing.uint8)
        for image in listing.images.prefix(Limits.hashesPerListingMax) {
            hot.images.append(image.hash, quality: image.quality)
        }
        hot.images.endRow()
        for logo in listing.logos.prefix(Limits.hashesPerListingMax) {
            hot.logos.append(logo.hash, quality: logo.quality)
            logoLabel.append(logo.label)
            cold.logoBox.append(logo.box)
        }
        hot.logos.endRow()
        hot.orders.append(listing.orders)
        hot.refunds.append(listing.refunds)
        hot.complaints.append(listing.complaints)
        hot.listedAt.append(listing.listedAt)
        cold.id.append(listing.id)
        cold.url.append(listing.url)
        cold.imageRef.append(listing.imageRef)
        cold.options.append(listing.options)
        cold.originalTitle.append(listing.originalTitle)
        cold.shipping.append(listing.shipping)
    }

    /// Adds whole columns that were filled elsewhere, as a generator does.
    ///
    /// - Precondition: the rows fit `Limits.rowsPerChunkMax`; hot and cold have the same rows.
    package mutating func append(hot other: HotColumns, cold otherCold: ColdColumns) {
        precondition(other.rowCount == otherCold.rowCount, "hot and cold rows are the same")
        precondition(
            hot.rowCount + other.rowCount <= Limits.rowsPerChunkMax, "a chunk holds its bound")
        brand.append(contentsOf: other.brand)
        category.append(contentsOf: other.category)
        seller.append(contentsOf: other.seller)
        shop.append(contentsOf: other.shop)
        logoLabel.append(contentsOf: other.logoLabel)
        hot.appendPlain(other)
        cold.append(otherCold)
    }

    /// The columns so far.
    package var columns: (hot: HotColumns, cold: ColdColumns) {
        var whole = hot
        whole.brand = brand.column
        whole.category = category.column
        whole.seller = seller.column
        whole.shop = shop.column
        whole.logoLabel = logoLabel.column
        return (whole, cold)
    }

    /// Encodes the chunk. - Complexity: dominated by compression: `.high` takes about 30 ns a
    /// title byte, `.fast` a tenth.
    package consuming func finish(_ effort: CompressionEffort) -> EncodedChunk {
        let (hot, cold) = columns
        return EncodedChunk(hot: hot, cold: cold, effort: effort)
    }
}

extension ByteStrings {
    mutating func append(contentsOf other: ByteStrings) {
        let shift = UInt32(bytes.count)
        bytes.append(contentsOf: other.bytes)
        offsets.reserveCapacity(offsets.count + other.count)
        for end in other.offsets.dropFirst() { offsets.append(end + shift) }
    }
}

extension HashList {
    mutating func append(contentsOf other: HashList) {
        let shift = UInt32(quality.count)
        hashes.append(contentsOf: other.hashes)
        quality.append(contentsOf: other.quality)
        offsets.reserveCapacity(offsets.count + other.rowCount)
        for end in other.offsets.dropFirst() { offsets.append(end + shift) }
    }
}

extension HotColumns {
    /// Every column but the dictionaries, whose codes need translating.
    mutating func appendPlain(_ other: HotColumns) {
        rowCount += other.rowCount
        title.append(contentsOf: other.title)
        price += other.price
        currency += other.currency
        condition += other.condition
        images.append(contentsOf: other.images)
        logos.append(contentsOf: other.logos)
        orders += other.orders
        refunds += other.refunds
        complaints += other.complaints
        listedAt += other.listedAt
    }
}

extension ColdColumns {
    mutating func append(_ other: ColdColumns) {
        rowCount += other.rowCount
        id.append(contentsOf: other.id)
        url.append(contentsOf: other.url)
        imageRef.append(contentsOf: other.imageRef)
        options.append(contentsOf: other.options)
        originalTitle.append(contentsOf: other.originalTitle)
        shipping.append(contentsOf: other.shipping)
        logoBox += other.logoBox
    }
}
