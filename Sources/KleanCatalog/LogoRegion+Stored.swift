import KleanImage

extension LogoRegion.Box {
    /// As ``LogoBox`` stores it; sides and places past 65,535 pixels are cut.
    var packed: UInt64 {
        LogoBox.pack(
            x: UInt16(clamping: x), y: UInt16(clamping: y), width: UInt16(clamping: width),
            height: UInt16(clamping: height))
    }

    init(packed: UInt64) {
        func part(_ shift: UInt64) -> Int { Int(packed >> shift & 0xFFFF) }
        self.init(x: part(48), y: part(32), width: part(16), height: part(0))
    }
}
