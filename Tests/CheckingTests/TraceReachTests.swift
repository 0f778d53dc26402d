// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation
import Testing

/// A trace from a mail opens no file but those below the current directory and beside it.
@Suite struct TraceReachTests {
    @Test func aTraceDoesNotReachOut() throws {
        try #require(Repository.isCurrentDirectory)
        let directory = try TemporaryDirectory()
        let text = try Repository.text("counterexamples/01_counter.read_then_write.txt")
        let known = "Specs/tutorial/01_counter.spec"
        try #require(text.contains(known))
        let secret = try directory.write("a secret\n", as: "secret.spec")
        try directory.write(Repository.text(known), as: "mails/beside.spec")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/mails/link.spec", withDestinationPath: secret)
        func trace(naming spec: String) throws -> ReplayRequest {
            ReplayRequest(
                trace: try directory.write(text.replacing(known, with: spec), as: "mails/trace.txt"))
        }
        for outside in [
            secret, "/etc/passwd", "/etc/missing", directory.path + "/mails/link.spec", "../../../etc/passwd",
            directory.path + "/mails/../secret.spec",
        ] {
            let request = try trace(naming: outside)
            let failure = try #require(BadInputTests.refusal { try ReplayQuestion(request).answer() })
            #expect(failure.diagnostics.map(\.id) == ["outside-root"], "\(outside): \(failure.text)")
            #expect(!failure.text.contains("a secret") && !failure.text.contains("root:"))
            #expect(failure.text.contains("--spec"))
        }
        for inside in [known, "./Specs/../" + known, directory.path + "/mails/beside.spec"] {
            let answer = try ReplayQuestion(try trace(naming: inside)).answer()
            #expect(answer.exitCode == .expected, "\(inside): \(answer.text)")
        }
        // Whoever runs the program may name any file.
        var request = try trace(naming: "/etc/passwd")
        request.spec = known
        #expect(try ReplayQuestion(request).answer().exitCode == .expected)
    }
}
