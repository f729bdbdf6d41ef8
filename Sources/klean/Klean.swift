import ArgumentParser
import KleanConsole
import KleanCore

/// The command line. Parses, wires the parts together, and picks the exit code; decides nothing.
@main
struct Klean: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "klean",
        abstract: "Finds counterfeits in a whole marketplace catalog, again and again.",
        discussion: """
            The usual day, after the model has learned something new:

              klean pack catalog.csv --store store        once, then --append for new listings
              klean model build model-source --out model  after each change of the model
              klean scan store --model model --out index  judges every listing again
              klean top index                             the ranking, with reasons
              klean explain index ID                      one listing, all of it

            Exit codes: 0 done; 3 done, but some shards are quarantined; 64 wrong usage;
            130 interrupted (the same command resumes). The rest are in the README.
            """,
        version: "klean 0.1, scorer \(ScorerVersion.current)",
        subcommands: [
            PackCommand.self,
            HashCommand.self,
            BankCommand.self,
            ModelCommand.self,
            ScanCommand.self,
            TopCommand.self,
            ExplainCommand.self,
            ExportCommand.self,
            VerifyCommand.self,
            GenerateCommand.self,
            CoordinatorCommand.self,
            WorkerCommand.self,
            StoreCommand.self,
            SignalsCommand.self,
            SellersCommand.self,
            ClustersCommand.self,
            BenchCommand.self,
            FeaturesCommand.self,
            TrainCommand.self,
            PredictCommand.self,
            DecideCommand.self,
            EvaluateCommand.self,
            DiffCommand.self,
            ReportCommand.self,
            StatusCommand.self,
            ShardsCommand.self,
            WorkersCommand.self,
            JobCommand.self,
            KeysCommand.self,
            SimulateCommand.self,
        ])

    static func main() {
        Signals.ignoreBrokenPipe()
        let command: any ParsableCommand
        do {
            command = try parseAsRoot()
        } catch {
            exit(withError: error)
        }
        do {
            var running = command
            try running.run()
        } catch let error where isParserError(error) {
            exit(withError: error)
        } catch {
            let report = ErrorReport(error)
            Console.error("klean: \(report.message)\n")
            leave(report.code)
        }
    }

    /// Help requests and validation failures are the parser's to print: it gives every other
    /// error the code of a failure.
    private static func isParserError(_ error: any Error) -> Bool {
        exitCode(for: error) != .failure
    }
}
