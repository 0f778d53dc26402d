// SPDX-License-Identifier: MIT

import Findings
import Testing

/// The words of a verdict, and that a verdict which was kept is the one that was given or none.
struct VerdictTests {
    private static let source = RunSource(spec: "a.spec", check: "all", settings: [])

    private static func violation(_ kind: Violation.Kind, run: Run? = nil) -> Violation {
        Violation(
            kind: kind, property: "no_stale_dma", explanation: ["page == 4", "said \"so\"\n"],
            place: "a.spec:3:1", run: run)
    }

    private static let all: [Verdict] = [
        .holds(.exhaustive), .holds(.bounded(steps: 0)), .holds(.bounded(steps: 12)),
        .holds(.proved(width: 64)), .holds(.inductive(anyNumberOf: [])),
        .holds(.inductive(anyNumberOf: ["PAGES", "CPUS"])),
        .violated(violation(.invariant)),
        .violated(
            violation(.liveness, run: Run(source: source, lanes: [], initialState: [], steps: []))),
        .inconclusive("after 5 s"), .inconclusive(""), .notApplicable("there is no protection"),
    ]

    @Test(
        arguments: [
            (.holds(.exhaustive), "holds", true), (.holds(.bounded(steps: 3)), "holds", true),
            (.violated(violation(.deadlock)), "violated", true),
            (.inconclusive("holds"), "inconclusive", false),
            (.notApplicable("violated"), "not applicable", false),
        ] as [(Verdict, String, Bool)])
    func wordAndConclusiveness(verdict: Verdict, word: String, isConclusive: Bool) {
        #expect(verdict.word == word)
        #expect(verdict.isConclusive == isConclusive)
    }

    /// `--json` and the traces carry these; a reader's scripts compare with them.
    @Test func kindsAreWrittenAsTheyAreDocumented() {
        let names: [Violation.Kind: String] = [
            .invariant: "invariant", .assertion: "assertion", .deadlock: "deadlock", .liveness: "liveness",
            .runTimeError: "run-time error", .unreachable: "unreachable", .contract: "contract",
            .induction: "induction", .condition: "condition",
        ]
        #expect(Set(Violation.Kind.allCases) == Set(names.keys))
        for kind in Violation.Kind.allCases {
            #expect(kind.rawValue == names[kind])
            #expect(Violation.Kind(rawValue: names[kind] ?? "") == kind)
        }
        #expect(Violation.Kind(rawValue: "Invariant") == nil)
    }

    @Test(arguments: all)
    func isTheSameWhenReadAgain(verdict: Verdict) throws {
        #expect(try CodedForm.again(verdict) == verdict)
    }

    /// No two verdicts are written alike: what is read back could be the other one.
    @Test func differentVerdictsAreWrittenDifferently() throws {
        #expect(try Set(Self.all.map { try CodedForm.text($0) }).count == Self.all.count)
        #expect(Set(Self.all).count == Self.all.count)
    }

    @Test(arguments: Violation.Kind.allCases)
    func everyKindIsTheSameWhenReadAgain(kind: Violation.Kind) throws {
        #expect(try CodedForm.again(Self.violation(kind)) == Self.violation(kind))
    }

    // MARK: Damaged texts

    /// A text that ends early is none, wherever it ends.
    @Test(arguments: all)
    func aTextThatIsCutOffIsRefused(verdict: Verdict) throws {
        let text = try CodedForm.text(verdict)
        for count in 0..<text.count {
            #expect(CodedForm.isRefused(Verdict.self, text.prefix(count)), "\(text.prefix(count))")
        }
    }

    @Test func aTextThatSaysSomethingElseIsRefused() throws {
        let text = try CodedForm.text(Verdict.holds(.bounded(steps: 12)))
        #expect(try CodedForm.value(Verdict.self, text) == .holds(.bounded(steps: 12)))
        let changes = [
            ("12", "\"12\""), ("12", "1.5"), ("12", "null"), ("12", "99999999999999999999"),
            ("steps", "step"), ("bounded", "unbounded"), ("holds", "holding"),
        ]
        for (old, new) in changes {
            let changed = text.replacing(old, with: new)
            #expect(changed != text)
            #expect(CodedForm.isRefused(Verdict.self, changed), "\(changed)")
        }
        for other in ["null", "[]", "{}", "\"holds\"", "true", "{\"holds\":{}}", "{\"holds\":null}"] {
            #expect(CodedForm.isRefused(Verdict.self, other), "\(other)")
        }
    }

    /// Neither verdict is taken where a text holds two.
    @Test func aTextWithTwoVerdictsIsRefused() throws {
        let (one, other) = (
            try CodedForm.text(Verdict.holds(.exhaustive)), try CodedForm.text(Verdict.inconclusive("x"))
        )
        #expect(CodedForm.isRefused(Verdict.self, "\(one.dropLast()),\(other.dropFirst())"))
    }

    @Test func aViolationWithoutItsPartsIsRefused() throws {
        let text = try CodedForm.text(Self.violation(.runTimeError))
        for name in ["kind", "property", "explanation", "place"] {
            let changed = text.replacing("\"\(name)\":", with: "\"no_\(name)\":")
            #expect(changed != text)
            #expect(CodedForm.isRefused(Violation.self, changed), "without \(name)")
        }
        #expect(CodedForm.isRefused(Violation.self, text.replacing("run-time error", with: "error")))
        // A violation may have no run.
        #expect(!text.contains("\"run\""))
        #expect(try CodedForm.value(Violation.self, text).run == nil)
    }
}
