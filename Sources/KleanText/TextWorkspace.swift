internal import CKleanText

/// Buffers of one thread's scanning, reused from batch to batch. Holds the folded view of the
/// block scanned last.
package struct TextWorkspace: Sendable {
    package var folded = FoldedText()
    var classes: [UInt8] = []
    var hits: [kt_hit] = []
    /// Where the hits of each part of a block begin, and how many they are.
    var firsts = [Int](repeating: 0, count: Int(KT_STREAMS))
    var counts = [Int](repeating: 0, count: Int(KT_STREAMS))
    var places: [kt_place] = []
    var found: [kt_found] = []
    var runs: [kt_run] = []
    var misses: [kt_miss] = []
    var masks: [UInt32] = []
    var letters: [UInt32] = []
    var cache = TokenCache()

    package init() {}

    /// Lets the scan's buffers hold a folded block.
    mutating func makeRoom(byteCount: Int) {
        if hits.count < byteCount {
            hits = Array(repeating: kt_hit(), count: byteCount + byteCount / 2)
        }
        if classes.count < byteCount + Int(KT_SCAN_SLACK) {
            classes = Array(
                repeating: 0, count: byteCount + byteCount / 2 + Int(KT_SCAN_SLACK))
        }
        if places.count < kt_place_count(byteCount) {
            places = Array(
                repeating: kt_place(), count: kt_place_count(byteCount + byteCount / 2))
        }
        if found.isEmpty { found = Array(repeating: kt_found(), count: 1_024) }
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
