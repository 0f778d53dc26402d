// SPDX-License-Identifier: MIT

/// Why a log cannot be read on: where, and what is wrong there.
package struct LogFailure: Error, Hashable, Sendable {
    /// Stable code, as of a `Diagnostic`.
    package let id: String
    /// One-based; `nil` where no line is meant (a file that cannot be opened).
    package let line: Int?
    /// One-based byte of the line, where one is to blame.
    package let column: Int?
    package let message: String
    package let help: String?
    /// The line's text as far as it is worth showing.
    package let text: String?

    package init(
        _ id: String, _ message: String, line: Int? = nil, column: Int? = nil, text: String? = nil,
        help: String? = nil
    ) {
        self.id = id
        self.line = line
        self.column = column
        self.message = message
        self.help = help
        self.text = text
    }
}
