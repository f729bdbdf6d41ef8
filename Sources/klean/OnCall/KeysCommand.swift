import ArgumentParser
import KleanColumns
import KleanConsole
import KleanTransport

/// Where a cluster's keys are: `NAME.key` (private, 0600), `NAME.pub` and the list `allowed`.
struct KeyFolder {
    static let coordinator = "coordinator"
    let path: String

    init(_ path: String) { self.path = path }

    func secret(_ name: String) -> String { "\(path)/\(name).key" }
    func published(_ name: String) -> String { "\(path)/\(name).pub" }
    var allowed: String { path + "/allowed" }
}

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Keys of a cluster: who may connect to a coordinator.",
        discussion: """
            klean keys new coordinator --keys keys     once, on the coordinator's machine
            klean keys new w1 --keys keys              per worker; give it w1.key, coordinator.pub
            klean keys allow w1 --keys keys            admits it, also to a running coordinator
            klean coordinator … --bind tcp://0.0.0.0:5555 --keys keys
            klean worker --connect … --name w1 --key w1.key --coordinator-key coordinator.pub
            klean keys revoke w1 --keys keys           cuts it within a second
            """,
        subcommands: [New.self, List.self, Allow.self, Revoke.self])

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a key pair: NAME.key for its owner alone, NAME.pub for others.")
        @Argument(help: "Whose key: a worker's name, or coordinator.") var name: String
        @Option(help: "The key folder.") var keys: String

        func validate() throws { try checkName(name) }

        func run() throws {
            let folder = KeyFolder(keys)
            try FileSystem.createDirectory(keys)
            let pair = try KeyPair.generate()
            try pair.save(private: folder.secret(name), public: folder.published(name))
            Console.output("\(name) \(pair.publicKey)\n")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Who may connect.")
        @Option(help: "The key folder.") var keys: String
        @Option(help: "table, json or csv.") var format: Format = .table

        func run() throws {
            var table = Table([.init("name", key: "name"), .init("public key", key: "key")])
            for entry in try AllowList(path: KeyFolder(keys).allowed).entries {
                table.append([.text(entry.name), .text(entry.key.text)])
            }
            Console.output(table.rendered(format.output))
        }
    }

    struct Allow: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Admits a worker by its public key, from now on.")
        @Argument(help: "The worker's name.") var name: String
        @Argument(help: "Its public key; by default that of NAME.pub in the folder.")
        var key: String?
        @Option(help: "The key folder.") var keys: String

        func validate() throws { try checkName(name) }

        func run() throws {
            let folder = KeyFolder(keys)
            let allowed: PublicKey
            if let key {
                guard let parsed = PublicKey(key) else {
                    throw ValidationError("expected 40 characters of Z85, found \(key)")
                }
                allowed = parsed
            } else {
                allowed = try PublicKey.load(folder.published(name))
            }
            try AllowList(path: folder.allowed).allow(name, allowed)
            Console.output("\(name) may connect\n")
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a worker off the list; a running coordinator cuts it within a second.")
        @Argument(help: "The worker's name or public key.") var name: String
        @Option(help: "The key folder.") var keys: String

        func run() throws {
            try AllowList(path: KeyFolder(keys).allowed).revoke(name)
            Console.output("\(name) may not connect any more\n")
        }
    }

    private static func checkName(_ name: String) throws {
        let isName =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == 45 || byte == 46 || byte == 95
            } && !name.hasPrefix(".")
        guard isName else {
            throw ValidationError("expected a name of letters, digits, - . _; found \(name)")
        }
    }
}
