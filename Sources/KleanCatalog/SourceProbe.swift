internal import CKleanCatalog
import KleanCore

/// What the beginning of a catalog file says of the whole: format, columns, where records start.
package struct SourcePlan: Sendable {
    package let path: String
    /// What its rows are named after when they have no id.
    package let name: String
    package let columns: ColumnPlan
    package let encoding: TextEncoding
    /// How sure the encoding is, in percent; 100 when the user said it.
    package let encodingConfidence: Int
    /// Lines above the header that are no records (titles of sheets, notes) and second headers.
    package let bannerLines: Int
    /// Things a person should know, as sentences.
    package var notes: [String]
    let format: SourceFormat
    /// What its format is called, where the text is only klean's way to read it.
    let kind: String?
    /// Keys to each column of `columns.columns`, for JSON.
    let keys: [[[UInt8]]]
    /// Bytes before the first record, and the line ends in them.
    let dataOffset: Int
    let dataLine: UInt64
    let yenSign: Currency
    /// The bytes that were read, from the first record on.
    let pending: [UInt8]
    let mapping: Mapping

    /// How a report names the format.
    package var formatName: String {
        if let kind { return kind }
        return switch format {
        case .delimited(UInt8(ascii: "\t"), _): "TSV"
        case .delimited(UInt8(ascii: ","), _): "CSV"
        case .delimited(let delimiter, _):
            "CSV parted by \(Character(Unicode.Scalar(delimiter)))"
        case .jsonLines: "JSON Lines"
        case .jsonElements: "JSON"
        }
    }

    /// `,` or `tab`; `nil` for JSON.
    package var delimiterName: String? {
        guard case .delimited(let delimiter, _) = format else { return nil }
        return delimiter == UInt8(ascii: "\t")
            ? "tab" : String(Character(Unicode.Scalar(delimiter)))
    }

    /// Where the columns' names stand.
    package var headerPlace: String {
        guard case .delimited = format else { return "the records' keys" }
        return bannerLines == 0 ? "line \(dataLine)" : "up to line \(dataLine)"
    }

    var settlePlan: SettlePlan {
        SettlePlan(columns, mapping: mapping, sourceName: name, yenSign: yenSign)
    }

    /// The work of one parsing thread.
    func parser() -> @Sendable (Block) -> RowBatch {
        let slots = columns.entries.map(\.column)
        switch format {
        case .delimited(let delimiter, let quote):
            let parser = DelimitedParser(
                delimiter: delimiter, quote: quote, columnCount: columns.columns.count,
                columnOfSlot: slots, plan: settlePlan)
            return { parser.parse($0) }
        case .jsonLines, .jsonElements:
            let parser = JSONParser(
                isLines: format == .jsonLines, paths: JSONPaths(slots.map { keys[$0] }),
                plan: settlePlan)
            return { parser.parse($0) }
        }
    }
}

/// Looks at the beginning of a file.
struct SourceProbe {
    let path: String
    let fileName: String
    let kind: String?
    let name: String
    let mapping: Mapping
    private var sample: [UInt8] = []
    private var isWhole = false
    private var encoding = TextEncoding.utf8
    private var confidence = 100
    private var notes: [String] = []

    /// Looks at an opened input and decides how to read it.
    ///
    /// - Throws: ``CatalogError``: everything that makes the whole file unusable.
    static func open(_ input: OpenInput, name: String, mapping: Mapping)
        throws(CatalogError) -> (ByteSource, SourcePlan)
    {
        let source = ByteSource(input.stream)
        var probe = SourceProbe(input, name: name, mapping: mapping)
        let want = CatalogLimits.sampleBytesMax
        probe.isWhole = try source.read(want, onto: &probe.sample) < want
        return (source, try probe.plan(source))
    }

    private init(_ input: OpenInput, name: String, mapping: Mapping) {
        path = input.path
        fileName = input.fileName
        kind = input.kind
        self.name = name
        self.mapping = mapping
    }

    private mutating func plan(_ source: ByteSource) throws(CatalogError) -> SourcePlan {
        guard !sample.isEmpty else { throw .empty(file: path) }
        for (magic, name) in SourceProbe.magics where sample.starts(with: magic) {
            throw .binary(file: path, looksLike: name)
        }
        try settleEncoding(source)
        guard sample.contains(where: { $0 > 0x20 }) else { throw .empty(file: path) }
        return looksLikeJSON ? try planJSON(source) : try planDelimited()
    }

    // MARK: what kind of bytes

    /// Finds the encoding and, where it is not UTF-8, converts the sample and all that follows.
    private mutating func settleEncoding(_ source: ByteSource) throws(CatalogError) {
        let guess = EncodingGuess.of(sample, isWhole: isWhole)
        let isWide = [.utf16LittleEndian, .utf16BigEndian].contains(
            mapping.encoding ?? guess?.encoding)
        // A stray zero byte is a blank; many are no text.
        let zeros = isWide ? 0 : sample.count { $0 == 0 }
        if zeros * 1_000 > sample.count {
            throw .binary(file: path, looksLike: "\(zeros) zero bytes among the first")
        }
        guard let found = mapping.encoding ?? guess?.encoding else {
            throw .otherEncoding(file: path)
        }
        encoding = found
        confidence = mapping.encoding == nil ? guess?.confidence ?? 0 : 100
        if let guess, guess.encoding == found { sample.removeFirst(guess.markBytes) }
        if confidence < EncodingGuess.confidenceMin {
            notes.append(
                "the encoding is taken for \(found.rawValue) with \(confidence) % confidence: "
                    + "pass --encoding if texts look wrong")
        }
        guard found != .utf8 else { return }
        guard let transcoder = Transcoder(found) else {
            throw .otherEncoding(file: path)
        }
        var converted: [UInt8] = []
        transcoder.convert(sample, isLast: isWhole, onto: &converted)
        sample = converted
        source.transcoder = transcoder
        notes.append("the text is \(found.rawValue) and was converted to UTF-8")
    }

    private static let magics: [([UInt8], String)] = [
        ([0x1F, 0x8B], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
        ([0x04, 0x22, 0x4D, 0x18], "LZ4"), ([0x50, 0x4B, 0x03, 0x04], "a ZIP or XLSX file"),
        ([0x50, 0x41, 0x52, 0x31], "Parquet"), ([0x25, 0x50, 0x44, 0x46], "PDF"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"), ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Office file"),
        ([0x53, 0x51, 0x4C, 0x69, 0x74, 0x65], "an SQLite file"),
        ([0x42, 0x5A, 0x68], "bzip2"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program"),
    ]

    private var looksLikeJSON: Bool {
        let name = fileName.lowercased()
        for suffix in [".csv", ".tsv", ".tab"] where name.hasSuffix(suffix) { return false }
        guard let first = sample.first(where: { $0 > 0x20 }) else { return false }
        if first == UInt8(ascii: "{") { return true }
        guard first == UInt8(ascii: "[") else { return false }
        for suffix in [".json", ".jsonl", ".ndjson"] where name.hasSuffix(suffix) { return true }
        let rest = sample.drop { $0 <= 0x20 }.dropFirst().first { $0 > 0x20 }
        return rest == UInt8(ascii: "{") || rest == UInt8(ascii: "]")
    }

    // MARK: delimited

    private mutating func planDelimited() throws(CatalogError) -> SourcePlan {
        let delimiter = findDelimiter()
        let quote = UInt8(ascii: "\"")
        let records = records(delimiter, quote, CatalogLimits.headerLinesMax)
        guard !records.isEmpty else { throw .empty(file: path) }
        let header = findHeader(records)
        let names = records[header].cells.map { text($0) }
        guard names.count <= CatalogLimits.columnsMax else {
            throw .noUsableColumns(file: path, columns: Array(names.prefix(24)))
        }
        let columns = try ColumnPlan(columns: names, mapping: mapping, file: path)
        var last = header
        if header + 1 < records.count, isSecondHeader(records[header + 1], columns) {
            last += 1
            notes.append("the line below the header is a second header and was left out")
        }
        if header > 0 { notes.append("\(header) lines above the header were left out") }
        let dataOffset = min(records[last].end + 1, sample.count)
        noteMapping(columns)
        return finish(
            columns, .delimited(delimiter: delimiter, quote: quote), keys: [], dataOffset,
            banner: header + last - header)
    }

    private struct Record {
        var cells: [RawCell]
        /// Where its line end stands.
        var end: Int
    }

    /// The first records of the sample.
    private func records(_ delimiter: UInt8, _ quote: UInt8, _ count: Int) -> [Record] {
        var cells = [kcat_cell](repeating: kcat_cell(), count: 1 << 17)
        var rowEnds = [UInt32](repeating: 0, count: count)
        var used = 0
        let rows = kcat_list_cells(
            sample, sample.count, delimiter, quote, 0, &cells, cells.count, &rowEnds, count, &used)
        var found: [Record] = []
        var first = 0
        for row in 0..<rows {
            let end = Int(rowEnds[row])
            let last = cells[end - 1]
            found.append(
                Record(
                    cells: cells[first..<end].map { RawCell($0) },
                    end: last.range.upperBound + (last.isQuoted ? 1 : 0)))
            first = end
        }
        return found
    }

    private func text(_ cell: RawCell) -> String {
        let scratch = Scratch()
        return sample.withUnsafeBufferPointer { bytes in
            let (text, _) = TextSettler.settle(cell.text(in: bytes, scratch), scratch)
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// The mark that cuts most of the first records into one same number of cells.
    private func findDelimiter() -> UInt8 {
        let name = fileName.lowercased()
        if name.hasSuffix(".tsv") || name.hasSuffix(".tab") { return UInt8(ascii: "\t") }
        var best = (mark: UInt8(ascii: ","), score: 0)
        for mark in [",", "\t", ";", "|"].map({ UInt8(ascii: $0) }) {
            let widths = records(mark, UInt8(ascii: "\""), 64).map(\.cells.count)
            var counts: [Int: Int] = [:]
            for width in widths where width > 1 { counts[width, default: 0] += 1 }
            let top = counts.values.max() ?? 0
            if top > best.score { best = (mark, top) }
        }
        return best.mark
    }

    /// The record among the first ones that names most fields.
    private func findHeader(_ records: [Record]) -> Int {
        let wanted = mapping.columns.values.flatMap { $0 }.map(HeaderNames.normalise)
        var best = (index: 0, score: 0)
        for (index, record) in records.enumerated() {
            let names = record.cells.map { text($0) }
            let explicit = names.count { wanted.contains(HeaderNames.normalise($0)) && !$0.isEmpty }
            let score = explicit * 8 + recognisedFields(names)
            if score > best.score { best = (index, score) }
        }
        return best.index
    }

    /// Different fields among the names of a record.
    private func recognisedFields(_ names: [String]) -> Int {
        var fields: [Field] = []
        for name in names where name.utf8.count <= 64 {
            if let (hit, _) = ColumnPlan.hit(name), !fields.contains(hit.field) {
                fields.append(hit.field)
            }
        }
        return fields.count
    }

    /// The same columns once more in another spelling: `상품번호,…` over `goodsno,…`.
    private func isSecondHeader(_ record: Record, _ columns: ColumnPlan) -> Bool {
        guard record.cells.count == columns.columns.count else { return false }
        let names = record.cells.map { text($0) }
        guard recognisedFields(names) >= 3 else { return false }
        // Names of columns hold no figures of their own and no blanks inside.
        return names.allSatisfy { name in
            name.utf8.count <= 48 && !name.contains(" ") && name.first?.isNumber != true
        }
    }

    // MARK: JSON

    private mutating func planJSON(_ source: ByteSource) throws(CatalogError) -> SourcePlan {
        var root = try JSONProbe(
            path: path, fileName: fileName, mapping: mapping, isWhole: isWhole
        ).root(sample)
        notes += root.notes
        if let keys = root.listPath {
            // What is read from here on are the records alone, with the line ends between them.
            let filter = JSONRecordFilter(keys)
            var records: [UInt8] = []
            filter.pass(sample, onto: &records)
            sample = records
            root.dataOffset = 0
            source.filter = filter
        }
        let found = JSONProbe.columns(sample, root)
        if found.records == 0, isWhole { throw .headerOnly(file: path) }
        let columns = try ColumnPlan(columns: found.names, mapping: mapping, file: path)
        noteMapping(columns)
        return finish(columns, root.format, keys: found.keys, root.dataOffset, banner: 0)
    }

    // MARK: both

    private mutating func noteMapping(_ columns: ColumnPlan) {
        if columns.sellerIsShop, let shop = columns.columns(for: .shop).first {
            notes.append("no seller column: \(columns.columns[shop]) names shop and seller")
        }
        if columns.columns(for: .id).isEmpty {
            notes.append("no id column: ids are made as \(name):ROW")
        }
        if columns.columns(for: .title).isEmpty { notes.append("no title column") }
        if columns.columns(for: .price).isEmpty, columns.columns(for: .listPrice).isEmpty {
            notes.append("no price column: every price is missing; --map price=COLUMN names one")
        }
    }

    private func finish(
        _ columns: ColumnPlan, _ format: SourceFormat, keys: [[[UInt8]]], _ dataOffset: Int,
        banner: Int
    ) -> SourcePlan {
        let lines = UInt64(kcat_count_lines(sample, dataOffset))
        return SourcePlan(
            path: path, name: name, columns: columns, encoding: encoding,
            encodingConfidence: confidence, bannerLines: banner, notes: notes,
            format: format, kind: kind, keys: keys, dataOffset: dataOffset, dataLine: lines,
            yenSign: yenSign(), pending: Array(sample[dataOffset...]), mapping: mapping)
    }

    /// What a bare ¥ means in this file: its links and letters say which side of the sea it is
    /// from. Missing when they say nothing or both.
    private func yenSign() -> Currency {
        let text = sample
        func has(_ words: [String]) -> Bool {
            words.contains { word in
                let needle = Array(word.utf8)
                return text.withUnsafeBufferPointer { SourceProbe.contains($0, needle) }
            }
        }
        let japanese = has([".co.jp", ".jp/", "rakuten.", "mercari.", "円", "です", "ます", "の"])
        let chinese = has([
            "taobao.", "weidian.", "1688.com", "tmall.", "jd.com", "yangkeduo.", "元",
        ])
        if japanese == chinese {
            // The encoding itself is of one country.
            switch encoding {
            case .gb18030: return .cny
            case .shiftJIS, .eucJP: return .jpy
            default: return .missing
            }
        }
        return japanese ? .jpy : .cny
    }

    private static func contains(_ text: UnsafeBufferPointer<UInt8>, _ needle: [UInt8]) -> Bool {
        guard let first = needle.first, text.count >= needle.count else { return false }
        for index in 0...(text.count - needle.count) where text[index] == first {
            if text[index..<(index + needle.count)].elementsEqual(needle) { return true }
        }
        return false
    }
}
