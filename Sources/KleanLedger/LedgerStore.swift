package import KleanCore

/// The durable record of one job as a contract. ``Ledger`` keeps it in SQLite; the simulator's
/// keeps it on a disk that tears and loses writes.
///
/// - A batch is durable when ``append(_:)`` returns; after a crash at any instant it is there
///   whole or not at all, and so is everything appended before it.
/// - The first commit of (phase, shard, basis) counts; a later one changes nothing.
/// - A first survey commit takes the profile away; a profile takes score commits of another basis
///   away; each in the same batch.
/// - Distrust takes away all that an identity ever committed, in the same batch; with a survey
///   shard go its score, whoever made that, and the profile.
package protocol LedgerStore {
    /// - Returns: Of the commits in the batch, those that came first.
    @discardableResult
    func append(_ records: [LedgerRecord]) throws(LedgerError) -> [CommittedShard]
    func committed(_ phase: Phase, basis: UInt64) throws(LedgerError) -> [CommittedShard]
    func quarantined() throws(LedgerError) -> [LedgerQuarantine]
    func distrusted() throws(LedgerError) -> [LedgerDistrust]
    func lastAttempts(_ phase: Phase) throws(LedgerError) -> [UInt32: UInt32]
    func profile() throws(LedgerError) -> (digest: Digest, basis: UInt64)?
    func published() throws(LedgerError) -> Digest?
}

extension Ledger: LedgerStore {}
