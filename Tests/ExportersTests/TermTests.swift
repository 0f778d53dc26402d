// SPDX-License-Identifier: MIT

import CheckerTesting
import Testing

@testable import Exporters

/// A term folds what it can: it means what it was made of, and its bounds hold all that it can be.
@Suite struct TermTests {
    /// A term as it is written, before anything is folded.
    indirect enum Formula {
        case number(Int128), x, y, bound, truth(Bool), flag
        case arithmetic(Term.Arithmetic, Formula, Formula)
        case comparison(Term.Comparison, Formula, Formula)
        case not(Formula), and(Formula, Formula), or(Formula, Formula), same(Formula, Formula)
        case conditional(Formula, Formula, Formula)
        case quantified(Bool, Formula)
    }

    nonisolated(unsafe) private static let x = ExportVariable(name: "x", role: .state, lower: -2, upper: 3)
    nonisolated(unsafe) private static let y = ExportVariable(name: "y", role: .state, lower: 0, upper: 3)
    nonisolated(unsafe) private static let flag = ExportVariable(name: "flag", role: .state, isBoolean: true)
    nonisolated(unsafe) private static let binder = Binder(name: "k", count: 3)

    private static func term(_ formula: Formula) -> Term {
        switch formula {
        case .number(let number): .constant(number)
        case .x: .read(x)
        case .y: .read(y)
        case .flag: .read(flag)
        case .bound: .bound(binder)
        case .truth(let truth): .boolean(truth)
        case .arithmetic(let operation, let left, let right): .arithmetic(operation, term(left), term(right))
        case .comparison(let comparison, let left, let right): .compare(comparison, term(left), term(right))
        case .not(let operand): !term(operand)
        case .and(let left, let right): .and(term(left), term(right))
        case .or(let left, let right): .or(term(left), term(right))
        case .same(let left, let right): .same(term(left), term(right))
        case .conditional(let test, let then, let otherwise):
            .conditional(term(test), term(then), term(otherwise))
        case .quantified(let isForall, let body): .quantified(isForall: isForall, binder, term(body))
        }
    }

    private struct Values {
        let x: Int128
        let y: Int128
        let flag: Bool
        var bound: Int128 = 0
    }

    /// `nil` where it divides by zero: there nothing is promised.
    private static func value(_ formula: Formula, _ values: Values) -> Int128? {
        func of(_ part: Formula) -> Int128? { value(part, values) }
        switch formula {
        case .number(let number): return number
        case .x: return values.x
        case .y: return values.y
        case .flag: return values.flag ? 1 : 0
        case .bound: return values.bound
        case .truth(let truth): return truth ? 1 : 0
        case .arithmetic(let operation, let left, let right):
            guard let a = of(left), let b = of(right) else { return nil }
            switch operation {
            case .add: return a + b
            case .subtract: return a - b
            case .multiply: return a * b
            case .divide: return b == 0 ? nil : a / b
            case .remainder: return b == 0 ? nil : a % b
            case .bitAnd: return a & b
            case .bitOr: return a | b
            case .bitXor: return a ^ b
            }
        case .comparison(let comparison, let left, let right):
            guard let a = of(left), let b = of(right) else { return nil }
            switch comparison {
            case .equal: return a == b ? 1 : 0
            case .notEqual: return a != b ? 1 : 0
            case .less: return a < b ? 1 : 0
            case .lessOrEqual: return a <= b ? 1 : 0
            }
        case .not(let operand): return of(operand).map { 1 - $0 }
        case .and(let left, let right):
            guard let a = of(left) else { return nil }
            return a == 0 ? 0 : of(right)
        case .or(let left, let right):
            guard let a = of(left) else { return nil }
            return a == 1 ? 1 : of(right)
        case .same(let left, let right):
            guard let a = of(left), let b = of(right) else { return nil }
            return a == b ? 1 : 0
        case .conditional(let test, let then, let otherwise):
            guard let flag = of(test) else { return nil }
            return flag == 1 ? of(then) : of(otherwise)
        case .quantified(let isForall, let body):
            var inner = values
            var found: [Int128] = []
            for number in 0..<Int128(binder.count) {
                inner.bound = number
                guard let one = value(body, inner) else { return nil }
                found.append(one)
            }
            return isForall ? found.min() : found.max()
        }
    }

    // MARK: Random formulas

    private static func number(_ depth: Int, _ random: inout SeededNumbers) -> Formula {
        if depth == 0 || Int.random(in: 0..<6, using: &random) == 0 {
            return [.x, .y, .bound, .number(Int128.random(in: -2...3, using: &random))][
                Int.random(in: 0..<4, using: &random)]
        }
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            return .conditional(
                truth(depth - 1, &random), number(depth - 1, &random), number(depth - 1, &random))
        case 1:
            // Bits are asked of numbers that are not negative.
            let operation = [Term.Arithmetic.bitAnd, .bitOr, .bitXor][Int.random(in: 0..<3, using: &random)]
            return .arithmetic(
                operation, [.y, .bound, .number(5)][Int.random(in: 0..<3, using: &random)], .y)
        default:
            let operations: [Term.Arithmetic] = [
                .add, .subtract, .multiply, .divide, .remainder, .add, .subtract,
            ]
            return .arithmetic(
                operations[Int.random(in: 0..<7, using: &random)], number(depth - 1, &random),
                number(depth - 1, &random))
        }
    }

    private static func truth(_ depth: Int, _ random: inout SeededNumbers) -> Formula {
        if depth == 0 { return Bool.random(using: &random) ? .flag : .truth(Bool.random(using: &random)) }
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return .not(truth(depth - 1, &random))
        case 1: return .and(truth(depth - 1, &random), truth(depth - 1, &random))
        case 2: return .or(truth(depth - 1, &random), truth(depth - 1, &random))
        case 3: return .same(truth(depth - 1, &random), truth(depth - 1, &random))
        case 4:
            return .conditional(
                truth(depth - 1, &random), truth(depth - 1, &random), truth(depth - 1, &random))
        case 5: return .quantified(Bool.random(using: &random), truth(depth - 1, &random))
        default:
            let comparisons: [Term.Comparison] = [.equal, .notEqual, .less, .lessOrEqual]
            return .comparison(
                comparisons[Int.random(in: 0..<4, using: &random)], number(depth - 1, &random),
                number(depth - 1, &random))
        }
    }

    /// Whatever is folded, every value of the variables gives what was written.
    @Test(arguments: [21, 22, 23] as [UInt64])
    func meansWhatWasWritten(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        var (compared, folded) = (0, 0)
        for round in 0..<150 {
            let formula = round % 2 == 0 ? Self.number(4, &random) : Self.truth(4, &random)
            let term = Self.term(formula)
            if term.parts.isEmpty { folded += 1 }
            for x in Int128(-2)...3 {
                for y in Int128(0)...3 {
                    for flag in [false, true] {
                        let values = Values(x: x, y: y, flag: flag, bound: 2)
                        guard let expected = Self.value(formula, values) else { continue }
                        let run = ConcreteRun(
                            [Self.x: [x], Self.y: [y], Self.flag: [flag ? 1 : 0]], [Self.binder: 2])
                        #expect(try run.value(term) == expected, "x = \(x), y = \(y), \(flag): \(formula)")
                        compared += 1
                    }
                }
            }
        }
        #expect(compared > 3000)
        // Some became constants, most did not.
        #expect(folded > 5 && folded < 100)
    }

    // MARK: By hand

    @Test func whatBoundsDecideIsConstant() {
        let (x, y) = (Term.read(Self.x), Term.read(Self.y))
        #expect(Term.less(x, .constant(4)).booleanConstant == true)
        #expect(Term.less(x, .constant(3)).booleanConstant == nil)
        #expect(Term.lessOrEqual(.constant(-2), x).booleanConstant == true)
        #expect(Term.lessOrEqual(.constant(-1), x).booleanConstant == nil)
        #expect(Term.equal(y, -1).booleanConstant == false)
        #expect(Term.equal(y, 3).booleanConstant == nil)
        #expect(Term.equal(x, x).booleanConstant == true)
        #expect(Term.remainder(y, .constant(4)) === y)
        #expect(Term.bound(Binder(name: "one", count: 1)).integerConstant == 0)
    }

    /// Numbers beyond what 128 bits hold: nothing is decided by a bound that does not say it.
    @Test func theLargestNumbersDecideNothing() {
        let huge = Term.constant(Term.unbounded - 1)
        let product = Term.multiply(.add(Term.read(Self.x), huge), .add(Term.read(Self.y), huge))
        #expect(!product.isBounded)
        #expect(Term.less(product, .constant(0)).booleanConstant == nil)
        #expect(Term.equal(product, 0).booleanConstant == nil)
        #expect(huge.isBounded)
        #expect(Term.add(huge, huge).integerConstant == nil)
        #expect(Term.subtract(huge, huge).integerConstant == 0)
        #expect(Term.add(.constant(Int128.min / 2), .constant(Int128.min / 2)).integerConstant == nil)
    }

    @Test func sizesSaturate() {
        var term = Term.read(Self.x)
        for _ in 0..<100 { term = Term.add(term, term) }
        #expect(term.size == 1 << 40)
        var seen: Set<ObjectIdentifier> = []
        var count = 0
        term.visit(&seen) { _ in count += 1 }
        // Shared parts are met once.
        #expect(count == 101)
        #expect(term.variables == [Self.x])
    }
}
