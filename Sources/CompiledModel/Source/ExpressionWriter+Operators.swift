// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

extension ExpressionWriter {
    func unary(
        _ operation: Syntax.UnaryOperator, _ operand: Typed.Expression, _ type: SpecType
    ) throws(NotCompilable) -> Operand {
        let value = try value(operand)
        switch operation {
        case .not: return Operand("!(\(value.text))")
        case .negate:
            if case .bits(_, let width) = type {
                return Operand("low(0 &- \(value.text), \(width))", bounds: Operand.bounds(of: type))
            }
            return arithmetic(
                Operand("0", bounds: 0...0), value, "-", "checkedSubtract"
            ) { $0.subtractingReportingOverflow($1) }
        default:
            if case .bits(_, let width) = type {
                return Operand("low(~\(value.text), \(width))", bounds: Operand.bounds(of: type))
            }
            return Operand("(~\(value.text))")
        }
    }

    func binary(
        _ operation: Syntax.BinaryOperator, _ left: Typed.Expression, _ right: Typed.Expression,
        _ type: SpecType
    ) throws(NotCompilable) -> Operand {
        switch operation {
        case .and, .or, .implies: return try connective(operation, left, right)
        case .equal: return try equality(left, right)
        case .notEqual: return Operand("!(\(try equality(left, right).text))")
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let (a, b) = (try value(left), try value(right))
            return Operand("(\(a.text) \(operation.rawValue) \(b.text))")
        default:
            let a = bind(try value(left))
            let b = bind(try value(right))
            if case .bits(_, let width) = type { return word(operation, a, b, width, type) }
            return number(operation, a, b)
        }
    }

    private func connective(
        _ operation: Syntax.BinaryOperator, _ left: Typed.Expression, _ right: Typed.Expression
    ) throws(NotCompilable) -> Operand {
        let a = try value(left)
        let (rightBody, b) = try aside { () throws(NotCompilable) in try value(right) }
        if rightBody.isEmpty {
            return switch operation {
            case .and: Operand("(\(a.text) && \(b.text))")
            case .or: Operand("(\(a.text) || \(b.text))")
            default: Operand("(!(\(a.text)) || \(b.text))")
            }
        }
        let name = newName()
        let test: String
        switch operation {
        case .and: (test, _) = (name, body.line("var \(name) = \(a.text)"))
        case .or: (test, _) = ("!\(name)", body.line("var \(name) = \(a.text)"))
        default:
            body.line("var \(name) = !(\(a.text))")
            test = "!\(name)"
        }
        body.block("if \(test)") { source in
            source.append(rightBody)
            source.line("\(name) = \(b.text)")
        }
        return Operand(name)
    }

    private func equality(_ left: Typed.Expression, _ right: Typed.Expression) throws(NotCompilable)
        -> Operand
    {
        if left.isNone { return Operand("!(\(isPresent(bind(try value(right)).text, right.type)))") }
        if right.isNone { return Operand("!(\(isPresent(bind(try value(left)).text, left.type)))") }
        let (a, b) = (try value(left), try value(right))
        switch (left.type, right.type) {
        case (.optional(let one), .optional(let other)):
            guard one.lowest == other.lowest || !CellCoding.isOneCell(one) else {
                throw NotCompilable("a comparison of optionals of different ranges")
            }
            return Operand("(\(a.text) == \(b.text))")
        case (.optional, _):
            return Operand("(\(a.text) == \(try converted(b, from: right.type, to: left.type).text))")
        case (_, .optional):
            return Operand("(\(try converted(a, from: left.type, to: right.type).text) == \(b.text))")
        default: return Operand("(\(a.text) == \(b.text))")
        }
    }

    // MARK: Arithmetic

    /// Machine words wrap.
    private func word(
        _ operation: Syntax.BinaryOperator, _ a: Operand, _ b: Operand, _ width: Int, _ type: SpecType
    ) -> Operand {
        let text: String
        switch operation {
        case .add: text = "low(\(a.text) &+ \(b.text), \(width))"
        case .subtract: text = "low(\(a.text) &- \(b.text), \(width))"
        case .multiply: text = "low(\(a.text) &* \(b.text), \(width))"
        case .divide, .remainder:
            canFail = true
            let name = operation == .divide ? "divide" : "remainder"
            text = bind(Operand("try \(name)(\(a.text), \(b.text))")).text
            return Operand("low(\(text), \(width))", bounds: Operand.bounds(of: type))
        case .shiftLeft: text = "wordShiftLeft(\(a.text), \(b.text), \(width))"
        case .shiftRight: text = "low(shiftRight(\(a.text), \(b.text)), \(width))"
        case .bitAnd: text = "low(\(a.text) & \(b.text), \(width))"
        case .bitOr: text = "low(\(a.text) | \(b.text), \(width))"
        default: text = "low(\(a.text) ^ \(b.text), \(width))"
        }
        return Operand(text, bounds: Operand.bounds(of: type))
    }

    /// Exact integers.
    private func number(_ operation: Syntax.BinaryOperator, _ a: Operand, _ b: Operand) -> Operand {
        switch operation {
        case .add: return arithmetic(a, b, "+", "checkedAdd") { $0.addingReportingOverflow($1) }
        case .subtract:
            return arithmetic(a, b, "-", "checkedSubtract") { $0.subtractingReportingOverflow($1) }
        case .multiply:
            return arithmetic(a, b, "*", "checkedMultiply") { $0.multipliedReportingOverflow(by: $1) }
        case .divide, .remainder:
            let name = operation == .divide ? "divide" : "remainder"
            if let divisor = b.bounds, divisor.lowerBound > 0 {
                let largest = a.bounds.map { max(abs($0.lowerBound), abs($0.upperBound)) }
                let bounds = largest.map {
                    operation == .divide ? -$0...$0 : min(-divisor.upperBound + 1, 0)...divisor.upperBound - 1
                }
                let isNatural = a.bounds.map { $0.lowerBound >= 0 } ?? false
                return Operand(
                    "(\(a.text) \(operation.rawValue) \(b.text))",
                    bounds: bounds.map { isNatural ? 0...$0.upperBound : $0 })
            }
            canFail = true
            let result = newName()
            body.line("let \(result) = try \(name)(\(a.text), \(b.text))")
            return Operand(result)
        case .shiftLeft:
            if let a = a.bounds, let b = b.bounds, a.lowerBound >= 0, b.lowerBound >= 0, b.upperBound < 60,
                a.upperBound <= Operand.safe.upperBound >> b.upperBound
            {
                _ = a
            } else {
                canFail = true
                let result = newName()
                body.line("let \(result) = try checkedShiftLeft(\(a.text), \(b.text))")
                return Operand(result)
            }
            return Operand(
                "(\(a.text) &<< \(b.text))",
                bounds: a.bounds.flatMap { a in b.bounds.map { 0...(a.upperBound << $0.upperBound) } })
        case .shiftRight:
            return Operand(
                "shiftRight(\(a.text), \(b.text))",
                bounds: a.bounds.map { min($0.lowerBound, 0)...max($0.upperBound, 0) })
        default: return Operand("(\(a.text) \(operation.rawValue) \(b.text))")
        }
    }

    private func arithmetic(
        _ a: Operand, _ b: Operand, _ symbol: String, _ checked: String,
        _ operation: (Int, Int) -> (partialValue: Int, overflow: Bool)
    ) -> Operand {
        let bounds = Operand.bounds(a.bounds, b.bounds) { left, right in
            let (result, overflow) = operation(left, right)
            return (result, overflow)
        }
        if let bounds { return Operand("(\(a.text) \(symbol) \(b.text))", bounds: bounds) }
        canFail = true
        let name = newName()
        body.line("let \(name) = try \(checked)(\(a.text), \(b.text))")
        return Operand(name)
    }

    // MARK: Conversions

    func converted(
        _ operand: Operand, from source: SpecType, to target: SpecType
    ) throws(NotCompilable) -> Operand {
        switch (source, target) {
        case (.absent, .optional): return Operand(try types.zero(target))
        case (.optional(let from), .optional(let to)):
            guard !CellCoding.isOneCell(from) || from.lowest == to.lowest else {
                throw NotCompilable("a conversion between optionals of different ranges")
            }
            return operand
        case (_, .optional(let wrapped)):
            let inner = try converted(operand, from: source, to: wrapped)
            guard CellCoding.isOneCell(wrapped) else {
                return Operand("\(try types.swiftType(target))(some: true, value: \(inner.text))")
            }
            if case .bool = wrapped { return Operand("(\(inner.text) ? 2 : 1)") }
            let shift = 1 - wrapped.lowest
            return Operand("(\(inner.text) \(shift < 0 ? "-" : "+") \(abs(shift)))")
        case (.integer, .bits(_, let width)), (.range, .bits(_, let width)), (.bits, .bits(_, let width)):
            if let bounds = operand.bounds, bounds.lowerBound >= 0, bounds.upperBound >> width == 0 {
                return operand
            }
            return Operand("low(\(operand.text), \(width))", bounds: Operand.bounds(of: target))
        case (.integer, .range(_, let lower, let upper)), (.range, .range(_, let lower, let upper)),
            (.bits, .range(_, let lower, let upper)):
            if let bounds = operand.bounds, lower <= bounds.lowerBound, bounds.upperBound <= upper {
                return operand
            }
            let number = bind(operand)
            require("\(number.text) >= \(lower) && \(number.text) <= \(upper)")
            return Operand(number.text, bounds: Operand.bounds(of: target))
        case (.interval(let from), .interval(let element)):
            if case .integer = element { return operand }
            guard let bounds = Operand.bounds(of: element) else {
                throw NotCompilable("a range of '\(element.description)' made of numbers")
            }
            if let inner = Operand.bounds(of: from), bounds.contains(inner) { return operand }
            let range = bind(operand)
            for end in ["first", "last"] {
                require(
                    "\(range.text).\(end) >= \(bounds.lowerBound) && \(range.text).\(end) <= \(bounds.upperBound)"
                )
            }
            return range
        default: return operand
        }
    }

    // MARK: Literals

    func literal(_ value: Value, _ type: SpecType) throws(NotCompilable) -> Operand {
        switch (value, type) {
        case (.none, .absent): return Operand("0")
        case (.none, .optional): return Operand(try types.zero(type))
        case (_, .optional(let wrapped)):
            return try converted(try literal(value, wrapped), from: wrapped, to: type)
        case (.bool(let flag), _): return Operand(flag ? "true" : "false")
        case (.number(let number), _):
            guard number.magnitude < 1 << 60 else { throw NotCompilable("a number beyond 2^60") }
            let text = "\(number)"
            return Operand(number < 0 ? "(\(text))" : text, bounds: Int(number)...Int(number))
        case (.token(let token), _): return Operand("\(token)", bounds: token...token)
        case (.record(let values), .structure(_, let fields)):
            var parts: [String] = []
            for (number, (value, field)) in zip(values, fields).enumerated() {
                parts.append(
                    "\(TypeWriter.fieldName(field.name, number)): \(try literal(value, field.type).text)")
            }
            return Operand("\(try types.swiftType(type))(\(parts.joined(separator: ", ")))")
        case (.array(let values), .array(_, let element)):
            return Operand("\(try types.swiftType(type))(e: \(try elements(values, element)))")
        case (.set(let set), .set(let element)):
            let name = try types.swiftType(type)
            var mask: UInt128 = 0
            for member in set.members { mask |= 1 << UInt128(member - Int128(element.lowest)) }
            return Operand("(\(mask) as \(name))")
        case (.queue(let values), .queue(let element, let capacity)):
            var padded = try elements(values, element).dropLast()
            for number in values.count..<capacity {
                padded += "\(number == 0 ? "" : ", ")\(try types.zero(element))"
            }
            let index = SpecType.range(name: nil, lower: 0, upper: capacity - 1)
            let array = try types.swiftType(.array(index: index, element: element))
            return Operand(
                "\(try types.swiftType(type))(\(TypeWriter.queueCount): \(values.count), \(TypeWriter.queueElements): \(array)(e: \(padded)]))"
            )
        case (.interval(let first, let last), _):
            guard first.magnitude < 1 << 60, last.magnitude < 1 << 60 else {
                throw NotCompilable("a number beyond 2^60")
            }
            return Operand("Interval(\(first), \(last))")
        case (.lock(let holder), _): return Operand("\(holder)")
        default: throw NotCompilable("a constant of type '\(type.description)'")
        }
    }

    private func elements(_ values: [Value], _ element: SpecType) throws(NotCompilable) -> String {
        var texts: [String] = []
        for value in values { texts.append(try literal(value, element).text) }
        return "[\(texts.joined(separator: ", "))]"
    }
}

extension Typed.Expression {
    /// The literal `none`, as such or converted.
    fileprivate var isNone: Bool {
        switch kind {
        case .literal(.none): true
        case .convert(let operand): operand.isNone
        default: false
        }
    }
}
