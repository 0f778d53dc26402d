package import Diagnostics

/// Something that a spec does and may not: a finding, with the run that leads to it.
package struct RunTimeError: Error, Hashable, Sendable {
    /// `index-out-of-range`, `out-of-range`, `division-by-zero`, `arithmetic-overflow`, `queue-full`,
    /// `queue-empty`,
    /// `empty-choice`, `endless-loop`, `lock-not-held`, `too-many-values`, `missing-return`, or `assertion`.
    package let id: String
    package let message: String
    package let span: Span?
    /// Name of the failed assertion.
    package let assertion: String?

    package init(_ id: String, _ message: String, at span: Span?, assertion: String? = nil) {
        self.id = id
        self.message = message
        self.span = span
        self.assertion = assertion
    }

    /// A limit of the interpreter was reached: what is run may be right.
    package var isOfTheInterpreter: Bool {
        ["endless-loop", "too-many-values", "too-many-choices", "arithmetic-overflow"].contains(id)
    }
}
