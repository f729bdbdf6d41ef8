/// How klean ends. Each kind of failure has its own number, so a script can tell them apart.
///
/// 64 (usage) comes from the argument parser; 130 and 143 follow the shell's habit for signals.
enum ExitCode: Int32, CaseIterable {
    case success = 0
    /// A failure that no other code names; the message says which.
    case failure = 1
    /// The run is complete, but some shards are quarantined and named.
    case quarantined = 3
    /// The run is complete, but some pictures gave no hash and are named.
    case picturesFailed = 5
    /// The comparison is done: listings judged fake are no longer flagged.
    case regression = 4
    case usage = 64
    // Input that cannot be read.
    case emptyInput = 10
    case headerOnly = 11
    case isDirectory = 12
    case notText = 13
    case unreadable = 14
    case notFound = 15
    case diskFull = 16
    case wrongMapping = 17
    case alreadyExists = 18
    // Stores, models and indexes.
    case wrongVersion = 20
    case wrongKind = 21
    case corrupt = 22
    case busy = 23
    case invalidModelSource = 24
    case otherJob = 25
    case unknownListing = 26
    // The cluster.
    case addressInUse = 30
    case protocolRefused = 31
    case scorerRefused = 32
    case workersKeepDying = 33
    case insecureAddress = 34
    case coordinatorLost = 35
    /// No coordinator lives that could be told.
    case notRunning = 36
    /// A coordinator is there and does not answer.
    case noAnswer = 37
    /// A key file that is not one, or that others can read.
    case badKey = 38
    /// Drained at the user's wish; running the same command again resumes.
    case interrupted = 130
}
