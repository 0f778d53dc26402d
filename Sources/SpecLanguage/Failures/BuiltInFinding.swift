// SPDX-License-Identifier: MIT

import Diagnostics

/// Names of findings that no spec declares and a check can expect all the same.
package enum BuiltInFinding {
    package static let deadlock = "deadlock"
    /// An `assert` without a name.
    package static let assertion = "assertion"

    package static let names = [deadlock, assertion] + RunTimeErrorKind.allCases.map(\.rawValue)

    /// What to write instead of a name that no finding has.
    ///
    /// - Parameter declared: names of the program at hand.
    package static func help(forUnknown name: String, declared: Set<String>) -> String {
        if CheckerLimit(rawValue: name) != nil {
            return "a limit of the checker is never a violation: such a check is inconclusive"
        }
        let close = closestName(to: name, among: (declared.union(names)).sorted())
        let list = "what no spec declares has these names: \(names.joined(separator: ", "))"
        return close.map { "did you mean '\($0)'?" } ?? list
    }
}

extension TypedSpec {
    /// Names of properties and of named assertions.
    package var declaredFindings: Set<String> {
        let properties = invariants.map(\.name) + reachables.map(\.name) + liveness.map(\.name)
        return assertionNames.union(properties)
    }

    /// What a violation of this program can be named after.
    package var findings: Set<String> {
        declaredFindings.union(BuiltInFinding.names.map(name(ofBuiltIn:)))
    }

    /// A name that the author declares stays the author's: the finding of the language has a longer one then.
    package func name(ofBuiltIn name: String) -> String {
        let declared = declaredFindings
        var free = name
        while declared.contains(free) { free = "built_in_" + free }
        return free
    }

    package func help(forUnknownFinding name: String) -> String {
        BuiltInFinding.help(forUnknown: name, declared: findings)
    }

    /// What a violation with this cause is named after.
    package func name(of cause: FailureCause) -> String {
        switch cause {
        case .assertion(let name): name
        case .error, .limit: name(ofBuiltIn: cause.name)
        }
    }

    /// Names that authors have given to assertions.
    package var assertionNames: Set<String> {
        var names: Set<String> = []
        for block in operations.map(\.body) + processes.map(\.body) + initialization {
            block.visit { if case .assert(let name, _) = $0.kind { names.insert(name) } }
        }
        return names.subtracting([BuiltInFinding.assertion])
    }
}
