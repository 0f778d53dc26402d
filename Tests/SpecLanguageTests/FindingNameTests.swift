// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import SpecLanguage
import Testing

/// Findings that no spec declares have names that a check can write.
@Suite struct FindingNameTests {
    @Test func everyNameIsAName() {
        #expect(BuiltInFinding.names.contains("out_of_range"))
        for name in BuiltInFinding.names {
            #expect(name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil, "'\(name)' cannot be written in a check")
        }
        #expect(Set(BuiltInFinding.names).count == BuiltInFinding.names.count)
    }

    /// The table of the language reference has each name once, and no other.
    @Test func theReferenceListsThem() throws {
        let page = try String(
            contentsOfFile: "\(repositoryRoot)/Documentation/language.md", encoding: .utf8)
        let section = try #require(page.components(separatedBy: "## Findings that no spec declares\n").last)
            .components(separatedBy: "\n## ")[0]
        let listed = section.matches(of: /\n\| `([a-z_]+)` \|/).map { String($0.output.1) }
        #expect(listed == BuiltInFinding.names)
    }
}
