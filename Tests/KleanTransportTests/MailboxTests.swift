import KleanTransport
import Testing

/// What waits in a mailbox is taken in order, and only where it suits.
@Suite struct MailboxTests {
    @Test func onlyTheFirstItemCanSuit() {
        let box = Mailbox<Int>()
        #expect(box.take(where: { _ in true }) == nil)
        for item in [1, 2, 3] { box.put(item) }
        #expect(box.take(where: { $0 == 2 }) == nil)
        #expect(box.take(where: { $0 == 1 }) == 1)
        #expect(box.take(where: { $0 == 2 }) == 2)
        #expect(box.count == 1)
        box.close()
        // What is there can be taken after the end, too.
        #expect(box.take(where: { $0 == 3 }) == 3)
        #expect(box.take(where: { _ in true }) == nil)
        #expect(box.take() == nil)
    }
}
