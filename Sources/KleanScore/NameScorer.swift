internal import KleanCatalog
internal import KleanCore
internal import KleanModel
internal import KleanText

/// Reads what a title, the brand field and the shop's name claim (SCORING c).
///
/// A class, since it is called for every row and a struct of this size would be copied each time.
final class NameScorer {
    let scoring: ScoringModel
    let tables: ScoringTables
    let parameters: ScoreParameters
    let profile: Profile
    let facts: ChunkFacts
    let columns: HotColumns
    private let pictures: PictureScorer

    // Reused from row to row: no allocation once they have grown.
    var mentions: [TextMatch] = []

    init(
        _ scoring: ScoringModel, _ tables: ScoringTables, _ profile: Profile, _ facts: ChunkFacts,
        _ columns: HotColumns, _ pictures: PictureScorer
    ) {
        self.scoring = scoring
        self.tables = tables
        parameters = tables.parameters
        self.profile = profile
        self.facts = facts
        self.columns = columns
        self.pictures = pictures
    }

    /// - Parameters:
    ///   - matches, misses: Of this row, sorted by start.
    ///   - pairs: Of this row: what its pictures show supports an everyday word that names a brand.
    func judge(
        _ row: Int, _ matches: ArraySlice<TextMatch>, _ misses: ArraySlice<NearMissMatch>,
        _ pairs: ArraySlice<ListingPair>, _ verdict: inout RowVerdict, _ sink: inout EvidenceSink
    ) {
        readBrandField(row, &verdict)
        var raw = 0.0
        if matches.isEmpty, misses.isEmpty {
            verdict.brand = verdict.fieldBrand
            readShownBrand(row, pairs, &verdict)
            readGoods(row, 0, &verdict)
        } else {
            let titleDomains = domains(matches)
            verdict.seenDomains = titleDomains | (category(row)?.domains ?? 0)
            collectMentions(row, matches, pairs, verdict)
            settleSharedField(row, &verdict)
            chooseBrand(row, misses, &verdict)
            readShownBrand(row, pairs, &verdict)
            readGoods(row, titleDomains, &verdict)
            readPriceModel(row, matches, &verdict)
            readAccessory(row, matches, &verdict, &sink)
            addMentions(&sink)
            if !verdict.isAccessory {
                raw += disguise(row, misses, &verdict, &sink)
                raw += slang(row, matches, &verdict, &sink)
                raw += mismatch(verdict, &sink)
            }
        }
        if verdict.brand == verdict.fieldBrand, !verdict.isMentioned {
            fieldAccessory(row, &verdict)
        }
        settleAuthorisation(row, &verdict)
        raw += storeClaim(row, verdict, &sink)
        verdict.name = Fixed(raw)
        if raw == 0 { settleState(row, &verdict) }
    }

    private func settleState(_ row: Int, _ verdict: inout RowVerdict) {
        if columns.title.offsets[row] == columns.title.offsets[row + 1] {
            verdict.abstain(.name, .emptyTitle)
        } else if verdict.isAccessory {
            verdict.abstain(.name, .accessory)
        } else if verdict.brand == Missing.uint32 {
            verdict.abstain(.name, .noBrand)
        }
    }

    // MARK: - Whose goods

    private func readBrandField(_ row: Int, _ verdict: inout RowVerdict) {
        let code = columns.brand.codes[row]
        guard code != Missing.uint32, !facts.isEmptyBrand[Int(code)] else { return }
        verdict.fieldBrand = facts.brands[Int(code)]
        verdict.field = verdict.fieldBrand == Missing.uint32 ? .other : .known
    }

    func category(_ row: Int) -> CategoryFacts? {
        let code = columns.category.codes[row]
        return code == Missing.uint32 ? nil : facts.categories[Int(code)]
    }

    func domains(_ matches: ArraySlice<TextMatch>) -> UInt32 {
        var domains: UInt32 = 0
        for match in matches where tables.kinds[Int(match.payload)] == .category {
            domains |= tables.numbers[Int(match.payload)]
        }
        return domains
    }

    /// Brand names in the title that stand for the brand: the longest of overlapping ones, and
    /// ambiguous ones only where field, category, picture or another word supports them (Apple in
    /// "Apple iPad").
    private func collectMentions(
        _ row: Int, _ matches: ArraySlice<TextMatch>, _ pairs: ArraySlice<ListingPair>,
        _ verdict: RowVerdict
    ) {
        mentions.removeAll(keepingCapacity: true)
        for match in matches where tables.kinds[Int(match.payload)] == .brand {
            if isCovered(match, matches, .brand) { continue }
            let brand = tables.numbers[Int(match.payload)]
            let isSupported =
                !isAmbiguous(match) || brand == verdict.fieldBrand
                || verdict.seenDomains & tables.brandDomains[Int(brand)] != 0
                || matches.contains {
                    tables.kinds[Int($0.payload)] == .brand && !isAmbiguous($0)
                        && tables.numbers[Int($0.payload)] == brand
                } || pictures.shows(brand, row, pairs)
            if isSupported { mentions.append(match) }
        }
    }

    /// An everyday word in the field (보스, for Hugo Boss) on goods that its brand does not sell
    /// means the brand that the title names properly: 보스 on headphones called Bose.
    private func settleSharedField(
        _ row: Int, _ verdict: inout RowVerdict
    ) {
        guard verdict.field == .known, let first = mentions.first,
            facts.isEverydayBrand[Int(columns.brand.codes[row])]
        else { return }
        let seen = verdict.seenDomains
        let isSold = seen & tables.brandDomains[Int(verdict.fieldBrand)] != 0
        let isNamed = mentions.contains {
            tables.numbers[Int($0.payload)] == verdict.fieldBrand
        }
        guard seen != 0, !isSold, !isNamed, !isAmbiguous(first) else { return }
        verdict.fieldBrand = tables.numbers[Int(first.payload)]
    }

    private func isAmbiguous(_ match: TextMatch) -> Bool {
        tables.traits[Int(match.payload)].contains(.ambiguous)
    }

    /// Whether a longer match of the same kind overlaps.
    func isCovered(
        _ match: TextMatch, _ matches: ArraySlice<TextMatch>, _ kind: PatternKind
    ) -> Bool {
        for other in matches where tables.kinds[Int(other.payload)] == kind {
            if other.start < match.end, match.start < other.end,
                other.end - other.start > match.end - match.start
            {
                return true
            }
        }
        return false
    }

    /// The field's brand if the title names it too, else the first named, else the field's, else
    /// the one that the title resembles.
    private func chooseBrand(
        _ row: Int, _ misses: ArraySlice<NearMissMatch>, _ verdict: inout RowVerdict
    ) {
        verdict.brand = verdict.fieldBrand
        guard let first = mentions.first else {
            guard verdict.brand == Missing.uint32 else { return }
            for miss in misses where verdict.brand == Missing.uint32 {
                let brand = tables.numbers[Int(miss.payload)]
                if counts(miss, brand, row, verdict) { verdict.brand = brand }
            }
            return
        }
        verdict.isMentioned = true
        let isFields = mentions.contains {
            tables.numbers[Int($0.payload)] == verdict.fieldBrand
        }
        if !isFields { verdict.brand = tables.numbers[Int(first.payload)] }
    }

    /// A hidden name does not hide the logo: what the pictures show is held against its price, and
    /// what is made for it is no copy of it.
    private func readShownBrand(
        _ row: Int, _ pairs: ArraySlice<ListingPair>, _ verdict: inout RowVerdict
    ) {
        guard verdict.brand == Missing.uint32 else { return }
        verdict.shownBrand = pictures.shownBrand(row, pairs)
    }

    /// The kinds of goods, from the category's words, else the title's.
    private func readGoods(_ row: Int, _ titleDomains: UInt32, _ verdict: inout RowVerdict) {
        let brand = verdict.knownBrand
        guard brand != Missing.uint32 else { return }
        let sold = tables.brandDomains[Int(brand)]
        let named = (category(row)?.domains ?? 0) & sold
        verdict.goods = named != 0 ? named : titleDomains & sold
    }

    /// The price row whose title alias is longest; two models equally long are ambiguous.
    private func readPriceModel(
        _ row: Int, _ matches: ArraySlice<TextMatch>, _ verdict: inout RowVerdict
    ) {
        let prices = scoring.model.prices
        let wanted = columns.condition[row]
        var length: UInt16 = 0
        for match in matches where tables.kinds[Int(match.payload)] == .priceModel {
            let number = Int(tables.numbers[Int(match.payload)])
            let found = prices[number]
            // A model's name alone is an everyday word too often (바디, Classic, Mini).
            guard found.brand == verdict.knownBrand else { continue }
            let size = match.end - match.start
            if size < length { continue }
            if size > length {
                length = size
                verdict.priceRow = Int32(number)
                verdict.isModelAmbiguous = false
                continue
            }
            let held = prices[Int(verdict.priceRow)]
            if held.model != found.model {
                verdict.isModelAmbiguous = true
            } else if held.condition.rawValue != wanted, found.condition.rawValue == wanted {
                verdict.priceRow = Int32(number)
            }
        }
    }

    // MARK: - Made for it

    private func readAccessory(
        _ row: Int, _ matches: ArraySlice<TextMatch>, _ verdict: inout RowVerdict,
        _ sink: inout EvidenceSink
    ) {
        let brand = verdict.knownBrand
        guard brand != Missing.uint32 else { return }
        let sold = tables.brandDomains[Int(brand)]
        if let category = category(row), category.isAccessory(brandDomains: sold) {
            verdict.isAccessory = true
            let pattern = category.accessoryPattern
            sink.add(
                0, Evidence(.nameAccessory, .category, a: Int64(brand), b: Int64(pattern)))
        }
        for match in matches where tables.kinds[Int(match.payload)] == .accessory {
            let word = scoring.model.accessories[Int(tables.numbers[Int(match.payload)])]
            let domains = word.domains.rawValue
            guard domains == 0 || domains & sold != 0 else { continue }
            guard stands(match, word.role, brand, matches) else { continue }
            let isFirst = !verdict.isAccessory
            verdict.isAccessory = true
            if isFirst {
                sink.add(
                    0,
                    Evidence(
                        .nameAccessory, .title, range: Int(match.start)..<Int(match.end),
                        a: Int64(brand), b: Int64(match.payload)))
            }
        }
    }

    private func addMentions(_ sink: inout EvidenceSink) {
        guard sink.isOn else { return }
        for mention in mentions {
            sink.add(
                0,
                Evidence(
                    .nameMention, .title, range: Int(mention.start)..<Int(mention.end),
                    a: Int64(tables.numbers[Int(mention.payload)]), b: Int64(mention.payload)))
        }
    }

    /// Whether an accessory word stands where its role wants it.
    private func stands(
        _ accessory: TextMatch, _ role: AccessoryRole, _ brand: UInt32,
        _ matches: ArraySlice<TextMatch>
    ) -> Bool {
        switch role {
        case .category: return false
        case .title: return true
        case .beforeBrand, .afterBrand, .beside: break
        }
        for match in mentions where tables.numbers[Int(match.payload)] == brand {
            if isBeside(match, accessory, role, brand, matches, leadMax: 1) { return true }
        }
        // A model's name alone stands for its brand, whose own name may be too short to be one that
        // titles are searched for: "for LG TONE Free".
        for match in matches where priceModelBrand(match) == brand {
            if isBeside(match, accessory, role, brand, matches, leadMax: 2) { return true }
        }
        return false
    }

    /// - Parameter leadMax: Tokens from the accessory word to the name at most.
    private func isBeside(
        _ name: TextMatch, _ accessory: TextMatch, _ role: AccessoryRole, _ brand: UInt32,
        _ matches: ArraySlice<TextMatch>, leadMax: Int
    ) -> Bool {
        let named = extended(name, brand, matches)
        let isBefore =
            accessory.end <= named.start && Int(named.token) - Int(accessory.lastToken) <= leadMax
        let isAfter =
            accessory.start >= named.end && Int(accessory.token) - Int(named.lastToken) <= 1
        return switch role {
        case .beforeBrand: isBefore
        case .afterBrand: isAfter
        default: isBefore || isAfter
        }
    }

    private func priceModelBrand(_ match: TextMatch) -> UInt32? {
        guard tables.kinds[Int(match.payload)] == .priceModel else { return nil }
        return scoring.model.prices[Int(tables.numbers[Int(match.payload)])].brand
    }

    /// A mention together with the model's name that it begins: "for" may follow either.
    private func extended(
        _ mention: TextMatch, _ brand: UInt32, _ matches: ArraySlice<TextMatch>
    ) -> TextMatch {
        var named = mention
        for match in matches where priceModelBrand(match) == brand {
            let isBeside =
                Int(match.token) - Int(named.lastToken) <= 1
                && Int(named.token) - Int(match.lastToken) <= 1
            guard isBeside else { continue }
            if match.start < named.start {
                named.start = match.start
                named.token = match.token
            }
            if match.end > named.end {
                named.end = match.end
                named.lastToken = match.lastToken
            }
        }
        return named
    }

    /// A brand known from field or pictures alone: its category may still say that it is an
    /// accessory.
    private func fieldAccessory(_ row: Int, _ verdict: inout RowVerdict) {
        let brand = verdict.knownBrand
        guard brand != Missing.uint32, let category = category(row) else { return }
        if category.isAccessory(brandDomains: tables.brandDomains[Int(brand)]) {
            verdict.isAccessory = true
        }
    }
}
