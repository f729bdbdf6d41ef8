import KleanConsole
import KleanTransport

/// Times as on-call reads them.
enum Clock {
    static var now: Int64 { Machine.wallMilliseconds }

    /// `14:03:09`, UTC.
    static func time(_ ms: Int64) -> Table.Cell {
        guard ms > 0 else { return .missing }
        let day = ms / 1_000 % 86_400
        let text = [day / 3_600, day / 60 % 60, day % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: ":")
        return .shown(.integer(ms), as: text)
    }

    /// `3.2 s`.
    static func duration(_ ms: Int64) -> Table.Cell {
        let tenths = max(0, ms) / 100
        return .shown(.integer(max(0, ms)), as: "\(tenths / 10).\(tenths % 10) s")
    }

    static func ago(_ ms: Int64) -> Table.Cell { ms > 0 ? duration(now - ms) : .missing }
}
