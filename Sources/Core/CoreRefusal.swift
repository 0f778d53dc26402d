// SPDX-License-Identifier: MIT

package import Diagnostics

/// What of a spec the Core cannot say; the interpreter runs it all the same.
package struct CoreRefusal: Error, Hashable, Sendable {
    /// "a list that is no constant"
    package let message: String
    package let span: Span

    init(_ message: String, at span: Span) {
        self.message = message
        self.span = span
    }
}
