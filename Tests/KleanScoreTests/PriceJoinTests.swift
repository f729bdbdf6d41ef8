import KleanCore
import KleanModel
import KleanScore
import Testing

/// Every variant of the price join gives what the scorer's own arithmetic gives, row by row, for
/// prices, currencies and cells at and about every limit. Row counts straddle the vectors' widths.
@Suite struct PriceJoinTests {
    static let currencies = ["KRW", "USD", "JPY", "KWD", "CNY", "EUR"].compactMap {
        Currency(code: $0)
    }

    static var fx: FXTable {
        var table = FXTable()
        let sorted = currencies.dropLast().sorted()
        table.currencies = sorted
        table.microWonPerMajor = sorted.map {
            switch $0.code {
            case "KRW": 1_000_000
            case "USD": 1_387_123_457
            case "JPY": 9_412_345
            case "KWD": 4_512_345_678
            default: 191_234_567
            }
        }
        return table
    }

    /// A row's subject and category as one number, as long as both are small.
    struct Listing {
        var minor: Int64
        var currency: Currency
        var subject: UInt32
        var category: UInt32
        var condition: UInt8
    }

    static func reference(_ listing: Listing) -> PriceReference? {
        let number = Int(listing.subject) * 5 + Int(listing.category &+ 1)
        if number % 7 == 3 { return nil }
        let won = [55_000, 1_000, 3, 200_000, 999_983, 12_345_678, 40_000][number % 7]
        // So narrow that standard scores pass what single precision holds.
        let isNarrow = number % 11 == 5
        return PriceReference(
            level: .r3, center: Fixed(Exact.log(Double(won + number))),
            spread: isNarrow ? Fixed(0.001) : Fixed(0.12 + Double(number % 9) / 10),
            votes: isNarrow ? 1_000_000 : UInt32(number % 50))
    }

    /// One in ten prices is for more than one thing.
    static func pieces(_ row: Int) -> UInt8 {
        row % 10 == 3 ? UInt8(truncatingIfNeeded: row) | 1 : 1
    }

    static func listings(_ count: Int) -> [Listing] {
        var random = SplitMix64(seed: 0x7072_6963_65)
        return (0..<count).map { row in
            let magnitude = Double.random(in: 0...20, using: &random)
            var minor = Int64(Exact.exp(magnitude))
            if row % 41 == 0 { minor = [Int64.max, 1, 1 << 52, 1 << 53, 1 << 61][row / 41 % 5] }
            let category = UInt32.random(in: 0...4, using: &random)
            let condition = UInt8.random(in: 0...3, using: &random)
            return Listing(
                minor: minor, currency: currencies[Int.random(in: 0...5, using: &random)],
                subject: UInt32.random(in: 0...30, using: &random),
                category: category == 4 ? Missing.uint32 : category,
                condition: condition == 3 ? Missing.uint8 : condition)
        }
    }

    @Test(arguments: Kernels.available, [0, 1, 3, 15, 16, 17, 255, 256, 257, 40_000])
    func joinGivesTheScorersBits(_ kernels: Kernels, rowCount: Int) {
        let listings = Self.listings(rowCount)
        var join = PriceJoin(Weights(), Self.fx, subjectCount: 31, kernels: kernels)
        join.begin(categoryKeys: [70, 71, 72, 73])
        let arithmetic = PriceArithmetic(Weights())
        var block = PriceBlock()
        var scored = 0
        for first in stride(from: 0, to: rowCount, by: PriceBlock.rowsMax) {
            let rows = listings[first..<min(first + PriceBlock.rowsMax, rowCount)]
            block.removeAll()
            for listing in rows {
                block.append(
                    minor: listing.minor, currency: listing.currency.packed,
                    subject: listing.subject, category: listing.category,
                    condition: listing.condition)
            }
            join.find(&block) { Self.reference(rows[first + $0]) }
            for row in 0..<block.count { block.pieces[row] = Self.pieces(first + row) }
            join.judge(&block)
            for (row, listing) in rows.enumerated() {
                let found = block.verdict(row)
                guard !found.isOpen else { continue }
                guard let reference = Self.reference(listing) else {
                    #expect(found.raw == .zero && !found.isLow && !block.hasReference(row))
                    continue
                }
                guard let won = Self.fx.won(minor: listing.minor, listing.currency), won > 0
                else {
                    Issue.record("a price without won must be left open")
                    continue
                }
                let expected = arithmetic.finding(
                    max(won / Int64(Self.pieces(first + row)), 1), reference, listing.condition)
                #expect(
                    found.raw == expected.raw && found.isLow == expected.isLow,
                    "\(listing) \(expected)")
                scored += found.raw > .zero ? 1 : 0
            }
        }
        #expect(rowCount < 1_000 || scored > rowCount / 8, "\(scored)")
    }

    /// Open rows are few: absurd numbers, currencies without a rate and what may be typing errors.
    @Test(arguments: Kernels.available)
    func variantsLeaveTheSameRowsOpen(_ kernels: Kernels) {
        let listings = Self.listings(PriceBlock.rowsMax)
        var verdicts: [[PriceVerdict]] = []
        for kernels in [Kernels.reference, kernels] {
            var join = PriceJoin(Weights(), Self.fx, subjectCount: 31, kernels: kernels)
            join.begin(categoryKeys: [70, 71, 72, 73])
            var block = PriceBlock()
            for listing in listings {
                block.append(
                    minor: listing.minor, currency: listing.currency.packed,
                    subject: listing.subject, category: listing.category,
                    condition: listing.condition)
            }
            join.find(&block) { Self.reference(listings[$0]) }
            join.judge(&block)
            verdicts.append(listings.indices.map(block.verdict))
            let totals = join.totals(block)
            let found = verdicts[verdicts.count - 1]
            #expect(totals.raw == found.reduce(0) { $0 + Int64($1.raw.raw) })
            #expect(totals.scored == found.count(where: { $0.raw > .zero }))
            #expect(totals.low == found.count(where: \.isLow))
            #expect(totals.open == found.count(where: \.isOpen) && totals.open > 0)
        }
        #expect(verdicts[0] == verdicts[1])
    }

    /// Few subjects have their slots in order; of many, each gets some with its first row.
    @Test(arguments: Kernels.available)
    func manySubjectsAreJudgedLikeFew(_ kernels: Kernels) {
        let listings = Self.listings(5_003)
        var verdicts: [[PriceVerdict]] = []
        for subjectCount in [31, 1 << 18] {
            var join = PriceJoin(
                Weights(), Self.fx, subjectCount: subjectCount, kernels: kernels)
            join.begin(categoryKeys: [70, 71, 72, 73])
            var block = PriceBlock(
                minor: listings.map(\.minor), currencies: listings.map(\.currency.packed),
                subjects: listings.map(\.subject), categories: listings.map(\.category),
                conditions: listings.map(\.condition))
            verdicts.append([])
            for first in stride(from: 0, to: listings.count, by: PriceBlock.rowsMax) {
                let end = min(first + PriceBlock.rowsMax, listings.count)
                block.select(first..<end)
                join.find(&block) { Self.reference(listings[first + $0]) }
                join.judge(&block)
                verdicts[verdicts.count - 1] += (0..<end - first).map(block.verdict)
            }
        }
        #expect(verdicts[0] == verdicts[1])
    }

    /// A limit below a price that says something would silence it.
    @Test func limitsAreNeverTooLow() {
        for step in 0...30_000 {
            let log = Double(step) * 0.001
            let won = PriceArithmetic.won(above: log)
            let exact = Exact.exp(log)
            #expect(won > exact && won < exact * 1.0002, "\(log)")
        }
        #expect(PriceArithmetic.won(above: -20_000) >= 1)
        #expect(PriceArithmetic.won(above: 20_000) > 0x1p63)
    }

    /// More categories than a grid may have slots, and more currencies than places.
    @Test(arguments: Kernels.available)
    func bigGridsAreAskedInstead(_ kernels: Kernels) {
        var join = PriceJoin(Weights(), FXTable(), subjectCount: 100, kernels: kernels)
        join.begin(categoryKeys: Array(0..<1 << 17))
        var block = PriceBlock()
        for row in 0..<100 {
            block.append(
                minor: 10_000, currency: row % 2 == 0 ? Currency.krw.packed : UInt32(row),
                subject: UInt32(row), category: UInt32(row), condition: 0)
        }
        join.find(&block) { row in
            PriceReference(
                level: .r3, center: Fixed(Exact.log(Double(20_000 + row))),
                spread: Fixed(0.3), votes: 10)
        }
        join.judge(&block)
        let arithmetic = PriceArithmetic(Weights())
        for row in 0..<100 {
            #expect(block.verdict(row).isOpen == (row % 2 == 1))
            let reference = PriceReference(
                level: .r3, center: Fixed(Exact.log(Double(20_000 + row))), spread: Fixed(0.3),
                votes: 10)
            guard row % 2 == 0 else { continue }
            #expect(block.verdict(row).raw == arithmetic.finding(10_000, reference, 0).raw)
        }
    }

    /// As many as a table has places, of any three letters: a random choice of codes each time.
    @Test func hashesTellCurrenciesApart() {
        var random = SplitMix64(seed: 0x686173_68)
        for _ in 0..<20 {
            var codes: Set<UInt32> = []
            while codes.count < 15 {
                codes.insert(
                    (0..<3).reduce(0) { code, _ in
                        code << 8 | UInt32.random(in: 65...90, using: &random)
                    })
            }
            #expect(CurrencyHashes(Array(codes)) != nil, "\(codes)")
        }
    }

    /// Chunks number their categories each in its own way; a grid that grew too small starts anew.
    @Test(arguments: Kernels.available)
    func cellsSurviveFromChunkToChunk(_ kernels: Kernels) {
        var join = PriceJoin(Weights(), FXTable(), subjectCount: 2, kernels: kernels)
        var asked = 0
        for keys: [UInt64] in [[5, 6], [6, 5], [6], Array(1...200), [6, 5]] {
            join.begin(categoryKeys: keys)
            var block = PriceBlock()
            let five = keys.firstIndex(of: 5).map { UInt32($0) } ?? Missing.uint32
            for category in [five, five] {
                block.append(
                    minor: 50_000, currency: Currency.krw.packed, subject: 1, category: category,
                    condition: 0)
            }
            join.find(&block) { _ in
                asked += 1
                return PriceReference(
                    level: .r3, center: Fixed(Exact.log(100_000)), spread: Fixed(0.3), votes: 9)
            }
            join.judge(&block)
            #expect(block.verdict(0) == block.verdict(1) && block.verdict(0).raw > .zero)
        }
        // Category 5, none, and category 5 again in the larger grid.
        #expect(asked == 3)
    }
}
