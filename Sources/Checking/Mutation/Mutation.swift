// SPDX-License-Identifier: MIT

import Diagnostics

/// A small mistake made in a spec on purpose: a stretch of its text is another text, or none.
struct Mutation: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case statementDropped = "statement dropped"
        case guardNegated = "guard negated"
        case stepsSwapped = "steps swapped"
        case lockDropped = "lock dropped"
    }

    let kind: Kind
    let span: Span
    let replacement: String
    /// The operation, process or `init` it lies in.
    let home: String

    /// The file with the mistake in it.
    func applied(to file: SourceFile) -> SourceFile {
        SourceFile(
            path: file.path,
            bytes: Array(file.bytes[..<span.start]) + Array(replacement.utf8) + Array(file.bytes[span.end...])
        )
    }
}
