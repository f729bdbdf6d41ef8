import Foundation
import Testing

/// What a logo would match is counted before it ships: from its file, from a hash, and from an
/// entry of a model's bank.
@Suite struct BankPreviewTests {
    private static let key = [
        ".####....", "##..##...", "##..#####", "##..##.##", ".####..##", ".......##",
    ]

    /// A grey map with the key drawn in cells from a place on.
    private func picture(_ side: Int, x left: Int, y top: Int, cell: Int, ground: UInt8) -> Data {
        var pixels = [UInt8](repeating: ground, count: side * side)
        for (row, line) in Self.key.enumerated() {
            for (column, mark) in line.enumerated() where mark == "#" {
                for y in top + row * cell..<top + (row + 1) * cell {
                    for x in left + column * cell..<left + (column + 1) * cell {
                        pixels[y * side + x] = 20
                    }
                }
            }
        }
        return Data("P5 \(side) \(side) 255\n".utf8) + Data(pixels)
    }

    @Test func logoIsCountedBeforeItShips() throws {
        let folder = try TemporaryFolder()
        let pictures = folder.path("pictures")
        try FileManager.default.createDirectory(
            atPath: pictures, withIntermediateDirectories: true)
        let shown = picture(240, x: 60, y: 70, cell: 9, ground: 200)
        try shown.write(to: URL(fileURLWithPath: pictures + "/shown.pgm"))
        try picture(240, x: 300, y: 300, cell: 0, ground: 200)
            .write(to: URL(fileURLWithPath: pictures + "/plain.pgm"))
        let logo = folder.path("key.pgm")
        try picture(200, x: 20, y: 40, cell: 16, ground: 255)
            .write(to: URL(fileURLWithPath: logo))
        let rows = try folder.write(
            "rows.csv",
            "id,title,seller,image,price,currency\nwith,bag,kim,shown.pgm,9000,KRW\n"
                + "without,bag,lee,plain.pgm,9000,KRW\n")
        let store = folder.path("store")
        try expectSuccess(["pack", rows, "--store", store, "--images", pictures])

        let table = try KleanProcess.run(["bank", "preview", logo, store, "--target", "logo"])
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.output.contains("logo regions match"), "\(table.output)")
        #expect(table.output.contains("in 1 listings of 1 sellers; radius 52"), "\(table.output)")

        let source = try GoldenResultTests.source(in: folder)
        try expectSuccess([
            "bank", "add", source, logo, "--target", "logo", "--bank", "marks", "--kind",
            "official", "--id", "mark",
        ])
        let byEntry = try KleanProcess.run([
            "bank", "preview", "mark", store, "--model", source, "--format", "json",
        ])
        let byFile = try KleanProcess.run([
            "bank", "preview", logo, store, "--target", "logo", "--format", "json",
        ])
        #expect(byEntry.status == 0, "\(byEntry.errors)")
        #expect(byEntry.output == byFile.output)
        #expect(byFile.output.contains("\"target\":\"logo\""), "\(byFile.output)")
        #expect(byFile.output.contains("\"listings\":1"), "\(byFile.output)")
        // As a whole picture the same file matches nothing.
        let asPicture = try KleanProcess.run(["bank", "preview", logo, store])
        #expect(asPicture.output.contains("0 of 2 pictures match"), "\(asPicture.output)")
        #expect(
            try KleanProcess.run(["bank", "preview", logo, store, "--target", "x"]).status != 0)
    }
}
