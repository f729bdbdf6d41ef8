import KleanCore
import KleanModel
import KleanScore
import Testing

/// What a bank is laid out as follows from its size, its radius and the memory it may take.
@Suite struct BankPlanTests {
    @Test(arguments: [
        (1, BankLayout.bruteForce), (128, .bruteForce), (129, .ring), (50_000, .ring),
        (50_001, .partition), (200_000, .partition), (200_001, .batch), (10_000_000, .batch),
    ])
    func sizeDecides(_ entries: Int, _ layout: BankLayout) {
        #expect(BankLayout.fastest(entries: entries, radiusBits: 31) == layout)
        #expect(BankLayout.fastest(entries: entries, radiusBits: 32) == .bruteForce)
    }

    @Test func memoryGivesWayAndSaysSo() throws {
        let set = HashSet(rows: 2_000, queries: 0, seed: 1)
        let table = set.table(radius: 31)
        let whole = try #require(BankPlan(table).parts.first)
        #expect(whole.layout == .ring && whole.fastest == .ring)
        #expect(!whole.line.contains("needs"))
        let batchBytes = BankLayout.batch.byteCount(entries: 2_000)
        let tight = try #require(BankPlan(table, bytesMax: batchBytes).parts.first)
        #expect(tight.layout == .batch && tight.fastest == .ring)
        #expect(tight.line.contains("ring, the fastest, needs"))
        let least = try #require(BankPlan(table, bytesMax: batchBytes - 1).parts.first)
        #expect(least.layout == .bruteForce && least.fastest == .ring)
    }

    /// The bound holds for all parts together, in bank order.
    @Test func partsShareTheMemory() {
        var table = HashSet(rows: 1_000, queries: 0, seed: 2).table(radius: 31)
        var logos = table.banks[0]
        table.banks[0].entries = 0..<500
        logos.entries = 500..<1_000
        logos.target = .logo
        table.banks.append(logos)
        let ringBytes = BankLayout.ring.byteCount(entries: 500)
        let plan = BankPlan(table, bytesMax: ringBytes)
        #expect(plan.parts.map(\.layout) == [.ring, .bruteForce])
        #expect(plan.byteCount > ringBytes, "brute force is the least there is")
    }
}
