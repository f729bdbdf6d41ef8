internal import Glibc
internal import KleanColumns
internal import KleanTransport

/// `job/run.log`: one JSON object per line and event, appended by every coordinator of the job.
final class RunLog {
    private let descriptor: Int32
    private let onEvent: @Sendable (RunEvent) -> Void

    init(path: String, onEvent: @escaping @Sendable (RunEvent) -> Void) throws(FileError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(path, "open the log") }
        self.onEvent = onEvent
    }

    deinit { close(descriptor) }

    func write(
        _ level: RunEvent.Level, _ name: String, _ fields: [(name: String, value: String)] = []
    ) {
        let event = RunEvent(level, name, fields)
        onEvent(event)
        var line =
            "{\"ms\":\(Machine.wallMilliseconds),\"level\":\"\(level.rawValue)\","
            + "\"event\":\"\(RunLog.escaped(name))\""
        for field in fields {
            line += ",\"\(RunLog.escaped(field.name))\":\"\(RunLog.escaped(field.value))\""
        }
        line += "}\n"
        // A log line that cannot be written must not end a run: a full disk is reported by the
        // commit that meets it.
        _ = line.utf8.withContiguousStorageIfAvailable { raw in
            Glibc.write(descriptor, raw.baseAddress, raw.count)
        }
    }

    /// Text inside a JSON string.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case _ where scalar.value < 32:
                escaped +=
                    "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
