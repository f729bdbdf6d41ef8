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
    dependencies: [],
    targets: [
        // Layer 0
        library("KleanCore", [], pure),
        tests("KleanCore", ["KleanCore"]),
        // Layer 1
        system("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev"),
        system("CXXHash", pkgConfig: "libxxhash", apt: "libxxhash-dev"),
        system("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
        kernels("CKleanColumns"),
        library(
            "KleanColumns", ["KleanCore", "CLZ4", "CXXHash", "CSodium", "CKleanColumns"], swift),
        tests("KleanColumns", ["KleanColumns", "KleanCore"]),

        // Layer 2
        kernels("CKleanCatalog"),
        library("KleanCatalog", ["KleanCore", "KleanColumns", "CKleanCatalog"], swift),
        tests("KleanCatalog", ["KleanCatalog", "KleanColumns", "KleanCore"]),

        // What a machine can hold of the house style.
        .testTarget(name: "TidyTests", swiftSettings: swift),
    ],
    swiftLanguageModes: [.v6]
)
