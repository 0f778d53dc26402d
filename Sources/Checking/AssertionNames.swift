import SpecLanguage

/// Names that a violation may have beside those of invariants.
enum AssertionNames {
    static let builtIn: Set<String> = [
        "deadlock", "assertion", "index-out-of-range", "out-of-range", "division-by-zero",
        "arithmetic-overflow",
        "queue-full", "queue-empty", "empty-choice", "endless-loop", "lock-not-held", "too-many-values",
    ]

    static func of(_ spec: TypedSpec) -> Set<String> { builtIn.union(all(in: spec)) }

    /// What authors have named.
    static func named(in spec: TypedSpec) -> Set<String> { all(in: spec).subtracting(builtIn) }

    private static func all(in spec: TypedSpec) -> Set<String> {
        var names: Set<String> = []
        func visit(_ block: Typed.Block) {
            for statement in block.statements {
                switch statement.kind {
                case .assert(let name, _): names.insert(name)
                case .conditional(_, let then, let otherwise):
                    visit(then)
                    visit(otherwise)
                case .whileLoop(_, _, _, let body), .forEach(_, let body), .forInterval(_, _, let body),
                    .forList(_, _, let body), .withLock(_, let body):
                    visit(body)
                case .choose(let arms): for arm in arms { visit(arm.body) }
                default: break
                }
            }
        }
        for operation in spec.operations { visit(operation.body) }
        for process in spec.processes { visit(process.body) }
        return names
    }
}
