/// Bounds of the protocol; every one is checked before anything is allocated.
package enum WireLimits {
    package static let headerBytesMax = 1 << 20
    package static let nameBytesMax = 64
    package static let hostBytesMax = 255
    package static let pathBytesMax = 4_096
    package static let parameterBytesMax = 4_096
    package static let detailBytesMax = 1_024
    package static let stageNameBytesMax = 32
    package static let stagesMax = 32
    package static let holdingsMax = 4_096
    package static let artifactsMax = 8
    package static let filesPerArtifactMax = 4_096
    package static let segmentsPerPartMax = 256
    /// Bytes of one part of a model file.
    package static let artifactPartBytesMax = 4 << 20
}
