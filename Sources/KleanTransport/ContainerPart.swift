/// What travels of one column container: its directory and the segments that a phase needs.
package struct ContainerPart: Sendable {
    /// The container's header and directory, as `KleanColumns` reads them back.
    package var directory: [UInt8]
    package var segments: [Segment]
    /// The container's file, relative to the store; segments with a place can be read there.
    package var file: String?

    /// One stored column segment, still encoded and compressed.
    package struct Segment: Sendable {
        /// The raw column id.
        package var column: UInt16
        package var bytes: SharedBytes
        /// Where ``ContainerPart/file`` holds the bytes; `nil` for what stands in no file.
        package var place: Place?

        package init(column: UInt16, bytes: SharedBytes, place: Place? = nil) {
            self.column = column
            self.bytes = bytes
            self.place = place
        }
    }

    /// Where a file holds a segment, and what tells whether it is the one that is meant.
    package struct Place: Equatable, Sendable {
        package var offset: UInt64
        /// XXH3-64 of the stored bytes.
        package var checksum: UInt64

        package init(offset: UInt64, checksum: UInt64) {
            self.offset = offset
            self.checksum = checksum
        }
    }

    package init(directory: [UInt8], segments: [Segment], file: String? = nil) {
        self.directory = directory
        self.segments = segments
        self.file = file
    }

    /// Bytes as credit counts them.
    package var byteCount: Int {
        segments.reduce(directory.count) { $0 + $1.bytes.count }
    }
}
