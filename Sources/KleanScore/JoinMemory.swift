internal import CKleanKernels
internal import Glibc
internal import KleanCore
internal import Synchronization

/// Zeroed bytes at a page boundary, in huge pages where the system has them: random reads over
/// megabytes cost twice as much in small pages. Freed with the last reference.
///
/// `@unchecked Sendable`: filled by its maker, read-only afterwards; scratch has one user at a
/// time.
final class JoinMemory: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    /// - Precondition: There is memory, as for any other allocation.
    init(byteCount: Int) {
        let hugePageBytes = 2 << 20
        let rounded = max(1, (byteCount + hugePageBytes - 1) / hugePageBytes) * hugePageBytes
        let start = mmap(
            nil, rounded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start, start != MAP_FAILED else { preconditionFailure("there is memory") }
        madvise(start, rounded, 14)  // MADV_HUGEPAGE, which Glibc's module does not name.
        bytes = UnsafeMutableRawBufferPointer(start: start, count: rounded)
    }

    deinit { munmap(bytes.baseAddress, bytes.count) }

    var start: UnsafeMutableRawPointer {
        guard let start = bytes.baseAddress else { preconditionFailure("never empty") }
        return start
    }
}

/// What a join needs beside its input: made once, used again by the next join.
final class JoinScratch: Sendable {
    /// Queries of one pass; more are joined in several.
    static let queriesMax = 1 << 20
    private static let pairsMax = 8_192

    let queryCapacity: Int
    private let memory: JoinMemory
    private let pairs: JoinMemory

    init(queryCapacity: Int) {
        self.queryCapacity = queryCapacity
        memory = JoinMemory(byteCount: kk_band_scratch_bytes(queryCapacity))
        pairs = JoinMemory(byteCount: JoinScratch.pairsMax * MemoryLayout<kk_pair>.stride)
    }

    /// For the C kernels; nothing in it needs to be kept between joins.
    var start: UnsafeMutableRawPointer { memory.start }

    var pairBuffer: UnsafeMutableBufferPointer<kk_pair> {
        UnsafeMutableBufferPointer(
            start: pairs.start.assumingMemoryBound(to: kk_pair.self), count: JoinScratch.pairsMax)
    }
}

/// Scratch that is not in use, one for each thread that ever joined at the same time.
final class JoinScratchPool: Sendable {
    private let free = Mutex<[JoinScratch]>([])

    /// Runs `body` with scratch for at least so many queries.
    func with<Result>(queries: Int, _ body: (JoinScratch) -> Result) -> Result {
        var capacity = 1 << 12
        while capacity < min(queries, JoinScratch.queriesMax) { capacity *= 2 }
        // What is too small is dropped: its successor serves the small joins, too.
        let found = free.withLock { $0.popLast() }.flatMap {
            $0.queryCapacity >= capacity ? $0 : nil
        }
        let scratch = found ?? JoinScratch(queryCapacity: capacity)
        defer { free.withLock { $0.append(scratch) } }
        return body(scratch)
    }
}
