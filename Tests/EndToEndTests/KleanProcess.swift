import Foundation
import Testing

/// Runs the built `klean` as a person would, and keeps what it said.
struct KleanProcess {
    let status: Int32
    let output: String
    let errors: String

    /// The executable beside the test bundle.
    static let executable: URL = {
        #if os(macOS)
            Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }!
                .bundleURL.deletingLastPathComponent().appending(path: "klean")
        #else
            URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
                .deletingLastPathComponent().appending(path: "klean")
        #endif
    }()

    /// Runs to the end; output is read from files, so no pipe can fill up.
    @discardableResult
    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> KleanProcess {
        try run(executable, arguments, environment)
    }

    /// Runs with `folder` on a disk of its own that holds so many bytes, then lists what is left
    /// there behind klean's output. The disk lives in a mount namespace and goes with it.
    static func run(
        _ arguments: [String], diskBytes: Int, at folder: String
    ) throws -> KleanProcess {
        let script = """
            mount -t tmpfs -o size=\(diskBytes) none "$0" || exit 99
            "$@"; code=$?
            echo left:; find "$0" -type f; exit $code
            """
        return try run(
            URL(filePath: "/usr/bin/unshare"),
            ["-rm", "sh", "-c", script, folder, executable.path] + arguments, [:])
    }

    private static func run(
        _ executable: URL, _ arguments: [String], _ environment: [String: String]
    ) throws -> KleanProcess {
        let folder = try TemporaryFolder()
        let output = folder.url.appending(path: "out")
        let errors = folder.url.appending(path: "err")
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return KleanProcess(
            status: process.terminationReason == .exit
                ? process.terminationStatus : -process.terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }

    /// The output as one JSON value.
    func json() throws -> Any {
        try JSONSerialization.jsonObject(with: Data(output.utf8), options: .fragmentsAllowed)
    }
}

/// A folder that goes away with its owner.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appending(path: "klean-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: url)
        } catch {
            print("left behind: \(url.path): \(error)")
        }
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    /// Writes a file and returns its path.
    func write(_ name: String, _ text: String) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }
}
