import KleanCatalog
import KleanConsole
import KleanCore
import KleanIndex
import KleanModel
import KleanScore

extension Explanation {
    /// The explanation for programs: one JSON object, sentences in the language asked for.
    ///
    /// `contributions` and `intercept` add up to `score`; their `raw` forms do so exactly, in
    /// 1/65,536 log-odds.
    package func json(_ language: ReportLanguage) -> String {
        let facts = facts
        let text = EvidenceText(language, labels: labels, listing: facts)
        var json = JSONObject()
        json.add("id", Export.cell(facts.id))
        json.add("ordinal", .integer(Int64(ordinal)))
        json.add("score", .number(score.double, digits: 5))
        json.add("score_raw", .integer(Int64(score.raw)))
        json.add("probability", .number(Exact.sigmoid(score.double), digits: 6))
        json.add("threshold", .number(threshold.double, digits: 5))
        json.add("flagged", isFlagged)
        json.add("rank", rank.map { .integer(Int64($0)) } ?? .missing)
        json.add("ranked", .integer(Int64(ranked)))
        json.add("title", Export.cell(facts.title))
        json.add(
            "title_marked",
            .text(
                MarkedText.marked(
                    facts.title, field: .title, evidence: judgement.entry.evidence)))
        json.add("brand", Export.cell(facts.brand))
        json.add("category", Export.cell(facts.category))
        json.add("seller", Export.cell(facts.seller))
        json.add("shop", Export.cell(facts.shop))
        json.add("price_minor", facts.price == Missing.int64 ? .missing : .integer(facts.price))
        json.add(
            "currency", facts.currency == .missing ? .missing : .text(facts.currency.code))
        json.add("price", object: judgement.price.map { priceJSON($0, text) })
        json.add("pictures", array: judgement.pairs.map(pairJSON))
        json.add(
            "sub_scores",
            array: zip(Scorer.allCases, judgement.entry.subScores).map { scorer, sub in
                var row = JSONObject()
                row.add("scorer", .text(scorer.name))
                row.add("state", .text(sub.isScored ? "scored" : "abstain"))
                row.add("raw", sub.isScored ? .number(sub.raw.double, digits: 5) : .missing)
                row.add("reason", sub.isScored ? .missing : .text(sub.state.name))
                return row
            })
        json.add("intercept", .number(intercept.double, digits: 5))
        json.add("intercept_raw", .integer(Int64(intercept.raw)))
        json.add(
            "contributions",
            array: zip(Term.allCases, judgement.entry.contributions).map { term, value in
                var row = JSONObject()
                row.add("term", .text(term.name))
                row.add("log_odds", .number(value.double, digits: 5))
                row.add("raw", .integer(Int64(value.raw)))
                return row
            })
        json.add(
            "evidence",
            array: judgement.entry.evidence.map {
                EvidenceJSON.object($0, text: text.sentence($0))
            })
        json.add("clears", .list(judgement.entry.evidence.compactMap { $0.code.remedy(language) }))
        json.add("index", .text(index.hex))
        return json.text + "\n"
    }

    private func priceJSON(_ item: Evidence, _ text: EvidenceText) -> JSONObject {
        var json = JSONObject()
        json.add("won", .integer(item.a))
        json.add("reference_won", .integer(item.b))
        json.add(
            "ratio", item.b > 0 ? .number(Double(item.a) / Double(item.b), digits: 5) : .missing)
        json.add("z", .number(Double(item.c) / 65_536, digits: 5))
        json.add("text", .text(text.priceSentence(item)))
        return json
    }

    private func pairJSON(_ pair: ListingPair) -> JSONObject {
        var json = JSONObject()
        json.add("kind", .text(String(describing: pair.kind)))
        json.add("slot", .integer(Int64(pair.slot)))
        json.add("distance", .integer(Int64(pair.distance)))
        json.add("quality", .integer(Int64(pair.quality)))
        json.add("entry", .integer(Int64(pair.entry)))
        if let label = labels.bankEntries[Int64(pair.entry)] {
            json.add("entry_id", .text(label.id))
            json.add("bank", .text(label.bank))
        }
        return json
    }
}
