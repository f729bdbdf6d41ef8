internal import CKleanKernels
internal import KleanCore
package import KleanModel

/// Joins prices with what they are held against, many rows at a time.
///
/// A row's cell depends on its **subject**, a number that the caller gives to a brand's goods of
/// one kind or to a model, on its category and its condition. Each such cell is asked for once;
/// then a slot in a grid tells it, in this chunk and the next ones. One multiplication and a
/// comparison decide about the prices that say nothing, which are most; of the others the kernels
/// work out the same score as ``PriceArithmetic`` to the bit, except where they leave a row open.
package struct PriceJoin: Sendable {
    private let kernels: Kernels
    private let parameters: ScoreParameters
    private var converter: WonConverter
    // By place, kk_price_places each.
    private var currencies: [UInt32] = []
    private var hashes = CurrencyHashes()
    private var rates: [Double]
    private var wonRates: [Float]
    // The grid, and the cells in it.
    private var bases: [UInt32]
    private var slots: [UInt32] = []
    private var cells: [kk_price_cell] = []
    private var spreads: [Double] = []
    private var isSpecific: [Bool] = []
    /// Categories that a block has slots for, besides none.
    private var categoriesMax = 0
    /// Slots from one subject's block to the next, if each has one in order; else 0.
    private var stride = 0
    private var categories: [UInt64: UInt32] = [:]
    /// By category code of the chunk + 1: where its slots begin in a block.
    private var offsets: [UInt32] = [0]

    /// The cell of rows without a reference.
    static let noCell = 0
    /// Slots of the grid, 4 B each. A chunk that needs more has cells asked for again and again.
    static let slotsMax = 1 << 21
    /// Slots for which every subject has a block from the start, so that rows find theirs without
    /// looking up where it begins.
    private static let slotsAtFirstMax = 1 << 18

    /// Room for so many cells, 25 B each, and slots before any must move: a page of it counts as
    /// memory once it is used.
    private static let cellsAtFirst = 1 << 15

    /// - Parameter subjectCount: Subjects are below it.
    package init(_ weights: Weights, _ fx: FXTable, subjectCount: Int, kernels: Kernels) {
        self.init(ScoreParameters(weights), fx, subjectCount: subjectCount, kernels: kernels)
    }

    init(_ parameters: ScoreParameters, _ fx: FXTable, subjectCount: Int, kernels: Kernels) {
        self.kernels = kernels
        self.parameters = parameters
        converter = WonConverter(fx)
        rates = Array(repeating: .nan, count: Self.places * Self.rateColumns)
        wonRates = Array(repeating: .nan, count: Self.places * Self.wonRateColumns)
        bases = Array(repeating: 0, count: subjectCount)
        cells.reserveCapacity(Self.cellsAtFirst)
        spreads.reserveCapacity(Self.cellsAtFirst)
        isSpecific.reserveCapacity(Self.cellsAtFirst)
        forget(categoriesMax: 0)
    }

    /// Begins a chunk, whose category codes stand for other categories than the last one's.
    ///
    /// - Parameter keys: By code. A grid that has grown too small for them starts anew.
    package mutating func begin(categoryKeys keys: [UInt64]) {
        let isFull = slots.count + blockSlots > Self.slotsMax || cells.count > Self.slotsMax / 4
        if isFull { forget(categoriesMax: categoriesMax) }
        for isSecond in [false, true] {
            for key in keys where categories[key] == nil {
                categories[key] = UInt32(categories.count + 1)
            }
            if categories.count <= categoriesMax { break }
            precondition(!isSecond, "an empty grid has room for the chunk's categories")
            forget(categoriesMax: max(2 * categoriesMax, keys.count))
        }
        offsets = [0] + keys.map { (categories[$0] ?? 0) * UInt32(kk_price_conditions) }
    }

    /// Starts an empty grid.
    private mutating func forget(categoriesMax: Int) {
        self.categoriesMax = categoriesMax
        categories.removeAll()
        let isEven = (bases.count + 1) * blockSlots <= Self.slotsAtFirstMax
        stride = isEven ? blockSlots : 0
        for subject in bases.indices { bases[subject] = UInt32((subject + 1) * stride) }
        let blocks = isEven ? bases.count + 1 : 1
        slots.removeAll(keepingCapacity: true)
        slots.reserveCapacity(Self.cellsAtFirst)
        slots.append(contentsOf: repeatElement(Self.unasked, count: blocks * blockSlots))
        cells.removeAll(keepingCapacity: true)
        spreads.removeAll(keepingCapacity: true)
        isSpecific.removeAll(keepingCapacity: true)
        add(nil, condition: Condition.new.rawValue)
    }

    private var blockSlots: Int { (categoriesMax + 1) * Int(kk_price_conditions) }

    /// Finds every row's cell.
    ///
    /// - Parameter reference: What the prices of a row's cell are held against; called once for
    ///   each cell, with the first row that asks for it.
    package mutating func find(_ block: inout PriceBlock, reference: (Int) -> PriceReference?) {
        place(&block)
        for place in 0..<findAsked(&block) {
            let row = Int(block.unasked[place])
            let subject = Int(block.subjects[block.first + row])
            let condition = block.conditions[block.first + row]
            // Conditions that are none share the last slot, and what they are held against.
            let offset =
                offsets[Int(block.categories[block.first + row] &+ 1)] + UInt32(min(condition, 3))
            var slot = slots[Int(bases[subject] + offset)]
            if slot == Self.unasked {
                slot = add(reference(row), condition: condition)
                if bases[subject] == 0, slots.count + blockSlots <= Self.slotsMax {
                    bases[subject] = UInt32(slots.count)
                    slots.append(contentsOf: repeatElement(Self.unasked, count: blockSlots))
                }
                if bases[subject] != 0 { slots[Int(bases[subject] + offset)] = slot }
            }
            block.slots[row] = slot
        }
    }

    /// Whether prices of a row's cell are those of one piece.
    func isSpecific(_ block: PriceBlock, _ row: Int) -> Bool {
        isSpecific[PriceBlock.cell(block.slots[row])]
    }

    /// Judges every row, whose cell and pieces must be known.
    package func judge(_ block: inout PriceBlock) {
        block.pieces.withUnsafeBufferPointer { pieces in
            block.slots.withUnsafeBufferPointer { slots in
                block.places.withUnsafeBufferPointer { places in
                    block.minor.withUnsafeBufferPointer { minor in
                        var rows = kk_price_rows(
                            minor: minor.baseAddress?.advanced(by: block.first),
                            places: places.baseAddress,
                            pieces: pieces.baseAddress, slots: slots.baseAddress,
                            count: block.count)
                        withTable { kernels.prices.judge($0, &rows, &block.raws, &block.kinds) }
                    }
                }
            }
        }
    }

    /// Of all rows judged: scores in steps of 2^-16, how many are above 0, low and open.
    package func totals(_ block: PriceBlock) -> (raw: Int64, scored: Int, low: Int, open: Int) {
        var totals = kk_price_totals()
        kernels.prices.total(block.raws, block.kinds, block.count, &totals)
        return (totals.raw, totals.scored, totals.low, totals.open)
    }

    // MARK: - Tables

    private static let places = Int(kk_price_places)
    private static let rateColumns = 4
    private static let wonRateColumns = 3
    private static let unasked = UInt32.max

    /// - Returns: How many rows have a cell that nobody has asked for; their numbers are the
    ///   block's first ones of ``PriceBlock/unasked``.
    private func findAsked(_ block: inout PriceBlock) -> Int {
        let first = block.first
        return withGrid { grid in
            block.subjects.withUnsafeBufferPointer { subjects in
                block.categories.withUnsafeBufferPointer { categories in
                    block.conditions.withUnsafeBufferPointer { conditions in
                        kernels.prices.find(
                            grid, subjects.baseAddress?.advanced(by: first),
                            categories.baseAddress?.advanced(by: first),
                            conditions.baseAddress?.advanced(by: first), block.count,
                            &block.slots, &block.unasked)
                    }
                }
            }
        }
    }

    private func withGrid(_ body: (UnsafePointer<kk_price_grid>) -> Int) -> Int {
        bases.withUnsafeBufferPointer { bases in
            offsets.withUnsafeBufferPointer { offsets in
                slots.withUnsafeBufferPointer { slots in
                    var grid = kk_price_grid(
                        bases: bases.baseAddress, offsets: offsets.baseAddress,
                        offset_count: offsets.count, slots: slots.baseAddress,
                        stride: UInt32(stride))
                    return body(&grid)
                }
            }
        }
    }

    /// Finds every row's currency; the last place is for those past the others, without a rate.
    private mutating func place(_ block: inout PriceBlock) {
        var row = 0
        while row < block.count {
            row += placeKnown(&block, from: row)
            guard row < block.count else { return }
            let currency = block.currencies[block.first + row]
            if currencies.count == Self.places - 1 || !add(currency: currency) {
                block.places[row] = UInt8(Self.places - 1)
                row += 1
            }
        }
    }

    /// - Returns: How many rows from `row` on have known currencies.
    private func placeKnown(_ block: inout PriceBlock, from row: Int) -> Int {
        hashes.withKnown { known in
            block.currencies.withUnsafeBufferPointer { packed in
                block.places.withUnsafeMutableBufferPointer { places in
                    kernels.prices.place(
                        known, packed.baseAddress?.advanced(by: block.first + row),
                        block.count - row, places.baseAddress?.advanced(by: row))
                }
            }
        }
    }

    /// - Returns: Whether there is a place for it.
    private mutating func add(currency: UInt32) -> Bool {
        guard let hashes = CurrencyHashes(currencies + [currency]) else { return false }
        self.hashes = hashes
        let place = currencies.count
        currencies.append(currency)
        guard let rate = converter.rate(packed: currency) else { return true }
        let micro = Double(rate.microWon)
        let divisor = Double(rate.divisor)
        for (column, value) in [
            micro, divisor, 1 / divisor, Double(rate.divisor / 2),
        ].enumerated() {
            rates[column * Self.places + place] = value
        }
        let won = micro / divisor
        guard won <= Self.wonRateMax else { return true }
        // Won are multiples of a fraction. What is added is a quarter of it more than a half, so
        // that no won is near to the number below which it is rounded down.
        let quarter = 0.25 * Double(Self.commonDivisor(rate.microWon, rate.divisor)) / divisor
        for (column, value) in [
            Float(won), Float(won - Double(Float(won))), Float(0.5 + quarter),
        ].enumerated() {
            wonRates[column * Self.places + place] = value
        }
        return true
    }

    /// Above it a won is looked at by the definition alone.
    private static let wonRateMax = 1_024.0

    private static func commonDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    /// The slot of what a cell's prices are held against.
    @discardableResult
    private mutating func add(_ reference: PriceReference?, condition: UInt8) -> UInt32 {
        guard let reference else {
            if cells.isEmpty { append(center: 0, spread: 1, factor: 1, isSpecific: false) }
            return Self.slot(cell: UInt32(Self.noCell), silentFrom: 0)
        }
        let factor = parameters.priceFactor(condition)
        append(
            center: reference.center.raw, spread: parameters.priceSpread(reference),
            factor: factor, isSpecific: reference.isSpecific)
        let from = factor < 1 ? min(parameters.priceCautionLog, 0) : 0
        return Self.slot(
            cell: UInt32(cells.count - 1), silentFrom: reference.center.double + from)
    }

    private mutating func append(center: Int32, spread: Double, factor: Double, isSpecific: Bool) {
        // Where standard scores, or logarithms, may have more steps than single precision has whole
        // numbers, there is no inverse, and the definition looks at all prices.
        let exact = 1 / spread
        let steps = Double(abs(Int64(center))) * max(1, exact)
        let inverse = steps < Double(1 << 24) ? Float(exact) : .infinity
        cells.append(
            kk_price_cell(
                center: center, inverse: inverse, rest: Float(exact - Double(inverse)),
                factor: Float(factor)))
        spreads.append(spread)
        self.isSpecific.append(isSpecific)
    }

    /// A price is silent from where its ln is above `log` for certain, by more than any rounding on
    /// the way: two steps of ``Fixed``, and two won because parts of a won are rounded and divided
    /// away. The slot has this limit with 6 bits of its significand, rounded up.
    private static func slot(cell: UInt32, silentFrom log: Double) -> UInt32 {
        precondition(cell < 1 << kk_price_cell_bits - 1, "a slot has room for the cell")
        let limit = Float(PriceArithmetic.won(above: log + 2.0 / 65_536) + 2)
        let steps = (limit.bitPattern - UInt32(kk_price_limit_one)) >> kk_price_limit_shift + 1
        return min(steps, 0xFFF) << kk_price_cell_bits | cell
    }

    private func withTable(_ body: (UnsafePointer<kk_price_table>) -> Void) {
        cells.withUnsafeBufferPointer { cells in
            spreads.withUnsafeBufferPointer { spreads in
                rates.withUnsafeBufferPointer { rates in
                    wonRates.withUnsafeBufferPointer { wonRates in
                        func column(_ number: Int) -> UnsafePointer<Double>? {
                            rates.baseAddress?.advanced(by: number * Self.places)
                        }
                        func wonColumn(_ number: Int) -> UnsafePointer<Float>? {
                            wonRates.baseAddress?.advanced(by: number * Self.places)
                        }
                        var table = kk_price_table(
                            cells: cells.baseAddress, spreads: spreads.baseAddress,
                            rates: kk_price_rates(
                                won: wonColumn(0), rest: wonColumn(1), half: wonColumn(2),
                                micro: column(0), divisor: column(1), inverse: column(2),
                                half_divisor: column(3)), rules: parameters.priceRules)
                        body(&table)
                    }
                }
            }
        }
    }
}

extension ScoreParameters {
    fileprivate var priceRules: kk_price_rules {
        kk_price_rules(
            z_scale: priceZScale, ratio_scale: priceRatioScale, raw_max: PriceArithmetic.rawMax,
            caution_log: priceCautionLog, low_log: priceCautionLog + PriceArithmetic.logStep,
            low_z: priceLowZ, typo_won: Double(PriceArithmetic.typoWonMax),
            typo_log: PriceArithmetic.typoLogMax)
    }

    /// What is left of a price's score in goods of a condition: of unknown ones, which may be
    /// used, half, and only below what used ones cost.
    func priceFactor(_ condition: UInt8) -> Double {
        condition > Condition.refurbished.rawValue ? 0.5 : 1
    }

    /// The spread of ln won after shrinkage: `(n s^2 + k s'^2) / (n + k)`.
    func priceSpread(_ reference: PriceReference) -> Double {
        let votes = Double(reference.votes)
        let own = reference.spread.double
        let variance =
            (votes * own * own + priceShrinkVotes * priceParentSpread * priceParentSpread)
            / (votes + priceShrinkVotes)
        return variance.squareRoot()
    }
}

extension PriceVerdict {
    /// The scorer must look at the row itself.
    package var isOpen: Bool { kind == UInt8(kk_price_ask.rawValue) }
    package var isLow: Bool { kind == UInt8(kk_price_low.rawValue) }
}
