// SPDX-License-Identifier: MIT

/// How many rounds a loop can have before it must be without end: as many as there are values of what one round hands to
/// the next. More would find it with the same values again.
struct LoopBound {
    private var exposed: Set<ExportVariable> = []

    /// `nil` where there are too many.
    static func rounds(_ condition: Term, _ body: [ExportStatement], limit: Int) -> Int? {
        var bound = LoopBound()
        var assigned: Set<ExportVariable> = []
        bound.read(condition, assigned)
        bound.read(body, &assigned)
        var written: Set<ExportVariable> = []
        ExportStatement.visit(body) { if case .assign(let variable, _, _) = $0 { written.insert(variable) } }
        var product: Int128 = 1
        for variable in bound.exposed.intersection(written) {
            guard variable.dimensions.isEmpty else { return nil }
            product *= min(variable.upper - variable.lower + 1, Int128(limit) + 1)
            guard product <= limit else { return nil }
        }
        return Int(product)
    }

    /// What statements read before they have surely assigned it.
    static func exposed(
        _ statements: [ExportStatement], _ assigned: inout Set<ExportVariable>
    ) -> Set<ExportVariable> {
        var bound = LoopBound()
        bound.read(statements, &assigned)
        return bound.exposed
    }

    /// Notes what is read before it is surely assigned.
    private mutating func read(_ statements: [ExportStatement], _ assigned: inout Set<ExportVariable>) {
        for statement in statements {
            for term in statement.terms { read(term, assigned) }
            switch statement {
            case .assign(let variable, _, _): if variable.dimensions.isEmpty { assigned.insert(variable) }
            case .conditional(_, let then, let otherwise):
                var (first, second) = (assigned, assigned)
                read(then, &first)
                read(otherwise, &second)
                assigned = first.intersection(second)
            case .forEach(let binder, let body):
                var inner = assigned
                read(body, &inner)
                if binder.count > 0 { assigned = inner }
            case .loop(_, _, let body):
                var inner = assigned
                read(body, &inner)
            case .check, .require, .comment: break
            }
        }
    }

    private mutating func read(_ term: Term, _ assigned: Set<ExportVariable>) {
        exposed.formUnion(term.variables.subtracting(assigned))
    }
}
