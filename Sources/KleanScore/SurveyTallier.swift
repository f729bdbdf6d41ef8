internal import KleanCatalog
internal import KleanCore
internal import KleanModel
internal import KleanText

/// Counts one chunk. Texts are resolved once per distinct value; rows only see numbers.
struct SurveyTallier {
    private(set) var totals = SurveyTotals()
    private(set) var images: [ImageTally] = []
    private(set) var sellers: [SellerTally] = []
    private(set) var cells: [CellTally] = []
    private(set) var votes: [PriceVote] = []
    private(set) var tokens: [TokenTally] = []

    private let columns: HotColumns
    private let scoring: ScoringModel
    private let scope: SurveyScope
    private let isDead: DeadRows
    private let brandOf: [UInt32]
    private let categoryKeys: [UInt64]
    private let sellerKeys: [UInt64]
    private let labelBrands: [UInt32]

    init(
        _ columns: HotColumns, _ scoring: ScoringModel, _ scope: SurveyScope, _ isDead: DeadRows
    ) {
        self.columns = columns
        self.scoring = scoring
        self.scope = scope
        self.isDead = isDead
        let brands = scoring.model.brands
        brandOf = FieldKeys.names(columns.brand.values).map { key in
            brands.brand(fieldKey: key) ?? Missing.uint32
        }
        categoryKeys = FieldKeys.names(columns.category.values)
        sellerKeys = FieldKeys.sellers(columns.seller.values)
        labelBrands = ChunkFacts.brands(ofLabels: columns.logoLabel.values, brands)
    }

    /// - Parameter pairs: Of the chunk, sorted.
    mutating func tally(_ pairs: [ListingPair]) {
        tallyTotals()
        tallyImages()
        tallySellers()
        tallyCells(pairs)
        tallyTokens()
    }

    // MARK: - Row facts

    private func brand(_ row: Int) -> UInt32 { value(columns.brand, brandOf, row) }

    private func value<Value>(_ column: DictionaryColumn, _ values: [Value], _ row: Int) -> Value
    where Value: FixedWidthInteger {
        guard row < column.codes.count, column.codes[row] != Missing.uint32 else {
            return Value.max
        }
        return values[Int(column.codes[row])]
    }

    private func code(_ column: DictionaryColumn, _ row: Int) -> UInt32 {
        row < column.codes.count ? column.codes[row] : Missing.uint32
    }

    // MARK: - Tallies

    private mutating func tallyTotals() {
        let corrected = LagCorrection(scope.overlay)
        for row in 0..<columns.rowCount where !isDead[row] {
            totals.rows += 1
            if scope.isSampled(ordinal: scope.firstOrdinal &+ UInt32(row)) {
                totals.sampledRows += 1
            }
            if !columns.orders.isEmpty, columns.orders[row] != Missing.uint32,
                !corrected.contains(row)
            {
                totals.uncorrectedRows += 1
            }
            totals.pictures += UInt64(columns.images.range(row).count)
            if !columns.listedAt.isEmpty, columns.listedAt[row] != Missing.int64 {
                let listed = UInt64(max(columns.listedAt[row], 0))
                totals.newestListedPlusOne = max(totals.newestListedPlusOne, listed + 1)
            }
        }
    }

    private mutating func tallyImages() {
        images.reserveCapacity(columns.images.hashes.count)
        for row in 0..<columns.rowCount where !isDead[row] {
            let range = columns.images.range(row)
            guard !range.isEmpty,
                scope.isSampled(ordinal: scope.firstOrdinal &+ UInt32(row))
            else { continue }
            let seller = value(columns.seller, sellerKeys, row)
            let brand = brand(row)
            for place in range {
                let key = columns.images.hashes[place].fingerprint
                // A picture shown twice in one listing counts once.
                let isRepeat =
                    range.lowerBound < place
                    && columns.images.hashes[range.lowerBound..<place].contains {
                        $0.fingerprint == key
                    }
                if isRepeat { continue }
                images.append(ImageTally(key: key, seller: seller, brand: brand, listings: 1))
            }
        }
        ImageTally.settle(&images)
    }

    /// Seller by seller, so that a group is found by its category alone: no hashing.
    private mutating func tallySellers() {
        let missing = columns.category.values.count
        /// The group of each category code, of the seller at hand if it is not below his first.
        var groups = [Int](repeating: -1, count: missing + 1)
        var found: [SellerTally] = []
        let order = RowsByCode(columns.seller, rowCount: columns.rowCount, isDead)
        for seller in 0..<columns.seller.values.count {
            let first = found.count
            for row in order.rows(of: seller) {
                let code = code(columns.category, Int(row))
                let category = code == Missing.uint32 ? missing : Int(code)
                if groups[category] < first {
                    groups[category] = found.count
                    found.append(
                        SellerTally(
                            key: sellerKeys[seller],
                            category: category == missing ? 0 : categoryKeys[category]))
                }
                count(Int(row), in: &found[groups[category]])
            }
        }
        SellerTally.settle(&found)
        sellers = found
    }

    private func count(_ row: Int, in tally: inout SellerTally) {
        tally.listings &+= 1
        if brand(row) != Missing.uint32 { tally.claims &+= 1 }
        if !columns.listedAt.isEmpty, columns.listedAt[row] != Missing.int64 {
            tally.firstListed = min(tally.firstListed, columns.listedAt[row])
        }
        guard !columns.orders.isEmpty, columns.orders[row] != Missing.uint32 else { return }
        let orders = columns.orders[row]
        let complaints = columns.complaints[row]
        if complaints != Missing.uint32 {
            // More events than orders is a counter out of step; the rate stays within 1.
            tally.complaintOrders &+= UInt64(orders)
            tally.complaints &+= UInt64(min(complaints, orders))
        }
        let refunds = columns.refunds[row]
        if refunds != Missing.uint32 {
            tally.refundOrders &+= UInt64(orders)
            tally.refunds &+= UInt64(min(refunds, orders))
        }
    }

    private mutating func tallyCells(_ pairs: [ListingPair]) {
        var groups = GroupTable()
        var voters = GroupTable(expected: columns.rowCount / 4)
        var converter = WonConverter(scoring.model.fx)
        let hasLogo = LogoFinder(columns, scoring.model.banks, pairs, labelBrands)
        for row in 0..<columns.rowCount where !isDead[row] {
            let brand = brand(row)
            guard brand != Missing.uint32 else { continue }
            let category = code(columns.category, row)
            let condition = columns.condition[row]
            let (index, isNew) = groups.number(
                UInt64(brand), UInt64(category) << 8 | UInt64(condition))
            if isNew { cells.append(cell(brand, category, condition)) }
            cells[index].listings += 1
            if !columns.images.range(row).isEmpty {
                cells[index].pictured += 1
                if hasLogo.shows(brand, row) { cells[index].withLogo += 1 }
            }
            vote(row, brand, index, &voters, &converter)
        }
        CellTally.settle(&cells)
        PriceVote.settle(&votes)
    }

    private func cell(_ brand: UInt32, _ categoryCode: UInt32, _ condition: UInt8) -> CellTally {
        let category = categoryCode == Missing.uint32 ? 0 : categoryKeys[Int(categoryCode)]
        return CellTally(
            key: CellKey.of(brand: brand, category: category, condition: condition), brand: brand,
            category: category, condition: condition)
    }

    private mutating func vote(
        _ row: Int, _ brand: UInt32, _ cell: Int, _ voters: inout GroupTable,
        _ converter: inout WonConverter
    ) {
        let sellerCode = code(columns.seller, row)
        // What a bait costs is not what the brand's goods cost.
        guard sellerCode != Missing.uint32, !columns.hasBaitPrice(row),
            let won = converter.won(minor: columns.price[row], packed: columns.currency[row])
        else { return }
        cells[cell].priced += 1
        let (index, isNew) = voters.number(UInt64(cell), UInt64(sellerCode))
        if isNew {
            let seller = sellerKeys[Int(sellerCode)]
            let isAuthorised = scoring.model.brands.isAuthorised(brand: brand, sellerKey: seller)
            let key = cells[cell].key
            votes.append(
                PriceVote(
                    key: key,
                    rank: PriceVote.rank(seller: seller, cell: key, isAuthorised: isAuthorised),
                    sum: 0, count: 0))
        }
        votes[index].sum &+= Int64(WonConverter.log(won).raw)
        votes[index].count &+= 1
    }

    /// Brand-field values that nearly are a known brand, per seller.
    private mutating func tallyTokens() {
        let values = columns.brand.values
        guard let misses = scoring.reader.nearMisses else { return }
        var folded = FoldedText()
        TextFolder().fold(values, rows: 0..<values.count, into: &folded)
        var keys: [UInt64?] = []
        var hasAny = false
        for value in 0..<values.count {
            guard brandOf[value] == Missing.uint32, misses.lookup(folded[value]) != nil else {
                keys.append(nil)
                continue
            }
            hasAny = true
            keys.append(NearMissToken.key(values[value]))
        }
        guard hasAny else { return }
        for row in 0..<columns.rowCount where !isDead[row] {
            let code = code(columns.brand, row)
            guard code != Missing.uint32, let key = keys[Int(code)] else { continue }
            let seller = value(columns.seller, sellerKeys, row)
            guard seller != .max else { continue }
            tokens.append(TokenTally(key: key, seller: Fingerprint.mix(seller)))
        }
        TokenTally.settle(&tokens)
    }
}

/// The rows of a chunk by the code that they have in one column; rows without one are left out.
private struct RowsByCode {
    private var ordered: [UInt32]
    /// One more than there are codes.
    private var starts: [Int]

    /// - Complexity: O(rows + codes).
    init(_ column: DictionaryColumn, rowCount: Int, _ isDead: DeadRows) {
        starts = [Int](repeating: 0, count: column.values.count + 1)
        let rows = min(rowCount, column.codes.count)
        for row in 0..<rows where column.codes[row] != Missing.uint32 && !isDead[row] {
            starts[Int(column.codes[row]) + 1] += 1
        }
        for code in 0..<column.values.count { starts[code + 1] += starts[code] }
        ordered = [UInt32](repeating: 0, count: starts[column.values.count])
        var next = starts
        for row in 0..<rows where column.codes[row] != Missing.uint32 && !isDead[row] {
            let code = Int(column.codes[row])
            ordered[next[code]] = UInt32(row)
            next[code] += 1
        }
    }

    func rows(of code: Int) -> ArraySlice<UInt32> { ordered[starts[code]..<starts[code + 1]] }
}

/// Which rows of a chunk have counters that were corrected for the delay of reports.
private struct LagCorrection {
    private let isWhole: Bool
    private let rows: Set<UInt32>

    /// - Parameter overlay: Of one chunk.
    init(_ overlay: CounterOverlay?) {
        let corrects = overlay?.isLagCorrected ?? false
        isWhole = corrects && (overlay?.coveredChunks ?? 0) > 0
        rows = corrects && !isWhole ? Set(overlay?.entries(0).map(\.row) ?? []) : []
    }

    func contains(_ row: Int) -> Bool { isWhole || rows.contains(UInt32(row)) }
}

/// How a near-missing token is keyed, in brand fields and in titles alike.
enum NearMissToken {
    static func key(_ bytes: some Sequence<UInt8>) -> UInt64 { Model.nameKey(bytes) }
}

/// Whether a brand's logo was found on a listing's pictures, by a bank or by a detector's label.
struct LogoFinder {
    private let columns: HotColumns
    private let banks: BankTable
    private let pairs: [ListingPair]
    private let labelBrands: [UInt32]
    private let starts: PairStarts

    init(
        _ columns: HotColumns, _ banks: BankTable, _ pairs: [ListingPair], _ labelBrands: [UInt32]
    ) {
        self.columns = columns
        self.banks = banks
        self.pairs = pairs
        self.labelBrands = labelBrands
        starts = PairStarts(pairs, rowCount: columns.rowCount)
    }

    func shows(_ brand: UInt32, _ row: Int) -> Bool {
        for place in columns.logos.range(row) where place < columns.logoLabel.codes.count {
            let code = columns.logoLabel.codes[place]
            if code != Missing.uint32, labelBrands[Int(code)] == brand { return true }
        }
        for pair in pairs[starts.range(row)] where pair.kind == .logo {
            if banks.brands[Int(pair.entry)] == brand { return true }
        }
        return false
    }
}

/// Where each row's pairs stand in a sorted list.
struct PairStarts {
    /// `rowCount + 1` entries, or none when there are no pairs.
    private var starts: [UInt32] = []

    /// - Precondition: rows of the pairs are below `rowCount`.
    init(_ pairs: [ListingPair], rowCount: Int) {
        guard !pairs.isEmpty else { return }
        starts = [UInt32](repeating: 0, count: rowCount + 1)
        for pair in pairs { starts[Int(pair.row) + 1] += 1 }
        for row in 0..<rowCount { starts[row + 1] += starts[row] }
    }

    @inline(__always) func range(_ row: Int) -> Range<Int> {
        starts.isEmpty ? 0..<0 : Int(starts[row])..<Int(starts[row + 1])
    }
}
