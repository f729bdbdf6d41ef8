internal import CZeroMQ
internal import Glibc

/// A public key as text: 40 characters of Z85.
package struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// - Returns: `nil` unless `text` is 40 characters of Z85.
    package init?(_ text: some StringProtocol) {
        let copy = String(text)
        var raw = [UInt8](repeating: 0, count: 32)
        guard copy.utf8.count == 40, zmq_z85_decode(&raw, copy) != nil else { return nil }
        self.text = copy
    }

    /// From the 32 bytes that a handshake presents.
    init?(raw: [UInt8]) {
        var text = [CChar](repeating: 0, count: 41)
        guard raw.count == 32, zmq_z85_encode(&text, raw, 32) != nil else { return nil }
        self.text = String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package var description: String { text }
}

/// A key pair. Its secret is for the socket alone: no text form of this value holds it.
package struct KeyPair: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package let publicKey: PublicKey
    let secret: String

    /// A new pair from the system's randomness.
    package static func generate() throws(TransportError) -> KeyPair {
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else {
            throw Link.failure("make a key pair")
        }
        let text = { (bytes: [CChar]) in
            String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        guard let key = PublicKey(text(publicText)) else { throw Link.failure("make a key pair") }
        return KeyPair(publicKey: key, secret: text(secretText))
    }

    /// Reads a private key file: the secret in Z85, mode 0600 or stricter.
    package static func load(_ path: String) throws(KeyError) -> KeyPair {
        var status = stat()
        guard stat(path, &status) == 0 else { throw KeyError.unreadable(path: path, code: errno) }
        guard status.st_mode & 0o077 == 0 else {
            throw KeyError.exposed(path: path, mode: status.st_mode & 0o777)
        }
        let secret = try KeyFile.read(path).trimmed
        var derived = [CChar](repeating: 0, count: 41)
        guard secret.utf8.count == 40, PublicKey(secret) != nil,
            zmq_curve_public(&derived, secret) == 0,
            let key = PublicKey(
                String(
                    decoding: derived.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        else { throw KeyError.notAKey(path: path) }
        return KeyPair(publicKey: key, secret: secret)
    }

    /// Writes the private file, 0600 from its first instant, and `.pub` beside it.
    ///
    /// - Throws: ``KeyError/exists(path:)`` rather than replace a key.
    package func save(private path: String, public publicPath: String) throws(KeyError) {
        try KeyFile.write(path, secret + "\n", mode: 0o600, mayReplace: false)
        try KeyFile.write(publicPath, publicKey.text + "\n", mode: 0o644, mayReplace: true)
    }

    package var description: String { "key pair of \(publicKey)" }
    package var debugDescription: String { description }
}

/// What is wrong with a key file.
package enum KeyError: Error, Equatable, CustomStringConvertible {
    case unreadable(path: String, code: Int32)
    case unwritable(path: String, code: Int32)
    case exists(path: String)
    /// Others than the owner can read a private key.
    case exposed(path: String, mode: UInt32)
    case notAKey(path: String)
    case badLine(path: String, line: Int, found: String)
    case unknown(name: String, path: String)

    package var description: String {
        switch self {
        case .unreadable(let path, let code):
            "\(path): cannot read: \(String(cString: strerror(code)))"
        case .unwritable(let path, let code):
            "\(path): cannot write: \(String(cString: strerror(code)))"
        case .exists(let path): "\(path): exists; revoke and remove the old key first"
        case .exposed(let path, let mode):
            "\(path): private key with mode \(String(mode, radix: 8)), expected 600: "
                + "chmod 600 \(path)"
        case .notAKey(let path): "\(path): not a key: expected 40 characters of Z85"
        case .badLine(let path, let line, let found):
            "\(path): line \(line): expected NAME KEY, found \(found)"
        case .unknown(let name, let path): "\(path): no key is named \(name)"
        }
    }
}

/// Small text files, whole.
enum KeyFile {
    static let bytesMax = 1 << 20

    static func read(_ path: String) throws(KeyError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, code: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < bytesMax {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, code: errno) }
            if count == 0 { break }
            bytes += part[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes beside the target, then renames; a reader sees the old or the new text.
    static func write(
        _ path: String, _ text: String, mode: mode_t, mayReplace: Bool
    ) throws(KeyError) {
        if !mayReplace, access(path, F_OK) == 0 { throw .exists(path: path) }
        let temporary = "\(path).tmp.\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .unwritable(path: path, code: errno) }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        guard isWritten, fsync(descriptor) == 0 else {
            let code = errno
            close(descriptor)
            unlink(temporary)
            throw .unwritable(path: path, code: code)
        }
        close(descriptor)
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw .unwritable(path: path, code: code)
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let isSpace = { (character: Character) in character.isWhitespace }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}

extension PublicKey {
    /// Reads a `.pub` file.
    package static func load(_ path: String) throws(KeyError) -> PublicKey {
        guard let key = PublicKey(try KeyFile.read(path).trimmed) else {
            throw .notAKey(path: path)
        }
        return key
    }
}
