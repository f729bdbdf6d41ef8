internal import Glibc
internal import Synchronization

/// A fault for tests: the process kills itself, as `kill -9` would, when a named step of the
/// protocol is reached for the nth time. Costs one comparison when not armed.
///
/// The text is `PHASE:STEP:N`, for example `survey:commit:17`; see the callers for the steps.
package final class CrashPoint: Sendable {
    private let step: String
    private let left: Atomic<Int>

    /// - Parameter text: `nil` or unreadable text never fires.
    package init(_ text: String?) {
        let parts = (text ?? "").split(separator: ":")
        if parts.count == 3, let count = Int(parts[2]), count > 0 {
            step = "\(parts[0]):\(parts[1])"
            left = Atomic(count)
        } else {
            step = ""
            left = Atomic(0)
        }
    }

    /// Reads the variable from the environment.
    package convenience init(environment name: String) {
        self.init(getenv(name).map { String(cString: $0) })
    }

    package func reach(_ phase: String, _ step: String) {
        guard !self.step.isEmpty, self.step == "\(phase):\(step)" else { return }
        if left.subtract(1, ordering: .relaxed).newValue == 0 { kill(getpid(), SIGKILL) }
    }
}
