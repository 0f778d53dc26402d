// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension SparseCompiler {
    /// Code that computes the expression.
    ///
    /// - Returns: the first of its registers. They may be those of a variable: move them before it changes.
    func value(_ expression: Typed.Expression) throws(NotRunnable) -> Int {
        switch expression.kind {
        case .literal(let literal):
            return constant(try WordCoding.encode(literal, expression.type, at: expression.span))
        case .variable(let variable):
            guard case .state = variable.storage else { return try place(of: variable) }
            guard case .global(let place)? = layout.places[ObjectIdentifier(variable)] else {
                throw NotRunnable("a whole table has no value over a log", at: expression.span)
            }
            return place
        case .element: return try readElement(expression)
        case .field(let base, let index):
            return try value(base) + (try offset(of: index, in: base.type, expression.span))
        case .method(let method, let base, let arguments):
            return try value(method, base, arguments, expression)
        case .convert(let operand): return try convert(operand, to: expression.type, expression.span)
        case .unary(let operation, let operand): return try value(operation, operand, expression)
        case .binary(let operation, let left, let right):
            return try value(operation, left, right, expression)
        case .conditional(let test, let then, let otherwise):
            let size = try words(expression.type, expression.span)
            let result = allocate(size)
            let toOtherwise = try jumpsIfFalse(test)
            try move(try value(then, as: expression.type), to: result, count: size)
            let toEnd = emit(.jump)
            patch(toOtherwise)
            try move(try value(otherwise, as: expression.type), to: result, count: size)
            patch(toEnd)
            return result
        case .optionalBinding(let variable, let optional, let then, let otherwise):
            let size = try words(expression.type, expression.span)
            let result = allocate(size)
            let source = try value(optional)
            let toOtherwise = emit(.jumpIfFalse, 0, source)
            try move(source + 1, to: try place(of: variable), count: try words(variable.type, variable.span))
            try move(try value(then, as: expression.type), to: result, count: size)
            let toEnd = emit(.jump)
            patch(toOtherwise)
            try move(try value(otherwise, as: expression.type), to: result, count: size)
            patch(toEnd)
            return result
        case .quantifier(let quantifier, let variable, let body):
            return try quantified(quantifier, variable, body, expression.span)
        case .listQuantifier(let quantifier, let variable, let list, let body):
            return try quantified(quantifier, variable, over: list, body)
        case .call(let function, let arguments): return try call(function, arguments)
        case .record(let parts):
            guard case .structure(_, let fields) = expression.type else {
                throw NotRunnable("a record was checked", at: expression.span)
            }
            let result = allocate(try words(expression.type, expression.span))
            var place = result
            for (field, part) in zip(fields, parts) {
                let size = try words(field.type, part.span)
                try move(try value(part, as: field.type), to: place, count: size)
                place += size
            }
            return result
        case .interval(let first, let last):
            let result = allocate(2)
            try move(try value(first), to: result, count: 1)
            try move(try value(last), to: result + 1, count: 1)
            return result
        case .list: throw NotRunnable("a list has no value over a log", at: expression.span)
        }
    }

    /// The value wrapped where an optional is wanted.
    func value(_ expression: Typed.Expression, as type: SpecType) throws(NotRunnable) -> Int {
        guard case .optional(let wrapped) = type else { return try value(expression) }
        switch expression.type {
        case .optional: return try value(expression)
        case .absent: return constant(Array(repeating: 0, count: try words(type, expression.span)))
        default:
            let size = try words(wrapped, expression.span)
            let result = allocate(1 + size)
            try move(constant(1), to: result, count: 1)
            try move(try value(expression), to: result + 1, count: size)
            return result
        }
    }

    func offset(of index: Int, in type: SpecType, _ span: Span) throws(NotRunnable) -> Int {
        guard case .structure(_, let fields) = type else { return index }
        var total = 0
        for field in fields[..<index] { total += try words(field.type, span) }
        return total
    }

    static func isWord(_ type: SpecType) -> Bool {
        if case .bits = type { true } else { false }
    }

    /// A number as a signed one; a machine word that is too large fails.
    func signed(_ expression: Typed.Expression) throws(NotRunnable) -> Int {
        let source = try value(expression)
        guard Self.isWord(expression.type) else { return source }
        if case .bits(_, let width) = expression.type, width < 64 { return source }
        if case .literal(.number(let number)) = expression.kind, number <= Int128(Int64.max) { return source }
        let result = allocate(1)
        emit(
            .signed, result, source, 0,
            failure(
                .limit(.arithmetic), "a number is beyond 2^63: it is not computed over a log",
                at: expression.span))
        return result
    }

    private func convert(
        _ operand: Typed.Expression, to type: SpecType, _ span: Span
    ) throws(NotRunnable) -> Int {
        switch type {
        case .optional: return try value(operand, as: type)
        case .bits(_, let width):
            let source = try value(operand)
            if case .bits(_, let from) = operand.type, from <= width { return source }
            if case .literal(.number(let number)) = operand.kind, number >= 0, number >> Int128(width) == 0 {
                return source
            }
            let result = allocate(1)
            emit(.andWord, result, source, constant(Self.mask(width)), constant(.max))
            return result
        case .range(_, let lower, let upper):
            let source = try signed(operand)
            if case .range(_, let low, let high) = operand.type, low >= lower, high <= upper { return source }
            let bounds = constant([UInt64(bitPattern: Int64(lower)), UInt64(bitPattern: Int64(upper))])
            emit(
                .checkRange, 0, source, bounds,
                failure(
                    .error(.outOfRange),
                    "the number is not a value of '\(type.description)' (\(lower) ... \(upper))",
                    at: span))
            return source
        case .integer: return try signed(operand)
        case .interval(let element):
            guard case .interval(let from) = operand.type else { return try value(operand) }
            return try convertRange(operand, from, to: element, span)
        default: return try value(operand)
        }
    }

    /// The same range, whose ends must be values of `element`.
    private func convertRange(
        _ operand: Typed.Expression, _ from: SpecType, to element: SpecType, _ span: Span
    ) throws(NotRunnable) -> Int {
        let source = try value(operand)
        let bounds: (Int64, Int64)
        switch (from, element) {
        case (.bits(_, let width), .bits(_, let wanted)) where width <= wanted: return source
        case (.bits(_, 64), .bits), (.bits(_, 64), .range):
            throw NotRunnable("a range of words, as one of '\(element.description)',", at: span)
        case (_, .bits(_, let width)): bounds = (0, width >= 63 ? .max : 1 << Int64(width) - 1)
        case (_, .range(_, let lower, let upper)): bounds = (Int64(lower), Int64(upper))
        default: return source
        }
        let limits = constant([UInt64(bitPattern: bounds.0), UInt64(bitPattern: bounds.1)])
        let error = failure(
            .error(.outOfRange), "the range reaches outside '\(element.description)'", at: span)
        for end in 0..<2 { emit(.checkRange, 0, source + end, limits, error) }
        return source
    }

    static func mask(_ width: Int) -> UInt64 { width >= 64 ? .max : 1 << UInt64(width) - 1 }

    // MARK: Quantifiers and calls

    private func quantified(
        _ quantifier: Syntax.Quantifier, _ variable: Variable, _ body: Typed.Expression, _ span: Span
    ) throws(NotRunnable) -> Int {
        let result = allocate(1)
        try move(constant(quantifier == .forall ? 1 : 0), to: result, count: 1)
        var toEnd: [Int] = []
        try loop(over: variable, span) { () throws(NotRunnable) in
            let skip = quantifier == .forall ? try jumpsIfTrue(body) : try jumpsIfFalse(body)
            try move(constant(quantifier == .forall ? 0 : 1), to: result, count: 1)
            toEnd.append(emit(.jump))
            patch(skip)
        }
        patch(toEnd)
        return result
    }

    private func quantified(
        _ quantifier: Syntax.Quantifier, _ variable: Variable, over list: Typed.Expression,
        _ body: Typed.Expression
    ) throws(NotRunnable) -> Int {
        let result = allocate(1)
        try move(constant(quantifier == .forall ? 1 : 0), to: result, count: 1)
        var toEnd: [Int] = []
        for element in try elements(of: list) {
            let words = try WordCoding.encode(element, variable.type, at: list.span)
            try move(constant(words), to: try place(of: variable), count: words.count)
            let skip = quantifier == .forall ? try jumpsIfTrue(body) : try jumpsIfFalse(body)
            try move(constant(quantifier == .forall ? 0 : 1), to: result, count: 1)
            toEnd.append(emit(.jump))
            patch(skip)
        }
        patch(toEnd)
        return result
    }

    func elements(of list: Typed.Expression) throws(NotRunnable) -> [Value] {
        guard case .literal(.list(let values)) = list.kind else {
            throw NotRunnable("over a log a list is a constant", at: list.span)
        }
        return values
    }

    /// Code for each value of a small type, in order.
    func loop(
        over variable: Variable, _ span: Span, _ body: () throws(NotRunnable) -> Void
    ) throws(NotRunnable) {
        guard let count = variable.type.indexCount, count <= 4096 else {
            throw NotRunnable("'\(variable.type.description)' has too many values to try them all", at: span)
        }
        let ends = [variable.type.value(ordinal: 0), variable.type.value(ordinal: Int128(count - 1))]
        let first = try WordCoding.encode(ends[0], variable.type, at: span)
        let last = try WordCoding.encode(ends[1], variable.type, at: span)
        let counter = allocate(1)
        try move(constant(first), to: counter, count: 1)
        let begin = code.count
        try move(counter, to: try place(of: variable), count: 1)
        try body()
        let test = allocate(1)
        emit(.equal, test, counter, constant(last), 1)
        let toEnd = emit(.jumpIfTrue, 0, test)
        emit(.addWord, counter, counter, constant(1), constant(.max))
        emit(.jump, begin)
        patch(toEnd)
    }

    private func call(
        _ function: Typed.Function, _ arguments: [Typed.Expression]
    ) throws(NotRunnable) -> Int {
        var sources: [Int] = []
        for (parameter, argument) in zip(function.parameters, arguments) {
            let size = try words(parameter.type, argument.span)
            let copy = allocate(size)
            try move(try value(argument, as: parameter.type), to: copy, count: size)
            sources.append(copy)
        }
        for (parameter, source) in zip(function.parameters, sources) {
            try move(
                source, to: try place(of: parameter), count: try words(parameter.type, parameter.span))
        }
        let result = allocate(try words(function.result, function.span))
        returns.append(Return(register: result, type: function.result))
        try compile(function.definition.body)
        emit(
            .fail,
            failure(.error(.missingReturn), "'\(function.name)' ended without a result", at: function.span))
        for jump in returns.removeLast().jumps { patch(jump) }
        return result
    }
}
