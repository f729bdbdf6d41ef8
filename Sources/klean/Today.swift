internal import Glibc

/// The day it is, for notes that people keep; nothing that a scan computes depends on it.
enum Today {
    /// `2026-11-24`, in UTC.
    static var text: String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }
}
