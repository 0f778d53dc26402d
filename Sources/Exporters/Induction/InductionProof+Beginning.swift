// SPDX-License-Identifier: MIT

/// Whether there is an initial state.
extension InductionProof {
    /// Whether there is an initial state: else all that is proved is proved of nothing.
    package enum Beginning: Hashable, Sendable {
        case exists
        /// At no size.
        case impossible
        case unknown
    }

    /// A small initial state of which nothing is left open; or that none can be made, whatever the sizes.
    func beginning() throws -> Beginning {
        let states = try model.initialStates()
        // A promise is kept by more values than the function returns: those of a model need not be these.
        let isExact = !model.startsByContract
        // A check that fails here need not be one that a run comes to, so it only keeps a state from being
        // shown.
        let ways = states.map { (state, condition) in
            (condition: condition, begins: Term.and(condition, !state.fails))
        }
        if isExact, ways.contains(where: { $0.begins.booleanConstant == true }) { return .exists }
        let remarks = ["an initial state"]
        for size in isExact ? [1, 2, 3] : [] {
            for way in ways where way.begins.booleanConstant != false {
                let asked = try? ask(
                    [way.begins], reach: .atMost(size), depth: Self.depths[0], remarks: remarks,
                    parameters: [:])
                if let asked, asked.isSatisfiable, asked.formulas.isExact { return .exists }
            }
        }
        let isImpossible = ways.allSatisfy { way in
            if way.condition.booleanConstant == false { return true }
            let asked = try? ask(
                [way.condition], reach: .any, depth: Self.depths[0], remarks: remarks, parameters: [:])
            if case .unsatisfiable? = asked?.answer { return true }
            return false
        }
        return isImpossible ? .impossible : .unknown
    }
}
