import KleanColumns
import KleanCore
import KleanModel

/// **Columns** (kind `KLBL`): 1 model name; 10–13 brands: number, key, Korean, English;
/// 20–25 bank entries: number, id, bank, kind `u8`, brand `u32`, note; 30–33 lexicon: number, key,
/// class `u8`, meaning; 40–41 patterns: number, text; 50–60 prices: number, brand `u32`, category,
/// model, level `u8`, condition `u8`, reference `i64`, spread `u64` (IEEE 754 bits), votes `u32`,
/// source, date; 70–73 rates: currency, millionths of a won `i64`, date, source.
extension ColumnID {
    fileprivate static func label(_ raw: UInt16) -> ColumnID { ColumnID(raw) }
}

extension IndexLabels {
    func encoded() -> (bytes: [UInt8], digest: Digest) {
        var writer = ContainerWriter(kind: .labels)
        writer.add(.label(1), ByteStrings([modelName]))
        writer.add(.label(10), brands.numbers)
        writer.add(.label(11), ByteStrings(brands.values.map(\.key)))
        writer.add(.label(12), ByteStrings(brands.values.map(\.korean)))
        writer.add(.label(13), ByteStrings(brands.values.map(\.english)))
        writer.add(.label(20), bankEntries.numbers)
        writer.add(.label(21), ByteStrings(bankEntries.values.map(\.id)))
        writer.add(.label(22), ByteStrings(bankEntries.values.map(\.bank)))
        writer.add(.label(23), bankEntries.values.map(\.kind.rawValue))
        writer.add(.label(24), bankEntries.values.map(\.brand))
        writer.add(.label(25), ByteStrings(bankEntries.values.map(\.note)))
        writer.add(.label(30), lexicon.numbers)
        writer.add(.label(31), ByteStrings(lexicon.values.map(\.key)))
        writer.add(.label(32), lexicon.values.map(\.kind.rawValue))
        writer.add(.label(33), ByteStrings(lexicon.values.map(\.meaning)))
        writer.add(.label(40), patterns.numbers)
        writer.add(.label(41), ByteStrings(patterns.values))
        writer.add(.label(50), prices.numbers)
        writer.add(.label(51), prices.values.map(\.brand))
        writer.add(.label(52), ByteStrings(prices.values.map(\.category)))
        writer.add(.label(53), ByteStrings(prices.values.map(\.model)))
        writer.add(.label(54), prices.values.map(\.level.rawValue))
        writer.add(.label(55), prices.values.map(\.condition.rawValue))
        writer.add(.label(56), prices.values.map(\.referenceWon))
        writer.add(.label(57), prices.values.map(\.spread.bitPattern))
        writer.add(.label(58), prices.values.map(\.votes))
        writer.add(.label(59), ByteStrings(prices.values.map(\.source)))
        writer.add(.label(60), ByteStrings(prices.values.map(\.date)))
        writer.add(.label(70), rates.numbers)
        writer.add(.label(71), rates.values.map(\.microWonPerMajor))
        writer.add(.label(72), ByteStrings(rates.values.map(\.date)))
        writer.add(.label(73), ByteStrings(rates.values.map(\.source)))
        return (writer.finish(), writer.digest)
    }

    init(reading reader: ContainerReader) throws(ContainerError) {
        self.init()
        let name = try reader.strings(.label(1))
        try reader.expect([(.label(1), 1, name.count)])
        modelName = name.string(0)
        let columns = LabelReading(reader: reader)
        try readBrands(columns)
        try readBankEntries(columns)
        try readWords(columns)
        try readPrices(columns)
        let micro = try reader.i64(.label(71))
        let dates = try columns.texts(72)
        let sources = try columns.texts(73)
        rates = try columns.rows(70, [micro.count, dates.count, sources.count]) { row in
            RateLabel(microWonPerMajor: micro[row], date: dates[row], source: sources[row])
        }
    }

    private mutating func readBrands(_ columns: LabelReading) throws(ContainerError) {
        let keys = try columns.texts(11)
        let korean = try columns.texts(12)
        let english = try columns.texts(13)
        brands = try columns.rows(10, [keys.count, korean.count, english.count]) { row in
            BrandLabel(key: keys[row], korean: korean[row], english: english[row])
        }
    }

    private mutating func readBankEntries(_ columns: LabelReading) throws(ContainerError) {
        let ids = try columns.texts(21)
        let banks = try columns.texts(22)
        let kinds: [BankKind] = try columns.cases(23)
        let brands = try columns.reader.u32(.label(24))
        let notes = try columns.texts(25)
        let counts = [ids.count, banks.count, kinds.count, brands.count, notes.count]
        bankEntries = try columns.rows(20, counts) { row in
            BankEntryLabel(
                id: ids[row], bank: banks[row], kind: kinds[row], brand: brands[row],
                note: notes[row])
        }
    }

    private mutating func readWords(_ columns: LabelReading) throws(ContainerError) {
        let keys = try columns.texts(31)
        let classes: [LexiconClass] = try columns.cases(32)
        let meanings = try columns.texts(33)
        lexicon = try columns.rows(30, [keys.count, classes.count, meanings.count]) { row in
            LexiconLabel(key: keys[row], kind: classes[row], meaning: meanings[row])
        }
        let texts = try columns.texts(41)
        patterns = try columns.rows(40, [texts.count]) { texts[$0] }
    }

    private mutating func readPrices(_ columns: LabelReading) throws(ContainerError) {
        let brands = try columns.reader.u32(.label(51))
        let categories = try columns.texts(52)
        let models = try columns.texts(53)
        let levels: [PriceLevel] = try columns.cases(54)
        let conditions: [Condition] = try columns.cases(55)
        let references = try columns.reader.i64(.label(56))
        let spreads = try columns.reader.u64(.label(57))
        let votes = try columns.reader.u32(.label(58))
        let sources = try columns.texts(59)
        let dates = try columns.texts(60)
        let counts = [
            brands.count, categories.count, models.count, levels.count, conditions.count,
            references.count, spreads.count, votes.count, sources.count, dates.count,
        ]
        prices = try columns.rows(50, counts) { row in
            PriceLabel(
                brand: brands[row], category: categories[row], model: models[row],
                level: levels[row], condition: conditions[row], referenceWon: references[row],
                spread: Double(bitPattern: spreads[row]), votes: votes[row],
                source: sources[row], date: dates[row])
        }
    }
}

/// Decodes label tables and checks that their columns fit together.
private struct LabelReading {
    let reader: ContainerReader

    func texts(_ raw: UInt16) throws(ContainerError) -> [String] {
        let strings = try reader.strings(.label(raw))
        return (0..<strings.count).map { strings.string($0) }
    }

    func cases<Value: RawRepresentable<UInt8>>(_ raw: UInt16) throws(ContainerError) -> [Value] {
        var cases: [Value] = []
        for number in try reader.u8(.label(raw)) {
            guard let value = Value(rawValue: number) else {
                throw .segmentContent(
                    file: reader.name, column: .label(raw),
                    detail: "value: expected a known one, found \(number)")
            }
            cases.append(value)
        }
        return cases
    }

    func rows<Value>(_ raw: UInt16, _ counts: [Int], _ make: (Int) -> Value)
        throws(ContainerError) -> NumberedRows<Value>
    {
        let numbers = try reader.u32(.label(raw))
        try reader.expect(counts.map { (.label(raw), numbers.count, $0) })
        var rows = NumberedRows<Value>()
        var last = -1
        for (row, number) in numbers.enumerated() {
            guard Int(number) > last else {
                throw .segmentContent(
                    file: reader.name, column: .label(raw),
                    detail: "number: expected above \(last), found \(number)")
            }
            last = Int(number)
            rows.append(number, make(row))
        }
        return rows
    }
}
