internal import CKleanImage
package import KleanCore

/// A place of a picture that was made unreadable.
package struct ConcealedPlace: Equatable, Sendable {
    package let kind: Concealment
    /// In pixels of the picture as stored.
    package let box: LogoRegion.Box

    package init(kind: Concealment, box: LogoRegion.Box) {
        self.kind = kind
        self.box = box
    }
}

/// Finds mosaics, blurs and patches in a picture, on one thread, in memory that it keeps.
///
/// Classical throughout, in whole numbers:
///
/// - *mosaic*: flat squares whose sides are steps of one pixel, side by side on one lattice, in
///   three tones or more;
/// - *patch*: one exact colour in the outline of a rectangle or an ellipse, where the ground around
///   it varies as photographs do and as drawings do not;
/// - *blur*: a rectangle without any fine detail, but with tones, that fine detail surrounds.
///
/// All of them in photographs only: where a few colours cover nearly all around a place, it is part
/// of a drawing. What touches the picture's edge is not looked at, nor what a shop's larger picture
/// lost when it was made smaller.
package struct ConcealmentFinder: ~Copyable {
    /// Places kept of one picture, and of one listing.
    package static let placesMax = 2
    /// Pictures with a longer side are looked at smaller, and mosaics in them may be lost.
    private static let sideMax = 1_280
    /// Places measured in one picture.
    private static let candidatesMax: Int32 = 16
    private static let sideMin = 48

    private var state: OpaquePointer?
    private var width = 0
    private var height = 0

    package init() {}

    deinit { ki_concealments_destroy(state) }

    /// At most ``placesMax`` places, the largest first.
    ///
    /// - Complexity: about 5 ms for 400 x 530 pixels.
    package mutating func places(_ pixels: Pixels) -> [ConcealedPlace] {
        guard min(pixels.width, pixels.height) >= ConcealmentFinder.sideMin else { return [] }
        let small = pixels.shrunk(sideMax: ConcealmentFinder.sideMax)
        guard min(small.width, small.height) >= ConcealmentFinder.sideMin else { return [] }
        if width != small.width || height != small.height || state == nil {
            ki_concealments_destroy(state)
            state = ki_concealments_create(
                Int32(small.width), Int32(small.height), ConcealmentFinder.candidatesMax)
            width = small.width
            height = small.height
        }
        guard let state else { return [] }
        var found = small.rgb.withUnsafeBufferPointer { rgb in
            var places: UnsafePointer<ki_concealed>?
            let count = ki_concealments_find(state, rgb.baseAddress, &places)
            return UnsafeBufferPointer(start: places, count: Int(count)).compactMap { place in
                Concealment(rawValue: UInt8(place.kind)).map { kind in
                    ConcealedPlace(
                        kind: kind,
                        box: LogoRegion.Box(
                            x: Int(place.x), y: Int(place.y), width: Int(place.width),
                            height: Int(place.height)
                        ).scaled(from: small, to: pixels))
                }
            }
        }
        // What is found twice is what it was found as first. Ties keep that order, too.
        found = found.indices.filter { place in
            !found[..<place].contains { $0.box.overlap(found[place].box) > 0.3 }
        }.map { found[$0] }
        let areas = found.map { $0.box.width * $0.box.height }
        let order = found.indices.sorted { (areas[$1], $0) < (areas[$0], $1) }
        found = order.map { found[$0] }
        return Array(found.prefix(ConcealmentFinder.placesMax))
    }
}
