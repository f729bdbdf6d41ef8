internal import Glibc
internal import KleanCatalog
internal import KleanColumns
internal import KleanCore

extension GeneratedCatalog {
    /// The header of ``writeCSV(to:threads:)``: names that `klean pack` recognises.
    package static let csvHeader =
        "id,title,brand,category,seller,shop,price,currency,condition,image_hash,image_quality,"
        + "logo_hash,logo_quality,logo_label,logo_box,orders_90d,refunds_90d,complaints_90d,"
        + "listed_at,url,image_ref,options,shipping\n"

    /// Writes the listings as UTF-8 CSV, lists within a cell parted by `;`: input for `pack`.
    ///
    /// - Returns: Bytes written.
    package func writeCSV(to path: String) throws -> Int {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(path, "create") }
        defer { close(descriptor) }
        var written = 0
        func write(_ bytes: [UInt8]) throws {
            var done = 0
            while done < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
                }
                guard count >= 0 || errno == EINTR else { throw FileError(path, "write") }
                done += max(0, count)
            }
            written += bytes.count
        }
        try write(Array(Self.csvHeader.utf8))
        var generator = ChunkGenerator(world: world, rowsPerChunk: rowsPerChunk)
        var lines: [UInt8] = []
        for number in 0..<chunkCount {
            let chunk = generator.generate(chunk: number, ordinals: ordinals(ofChunk: number))
            lines.removeAll(keepingCapacity: true)
            for row in 0..<chunk.hot.rowCount { chunk.appendCSV(row, to: &lines) }
            try write(lines)
        }
        return written
    }
}

extension GeneratedChunk {
    /// One line, in the order of the header.
    fileprivate func appendCSV(_ row: Int, to line: inout [UInt8]) {
        func comma() { line.append(UInt8(ascii: ",")) }
        func text(_ value: ArraySlice<UInt8>?) {
            let value = value ?? []
            if value.contains(where: { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }) {
                line.append(34)
                for byte in value {
                    if byte == 34 { line.append(34) }
                    line.append(byte)
                }
                line.append(34)
            } else {
                line += value
            }
            comma()
        }
        func number(_ value: UInt32) {
            if value != Missing.uint32 { line += String(value).utf8 }
            comma()
        }
        func list(_ range: Range<Int>, _ append: (Int) -> Void) {
            for place in range {
                if place > range.lowerBound { line.append(UInt8(ascii: ";")) }
                append(place)
            }
            comma()
        }
        text(cold.id[row])
        text(hot.title[row])
        text(hot.brand[row])
        text(hot.category[row])
        text(hot.seller[row])
        text(hot.shop[row])
        appendPrice(row, to: &line)
        comma()
        line += Currency(packed: hot.currency[row]).code.utf8
        comma()
        if let condition = Condition(rawValue: hot.condition[row]) {
            line += String(describing: condition).utf8
        }
        comma()
        let images = hot.images.range(row)
        list(images) { line += hot.images.hashes[$0].hex.utf8 }
        list(images) { line += String(hot.images.quality[$0]).utf8 }
        let logos = hot.logos.range(row)
        list(logos) { line += hot.logos.hashes[$0].hex.utf8 }
        list(logos) { line += String(hot.logos.quality[$0]).utf8 }
        list(logos) { line += hot.logoLabel[$0] ?? [] }
        list(logos) { place in
            let box = cold.logoBox[place]
            let sides = [box >> 48, box >> 32 & 0xFFFF, box >> 16 & 0xFFFF, box & 0xFFFF]
            line += sides.map { String($0) }.joined(separator: " ").utf8
        }
        number(hot.orders[row])
        number(hot.refunds[row])
        number(hot.complaints[row])
        line += String(hot.listedAt[row]).utf8
        comma()
        text(cold.url[row])
        text(cold.imageRef[row])
        text(cold.options[row])
        text(cold.shipping[row])
        line[line.count - 1] = UInt8(ascii: "\n")
    }

    /// In major units, as people write prices.
    private func appendPrice(_ row: Int, to line: inout [UInt8]) {
        let price = hot.price[row]
        guard price != Missing.int64 else { return }
        let currency = Currency(packed: hot.currency[row])
        line += String(price / currency.minorPerMajor).utf8
        guard currency.minorDigits > 0 else { return }
        let minor = String(price % currency.minorPerMajor)
        line.append(UInt8(ascii: "."))
        line += String(repeating: "0", count: currency.minorDigits - minor.utf8.count).utf8
        line += minor.utf8
    }
}
