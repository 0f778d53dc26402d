// SPDX-License-Identifier: MIT

import Core
import SpecLanguage

extension ExpressionWriter {
    func arithmetic(
        _ operation: Core.ArithmeticOperator, _ a: Operand, _ b: Operand, _ kind: Core.Kind
    ) throws(NotCompilable) -> Operand {
        if case .number(.word(let width)) = kind { return word(operation, a, b, width, kind) }
        return number(operation, a, b)
    }

    /// Machine words wrap.
    private func word(
        _ operation: Core.ArithmeticOperator, _ a: Operand, _ b: Operand, _ width: Int, _ kind: Core.Kind
    ) -> Operand {
        let text: String =
            switch operation {
            case .add: "low(\(a.text) &+ \(b.text), \(width))"
            case .subtract: "low(\(a.text) &- \(b.text), \(width))"
            case .multiply: "low(\(a.text) &* \(b.text), \(width))"
            // That the divisor is not 0 was checked.
            case .divide: "(\(a.text) / \(b.text))"
            case .remainder: "(\(a.text) % \(b.text))"
            case .shiftLeft: "wordShiftLeft(\(a.text), \(b.text), \(width))"
            case .shiftRight: "low(shiftRight(\(a.text), \(b.text)), \(width))"
            case .bitAnd: "(\(a.text) & \(b.text))"
            case .bitOr: "(\(a.text) | \(b.text))"
            case .bitXor: "(\(a.text) ^ \(b.text))"
            }
        return Operand(text, bounds: Operand.bounds(of: kind))
    }

    /// Exact integers.
    private func number(_ operation: Core.ArithmeticOperator, _ a: Operand, _ b: Operand) -> Operand {
        switch operation {
        case .add: return safe(a, b, "+", "checkedAdd") { $0.addingReportingOverflow($1) }
        case .subtract: return safe(a, b, "-", "checkedSubtract") { $0.subtractingReportingOverflow($1) }
        case .multiply: return safe(a, b, "*", "checkedMultiply") { $0.multipliedReportingOverflow(by: $1) }
        case .divide:
            guard let divisor = b.bounds, divisor.lowerBound > 0 else { return tried("divide", a, b) }
            let largest = a.bounds.map { max(abs($0.lowerBound), abs($0.upperBound)) }
            return Operand(
                "(\(a.text) / \(b.text))", bounds: largest.map { Self.isNatural(a) ? 0...$0 : -$0...$0 })
        case .remainder:
            guard let divisor = b.bounds, divisor.lowerBound > 0 else { return tried("remainder", a, b) }
            let largest = divisor.upperBound - 1
            return Operand(
                "(\(a.text) % \(b.text))",
                bounds: a.bounds.map { _ in Self.isNatural(a) ? 0...largest : -largest...largest })
        case .shiftLeft:
            guard let left = a.bounds, let amount = b.bounds, left.lowerBound >= 0, amount.lowerBound >= 0,
                amount.upperBound < 60, left.upperBound <= Operand.safe.upperBound >> amount.upperBound
            else { return tried("checkedShiftLeft", a, b) }
            return Operand("(\(a.text) &<< \(b.text))", bounds: 0...(left.upperBound << amount.upperBound))
        case .shiftRight:
            return Operand(
                "shiftRight(\(a.text), \(b.text))",
                bounds: a.bounds.map { min($0.lowerBound, 0)...max($0.upperBound, 0) })
        case .bitAnd, .bitOr, .bitXor: return Operand("(\(a.text) \(operation.symbol) \(b.text))")
        }
    }

    private static func isNatural(_ operand: Operand) -> Bool { (operand.bounds?.lowerBound ?? -1) >= 0 }

    /// A function of the prelude that may give up.
    private func tried(_ function: String, _ a: Operand, _ b: Operand) -> Operand {
        canFail = true
        let name = newName()
        body.line("let \(name) = try \(function)(\(a.text), \(b.text))")
        return Operand(name)
    }

    private func safe(
        _ a: Operand, _ b: Operand, _ symbol: String, _ checked: String,
        _ operation: (Int, Int) -> (partialValue: Int, overflow: Bool)
    ) -> Operand {
        let bounds = Operand.bounds(a.bounds, b.bounds) { left, right in
            let (result, overflow) = operation(left, right)
            return (result, overflow)
        }
        guard let bounds else { return tried(checked, a, b) }
        return Operand("(\(a.text) \(symbol) \(b.text))", bounds: bounds)
    }

    /// A word keeps the low bits of the number; any other kind is known to have it.
    func converted(_ operand: Operand, to kind: Core.Kind) -> Operand {
        let bounds = Operand.bounds(of: kind)
        if case .number(.word(let width)) = kind {
            if let known = operand.bounds, known.lowerBound >= 0, known.upperBound >> width == 0 {
                return operand
            }
            return Operand("low(\(operand.text), \(width))", bounds: bounds)
        }
        guard let bounds else { return operand }
        guard let known = operand.bounds else { return Operand(operand.text, bounds: bounds) }
        let (lower, upper) = (
            max(known.lowerBound, bounds.lowerBound), min(known.upperBound, bounds.upperBound)
        )
        return lower <= upper ? Operand(operand.text, bounds: lower...upper) : operand
    }

    // MARK: Constants

    func literal(_ constant: Core.Constant, _ kind: Core.Kind) throws(NotCompilable) -> Operand {
        switch (constant, kind) {
        case (.truth(let flag), _): return .truth(flag)
        case (.number(let number), _):
            guard number.magnitude < 1 << 60 else { throw NotCompilable("a number beyond 2^60") }
            return Operand(number < 0 ? "(\(number))" : "\(number)", bounds: Int(number)...Int(number))
        case (.record(let parts), .record(_, let kinds)):
            var operands: [Operand] = []
            for (part, kind) in zip(parts, kinds) { operands.append(try literal(part, kind)) }
            return try record(operands, kind)
        case (.array(let parts), .array(_, let element)):
            var texts: [String] = []
            for part in parts { texts.append(try literal(part, element).text) }
            return Operand("\(try types.swiftType(kind))(e: [\(texts.joined(separator: ", "))])")
        case (.set(let set), .set(let number)):
            var mask: UInt128 = 0
            let name = try types.swiftType(kind)
            for member in set.members { mask |= 1 << UInt128(member - number.lower) }
            return Operand("(\(mask) as \(name))")
        case (.defaultValue, .number(let number)): return try literal(.number(number.lower), kind)
        case (.defaultValue, _): return Operand(try types.zero(kind))
        case (.record, _), (.array, _), (.set, _): preconditionFailure("a constant is of its kind")
        }
    }
}
