// SPDX-License-Identifier: MIT

/// What `iommu-check mutate` prints: the mistakes that no check noticed, and how many were noticed.
package struct MutationReport: Sendable {
    /// Those that were asked about.
    let mutants: [MutantSummary]
    /// Mutants that there are.
    let siteCount: Int
    package let isInterrupted: Bool
    /// Checks that did not finish on the spec as it is, and why.
    package let unfinishedBaselines: [String]
    /// Checks that do not hold on the spec as it is, and what they say.
    package let failingBaselines: [String]

    package init(
        mutants: [MutantSummary], siteCount: Int, isInterrupted: Bool, unfinishedBaselines: [String],
        failingBaselines: [String]
    ) {
        self.mutants = mutants
        self.siteCount = siteCount
        self.isInterrupted = isInterrupted
        self.unfinishedBaselines = unfinishedBaselines
        self.failingBaselines = failingBaselines
    }

    /// Mutants that are specs.
    package var askedCount: Int { mutants.count { !$0.isRefused } }

    private var foundCount: Int { mutants.count { $0.isFound } }

    /// Whether every mutant was asked about.
    package var isComplete: Bool { mutants.count == siteCount }

    /// Of those that were asked about, so many of a hundred.
    package var percentFound: Int { askedCount == 0 ? 0 : foundCount * 100 / askedCount }

    package func text(seconds: Double) -> String {
        var lines: [String] = []
        for mutant in mutants where !mutant.isFound && !mutant.isRefused {
            lines.append(
                "\(mutant.place): \(mutant.kind) in '\(mutant.home)': \(Self.sentence(mutant.outcome))")
            lines += mutant.before.split(separator: "\n").map { "  - \($0)" }
            lines += mutant.after.split(separator: "\n").map { "  + \($0)" }
        }
        lines += unfinishedBaselines.map { "no baseline: \($0)" }
        lines += failingBaselines.map { "FAIL before any mistake was made: \($0)" }
        if isInterrupted { lines.append("interrupted after \(mutants.count) of \(siteCount) mutants") }
        if askedCount > 0 {
            lines.append(totals + ", \(Numbers.fixed(seconds, digits: 1)) s")
        } else {
            lines.append("no mutant was asked about, \(Numbers.fixed(seconds, digits: 1)) s")
        }
        if !unfinishedBaselines.isEmpty || isInterrupted { lines.append("inconclusive") }
        return lines.map(EscapedText.visible).joined(separator: "\n") + "\n"
    }

    /// One line for each mistake, found or not.
    package var table: String {
        mutants.map { mutant in
            let change = [mutant.before, mutant.after].map(Self.oneLine).joined(separator: " -> ")
            return EscapedText.visible(
                "\(mutant.place) \(mutant.kind): \(change): \(Self.sentence(mutant.outcome))")
        }.joined(separator: "\n") + "\n"
    }

    package var json: JSONValue {
        .object([
            .init("found", .integer(Int128(foundCount))),
            .init("of", .integer(Int128(askedCount))),
            .init("interrupted", .bool(isInterrupted)),
            .init("unfinishedBaselines", .array(unfinishedBaselines.map { .string($0) })),
            .init("failingBaselines", .array(failingBaselines.map { .string($0) })),
            .init("mutants", .array(mutants.map(Self.json))),
        ])
    }

    private var totals: String {
        let refused = mutants.count - askedCount
        return "\(Numbers.counted(UInt64(askedCount), "mutant")): \(foundCount) found (\(percentFound) %), "
            + "\(askedCount - foundCount) not found" + (refused > 0 ? "; \(refused) more were no specs" : "")
    }

    private static func sentence(_ outcome: MutantSummary.Outcome) -> String {
        switch outcome {
        case .found(let check, let verdict): "found by \(check): \(verdict)"
        case .survived(let checks): "not found, by \(Numbers.counted(UInt64(checks), "check"))"
        case .refused(let why): "no spec: \(why)"
        case .undecided(let why): "not found out: \(why)"
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func json(_ mutant: MutantSummary) -> JSONValue {
        let word =
            switch mutant.outcome {
            case .found: "found"
            case .survived: "survived"
            case .refused: "refused"
            case .undecided: "undecided"
            }
        return .object([
            .init("kind", .string(mutant.kind)), .init("place", .string(mutant.place)),
            .init("in", .string(mutant.home)), .init("before", .string(mutant.before)),
            .init("after", .string(mutant.after)), .init("outcome", .string(word)),
            .init("why", .string(sentence(mutant.outcome))),
        ])
    }
}
