import KleanConsole
import KleanCoordinator
import KleanCore
import KleanIndex
import KleanInspection
import KleanModel
import KleanScore

/// The closing report of a scan, for people and for programs.
struct ScanReport {
    /// How the reason of a shard begins whose chunk the coordinator found damaged, too.
    static let corruptChunk = "corrupt chunk"
    static let corruptAdvice =
        "A damaged chunk fails again until its file is back: copy it from a backup, "
        + "or pack the catalog anew; `klean verify STORE` checks it."

    private let report: RunReport
    private let manifest: IndexManifest
    private let floods: FloodTable
    private let banks: BankTable
    private let seconds: Double

    /// - Parameter banks: Of the model, to name the entries that flooded.
    init(
        _ report: RunReport, _ manifest: IndexManifest, floods: FloodTable, banks: BankTable,
        seconds: Double
    ) {
        self.report = report
        self.manifest = manifest
        self.floods = floods
        self.banks = banks
        self.seconds = seconds
    }

    /// Floods named in full; more are counted.
    private static let floodsShownMax = 20

    private var floodText: String {
        var text = ""
        for flood in floods.floods.prefix(ScanReport.floodsShownMax) {
            text +=
                "flood: bank entry \(name(flood)) matches \(NumberText.count(flood.matches)) "
                + "pictures (\(NumberText.percent(floods.share(flood)))); quarantined, it counts "
                + "for nothing\n"
        }
        let more = floods.floods.count - ScanReport.floodsShownMax
        return more > 0 ? text + "flood: and \(more) more entries\n" : text
    }

    private func name(_ flood: FloodTable.Flood) -> String {
        let bank = banks.banks[banks.bankIndex(ofEntry: flood.entry)].name
        return "\(banks.entryIDs.string(Int(flood.entry))) of \(bank)"
    }

    /// Listings a second from stored chunks to written index, of what this run itself scanned.
    private var rate: Double {
        seconds > 0 && report.shardsResumed == 0 ? Double(manifest.rows) / seconds : 0
    }

    var table: String {
        var text = ""
        var stages = Table([
            .init("stage", key: "stage"), .init("seconds", key: "seconds", isRight: true),
            .init("ns a listing", key: "nsPerListing", isRight: true),
        ])
        for stage in report.stages {
            stages.append([
                .text(stage.name), .number(stage.seconds, digits: 2),
                .number(stage.seconds * 1e9 / Double(max(1, manifest.rows)), digits: 0),
            ])
        }
        text += stages.rendered(.table)
        var workers = Table([
            .init("worker", key: "worker"), .init("shards", key: "shards", isRight: true),
            .init("lost", key: "lost", isRight: true),
            .init("peak memory", key: "peak", isRight: true),
        ])
        for worker in report.workers {
            workers.append([
                .text(worker.name), .integer(Int64(worker.shardsCommitted)),
                .integer(Int64(worker.attemptsLost)),
                .text(NumberText.bytes(UInt64(worker.peakBytes))),
            ])
        }
        text += "\n" + workers.rendered(.table)
        let wall = report.wall
        text +=
            "\nsurvey \(fixed(wall.survey)) s, merge \(fixed(wall.merge)) s, "
            + "score \(fixed(wall.score)) s, publish \(fixed(wall.publish)) s; "
            + "sent \(NumberText.bytes(UInt64(report.bytesSent))), "
            + "received \(NumberText.bytes(UInt64(report.bytesReceived))); coordinator "
            + "\(NumberText.bytes(UInt64(report.coordinatorPeakBytes)))\n"
        for retry in report.retries where retry.count > 0 {
            text += "retried: \(retry.count) x \(retry.reason)\n"
        }
        text += trustText
        if report.shardsResumed > 0 {
            text += "resumed: \(report.shardsResumed) shard results of an earlier run\n"
        }
        text += floodText
        text +=
            "\(NumberText.count(manifest.scoredRows)) listings in \(fixed(seconds)) s"
            + (rate > 0 ? " (\(NumberText.rate(rate)))" : "")
            + ", \(NumberText.count(manifest.overThreshold)) at or over the threshold, index "
            + "\(manifest.digest.short)\n"
        if let sample = SampleText(manifest) { text += sample.sentence(.en) + "\n" }
        return text
    }

    /// What scoring shards twice came to.
    private var trustText: String {
        let trust = report.trust
        var text = ""
        if trust.checksMade > 0 {
            text +=
                "checked: \(trust.checksMade) shard results by scoring them twice, "
                + "\(trust.disputes) in dispute\n"
        }
        if trust.unmadeAlone > 0 {
            text += "\(trust.unmadeAlone) checks not made: one worker\n"
        }
        if trust.unmadeFailed > 0 {
            text += "\(trust.unmadeFailed) checks not made: workers failed at them\n"
        }
        for liar in trust.liars {
            text += "distrusted: worker \(liar.name): \(liar.reason)\n"
        }
        return text
    }

    private func fixed(_ value: Double) -> String { NumberText.fixed(value, digits: 2) }

    private var sample: JSON {
        guard let sample = SampleText(manifest) else { return .null }
        return .object([
            ("share", .text(sample.sample.share.text)), ("drawn", .integer(sample.drawn)),
            ("listings", .integer(sample.sample.liveRows)), ("flagged", .integer(sample.flagged)),
            ("predicted", .integer(sample.predicted)),
            ("low", .integer(sample.interval.lowerBound)),
            ("high", .integer(sample.interval.upperBound)), ("method", .text("Wilson 95%")),
        ])
    }

    var json: JSON {
        .object([
            ("index", .text(manifest.digest.hex)), ("result", .text(manifest.resultDigest.hex)),
            ("job", .text(manifest.job.hex)), ("rows", .integer(manifest.rows)),
            ("scored", .integer(manifest.scoredRows)),
            ("overThreshold", .integer(manifest.overThreshold)),
            ("ranked", .integer(UInt64(manifest.ranked))), ("sample", sample),
            ("shards", .integer(UInt64(manifest.shards.count))),
            ("quarantined", .array(report.quarantined.map { .text($0.name) })),
            (
                "floods",
                .array(
                    floods.floods.map { flood in
                        .object([
                            ("entry", .text(banks.entryIDs.string(Int(flood.entry)))),
                            (
                                "bank",
                                .text(banks.banks[banks.bankIndex(ofEntry: flood.entry)].name)
                            ),
                            ("matches", .integer(flood.matches)),
                            ("share", .number(floods.share(flood))),
                        ])
                    })
            ),
            ("resumed", .integer(UInt64(report.shardsResumed))), ("seconds", .number(seconds)),
            ("listingsPerSecond", .number(rate)),
            (
                "wall",
                .object([
                    ("survey", .number(report.wall.survey)),
                    ("merge", .number(report.wall.merge)), ("score", .number(report.wall.score)),
                    ("publish", .number(report.wall.publish)),
                ])
            ),
            ("stages", .object(report.stages.map { ($0.name, .number($0.seconds)) })),
            (
                "workers",
                .array(
                    report.workers.map { worker in
                        .object([
                            ("name", .text(worker.name)),
                            ("committed", .integer(UInt64(worker.shardsCommitted))),
                            ("rows", .integer(UInt64(worker.rowsCommitted))),
                            ("attemptsLost", .integer(UInt64(worker.attemptsLost))),
                            ("peakBytes", .integer(UInt64(worker.peakBytes))),
                        ])
                    })
            ),
            ("retries", .object(report.retries.map { ($0.reason, .integer(UInt64($0.count))) })),
            (
                "trust",
                .object([
                    ("checksMade", .integer(UInt64(report.trust.checksMade))),
                    ("disputes", .integer(UInt64(report.trust.disputes))),
                    ("unmadeAlone", .integer(UInt64(report.trust.unmadeAlone))),
                    ("unmadeFailed", .integer(UInt64(report.trust.unmadeFailed))),
                    ("distrusted", .array(report.trust.liars.map { .text($0.name) })),
                ])
            ),
            ("resultsDropped", .integer(UInt64(report.resultsDropped))),
            ("bytesSent", .integer(UInt64(report.bytesSent))),
            ("bytesReceived", .integer(UInt64(report.bytesReceived))),
            ("coordinatorPeakBytes", .integer(UInt64(report.coordinatorPeakBytes))),
            ("coordinatorCPUSeconds", .number(report.coordinatorCPUSeconds)),
        ])
    }
}
