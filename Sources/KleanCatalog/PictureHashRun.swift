package import KleanImage

/// Hashes many picture files on all processors and hands the results back in order.
package struct PictureHashRun: Sendable {
    package typealias Outcome = Result<HashedPicture, PictureRefusal>

    package var limits: PictureLimits
    package var threads: Int
    /// Logo regions are looked for, too.
    package var logos: Bool

    /// - Parameter threads: Working threads; the processors at hand unless said otherwise.
    package init(threads: Int? = nil, logos: Bool = false, limits: PictureLimits = .standard) {
        self.logos = logos
        self.threads = max(1, threads ?? availableProcessors())
        self.limits = limits
    }

    /// Files read ahead of the one whose turn it is, for each thread.
    private static let aheadPerThread = 8

    /// Calls `result` on this thread with each file's place and outcome, in the order of `paths`.
    ///
    /// - Parameter result: Returns false to end the run early.
    /// - Complexity: O(bytes + pixels); memory for one picture a thread.
    package func run(_ paths: [String], result: (Int, Outcome) throws -> Bool) rethrows {
        let pool = WorkPool(threads: min(threads, max(1, paths.count)))
        defer {
            pool.drop()
            pool.close()
        }
        let limits = limits
        let logos = logos
        var waiting: [Pending<Outcome>] = []
        var started = 0
        for place in paths.indices {
            while started < paths.count, waiting.count < threads * PictureHashRun.aheadPerThread {
                let path = paths[started]
                waiting.append(
                    pool.submit {
                        Outcome { () throws(PictureRefusal) in
                            try PictureFile.timedTransform(path, logos: logos, limits: limits)
                        }
                    })
                started += 1
            }
            guard try result(place, waiting.removeFirst().wait()) else { return }
        }
    }
}
