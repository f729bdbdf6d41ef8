internal import CKleanText

/// Buffers of one thread's scanning, reused from batch to batch. Holds the folded view of the
/// block scanned last.
package struct TextWorkspace: Sendable {
    package var folded = FoldedText()
    var scanSpace = ScanSpace()
    var found: [kt_found] = []
    var runs: [kt_run] = []
    var misses: [kt_miss] = []
    var masks: [UInt32] = []
    var letters: [UInt32] = []
    var cache = TokenCache()

    package init() {}
}

/// Where the scanner keeps the places that it has still to look at.
struct ScanSpace: Sendable {
    private var joined: [UInt8] = []
    private var word: [kt_start] = []
    private var mid: [kt_start] = []

    /// Room for a part of up to `byteCount` bytes.
    mutating func prepare(_ byteCount: Int) {
        guard word.count < byteCount + 64 else { return }
        let count = byteCount + byteCount / 2 + 64
        joined = Array(repeating: 0, count: count + PatternCompiler.keyBytesMax)
        word = Array(repeating: kt_start(), count: count)
        mid = word
    }

    mutating func withView<Result>(_ body: (UnsafePointer<kt_scan_space>) -> Result) -> Result {
        joined.withUnsafeMutableBufferPointer { joined in
            word.withUnsafeMutableBufferPointer { word in
                mid.withUnsafeMutableBufferPointer { mid in
                    var space = kt_scan_space(
                        joined: joined.baseAddress, word: word.baseAddress, mid: mid.baseAddress)
                    return body(&space)
                }
            }
        }
    }
}

/// What the near-miss index said of the tokens seen lately. A look-up's result depends on the token
/// alone, so what the cache holds never shows in results.
///
/// Pairs of slots by 63-bit keys, 1.5 MB; of two tokens whose keys are equal (one pair in
/// 10^19) the later gets the earlier's result.
struct TokenCache: Sendable {
    private var owner: NearMissTables?
    private var keys: [UInt64] = []
    private var results: [kt_miss] = []

    static let slots = 1 << 16

    /// Forgets everything unless it came from the same tables.
    mutating func prepare(for tables: NearMissTables) {
        guard owner !== tables else { return }
        owner = tables
        keys = Array(repeating: 0, count: Self.slots)
        results = Array(repeating: kt_miss(), count: Self.slots)
    }

    mutating func withView<Result>(_ body: (UnsafeMutablePointer<kt_cache>) -> Result) -> Result {
        keys.withUnsafeMutableBufferPointer { keys in
            results.withUnsafeMutableBufferPointer { results in
                var view = kt_cache(
                    keys: keys.baseAddress, results: results.baseAddress,
                    mask: UInt64(Self.slots / 2 - 1))
                return body(&view)
            }
        }
    }
}
