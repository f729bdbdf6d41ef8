import Foundation
import KleanColumns

/// A Python process with pyarrow that turns CSV on its standard input into a Parquet file.
///
/// Found, or its absence explained; never linked. `KLEAN_PYTHON` names another interpreter than
/// `python3`. All columns are strings but the three counters, so that nothing is rounded.
final class ParquetChild {
    private let path: String
    private let temporary: String
    private let process = Process()
    private let input = Pipe()
    private let errors = Pipe()
    private var block: [UInt8] = []
    private var isDone = false

    private static let program = """
        import sys
        try:
            import pyarrow as pa, pyarrow.csv as pc, pyarrow.parquet as pq
        except ImportError as error:
            sys.exit("no pyarrow: %s" % error)
        counters = {"orders_90d", "refunds_90d", "complaints_90d"}
        names = sys.stdin.buffer.readline().decode().strip().split(",")
        types = {n: pa.int64() if n in counters else pa.string() for n in names}
        reader = pc.open_csv(sys.stdin.buffer,
            read_options=pc.ReadOptions(column_names=names, block_size=16 << 20),
            parse_options=pc.ParseOptions(newlines_in_values=True),
            convert_options=pc.ConvertOptions(column_types=types, null_values=[""],
                strings_can_be_null=False))
        with pq.ParquetWriter(sys.argv[1], reader.schema, compression="zstd") as out:
            for batch in reader:
                out.write_batch(batch)
        """

    /// - Throws: ``InspectionError/noParquet(tried:reason:)`` when no Python starts.
    init(_ path: String) throws {
        self.path = path
        let folder = FileSystem.parent(of: path)
        temporary = "\(folder)/.\(FileSystem.name(of: path)).\(getpid()).tmp"
        let python = ProcessInfo.processInfo.environment["KLEAN_PYTHON"] ?? "python3"
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [python, "-c", ParquetChild.program, temporary]
        process.standardInput = input
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        do { try process.run() } catch {
            throw InspectionError.noParquet(tried: python, reason: "\(error)")
        }
        try errors.fileHandleForWriting.close()
    }

    deinit {
        guard !isDone else { return }
        if process.isRunning { process.terminate() }
        unlink(temporary)
    }

    /// - Throws: ``InspectionError/noParquet(tried:reason:)`` with the child's words when it ended.
    func write(_ text: String) throws {
        block += text.utf8
        if block.count >= 1 << 20 { try flush() }
    }

    func commit() throws {
        try flush()
        try input.fileHandleForWriting.close()
        try expectSuccess()
        try ExportFile.settle(temporary, path)
        isDone = true
    }

    private func flush() throws {
        do { try input.fileHandleForWriting.write(contentsOf: Data(block)) } catch {
            // A broken pipe: the child ended and says why.
            try expectSuccess()
            throw error
        }
        block.removeAll(keepingCapacity: true)
    }

    private func expectSuccess() throws {
        let said = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus != 0 else { return }
        let lines = String(decoding: said, as: UTF8.self).split(separator: "\n")
        throw InspectionError.noParquet(
            tried: ProcessInfo.processInfo.environment["KLEAN_PYTHON"] ?? "python3",
            reason: lines.last.map(String.init) ?? "exit \(process.terminationStatus)")
    }
}
