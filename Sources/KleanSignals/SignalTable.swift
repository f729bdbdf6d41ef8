import KleanCatalog
import KleanColumns
import KleanCore

/// Reads events from CSV and JSON Lines.
///
/// Columns by name, any subset but a listing and a time: `kind` (or every row is what the caller
/// says), `listing_id` or `url`, `order_id`, `buyer`, `device`, `at`, `delivered_at`,
/// `account_created_at`, `reason`. UTF-8, or what ``TextEncoding`` converts.
struct SignalTable {
    enum Column: String, CaseIterable {
        case kind, listing, url, order, person, device, at, delivered, joined, reason

        static func named(_ header: String) -> Column? {
            let name = header.lowercased().filter { $0.isLetter || $0.isNumber }
            return names[name]
        }

        private static let names: [String: Column] = {
            var table: [String: Column] = [:]
            for (column, words) in [
                (Column.kind, "kind type event eventtype 유형 종류 구분"),
                (.listing, "listingid listing productid itemid goodsno id 상품번호 상품id 商品id"),
                (.url, "url producturl listingurl link 상품url 링크"),
                (.order, "orderid order orderno ordernumber 주문번호 订单号"),
                (
                    .person,
                    "buyer buyerid customer customerid user userid account from email "
                        + "complainant 구매자 구매자id 신고자 고객 买家"
                ),
                (.device, "device deviceid 기기 단말"),
                (
                    .at,
                    "at time timestamp date createdat orderedat orderdate reportedat occurredat "
                        + "주문일 주문일시 신고일 접수일 일시 날짜 时间"
                ),
                (.delivered, "deliveredat delivered deliverydate 배송완료일 수령일 签收时间"),
                (.joined, "accountcreatedat accountcreated joinedat signupat 가입일 가입일시"),
                (.reason, "reason text message body comment memo 사유 내용 환불사유 신고내용 原因"),
            ] {
                for word in words.split(separator: " ") { table[String(word)] = column }
            }
            return table
        }()
    }

    /// What rows without a kind are.
    let kind: SignalKind?

    /// - Returns: a signal, or why the row is none.
    func signal(_ cells: [Column: String], line: Int) -> Result<Signal, SignalRefusal> {
        func cell(_ column: Column) -> String { (cells[column] ?? "").trimmed }
        guard let at = SignalTable.seconds(cell(.at)) else {
            return .failure(SignalRefusal(.unreadable, line))
        }
        let named = cell(.kind)
        let found: SignalKind
        if let known = SignalKind.named(named) {
            found = known
        } else if let general = SignalKind.general(named) {
            guard CounterfeitWords.isIn(cell(.reason)) else {
                return .failure(SignalRefusal(.otherMatter, line))
            }
            found = general
        } else if named.isEmpty, let kind {
            found = kind
        } else {
            return .failure(SignalRefusal(.unreadable, line))
        }
        var listings = [cell(.listing)]
        if !cell(.url).isEmpty { listings += ListingReference.candidates(address: cell(.url)) }
        listings.removeAll { $0.isEmpty }
        guard !listings.isEmpty else { return .failure(SignalRefusal(.unreadable, line)) }
        var signal = Signal(kind: found, listings: listings, at: at, line: line)
        signal.order = cell(.order)
        signal.person = cell(.person).lowercased()
        signal.device = cell(.device)
        signal.delivered = SignalTable.seconds(cell(.delivered))
        signal.isUndelivered = cells[.delivered] != nil && signal.delivered == nil
        signal.joined = SignalTable.seconds(cell(.joined))
        return .success(signal)
    }

    static func seconds(_ text: String) -> Int64? {
        text.isEmpty ? nil : CalendarDate.seconds(Array(text.utf8))
    }
}

/// A row that is no signal.
struct SignalRefusal: Error, Equatable {
    let gap: SignalGap
    let line: Int

    init(_ gap: SignalGap, _ line: Int) {
        self.gap = gap
        self.line = line
    }
}

extension String {
    /// Without blanks at its ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
