internal import CKleanImage

/// Finds the places of a picture that could be logos, on one thread, in memory that it keeps.
///
/// Classical throughout: regions of one colour or tone are proposed from some forty masks of the
/// picture, whose neighbouring parts are also joined (`regions.c`); each is measured and ranked
/// (``LogoCandidate``); of those that share a box the one counts whose mask separates ink from
/// ground best. The five likeliest places are kept, and of the first two what other masks of the
/// same box show: of a logo of several colours only one of them is the logo. What touches the
/// picture's edge is not looked at.
package struct LogoFinder: ~Copyable {
    /// Regions kept of one picture.
    package static let regionsMax = 8
    /// Masks kept of each place, likeliest first; together ``regionsMax``.
    private static let masksMax = [3, 2, 1, 1, 1]
    /// Pictures with a longer side are looked at smaller.
    package static let sideMax = 640
    /// Regions measured in one picture; masks that come later find no room.
    private static let candidatesMax = 2_048
    /// Sides below this hold no logo that could be compared.
    private static let sideMin = 32
    /// Boxes that overlap by more than this are one place,
    private static let samePlace = 0.7
    /// and by more than this one and the same box.
    private static let sameBox = 0.85
    /// Masks of one box that differ by more than this, `0...1`, show different shapes.
    private static let otherMask = 0.04

    private var state: OpaquePointer?
    private var width = 0
    private var height = 0

    package init() {}

    deinit { ki_regions_destroy(state) }

    /// At most ``regionsMax`` regions, most likely first.
    ///
    /// - Complexity: about 75 ms for 400 x 530 pixels.
    package mutating func regions(_ pixels: Pixels) -> [LogoRegion] {
        guard min(pixels.width, pixels.height) >= LogoFinder.sideMin else { return [] }
        let small = pixels.shrunk(sideMax: LogoFinder.sideMax)
        let candidates = candidates(small)
        let kept = LogoFinder.select(candidates)
        return kept.map { candidate in
            LogoRegion(
                box: candidate.box.scaled(from: small, to: pixels),
                hash: candidate.shape.hash(doubt: candidate.doubt),
                quality: candidate.shape.quality)
        }
    }

    private mutating func candidates(_ pixels: Pixels) -> [LogoCandidate] {
        if width != pixels.width || height != pixels.height || state == nil {
            ki_regions_destroy(state)
            state = ki_regions_create(
                Int32(pixels.width), Int32(pixels.height), Int32(LogoFinder.candidatesMax))
            width = pixels.width
            height = pixels.height
        }
        guard let state else { return [] }
        let regions = pixels.rgb.withUnsafeBufferPointer { rgb in
            var found: UnsafePointer<ki_region>?
            let count = ki_regions_find(state, rgb.baseAddress, &found)
            return UnsafeBufferPointer(start: found, count: Int(count))
        }
        return LogoCandidate.ranked(regions, width: pixels.width, height: pixels.height)
    }

    /// Best first: of each place the mask that separates its box best, of the first ones more.
    private static func select(_ ranked: [LogoCandidate]) -> [LogoCandidate] {
        var places: [LogoRegion.Box] = []
        var kept: [LogoCandidate] = []
        for candidate in ranked {
            guard places.count < masksMax.count else { break }
            guard !places.contains(where: { $0.overlap(candidate.box) > samePlace }) else {
                continue
            }
            kept += masks(of: candidate.box, ranked, countMax: masksMax[places.count])
            places.append(candidate.box)
        }
        return kept
    }

    /// The candidates of a box that show different shapes, best separated first.
    private static func masks(
        of box: LogoRegion.Box, _ ranked: [LogoCandidate], countMax: Int
    ) -> [LogoCandidate] {
        var rest = ranked.filter { $0.box.overlap(box) > sameBox }
        var kept: [LogoCandidate] = []
        while kept.count < countMax, var best = rest.indices.first {
            for place in rest.indices where rest[place].separation > rest[best].separation {
                best = place
            }
            let next = rest[best]
            kept.append(next)
            rest.removeAll { $0.shape.difference(next.shape) <= otherMask }
        }
        return kept
    }
}
