import KleanCore
import KleanText
import Testing

@Suite struct TitleScannerTests {
    @Test func latinAliasNeedsBoundaries() throws {
        let scanner = try TitleScanner(patterns: [
            TextPattern("Nike", rule: .latinBoundary, payload: 7)
        ])
        #expect(scanner.scan(Array("NIKE air".utf8)).map(\.payload) == [7])
        #expect(scanner.scan(Array("unikes".utf8)).isEmpty)
    }
}
