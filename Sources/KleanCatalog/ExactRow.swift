import KleanCore

/// One listing as the cells of an exported store, and back, without loss.
///
/// A file that has all of ``columns`` was written by klean: its rows are taken at their word
/// instead of being settled again, so a store that is exported and packed holds the same listings.
///
/// **Cells**: texts as ``ExactText``; an empty cell is a missing value. Prices are decimal, in
/// major units, with exactly the digits of the currency's minor unit. Lists are parted by one
/// space; `-` is a missing quality or box; boxes are `x,y,width,height`; labels are parted by `|`,
/// with `\p` for a bar inside one. Dates are ISO 8601 in UTC, or `@` and seconds outside
/// 1970–2199.
package enum ExactRow {
    package static let columns: [String] = fields.map(\.rawValue)

    static let fields: [Field] = [
        .id, .title, .brand, .category, .seller, .shop, .price, .currency, .condition, .imageHash,
        .imageQuality, .logoHash, .logoQuality, .logoLabel, .logoBox, .orders, .refunds,
        .complaints, .listedAt, .url, .imageRef, .options, .shipping, .originalTitle,
    ]

    /// Fields whose cells are whole numbers or empty.
    package static let countColumns: Set<String> = Set(
        [Field.orders, .refunds, .complaints].map(\.rawValue))

    // MARK: writing

    /// One cell for each of ``columns``.
    package static func cells(_ listing: Listing) -> [String] {
        [
            ExactText.encode(listing.id), ExactText.encode(listing.title),
            ExactText.encode(listing.brand), ExactText.encode(listing.category),
            ExactText.encode(listing.seller), ExactText.encode(listing.shop),
            price(listing), listing.currency.code,
            listing.condition.map { String(describing: $0) } ?? "",
            listing.images.map(\.hash.hex).joined(separator: " "),
            listing.images.map { quality($0.quality) }.joined(separator: " "),
            listing.logos.map(\.hash.hex).joined(separator: " "),
            listing.logos.map { quality($0.quality) }.joined(separator: " "),
            labels(listing.logos), listing.logos.map { box($0.box) }.joined(separator: " "),
            count(listing.orders), count(listing.refunds), count(listing.complaints),
            date(listing.listedAt), ExactText.encode(listing.url),
            ExactText.encode(listing.imageRef), ExactText.encode(listing.options),
            ExactText.encode(listing.shipping), ExactText.encode(listing.originalTitle),
        ]
    }

    private static func price(_ listing: Listing) -> String {
        guard listing.price != Missing.int64 else { return "" }
        let digits = listing.currency.minorDigits
        let text = String(listing.price.magnitude)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        let sign = listing.price < 0 ? "-" : ""
        return digits == 0
            ? sign + padded : sign + padded.dropLast(digits) + "." + padded.suffix(digits)
    }

    private static func quality(_ value: UInt8) -> String {
        value == Missing.uint8 ? "-" : String(value)
    }

    private static func count(_ value: UInt32) -> String {
        value == Missing.uint32 ? "" : String(value)
    }

    private static func labels(_ logos: [LogoHash]) -> String {
        guard logos.contains(where: { !$0.label.isEmpty }) else { return "" }
        return logos.map { logo in
            ExactText.encode(logo.label).split(separator: "|", omittingEmptySubsequences: false)
                .joined(separator: "\\p")
        }.joined(separator: "|")
    }

    private static func box(_ box: UInt64) -> String {
        guard box != LogoBox.missing else { return "-" }
        return [48, 32, 16, 0].map { String(UInt16(truncatingIfNeeded: box >> $0)) }
            .joined(separator: ",")
    }

    private static func date(_ seconds: Int64) -> String {
        seconds == Missing.int64 ? "" : CalendarDate.text(seconds) ?? "@\(seconds)"
    }

    // MARK: reading

    /// - Parameter slot: The only cell of a field.
    static func listing(_ cell: (Field) -> UnsafeBufferPointer<UInt8>) -> Listing {
        func text(_ field: Field) -> [UInt8] { ExactText.decode(cell(field)) }
        func plain(_ field: Field) -> String { String(decoding: cell(field), as: UTF8.self) }
        func number(_ field: Field) -> UInt32 { UInt32(plain(field)) ?? Missing.uint32 }
        var listing = Listing(id: text(.id))
        listing.title = text(.title)
        listing.brand = text(.brand)
        listing.category = text(.category)
        listing.seller = text(.seller)
        listing.shop = text(.shop)
        listing.currency = currency(cell(.currency))
        listing.price = price(plain(.price), listing.currency)
        let condition = plain(.condition)
        listing.condition = Condition.allCases.first { String(describing: $0) == condition }
        let qualities = parts(.imageQuality)
        listing.images = hashes(.imageHash).enumerated().map { place, hash in
            ImageHash(hash: hash, quality: quality(qualities, place))
        }
        listing.logos = logos()
        listing.orders = number(.orders)
        listing.refunds = number(.refunds)
        listing.complaints = number(.complaints)
        listing.listedAt = seconds(cell(.listedAt))
        listing.url = text(.url)
        listing.imageRef = text(.imageRef)
        listing.options = text(.options)
        listing.shipping = text(.shipping)
        listing.originalTitle = text(.originalTitle)
        return listing

        func parts(_ field: Field) -> [Substring] { plain(field).split(separator: " ") }
        func hashes(_ field: Field) -> [Hash256] { parts(field).compactMap { Hash256(hex: $0) } }
        func logos() -> [LogoHash] {
            let qualities = parts(.logoQuality)
            let boxes = parts(.logoBox)
            let labels = cell(.logoLabel).split(
                separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
            return hashes(.logoHash).enumerated().map { place, hash in
                LogoHash(
                    hash: hash, quality: quality(qualities, place),
                    label: place < labels.count ? label(labels[place]) : [],
                    box: place < boxes.count ? box(boxes[place]) : LogoBox.missing)
            }
        }
    }

    private static func quality(_ texts: [Substring], _ place: Int) -> UInt8 {
        place < texts.count ? UInt8(texts[place]) ?? Missing.uint8 : Missing.uint8
    }

    private static func label(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
        // `\p` is no escape of `ExactText`, which leaves it as it is; `\\p` is a backslash and p.
        var bars: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            let isPair = text[index] == UInt8(ascii: "\\") && index + 1 < text.endIndex
            if isPair, text[index + 1] == UInt8(ascii: "p") {
                bars.append(UInt8(ascii: "|"))
                index += 2
            } else {
                bars.append(text[index])
                if isPair { bars.append(text[index + 1]) }
                index += isPair ? 2 : 1
            }
        }
        return bars.withUnsafeBufferPointer { ExactText.decode($0) }
    }

    private static func box(_ text: Substring) -> UInt64 {
        let numbers = text.split(separator: ",").compactMap { UInt16($0) }
        guard numbers.count == 4 else { return LogoBox.missing }
        return LogoBox.pack(
            x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }

    private static func currency(_ code: UnsafeBufferPointer<UInt8>) -> Currency {
        guard code.count == 3 else { return .missing }
        return Currency(packed: code.reduce(0) { $0 << 8 | UInt32($1) })
    }

    private static func price(_ text: String, _ currency: Currency) -> Int64 {
        let parts = text.split(separator: ".", maxSplits: 1)
        let decimals = parts.count == 2 ? parts[1].utf8.count : 0
        guard decimals == currency.minorDigits else { return Missing.int64 }
        return Int64(parts.joined()) ?? Missing.int64
    }

    private static func seconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64 {
        guard text.first == UInt8(ascii: "@") else {
            return text.isEmpty ? Missing.int64 : CellValue.date(text) ?? Missing.int64
        }
        return Int64(String(decoding: text.dropFirst(), as: UTF8.self)) ?? Missing.int64
    }
}

/// Seconds since 1970 as `2024-01-31T23:59:59Z`.
package enum CalendarDate {
    /// `nil` outside the years 1970 to 2199.
    package static func text(_ seconds: Int64) -> String? {
        guard seconds >= 0, seconds < 7_258_118_400 else { return nil }
        let (year, month, day) = date(days: seconds / 86_400)
        let second = seconds % 86_400
        let clock = [second / 3_600, second / 60 % 60, second % 60].map { two($0) }
        return "\(year)-\(two(month))-\(two(day))T" + clock.joined(separator: ":") + "Z"
    }

    /// Reads a date or time as `pack` does: ISO 8601 and its relatives, or Unix seconds.
    package static func seconds(_ text: [UInt8]) -> Int64? {
        text.withUnsafeBufferPointer { CellValue.date($0) }
    }

    private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// **Source**: Howard Hinnant, chrono-compatible low-level date algorithms, civil_from_days.
    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
