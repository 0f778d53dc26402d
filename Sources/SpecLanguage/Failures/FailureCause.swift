// SPDX-License-Identifier: MIT

/// Why a step or an evaluation ends half-way.
package enum FailureCause: Hashable, Sendable {
    case error(RunTimeErrorKind)
    /// By the name of the assertion; `BuiltInFinding.assertion` where the author gave none.
    case assertion(String)
    /// The spec may be right.
    case limit(CheckerLimit)

    package var name: String {
        switch self {
        case .error(let kind): kind.rawValue
        case .assertion(let name): name
        case .limit(let limit): limit.rawValue
        }
    }

    package var isLimit: Bool {
        switch self {
        case .limit: true
        case .error, .assertion: false
        }
    }
}
