internal import Foundation
internal import KleanColumns
internal import KleanTransport
internal import Synchronization

/// The thread that answers on-call's commands. It looks at ``Vitals`` itself and leaves orders to
/// the loop, for whose answer it waits a bounded time; so a wedged loop is told of, not shared.
final class ControlThread: Sendable {
    private let path: String
    private let control: CoordinatorControl
    private let vitals: Vitals
    private let isOver = Atomic<Bool>(false)

    init(path: String, control: CoordinatorControl, vitals: Vitals) {
        self.path = path
        self.control = control
        self.vitals = vitals
    }

    /// Listens from the moment that this returns.
    func start() throws(FileError) -> OSThread {
        let listener = try UnixSocket.listening(at: path)
        let descriptor = Held(listener)
        return OSThread { [self] in
            while !isOver.load(ordering: .relaxed) {
                guard let client = descriptor.value.accept(milliseconds: 200) else { continue }
                answer(client)
            }
            unlink(path)
        }
    }

    func close() { isOver.store(true, ordering: .relaxed) }

    private func answer(_ client: borrowing UnixSocket) {
        guard let line = client.line(bytesMax: ControlLimits.requestBytesMax) else { return }
        let reply: ControlReply
        do {
            reply = self.reply(try JSONDecoder().decode(ControlRequest.self, from: Data(line)))
        } catch {
            reply = ControlReply(error: "not understood: \(error)")
        }
        do {
            client.send(Array(try JSONEncoder().encode(reply)) + [0x0A])
        } catch {
            client.send(Array("{\"lines\":[],\"error\":\"the answer cannot be encoded\"}\n".utf8))
        }
    }

    private func reply(_ request: ControlRequest) -> ControlReply {
        switch request {
        case .status: return ControlReply(board: vitals.board)
        case .dump: return ControlReply(dump: vitals.dump)
        case .cancel(true):
            control.abort()
            return ControlReply(lines: ["the run ends at once; the same command resumes"])
        default:
            let answer = Mailbox<ControlReply>()
            control.put(.init(request: request, answer: answer))
            return answer.take(milliseconds: ControlLimits.answerMs)
                ?? ControlReply(
                    error: "the coordinator's loop has not answered for "
                        + "\(ControlLimits.answerMs / 1_000) s and may still do it; "
                        + "`klean job dump` says where it stands")
        }
    }
}

/// Lets a thread own what cannot be copied.
private final class Held: Sendable {
    let value: UnixSocket
    init(_ value: consuming UnixSocket) { self.value = value }
}

/// On-call's end of the socket.
package enum ControlClient {
    /// Asks the coordinator of a job.
    ///
    /// - Returns: `nil` when no coordinator lives.
    /// - Throws: `FileError` when the socket may not be used; ``ControlError``.
    package static func ask(
        _ folder: JobFolder, _ request: ControlRequest
    ) throws -> ControlReply? {
        let seconds = Int(ControlLimits.answerMs / 1_000) + 5
        guard let socket = try UnixSocket.connected(to: folder.control, seconds: seconds) else {
            return nil
        }
        socket.send(Array(try JSONEncoder().encode(request)) + [0x0A])
        guard let line = socket.line(bytesMax: ControlLimits.replyBytesMax) else {
            throw ControlError.noAnswer(path: folder.control)
        }
        let reply = try JSONDecoder().decode(ControlReply.self, from: Data(line))
        if let error = reply.error { throw ControlError.refused(error) }
        return reply
    }
}

extension JobDump {
    /// For programs, in one line.
    package var json: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}

package enum ControlError: Error, Equatable, CustomStringConvertible {
    case noAnswer(path: String)
    /// The coordinator says why not.
    case refused(String)

    package var description: String {
        switch self {
        case .noAnswer(let path): "\(path): the coordinator does not answer; is it frozen?"
        case .refused(let reason): reason
        }
    }
}
