package import KleanCore

/// All that a scan judges by, immutable, named by its digest.
package struct Model: Equatable, Sendable {
    package var name: String
    /// BLAKE2b over decoded columns and canonical metadata.
    package var digest: Digest
    package var brands: BrandTable
    /// Everything to look for in text; a scanner's payload is an index into it.
    package var patterns: [ModelPattern]
    package var lexicon: [LexiconEntry]
    package var accessories: [AccessoryWord]
    /// Words that are right as they are, though they resemble a brand: never near misses.
    package var words: ByteStrings
    package var prices: [PriceRow]
    /// What the snapshot's prices stand from usual, by category.
    package var events: [PriceEvent] = []
    package var fx: FXTable
    package var banks: BankTable
    package var weights: Weights
    /// Judges in place of the weights, if there.
    package var trees: FusionTrees?

    package init(
        name: String, digest: Digest, brands: BrandTable = BrandTable(),
        patterns: [ModelPattern] = [], lexicon: [LexiconEntry] = [],
        accessories: [AccessoryWord] = [], words: ByteStrings = ByteStrings(),
        prices: [PriceRow] = [], fx: FXTable = FXTable(), banks: BankTable = BankTable(),
        weights: Weights = Weights(), trees: FusionTrees? = nil
    ) {
        self.name = name
        self.digest = digest
        self.brands = brands
        self.patterns = patterns
        self.lexicon = lexicon
        self.accessories = accessories
        self.words = words
        self.prices = prices
        self.fx = fx
        self.banks = banks
        self.weights = weights
        self.trees = trees
    }
}
