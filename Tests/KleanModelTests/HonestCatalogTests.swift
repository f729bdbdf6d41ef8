import FoundationEssentials
import Glibc
import KleanColumns
import KleanCore
import KleanModel
import KleanText
import Testing

/// What the shipped model's names and words find in catalogs of honest listings. The catalogs are
/// read from beside the package and are not part of it.
@Suite(.enabled(if: SharedData.isThere, "the shared data folder is absent"))
struct HonestCatalogTests {
    /// One listing as far as this test needs it.
    struct Listing {
        var title: String
        var brand: String
        var category: String
    }

    /// Lexicon entries that count, by the rules of the lexicon, among the listings of a catalog.
    @Test(arguments: SharedData.honest)
    func wordsForCopiesAreSilent(_ catalog: SharedData.Catalog) throws {
        let model = try ModelSource.load(ShippedModelTests.folder).model
        let reader = try TitleScanner(
            patterns: model.textPatterns, continuations: model.continuations)
        let near = NearMissIndex(aliases: model.nearMissAliases, words: model.nearMissExclusions)
        let listings = try catalog.listings()
        var titles = ByteStrings(listings.map(\.title))
        titles.reserveCapacityForTests()
        var findings = TitleFindings()
        var workspace = TextWorkspace()
        TitleReader(scanner: reader, nearMisses: near)
            .read(titles, rows: 0..<titles.count, into: &findings, &workspace)
        let verbose = getenv("KLEAN_VERBOSE") != nil
        var marked = 0
        var mentioned = 0
        var fired: [String: Int] = [:]
        var start = 0
        let matches = findings.matches
        while start < matches.count {
            var end = start
            while end < matches.count, matches[end].row == matches[start].row { end += 1 }
            let row = Int(matches[start].row)
            let rowMatches = matches[start..<end]
            start = end
            let brands = rowMatches.filter { model.patterns[Int($0.payload)].kind == .brand }
            if !brands.isEmpty { mentioned += 1 }
            let contexts = rowMatches.filter { model.patterns[Int($0.payload)].kind == .context }
                .map { model.patterns[Int($0.payload)].number }
            let seen = rowMatches.filter { model.patterns[Int($0.payload)].kind == .category }
                .reduce(0) { $0 | model.patterns[Int($1.payload)].number }
            if verbose {
                for brand in brands {
                    let pattern = model.patterns[Int(brand.payload)]
                    let domains = model.brands.domains[Int(pattern.number)].rawValue
                    let field = model.brands.brand(
                        fieldKey: Model.nameKey(listings[row].brand.utf8))
                    let isSupported =
                        !pattern.traits.contains(.ambiguous) || field == pattern.number
                        || seen & domains != 0
                    let name = String(decoding: pattern.text, as: UTF8.self)
                    if isSupported, field != pattern.number {
                        print(
                            "MENTION", catalog, name, brand.disguise.rawValue, listings[row].brand,
                            listings[row].title, separator: "\t"
                        )
                    }
                }
            }
            var isMarked = false
            for match in rowMatches {
                let pattern = model.patterns[Int(match.payload)]
                guard pattern.kind == .lexicon else { continue }
                let entry = model.lexicon[Int(pattern.number)]
                guard entry.strength != .none, entry.kind != .officialStore else { continue }
                if entry.condition == .nearBrand,
                    !brands.contains(where: {
                        $0.tokenDistance(to: match) <= Int(entry.windowTokens)
                    })
                {
                    continue
                }
                if entry.contexts.contains(where: contexts.contains) { continue }
                isMarked = true
                fired[entry.key, default: 0] += 1
                if verbose {
                    print(
                        "SLANG", catalog, entry.key, listings[row].brand, listings[row].title,
                        separator: "\t"
                    )
                }
            }
            if isMarked { marked += 1 }
        }
        if verbose {
            for miss in findings.nearMisses {
                let alias = String(
                    decoding: model.patterns[Int(miss.payload)].text, as: UTF8.self)
                let title = Array(listings[Int(miss.row)].title.utf8)
                let token = String(
                    decoding: title[Int(miss.start)..<Int(miss.end)], as: UTF8.self)
                print(
                    "NEAR", catalog, token, alias, miss.halfEdits, miss.kind,
                    listings[Int(miss.row)].brand, listings[Int(miss.row)].title, separator: "\t"
                )
            }
        }
        print(
            "\(catalog): \(listings.count) listings, \(mentioned) mention,",
            "\(marked) marked by words,",
            "\(findings.nearMisses.count) near misses,", fired.sorted { $0.key < $1.key })
    }
}

extension ByteStrings {
    mutating func reserveCapacityForTests() {}
}
