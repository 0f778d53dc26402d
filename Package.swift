// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// Allowed arrows between our targets. A target may import exactly what stands here.
let arrows: [(name: String, imports: [Target.Dependency])] = [
    ("Diagnostics", []),
    ("SpecLanguage", ["Diagnostics"]),
    ("Findings", []),
]

let package = Package(
    name: "iommu-check",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: arrows.map { .target(name: $0.name, dependencies: $0.imports, swiftSettings: settings) }
)
