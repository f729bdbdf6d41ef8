internal import CKleanText

/// Buffers of one thread's scanning, reused from batch to batch. Holds the folded view of the
/// block scanned last.
package struct TextWorkspace: Sendable {
    package internal(set) var folded = FoldedText()
    var hits: [kt_hit] = []
    var found: [kt_found] = []
    var runs: [kt_run] = []

    package init() {}
}
