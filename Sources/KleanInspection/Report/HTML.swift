import KleanConsole

/// A piece of HTML. Text becomes one only through ``text(_:)``, which escapes it, so nothing that
/// a listing says can become markup.
struct HTML: Equatable, Sendable, ExpressibleByStringInterpolation {
    /// Markup, as it is written out.
    let markup: String

    init(stringLiteral value: String) { markup = value }
    init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }
    private init(markup: String) { self.markup = markup }

    static func text(_ text: String) -> HTML { HTML(markup: escaped(text)) }

    /// Pieces one after the other.
    static func joined(_ pieces: [HTML]) -> HTML {
        HTML(markup: pieces.map(\.markup).joined())
    }

    /// Interpolated strings are text and are escaped; interpolated pieces are not.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        init(literalCapacity: Int, interpolationCount: Int) {}
        mutating func appendLiteral(_ literal: String) { markup += literal }
        mutating func appendInterpolation(_ text: String) { markup += escaped(text) }
        mutating func appendInterpolation(_ piece: HTML) { markup += piece.markup }
        mutating func appendInterpolation(_ number: Int) { markup += String(number) }
        /// A coordinate, to a tenth of a pixel.
        mutating func appendInterpolation(_ number: Double) {
            markup += NumberText.fixed(number, digits: 1)
        }
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in DisplayWidth.printable(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
