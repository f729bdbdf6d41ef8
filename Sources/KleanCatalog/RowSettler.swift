import KleanCore
import KleanImage

/// Turns the cells of one record after another into columns: the meaning of every field is here,
/// whatever the format was.
struct RowSettler {
    private(set) var batch = RowBatch()
    private let plan: SettlePlan
    private let scratch = Scratch()
    private var brand = DictionaryBuilder()
    private var category = DictionaryBuilder()
    private var seller = DictionaryBuilder()
    private var shop = DictionaryBuilder()
    private var logoLabel = DictionaryBuilder()
    private var optionName = DictionaryBuilder()
    private var lastCurrency: (text: [UInt8], currency: Currency) = ([], .missing)
    private var lastCondition: (text: [UInt8], condition: Condition?) = ([], nil)
    private let constants: Constants
    private let fields: Slots

    /// Values of the whole source, for rows without their own.
    private struct Constants {
        let brand: [UInt8]
        let category: [UInt8]
        let seller: [UInt8]
        let shop: [UInt8]
    }

    /// Slots by field, looked up once.
    private struct Slots {
        let id, title, brand, category, seller, shop, price, listPrice, currency,
            condition: Range<Int>
        let imageHash, imageQuality, logoHash, logoQuality, logoLabel, logoBox: Range<Int>
        let orders, refunds, complaints, listedAt, url, imageRef, options, shipping,
            originalTitle: Range<Int>

        init(_ plan: SettlePlan) {
            id = plan.slots(.id)
            title = plan.slots(.title)
            brand = plan.slots(.brand)
            category = plan.slots(.category)
            seller = plan.slots(.seller)
            shop = plan.slots(.shop)
            price = plan.slots(.price)
            listPrice = plan.slots(.listPrice)
            currency = plan.slots(.currency)
            condition = plan.slots(.condition)
            imageHash = plan.slots(.imageHash)
            imageQuality = plan.slots(.imageQuality)
            logoHash = plan.slots(.logoHash)
            logoQuality = plan.slots(.logoQuality)
            logoLabel = plan.slots(.logoLabel)
            logoBox = plan.slots(.logoBox)
            orders = plan.slots(.orders)
            refunds = plan.slots(.refunds)
            complaints = plan.slots(.complaints)
            listedAt = plan.slots(.listedAt)
            url = plan.slots(.url)
            imageRef = plan.slots(.imageRef)
            options = plan.slots(.options)
            shipping = plan.slots(.shipping)
            originalTitle = plan.slots(.originalTitle)
        }
    }

    init(_ plan: SettlePlan) {
        self.plan = plan
        fields = Slots(plan)
        constants = Constants(
            brand: Array(plan.mapping.brand.utf8), category: Array(plan.mapping.category.utf8),
            seller: Array(plan.mapping.seller.utf8), shop: Array(plan.mapping.shop.utf8))
    }

    /// The batch with its dictionaries. The settler is done.
    consuming func finish() -> RowBatch {
        batch.hot.brand = brand.column
        batch.hot.category = category.column
        batch.hot.seller = seller.column
        batch.hot.shop = shop.column
        batch.hot.logoLabel = logoLabel.column
        batch.hot.options.names = optionName.column
        return batch
    }

    /// Counts a record that a reader refused.
    mutating func reject(_ reason: RejectReason, _ detail: String, line: UInt64, raw: [UInt8]) {
        batch.tally.rejectedBy[reason.place] += 1
        batch.rejects.append(BlockReject(line: line, reason: reason, detail: detail, raw: raw))
    }

    mutating func countRead() { batch.tally.read += 1 }
    mutating func count(lines: UInt64) { batch.lines = lines }

    /// Adds a record as a row, or says why it is none.
    ///
    /// - Parameters:
    ///   - cells: One for each slot of the plan.
    ///   - base: What the cells point into.
    ///   - number: The record's number in its source, from 1.
    mutating func settle(
        _ cells: UnsafeBufferPointer<RawCell>, in base: UnsafeBufferPointer<UInt8>,
        number: UInt64
    ) -> RejectReason? {
        scratch.reset()
        let row = Row(cells: cells, base: base, scratch: scratch)
        if plan.isExport { return settleExact(row, number) }
        let title = row.text(fields.title)
        let settled = TextSettler.settle(title, scratch)
        let imagesBefore = batch.hot.images.hashes.count
        appendHashes(row)
        let hasImages = batch.hot.images.hashes.count > imagesBefore
        if settled.text.isEmpty && !hasImages {
            undoHashes()
            return row.isBlank ? .emptyRow : .noTitle
        }
        if !plan.titleHeader.isEmpty, title.elementsEqual(plan.titleHeader),
            isHeader(row)
        {
            undoHashes()
            return .headerRepeated
        }
        if !appendID(row, number) {
            undoHashes()
            return .idTooLong
        }
        note(settled.change)
        batch.hot.title.append(settled.text)
        let isRewritten = settled.change.contains(.rewritten)
        let original =
            isRewritten || settled.change.contains(.cut)
            ? title : row.text(fields.originalTitle)
        let kept = TextSettler.cutPlace(original, Limits.textBytesMax)
        batch.cold.originalTitle.append(UnsafeBufferPointer(rebasing: original[..<kept]))
        appendNames(row)
        appendMoney(row)
        appendNumbers(row)
        appendCold(row)
        batch.hot.rowCount += 1
        batch.cold.rowCount += 1
        batch.tally.packed += 1
        return nil
    }

    /// Adds a record of an exported store.
    private mutating func settleExact(_ row: Row, _ number: UInt64) -> RejectReason? {
        if row.isBlank { return .emptyRow }
        var listing = ExactRow.listing { field in
            plan.slots(field).first.map { row.whole($0) } ?? row.none
        }
        if listing.id.isEmpty {
            listing.id = Array("\(plan.sourceName):\(number)".utf8)
            batch.tally.idsMade += 1
        }
        guard listing.id.count <= CatalogLimits.idBytesMax else { return .idTooLong }
        brand.append(listing.brand)
        category.append(listing.category)
        seller.append(listing.seller)
        shop.append(listing.shop)
        for logo in listing.logos { logoLabel.append(logo.label) }
        name(batch.append(listing))
        batch.idKeys.append(fingerprint(listing.id))
        batch.tally.packed += 1
        return nil
    }

    // MARK: id and title

    /// A title that equals its column's name is a header only if another field agrees.
    private func isHeader(_ row: Row) -> Bool {
        let price = row.text(fields.price)
        guard !fields.price.isEmpty else { return true }
        return !price.contains { (0x30...0x39).contains($0) }
    }

    private mutating func appendID(_ row: Row, _ number: UInt64) -> Bool {
        let (id, change) = TextSettler.settle(row.text(fields.id), scratch, bytesMax: .max)
        guard id.count <= CatalogLimits.idBytesMax else { return false }
        if CellValue.isNothing(id) {
            let made = Array("\(plan.sourceName):\(number)".utf8)
            batch.cold.id.append(made)
            batch.idKeys.append(fingerprint(made))
            batch.tally.idsMade += 1
        } else {
            note(change)
            batch.cold.id.append(id)
            batch.idKeys.append(fingerprint(id))
        }
        return true
    }

    private mutating func note(_ change: TextSettler.Change) {
        if change.contains(.repaired) { batch.tally.textsRepaired += 1 }
        if change.contains(.cut) { batch.tally.textsCut += 1 }
    }

    // MARK: names

    private mutating func appendNames(_ row: Row) {
        brand.append(name(row, fields.brand, constants.brand))
        seller.append(name(row, fields.seller, constants.seller))
        shop.append(name(row, fields.shop, constants.shop))
        guard fields.category.count > 1 else {
            category.append(name(row, fields.category, constants.category))
            return
        }
        let joined = row.joined(fields.category, separator: " > ")
        let (text, change) = TextSettler.settle(joined, scratch)
        note(change)
        category.append(CellValue.isNothing(text) ? row.copy(constants.category) : text)
    }

    /// A dictionary value: the first of a list, the constant where the row has none.
    private mutating func name(_ row: Row, _ slots: Range<Int>, _ constant: [UInt8])
        -> UnsafeBufferPointer<UInt8>
    {
        let (text, change) = TextSettler.settle(row.text(slots), scratch)
        note(change)
        guard CellValue.isNothing(text) else { return text }
        return constant.isEmpty ? row.none : row.copy(constant)
    }

    // MARK: money

    private mutating func appendMoney(_ row: Row) {
        var named = Currency.missing
        if let slot = fields.currency.first {
            let text = TextSettler.trim(row.text(slot..<slot + 1))
            if text.count > 0 { named = currency(named: text) }
        }
        var gap = MoneyGap.empty
        var isFirst = true
        for slots in [fields.price, fields.listPrice] {
            for slot in slots {
                var context = MoneyContext(yenSign: plan.yenSign)
                context.currency = plan.namedCurrency[slot]
                if context.currency == .missing { context.currency = named }
                if context.currency == .missing { context.currency = plan.mapping.currency }
                context.isNumber = row.cells[slot].form == .number
                switch Money.read(money(row.text(slot..<slot + 1)), context) {
                case .amount(let amount, let currency, let remark):
                    batch.hot.price.append(amount)
                    batch.hot.currency.append(currency.packed)
                    batch.tally.countPrices(in: currency)
                    if remark.contains(.range) { batch.tally.rangePrices += 1 }
                    if remark.contains(.rounded) { batch.tally.roundedPrices += 1 }
                    if !isFirst { batch.tally.fallbackPrices += 1 }
                    return
                case .missing(let reason):
                    if gap == .empty { gap = reason }
                }
                isFirst = false
            }
        }
        batch.hot.price.append(Missing.int64)
        let currency = named != .missing ? named : plan.mapping.currency
        batch.hot.currency.append(currency.packed)
        if !fields.price.isEmpty || !fields.listPrice.isEmpty {
            batch.tally.priceGaps[Int(gap.rawValue)] += 1
        }
    }

    /// A price cell without what HTML left in it: `&#8361;1,234` names no 8,361.
    private func money(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard text.contains(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "<") }) else {
            return text
        }
        return TextSettler.settle(text, scratch).text
    }

    /// Currency columns repeat themselves.
    private mutating func currency(named text: UnsafeBufferPointer<UInt8>) -> Currency {
        if !lastCurrency.text.isEmpty, text.elementsEqual(lastCurrency.text) {
            return lastCurrency.currency
        }
        let currency = CurrencySign.named(String(decoding: text, as: UTF8.self))
        lastCurrency = (Array(text), currency)
        return currency
    }

    // MARK: numbers

    private mutating func appendNumbers(_ row: Row) {
        batch.hot.condition.append(condition(row))
        batch.hot.orders.append(count(row, fields.orders))
        batch.hot.refunds.append(count(row, fields.refunds))
        batch.hot.complaints.append(count(row, fields.complaints))
        var listed = Missing.int64
        let date = TextSettler.trim(row.text(fields.listedAt))
        if !CellValue.isNothing(date) {
            if let seconds = CellValue.date(date) {
                listed = seconds
            } else {
                batch.tally.cellsUnread += 1
            }
        }
        batch.hot.listedAt.append(listed)
    }

    private mutating func condition(_ row: Row) -> UInt8 {
        let text = TextSettler.trim(row.text(fields.condition))
        let constant = plan.mapping.condition?.rawValue ?? Missing.uint8
        guard !CellValue.isNothing(text) else { return constant }
        // Conditions repeat themselves.
        if !text.elementsEqual(lastCondition.text) {
            lastCondition = (Array(text), CellValue.condition(text))
        }
        if let known = lastCondition.condition { return known.rawValue }
        batch.tally.cellsUnread += 1
        return constant
    }

    private mutating func count(_ row: Row, _ slots: Range<Int>) -> UInt32 {
        guard !slots.isEmpty else { return Missing.uint32 }
        let text = TextSettler.trim(row.text(slots))
        guard !CellValue.isNothing(text) else { return Missing.uint32 }
        if let value = CellValue.count(text) { return value }
        batch.tally.cellsUnread += 1
        return Missing.uint32
    }

    // MARK: hashes

    private mutating func appendHashes(_ row: Row) {
        var seen: [[LogoRegion]] = []
        var concealed: [ConcealedPlace] = []
        RowSettler.appendHashes(
            row, fields.imageHash, fields.imageQuality, to: &batch.hot.images, &batch.tally)
        if let shelf = plan.mapping.pictures, batch.hot.images.isLastRowEmpty {
            // Hashes that the catalog brings stand; pictures are looked at where it has none.
            RowSettler.appendPictures(
                row, fields.imageRef, from: shelf, to: &batch.hot.images, logos: &seen,
                concealed: &concealed, &batch.tally)
        }
        batch.hot.images.endRow()
        let before = batch.hot.logos.quality.count
        RowSettler.appendHashes(
            row, fields.logoHash, fields.logoQuality, to: &batch.hot.logos, &batch.tally)
        if batch.hot.logos.isLastRowEmpty {
            let places = concealed.prefix(ConcealmentFinder.placesMax)
            let room = Limits.hashesPerListingMax - places.count
            for region in RowSettler.kept(seen, countMax: room) {
                batch.hot.logos.append(region.hash, quality: region.quality)
                logoLabel.append(row.none)
                batch.cold.logoBox.append(region.box.packed)
            }
            for place in places {
                batch.hot.logos.append(Hash256(0, 0, 0, 0), quality: 0)
                logoLabel.append(place.kind.label)
                batch.cold.logoBox.append(place.box.packed)
            }
            batch.hot.logos.endRow()
            return
        }
        batch.hot.logos.endRow()
        let logos = batch.hot.logos.quality.count - before
        let labels = list(row, fields.logoLabel)
        let boxes = boxes(row)
        for place in 0..<logos {
            logoLabel.append(place < labels.count ? labels[place] : row.none)
            batch.cold.logoBox.append(place < boxes.count ? boxes[place] : LogoBox.missing)
        }
    }

    /// Takes back the hashes of a row that is refused.
    private mutating func undoHashes() {
        func undo(_ list: inout HashList) {
            list.offsets.removeLast()
            let count = Int(list.offsets[list.offsets.count - 1])
            list.hashes.removeLast(list.hashes.count - count)
            list.quality.removeLast(list.quality.count - count)
        }
        undo(&batch.hot.images)
        undo(&batch.hot.logos)
        let extra = batch.cold.logoBox.count - batch.hot.logos.quality.count
        batch.cold.logoBox.removeLast(extra)
        logoLabel.removeLast(extra)
    }

    private static func appendHashes(
        _ row: Row, _ hashSlots: Range<Int>, _ qualitySlots: Range<Int>, to list: inout HashList,
        _ tally: inout PackTally
    ) {
        var count = 0
        for slot in hashSlots {
            CellValue.hashes(row.whole(slot)) { hash in
                if let hash {
                    count += 1
                    if count <= Limits.hashesPerListingMax {
                        list.append(hash, quality: Missing.uint8)
                    } else {
                        tally.hashesDropped += 1
                    }
                } else {
                    tally.hashesBad += 1
                }
            }
        }
        let end = list.quality.count
        var place = end - min(count, Limits.hashesPerListingMax)
        if place < end {
            for slot in qualitySlots {
                CellValue.tokens(row.whole(slot)) { token in
                    let value = CellValue.count(token) ?? Missing.uint32
                    guard place < end else { return }
                    list.quality[place] =
                        value <= 100 ? UInt8(value) : Missing.uint8
                    place += 1
                }
            }
        }
    }

    /// Labels, parted by `|`, `;` or `,`, without the marks of a list.
    private func list(_ row: Row, _ slots: Range<Int>) -> [UnsafeBufferPointer<UInt8>] {
        guard let slot = slots.first else { return [] }
        let text = row.whole(slot)
        var labels: [UnsafeBufferPointer<UInt8>] = []
        var start = 0
        for index in 0...text.count {
            if index < text.count, !RowSettler.partsLabels(text[index]) { continue }
            var part = UnsafeBufferPointer(rebasing: text[start..<index])
            if part.contains(where: RowSettler.marksList) {
                part = row.copy(part.filter { !RowSettler.marksList($0) })
            }
            labels.append(TextSettler.trim(part))
            start = index + 1
        }
        return labels
    }

    private static func partsLabels(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "|") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",")
    }

    private static func marksList(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "\"")
    }

    /// Boxes as four numbers each: x, y, width, height.
    private func boxes(_ row: Row) -> [UInt64] {
        guard let slot = fields.logoBox.first else { return [] }
        var numbers: [UInt16] = []
        CellValue.tokens(row.whole(slot)) { token in
            numbers.append(CellValue.count(token).map { UInt16(clamping: $0) } ?? 0)
        }
        return stride(from: 0, to: numbers.count - 3, by: 4).map {
            LogoBox.pack(
                x: numbers[$0], y: numbers[$0 + 1], width: numbers[$0 + 2],
                height: numbers[$0 + 3])
        }
    }

    // MARK: cold

    private mutating func appendCold(_ row: Row) {
        batch.cold.url.append(cold(row.text(fields.url), isLink: true))
        batch.cold.imageRef.append(cold(row.text(fields.imageRef), isLink: true))
        batch.cold.shipping.append(cold(row.text(fields.shipping)))
        let options = cold(row.choices(fields.options))
        batch.cold.options.append(options)
        let row = batch.hot.price.count - 1
        name(
            batch.hot.appendOptions(
                options, price: batch.hot.price[row],
                currency: Currency(packed: batch.hot.currency[row])))
    }

    /// Adds the names of options whose prices were added.
    private mutating func name(_ options: TakenOptions) {
        for option in options.kept { optionName.append(option.name) }
        batch.tally.optionsDropped += UInt64(options.dropped)
    }

    private mutating func cold(_ raw: UnsafeBufferPointer<UInt8>, isLink: Bool = false)
        -> UnsafeBufferPointer<UInt8>
    {
        guard raw.count > 0 else { return raw }
        let (text, change) = TextSettler.settle(raw, scratch, isLink: isLink)
        note(change)
        return text
    }
}
