internal import KleanColumns
internal import KleanCore
package import KleanImage
internal import Synchronization

/// A folder of pictures that catalog rows name, with what was hashed before.
///
/// Shared by all parsing threads; each hashes the pictures of its own rows, so hashing is as
/// parallel as parsing. A lock is held for look-ups only.
package final class PictureShelf: Sendable, Equatable {
    /// What became of the pictures that rows named.
    package struct Tally: Equatable, Sendable {
        /// Hashed now, and known from before.
        package var hashed = 0
        package var known = 0
        /// Blank or so plain that a match would mean nothing: quality below 50. They are packed
        /// all the same, with their quality.
        package var plain = 0
        /// By `PictureFailure.allCases` order.
        package var failures = [Int](repeating: 0, count: PictureFailure.allCases.count)

        package var failed: Int { failures.reduce(0, +) }
    }

    private struct State {
        var cache: PictureCache
        var tally = Tally()
    }

    private let folder: String
    private let cachePath: String
    private let limits: PictureLimits
    /// Logo regions are looked for, too.
    private let logos: Bool
    private let state: Mutex<State>

    /// The cache's name in the folder unless another place is given.
    package static let cacheName = ".klean-pictures"

    /// - Parameter cachePath: Where hashes are kept between packs; by default in the folder.
    package init(
        folder: String, cachePath: String? = nil, logos: Bool = false,
        limits: PictureLimits = .standard
    ) {
        self.logos = logos
        self.folder = folder
        self.cachePath = cachePath ?? folder + "/" + PictureShelf.cacheName
        self.limits = limits
        state = Mutex(State(cache: PictureCache(path: self.cachePath)))
    }

    package static func == (left: PictureShelf, right: PictureShelf) -> Bool { left === right }

    /// Families of the hashes that come from here.
    var hashFamilies: [String] {
        [PDQ.family] + (logos ? [LogoShape.version, HashFamily.concealed] : [])
    }

    package var tally: Tally { state.withLock { $0.tally } }

    /// What is seen in a picture that a row names, or `nil` with the reason counted.
    func picture(named name: String) -> SeenPicture? {
        let outcome: PictureCache.Outcome
        var isKnown = false
        do throws(PictureRefusal) {
            let bytes = try PictureFile.bytes(path(named: name), limits: limits)
            let key = PictureCache.key(bytes)
            if let known = state.withLock({ $0.cache[key] }), isEnough(known) {
                isKnown = true
                outcome = known
            } else {
                let limits = limits
                let logos = logos
                outcome = PictureCache.Outcome { () throws(PictureRefusal) in
                    try PictureFile.look(bytes, logos: logos, limits: limits)
                }
                state.withLock { $0.cache.insert(outcome, for: key) }
            }
        } catch {
            outcome = .failure(error)
        }
        return count(outcome, isKnown)
    }

    /// Whether a row's text is the name of a picture here.
    func has(_ name: String) -> Bool {
        do {
            return FileSystem.exists(try path(named: name))
        } catch {
            return false
        }
    }

    /// Keeps what was learned for the next pack.
    ///
    /// - Returns: Sentences for people: a cache that could not be read or written.
    package func close() -> [String] {
        state.withLock { state in
            var notes = state.cache.note.isEmpty ? [] : [state.cache.note]
            do {
                try state.cache.write(cachePath)
            } catch {
                notes.append("hashes are not kept for the next pack: \(error)")
            }
            return notes
        }
    }

    /// Whether what is known of a picture is all that is asked for.
    private func isEnough(_ known: PictureCache.Outcome) -> Bool {
        guard logos, case .success(let picture) = known else { return true }
        return picture.logos != nil
    }

    private func count(_ outcome: PictureCache.Outcome, _ isKnown: Bool) -> SeenPicture? {
        state.withLock { state in
            switch outcome {
            case .success(let picture):
                if isKnown { state.tally.known += 1 } else { state.tally.hashed += 1 }
                if picture.pdq.quality < 50 { state.tally.plain += 1 }
                return picture
            case .failure(let refusal):
                let place = PictureFailure.allCases.firstIndex(of: refusal.reason) ?? 0
                state.tally.failures[place] += 1
                return nil
            }
        }
    }

    /// The file that a name means: below the folder, never outside it. Of a web address, the last
    /// part of its path.
    private func path(named name: String) throws(PictureRefusal) -> String {
        var local = Substring(name)
        if let scheme = name.firstRange(of: "://") {
            local = name[scheme.upperBound...].prefix { $0 != "?" && $0 != "#" }
            local = local.split(separator: "/").last ?? ""
        }
        let parts = local.split(separator: "/", omittingEmptySubsequences: true)
        guard !parts.isEmpty, !parts.contains(".."), !local.utf8.contains(0) else {
            throw PictureRefusal(.missing, "expected a file below \(folder), found \(name)")
        }
        return folder + "/" + parts.joined(separator: "/")
    }
}
