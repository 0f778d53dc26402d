// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage

/// What ended a step or an evaluation half-way: a finding, or a limit of the checker.
package struct RunTimeError: Error, Hashable, Sendable {
    package let cause: FailureCause
    package let message: String
    package let span: Span?

    private init(cause: FailureCause, _ message: String, at span: Span?) {
        self.cause = cause
        self.message = message
        self.span = span
    }

    package init(_ kind: RunTimeErrorKind, _ message: String, at span: Span?) {
        self.init(cause: .error(kind), message, at: span)
    }

    package init(limit: CheckerLimit, _ message: String, at span: Span?) {
        self.init(cause: .limit(limit), message, at: span)
    }

    package init(assertion name: String, at span: Span?) {
        self.init(cause: .assertion(name), "the assertion fails", at: span)
    }
}
