import KleanCatalog
import KleanColumns
import KleanConsole
import KleanImage

/// What `klean pack --images` says at its end of the pictures that rows named.
struct PictureReport {
    private let tally: PictureShelf.Tally
    private let notes: [String]

    /// Closes the shelf, which keeps its hashes for the next pack.
    init(_ shelf: PictureShelf) {
        tally = shelf.tally
        notes = shelf.close()
    }

    /// Failures that occurred, with their numbers.
    private var failures: [(reason: PictureFailure, count: Int)] {
        zip(PictureFailure.allCases, tally.failures).filter { $0.1 > 0 }
            .map { (reason: $0.0, count: $0.1) }
    }

    var text: String {
        var table = Table([
            .init("pictures", key: "what"), .init("number", key: "number", isRight: true),
        ])
        func add(_ name: String, _ count: Int) {
            table.append([.text(name), .integer(Int64(count))])
        }
        add("hashed now", tally.hashed)
        add("hashed before", tally.known)
        if tally.plain > 0 { add("of these too plain to match", tally.plain) }
        for failure in failures { add("no hash: \(failure.reason)", failure.count) }
        return table.rendered(.table) + notes.map { $0 + "\n" }.joined()
    }

    var json: JSON {
        .object([
            ("hashed", .integer(UInt64(tally.hashed))), ("known", .integer(UInt64(tally.known))),
            ("plain", .integer(UInt64(tally.plain))),
            (
                "failures",
                .object(failures.map { ("\($0.reason)", .integer(UInt64($0.count))) })
            ),
            ("notes", .array(notes.map { .text($0) })),
        ])
    }
}

/// - Throws: ``CommandError`` when there is no such folder.
func pictureShelf(_ folder: String, cache: String?, logos: Bool) throws -> PictureShelf {
    guard FileSystem.isDirectory(folder) else {
        throw CommandError("\(folder): expected a folder of pictures, found none", .notFound)
    }
    return PictureShelf(folder: folder, cachePath: cache, logos: logos)
}
