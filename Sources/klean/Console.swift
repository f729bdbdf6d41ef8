internal import Glibc
import KleanConsole

/// Where klean writes: results to standard output, everything else to standard error.
enum Console {
    static func output(_ text: String) { write(text, to: 1) }
    static func error(_ text: String) { write(text, to: 2) }

    /// A reader that went away (`klean top | head`) ends the writing, not in an error.
    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno != EINTR {
                return
            }
        }
    }
}

/// Draws progress on standard error; may be called from any one thread.
struct ProgressLine {
    private var display = ProgressDisplay(Terminal.error.progressStyle)
    private let start = ContinuousClock.now

    mutating func update(_ progress: Progress) {
        if let text = display.update(progress, now: ContinuousClock.now - start) {
            Console.error(text)
        }
    }

    mutating func finish() { Console.error(display.finish()) }
}

/// Ends the process with one of our codes.
func leave(_ code: ExitCode) -> Never { exit(code.rawValue) }
