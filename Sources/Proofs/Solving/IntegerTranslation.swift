// SPDX-License-Identifier: MIT

import Z3

/// Statements about machine words, said of integers: sums and comparisons as they are, words as integers between 0 and 2^W - 1,
/// and what works on bits as functions of which hardly anything is known.
///
/// What cannot be true of such integers cannot be true of words: 'unsatisfiable' is a proof, and found in milliseconds where an
/// allocator is only about order and distance. 'Satisfiable' says nothing.
struct IntegerTranslation {
    private let context: Context
    /// What is known of the constants and functions that stand for words.
    private(set) var facts: [Term] = []
    private var truths: [Term: Term] = [:]
    private var numbers: [Term: Number] = [:]
    private var unsigned: [Term: Number] = [:]
    private var count = 0

    /// An integer that is congruent to a word, and between which bounds it lies.
    private struct Number {
        let term: Term
        let range: ClosedRange<Int128>
    }

    /// Wider words are functions of which nothing is known.
    private static let widthMax = 110
    /// A number that wraps around at most so often is told by cases.
    private static let casesMax: Int128 = 3

    private struct NotTranslatable: Error {}

    private init(_ context: Context) { self.context = context }

    /// - Returns: `nil` where a statement has a quantifier or something else that integers do not say.
    static func translated(_ assertions: [Term], in context: Context) throws -> [Term]? {
        var translation = IntegerTranslation(context)
        do {
            let statements = try assertions.map { try translation.truth($0) }
            return statements + translation.facts
        } catch is NotTranslatable {
            return nil
        }
    }

    // MARK: Truth values

    private mutating func truth(_ term: Term) throws -> Term {
        if let known = truths[term] { return known }
        let made = try makeTruth(term)
        truths[term] = made
        return made
    }

    private mutating func makeTruth(_ term: Term) throws -> Term {
        switch term.structure {
        case .truth, .constant: return term
        case .not: return try truth(term.arguments[0]).not()
        case .all: return try Term.all(try truths(of: term), in: context)
        case .any: return try Term.any(try truths(of: term), in: context)
        case .implies: return try truth(term.arguments[0]).implies(try truth(term.arguments[1]))
        case .choose:
            let parts = try truths(of: term)
            return try parts[0].choose(parts[1], else: parts[2])
        case .equal:
            let (left, right) = (term.arguments[0], term.arguments[1])
            if left.isTruth { return try truth(left).equals(try truth(right)) }
            let (a, b) = try comparable(left, right)
            return try a.equals(b)
        case .function(let name):
            let arguments = term.arguments
            let words = try arguments.map { try unsignedNumber($0).term }
            return try context.integerFunction(
                named: name, arguments: words.count, isPredicate: true
            ).apply(words)
        case .operation(let operation): return try comparison(operation, term.arguments)
        default: throw NotTranslatable()
        }
    }

    private mutating func truths(of term: Term) throws -> [Term] {
        try term.arguments.map { try truth($0) }
    }

    private mutating func comparison(_ operation: Term.BitOperation, _ operands: [Term]) throws -> Term {
        let isSigned = operation == .signedLess || operation == .signedLessOrEqual
        let a = try isSigned ? signedNumber(operands[0]) : unsignedNumber(operands[0])
        let b = try isSigned ? signedNumber(operands[1]) : unsignedNumber(operands[1])
        switch operation {
        case .unsignedLess, .signedLess: return try a.term.isLess(than: b.term)
        case .unsignedLessOrEqual, .signedLessOrEqual: return try a.term.isAtMost(b.term)
        default: throw NotTranslatable()
        }
    }

    /// Two words as integers that are equal if and only if the words are.
    private mutating func comparable(_ left: Term, _ right: Term) throws -> (Term, Term) {
        let (a, b) = (try number(left), try number(right))
        if left.width < Self.widthMax {
            let half = Int128(1) << Int128(left.width - 1)
            let signed = -half...half - 1
            if signed.contains(a.range), signed.contains(b.range) { return (a.term, b.term) }
        }
        return (try unsignedNumber(left).term, try unsignedNumber(right).term)
    }

    // MARK: Words

    /// Congruent to the word.
    private mutating func number(_ term: Term) throws -> Number {
        if let known = numbers[term] { return known }
        let made = try makeNumber(term)
        // Far beyond what sums of a few words can be: brought back before it cannot be told any more.
        let number =
            made.range.lowerBound < -Self.farAway || made.range.upperBound > Self.farAway
            ? try reduced(made, width: term.width) : made
        numbers[term] = number
        return number
    }

    private static let farAway = Int128(1) << Int128(widthMax + 2)

    private mutating func makeNumber(_ term: Term) throws -> Number {
        let structure = term.structure
        if case .numeral(let value) = structure {
            return Number(term: try context.integer(value), range: value...value)
        }
        guard term.width <= Self.widthMax else { throw NotTranslatable() }
        switch structure {
        case .constant(let name): return try fresh("\(name).word", 0...Self.last(term.width))
        case .choose:
            let arguments = term.arguments
            let condition = try truth(arguments[0])
            let (a, b) = (try number(arguments[1]), try number(arguments[2]))
            return Number(
                term: try condition.choose(a.term, else: b.term),
                range: min(
                    a.range.lowerBound, b.range.lowerBound)...max(a.range.upperBound, b.range.upperBound))
        case .negate:
            let operand = try number(term.arguments[0])
            return try difference(Number(term: try context.integer(0), range: 0...0), operand)
        case .complement:
            let operand = try number(term.arguments[0])
            return try difference(Number(term: try context.integer(-1), range: -1 ... -1), operand)
        case .extended(let isSigned):
            return try isSigned ? signedNumber(term.arguments[0]) : unsignedNumber(term.arguments[0])
        case .extract(low: 0): return try number(term.arguments[0])
        case .operation(let operation): return try arithmetic(operation, term)
        case .function(let name):
            let words = try term.arguments.map { try unsignedNumber($0).term }
            return try applied(name, words, width: term.width)
        default: throw NotTranslatable()
        }
    }

    private mutating func arithmetic(_ operation: Term.BitOperation, _ term: Term) throws -> Number {
        let operands = term.arguments
        switch operation {
        case .add:
            var sum = try number(operands[0])
            for operand in operands.dropFirst() {
                let next = try number(operand)
                sum = Number(
                    term: try Term.sum([sum.term, next.term], in: context),
                    range: sum.range.lowerBound + next.range.lowerBound...sum.range.upperBound
                        + next.range.upperBound)
            }
            return sum
        case .subtract: return try difference(try number(operands[0]), try number(operands[1]))
        case .multiply where operands.count == 2:
            for (factor, other) in [(operands[0], operands[1]), (operands[1], operands[0])] {
                guard case .numeral(let value) = factor.structure, value >= 0, value < 1 << 16 else {
                    continue
                }
                let operand = try unsignedNumber(other)
                guard operand.range.upperBound <= 1 << 90 else { continue }
                return Number(
                    term: try operand.term.times(value), range: 0...operand.range.upperBound * value)
            }
        case .multiply, .signedDivide, .signedRemainder, .unsignedDivide, .unsignedRemainder, .and, .or, .xor,
            .shiftLeft,
            .shiftRightLogical, .shiftRightArithmetic, .unsignedLess, .unsignedLessOrEqual, .signedLess,
            .signedLessOrEqual:
            break
        }
        return try bits(operation, term)
    }

    private func difference(_ a: Number, _ b: Number) throws -> Number {
        Number(
            term: try a.term.minus(b.term),
            range: a.range.lowerBound - b.range.upperBound...a.range.upperBound - b.range.lowerBound)
    }

    /// An operation on bits: a function of which the little is known that is needed often.
    private mutating func bits(_ operation: Term.BitOperation, _ term: Term) throws -> Number {
        let operands = try term.arguments.map { try unsignedNumber($0) }
        guard operands.count == 2 else { throw NotTranslatable() }
        if let known = Self.known(operation, operands[0], operands[1]) {
            return Number(term: try context.integer(known), range: known...known)
        }
        let result = try applied("\(operation).\(term.width)", operands.map(\.term), width: term.width)
        switch operation {
        case .and: for operand in operands { facts.append(try result.term.isAtMost(operand.term)) }
        case .or: for operand in operands { facts.append(try operand.term.isAtMost(result.term)) }
        case .shiftRightLogical, .unsignedRemainder: facts.append(try result.term.isAtMost(operands[0].term))
        default: break
        }
        return result
    }

    private static func known(_ operation: Term.BitOperation, _ a: Number, _ b: Number) -> Int128? {
        let (left, right) = (a.range.lowerBound, b.range.lowerBound)
        guard left == a.range.upperBound, right == b.range.upperBound else { return nil }
        switch operation {
        case .and: return left & right
        case .or: return left | right
        case .add, .subtract, .multiply, .signedDivide, .signedRemainder, .unsignedDivide, .unsignedRemainder,
            .xor,
            .shiftLeft, .shiftRightLogical, .shiftRightArithmetic, .unsignedLess, .unsignedLessOrEqual,
            .signedLess, .signedLessOrEqual:
            return nil
        }
    }

    private mutating func applied(_ name: String, _ words: [Term], width: Int) throws -> Number {
        let term = try context.integerFunction(named: name, arguments: words.count, isPredicate: false)
            .apply(words)
        return try bounded(term, 0...Self.last(width))
    }

    private mutating func bounded(_ term: Term, _ range: ClosedRange<Int128>) throws -> Number {
        facts.append(try context.integer(range.lowerBound).isAtMost(term))
        facts.append(try term.isAtMost(try context.integer(range.upperBound)))
        return Number(term: term, range: range)
    }

    private mutating func fresh(_ name: String, _ range: ClosedRange<Int128>) throws -> Number {
        try bounded(try context.integer(named: name), range)
    }

    private static func last(_ width: Int) -> Int128 { (Int128(1) << Int128(width)) - 1 }

    // MARK: The words themselves

    /// The word as a number without a sign.
    private mutating func unsignedNumber(_ term: Term) throws -> Number {
        if let known = unsigned[term] { return known }
        let made = try reduced(try number(term), width: term.width)
        unsigned[term] = made
        return made
    }

    private mutating func signedNumber(_ term: Term) throws -> Number {
        let number = try number(term)
        let half = Int128(1) << Int128(term.width - 1)
        if (-half...half - 1).contains(number.range) { return number }
        let word = try unsignedNumber(term)
        let isNegative = try context.integer(half).isAtMost(word.term)
        let less = try word.term.minus(try context.integer(2 * half))
        return Number(term: try isNegative.choose(less, else: word.term), range: -half...half - 1)
    }

    /// The number between 0 and 2^W - 1 that is congruent.
    private mutating func reduced(_ number: Number, width: Int) throws -> Number {
        let last = Self.last(width)
        if (0...last).contains(number.range) { return number }
        let size = last + 1
        func turns(_ value: Int128) -> Int128 { value >= 0 ? value / size : -((-value + size - 1) / size) }
        let (first, end) = (turns(number.range.lowerBound), turns(number.range.upperBound))
        if end - first < Self.casesMax {
            var term = try number.term.minus(try context.integer(end * size))
            for turn in stride(from: end - 1, through: first, by: -1) {
                let isBelow = try number.term.isLess(than: try context.integer((turn + 1) * size))
                term = try isBelow.choose(
                    try number.term.minus(try context.integer(turn * size)), else: term)
            }
            return Number(term: term, range: 0...last)
        }
        count += 1
        let turn = try fresh("turn.\(count)", first...end)
        let rest = try fresh("rest.\(count)", 0...last)
        facts.append(
            try number.term.equals(try Term.sum([try turn.term.times(size), rest.term], in: context)))
        return rest
    }
}

extension ClosedRange<Int128> {
    fileprivate func contains(_ other: ClosedRange<Int128>) -> Bool {
        lowerBound <= other.lowerBound && other.upperBound <= upperBound
    }
}
