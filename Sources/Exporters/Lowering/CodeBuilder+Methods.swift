// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension CodeBuilder {
    func method(
        _ method: Typed.Method, _ base: Typed.Expression, _ arguments: [Typed.Expression],
        _ expression: Typed.Expression
    ) throws -> Operand {
        switch try operand(base) {
        case .set(let count, let contains):
            guard case .set(let element) = base.type else { preconditionFailure("a set was checked") }
            return try setMethod(method, count, contains, element, arguments)
        case .queue(let count, let capacity, let element):
            switch method {
            case .isEmpty: return .truth(.equal(count, 0))
            case .isFull: return .truth(.equal(count, capacity))
            case .front:
                check(.less(.constant(0), count), .error(.queueEmpty))
                return element(.constant(0))
            case .contains:
                let wanted = try operand(arguments[0])
                return .truth(
                    Operand.exists(capacity) { .and(.less($0, count), Operand.equal(element($0), wanted)) })
            default: return .number(count)
            }
        case .interval(let first, let last):
            switch method {
            case .contains:
                let member = try number(arguments[0])
                return .truth(.and(.lessOrEqual(first, member), .lessOrEqual(member, last)))
            case .overlaps:
                let other = try operand(arguments[0]).interval
                return .truth(
                    .and([
                        .lessOrEqual(first, last), .lessOrEqual(other.first, other.last),
                        .lessOrEqual(first, other.last), .lessOrEqual(other.first, last),
                    ]))
            default: return .truth(.less(last, first))
            }
        case .list(let values): return .number(.constant(values.count))
        default: preconditionFailure("the method was checked")
        }
    }

    private func setMethod(
        _ method: Typed.Method, _ count: Int, _ contains: @escaping (Term) -> Term, _ element: SpecType,
        _ arguments: [Typed.Expression]
    ) throws -> Operand {
        let base = CellShape.base(of: element)
        switch method {
        case .contains:
            let ordinal = try operand(arguments[0]).ordinal(in: element)
            return .truth(.and(.within(ordinal, 0, Self.size(element, count) - 1), contains(ordinal)))
        case .isEmpty: return .truth(Operand.forAll(count) { !contains($0) })
        case .count: return .number(members(count, contains))
        case .containsAll, .isDisjoint:
            let range = try operand(arguments[0]).interval
            let (first, last) = (range.first, range.last)
            let inRange = Operand.forAll(count) { ordinal in
                let number = Term.add(ordinal, base)
                let isOutside = Term.or(.less(number, first), .less(last, number))
                return .or(isOutside, method == .isDisjoint ? !contains(ordinal) : contains(ordinal))
            }
            if method == .isDisjoint { return .truth(inRange) }
            // What is outside the element type is no member.
            let lastOfAll = base + Self.size(element, count) - 1
            if mode == .symbolic, UnboundedSize.isOne(count), last.upper != lastOfAll,
                last.integerConstant != base
            {
                throw ExportRefusal(
                    "'\(element.description)' is unbounded, and whether it has these values is not known",
                    at: arguments[0].span)
            }
            let fits = Term.and(
                .lessOrEqual(.constant(base), first), .lessOrEqual(last, .constant(lastOfAll)))
            return .truth(.or(.less(last, first), .and(fits, inRange)))
        case .highestRun, .lowestRun:
            let range = try operand(arguments[0]).interval
            return run(
                highest: method == .highestRun, in: range, count: count, base: base, contains)
        default: preconditionFailure("the method was checked")
        }
    }

    /// Number of values, where it is more than an index has, too.
    private static func size(_ element: SpecType, _ count: Int) -> Int128 {
        if case .bits(_, let width) = element { Int128(1) << Int128(width) } else { Int128(count) }
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
            wrapped: .interval(
                first: .add(.read(low), base - 1), last: .add(.read(high), base - 1)), code: nil)
    }
}
