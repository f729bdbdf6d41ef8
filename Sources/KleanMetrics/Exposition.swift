/// A page in Prometheus' text format, version 0.0.4: per family `# HELP`, `# TYPE` and one line
/// for each series, families by name, series by labels.
///
/// Source: Prometheus documentation, "Exposition formats", text-based format.
package struct Exposition: Equatable, Sendable {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package enum Kind: String, Sendable { case counter, gauge }

    package struct Label: Hashable, Comparable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        package static func < (left: Label, right: Label) -> Bool {
            (left.name, left.value) < (right.name, right.value)
        }
    }

    package struct Sample: Equatable, Sendable {
        package var labels: [Label]
        package var value: Double

        package init(_ labels: [Label], _ value: Double) {
            self.labels = labels
            self.value = value
        }
    }

    package struct Family: Equatable, Sendable {
        package var name: String
        package var kind: Kind
        /// What it counts, in one line.
        package var help: String
        package var samples: [Sample]

        package init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
            self.name = name
            self.kind = kind
            self.help = help
            self.samples = samples
        }
    }

    package var families: [Family]

    package init(_ families: [Family]) { self.families = families }

    package var text: String {
        var text = ""
        for family in families.sorted(by: { $0.name < $1.name }) {
            if !family.help.isEmpty {
                text += "# HELP \(family.name) \(Exposition.escaped(family.help, quotes: false))\n"
            }
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            let samples = family.samples.sorted {
                $0.labels.lexicographicallyPrecedes($1.labels)
            }
            for sample in samples {
                text += family.name
                if !sample.labels.isEmpty {
                    let labels = sample.labels.map {
                        "\($0.name)=\"\(Exposition.escaped($0.value, quotes: true))\""
                    }
                    text += "{\(labels.joined(separator: ","))}"
                }
                text += " \(Exposition.number(sample.value))\n"
            }
        }
        return text
    }

    /// Backslash and line feed, and in label values the quotation mark, are escaped.
    static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Whole numbers without a point; others as short as they can be read back exactly.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}
