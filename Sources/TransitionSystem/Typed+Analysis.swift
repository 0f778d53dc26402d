// SPDX-License-Identifier: MIT

import SpecLanguage

extension SpecType {
    var holdsList: Bool {
        switch self {
        case .list: true
        case .optional(let part), .array(_, let part), .queue(let part, _): part.holdsList
        case .structure(_, let fields): fields.contains(where: \.type.holdsList)
        case .absent, .bits, .bool, .enumeration, .erroneous, .integer, .interval, .lock, .range, .set,
            .symmetric, .void:
            false
        }
    }
}

extension Typed.Block {
    /// The largest number of a variable that its statements write, in called operations too.
    func highestVariableNumber(_ seen: inout Set<ObjectIdentifier>) -> Int {
        var highest = 0
        var called: [Typed.Operation] = []
        visit { statement in
            highest = max(highest, statement.writtenVariables.map(\.number).max() ?? 0)
            if case .callOperation(let operation, _, _) = statement.kind { called.append(operation) }
        }
        for operation in called {
            highest = max(highest, operation.parameters.map(\.number).max() ?? 0)
            guard seen.insert(ObjectIdentifier(operation)).inserted else { continue }
            highest = max(highest, operation.body.highestVariableNumber(&seen))
        }
        return highest
    }
}
