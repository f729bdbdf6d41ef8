package import KleanColumns

/// The bank entries that a scan put into quarantine: they match more of the catalog than a picture
/// of one thing can, so they count for nothing, and their keeper is told.
package struct FloodTable: Equatable, Sendable {
    /// One such entry.
    package struct Flood: Equatable, Sendable {
        /// Its number in the model.
        package var entry: UInt32
        /// Pictures and logos of the catalog that it matches.
        package var matches: UInt64

        package init(entry: UInt32, matches: UInt64) {
            self.entry = entry
            self.matches = matches
        }
    }

    /// By entry number.
    package let floods: [Flood]
    /// Pictures of the catalog.
    package let pictures: UInt64

    package var isEmpty: Bool { floods.isEmpty }

    package init(_ profile: Profile) {
        floods = zip(profile.floodEntries, profile.floodCounts).map {
            Flood(entry: $0, matches: $1)
        }
        pictures = profile.totals.pictures
    }

    /// Reads what a scan found, without the rest of its profile.
    package init(profilePath: String) throws(ContainerError) {
        let reader = try ContainerReader(path: profilePath, kind: .profile)
        let entries = try reader.u32(Profile.floodEntryColumn)
        let counts = try reader.u64(Profile.floodCountColumn)
        try reader.expectEqualCounts(
            [Profile.floodEntryColumn, Profile.floodCountColumn], [entries.count, counts.count])
        floods = zip(entries, counts).map { Flood(entry: $0, matches: $1) }
        pictures = try SurveyTotals(reading: reader).pictures
    }

    /// Share of the catalog's pictures, `0...1` and above where logos count, too.
    package func share(_ flood: Flood) -> Double {
        pictures > 0 ? Double(flood.matches) / Double(pictures) : 0
    }

    /// How many pictures of the catalog an entry floods; `nil` when it does not.
    package func matches(of entry: UInt32) -> UInt64? {
        floods.first { $0.entry == entry }?.matches
    }
}
