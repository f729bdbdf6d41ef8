// swift-tools-version: 6.2
import PackageDescription

/// A newer compiler's new warning must not keep a user from building.
let inCI: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]
let swift: [SwiftSetting] =
    inCI + [
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

/// The tests of one target, which see what it is built on.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: ["KleanCore", .init(stringLiteral: name)] + dependencies,
        swiftSettings: swift)
}

func system(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// C kernels: one owner each, per-function target attributes, chosen at run time.
func kernels(_ name: String, exclude: [String] = []) -> Target {
    .target(name: name, exclude: exclude)
}

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "klean",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Layer 0: the nouns.
        library("KleanCore", [], pure),
        .testTarget(
            name: "KleanCoreTests", dependencies: ["KleanCore"], swiftSettings: swift),

        // Layer 1: one skill each.
        system("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev"),
        system("CXXHash", pkgConfig: "libxxhash", apt: "libxxhash-dev"),
        system("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
        kernels("CKleanColumns"),
        library(
            "KleanColumns", ["KleanCore", "CLZ4", "CXXHash", "CSodium", "CKleanColumns"], swift),
        tests("KleanColumns"),
        kernels("CKleanText", exclude: ["generate_tables.py"]),
        library("KleanText", ["KleanCore", "CKleanText"], swift),
        tests("KleanText"),
        // The codecs' headers and links; only the C target includes them.
        system("CTurboJPEG", pkgConfig: "libjpeg", apt: "libjpeg62-turbo-dev"),
        system("CPNG", pkgConfig: "libpng", apt: "libpng-dev"),
        system("CWebP", pkgConfig: "libwebp", apt: "libwebp-dev"),
        system("CGIF", apt: "libgif-dev"),
        .target(
            name: "CKleanImage", dependencies: ["CTurboJPEG", "CPNG", "CWebP", "CGIF"],
            linkerSettings: [.linkedLibrary("webpdemux"), .linkedLibrary("gif")]),
        library("KleanImage", ["KleanCore", "CKleanImage"], swift),
        tests("KleanImage"),
        library("KleanWire", ["KleanCore"], pure),
        tests("KleanWire"),
        library("KleanSchedule", ["KleanCore"], pure),
        tests("KleanSchedule"),
        library("KleanLearn", ["KleanCore"], swift),
        tests("KleanLearn"),

        // Layer 2: what a scan reads, and what it runs on.
        kernels("CKleanCatalog"),
        system("CArchive", apt: "libarchive-dev"),
        library(
            "KleanCatalog",
            ["KleanCore", "KleanColumns", "KleanImage", "CArchive", "CKleanCatalog", yams], swift),
        tests("KleanCatalog", ["KleanColumns", "KleanImage"]),
        library(
            "KleanModel", ["KleanCore", "KleanColumns", "KleanText", "KleanLearn", yams], swift),
        tests("KleanModel", ["KleanColumns", "KleanText"]),
        // Debian's libzmq.pc needs a flag SwiftPM refuses (-isystem), so the module map links it.
        system("CZeroMQ", apt: "libzmq3-dev"),
        library("KleanTransport", ["KleanCore", "CZeroMQ"], swift),
        tests("KleanTransport"),
        library("KleanLedger", ["KleanCore", grdb], swift),
        tests("KleanLedger"),

        // Layer 3: judging, and what comes of it.
        kernels("CKleanKernels"),
        library(
            "KleanScore",
            [
                "KleanCore", "KleanColumns", "KleanText", "KleanLearn", "KleanCatalog",
                "KleanModel", "CKleanKernels",
            ], swift),
        tests("KleanScore", ["KleanColumns", "KleanText", "KleanCatalog", "KleanModel"]),
        library("KleanSignals", ["KleanCore", "KleanColumns", "KleanCatalog"], swift),
        tests("KleanSignals", ["KleanColumns", "KleanCatalog"]),
        library(
            "KleanIndex",
            ["KleanCore", "KleanColumns", "KleanCatalog", "KleanModel", "KleanScore"], swift),
        tests("KleanIndex", ["KleanColumns", "KleanCatalog", "KleanModel", "KleanScore"]),

        library("KleanMetrics", ["KleanTransport", metrics], swift),
        .testTarget(
            name: "KleanMetricsTests", dependencies: ["KleanMetrics", "KleanTransport", metrics],
            swiftSettings: swift),

        // Layer 4: the running parts.
        library(
            "KleanCoordinator",
            [
                "KleanCore", "KleanColumns", "KleanWire", "KleanSchedule", "KleanTransport",
                "KleanLedger", "KleanMetrics",
            ], swift),
        library(
            "KleanWorker",
            ["KleanCore", "KleanColumns", "KleanWire", "KleanTransport", "KleanMetrics"], swift),
        tests(
            "KleanCoordinator",
            [
                "KleanColumns", "KleanWire", "KleanTransport", "KleanLedger", "KleanWorker",
                "KleanMetrics",
            ]),
        library("KleanConsole", [], swift),
        .testTarget(
            name: "KleanConsoleTests", dependencies: ["KleanConsole"], swiftSettings: swift),
        library(
            "KleanInspection",
            [
                "KleanCore", "KleanColumns", "KleanLearn", "KleanCatalog", "KleanModel",
                "KleanScore", "KleanIndex", "KleanConsole", grdb,
            ], swift),

        tests(
            "KleanInspection",
            [
                "KleanColumns", "KleanLearn", "KleanCatalog", "KleanModel", "KleanScore",
                "KleanIndex", "KleanConsole", "KleanTesting", grdb,
            ]),

        // Layer 5: the command line.
        .executableTarget(
            name: "klean",
            dependencies: [
                "KleanCore", "KleanColumns", "KleanImage", "KleanLearn", "KleanCatalog",
                "KleanModel", "KleanWire", "KleanSchedule",
                "KleanTransport", "KleanLedger", "KleanScore", "KleanIndex", "KleanCoordinator",
                "KleanWorker", "KleanMetrics",
                "KleanConsole", "KleanInspection", "KleanSignals", "KleanTesting", argumentParser,
            ], swiftSettings: swift),
        .testTarget(
            name: "EndToEndTests", exclude: ["GoldenModel"], swiftSettings: swift),

        // Beside the layers: tests and `klean generate` use it, nothing below does.
        kernels("CKleanTesting"),
        library(
            "KleanTesting",
            [
                "KleanCore", "KleanColumns", "KleanCatalog", "KleanModel", "CKleanTesting",
                "KleanWire", "KleanSchedule", "KleanLedger",
            ], swift),
        tests(
            "KleanTesting", ["KleanColumns", "KleanCatalog", "KleanModel", "KleanLedger"]),

        // What a machine can hold of the house style.
        .testTarget(name: "TidyTests", swiftSettings: swift),
    ],
    swiftLanguageModes: [.v6]
)
