/// Numbers as people read them, the same on every machine and in every locale.
package enum NumberText {
    /// `1234567` as `1,234,567`.
    package static func count(_ value: some BinaryInteger) -> String {
        let digits = Array(String(value.magnitude).utf8)
        var text: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A decimal number with exactly `digits` (0 to 9) after the point, rounded half to even.
    package static func fixed(_ value: Double, digits: Int, grouped: Bool = false) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (value * scale).rounded(.toNearestOrEven)
        guard abs(scaled) < 9e18 else { return String(value) }
        let whole = Int64(scaled)
        let unit = Int64(scale)
        let units = (whole / unit).magnitude
        let sign = whole < 0 ? "-" : ""
        let head = grouped ? count(units) : String(units)
        guard digits > 0 else { return sign + head }
        let tail = String((whole % unit).magnitude)
        return sign + head + "." + String(repeating: "0", count: digits - tail.count) + tail
    }

    /// A share `0...1` as `12.3%`.
    package static func percent(_ share: Double, digits: Int = 1) -> String {
        fixed(share * 100, digits: digits) + "%"
    }

    /// Bytes in binary units with three significant digits: `1.50 GiB`.
    package static func bytes(_ value: UInt64) -> String {
        guard value >= 1024 else { return "\(value) B" }
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var amount = Double(value) / 1024
        var unit = 0
        while amount >= 1023.5, unit < units.count - 1 {
            amount /= 1024
            unit += 1
        }
        return fixed(amount, digits: amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0) + " "
            + units[unit]
    }

    /// A duration in the unit that suits it: `350 ms`, `12.3 s`, `4:05`, `2:03:09`, `3 d 04:00`.
    package static func duration(_ value: Duration) -> String {
        let seconds = seconds(value)
        if seconds < 1 { return fixed(seconds * 1000, digits: seconds < 0.01 ? 2 : 0) + " ms" }
        if seconds < 60 { return fixed(seconds, digits: 1) + " s" }
        let whole = Int64(seconds.rounded())
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        if hours >= 48 { return "\(hours / 24) d \(two(hours % 24)):\(two(minutes))" }
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }

    /// A speed: `812,345/s`, `12.5M/s` from ten million.
    package static func rate(_ perSecond: Double) -> String {
        if perSecond >= 1e7 { return fixed(perSecond / 1e6, digits: 1) + "M/s" }
        if perSecond >= 100 { return count(Int64(perSecond.rounded())) + "/s" }
        return fixed(perSecond, digits: 1) + "/s"
    }

    /// An amount of minor units in its currency's digits: `30,000`, `1,234.50`.
    ///
    /// - Parameter minorDigits: Decimal digits of the minor unit, `0...4`.
    package static func money(_ minor: Int64, minorDigits: Int) -> String {
        guard minorDigits > 0 else { return count(minor) }
        var unit: UInt64 = 1
        for _ in 0..<minorDigits { unit *= 10 }
        let tail = String(minor.magnitude % unit)
        return (minor < 0 ? "-" : "") + count(minor.magnitude / unit) + "."
            + String(repeating: "0", count: minorDigits - tail.count) + tail
    }

    /// Seconds with a fraction.
    package static func seconds(_ value: Duration) -> Double {
        let (seconds, attoseconds) = value.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
