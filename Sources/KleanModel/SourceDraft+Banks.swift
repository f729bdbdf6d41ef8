internal import KleanColumns
import KleanCore

extension SourceDraft {
    /// Entries of one file that share kind and target, in line order.
    private struct Bucket {
        var hashes: [Hash256] = []
        var brands: [UInt32] = []
        var ids = ByteStrings()
        var notes = ByteStrings()
    }

    mutating func readBanks() throws(ModelError) {
        let names: [String]
        guard FileSystem.exists(folder + "/banks") else { return }
        do {
            names = try FileSystem.list(folder + "/banks")
        } catch {
            throw .file(error)
        }
        for name in names where name.hasSuffix(".tsv") {
            try readBank("banks/" + name, stem: String(name.dropLast(4)))
        }
        for name in bankSettings.keys.sorted() {
            guard let setting = bankSettings[name], !setting.isUsed else { continue }
            faults.add(
                "model.yaml", setting.line, "banks", expected: "the name of a file in banks/",
                found: name)
        }
        warnOfSharedHashes()
    }

    private mutating func readBank(_ file: String, stem: String) throws(ModelError) {
        let columns = ["hash", "kind", "brand", "id"]
        let optional = ["note", "target", "source", "date", "enabled", "descriptor"]
        guard let table = try table(file, required: columns, optional: optional) else { return }
        let targets = BankTarget.allCases.count
        var buckets = [Bucket](repeating: Bucket(), count: BankKind.allCases.count * targets)
        table.forEachRow(&self) { row, draft in
            guard draft.isEnabled(row),
                let kind: BankKind = row.choice(1, "kind", { "\($0)" }, &draft.faults)
            else { return }
            var target = BankTarget.image
            if !row[5].isEmpty {
                guard
                    let named: BankTarget = row.choice(5, "target", { "\($0)" }, &draft.faults)
                else { return }
                target = named
            }
            guard draft.isOurs(row, target), let hash = draft.hash(row, target) else { return }
            var brand = Missing.uint32
            if !row[2].isEmpty {
                guard let number = draft.brandNumbers[row.text(2)] else {
                    draft.faults.add(
                        row.file, row.line, "brand", expected: "a key of brands.tsv, or nothing",
                        found: row.text(2))
                    return
                }
                brand = number
            }
            if row[3].isEmpty {
                draft.faults.add(row.file, row.line, "id", expected: "a name", found: "")
            }
            let bucket = Int(kind.rawValue) * targets + Int(target.rawValue)
            buckets[bucket].hashes.append(hash)
            buckets[bucket].brands.append(brand)
            buckets[bucket].ids.append(row[3])
            buckets[bucket].notes.append(draft.note(row))
        }
        bankSettings[stem]?.isUsed = true
        let setting = bankSettings[stem] ?? BankSetting()
        for (index, bucket) in buckets.enumerated() where !bucket.hashes.isEmpty {
            append(bucket, index, targets, stem, setting)
        }
    }

    /// Hashes of another descriptor or version would match nothing, or anything. Without a name
    /// they are those of a detector of the user's own, or older than the column.
    private mutating func isOurs(_ row: SourceTable.Row, _ target: BankTarget) -> Bool {
        let name = row.text(9)
        guard !name.isEmpty, name != target.family else { return true }
        faults.add(
            row.file, row.line, "descriptor",
            expected: "\(target.family) (make the bank again with klean bank add)", found: name)
        return false
    }

    /// A disabled row stays in the file, for its history, and out of the model.
    private mutating func isEnabled(_ row: SourceTable.Row) -> Bool {
        switch row.text(8) {
        case "", "yes": return true
        case "no": return false
        case let other:
            faults.add(row.file, row.line, "enabled", expected: "yes, no or nothing", found: other)
            return false
        }
    }

    /// What a match with the entry says of it: the note, then where and when it came from.
    private mutating func note(_ row: SourceTable.Row) -> ArraySlice<UInt8> {
        if !row[7].isEmpty { _ = row.day(7, "date", &faults) }
        let origin = [row.text(6), row.text(7)].filter { !$0.isEmpty }.joined(separator: " ")
        guard !origin.isEmpty else { return row[4] }
        return Array((row[4].isEmpty ? origin : "\(row.text(4)) (\(origin))").utf8)[...]
    }

    /// - Precondition: at least one hash.
    private mutating func append(
        _ bucket: Bucket, _ index: Int, _ targets: Int, _ stem: String, _ setting: BankSetting
    ) {
        guard let kind = BankKind(rawValue: UInt8(index / targets)),
            let target = BankTarget(rawValue: UInt8(index % targets))
        else { return }
        if Int(setting.radiusBits) > target.radiusBitsMax {
            faults.add(
                "model.yaml", setting.line, "banks.\(stem).radius",
                expected: "0 to \(target.radiusBitsMax) for a bank of \(target) hashes",
                found: "\(setting.radiusBits)")
        }
        let first = UInt32(model.banks.entryCount)
        model.banks.banks.append(
            Bank(
                name: stem, kind: kind, target: target, radiusBits: setting.radiusBits,
                qualityMin: setting.qualityMin,
                entries: first..<first + UInt32(bucket.hashes.count)))
        model.banks.hashes += bucket.hashes
        model.banks.brands += bucket.brands
        for entry in 0..<bucket.ids.count {
            model.banks.entryIDs.append(bucket.ids[entry])
            model.banks.notes.append(bucket.notes[entry])
        }
    }

    /// A hash of all equal bits is what a blank picture gives and would match every other blank
    /// one: refused. A PDQ hash has about as many ones as zeros; one far from it is doubtful.
    private mutating func hash(_ row: SourceTable.Row, _ target: BankTarget) -> Hash256? {
        guard let hash = Hash256(hex: row.text(0)) else {
            faults.add(
                row.file, row.line, "hash", expected: "64 hexadecimal digits", found: row.text(0))
            return nil
        }
        let ones = hash.distance(to: Hash256(0, 0, 0, 0))
        if ones == 0 || ones == 256 {
            faults.add(
                row.file, row.line, "hash", expected: "the hash of a picture",
                found: ones == 0 ? "all zero bits" : "all one bits")
            return nil
        }
        if target == .image, !(96...160).contains(ones) {
            warnings.add(
                row.file, row.line, "hash", expected: "96 to 160 one bits", found: "\(ones)")
        }
        return hash
    }

    /// The same picture with two meanings is a poisoned or mistaken entry.
    private mutating func warnOfSharedHashes() {
        let banks = model.banks
        let order = (0..<banks.entryCount).map { (banks.hashes[$0].fingerprint, UInt32($0)) }
            .sorted { $0 < $1 }
        for (left, right) in zip(order, order.dropFirst()) where left.0 == right.0 {
            let first = banks.banks[banks.bankIndex(ofEntry: left.1)]
            let second = banks.banks[banks.bankIndex(ofEntry: right.1)]
            guard first.target == second.target,
                first.kind != second.kind || banks.brands[Int(left.1)] != banks.brands[Int(right.1)]
            else { continue }
            let names = "\(banks.entryIDs.string(Int(left.1))) in \(first.name)"
            warnings.add(
                "banks/\(second.name).tsv", 0, "hash",
                expected: "a picture of one kind and brand",
                found: "\(banks.entryIDs.string(Int(right.1))), same as \(names)")
        }
    }
}
