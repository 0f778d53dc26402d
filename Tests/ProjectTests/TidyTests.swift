// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import Testing

/// Rules of this project that neither compiler nor formatter sees. Every message names the cure.
struct TidyTests {
    struct Source: CustomTestStringConvertible {
        let path: String
        let lines: [Substring]

        var testDescription: String { path }
    }

    static let sources: [Source] = files(below: "Sources", suffix: ".swift")
    static let tests: [Source] = files(below: "Tests", suffix: ".swift")

    static func files(below folder: String, suffix: String) -> [Source] {
        let base = repositoryRoot + "/" + folder
        let names = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(suffix) }.sorted().compactMap { name in
            guard let text = try? String(contentsOfFile: base + "/" + name, encoding: .utf8) else {
                return nil
            }
            return Source(
                path: folder + "/" + name,
                lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    /// `Package.swift`'s table of arrows: target, then what it may import.
    static let arrows: [String: Set<String>] = {
        guard let manifest = try? String(contentsOfFile: repositoryRoot + "/Package.swift", encoding: .utf8),
            let start = manifest.range(of: "let arrows"), let end = manifest.range(of: "/// One test target")
        else { return [:] }
        var arrows: [String: Set<String>] = [:]
        var target: String?
        for piece in manifest[start.lowerBound..<end.lowerBound].split(separator: "\"").enumerated()
        where piece.offset % 2 == 1 {
            let before = manifest[..<piece.element.startIndex].dropLast().last { !$0.isWhitespace }
            if before == "(" {
                target = String(piece.element)
                arrows[String(piece.element)] = []
            } else if let target {
                arrows[target]?.insert(String(piece.element))
            }
        }
        return arrows
    }()

    @Test func thereIsSomethingToLookAt() {
        #expect(Self.sources.count > 40)
        #expect(Self.arrows.count >= 10)
        #expect(Self.arrows["SpecLanguage"] == ["Diagnostics"])
    }

    @Test func importsFollowTheArrows() {
        let own = Set(Self.arrows.keys).union(["CZ3", "CCrypto", "CSupervisor"])
        for source in Self.sources {
            let target = String(source.path.split(separator: "/")[1])
            guard let allowed = Self.arrows[target] else { continue }
            for line in source.lines
            where line.contains("import ") && !line.hasPrefix(" ") && !line.hasPrefix("//") {
                let module = String(line.split(separator: " ").last ?? "")
                guard own.contains(module) else { continue }
                #expect(
                    allowed.contains(module),
                    "\(source.path) imports \(module); \(target) may not: move the code or change the arrow (with a decision record)"
                )
            }
        }
    }

    /// A library is tested by itself: not only through what is built on it.
    @Test func everyLibraryHasTests() {
        for target in Self.arrows.keys.sorted() {
            let own = Self.tests.filter { $0.path.hasPrefix("Tests/\(target)Tests/") }
            #expect(
                own.contains { $0.lines.contains { $0.contains("@Test") } },
                "Tests/\(target)Tests holds no test; write one of what \(target) promises")
        }
    }

    @Test func filesAreShort() {
        for source in Self.sources + Self.tests {
            #expect(
                source.lines.count <= 500,
                "\(source.path) has \(source.lines.count) lines; split it by concept")
        }
    }

    @Test func onlyTheCommandLinePrints() {
        for source in Self.sources where !source.path.hasPrefix("Sources/iommu-check/") {
            for (number, line) in source.lines.enumerated() {
                let code = line.trimmingCharacters(in: .whitespaces)
                #expect(
                    !code.hasPrefix("print(") && !code.hasPrefix("exit("),
                    "\(source.path):\(number + 1) prints or exits; return the text and let the command line print it"
                )
            }
        }
    }

    /// Everything that knows IOMMUs is in `Specs/`; `Checking` binds a platform's constants by name.
    @Test func enginesKnowNothingOfIOMMUs() {
        let engines = ["SpecLanguage", "TransitionSystem", "Exploration", "Z3", "Proofs"]
        let words = ["iotlb", "rmrr", "gart", "vtd", "reserved_region"]
        for source in Self.sources where engines.contains(where: { source.path.hasPrefix("Sources/\($0)/") })
        {
            for (number, line) in source.lines.enumerated() where !line.contains("//") {
                let lower = line.lowercased()
                for word in words {
                    #expect(
                        !lower.contains(word),
                        "\(source.path):\(number + 1) mentions '\(word)'; say it in a spec, or in general terms"
                    )
                }
            }
        }
    }

    /// An expected text stands beside its input, or a test names it.
    @Test func everyExpectedTextIsUsed() {
        let base = repositoryRoot + "/Tests/Golden"
        let names = Set(FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? [])
        let code = Self.tests.map { $0.lines.joined(separator: "\n") }.joined()
        for name in names where name.hasSuffix(".expected") {
            let stem = String(name.dropLast(".expected".count))
            let isNamed = stem.split(separator: "/").last.map { code.contains($0) } ?? false
            #expect(
                names.contains(stem) || isNamed, "Tests/Golden/\(name) has no input and no test; delete it")
        }
    }

    /// Fixtures and what is generated stand under the licence of the whole.
    @Test func everySourceAndSpecNamesItsLicence() throws {
        var count = 0
        for folder in ["Sources", "Specs", "Tests", "Benchmarks", "Tools"] {
            let files = FileManager.default.enumerator(atPath: "\(repositoryRoot)/\(folder)")
            for case let name as String in try #require(files) {
                let path = "\(folder)/\(name)"
                guard !["Tests/Fixtures/", "Tests/Golden/"].contains(where: path.hasPrefix),
                    [".swift", ".c", ".h", ".modulemap", ".spec", ".py", ".events"].contains(
                        where: path.hasSuffix)
                else { continue }
                count += 1
                let text = try String(contentsOfFile: "\(repositoryRoot)/\(path)", encoding: .utf8)
                let head = text.split(separator: "\n", maxSplits: 2).prefix(2)
                #expect(
                    head.contains { $0.hasSuffix(" SPDX-License-Identifier: MIT") },
                    "\(path): begin it with '// SPDX-License-Identifier: MIT'")
            }
        }
        #expect(count > 800)
    }

    /// What is printed in brackets is explained.
    @Test func everyDiagnosticIsOnItsPage() throws {
        let page = try String(
            contentsOfFile: repositoryRoot + "/Documentation/diagnostics.md", encoding: .utf8)
        let made = #/(?:Diagnostic|LogFailure|[eE]rror|warning)\(\s*"(?<id>[a-z]+(?:-[a-z]+)+)"/#
        var count = 0
        for source in Self.sources {
            for match in source.lines.joined(separator: "\n").matches(of: made) {
                count += 1
                #expect(
                    page.contains("`\(match.id)`"), "\(source.path): \(match.id) is not in diagnostics.md")
            }
        }
        #expect(count > 100)
    }
}
