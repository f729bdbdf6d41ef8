import Foundation
import KleanColumns
import Testing

/// File calls do what they say, and refusals name the path and the reason.
@Suite struct FileSystemTests {
    @Test func writesReadsListsAndRemoves() throws {
        let folder = try TemporaryFolder()
        try FileSystem.createDirectory(folder("a/b/c"))
        try FileSystem.createDirectory(folder("a/b/c"))
        try FileSystem.write(folder("a/나"), [1, 2], sync: true)
        try writeFileDurably(folder("a/Z"), [3])
        #expect(try FileSystem.list(folder("a")) == ["Z", "b", "나"])
        #expect(try FileSystem.read(folder("a/나")) == [1, 2])
        #expect(try FileSystem.size(folder("a/나")) == 2)
        try FileSystem.rename(folder("a/나"), to: folder("a/Z"))
        #expect(try FileSystem.read(folder("a/Z")) == [1, 2])
        try FileSystem.link(folder("a/Z"), to: folder("a/b/z"))
        try FileSystem.link(folder("a/Z"), to: folder("a/b/z"))
        #expect(try FileSystem.list(folder("a/b")) == ["c", "z"])
        try FileSystem.remove(folder("a"))
        try FileSystem.remove(folder("a"))
        #expect(!FileSystem.exists(folder("a")))
        #expect(FileSystem.isDirectory(folder.path))
    }

    /// A write that was only begun is whole for readers, replaces what was there, and syncs later;
    /// syncing what is gone says so.
    @Test func begunWriteSyncsLater() throws {
        let folder = try TemporaryFolder()
        try FileSystem.write(folder("chunk"), [9, 9, 9], sync: false)
        try FileSystem.beginWrite(folder("chunk"), [1, 2])
        #expect(try FileSystem.read(folder("chunk")) == [1, 2])
        try FileSystem.sync(folder("chunk"))
        try FileSystem.remove(folder("chunk"))
        let error = #expect(throws: FileError.self) { try FileSystem.sync(folder("chunk")) }
        #expect(error?.reason == .notFound)
    }

    @Test func removingALinkLeavesItsTarget() throws {
        let folder = try TemporaryFolder()
        try FileSystem.write(folder("kept"), [1], sync: false)
        try FileSystem.createDirectory(folder("gone"))
        try FileManager.default.createSymbolicLink(
            atPath: folder("gone/link"), withDestinationPath: folder.path)
        try FileSystem.remove(folder("gone"))
        #expect(try FileSystem.list(folder.path) == ["kept"])
    }

    @Test(arguments: [
        ("a/b/c", "a/b", "c"), ("c", ".", "c"), ("/c", "/", "c"), ("/", "/", "/"),
        ("a//b/", "a", "b"), ("/a/b", "/a", "b"), ("./c", ".", "c"),
    ])
    func pathsSplit(_ path: String, _ parent: String, _ name: String) {
        #expect(FileSystem.parent(of: path) == parent)
        #expect(FileSystem.name(of: path) == name)
    }

    @Test func refusalsNamePathAndReason() throws {
        let folder = try TemporaryFolder()
        let missing = folder("none/such")
        let error = #expect(throws: FileError.self) { try FileSystem.read(missing) }
        #expect(error?.reason == .notFound)
        #expect(error.map { "\($0)" } == "\(missing): cannot open: no such file or directory")
        #expect(
            throws: FileError(folder.path, "read", EISDIR)
        ) { try FileSystem.read(folder.path) }
        #expect(throws: FileError.self) { try FileSystem.read(folder("a\0b")) }
        #expect(throws: FileError.self) { try FileSystem.list(missing) }
        try FileSystem.write(folder("file"), [1, 2, 3], sync: false)
        let large = #expect(throws: FileError.self) {
            try FileSystem.read(folder("file"), bytesMax: 2)
        }
        #expect(large?.reason == .tooLarge)
        let blocked = #expect(throws: FileError.self) {
            try FileSystem.createDirectory(folder("file/below"))
        }
        #expect(blocked?.reason == .notDirectory || blocked?.reason == .alreadyExists)
    }

    /// Opening something that is not a container's file: each its own words, and no waiting.
    @Test func thingsThatAreNoContainerFile() throws {
        let folder = try TemporaryFolder()
        func open(_ path: String) -> ContainerError? {
            do {
                _ = try ContainerReader(path: path, kind: Sample.kind)
                return nil
            } catch {
                return error
            }
        }
        #expect(open(folder("none")) == .file(FileError(folder("none"), "open", ENOENT)))
        #expect(open(folder.path) == .file(FileError(folder.path, "read", EISDIR)))
        #expect(mkfifo(folder("pipe"), 0o600) == 0)
        #expect(open(folder("pipe"))?.isDamage == false)
        try FileSystem.write(folder("empty"), [], sync: false)
        #expect(
            open(folder("empty"))
                == .notContainer(file: folder("empty"), found: "an empty file"))
        try FileSystem.write(folder("text"), Array("id,title,price\n".utf8), sync: false)
        #expect(
            open(folder("text"))
                == .notContainer(file: folder("text"), found: "69 64 2c 74 69 74 6c 65"))
        try FileSystem.write(folder("cut"), Array("KLEAN".utf8), sync: false)
        #expect(
            open(folder("cut"))
                == .length(file: folder("cut"), expectedBytes: 32, foundBytes: 5))
    }

    @Test func durableWriteReplacesWhole() throws {
        let folder = try TemporaryFolder()
        try writeFileDurably(folder("file"), [UInt8](repeating: 1, count: 100_000))
        try writeFileDurably(folder("file"), [2])
        #expect(try FileSystem.read(folder("file")) == [2])
        #expect(try FileSystem.list(folder.path) == ["file"])
    }

    /// A failed write leaves no temporary file, and the error is about the file asked for.
    @Test func failedDurableWriteLeavesNothing() throws {
        let folder = try TemporaryFolder()
        try FileSystem.createDirectory(folder("taken"))
        let error = #expect(throws: FileError.self) { try writeFileDurably(folder("taken"), [1]) }
        #expect(error?.path == folder("taken"))
        #expect(error?.action == "rename into place")
        #expect(try FileSystem.list(folder.path) == ["taken"])
        let missing = #expect(throws: FileError.self) {
            try writeFileDurably(folder("none/file"), [1])
        }
        #expect(missing == FileError(folder("none/file"), "create", ENOENT))
    }

    /// A disk that takes no more bytes, played by the process's own limit on file sizes: the old
    /// file stays, the temporary goes.
    @Test func failedWriteKeepsTheOldFile() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            try writeFileDurably(folder("file"), [7])
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 50_000, rlim_max: 50_000)
            guard setrlimit(__rlimit_resource_t(1), &limit) == 0 else { exit(2) }
            do {
                try writeFileDurably(folder("file"), [UInt8](repeating: 1, count: 100_000))
                exit(3)
            } catch let error as FileError {
                guard error == FileError(folder("file"), "write", EFBIG) else { exit(4) }
            }
            guard try FileSystem.list(folder.path) == ["file"] else { exit(5) }
            guard try FileSystem.read(folder("file")) == [7] else { exit(6) }
        }
    }

    @Test func onlyOneHoldsALock() throws {
        let folder = try TemporaryFolder()
        var first: FileLock? = try FileLock(folder("lock"))
        let error = #expect(throws: FileError.self) { try FileLock(folder("lock")) }
        #expect(error?.reason == .locked)
        withExtendedLifetime(first) {}
        first = nil
        _ = try FileLock(folder("lock"))
    }

    @Test func temporaryNamesAreKnown() {
        #expect(TemporaryName.matches(".index.json.12.3.tmp"))
        #expect(!TemporaryName.matches("index.json"))
    }
}
