internal import KleanColumns
public import KleanCore

/// How far the prices of a category stand from usual in the snapshot that a model judges: in a
/// sales week everybody is cheaper (SCORING d).
public struct PriceEvent: Equatable, Sendable {
    /// ``Model/nameKey(_:)`` of the category text.
    public var categoryKey: UInt64
    public var category: String
    /// Of usual prices, ``ratios``.
    public var ratio: Double
    /// Natural logarithm of `ratio` by `Exact.log`.
    public var logRatio: Fixed
    /// Sellers whose own prices say so.
    public var sellers: UInt32
    public var source: String
    /// ISO 8601 day of the prices.
    public var date: String

    /// A category does not sell at less than a third, nor at twice its usual prices: past that
    /// something other than a sale moved them.
    package static let ratios = 0.33...2.0

    public init(
        categoryKey: UInt64, category: String, ratio: Double, sellers: UInt32, source: String,
        date: String
    ) {
        self.categoryKey = categoryKey
        self.category = category
        self.ratio = ratio
        logRatio = Fixed(Exact.log(ratio))
        self.sellers = sellers
        self.source = source
        self.date = date
    }
}

/// Learns events from listings whose earlier versions the store still holds: each seller's own
/// prices against the same seller's prices before, so that newcomers, fakes and changes in what is
/// offered move nothing.
package struct PriceEventFitter: Sendable {
    /// Fewer sellers are no week of sales.
    package static let sellersMin = 30
    /// Smaller moves than this of ln price are left to the references' spread.
    package static let moveMin = 0.03

    private struct CategoryMoves {
        /// As the first listing writes it.
        var category: String
        /// By seller, ln now minus ln before, 1/65,536.
        var bySeller: [UInt64: [Int32]] = [:]
    }

    /// By listing, ln won of superseded versions, 1/65,536.
    private var earlier: [UInt64: [Int32]] = [:]
    /// By ``Model/nameKey(_:)``: two spellings of a category are one.
    private var moves: [UInt64: CategoryMoves] = [:]

    package init() {}

    /// Takes the price that a superseded version of a listing had. All of these come first.
    package mutating func addEarlier(_ listing: UInt64, won: Int64) {
        guard won > 0 else { return }
        earlier[listing, default: []].append(Fixed(Exact.log(Double(won))).raw)
    }

    /// Takes the price that a listing has now.
    package mutating func addCurrent(
        _ listing: UInt64, won: Int64, seller: UInt64, category: String
    ) {
        guard won > 0, let before = earlier[listing] else { return }
        let move = Fixed(Exact.log(Double(won))).raw - PriceEventFitter.median(before)
        moves[Model.nameKey(category.utf8), default: CategoryMoves(category: category)]
            .bySeller[seller, default: []].append(move)
    }

    /// The categories that moved, by name: the median over sellers of each one's median move.
    package func fit(source: String, date: String) -> [PriceEvent] {
        moves.sorted { $0.value.category < $1.value.category }.compactMap { key, moves in
            let sellers = moves.bySeller.values.map { PriceEventFitter.median($0) }
            guard sellers.count >= PriceEventFitter.sellersMin else { return nil }
            let move = Fixed(raw: PriceEventFitter.median(sellers)).double
            guard abs(move) >= PriceEventFitter.moveMin else { return nil }
            let ratio = (Exact.exp(move) * 1_000).rounded() / 1_000
            guard PriceEvent.ratios.contains(ratio) else { return nil }
            return PriceEvent(
                categoryKey: key, category: moves.category, ratio: ratio,
                sellers: UInt32(sellers.count), source: source, date: date)
        }
    }

    /// The lower of the two in the middle of an even number. - Precondition: not empty.
    private static func median(_ values: [Int32]) -> Int32 {
        values.sorted()[(values.count - 1) / 2]
    }
}

extension PriceEvent {
    /// The bytes of `events.tsv`.
    package static func table(_ events: [PriceEvent]) -> [UInt8] {
        var text = "# How far prices stand from usual, written by klean model fit-events.\n"
        text += SourceDraft.eventColumns.joined(separator: "\t") + "\n"
        for event in events {
            let fields = [
                event.category, "\(event.ratio)", "\(event.sellers)", event.source, event.date,
            ]
            text += fields.map(PriceFit.plain).joined(separator: "\t") + "\n"
        }
        return Array(text.utf8)
    }

    /// Writes ``table(_:)`` to `path`, whole or not at all.
    package static func write(_ events: [PriceEvent], to path: String) throws(ModelError) {
        do {
            try writeFileDurably(path, table(events))
        } catch {
            throw .file(error)
        }
    }
}

extension SourceDraft {
    static let eventColumns = ["category", "ratio", "sellers", "source", "date"]

    mutating func readEvents() throws(ModelError) {
        guard
            let table = try table(
                "events.tsv", required: SourceDraft.eventColumns, isOptional: true)
        else { return }
        var seen: [UInt64: Int] = [:]
        table.forEachRow(&self) { row, draft in
            let category = row.text(0)
            let key = Model.nameKey(category.utf8)
            let ratio = row.decimal(1, "ratio", PriceEvent.ratios, &draft.faults)
            let sellers = row.integer(2, "sellers", 1...Int64(UInt32.max) - 1, &draft.faults)
            let date = row.day(4, "date", &draft.faults)
            if row[3].isEmpty {
                draft.faults.add(
                    row.file, row.line, "source", expected: "where it is from", found: "")
            }
            if category.isEmpty {
                draft.faults.add(
                    row.file, row.line, "category", expected: "a category's text", found: "")
            } else if let line = seen.updateValue(row.line, forKey: key) {
                draft.faults.add(
                    row.file, row.line, "category", expected: "each category once",
                    found: "\(category), as in line \(line)")
            } else if let ratio, let sellers, let date {
                draft.model.events.append(
                    PriceEvent(
                        categoryKey: key, category: category, ratio: ratio,
                        sellers: UInt32(sellers), source: row.text(3), date: date))
            }
        }
    }
}
