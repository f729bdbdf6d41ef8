/// What a picture file may ask of us. The header is held against these before anything is
/// allocated, so a file of 100 bytes that promises 10^9 pixels costs nothing.
package struct PictureLimits: Equatable, Sendable {
    /// Bytes of one file.
    package var bytesMax: Int
    /// Pixels of one picture, so that a decoding thread holds at most 3 bytes for each of them
    /// (with an interlaced PNG or a WebP that has alpha, 7).
    package var pixelsMax: Int

    package init(bytesMax: Int = 64 << 20, pixelsMax: Int = 64 << 20) {
        self.bytesMax = bytesMax
        self.pixelsMax = pixelsMax
    }

    /// 64 MiB and 67 million pixels: above any phone's camera but the largest.
    package static let standard = PictureLimits()
}
