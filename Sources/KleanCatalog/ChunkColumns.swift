package import KleanColumns
package import KleanCore

/// The three files of a chunk.
extension ContainerKind {
    /// Columns that scorers read, sent to workers.
    package static let hotChunk = ContainerKind("KHOT")
    /// Columns that only people read.
    package static let coldChunk = ContainerKind("KCLD")
    /// From ids to rows.
    package static let idChunk = ContainerKind("KIDS")
    /// Superseded rows of a store.
    package static let tombstones = ContainerKind("KTMB")
    /// Counters that stand in for the packed ones.
    package static let counterOverlay = ContainerKind("KOVL")
}

/// The columns of a chunk. Raw values stand in files: never reuse one.
extension ColumnID {
    // Hot. A text column has its ends under `.offsets`; a dictionary has codes and values.
    package static let title = ColumnID(1)
    package static let brandCode = ColumnID(2)
    package static let brandValues = ColumnID(3)
    package static let categoryCode = ColumnID(4)
    package static let categoryValues = ColumnID(5)
    package static let sellerCode = ColumnID(6)
    package static let sellerValues = ColumnID(7)
    package static let shopCode = ColumnID(8)
    package static let shopValues = ColumnID(9)
    package static let price = ColumnID(10)
    package static let currency = ColumnID(11)
    package static let condition = ColumnID(12)
    package static let imageOffsets = ColumnID(13)
    package static let imageHash = ColumnID(14)
    package static let imageQuality = ColumnID(15)
    package static let logoOffsets = ColumnID(16)
    package static let logoHash = ColumnID(17)
    package static let logoQuality = ColumnID(18)
    package static let logoLabelCode = ColumnID(19)
    package static let logoLabelValues = ColumnID(20)
    package static let orders = ColumnID(21)
    package static let refunds = ColumnID(22)
    package static let complaints = ColumnID(23)
    package static let listedAt = ColumnID(24)
    // Only in chunks of which some listing has options with prices.
    package static let optionOffsets = ColumnID(25)
    package static let optionPrice = ColumnID(26)
    package static let optionNameCode = ColumnID(27)
    package static let optionNameValues = ColumnID(28)
    // Cold.
    package static let idText = ColumnID(40)
    package static let url = ColumnID(41)
    package static let imageRef = ColumnID(42)
    package static let options = ColumnID(43)
    package static let originalTitle = ColumnID(44)
    package static let logoBox = ColumnID(45)
    package static let shipping = ColumnID(46)
    // Id index: sorted fingerprints and the row of each, stored plain to be searched mapped.
    package static let idFingerprint = ColumnID(60)
    package static let idRow = ColumnID(61)
    // Tombstones: where each chunk's rows end, and the rows.
    package static let tombstoneOffsets = ColumnID(70)
    package static let tombstoneRows = ColumnID(71)
    // Counter overlay: what it covers, where each chunk's rows end, the rows and their counters.
    package static let overlayFacts = ColumnID(80)
    package static let overlayOffsets = ColumnID(81)
    package static let overlayRows = ColumnID(82)
    package static let overlayOrders = ColumnID(83)
    package static let overlayRefunds = ColumnID(84)
    package static let overlayComplaints = ColumnID(85)
}

/// Each phase ships only the columns that it reads.
extension Phase {
    /// Every segment of the hot file that the phase needs, text ends included, in file order.
    package var columns: [ColumnID] {
        switch self {
        case .survey: Phase.surveyColumns
        case .score: Phase.scoreColumns
        }
    }

    private static let surveyColumns: [ColumnID] =
        ColumnID.dictionaries([
            (.brandCode, .brandValues), (.categoryCode, .categoryValues),
            (.sellerCode, .sellerValues), (.logoLabelCode, .logoLabelValues),
        ]) + [
            .price, .currency, .condition, .imageOffsets, .imageHash, .imageQuality, .logoOffsets,
            .logoHash, .logoQuality, .orders, .refunds, .complaints, .listedAt, .optionOffsets,
            .optionPrice,
        ]

    /// All but the hashes themselves: the survey joined them.
    private static let scoreColumns: [ColumnID] =
        ColumnID.hot.filter { $0 != .imageHash && $0 != .logoHash }
}

extension ColumnID {
    /// Every segment of a hot file, in file order.
    package static let hot: [ColumnID] =
        [.title, ColumnID.title.offsets]
        + dictionaries([
            (.brandCode, .brandValues), (.categoryCode, .categoryValues),
            (.sellerCode, .sellerValues), (.shopCode, .shopValues),
        ]) + [
            .price, .currency, .condition, .imageOffsets, .imageHash, .imageQuality, .logoOffsets,
            .logoHash, .logoQuality,
        ] + dictionaries([(.logoLabelCode, .logoLabelValues)])
        + [.orders, .refunds, .complaints, .listedAt, .optionOffsets, .optionPrice]
        + dictionaries([(.optionNameCode, .optionNameValues)])

    fileprivate static func dictionaries(_ pairs: [(ColumnID, ColumnID)]) -> [ColumnID] {
        pairs.flatMap { [$0.0, $0.1, $0.1.offsets] }
    }
}
