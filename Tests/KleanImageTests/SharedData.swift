import Foundation

/// Real data and worked values that lie beside the project, never in it.
enum SharedData {
    /// `KLEAN_SHARED`, else `../shared` beside the package.
    static let root: String = {
        if let path = ProcessInfo.processInfo.environment["KLEAN_SHARED"] { return path }
        return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared").path
    }()

    static func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(root)/\(path)")
    }

    static func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: "\(root)/\(path)")))
    }
}

/// A small seeded generator for tests.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
