internal import KleanCore
package import KleanModel
package import KleanText

/// A model made ready to judge: its patterns compiled, its banks laid out. Made once per worker.
package struct ScoringModel: Sendable {
    package let model: Model
    package let banks: BankIndex
    /// Titles, shop names and categories are read with one set of patterns; payloads are indices
    /// into ``Model/patterns``.
    package let reader: TitleReader
    let kernels: Kernels
    /// Whether an entry means nothing: its bank is a stop-list.
    let isStopEntry: [Bool]

    /// - Parameter banks: The model's banks laid out, by default in memory of this process.
    /// - Throws: ``TextError`` for patterns that no scanner can hold.
    package init(
        _ model: Model, banks: BankIndex? = nil, kernels: Kernels
    ) throws(TextError) {
        self.model = model
        self.kernels = kernels
        self.banks = banks ?? BankIndex(model.banks, kernels: kernels)
        reader = try ScoringModel.titleReader(model)
        var isStopEntry = [Bool](repeating: false, count: model.banks.entryCount)
        for bank in model.banks.banks where bank.kind == .stop {
            for entry in bank.entries { isStopEntry[Int(entry)] = true }
        }
        self.isStopEntry = isStopEntry
    }

    /// All matches in some texts, by row and start.
    func scan(_ texts: ByteStrings) -> [TextMatch] {
        var matches: [TextMatch] = []
        var workspace = TextWorkspace()
        reader.scanner.scan(texts, rows: 0..<texts.count, into: &matches, &workspace)
        return matches
    }

    func parameter(_ parameter: Parameter) -> Double { model.weights[parameter] }

    private static func titleReader(_ model: Model) throws(TextError) -> TitleReader {
        let aliases = model.nearMissAliases
        let words = model.nearMissExclusions
        return TitleReader(
            scanner: try TitleScanner(
                patterns: model.textPatterns, continuations: model.continuations),
            nearMisses: aliases.isEmpty ? nil : NearMissIndex(aliases: aliases, words: words),
            pieces: NamePieceIndex(aliases: model.namedAliases, words: words))
    }
}
