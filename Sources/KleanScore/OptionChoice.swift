internal import KleanCatalog
internal import KleanCore
internal import KleanModel
internal import KleanText

/// Which of a listing's options its price is judged by (SCORING d).
struct OptionChoice: Equatable {
    /// What the branded goods cost, minor units of the listing's currency.
    var price: Int64
    /// The option that costs it, counted from the listing's first; `nil` is the listing's price.
    var option: Int?
    /// An accessory that makes the listing look cheap.
    var bait: Bait?

    struct Bait: Equatable {
        var option: Int
        /// Minor units.
        var price: Int64
        /// What half of the options cost at most.
        var median: Int64
    }
}

/// What the names of a chunk's options say, found once for each name.
struct OptionFacts {
    /// By name code.
    private var matches: [[TextMatch]]

    init(_ options: OptionList, _ scoring: ScoringModel) {
        matches = Array(repeating: [], count: options.names.values.count)
        guard !matches.isEmpty else { return }
        for match in scoring.scan(options.names.values) { matches[Int(match.row)].append(match) }
    }

    /// The cheapest option that names the brand or one of its models, else the cheapest that is no
    /// accessory, else the listing's price.
    ///
    /// - Parameters:
    ///   - brand: Of the registry.
    ///   - price: The listing's, minor units, or `Missing.int64`.
    /// - Returns: `nil` where the row has no options with prices of their own.
    func choice(
        _ options: OptionList, _ row: Int, brand: UInt32, price: Int64, _ model: Model,
        _ tables: ScoringTables
    ) -> OptionChoice? {
        let range = options.range(row)
        guard let cheapest = range.min(by: { options.prices[$0] < options.prices[$1] }) else {
            return nil
        }
        var choice = OptionChoice(price: price)
        var isNamed = false
        for place in range where !isAccessory(options.names.codes[place], brand, model, tables) {
            let names = names(options.names.codes[place], brand, model, tables)
            let isFirst = choice.option == nil || (names && !isNamed)
            if isFirst || (names == isNamed && options.prices[place] < choice.price) {
                choice.price = options.prices[place]
                choice.option = place - range.lowerBound
                isNamed = names
            }
        }
        let median = options.median(row)
        if OptionList.isBait(options.prices[cheapest], median: median),
            isAccessory(options.names.codes[cheapest], brand, model, tables)
        {
            choice.bait = OptionChoice.Bait(
                option: cheapest - range.lowerBound, price: options.prices[cheapest],
                median: median)
        }
        return choice
    }

    private func names(
        _ code: UInt32, _ brand: UInt32, _ model: Model, _ tables: ScoringTables
    ) -> Bool {
        guard code != Missing.uint32 else { return false }
        return matches[Int(code)].contains { OptionFacts.brand($0, model, tables) == brand }
    }

    /// Whether the name says that the option is made for the brand's goods. Words that are
    /// accessories only beside a brand (용, for) must stand beside it here too.
    private func isAccessory(
        _ code: UInt32, _ brand: UInt32, _ model: Model, _ tables: ScoringTables
    ) -> Bool {
        guard code != Missing.uint32 else { return false }
        let sold = tables.brandDomains[Int(brand)]
        let found = matches[Int(code)]
        return found.contains { match in
            guard tables.kinds[Int(match.payload)] == .accessory else { return false }
            let word = model.accessories[Int(tables.numbers[Int(match.payload)])]
            guard word.domains.isEmpty || word.domains.rawValue & sold != 0 else { return false }
            return switch word.role {
            case .title, .category: true
            case .beforeBrand, .afterBrand, .beside:
                found.contains {
                    OptionFacts.brand($0, model, tables) == brand
                        && $0.tokenDistance(to: match) <= 1
                }
            }
        }
    }

    private static func brand(
        _ match: TextMatch, _ model: Model, _ tables: ScoringTables
    ) -> UInt32? {
        let number = tables.numbers[Int(match.payload)]
        return switch tables.kinds[Int(match.payload)] {
        case .brand: number
        case .priceModel: model.prices[Int(number)].brand
        default: nil
        }
    }
}
