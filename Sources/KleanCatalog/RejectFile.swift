import KleanColumns

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The file of rejected records while it is written: streamed, so it may be longer than memory.
package final class RejectFile {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Starts a file with what an earlier one holds.
    init(_ path: String, after earlier: String?) throws(CatalogError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CatalogError(writing: FileError(path, "create")) }
        guard let earlier else { return }
        let source = try ByteSource(path: earlier)
        var block: [UInt8] = []
        while try source.read(1 << 20, onto: &block) > 0 {
            try write(block)
            block.removeAll(keepingCapacity: true)
        }
    }

    deinit { close(descriptor) }

    /// Adds one line.
    package func append(_ reject: Reject) throws(CatalogError) {
        buffer += reject.jsonLine
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Makes everything durable.
    package func finish() throws(CatalogError) {
        try flush()
        guard fsync(descriptor) == 0 else {
            throw CatalogError(writing: FileError(path, "flush"))
        }
    }

    private func flush() throws(CatalogError) {
        try write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: [UInt8]) throws(CatalogError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                writeOnce(descriptor, raw.baseAddress.map { $0 + done }, raw.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw CatalogError(writing: FileError(path, "write"))
            }
            done += count
        }
    }
}

private func writeOnce(_ descriptor: Int32, _ pointer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, pointer, count)
}
