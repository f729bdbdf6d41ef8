internal import CKleanImage

/// Computes PDQ of one picture after another, on one thread, in memory that it keeps.
///
/// The picture is read once, in strips. Two passes of a box filter along rows and columns follow
/// each other row by row, so only as many rows are held as the window is high; the second pass is
/// computed only where the 64 x 64 samples lie. Every sum adds in the order of the reference
/// implementation, so the bits are its bits.
package struct PDQHasher: ~Copyable {
    private let kernels: ki_pdq
    private let memory = FloatMemory()

    /// Sides below this give a zero hash of quality 0.
    private static let sideMin = 5
    private static let samples = 64

    package init(_ kernels: PDQKernels = .best) { self.kernels = kernels.table }

    /// Hash and quality.
    package func pdq(_ pixels: Pixels) -> PDQ { transform(pixels).pdq }

    /// The transform, from which all eight hashes follow.
    ///
    /// - Complexity: O(pixels); memory O(width x height / 128) floats, kept for the next picture.
    package func transform(_ pixels: Pixels) -> PDQTransform {
        guard pixels.width >= PDQHasher.sideMin, pixels.height >= PDQHasher.sideMin else {
            return PDQTransform(coefficients: [Float](repeating: 0, count: 256), quality: 0)
        }
        let plan = FilterPlan(width: pixels.width, height: pixels.height, lanes: kernels.lanes)
        let image = memory.reserve(plan.floats)
        let start = pixels.rgb.withUnsafeBufferPointer { rgb in
            guard let base = rgb.baseAddress else { return image }
            if pixels.width == PDQHasher.samples, pixels.height == PDQHasher.samples {
                kernels.luma(base, PDQHasher.samples * PDQHasher.samples, image)
                return image
            }
            return filter(base, plan, image)
        }
        let detail = kernels.detail(start)
        let coefficients = [Float](unsafeUninitializedCapacity: 256) { buffer, count in
            CosineBasis.matrix.withUnsafeBufferPointer { basis in
                kernels.transform(start, basis.baseAddress, buffer.baseAddress)
            }
            count = 256
        }
        return PDQTransform(
            coefficients: coefficients, quality: UInt8(min(100, detail / 90)))
    }

    /// Both passes. - Returns: The 64 x 64 samples, somewhere in the memory.
    private func filter(
        _ rgb: UnsafePointer<UInt8>, _ plan: FilterPlan, _ base: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        let ring = base + plan.ring
        let sums = base + plan.sums
        let strip = base + plan.strip
        let sampled = base + plan.sampled
        let scratch = base + plan.scratch
        sums.update(repeating: 0, count: plan.stride)
        let lanes = kernels.lanes
        plan.rowPlaces.withUnsafeBufferPointer { places in
            for step in plan.columns.steps {
                if let row = step.entering, row % lanes == 0 {
                    kernels.filter_rows(
                        rgb + 3 * plan.width * row, plan.width, min(lanes, plan.height - row),
                        plan.rows.window, scratch, ring + plan.ringPlace(row), plan.stride)
                }
                let out = step.place.map { strip + $0 % lanes * plan.stride }
                kernels.slide(
                    sums, step.entering.map { ring + plan.ringPlace($0) },
                    step.leaving.map { ring + plan.ringPlace($0) }, step.covered, out,
                    plan.stride)
                if let place = step.place, place % lanes == lanes - 1 || place == plan.height - 1 {
                    kernels.sample_rows(
                        strip, plan.stride, plan.width, plan.rows.window, places.baseAddress,
                        scratch, sampled + 64 * (place / lanes * lanes))
                }
            }
        }
        return sample(plan, sampled, sums, base + plan.image)
    }

    /// The last pass along columns: 64 of them, kept at 64 rows.
    private func sample(
        _ plan: FilterPlan, _ sampled: UnsafeMutablePointer<Float>,
        _ sums: UnsafeMutablePointer<Float>, _ image: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        sums.update(repeating: 0, count: PDQHasher.samples)
        var next = 0
        for step in plan.columns.steps {
            // Below 64 rows a row is sampled more than once.
            let first = next
            while next < 64, plan.columnPlaces[next] == step.place { next += 1 }
            kernels.slide(
                sums, step.entering.map { sampled + 64 * $0 },
                step.leaving.map { sampled + 64 * $0 }, step.covered,
                next > first ? image + 64 * first : nil, 64)
            guard next > first + 1 else { continue }
            for copy in first + 1..<next {
                (image + 64 * copy).update(from: image + 64 * first, count: 64)
            }
        }
        return image
    }
}
