package import KleanCatalog
package import KleanCore
package import KleanModel

/// What one bank entry would match in a store, before it ships.
package struct BankPreview: Equatable, Sendable {
    /// What is looked for, and how near it must be.
    package struct Query: Equatable, Sendable {
        /// The entry's hashes: the picture turned and mirrored, too, where the bank holds them.
        package var hashes: [Hash256]
        package var target: BankTarget
        package var radiusBits: Int
        /// Listing hashes of a lower quality are not compared; ones of unknown quality are.
        package var qualityMin: Int

        /// - Parameter radiusBits: By default that of a new bank of the target.
        package init(
            hashes: [Hash256], target: BankTarget = .image, radiusBits: Int? = nil,
            qualityMin: Int = 50
        ) {
            self.hashes = hashes
            self.target = target
            self.radiusBits = radiusBits ?? target.radiusBitsUsual
            self.qualityMin = qualityMin
        }
    }

    /// One listing that matches.
    package struct Example: Equatable, Sendable {
        package var ordinal: UInt32
        package var distance: Int
        package var quality: UInt8
    }

    /// Pictures of the store, or its logo regions where the entry is a logo; those compared, and
    /// those that match.
    package private(set) var pictures: UInt64 = 0
    /// Pictures of the store, whatever the entry is.
    private var storePictures: UInt64 = 0
    package private(set) var compared: UInt64 = 0
    package private(set) var matches: UInt64 = 0
    package private(set) var listings: UInt64 = 0
    package private(set) var sellers = 0
    /// Matches by distance: one count for each of ``bandNames(_:)``.
    package private(set) var bands: [UInt64] = [0, 0, 0, 0]
    /// The nearest, by distance, then catalog order.
    package private(set) var nearest: [Example] = []

    /// What the bands are called. Shapes of one logo lie further apart than copies of a picture.
    package static func bandNames(_ target: BankTarget) -> [String] {
        let ends = bandEnds(target)
        let starts = [0] + ends.map { $0 + 1 }
        return zip(starts, ends).map { "\($0)–\($1)" } + ["above \(ends[2])"]
    }

    /// The last distance of each band but the open one.
    private static func bandEnds(_ target: BankTarget) -> [Int] {
        target == .image ? [10, 20, 31] : [20, 32, Limits.logoRadiusBits]
    }

    /// Examples kept.
    package static let examplesMax = 10

    /// The part that matches, `0...1`.
    package var share: Double { pictures > 0 ? Double(matches) / Double(pictures) : 0 }

    /// Matches by pictures of the store: past the model's flood share a scan quarantines the entry.
    package var floodShare: Double {
        storePictures > 0 ? Double(matches) / Double(storePictures) : 0
    }

    /// Looks through a store.
    ///
    /// - Complexity: O(pictures x hashes), about 2 ns each; one chunk's columns in memory.
    package init(_ query: Query, in store: Store) throws(CatalogError) {
        var names: Set<[UInt8]> = []
        for chunk in store.manifest.chunks.indices {
            let columns = try store.hotColumns(chunk, Phase.survey.columns)
            let first = store.manifest.chunks[chunk].firstOrdinal
            var isDead = [Bool](repeating: false, count: columns.rowCount)
            for row in store.tombstones.rows[chunk] { isDead[Int(row)] = true }
            look(query, columns, isDead, first, &names)
        }
        sellers = names.count
    }

    private mutating func look(
        _ query: Query, _ columns: HotColumns, _ isDead: [Bool], _ firstOrdinal: UInt32,
        _ names: inout Set<[UInt8]>
    ) {
        let list = query.target == .image ? columns.images : columns.logos
        let ends = BankPreview.bandEnds(query.target)
        for row in 0..<columns.rowCount where !isDead[row] {
            storePictures += UInt64(columns.images.range(row).count)
            var best = 257
            var quality: UInt8 = 0
            for place in list.range(row) {
                pictures += 1
                guard list.quality[place] >= query.qualityMin else { continue }
                compared += 1
                let distance = query.hashes.reduce(257) {
                    min($0, $1.distance(to: list.hashes[place]))
                }
                guard distance <= query.radiusBits else { continue }
                matches += 1
                bands[ends.firstIndex { distance <= $0 } ?? ends.count] += 1
                if distance < best {
                    best = distance
                    quality = list.quality[place]
                }
            }
            guard best <= query.radiusBits else { continue }
            listings += 1
            let code = columns.seller.codes[row]
            if code != Missing.uint32 {
                names.insert(Array(columns.seller.values[Int(code)]))
            }
            keep(Example(ordinal: firstOrdinal + UInt32(row), distance: best, quality: quality))
        }
    }

    private mutating func keep(_ example: Example) {
        let place = nearest.firstIndex { example.distance < $0.distance } ?? nearest.count
        guard place < BankPreview.examplesMax else { return }
        nearest.insert(example, at: place)
        if nearest.count > BankPreview.examplesMax { nearest.removeLast() }
    }
}
