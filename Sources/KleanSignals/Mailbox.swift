import Foundation
import KleanColumns

/// Reads complaints out of a mailbox in mbox form.
///
/// Mail is parsed by Python's own `email` package in a child process: multipart bodies, quoted
/// printable and base64, encoded headers and the Korean charsets are its trade, and a mail made to
/// break a parser breaks that process alone. `KLEAN_PYTHON` names another interpreter.
struct Mailbox {
    private struct Mail: Decodable {
        var number: Int
        var from: String
        var at: Int64?
        var subject: String
        var body: String
    }

    /// Characters kept of one mail's text.
    private static let bodyCharactersMax = 65_536

    /// Calls `found` for each mail, in the order of the file.
    ///
    /// - Throws: ``SignalError/mailbox(file:tried:reason:)``.
    static func forEachMail(
        _ path: String, _ found: (Result<Signal, SignalRefusal>) throws -> Void
    ) throws {
        let python = ProcessInfo.processInfo.environment["KLEAN_PYTHON"] ?? "python3"
        let process = Process()
        let output = Pipe()
        let errors = FileManager.default.temporaryDirectory
            .appending(path: "klean-mail-\(UUID().uuidString).err")
        try Data().write(to: errors)
        defer { unlink(errors.path) }
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [python, "-c", program, path, String(bodyCharactersMax)]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        do { try process.run() } catch {
            throw SignalError.mailbox(file: path, tried: python, reason: "\(error)")
        }
        defer { if process.isRunning { process.terminate() } }
        var rest = Data()
        while let block = try output.fileHandleForReading.read(upToCount: 1 << 20), !block.isEmpty {
            rest += block
            while let end = rest.firstIndex(of: 0x0A) {
                try found(signal(try JSONDecoder().decode(Mail.self, from: rest[..<end])))
                rest = rest[(end + 1)...]
            }
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = try String(contentsOf: errors, encoding: .utf8).split(separator: "\n")
            throw SignalError.mailbox(
                file: path, tried: python,
                reason: said.last.map(String.init) ?? "exit \(process.terminationStatus)")
        }
    }

    private static func signal(_ mail: Mail) -> Result<Signal, SignalRefusal> {
        let text = mail.subject + "\n" + mail.body
        guard let at = mail.at else { return .failure(SignalRefusal(.unreadable, mail.number)) }
        guard CounterfeitWords.isIn(text) else {
            return .failure(SignalRefusal(.otherMatter, mail.number))
        }
        let listings = ListingReference.candidates(text: text)
        guard !listings.isEmpty else { return .failure(SignalRefusal(.unreadable, mail.number)) }
        var signal = Signal(
            kind: .counterfeitComplaint, listings: listings, at: at, line: mail.number)
        signal.order = ListingReference.order(text: text)
        signal.person = mail.from.lowercased()
        return .success(signal)
    }

    private static let program = #"""
        import sys, json, mailbox, re, unicodedata
        from email import policy, message_from_binary_file
        from email.utils import parseaddr, parsedate_to_datetime
        from html import unescape
        from datetime import timezone

        limit = int(sys.argv[2])
        aliases = {"ks_c_5601-1987": "cp949", "euc-kr": "cp949", "ksc5601": "cp949",
                   "gb2312": "gb18030", "gbk": "gb18030"}

        def text(part):
            raw = part.get_payload(decode=True) or b""
            charset = (part.get_content_charset() or "utf-8").lower()
            try:
                return raw.decode(aliases.get(charset, charset), "replace")
            except LookupError:
                return raw.decode("utf-8", "replace")

        def body(message):
            plain, rich = [], []
            for part in message.walk():
                kind = part.get_content_type()
                if part.is_multipart() or part.get_filename():
                    continue
                if kind == "text/plain":
                    plain.append(text(part))
                elif kind == "text/html":
                    markup = re.sub(r"(?is)<(script|style).*?</\1>", " ", text(part))
                    links = re.findall(r"""(?i)href=["']?([^"'\s>]+)""", markup)
                    shown = unescape(re.sub(r"(?s)<[^>]*>", " ", markup))
                    rich.append(shown + "\n" + "\n".join(unescape(l) for l in links))
            return "\n".join(plain or rich)

        def header(message, name):
            try:
                return str(message[name] or "")
            except Exception:
                return ""

        box = mailbox.mbox(sys.argv[1], factory=lambda f: message_from_binary_file(
            f, policy=policy.default), create=False)
        for number, message in enumerate(box, 1):
            try:
                when = parsedate_to_datetime(header(message, "Date"))
                if when.tzinfo is None:
                    when = when.replace(tzinfo=timezone.utc)
                at = int(when.timestamp())
            except Exception:
                at = None
            try:
                words = body(message)[:limit]
            except Exception:
                words = ""
            record = {"number": number, "from": parseaddr(header(message, "From"))[1], "at": at,
                      "subject": header(message, "Subject"), "body": words}
            line = json.dumps(record, ensure_ascii=False)
            line = unicodedata.normalize("NFC", line).encode("utf-8", "replace")
            sys.stdout.buffer.write(line + b"\n")
        """#
}
