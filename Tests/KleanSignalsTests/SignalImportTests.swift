import Foundation
import KleanCatalog
import KleanColumns
import KleanCore
import KleanSignals
import Testing

/// Events from tables and mailboxes end up as counters of their listings, and every event is
/// accounted for.
@Suite struct SignalImportTests {
    /// Ten listings `id0`…`id9` with packed counters and addresses.
    private func store(_ folder: URL) throws -> String {
        let path = folder.appending(path: "s").path
        let writer = try StoreWriter.create(path)
        var builder = ChunkBuilder()
        for id in 0..<10 {
            var listing = Listing(id: "id\(id)", title: "t \(id)")
            listing.seller = Array("seller".utf8)
            listing.orders = 90
            listing.refunds = 2
            listing.complaints = 1
            listing.url = Array("https://shop.kr/goods/\(id)".utf8)
            builder.append(listing)
        }
        _ = try writer.commit([try writer.write(builder.finish(.fast), index: 0)])
        return path
    }

    private func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "klean-signals-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private func write(_ folder: URL, _ name: String, _ text: String) throws -> String {
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func counters(_ store: String, _ id: String) throws -> [UInt32] {
        let opened = try Store(path: store)
        let row = try opened.row(try #require(try opened.lookup(id)))
        return [row.orders, row.refunds, row.complaints]
    }

    private func expectWhole(_ report: SignalReport) {
        for source in report.sources {
            let counted = source.counted.values.reduce(0, +)
            let refused = source.refused.values.reduce(0, +)
            #expect(source.read == counted + refused, "\(source.path)")
        }
    }

    @Test func tablesBecomeCounters() throws {
        try inFolder { folder in
            let store = try store(folder)
            let before = try Store(path: store)
            var orders = "kind,listing_id,order_id,buyer,at,delivered_at\n"
            for number in 0..<40 {
                orders += "order,id3,o\(number),b\(number),2026-05-01,2026-05-03\n"
            }
            orders += "order,nobody,o1,b,2026-05-01,2026-05-03\norder,id4,,b,not a date,\n"
            let table = try write(folder, "orders.csv", orders)
            let lines = try write(
                folder, "complaints.jsonl",
                """
                {"type":"신고","상품번호":"id3","buyer":"b1",\
                "at":"2026-06-20T10:00:00+09:00","reason":"가품입니다"}
                {"type":"신고","상품번호":"id3","buyer":"b1","at":"2026-06-21","reason":"짝퉁!"}
                {"type":"신고","상품번호":"id3","buyer":"b2","at":"2026-06-21","reason":"배송이 늦어요"}
                {"type":"chargeback","url":"http://www.shop.kr/goods/3/","buyer":"b3",\
                "at":1782000000}
                {"type":"환불","listing_id":"id3","buyer":"b4","at":"2026-06-22","reason":"정품 아님"}
                not json

                """)
            var job = SignalImport(store: store, files: [table, lines])
            job.reckoning = 1_782_864_000  // 2026-07-01
            var reasons: [String] = []
            let report = try job.run { _, line, gap in reasons.append("\(line) \(gap.rawValue)") }
            expectWhole(report)
            #expect(report.sources.map(\.read) == [42, 6])
            #expect(report.sources.map(\.format) == ["CSV", "JSON Lines"])
            #expect(
                Set(reasons) == [
                    "42 unknownListing", "43 unreadable", "2 samePerson", "3 otherMatter",
                    "6 unreadable",
                ])
            #expect(try counters(store, "id3") == [40, 1, 2])
            #expect(try counters(store, "id5") == Array(repeating: Missing.uint32, count: 3))
            let after = try Store(path: store)
            #expect(after.digest != before.digest && report.digest == after.digest)
            #expect(after.overlay?.isLagCorrected == true)
            #expect(after.manifest.chunks == before.manifest.chunks)
            try after.verify()
            let again = try job.run()
            #expect(again.isUnchanged && again.digest == after.digest)
        }
    }

    /// Mails in the charsets and encodings that Korean customers' programs write; packed orders
    /// stand in, weighed for the delay of reports.
    @Test func mailboxesBecomeCounters() throws {
        try inFolder { folder in
            let store = try store(folder)
            let mail = try write(folder, "box.mbox", Self.mailbox)
            let report = try SignalImport(store: store, files: [mail]).run()
            expectWhole(report)
            let source = report.sources[0]
            #expect(source.format == "mbox" && source.read == 5)
            #expect(source.counted == [.counterfeitComplaint: 3])
            #expect(source.refused == [.otherMatter: 1, .samePerson: 1])
            #expect(report.packedCounters == ["orders_90d", "refunds_90d"])
            #expect(try counters(store, "id3") == [83, 2, 2])
            #expect(try counters(store, "id7") == [83, 2, 1])
            #expect(try counters(store, "id0") == [83, 2, 0])
        }
    }

    static let mailbox = """
        From a@x Mon Jun  1 00:00:00 2026
        From: =?euc-kr?B?sei3zg==?= <a@example.com>
        Date: Mon, 01 Jun 2026 09:00:00 +0900
        Subject: =?euc-kr?B?sKHHsMC7ILnevtK9wLTPtNk=?=
        MIME-Version: 1.0
        Content-Type: text/plain; charset="ks_c_5601-1987"
        Content-Transfer-Encoding: base64

        vsiz58fPvLy/5C4gu/PHsLn4yKM6IGlkMyDB1rmuufjIoyBBLTEwMDMgsKG55sDMIMKmxfzA
        1LTPtNkuIMivutLH2CDB1ry8v+QuCg==

        From b@x Mon Jun  1 00:00:00 2026
        From: b@example.com
        Date: Tue, 02 Jun 2026 09:00:00 +0900
        Subject: complaint
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="cut"

        --cut
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        =EB=A1=9C=EA=B3=A0=EA=B0=80 =EB=8B=A4=EB=A6=85=EB=8B=88=EB=8B=A4. =EC=A0=95=
        =ED=92=88=EC=9D=B4 =EC=95=84=EB=8B=99=EB=8B=88=EB=8B=A4! https://www.shop.k=
        r/goods/7?ref=3Dmail
        --cut
        Content-Type: text/html; charset=utf-8

        <p>other</p>
        --cut--

        From c@x Mon Jun  1 00:00:00 2026
        From: c@example.com
        Date: Wed, 03 Jun 2026 09:00:00 +0900
        Subject: hello
        Content-Type: text/html; charset=utf-8

        <p>\u{110D}\u{1161}\u{11A8}\u{1110}\u{116E}\u{11BC} &mdash;
        <a href="https://shop.kr/goods/x?itemId=id3">this</a></p>

        From d@x Mon Jun  1 00:00:00 2026
        From: d@example.com
        Date: Thu, 04 Jun 2026 09:00:00 +0900
        Subject: where is my parcel
        Content-Type: text/plain

        listing id: id3 has not arrived

        From a@x Mon Jun  1 00:00:00 2026
        From: A@example.com
        Date: Fri, 05 Jun 2026 09:00:00 +0900
        Subject: again
        Content-Type: text/plain

        listing id: id3 is a fake!


        """

    @Test func badFilesAreRefused() throws {
        try inFolder { folder in
            let store = try store(folder)
            let before = try Store(path: store).digest
            let odd = try write(folder, "odd.csv", "a,b\n1,2\n")
            #expect(throws: SignalError.columns(file: odd, found: "a, b")) {
                try SignalImport(store: store, files: [odd]).run()
            }
            let unknown = try write(
                folder, "u.csv", "kind,listing_id,at\nchargeback,nobody,2026-06-01\n")
            #expect(throws: SignalError.nothing(read: 1, mostly: "no such listing")) {
                try SignalImport(store: store, files: [unknown]).run()
            }
            #expect(try Store(path: store).digest == before)
        }
    }
}
