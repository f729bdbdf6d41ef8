package import KleanCatalog
package import KleanCore
internal import KleanModel

/// All there is to say about one listing: what `explain` shows.
package struct ListingDetail: Sendable, Equatable {
    /// As an index holds it, neutral evidence included; row 0.
    package var entry: RankedEntry
    package var intercept: Fixed
    package var threshold: Fixed
    /// The brand that the listing claims or resembles.
    package var brand: UInt32?
    /// The brand of its brand field.
    package var fieldBrand: UInt32?
    package var isAccessory: Bool
    package var isAuthorised: Bool
    /// The bank entries that its pictures and logos match.
    package var pairs: [ListingPair]
    package var price: PriceFinding?
    package var seller: SellerFinding?
    package var clearing: Clearing

    /// What would bring the score below the threshold.
    package struct Clearing: Sendable, Equatable {
        /// Score without each term, in the order of ``Term``.
        package var scoreWithout: [Fixed]
        /// The lowest price in won at which the listing would not be ranked; `nil` when it is not
        /// ranked now, or when no price would clear it.
        package var wonFrom: Int64?
    }
}

extension ShardScorer {
    /// Runs the same scorers on one row.
    ///
    /// - Parameters:
    ///   - columns: Exactly one row, all hot columns; see ``HotColumns/only(row:)``.
    ///   - pairs: The row's, renumbered to row 0; see ``Surveyor/join(_:)``.
    package func explain(_ columns: HotColumns, pairs: [ListingPair]) throws(ScoreError)
        -> ListingDetail
    {
        precondition(columns.rowCount == 1, "one listing is explained at a time")
        try check(pairs, 1)
        var judge = ChunkJudge(self, columns, pairs)
        let (verdict, sink) = judge.lookAgain(0)
        let price = judge.priceFinding(0, verdict)
        let contributions = fusion.contributions(verdict)
        let score = fusion.score(verdict)
        return ListingDetail(
            entry: RankedEntry(
                row: 0, score: score, contributions: contributions,
                subScores: Scorer.allCases.map(verdict.sub), evidence: sink.strongest()),
            intercept: fusion.intercept, threshold: fusion.threshold,
            brand: verdict.brand == Missing.uint32 ? nil : verdict.brand,
            fieldBrand: verdict.fieldBrand == Missing.uint32 ? nil : verdict.fieldBrand,
            isAccessory: verdict.isAccessory, isAuthorised: verdict.isAuthorised, pairs: pairs,
            price: price, seller: judge.sellerFinding(0),
            clearing: ListingDetail.Clearing(
                scoreWithout: fusion.scoresWithout(verdict),
                wonFrom: clearingPrice(judge.prices, verdict, price, columns.condition[0])))
    }

    /// Weighted sums fall as prices rise, so bisection finds the first price that clears. Of trees
    /// every price at which they may change their mind is tried.
    private func clearingPrice(
        _ prices: PriceScorer, _ verdict: RowVerdict, _ price: PriceFinding?, _ condition: UInt8
    ) -> Int64? {
        guard let price, fusion.score(verdict) >= fusion.threshold else { return nil }
        func isCleared(_ won: Int64) -> Bool {
            var other = verdict
            other.take(prices.arithmetic.finding(won, price.reference, condition))
            return fusion.score(other) < fusion.threshold
        }
        let low = price.won
        var high = max(low, PriceScorer.won(price.reference, scoring.model)) + 1
        guard isCleared(high) else { return nil }
        if fusion.mayRiseWithPrice {
            guard let steps = fusion.priceSteps else { return nil }
            let tried = steps.map { step in
                first(after: low, to: high) { won in
                    var other = verdict
                    other.take(prices.arithmetic.finding(won, price.reference, condition))
                    return Fusion.value(step.term, other) <= step.value
                }
            }
            for won in Set(tried).sorted(by: >) {
                guard isCleared(won) else { break }
                high = won
            }
            return high
        }
        return first(after: low, to: high, isCleared)
    }

    /// The first number at which `holds` is true, which it is at `high` and beyond.
    private func first(after low: Int64, to high: Int64, _ holds: (Int64) -> Bool) -> Int64 {
        var low = low
        var high = high
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if holds(middle) { high = middle } else { low = middle }
        }
        return high
    }
}

extension HotColumns {
    /// One row as a chunk of its own, dictionary values that it does not use left out.
    package func only(row: Int) -> HotColumns {
        var one = HotColumns()
        one.rowCount = 1
        one.title.append(title[row])
        one.brand = brand.only(row..<row + 1)
        one.category = category.only(row..<row + 1)
        one.seller = seller.only(row..<row + 1)
        one.shop = shop.only(row..<row + 1)
        one.price = [price[row]]
        one.currency = [currency[row]]
        one.condition = [condition[row]]
        one.images = images.only(row)
        one.logos = logos.only(row)
        one.logoLabel = logoLabel.only(logos.range(row))
        one.orders = [orders[row]]
        one.refunds = [refunds[row]]
        one.complaints = [complaints[row]]
        one.listedAt = [listedAt[row]]
        let range = options.range(row)
        one.options = OptionList(
            offsets: [0, UInt32(range.count)], prices: Array(options.prices[range]),
            names: options.names.only(range))
        return one
    }
}

extension DictionaryColumn {
    fileprivate func only(_ rows: Range<Int>) -> DictionaryColumn {
        var one = DictionaryColumn()
        var known: [UInt32] = []
        for row in rows {
            let code = codes[row]
            if code == Missing.uint32 {
                one.codes.append(code)
            } else if let place = known.firstIndex(of: code) {
                one.codes.append(UInt32(place))
            } else {
                one.codes.append(UInt32(known.count))
                known.append(code)
                one.values.append(values[Int(code)])
            }
        }
        return one
    }
}

extension HashList {
    fileprivate func only(_ row: Int) -> HashList {
        let range = range(row)
        return HashList(
            offsets: [0, UInt32(range.count)],
            hashes: hashes.isEmpty ? [] : Array(hashes[range]), quality: Array(quality[range]))
    }
}
