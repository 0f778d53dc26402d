/// One row of a reduced layout: a real interval and the pages that stand for it.
package struct LayoutRow: Hashable, Sendable {
    /// First and last byte.
    package let realFirst: UInt64
    package let realLast: UInt64
    package let reducedFirst: Int
    package let reducedLast: Int
    /// `free`, `msi`, `direct`, …
    package let kind: String

    package init(realFirst: UInt64, realLast: UInt64, reducedFirst: Int, reducedLast: Int, kind: String) {
        self.realFirst = realFirst
        self.realLast = realLast
        self.reducedFirst = reducedFirst
        self.reducedLast = reducedLast
        self.kind = kind
    }
}

/// What a check was expected to give.
package enum ExpectedVerdict: Hashable, Sendable {
    case holds
    case violates(property: String, stepsMax: Int?)
    case proved
    case refuted

    package var text: String {
        switch self {
        case .holds: "holds"
        case .violates(let property, nil): "violates \(property)"
        case .violates(let property, let steps?): "violates \(property) within \(steps) steps"
        case .proved: "proved"
        case .refuted: "refuted"
        }
    }

    /// Whether `verdict` is what was expected.
    package func isMet(by verdict: Verdict) -> Bool {
        switch (self, verdict) {
        case (.holds, .holds), (.proved, .holds): true
        case (.refuted, .violated): true
        case (.violates(let property, let stepsMax), .violated(let violation)):
            violation.property == property && (violation.run?.steps.count ?? 0) <= stepsMax ?? .max
        default: false
        }
    }
}

/// Everything that is reported of one check or proof.
package struct CheckSummary: Hashable, Sendable {
    package var name: String
    /// `dma_generic on vtd with no_flush`
    package var title: String
    /// Path of the spec, as the user wrote it.
    package var spec: String
    package var verdict: Verdict
    package var expected: ExpectedVerdict
    /// Constants with their values in this check, in order of declaration: the scope.
    package var scope: [ObservedField] = []
    package var states = 0
    package var transitions: UInt64 = 0
    package var depth = 0
    package var seconds = 0.0
    package var bytesPerState = 0.0
    package var threads = 1
    package var coverage = Coverage(operations: [], premises: [], reachables: [])
    /// Reserved regions of a real machine and the pages that stand for them; empty without `--platform`.
    package var layout: [LayoutRow] = []
    /// Which groups of the platform file have this layout.
    package var layoutName: String?
    /// Further lines on the verdict: the conditions of a proof with their times.
    package var details: [String] = []

    package init(name: String, title: String, spec: String, verdict: Verdict, expected: ExpectedVerdict) {
        self.name = name
        self.title = title
        self.spec = spec
        self.verdict = verdict
        self.expected = expected
    }

    package var isExpected: Bool { expected.isMet(by: verdict) }
}
