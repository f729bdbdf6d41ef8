internal import Glibc

/// Days in UTC, for notes that people keep; nothing that a scan computes depends on them.
enum Today {
    /// `2026-11-24`.
    static var text: String { text(Int64(time(nil))) }

    /// The day of a moment, in seconds since 1970.
    static func text(_ moment: Int64) -> String {
        var moment = time_t(moment)
        var parts = tm()
        gmtime_r(&moment, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }
}
