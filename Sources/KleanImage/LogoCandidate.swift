internal import CKleanImage
internal import KleanCore

/// A proposed region with what speaks for it.
struct LogoCandidate {
    let box: LogoRegion.Box
    let shape: LogoShape
    /// How well the mask parts the box into two colours, `0...1`: variance between ink and ground
    /// by all variance (Otsu's criterion over three planes).
    let separation: Double
    /// The higher, the likelier a logo.
    let score: Double
    /// How little it looks printed, `0...16`: bits that it must be nearer to match.
    let doubt: Int

    /// Measures proposals and puts the likeliest first; equal ones keep their order.
    ///
    /// - Complexity: O(regions²) for the votes, four comparisons each.
    static func ranked(
        _ regions: UnsafeBufferPointer<ki_region>, width: Int, height: Int
    ) -> [LogoCandidate] {
        let boxes = regions.map {
            LogoRegion.Box(
                x: Int($0.x), y: Int($0.y), width: Int($0.width), height: Int($0.height))
        }
        let candidates = regions.indices.map { place in
            let votes = LogoVotes(for: place, boxes, regions)
            return LogoCandidate(
                regions[place], boxes[place], votes, width: width, height: height)
        }
        let order = candidates.indices.sorted { left, right in
            let (first, second) = (candidates[left].score, candidates[right].score)
            return first != second ? first > second : left < right
        }
        return order.map { candidates[$0] }
    }

    private init(
        _ region: ki_region, _ box: LogoRegion.Box, _ votes: LogoVotes, width: Int, height: Int
    ) {
        self.box = box
        let cover = withUnsafeBytes(of: region.cover) { Array($0) }
        shape = LogoShape(cover: cover, width: box.width, height: box.height)
        let area = Double(box.width * box.height)
        let fill = Double(region.area) / area
        let ink = max(0, region.ink_variance)
        let ground = max(0, region.ground_variance)
        let between = fill * (1 - fill) * region.contrast_square
        // 4: the noise of two planes' rounding, so that a flat box separates nothing.
        separation = between / (between + fill * ink + (1 - fill) * ground + 4)
        let contrast = region.contrast_square.squareRoot()
        let edge = Exact.log1p(region.edge)
        let agreeing = Exact.log(Double(votes.count))
        let softness =
            cover.reduce(0.0) { $0 + Double($1) * Double(255 - $1) }
            / (255 * 255 * Double(cover.count))
        var score = 0.0
        func add(_ weight: Double, _ value: Double) { score += weight * value }
        add(2.550, Exact.log(Double(box.width) / Double(width)))
        add(-0.765, Exact.log(Double(box.height) / Double(height)))
        add(-3.132, abs(Exact.log(Double(box.width) / Double(box.height))))
        add(10.993, fill)
        add(-10.701, fill * fill)
        add(-1.463, Exact.log1p(ink.squareRoot()))
        add(0.209, Exact.log1p(ground.squareRoot()))
        add(-0.729, Exact.log1p(contrast))
        add(3.331, edge)
        add(0.422, region.edge / (contrast + 5))
        add(0.161, ink.squareRoot() / (contrast + 5))
        add(-1.156, ground.squareRoot() / (contrast + 5))
        add(1.033, Exact.log(Double(region.runs) / Double(box.height)))
        add(0.067, Exact.log(Double(region.parts)))
        add(5.196, agreeing)
        add(-0.565, Double(votes.kinds))
        add(-0.818, agreeing * edge)
        add(-8.101, softness)
        add(0.422, separation)
        add(-0.975, separation * separation)
        self.score = score

        // Log odds that a region near a bank's shape shows it. Nature comes near, too, but is
        // softer and made of more parts, its ink varies, and fewer masks see it.
        var odds = -33.607
        odds += 1.772 * edge
        odds += 0.885 * agreeing
        odds -= 62.540 * softness
        odds += 0.300 * score
        odds += 5.471 * Exact.log(Double(max(1, shape.detail)) / 255)
        odds -= 0.938 * Exact.log(Double(region.runs) / Double(box.height))
        odds -= 1.788 * Exact.log1p(ink.squareRoot())
        doubt = min(LogoShape.doubtMax, max(0, Int((4 * (3 - odds)).rounded())))
    }
}

/// How many proposals agree on a box, themselves included, and from how many kinds of mask.
struct LogoVotes {
    private(set) var count = 0
    private(set) var kinds = 0

    init(
        for place: Int, _ boxes: [LogoRegion.Box], _ regions: UnsafeBufferPointer<ki_region>
    ) {
        let box = boxes[place]
        let across = 6 * box.width / 100 + 1
        let down = 6 * box.height / 100 + 1
        var seen = 0
        for (number, other) in boxes.enumerated() {
            guard abs(other.x - box.x) <= across, abs(other.y - box.y) <= down,
                abs(other.x + other.width - box.x - box.width) <= across,
                abs(other.y + other.height - box.y - box.height) <= down
            else { continue }
            count += 1
            seen |= 1 << Int(regions[number].source)
        }
        kinds = seen.nonzeroBitCount
    }
}
