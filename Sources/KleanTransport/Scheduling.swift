internal import Glibc

/// libzmq gives its threads the scheduling that the process has, and aborts the process where a
/// filter of system calls forbids that. So what it will do is tried before its threads start.
enum Scheduling {
    /// - Throws: ``TransportError/system(action:code:detail:)`` where libzmq would abort.
    static func require() throws(TransportError) {
        var policy: Int32 = 0
        var parameters = sched_param()
        var code = pthread_getschedparam(pthread_self(), &policy, &parameters)
        if code == 0 { code = pthread_setschedparam(pthread_self(), policy, &parameters) }
        guard code == 0 else {
            throw .system(
                action: "set the scheduling of threads, as libzmq must (a filter of system calls "
                    + "has to allow sched_setscheduler)",
                code: code, detail: String(cString: strerror(code)))
        }
    }
}
