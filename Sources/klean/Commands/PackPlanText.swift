import KleanCatalog
import KleanConsole
import KleanCore

/// How catalog files would be read, for people, and as a mapping to save.
struct PackPlanText {
    let preview: PackPreview

    init(_ preview: PackPreview) { self.preview = preview }

    var rendered: String {
        var parts = preview.sources.map(rendered)
        for member in preview.skipped { parts.append("not packed: \(member.reason)\n") }
        return parts.joined(separator: "\n")
    }

    private func rendered(_ source: SourcePreview) -> String {
        let plan = source.plan
        var text = "\(plan.path)\n"
        text += "  format    \(plan.formatName)\n"
        text += "  encoding  \(plan.encoding.rawValue), \(plan.encodingConfidence) % sure\n"
        if let delimiter = plan.delimiterName { text += "  delimiter \(delimiter)\n" }
        text += "  header    \(plan.headerPlace)\n"
        for note in plan.notes { text += "  note      \(note)\n" }
        text += columns(plan)
        let unmapped = plan.columns.unmapped
        if !unmapped.isEmpty { text += "not used: \(unmapped.joined(separator: ", "))\n" }
        text += rows(source)
        text += Mapping.yaml(of: plan).split(separator: "\n").map { "| \($0)\n" }.joined()
        return text
    }

    private func columns(_ plan: SourcePlan) -> String {
        var table = Table([
            .init("field", key: "field"), .init("column", key: "column", widthMax: 48),
            .init("because", key: "because"), .init("currency", key: "currency"),
        ])
        for entry in plan.columns.entries {
            let isBorrowed = entry.field == .seller && plan.columns.sellerIsShop
            table.append([
                .text(entry.field.rawValue), .text(plan.columns.columns[entry.column]),
                .text(
                    entry.isExplicit
                        ? "you said so" : isBorrowed ? "for want of another" : "its name"),
                .text(plan.columns.namedCurrency[entry.column]?.code ?? ""),
            ])
        }
        return table.rendered(.table)
    }

    private func rows(_ source: SourcePreview) -> String {
        var table = Table([
            .init("id", key: "id", widthMax: 20), .init("title", key: "title", widthMax: 44),
            .init("brand", key: "brand", widthMax: 16),
            .init("category", key: "category", widthMax: 16),
            .init("seller", key: "seller", widthMax: 16),
            .init("price", key: "price", isRight: true),
        ])
        for row in source.rows {
            table.append([
                .text(text(row.id)), .text(text(row.title)), .text(text(row.brand)),
                .text(text(row.category)), .text(text(row.seller)), .text(price(row)),
            ])
        }
        var text = table.rendered(.table)
        for reject in source.rejects {
            text += "line \(reject.line): \(reject.reason.rawValue) \(reject.detail)\n"
        }
        for (reason, count) in source.tally.missingPrices {
            text += "missing prices among the first \(source.tally.read) rows: \(count) \(reason)\n"
        }
        return text
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Exact, in major units.
    private func price(_ row: Listing) -> String {
        guard row.price != Missing.int64 else { return "missing" }
        let digits = row.currency.minorDigits
        var text = String(row.price)
        if digits > 0 {
            text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
            text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
        }
        return "\(text) \(row.currency.code)"
    }
}
