// SPDX-License-Identifier: MIT

import SpecLanguage
import Testing

@testable import Exporters

/// A term with parts replaced means what the term means where its variables have the values of the
/// replacements.
@Suite struct SubstitutionTests {
    private let x = ExportVariable(name: "x", role: .temporary, lower: 0, upper: 5)
    private let y = ExportVariable(name: "y", role: .state, lower: 0, upper: 5)
    private let table = ExportVariable(name: "table", role: .state, lower: 0, upper: 5, dimensions: [3])
    private let i = Binder(name: "i", count: 3)
    private let j = Binder(name: "j", count: 3)

    private func run(y: Int128, i: Int128 = 0, x: Int128 = 0) -> ConcreteRun {
        ConcreteRun([self.x: [x], self.y: [y], table: [4, 0, 2]], [self.i: i])
    }

    @Test func variablesAndBindersAreReplaced() throws {
        let term = Term.add(.read(x), .read(table, [.bound(i)]))
        var substitution = Substitution(
            binders: [i: .constant(2)], variables: [x: .add(.read(y), .constant(1))])
        let replaced = substitution.apply(term)
        for y in Int128(0)...5 { #expect(try run(y: y).value(replaced) == y + 1 + 2) }
        #expect(!replaced.variables.contains(x))
    }

    @Test func whatIsReplacedIsFoldedAnew() {
        var substitution = Substitution(variables: [x: .constant(5)])
        #expect(substitution.apply(.less(.read(x), .read(y))).booleanConstant == false)
        #expect(substitution.apply(.and(.equal(.read(x), 4), .equal(.read(y), 1))).booleanConstant == false)
        #expect(
            substitution.apply(.conditional(.equal(.read(x), 5), .read(y), .constant(0))).variables == [y])
    }

    /// `exists i: table[i] == x` with `i` put in for `x` asks of the outer `i`: the inner one is renamed.
    @Test func boundNamesAreNotCaptured() throws {
        let body = Term.equal(.read(table, [.bound(i)]), .read(x))
        let term = Term.quantified(isForall: false, i, body)
        var substitution = Substitution(variables: [x: .bound(i)])
        let replaced = substitution.apply(term)
        // table is 4, 0, 2: of 0, 1 and 2 it has 0 and 2.
        let found = try (Int128(0)...2).map { try run(y: 0, i: $0).truth(replaced) }
        #expect(found == [true, false, true])
        // The same where a binder is replaced by another's term.
        let nested = Term.quantified(
            isForall: true, i, .less(.read(table, [.bound(i)]), .add(.bound(j), .constant(3))))
        var other = Substitution(binders: [j: .bound(i)])
        let free = other.apply(nested)
        // The largest is 4 < i + 3 from i = 2 on.
        let holds = try (Int128(0)...2).map { try run(y: 0, i: $0).truth(free) }
        #expect(holds == [false, false, true])
    }

    /// What a quantifier binds is its own: replacing the name outside leaves it alone.
    @Test func aBoundOccurrenceIsNotReplaced() throws {
        let term = Term.and(
            .quantified(isForall: false, i, .equal(.read(table, [.bound(i)]), 2)), .equal(.bound(i), 1))
        var substitution = Substitution(binders: [i: .constant(1)])
        #expect(try run(y: 0, i: 0).truth(substitution.apply(term)))
        var wrong = Substitution(binders: [i: .constant(0)])
        #expect(try !run(y: 0, i: 1).truth(wrong.apply(term)))
    }

    /// Statements keep their order and their effect; what can no longer happen is left out.
    @Test func statementsAreReplaced() throws {
        let statements: [ExportStatement] = [
            .conditional(.equal(.read(x), 1), [.assign(y, [], .constant(5))], [.assign(y, [], .constant(3))]),
            .check(.lessOrEqual(.read(x), .constant(1)), error: .assertion("too_large")),
            .forEach(i, [.assign(table, [.bound(i)], .read(x))]),
            .require(.less(.read(y), .constant(5))),
        ]
        var substitution = Substitution(variables: [x: .constant(1)])
        let replaced = ExportStatement.applying(&substitution, to: statements)
        #expect(replaced.count == 3)
        var one = run(y: 0)
        #expect(try one.run(replaced) == .impossible)
        #expect(one.scalars[y] == [5])
        #expect(one.scalars[table] == [1, 1, 1])
        var larger = Substitution(variables: [x: .constant(2)])
        var two = run(y: 0)
        #expect(
            try two.run(ExportStatement.applying(&larger, to: statements)) == .error(.assertion("too_large")))
        #expect(two.scalars[y] == [3])
        // The statements as they were give the same.
        for number in Int128(0)...2 {
            var plain = run(y: 0, x: number)
            var third = Substitution(variables: [x: .constant(number)])
            var other = run(y: 0, x: number)
            let outcome = try plain.run(statements)
            #expect(try other.run(ExportStatement.applying(&third, to: statements)) == outcome)
            #expect(other.scalars == plain.scalars)
        }
    }
}
