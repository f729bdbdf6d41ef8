/// What people found out about listings, by external id.
///
/// | column | values |
/// |---|---|
/// | `id` | external id |
/// | `label` or `verdict` | `fake`, `1`, `true`; `genuine`, `0`, `false`; `unsure` is skipped |
/// | `weight` | optional: listings that this one stands for |
/// | `probability` | optional: with which it was drawn; the weight is 1 over it |
package struct LabelFile: Sendable, Equatable {
    package struct Label: Sendable, Equatable {
        package var isFake: Bool
        package var weight: Double

        package init(isFake: Bool, weight: Double = 1) {
            self.isFake = isFake
            self.weight = weight
        }
    }

    /// By id; looked up, never iterated.
    package private(set) var labels: [String: Label] = [:]
    /// Ids in file order.
    package private(set) var ids: [String] = []

    package init() {}

    /// - Throws: ``TreeError`` with the line.
    package init(parsing bytes: [UInt8], file: String) throws(TreeError) {
        var table = try DelimitedTable(bytes, file: file)
        let id = try table.required("id")
        let label = try table.required("label", "verdict")
        let weight = table.column("weight")
        let probability = table.column("probability")
        while let row = try table.next() {
            guard !row[id].isEmpty else { throw table.fault("id", "an id", "") }
            let isFake: Bool
            switch row[label].lowercased() {
            case "fake", "1", "true": isFake = true
            case "genuine", "0", "false": isFake = false
            case "unsure", "": continue
            default: throw table.fault("label", "fake, genuine or unsure", row[label])
            }
            var value = 1.0
            if let weight { value = try table.number(row, weight) }
            if let probability {
                let chance = try table.number(row, probability)
                guard chance > 0, chance <= 1 else {
                    throw table.fault("probability", "above 0, at most 1", row[probability])
                }
                value = 1 / chance
            }
            guard value > 0, value.isFinite else {
                throw table.fault("weight", "a number above 0", row[weight ?? id])
            }
            add(row[id], Label(isFake: isFake, weight: value))
        }
    }

    /// A later label of the same listing replaces the earlier one.
    package mutating func add(_ id: String, _ label: Label) {
        if labels.updateValue(label, forKey: id) == nil { ids.append(id) }
    }
}
