internal import KleanColumns
import KleanCore

/// A model as people edit it: a folder of plain files, read and checked as a whole.
///
/// | file | columns, or keys |
/// |---|---|
/// | `model.yaml` | `name threshold fusion intercept weights calibrations parameters banks` |
/// | `lightgbm.txt` | with `fusion: lightgbm`: the model that LightGBM's `save_model` writes |
/// | `brands.tsv` | `key en ko zh also domains traits cobrands sellers` |
/// | `lexicon.tsv` | `key lang class strength condition rule terms unless meaning window` |
/// | `accessories.tsv` | `word lang role domains` (the file is optional) |
/// | `categories.tsv` | `domain words` (optional) |
/// | `words.tsv` | `word note` (optional) |
/// | `prices.tsv` | `brand category model aliases level condition reference spread n source date` |
/// | `fx.tsv` | `currency won date source` |
/// | `banks/*.tsv` | `hash kind brand id note target source date enabled` (folder optional) |
///
/// What the columns mean stands at the top of each shipped file.
package struct ModelSource: Sendable {
    package let folder: String
    /// What the files say, digested.
    package let model: Model
    /// Doubtful but allowed: low-information hashes, a hash in two banks.
    package let warnings: [SourceFault]
    /// Warnings beyond the listed ones.
    package let warningsDropped: Int
    /// Keys of `brands.tsv`, which other files name brands by.
    package let brandKeys: Set<String>
    private let bankSettings: [String: SourceDraft.BankSetting]

    /// Hamming radius and lowest quality of a bank, which need not be there yet.
    package func settings(ofBank name: String) -> (radius: Int, qualityMin: Int) {
        let setting = bankSettings[name] ?? SourceDraft.BankSetting()
        return (Int(setting.radiusBits), Int(setting.qualityMin))
    }

    /// Reads and checks a source folder.
    ///
    /// - Throws: ``ModelError/source(_:more:)`` with all faults found, or
    ///   ``ModelError/file(_:)`` when a file cannot be read.
    /// - Complexity: O(bytes); a bank of a million hashes takes about two seconds.
    package static func load(_ folder: String) throws(ModelError) -> ModelSource {
        var draft = SourceDraft(folder: folder)
        try draft.readSettings()
        try draft.readBrands()
        try draft.readLexicon()
        try draft.readAccessories()
        try draft.readCategories()
        try draft.readWords()
        try draft.readPrices()
        try draft.readRates()
        try draft.readEvents()
        try draft.readBanks()
        guard draft.faults.isEmpty else {
            throw .source(draft.faults.faults, more: draft.faults.dropped)
        }
        var model = draft.model
        model.patterns = draft.patterns
        model.digest = model.contentDigest
        return ModelSource(
            folder: folder, model: model, warnings: draft.warnings.faults,
            warningsDropped: draft.warnings.dropped, brandKeys: Set(draft.brandNumbers.keys),
            bankSettings: draft.bankSettings)
    }
}

/// A source folder half read.
struct SourceDraft {
    let folder: String
    var faults = FaultList()
    var warnings = FaultList()
    var model = Model(name: "", digest: Digest(bytes: [UInt8](repeating: 0, count: 32)))
    var patterns: [ModelPattern] = []
    /// `fusion: lightgbm`
    var hasTrees = false
    /// Looked up, never iterated.
    var brandNumbers: [String: UInt32] = [:]
    /// By bank file name: radius and lowest quality, from `model.yaml`.
    var bankSettings: [String: BankSetting] = [:]

    struct BankSetting {
        var radiusBits = UInt8(Limits.matchRadiusBits)
        var qualityMin: UInt8 = 50
        var line = 0
        var isUsed = false
    }

    init(folder: String) { self.folder = folder }

    /// Opens a table; `nil` when it is optional and not there, or its header is wrong.
    mutating func table(
        _ file: String, required: [String], optional: [String] = [], isOptional: Bool = false
    ) throws(ModelError) -> SourceTable? {
        if isOptional, !FileSystem.exists(folder + "/" + file) { return nil }
        return try SourceTable(
            folder: folder, file: file, required: required, optional: optional, &faults)
    }
}
