// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation
import Testing

/// A trace that was cut off or names what is not there is refused in a sentence.
@Suite struct DamagedTraceTests {
    @Test(arguments: [
        "counterexamples/01_counter.read_then_write.txt", "counterexamples/allocator.lock_left_out.itf.json",
    ])
    func cutOffAnywhere(_ trace: String) throws {
        try #require(Repository.isCurrentDirectory)
        let directory = try TemporaryDirectory()
        let bytes = try Repository.bytes(trace)
        var refused = 0
        for length in stride(from: 0, to: bytes.count, by: 50) {
            let path = try directory.write(Array(bytes.prefix(length)), as: "cut")
            do {
                // The end of a diagram may be missing without loss; it must then still break the property.
                let answer = try ReplayQuestion(ReplayRequest(trace: path)).answer()
                #expect(answer.exitCode != .badInput, "cut after \(length) bytes")
            } catch let failure as BadInput {
                refused += 1
                #expect(failure.diagnostics.count == 1, "cut after \(length) bytes: \(failure.text)")
                #expect(failure.text.utf8.count < 2000)
            }
        }
        #expect(refused > bytes.count / 50 / 2)
    }

    @Test func namesWhatIsNotThere() throws {
        try #require(Repository.isCurrentDirectory)
        let directory = try TemporaryDirectory()
        let text = try Repository.text("counterexamples/01_counter.read_then_write.txt")
        let changes = [
            ("Check:     read_then_write", "Check:     read_then_wrote", "unknown-check"),
            (
                "Spec:      Specs/tutorial/01_counter.spec", "Spec:      Specs/tutorial/00_counter.spec",
                "cannot-read"
            ),
        ]
        for (old, new, id) in changes {
            try #require(text.contains(old))
            let path = try directory.write(text.replacingOccurrences(of: old, with: new), as: "trace.txt")
            let failure = try #require(
                BadInputTests.refusal { try ReplayQuestion(ReplayRequest(trace: path)).answer() })
            #expect(failure.diagnostics.map(\.id) == [id], "\(failure.text)")
        }
    }

    @Test func traceOfAnotherSpecBreaksNothing() throws {
        try #require(Repository.isCurrentDirectory)
        let directory = try TemporaryDirectory()
        let text = try Repository.text("counterexamples/01_counter.read_then_write.txt")
        let path = try directory.write(
            text.replacingOccurrences(of: "counted[1] = true", with: "counted[1] = false"), as: "trace.txt")
        let answer = try ReplayQuestion(ReplayRequest(trace: path)).answer()
        #expect(answer.exitCode == .unexpected)
        #expect(answer.text.contains("step 3 is no longer possible"), "\(answer.text)")
    }
}
