internal import KleanCatalog
internal import KleanCore
internal import KleanModel
internal import KleanText

/// Names that are not written as their brand writes them (SCORING N2, N3).
extension NameScorer {
    /// The stronger of each kind counts once.
    func disguise(
        _ row: Int, _ misses: ArraySlice<NearMissMatch>, _ verdict: inout RowVerdict,
        _ sink: inout EvidenceSink
    ) -> Double {
        var nearMiss = 0.0
        var confusable = 0.0
        for mention in mentions where tables.numbers[Int(mention.payload)] == verdict.brand {
            let share = confusableShare(mention, row)
            if share > 0 {
                let weight = parameters.nameConfusable * share
                confusable = max(confusable, weight)
                sink.add(weight, confusableEvidence(row, mention, verdict.brand))
            } else if isNearMiss(mention) {
                nearMiss = max(nearMiss, parameters.nameNearMiss)
                sink.add(parameters.nameNearMiss, nearMissEvidence(mention, verdict.brand))
            }
        }
        for miss in misses {
            let brand = tables.numbers[Int(miss.payload)]
            guard counts(miss, brand, row, verdict) else { continue }
            let range = Int(miss.start)..<Int(miss.end)
            var evidence = Evidence(
                .nameConfusable, .title, range: range, a: Int64(brand), b: Int64(miss.payload))
            switch miss.kind {
            case .leet:
                confusable = max(confusable, parameters.nameConfusable)
                sink.add(parameters.nameConfusable, evidence)
            case .piece:
                let weight = parameters.nameConfusable * NameScorer.pieceShare
                confusable = max(confusable, weight)
                sink.add(weight, evidence)
            case .edits, .masked:
                let weight =
                    parameters.nameNearMiss * (miss.halfEdits <= 2 ? 1 : NameScorer.farShare)
                nearMiss = max(nearMiss, weight)
                evidence.code = .nameNearMiss
                evidence.c = Int64(miss.halfEdits)
                sink.add(weight, evidence)
            }
        }
        verdict.isNearMissBrandEmpty =
            nearMiss + confusable > 0 && verdict.field != .known
        return nearMiss + confusable
    }

    /// A piece of a name proves less than the whole.
    private static let pieceShare = 0.7
    /// So does a misspelling more than one edit away.
    private static let farShare = 0.7
    /// Full-width letters are ordinary in East Asian shops, though rarely in the name of a brand.
    private static let wideShare = 0.5
    /// So are accents in some languages, though not in a name that its brand writes without.
    private static let accentShare = 0.5

    /// How much letters of another kind in a mention count, 0...1.
    private func confusableShare(_ mention: TextMatch, _ row: Int) -> Double {
        let disguise = mention.disguise
        if !disguise.isDisjoint(with: [.lookAlike, .leet, .invisible]) { return 1 }
        let brand = Int(tables.numbers[Int(mention.payload)])
        let isAccented = disguise.contains(.accent) && !tables.isAccented[brand]
        guard disguise.contains(.styled) else {
            return isAccented ? NameScorer.accentShare : 0
        }
        let drawn = TextFolder().lookAlikes(
            in: columns.title[row], range: Int(mention.start)..<Int(mention.end), kinds: .styled)
        if drawn.isEmpty { return 0 }
        let isWide = drawn.allSatisfy { (0xFF01...0xFF5E).contains($0.codePoint) }
        return isWide ? NameScorer.wideShare : 1
    }

    /// Letters set apart, loose jamo, or a distortion in common use.
    private func isNearMiss(_ mention: TextMatch) -> Bool {
        mention.disguise.contains(.separated) || mention.disguise.contains(.jamo)
            || tables.traits[Int(mention.payload)].contains(.distortion)
    }

    /// A resemblance means something unless the brand is named properly as well, the goods are
    /// another known brand's or of a kind that it does not sell (a Brita boot), or the token is a
    /// brand of its own: of many sellers, or the very one that this listing's brand field gives.
    func counts(
        _ miss: NearMissMatch, _ brand: UInt32, _ row: Int, _ verdict: RowVerdict
    ) -> Bool {
        if verdict.brand != Missing.uint32, verdict.brand != brand { return false }
        let isHidden = miss.kind == .leet || miss.kind == .masked
        if verdict.isMentioned, !isHidden { return false }
        // Of a masked phrase a part may be a name of the same brand: Al*xander McQueen.
        let isNamed = mentions.contains {
            $0.start < miss.end && miss.start < $0.end
                && (miss.kind != .masked || tables.numbers[Int($0.payload)] != brand
                    || ($0.start <= miss.start && miss.end <= $0.end))
        }
        if isNamed { return false }
        let title = columns.title[row]
        let start = title.startIndex + Int(miss.start)
        let end = min(title.startIndex + Int(miss.end), title.endIndex)
        guard start < end else { return false }
        if miss.kind == .edits {
            let seen = verdict.seenDomains
            if seen != 0, seen & tables.brandDomains[Int(brand)] == 0 { return false }
        }
        return !profile.isOwnBrandToken(NearMissToken.key(title[start..<end]))
    }

    private func nearMissEvidence(_ mention: TextMatch, _ brand: UInt32) -> Evidence {
        Evidence(
            .nameNearMiss, .title, range: Int(mention.start)..<Int(mention.end),
            a: Int64(brand), b: Int64(mention.payload), c: 0)
    }

    private func confusableEvidence(_ row: Int, _ mention: TextMatch, _ brand: UInt32) -> Evidence {
        let range = Int(mention.start)..<Int(mention.end)
        let first = TextFolder().lookAlikes(
            in: columns.title[row], range: range, kinds: [.lookAlike, .styled, .accent]
        ).first
        return Evidence(
            .nameConfusable, .title, range: range, a: Int64(brand), b: Int64(mention.payload),
            c: first.map { Int64($0.codePoint) } ?? -1, d: first.map { Int64($0.looksLike) } ?? -1)
    }
}
