import KleanLearn
import Testing

/// What people found out, as files say it.
@Suite struct LabelFileTests {
    @Test func probabilitiesBecomeWeights() throws {
        let text = "id,label,probability\na,fake,1\nb,genuine,0.25\nc,unsure,0.5\n"
        let file = try LabelFile(parsing: Array(text.utf8), file: "l.csv")
        #expect(file.ids == ["a", "b"])
        #expect(file.labels["a"] == LabelFile.Label(isFake: true, weight: 1))
        #expect(file.labels["b"] == LabelFile.Label(isFake: false, weight: 4))
    }

    /// A probability is above 0 and at most 1; percent and odds are not.
    @Test(arguments: ["0", "-0.1", "1.5", "25", "", "nan"])
    func noOtherNumberIsAProbability(_ value: String) {
        let text = "id,label,probability\na,fake,\(value)\n"
        #expect(throws: TreeError.self) {
            try LabelFile(parsing: Array(text.utf8), file: "l.csv")
        }
    }
}
