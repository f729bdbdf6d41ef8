internal import Glibc

/// What the operating system says about this process, and its clocks.
package enum Machine {
    /// Milliseconds on a clock that never runs backward.
    package static var milliseconds: UInt64 { nanoseconds / 1_000_000 }

    /// Nanoseconds on the same clock.
    package static var nanoseconds: UInt64 { read(CLOCK_MONOTONIC) }

    /// Milliseconds since 1970-01-01 UTC.
    package static var wallMilliseconds: Int64 { Int64(read(CLOCK_REALTIME) / 1_000_000) }

    /// Blocks the calling thread for so long.
    package static func sleep(milliseconds: UInt32) { usleep(milliseconds * 1_000) }

    /// CPU nanoseconds of the calling thread.
    package static var threadNanoseconds: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The most memory this process ever had resident.
    package static var peakBytes: Int { usage.ru_maxrss * 1_024 }

    /// CPU seconds of all threads, in user code and in the kernel.
    package static var cpuSeconds: Double {
        let usage = usage
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
    }

    /// The memory that this process may use: of the machine, or less where its control group
    /// (version 2) says so.
    package static var memoryBytes: UInt64 {
        let machine =
            UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES))))
            * UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
        let group = line(of: "/proc/self/cgroup") { $0.hasPrefix("0::") }?.dropFirst(3) ?? ""
        let limit = line(of: "/sys/fs/cgroup\(group)/memory.max") { _ in true }.flatMap {
            UInt64($0)
        }
        return min(machine, limit ?? machine)
    }

    /// The first line of a small file that passes; `nil` if there is none.
    private static func line(of path: String, _ passes: (String) -> Bool) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [CChar](repeating: 0, count: 4_096)
        while fgets(&bytes, Int32(bytes.count), file) != nil {
            let text = String(
                decoding: bytes.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self)
            if passes(text) { return text }
        }
        return nil
    }

    private static var usage: rusage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage
    }

    package static var pid: Int { Int(getpid()) }

    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
