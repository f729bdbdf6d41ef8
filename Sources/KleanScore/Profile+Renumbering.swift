import KleanCore
package import KleanModel

extension Profile {
    /// The same findings in the numbers of another model. What the other model has no name for, a
    /// brand's price cell or a flooding bank entry, is left out.
    ///
    /// - Complexity: O(cells log cells), and O(bank entries) if any entry floods.
    package func renumbered(from old: Model, to new: Model) -> Profile {
        var profile = self
        profile.modelDigest = new.digest
        let brands = BrandNumbers(from: old.brands, to: new.brands)
        if !brands.isIdentity { profile.cells = cells.renumbered(brands) }
        if !floodEntries.isEmpty, old.banks.hashes != new.banks.hashes {
            var places: [Hash256: UInt32] = [:]
            for (entry, hash) in new.banks.hashes.enumerated() { places[hash] = UInt32(entry) }
            let found = zip(floodEntries, floodCounts).compactMap { entry, count in
                places[old.banks.hashes[Int(entry)]].map { (entry: $0, count: count) }
            }.sorted { $0.entry < $1.entry }
            profile.floodEntries = found.map(\.entry)
            profile.floodCounts = found.map(\.count)
        }
        return profile
    }
}

extension CellTable {
    fileprivate func renumbered(_ numbers: BrandNumbers) -> CellTable {
        var order: [(key: UInt64, row: Int, brand: UInt32)] = []
        for row in keys.indices {
            let brand = numbers[brands[row]]
            guard brand != Missing.uint32 else { continue }
            let key = CellKey.of(
                brand: brand, category: categories[row], condition: conditions[row])
            order.append((key, row, brand))
        }
        order.sort { $0.key < $1.key }
        var table = CellTable()
        table.keys = order.map(\.key)
        table.brands = order.map(\.brand)
        table.categories = order.map { categories[$0.row] }
        table.conditions = order.map { conditions[$0.row] }
        table.levels = order.map { levels[$0.row] }
        table.medians = order.map { medians[$0.row] }
        table.scales = order.map { scales[$0.row] }
        table.votes = order.map { votes[$0.row] }
        table.listings = order.map { listings[$0.row] }
        table.flags = order.map { flags[$0.row] }
        return table
    }
}
