package import KleanCore

/// A place of a picture that could be a logo, as it is stored and compared.
package struct LogoRegion: Equatable, Sendable {
    /// In pixels of the picture as stored: left, top, width, height, each `0...65535`.
    package struct Box: Equatable, Sendable {
        package var x: Int
        package var y: Int
        package var width: Int
        package var height: Int

        package init(x: Int, y: Int, width: Int, height: Int) {
            self.x = x
            self.y = y
            self.width = width
            self.height = height
        }

        /// Shared pixels by pixels of either, `0...1`.
        func overlap(_ other: Box) -> Double {
            let across = min(x + width, other.x + other.width) - max(x, other.x)
            let down = min(y + height, other.y + other.height) - max(y, other.y)
            guard across > 0, down > 0 else { return 0 }
            let shared = across * down
            return Double(shared) / Double(width * height + other.width * other.height - shared)
        }
    }

    package var box: Box
    package var hash: Hash256
    /// How much shape there is to compare, `0...100`; below 50 a match means little.
    package var quality: UInt8

    package init(box: Box, hash: Hash256, quality: UInt8) {
        self.box = box
        self.hash = hash
        self.quality = quality
    }
}
