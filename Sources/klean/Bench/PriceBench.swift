import Foundation
import Glibc
import KleanColumns
import KleanCore
import KleanModel
import KleanScore

/// Times the price join alone on files of columns, as the scan does it: chunk by chunk, block by
/// block, open rows one by one.
struct PriceBench {
    /// What the prices said.
    struct Sums: Equatable {
        /// Rows with a score above 0, and low ones.
        var scored = 0
        var low = 0
        /// Rows that the join left to the scorer.
        var open = 0
        /// Of scores, in steps of 2^-16.
        var raw: Int64 = 0
    }

    let minor: [Int64]
    let currencies: [UInt32]
    let brands: [UInt32]
    let categories: [UInt32]
    let conditions: [UInt8]
    private let fx: FXTable
    /// By brand, category and condition; see ``place(_:_:_:)``.
    private let references: [Reference]
    private let brandCount: Int
    /// By code, as a chunk's dictionary has them.
    private let categoryKeys: [UInt64]

    /// What a reference is made of, in 12 bytes; without votes there is none.
    private struct Reference {
        var center: Fixed
        var spread: Fixed
        var votes: UInt32
    }

    /// - Parameter folder: Little-endian columns `minor` (i64), `currency`, `brand`, `category`
    ///   (u32) and `condition` (u8); of references `ref_brand`, `ref_category`, `ref_condition`,
    ///   `ref_won` (i64), `ref_spread` (f64) and `ref_votes` (u32); of rates `fx_currency` (u32,
    ///   ascending) and `fx_micro` (i64).
    init(folder: String) throws {
        func column<Value: BitwiseCopyable>(_ name: String, _: Value.Type) throws -> [Value] {
            let file = try MappedFile(folder + "/" + name)
            return file.bytes.withMemoryRebound(to: Value.self) { Array($0) }
        }
        let minor = try column("minor", Int64.self)
        self.minor = minor
        currencies = try column("currency", UInt32.self)
        brands = try column("brand", UInt32.self)
        categories = try column("category", UInt32.self)
        conditions = try column("condition", UInt8.self)
        guard
            [currencies.count, brands.count, categories.count, conditions.count]
                .allSatisfy({ $0 == minor.count })
        else { throw CommandError("\(folder): columns of different lengths", .usage) }
        var fx = FXTable()
        fx.currencies = try column("fx_currency", UInt32.self).map { Currency(packed: $0) }
        fx.microWonPerMajor = try column("fx_micro", Int64.self)
        self.fx = fx
        let won = try column("ref_won", Int64.self)
        let spread = try column("ref_spread", Double.self)
        let votes = try column("ref_votes", UInt32.self)
        let brand = try column("ref_brand", UInt32.self)
        let category = try column("ref_category", UInt32.self)
        let condition = try column("ref_condition", UInt8.self)
        brandCount = Int(max(brands.max() ?? 0, brand.max() ?? 0)) + 1
        let categoryCount = Int(max(categories.max() ?? 0, category.max() ?? 0)) + 1
        categoryKeys = (0..<categoryCount).map { Model.nameKey("\($0)".utf8) }
        var references = [Reference](
            repeating: Reference(center: .zero, spread: .zero, votes: 0),
            count: brandCount * categoryCount * Condition.allCases.count)
        for row in won.indices {
            let place = PriceBench.place(
                brand[row], category[row], condition[row], categoryCount: categoryCount)
            references[place] = Reference(
                center: Fixed(Exact.log(Double(won[row]))), spread: Fixed(spread[row]),
                votes: votes[row])
        }
        self.references = references
    }

    private static func place(
        _ brand: UInt32, _ category: UInt32, _ condition: UInt8, categoryCount: Int
    ) -> Int {
        (Int(brand) * categoryCount + Int(category)) * Condition.allCases.count + Int(condition)
    }

    /// One pass over all rows.
    ///
    /// - Parameter body: Takes each block with the number of its first row.
    /// - Returns: CPU seconds, pages touched for the first time, and what the prices said.
    func run(_ kernels: KleanScore.Kernels, _ body: (PriceBlock, Int) -> Void = { _, _ in })
        -> (seconds: Double, pageFaults: Int, sums: Sums)
    {
        var sums = Sums()
        var block = PriceBlock(
            minor: minor, currencies: currencies, subjects: brands, categories: categories,
            conditions: conditions)
        let arithmetic = PriceArithmetic(Weights())
        let faults = PriceBench.pageFaults
        let start = PriceBench.cpuSeconds
        var join = PriceJoin(Weights(), fx, subjectCount: brandCount, kernels: kernels)
        for chunk in stride(from: 0, to: minor.count, by: Limits.rowsPerChunkMax) {
            join.begin(categoryKeys: categoryKeys)
            let end = min(chunk + Limits.rowsPerChunkMax, minor.count)
            for first in stride(from: chunk, to: end, by: PriceBlock.rowsMax) {
                block.select(first..<min(first + PriceBlock.rowsMax, end))
                join.find(&block) { reference(first + $0) }
                join.judge(&block)
                add(join.totals(block), block, first, arithmetic, &sums)
                body(block, first)
            }
        }
        return (PriceBench.cpuSeconds - start, PriceBench.pageFaults - faults, sums)
    }

    private func add(
        _ totals: (raw: Int64, scored: Int, low: Int, open: Int), _ block: PriceBlock,
        _ first: Int, _ arithmetic: PriceArithmetic, _ sums: inout Sums
    ) {
        sums.raw += totals.raw
        sums.scored += totals.scored
        sums.low += totals.low
        guard totals.open > 0 else { return }
        sums.open += totals.open
        for row in 0..<block.count where block.verdict(row).isOpen {
            guard let finding = finding(first + row, arithmetic) else { continue }
            sums.raw += Int64(finding.raw.raw)
            sums.scored += finding.raw > .zero ? 1 : 0
            sums.low += finding.isLow ? 1 : 0
        }
    }

    /// A row by the scorer's arithmetic alone.
    func finding(_ row: Int, _ arithmetic: PriceArithmetic) -> PriceFinding? {
        guard let reference = reference(row),
            let won = fx.won(minor: minor[row], Currency(packed: currencies[row])), won > 0
        else { return nil }
        return arithmetic.finding(won, reference, conditions[row])
    }

    /// Unknown conditions are held against new goods.
    private func reference(_ row: Int) -> PriceReference? {
        let condition = conditions[row]
        let place = PriceBench.place(
            brands[row], categories[row],
            condition == Missing.uint8 ? Condition.new.rawValue : condition,
            categoryCount: categoryKeys.count)
        let reference = references[place]
        guard reference.votes > 0 else { return nil }
        return PriceReference(
            level: .r3, center: reference.center, spread: reference.spread,
            votes: reference.votes)
    }

    private static var pageFaults: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_minflt
    }

    private static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
