package import KleanMetrics
package import KleanTransport

/// How a coordinator runs; nothing here changes a result.
package struct CoordinatorOptions: Sendable {
    /// The index folder; the job's own folder stands inside it.
    package var index: String
    /// Where workers connect: `tcp://127.0.0.1:*` picks a free port; `ipc://PATH` works too.
    package var endpoint = "tcp://127.0.0.1:*"
    /// Lets an endpoint be reached from other machines without encryption.
    package var allowsInsecureAddress = false
    /// The coordinator's key and who may connect; with them every connection is encrypted.
    package var security: CoordinatorKeys?
    /// Workers that this coordinator starts and restarts itself; `nil`: they come by themselves.
    package var local: LocalWorkers?
    /// Workers to wait for, a few seconds at most, before the first shard goes out; `nil`: the
    /// local ones. Spreads small jobs over all workers.
    package var workersExpected: Int?
    /// Whether shards that an earlier run gave up are tried again.
    package var retriesQuarantined = true
    /// The share of shards that is scored twice, on different workers, in parts per million,
    /// `0...1_000_000`; of more than none at least one shard in each phase.
    package var checkPartsPerMillion: UInt32 = 10_000
    /// How chunks get to workers.
    package var chunks = ChunkDelivery.send
    /// Bytes of results that may be under way or waiting for the disk, as results usually are:
    /// two leases each for 30 workers on chunks of 262,144 rows.
    package var resultBudgetBytes = 1 << 30
    /// Whether on-call's commands can reach it through a socket in the job's folder.
    package var isControllable = true
    /// Where Prometheus and probes may ask; `nil`: nowhere.
    package var metrics: MetricsAddress?
    /// Called on the coordinator's own thread, about five times a second. Must not block.
    package var onProgress: @Sendable (ProgressSnapshot) -> Void = { _ in }
    /// Called on the coordinator's own thread for everything worth a log line. Must not block.
    package var onEvent: @Sendable (RunEvent) -> Void = { _ in }

    package init(index: String) { self.index = index }
}

/// How the column segments of a chunk get to a worker.
package enum ChunkDelivery: String, CaseIterable, Sendable {
    /// From the coordinator, with the lease.
    case send
    /// From a file system that coordinator and workers share; sent to workers that do not see it.
    case path
}

/// Encryption at the coordinator's end.
package struct CoordinatorKeys: Sendable {
    package var own: KeyPair
    package var allowed: AllowList

    package init(own: KeyPair, allowed: AllowList) {
        self.own = own
        self.allowed = allowed
    }
}

/// Worker processes on this machine.
package struct LocalWorkers: Sendable {
    package var count: Int
    /// The command that starts a worker: the executable's path, then its arguments. The worker
    /// must end when its standard input closes, so that none outlives its coordinator.
    package var command: @Sendable (_ name: String, _ endpoint: String) -> [String]

    /// - Parameter command: By default this executable as `worker --connect ENDPOINT --name NAME
    ///   --until-input-closes`.
    package init(
        count: Int,
        command: @escaping @Sendable (_ name: String, _ endpoint: String) -> [String] = {
            [
                "/proc/self/exe", "worker", "--connect", $1, "--name", $0, "--until-input-closes",
            ]
        }
    ) {
        self.count = count
        self.command = command
    }
}
