/// What `iommu-check mutate` prints: the mistakes that no check noticed, and how many were noticed.
package enum MutationReport {
    package static func text(_ mutants: [MutantSummary], seconds: Double) -> String {
        var lines: [String] = []
        for mutant in mutants where !mutant.isFound && !mutant.isRefused {
            lines.append("\(mutant.place): \(mutant.kind) in '\(mutant.home)': \(sentence(mutant.outcome))")
            lines += mutant.before.split(separator: "\n").map { "  - \($0)" }
            lines += mutant.after.split(separator: "\n").map { "  + \($0)" }
        }
        lines.append(totals(mutants) + ", \(Numbers.fixed(seconds, digits: 1)) s")
        return lines.map(EscapedText.visible).joined(separator: "\n") + "\n"
    }

    /// One line for each mistake, found or not.
    package static func table(_ mutants: [MutantSummary]) -> String {
        mutants.map { mutant in
            let change = [mutant.before, mutant.after].map(oneLine).joined(separator: " -> ")
            return EscapedText.visible(
                "\(mutant.place) \(mutant.kind): \(change): \(sentence(mutant.outcome))")
        }.joined(separator: "\n") + "\n"
    }

    package static func json(_ mutants: [MutantSummary]) -> JSONValue {
        .object([
            .init("found", .integer(Int128(mutants.count { $0.isFound }))),
            .init("of", .integer(Int128(mutants.count { !$0.isRefused }))),
            .init("mutants", .array(mutants.map(json))),
        ])
    }

    /// Of those that were asked about, so many of a hundred; nothing is wrong with all of none.
    package static func percentFound(_ mutants: [MutantSummary]) -> Int {
        let asked = mutants.count { !$0.isRefused }
        return asked == 0 ? 100 : mutants.count { $0.isFound } * 100 / asked
    }

    static func totals(_ mutants: [MutantSummary]) -> String {
        let asked = mutants.count { !$0.isRefused }
        let refused = mutants.count - asked
        let found = mutants.count { $0.isFound }
        return "\(Numbers.counted(UInt64(asked), "mutant")): \(found) found (\(percentFound(mutants)) %), "
            + "\(asked - found) not found" + (refused > 0 ? "; \(refused) more were no specs" : "")
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
