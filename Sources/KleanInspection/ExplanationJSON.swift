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
        json.add("threshold", .number(detail.threshold.double, digits: 5))
        json.add("flagged", isFlagged)
        json.add("rank", rank.map { .integer(Int64($0)) } ?? .missing)
        json.add("ranked", .integer(Int64(ranked)))
        json.add("title", Export.cell(facts.title))
        json.add(
            "title_marked",
            .text(
                MarkedText.marked(
                    facts.title, field: .title, evidence: detail.entry.evidence)))
        json.add("brand", Export.cell(facts.brand))
        json.add("category", Export.cell(facts.category))
        json.add("seller", Export.cell(facts.seller))
        json.add("shop", Export.cell(facts.shop))
        json.add("price_minor", facts.price == Missing.int64 ? .missing : .integer(facts.price))
        json.add(
            "currency", facts.currency == .missing ? .missing : .text(facts.currency.code))
        json.add("price", object: detail.price.map { priceJSON($0, text) })
        json.add("claimed_brand", detail.brand.map { .text(text.brand(Int64($0))) } ?? .missing)
        json.add("accessory", detail.isAccessory)
        json.add("authorised_seller", detail.isAuthorised)
        json.add("pictures", array: detail.pairs.map(pairJSON))
        json.add(
            "sub_scores",
            array: zip(Scorer.allCases, detail.entry.subScores).map { scorer, sub in
                var row = JSONObject()
                row.add("scorer", .text(scorer.name))
                row.add("state", .text(sub.isScored ? "scored" : "abstain"))
                row.add("raw", sub.isScored ? .number(sub.raw.double, digits: 5) : .missing)
                row.add("reason", sub.isScored ? .missing : .text(sub.state.name))
                return row
            })
        json.add("intercept", .number(detail.intercept.double, digits: 5))
        json.add("intercept_raw", .integer(Int64(detail.intercept.raw)))
        json.add(
            "contributions",
            array: Term.allCases.indices.map { place in
                let value = detail.entry.contributions[place]
                var row = JSONObject()
                row.add("term", .text(Term.allCases[place].name))
                row.add("log_odds", .number(value.double, digits: 5))
                row.add("raw", .integer(Int64(value.raw)))
                row.add(
                    "score_without", .number(detail.clearing.scoreWithout[place].double, digits: 5))
                return row
            })
        json.add(
            "evidence",
            array: detail.entry.evidence.map {
                EvidenceJSON.object($0, text: text.sentence($0))
            })
        json.add("clears", .list(detail.entry.evidence.compactMap { $0.code.remedy(language) }))
        json.add("index", .text(index.hex))
        return json.text + "\n"
    }

    private func priceJSON(_ price: PriceFinding, _ text: EvidenceText) -> JSONObject {
        var json = JSONObject()
        json.add("won", .integer(price.won))
        json.add("reference_won", .integer(text.referenceWon(price)))
        json.add("ratio", .number(Exact.exp(price.logRatio.double), digits: 5))
        json.add("z", .number(price.z.double, digits: 5))
        json.add("spread", .number(price.spread, digits: 5))
        json.add("level", .text(price.reference.level.code))
        json.add("votes", .integer(Int64(price.reference.votes)))
        json.add("raw", .number(price.raw.double, digits: 5))
        json.add("clears_from_won", detail.clearing.wonFrom.map { .integer($0) } ?? .missing)
        json.add("text", .text(text.sentence(price)))
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
