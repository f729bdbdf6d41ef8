import ArgumentParser
import KleanColumns
import KleanTransport
import KleanWorker

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Runs one worker of a coordinator that somebody else started.")

    @Option(help: "The coordinator's endpoint, as it printed it.") var connect: String
    @Option(help: "This worker's name, 1 to 64 bytes.") var name: String
    @Option(help: "Where fetched models and profiles are kept.") var cache = "/tmp/klean-cache"
    @Option(help: "Where this machine sees the store of a coordinator with --chunks path.")
    var store: String?
    @Option(help: "This worker's private key file, for a coordinator with --keys.")
    var key: String?
    @Option(help: "The coordinator's public key file.") var coordinatorKey: String?
    @OptionGroup var metrics: MetricsOption
    @Flag(help: "Let other machines read the metrics.") var insecure = false
    @Flag(help: "End when standard input closes.") var untilInputCloses = false

    func validate() throws {
        guard (1...64).contains(name.utf8.count) else {
            throw ValidationError("--name: expected 1 to 64 bytes, found \(name.utf8.count)")
        }
        guard (key == nil) == (coordinatorKey == nil) else {
            throw ValidationError("--key and --coordinator-key: expected both or none")
        }
    }

    func run() throws {
        ProcessMemory.keep(arenas: 1)
        var options = WorkerOptions(endpoint: connect, name: name, cache: cache)
        options.store = store
        options.endsWithInput = untilInputCloses
        options.metrics = try metrics.address(allowsInsecure: insecure)
        if let key, let coordinatorKey {
            options.keys = WorkerKeys(
                own: try KeyPair.load(key), coordinator: try PublicKey.load(coordinatorKey))
        }
        let note: @Sendable (String) -> Void = { Console.error("klean worker: \($0)\n") }
        options.onEvent = note
        let cache = cache
        let worker = Worker(options: options) { ScanEngine.ofWorker(cache: cache, note: note) }
        _ = try worker.run()
        leave(.success)
    }
}
