internal import CKleanImage

extension Pixels {
    /// The picture with no side longer than `sideMax`; itself if it has none.
    func shrunk(sideMax: Int) -> Pixels {
        let longest = max(width, height)
        guard longest > sideMax else { return self }
        let newWidth = max(1, width * sideMax / longest)
        let newHeight = max(1, height * sideMax / longest)
        let small = [UInt8](unsafeUninitializedCapacity: 3 * newWidth * newHeight) {
            buffer, count in
            rgb.withUnsafeBufferPointer { old in
                ki_shrink(
                    old.baseAddress, Int32(width), Int32(height), buffer.baseAddress,
                    Int32(newWidth), Int32(newHeight))
            }
            count = 3 * newWidth * newHeight
        }
        return Pixels(width: newWidth, height: newHeight, rgb: small)
    }
}

extension LogoRegion.Box {
    /// The box in pixels of the picture that was made smaller.
    func scaled(from small: Pixels, to large: Pixels) -> LogoRegion.Box {
        let left = x * large.width / small.width
        let top = y * large.height / small.height
        return LogoRegion.Box(
            x: left, y: top, width: max(1, (x + width) * large.width / small.width - left),
            height: max(1, (y + height) * large.height / small.height - top))
    }
}
