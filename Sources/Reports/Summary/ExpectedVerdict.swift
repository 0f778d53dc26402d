// SPDX-License-Identifier: MIT

package import Findings

/// What a check or a proof is expected to find.
package enum ExpectedVerdict: Hashable, Sendable {
    case holds
    case violates(property: String, stepsMax: Int?)
    case proved
    case refuted

    /// As an author writes it: `violates no_stale_dma within 9 steps`.
    package var text: String {
        switch self {
        case .holds: "holds"
        case .violates(let property, nil): "violates \(property)"
        case .violates(let property, let stepsMax?): "violates \(property) within \(stepsMax) steps"
        case .proved: "proved"
        case .refuted: "refuted"
        }
    }

    /// How a verdict compares with an expectation; where there is none, everything ought to hold.
    package enum Outcome: String, Hashable, Sendable {
        case asExpected = "as expected"
        case unexpected
        case inconclusive
        case notApplicable = "not applicable"
    }

    package static func outcome(of verdict: Verdict, expected: ExpectedVerdict?) -> Outcome {
        switch (verdict, expected ?? .holds) {
        case (.inconclusive, _): .inconclusive
        case (.notApplicable, _): .notApplicable
        case (.holds, .holds), (.holds, .proved), (.violated, .refuted): .asExpected
        case (.violated(let violation), .violates(let property, let stepsMax)):
            violation.property == property && (violation.run?.steps.count ?? 0) <= stepsMax ?? .max
                ? .asExpected : .unexpected
        case (.holds, _), (.violated, _): .unexpected
        }
    }
}
