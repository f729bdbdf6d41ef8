package import KleanColumns
package import KleanCore

extension ScoreResult {
    /// The file and its digest.
    ///
    /// **Columns** (kind `KSCR`): 1 scores `i32`, one per row; 2 states `u32`, one per row; 3
    /// histogram `u64`; 4 count over the threshold `[u64]`; ranked, best first: 10 row `u32`, 11
    /// score `i32`, 12 contributions `i32` (terms a row), 13 sub-scores `i32` (scorers a row), 14
    /// states `u32`, 15 evidence ends `offsets32`; evidence: 20 code `u16`, 21 field `u8`, 22 slot
    /// `u16`, 23 start `u16`, 24 end `u16`, 25–28 arguments a, b, c, d `i64`.
    package func encoded(_ effort: CompressionEffort = .fast) -> (bytes: [UInt8], digest: Digest) {
        var writer = ContainerWriter(kind: .scoreResult, effort: effort)
        writer.add(.resultScore, scores)
        writer.add(.resultState, states)
        writer.add(.resultHistogram, histogram)
        writer.add(.resultOverThreshold, [overThresholdCount])
        ranked.write(to: &writer)
        return (writer.finish(), writer.digest)
    }

    package init(reading reader: ContainerReader) throws(ContainerError) {
        let scores = try reader.i32(.resultScore)
        states = try reader.u32(.resultState)
        histogram = try reader.u64(.resultHistogram)
        let counts = try reader.u64(.resultOverThreshold)
        let ranked = try RankedTable(reading: reader)
        try reader.expectEqualCounts([.resultScore, .resultState], [scores.count, states.count])
        guard histogram.count == ScoreHistogram.binCount, counts.count == 1,
            counts[0] >= UInt64(ranked.count), counts[0] <= UInt64(scores.count),
            ranked.rows.allSatisfy({ Int($0) < scores.count })
        else {
            throw .segmentContent(
                file: reader.name, column: .resultOverThreshold,
                detail: "histogram, counts and ranked rows: expected to fit together, do not")
        }
        self.scores = scores
        self.ranked = ranked
        overThresholdCount = counts[0]
    }
}

extension ColumnID {
    /// One score per row, ``Fixed`` raw.
    package static let resultScore = ColumnID(1)
    /// One ``SubScoreStates`` word per row.
    package static let resultState = ColumnID(2)
    package static let resultHistogram = ColumnID(3)
    package static let resultOverThreshold = ColumnID(4)
    package static let rankedRow = ColumnID(10)
    package static let rankedScore = ColumnID(11)
    package static let rankedContribution = ColumnID(12)
    package static let rankedSubScore = ColumnID(13)
    package static let rankedState = ColumnID(14)
    package static let rankedEvidenceEnd = ColumnID(15)
    package static let evidenceCode = ColumnID(20)
    package static let evidenceField = ColumnID(21)
    package static let evidenceSlot = ColumnID(22)
    package static let evidenceStart = ColumnID(23)
    package static let evidenceEnd = ColumnID(24)
    package static let evidenceA = ColumnID(25)
    package static let evidenceB = ColumnID(26)
    package static let evidenceC = ColumnID(27)
    package static let evidenceD = ColumnID(28)
}

extension RankedTable {
    /// Adds columns 10–28; index pages hold ranked tables in the same form.
    package func write(to writer: inout ContainerWriter) {
        writer.add(.rankedRow, rows)
        writer.add(.rankedScore, scores)
        writer.add(.rankedContribution, contributions)
        writer.add(.rankedSubScore, subScores)
        writer.add(.rankedState, states)
        writer.addOffsets(.rankedEvidenceEnd, evidenceOffsets)
        writer.add(.evidenceCode, evidence.map(\.code.rawValue))
        writer.add(.evidenceField, evidence.map(\.field.rawValue))
        writer.add(.evidenceSlot, evidence.map(\.slot))
        writer.add(.evidenceStart, evidence.map(\.start))
        writer.add(.evidenceEnd, evidence.map(\.end))
        writer.add(.evidenceA, evidence.map(\.a))
        writer.add(.evidenceB, evidence.map(\.b))
        writer.add(.evidenceC, evidence.map(\.c))
        writer.add(.evidenceD, evidence.map(\.d))
    }

    package init(reading reader: ContainerReader) throws(ContainerError) {
        rows = try reader.u32(.rankedRow)
        scores = try reader.i32(.rankedScore)
        contributions = try reader.i32(.rankedContribution)
        subScores = try reader.i32(.rankedSubScore)
        states = try reader.u32(.rankedState)
        evidenceOffsets = try reader.offsets(.rankedEvidenceEnd)
        evidence = try Evidence.read(reader)
        let count = rows.count
        guard scores.count == count, states.count == count,
            contributions.count == count * Term.allCases.count,
            subScores.count == count * Scorer.allCases.count,
            evidenceOffsets.count == count + 1, evidenceOffsets.first == 0,
            evidenceOffsets.last == UInt32(evidence.count)
        else {
            throw .segmentContent(
                file: reader.name, column: .rankedRow,
                detail: "ranked columns: expected \(count) rows in each, found others")
        }
    }
}

extension Evidence {
    static func read(_ reader: ContainerReader) throws(ContainerError) -> [Evidence] {
        let codes = try reader.u16(.evidenceCode)
        let fields = try reader.u8(.evidenceField)
        let slots = try reader.u16(.evidenceSlot)
        let starts = try reader.u16(.evidenceStart)
        let ends = try reader.u16(.evidenceEnd)
        let a = try reader.i64(.evidenceA)
        let b = try reader.i64(.evidenceB)
        let c = try reader.i64(.evidenceC)
        let d = try reader.i64(.evidenceD)
        try reader.expectEqualCounts(
            [.evidenceCode, .evidenceField, .evidenceSlot, .evidenceStart, .evidenceEnd],
            [codes.count, fields.count, slots.count, starts.count, ends.count])
        try reader.expectEqualCounts(
            [.evidenceCode, .evidenceA, .evidenceB, .evidenceC, .evidenceD],
            [codes.count, a.count, b.count, c.count, d.count])
        var evidence: [Evidence] = []
        evidence.reserveCapacity(codes.count)
        for index in codes.indices {
            guard let code = EvidenceCode(rawValue: codes[index]) else {
                throw .segmentContent(
                    file: reader.name, column: .evidenceCode,
                    detail: "evidence code: expected a known one, found \(codes[index])")
            }
            guard let field = EvidenceField(rawValue: fields[index]) else {
                throw .segmentContent(
                    file: reader.name, column: .evidenceField,
                    detail: "evidence field: expected a known one, found \(fields[index])")
            }
            evidence.append(
                Evidence(
                    code, field, slot: Int(slots[index]),
                    range: Int(starts[index])..<max(Int(ends[index]), Int(starts[index])),
                    a: a[index], b: b[index], c: c[index], d: d[index]))
        }
        return evidence
    }
}
