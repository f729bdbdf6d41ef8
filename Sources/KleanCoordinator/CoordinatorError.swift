/// Why a run ended without an index. The ledger keeps what was done; the same command resumes.
package enum CoordinatorError: Error, Equatable, CustomStringConvertible {
    /// Another coordinator works on this job.
    case busy(path: String)
    /// Local workers died again and again and nothing got done.
    case workersKeepDying(deaths: Int, lastWords: String)
    /// Every local worker was found to have lied.
    case nobodyTrusted(names: [String])
    /// A second signal: nothing was waited for.
    case aborted
    /// A worker could not be started at all.
    case spawn(command: String, detail: String)

    package var description: String {
        switch self {
        case .busy(let path):
            "\(path): in use by another coordinator; wait for it or end it"
        case .workersKeepDying(let deaths, let lastWords):
            "workers keep dying: \(deaths) deaths without a shard done; the last one: \(lastWords)"
        case .nobodyTrusted(let names):
            "every local worker gave wrong results: \(names.joined(separator: ", ")); this "
                + "machine's processor or memory is at fault"
        case .aborted: "aborted; the same command resumes"
        case .spawn(let command, let detail): "\(command): cannot start a worker: \(detail)"
        }
    }
}
