// SPDX-License-Identifier: MIT

import SpecLanguage

extension SpecType {
    var holdsList: Bool {
        switch self {
        case .list: true
        case .optional(let part), .array(_, let part), .queue(let part, _): part.holdsList
        case .structure(_, let fields): fields.contains(where: \.type.holdsList)
        default: false
        }
    }
}

extension Typed.Block {
    /// The largest number of a variable that its statements write, in called operations too.
    func highestVariableNumber(_ seen: inout Set<ObjectIdentifier>) -> Int {
        statements.reduce(0) { max($0, $1.highestVariableNumber(&seen)) }
    }
}

extension Typed.Statement {
    fileprivate func highestVariableNumber(_ seen: inout Set<ObjectIdentifier>) -> Int {
        switch kind {
        case .assign(let target, _), .mutate(let target, _, _): return target.variable.number
        case .callOperation(let operation, _, let result):
            let own = max(result?.number ?? 0, operation.parameters.map(\.number).max() ?? 0)
            guard seen.insert(ObjectIdentifier(operation)).inserted else { return own }
            return max(own, operation.body.highestVariableNumber(&seen))
        case .conditional(let condition, let then, let otherwise):
            var own = 0
            if case .binding(let variable, _) = condition { own = variable.number }
            return max(own, then.highestVariableNumber(&seen), otherwise.highestVariableNumber(&seen))
        case .whileLoop(_, _, _, let body): return body.highestVariableNumber(&seen)
        case .forEach(let variable, let body), .forInterval(let variable, _, let body),
            .forList(let variable, _, let body):
            return max(variable.number, body.highestVariableNumber(&seen))
        case .withLock(let target, let body):
            return max(target.variable.number, body.highestVariableNumber(&seen))
        case .choose(let arms):
            return arms.reduce(0) { highest, arm in
                max(highest, arm.bindings.map(\.number).max() ?? 0, arm.body.highestVariableNumber(&seen))
            }
        case .returnValue, .step, .await, .assert: return 0
        }
    }
}
