package import KleanColumns
import KleanCore

/// A catalog file with what its user says of it.
package struct PackInput: Equatable, Sendable {
    /// A file, a pattern, `-`, or `ARCHIVE::PATTERN`.
    package var path: String
    package var mapping: Mapping
    /// Mappings for sources of certain names; the first that matches is taken instead.
    package var special: [SpecialMapping]

    package init(path: String, mapping: Mapping = Mapping(), special: [SpecialMapping] = []) {
        self.path = path
        self.mapping = mapping
        self.special = special
    }

    /// What holds for one of its texts.
    func mapping(for source: OpenInput) -> Mapping {
        special.first { $0.matches(source.path) || $0.matches(source.fileName) }?.mapping
            ?? mapping
    }
}

/// What becomes of rows whose id another row of the same pack has.
package enum RepeatedIDPolicy: String, CaseIterable, Sendable {
    /// All stay; an id then names the last of them.
    case keep
    /// The last row supersedes those before it.
    case last
    /// The pack ends without a trace.
    case fail
}

/// Catalog files into a store, in one transaction: everything or nothing.
///
/// One thread reads and cuts blocks, all others parse and compress. The store depends on the input
/// alone: not on threads, blocks or timing. Memory is bounded by
/// `CatalogLimits.smallCatalogBytesMax` of held rows, as much again in each chunk that is being
/// compressed, and `blocksPerThreadMax` blocks for each thread.
package struct PackJob: Sendable {
    package var inputs: [PackInput]
    package var store: String
    /// Adds to an existing store; a missing one is made.
    package var isAppend = false
    package var repeatedIDs = RepeatedIDPolicy.last
    /// Forces the rows of each chunk; small catalogs are else cut into several even ones.
    package var rowsPerChunk: Int?
    package var effort = CompressionEffort.high
    /// Working threads; the processors at hand unless said otherwise.
    package var threads: Int?
    /// For tests: bytes read at a time, and held while a catalog counts as small.
    package var blockBytes = CatalogLimits.blockBytes
    package var smallBytesMax = CatalogLimits.smallCatalogBytesMax

    package init(inputs: [PackInput], store: String) {
        self.inputs = inputs
        self.store = store
    }

    /// Packs. On any error the store is what it was before.
    ///
    /// - Parameters:
    ///   - progress: After each block, on the calling thread.
    ///   - isCancelled: Asked after each block; true ends the pack without a trace.
    package func run(
        progress: (PackProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws(CatalogError) -> PackReport {
        guard !inputs.isEmpty else { throw .noInputs }
        var job = self
        job.inputs = []
        for input in inputs {
            for path in try InputPattern.expand(input.path) {
                var one = input
                one.path = path
                job.inputs.append(one)
            }
        }
        return try job.runExpanded(progress, isCancelled)
    }

    private func runExpanded(_ progress: (PackProgress) -> Void, _ isCancelled: () -> Bool)
        throws(CatalogError) -> PackReport
    {
        let names = sourceNames()
        // Every file is looked at before the store is touched.
        for (input, name) in zip(inputs, names) { try check(input, name) }
        let writer = isAppend ? try StoreWriter.append(store) : try StoreWriter.create(store)
        let pool = WorkPool(threads: max(1, threads ?? availableProcessors()))
        do {
            var run = try PackRun(job: self, writer: writer, pool: pool)
            for (input, name) in zip(inputs, names) {
                try run.pack(input, name: name, progress, isCancelled)
            }
            let report = try run.finish()
            pool.close()
            return report
        } catch {
            pool.drop()
            pool.close()
            try writer.abandon()
            throw error
        }
    }

    /// What can be read twice is looked at once for its faults; pipes and archives come as they
    /// are.
    private func check(_ input: PackInput, _ name: String) throws(CatalogError) {
        guard !InputReader.isPipe(input.path) else { return }
        let reader = try InputReader(input.path)
        guard reader.isRegular, !reader.isArchive, !reader.isTable,
            let source = try reader.next()
        else { return }
        _ = try SourceProbe.open(source, name: name, mapping: input.mapping(for: source))
    }

    /// Rows without an id are named after their file; two files of one name by their paths.
    private func sourceNames() -> [String] {
        let names = inputs.map { input in
            input.path == FileStream.standardInput
                ? "stdin" : InputReader.base(InputReader.split(input.path).file)
        }
        return zip(names, inputs).map { name, input in
            names.count { $0 == name } > 1 ? input.path : name
        }
    }
}
