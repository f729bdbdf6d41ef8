import KleanCore
import KleanModel
import Testing

/// Hashes come out of the shapes that hash-sharing tools write, and nothing else does.
@Suite struct HashExchangeTests {
    private static let first = String(repeating: "0123456789abcdef", count: 4)
    private static let second = String(repeating: "fedcba9876543210", count: 4)

    private func read(_ text: String) throws -> HashExchange {
        try HashExchange(Array(text.utf8), name: "test")
    }

    @Test func plainLists() throws {
        let found = try read("# mine\n\(Self.first)\r\n\n\(Self.second.uppercased())\nrubbish\n")
        #expect(found.items.map(\.hash.hex) == [Self.first, Self.second])
        #expect(found.unreadable == 1)
    }

    /// As PDQ's command-line hashers print: hash, quality, file.
    @Test func rowsWithoutHeader() throws {
        let found = try read("\(Self.first),93,photos/a b.jpg\n\(Self.second),12,\"c,d.jpg\"\n")
        #expect(found.items.map(\.quality) == [93, 12])
        #expect(found.items.map(\.id) == ["photos/a b.jpg", "c,d.jpg"])
    }

    @Test func rowsWithHeaderAndTypes() throws {
        let found = try read(
            """
            id,type,indicator,description,added_on,owner
            7,HASH_PDQ,\(Self.first),"said ""fake"" twice",2025-03-04T05:06:07+0000,Example
            8,HASH_SHA256,\(Self.second),other,,
            9,pdq,12,short,,
            """)
        #expect(found.items.count == 1 && found.otherTypes == 1 && found.unreadable == 1)
        let item = try #require(found.items.first)
        #expect(item.id == "7" && item.note == "said \"fake\" twice" && item.source == "Example")
        #expect(item.date == "2025-03-04")
    }

    /// Graph-like JSON: the hash in an object of its own, what describes it around it.
    @Test func nestedIndicators() throws {
        let found = try read(
            """
            {"data": [
              {"id": "1", "indicator": {"indicator": "\(Self.first)", "type": "HASH_PDQ"},
               "description": "bag", "owner": {"name": "Example", "id": "5"},
               "tags": {"data": [{"text": "fake"}]}},
              {"id": "2", "raw_value": "\(Self.second)", "type": "HASH_SHA256"},
              {"id": "3", "sha256": "\(Self.second)"}
            ], "paging": {"cursors": {"after": "\(Self.second)"}}}
            """)
        #expect(found.items.map(\.hash.hex) == [Self.first])
        #expect(found.items[0].note == "bag, fake" && found.items[0].source == "Example")
        #expect(found.otherTypes == 1)
    }

    /// Banks with their contents' signals by type, and matches by signal.
    @Test func signalsByType() throws {
        let bank = try read(
            """
            [{"bank_name": "FAKES", "content": [
               {"id": 12, "signals": {"pdq": "\(Self.first)", "video_md5": "00"}},
               {"id": 13, "signal_type": "pdq", "signal_value": "\(Self.second)"},
               {"id": 14, "pdq": ["\(Self.second)"], "quality": 80}]}]
            """)
        #expect(bank.items.map(\.id) == ["12", "13", "14"])
        #expect(bank.items.allSatisfy { $0.source == "FAKES" })
        #expect(bank.items.map(\.quality) == [nil, nil, 80])
        let plain = try read("[\"\(Self.first)\", \"x\"]")
        #expect(plain.items.count == 1)
    }

    @Test func brokenJSONIsTold() {
        #expect(throws: ModelError.self) { try read("{\"data\": [") }
    }
}
