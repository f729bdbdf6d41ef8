package import KleanCore

/// One choice that a listing offers, with what it costs.
package struct PricedOption: Equatable, Sendable {
    package var name: [UInt8]
    /// Minor units of the listing's currency, above 0.
    package var price: Int64

    package init(name: [UInt8], price: Int64) {
        self.name = name
        self.price = price
    }
}

/// A listing's options as a chunk takes them.
struct TakenOptions {
    /// At most `Limits.optionsPerListingMax`.
    let kept: [PricedOption]
    let dropped: Int

    init(_ found: [PricedOption]) {
        kept = Array(found.prefix(Limits.optionsPerListingMax))
        dropped = found.count - kept.count
    }
}

extension PricedOption {
    /// Reads a settled options text. What it says depends on nothing else but the listing's price
    /// and currency, so that a store which is exported and packed again has the same options.
    ///
    /// | written | by |
    /// |---|---|
    /// | `Black:55200\|White:56000`, also with `=`, `;` or `,` | feeds |
    /// | `블랙 (+5,000원) / 화이트`, `화이트 55,000원` | Korean shops: what an option adds, or costs |
    /// | `블랙,화이트 / 0,1000` | two columns, names and prices in the same order |
    /// | `핑크^L^55200^62000^0` parted by `\|` | Godomall: name, second name, price, others |
    /// | `[{"name": "블랙", "price": 55200}]`, `{"블랙": 55200}` | JSON |
    ///
    /// Amounts with a sign are added to the listing's price; so are those of a list that has a
    /// zero and nothing as high as that price, since nothing is sold for nothing. Numbers without
    /// a currency's name are believed only if one is within a factor of two of the listing's price
    /// (`사이즈:260` is none).
    ///
    /// - Parameter price: Minor units, or `Missing.int64`.
    /// - Returns: Nothing where all cost the listing's price.
    package static func read(
        _ text: UnsafeBufferPointer<UInt8>, price: Int64, currency: Currency
    ) -> [PricedOption] {
        guard currency != .missing, text.contains(where: { $0 &- 48 < 10 }) else { return [] }
        var reader = OptionReader(currency)
        // Of a text that was cut nobody knows how its last number went on.
        reader.read(text, isCut: text.count > Limits.textBytesMax - 4)
        return reader.settled(price)
    }
}

/// Collects the options of one listing.
struct OptionReader {
    let currency: Currency
    var drafts: [Draft] = []

    /// An option as written.
    struct Draft {
        var name: [UInt8]
        /// Minor units, 0 included; below 0 for what is taken off.
        var amount: Int64
        /// Added to the listing's price.
        var isAdded: Bool
        /// A currency or the place says that the number is money.
        var isSure: Bool
    }

    init(_ currency: Currency) { self.currency = currency }

    mutating func read(_ text: UnsafeBufferPointer<UInt8>, isCut: Bool) {
        if text.first == UInt8(ascii: "[") || text.first == UInt8(ascii: "{") {
            readJSON(text)
        } else {
            readList(Array(text), isCut)
        }
    }

    /// The options, once it is known what their numbers mean.
    func settled(_ price: Int64) -> [PricedOption] {
        let high = drafts.map(\.amount).max() ?? 0
        let hasZero = drafts.contains { $0.amount == 0 }
        let areAdded = drafts.contains(where: \.isAdded) || (hasZero && high < price)
        if areAdded, price <= 0 { return [] }
        let options = drafts.compactMap { draft -> PricedOption? in
            let (sum, overflow) = draft.amount.addingReportingOverflow(areAdded ? price : 0)
            return sum > 0 && !overflow ? PricedOption(name: draft.name, price: sum) : nil
        }
        if !areAdded, drafts.contains(where: { !$0.isSure }) {
            guard price > 0, Set(options.map(\.name)).count == options.count,
                options.contains(where: { $0.price >= price / 2 && $0.price / 2 <= price })
            else { return [] }
        }
        if options.allSatisfy({ $0.price == price }) { return [] }
        return options
    }

    // MARK: lists in plain text

    private mutating func readList(_ text: [UInt8], _ isCut: Bool) {
        let slash = Array(" / ".utf8)
        for separator in ["\n", "|", ";"].map({ Array($0.utf8) }) + [slash] {
            var parts = OptionReader.split(text, separator)
            guard parts.count > 1 else { continue }
            if separator == slash, readColumns(parts) { return }
            if isCut { parts.removeLast() }
            return read(parts)
        }
        if isCut { return }
        // A comma also groups digits, so all must agree that it parts options.
        if readWhole(OptionReader.split(text, [UInt8(ascii: ",")])) { return }
        read([text[...]])
    }

    private mutating func read(_ parts: [ArraySlice<UInt8>]) {
        let found = parts.compactMap { draft($0) }
        let named = parts.count { !OptionReader.trim($0).isEmpty }
        if found.count == named || found.allSatisfy(\.isSure) || found.contains(where: \.isAdded) {
            drafts += found
        }
    }

    /// Options of which every one has its price.
    private mutating func readWhole(_ parts: [ArraySlice<UInt8>]) -> Bool {
        let found = parts.compactMap { draft($0) }
        guard parts.count > 1, found.count == parts.count else { return false }
        drafts += found
        return true
    }

    /// `블랙,화이트 / 0,1000`.
    private mutating func readColumns(_ parts: [ArraySlice<UInt8>]) -> Bool {
        let comma = [UInt8(ascii: ",")]
        guard parts.count == 2 else { return false }
        let names = OptionReader.split(Array(parts[0]), comma)
        let amounts = OptionReader.split(Array(parts[1]), comma).compactMap { amount($0) }
        guard names.count > 1, names.count == amounts.count else { return false }
        for (name, amount) in zip(names, amounts) {
            drafts.append(
                Draft(
                    name: Array(OptionReader.trim(name)), amount: amount.value,
                    isAdded: amount.hasSign, isSure: amount.hasCurrency))
        }
        return true
    }

    /// A name with its price.
    mutating func draft(_ part: ArraySlice<UInt8>) -> Draft? {
        let part = OptionReader.trim(part)
        if part.count(where: { $0 == UInt8(ascii: "^") }) > 2 { return godomall(part) }
        let marks = [":", "=", "：", "\t"].map { Array($0.utf8) }
        for mark in marks {
            guard let place = OptionReader.last(mark, in: part),
                let amount = amount(part[(place + mark.count)...])
            else { continue }
            return draft(part[..<place], amount)
        }
        // Without such a mark only a sign or a currency tells a price from a size.
        var places: [(open: Int, end: Int)] = []
        if part.last == UInt8(ascii: ")"), let open = part.lastIndex(of: UInt8(ascii: "(")) {
            places.append((open, part.endIndex - 1))
        }
        if let blank = part.lastIndex(of: UInt8(ascii: " ")) {
            places.append((blank, part.endIndex))
        }
        for place in places {
            guard let amount = amount(part[(place.open + 1)..<place.end]),
                amount.hasSign || amount.hasCurrency
            else { continue }
            return draft(part[..<place.open], amount)
        }
        return nil
    }

    private func draft(_ name: ArraySlice<UInt8>, _ amount: Amount) -> Draft? {
        let name = OptionReader.trim(name)
        guard !name.isEmpty else { return nil }
        return Draft(
            name: Array(name), amount: amount.value, isAdded: amount.hasSign,
            isSure: amount.hasCurrency)
    }

    private func godomall(_ part: ArraySlice<UInt8>) -> Draft? {
        let fields = part.split(separator: UInt8(ascii: "^"), omittingEmptySubsequences: false)
        // Two names at most stand before the price, and both may be sizes: 260, 270.
        guard fields.count > 3, !fields[0].isEmpty, let amount = amount(fields[2]), amount.value > 0
        else { return nil }
        let names = fields[..<2].filter { !$0.isEmpty }
        return Draft(
            name: Array(names.joined(separator: [UInt8(ascii: " ")])), amount: amount.value,
            isAdded: amount.hasSign, isSure: true)
    }

    // MARK: amounts

    struct Amount {
        var value: Int64
        var hasSign = false
        var hasCurrency = false
    }

    /// A text that is an amount and nothing else.
    func amount(_ text: ArraySlice<UInt8>, isNumber: Bool = false) -> Amount? {
        var text = OptionReader.trim(text)
        var amount = Amount(value: 0)
        var isNegative = false
        for (sign, isMinus) in [("+", false), ("＋", false), ("-", true), ("−", true)]
        where text.starts(with: sign.utf8) {
            amount.hasSign = true
            isNegative = isMinus
            text = OptionReader.trim(text.dropFirst(sign.utf8.count))
        }
        let digits = text.filter { $0 &- 48 < 10 }
        guard !digits.isEmpty, digits.count < 16, text.count < 40 else { return nil }
        let rest = text.filter { $0 &- 48 >= 10 && $0 > 0x20 && !",.".utf8.contains($0) }
        if !rest.isEmpty {
            guard OptionReader.isCurrency(rest) else { return nil }
            amount.hasCurrency = true
        }
        if digits.allSatisfy({ $0 == 48 }) { return amount }
        let context = MoneyContext(currency: currency, isNumber: isNumber)
        let reading = Array(text).withUnsafeBufferPointer { Money.read($0, context) }
        guard case .amount(let value, let found, _) = reading, found == currency else { return nil }
        amount.value = isNegative ? -value : value
        return amount
    }

    private static func isCurrency(_ text: [UInt8]) -> Bool {
        let word = String(decoding: text, as: UTF8.self)
        if CurrencySign.named(word) != .missing || ["만원", "천원"].contains(word) { return true }
        return word.unicodeScalars.allSatisfy { CurrencySign.symbol($0.value) != nil }
    }

    // MARK: text

    static func trim(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = text.firstIndex(where: { $0 > 0x20 }),
            let last = text.lastIndex(where: { $0 > 0x20 })
        else { return [] }
        return text[first...last]
    }

    private static func split(_ text: [UInt8], _ separator: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        var at = 0
        while at + separator.count <= text.count {
            if text[at..<(at + separator.count)].elementsEqual(separator) {
                parts.append(text[start..<at])
                at += separator.count
                start = at
            } else {
                at += 1
            }
        }
        return parts + [text[start...]]
    }

    private static func last(_ mark: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        var at = text.endIndex - mark.count
        while at >= text.startIndex {
            if text[at..<(at + mark.count)].elementsEqual(mark) { return at }
            at -= 1
        }
        return nil
    }
}
