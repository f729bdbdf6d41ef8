/// Finds what may name a listing, and an order, in text that people wrote.
package enum ListingReference {
    /// Addresses and ids kept of one text: more would be a list, not a complaint.
    static let candidatesMax = 16

    /// Ids that an address may carry, and the address itself: values of query items, then parts of
    /// the path from the last one on, then the whole without scheme, `www.` and fragment, first
    /// without and then with its query.
    static func candidates(address: String) -> [String] {
        let bare = normalised(address)
        let halves = bare.split(separator: "?", maxSplits: 1)
        var found: [String] = []
        if halves.count == 2 {
            for item in halves[1].split(separator: "&") {
                let pair = item.split(separator: "=", maxSplits: 1)
                if pair.count == 2 { found.append(String(pair[1])) }
            }
        }
        let path = (halves.first ?? "").split(separator: "/").dropFirst()
        found += path.reversed().map(String.init)
        // Trackers add query items, so the address counts without them, too.
        let whole = halves.count == 2 ? [String(halves[0]), bare] : [bare]
        return Array(found.prefix(candidatesMax - whole.count)) + whole
    }

    /// How addresses are compared.
    static func normalised(_ address: String) -> String {
        var text = address[...]
        for scheme in ["https://", "http://", "www."] where text.lowercased().hasPrefix(scheme) {
            text = text.dropFirst(scheme.count)
        }
        text = text.prefix { $0 != "#" }
        while text.last == "/" { text = text.dropLast() }
        return String(text)
    }

    /// What a mail may mean, best first: labelled ids, those of the addresses in it, then words
    /// that look like an id ("G000100302 is a fake"); each is looked up, so others mean nothing.
    package static func candidates(text: String) -> [String] {
        var found = labelled(text, ids)
        for word in text.split(whereSeparator: { $0.isWhitespace || "<>\"'()[]".contains($0) })
        where word.hasPrefix("http://") || word.hasPrefix("https://") || word.hasPrefix("www.") {
            let end = word.reversed().drop { ".,;!?".contains($0) }.reversed()
            found += candidates(address: String(end))
        }
        let order = order(text: text)
        found += unlabelled(text).filter { $0 != order }
        var seen: Set<String> = []
        return Array(found.filter { seen.insert($0).inserted }.prefix(candidatesMax))
    }

    package static func order(text: String) -> String { labelled(text, orders).first ?? "" }

    private static let ids = [
        "상품번호", "상품 번호", "상품코드", "상품id", "상품 id", "제품번호", "제품 번호", "listing id", "listing",
        "product id", "product no", "product number", "product code", "item id", "item no",
        "item number", "商品编号", "商品id",
    ]
    private static let orders = [
        "주문번호", "주문 번호", "order number", "order no", "order id", "order #", "order:", "订单号",
    ]

    /// Words of ASCII letters and digits, at least six and some of both: no telephone number and no
    /// date.
    private static func unlabelled(_ text: String) -> [String] {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0))) }
            .filter {
                $0.count >= 6 && $0.contains(where: \.isNumber) && $0.contains(where: \.isLetter)
            }
            .map { String($0.reversed().drop { "-_".contains($0) }.reversed()) }
    }

    /// What follows a label: letters, digits and `-_:.`, at least two of them and one digit.
    private static func labelled(_ text: String, _ labels: [String]) -> [String] {
        let lowered = text.lowercased()
        // Lowering may change lengths in odd scripts; then labels are looked for as written.
        let hay = lowered.count == text.count ? lowered : text
        var found: [String] = []
        for label in labels {
            var rest = hay[...]
            while let range = rest.firstRange(of: label) {
                let offset = hay.distance(from: hay.startIndex, to: range.upperBound)
                let start = text.index(text.startIndex, offsetBy: offset)
                let value = text[start...].drop { " :#=.：는은이가\t".contains($0) }
                    .prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_:.".contains($0)) }
                let bare = String(value.reversed().drop { "-_:.".contains($0) }.reversed())
                if bare.count >= 2, bare.contains(where: \.isNumber), !found.contains(bare) {
                    found.append(bare)
                }
                rest = rest[range.upperBound...]
            }
        }
        return found
    }
}
