import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import Testing

/// A folder that vanishes with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "klean-catalog-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: file(name)))
        return file(name)
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}

/// The shared real catalogs, read where they lie and never copied.
enum Shared {
    static let folder: String =
        ProcessInfo.processInfo.environment["KLEAN_SHARED"]
        ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "../shared").path

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder + "/data/catalogs") }

    static func path(_ name: String) -> String { "\(folder)/data/\(name)" }
}

/// A pack that compresses fast, with what a test wants to vary.
func pack(
    _ paths: [String], into store: String, append: Bool = false, threads: Int = 2,
    map: String = "", currency: Currency = .missing, rowsPerChunk: Int? = nil,
    blockBytes: Int? = nil, smallBytesMax: Int? = nil, repeatedIDs: RepeatedIDPolicy = .last
) throws -> PackReport {
    var mapping = Mapping()
    try mapping.add(map)
    mapping.currency = currency
    var job = PackJob(inputs: paths.map { PackInput(path: $0, mapping: mapping) }, store: store)
    job.isAppend = append
    job.repeatedIDs = repeatedIDs
    job.threads = threads
    job.effort = .fast
    job.rowsPerChunk = rowsPerChunk
    if let blockBytes { job.blockBytes = blockBytes }
    if let smallBytesMax { job.smallBytesMax = smallBytesMax }
    return try job.run()
}

/// Every live listing of a store, in catalog order.
func listings(_ path: String) throws -> [Listing] {
    let store = try Store(path: path)
    var all: [Listing] = []
    for chunk in store.manifest.chunks.indices {
        let hot = try store.hotColumns(chunk)
        let cold = try store.coldColumns(chunk)
        for row in 0..<hot.rowCount where !store.tombstones.contains(chunk: chunk, row: row) {
            all.append(Listing(hot: hot, cold: cold, row: row))
        }
    }
    return all
}

func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The bytes of a text in another encoding, by the C library.
func encode(_ text: String, _ name: String) throws -> [UInt8] {
    let descriptor = try #require(iconv_open(name, "UTF-8"))
    defer { iconv_close(descriptor) }
    var input = Array(text.utf8)
    var output = [UInt8](repeating: 0, count: input.count * 4)
    var left = output.count
    var inputLeft = input.count
    input.withUnsafeMutableBytes { source in
        output.withUnsafeMutableBytes { target in
            var from = source.baseAddress?.assumingMemoryBound(to: CChar.self)
            var to = target.baseAddress?.assumingMemoryBound(to: CChar.self)
            _ = iconv(descriptor, &from, &inputLeft, &to, &left)
        }
    }
    try #require(inputLeft == 0)
    return Array(output[..<(output.count - left)])
}
