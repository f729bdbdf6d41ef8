internal import KleanCore

/// Takes reasons when someone wants them. The first look at a row wants none and allocates
/// nothing; the second look runs the same code with the sink on.
struct EvidenceSink {
    let isOn: Bool
    private var items: [(weight: Double, evidence: Evidence)] = []

    init(isOn: Bool) { self.isOn = isOn }

    static var off: EvidenceSink { EvidenceSink(isOn: false) }

    /// - Parameter weight: What the reason adds to its sub-score; 0 for neutral ones.
    @inline(__always)
    mutating func add(_ weight: Double, _ evidence: @autoclosure () -> Evidence) {
        if isOn { items.append((weight, evidence())) }
    }

    /// Strongest first; equal ones, and so the neutral ones, in the order in which they were found.
    func strongest(_ most: Int = Limits.evidencePerListingMax) -> [Evidence] {
        let order = items.indices.sorted {
            items[$0].weight != items[$1].weight ? items[$0].weight > items[$1].weight : $0 < $1
        }
        return order.prefix(most).map { items[$0].evidence }
    }

    /// The strongest reason with one of the codes: what an interaction repeats.
    func strongest(of codes: [EvidenceCode]) -> Evidence? {
        var best: (weight: Double, evidence: Evidence)?
        for item in items where codes.contains(item.evidence.code) {
            if item.weight > best?.weight ?? -1 { best = item }
        }
        return best?.evidence
    }
}
