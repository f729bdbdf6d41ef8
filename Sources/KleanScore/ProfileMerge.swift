package import KleanColumns
internal import KleanCore
package import KleanModel
internal import Synchronization

/// Makes the profile out of all survey results. The same for any order of shards, any number of
/// workers and any memory bound: tallies are integers, and everything after them is computed in
/// key order.
package enum ProfileMerge {
    /// - Parameters:
    ///   - paths: Survey results of all shards.
    ///   - bytesMax: Bytes of tallies held at once; more are left to a further pass over the files.
    /// - Throws: ``ContainerError`` for a damaged file.
    /// - Complexity: O(bytes of all results) a pass; memory: `bytesMax` and the profile itself.
    package static func merge(
        paths: [String], model: Model, bytesMax: Int = Limits.surveyBytesMax
    ) throws -> Profile {
        try merge(shardCount: paths.count, model: model, bytesMax: bytesMax) { shard in
            try ContainerReader(path: paths[shard], kind: .surveyResult)
        }
    }

    /// As ``merge(paths:model:bytesMax:)``, of results wherever they are.
    package static func merge(
        shardCount: Int, model: Model, bytesMax: Int = Limits.surveyBytesMax,
        open: @escaping @Sendable (Int) throws -> ContainerReader
    ) throws -> Profile {
        var profile = Profile(modelDigest: model.digest)
        var matches = [UInt64](repeating: 0, count: model.banks.entryCount)
        for shard in 0..<shardCount {
            let reader = try open(shard)
            profile.totals.absorb(try SurveyTotals(reading: reader))
            let entries = try reader.u32(.surveyEntry)
            let counts = try reader.u32(.surveyEntryCount)
            try reader.expectEqualCounts(
                [.surveyEntry, .surveyEntryCount], [entries.count, counts.count])
            for (entry, count) in zip(entries, counts) {
                guard Int(entry) < matches.count else {
                    throw ContainerError.segmentContent(
                        file: reader.name, column: .surveyEntry,
                        detail: "entry: expected below \(matches.count), found \(entry)")
                }
                matches[Int(entry)] += UInt64(count)
            }
        }
        addFloods(matches, model.weights, to: &profile)
        try addTallies(shardCount, model, bytesMax, open, to: &profile)
        return profile
    }

    /// The four kinds of tallies know nothing of each other: two at a time, in halves of the bound.
    private static func addTallies(
        _ shardCount: Int, _ model: Model, _ bytesMax: Int,
        _ open: @escaping @Sendable (Int) throws -> ContainerReader, to profile: inout Profile
    ) throws {
        let threads = 2
        let start = profile
        let parts = Mutex([Profile](repeating: profile, count: 4))
        try inParallel(4, threads: threads) { part in
            let merge = TallyMerge(
                shardCount: shardCount, open: open, bytesMax: bytesMax / threads)
            var mine = start
            switch part {
            case 0: try addStopPictures(merge, model.weights, to: &mine)
            case 1:
                var sellers = SellerMerge()
                try merge.forEachRange(SellerTally.self) { sellers.add($0) }
                sellers.finish(model.weights, into: &mine)
            case 2: try CellMerge(model).merge(merge, into: &mine)
            default: try addTokens(merge, model.weights, to: &mine)
            }
            parts.withLock { $0[part] = mine }
        }
        let done = parts.withLock { $0 }
        profile.stopPictures = done[0].stopPictures
        profile.sellers = done[1].sellers
        profile.categories = done[1].categories
        profile.cells = done[2].cells
        profile.ownBrandTokens = done[3].ownBrandTokens
    }

    private static func addFloods(
        _ matches: [UInt64], _ weights: Weights, to profile: inout Profile
    ) {
        let least = max(
            weights[Parameter.imageStopListings],
            weights[Parameter.imageFloodShare] * Double(profile.totals.pictures))
        for (entry, count) in matches.enumerated() where Double(count) > least {
            profile.floodEntries.append(UInt32(entry))
            profile.floodCounts.append(count)
        }
    }

    /// Pictures in many listings of many sellers and brands: size charts, shipping banners.
    private static func addStopPictures(
        _ merge: TallyMerge, _ weights: Weights, to profile: inout Profile
    ) throws {
        let rows = Double(profile.totals.rows)
        let sampled = Double(profile.totals.sampledRows)
        let leastListings = max(
            weights[Parameter.imageStopListings], weights[Parameter.imageStopShare] * rows)
        let leastSellers = weights[Parameter.imageStopSellers]
        let leastBrands = weights[Parameter.imageStopBrands]
        try merge.forEachRange(ImageTally.self) { tallies in
            for group in tallies.groupsByKey {
                let listings = group.reduce(0) { $0 + UInt64($1.listings) }
                guard Double(listings) * rows > leastListings * sampled else { continue }
                var sellers = 0
                var lastSeller = UInt64.max
                for tally in group where tally.seller != .max && tally.seller != lastSeller {
                    sellers += 1
                    lastSeller = tally.seller
                }
                let brands = Set(group.lazy.map(\.brand).filter { $0 != Missing.uint32 }).count
                if Double(sellers) > leastSellers, Double(brands) > leastBrands {
                    profile.stopPictures.append(group[group.startIndex].key)
                }
            }
        }
    }

    private static func addTokens(
        _ merge: TallyMerge, _ weights: Weights, to profile: inout Profile
    ) throws {
        let most = min(
            weights[Parameter.nameNearMissSellersMax], Double(TokenTally.perKeyMax - 1))
        try merge.forEachRange(TokenTally.self) { tallies in
            for group in tallies.groupsByKey where Double(group.count) > most {
                profile.ownBrandTokens.append(group[group.startIndex].key)
            }
        }
    }
}

extension Array where Element: Tally {
    /// Runs of equal keys, in order.
    var groupsByKey: [ArraySlice<Element>] {
        var groups: [ArraySlice<Element>] = []
        var start = 0
        for index in indices where index > start && self[index].key != self[start].key {
            groups.append(self[start..<index])
            start = index
        }
        if start < count { groups.append(self[start...]) }
        return groups
    }
}
