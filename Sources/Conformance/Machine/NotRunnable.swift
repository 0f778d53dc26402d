// SPDX-License-Identifier: MIT

package import Diagnostics

/// What of a spec has no meaning, or no room, over a log.
package struct NotRunnable: Error, Hashable, Sendable {
    package let message: String
    package let span: Span

    init(_ message: String, at span: Span) {
        self.message = message
        self.span = span
    }
}
