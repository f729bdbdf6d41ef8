internal import KleanCatalog
internal import KleanCore
internal import KleanModel

/// Reads a row's join pairs: pictures (SCORING a) and logos (SCORING b).
///
/// A class for the reason that ``NameScorer`` is one.
final class PictureScorer {
    private let scoring: ScoringModel
    private let tables: ScoringTables
    private let parameters: ScoreParameters
    private let profile: Profile
    private let facts: ChunkFacts
    private let columns: HotColumns
    private let bankKinds: [BankKind]
    private let isFlood: [Bool]

    init(
        _ scoring: ScoringModel, _ tables: ScoringTables, _ profile: Profile, _ facts: ChunkFacts,
        _ columns: HotColumns
    ) {
        self.scoring = scoring
        self.tables = tables
        parameters = tables.parameters
        self.profile = profile
        self.facts = facts
        self.columns = columns
        var kinds = [BankKind](repeating: .stop, count: scoring.model.banks.entryCount)
        for bank in scoring.model.banks.banks {
            for entry in bank.entries { kinds[Int(entry)] = bank.kind }
        }
        bankKinds = kinds
        var isFlood = [Bool](repeating: false, count: scoring.model.banks.entryCount)
        for entry in profile.floodEntries { isFlood[Int(entry)] = true }
        self.isFlood = isFlood
    }

    // MARK: - Pictures

    /// - Parameter pairs: Of the row, sorted.
    func judgeImages(
        _ row: Int, _ pairs: ArraySlice<ListingPair>, _ verdict: inout RowVerdict,
        _ sink: inout EvidenceSink
    ) {
        guard settleImageState(row, &verdict), !pairs.isEmpty else { return }
        var best = 0.0
        var slots = 0
        var first = pairs.startIndex
        while first < pairs.endIndex {
            var end = first
            while end < pairs.endIndex, pairs[end].kind == pairs[first].kind,
                pairs[end].slot == pairs[first].slot
            {
                end += 1
            }
            if pairs[first].kind == .image {
                let value = judgeImage(row, pairs[first..<end], &verdict, &sink)
                if value > 0 { slots += 1 }
                best = max(best, value)
            }
            first = end
        }
        guard best > 0 else { return }
        let repeats = parameters.imageRepeatGain * PictureScorer.log1p[min(slots - 1, 15)]
        verdict.image = Fixed(best + repeats)
    }

    /// What one picture's matches are worth: its most telling one.
    private func judgeImage(
        _ row: Int, _ pairs: ArraySlice<ListingPair>, _ verdict: inout RowVerdict,
        _ sink: inout EvidenceSink
    ) -> Double {
        let isStopped = pairs.contains { scoring.isStopEntry[Int($0.entry)] }
        if isStopped || profile.isStopPicture(pairs[pairs.startIndex].fingerprint) { return 0 }
        noteRemoved(pairs, &verdict, &sink)
        var best = 0.0
        var reason: Evidence?
        for pair in pairs where !isFlood[Int(pair.entry)] {
            let (weight, code) = meaning(of: pair, row, verdict)
            guard weight > 0 else { continue }
            let clarity = clarity(pair)
            let value = weight * clarity
            if code == .imageConfirmedFake {
                verdict.fakeShare = max(verdict.fakeShare, clarity)
            } else {
                verdict.officialShare = max(verdict.officialShare, clarity)
            }
            if value > best {
                best = value
                if sink.isOn { reason = evidence(code, pair) }
            }
        }
        if let reason { sink.add(best, reason) }
        return best
    }

    /// The picture of a listing that was taken down, shown again by somebody whom the brand does
    /// not list. One that is also the brand's own or an authorised seller's tells nothing: honest
    /// resellers show it, too.
    private func noteRemoved(
        _ pairs: ArraySlice<ListingPair>, _ verdict: inout RowVerdict, _ sink: inout EvidenceSink
    ) {
        guard !verdict.isAuthorised,
            let pair = pairs.first(where: {
                bankKinds[Int($0.entry)] == .removed && !isFlood[Int($0.entry)]
            }),
            !pairs.contains(where: {
                let kind = bankKinds[Int($0.entry)]
                return kind == .official || kind == .authorised
            })
        else { return }
        let share = clarity(pair)
        verdict.removedShare = max(verdict.removedShare, share)
        sink.add(share, evidence(.clusterRemoved, pair))
    }

    private func evidence(_ code: EvidenceCode, _ pair: ListingPair) -> Evidence {
        let brand = scoring.model.banks.brands[Int(pair.entry)]
        return Evidence(
            code, .image, slot: Int(pair.slot), a: Int64(pair.distance), b: Int64(pair.entry),
            c: pair.quality == Missing.uint8 ? -1 : Int64(pair.quality),
            d: brand == Missing.uint32 ? -1 : Int64(brand))
    }

    /// The meaning table of SCORING a. Weight 0 means no evidence.
    private func meaning(of pair: ListingPair, _ row: Int, _ verdict: RowVerdict)
        -> (weight: Double, code: EvidenceCode)
    {
        let entry = Int(pair.entry)
        if bankKinds[entry] == .confirmedFake {
            return (parameters.imageConfirmedFake, .imageConfirmedFake)
        }
        let brand = scoring.model.banks.brands[entry]
        guard bankKinds[entry] != .stop, bankKinds[entry] != .removed, brand != Missing.uint32
        else {
            return (0, .imageOfficialUnauthorised)
        }
        let isAuthorised =
            brand == verdict.brand
            ? verdict.isAuthorised
            : facts.isAuthorised(
                scoring.model.brands, brand, seller: columns.seller.codes[row],
                shop: columns.shop.codes[row])
        // Honest people reuse stock photos for used goods, and show what a case fits.
        let condition = columns.condition[row]
        let isSecondHand =
            condition == Condition.used.rawValue || condition == Condition.refurbished.rawValue
        let factor =
            isSecondHand || verdict.isAccessory ? parameters.imageSecondHandFactor : 1
        if isAuthorised { return (0, .imageOfficialUnauthorised) }
        if bankKinds[entry] == .authorised {
            return (parameters.imageAuthorisedCopied * factor, .imageAuthorisedCopied)
        }
        let isSame =
            brand == verdict.brand || brand == verdict.fieldBrand
            || (verdict.brand != Missing.uint32
                && scoring.model.brands.isCoBrand(brand, verdict.brand))
        if isSame || verdict.isAccessory {
            return (parameters.imageOfficialUnauthorised * factor, .imageOfficialUnauthorised)
        }
        return (parameters.imageOfficialMismatch * factor, .imageOfficialBrandMismatch)
    }

    /// How surely the two pictures are one, 0...1: by distance and by quality.
    private func clarity(_ pair: ListingPair) -> Double {
        let band =
            if pair.distance <= parameters.imageStrongBits {
                parameters.imageStrongFactor
            } else if pair.distance <= parameters.imageGoodBits {
                parameters.imageGoodFactor
            } else {
                parameters.imagePossibleFactor
            }
        let isWeak =
            pair.quality < parameters.imageQualityFull || pair.quality == Missing.uint8
        return band * (isWeak ? parameters.imageQualityWeakFactor : 1)
    }

    private func settleImageState(_ row: Int, _ verdict: inout RowVerdict) -> Bool {
        let range = columns.images.range(row)
        guard !range.isEmpty else {
            verdict.abstain(.image, .noImage)
            return false
        }
        for place in range where columns.images.quality[place] >= parameters.imageQualityMin {
            return true
        }
        verdict.abstain(.image, .lowQuality)
        return false
    }

    // MARK: - Logos

    func judgeLogos(
        _ row: Int, _ pairs: ArraySlice<ListingPair>, _ verdict: inout RowVerdict,
        _ sink: inout EvidenceSink
    ) {
        judgeShown(row, pairs, &verdict, &sink)
        judgeConcealed(row, pairs, &verdict, &sink)
    }

    /// What can be seen, and what is missing.
    private func judgeShown(
        _ row: Int, _ pairs: ArraySlice<ListingPair>, _ verdict: inout RowVerdict,
        _ sink: inout EvidenceSink
    ) {
        let range = columns.logos.range(row)
        guard !range.isEmpty else {
            let isAbsent = judgeAbsence(row, nil, &verdict, &sink)
            if !isAbsent { verdict.abstain(.logo, .noLogo) }
            return
        }
        guard let sighting = sighting(row, range, pairs, verdict) else {
            let isAbsent = judgeAbsence(row, range, &verdict, &sink)
            let isReadable = range.contains {
                columns.logos.quality[$0] >= parameters.logoQualityMin
            }
            if !isAbsent, !isReadable { verdict.abstain(.logo, .lowQuality) }
            return
        }
        judge(sighting, row, &verdict, &sink)
    }

    /// One brand's logo as seen on a listing.
    private struct Sighting {
        var brand: UInt32
        var slot: Int
        /// Of the nearest crop, or nothing when only a label tells.
        var pair: ListingPair?
        /// 1 when two of crop, label and title agree or a label tells, less for a lone near crop.
        var certainty: Double
    }

    /// The surest sighting; of equally sure ones the first that is not the listing's own brand.
    private func sighting(
        _ row: Int, _ range: Range<Int>, _ pairs: ArraySlice<ListingPair>, _ verdict: RowVerdict
    ) -> Sighting? {
        var best: Sighting?
        for place in range {
            let slot = place - range.lowerBound
            let code = columns.logoLabel.codes[place]
            let label = code == Missing.uint32 ? Missing.uint32 : facts.labelBrands[Int(code)]
            let pair = pairs.first {
                $0.kind == .logo && Int($0.slot) == slot && counts($0)
            }
            let brand =
                label != Missing.uint32
                ? label : pair.map { scoring.model.banks.brands[Int($0.entry)] } ?? Missing.uint32
            guard brand != Missing.uint32 else { continue }
            let found = Sighting(
                brand: brand, slot: slot, pair: pair,
                certainty: label != Missing.uint32
                    ? 1 : certainty(of: brand, pair, slot, pairs, verdict))
            let isBetter =
                best.map {
                    found.certainty > $0.certainty
                        || (found.certainty == $0.certainty && $0.brand == verdict.fieldBrand
                            && found.brand != verdict.fieldBrand)
                } ?? (found.certainty > 0)
            if isBetter { best = found }
        }
        return best
    }

    /// Whether an official picture, a logo or a detector's label shows the brand.
    func shows(_ brand: UInt32, _ row: Int, _ pairs: ArraySlice<ListingPair>) -> Bool {
        pairs.contains {
            counts($0) && scoring.model.banks.brands[Int($0.entry)] == brand
                && !profile.isStopPicture($0.fingerprint)
        }
            || columns.logos.range(row).contains { place in
                let code = columns.logoLabel.codes[place]
                return code != Missing.uint32 && facts.labelBrands[Int(code)] == brand
            }
    }

    /// The brand that a detector's label names, else that of an official picture that is surely
    /// the same; `Missing.uint32` for none. A lone crop does not tell.
    func shownBrand(_ row: Int, _ pairs: ArraySlice<ListingPair>) -> UInt32 {
        for place in columns.logos.range(row) {
            let code = columns.logoLabel.codes[place]
            guard code != Missing.uint32 else { continue }
            let brand = facts.labelBrands[Int(code)]
            if brand != Missing.uint32 { return brand }
        }
        let picture = pairs.first {
            $0.kind == .image && counts($0) && $0.distance <= parameters.imageGoodBits
                && !profile.isStopPicture($0.fingerprint)
        }
        return picture.map { scoring.model.banks.brands[Int($0.entry)] } ?? Missing.uint32
    }

    private func counts(_ pair: ListingPair) -> Bool {
        let entry = Int(pair.entry)
        return bankKinds[entry] == .official && !isFlood[entry]
            && scoring.model.banks.brands[entry] != Missing.uint32
    }

    /// A crop alone is not believed unless it is very near: the title or another crop must agree.
    private func certainty(
        of brand: UInt32, _ pair: ListingPair?, _ slot: Int, _ pairs: ArraySlice<ListingPair>,
        _ verdict: RowVerdict
    ) -> Double {
        guard let pair else { return 0 }
        let isNamed = brand == verdict.brand || brand == verdict.fieldBrand
        let isRepeated = pairs.contains {
            $0.kind == .logo && Int($0.slot) != slot && counts($0)
                && scoring.model.banks.brands[Int($0.entry)] == brand
        }
        if isNamed || isRepeated { return 1 }
        return pair.distance <= parameters.imageStrongBits ? 0.5 : 0
    }

    /// L1, L2, L3.
    private func judge(
        _ sighting: Sighting, _ row: Int, _ verdict: inout RowVerdict, _ sink: inout EvidenceSink
    ) {
        let brand = sighting.brand
        let table = scoring.model.brands
        let isAuthorised = facts.isAuthorised(
            table, brand, seller: columns.seller.codes[row], shop: columns.shop.codes[row])
        guard !isAuthorised else { return }
        var weight = 0.0
        var code = EvidenceCode.logoUnauthorised
        if brand == verdict.fieldBrand {
            weight = parameters.logoUnauthorised
        } else if verdict.isAccessory {
            return  // Phones are shown with the case.
        } else if verdict.field == .empty {
            // A brand that the title names is not hidden by an empty field.
            code = .logoBrandEmpty
            weight = parameters.logoBrandEmpty * (brand == verdict.brand ? 0.2 : 1)
        } else if verdict.field == .other {
            code = .logoBrandMismatch
            weight = parameters.logoBrandMismatch * 0.5
        } else if !table.isCoBrand(brand, verdict.fieldBrand) {
            code = .logoBrandMismatch
            weight = parameters.logoBrandMismatch
        }
        weight *= sighting.certainty
        guard weight > 0 else { return }
        verdict.logo = Fixed(weight)
        sink.add(
            weight,
            Evidence(
                code, .logo, slot: sighting.slot, a: sighting.pair.map { Int64($0.distance) } ?? -1,
                b: sighting.pair.map { Int64($0.entry) } ?? -1,
                c: sighting.pair.map { Int64($0.quality) } ?? -1, d: Int64(brand)))
    }

    /// L4: a place of a picture is made unreadable and the claimed brand's logo is nowhere seen.
    ///
    /// It counts in full where a logo belongs: nearly all of the brand's listings in the category
    /// show one, or the picture is the brand's own. Else the place may as well be a face or a
    /// number plate, and counts half; honest people who sell used goods hide those.
    private func judgeConcealed(
        _ row: Int, _ pairs: ArraySlice<ListingPair>, _ verdict: inout RowVerdict,
        _ sink: inout EvidenceSink
    ) {
        let brand = verdict.brand
        guard let (slot, kind) = concealment(row), brand != Missing.uint32,
            !verdict.isAuthorised, !verdict.isAccessory, !showsLogo(of: brand, row, pairs)
        else { return }
        let isExpected =
            expectsLogo(of: brand, row)
            || pairs.contains {
                $0.kind == .image && counts($0) && $0.distance <= parameters.imageGoodBits
                    && scoring.model.banks.brands[Int($0.entry)] == brand
            }
        let isUsed = columns.condition[row] == Condition.used.rawValue
        let share =
            (isExpected ? 1 : 0.5) * (isUsed ? parameters.imageSecondHandFactor : 1)
        let weight = parameters.logoMasked * share
        guard weight > 0 else { return }
        verdict.concealedShare = share
        verdict.logo = max(verdict.logo, Fixed(weight))
        verdict.states[Scorer.logo.rawValue] = .none
        sink.add(
            weight,
            Evidence(
                .logoMasked, .logo, slot: slot, a: Int64(kind.rawValue), c: isExpected ? 1 : 0,
                d: Int64(brand)))
    }

    /// The first concealed place of a row.
    private func concealment(_ row: Int) -> (slot: Int, kind: Concealment)? {
        guard facts.hasConcealments else { return nil }
        let range = columns.logos.range(row)
        for place in range {
            let code = columns.logoLabel.codes[place]
            guard code != Missing.uint32, let kind = facts.concealments[Int(code)] else { continue }
            return (place - range.lowerBound, kind)
        }
        return nil
    }

    private func showsLogo(
        of brand: UInt32, _ row: Int, _ pairs: ArraySlice<ListingPair>
    ) -> Bool {
        pairs.contains {
            $0.kind == .logo && counts($0) && scoring.model.banks.brands[Int($0.entry)] == brand
        }
            || columns.logos.range(row).contains { place in
                let code = columns.logoLabel.codes[place]
                return code != Missing.uint32 && facts.labelBrands[Int(code)] == brand
            }
    }

    /// Whether nearly all listings of the brand in the row's category show its logo.
    private func expectsLogo(of brand: UInt32, _ row: Int) -> Bool {
        let code = columns.category.codes[row]
        let category = code == Missing.uint32 ? 0 : facts.categoryKeys[Int(code)]
        let cell = profile.cells.index(
            brand: brand, category: category, condition: columns.condition[row])
        return cell.map { profile.cells.flags[$0] & CellTable.expectsLogo != 0 } ?? false
    }

    /// L5: a listing of a brand whose logo nearly all its listings show, without one.
    private func judgeAbsence(
        _ row: Int, _ logos: Range<Int>?, _ verdict: inout RowVerdict, _ sink: inout EvidenceSink
    ) -> Bool {
        guard verdict.field == .known, verdict.brand == verdict.fieldBrand, verdict.isMentioned,
            !verdict.isAccessory, !verdict.isAuthorised, !columns.images.range(row).isEmpty,
            expectsLogo(of: verdict.brand, row)
        else { return false }
        verdict.logo = Fixed(parameters.logoAbsent)
        sink.add(
            parameters.logoAbsent, Evidence(.logoAbsent, .logo, d: Int64(verdict.brand)))
        return parameters.logoAbsent > 0
    }

    /// `ln(1 + n)`, n in 0...15.
    private static let log1p: [Double] = (0..<16).map { Exact.log1p(Double($0)) }
}
