package import KleanCore

/// One catalog item as bytes: what a generator or a test writes, and what `explain` shows.
///
/// Text is UTF-8; empty means missing. The pack path does not build these: it fills columns.
package struct Listing: Equatable, Sendable {
    /// Needed: the only field without a missing form.
    package var id: [UInt8]
    package var title: [UInt8] = []
    package var brand: [UInt8] = []
    package var category: [UInt8] = []
    package var seller: [UInt8] = []
    package var shop: [UInt8] = []
    /// Minor units; `Missing.int64`.
    package var price = Missing.int64
    package var currency = Currency.missing
    package var condition: Condition?
    package var images: [ImageHash] = []
    package var logos: [LogoHash] = []
    /// Counters of 90 days; `Missing.uint32`.
    package var orders = Missing.uint32
    package var refunds = Missing.uint32
    package var complaints = Missing.uint32
    /// Seconds since 1970-01-01 UTC; `Missing.int64`.
    package var listedAt = Missing.int64
    package var url: [UInt8] = []
    package var imageRef: [UInt8] = []
    package var options: [UInt8] = []
    package var originalTitle: [UInt8] = []
    package var shipping: [UInt8] = []

    package init(id: [UInt8]) { self.id = id }

    package init(id: String, title: String = "") {
        self.id = Array(id.utf8)
        self.title = Array(title.utf8)
    }
}

/// A picture's hash and quality (`0...100`, `Missing.uint8` unknown).
package struct ImageHash: Hashable, Sendable {
    package var hash: Hash256
    package var quality: UInt8

    package init(hash: Hash256, quality: UInt8) {
        self.hash = hash
        self.quality = quality
    }
}

/// A logo region's hash, quality, label (empty when the detector gave none) and box.
package struct LogoHash: Hashable, Sendable {
    package var hash: Hash256
    package var quality: UInt8
    package var label: [UInt8]
    package var box: UInt64

    package init(
        hash: Hash256, quality: UInt8, label: [UInt8] = [], box: UInt64 = LogoBox.missing
    ) {
        self.hash = hash
        self.quality = quality
        self.label = label
        self.box = box
    }
}
