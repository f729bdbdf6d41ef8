import KleanConsole
import KleanCore
import KleanIndex
import KleanScore

/// One listing of the report: what it is, why it is suspected, what its price is seen against.
struct ReportEntry {
    let entry: IndexedEntry
    let intercept: Fixed
    let spread: PriceSpread?
    let verdict: Verdict?
    let text: EvidenceText
    let isOpen: Bool

    private var language: ReportLanguage { text.language }
    private var evidence: [Evidence] { entry.entry.evidence }

    var html: HTML {
        """
        <details class="card"\(isOpen ? " open" : "")><summary><span class="rank">\
        \(entry.rank)</span><span class="name">\(marked(.title))</span>\
        <span class="score"><b>\(NumberText.fixed(entry.score.double, digits: 1))</b><br>\
        <small>\(probability)</small></span><span class="facts">\(facts)</span>\
        <span class="chips">\(chips)</span></summary><div class="body">\(body)</div></details>
        """
    }

    private var probability: String {
        NumberText.percent(Exact.sigmoid(entry.score.double))
    }

    private var facts: HTML {
        let listing = entry.listing
        var facts: [HTML] = [.text(text.listedPrice)]
        for field in [EvidenceField.brand, .category, .seller, .shop]
        where !listing.text(of: field).isEmpty {
            facts.append(marked(field))
        }
        facts.append(.text(String(decoding: listing.id, as: UTF8.self)))
        return HTML.joined(facts.enumerated().map { $0 == 0 ? $1 : " · \($1)" })
    }

    /// A field's text with what the evidence points to marked.
    private func marked(_ field: EvidenceField) -> HTML {
        let bytes = entry.listing.text(of: field)
        let ranges = evidence.filter { $0.field == field }
            .map { MarkedText.aligned(Int($0.start)..<Int($0.end), in: bytes) }
            .filter { !$0.isEmpty }
        var pieces: [HTML] = []
        var done = 0
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        for range in MarkedText.merged(ranges) {
            pieces.append("\(part(done..<range.lowerBound))<mark>\(part(range))</mark>")
            done = range.upperBound
        }
        return HTML.joined(pieces + [.text(part(done..<bytes.count))])
    }

    private var chips: HTML {
        var seen: [String] = []
        var chips: [HTML] = []
        if let verdict {
            let name = verdict.verdict.label(language)
            let by = verdict.by.isEmpty ? name : "\(name) · \(verdict.by)"
            chips.append("<span class=\"chip \(verdict.verdict.rawValue)\">\(by)</span>")
        }
        for item in evidence where !item.code.isNeutral {
            let label = item.code.label(language)
            guard !seen.contains(label) else { continue }
            seen.append(label)
            chips.append("<span class=\"chip\">\(label)</span>")
        }
        return HTML.joined(chips)
    }

    private var body: HTML {
        let reasons = evidence.map { item -> HTML in "<li>\(text.sentence(item))</li>" }
        var remedies: [String] = []
        for item in evidence {
            guard let remedy = item.code.remedy(language), !remedies.contains(remedy) else {
                continue
            }
            remedies.append(remedy)
        }
        let clearing = remedies.map { remedy -> HTML in "<li>\(remedy)</li>" }
        let made = language.say("점수의 구성 (로그 오즈)", "What the score is made of (log-odds)")
        return """
            <div class="wide"><h3>\(language.say("근거", "Evidence"))</h3><ol>\
            \(HTML.joined(reasons))</ol></div>\
            <div><h3>\(made)</h3>\(parts)</div><div>\(priceChart)</div>\
            <div class="wide"><h3>\(language.say("이렇게 확인되면 해제", "What would clear this"))</h3>\
            <ul>\(HTML.joined(clearing))</ul></div>
            """
    }

    private var parts: HTML {
        let values = [intercept] + entry.entry.contributions
        let labels =
            [language.say("시작값", "start")] + Term.allCases.map { $0.label(language) }
        let (rounded, total) = ExactSum.rounded(values, digits: 2)
        let longest = Double(values.map { $0.raw.magnitude }.max() ?? 1)
        let rows = values.indices.filter { values[$0].raw != 0 }.map { index -> HTML in
            let share = Double(values[index].raw.magnitude) / max(longest, 1) * 100
            return """
                <span>\(labels[index])</span><i class="\(values[index].raw < 0 ? "down" : "up")" \
                style="width:\(share)%"></i><span>\(ExactSum.text(rounded[index], digits: 2))</span>
                """
        }
        return """
            <div class="parts">\(HTML.joined(rows))<span class="sum">\
            \(language.say("합계", "sum"))</span><span class="sum">&nbsp;</span>\
            <span class="sum">\(ExactSum.text(total, digits: 2))</span></div>
            """
    }

    private var priceChart: HTML {
        let price = evidence.first { $0.argumentKind == .price }
        guard let spread, let price, spread.count > 1 else { return "" }
        let count = NumberText.count(spread.count)
        let heading = language.say(
            "비교한 브랜드·카테고리 상품 \(count)개의 가격 (로그 눈금)",
            "Prices of the \(count) listings of the brand and category it was held against "
                + "(log scale)")
        return """
            <h3>\(heading)</h3>\
            \(Charts.prices(spread, listing: price.a, reference: price.b > 0 ? price.b : nil, text))
            """
    }
}

extension Verdict.Kind {
    package func label(_ language: ReportLanguage) -> String {
        switch self {
        case .fake: language.say("가품 판정", "judged fake")
        case .genuine: language.say("정품 판정", "judged genuine")
        case .unsure: language.say("판단 보류", "unsure")
        }
    }
}
