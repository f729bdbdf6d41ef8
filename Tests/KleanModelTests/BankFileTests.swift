import Foundation
import KleanColumns
import KleanCore
import KleanModel
import Testing

/// Bank files are edited without touching what their keeper wrote, and disabled entries stay out of
/// the model.
@Suite struct BankFileTests {
    private static let first = Hash256(
        0x0123_4567_89AB_CDEF, 0x0FED_CBA9_8765_4321, 0x5555_AAAA_5555_AAAA, 0x3333_CCCC_3333_CCCC)
    private static let second = Hash256(
        0xFEDC_BA98_7654_3210, 0x0F0F_0F0F_F0F0_F0F0, 0x00FF_00FF_00FF_00FF, 0x1234_5678_8765_4321)

    /// A copy of the shipped source, to be changed.
    private func source() throws -> String {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "klean-bank-\(UUID().uuidString)").path
        try FileManager.default.copyItem(atPath: ShippedModelTests.folder, toPath: path)
        return path
    }

    @Test func rowsAreAddedBelowWhatIsThere() throws {
        let source = try source()
        defer { try? FileManager.default.removeItem(atPath: source) }
        let before = try String(contentsOfFile: source + "/banks/stop.tsv", encoding: .utf8)
        var file = try BankFile(source: source, name: "stop")
        var entry = BankFile.Entry(hash: Self.first, kind: .stop, id: "size chart")
        entry.note = "a\tnote\nwith breaks"
        entry.source = "case 17"
        entry.date = "2026-11-24"
        file.append([entry, BankFile.Entry(hash: Self.second, kind: .stop, id: "banner")])
        try file.write()
        let after = try String(contentsOfFile: source + "/banks/stop.tsv", encoding: .utf8)
        #expect(after.hasPrefix(before))
        let model = try ModelSource.load(source).model
        #expect(model.banks.hashes == [Self.first, Self.second])
        #expect(model.banks.entryIDs.string(0) == "size chart")
        #expect(model.banks.notes.string(0) == "a note with breaks (case 17 2026-11-24)")
        entry.note = "a note with breaks"
        #expect(try BankFile(source: source, name: "stop").entries[0] == entry)
    }

    /// A bank of another descriptor version is refused by name; one that says nothing is a
    /// detector's of the user's own.
    @Test func otherDescriptorsAreRefused() throws {
        let source = try source()
        defer { try? FileManager.default.removeItem(atPath: source) }
        var file = try BankFile(source: source, name: "marks")
        var entry = BankFile.Entry(hash: Self.first, kind: .official, id: "mark")
        entry.target = .logo
        entry.descriptor = HashFamily.logo
        file.append([entry])
        entry.hash = Self.second
        entry.descriptor = ""
        file.append([entry])
        try file.write()
        try BankSettingsFile.set(
            source: source, bank: "marks", radius: Limits.logoRadiusBits, qualityMin: nil,
            current: (31, 50))
        let bank = try #require(try ModelSource.load(source).model.banks.banks.first)
        #expect(Int(bank.radiusBits) == Limits.logoRadiusBits && bank.entries.count == 2)
        entry.descriptor = "logo-mask-0"
        file.append([entry])
        try file.write()
        let error = #expect(throws: ModelError.self) { try ModelSource.load(source) }
        let text = try #require(error).description
        #expect(text.contains("logo-mask-0") && text.contains(HashFamily.logo))
    }

    /// Pictures are told apart by 31 bits, not more.
    @Test func wideRadiiAreForLogosOnly() throws {
        let source = try source()
        defer { try? FileManager.default.removeItem(atPath: source) }
        var file = try BankFile(source: source, name: "photos")
        file.append([BankFile.Entry(hash: Self.first, kind: .official, id: "photo")])
        try file.write()
        try BankSettingsFile.set(
            source: source, bank: "photos", radius: 44, qualityMin: nil, current: (31, 50))
        #expect(throws: ModelError.self) { try ModelSource.load(source) }
    }

    @Test func disabledEntriesStayInTheFileAndOutOfTheModel() throws {
        let source = try source()
        defer { try? FileManager.default.removeItem(atPath: source) }
        var file = try BankFile(source: source, name: "new")
        file.append([
            BankFile.Entry(hash: Self.first, kind: .confirmedFake, id: "a"),
            BankFile.Entry(hash: Self.second, kind: .confirmedFake, id: "b"),
        ])
        #expect(file.setEnabled(false, id: "a") == 1)
        #expect(file.setEnabled(false, id: "a") == 0)
        try file.write()
        #expect(try ModelSource.load(source).model.banks.hashes == [Self.second])
        var again = try BankFile(source: source, name: "new")
        #expect(again.entries.map(\.isEnabled) == [false, true])
        #expect(again.setEnabled(true, id: "a") == 1)
        try again.write()
        #expect(try ModelSource.load(source).model.banks.hashes == [Self.first, Self.second])
    }

    /// A header without the newer columns grows, and its rows stay valid.
    @Test func olderFilesGainTheirColumns() throws {
        let source = try source()
        defer { try? FileManager.default.removeItem(atPath: source) }
        let old = "# mine\r\nhash\tkind\tbrand\tid\r\n\(Self.first.hex)\tofficial\t\told\r\n"
        try old.write(toFile: source + "/banks/old.tsv", atomically: true, encoding: .utf8)
        var file = try BankFile(source: source, name: "old")
        file.append([BankFile.Entry(hash: Self.second, kind: .official, id: "new")])
        #expect(file.setEnabled(false, id: "old") == 1)
        try file.write()
        #expect(try ModelSource.load(source).model.banks.hashes == [Self.second])
    }

    @Test func bankSettingsChangeOneLineOfTheSettings() throws {
        let source = try source()
        defer { try? FileManager.default.removeItem(atPath: source) }
        var file = try BankFile(source: source, name: "near")
        file.append([BankFile.Entry(hash: Self.first, kind: .confirmedFake, id: "a")])
        try file.write()
        for (radius, quality) in [(12, 70), (20, 71)] {
            try BankSettingsFile.set(
                source: source, bank: "near", radius: radius, qualityMin: quality,
                current: (31, 50))
            let loaded = try ModelSource.load(source)
            #expect(loaded.settings(ofBank: "near") == (radius, quality))
            #expect(loaded.settings(ofBank: "stop") == (31, 50))
        }
    }
}
