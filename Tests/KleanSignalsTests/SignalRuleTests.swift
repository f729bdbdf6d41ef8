import KleanSignals
import Testing

/// The rules that turn events into counters, each by itself.
@Suite struct SignalRuleTests {
    private static let day: Int64 = 86_400
    private let now: Int64 = 20_000 * SignalRuleTests.day

    private func event(
        _ kind: SignalKind, daysAgo: Double, person: UInt64 = 0, device: UInt64 = 0,
        order: UInt64 = 0, delivered: Double? = nil, joined: Double? = nil,
        isUndelivered: Bool = false
    ) -> SignalLog.Event {
        func time(_ days: Double) -> Int64 { now - Int64(days * Double(Self.day)) }
        return SignalLog.Event(
            kind: kind, isUndelivered: isUndelivered, source: 0, line: 1, names: 0..<0,
            order: order, person: person, device: device, at: time(daysAgo),
            delivered: delivered.map(time), joined: joined.map(time))
    }

    private func count(_ events: [SignalLog.Event]) -> SignalCount.Outcome {
        SignalCount(reckoning: now).count(events.sorted { $0.at < $1.at }[...])
    }

    /// An order weighs by its age since delivery, up to 14 days; young ones weigh in part.
    @Test func ordersWeighByDelay() {
        #expect(count((0..<10).map { _ in event(.order, daysAgo: 30) }).orders == 10)
        #expect(count((0..<10).map { _ in event(.order, daysAgo: 7) }).orders == 5)
        #expect(count((0..<10).map { _ in event(.order, daysAgo: 30, delivered: 7) }).orders == 5)
        #expect(count((0..<10).map { _ in event(.order, daysAgo: 0) }).orders == 0)
        let mixed = count([
            event(.order, daysAgo: 91), event(.order, daysAgo: 20, isUndelivered: true),
            event(.order, daysAgo: 20, order: 5), event(.order, daysAgo: 20, order: 5),
        ])
        #expect(mixed.orders == 1)
        #expect(
            mixed.gaps == [.outsideWindow, .notDelivered, nil, .repeatedOrder])
        #expect(SignalCount.weighed(packedOrders: 90) == 83)
        #expect(SignalCount.weighed(packedOrders: 0) == 0)
    }

    /// A buyer or a device counts once for complaints and once for refunds; the nameless count as
    /// one, unless their orders tell them apart.
    @Test func complainantsAreDistinct() {
        let outcome = count([
            event(.counterfeitComplaint, daysAgo: 9, person: 1),
            event(.counterfeitComplaint, daysAgo: 8, person: 1),
            event(.counterfeitRefund, daysAgo: 7, person: 1),
            event(.chargeback, daysAgo: 6, person: 2, device: 7),
            event(.counterfeitComplaint, daysAgo: 5, person: 3, device: 7),
            event(.counterfeitComplaint, daysAgo: 4), event(.noticeUpheld, daysAgo: 3),
            event(.counterfeitComplaint, daysAgo: 2, order: 11),
            event(.counterfeitComplaint, daysAgo: 1, order: 12),
        ])
        #expect(outcome.complaints == 5 && outcome.refunds == 1)
        #expect(
            outcome.gaps == [nil, .samePerson, nil, nil, .samePerson, nil, .samePerson, nil, nil])
    }

    /// Six complaints in an hour from accounts of less than a week are held; five are not, nor are
    /// six from old accounts, nor six over a day.
    @Test(arguments: [(6, 1.0, 2.0, 0), (5, 1.0, 2.0, 5), (6, 1.0, 90.0, 6), (6, 24.0, 2.0, 6)])
    func burstsAreHeldBack(_ events: Int, _ hours: Double, _ ageDays: Double, _ counted: Int) {
        let outcome = count(
            (0..<events).map { number in
                let daysAgo = 3 + Double(number) * hours / 24 / Double(events)
                return event(
                    .counterfeitComplaint, daysAgo: daysAgo, person: UInt64(number + 1),
                    joined: daysAgo + ageDays)
            })
        #expect(Int(outcome.complaints) == counted)
        #expect(outcome.gaps.count { $0 == .heldBurst } == events - counted)
    }

    /// A complaint belongs to the window by its order's date where the order is known.
    @Test func complaintsFollowTheirOrders() {
        let outcome = count([
            event(.order, daysAgo: 100, order: 1), event(.order, daysAgo: 50, order: 2),
            event(.counterfeitComplaint, daysAgo: 60, person: 1, order: 1),
            event(.counterfeitComplaint, daysAgo: 40, person: 2, order: 2),
            event(.counterfeitComplaint, daysAgo: 95, person: 3),
        ])
        #expect(outcome.complaints == 1 && outcome.orders == 1)
    }

    @Test(arguments: [
        ("가품 같아요", true), ("짝퉁 팔지 마세요", true), ("위조품 신고합니다", true),
        ("\u{110D}\u{1161}\u{11A8}\u{1110}\u{116E}\u{11BC} 입니다", true), ("정품이 아닙니다", true),
        ("정품 아님", true), ("정품 맞나요?", false), ("가품 아니에요, 정품입니다", false),
        ("배송이 늦어요", false), ("This is a FAKE bag", true), ("not authentic at all", true),
        ("authentic and great", false), ("it is not a fake", false), ("这是假货", true),
        ("不是正品", true), ("색상이 다릅니다", false),
    ]) func wordsAreUnderstood(_ text: String, _ isComplaint: Bool) {
        #expect(CounterfeitWords.isIn(text) == isComplaint, "\(text)")
    }

    @Test(
        arguments: [
            ("상품번호: 12345 입니다", ["12345"], ""),
            ("주문번호 A-1003, 상품 번호 id7.", ["id7"], "A-1003"),
            (
                "see https://www.shop.kr/goods/99?itemId=42&x=y#top, order number: 77-B",
                ["42", "y", "99", "goods", "shop.kr/goods/99", "shop.kr/goods/99?itemId=42&x=y"],
                "77-B"
            ),
            ("G000100302 is a fake, call 010-1234-5678 by 2026-07-01", ["G000100302"], ""),
            ("nothing here", [], ""),
        ] as [(String, [String], String)])
    func listingsAreFound(_ text: String, _ listings: [String], _ order: String) {
        #expect(ListingReference.candidates(text: text) == listings)
        #expect(ListingReference.order(text: text) == order)
    }

    @Test func tablesAreCut() {
        var text = DelimitedText(Array("\u{FEFF}a;b\r\n\"x;\n\"\"y\"\"\";2\n\n;\nlast".utf8))
        var rows: [(Int, [String])] = []
        while let cells = text.next() { rows.append((text.line, cells)) }
        #expect(rows.map(\.0) == [1, 2, 5, 6])
        #expect(rows.map(\.1) == [["a", "b"], ["x;\n\"y\"", "2"], ["", ""], ["last"]])
    }
}
