// SPDX-License-Identifier: MIT

import Core
import Diagnostics

extension CodeBuilder {
    func query(_ query: Core.Query, _ set: Core.Expression, _ kind: Core.Kind) throws -> Operand {
        guard case .set(let count, let contains) = try operand(set), case .set(let element) = set.kind else {
            preconditionFailure("a set was checked")
        }
        switch query {
        case .contains(let member):
            let ordinal = Term.add(try number(member), -element.lower)
            return .truth(.and(.within(ordinal, 0, Self.size(element) - 1), contains(ordinal)))
        case .isEmpty: return .truth(Operand.forAll(count) { !contains($0) })
        case .count: return .number(members(count, contains))
        case .containsAll(let range): return .truth(try containsAll(range, count, element, contains))
        case .isDisjoint(let range):
            return .truth(Self.forAll(in: try operand(range).interval, count, element) { !contains($0) })
        case .highestRun(let range), .lowestRun(let range):
            var isHighest = false
            if case .highestRun = query { isHighest = true }
            return run(
                highest: isHighest, in: try operand(range).interval, count: count, base: element.lower,
                contains)
        }
    }

    /// What holds of all members of a range that are values of the element type.
    private static func forAll(
        in range: (first: Term, last: Term), _ count: Int, _ element: Core.Number, _ condition: (Term) -> Term
    ) -> Term {
        Operand.forAll(count) { ordinal in
            let number = Term.add(ordinal, element.lower)
            let isOutside = Term.or(.less(number, range.first), .less(range.last, number))
            return .or(isOutside, condition(ordinal))
        }
    }

    private func containsAll(
        _ argument: Core.Expression, _ count: Int, _ element: Core.Number, _ contains: (Term) -> Term
    ) throws -> Term {
        let range = try operand(argument).interval
        let (first, last) = (range.first, range.last)
        let inRange = Self.forAll(in: range, count, element, contains)
        // What is outside the element type is no member.
        let lastOfAll = element.lower + Self.size(element) - 1
        if mode == .symbolic, UnboundedSize.isOne(count), last.upper != lastOfAll,
            last.integerConstant != element.lower
        {
            throw ExportRefusal(
                "the set's element type is unbounded, and whether it has these values is not known",
                at: argument.span)
        }
        let fits = Term.and(
            .lessOrEqual(.constant(element.lower), first), .lessOrEqual(last, .constant(lastOfAll)))
        return .or(.less(last, first), .and(fits, inRange))
    }

    /// Number of values, where it is more than an index has, too.
    private static func size(_ element: Core.Number) -> Int128 {
        guard let bounds = element.bounds else { preconditionFailure("members have bounds") }
        return bounds.upperBound - bounds.lowerBound + 1
    }

    private func members(_ count: Int, _ contains: (Term) -> Term) -> Term {
        func one(_ ordinal: Term) -> Term { .conditional(contains(ordinal), .constant(1), .constant(0)) }
        if mode == .symbolic, count > LoweringMode.smallCountMax {
            // Nothing is known of it: what is shown is true of any number of members.
            return .read(ExportVariable(name: "count", role: .unknown, upper: Int128(count)))
        }
        if count <= 16 { return (0..<count).reduce(.constant(0)) { .add($0, one(.constant($1))) } }
        let sum = temporary("count", upper: Int128(count))
        let binder = Binder(name: "i", count: count)
        emit(.assign(sum, [], .constant(0)))
        emit(
            .forEach(
                binder, [.conditional(contains(.bound(binder)), [.assign(sum, [], .add(.read(sum), 1))], [])])
        )
        return .read(sum)
    }

    /// The highest or lowest maximal run of members that has a member in a range: one walk through the members in
    /// order. `start`, `low` and `high` are 1 + ordinal, or 0.
    private func run(
        highest: Bool, in range: (first: Term, last: Term), count: Int, base: Int128,
        _ contains: (Term) -> Term
    ) -> Operand {
        let first = stored(range.first, "from")
        let last = stored(range.last, "to")
        let names = ["start", "low", "high"]
        let variables = names.map { temporary("run_" + $0, upper: Int128(count)) }
        for variable in variables { emit(.assign(variable, [], .constant(0))) }
        let (start, low, high) = (variables[0], variables[1], variables[2])
        let binder = Binder(name: "i", count: count)
        let ordinal = Term.bound(binder)
        let position = Term.add(ordinal, 1)
        let number = Term.add(ordinal, base)
        var isWanted = Term.and(.lessOrEqual(first, number), .lessOrEqual(number, last))
        if !highest {
            isWanted = .and(isWanted, .or(.equal(.read(low), 0), .equal(.read(low), .read(start))))
        }
        // Beyond the range, the run that was found goes on.
        let goesOn = Term.and(
            .equal(.read(high), ordinal),
            .and(.compare(.notEqual, .read(low), .constant(0)), .equal(.read(low), .read(start))))
        let member: [ExportStatement] = [
            .conditional(.equal(.read(start), 0), [.assign(start, [], position)], []),
            .conditional(
                isWanted, [.assign(low, [], .read(start)), .assign(high, [], position)],
                [.conditional(goesOn, [.assign(high, [], position)], [])]),
        ]
        emit(
            .forEach(binder, [.conditional(contains(ordinal), member, [.assign(start, [], .constant(0))])]))
        return .optional(
            present: .compare(.notEqual, .read(low), .constant(0)),
            wrapped: .record([
                .number(.add(.read(low), base - 1)), .number(.add(.read(high), base - 1)),
            ]), code: nil)
    }
}
