internal import KleanColumns
import KleanCore
internal import KleanSchedule
internal import KleanTransport

/// The thread that runs the plan's slow closures, one after the other.
final class TaskThread: Sendable {
    enum Order: Sendable {
        case merge(ProfileOrder)
        case recheck(Phase, UInt32)
        case judge(Lease, JudgeOrder, ComparedResults)
        case publish(PublicationOrder)

        var name: String {
            switch self {
            case .merge: "merging the survey"
            case .recheck(_, let shard): "checking chunk \(shard)"
            case .judge(let lease, _, _): "scoring shard \(lease.shard) for a verdict"
            case .publish: "publishing the index"
            }
        }
    }

    enum Outcome: Sendable {
        case merged(Digest, seconds: Double)
        /// What is wrong with the chunk, if anything.
        case rechecked(Phase, UInt32, String?)
        case judged(Lease, Verdict)
        case published(Digest, seconds: Double)
        case broken(any Error)
    }

    private let orders = Mailbox<Order>()
    private let outcomes: Mailbox<Outcome>
    private let plan: JobPlan
    private let bell: Bell
    private let crash: CrashPoint
    private let vitals: Vitals

    init(
        plan: JobPlan, outcomes: Mailbox<Outcome>, bell: Bell, crash: CrashPoint, vitals: Vitals
    ) {
        self.plan = plan
        self.outcomes = outcomes
        self.bell = bell
        self.crash = crash
        self.vitals = vitals
    }

    func start() -> OSThread { OSThread { self.run() } }
    func order(_ order: Order) { orders.put(order) }
    func close() { orders.close() }
    var waiting: Int { orders.count }

    private func run() {
        vitals.set(.task, "waiting")
        while let order = orders.take() {
            vitals.set(.task, order.name)
            do {
                outcomes.put(try perform(order))
            } catch {
                outcomes.put(.broken(error))
            }
            vitals.set(.task, "waiting")
            bell.ring()
        }
    }

    private func perform(_ order: Order) throws -> Outcome {
        let start = Machine.nanoseconds
        func seconds() -> Double { Double(Machine.nanoseconds - start) / 1e9 }
        switch order {
        case .merge(let order):
            crash.reach("merge", "start")
            let digest = try plan.mergeSurvey(order)
            crash.reach("merge", "done")
            return .merged(digest, seconds: seconds())
        case .recheck(let phase, let shard):
            do {
                return .rechecked(phase, shard, try plan.recheck(Int(shard)))
            } catch {
                return .rechecked(phase, shard, "\(error)")
            }
        case .judge(let lease, let order, let found):
            crash.reach("judge", "start")
            do {
                guard let judge = plan.judge else { return .judged(lease, .undecided("no scorer")) }
                let truth = try plan.contentDigest(lease.phase, try judge(order))
                return .judged(lease, found.verdict(truth))
            } catch {
                return .judged(lease, .undecided("\(error)"))
            }
        case .publish(let order):
            crash.reach("publish", "start")
            let digest = try plan.publish(order)
            crash.reach("publish", "done")
            return .published(digest, seconds: seconds())
        }
    }
}
