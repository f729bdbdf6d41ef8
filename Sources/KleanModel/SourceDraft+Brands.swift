import KleanCore
internal import KleanText

extension SourceDraft {
    /// A name with its mark taken off.
    private struct MarkedName {
        enum Mark { case plain, ambiguous, fieldOnly, distortion }
        let mark: Mark
        let text: String

        init(mark: Mark, text: String) {
            self.mark = mark
            self.text = text
        }

        init(_ text: String) {
            switch text.first {
            case "?": mark = .ambiguous
            case "=": mark = .fieldOnly
            case "!": mark = .distortion
            default: mark = .plain
            }
            self.text = mark == .plain ? text : SourceTable.trimmed(text.dropFirst())
        }
    }

    /// Where a name was first given.
    private struct NamePlace {
        let brand: UInt32
        let line: Int
    }

    mutating func readBrands() throws(ModelError) {
        let columns = ["key", "en", "ko", "zh", "also", "domains", "traits", "cobrands", "sellers"]
        guard
            let table = try table(
                "brands.tsv", required: Array(columns[..<6]), optional: Array(columns[6...]))
        else { return }
        var places: [[UInt8]: NamePlace] = [:]
        var fields: [UInt64: UInt32] = [:]
        var partners: [(brand: UInt32, keys: [String], line: Int)] = []
        table.forEachRow(&self) { row, draft in
            guard let key = row.key(0, "key", &draft.faults) else { return }
            let number = UInt32(draft.model.brands.count)
            if draft.brandNumbers[key] != nil {
                draft.faults.add(row.file, row.line, "key", expected: "each brand once", found: key)
                return
            }
            draft.brandNumbers[key] = number
            draft.appendBrand(row, key: key, &places, &fields)
            partners.append(
                (
                    number, row.text(7).split(separator: ",").map { SourceTable.trimmed($0) },
                    row.line
                ))
        }
        resolvePartners(partners)
        let sorted = fields.sorted { $0.key < $1.key }
        model.brands.fieldKeys = sorted.map(\.key)
        model.brands.fieldBrands = sorted.map(\.value)
    }

    private mutating func appendBrand(
        _ row: SourceTable.Row, key: String, _ places: inout [[UInt8]: NamePlace],
        _ fields: inout [UInt64: UInt32]
    ) {
        let number = UInt32(model.brands.count)
        let lists = (1...4).map { row.list($0).map(MarkedName.init) }
        for (index, field) in ["en", "ko", "zh"].enumerated() {
            for name in lists[index] where !SourceDraft.isWritten(name.text, in: field) {
                faults.add(
                    row.file, row.line, field, expected: SourceDraft.scripts[field] ?? "",
                    found: name.text)
            }
        }
        var seen: Set<[UInt8]> = []
        for name in lists.joined() {
            let same = patternKey(name.text)
            if same.isEmpty {
                faults.add(
                    row.file, row.line, "names", expected: "letters or digits", found: name.text)
                continue
            }
            if let other = places[same], other.brand != number {
                let owner = model.brands.keys.string(Int(other.brand))
                faults.add(
                    row.file, row.line, "names", expected: "a name of one brand",
                    found: "\(name.text), also of \(owner) (line \(other.line))")
                continue
            }
            places[same] = NamePlace(brand: number, line: row.line)
            if name.mark != .distortion { fields[Model.nameKey(name.text.utf8)] = number }
            if name.mark != .fieldOnly, seen.insert(termKey(name.text)).inserted {
                patterns.append(SourceDraft.pattern(name, brand: number))
            }
        }
        for name in lists.joined() where name.mark == .plain {
            for text in WordShape.withDigits(name.text) where seen.insert(termKey(text)).inserted {
                let spelling = MarkedName(mark: .distortion, text: text)
                patterns.append(SourceDraft.pattern(spelling, brand: number))
            }
        }
        if seen.isEmpty, fields.isEmpty || lists.allSatisfy(\.isEmpty) {
            faults.add(row.file, row.line, "names", expected: "at least one name", found: "")
        }
        let first = lists.map { $0.first { $0.mark != .distortion }?.text ?? "" }
        for pair in [first[0] + first[1], first[1] + first[0]] where !first[1].isEmpty {
            let joined = Model.nameKey(pair.utf8)  // 나이키(NIKE), NIKE 나이키
            if fields[joined] == nil { fields[joined] = number }
        }
        model.brands.keys.append(key.utf8)
        model.brands.namesEn.append(first[0].utf8)
        model.brands.namesKo.append(first[1].utf8)
        model.brands.namesZh.append(first[2].utf8)
        model.brands.domains.append(row.domains(5, "domains", &faults))
        model.brands.traits.append(SourceDraft.traits(row, &faults))
        let sellers = Set(row.list(8).map { Model.sellerKey($0.utf8) }).sorted()
        model.brands.authorisedSellers += sellers
        model.brands.authorisedOffsets.append(UInt32(model.brands.authorisedSellers.count))
    }

    private static func pattern(_ name: MarkedName, brand: UInt32) -> ModelPattern {
        let shape = WordShape(name.text)
        let isAmbiguous = name.mark == .ambiguous
        var traits: PatternTraits = []
        if isAmbiguous { traits.insert(.ambiguous) }
        if name.mark == .distortion { traits.insert(.distortion) }
        if name.mark == .plain, shape.allowsNearMiss { traits.insert(.nearMiss) }
        return ModelPattern(
            text: Array(name.text.utf8), kind: .brand, number: brand,
            ruleBits: shape.brandRule(isAmbiguous: isAmbiguous).rawValue, traits: traits)
    }

    private static func traits(_ row: SourceTable.Row, _ faults: inout FaultList) -> BrandTraits {
        var traits: BrandTraits = []
        for name in row.text(6).split(separator: ",") {
            if SourceTable.trimmed(name) == "luxury" {
                traits.insert(.luxury)
            } else {
                faults.add(row.file, row.line, "traits", expected: "luxury", found: String(name))
            }
        }
        return traits
    }

    private mutating func resolvePartners(
        _ partners: [(brand: UInt32, keys: [String], line: Int)]
    ) {
        var sets = [Set<UInt32>](repeating: [], count: model.brands.count)
        for row in partners {
            for key in row.keys {
                guard let other = brandNumbers[key], other != row.brand else {
                    faults.add(
                        "brands.tsv", row.line, "cobrands", expected: "keys of other brands",
                        found: key)
                    continue
                }
                sets[Int(row.brand)].insert(other)
                sets[Int(other)].insert(row.brand)
            }
        }
        for set in sets {
            model.brands.coBrands += set.sorted()
            model.brands.coBrandOffsets.append(UInt32(model.brands.coBrands.count))
        }
    }

    private static let scripts = [
        "en": "Latin letters", "ko": "Hangul", "zh": "Han characters without Hangul or kana",
    ]

    /// Whether a name is in the script of its column.
    private static func isWritten(_ text: String, in field: String) -> Bool {
        let shape = WordShape(text)
        switch field {
        case "en": return shape.hasLatin && shape.hangul + shape.han + shape.kana == 0
        case "ko": return shape.hangul > 0
        default: return shape.han > 0 && shape.hangul + shape.kana == 0
        }
    }
}
