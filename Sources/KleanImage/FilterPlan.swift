/// A box filter along one axis: a window of `window` values slides over `count` of them, shrinking
/// at both ends.
struct BoxFilter {
    let count: Int
    let window: Int

    /// PDQ's window: a 128th of the side, rounded up.
    init(side: Int) {
        count = side
        window = (side + 127) / 128
    }

    struct Step {
        /// The value that enters the window, the one that leaves it, and the place whose result is
        /// then complete.
        let entering: Int?
        let leaving: Int?
        let place: Int?
        /// Values in the window.
        let covered: Float
    }

    /// Every step, in order; at most one value enters and one leaves.
    var steps: some Sequence<Step> {
        let half = window / 2
        return (0..<count + half).lazy.map { step in
            Step(
                entering: step < count ? step : nil, leaving: step >= window ? step - window : nil,
                place: step >= half ? step - half : nil,
                covered: Float(min(step, count - 1) - max(step - window + 1, 0) + 1))
        }
    }

    /// Where the 64 samples lie: the middle of each 64th, rising.
    var places: [UInt32] {
        (0..<64).map { UInt32((Float($0) + 0.5) * Float(count) / 64) }
    }
}

/// Where everything lies in the hasher's memory, in floats from its start.
struct FilterPlan {
    let width: Int
    let height: Int
    /// Floats from row to row.
    let stride: Int
    let rows: BoxFilter
    let columns: BoxFilter
    let rowPlaces: [UInt32]
    let columnPlaces: [Int]
    /// Filtered rows kept: a window's and the strip that is being added.
    private let ringRows: Int

    let image: Int
    let sums: Int
    let ring: Int
    let strip: Int
    let sampled: Int
    let scratch: Int
    let floats: Int

    init(width: Int, height: Int, lanes: Int) {
        self.width = width
        self.height = height
        stride = (width + 15) / 16 * 16
        rows = BoxFilter(side: width)
        columns = BoxFilter(side: height)
        rowPlaces = rows.places
        columnPlaces = columns.places.map { Int($0) }
        ringRows = (columns.window + lanes) / lanes * lanes + lanes
        image = 0
        sums = image + 64 * 64
        ring = sums + max(stride, 64)
        strip = ring + ringRows * stride
        sampled = strip + lanes * stride
        scratch = sampled + 64 * (height + lanes)
        floats = scratch + lanes * (stride + 64)
    }

    func ringPlace(_ row: Int) -> Int { row % ringRows * stride }
}

/// Floats on a 64-byte boundary that grow and never shrink.
final class FloatMemory {
    private var base = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    private var capacity = 16

    /// Room for `count` floats; what was there before is lost.
    func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
        if count > capacity {
            base.deallocate()
            base = .allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
            capacity = count
        }
        return base.bindMemory(to: Float.self, capacity: capacity)
    }

    deinit { base.deallocate() }
}
