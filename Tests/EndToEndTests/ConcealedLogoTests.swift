import Foundation
import Testing

/// A seller lays a mosaic over the logo. From the file to the ranking: `pack --images` finds the
/// place, `scan` counts it, and `explain` says so in both languages; with a cheap price it counts
/// once more. The picture is drawn here: a slope of colours with grain as photographs have it, and
/// a shape of blocks for the logo.
@Suite struct ConcealedLogoTests {
    private static let width = 400
    private static let height = 320
    private static let cell = 12
    /// Left, top, columns and rows of the mosaic.
    private static let mosaic = (x: 120, y: 96, columns: 10, rows: 7)
    private static let shape = [
        "#...#...#", "##.###.##", "#########", "###...###",
    ]

    /// Red, green and blue, row-major.
    private static let photo: [UInt8] = {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let (column, row) = ((x - 132) / 11, (y - 104) / 11)
                let isInk =
                    x >= 132 && y >= 104 && row < shape.count && column < shape[0].count
                    && Array(shape[row])[column] == "#"
                let colour = isInk ? [30, 40, 70] : [60 + x / 3, 70 + y / 3, 200 - (x + y) / 5]
                pixels += colour.map { UInt8($0 + grain(x, y)) }
            }
        }
        return pixels
    }()

    /// -16...16, the same every time: a hash of the place.
    private static func grain(_ x: Int, _ y: Int) -> Int {
        var word = UInt64(x) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(y) &* 0xC2B2_AE3D_27D4_EB4F
        word ^= word >> 29
        word = word &* 0xBF58_476D_1CE4_E5B9
        return Int(word >> 40) % 33 - 16
    }

    /// The photo with each cell of the mosaic in its mean.
    private static let concealed: [UInt8] = {
        var pixels = photo
        for row in 0..<mosaic.rows {
            for column in 0..<mosaic.columns {
                let (left, top) = (mosaic.x + column * cell, mosaic.y + row * cell)
                let places = (0..<cell * cell).map {
                    (top + $0 / cell) * width + left + $0 % cell
                }
                for channel in 0..<3 {
                    let sum = places.reduce(0) { $0 + Int(photo[3 * $1 + channel]) }
                    for place in places { pixels[3 * place + channel] = UInt8(sum / places.count) }
                }
            }
        }
        return pixels
    }()

    private static func write(_ pixels: [UInt8], to path: String) throws {
        let file = Data("P6 \(width) \(height) 255\n".utf8) + Data(pixels)
        try file.write(to: URL(filePath: path))
    }

    private func explained(_ index: String, _ id: String, _ language: String) throws -> String {
        let said = try KleanProcess.run(["explain", index, id, "--lang", language])
        #expect(said.status == 0, "\(said.errors)")
        return said.output
    }

    @Test func mosaicOverTheLogoIsEvidence() throws {
        let folder = try TemporaryFolder()
        let pictures = folder.path("pictures")
        try FileManager.default.createDirectory(
            atPath: pictures, withIntermediateDirectories: true)
        try Self.write(Self.photo, to: pictures + "/shown.ppm")
        try Self.write(Self.concealed, to: pictures + "/concealed.ppm")
        let product = try #require(SeedCaseTests.products.first { $0.brand == "Nike" })
        let model = try SeedCaseTests.model(in: folder, product: product, n: 40)
        let catalog = try folder.write(
            "catalog.csv",
            """
            id,title,brand,category,seller,image,price,currency,condition
            cheap,\(product.name) 새상품,Nike,스니커즈,가게 하나,concealed.ppm,20000,KRW,new
            fair,\(product.name) 새상품,Nike,스니커즈,가게 둘,concealed.ppm,139000,KRW,new
            shown,\(product.name) 새상품,Nike,스니커즈,가게 셋,shown.ppm,20000,KRW,new

            """)
        let (store, index) = (folder.path("store"), folder.path("index"))
        try expectSuccess(["pack", catalog, "--store", store, "--images", pictures])
        try expectSuccess(["scan", store, "--model", model, "--out", index, "--workers", "1"])

        let (cheap, fair) = try (explained(index, "cheap", "en"), explained(index, "fair", "en"))
        #expect(cheap.contains("goods is masked"), "\(cheap)")
        #expect(cheap.contains("mosaic") && cheap.contains("pixels at"), "\(cheap)")
        #expect(cheap.contains("the logo is masked and the price is low"), "\(cheap)")
        #expect(fair.contains("goods is masked"), "\(fair)")
        #expect(!fair.contains("the logo is masked and the price is low"), "\(fair)")

        let korean = try explained(index, "cheap", "ko")
        #expect(korean.contains("상품 사진의 한 곳이 가려져 있음"), "\(korean)")
        #expect(korean.contains("모자이크"), "\(korean)")
        #expect(korean.contains("로고를 가리고 가격도 낮음"), "\(korean)")

        let shown = try explained(index, "shown", "en")
        #expect(!shown.contains("masked"), "\(shown)")
        let top = try KleanProcess.run(["top", index, "--limit", "1", "--format", "json"]).json()
        let first = try #require((top as? [[String: Any]])?.first)
        #expect(first["id"] as? String == "cheap")
    }
}
