internal import KleanCatalog
internal import KleanCore

extension ChunkGenerator {
    /// Writes picture and logo hashes: on average two pictures and half a logo a listing.
    mutating func writePictures(_ row: RowDraft, isPlanted: Bool) {
        let word = random.next()
        var count: Int
        switch word & 1_023 {
        case 0..<26: count = 0
        case 26..<390: count = 1
        case 390..<740: count = 2
        case 740..<930: count = 3
        case 930..<1_002: count = 4
        default: count = 5
        }
        if row.picture != nil, count == 0 { count = 1 }
        // The special picture mostly comes first.
        let special = word >> 10 & 3 == 0 && count > 1 ? 1 : 0
        let family = Int(
            row.product >= 0 && row.accessory < 0
                ? world.products[row.product].family : world.categories[row.category].family)
        for slot in 0..<count {
            let draw = random.next()
            if slot == special, let picture = row.picture {
                images.append(
                    picture, quality: isPlanted ? 80 + Self.part(draw, 21) : quality(draw))
            } else {
                images.append(
                    world.pictures.picture(family: family, key: draw ^ 0xF0E5),
                    quality: quality(random.next()))
            }
        }
        if word >> 12 & 63 == 0 {  // A banner of the platform or the courier.
            let banner = min(
                word.draw(20, below: GeneratedBank.banners),
                word.draw(36, below: GeneratedBank.banners))
            let hash = world.bank.bannerHashes[banner]
            images.append(
                PicturePool.copy(
                    hash, bits: Int(word >> 52 & 3), random: &random),
                quality: 90)
        }
        images.endRow()
        writeLogos(row, isPlanted: isPlanted)
    }

    private mutating func writeLogos(_ row: RowDraft, isPlanted: Bool) {
        let word = random.next()
        if Int(truncatingIfNeeded: word & 1_023) * 1_000 < row.logoChance * 1_024 {
            var count = word >> 10 & 7 < 6 ? 1 : 2
            if row.logoChance == 1_000 { count = max(1, count) }
            for _ in 0..<count { writeLogo(row, isPlanted: isPlanted) }
        }
        logos.endRow()
    }

    private mutating func writeLogo(_ row: RowDraft, isPlanted: Bool) {
        let word = random.next()
        if row.logoBrand >= 0 {
            let entry =
                Int(row.logoBrand) * GeneratedBank.logosPerBrand
                + Int(truncatingIfNeeded: word & 3)
            let hash = PicturePool.copy(
                world.bank.logos[entry], bits: word.draw(2, below: 17), random: &random)
            logos.append(hash, quality: isPlanted ? 80 + Self.part(word, 21) : quality(word >> 16))
            logoLabel.append(
                isPlanted || word >> 48 & 3 > 0 ? 2 * row.logoBrand : -1)
        } else {  // Print or ornament that a detector took for a logo.
            logos.append(
                world.pictures.picture(family: 124 + Int(word & 3), key: word),
                quality: quality(word >> 16))
            logoLabel.append(-1)
        }
        let place = random.next()
        logoBox.append(
            LogoBox.pack(
                x: UInt16(place & 511), y: UInt16(place >> 9 & 511),
                width: UInt16(48 + (place >> 18 & 127)), height: UInt16(48 + (place >> 25 & 127))))
    }

    /// Three in a hundred are too poor to compare, one in eight is weak.
    @inline(__always) private func quality(_ word: UInt64) -> UInt8 {
        switch word & 255 {
        case 0..<8: 10 + Self.part(word, 40)
        case 8..<40: 50 + Self.part(word, 30)
        default: 80 + Self.part(word, 21)
        }
    }

    /// `0..<bound` from the word's upper half.
    @inline(__always) private static func part(_ word: UInt64, _ bound: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (word >> 32).scaled(to: bound))
    }

    /// A bank picture of the product as a shop serves it, or `nil` when the bank has none.
    mutating func copied(_ kind: GeneratedBank.Kind, _ product: Int32) -> Hash256? {
        guard let hash = world.bank.picture(kind, of: Int(product), random: &random) else {
            return nil
        }
        return PicturePool.copy(hash, bits: random.below(9), random: &random)
    }

    /// One of six pictures of the product that resellers pass around; no bank has them.
    mutating func stockPicture(_ product: Int32) -> Hash256 {
        let word = random.next()
        let hash = world.pictures.picture(
            family: Int(world.products[product].family),
            key: Fingerprint.mix(world.seed ^ 0x570C) ^ UInt64(product) << 4
                ^ UInt64(word.draw(16, below: 6)))
        guard word >> 8 & 1 == 0 else { return hash }
        return PicturePool.copy(hash, bits: Int(word >> 32 & 7), random: &random)
    }

    /// A picture of a wholesaler that many small shops use, the first ones most.
    mutating func wholesalePicture(_ category: Int32) -> Hash256 {
        let word = random.next()
        let share = min(word >> 32, word & 0xFFFF_FFFF)
        let number = ((share &* share) >> 32).scaled(to: world.rows / 20 + 1)
        let hash = world.pictures.picture(
            family: Int(world.categories[category].family),
            key: Fingerprint.mix(world.seed ^ 0x3701E) ^ UInt64(number))
        guard word & 1 == 0 else { return hash }
        return PicturePool.copy(hash, bits: Int(word >> 1 & 7), random: &random)
    }
}
