internal import KleanCatalog
internal import KleanCore

/// A listing in the making: what its columns and its title will say.
struct RowDraft {
    /// Brand, goods, and the accessory's target; -1 for none.
    var product: Int32 = -1
    var category: Int32 = 0
    /// In the brand texts; -1 leaves the brand field empty.
    var brandField: Int32 = -1
    var seller: Int32 = 0
    var shop: Int32 = 0
    /// Of one piece.
    var won: Int64 = 0
    /// How many the title says it sells together.
    var pieces: Int64 = 1
    var condition = Condition.new
    var isKorean = true

    /// In the brand texts; -1 keeps brands out of the title.
    var titleBrand: Int32 = -1
    /// Whether the title names the product's line and code.
    var namesProduct = true
    /// In the language's slang pool; -1 for none.
    var slang: Int32 = -1
    /// Accessory number; -1 for none. The product is then the target.
    var accessory: Int32 = -1
    var decoy: Int32 = -1

    /// The special picture, if any; the others are the seller's own or stock.
    var picture: Hash256?
    /// A brand whose logo stands in the pictures, and the chance of it in 1,000.
    var logoBrand: Int32 = -1
    var logoChance = 0
    var isNewListing = false
    /// Counterfeit refunds and complaints in 10,000 orders; -1 for the seller's usual rate.
    var refundRate = -1
    var complaintRate = -1
    /// At least so many orders.
    var ordersMin: UInt32 = 0
}

extension ChunkGenerator {
    /// Writes one row's hot columns. - Returns: What was planted, if anything.
    mutating func writeRow() -> Plant? {
        let word = random.next()
        var row = RowDraft()
        row.isKorean = word >> 16 & 1_023 < 840
        var plant: Plant?
        switch word & 0xFFFF {
        case 0..<328:  // 0.5 %
            let kind = Plant.draw[Int(truncatingIfNeeded: word >> 32 & 63)]
            draft(kind, &row)
            plant = kind
        case 328..<4_300: draftSecondHand(&row)  // 6 %
        case 4_300..<9_000: draftAccessory(&row)  // 7 %
        case 9_000..<9_600: draftDecoy(&row)  // 0.9 %
        case 9_600..<33_000: draftUnbranded(&row)  // 36 %
        case 33_000..<42_000: draftAuthorised(&row)  // 14 %
        default: draftRetail(&row)  // 36 %
        }
        writeTitle(&row)
        writePictures(row, isPlanted: plant != nil)
        writeFields(row)
        return plant
    }

    // MARK: Honest listings

    private mutating func draftAuthorised(_ row: inout RowDraft) {
        let brandNumber = chooseProduct(&row)
        let sellers = world.brands[brandNumber].authorised
        row.seller = sellers.lowerBound + Int32(random.below(sellers.count))
        row.shop = row.seller
        row.won = streetPrice(row.product)
        row.logoChance = 680
        if random.chance(550) {
            let kind: GeneratedBank.Kind = random.chance(700) ? .official : .authorised
            row.picture = copied(kind, row.product)
        }
    }

    private mutating func draftRetail(_ row: inout RowDraft) {
        chooseProduct(&row)
        chooseSeller(world.sellers.resellers, &row)
        row.won = streetPrice(row.product)
        row.logoChance = 620
        if random.chance(120) { row.picture = copied(.official, row.product) }
        if row.picture == nil, random.chance(250) { row.picture = stockPicture(row.product) }
        if random.chance(120) { row.brandField = -1 }
    }

    private mutating func draftSecondHand(_ row: inout RowDraft) {
        chooseProduct(&row)
        chooseSeller(world.sellers.secondHand, &row)
        row.condition = random.chance(60) ? .refurbished : .used
        row.won = streetPrice(row.product) * Int64(35 + random.below(41)) / 100
        row.logoChance = 460
        if random.chance(100) { row.picture = copied(.official, row.product) }
        if random.chance(200) { row.brandField = -1 }
    }

    private mutating func draftAccessory(_ row: inout RowDraft) {
        row.accessory = Int32(random.below(world.accessories.count))
        let accessory = world.accessories[row.accessory]
        row.product =
            world.accessoryTargets[
                accessory.targets.lowerBound + Int32(random.below(accessory.targets.count))]
        row.category = accessory.category
        row.titleBrand = random.chance(500) ? 2 * world.products[row.product].brand : -1
        if row.titleBrand >= 0, row.isKorean { row.titleBrand += 1 }
        row.brandField = unbrandedField()
        chooseSeller(world.sellers.accessory, &row)
        row.won = world.prices.price(accessory.price, spread: 3, random.next())
        // The target itself may be in the picture, with its logo.
        if random.chance(60) { row.picture = copied(.official, row.product) }
        row.logoBrand = world.products[row.product].brand
        row.logoChance = 40
    }

    private mutating func draftDecoy(_ row: inout RowDraft) {
        row.decoy = Int32(random.below(world.decoys.count))
        row.category = world.decoys[row.decoy].category
        row.isKorean = true
        row.brandField = unbrandedField()
        chooseSeller(world.sellers.shops, &row)
        row.won = world.prices.price(world.decoys[row.decoy].price, spread: 2, random.next())
    }

    private mutating func draftUnbranded(_ row: inout RowDraft) {
        chooseUnbranded(&row)
        if random.chance(20) {
            chooseSeller(world.sellers.counterfeiters, &row)
        } else if random.chance(4) {
            chooseSeller(world.sellers.new, &row)
            row.isNewListing = true
        } else {
            chooseSeller(world.sellers.shops, &row)
        }
        if random.chance(200) { row.picture = wholesalePicture(row.category) }
    }

    // MARK: Counterfeits

    private mutating func draft(_ kind: Plant, _ row: inout RowDraft) {
        chooseProduct(&row)
        chooseSeller(
            random.chance(800) ? world.sellers.counterfeiters : world.sellers.resellers, &row)
        row.logoChance = 500
        switch kind {
        case .fakePicture:
            plantPicture(.fake, bitsMax: 24, &row)
            row.won = fakePrice(row.product, 15...60)
            if random.chance(300) { hideBrand(&row) }
        case .officialPictureLowPrice:
            plantPicture(.official, bitsMax: 8, &row)
            row.won = fakePrice(row.product, 8...40)
            row.logoChance = 800
            if random.chance(700) { claimOfficialStore(&row) }
        case .officialPictureOtherBrand:
            plantPicture(.official, bitsMax: 8, &row)
            row.won = fakePrice(row.product, 10...40)
            hideBrand(&row)
            row.logoChance = 0
        case .authorisedPictureCopied:
            plantPicture(.authorised, bitsMax: 6, &row)
            row.won = fakePrice(row.product, 25...60)
        case .logoWithoutBrand:
            hideBrand(&row)
            row.brandField = random.chance(500) ? -1 : blankField()
            row.logoChance = 1_000
            row.won = fakePrice(row.product, 10...50)
        case .logoOfOtherBrand:
            hideBrand(&row)
            row.brandField = label()
            row.logoChance = 1_000
            row.won = fakePrice(row.product, 10...50)
        case .nearMissName:
            disguise(\.nearMisses, &row)
            row.won = fakePrice(row.product, 12...50)
        case .confusableName:
            disguise(\.confusables, &row)
            row.won = fakePrice(row.product, 12...50)
        default:
            draftOther(kind, &row)
        }
    }

    private mutating func draftOther(_ kind: Plant, _ row: inout RowDraft) {
        switch kind {
        case .slangWithBrand:
            let words = row.isKorean ? world.words.korean : world.words.english
            row.slang = Int32(random.below(words.slang.count))
            row.won = fakePrice(row.product, 10...50)
            if random.chance(400) { row.brandField = -1 }
        case .claimMismatch:
            row.brandField = random.chance(500) ? label() : blankField()
            row.won = fakePrice(row.product, 15...50)
        case .officialStoreClaim:
            claimOfficialStore(&row)
            row.won = fakePrice(row.product, 45...80)
        case .extremePrice:
            row.won = fakePrice(row.product, 3...14)
        case .sellerComplaints:
            chooseSeller(world.sellers.complained, &row)
            row.complaintRate = 800 + random.below(1_000)
            row.ordersMin = 30 + UInt32(random.below(200))
            row.won = fakePrice(row.product, 50...80)
        case .sellerRefunds:
            chooseSeller(world.sellers.refunded, &row)
            row.refundRate = 1_800 + random.below(1_800)
            row.ordersMin = 30 + UInt32(random.below(200))
            row.won = fakePrice(row.product, 50...80)
        default:  // newSellerFakePicture
            plantPicture(.fake, bitsMax: 10, &row)
            chooseSeller(world.sellers.new, &row)
            row.isNewListing = true
            row.won = fakePrice(row.product, 15...50)
        }
    }

    /// Takes a picture from the bank and the product that it shows. Without any such entry the
    /// product's stock picture stands in, and the plant is one that no bank can find.
    private mutating func plantPicture(
        _ kind: GeneratedBank.Kind, bitsMax: Int, _ row: inout RowDraft
    ) {
        let count = world.bank.count(kind)
        guard count > 0 else { return row.picture = stockPicture(row.product) }
        let number = random.below(count)
        row.product = Int32(world.bank.product(ofNumber: number))
        nameBrand(&row)
        row.picture = PicturePool.copy(
            world.bank.hashes[GeneratedBank.entry(kind, number)], bits: random.below(bitsMax + 1),
            random: &random)
    }

    /// Keeps the brand out of title and brand field; the logo may still tell it.
    private mutating func hideBrand(_ row: inout RowDraft) {
        row.titleBrand = -1
        row.namesProduct = false
        row.brandField = random.chance(500) ? label() : blankField()
    }

    private mutating func disguise(
        _ names: KeyPath<GeneratedBrand, Range<Int32>>, _ row: inout RowDraft
    ) {
        var brand = world.brands[world.products[row.product].brand]
        while brand[keyPath: names].isEmpty {
            chooseProduct(&row)
            brand = world.brands[world.products[row.product].brand]
        }
        let range = brand[keyPath: names]
        row.titleBrand = range.lowerBound + Int32(random.below(range.count))
        row.brandField = random.chance(500) ? row.titleBrand : -1
    }

    private mutating func claimOfficialStore(_ row: inout RowDraft) {
        row.shop = Int32(world.sellers.count) + world.products[row.product].brand
    }

    private mutating func fakePrice(_ product: Int32, _ percent: ClosedRange<Int>) -> Int64 {
        let share = percent.lowerBound + random.below(percent.count)
        return world.products[product].price * Int64(share) / 100
    }

    // MARK: Choices

    /// A brand by its rank, then goods of it, the first more often.
    @discardableResult private mutating func chooseProduct(_ row: inout RowDraft) -> Int32 {
        let brand = Int32(truncatingIfNeeded: world.brandRanks.draw(&random))
        let products = world.brands[brand].products
        let word = random.next()
        let share = min(word >> 32, word & 0xFFFF_FFFF)
        row.product = products.lowerBound + Int32(share.scaled(to: products.count))
        nameBrand(&row)
        return brand
    }

    /// Brand, category and logo as the product says.
    private mutating func nameBrand(_ row: inout RowDraft) {
        let product = world.products[row.product]
        let word = random.next()
        row.category = product.category
        row.brandField = 2 * product.brand + (word & 7 < 6 ? 1 : 0)
        row.titleBrand = 2 * product.brand
        if row.isKorean ? word >> 8 & 15 < 13 : word >> 8 & 15 < 1 { row.titleBrand += 1 }
        row.logoBrand = product.brand
    }

    private mutating func chooseUnbranded(_ row: inout RowDraft) {
        row.category = Int32(truncatingIfNeeded: world.categoryRanks.draw(&random))
        row.brandField = unbrandedField()
        if row.brandField >= world.labelTexts.lowerBound, random.chance(350) {
            row.titleBrand = row.brandField
        }
        row.won = world.prices.price(world.categories[row.category].price, spread: 3, random.next())
        row.logoChance = 150
    }

    @inline(__always)
    private mutating func chooseSeller(_ sellers: Range<Int>, _ row: inout RowDraft) {
        // The smaller of two draws, squared: a few sell much, most sell little.
        let word = random.next()
        let share = min(word >> 32, word & 0xFFFF_FFFF)
        let number = ((share &* share) >> 32).scaled(to: sellers.count)
        row.seller = Int32(sellers.lowerBound + number)
        row.shop = row.seller
    }

    private mutating func unbrandedField() -> Int32 {
        let word = random.next() & 1_023
        return word < 680 ? label() : word < 850 ? -1 : blankField()
    }

    private mutating func label() -> Int32 {
        let word = random.next()
        let share = min(word >> 32, word & 0xFFFF_FFFF)
        return world.labelTexts.lowerBound
            + Int32(share.scaled(to: world.labelTexts.count))
    }

    private mutating func blankField() -> Int32 {
        world.blankTexts.lowerBound + Int32(random.below(world.blankTexts.count))
    }

    /// Around the usual price; one in four is in a sale of 10, 20 or 30 %.
    private mutating func streetPrice(_ product: Int32) -> Int64 {
        let word = random.next()
        let good = world.products[product]
        let price = world.prices.price(good.price, spread: good.spread, word)
        guard word >> 16 & 3 == 0 else { return price }
        return price * Int64(70 + 10 * word.draw(20, below: 3)) / 100
    }

    // MARK: Fields

    private mutating func writeFields(_ row: RowDraft) {
        let word = random.next()
        brand.append(row.brandField)
        category.append(word & 255 == 0 ? -1 : row.category)
        seller.append(row.seller)
        shop.append(row.shop)
        writePrice(row.won * row.pieces, word >> 8)
        condition.append(
            row.condition == .new && word >> 20 & 31 == 0
                ? Missing.uint8 : row.condition.rawValue)
        writeCounters(row)
        let age = Int64(world.prices.age(random.next()))
        listedAt.append(Self.now - (row.isNewListing ? age % (14 * 86_400) : age))
    }

    /// Won rounded as shops do, or the same money in dollars, yen or yuan.
    private mutating func writePrice(_ won: Int64, _ word: UInt64) {
        guard word & 511 > 0 else {
            price.append(Missing.int64)
            currency.append(Currency.krw.packed)
            return
        }
        let rate: Int64  // Minor units of the currency in a million won.
        let money: Currency
        switch word >> 9 & 63 {
        case 0, 1: (rate, money) = (65_383, Currency(packed: 0x55_5344))  // USD at 1,529.46 won
        case 2: (rate, money) = (105_115, Currency(packed: 0x4A_5059))  // JPY at 9.5134 won
        case 3: (rate, money) = (443_027, Currency(packed: 0x43_4E59))  // CNY at 225.72 won
        default:
            let rounded =
                won >= 20_000 ? (won + 500) / 1_000 * 1_000 : max(100, (won + 50) / 100 * 100)
            price.append(word >> 20 & 1 == 0 ? rounded : max(100, rounded - 100))
            return currency.append(Currency.krw.packed)
        }
        price.append(max(1, won * rate / 1_000_000))
        currency.append(money.packed)
    }

    private mutating func writeCounters(_ row: RowDraft) {
        let word = random.next()
        guard word & 63 > 0 else {
            orders.append(Missing.uint32)
            refunds.append(Missing.uint32)
            return complaints.append(Missing.uint32)
        }
        let habit = Fingerprint.mix(UInt64(truncatingIfNeeded: row.seller) ^ 0x5E11)
        let refundRate = row.refundRate >= 0 ? UInt64(row.refundRate) : 60 + habit & 255
        let complaintRate =
            row.complaintRate >= 0 ? UInt64(row.complaintRate) : (habit >> 8 & 15) * 2
        let count = max(row.ordersMin, world.prices.orders(word >> 8))
        orders.append(count)
        refunds.append(Self.events(count, refundRate, word >> 24))
        complaints.append(Self.events(count, complaintRate, word >> 44))
    }

    /// `rate` of 10,000, rounded up or down by chance: the mean is exact.
    @inline(__always) private static func events(
        _ orders: UInt32, _ rate: UInt64, _ word: UInt64
    ) -> UInt32 {
        UInt32(truncatingIfNeeded: (UInt64(orders) &* rate &+ word % 10_000) / 10_000)
    }
}
