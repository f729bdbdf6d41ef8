import KleanCore
import KleanImage

/// The one place where a row's picture file names become hashes.
extension RowSettler {
    /// Appends the hashes of the pictures that a row names; `list`'s row stays open.
    ///
    /// - Parameters:
    ///   - logos: Receives the logo regions of each picture that was looked at for them,
    ///   - concealed: and where they were made unreadable.
    static func appendPictures(
        _ row: Row, _ slots: Range<Int>, from shelf: PictureShelf, to list: inout HashList,
        logos: inout [[LogoRegion]], concealed: inout [ConcealedPlace], _ tally: inout PackTally
    ) {
        var count = 0
        for slot in slots {
            for name in names(row, slot, shelf) {
                guard count < Limits.hashesPerListingMax else {
                    tally.hashesDropped += 1
                    continue
                }
                guard let picture = shelf.picture(named: name) else { continue }
                list.append(picture.pdq.hash, quality: picture.pdq.quality)
                if let found = picture.logos, !found.isEmpty { logos.append(found) }
                concealed += picture.concealed
                count += 1
            }
        }
    }

    /// The regions that a listing keeps of its pictures': the likeliest of each picture first.
    ///
    /// - Parameter countMax: Regions that there is room for.
    static func kept(
        _ pictures: [[LogoRegion]], countMax: Int
    ) -> some Sequence<LogoRegion> {
        (0..<LogoFinder.regionsMax)
            .flatMap { rank in pictures.compactMap { $0.count > rank ? $0[rank] : nil } }
            .prefix(countMax)
    }

    /// The names in one cell: the elements of a JSON list, else parted by `|`, `;` or a line break;
    /// by a comma, too, where the whole is no file's name.
    private static func names(_ row: Row, _ slot: Int, _ shelf: PictureShelf) -> [String] {
        let whole = row.whole(slot)
        guard whole.count > 0 else { return [] }
        if whole[0] == UInt8(ascii: "["), whole[whole.count - 1] == UInt8(ascii: "]") {
            return row.elements(whole).map { String(decoding: $0, as: UTF8.self) }
        }
        let separators = [UInt8(ascii: "|"), UInt8(ascii: ";"), 0x0A, 0x0D]
        return whole.split { separators.contains($0) }.flatMap { part -> [String] in
            let name = trimmed(part)
            guard part.contains(UInt8(ascii: ",")), !shelf.has(name) else {
                return name.isEmpty ? [] : [name]
            }
            return part.split(separator: UInt8(ascii: ",")).map(trimmed).filter { !$0.isEmpty }
        }
    }

    private static func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        String(decoding: TextSettler.trim(UnsafeBufferPointer(rebasing: bytes)), as: UTF8.self)
    }
}
