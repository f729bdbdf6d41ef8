package import KleanCore

/// Tells whether a token is a misspelt alias (SCORING N2).
///
/// Only aliases of at least five Latin letters or three Hangul syllables take part, at one edit,
/// from eight letters or ten jamo at two. Exact aliases and the caller's words are never misses.
package struct NearMissIndex: Sendable {
    /// - Parameters:
    ///   - aliases: Brand aliases in any spelling; folded here. Those too short are only excluded.
    ///   - words: Words that are right as they are: dictionary words, units, honest brands.
    package init(aliases: [(text: [UInt8], payload: UInt32)], words: ByteStrings = ByteStrings()) {
    }

    /// The nearest alias of one folded run.
    package func lookup(_ token: some Collection<UInt8>) -> NearMiss? { nil }

    /// Appends the near misses in a folded batch, by row and start.
    package func scan(
        _ folded: FoldedText, into misses: inout [NearMissMatch], _ workspace: inout TextWorkspace
    ) {}
}
