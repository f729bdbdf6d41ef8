import KleanCatalog
import KleanConsole
import KleanCore
import KleanIndex
import KleanModel
import KleanScore

/// An explanation as a person reads it in a terminal.
package struct ExplanationText {
    private static let digits = 3

    private let explanation: Explanation
    private let language: ReportLanguage
    private let style: MarkedText.Style
    private let facts: ListingFacts
    private let evidence: EvidenceText

    package init(
        _ explanation: Explanation, _ language: ReportLanguage,
        style: MarkedText.Style = .brackets
    ) {
        self.explanation = explanation
        self.language = language
        self.style = style
        facts = explanation.facts
        evidence = EvidenceText(language, labels: explanation.labels, listing: facts)
    }

    /// The whole text, with a line break at its end.
    package var text: String {
        var sections = [header, verdict]
        if !explanation.isFlagged { sections.append(whyNot) }
        sections += [
            reasons(neutral: false), price, pictures, subScores, contributions,
            reasons(neutral: true), remedies,
        ]
        return sections.filter { !$0.isEmpty }
            .map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private func say(
        _ korean: @autoclosure () -> String, _ english: @autoclosure () -> String
    ) -> String {
        language.say(korean(), english())
    }

    private func titled(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : [title] + lines.map { "  " + $0 }
    }

    // MARK: - Who and what

    private var header: [String] {
        let condition =
            explanation.listing.condition?.label(language) ?? say("상태 모름", "condition unknown")
        let rows: [(String, String)] = [
            (say("상품", "listing"), shown(facts.id)),
            (
                say("제목", "title"),
                facts.title.isEmpty ? say("없음", "none") : marked(.title, facts.title)
            ),
            (say("브랜드", "brand"), marked(.brand, facts.brand)),
            (say("카테고리", "category"), marked(.category, facts.category)),
            (say("판매자", "seller"), marked(.seller, facts.seller)),
            (say("상점", "shop"), marked(.shop, facts.shop)),
            (say("가격", "price"), "\(evidence.listedPrice), \(condition)"),
        ]
        return aligned(rows.filter { !$0.1.isEmpty })
    }

    private func marked(_ field: EvidenceField, _ text: [UInt8]) -> String {
        MarkedText.marked(
            text, field: field, evidence: explanation.detail.entry.evidence, style: style)
    }

    private func shown(_ text: [UInt8]) -> String {
        DisplayWidth.printable(String(decoding: text, as: UTF8.self))
    }

    /// Two columns, the second one starting at the same place on every line.
    private func aligned(_ rows: [(String, String)]) -> [String] {
        let width = rows.map { DisplayWidth.of($0.0) }.max() ?? 0
        return rows.map { DisplayWidth.pad($0.0, to: width) + "  " + $0.1 }
    }

    // MARK: - The verdict

    private func number(_ value: Fixed) -> String {
        ExactSum.text(
            ExactSum.rounded([value], digits: ExplanationText.digits).total,
            digits: ExplanationText.digits)
    }

    private var verdict: [String] {
        let score = number(explanation.score)
        let p = NumberText.percent(Exact.sigmoid(explanation.score.double))
        let threshold = number(explanation.detail.threshold)
        let gap = number(
            Fixed(
                raw: explanation.score.raw.subtractingReportingOverflow(
                    explanation.detail.threshold.raw
                )
                .partialValue))
        let place: String
        if let sample = explanation.sample, !explanation.isScored {
            let share = sample.share.text
            place = say(
                "표본(\(share))에 뽑히지 않아 순위에 없음",
                "not drawn into the sample of \(share) that the index is")
        } else if let rank = explanation.rank {
            place = say(
                "의심 순위 \(NumberText.count(rank))위 (순위에 든 상품 "
                    + "\(NumberText.count(explanation.ranked))개, 전체 "
                    + "\(NumberText.count(explanation.scoredRows))개)",
                "rank \(NumberText.count(rank)) of \(NumberText.count(explanation.ranked)) ranked "
                    + "(\(NumberText.count(explanation.scoredRows)) listings in all)")
        } else if explanation.isFlagged {
            place = say(
                "기준은 넘었지만 순위의 상한을 넘어 싣지 않음",
                "over the threshold, but past the bound of the ranking")
        } else {
            place = say("순위에 없음: 기준에 못 미침", "not ranked: below the threshold")
        }
        return aligned([
            (
                say("점수", "score"),
                say(
                    "\(score) 로그 오즈 = 확률 \(p) (기준 \(threshold)까지 \(gap))",
                    "\(score) log-odds = probability \(p) (threshold \(threshold), gap \(gap))")
            ), (say("순위", "rank"), place),
        ])
    }

    private var whyNot: [String] {
        let evidenceCount = explanation.detail.entry.evidence.count { !$0.code.isNeutral }
        let looked = explanation.detail.entry.subScores.count { $0.isScored }
        let missing = number(
            Fixed(
                raw: explanation.detail.threshold.raw.subtractingReportingOverflow(
                    explanation.score.raw
                )
                .partialValue))
        var lines = [
            say(
                "기준까지 \(missing)이 모자람. 정품이라는 판정이 아니라, 의심할 근거가 부족하다는 뜻",
                "\(missing) short of the threshold; this is not proof that it is genuine, only "
                    + "too little against it"),
            say(
                "다섯 판정 중 \(looked)개가 판정했고, 의심 근거는 \(evidenceCount)개",
                "\(looked) of five scorers had something to judge and found \(evidenceCount) "
                    + "reasons"),
        ]
        let silent = zip(Scorer.allCases, explanation.detail.entry.subScores)
            .filter { !$0.1.isScored }
        if !silent.isEmpty {
            let list = silent.map { "\($0.label(language)): \($1.state.label(language))" }
            lines.append(say("판정하지 못한 것 — ", "could not judge: ") + list.joined(separator: ", "))
        }
        return titled(say("왜 걸리지 않았나", "why it is not flagged"), lines)
    }

    private func reasons(neutral: Bool) -> [String] {
        let items = explanation.detail.entry.evidence.filter { $0.code.isNeutral == neutral }
        let lines = items.enumerated().map { number, item in
            (neutral ? "- " : "\(number + 1). ") + evidence.sentence(item)
        }
        let title =
            neutral
            ? say("중립: 점수에 더하지 않은 것", "neutral: seen, but not counted")
            : say("근거", "reasons")
        return titled(title, lines)
    }

    // MARK: - What was looked at

    private var price: [String] {
        guard let price = explanation.detail.price else { return [] }
        var lines = [evidence.sentence(price)]
        if price.reference.isScaledForUse {
            lines.append(
                say("새 상품 기준가를 중고 값으로 낮춰 비교함", "a reference for new goods, lowered for used ones"))
        }
        if let shift = price.reference.shift {
            lines.append(evidence.shift(share: shift.share, sellers: shift.sellers))
        }
        if price.conditionFactor < 1 {
            lines.append(
                say("상품 상태를 몰라 가격 근거를 줄여서 반영함", "counted less, because the condition is unknown"))
        }
        return titled(say("가격 비교", "price against its reference"), lines)
    }

    private var pictures: [String] {
        let images = explanation.listing.images.count
        let logos = explanation.listing.logos.count
        var lines: [String] = []
        let matches = explanation.detail.pairs
        for (kind, count, entries) in [
            (PairKind.image, images, explanation.imageEntries),
            (PairKind.logo, logos, explanation.logoEntries),
        ] where count > 0 {
            let what = kind == .image ? say("사진", "pictures") : say("로고 영역", "logo regions")
            let found = matches.count { $0.kind == kind }
            lines.append(
                say(
                    "\(what) \(count)개를 뱅크 항목 \(NumberText.count(entries))개와 비교: "
                        + (found == 0 ? "반경 안에 일치 없음" : "일치 \(found)건"),
                    "\(count) \(what) compared with \(NumberText.count(entries)) bank entries: "
                        + (found == 0 ? "nothing within the radius" : "\(found) matches")))
        }
        return titled(
            say("사진과 로고", "pictures and logos"), lines + concealment + withoutWeight)
    }

    /// Concealed places, whether or not they count, or that nobody looked for them.
    private var concealment: [String] {
        let listing = explanation.listing
        let places = listing.logos.compactMap { logo in
            Concealment(label: logo.label).map { (kind: $0, box: LogoBox.unpack(logo.box)) }
        }
        guard !places.isEmpty || explanation.isConcealmentKnown else {
            return listing.images.isEmpty
                ? [] : [say("가려진 곳은 찾아보지 않음", "masked places: not looked at")]
        }
        return places.map { kind, box in
            say(
                "가려진 곳: \(kind.word(.ko)), \(box.width) x \(box.height) 화소, "
                    + "위치 \(box.x), \(box.y)",
                "masked place: \(kind.word(.en)), \(box.width) x \(box.height) pixels "
                    + "at \(box.x), \(box.y)")
        }
    }

    /// Entries that match and count for nothing, each once, with the reason.
    private var withoutWeight: [String] {
        var seen: Set<UInt32> = []
        var lines: [String] = []
        for pair in explanation.detail.pairs where seen.insert(pair.entry).inserted {
            guard let label = explanation.labels.bankEntries[Int64(pair.entry)] else { continue }
            if let matches = explanation.floods.matches(of: pair.entry) {
                let count = NumberText.count(matches)
                lines.append(
                    say(
                        "뱅크 항목 \("‘\(label.id)’(\(label.bank))", .topic) 사진 \(count)장과 일치해 범람으로 "
                            + "격리됨: 근거로 세지 않음",
                        "bank entry ‘\(label.id)’ (\(label.bank)) matches \(count) pictures and is "
                            + "quarantined as a flood: it counts for nothing"))
            } else if label.kind == .stop {
                lines.append(
                    say(
                        "\("사진 \(pair.slot + 1)", .topic) 의미 없는 사진 "
                            + "\("‘\(label.id)’(\(label.bank))", .with) 일치: "
                            + "이 사진의 다른 일치도 세지 않음",
                        "picture \(pair.slot + 1) is the stop picture ‘\(label.id)’ "
                            + "(\(label.bank)): nothing else it matches counts"))
            }
        }
        return lines
    }

    private var subScores: [String] {
        let rows = zip(Scorer.allCases, explanation.detail.entry.subScores)
            .map { scorer, sub -> (String, String) in
                let value =
                    sub.isScored
                    ? number(sub.raw)
                    : say("판정 안 함 — ", "no word: ") + sub.state.label(language)
                return (scorer.label(language), value)
            }
        return titled(say("판정별 원점수", "raw score of each scorer"), aligned(rows))
    }

    private var contributions: [String] {
        let entry = explanation.detail.entry
        let parts = [explanation.detail.intercept] + entry.contributions
        let (values, total) = ExactSum.rounded(parts, digits: ExplanationText.digits)
        let labels =
            [say("시작값(절편)", "intercept")] + Term.allCases.map { $0.label(language) }
        var rows: [(label: String, value: String)] = []
        for (index, label) in labels.enumerated() where parts[index].raw != 0 || index == 0 {
            rows.append((label, ExactSum.text(values[index], digits: ExplanationText.digits)))
        }
        rows.append(
            (say("합계 = 점수", "sum = score"), ExactSum.text(total, digits: ExplanationText.digits)))
        let width = rows.map { DisplayWidth.of($0.label) }.max() ?? 0
        let valueWidth = rows.map { DisplayWidth.of($0.value) }.max() ?? 0
        return titled(
            say("점수의 구성 (로그 오즈)", "what the score is made of (log-odds)"),
            rows.map {
                DisplayWidth.pad($0.label, to: width) + "  "
                    + DisplayWidth.pad($0.value, to: valueWidth, left: true)
            })
    }

    private var remedies: [String] {
        var lines: [String] = []
        for item in explanation.detail.entry.evidence {
            guard let remedy = item.code.remedy(language) else { continue }
            let line = "- \(item.code.label(language)): \(remedy)"
            if !lines.contains(line) { lines.append(line) }
        }
        if explanation.isFlagged { lines += figures }
        return titled(say("이렇게 확인되면 해제", "what would clear this"), lines)
    }

    /// Which single part would be enough, and from which price on.
    private var figures: [String] {
        let clearing = explanation.detail.clearing
        var lines: [String] = []
        for (term, rest) in zip(Term.allCases, clearing.scoreWithout)
        where rest < explanation.detail.threshold {
            lines.append(
                say(
                    "- ‘\(term.label(.ko))’ 하나만 해소되어도 점수가 \(number(rest))로 기준 아래",
                    "- without \"\(term.label(.en))\" alone the score is \(number(rest)), "
                        + "below the threshold"))
        }
        if lines.isEmpty {
            lines.append(
                say("- 한 항목만으로는 해제되지 않음", "- no single part is enough to clear it"))
        }
        if let won = clearing.wonFrom {
            lines.append(
                say(
                    "- 나머지가 그대로라면 \(evidence.won(won)) 이상이어야 순위에서 빠짐",
                    "- all else equal, it leaves the ranking from \(evidence.won(won)) on"))
        }
        return lines
    }
}
