import ArgumentParser
import KleanCatalog
import KleanColumns
import KleanConsole
import KleanCore
import KleanModel
import KleanScore

struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Builds, looks at and fits what a scan judges by.",
        subcommands: [Build.self, Show.self, FitPrices.self, FitEvents.self])

    struct Build: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks a source folder and compiles it into a model.",
            discussion: """
                SOURCE holds model.yaml, brands.tsv, lexicon.tsv, prices.tsv, fx.tsv, events.tsv
                where there are any, and banks/*.tsv. A fault names file, line, what was expected
                and what was found. cluster/model in the repository is a reviewed source to start
                from.
                """)

        @Argument(help: "The source folder.") var source: String
        @Option(help: "The model folder to write.") var out: String
        @Flag(help: "Replace the model that is there.") var replace = false

        func run() throws {
            let source = try ModelSource.load(source)
            for warning in source.warnings { Console.error("klean: warning: \(warning)\n") }
            let digest = try ModelBuilder.build(source, to: out, replacing: replace)
            Console.output(
                "model \(source.model.name), digest \(digest.short): "
                    + "\(source.model.brands.count) brands, \(source.model.lexicon.count) lexicon "
                    + "entries, \(source.model.prices.count) price references, "
                    + "\(source.model.banks.entryCount) bank entries\n")
            for part in BankPlan(source.model.banks).parts {
                Console.output("bank search: \(part.line)\n")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what a model holds: counts, banks, weights, threshold.")

        @Argument(help: "The model folder.") var model: String
        @Option(help: "table or json.") var format: Format = .table

        func run() throws {
            let model = try Model.load(model)
            let summary = ModelSummary(model)
            var table = Table([.init("what", key: "name"), .init("value", key: "value")])
            for line in summary.lines { table.append([.text(line.name), .text(line.value)]) }
            for part in BankPlan(model.banks).parts {
                table.append([.text("bank search"), .text(part.line)])
            }
            Console.output(table.rendered(format.output))
        }
    }

    struct FitEvents: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fit-events",
            abstract: "Sees sales weeks: how far each category's prices stand from usual now.",
            discussion: """
                Compares every seller's prices with the same seller's earlier ones, which a store
                that grew by pack --append still holds (compact drops them), and writes
                SOURCE/events.tsv. The references of a category with a row there move with it.
                Fit anew before each scan: what is written holds for this snapshot.

                  klean model fit-events cluster/model --store store --date 2026-11-27
                """)

        @Argument(help: "The source folder whose events.tsv is written.") var source: String
        @Option(help: "The store that the next scan judges.") var store: String
        @Option(help: "The day of its prices, YYYY-MM-DD.") var date: String

        func run() throws {
            let model = try ModelSource.load(source).model
            let store = try Store(path: store)
            var line = ProgressLine()
            let fitter = try PriceHistory.fitter(store, model.fx) { done in
                line.update(
                    Progress(
                        phase: "fit", unitName: "passes", unitsDone: done,
                        unitsTotal: 2 * store.manifest.chunks.count,
                        listingsDone: store.manifest.rows * UInt64(done)
                            / UInt64(2 * store.manifest.chunks.count),
                        listingsTotal: store.manifest.rows))
            }
            line.finish()
            let events = fitter.fit(source: "fitted from store \(store.digest.short)", date: date)
            try PriceEvent.write(events, to: source + "/events.tsv")
            var table = Table([
                .init("category", key: "category", widthMax: 40),
                .init("of usual", key: "ratio", isRight: true),
                .init("sellers", key: "sellers", isRight: true),
            ])
            for event in events {
                table.append([
                    .text(event.category), .text(NumberText.percent(event.ratio)),
                    .integer(Int64(event.sellers)),
                ])
            }
            Console.output(table.rendered(.table))
            Console.output(
                "\(source)/events.tsv: \(events.count) categories moved; "
                    + "\(store.tombstones.count) earlier versions in the store\n")
        }
    }

    struct FitPrices: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fit-prices",
            abstract: "Derives price references from the listings of a store.",
            discussion: """
                Robust medians and spreads by brand and category, one vote per seller, written into
                SOURCE/prices.tsv beside the list prices that are there. Fit from retail catalogs;
                review the file before you build.

                  klean model fit-prices cluster/model --store retail --date 2026-11-23
                """)

        @Argument(help: "The source folder whose prices.tsv is refreshed.") var source: String
        @Option(help: "The store to learn from.") var store: String
        @Option(help: "The day to note beside each reference, YYYY-MM-DD.") var date: String
        @Option(help: "Write the table here instead of SOURCE/prices.tsv.") var out: String?

        func run() throws {
            let model = try ModelSource.load(source).model
            let observer = PriceObserver(try ScoringModel(model, kernels: .best))
            let store = try Store(path: store)
            var fitter = PriceFitter(model: model)
            var line = ProgressLine()
            var done: UInt64 = 0
            for chunk in store.manifest.chunks.indices {
                let columns = try store.hotColumns(chunk)
                observer.observe(columns, deadRows: store.tombstones.rows[chunk]) {
                    fitter.add($0)
                }
                done += UInt64(columns.rowCount)
                line.update(
                    Progress(
                        phase: "fit", unitName: "chunks", unitsDone: chunk + 1,
                        unitsTotal: store.manifest.chunks.count, listingsDone: done,
                        listingsTotal: store.manifest.rows))
            }
            line.finish()
            let fit = fitter.fit(source: "fitted from store \(store.digest.short)", date: date)
            let path = out ?? source + "/prices.tsv"
            try fit.write(to: path)
            Console.output(
                "\(path): \(fit.rows.count) references, \(fit.rowsFitted) fitted from listings, "
                    + "\(fit.cellsBimodal) cells with a cheap second cluster left out\n")
        }
    }
}
