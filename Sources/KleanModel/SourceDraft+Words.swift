import KleanCore
internal import KleanText

extension SourceDraft {
    /// Where a lexicon term may stand, as its file names it.
    private enum TermRule: String, CaseIterable {
        case substring, prefix, word, token, suffix

        func bits(_ term: String) -> PatternRule {
            let shape = WordShape(term)
            switch self {
            case .substring: return .substring
            case .prefix: return shape.start
            case .word: return shape.boundary
            case .token: return .wholeToken
            case .suffix: return shape.end.union(.suffixAfterBrand)
            }
        }
    }

    mutating func readLexicon() throws(ModelError) {
        let columns = ["key", "lang", "class", "strength", "condition", "rule", "terms"]
        guard
            let table = try table(
                "lexicon.tsv", required: columns, optional: ["unless", "meaning", "window"])
        else { return }
        var keys: Set<String> = []
        var contexts: [[UInt8]: UInt32] = [:]
        var contextPatterns: [ModelPattern] = []
        table.forEachRow(&self) { row, draft in
            guard let key = row.key(0, "key", &draft.faults) else { return }
            guard keys.insert(key).inserted else {
                draft.faults.add(row.file, row.line, "key", expected: "each entry once", found: key)
                return
            }
            guard
                let language: Language = row.choice(1, "lang", \.code, &draft.faults),
                let kind: LexiconClass = row.choice(2, "class", { "\($0)" }, &draft.faults),
                let strength: LexiconStrength = row.choice(
                    3, "strength", { "\($0)" }, &draft.faults),
                let condition: LexiconCondition = row.choice(
                    4, "condition", { "\($0)" }, &draft.faults),
                let rule: TermRule = row.choice(5, "rule", \.rawValue, &draft.faults)
            else { return }
            if (condition == .afterBrand) != (rule == .suffix) {
                draft.faults.add(
                    row.file, row.line, "rule", expected: "suffix with afterBrand and only there",
                    found: rule.rawValue)
            }
            let window = row[9].isEmpty ? nil : row.integer(9, "window", 0...255, &draft.faults)
            var used: [UInt32] = []
            for term in row.list(7) {
                let same = patternKey(term)
                let number = contexts[same] ?? UInt32(contexts.count)
                if contexts.updateValue(number, forKey: same) == nil {
                    contextPatterns.append(
                        SourceDraft.contextPattern(term, number, row, &draft.faults))
                }
                if !used.contains(number) { used.append(number) }
            }
            draft.appendTerms(row, rule, number: UInt32(draft.model.lexicon.count))
            draft.model.lexicon.append(
                LexiconEntry(
                    key: key, kind: kind, strength: strength, language: language,
                    condition: condition,
                    windowTokens: UInt8(window ?? (kind == .denial ? 3 : 12)),
                    isDeniable: [.word, .grade, .claim, .origin].contains(kind), contexts: used,
                    meaning: row.text(8)))
        }
        patterns += contextPatterns
    }

    private mutating func appendTerms(
        _ row: SourceTable.Row, _ rule: TermRule, number: UInt32
    ) {
        let terms = row.list(6)
        if terms.isEmpty {
            faults.add(row.file, row.line, "terms", expected: "at least one", found: "")
        }
        var seen: Set<[UInt8]> = []
        for term in terms {
            let same = termKey(term)
            if patternKey(term).isEmpty || !seen.insert(same).inserted {
                let wanted = "different terms with letters or digits"
                faults.add(row.file, row.line, "terms", expected: wanted, found: term)
                continue
            }
            patterns.append(
                ModelPattern(
                    text: Array(term.utf8), kind: .lexicon, number: number,
                    ruleBits: rule.bits(term).rawValue))
        }
    }

    /// Context words cancel, so they may stand within longer Hangul and Han words.
    private static func contextPattern(
        _ term: String, _ number: UInt32, _ row: SourceTable.Row, _ faults: inout FaultList
    ) -> ModelPattern {
        if patternKey(term).isEmpty {
            faults.add(
                row.file, row.line, "unless", expected: "letters or digits", found: term)
        }
        let rule: PatternRule = WordShape(term).isLatin ? .latinBoundary : .substring
        return ModelPattern(
            text: Array(term.utf8), kind: .context, number: number, ruleBits: rule.rawValue)
    }

    mutating func readAccessories() throws(ModelError) {
        guard
            let table = try table(
                "accessories.tsv", required: ["word", "lang", "role"], optional: ["domains"],
                isOptional: true)
        else { return }
        var seen: Set<[UInt8]> = []
        table.forEachRow(&self) { row, draft in
            let word = row.text(0)
            guard
                let _: Language = row.choice(1, "lang", \.code, &draft.faults),
                let role: AccessoryRole = row.choice(2, "role", \.code, &draft.faults)
            else { return }
            let same = patternKey(word)
            if same.isEmpty || !seen.insert(same + Array(role.code.utf8)).inserted {
                draft.faults.add(
                    row.file, row.line, "word", expected: "each word once in a role", found: word)
                return
            }
            let number = UInt32(draft.model.accessories.count)
            draft.model.accessories.append(
                AccessoryWord(
                    text: word, role: role, domains: row.domains(3, "domains", &draft.faults)))
            for rule in SourceDraft.accessoryRules(word, role) {
                draft.patterns.append(
                    ModelPattern(
                        text: Array(word.utf8), kind: .accessory, number: number,
                        ruleBits: rule.rawValue))
            }
        }
    }

    /// A word after the brand may be written onto it (갤럭시워치용) or onto a number (워치6용). The
    /// last part of a Korean compound says what it is: 청소기부품 are parts.
    private static func accessoryRules(_ word: String, _ role: AccessoryRole) -> [PatternRule] {
        let shape = WordShape(word)
        switch role {
        case .beforeBrand: return [shape.boundary]
        case .afterBrand, .beside:
            guard shape.isHangul else { return [shape.boundary] }
            return [shape.boundary, shape.end.union(.suffixAfterBrand)]
        case .category, .title: return [shape.end]
        }
    }

    mutating func readCategories() throws(ModelError) {
        guard
            let table = try table(
                "categories.tsv", required: ["domain", "words"], isOptional: true)
        else { return }
        var places: [[UInt8]: Int] = [:]
        table.forEachRow(&self) { row, draft in
            let domains = row.domains(0, "domain", &draft.faults)
            for word in row.list(1) {
                let same = patternKey(word)
                if same.isEmpty {
                    draft.faults.add(
                        row.file, row.line, "words", expected: "letters or digits", found: word)
                } else if let place = places[same] {
                    draft.patterns[place].number |= domains.rawValue
                } else {
                    places[same] = draft.patterns.count
                    let shape = WordShape(word)
                    let rule = shape.hangul == 1 ? shape.boundary : shape.end
                    draft.patterns.append(
                        ModelPattern(
                            text: Array(word.utf8), kind: .category, number: domains.rawValue,
                            ruleBits: rule.rawValue))
                }
            }
        }
    }

    mutating func readWords() throws(ModelError) {
        guard
            let table = try table(
                "words.tsv", required: ["word"], optional: ["note"], isOptional: true)
        else { return }
        table.forEachRow(&self) { row, draft in
            for word in row.list(0) {
                if patternKey(word).isEmpty {
                    draft.faults.add(
                        row.file, row.line, "word", expected: "letters or digits", found: word)
                }
                draft.model.words.append(word.utf8)
            }
        }
    }
}

extension AccessoryRole {
    /// The name in source files.
    package var code: String {
        switch self {
        case .beforeBrand: "before"
        case .afterBrand: "after"
        case .beside: "beside"
        case .category: "category"
        case .title: "title"
        }
    }
}
