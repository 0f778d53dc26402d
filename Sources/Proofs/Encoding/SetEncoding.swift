// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// What the built-in operations of sets and ranges mean to the solver: the axioms of Documentation/language.md, 'Sets'.
enum SetEncoding {
    typealias Bounds = (first: SymbolicNumber, last: SymbolicNumber)

    // MARK: Ranges

    /// first <= word <= last, without wrap-around.
    static func lies(_ word: Term, in bounds: Bounds) throws -> Formula {
        try contains(bounds, SymbolicNumber(term: word, isSigned: false))
    }

    static func contains(_ bounds: Bounds, _ number: SymbolicNumber) throws -> Formula {
        .all([
            try SymbolicNumber.compare(.lessOrEqual, bounds.first, number),
            try SymbolicNumber.compare(.lessOrEqual, number, bounds.last),
        ])
    }

    static func overlaps(_ left: Bounds, _ right: Bounds) throws -> Formula {
        .all([
            try SymbolicNumber.compare(.lessOrEqual, left.first, left.last),
            try SymbolicNumber.compare(.lessOrEqual, right.first, right.last),
            try SymbolicNumber.compare(.lessOrEqual, left.first, right.last),
            try SymbolicNumber.compare(.lessOrEqual, right.first, left.last),
        ])
    }

    private static func ends(_ bounds: Bounds, width: Int) throws -> [Term] {
        [try bounds.first.word(width).term, try bounds.last.word(width).term]
    }

    private static func bounds(_ range: ClosedRange<Int128>, _ context: Context) throws -> Bounds {
        (try .literal(range.lowerBound, context), try .literal(range.upperBound, context))
    }

    // MARK: Questions

    /// A number may be wider than the set's members.
    static func contains(_ set: SymbolicSet, _ number: SymbolicNumber) throws -> Formula {
        if let known = set.known, let member = number.constant {
            return .constant(known.ranges.contains { $0.contains(member) })
        }
        let isMember = try set.contains(try number.word(set.width).term)
        return !number.isSigned && number.width <= set.width
            ? isMember : .all([try isWord(number, width: set.width), isMember])
    }

    static func isDisjoint(_ set: SymbolicSet, _ bounds: Bounds) throws -> Formula {
        if let known = set.known {
            return .all(
                try known.ranges.map { try overlaps(bounds, Self.bounds($0, bounds.first.context)).not() })
        }
        return set.forAll(try ends(bounds, width: set.width)) { word in
            try lies(word, in: bounds).implies(try set.contains(word).not())
        }
    }

    static func containsAll(_ set: SymbolicSet, _ bounds: Bounds) throws -> Formula {
        if let known = set.known {
            let isEmpty = try SymbolicNumber.compare(.less, bounds.last, bounds.first)
            return .any(
                [isEmpty]
                    + (try known.ranges.map { range in
                        let run = try Self.bounds(range, bounds.first.context)
                        return Formula.all([
                            try SymbolicNumber.compare(.lessOrEqual, run.first, bounds.first),
                            try SymbolicNumber.compare(.lessOrEqual, bounds.last, run.last),
                        ])
                    }))
        }
        let all = set.forAll(try ends(bounds, width: set.width)) { word in
            try lies(word, in: bounds).implies(try set.contains(word))
        }
        // In a contract a range may reach beyond the words that there are; no set has these.
        let areWords = try [bounds.first, bounds.last].filter { $0.isSigned || $0.width > set.width }.map {
            try isWord($0, width: set.width)
        }
        if areWords.isEmpty { return all }
        let isEmpty = try SymbolicNumber.compare(.less, bounds.last, bounds.first)
        return .any([isEmpty, .all([all] + areWords)])
    }

    private static func isWord(_ number: SymbolicNumber, width: Int) throws -> Formula {
        let context = number.context
        return try contains(
            (try .literal(0, context), try .literal((1 << Int128(width)) - 1, context)), number)
    }

    static func equal(_ left: SymbolicSet, _ right: SymbolicSet) throws -> Formula {
        if let a = left.known, let b = right.known { return .constant(a == b) }
        return left.forAll(right.boundaries) { word in
            try left.contains(word).agrees(with: try right.contains(word))
        }
    }

    // MARK: Runs

    /// The highest or lowest run that has a member in a range.
    struct Run {
        let first: SymbolicNumber
        let last: SymbolicNumber
        let isPresent: Formula

        var symbol: Symbol { .optional(isPresent: isPresent, payload: .interval(first: first, last: last)) }
    }

    /// `highest_run` or `lowest_run` of a set that is not known: a fresh range with what is known of it.
    static func run(
        _ set: SymbolicSet, in bounds: Bounds, isHighest: Bool, assume: (Formula) -> Void
    ) throws -> Run {
        let context = bounds.first.context
        let first = SymbolicNumber(
            term: try context.freshBits("run_first", width: set.width), isSigned: false)
        let last = SymbolicNumber(term: try context.freshBits("run_last", width: set.width), isSigned: false)
        let isPresent = Formula.term(try context.freshBool("run_present"))
        let run: Bounds = (first, last)
        assume(isPresent.not().implies(try isDisjoint(set, bounds)))
        assume(isPresent.implies(try overlaps(run, bounds)))
        assume(isPresent.implies(try containsAll(set, run)))
        // Nothing of the set beyond it, on the side that was searched first.
        let beyond = set.forAll(try ends(bounds, width: set.width) + [first.term, last.term]) { word in
            let member = SymbolicNumber(term: word, isSigned: false)
            let isBeyond =
                isHighest
                ? try SymbolicNumber.compare(.less, last, member)
                : try SymbolicNumber.compare(.less, member, first)
            return Formula.all([isBeyond, try lies(word, in: bounds)]).implies(try set.contains(word).not())
        }
        assume(isPresent.implies(beyond))
        // Maximal: the neighbours are not members.
        let one = try SymbolicNumber.literal(1, context)
        let below = try contains(set, try .exact(.subtract, first, one))
        let above = try contains(set, try .exact(.add, last, one))
        assume(.spare(isPresent.implies(.all([below.not(), above.not()]))))
        return Run(first: first, last: last, isPresent: isPresent)
    }

    /// Of a set whose members are known: one of its ranges.
    static func knownRun(
        _ known: IntegerSet, width: Int, in bounds: Bounds, isHighest: Bool
    ) throws -> Run {
        let context = bounds.first.context
        let zero = try SymbolicNumber.word(0, width: width, context)
        var found = Run(first: zero, last: zero, isPresent: .no)
        for range in isHighest ? known.ranges : known.ranges.reversed() {
            let first = try SymbolicNumber.word(range.lowerBound, width: width, context)
            let last = try SymbolicNumber.word(range.upperBound, width: width, context)
            let meets = try overlaps((first, last), bounds)
            guard let condition = try meets.plainTerm(in: context) else { throw NotProvable("this range") }
            found = Run(
                first: try .choose(condition, first, found.first),
                last: try .choose(condition, last, found.last),
                isPresent: .any([meets, found.isPresent]))
        }
        return found
    }

    // MARK: Changes

    static func inserting(_ range: Bounds, into set: SymbolicSet) throws -> SymbolicSet {
        SymbolicSet(width: set.width, boundaries: set.boundaries + (try ends(range, width: set.width))) {
            word in
            .any([try lies(word, in: range), try set.contains(word)])
        }
    }

    static func removing(_ range: Bounds, from set: SymbolicSet) throws -> SymbolicSet {
        SymbolicSet(width: set.width, boundaries: set.boundaries + (try ends(range, width: set.width))) {
            word in
            .all([try lies(word, in: range).not(), try set.contains(word)])
        }
    }
}
