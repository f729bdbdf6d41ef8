/// Buffers of one thread's scanning, reused from batch to batch. Holds the folded view of the
/// rows scanned last.
package struct TextWorkspace: Sendable {
    package internal(set) var folded = FoldedText()
    package init() {}
}
