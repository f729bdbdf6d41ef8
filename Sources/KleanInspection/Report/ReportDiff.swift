import KleanConsole
import KleanCore
import KleanIndex

/// What changed since another index, as a part of the report.
struct ReportDiff {
    let diff: IndexDiff
    let language: ReportLanguage

    func html(most: Int) -> HTML {
        let tiles = IndexChange.Kind.allCases.filter { diff.count($0) > 0 }.map { kind -> HTML in
            """
            <div class="tile\(kind == .regression ? " alert" : "")"><b>\
            \(NumberText.count(diff.count(kind)))</b><small>\(kind.label(language))</small></div>
            """
        }
        let overlap = NumberText.fixed(diff.overlap, digits: 3)
        let depth = language.say(
            "상위 \(diff.depth) 중 \(diff.leftTop)개 교체, 순위 겹침(RBO) \(overlap)",
            "\(diff.leftTop) of the top \(diff.depth) replaced, rank-biased overlap \(overlap)")
        return """
            <h2>\(language.say("지난 색인과 비교", "Since the last index"))</h2>\
            <p class="quiet">\(diff.old.modelName) <small>\(diff.old.model.short)</small> → \
            \(diff.new.modelName) <small>\(diff.new.model.short)</small> · \
            \(depth)</p><div class="tiles">\(HTML.joined(tiles))</div>\(causes)\(changes(most))
            """
    }

    /// Listings whose own score changed, and folded away those that others displaced.
    private func changes(_ most: Int) -> HTML {
        let displaced = diff.changes.filter { $0.kind == .displaced }
        let table = table(diff.changes.filter { $0.kind != .displaced }, most)
        let shown: HTML = table.map { "<div class=\"card scroll\">\($0)</div>" } ?? ""
        guard let others = self.table(displaced, most) else { return shown }
        let note = language.say(
            "점수는 그대로, 다른 상품 때문에 순위만 바뀐 상품 \(displaced.count)개",
            "\(displaced.count) with the score they had, displaced by others")
        return """
            \(shown)<details class="card fold"><summary>\(note)</summary>\
            <div class="scroll">\(others)</div></details>
            """
    }

    /// What each cause moved in all, up and down apart.
    private var causes: HTML {
        let sums = ChangeCause.allCases.map { cause in
            (
                cause,
                diff.changes.reduce(0.0) {
                    $0
                        + ($1.parts.isEmpty
                            ? 0 : Double($1.parts[cause.rawValue].magnitude) / 65_536)
                }
            )
        }.filter { $0.1 > 0 }
        guard let largest = sums.map(\.1).max() else { return "" }
        let rows = sums.map { cause, sum -> HTML in
            """
            <span>\(cause.label(language))</span><i style="width:\(sum / largest * 100)%"></i>\
            <span>\(NumberText.fixed(sum, digits: 1))</span>
            """
        }
        let note = language.say(
            "원인별 점수 변화량의 합 (로그 오즈)",
            "Score changes by cause, summed without sign (log-odds)")
        return """
            <div class="card"><small>\(note)</small>\
            <div class="parts">\(HTML.joined(rows))</div></div>
            """
    }

    private func table(_ changes: [IndexChange], _ most: Int) -> HTML? {
        guard !changes.isEmpty else { return nil }
        let heads: [(String, Bool)] = [
            (language.say("변화", "Change"), false), (language.say("상품", "Listing"), false),
            (language.say("점수", "Score"), true), (language.say("순위", "Rank"), true),
            (language.say("원인", "Causes"), false),
        ]
        let rows = changes.prefix(most).map { change -> HTML in
            """
            <tr class="\(change.kind == .regression ? "alert" : "change")">\
            <td>\(change.kind.label(language))</td><td class="title">\(change.title) \
            <small>\(change.id)</small></td>\
            <td class="n">\(score(change.oldScore)) → \(score(change.newScore))</td>\
            <td class="n">\(rank(change.oldRank)) → \(rank(change.newRank))</td>\
            <td>\(causes(of: change))</td></tr>
            """
        }
        let left = changes.count - rows.count
        let more: HTML =
            left > 0
            ? "<small>\(language.say("외 \(left)개", "and \(left) more"))</small>" : ""
        return """
            <table><tr>\(HTML.joined(heads.map { ReportPage.head($0.0, isNumber: $0.1) }))</tr>\
            \(HTML.joined(rows))</table>\(more)
            """
    }

    private func causes(of change: IndexChange) -> String {
        ChangeCause.allCases.filter {
            change.parts.indices.contains($0.rawValue) && change.parts[$0.rawValue] != 0
        }.map { cause in
            let part = DiffText.number(change.parts[cause.rawValue]).replacing("-", with: "−")
            return "\(cause.label(language))\u{A0}\(part)"
        }.joined(separator: ", ")
    }

    private func score(_ score: Fixed?) -> String {
        score.map { NumberText.fixed($0.double, digits: 2).replacing("-", with: "−") } ?? "–"
    }

    private func rank(_ rank: Int?) -> String { rank.map { NumberText.count($0) } ?? "–" }
}
