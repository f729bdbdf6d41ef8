internal import KleanCatalog
internal import KleanCore

extension ChunkGenerator {
    /// Writes the title: prefix, brand, line, words up to a drawn length, noun, colour, size, code.
    mutating func writeTitle(_ row: inout RowDraft) {
        title.reserve(1_024)
        let start = title.count
        if row.decoy >= 0 {
            writeDecoy(row)
        } else if row.accessory >= 0 {
            writeAccessory(row)
        } else {
            writeGoods(&row, start: start)
        }
        if title.base[title.count - 1] == 32 { title.shorten(to: title.count - 1) }
        titleOffsets.append(UInt32(title.count))
    }

    private mutating func writeGoods(_ row: inout RowDraft, start: Int) {
        let words = row.isKorean ? world.words.korean : world.words.english
        let word = random.next()
        if row.condition != .new {
            put(row.isKorean ? "[중고] " : "[Used] ")
            if word & 7 == 0 { put(row.isKorean ? "S급 " : "Very Good ") }
        } else if word & 3 == 0 {
            putAny(words.prefixes, orOf: words.prefixPacks, &row, word >> 8)
        }
        if row.titleBrand >= 0 { put(world.brandTexts[Int(row.titleBrand)]) }
        if row.slang >= 0 { put(words.slang[Int(row.slang)]) }
        let hasProduct = row.product >= 0 && row.namesProduct
        let line = hasProduct ? world.products[row.product].line : -1
        if line >= 0 {
            put((row.isKorean ? world.linesKorean : world.linesEnglish)[Int(line)])
        } else if !hasProduct, word >> 4 & 7 < 5 {
            putDesign(words.syllables, parts: row.isKorean ? 2 : 3, word >> 24)
        }
        let adjectives = words.adjectives(world.categories[row.category].kind)
        // The tail takes about 30 bytes.
        let length = 27 + word.draw(40, below: 26)
        repeat {
            putSkewed(adjectives, random.next())
        } while title.count - start < length
        putNoun(row)
        putColourAndSize(&row, words)
        putCode(row, hasProduct)
    }

    private mutating func putNoun(_ row: RowDraft) {
        let category = world.categories[row.category]
        let nouns = row.isKorean ? category.nounsKorean : category.nounsEnglish
        let pool = row.isKorean ? world.nounsKorean : world.nounsEnglish
        put(pool[Int(nouns.lowerBound) + random.below(nouns.count)])
    }

    private mutating func putColourAndSize(_ row: inout RowDraft, _ words: LanguageWords) {
        let word = random.next()
        if word & 15 < 9 { putSkewed(words.colours, word >> 8) }
        guard word >> 4 & 3 < 2 else { return }
        switch world.categories[row.category].size {
        case UInt8(ascii: "c"): putAny(world.words.clothes, word >> 32)
        case UInt8(ascii: "s"): putAny(world.words.shoes, word >> 32)
        case UInt8(ascii: "v"): putAny(world.words.volumes, word >> 32)
        case UInt8(ascii: "d"): putAny(world.words.storage, word >> 32)
        default:
            guard row.isKorean else { return }
            putAny(world.words.suffixes, orOf: world.words.suffixPacks, &row, word >> 32)
        }
    }

    /// The maker's code, or a shop's own: those come from millions, most of them once.
    private mutating func putCode(_ row: RowDraft, _ hasProduct: Bool) {
        let word = random.next()
        guard word & 15 < 9 else { return }
        if hasProduct, word >> 4 & 3 > 0 {
            put(world.codes[Int(world.products[row.product].code)])
        } else {
            title.appendUnchecked(UInt8(65 + word.draw(8, below: 26)))
            title.appendUnchecked(UInt8(65 + word.draw(20, below: 26)))
            title.append(decimal: 10_000 + (word >> 32).scaled(to: 90_000), digits: 5)
            title.appendUnchecked(32)
        }
    }

    private mutating func writeAccessory(_ row: RowDraft) {
        let accessory = world.accessories[row.accessory]
        let line = Int(world.products[row.product].line)
        let word = random.next()
        let words = row.isKorean ? world.words.korean : world.words.english
        if row.isKorean {
            if word & 3 == 0 { putAny(words.prefixes, word >> 8) }
            if row.titleBrand >= 0 { put(world.brandTexts[Int(row.titleBrand)]) }
            title.append(world.linesKorean[line])  // "용" follows without a space.
            let phrases = accessory.phrasesKorean
            put(world.accessoryPhrases[Int(phrases.lowerBound) + random.below(phrases.count)])
        } else {
            putAny(words.devices, word >> 8)
            let nouns = accessory.nounsEnglish
            put(world.accessoryNouns[Int(nouns.lowerBound) + random.below(nouns.count)])
            put("for ")
            if row.titleBrand >= 0 { put(world.brandTexts[Int(row.titleBrand)]) }
            put(world.linesEnglish[line])
        }
        putAny(words.colours, word >> 24)
        if word >> 4 & 1 == 0 { putSkewed(words.other, word >> 32) }
        putCode(row, false)
    }

    private mutating func writeDecoy(_ row: RowDraft) {
        let word = random.next()
        put(world.decoyTitles[Int(row.decoy)])
        if word & 1 == 0 { putAny(world.words.korean.colours, word >> 8) }
        putCode(row, false)
    }

    // MARK: Tokens

    /// The token and a space.
    @inline(__always) private mutating func put(_ token: UnsafeBufferPointer<UInt8>) {
        title.append(token)
        title.appendUnchecked(32)
    }

    @inline(__always) private mutating func put(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { title.appendUnchecked(text.utf8Start[index]) }
    }

    @inline(__always) private mutating func putAny(_ pool: TokenPool, _ word: UInt64) {
        put(pool[word.draw(0, below: pool.count)])
    }

    /// A token of either pool; one of `packs` says that the listing sells two.
    @inline(__always) private mutating func putAny(
        _ pool: TokenPool, orOf packs: TokenPool, _ row: inout RowDraft, _ word: UInt64
    ) {
        let index = word.draw(0, below: pool.count + packs.count)
        if index < pool.count { return put(pool[index]) }
        put(packs[index - pool.count])
        row.pieces = 2
    }

    /// Early words of the pool more often, as words are.
    @inline(__always) private mutating func putSkewed(_ pool: TokenPool, _ word: UInt64) {
        put(pool[min(word.draw(0, below: pool.count), word.draw(16, below: pool.count))])
    }

    /// A made-up word: what shops call their designs.
    @inline(__always) private mutating func putDesign(
        _ syllables: TokenPool, parts: Int, _ word: UInt64
    ) {
        var rest = Fingerprint.mix(word & 0x3F_FFFF)
        let start = title.count
        for _ in 0..<parts {
            title.append(
                syllables[rest.draw(0, below: syllables.count)])
            rest >>= 16
        }
        let first = title.base[start]
        if first >= 97, first <= 122 { title.base[start] = first - 32 }
        title.appendUnchecked(32)
    }
}
