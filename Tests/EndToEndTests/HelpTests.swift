import Foundation
import Testing

/// Every verb teaches itself. Walks the command tree as its own help shows it.
@Suite struct HelpTests {
    @Test func everyVerbHasHelp() throws {
        var verbs: [[String]] = [[]]
        var seen = 0
        while let verb = verbs.popLast() {
            let said = try KleanProcess.run(verb + ["--help"])
            #expect(said.status == 0, "klean \(verb.joined(separator: " ")): \(said.errors)")
            #expect(said.output.contains("OVERVIEW: "), "\(verb) says what it is for")
            #expect(said.output.contains("USAGE: klean"), "\(verb) shows how it is called")
            verbs += Self.subcommands(said.output).map { verb + [$0] }
            seen += 1
        }
        #expect(seen > 10)
    }

    /// Names in the help's list of subcommands: lines indented by two.
    static func subcommands(_ help: String) -> [String] {
        guard let list = help.range(of: "SUBCOMMANDS:\n") else { return [] }
        return help[list.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("  ") }  // Up to the blank line before the closing hint.
            .filter { !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    @Test func wrongUsageIsToldInOneScreen() throws {
        for arguments in [["scan"], ["top"], ["nonsense"], ["scan", "store", "--model"]] {
            let said = try KleanProcess.run(arguments)
            #expect(said.status == 64, "\(arguments): \(said.errors)")
            #expect(said.errors.hasPrefix("Error: "), "\(said.errors)")
        }
    }
}
