// SPDX-License-Identifier: MIT

/// Formulas brought into a form without quantifiers (decisions/0002): what exists gets a name, and what holds of every value is said of the
/// values that are spoken of. Instances only weaken what is assumed: 'unsatisfiable' is a proof.
final class GroundFormulas {
    /// How far sizes may go.
    enum Sizes {
        /// As far as the stand-ins.
        case any
        /// At most so many of each, all of which are spoken of: then nothing is left out.
        case atMost(Int)
    }

    private let sizes: [UnboundedSize]
    private let sizeVariables: [ExportVariable]
    private let reach: Sizes
    private let depthMax: Int
    let table: TermTable
    private(set) var assertions: [Term] = []

    private struct Universal {
        let name: Term
        let binder: Binder
        let body: Term
        let isPositive: Bool
        let depth: Int
        /// The elements that the body speaks of directly; it is said of values that index one of them.
        let triggers: Set<Place>
    }

    /// A dimension of an array.
    private struct Place: Hashable {
        let variable: ExportVariable
        let dimension: Int
    }

    /// Values that index it.
    private var indexed: [Place: Set<ObjectIdentifier>] = [:]

    /// Values spoken of, by the size of their type.
    private struct Ground {
        var terms: [(term: Term, depth: Int)] = []
        var known: Set<ObjectIdentifier> = []
    }

    private var universals: [Universal] = []
    private var ground: [Int: Ground] = [:]
    private var named: [TermTable.Statement: Term] = [:]

    /// All values of the types that have so few.
    private var enumerated: [Int: [(term: Term, depth: Int)]] = [:]
    private var seen: Set<ObjectIdentifier> = []
    private var depth = 0
    private var instanceCount = 0

    private let instancesMax: Int

    /// - Parameter depthMax: values that come of so many instances are instantiated no more.
    init(
        sizes: [UnboundedSize], _ sizeVariables: [ExportVariable], reach: Sizes, depthMax: Int,
        instancesMax: Int,
        table: TermTable
    ) {
        self.sizes = sizes
        self.sizeVariables = sizeVariables
        self.reach = reach
        self.depthMax = depthMax
        self.instancesMax = instancesMax
        self.table = table
        for variable in sizeVariables {
            let size = Term.read(variable)
            assertions.append(Term.plain(.lessOrEqual, .constant(1), size))
            if case .atMost(let count) = reach {
                assertions.append(Term.plain(.lessOrEqual, size, .constant(count)))
            }
        }
        guard case .atMost(let count) = reach else { return }
        for size in sizes {
            let values = (0..<count).map { (term: table.canonical(.constant($0)), depth: 0) }
            enumerated[size.standIn] = values
        }
    }

    /// Whether the assertions say all that the formulas say.
    var isExact: Bool { universals.allSatisfy { enumerated[$0.binder.count] != nil } }

    /// Asserts formulas, all of them together, and what follows from them.
    func assert(_ formulas: [Term]) throws(ExportRefusal) {
        for formula in formulas { add(try encode(table.canonical(formula), true)) }
        try saturate()
    }

    func mention(_ term: Term, count: Int) {
        let term = table.canonical(term)
        if ground[count, default: Ground()].known.insert(ObjectIdentifier(term)).inserted {
            ground[count, default: Ground()].terms.append((term, depth))
        }
    }

    private func add(_ assertion: Term) {
        let assertion = table.canonical(assertion)
        if assertion.booleanConstant == true { return }
        assertions.append(assertion)
        assertion.visit(&seen) { term in
            guard case .read(let variable, let indices) = term.kind else { return }
            for (dimension, size) in variable.dimensions.enumerated() where size > LoweringMode.smallCountMax
            {
                mention(indices[dimension], count: size)
                let index = table.canonical(indices[dimension])
                let place = Place(variable: variable, dimension: dimension)
                if indexed[place, default: []].insert(ObjectIdentifier(index)).inserted { hasGrown = true }
            }
        }
    }

    // MARK: Quantifiers

    /// The term, or its negation, without quantifiers; what it speaks of follows from it, not the other way round.
    private func encode(_ term: Term, _ isPositive: Bool) throws(ExportRefusal) -> Term {
        let term = table.canonical(term)
        guard table.hasQuantifier(term) else { return isPositive ? term : !term }
        switch term.kind {
        case .not(let inner): return try encode(inner, !isPositive)
        case .and(let left, let right):
            let (a, b) = (try encode(left, isPositive), try encode(right, isPositive))
            return isPositive ? .and(a, b) : .or(a, b)
        case .or(let left, let right):
            let (a, b) = (try encode(left, isPositive), try encode(right, isPositive))
            return isPositive ? .or(a, b) : .and(a, b)
        case .same(let left, let right):
            return .and(
                .or(try encode(left, false), try encode(right, isPositive)),
                .or(try encode(left, true), try encode(right, !isPositive)))
        case .conditional(let test, let then, let otherwise):
            return .and(
                .or(try encode(test, false), try encode(then, isPositive)),
                .or(try encode(test, true), try encode(otherwise, isPositive)))
        case .quantified(let isForall, let binder, let body):
            let statement = TermTable.Statement(term, isPositive)
            if let name = named[statement] { return name }
            guard binder.count < Int.max else {
                throw ExportRefusal(
                    "'\(binder.name)' ranges over 2^62 values or more, which proofs about steps do not reach")
            }
            let result =
                isForall == isPositive
                ? universal(statement, binder, body, isPositive)
                : try existential(statement, binder, body, isPositive)
            named[statement] = result
            return result
        default:
            throw ExportRefusal("a number that depends on a quantifier has no place in a proof about steps")
        }
    }

    private func universal(
        _ statement: TermTable.Statement, _ binder: Binder, _ body: Term, _ isPositive: Bool
    ) -> Term {
        let name = table.name(of: statement) {
            .read(ExportVariable(name: "all_\(binder.name)", role: .temporary, isBoolean: true))
        }
        universals.append(
            Universal(
                name: name, binder: binder, body: body, isPositive: isPositive, depth: depth,
                triggers: triggers(of: body, binder)))
        return name
    }

    private func triggers(of body: Term, _ binder: Binder) -> Set<Place> {
        var found: Set<Place> = []
        var seen: Set<ObjectIdentifier> = []
        body.visit(&seen) { term in
            guard case .read(let variable, let indices) = term.kind else { return }
            for (dimension, index) in indices.enumerated() {
                if case .bound(let bound) = index.kind, bound == binder {
                    found.insert(Place(variable: variable, dimension: dimension))
                }
            }
        }
        return found
    }

    private func existential(
        _ statement: TermTable.Statement, _ binder: Binder, _ body: Term, _ isPositive: Bool
    ) throws(ExportRefusal) -> Term {
        let constant = table.name(of: statement) { Self.constant(binder) }
        mention(constant, count: binder.count)
        return try encode(table.instance(body, binder, constant), isPositive)
    }

    /// A constant of which only its type is known.
    static func constant(_ binder: Binder) -> Term {
        if binder.count == 1 { return .constant(0) }
        return .read(ExportVariable(name: binder.name, role: .temporary, upper: Int128(binder.count) - 1))
    }

    // MARK: Instances

    /// Instances that were made.
    private var made: Set<Instance> = []
    private struct Instance: Hashable {
        let universal: Int
        let value: ObjectIdentifier
    }
    private var hasGrown = false

    private func saturate() throws(ExportRefusal) {
        repeat {
            hasGrown = false
            var number = 0
            // New universals and values appear on the way.
            while number < universals.count {
                let universal = universals[number]
                let count = universal.binder.count
                let values = enumerated[count] ?? ground[count]?.terms ?? []
                for (value, valueDepth) in values {
                    let identity = ObjectIdentifier(value)
                    guard !made.contains(Instance(universal: number, value: identity)),
                        enumerated[count] != nil || universal.triggers.isEmpty
                            || universal.triggers.contains(where: { indexed[$0]?.contains(identity) ?? false }
                            )
                    else { continue }
                    made.insert(Instance(universal: number, value: identity))
                    hasGrown = true
                    try instantiate(universal, value, valueDepth)
                }
                number += 1
            }
        } while hasGrown
    }

    private func instantiate(_ universal: Universal, _ value: Term, _ valueDepth: Int) throws(ExportRefusal) {
        let below = max(universal.depth, valueDepth) + 1
        guard below <= depthMax || enumerated[universal.binder.count] != nil else { return }
        instanceCount += 1
        guard instanceCount <= instancesMax else {
            throw ExportRefusal("there are too many values to speak of")
        }
        let outer = depth
        depth = below
        defer { depth = outer }
        let body = try encode(
            table.instance(universal.body, universal.binder, value), universal.isPositive)
        let premise = Term.and(universal.name, isValue(value, of: universal.binder.count))
        add(.or(!premise, body))
    }

    /// Whether a term is a value of the type of this size.
    private func isValue(_ term: Term, of count: Int) -> Term {
        if case .read(let variable, let indices) = term.kind, indices.isEmpty, variable.role == .temporary,
            variable.upper == Int128(count) - 1
        {
            return .yes
        }
        return .and(.lessOrEqual(.constant(0), term), .less(term, size(count)))
    }

    private func size(_ count: Int) -> Term {
        for (size, variable) in zip(sizes, sizeVariables) where size.standIn == count {
            return .read(variable)
        }
        return .constant(count)
    }

    // MARK: Types

    /// What the types say of the values that are read.
    func types(of reads: [Term]) -> [Term] {
        reads.flatMap { read -> [Term] in
            guard !read.isBoolean, case .read(let variable, _) = read.kind else { return [] }
            return [
                Term.plain(.lessOrEqual, table.canonical(.constant(variable.lower)), read),
                Term.plain(.lessOrEqual, read, table.canonical(largest(variable))),
            ]
        }
    }

    private func largest(_ variable: ExportVariable) -> Term {
        for (size, own) in zip(sizes, sizeVariables) where own != variable {
            let excess = variable.upper - Int128(size.standIn)
            if excess == 0 || excess == -1 { return .add(.read(own), excess) }
        }
        return .constant(variable.upper)
    }
}

extension Term {
    /// A comparison that is not folded: the bounds that would decide it are what it says.
    static func plain(_ comparison: Comparison, _ left: Term, _ right: Term) -> Term {
        Term(.comparison(comparison, left, right), isBoolean: true, parts: [left, right])
    }
}
