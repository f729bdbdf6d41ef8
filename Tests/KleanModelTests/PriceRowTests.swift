import KleanCore
import KleanModel
import Testing

/// Amounts in any currency become whole won exactly.
@Suite struct FXTableTests {
    private let table: FXTable = {
        var table = FXTable()
        table.currencies = [.krw, Currency(code: "USD")!].sorted()
        table.microWonPerMajor = [1_000_000, 1_380_500_000]
        return table
    }()

    @Test func wonIsItself() {
        #expect(table.won(minor: 30_000, .krw) == 30_000)
    }

    @Test func centsRoundHalfUp() {
        #expect(table.won(minor: 100, Currency(code: "USD")!) == 1_381)
        #expect(table.won(minor: 1, Currency(code: "USD")!) == 14)
    }

    @Test func whatCannotBeConvertedIsNil() {
        #expect(table.won(minor: 0, .krw) == nil)
        #expect(table.won(minor: .max, Currency(code: "USD")!) == nil)
        #expect(table.won(minor: 5, Currency(code: "EUR")!) == nil)
    }
}
