/// What travels of one column container: its directory and the segments that a phase needs.
package struct ContainerPart: Sendable {
    /// The container's header and directory, as `KleanColumns` reads them back.
    package var directory: [UInt8]
    package var segments: [Segment]

    /// One stored column segment, still encoded and compressed.
    package struct Segment: Sendable {
        /// The raw column id.
        package var column: UInt16
        package var bytes: SharedBytes

        package init(column: UInt16, bytes: SharedBytes) {
            self.column = column
            self.bytes = bytes
        }
    }

    package init(directory: [UInt8], segments: [Segment]) {
        self.directory = directory
        self.segments = segments
    }

    /// Bytes as credit counts them.
    package var byteCount: Int {
        segments.reduce(directory.count) { $0 + $1.bytes.count }
    }
}
