import KleanCore

/// Reads of single fields; a wrong one adds a fault and gives `nil`.
extension SourceTable.Row {
    /// The case whose name stands in the field.
    func choice<Value: CaseIterable>(
        _ column: Int, _ field: String, _ name: (Value) -> String, _ faults: inout FaultList
    ) -> Value? {
        let text = text(column)
        if let value = Value.allCases.first(where: { name($0) == text }) { return value }
        let names = Value.allCases.map(name).joined(separator: ", ")
        faults.add(file, line, field, expected: "one of \(names)", found: text)
        return nil
    }

    /// A key: lower-case letters, digits and hyphens.
    func key(_ column: Int, _ field: String, _ faults: inout FaultList) -> String? {
        let text = text(column)
        let isKey = text.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
        }
        if isKey, !text.isEmpty { return text }
        faults.add(file, line, field, expected: "a-z, 0-9 and hyphens", found: text)
        return nil
    }

    /// A whole number within `range`.
    func integer(
        _ column: Int, _ field: String, _ range: ClosedRange<Int64>, _ faults: inout FaultList
    ) -> Int64? {
        let text = text(column)
        if let value = Int64(text), range.contains(value) { return value }
        let wanted = "a whole number \(range.lowerBound) to \(range.upperBound)"
        faults.add(file, line, field, expected: wanted, found: text)
        return nil
    }

    /// A decimal number within `range`.
    func decimal(
        _ column: Int, _ field: String, _ range: ClosedRange<Double>, _ faults: inout FaultList
    ) -> Double? {
        let text = text(column)
        if let value = Double(plainDecimal: text), range.contains(value) { return value }
        let wanted = "a number \(range.lowerBound) to \(range.upperBound)"
        faults.add(file, line, field, expected: wanted, found: text)
        return nil
    }

    /// A decimal above 0 with at most six places, in millionths.
    func millionths(_ column: Int, _ field: String, _ faults: inout FaultList) -> Int64? {
        let text = text(column)
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let digits = text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
        if digits, (1...2).contains(parts.count), !parts[0].isEmpty {
            let places = parts.count == 2 ? String(parts[1]) : "0"
            if !places.isEmpty, places.count <= 6 {
                let padded = places + String(repeating: "0", count: 6 - places.count)
                if let value = Int64(parts[0] + padded), value > 0 { return value }
            }
        }
        let wanted = "a number above 0 with at most 6 decimal places"
        faults.add(file, line, field, expected: wanted, found: text)
        return nil
    }

    /// A day: `2026-06-01`.
    func day(_ column: Int, _ field: String, _ faults: inout FaultList) -> String? {
        let text = text(column)
        if isDay(text) { return text }
        faults.add(file, line, field, expected: "a day such as 2026-06-01", found: text)
        return nil
    }

    /// Product domains, separated by commas.
    func domains(_ column: Int, _ field: String, _ faults: inout FaultList) -> ProductDomains {
        var domains: ProductDomains = []
        for part in text(column).split(separator: ",") {
            let name = SourceTable.trimmed(part)
            if let domain = ProductDomains(name: name) {
                domains.insert(domain)
            } else {
                let names = ProductDomains.names.joined(separator: ", ")
                faults.add(file, line, field, expected: "some of \(names)", found: name)
            }
        }
        return domains
    }
}

/// Whether `text` is a day of the calendar in ISO 8601.
func isDay(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
        let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
        text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
}

extension Double {
    /// Digits, sign, point and exponent only: no `inf`, `nan` or hexadecimal.
    init?(plainDecimal text: String) {
        let allowed = Set("0123456789+-.eE".utf8)
        guard !text.isEmpty, text.utf8.allSatisfy({ allowed.contains($0) }),
            let value = Double(text), value.isFinite
        else { return nil }
        self = value
    }
}
