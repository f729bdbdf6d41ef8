package import KleanCore

/// Rounds numbers for a screen so that what the reader adds up is what the total says.
package enum ExactSum {
    /// Values and their sum in units of `10^-digits`; each is off by less than one unit, and the
    /// rounded values add up to the rounded sum (largest remainder; ties to the earlier one).
    ///
    /// - Parameter digits: `0...4`.
    package static func rounded(_ values: [Fixed], digits: Int) -> (values: [Int64], total: Int64) {
        var unit: Int64 = 1
        for _ in 0..<digits { unit *= 10 }
        let scaled = values.map { Int64($0.raw) * unit }
        // Arithmetic shift: floor, also below zero.
        var floors = scaled.map { $0 >> 16 }
        let sum = scaled.reduce(0, +)
        let total = (sum + 32_768) >> 16
        var missing = Int(total - floors.reduce(0, +))
        let order = scaled.indices.sorted { left, right in
            let (a, b) = (scaled[left] & 65_535, scaled[right] & 65_535)
            return a != b ? a > b : left < right
        }
        for index in order where missing > 0 {
            floors[index] += 1
            missing -= 1
        }
        return (floors, total)
    }

    /// `+1.234`, `−0.050`, `0.000` from units of `10^-digits`.
    package static func text(_ units: Int64, digits: Int) -> String {
        var unit: UInt64 = 1
        for _ in 0..<digits { unit *= 10 }
        let tail = String(units.magnitude % unit)
        let zeros = String(repeating: "0", count: max(0, digits - tail.count))
        let sign = units < 0 ? "−" : units > 0 ? "+" : ""
        return sign + String(units.magnitude / unit) + (digits > 0 ? "." + zeros + tail : "")
    }
}
