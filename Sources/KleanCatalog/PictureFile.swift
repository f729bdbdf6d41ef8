package import KleanColumns
package import KleanImage

/// Why a picture file gave no hash: the kind that is counted, and the figures.
package struct PictureRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package let reason: PictureFailure
    /// Empty where the reason says all.
    package let detail: String

    package init(_ reason: PictureFailure, _ detail: String = "") {
        self.reason = reason
        self.detail = detail
    }

    package init(_ error: PictureError) { self.init(error.reason, error.description) }

    package init(_ error: FileError) {
        switch error.reason {
        case .notFound, .notDirectory: self.init(.missing, error.description)
        case .tooLarge: self.init(.tooManyBytes, error.description)
        default: self.init(.unreadable, error.description)
        }
    }

    package var description: String { detail.isEmpty ? reason.description : detail }
}

/// A hashed file, with what it cost.
package struct HashedPicture: Sendable {
    package let transform: PDQTransform
    package let pixels: Int
    /// Reading the file, decoding it, PDQ.
    package let read: Duration
    package let decode: Duration
    package let hash: Duration
    /// Where it could show logos, if that was asked for, and the time that took.
    package let logos: [LogoRegion]
    package let search: Duration
    /// Where it was made unreadable, if logos were asked for; counted in `search`.
    package let concealed: [ConcealedPlace]
}

/// What is kept of a picture between packs.
package struct SeenPicture: Equatable, Sendable {
    package var pdq: PDQ
    /// Where it could show logos; `nil` when nobody looked.
    package var logos: [LogoRegion]?
    /// Where it was made unreadable; looked for together with logos.
    package var concealed: [ConcealedPlace]

    package init(pdq: PDQ, logos: [LogoRegion]? = nil, concealed: [ConcealedPlace] = []) {
        self.pdq = pdq
        self.logos = logos
        self.concealed = concealed
    }
}

/// Picture files on disk: their bytes, and what PDQ says of them.
package enum PictureFile {
    /// The file's bytes. Read, not mapped: a file that shrinks meanwhile must not end the process.
    package static func bytes(
        _ path: String, limits: PictureLimits = .standard
    ) throws(PictureRefusal) -> [UInt8] {
        do {
            return try FileSystem.read(path, bytesMax: limits.bytesMax)
        } catch {
            throw PictureRefusal(error)
        }
    }

    /// The transform of a file, from which all eight hashes follow.
    package static func transform(
        _ path: String, limits: PictureLimits = .standard
    ) throws(PictureRefusal) -> PDQTransform {
        try transform(bytes(path, limits: limits), limits: limits)
    }

    /// The transform of a file's bytes.
    package static func transform(
        _ bytes: [UInt8], limits: PictureLimits = .standard
    ) throws(PictureRefusal) -> PDQTransform {
        do {
            let picture = try PictureDecoder(limits: limits).decode(bytes)
            return PDQHasher().transform(picture.pixels)
        } catch {
            throw PictureRefusal(error)
        }
    }

    /// The hash of a file's bytes and, if asked for, of its logo regions.
    package static func look(
        _ bytes: [UInt8], logos: Bool, limits: PictureLimits = .standard
    ) throws(PictureRefusal) -> SeenPicture {
        do {
            let pixels = try PictureDecoder(limits: limits).decode(bytes).pixels
            guard logos else { return SeenPicture(pdq: PDQHasher().pdq(pixels)) }
            var finder = LogoFinder()
            var places = ConcealmentFinder()
            return SeenPicture(
                pdq: PDQHasher().pdq(pixels), logos: finder.regions(pixels),
                concealed: places.places(pixels))
        } catch {
            throw PictureRefusal(error)
        }
    }

    /// As ``transform(_:limits:)-(String,_)``, with the time that each step took.
    package static func timedTransform(
        _ path: String, logos: Bool = false, limits: PictureLimits = .standard
    ) throws(PictureRefusal) -> HashedPicture {
        let start = ContinuousClock.now
        let bytes = try bytes(path, limits: limits)
        let read = ContinuousClock.now
        do {
            let picture = try PictureDecoder(limits: limits).decode(bytes)
            let decoded = ContinuousClock.now
            let transform = PDQHasher().transform(picture.pixels)
            let hashed = ContinuousClock.now
            var regions: [LogoRegion] = []
            var concealed: [ConcealedPlace] = []
            if logos {
                var finder = LogoFinder()
                regions = finder.regions(picture.pixels)
                var places = ConcealmentFinder()
                concealed = places.places(picture.pixels)
            }
            return HashedPicture(
                transform: transform, pixels: picture.pixels.width * picture.pixels.height,
                read: read - start, decode: decoded - read, hash: hashed - decoded,
                logos: regions, search: ContinuousClock.now - hashed, concealed: concealed)
        } catch {
            throw PictureRefusal(error)
        }
    }

    /// Folders looked into below each other, so that links in a ring end.
    private static let depthMax = 32

    /// Files as they are, folders as all files below them in the order of their names; names that
    /// start with a dot are left out.
    ///
    /// - Throws: ``FileError`` of a folder that cannot be listed.
    package static func expand(_ paths: [String]) throws(FileError) -> [String] {
        var files: [String] = []
        for path in paths { try add(path, depth: 0, to: &files) }
        return files
    }

    private static func add(
        _ path: String, depth: Int, to files: inout [String]
    ) throws(FileError) {
        guard FileSystem.isDirectory(path) else {
            files.append(path)
            return
        }
        guard depth < depthMax else { return }
        for name in try FileSystem.list(path) where !name.hasPrefix(".") {
            try add(
                path.hasSuffix("/") ? path + name : path + "/" + name, depth: depth + 1, to: &files)
        }
    }
}
