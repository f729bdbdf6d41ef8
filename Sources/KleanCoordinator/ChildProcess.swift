internal import Glibc
internal import KleanTransport

/// A worker process of ours. It ends when its standard input closes; the kernel closes the pipe
/// when this process ends, however it ends, so no child is ever left behind.
struct ChildProcess {
    /// How a child ended.
    struct Exit: Sendable {
        var slot: Int
        var pid: pid_t
        /// "exit 3", "signal 9".
        var status: String
        var isClean: Bool
        var peakBytes: Int
    }

    let pid: pid_t
    /// The writing end of its standard input; -1 once closed.
    private var input: Int32

    /// Starts a child in a process group of its own, so that a Ctrl-C meant for the coordinator
    /// does not reach it, with a clean signal state and the variables of `environment` changed
    /// (`nil` removes one).
    init(command: [String], environment: [String: String?]) throws(CoordinatorError) {
        var pipeEnds: [Int32] = [0, 0]
        guard pipe(&pipeEnds) == 0 else { throw ChildProcess.failure(command, errno) }
        _ = fcntl(pipeEnds[1], F_SETFD, FD_CLOEXEC)
        defer { close(pipeEnds[0]) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipeEnds[0], 0)
        posix_spawn_file_actions_addclose(&actions, pipeEnds[0])

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var arguments = command.map { strdup($0) } + [nil]
        var variables = ChildProcess.variables(environment).map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var started: pid_t = 0
        let status = posix_spawn(
            &started, command[0], &actions, &attributes, &arguments, &variables)
        guard status == 0 else {
            close(pipeEnds[1])
            throw ChildProcess.failure(command, status)
        }
        pid = started
        input = pipeEnds[1]
    }

    /// Asks the child to end.
    mutating func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    func kill() { _ = Glibc.kill(pid, SIGKILL) }

    /// Blocks until the child has ended.
    static func wait(slot: Int, pid: pid_t) -> Exit {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
        let signal = status & 0x7F
        let code = (status >> 8) & 0xFF
        return Exit(
            slot: slot, pid: pid, status: signal == 0 ? "exit \(code)" : "signal \(signal)",
            isClean: signal == 0 && code == 0, peakBytes: usage.ru_maxrss * 1_024)
    }

    private static func variables(_ changes: [String: String?]) -> [String] {
        var texts: [String] = []
        var place = environ
        while let text = place.pointee {
            let text = String(cString: text)
            let name = String(text.prefix { $0 != "=" })
            if changes[name] == nil { texts.append(text) }
            place += 1
        }
        for name in changes.keys.sorted() {
            if let value = changes[name] ?? nil { texts.append("\(name)=\(value)") }
        }
        return texts
    }

    private static func failure(_ command: [String], _ code: Int32) -> CoordinatorError {
        .spawn(
            command: command.joined(separator: " "), detail: String(cString: strerror(code)))
    }
}
