internal import Foundation

/// Unicode normalisation, by Foundation's tables: the only place that asks for them.
enum TextComposer {
    /// Form C (UAX #15).
    static func compose(_ text: String) -> String { text.precomposedStringWithCanonicalMapping }
}
