#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What another program writes to its standard output. Its failure is an error at the end of the
/// stream, with the last thing that it said.
final class ChildStream: ByteStream {
    let path: String
    let isPlain = false
    let size: UInt64
    private let tool: String
    private let process: pid_t
    private let output: Int32
    private let complaints: Int32
    private var status: Int32?
    private(set) var consumed: UInt64 = 0

    /// Bytes of complaints that are read.
    private static let complaintBytesMax = 4_096

    /// - Parameters:
    ///   - arguments: The program, looked up in PATH, and its arguments.
    ///   - path: The file that it reads: what errors name.
    ///   - size: Of that file; progress within it is not known.
    init(_ arguments: [String], path: String, size: UInt64) throws(CatalogError) {
        self.path = path
        self.size = size
        tool = arguments[0]
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw .toolFailed(file: path, tool: tool, reason: systemError(errno))
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        complaints = ChildStream.unnamedFile()
        output = ends[0]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        if complaints >= 0 { posix_spawn_file_actions_adddup2(&actions, complaints, 2) }
        defer { posix_spawn_file_actions_destroy(&actions) }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var started = pid_t()
        let code = posix_spawnp(&started, arguments[0], &actions, nil, words, environ)
        process = started
        close(ends[1])
        guard code == 0 else {
            status = 0
            throw .toolFailed(file: path, tool: tool, reason: systemError(code))
        }
    }

    deinit {
        close(output)
        if status == nil {
            kill(process, SIGTERM)
            _ = wait()
        }
        if complaints >= 0 { close(complaints) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CatalogError) -> Int {
        let filled = try readFully(output, into: buffer, path)
        if filled < buffer.count {
            let code = exitCode()
            guard code == 0 else {
                throw .toolFailed(file: path, tool: tool, reason: lastComplaint(code))
            }
            consumed = size
        }
        return filled
    }

    /// How it ended: its exit code, or 128 and the signal.
    func exitCode() -> Int32 {
        let status = self.status ?? wait()
        self.status = status
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    private func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }

    private func lastComplaint(_ code: Int32) -> String {
        guard complaints >= 0 else { return "exit code \(code)" }
        let start = max(0, Int(lseek(complaints, 0, SEEK_END)) - ChildStream.complaintBytesMax)
        var text = [UInt8](repeating: 0, count: ChildStream.complaintBytesMax)
        let count = pread(complaints, &text, text.count, off_t(start))
        let lines = String(decoding: text.prefix(max(0, count)), as: UTF8.self)
            .split(whereSeparator: \.isNewline)
        return lines.last.map(String.init) ?? "exit code \(code)"
    }

    /// A file that vanishes when it is closed; -1 when none can be made.
    private static func unnamedFile() -> Int32 {
        var name = Array("/tmp/klean-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        if descriptor >= 0 {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            unlink(name)
        }
        return descriptor
    }
}
