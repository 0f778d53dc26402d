// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension SparseCompiler {
    /// A place in the state: its variable and the indices, outermost first.
    private func chain(
        _ expression: Typed.Expression
    ) throws(NotRunnable) -> (variable: Variable, indices: [Typed.Expression]) {
        switch expression.kind {
        case .variable(let variable): return (variable, [])
        case .element(let base, let index):
            let (variable, indices) = try chain(base)
            return (variable, indices + [index])
        default: throw NotRunnable("over a log only state variables are indexed", at: expression.span)
        }
    }

    /// The key's words, one behind the other.
    private func key(
        _ indices: [Typed.Expression], _ types: [SpecType]
    ) throws(NotRunnable) -> Int {
        if indices.count == 1 { return try checkedIndex(indices[0], types[0]) }
        var sources: [Int] = []
        for (index, type) in zip(indices, types) { sources.append(try checkedIndex(index, type)) }
        let place = allocate(max(1, indices.count))
        for (offset, source) in sources.enumerated() { try move(source, to: place + offset, count: 1) }
        return place
    }

    /// An index of another numeric type is checked to be one of the table's.
    private func checkedIndex(_ index: Typed.Expression, _ type: SpecType) throws(NotRunnable) -> Int {
        let id = failure(
            .error(.indexOutOfRange), "the index is outside '\(type.description)'", at: index.span)
        switch (type, index.type) {
        case (.bits(_, let width), .bits(_, let own)) where own <= width: return try value(index)
        case (.bits(_, let width), _) where index.type.isNumeric:
            let source = try value(index)
            let isFine = allocate(1)
            emit(.lessOrEqualWord, isFine, source, constant(Self.mask(width)))
            let skip = emit(.jumpIfTrue, 0, isFine)
            emit(.fail, id)
            patch(skip)
            return source
        case (.range(_, let lower, let upper), _) where index.type != type:
            let source = try signed(index)
            let bounds = constant([UInt64(bitPattern: Int64(lower)), UInt64(bitPattern: Int64(upper))])
            emit(.checkRange, 0, source, bounds, id)
            return source
        default: return try value(index)
        }
    }

    func readElement(_ expression: Typed.Expression) throws(NotRunnable) -> Int {
        let (variable, indices) = try chain(expression)
        guard case .table(let table)? = layout.places[ObjectIdentifier(variable)],
            indices.count == layout.tables[table].keyCount
        else { throw NotRunnable("a part of a table has no value over a log", at: expression.span) }
        let result = allocate(layout.tables[table].defaultValue.count)
        emit(.readTable, table, try key(indices, layout.tables[table].indices), result)
        return result
    }

    /// The set table and the registers of the key.
    func setPlace(_ expression: Typed.Expression) throws(NotRunnable) -> (sets: Int, key: Int) {
        let (variable, indices) = try chain(expression)
        guard case .sets(let sets)? = layout.places[ObjectIdentifier(variable)],
            indices.count == layout.sets[sets].keyCount
        else { throw NotRunnable("over a log sets are state variables", at: expression.span) }
        return (sets, try key(indices, layout.sets[sets].indices))
    }

    // MARK: Targets

    private struct Path {
        var indices: [Typed.Expression] = []
        var isWhole = false
        var offset = 0
    }

    private func path(_ target: Typed.Target) throws(NotRunnable) -> Path {
        var path = Path()
        var type = target.variable.type
        for step in target.path {
            switch (step, type) {
            case (.element(let index), .array(_, let element)):
                guard !path.isWhole else {
                    throw NotRunnable("nothing may follow '[all]' over a log", at: target.span)
                }
                path.indices.append(index)
                type = element
            case (.everyElement, .array(_, let element)):
                path.isWhole = true
                type = element
            case (.field(let index), _):
                path.offset += try offset(of: index, in: type, target.span)
                if case .structure(_, let fields) = type { type = fields[index].type }
            default: throw NotRunnable("this place is not kept over a log", at: target.span)
            }
        }
        return path
    }

    func assign(_ target: Typed.Target, _ expression: Typed.Expression) throws(NotRunnable) {
        let path = try path(target)
        guard case .state = target.variable.storage else {
            let size = try words(target.type, target.span)
            let place = try place(of: target.variable) + path.offset
            return try move(try value(expression, as: target.type), to: place, count: size)
        }
        switch layout.places[ObjectIdentifier(target.variable)] {
        case .global(let start)?:
            let size = try words(target.type, target.span)
            try move(try value(expression, as: target.type), to: start + path.offset, count: size)
        case .table(let table)?:
            let shape = layout.tables[table]
            if path.isWhole { return try clear(table, path.indices, expression, target) }
            let size = try words(target.type, target.span)
            let source = allocate(size)
            try move(try value(expression, as: target.type), to: source, count: size)
            let key = try key(path.indices, shape.indices)
            if size == shape.defaultValue.count {
                emit(.writeTable, table, key, source)
            } else {
                let row = allocate(shape.defaultValue.count)
                emit(.readTable, table, key, row)
                try move(source, to: row + path.offset, count: size)
                emit(.writeTable, table, key, row)
            }
        default: throw NotRunnable("whole sets are not assigned over a log", at: target.span)
        }
    }

    /// `table[domain][all] = none`
    private func clear(
        _ table: Int, _ indices: [Typed.Expression], _ expression: Typed.Expression, _ target: Typed.Target
    ) throws(NotRunnable) {
        let shape = layout.tables[table]
        var isDefault = false
        switch expression.kind {
        case .literal(let literal):
            isDefault =
                try WordCoding.encode(literal, shape.element, at: expression.span) == shape.defaultValue
        case .convert(let operand):
            if case .literal(let literal) = operand.kind {
                isDefault =
                    try WordCoding.encode(literal, shape.element, at: expression.span) == shape.defaultValue
            }
        default: break
        }
        guard isDefault else {
            throw NotRunnable(
                "over a log every element can only be set to what it begins with", at: target.span)
        }
        emit(.clearTable, table, try key(indices, shape.indices), indices.count)
    }

    /// Fails where a range to insert, unless it is empty, has an end that is no value of the set's element type.
    ///
    /// - Returns: jumps taken where it is empty: its ends may be negative, and are not to be read as words.
    private func checkMembers(
        _ argument: Typed.Expression, of element: SpecType, _ range: Int, _ span: Span
    ) -> [Int] {
        let bounds: [Int64]
        switch (Self.member(argument), element) {
        case (.bits(_, let width), .bits(_, let wanted)) where width <= wanted: return []
        case (let own, _) where own == element: return []
        case (_, .bits(_, let width)): bounds = [0, width >= 63 ? .max : 1 << Int64(width) - 1]
        case (_, .range(_, let lower, let upper)): bounds = [Int64(lower), Int64(upper)]
        default: return []
        }
        let test = allocate(1)
        emit(.lessSigned, test, range + 1, range)
        let isEmpty = emit(.jumpIfTrue, 0, test)
        let limits = constant(bounds.map { UInt64(bitPattern: $0) })
        let error = failure(.error(.outOfRange), "the range leaves '\(element.description)'", at: span)
        for end in 0..<2 { emit(.checkRange, 0, range + end, limits, error) }
        return [isEmpty]
    }

    func mutate(
        _ target: Typed.Target, _ mutation: Typed.Mutation, _ arguments: [Typed.Expression]
    ) throws(NotRunnable) {
        guard case .sets(let sets)? = layout.places[ObjectIdentifier(target.variable)] else {
            throw NotRunnable("over a log only sets of the state are changed", at: target.span)
        }
        let path = try path(target)
        let range = arguments.isEmpty ? 0 : try range(arguments[0])
        let key = try key(path.indices, layout.sets[sets].indices)
        if path.isWhole, mutation == .clear {
            emit(.clearSets, sets, key, path.indices.count)
            return
        }
        guard !path.isWhole, path.indices.count == layout.sets[sets].keyCount else {
            throw NotRunnable("over a log '[all]' of a table of sets is only cleared", at: target.span)
        }
        var isEmpty: [Int] = []
        if let argument = arguments.first {
            switch mutation {
            case .insert: isEmpty = checkMembers(argument, of: layout.sets[sets].element, range, target.span)
            case .remove: if Self.mayBeNegative(argument) { _ = leaveOutNegatives(of: range, result: nil) }
            case .clear, .push, .pop: break
            }
        }
        switch mutation {
        case .insert:
            emit(.setInsert, 0, sets, key, range)
            patch(isEmpty)
        case .remove: emit(.setRemove, 0, sets, key, range)
        case .clear: emit(.setClear, 0, sets, key)
        case .push, .pop: throw NotRunnable("queues are not kept over a log", at: target.span)
        }
    }
}
