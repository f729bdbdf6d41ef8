import KleanConsole
import KleanCoordinator
import Synchronization

/// Shows a running scan on standard error: progress, and what went wrong.
final class ScanScreen: Sendable {
    private let line = Mutex(ProgressLine())

    func show(_ snapshot: ProgressSnapshot) {
        line.withLock {
            $0.update(
                Progress(
                    phase: snapshot.activity.rawValue, unitsDone: snapshot.shardsCommitted,
                    unitsFailed: snapshot.shardsQuarantined, unitsTotal: snapshot.shardsTotal,
                    listingsDone: UInt64(snapshot.rowsCommitted),
                    listingsTotal: UInt64(snapshot.rowsTotal)))
        }
    }

    /// The run log has everything; a person is told of warnings and errors.
    func tell(_ event: RunEvent) {
        guard event.level != .info || event.name == "metrics served" else { return }
        guard event.name != "run ended" else { return }  // The error itself is printed.
        let fields = event.fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        Console.error("klean: \(event.level.rawValue): \(event.name) \(fields)\n")
    }

    func finish() { line.withLock { $0.finish() } }
}
