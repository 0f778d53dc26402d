// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation

/// What `compare` says of two texts.
enum CompareAnswers {
    static func answer(
        _ old: String, _ new: String, _ change: (inout CompareRequest) -> Void = { _ in }
    ) throws -> Answer {
        let directory = try TemporaryDirectory()
        let request = try self.request(old, new, in: directory, change)
        return try onLargeStack { try CompareQuestion(request).answer() }
    }

    /// - Returns: the request for `old:old` and `new:new`, or for the only checks.
    private static func request(
        _ old: String, _ new: String, in directory: TemporaryDirectory,
        _ change: (inout CompareRequest) -> Void
    ) throws -> CompareRequest {
        var request = CompareRequest(
            old: try directory.write("module example\n" + old, as: "old/example.spec"),
            new: try directory.write("module example\n" + new, as: "new/example.spec"),
            limits: ExplorationLimits(threads: 1, memoryBytesMax: 1 << 28, engine: .interpreter))
        change(&request)
        return request
    }

    /// The last line.
    static func word(_ answer: Answer) -> String {
        answer.text.split(separator: "\n").last.map(String.init) ?? ""
    }

    static func refusal(_ old: String, _ new: String) throws -> BadInput? {
        let directory = try TemporaryDirectory()
        let request = try request(old, new, in: directory) { _ in }
        return BadInputTests.refusal { try CompareQuestion(request).answer() }
    }
}
