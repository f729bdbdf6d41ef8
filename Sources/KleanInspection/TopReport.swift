package import KleanConsole
package import KleanCore
package import KleanIndex
import KleanScore

/// The ranking as `klean top` prints it.
package struct TopReport: Sendable {
    /// Reasons shown of each entry.
    private static let reasonsMax = 3

    package let language: ReportLanguage
    package let labels: IndexLabels

    package init(_ language: ReportLanguage, labels: IndexLabels) {
        self.language = language
        self.labels = labels
    }

    /// What the rows are, or that there are none; empty for programs.
    package static func heading(
        _ manifest: IndexManifest, shown: Int, floods: Int = 0, _ language: ReportLanguage
    ) -> String {
        let count = NumberText.count(manifest.scoredRows)
        let over = NumberText.count(manifest.overThreshold)
        var text = language.say(
            "상품 \(count)개 중 기준 이상 \(over)개, 위에서부터 \(shown)개 (모델 \(manifest.modelName), "
                + "색인 \(manifest.digest.short))\n",
            "\(over) of \(count) listings at or over the threshold, the first \(shown) shown "
                + "(model \(manifest.modelName), index \(manifest.digest.short))\n")
        if let sample = SampleText(manifest) { text += sample.sentence(language) + "\n" }
        if manifest.cutCount > 0 {
            let cut = NumberText.count(manifest.cutCount)
            text += language.say(
                "그중 \(cut)개는 상한을 넘어 순위에 싣지 않음\n",
                "\(cut) of them are past the bound and not ranked\n")
        }
        if floods > 0 {
            text += language.say(
                "범람으로 격리되어 세지 않은 뱅크 항목 \(floods)개\n",
                "\(floods) bank entries are quarantined as floods and count for nothing\n")
        }
        if !manifest.quarantined.isEmpty {
            let names = manifest.quarantined.map(\.name).joined(separator: ", ")
            text += language.say(
                "격리되어 점수가 없는 조각: \(names)\n", "quarantined, without scores: \(names)\n")
        }
        return text
    }

    /// - Parameter width: Terminal columns to fit into; titles give way. Used by `.table` only.
    package func table(_ entries: [IndexedEntry], format: OutputFormat, width: Int = 160) -> Table {
        format == .table ? screenTable(entries, width: width) : dataTable(entries)
    }

    /// The strongest reasons in a few words, each once.
    package func reasons(_ evidence: [Evidence]) -> [String] {
        var texts: [String] = []
        for item in evidence where !item.code.isNeutral && texts.count < TopReport.reasonsMax {
            let label = item.code.label(language)
            if !texts.contains(label) { texts.append(label) }
        }
        return texts
    }

    private func screenTable(_ entries: [IndexedEntry], width: Int) -> Table {
        let reasons = entries.map { self.reasons($0.entry.evidence).joined(separator: "; ") }
        let reasonWidth = min(60, reasons.map { DisplayWidth.of($0) }.max() ?? 0)
        let fixed = 6 + 7 + 6 + 16 + 14 + 14 + 14 + 8 * 2 + reasonWidth
        var table = Table([
            .init(language.say("순위", "rank"), key: "rank", isRight: true),
            .init(language.say("점수", "score"), key: "score", isRight: true),
            .init("p", key: "probability", isRight: true),
            .init(language.say("상품 ID", "id"), key: "id", widthMax: 16),
            .init(language.say("제목", "title"), key: "title", widthMax: max(20, width - fixed)),
            .init(language.say("브랜드", "brand"), key: "brand", widthMax: 14),
            .init(language.say("가격", "price"), key: "price", isRight: true),
            .init(language.say("판매자", "seller"), key: "seller", widthMax: 14),
            .init(language.say("주요 근거", "reasons"), key: "reasons", widthMax: 60),
        ])
        for (entry, reasons) in zip(entries, reasons) {
            let text = EvidenceText(language, labels: labels, listing: entry.listing)
            table.append([
                .integer(Int64(entry.rank)), .number(entry.score.double, digits: 2),
                .share(Exact.sigmoid(entry.score.double)), cell(entry.listing.id),
                cell(entry.listing.title), cell(entry.listing.brand),
                entry.listing.price == Missing.int64 ? .missing : .text(text.listedPrice),
                cell(entry.listing.seller), .text(reasons),
            ])
        }
        return table
    }

    private func dataTable(_ entries: [IndexedEntry]) -> Table {
        let keys = [
            "rank", "id", "score", "score_raw", "probability", "title", "brand", "category",
            "seller", "shop", "price_minor", "currency", "reasons", "reason_texts",
        ]
        var table = Table(keys.map { Table.Column($0, key: $0) })
        for entry in entries {
            let listing = entry.listing
            let codes = entry.entry.evidence.filter { !$0.code.isNeutral }.map(\.code.name)
            table.append([
                .integer(Int64(entry.rank)), cell(listing.id),
                .number(entry.score.double, digits: 5), .integer(Int64(entry.score.raw)),
                .share(Exact.sigmoid(entry.score.double)), cell(listing.title),
                cell(listing.brand), cell(listing.category), cell(listing.seller),
                cell(listing.shop),
                listing.price == Missing.int64 ? .missing : .integer(listing.price),
                listing.currency == .missing ? .missing : .text(listing.currency.code),
                .list(codes), .list(reasons(entry.entry.evidence)),
            ])
        }
        return table
    }

    private func cell(_ text: [UInt8]) -> Table.Cell {
        text.isEmpty ? .missing : .text(String(decoding: text, as: UTF8.self))
    }
}
