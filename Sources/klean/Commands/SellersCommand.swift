import ArgumentParser
import KleanCatalog
import KleanConsole
import KleanCore
import KleanIndex
import KleanInspection

struct SellersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sellers",
        abstract: "The ranking by seller: flagged listings, complaints, shared pictures.",
        discussion: "klean sellers index --limit 50 --format csv > sellers.csv")

    @Argument(help: "The index folder.") var index: String
    @Option(help: "Sellers.") var limit = 20
    @Flag(help: "Leave shared pictures out: the store is then not read.") var noPictures = false
    @Option(help: "The store, if it moved.") var store: String?
    @Option(help: "table, json or csv.") var format: Format = .table
    @Option(help: "ko or en.") var lang: LanguageOption = .ko

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit: expected at least 1") }
    }

    func run() throws {
        let index = try SuspicionIndex(path: index)
        let survey = noPictures ? nil : try sharedPictures(index, store: store)
        let report = try SellerReport(index, clusters: survey)
        Console.output(report.table(limit, lang.report).rendered(format.output))
    }
}

struct ClustersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clusters",
        abstract: "Pictures that ranked listings share, with all who show them.")

    @Argument(help: "The index folder.") var index: String
    @Option(help: "Clusters.") var limit = 20
    @Option(help: "Only pictures of at least so many sellers.") var sellers = 2
    @Option(help: "The store, if it moved.") var store: String?
    @Option(help: "table, json or csv.") var format: Format = .table

    func run() throws {
        let index = try SuspicionIndex(path: index)
        let survey = try sharedPictures(index, store: store)
        var table = Table([
            .init("cluster", key: "cluster"), .init("pictures", key: "pictures", isRight: true),
            .init("listings", key: "listings", isRight: true),
            .init("ranked", key: "ranked", isRight: true),
            .init("best rank", key: "bestRank", isRight: true),
            .init("sellers", key: "sellers", isRight: true),
            .init("lowest won", key: "lowestWon", isRight: true),
            .init("highest won", key: "highestWon", isRight: true),
            .init("first seen", key: "firstSeen"),
        ])
        let wanted = survey.clusters.lazy.filter { $0.sellers.count >= sellers }
        for cluster in wanted.prefix(limit) {
            let isPriced = cluster.lowestWon <= cluster.highestWon
            let firstSeen = cluster.firstSeen == .max ? nil : CalendarDate.text(cluster.firstSeen)
            let cells: [Table.Cell] = [
                .shown(.text(cluster.id.hex), as: String(cluster.id.hex.prefix(12))),
                .integer(Int64(cluster.hashes)), .integer(Int64(cluster.listings)),
                .integer(Int64(cluster.ranked)), .integer(Int64(cluster.bestRank)),
                .integer(Int64(cluster.sellers.count)),
            ]
            let lowest: Table.Cell = isPriced ? .integer(cluster.lowestWon) : .missing
            let highest: Table.Cell = isPriced ? .integer(cluster.highestWon) : .missing
            let seen: Table.Cell = firstSeen.map { .text($0) } ?? .missing
            table.append(cells + [lowest, highest, seen])
        }
        Console.output(table.rendered(format.output))
    }
}

/// Reads the picture columns of the snapshot that an index was made from.
private func sharedPictures(_ index: SuspicionIndex, store: String?) throws -> SameImageSurvey {
    var line = ProgressLine()
    let survey = try SameImageSurvey(index, IndexedStore(of: index, path: store)) { done, all in
        line.update(
            Progress(
                phase: "pictures", unitsDone: done, unitsTotal: all, listingsDone: 0,
                listingsTotal: 0))
    }
    line.finish()
    return survey
}
