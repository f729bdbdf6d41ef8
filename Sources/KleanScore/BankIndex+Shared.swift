internal import KleanColumns
package import KleanCore
package import KleanModel

extension BankIndex {
    /// Below so many bytes every worker lays the banks out for itself: it takes a fraction of a
    /// second, and there is no file to keep.
    package static let privateBytesMax = 64 << 20

    /// Takes a model's index from `folder`, where all workers of a host share it; builds it there
    /// if it is missing or not as it should be. Small indexes are built in memory.
    ///
    /// - Parameter note: Told what a person should know: that a damaged file was replaced, or that
    ///   the folder cannot be used and each worker holds its own. The pairs are the same.
    package static func shared(
        _ table: BankTable, model: Digest, folder: String, plan: BankPlan? = nil,
        privateBytesMax: Int = BankIndex.privateBytesMax, kernels: Kernels,
        note: (String) -> Void
    ) -> BankIndex {
        let plan = plan ?? BankPlan(table)
        for part in plan.parts where part.layout != part.fastest { note(part.line) }
        let shared = plan.parts.reduce(0) { $0 + ($1.layout == .bruteForce ? 0 : $1.byteCount) }
        guard shared > privateBytesMax else {
            return BankIndex(table, plan: plan, kernels: kernels)
        }
        let path = "\(folder)/\(BankIndexFile.name(model))"
        do throws(BankIndexError) {
            let file: BankIndexFile
            do throws(BankIndexError) {
                file = try BankIndexFile(path, model: model, plan: plan)
            } catch {
                if case .file(let error) = error, error.reason == .notFound {
                    note("building \(path), \(shared >> 20) MiB")
                } else {
                    note("\(error); building it again")
                }
                try write(table, path, model, plan, kernels)
                file = try BankIndexFile(path, model: model, plan: plan)
            }
            return BankIndex(table, plan: plan, file: file, kernels: kernels)
        } catch {
            note("\(error); holding the bank index in memory, \(shared >> 20) MiB")
            return BankIndex(table, plan: plan, kernels: kernels)
        }
    }

    private static func write(
        _ table: BankTable, _ path: String, _ model: Digest, _ plan: BankPlan, _ kernels: Kernels
    ) throws(BankIndexError) {
        do {
            try FileSystem.createDirectory(FileSystem.parent(of: path))
        } catch {
            throw .file(error)
        }
        try BankIndexFile.write(path, model: model, plan: plan) { number, memory in
            let part = plan.parts[number]
            guard let layout = part.layout.bands else { return }
            part.hashes(table).withUnsafeBufferPointer {
                kernels.buildBands($0, layout, at: memory)
            }
        }
    }
}
