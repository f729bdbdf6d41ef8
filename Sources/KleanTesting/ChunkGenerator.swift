internal import KleanCatalog
internal import KleanCore

/// Writes chunks of a world, one after another, into columns that it reuses. One per thread.
///
/// A row depends on the world and its ordinal alone, so any number of threads and any size of
/// chunks give the same listings.
struct ChunkGenerator: ~Copyable {
    /// When generated catalogs are taken: 2026-11-01T00:00:00Z.
    static let now: Int64 = 1_793_491_200

    let world: World
    var random = SplitMix64(seed: 0)
    var planted: [PlantedRow] = []

    var title: Scratch<UInt8>
    var titleOffsets: Scratch<UInt32>
    var brand: DictionaryScratch
    var category: DictionaryScratch
    var seller: DictionaryScratch
    var shop: DictionaryScratch
    var price: Scratch<Int64>
    var currency: Scratch<UInt32>
    var condition: Scratch<UInt8>
    var images: HashScratch
    var logos: HashScratch
    var logoLabel: DictionaryScratch
    var orders: Scratch<UInt32>
    var refunds: Scratch<UInt32>
    var complaints: Scratch<UInt32>
    var listedAt: Scratch<Int64>

    var id: TextScratch
    var url: TextScratch
    var imageRef: TextScratch
    var options: TextScratch
    var originalTitle: TextScratch
    var shipping: TextScratch
    var logoBox: Scratch<UInt64>

    init(world: World, rowsPerChunk rows: Int) {
        self.world = world
        title = Scratch(capacity: rows * 96)
        titleOffsets = Scratch(capacity: rows + 1)
        brand = DictionaryScratch(world.brandTexts, rows: rows)
        category = DictionaryScratch(world.categoryPaths, rows: rows)
        seller = DictionaryScratch(world.sellerNames, rows: rows)
        shop = DictionaryScratch(world.shopNames, rows: rows)
        price = Scratch(capacity: rows)
        currency = Scratch(capacity: rows)
        condition = Scratch(capacity: rows)
        images = HashScratch(rows: rows, hashes: rows * 5 / 2)
        logos = HashScratch(rows: rows, hashes: rows)
        logoLabel = DictionaryScratch(world.brandTexts, rows: rows)
        orders = Scratch(capacity: rows)
        refunds = Scratch(capacity: rows)
        complaints = Scratch(capacity: rows)
        listedAt = Scratch(capacity: rows)
        id = TextScratch(rows: rows, bytes: rows * 12)
        url = TextScratch(rows: rows, bytes: rows * 40)
        imageRef = TextScratch(rows: rows, bytes: rows * 40)
        options = TextScratch(rows: rows, bytes: rows * 16)
        originalTitle = TextScratch(rows: rows, bytes: rows * 4)
        shipping = TextScratch(rows: rows, bytes: rows * 8)
        logoBox = Scratch(capacity: rows)
    }

    /// Generates the rows of one chunk, each seeded by its ordinal.
    mutating func generate(chunk number: Int, ordinals: Range<Int>) -> GeneratedChunk {
        removeAll()
        for ordinal in ordinals {
            random = SplitMix64(seed: world.seed, stream: 0xC0_0000_0000 &+ UInt64(ordinal))
            if let kind = writeRow() {
                planted.append(PlantedRow(ordinal: UInt32(ordinal), kind: kind))
            }
            writeCold(ordinal)
        }
        return GeneratedChunk(
            number: number, hot: hotColumns(ordinals.count), cold: coldColumns(ordinals.count),
            planted: planted)
    }

    private mutating func removeAll() {
        planted.removeAll(keepingCapacity: true)
        title.removeAll()
        titleOffsets.removeAll()
        titleOffsets.append(0)
        brand.removeAll()
        category.removeAll()
        seller.removeAll()
        shop.removeAll()
        price.removeAll()
        currency.removeAll()
        condition.removeAll()
        images.removeAll()
        logos.removeAll()
        logoLabel.removeAll()
        orders.removeAll()
        refunds.removeAll()
        complaints.removeAll()
        listedAt.removeAll()
        id.removeAll()
        url.removeAll()
        imageRef.removeAll()
        options.removeAll()
        originalTitle.removeAll()
        shipping.removeAll()
        logoBox.removeAll()
    }

    private func hotColumns(_ rows: Int) -> HotColumns {
        var hot = HotColumns()
        hot.rowCount = rows
        hot.title = ByteStrings(offsets: titleOffsets.array, bytes: title.array)
        hot.brand = brand.column
        hot.category = category.column
        hot.seller = seller.column
        hot.shop = shop.column
        hot.price = price.array
        hot.currency = currency.array
        hot.condition = condition.array
        hot.images = images.list
        hot.logos = logos.list
        hot.logoLabel = logoLabel.column
        hot.orders = orders.array
        hot.refunds = refunds.array
        hot.complaints = complaints.array
        hot.listedAt = listedAt.array
        return hot
    }

    private func coldColumns(_ rows: Int) -> ColdColumns {
        var cold = ColdColumns()
        cold.rowCount = rows
        cold.id = id.strings
        cold.url = url.strings
        cold.imageRef = imageRef.strings
        cold.options = options.strings
        cold.originalTitle = originalTitle.strings
        cold.shipping = shipping.strings
        cold.logoBox = logoBox.array
        return cold
    }

    /// What only people read: written after the hot columns of the same row.
    private mutating func writeCold(_ ordinal: Int) {
        let word = random.next()
        id.reserve(32)
        id.bytes.appendUnchecked(UInt8(ascii: "G"))
        id.bytes.append(decimal: ordinal, digits: 9)
        id.endRow()
        url.append("https://market.example/")
        url.reserve(32)
        url.bytes.append(decimal: ordinal, digits: 9)
        url.endRow()
        imageRef.reserve(images.lastRowCount * 16)
        for slot in 0..<images.lastRowCount {
            if slot > 0 { imageRef.bytes.appendUnchecked(UInt8(ascii: ";")) }
            imageRef.bytes.append(decimal: ordinal, digits: 9)
            imageRef.bytes.appendUnchecked(UInt8(ascii: "."))
            imageRef.bytes.append(decimal: slot)
        }
        imageRef.endRow()
        if word & 3 == 0 {
            let colours = world.words.korean.colours
            options.reserve(128)
            options.append("색상:")
            options.bytes.append(
                colours[Int(truncatingIfNeeded: word >> 8 & 0xFFFF) % colours.count])
            options.append(";사이즈:")
            options.bytes.append(decimal: 85 + 5 * Int(truncatingIfNeeded: word >> 24 & 7))
        }
        options.endRow()
        if word >> 40 & 127 == 0 {
            let start = Int(titleOffsets.base[titleOffsets.count - 2])
            originalTitle.append("  ")
            originalTitle.reserve(title.count - start + 16)
            originalTitle.bytes.append(
                UnsafeBufferPointer(start: title.base + start, count: title.count - start))
        }
        originalTitle.endRow()
        switch word >> 48 & 15 {
        case 0..<8: shipping.append("0")
        case 8..<12: shipping.append("3000")
        case 12..<15: shipping.append("2500")
        default: break
        }
        shipping.endRow()
    }
}

/// A text column that one thread fills again and again.
struct TextScratch: ~Copyable {
    var bytes: Scratch<UInt8>
    private var offsets: Scratch<UInt32>

    init(rows: Int, bytes count: Int) {
        bytes = Scratch(capacity: count)
        offsets = Scratch(capacity: rows + 1)
        offsets.append(0)
    }

    @inline(__always) mutating func reserve(_ more: Int) { bytes.reserve(more) }

    @inline(__always) mutating func append(_ text: StaticString) {
        bytes.reserve(text.utf8CodeUnitCount + 16)
        for index in 0..<text.utf8CodeUnitCount { bytes.appendUnchecked(text.utf8Start[index]) }
    }

    @inline(__always) mutating func endRow() { offsets.append(UInt32(bytes.count)) }

    mutating func removeAll() {
        bytes.removeAll()
        offsets.removeAll()
        offsets.append(0)
    }

    var strings: ByteStrings { ByteStrings(offsets: offsets.array, bytes: bytes.array) }
}

/// A dictionary column over a pool of all texts that may occur.
struct DictionaryScratch: ~Copyable {
    private let pool: TokenPool
    private var codes: Scratch<UInt32>
    /// Pool index to code plus one; 0 where the chunk has not met the text.
    private var codeOf: Scratch<UInt32>
    private var met: Scratch<Int32>

    init(_ pool: TokenPool, rows: Int) {
        self.pool = pool
        codes = Scratch(capacity: rows)
        codeOf = Scratch(capacity: pool.count)
        for _ in 0..<pool.count { codeOf.append(0) }
        met = Scratch(capacity: 1_024)
    }

    /// Adds the text with that index in the pool; below 0 means missing.
    @inline(__always) mutating func append(_ index: Int32) {
        guard index >= 0 else { return codes.append(Missing.uint32) }
        let known = codeOf.base[Int(index)]
        if known > 0 { codes.append(known - 1) } else { meet(index) }
    }

    private mutating func meet(_ index: Int32) {
        met.append(index)
        codeOf.base[Int(index)] = UInt32(met.count)
        codes.append(UInt32(met.count - 1))
    }

    mutating func removeAll() {
        for place in 0..<met.count { codeOf.base[Int(met.base[place])] = 0 }
        met.removeAll()
        codes.removeAll()
    }

    /// The texts are fetched here, one after another: the processor then waits for many at once.
    var column: DictionaryColumn {
        var values = TextScratch(rows: met.count, bytes: met.count * 16)
        for place in 0..<met.count {
            let token = pool[Int(met.base[place])]
            values.reserve(token.count + 16)
            values.bytes.append(token)
            values.endRow()
        }
        return DictionaryColumn(codes: codes.array, values: values.strings)
    }
}

/// A list-of-hashes column that one thread fills again and again.
struct HashScratch: ~Copyable {
    private var offsets: Scratch<UInt32>
    private var hashes: Scratch<Hash256>
    private var quality: Scratch<UInt8>
    private(set) var lastRowCount = 0

    init(rows: Int, hashes count: Int) {
        offsets = Scratch(capacity: rows + 1)
        offsets.append(0)
        hashes = Scratch(capacity: count)
        quality = Scratch(capacity: count)
    }

    @inline(__always) mutating func append(_ hash: Hash256, quality value: UInt8) {
        hashes.append(hash)
        quality.append(value)
    }

    @inline(__always) mutating func endRow() {
        lastRowCount = hashes.count - Int(offsets.base[offsets.count - 1])
        offsets.append(UInt32(hashes.count))
    }

    mutating func removeAll() {
        offsets.removeAll()
        offsets.append(0)
        hashes.removeAll()
        quality.removeAll()
    }

    var list: HashList {
        HashList(offsets: offsets.array, hashes: hashes.array, quality: quality.array)
    }
}
