// SPDX-License-Identifier: MIT

package import Diagnostics

/// The text uses something that proofs do not reach: inconclusive, with the reason.
package struct NotProvable: Error, Hashable, Sendable, CustomStringConvertible {
    /// What they do not reach, as it continues 'proofs do not reach': `an array`.
    package let description: String
    /// The expression or statement, where it is known.
    package private(set) var span: Span?

    init(_ description: String, at span: Span? = nil) {
        self.description = description
        self.span = span
    }

    /// With the innermost place that is known.
    func located(at place: Span) -> NotProvable {
        var located = self
        located.span = span ?? place
        return located
    }
}
