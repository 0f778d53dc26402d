// swift-tools-version: 6.2
// SPDX-License-Identifier: MIT
import PackageDescription

/// Our targets and the arrows between them: a target may import exactly what stands behind its name. The picture and
/// the reasons are in Documentation/architecture.md; `Tests/ProjectTests` compares every `import` with this list.
let arrows: [(name: String, imports: [Target.Dependency])] = [
    ("Stopping", []),
    ("Diagnostics", []),
    ("SpecLanguage", ["Diagnostics"]),
    ("Findings", []),
    ("TransitionSystem", ["SpecLanguage", "Diagnostics", "Findings", "Stopping"]),
    ("Core", ["SpecLanguage", "Diagnostics", "TransitionSystem"]),
    ("Exploration", ["TransitionSystem", "Findings", "Stopping", "CMemory"]),
    ("ContentCache", ["CCrypto"]),
    ("CompiledModel", ["Core", "SpecLanguage", "TransitionSystem", "ContentCache", "CSupervisor"]),
    ("Exporters", ["Core", "SpecLanguage", "Diagnostics", "TransitionSystem"]),
    ("Z3", ["CZ3", "Stopping"]),
    ("Proofs", ["SpecLanguage", "Diagnostics", "Findings", "Z3", "Stopping"]),
    ("Platforms", ["Diagnostics"]),
    ("Reports", ["Findings", "Diagnostics", "Platforms"]),
    ("Conformance", ["Core", "SpecLanguage", "Diagnostics", "TransitionSystem", "CZlib"]),
    (
        "Checking",
        [
            "Diagnostics", "SpecLanguage", "Findings", "TransitionSystem", "Exploration", "Proofs",
            "CompiledModel", "Exporters", "Platforms", "ContentCache",
            "Reports", "Conformance", "Stopping",
        ]
    ),
]

/// One test target a library, and the tests of the project's own rules.
let tests: [(name: String, imports: [Target.Dependency])] =
    arrows.map { ("\($0.name)Tests", [.byName(name: $0.name)] + $0.imports) } + [("ProjectTests", [])]

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "iommu-check",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(name: "CZ3", pkgConfig: "z3", providers: [.apt(["libz3-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CMemory"),
        .target(name: "CSupervisor"),
        .executableTarget(
            name: "iommu-check",
            dependencies: [
                "Checking", "Exporters", "Reports", "Findings", "Diagnostics", "ContentCache",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
    ]
        + arrows.map {
            // Every touch of a C handle is marked where it happens; elsewhere the rule would only be noise.
            let handles: [SwiftSetting] = $0.name == "Z3" ? [.strictMemorySafety()] : []
            return .target(name: $0.name, dependencies: $0.imports, swiftSettings: settings + handles)
        }
        + [
            .target(
                name: "CheckerTesting", dependencies: ["CompiledModel", "SpecLanguage", "Diagnostics"],
                path: "Tests/Support",
                swiftSettings: settings)
        ]
        + [
            .target(
                name: "HandWrittenModels", dependencies: ["TransitionSystem"], path: "Benchmarks/Models",
                swiftSettings: settings),
            .executableTarget(
                name: "explorer-benchmark", dependencies: ["Exploration", "HandWrittenModels"],
                path: "Benchmarks/Explorer", swiftSettings: settings),
        ]
        + tests.map {
            .testTarget(
                name: $0.name,
                dependencies: $0.imports + ["CheckerTesting"]
                    + ($0.name == "ExplorationTests" ? ["HandWrittenModels"] : []),
                swiftSettings: settings)
        }
)
