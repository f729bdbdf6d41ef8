import KleanCatalog
package import KleanCore

/// Which entries of the ranking to show. Unset parts let everything pass; set parts must all hold.
package struct EntryFilter: Sendable, Equatable {
    /// The brand field, or the brand that the evidence speaks of, in any of its names.
    package var brand: String?
    /// Part of the category text.
    package var category: String?
    /// The seller's name.
    package var seller: String?
    /// Entries with evidence of any of these.
    package var reasons: Set<EvidenceCode> = []

    package init() {}

    package var isEmpty: Bool {
        brand == nil && category == nil && seller == nil && reasons.isEmpty
    }
}

extension RankingColumns {
    /// Places in the ranking (0 for the first) that pass a filter, best first, at most `limit`.
    ///
    /// Letters A to Z match in either case.
    package func matching(_ filter: EntryFilter, labels: IndexLabels, limit: Int) -> [Int] {
        let brands = filter.brand.map { wanted in
            accepted(brand) { equals($0, wanted) }
                .union(named(wanted, labels))
        }
        let categories = filter.category.map { wanted in
            accepted(category) { contains($0, wanted) }
        }
        let sellers = filter.seller.map { wanted in
            accepted(seller) { equals($0, wanted) }
        }
        let mask = mask(filter.reasons)
        var found: [Int] = []
        for place in 0..<count {
            if found.count >= limit { break }
            if !filter.reasons.isEmpty, reasons[place] & mask == 0 { continue }
            if let brands, !brands.has(text: brand.codes[place]),
                !brands.has(number: claimedBrands[place])
            {
                continue
            }
            if let categories, !categories.has(text: category.codes[place]) { continue }
            if let sellers, !sellers.has(text: seller.codes[place]) { continue }
            found.append(place)
        }
        return found
    }

    /// Dictionary codes, and brand numbers, that pass.
    private struct Accepted {
        var codes: [Bool]
        var numbers: Set<UInt32> = []

        func has(text code: UInt32) -> Bool { code < codes.count && codes[Int(code)] }
        func has(number: UInt32) -> Bool { numbers.contains(number) }

        func union(_ more: Set<UInt32>) -> Accepted {
            var all = self
            all.numbers.formUnion(more)
            return all
        }
    }

    private func accepted(
        _ column: DictionaryColumn, _ passes: (ArraySlice<UInt8>) -> Bool
    ) -> Accepted {
        Accepted(codes: (0..<column.values.count).map { passes(column.values[$0]) })
    }

    private func named(_ wanted: String, _ labels: IndexLabels) -> Set<UInt32> {
        var numbers: Set<UInt32> = []
        for (number, label) in zip(labels.brands.numbers, labels.brands.values)
        where [label.key, label.korean, label.english].contains(where: {
            equals(Array($0.utf8)[...], wanted)
        }) {
            numbers.insert(number)
        }
        return numbers
    }
}

/// ASCII letters in lower case, other bytes as they are.
private func lowered(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 32 : byte }

private func equals(_ text: ArraySlice<UInt8>, _ wanted: String) -> Bool {
    text.count == wanted.utf8.count
        && zip(text, wanted.utf8).allSatisfy { lowered($0) == lowered($1) }
}

private func contains(_ text: ArraySlice<UInt8>, _ wanted: String) -> Bool {
    let wanted = wanted.utf8.map(lowered)
    guard !wanted.isEmpty, text.count >= wanted.count else { return wanted.isEmpty }
    return (text.startIndex...text.endIndex - wanted.count).contains { start in
        zip(text[start...], wanted).allSatisfy { lowered($0) == $1 }
    }
}
