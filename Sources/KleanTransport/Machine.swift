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
