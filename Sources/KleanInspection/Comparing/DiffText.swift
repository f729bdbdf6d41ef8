package import KleanConsole
import KleanCore
import KleanIndex

/// A diff as people and programs read it.
package struct DiffText: Sendable {
    private let diff: IndexDiff
    private let language: ReportLanguage

    package init(_ diff: IndexDiff, _ language: ReportLanguage) {
        self.diff = diff
        self.language = language
    }

    /// What happened, in a few lines.
    package var summary: String {
        let (old, new) = (diff.old, diff.new)
        var lines = [
            language.say(
                "모델 \(old.modelName) \(old.model.short) → \(new.modelName) \(new.model.short), "
                    + "스냅숏 \(old.snapshot.short) → \(new.snapshot.short)",
                "model \(old.modelName) \(old.model.short) → \(new.modelName) \(new.model.short), "
                    + "snapshot \(old.snapshot.short) → \(new.snapshot.short)"),
            language.say(
                "기준 이상 \(count(Int(old.overThreshold))) → \(count(Int(new.overThreshold))), "
                    + "그대로 \(count(diff.kept))",
                "flagged \(count(Int(old.overThreshold))) → \(count(Int(new.overThreshold))), "
                    + "kept \(count(diff.kept))"),
        ]
        lines += IndexChange.Kind.allCases.filter { diff.count($0) > 0 }.map {
            "\($0.label(language)) \(count(diff.count($0)))"
        }
        lines.append(
            language.say(
                "상위 \(diff.depth): \(diff.leftTop)개 교체, 순위 겹침(RBO) ",
                "top \(diff.depth): \(diff.leftTop) left, rank-biased overlap ")
                + NumberText.fixed(diff.overlap, digits: 4))
        let causes = ChangeCause.allCases.filter { diff.total($0) != 0 }.map {
            "\($0.label(language)) \(DiffText.number(diff.total($0)))"
        }
        if !causes.isEmpty {
            lines.append(
                language.say("점수 변화의 원인 합: ", "score changes by cause: ")
                    + causes.joined(separator: ", "))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    package func table(limit: Int) -> Table {
        var table = Table([
            .init(language.say("변화", "change"), key: "change"),
            .init(language.say("상품 ID", "id"), key: "id", widthMax: 20),
            .init(language.say("제목", "title"), key: "title", widthMax: 36),
            .init(language.say("전", "old"), key: "old_score", isRight: true),
            .init(language.say("후", "new"), key: "new_score", isRight: true),
            .init(language.say("전 순위", "old rank"), key: "old_rank", isRight: true),
            .init(language.say("후 순위", "new rank"), key: "new_rank", isRight: true),
            .init(language.say("판정", "verdict"), key: "verdict"),
        ] + ChangeCause.allCases.map {
            .init($0.label(language), key: "\($0)", isRight: true)
        })
        for change in diff.changes.prefix(limit) {
            table.append([
                .shown(.text("\(change.kind)"), as: change.kind.label(language)),
                .text(change.id), .text(change.title), score(change.oldScore),
                score(change.newScore), rank(change.oldRank), rank(change.newRank),
                change.verdict.map { .text($0.rawValue) } ?? .missing,
            ] + ChangeCause.allCases.map { cause in
                guard change.parts.indices.contains(cause.rawValue) else { return .missing }
                let part = change.parts[cause.rawValue]
                return .shown(.integer(part), as: part == 0 ? "·" : DiffText.number(part))
            })
        }
        return table
    }

    /// Everything, for programs; parts in units of 1/65,536.
    package func json(limit: Int) -> String {
        var json = JSONObject()
        json.add("kept", .integer(Int64(diff.kept)))
        for kind in IndexChange.Kind.allCases {
            json.add("\(kind)", .integer(Int64(diff.count(kind))))
        }
        json.add("depth", .integer(Int64(diff.depth)))
        json.add("left_top", .integer(Int64(diff.leftTop)))
        json.add("rank_biased_overlap", .number(diff.overlap, digits: 6))
        json.add("changes", array: diff.changes.prefix(limit).map { change in
            var object = JSONObject()
            object.add("change", .text("\(change.kind)"))
            object.add("id", .text(change.id))
            object.add("old_score_raw", change.oldScore.map { .integer(Int64($0.raw)) } ?? .missing)
            object.add("new_score_raw", change.newScore.map { .integer(Int64($0.raw)) } ?? .missing)
            object.add("old_rank", rank(change.oldRank))
            object.add("new_rank", rank(change.newRank))
            object.add("verdict", change.verdict.map { .text($0.rawValue) } ?? .missing)
            for (cause, part) in zip(ChangeCause.allCases, change.parts) {
                object.add("\(cause)_raw", .integer(part))
            }
            return object
        })
        return json.text
    }

    static func number(_ raw: Int64) -> String {
        let text = NumberText.fixed(Double(raw) / 65_536, digits: 2)
        return raw > 0 ? "+" + text : text
    }

    private func count(_ value: Int) -> String { NumberText.count(value) }

    private func score(_ score: Fixed?) -> Table.Cell {
        score.map { .number($0.double, digits: 2) } ?? .missing
    }

    private func rank(_ rank: Int?) -> Table.Cell {
        rank.map { .integer(Int64($0)) } ?? .missing
    }
}

extension IndexChange.Kind {
    package func label(_ language: ReportLanguage) -> String {
        switch self {
        case .regression: language.say("놓친 가품", "regression")
        case .flagged: language.say("새로 의심", "newly flagged")
        case .cleared: language.say("해제", "cleared")
        case .moved: language.say("점수 변화", "moved")
        case .displaced: language.say("밀린 순위", "displaced")
        case .appeared: language.say("새 상품", "appeared")
        case .vanished: language.say("사라진 상품", "vanished")
        }
    }
}

extension ChangeCause {
    package func label(_ language: ReportLanguage) -> String {
        switch self {
        case .bank: language.say("사진 뱅크", "bank")
        case .lexicon: language.say("이름·어휘", "lexicon")
        case .prices: language.say("기준가", "prices")
        case .weights: language.say("가중치", "weights")
        case .listing: language.say("상품 수정", "listing")
        case .population: language.say("전체 통계", "population")
        case .interaction: language.say("상호작용", "interaction")
        }
    }
}
