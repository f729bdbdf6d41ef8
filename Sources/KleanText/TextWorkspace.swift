internal import CKleanText

/// Buffers of one thread's scanning, reused from batch to batch. Holds the folded view of the
/// block scanned last.
package struct TextWorkspace: Sendable {
    package var folded = FoldedText()
    private var walk = WalkRoom()
    private var packed: [UInt8] = []
    private var places: [kt_place] = []
    private var anchors: [UInt32] = []
    private var packedAnchors: [UInt32] = []
    var found: [kt_found] = []
    var runs: [kt_run] = []
    var misses: [kt_miss] = []
    var masks: [UInt32] = []
    var letters: [UInt32] = []
    var cache = TokenCache()

    package init() {}

    /// Calls `body` with room to lay out a folded block of `byteCount` bytes.
    mutating func withLayout<Result>(
        byteCount: Int, _ body: (inout kt_layout, inout [kt_found]) -> Result
    ) -> Result {
        makeRoom(byteCount: byteCount)
        return packed.withUnsafeMutableBufferPointer { packed in
            places.withUnsafeMutableBufferPointer { places in
                anchors.withUnsafeMutableBufferPointer { anchors in
                    packedAnchors.withUnsafeMutableBufferPointer { packedAnchors in
                        var layout = kt_layout(
                            places: places.baseAddress, packed: packed.baseAddress,
                            anchors: anchors.baseAddress,
                            packed_anchors: packedAnchors.baseAddress, packed_length: 0,
                            anchor_count: 0)
                        return body(&layout, &found)
                    }
                }
            }
        }
    }

    /// Calls `body` with room to walk over a folded block of `byteCount` bytes.
    mutating func withWalk<Result>(
        byteCount: Int, _ body: (inout WalkRoom, inout [kt_found]) -> Result
    ) -> Result {
        walk.grow(byteCount: byteCount)
        if found.isEmpty { found = Array(repeating: kt_found(), count: 1_024) }
        return body(&walk, &found)
    }

    private mutating func makeRoom(byteCount: Int) {
        let roomy = byteCount + byteCount / 2
        if packed.count < byteCount + Int(KT_PACK_SLACK) {
            packed = Array(repeating: 0, count: roomy + Int(KT_PACK_SLACK))
        }
        if places.count < kt_place_count(byteCount) {
            places = Array(repeating: kt_place(), count: kt_place_count(roomy))
        }
        if anchors.count < byteCount + Int(KT_ANCHOR_SLACK) {
            anchors = Array(repeating: 0, count: roomy + Int(KT_ANCHOR_SLACK))
            packedAnchors = anchors
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
