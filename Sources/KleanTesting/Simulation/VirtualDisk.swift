import KleanCore

/// A disk that forgets: what was not flushed may be gone, or there in part, after a crash; a
/// rename that was not flushed may not have happened; and it can be full.
struct VirtualDisk {
    enum Failure: Error { case full }

    private struct File {
        var bytes: [UInt8] = []
        /// How many of the bytes are on the platter.
        var durable = 0
    }

    private var files: [Int: File] = [:]
    private var nextFile = 0
    /// What names say now, and what they would say after a crash.
    private var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    /// Names changed since the folder was last flushed, in order.
    private var unflushed: [String] = []
    /// While set, every write fails.
    var isFull = false

    func read(_ name: String) -> [UInt8]? { names[name].flatMap { files[$0]?.bytes } }

    /// Makes a new empty file of that name; an old one is let go.
    mutating func create(_ name: String) throws(Failure) {
        guard !isFull else { throw .full }
        nextFile += 1
        files[nextFile] = File()
        point(name, to: nextFile)
    }

    mutating func append(_ bytes: [UInt8], to name: String) throws(Failure) {
        guard !isFull else { throw .full }
        guard let file = names[name] else { preconditionFailure("a file is made before written") }
        files[file]?.bytes += bytes
    }

    mutating func truncate(_ name: String, to count: Int) {
        guard let number = names[name], var file = files[number] else { return }
        file.bytes.removeLast(max(0, file.bytes.count - count))
        file.durable = min(file.durable, file.bytes.count)
        files[number] = file
    }

    /// The bytes of a file are on the platter.
    mutating func flush(_ name: String) {
        guard let file = names[name] else { return }
        let count = files[file]?.bytes.count ?? 0
        files[file]?.durable = count
    }

    mutating func rename(_ name: String, to target: String) {
        guard let file = names[name] else { return }
        point(target, to: file)
        point(name, to: nil)
    }

    /// All names are on the platter.
    mutating func flushNames() {
        durableNames = names
        unflushed = []
    }

    /// The power goes: names keep a prefix of their changes, files what was flushed and perhaps a
    /// torn part of the rest.
    mutating func crash(_ random: inout SplitMix64) {
        let kept = unflushed.isEmpty ? 0 : Int.random(in: 0...unflushed.count, using: &random)
        for name in unflushed.prefix(kept) { durableNames[name] = names[name] }
        names = durableNames
        unflushed = []
        for number in files.keys.sorted() {
            guard var file = files[number] else { continue }
            let loose = file.bytes.count - file.durable
            if loose > 0 {
                file.bytes.removeLast(Int.random(in: 0...loose, using: &random))
                file.durable = file.bytes.count
                files[number] = file
            }
        }
        let living = Set(names.values)
        files = files.filter { living.contains($0.key) }
    }

    private mutating func point(_ name: String, to file: Int?) {
        names[name] = file
        unflushed.append(name)
    }
}
