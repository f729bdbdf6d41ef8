import KleanImage

extension LogoRegion.Box {
    /// As ``LogoBox`` stores it; sides and places past 65,535 pixels are cut.
    var packed: UInt64 {
        LogoBox.pack(
            x: UInt16(clamping: x), y: UInt16(clamping: y), width: UInt16(clamping: width),
            height: UInt16(clamping: height))
    }

    init(packed: UInt64) {
        let (x, y, width, height) = LogoBox.unpack(packed)
        self.init(x: x, y: y, width: width, height: height)
    }
}
