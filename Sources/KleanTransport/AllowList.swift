internal import Glibc
internal import Synchronization

/// The file that names the keys of workers that may connect: a line `NAME KEY` each, `#` begins a
/// comment. It is looked at again whenever it has changed, so an edit works at once.
package final class AllowList: Sendable {
    package struct Entry: Equatable, Sendable {
        package var name: String
        package var key: PublicKey
    }

    private struct State {
        var entries: [Entry] = []
        var stamp: [Int] = []
        var fault: KeyError?
    }

    package let path: String
    private let state = Mutex(State())

    /// - Throws: ``KeyError`` for a file that is not a list; a missing one is an empty list.
    package init(path: String) throws(KeyError) {
        self.path = path
        refresh()
        if let fault = state.withLock({ $0.fault }) { throw fault }
    }

    package var entries: [Entry] { state.withLock { $0.entries } }

    package func name(of key: PublicKey) -> String? {
        state.withLock { $0.entries.first { $0.key == key }?.name }
    }

    /// Reads the file again if it changed. A file that cannot be read any more allows nobody.
    ///
    /// - Returns: what is wrong with it.
    @discardableResult
    package func refresh() -> KeyError? {
        var status = stat()
        let isThere = stat(path, &status) == 0
        let stamp =
            isThere
            ? [
                Int(status.st_ino), Int(status.st_size), Int(status.st_mtim.tv_sec),
                Int(status.st_mtim.tv_nsec),
            ] : [-1]
        return state.withLock { state in
            guard stamp != state.stamp else { return state.fault }
            state.stamp = stamp
            state.fault = nil
            do throws(KeyError) {
                state.entries = isThere ? try AllowList.parse(try KeyFile.read(path), path) : []
            } catch {
                state.entries = []
                state.fault = error
            }
            return state.fault
        }
    }

    /// Adds a key, or gives a name a new one.
    package func allow(_ name: String, _ key: PublicKey) throws(KeyError) {
        try rewrite(
            entries.filter { $0.name != name && $0.key != key } + [Entry(name: name, key: key)])
    }

    package func revoke(_ name: String) throws(KeyError) {
        let kept = entries.filter { $0.name != name && $0.key.text != name }
        guard kept.count < entries.count else { throw .unknown(name: name, path: path) }
        try rewrite(kept)
    }

    private func rewrite(_ entries: [Entry]) throws(KeyError) {
        let text =
            "# NAME KEY: workers that may connect\n"
            + entries.map { "\($0.name) \($0.key)\n" }.joined()
        try KeyFile.write(path, text, mode: 0o644, mayReplace: true)
        refresh()
    }

    private static func parse(_ text: String, _ path: String) throws(KeyError) -> [Entry] {
        var entries: [Entry] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count == 2, let key = PublicKey(words[1]) else {
                throw .badLine(path: path, line: number + 1, found: String(line))
            }
            entries.append(Entry(name: String(first), key: key))
        }
        return entries
    }
}
