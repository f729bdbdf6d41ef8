// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let pure = swift + [.strictMemorySafety()]  // The compiler proves these hold no unsafe code.

/// A library target of ours; dependencies are named so that the import table reads top to bottom.
func library(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting])
    -> Target
{
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: swift)
}

func system(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// C kernels: one owner each, per-function target attributes, chosen at run time.
func kernels(_ name: String) -> Target {
    .target(name: name)
}

let package = Package(
    name: "klean",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0")
    ],
    targets: [
        // Layer 0
        library("KleanCore", [], pure),
        tests("KleanCore", ["KleanCore"]),

        // Layer 1
        system("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev"),
        system("CXXHash", pkgConfig: "libxxhash", apt: "libxxhash-dev"),
        system("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
        library("KleanColumns", ["KleanCore", "CLZ4", "CXXHash", "CSodium"], swift),
        tests("KleanColumns", ["KleanColumns", "KleanCore"]),

        // Layer 1: the cluster's pure parts
        library("KleanWire", ["KleanCore"], pure),
        tests("KleanWire", ["KleanCore", "KleanWire"]),
        library("KleanSchedule", ["KleanCore"], pure),
        tests("KleanSchedule", ["KleanCore", "KleanSchedule"]),

        // Layer 2: the cluster's sockets and its record
        // Debian's libzmq.pc needs a flag SwiftPM refuses (-isystem), so the module map links it.
        system("CZeroMQ", apt: "libzmq3-dev"),
        library("KleanTransport", ["CZeroMQ", "KleanCore"], swift),
        tests("KleanTransport", ["KleanTransport"]),
        library(
            "KleanLedger", ["KleanCore", .product(name: "GRDB", package: "GRDB.swift")], swift),
        tests("KleanLedger", ["KleanCore", "KleanLedger"]),

        // Layer 4: the running cluster
        library(
            "KleanCoordinator",
            [
                "KleanCore", "KleanColumns", "KleanWire", "KleanSchedule", "KleanTransport",
                "KleanLedger",
            ], swift),
        library(
            "KleanWorker", ["KleanCore", "KleanColumns", "KleanWire", "KleanTransport"], swift),
        tests(
            "KleanCoordinator",
            [
                "KleanCore", "KleanColumns", "KleanWire", "KleanTransport", "KleanLedger",
                "KleanCoordinator", "KleanWorker",
            ]),

        // What a machine can hold of the house style.
        .testTarget(name: "TidyTests", swiftSettings: swift),
    ],
    swiftLanguageModes: [.v6]
)
