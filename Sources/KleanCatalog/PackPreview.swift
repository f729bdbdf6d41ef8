import KleanCore

/// What a pack would do with one source: its plan and how its first rows come out.
package struct SourcePreview: Sendable {
    package var plan: SourcePlan
    /// The first records, settled; those that are refused are in `rejects` instead.
    package var rows: [Listing]
    package var rejects: [Reject]
    /// Of the records that were looked at.
    package var tally: PackTally
}

/// Looks at inputs without touching a store.
package struct PackPreview: Sendable {
    package var sources: [SourcePreview] = []
    /// Inputs and members that would be refused or passed over.
    package var skipped: [SkippedMember] = []

    /// - Parameter rows: Most rows shown of each source.
    package init(_ inputs: [PackInput], rows: Int = 5) throws(CatalogError) {
        guard !inputs.isEmpty else { throw .noInputs }
        for input in inputs {
            for path in try InputPattern.expand(input.path) {
                var one = input
                one.path = path
                try look(one, rows)
            }
        }
        guard sources.isEmpty, let refused = skipped.first else { return }
        throw .unreadable(file: refused.path, reason: refused.reason)
    }

    private mutating func look(_ input: PackInput, _ rows: Int) throws(CatalogError) {
        let reader = try InputReader(input.path)
        while let open = try reader.next() {
            do throws(CatalogError) {
                sources.append(
                    try PackPreview.preview(open, input.mapping(for: open), rows))
            } catch {
                guard reader.isArchive, error.isAboutContent else { throw error }
                skipped.append(SkippedMember(path: open.path, reason: error.description))
            }
        }
    }

    private static func preview(_ input: OpenInput, _ mapping: Mapping, _ count: Int)
        throws(CatalogError) -> SourcePreview
    {
        let (source, plan) = try SourceProbe.open(
            input, name: input.member ?? input.fileName, mapping: mapping)
        var reader = BlockReader(
            source, plan.format, pending: plan.pending, blockBytes: CatalogLimits.previewBytes)
        guard let block = try reader.next() else { throw .headerOnly(file: input.path) }
        let batch = block.refused == nil ? plan.parser()(block) : RowBatch(block)
        let line = plan.dataLine + 1
        return SourcePreview(
            plan: plan,
            rows: (0..<min(count, batch.hot.rowCount)).map {
                Listing(hot: batch.hot, cold: batch.cold, row: $0)
            },
            rejects: batch.rejects.prefix(count).map {
                Reject(
                    file: input.path, line: line + $0.line, reason: $0.reason, detail: $0.detail,
                    raw: $0.raw)
            },
            tally: batch.tally)
    }
}

extension Mapping {
    /// The mapping that a plan came to, as YAML that ``MappingFile`` reads.
    package static func yaml(of plan: SourcePlan) -> String {
        var text = "# How klean pack reads \(plan.name).\n"
        if plan.encoding != .utf8 { text += "encoding: \(plan.encoding.rawValue)\n" }
        if plan.mapping.currency != .missing {
            text += "currency: \(plan.mapping.currency.code)\n"
        }
        text += "columns:\n"
        for field in Field.allCases {
            let columns = plan.columns.columns(for: field).map { plan.columns.columns[$0] }
            if columns.isEmpty || (field == .seller && plan.columns.sellerIsShop) { continue }
            text += "  \(field.rawValue): [\(columns.map(quoted).joined(separator: ", "))]\n"
        }
        let currencies = plan.columns.namedCurrency.sorted { $0.key < $1.key }
        if !currencies.isEmpty { text += "currencies:\n" }
        for (column, currency) in currencies {
            text += "  \(quoted(plan.columns.columns[column])): \(currency.code)\n"
        }
        return text
    }

    private static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        appendJSON(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
