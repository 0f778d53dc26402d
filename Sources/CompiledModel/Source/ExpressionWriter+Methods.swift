// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

extension ExpressionWriter {
    func method(
        _ method: Typed.Method, _ base: Typed.Expression, _ arguments: [Typed.Expression],
        _ expression: Typed.Expression
    ) throws(NotCompilable) -> Operand {
        switch base.type {
        case .set(let element): return try setMethod(method, base, element, arguments, expression.type)
        case .queue(let element, let capacity):
            return try queueMethod(method, base, element, capacity, arguments)
        case .interval:
            let range = bind(try value(base))
            switch method {
            case .contains:
                let member = bind(try value(arguments[0]))
                return Operand("\(range.text).contains(\(member.text))")
            case .overlaps:
                let other = bind(try value(arguments[0]))
                return Operand("\(range.text).overlaps(\(other.text))")
            default: return Operand("(\(range.text).first > \(range.text).last)")
            }
        case .list:
            guard case .literal(.list(let values)) = base.kind else {
                throw NotCompilable("a list that is no constant")
            }
            return Operand("\(values.count)", bounds: values.count...values.count)
        default: throw NotCompilable("a method of '\(base.type.description)'")
        }
    }

    private func setMethod(
        _ method: Typed.Method, _ base: Typed.Expression, _ element: SpecType,
        _ arguments: [Typed.Expression],
        _ result: SpecType
    ) throws(NotCompilable) -> Operand {
        let count = element.indexCount ?? 0
        let set = bind(try value(base))
        switch method {
        case .contains:
            let member = try value(arguments[0])
            return Operand("contains(\(set.text), \(types.ordinal(member.text, element)))")
        case .isEmpty: return Operand("(\(set.text) == 0)")
        case .count: return Operand("\(set.text).nonzeroBitCount", bounds: 0...count)
        case .containsAll, .isDisjoint:
            let range = try ordinals(arguments[0], element)
            let name = method == .containsAll ? "containsAll" : "isDisjoint"
            return Operand("\(name)(\(set.text), \(range), \(count))")
        case .highestRun, .lowestRun:
            let range = try ordinals(arguments[0], element)
            let name = method == .highestRun ? "highestRun" : "lowestRun"
            let optional = try types.swiftType(result)
            let run = newName("run")
            let lower = element.lowest
            body.line("let \(run) = \(name)(\(set.text), \(range), \(count))")
            return Operand(
                "(\(run).map { \(optional)(some: true, value: Interval($0.first + \(lower), $0.last + \(lower))) } ?? \(optional).zero)"
            )
        default: throw NotCompilable("'\(method.rawValue)' of a set")
        }
    }

    /// A range of members, as ordinals of the element type.
    func ordinals(_ range: Typed.Expression, _ element: SpecType) throws(NotCompilable) -> String {
        let interval = bind(try value(range))
        guard element.lowest != 0 else { return interval.text }
        return
            "Interval(\(interval.text).first - \(element.lowest), \(interval.text).last - \(element.lowest))"
    }

    private func queueMethod(
        _ method: Typed.Method, _ base: Typed.Expression, _ element: SpecType, _ capacity: Int,
        _ arguments: [Typed.Expression]
    ) throws(NotCompilable) -> Operand {
        let queue = bind(try value(base))
        let count = "\(queue.text).\(TypeWriter.queueCount)"
        let elements = "\(queue.text).\(TypeWriter.queueElements).e"
        switch method {
        case .contains:
            let member = bind(
                try converted(try value(arguments[0]), from: arguments[0].type, to: element))
            let found = newName("found")
            body.line("var \(found) = false")
            body.line("for i in 0 ..< \(count) where \(elements)[i] == \(member.text) { \(found) = true }")
            return Operand(found)
        case .isEmpty: return Operand("(\(count) == 0)")
        case .isFull: return Operand("(\(count) == \(capacity))")
        case .front:
            require("\(count) > 0")
            return Operand("\(elements)[0]", bounds: Operand.bounds(of: element))
        default: return Operand(count, bounds: 0...capacity)
        }
    }

    // MARK: Mutations

    /// What a mutation puts in or takes out, evaluated once for all places: a range of ordinals, or a value.
    func mutationArgument(
        _ type: SpecType, _ arguments: [Typed.Expression]
    ) throws(NotCompilable) -> String? {
        guard let argument = arguments.first else { return nil }
        switch type {
        case .set(let element):
            if case .interval = argument.type { return bind(Operand(try ordinals(argument, element))).text }
            let ordinal = bind(Operand(types.ordinal(try value(argument).text, element))).text
            return bind(Operand("Interval(\(ordinal), \(ordinal))")).text
        case .queue(let element, _):
            return bind(try converted(try value(argument), from: argument.type, to: element)).text
        default: throw NotCompilable("a change of '\(type.description)'")
        }
    }

    /// Changes the variable `old` of the type.
    func mutate(
        _ old: String, _ type: SpecType, _ mutation: Typed.Mutation, _ argument: String?
    ) throws(NotCompilable) {
        switch (type, mutation, argument) {
        case (.set(let element), .insert, let range?):
            let count = element.indexCount ?? 0
            require("\(range).first > \(range).last || (\(range).first >= 0 && \(range).last < \(count))")
            body.line("\(old) |= mask(\(range), \(count), \(try types.swiftType(type)).self)")
        case (.set(let element), .remove, let range?):
            body.line(
                "\(old) &= ~mask(\(range), \(element.indexCount ?? 0), \(try types.swiftType(type)).self)")
        case (.set, _, _): body.line("\(old) = 0")
        case (.queue(_, let capacity), .push, let pushed?):
            require("\(old).\(TypeWriter.queueCount) < \(capacity)")
            body.line("\(old).\(TypeWriter.queueElements).e[\(old).\(TypeWriter.queueCount)] = \(pushed)")
            body.line("\(old).\(TypeWriter.queueCount) += 1")
        case (.queue(let element, _), .pop, _):
            let (count, elements) = (
                "\(old).\(TypeWriter.queueCount)", "\(old).\(TypeWriter.queueElements).e"
            )
            require("\(count) > 0")
            body.line("for i in 1 ..< \(count) { \(elements)[i - 1] = \(elements)[i] }")
            body.line("\(count) -= 1")
            body.line("\(elements)[\(count)] = \(try types.zero(element))")
        case (.queue, _, _): body.line("\(old) = \(try types.zero(type))")
        default: throw NotCompilable("a change of '\(type.description)'")
        }
    }
}
