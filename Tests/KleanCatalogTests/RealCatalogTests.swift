import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// The shared catalogs as people wrote them. Expected counts were made once with Python's csv and
/// json modules: records below the header, and those with a title.
@Suite(.enabled(if: Shared.isThere, "the shared catalogs are not beside the package"))
struct RealCatalogTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var read: UInt64
        var packed: UInt64
        var currency = Currency.missing
        var testDescription: String { file }
    }

    static let cases: [Case] = [
        Case(file: "catalogs/ably_data.csv", read: 10_000, packed: 10_000, currency: .krw),
        Case(file: "catalogs/musinsa_data_2026.csv", read: 10_000, packed: 10_000, currency: .krw),
        Case(file: "catalogs/vintage_sero.json", read: 4_417, packed: 4_417, currency: .krw),
        Case(file: "catalogs/oliveyoung_ranking.csv", read: 200, packed: 200),
        Case(file: "catalogs/coupang_2020a.csv", read: 110, packed: 110),
        Case(file: "catalogs/coupang_2020b.csv", read: 1_020, packed: 1_020),
        Case(file: "catalogs/flipkart_price_20k.csv", read: 20_000, packed: 20_000),
        Case(file: "catalogs/flipkart_sub.csv", read: 4_994, packed: 1_000),
        Case(file: "catalogs/wish_summer_2020.csv", read: 1_573, packed: 1_341),
        Case(file: "catalogs/amazon_in_trimmed.csv", read: 10_930, packed: 10_930),
        Case(file: "catalogs/aliexpress_ptbr.csv", read: 360, packed: 360),
        Case(file: "catalogs/jd_zh.csv", read: 173, packed: 158),
        Case(file: "catalogs/rakuten_scrape.csv", read: 137, packed: 137),
        Case(file: "catalogs/godomall_DB-1-1-38.xls.csv", read: 459, packed: 459),
        Case(file: "replica/allchinabuy_sheet.csv", read: 390, packed: 313),
        Case(file: "replica/repsheet_scrape.json", read: 1_056, packed: 1_056),
    ]

    @Test(arguments: cases)
    func countsAgree(_ example: Case) throws {
        let folder = try TemporaryFolder()
        let report = try pack(
            [Shared.path(example.file)], into: folder.file("store"), currency: example.currency)
        let tally = report.total
        describe(report)
        #expect(tally.read == example.read)
        #expect(tally.packed == example.packed)
        #expect(tally.read == tally.packed + tally.rejected + tally.duplicates)
        let store = try Store(path: folder.file("store"))
        #expect(store.manifest.liveRows == example.packed)
        try store.verify()
        let text = try String(contentsOfFile: store.rejectsPath, encoding: .utf8)
        #expect(UInt64(text.split(separator: "\n").count) == tally.rejected)
    }

    private func describe(_ report: PackReport) {
        for source in report.sources {
            let tally = source.tally
            let rejects = zip(RejectReason.allCases, tally.rejectedBy).filter { $1 > 0 }
                .map { "\($0.rawValue) \($1)" }
            let gaps = zip(MoneyGap.allCases, tally.priceGaps).filter { $1 > 0 }
                .map { "\($0.label) \($1)" }
            print(
                "TABLE | \(source.name) | \(source.format) | \(tally.read) | \(tally.packed) | "
                    + "\(tally.rejected) \(rejects) | \(tally.duplicates) | gaps \(gaps) | "
                    + "fallback \(tally.fallbackPrices) | \(source.notes) | mapped "
                    + source.columns.entries.map {
                        "\($0.field)=\(source.columns.columns[$0.column])"
                    }.joined(separator: ",") + " | unmapped \(source.columns.unmapped.prefix(12))")
        }
    }
}
