/// What an event says of a listing's orders.
package enum SignalKind: String, CaseIterable, Sendable {
    /// One order line: exposure, not evidence.
    case order
    case counterfeitRefund, counterfeitComplaint, noticeUpheld, chargeback

    /// The counter it enters: refunds have many honest causes, so they are kept apart.
    var isRefund: Bool { self == .counterfeitRefund }

    /// Reads a cell: the names above in any case and with any separators, and the usual words in
    /// Korean and English. `nil` for anything else, such as a refund whose reason is not told.
    static func named(_ text: String) -> SignalKind? {
        let word = text.lowercased().filter { $0.isLetter }
        if let exact = allCases.first(where: { $0.rawValue.lowercased() == word }) { return exact }
        switch word {
        case "orders", "purchase", "sale", "주문", "구매", "판매", "订单": return .order
        case "notice", "brandnotice", "takedown", "권리자신고", "브랜드신고", "知识产权投诉":
            return .noticeUpheld
        case "dispute", "paymentdispute", "차지백", "지불거절", "이의제기", "拒付": return .chargeback
        case "가품환불", "위조품환불", "假货退款": return .counterfeitRefund
        case "가품신고", "위조품신고", "가품제보", "假货投诉": return .counterfeitComplaint
        default: return nil
        }
    }

    /// A general kind, which only a counterfeit word in its reason makes one of ours.
    static func general(_ text: String) -> SignalKind? {
        switch text.lowercased().filter({ $0.isLetter }) {
        case "refund", "return", "refunds", "returns", "환불", "반품", "退款": return .counterfeitRefund
        case "complaint", "complaints", "report", "claim", "inquiry", "email", "신고", "민원",
            "제보", "문의", "클레임", "投诉":
            return .counterfeitComplaint
        default: return nil
        }
    }
}

/// One event as its source tells it. Empty texts are unknown.
package struct Signal: Equatable, Sendable {
    package var kind: SignalKind
    /// What may name the listing, best first: ids, then addresses.
    package var listings: [String]
    package var order = ""
    /// Who complains or buys: an account, or the address of a mail.
    package var person = ""
    package var device = ""
    /// Seconds since 1970: when it was ordered, or reported.
    package var at: Int64
    /// When the goods arrived; `nil` where the source does not say.
    package var delivered: Int64?
    /// When the account was made.
    package var joined: Int64?
    /// The source says when orders arrive, but not of this one: it is still on its way.
    package var isUndelivered = false
    /// Line of a table, or number of a mail, from 1.
    package var line: Int

    package init(kind: SignalKind, listings: [String], at: Int64, line: Int) {
        self.kind = kind
        self.listings = listings
        self.at = at
        self.line = line
    }
}

/// Why an event does not count. Counts of these and of what counts add up to what was read.
package enum SignalGap: String, CaseIterable, Sendable {
    /// No time, no listing or no kind that can be read.
    case unreadable
    /// A refund or complaint that does not speak of counterfeits.
    case otherMatter
    /// No live listing of the snapshot has the id or address.
    case unknownListing
    /// Ordered or reported more than 90 days before the day of reckoning, or after it.
    case outsideWindow
    case notDelivered
    /// The same order line, told again.
    case repeatedOrder
    /// The same buyer or device has counted for this listing.
    case samePerson
    /// One of a burst from new accounts, held for a person to look at.
    case heldBurst

    package var words: String {
        switch self {
        case .unreadable: "no readable time, listing or kind"
        case .otherMatter: "does not speak of counterfeits"
        case .unknownListing: "no such listing"
        case .outsideWindow: "outside the 90 days"
        case .notDelivered: "not delivered yet"
        case .repeatedOrder: "order told again"
        case .samePerson: "same buyer or device"
        case .heldBurst: "burst of new accounts, held back"
        }
    }
}
