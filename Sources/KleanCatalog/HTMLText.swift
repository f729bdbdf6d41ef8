/// What HTML leaves behind in titles: character references and tags.
enum HTMLText {
    /// Bytes within which a tag must close.
    private static let tagBytesMax = 1_024

    // MARK: references

    /// A character reference: its code point and the bytes that it takes.
    static func reference(_ raw: UnsafeBufferPointer<UInt8>, _ at: Int) -> (UInt32, Int)? {
        let limit = min(raw.count, at + 12)
        guard let end = (at..<limit).first(where: { raw[$0] == UInt8(ascii: ";") }) else {
            return nil
        }
        let name = String(decoding: raw[(at + 1)..<end], as: UTF8.self)
        let width = end - at + 1
        if name.hasPrefix("#x") || name.hasPrefix("#X") {
            return UInt32(name.dropFirst(2), radix: 16).flatMap(visible).map { ($0, width) }
        }
        if name.hasPrefix("#") {
            return UInt32(name.dropFirst(1)).flatMap(visible).map { ($0, width) }
        }
        return named[name].map { ($0, width) }
    }

    /// References below U+00A0 mean Windows-1252, as browsers read them; controls are blanks.
    private static func visible(_ value: UInt32) -> UInt32? {
        guard value <= 0x10FFFF, !(0xD800...0xDFFF).contains(value) else { return 0xFFFD }
        if (0x80..<0xA0).contains(value) { return windows[Int(value - 0x80)] }
        return value < 0x20 || value == 0x7F ? 0x20 : value
    }

    private static let windows: [UInt32] = [
        0x20AC, 0x20, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039,
        0x152, 0x20, 0x17D, 0x20, 0x20, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x20, 0x17E, 0x178,
    ]

    private static let named: [String: UInt32] = {
        var table: [String: UInt32] = [
            "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "AMP": 0x26,
            "LT": 0x3C, "GT": 0x3E, "QUOT": 0x22, "trade": 0x2122, "hellip": 0x2026,
            "ndash": 0x2013, "mdash": 0x2014, "lsquo": 0x2018, "rsquo": 0x2019, "sbquo": 0x201A,
            "ldquo": 0x201C, "rdquo": 0x201D, "bdquo": 0x201E, "bull": 0x2022, "prime": 0x2032,
            "Prime": 0x2033, "lsaquo": 0x2039, "rsaquo": 0x203A, "euro": 0x20AC, "ensp": 0x2002,
            "emsp": 0x2003, "thinsp": 0x2009, "zwnj": 0x200C, "zwj": 0x200D, "lrm": 0x200E,
            "rlm": 0x200F, "OElig": 0x152, "oelig": 0x153, "Scaron": 0x160, "scaron": 0x161,
            "Yuml": 0x178, "fnof": 0x192, "larr": 0x2190, "uarr": 0x2191, "rarr": 0x2192,
            "darr": 0x2193, "hearts": 0x2665, "star": 0x2606, "starf": 0x2605, "check": 0x2713,
            "infin": 0x221E, "ne": 0x2260, "le": 0x2264, "ge": 0x2265, "minus": 0x2212,
            "commat": 0x40, "num": 0x23, "plus": 0x2B, "lpar": 0x28, "rpar": 0x29, "comma": 0x2C,
            "period": 0x2E, "sol": 0x2F, "colon": 0x3A, "semi": 0x3B, "excl": 0x21, "percnt": 0x25,
            "dollar": 0x24, "lbrack": 0x5B, "lsqb": 0x5B, "rsqb": 0x5D, "lowbar": 0x5F, "ast": 0x2A,
            "vert": 0x7C, "equals": 0x3D, "quest": 0x3F, "won": 0x20A9,
        ]
        // HTML's names for U+00A0 to U+00FF, in order.
        let latin =
            "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg "
            + "plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 "
            + "iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml "
            + "Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash "
            + "Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring "
            + "aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve "
            + "oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml"
        for (place, name) in latin.split(separator: " ").enumerated() {
            table[String(name)] = 0xA0 + UInt32(place)
        }
        return table
    }()

    // MARK: tags

    /// A tag or comment at a less-than sign: its bytes, and whether it parts words.
    ///
    /// Titles hold angle brackets of their own (`<특가>`, `<S>`), so only names that HTML knows
    /// count, and those of one letter only with an attribute or their other half.
    static func tag(_ raw: UnsafeBufferPointer<UInt8>, _ at: Int) -> (width: Int, parts: Bool)? {
        let limit = min(raw.count, at + tagBytesMax)
        if at + 3 < limit, raw[at + 1] == UInt8(ascii: "!"), raw[at + 2] == UInt8(ascii: "-") {
            let end = (at + 3..<limit).first { raw[$0] == UInt8(ascii: ">") && raw[$0 - 1] == 0x2D }
            return end.map { ($0 - at + 1, true) }
        }
        var place = at + 1
        let isClosing = place < limit && raw[place] == UInt8(ascii: "/")
        if isClosing { place += 1 }
        let start = place
        while place < limit, isNameByte(raw[place]) { place += 1 }
        guard place > start, place < limit, place - start <= 10 else { return nil }
        let name = String(decoding: raw[start..<place], as: UTF8.self).lowercased()
        let isBlock = blocks.contains(name)
        guard isBlock || inline.contains(name) else { return nil }
        let after = raw[place]
        let isBare = after == UInt8(ascii: ">")
        guard isBare || after <= 0x20 || after == UInt8(ascii: "/") else { return nil }
        guard let end = (place..<limit).first(where: { raw[$0] == UInt8(ascii: ">") }) else {
            return nil
        }
        if name.utf8.count == 1, isBare, !hasOtherHalf(raw, at, end, name, isClosing) { return nil }
        return (end - at + 1, isBlock)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
    }

    /// The closing tag after an opening one, or the opening one before it.
    private static func hasOtherHalf(
        _ raw: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ name: String,
        _ isClosing: Bool
    ) -> Bool {
        let rest = isClosing ? raw[..<start] : raw[(end + 1)...]
        let text = String(decoding: rest, as: UTF8.self).lowercased()
        return isClosing
            ? text.contains("<\(name)>") || text.contains("<\(name) ") : text.contains("</\(name)>")
    }

    private static let blocks: Set<String> = [
        "br", "p", "div", "li", "ul", "ol", "tr", "td", "th", "table", "tbody", "thead", "hr", "h1",
        "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "center", "section", "article", "header",
        "footer", "blockquote", "pre", "form", "iframe", "img", "figure", "figcaption", "html",
        "body", "head", "script", "style", "meta", "link", "input", "button", "video", "source",
    ]
    private static let inline: Set<String> = [
        "a", "b", "i", "u", "s", "q", "em", "strong", "span", "font", "small", "big", "sub", "sup",
        "del", "ins", "mark", "strike", "nobr", "tt", "code", "label", "abbr", "cite", "wbr",
    ]
}
