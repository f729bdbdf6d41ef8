package import KleanCore

/// Reads what a person types after `--reason`.
package enum ReasonFilter {
    /// Groups of codes, by scorer, and the interactions.
    private static let groups: [(name: String, range: ClosedRange<UInt16>)] = [
        ("image", 100...109), ("logo", 110...119), ("name", 120...129), ("price", 130...139),
        ("seller", 140...149), ("interaction", 150...159),
    ]

    /// Everything that ``codes(_:)`` understands, but labels.
    package static let names: [String] =
        groups.map(\.name) + EvidenceCode.allCases.map(\.name)

    /// The codes of a code's name, of a group or of a label in either language; capitals do not
    /// count.
    ///
    /// - Throws: ``InspectionError/unknownReason(_:)``.
    package static func codes(_ text: String) throws -> Set<EvidenceCode> {
        let wanted = text.lowercased()
        if let group = groups.first(where: { $0.name == wanted }) {
            return Set(EvidenceCode.allCases.filter { group.range.contains($0.rawValue) })
        }
        let codes = EvidenceCode.allCases.filter { code in
            code.name.lowercased() == wanted
                || ReportLanguage.allCases.contains { code.label($0).lowercased() == wanted }
        }
        guard !codes.isEmpty else { throw InspectionError.unknownReason(text) }
        return Set(codes)
    }
}
