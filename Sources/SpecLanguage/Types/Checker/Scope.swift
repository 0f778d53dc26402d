// SPDX-License-Identifier: MIT

/// What surrounds the piece of text being checked: local names and where it stands.
struct Scope {
    enum Place: Equatable {
        /// Constants, initial values.
        case constant
        /// Body of a function, properties.
        case expressionOnly
        case function(name: String, result: SpecType)
        /// Body of an operation, process or `init`: variables belong to `owner`.
        case operation(owner: String, result: SpecType)
    }

    var place: Place = .constant
    /// Contracts, loop invariants: arithmetic on machine words is exact here.
    var isContract = false
    private var levels: [[String: Variable]] = [[:]]

    mutating func push() { levels.append([:]) }
    mutating func pop() { levels.removeLast() }

    mutating func declare(_ variable: Variable) { levels[levels.count - 1][variable.name] = variable }

    func variable(named name: String) -> Variable? {
        for level in levels.reversed() {
            if let variable = level[name] { return variable }
        }
        return nil
    }

    /// All visible local names, for 'did you mean'.
    var names: [String] { levels.flatMap(\.keys).sorted() }

    /// Where a variable declared by a statement lives.
    var storage: Variable.Storage {
        if case .operation(let owner, _) = place { .operation(owner: owner) } else { .frame }
    }

    var result: SpecType {
        switch place {
        case .function(_, let result), .operation(_, let result): result
        case .constant, .expressionOnly: .void
        }
    }
}
