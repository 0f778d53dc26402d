// SPDX-License-Identifier: MIT

extension Typed.Block {
    /// Numbers of the variables that statements of a function's block write or bind.
    package var assignedNumbers: Set<Int> {
        var numbers: Set<Int> = []
        visit { numbers.formUnion($0.writtenVariables.map(\.number)) }
        return numbers
    }
}

extension Typed.Statement {
    /// What it writes or binds itself.
    package var writtenVariables: [Variable] { (target.map { [$0.variable] } ?? []) + boundVariables }
}
