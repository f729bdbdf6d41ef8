import KleanConsole
import KleanCore
import KleanIndex
import KleanModel
import KleanScore

/// A suspicion index as one HTML page that needs nothing else: no network, no scripts.
package struct ReportPage {
    private let side: IndexSide
    private let language: ReportLanguage
    private let entries: [IndexedEntry]
    private let spreads: PriceSpreads
    private let cells: [PriceSpreads.Cell?]
    private let sellers: [SellerRollup]
    private let journal: VerdictJournal?
    private let diff: IndexDiff?

    private static let sellersMax = 15
    private static let changesMax = 25
    /// Entries that are unfolded at first.
    private static let openMax = 3

    /// - Parameters:
    ///   - limit: Entries of the ranking.
    ///   - diff: Changes since another index.
    /// - Complexity: one pass over the ranking, and over four columns of the store.
    package init(
        _ side: IndexSide, _ language: ReportLanguage, limit: Int, journal: VerdictJournal?,
        diff: IndexDiff?
    ) throws {
        self.side = side
        self.language = language
        self.journal = journal
        self.diff = diff
        entries = try side.index.top(limit)
        let model = side.judged.model
        let cells = entries.map { ReportPage.cell($0, side) }
        self.cells = cells
        spreads = try PriceSpreads(
            side.store.store, model, cells: Set(cells.compactMap { $0 }))
        sellers = try SellerReport(side.index, clusters: nil).sellers
    }

    /// The brand and category that a listing's price was held against, else those it names.
    private static func cell(_ entry: IndexedEntry, _ side: IndexSide) -> PriceSpreads.Cell? {
        let price = entry.entry.evidence.first { $0.argumentKind == .price }
        if let label = price.flatMap({ side.index.labels.prices[$0.d] }),
            !label.category.isEmpty, !label.category.hasPrefix("@")
        {
            return PriceSpreads.Cell(
                brand: label.brand, category: Model.nameKey(Array(label.category.utf8)[...]))
        }
        let brand =
            side.judged.model.brands.brand(fieldKey: Model.nameKey(entry.listing.brand[...]))
            ?? side.ranking.claimedBrands[entry.rank - 1]
        guard brand != Missing.uint32, !entry.listing.category.isEmpty else { return nil }
        return PriceSpreads.Cell(
            brand: brand, category: Model.nameKey(entry.listing.category[...]))
    }

    /// The whole page.
    package var html: String {
        let title = language.say("가품 의심 보고서", "Suspicion report")
        let changes = diff.map {
            ReportDiff(diff: $0, language: language).html(most: ReportPage.changesMax)
        }
        let page: HTML = """
            <!doctype html><html lang="\(language.rawValue)"><head><meta charset="utf-8">\
            <meta name="viewport" content="width=device-width,initial-scale=1">\
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; style-src 'unsafe-inline'">\
            <title>\(title) – \(side.index.manifest.modelName)</title>\
            <style>\(ReportStyle.sheet)</style></head><body><main>\(header(title))\
            \(histogram)\(changes ?? "")\(ranking)\(sellerTable)\(footer)</main></body></html>

            """
        return page.markup
    }

    private func header(_ title: String) -> HTML {
        let manifest = side.index.manifest
        let share =
            manifest.scoredRows > 0
            ? Double(manifest.overThreshold) / Double(manifest.scoredRows) : 0
        let decided = entries.count { entry in
            journal?.verdicts[String(decoding: entry.listing.id, as: UTF8.self)] != nil
        }
        let tiles: [(String, String)] = [
            (NumberText.count(manifest.scoredRows), language.say("판정한 상품", "listings judged")),
            (
                NumberText.count(manifest.overThreshold),
                language.say("기준 이상", "at or over the threshold")
            ),
            (NumberText.percent(share, digits: 2), language.say("의심 비율", "share flagged")),
            (NumberText.count(sellers.count), language.say("관련 판매자", "sellers involved")),
            (NumberText.count(decided), language.say("아래 중 판정 완료", "of those below decided")),
        ]
        return """
            <h1>\(title)</h1><p class="quiet">\(language.say("모델", "Model")) \
            \(manifest.modelName) <small>\(manifest.model.short)</small> · \
            \(language.say("카탈로그", "catalog")) <small>\(manifest.snapshot.short)</small> · \
            \(language.say("색인", "index")) <small>\(manifest.digest.short)</small></p>\
            \(sample)\
            <div class="tiles">\(HTML.joined(tiles.map(ReportPage.tile)))</div>
            """
    }

    private var sample: HTML {
        guard let sample = SampleText(side.index.manifest) else { return "" }
        return "<p><b>\(sample.sentence(language))</b></p>"
    }

    private static func tile(_ value: String, _ label: String) -> HTML {
        "<div class=\"tile\"><b>\(value)</b><small>\(label)</small></div>"
    }

    private var histogram: HTML {
        let manifest = side.index.manifest
        let note = language.say(
            "막대는 점수 구간별 상품 수(로그 눈금). 점수는 로그 오즈이며 빨간 막대가 기준 이상입니다.",
            "Listings by score, on a logarithmic scale. Scores are log-odds; red is at or over the "
                + "threshold.")
        return """
            <h2>\(language.say("점수 분포", "Scores"))</h2><div class="card">\
            \(Charts.scores(manifest.histogram, threshold: manifest.threshold, language))\
            <small>\(note)</small></div>
            """
    }

    private var ranking: HTML {
        let manifest = side.index.manifest
        let shown = NumberText.count(entries.count)
        let note =
            switch entries.count {
            case 0:
                language.say(
                    "기준 이상인 상품이 없습니다.", "No listing is at or over the threshold.")
            case 1:
                language.say(
                    "의심스러운 상품 1개. 눌러서 근거를 접거나 펼칩니다.",
                    "One suspicious listing. Press it to fold or unfold its evidence.")
            default:
                language.say(
                    "가장 의심스러운 \(shown)개. 눌러서 근거를 펼칩니다.",
                    "The \(shown) most suspicious listings. Press one to unfold its evidence.")
            }
        let rows = entries.indices.map { place -> HTML in
            let entry = entries[place]
            let id = String(decoding: entry.listing.id, as: UTF8.self)
            return ReportEntry(
                entry: entry, intercept: manifest.intercept,
                spread: cells[place].flatMap { spreads.spreads[$0] },
                verdict: journal?.verdicts[id],
                text: EvidenceText(
                    language, labels: side.index.labels, listing: entry.listing),
                isOpen: place < ReportPage.openMax
            ).html
        }
        return """
            <h2>\(language.say("순위", "Ranking"))</h2><p class="quiet">\(note)</p>\
            \(HTML.joined(rows))
            """
    }

    private var sellerTable: HTML {
        guard !sellers.isEmpty else { return "" }
        let heads: [(String, Bool)] = [
            (language.say("판매자", "Seller"), false), (language.say("의심", "Flagged"), true),
            (language.say("전체", "Of"), true), (language.say("비율", "Share"), true),
            (language.say("최고 순위", "Best rank"), true),
            (language.say("예상 가품", "Expected fakes"), true),
            (language.say("신고", "Complaints"), true),
            (language.say("주된 이유", "Main reasons"), false),
        ]
        let rows = sellers.prefix(ReportPage.sellersMax).map { seller -> HTML in
            let share =
                seller.listings > 0
                ? NumberText.percent(Double(seller.flagged) / Double(seller.listings)) : "–"
            let complaints =
                seller.complaints.map {
                    "\(NumberText.count($0.events)) / \(NumberText.count($0.orders))"
                } ?? "–"
            let reasons = seller.reasons.prefix(3).map {
                "\($0.code.label(language)) \($0.listings)"
            }
            return """
                <tr><td>\(String(decoding: seller.seller, as: UTF8.self))</td>\
                <td class="n">\(NumberText.count(seller.flagged))</td>\
                <td class="n">\(seller.listings > 0 ? NumberText.count(seller.listings) : "–")</td>\
                <td class="n">\(share)</td><td class="n">\(seller.bestRank)</td>\
                <td class="n">\(NumberText.fixed(seller.expectedFakes, digits: 1))</td>\
                <td class="n">\(complaints)</td><td>\(reasons.joined(separator: ", "))</td></tr>
                """
        }
        return """
            <h2>\(language.say("판매자", "Sellers"))</h2><div class="card scroll"><table><tr>\
            \(HTML.joined(heads.map { ReportPage.head($0.0, isNumber: $0.1) }))</tr>\
            \(HTML.joined(rows))</table></div>
            """
    }

    static func head(_ text: String, isNumber: Bool) -> HTML {
        isNumber ? "<th class=\"n\">\(text)</th>" : "<th>\(text)</th>"
    }

    private var footer: HTML {
        let note = language.say(
            "klean이 만든 보고서입니다. 점수는 의심의 정도이며 판정이 아닙니다. 사람이 확인한 뒤 조치하세요.",
            "Made by klean. A score is a degree of suspicion, not a verdict: act on it after a "
                + "person has looked.")
        return "<p class=\"quiet\"><small>\(note)</small></p>"
    }
}
