internal import Glibc

/// What standard output or standard error is connected to.
package struct Terminal: Sendable {
    /// The file descriptor: 1 or 2.
    package let descriptor: Int32

    package static let output = Terminal(descriptor: 1)
    package static let error = Terminal(descriptor: 2)

    /// Whether a person looks at it.
    package var isInteractive: Bool { isatty(descriptor) == 1 }

    /// Columns, 80 when unknown.
    package var width: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Redraws on a terminal, plain lines every five seconds elsewhere.
    package var progressStyle: ProgressDisplay.Style {
        isInteractive ? .redraw(width: width) : .lines(every: .seconds(5))
    }

    /// Writes all of a text. What a closed pipe swallows is dropped; other errors end the write
    /// and are returned as an errno.
    @discardableResult package func write(_ text: String) -> Int32? {
        var text = text
        return text.withUTF8 { bytes -> Int32? in
            var done = 0
            while done < bytes.count {
                guard let base = bytes.baseAddress else { return nil }
                let written = Glibc.write(descriptor, base + done, bytes.count - done)
                if written < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                done += written
            }
            return nil
        }
    }
}
