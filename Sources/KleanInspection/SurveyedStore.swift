package import KleanCatalog
import KleanColumns
import KleanCore
package import KleanModel
package import KleanScore

/// A store surveyed with a model in this one process: what a scan's first phase finds, for those
/// who then judge some of its listings themselves.
package struct SurveyedStore {
    package let store: Store
    package let model: Model
    package let scorer: ShardScorer
    private let folder: String

    /// - Parameter scratch: A folder that may be created; it is removed by ``discard()``.
    /// - Complexity: one survey pass over the store; memory: one chunk and the profile.
    package init(_ store: Store, _ model: Model, scratch: String) throws {
        self.store = store
        self.model = model
        folder = scratch
        try FileSystem.createDirectory(scratch)
        let scoring = try ScoringModel(model, kernels: Kernels.chosen())
        let surveyor = Surveyor(scoring)
        var paths: [String] = []
        for (number, chunk) in store.manifest.chunks.enumerated() {
            let scope = SurveyScope(
                firstOrdinal: chunk.firstOrdinal, catalogRows: store.manifest.rows,
                deadRows: store.tombstones.rows[number],
                overlay: store.overlay?.only(chunk: number))
            let result = surveyor.survey(try store.hotColumns(number), scope: scope).result
            paths.append(SurveyedStore.path(scratch, number))
            try FileSystem.write(paths[number], result.encoded().bytes, sync: false)
        }
        scorer = try ShardScorer(scoring, profile: ProfileMerge.merge(paths: paths, model: model))
    }

    /// Hands out the features of every live listing, in catalog order, with its chunk's columns.
    package func forEachFeatures(
        _ body: (_ id: ArraySlice<UInt8>, ListingFeatures, HotColumns) throws -> Void
    ) throws {
        for number in store.manifest.chunks.indices {
            let columns = try store.hotColumns(number)
            let ids = try store.cold(number).strings(.idText)
            let survey = try ContainerReader(
                path: SurveyedStore.path(folder, number), kind: .surveyResult)
            try scorer.forEachFeatures(
                columns, pairs: ListingPair.read(survey), deadRows: store.tombstones.rows[number]
            ) { try body(ids[Int($0.row)], $0, columns) }
        }
    }

    package func discard() throws { try FileSystem.remove(folder) }

    private static func path(_ folder: String, _ number: Int) -> String {
        "\(folder)/survey-\(number).kln"
    }
}
