internal import KleanCatalog
internal import KleanCore
internal import KleanModel
internal import KleanText

/// Words for copies, and claims that the listing's other fields contradict (SCORING N4 to N6).
extension NameScorer {
    // MARK: - Slang (N4)

    func slang(
        _ row: Int, _ matches: ArraySlice<TextMatch>, _ verdict: inout RowVerdict,
        _ sink: inout EvidenceSink
    ) -> Double {
        var best = 0.0
        let hasBrand = verdict.brand != Missing.uint32
        for match in matches where tables.kinds[Int(match.payload)] == .lexicon {
            let number = Int(tables.numbers[Int(match.payload)])
            guard tables.slangWeights[number] > 0, tables.entryKinds[number] != .officialStore,
                !isCovered(match, matches, .lexicon)
            else { continue }
            let entry = scoring.model.lexicon[number]
            guard isNearBrand(match, entry, verdict), !isExcused(row, entry, matches) else {
                continue
            }
            let range = Int(match.start)..<Int(match.end)
            let brand = hasBrand ? Int64(verdict.brand) : -1
            if entry.isDeniable, isDenied(match, matches) {
                sink.add(
                    0, Evidence(.nameSlangDenied, .title, range: range, a: brand, b: Int64(number)))
                continue
            }
            // Without a brand it is a word about copies of nobody in particular.
            let weight = tables.slangWeights[number] * (hasBrand ? 1 : 0.5)
            best = max(best, weight)
            sink.add(
                weight, Evidence(.nameSlang, .title, range: range, a: brand, b: Int64(number)))
        }
        if hasBrand, parameters.nameSlangHigh > 0 {
            verdict.slangShare = min(best / parameters.nameSlangHigh, 1)
        }
        return best
    }

    private func isNearBrand(_ match: TextMatch, _ entry: LexiconEntry, _ verdict: RowVerdict)
        -> Bool
    {
        guard entry.condition == .nearBrand else { return true }
        return mentions.contains { match.tokenDistance(to: $0) <= Int(entry.windowTokens) }
    }

    /// A context in title or category makes the entry honest: football kits are called replicas.
    private func isExcused(_ row: Int, _ entry: LexiconEntry, _ matches: ArraySlice<TextMatch>)
        -> Bool
    {
        guard !entry.contexts.isEmpty else { return false }
        for match in matches where tables.kinds[Int(match.payload)] == .context {
            if entry.contexts.contains(tables.numbers[Int(match.payload)]) { return true }
        }
        guard let category = category(row) else { return false }
        return category.contexts.contains { entry.contexts.contains($0) }
    }

    private func isDenied(_ match: TextMatch, _ matches: ArraySlice<TextMatch>) -> Bool {
        for other in matches where tables.kinds[Int(other.payload)] == .lexicon {
            let number = Int(tables.numbers[Int(other.payload)])
            guard tables.entryKinds[number] == .denial else { continue }
            let window = Int(scoring.model.lexicon[number].windowTokens)
            if match.tokenDistance(to: other) <= window { return true }
        }
        return false
    }

    // MARK: - Claims (N5, N6)

    /// The title names a brand and the brand field another one. An empty field contradicts nothing,
    /// and a name that the registry does not know mostly is the shop's: whole marketplaces of
    /// honest resellers fill the field so.
    func mismatch(_ verdict: RowVerdict, _ sink: inout EvidenceSink) -> Double {
        guard verdict.isMentioned, verdict.brand != verdict.fieldBrand, verdict.field == .known,
            !scoring.model.brands.isCoBrand(verdict.brand, verdict.fieldBrand)
        else { return 0 }
        let weight = parameters.nameClaimMismatch
        let mention = mentions.first { tables.numbers[Int($0.payload)] == verdict.brand }
        sink.add(
            weight,
            Evidence(
                .nameClaimMismatch, .title,
                range: mention.map { Int($0.start)..<Int($0.end) } ?? 0..<0,
                a: Int64(verdict.brand),
                b: verdict.fieldBrand == Missing.uint32 ? -1 : Int64(verdict.fieldBrand)))
        return weight
    }

    func settleAuthorisation(_ row: Int, _ verdict: inout RowVerdict) {
        guard verdict.brand != Missing.uint32 else { return }
        verdict.isAuthorised = facts.isAuthorised(
            scoring.model.brands, verdict.brand, seller: columns.seller.codes[row],
            shop: columns.shop.codes[row])
    }

    /// A shop that calls itself the brand's own though the brand does not list it. Where the brand
    /// lists nobody the claim cannot be checked, and a shop that names another word ("Acme Official
    /// Store") claims to be that one's.
    func storeClaim(_ row: Int, _ verdict: RowVerdict, _ sink: inout EvidenceSink)
        -> Double
    {
        guard verdict.brand != Missing.uint32, !verdict.isAuthorised,
            tables.hasAuthorisedSellers[Int(verdict.brand)]
        else { return 0 }
        let shop = columns.shop.codes[row]
        let seller = columns.seller.codes[row]
        var claim = shop == Missing.uint32 ? StoreClaim() : facts.shopClaims[Int(shop)]
        var field = EvidenceField.shop
        if !claim.isClaim, seller != Missing.uint32 {
            claim = facts.sellerClaims[Int(seller)]
            field = .seller
        }
        guard claim.isClaim else { return 0 }
        // "X official store" that sells Y claims nothing about Y.
        if claim.brand != verdict.brand, claim.brand != Missing.uint32 || claim.namesOther {
            return 0
        }
        var weight = parameters.nameOfficialStoreClaim
        if claim.brand == Missing.uint32 { weight *= 0.5 }
        sink.add(
            weight,
            Evidence(
                .nameOfficialStoreClaim, field, range: Int(claim.start)..<Int(claim.end),
                a: Int64(verdict.brand), b: Int64(claim.pattern)))
        return weight
    }
}
