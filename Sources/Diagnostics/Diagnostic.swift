// SPDX-License-Identifier: MIT

/// A finding about the user's input, with place and remedy. Rendered in exactly one place per output form.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Sendable { case error, warning }

    /// Another place that matters ("declared here").
    package struct Note: Hashable, Sendable {
        package let message: String
        package let span: Span

        package init(message: String, span: Span) {
            self.message = message
            self.span = span
        }
    }

    /// Stable code, lower-case words joined by hyphens: `unknown-name`. Listed in
    /// Documentation/diagnostics.md.
    package let id: String
    package let severity: Severity
    /// One sentence, no full stop, names in single quotes.
    package let message: String
    /// Where; `nil` only where no text exists (an unreadable file).
    package let span: Span?
    /// Short text printed behind the carets.
    package let label: String?
    package let notes: [Note]
    /// What to do about it.
    package let help: String?

    package init(
        _ id: String, severity: Severity = .error, _ message: String, at span: Span?, label: String? = nil,
        notes: [Note] = [], help: String? = nil
    ) {
        self.id = id
        self.severity = severity
        self.message = message
        self.span = span
        self.label = label
        self.notes = notes
        self.help = help
    }
}

/// Names close to `name`, for 'did you mean': Damerau-Levenshtein distance at most a third of the length.
package func closestName(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8.prefix(64))
    let allowed = max(1, wanted.count / 3)
    var best: (distance: Int, name: String)?
    for candidate in candidates where candidate != name {
        let distance = editDistance(wanted, Array(candidate.utf8.prefix(64)))
        guard distance <= allowed else { continue }
        if let current = best, (current.distance, current.name) <= (distance, candidate) { continue }
        best = (distance, candidate)
    }
    return best?.name
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for i in 0..<left.count {
        var current = [i + 1]
        for j in 0..<right.count {
            let substitution = previous[j] + (left[i] == right[j] ? 0 : 1)
            var cost = min(previous[j + 1] + 1, current[j] + 1, substitution)
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                cost = min(cost, beforePrevious[j - 1] + 1)
            }
            current.append(cost)
        }
        beforePrevious = previous
        previous = current
    }
    return previous[right.count]
}
