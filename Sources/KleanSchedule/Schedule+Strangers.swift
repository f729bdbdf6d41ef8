import KleanCore

/// Who is to blame when a worker is lost with a shard it ran alone.
///
/// The shard, if the worker is *known*, which means that its key or name has committed something in
/// this job, or if a beat showed it at work on the shard. Anyone else is a *stranger*, and the loss
/// counts against the stranger first:
///
/// - A stranger that lost something gets one shard at a time, one that nobody lost if there is one.
/// - Suspects go to known workers while one is here that has not lost them too, and wait while
///   strangers can be tried on work that nobody lost.
/// - After ``ScheduleRules/strangerLossesMax`` losses without a commit it is refused, until a
///   person trusts it. A key may stand for many names, so a key that never commits has more.
/// - No such attempt counts against the shard's bound. Workers that are lost under ever new names
///   and commit nothing raise an alarm, again and again: somebody must see what they are.
/// - Where nobody known has been here for ``ScheduleRules/knownAbsentMs``, or ever, and every
///   shard left kills strangers alike, their losses count as anybody's: a job whose last shards
///   kill every worker must end. As long as nobody ever committed that holds for a last single
///   shard only; more of them say that the workers are no good.
extension Schedule {
    /// A worker that is let in no more.
    package struct RefusedWorker: Equatable, Sendable {
        package var name: String
        package var losses: Int

        package var reason: String { "\(losses) losses with work in hand and no commit" }
    }

    /// In order of their first loss.
    package var refusedWorkers: [RefusedWorker] {
        strangers.refused.map { RefusedWorker(name: $0.record.name, losses: $0.record.losses) }
    }

    /// Why a worker is not to be let in; `nil` if it is.
    package func refusal(name: String, identity: String) -> String? {
        for id in [Self.standing(name, identity), identity] {
            guard let record = strangers[id], record.isRefused else { continue }
            return RefusedWorker(name: record.name, losses: record.losses).reason
        }
        return nil
    }

    /// What a worker's losses are counted by: a name counts for the key behind it only.
    static func standing(_ name: String, _ identity: String) -> String {
        name == identity ? name : "\(identity) \(name)"
    }

    func isStranger(_ identity: String) -> Bool { !known.contains(identity) }

    /// Whether a loss counts against the shard whoever else may be here.
    func isSound(_ blame: ShardState.Blame) -> Bool {
        blame.isSeen || !isStranger(blame.identity)
    }

    /// Lost something and committed nothing: gets one shard at a time.
    func isOnProbation(_ state: WorkerState) -> Bool {
        isStranger(state.identity) && (strangers[state.standing]?.losses ?? 0) > 0
    }

    mutating func countLoss(_ state: WorkerState, _ effects: inout [ScheduleEffect]) {
        guard let most = rules.strangerLossesMax, !known.contains(state.standing) else { return }
        if strangers.lose(state.standing, name: state.name, lossesMax: most) {
            effects.append(.alarm(.refused(name: state.name, losses: most)))
        }
        if known.isEmpty { noteFruitless(&effects) }
        guard state.standing != state.identity, isStranger(state.identity) else { return }
        let mostOfKey = most * Self.namesPerKey
        if strangers.lose(state.identity, name: state.identity, lossesMax: mostOfKey) {
            effects.append(.alarm(.refused(name: state.identity, losses: mostOfKey)))
        }
    }

    /// Calls a person after a dozen losses with nothing committed, and whenever they double.
    private mutating func noteFruitless(_ effects: inout [ScheduleEffect]) {
        fruitlessLosses += 1
        guard fruitlessLosses == fruitlessLossesNext else { return }
        fruitlessLossesNext *= 2
        effects.append(.alarm(.fruitless(losses: fruitlessLosses)))
    }

    /// Names that a key's losses are allowed for.
    static let namesPerKey = 5

    /// A process that was lost is back with what it had.
    mutating func comeBack(_ state: WorkerState) {
        strangers.comeBack(state.standing)
        strangers.comeBack(state.identity)
    }

    /// A worker commits: it and its key are known from now on.
    mutating func know(_ holder: ShardState.Holder) {
        let standing = Self.standing(holder.name, holder.identity)
        for id in [holder.identity, standing] where known.insert(id).inserted {
            strangers.forget(id)
        }
        guard probations > 0 else { return }
        for worker in roster where workers[worker]?.identity == holder.identity {
            guard workers[worker]?.isOnProbation == true else { continue }
            workers[worker]?.isOnProbation = false
            probations -= 1
            enqueue(worker)
        }
    }

    /// A person lets a refused worker, or key, in again.
    mutating func trust(_ name: String) {
        for refused in strangers.refused where refused.record.name == name {
            strangers.forget(refused.id)
        }
    }

    /// One shard that nobody lost for each empty worker that is to show what it can do.
    mutating func leaseProbations(_ now: UInt64, _ effects: inout [ScheduleEffect]) {
        guard probations > 0 else { return }
        for worker in roster {
            guard outstanding < outstandingMax, let shard = peekOrdinary() else { return }
            guard let state = workers[worker], state.isOpen, state.isOnProbation,
                state.leases.isEmpty, fits(shard, state)
            else { continue }
            _ = popOrdinary()
            if worker == reserved { reserved = nil }
            workers[worker]?.isSolo = true
            grantNew(shard, to: worker, isSolo: true, now, &effects)
        }
    }

    /// Gives up what killed every stranger, once nobody known has been here for long.
    mutating func giveUpStrangersShards(_ now: UInt64, _ effects: inout [ScheduleEffect]) {
        guard !suspects.isEmpty, isLastResort(now) else { return }
        let namesAlive = namesAlive
        for shard in suspects.map(Int.init) where states[shard].status == .pending {
            guard isSpent(shard, .workerLost, namesAlive, countsStrangers: true) else { continue }
            quarantine(shard, "\(reasonText(shard)) were lost running it alone", &effects)
        }
    }

    /// What failed already is nothing for a stranger while there is work that nobody lost.
    mutating func mayWait(_ suspect: UInt32, for worker: WorkerID) -> Bool {
        guard let state = workers[worker], isStranger(state.identity) else { return false }
        return !states[Int(suspect)].blames.isEmpty && peekOrdinary() != nil
    }

    /// Whether strangers' losses count against a shard, because nobody is left to tell.
    func isLastResort(_ now: UInt64) -> Bool {
        guard !roster.contains(where: { workers[$0].map { !isStranger($0.identity) } ?? false })
        else { return false }
        if known.isEmpty { return openCount == 1 }
        guard now - min(now, knownMs ?? startMs ?? now) >= rules.knownAbsentMs else { return false }
        return states.allSatisfy { state in
            !state.isOpen || state.blames.count { $0.cause == .workerLost } >= rules.blamesMax
        }
    }
}
