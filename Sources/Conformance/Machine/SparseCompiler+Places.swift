// SPDX-License-Identifier: MIT

import Core
import Diagnostics

extension SparseCompiler {
    /// A place in the state: the indices of its table, outermost first, and the first word within an element.
    struct Path {
        var indices: [Core.Expression] = []
        /// Each element whose key begins with the indices.
        var isWhole = false
        var offset = 0
    }

    func path(_ place: Core.Place, _ span: Span) throws(NotRunnable) -> Path {
        var path = Path()
        var kind = place.variable.kind
        for step in place.path {
            switch step {
            case .element(let ordinal):
                guard !path.isWhole else {
                    throw NotRunnable("nothing may follow '[all]' over a log", at: span)
                }
                guard path.offset == 0, case .array(_, let element) = kind else {
                    throw NotRunnable("this place is not kept over a log", at: span)
                }
                path.indices.append(ordinal)
                kind = element
            case .everyElement:
                path.isWhole = true
                kind = kind.element
            case .field(let index):
                for field in kind.fields[..<index] { path.offset += try words(field, span) }
                kind = kind.fields[index]
            }
        }
        return path
    }

    /// The key's words, one behind the other.
    func key(_ indices: [Core.Expression]) throws(NotRunnable) -> Int {
        if indices.count == 1 { return try value(indices[0]) }
        var sources: [Int] = []
        for index in indices { sources.append(try value(index)) }
        let place = allocate(max(1, indices.count))
        for (offset, source) in sources.enumerated() { move(source, to: place + offset, count: 1) }
        return place
    }

    func read(_ place: Core.Place, _ span: Span) throws(NotRunnable) -> Int {
        let path = try path(place, span)
        guard case .state = place.variable.role else {
            guard path.indices.isEmpty else {
                throw NotRunnable("over a log only state variables are indexed", at: span)
            }
            return try self.place(of: place.variable) + path.offset
        }
        switch layout.places[place.variable.number] {
        case .global(let start)?: return start + path.offset
        case .table(let table)?:
            let shape = layout.tables[table]
            guard path.indices.count == shape.keyCount else {
                throw NotRunnable(
                    path.indices.isEmpty
                        ? "a whole table has no value over a log"
                        : "a part of a table has no value over a log",
                    at: span)
            }
            let result = allocate(shape.defaultValue.count)
            emit(.readTable, table, try key(path.indices), result)
            return result + path.offset
        case .sets?, nil: throw NotRunnable("a whole table has no value over a log", at: span)
        }
    }

    // MARK: Assignments

    func assign(_ place: Core.Place, _ expression: Core.Expression, _ span: Span) throws(NotRunnable) {
        let path = try path(place, span)
        guard case .state = place.variable.role else {
            guard path.indices.isEmpty, !path.isWhole else {
                throw NotRunnable("over a log only state variables are indexed", at: span)
            }
            let size = try words(place.kind, span)
            let start = try self.place(of: place.variable) + path.offset
            return move(try value(expression), to: start, count: size)
        }
        switch layout.places[place.variable.number] {
        case .global(let start)?:
            let size = try words(place.kind, span)
            move(try value(expression), to: start + path.offset, count: size)
        case .table(let table)?:
            let shape = layout.tables[table]
            if path.isWhole { return try clear(table, path, expression, span) }
            let size = try words(place.kind, span)
            let source = allocate(size)
            move(try value(expression), to: source, count: size)
            let key = try key(path.indices)
            if size == shape.defaultValue.count {
                emit(.writeTable, table, key, source)
            } else {
                let row = allocate(shape.defaultValue.count)
                emit(.readTable, table, key, row)
                move(source, to: row + path.offset, count: size)
                emit(.writeTable, table, key, row)
            }
        case .sets(let sets)?:
            guard expression.form.isDefaultValue else {
                throw NotRunnable("whole sets are not assigned over a log", at: span)
            }
            let key = try key(path.indices)
            if path.isWhole {
                emit(.clearSets, sets, key, path.indices.count)
            } else {
                emit(.setClear, 0, sets, key)
            }
        case nil: preconditionFailure("state variables have places")
        }
    }

    /// `table[domain][all] = none`
    private func clear(
        _ table: Int, _ path: Path, _ expression: Core.Expression, _ span: Span
    ) throws(NotRunnable) {
        let shape = layout.tables[table]
        guard path.offset == 0, case .constant(let constant) = expression.form,
            try WordCoding.encode(constant, expression.kind, at: span) == shape.defaultValue
        else {
            throw NotRunnable("over a log every element can only be set to what it begins with", at: span)
        }
        emit(.clearTable, table, try key(path.indices), path.indices.count)
    }
}

extension Core.Expression.Form {
    fileprivate var isDefaultValue: Bool {
        if case .constant(.defaultValue) = self { true } else { false }
    }
}
