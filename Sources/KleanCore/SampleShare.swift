/// A part of a catalog, drawn by a hash of the external id: the same listings in every snapshot,
/// however they are packed, and a smaller share within a larger one.
package struct SampleShare: Equatable, Hashable, Sendable {
    /// `1...999_999`
    package let partsPerMillion: UInt32

    /// - Returns: `nil` outside `1...999_999`.
    package init?(partsPerMillion: UInt32) {
        guard (1...999_999).contains(partsPerMillion) else { return nil }
        self.partsPerMillion = partsPerMillion
    }

    /// Reads a percentage of up to four decimals: `1%`, `0.05%`.
    ///
    /// - Returns: `nil` for anything else, and for none or all.
    package init?(_ text: String) {
        guard text.last == "%" else { return nil }
        let parts = text.dropLast().split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? parts[1] : "0"
        let digits = decimals.utf8.count
        guard let first = parts.first, (1...3).contains(first.utf8.count), (1...4).contains(digits),
            (first + decimals).utf8.allSatisfy({ (48...57).contains($0) }),
            let whole = UInt32(first), var fraction = UInt32(decimals)
        else { return nil }
        for _ in digits..<4 { fraction *= 10 }
        self.init(partsPerMillion: whole * 10_000 + fraction)
    }

    /// As a person writes it: `1%`.
    package var text: String {
        var decimals = String(partsPerMillion % 10_000 + 10_000).dropFirst()
        while decimals.last == "0" { decimals = decimals.dropLast() }
        let whole = String(partsPerMillion / 10_000)
        return decimals.isEmpty ? whole + "%" : whole + "." + decimals + "%"
    }

    /// Whether the listing with this id is in the sample.
    package func contains(_ id: some Sequence<UInt8>) -> Bool {
        let hash = Fingerprint.mix(Fingerprint.of(id) ^ 0x6B6C_6561_6E20_3125)
        return hash.multipliedFullWidth(by: 1_000_000).high < UInt64(partsPerMillion)
    }
}
