internal import KleanCatalog
package import KleanCore
package import KleanModel
internal import KleanText

/// What a price is held against.
package struct PriceReference: Sendable, Equatable {
    package var level: PriceLevel
    /// ln won.
    package var center: Fixed
    /// Spread of ln won before shrinkage, at least the floor.
    package var spread: Fixed
    package var votes: UInt32
    /// Row of ``Model/prices``, or `nil` for a cell of the profile.
    package var modelRow: Int?
    /// Row of ``Profile/cells``, or `nil`.
    package var cell: Int?
    /// The reference is for new goods and was scaled down for used ones.
    package var isScaledForUse = false
    /// The reference was drawn towards that of a wider cell.
    package var isShrunk = false
    /// Of one kind of goods, so that the price of one piece compares.
    package var isSpecific = false
    /// The event by which `center` was moved.
    package var shift: PriceShift?

    package init(
        level: PriceLevel, center: Fixed, spread: Fixed, votes: UInt32, modelRow: Int? = nil,
        cell: Int? = nil, isScaledForUse: Bool = false, isSpecific: Bool = false
    ) {
        self.level = level
        self.center = center
        self.spread = spread
        self.votes = votes
        self.modelRow = modelRow
        self.cell = cell
        self.isScaledForUse = isScaledForUse
        self.isSpecific = isSpecific
    }

    /// The row's own number is the reference, unmoved.
    package var isRowItself: Bool {
        modelRow != nil && !isScaledForUse && !isShrunk && shift == nil
    }
}

/// How a category's prices stand to usual, as evidence says it.
package struct PriceShift: Sendable, Equatable {
    /// Of usual prices, in 1/1,000.
    package var share: Int64
    package var sellers: Int64
}

/// Holds prices against the best reference there is.
///
/// A class, since it is called for every row and a struct of this size would be copied each time.
final class PriceScorer {
    private let scoring: ScoringModel
    private let tables: ScoringTables
    private let parameters: ScoreParameters
    let arithmetic: PriceArithmetic
    private let profile: Profile
    /// By row of the profile's seller table.
    private let sellers: [SellerFacts]
    private let facts: ChunkFacts
    private let columns: HotColumns
    private var converter: WonConverter
    /// Cells asked for in this chunk, and what was found: most rows ask what others asked.
    private var asked = GroupTable()
    private var answers: [PriceReference?] = []
    // What judges many rows at once: taken when the first are, given back at the end.
    private let pool: PriceJoinPool
    private var join: PriceJoin?
    private var block = PriceBlock()
    /// Rows in the block, counted from the first one judged.
    private var blockRows: [Int32] = []

    init(
        _ scoring: ScoringModel, _ tables: ScoringTables, _ profile: Profile,
        _ sellers: [SellerFacts], _ facts: ChunkFacts, _ columns: HotColumns,
        _ pool: PriceJoinPool
    ) {
        self.scoring = scoring
        self.pool = pool
        self.tables = tables
        parameters = tables.parameters
        arithmetic = PriceArithmetic(parameters)
        self.profile = profile
        self.sellers = sellers
        self.facts = facts
        self.columns = columns
        converter = WonConverter(scoring.model.fx)
    }

    deinit {
        if let join { pool.give(join) }
    }

    func judge(_ row: Int, _ verdict: inout RowVerdict, _ sink: inout EvidenceSink) {
        let choice = choice(row, verdict)
        if choice?.bait != nil { verdict.optionBait = PriceScorer.baitRaw }
        var isShown = choice?.bait != nil
        switch find(row, verdict, choice) {
        case .failure(let silence):
            verdict.abstain(.price, silence.reason)
            verdict.settleBait()
        case .success(let finding):
            verdict.take(finding)
            addEvidence(finding, &sink)
            isShown = isShown || finding.isLow
        }
        if isShown, let choice { addEvidence(choice, row, &sink) }
    }

    /// Judges some rows into their verdicts, without evidence.
    ///
    /// - Parameter verdicts: One a row, at most ``PriceBlock/rowsMax``; what names and pictures
    ///   tell is in them.
    func judge(_ rows: Range<Int>, _ verdicts: inout [RowVerdict]) {
        var sink = EvidenceSink.off
        block.removeAll()
        blockRows.removeAll(keepingCapacity: true)
        for (index, row) in rows.enumerated() {
            let brand = verdicts[index].knownBrand
            if !columns.options.range(row).isEmpty {
                judge(row, &verdicts[index], &sink)
                continue
            }
            guard columns.price[row] > 0, brand != Missing.uint32 else {
                let reason = columns.price[row] > 0 ? AbstainReason.noBrand : .noPrice
                verdicts[index].abstain(.price, reason)
                continue
            }
            let condition = columns.condition[row]
            guard condition <= Condition.refurbished.rawValue || condition == Missing.uint8,
                let subject = subject(brand, verdicts[index])
            else {
                judge(row, &verdicts[index], &sink)
                continue
            }
            block.append(
                minor: columns.price[row], currency: columns.currency[row], subject: subject,
                category: columns.category.codes[row], condition: condition)
            blockRows.append(Int32(truncatingIfNeeded: index))
        }
        joinBlock(first: rows.lowerBound, verdicts)
        for (place, index) in blockRows.enumerated() {
            let index = Int(index)
            let found = block.verdict(place)
            if found.isOpen {
                judge(rows.lowerBound + index, &verdicts[index], &sink)
            } else if !block.hasReference(place) {
                verdicts[index].abstain(
                    .price, verdicts[index].isAccessory ? .accessory : .noReference)
            } else {
                verdicts[index].price = found.raw
                verdicts[index].isPriceLow = found.isLow
            }
        }
    }

    private func joinBlock(first: Int, _ verdicts: [RowVerdict]) {
        var join = self.join.take() ?? newJoin()
        join.find(&block) { place in
            let index = Int(blockRows[place])
            return reference(first + index, verdicts[index])
        }
        for place in 0..<block.count {
            block.pieces[place] =
                join.isSpecific(block, place)
                ? UInt8(PackSize.of(columns.title[first + Int(blockRows[place])])) : 1
        }
        join.judge(&block)
        self.join = join
    }

    private func newJoin() -> PriceJoin {
        var join =
            pool.take()
            ?? PriceJoin(
                parameters, scoring.model.fx,
                subjectCount: tables.brandDomains.count * PriceScorer.goodsKinds
                    + scoring.model.prices.count, kernels: scoring.kernels)
        join.begin(categoryKeys: facts.categoryKeys)
        return join
    }

    /// The number under which the join knows what a row's reference depends on, besides category
    /// and condition; `nil` where there is none. As ``reference(_:_:)`` decides.
    @inline(__always)
    private func subject(_ brand: UInt32, _ verdict: RowVerdict) -> UInt32? {
        if verdict.isAccessory {
            return verdict.fieldBrand == brand ? brand * UInt32(PriceScorer.goodsKinds) : nil
        }
        if verdict.isModelAmbiguous { return nil }
        if verdict.priceRow >= 0 {
            return UInt32(tables.brandDomains.count * PriceScorer.goodsKinds)
                + UInt32(verdict.priceRow)
        }
        let isOne = verdict.goods.nonzeroBitCount == 1
        return brand * UInt32(PriceScorer.goodsKinds)
            + (isOne ? UInt32(verdict.goods.trailingZeroBitCount) + 1 : 0)
    }

    /// Kinds of goods that a reference tells apart: one each, and any.
    private static let goodsKinds = 33

    struct Silence: Error {
        let reason: AbstainReason
    }

    /// The price against its reference, or why it cannot be judged.
    func find(_ row: Int, _ verdict: RowVerdict) -> Result<PriceFinding, Silence> {
        find(row, verdict, choice(row, verdict))
    }

    private func find(
        _ row: Int, _ verdict: RowVerdict, _ choice: OptionChoice?
    ) -> Result<PriceFinding, Silence> {
        let minor = choice?.price ?? columns.price[row]
        guard minor > 0 else { return .failure(Silence(reason: .noPrice)) }
        guard verdict.knownBrand != Missing.uint32 else {
            return .failure(Silence(reason: .noBrand))
        }
        guard let won = converter.won(minor: minor, packed: columns.currency[row])
        else { return .failure(Silence(reason: .unknownCurrency)) }
        // An accessory has its own level of prices, known only where the brand itself sells it.
        if verdict.isAccessory, verdict.fieldBrand != verdict.knownBrand {
            return .failure(Silence(reason: .accessory))
        }
        if verdict.isModelAmbiguous, !verdict.isAccessory {
            return .failure(Silence(reason: .ambiguousModel))
        }
        guard let reference = reference(row, verdict) else {
            return .failure(Silence(reason: verdict.isAccessory ? .accessory : .noReference))
        }
        let pieces = reference.isSpecific ? Int64(pieces(row, choice)) : 1
        return .success(
            arithmetic.finding(
                max(won / pieces, 1), reference, columns.condition[row],
                isOfHonestSeller: isOfHonestSeller(row)))
    }

    /// How many of one thing the price is for: the option's number, else the title's.
    private func pieces(_ row: Int, _ choice: OptionChoice?) -> Int {
        if let option = choice?.option {
            let place = columns.options.range(row).lowerBound + option
            let pieces = columns.options.names[place].map { PackSize.of($0) } ?? 1
            if pieces > 1 { return pieces }
        }
        return PackSize.of(columns.title[row])
    }

    /// Goods that are made for the brand have no branded option.
    private func choice(_ row: Int, _ verdict: RowVerdict) -> OptionChoice? {
        let brand = verdict.knownBrand
        guard !columns.options.isEmpty, brand != Missing.uint32, !verdict.isAccessory else {
            return nil
        }
        return facts.options.choice(
            columns.options, row, brand: brand, price: columns.price[row], scoring.model, tables)
    }

    /// An accessory among the options makes a listing look cheap; honest shops do it too.
    static let baitRaw = Fixed(0.5)

    private func addEvidence(_ choice: OptionChoice, _ row: Int, _ sink: inout EvidenceSink) {
        guard sink.isOn else { return }
        let packed = columns.currency[row]
        if let bait = choice.bait {
            sink.add(
                PriceScorer.baitRaw.double,
                Evidence(
                    .priceOptionBait, .price, slot: bait.option,
                    a: converter.won(minor: bait.price, packed: packed) ?? -1,
                    b: converter.won(minor: bait.median, packed: packed) ?? -1))
        }
        if let option = choice.option, choice.price != columns.price[row] {
            sink.add(
                0,
                Evidence(
                    .priceOfOption, .price, slot: option,
                    a: converter.won(minor: choice.price, packed: packed) ?? -1,
                    b: converter.won(minor: columns.price[row], packed: packed) ?? -1))
        }
    }

    /// Among so many honest rows a lost digit is likelier than one fake.
    private func isOfHonestSeller(_ row: Int) -> Bool {
        guard let seller = facts.sellerRow(columns.seller.codes[row]) else { return false }
        return sellers[seller].traits.contains(.honest)
    }

    private func addEvidence(_ finding: PriceFinding, _ sink: inout EvidenceSink) {
        guard sink.isOn, finding.isLow else { return }
        if let shift = finding.reference.shift {
            sink.add(0, Evidence(.priceEvent, .price, a: shift.share, b: shift.sellers))
        }
        if finding.isTypo {
            sink.add(0, evidence(.priceTypo, finding))
            return
        }
        let ratio = finding.logRatio.double
        let code: EvidenceCode =
            if ratio <= parameters.priceExtremeLog + PriceArithmetic.logStep {
                .priceExtreme
            } else if ratio <= parameters.priceCautionLog + PriceArithmetic.logStep {
                .priceCaution
            } else {
                .priceLow
            }
        sink.add(finding.raw.double, evidence(code, finding))
    }

    private func evidence(_ code: EvidenceCode, _ finding: PriceFinding) -> Evidence {
        Evidence(
            code, .price, a: finding.won, b: PriceScorer.won(finding.reference, scoring.model),
            c: Int64(finding.z.raw), d: finding.reference.modelRow.map { Int64($0) } ?? -1)
    }

    /// The reference in won: the model's own number where it has one.
    static func won(_ reference: PriceReference, _ model: Model) -> Int64 {
        if let row = reference.modelRow, reference.isRowItself {
            return model.prices[row].referenceWon
        }
        return Int64(Exact.exp(reference.center.double).rounded(.toNearestOrEven))
    }

    // MARK: - References

    /// R1 by the title's model; R2 and R3 of brand and category, the model's, then the catalog's
    /// own; then the model's of brand and domain and of the brand's goods altogether.
    private func reference(_ row: Int, _ verdict: RowVerdict) -> PriceReference? {
        guard var reference = usualReference(row, verdict) else { return nil }
        if scoring.model.events.isEmpty { return reference }
        // The catalog's own cells are of this week, and used goods have no sales weeks.
        let category = columns.category.codes[row]
        let condition = columns.condition[row]
        guard reference.modelRow != nil, category != Missing.uint32,
            condition != Condition.used.rawValue, condition != Condition.refurbished.rawValue,
            let number = tables.event(category: facts.categoryKeys[Int(category)])
        else { return reference }
        let event = scoring.model.events[number]
        reference.center += event.logRatio
        reference.shift = PriceShift(
            share: Int64((event.ratio * 1_000).rounded()), sellers: Int64(event.sellers))
        return reference
    }

    private func usualReference(_ row: Int, _ verdict: RowVerdict) -> PriceReference? {
        if verdict.priceRow >= 0, !verdict.isAccessory {
            return modelReference(Int(verdict.priceRow), columns.condition[row], level: .r1)
        }
        let goods = verdict.isAccessory ? 0 : verdict.goods
        let category = columns.category.codes[row]
        let condition = columns.condition[row]
        let (index, isNew) = asked.number(
            UInt64(verdict.knownBrand) << 32 | UInt64(goods),
            UInt64(category) << 8 | UInt64(condition))
        if isNew { answers.append(cellReference(verdict.knownBrand, goods, category, condition)) }
        return answers[index]
    }

    private func cellReference(
        _ brand: UInt32, _ goods: UInt32, _ categoryCode: UInt32, _ condition: UInt8
    ) -> PriceReference? {
        let category = categoryCode == Missing.uint32 ? nil : facts.categoryKeys[Int(categoryCode)]
        let own = category.map { [$0] } ?? []
        var wider: [UInt64] = []
        if goods.nonzeroBitCount == 1 {
            wider.append(Model.domainKey(ProductDomains(rawValue: goods)))
        }
        // An unknown condition is held against new goods, with the caution of `finding`.
        let known = condition > Condition.refurbished.rawValue ? Condition.new.rawValue : condition
        wider.append(Model.anyKey)
        if let row = tables.priceRow(brand: brand, categories: own, condition: known) {
            return shrunk(cellReference(row, condition), brand, wider, known, condition)
        }
        let cell = profile.cells.index(brand: brand, category: category ?? 0, condition: condition)
        if let cell, profile.cells.levels[cell] != 0, category != nil {
            return shrunk(catalogReference(cell), brand, wider, known, condition)
        }
        // What used goods of some kind fetch says nothing of new ones, nor the other way round:
        // only a model's list price is worth scaling (`modelReference`).
        let row = tables.priceRow(brand: brand, categories: wider, condition: known)
        return row.map { cellReference($0, condition) }
    }

    private func cellReference(_ row: Int, _ condition: UInt8) -> PriceReference {
        let price = scoring.model.prices[row]
        var reference = modelReference(row, condition, level: price.level)
        reference.isSpecific = !price.category.hasPrefix("@")
        return reference
    }

    /// Drawn towards the next wider cell of the brand, the more the fewer votes stand behind it:
    /// `(n m + k m') / (n + k)`.
    private func shrunk(
        _ reference: PriceReference, _ brand: UInt32, _ wider: [UInt64], _ known: UInt8,
        _ condition: UInt8
    ) -> PriceReference {
        guard let row = tables.priceRow(brand: brand, categories: wider, condition: known)
        else { return reference }
        let parent = modelReference(row, condition, level: .r3)
        let votes = Double(reference.votes)
        let strength = parameters.priceShrinkVotes
        var shrunk = reference
        shrunk.center = Fixed(
            (votes * reference.center.double + strength * parent.center.double)
                / (votes + strength))
        shrunk.isShrunk = true
        return shrunk
    }

    private func catalogReference(_ cell: Int) -> PriceReference {
        PriceReference(
            level: profile.cells.levels[cell] == 2 ? .r2 : .r3,
            center: Fixed(raw: profile.cells.medians[cell]),
            spread: max(
                Fixed(raw: profile.cells.scales[cell]), Fixed(parameters.priceSpreadFloor)),
            votes: profile.cells.votes[cell], modelRow: nil, cell: cell)
    }

    /// A model's row; scaled down when it is for new goods and the listing's are used.
    private func modelReference(_ number: Int, _ condition: UInt8, level: PriceLevel)
        -> PriceReference
    {
        let row = scoring.model.prices[number]
        let isUsed =
            condition == Condition.used.rawValue || condition == Condition.refurbished.rawValue
        let isScaled = isUsed && row.condition == .new
        let spread = max(row.spread, parameters.priceSpreadFloor)
        return PriceReference(
            level: level,
            center: Fixed(row.logReference + (isScaled ? parameters.priceUsedLog : 0)),
            spread: Fixed(isScaled ? max(spread, parameters.priceParentSpread) : spread),
            votes: row.votes, modelRow: number, cell: nil, isScaledForUse: isScaled,
            isSpecific: level == .r1)
    }
}
