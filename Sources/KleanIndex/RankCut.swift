import KleanCore

/// Decides how many of each shard's ranked entries enter the index.
///
/// Each shard's list is sorted by score descending, then row; shards stand in catalog order. The
/// best `limit` over all of them are a beginning of each list, found without merging: the lowest
/// score that fits whole, and of the next score the earliest entries in catalog order.
///
/// - Parameter scores: One descending list for each shard.
/// - Returns: How many entries of each list stay; their sum is the smaller of `limit` and all.
/// - Complexity: O(32 shards log entries), no copy of the lists.
package func rankCut(_ scores: [[Int32]], limit: Int) -> [Int] {
    let total = scores.reduce(0) { $0 + $1.count }
    guard total > limit else { return scores.map(\.count) }
    // The lowest score of which everything at or above still fits.
    var low = Int64(Int32.min)
    var high = Int64(Int32.max) + 1
    while low < high {
        let middle = (low + high) >> 1
        let fitting = scores.reduce(0) { $0 + count(in: $1, atLeast: middle) }
        if fitting <= limit { high = middle } else { low = middle + 1 }
    }
    var kept = scores.map { count(in: $0, atLeast: low) }
    var room = limit - kept.reduce(0, +)
    for shard in scores.indices where room > 0 {
        let ties = count(in: scores[shard], atLeast: low - 1) - kept[shard]
        let taken = min(ties, room)
        kept[shard] += taken
        room -= taken
    }
    return kept
}

/// How many of a descending list are at least `bound`.
private func count(in scores: [Int32], atLeast bound: Int64) -> Int {
    var low = 0
    var high = scores.count
    while low < high {
        let middle = (low + high) / 2
        if Int64(scores[middle]) >= bound { low = middle + 1 } else { high = middle }
    }
    return low
}
