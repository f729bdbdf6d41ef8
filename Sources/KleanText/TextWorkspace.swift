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
    private(set) var room = MatchRoom()
    var runs: [kt_run] = []
    var misses: [kt_miss] = []
    var masks: [UInt32] = []
    var letters: [UInt32] = []
    var cache = TokenCache()

    package init() {}

    /// Calls `body` with room to lay out a folded block of `byteCount` bytes.
    mutating func withLayout(
        byteCount: Int, _ body: (inout kt_layout, inout MatchRoom) -> Void
    ) {
        makeRoom(byteCount: byteCount)
        packed.withUnsafeMutableBufferPointer { packed in
            places.withUnsafeMutableBufferPointer { places in
                anchors.withUnsafeMutableBufferPointer { anchors in
                    packedAnchors.withUnsafeMutableBufferPointer { packedAnchors in
                        var layout = kt_layout(
                            places: places.baseAddress, packed: packed.baseAddress,
                            anchors: anchors.baseAddress,
                            packed_anchors: packedAnchors.baseAddress, packed_length: 0,
                            anchor_count: 0)
                        body(&layout, &room)
                    }
                }
            }
        }
    }

    /// Calls `body` with room to walk over a folded block of `byteCount` bytes.
    mutating func withWalk(
        byteCount: Int, _ body: (inout WalkRoom, inout MatchRoom) -> Void
    ) {
        walk.grow(byteCount: byteCount)
        body(&walk, &room)
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
    }
}

/// What a search finds in a block; reused from block to block.
struct MatchRoom: Sendable {
    private var matches: [kt_match] = []
    private var count = 0

    /// Calls `search`, which returns how many matches there are, and calls it again with enough
    /// room if there was less.
    mutating func fill(
        _ folded: FoldedText, _ bytes: UnsafePointer<UInt8>, _ places: UnsafePointer<kt_place>?,
        _ search: (UnsafePointer<kt_batch>) -> Int
    ) {
        if matches.isEmpty { matches = Array(repeating: kt_match(), count: 1_024) }
        while true {
            count = matches.withUnsafeMutableBufferPointer { matches in
                folded.starts.withUnsafeBufferPointer { starts in
                    var batch = kt_batch(
                        bytes: bytes, starts: starts.baseAddress, places: places,
                        first_row: UInt32(folded.firstRow), matches: matches.baseAddress,
                        capacity: matches.count)
                    return search(&batch)
                }
            }
            if count <= matches.count { return }
            matches = Array(repeating: kt_match(), count: count * 2)
        }
    }

    /// Appends the block's matches, by the folded titles' offsets.
    func append(to list: inout [TextMatch]) {
        precondition(MemoryLayout<kt_match>.stride == MemoryLayout<TextMatch>.stride)
        matches.withUnsafeBufferPointer { matches in
            matches.extracting(..<count).withMemoryRebound(to: TextMatch.self) {
                list.append(contentsOf: $0)
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
