package import KleanCore

/// Where a job keeps what it has, inside the index folder.
package struct JobFolder: Equatable, Sendable {
    /// `INDEX/job`.
    package let path: String

    package init(index: String) { path = index + "/job" }

    package var ledger: String { path + "/ledger.sqlite" }
    package var profile: String { path + "/profile.kln" }
    package var runLog: String { path + "/run.log" }
    /// Locked while a coordinator lives.
    package var lock: String { path + "/lock" }

    /// Where on-call's commands reach a living coordinator: a Unix socket.
    package var control: String { path + "/control" }

    package func results(_ phase: Phase) -> String { path + "/" + phase.name }

    package func result(_ phase: Phase, _ shard: Int) -> String {
        "\(results(phase))/\(shard).kln"
    }
}
