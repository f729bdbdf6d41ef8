internal import KleanCore

/// Options as shops' interfaces give them: objects with a price in them, or names with prices.
extension OptionReader {
    mutating func readJSON(_ text: UnsafeBufferPointer<UInt8>) {
        var scanner = JSONScanner(text, 0..<text.count)
        let scratch = Scratch()
        do throws(JSONFault) { try value(&scanner, scratch, depth: 0) } catch {
            // A text that was cut ends somewhere: the options before that place stand.
        }
    }

    private mutating func value(
        _ scanner: inout JSONScanner, _ scratch: Scratch, depth: Int
    ) throws(JSONFault) {
        guard depth < OptionReader.nestingMax else { throw .tooDeep(at: scanner.at) }
        scanner.skipBlanks()
        switch scanner.peek {
        case UInt8(ascii: "["):
            scanner.at += 1
            scanner.skipBlanks()
            while scanner.peek != UInt8(ascii: "]") {
                try value(&scanner, scratch, depth: depth + 1)
                scanner.skipBlanks()
                if scanner.peek == UInt8(ascii: ",") { scanner.at += 1 } else { break }
                scanner.skipBlanks()
            }
            try scanner.expect(UInt8(ascii: "]"), "a comma or a closing bracket")
        case UInt8(ascii: "{"): try object(&scanner, scratch, depth: depth)
        default:
            let cell = try scanner.value(depth: depth)
            guard cell.form == .plain || cell.form == .escaped else { return }
            if let draft = draft(Array(cell.text(in: scanner.bytes, scratch))[...]) {
                drafts.append(draft)
            }
        }
    }

    private mutating func object(
        _ scanner: inout JSONScanner, _ scratch: Scratch, depth: Int
    ) throws(JSONFault) {
        try scanner.expect(UInt8(ascii: "{"), "an object")
        var names: [[UInt8]] = []
        var price: (amount: Amount, rank: Int)?
        var numbers: [Draft] = []
        scanner.skipBlanks()
        while scanner.peek != UInt8(ascii: "}") {
            scanner.skipBlanks()
            let (range, isEscaped) = try scanner.string()
            let form: RawCell.Form = isEscaped ? .escaped : .plain
            let key = Array(
                RawCell(start: UInt32(range.lowerBound), end: UInt32(range.upperBound), form: form)
                    .text(in: scanner.bytes, scratch))
            scanner.skipBlanks()
            try scanner.expect(UInt8(ascii: ":"), "a colon")
            scanner.skipBlanks()
            if scanner.peek == UInt8(ascii: "[") || scanner.peek == UInt8(ascii: "{") {
                try value(&scanner, scratch, depth: depth + 1)
            } else {
                let cell = try scanner.value(depth: depth)
                let text = Array(cell.text(in: scanner.bytes, scratch))
                let amount = amount(text[...], isNumber: cell.form == .number)
                let word = HeaderNames.normalise(String(decoding: key, as: UTF8.self))
                if let amount, let rank = OptionReader.priceKeys.firstIndex(of: word) {
                    if rank < price?.rank ?? .max { price = (amount, rank) }
                } else if var amount, OptionReader.addedKeys.contains(word) {
                    amount.hasSign = true
                    price = (amount, -1)
                } else if OptionReader.nameKeys.contains(word), cell.form != .absent {
                    names.append(text)
                } else if let amount {
                    numbers.append(
                        Draft(
                            name: key, amount: amount.value, isAdded: amount.hasSign,
                            isSure: amount.hasCurrency))
                }
            }
            scanner.skipBlanks()
            if scanner.peek == UInt8(ascii: ",") { scanner.at += 1 } else { break }
        }
        try scanner.expect(UInt8(ascii: "}"), "a comma or a closing brace")
        if let price {
            drafts.append(
                Draft(
                    name: Array(names.joined(separator: [UInt8(ascii: " ")])),
                    amount: price.amount.value, isAdded: price.amount.hasSign, isSure: true))
        } else if names.isEmpty {
            drafts += numbers
        }
    }

    private static let nestingMax = 8
    /// After ``HeaderNames/normalise(_:)``, the better first.
    private static let priceKeys = [
        "saleprice", "sellingprice", "discountprice", "판매가", "판매가격", "optionprice", "옵션가격",
        "price", "가격", "价格", "价", "displayprice", "価格", "preco", "precio", "amount", "금액",
    ]
    /// What an option adds to the listing's price.
    private static let addedKeys: Set<String> = [
        "additionalprice", "addprice", "addedprice", "extraprice", "surcharge", "pricedifference",
        "pricediff", "추가금액", "추가금", "추가가격", "옵션추가금액", "옵션추가금", "옵션가", "加价",
    ]
    private static let nameKeys: Set<String> = [
        "name", "title", "label", "option", "optionname", "optionvalue", "value", "option1",
        "option2", "option3", "color", "colour", "size", "variant", "variantname", "optionname1",
        "optionname2", "optionname3", "옵션", "옵션명", "옵션값", "이름", "품명", "색상", "사이즈", "名称",
        "规格", "颜色", "尺码", "規格", "サイズ", "カラー", "nome", "cor", "tamanho", "nombre",
    ]
}
