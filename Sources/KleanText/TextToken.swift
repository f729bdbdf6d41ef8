/// Which letters a run consists of.
package enum TextScript: UInt8, Sendable {
    /// Latin letters and digits, ASCII after folding.
    case latin = 0
    /// Everything else: Hangul, Han, kana, ...
    case other = 1
}

/// A maximal run of letters and digits of one kind in a folded title: "nike신발" is one token of
/// two runs.
package struct TextRun: Hashable, Sendable {
    /// Row within the folded batch, counted from 0.
    package var row: UInt32
    /// Offset into ``FoldedText/bytes``.
    package var start: UInt32
    package var byteCount: UInt16
    /// Index of the token within its title.
    package var token: UInt16
    package var script: TextScript

    package init(row: UInt32, start: UInt32, byteCount: UInt16, token: UInt16, script: TextScript) {
        self.row = row
        self.start = start
        self.byteCount = byteCount
        self.token = token
        self.script = script
    }
}
