// SPDX-License-Identifier: MIT

import SpecLanguage

/// The variables that hold a value of a type: the cells of `CellCoding`, one variable for each leaf of the type,
/// with a dimension for each array above it.
indirect enum Storage {
    /// Ordinal of a number, enum case, symmetric element; holder of a lock; or a number as it is (base 0).
    case number(ExportVariable, base: Int128)
    case truth(ExportVariable)
    /// 0, or 1 + ordinal of the wrapped type.
    case code(ExportVariable, wrapped: SpecType)
    case optional(present: ExportVariable, Storage)
    case record([Storage])
    case array(count: Int, Storage)
    case set(ExportVariable, count: Int)
    case queue(count: ExportVariable, capacity: Int, Storage)
    case interval(first: ExportVariable, last: ExportVariable)

    var variables: [ExportVariable] {
        switch self {
        case .number(let variable, _), .truth(let variable), .code(let variable, _), .set(let variable, _):
            [variable]
        case .optional(let present, let inner): [present] + inner.variables
        case .record(let fields): fields.flatMap(\.variables)
        case .array(_, let element): element.variables
        case .queue(let count, _, let element): [count] + element.variables
        case .interval(let first, let last): [first, last]
        }
    }

    /// Whether writing a value is one assignment.
    var isScalar: Bool {
        switch self {
        case .number, .truth, .code: true
        default: false
        }
    }
}

/// Makes variables for types.
struct StorageMaker {
    let role: ExportVariable.Role
    let instanceCount: Int

    func make(_ name: String, _ type: SpecType, dimensions: [Int] = []) -> Storage {
        func variable(
            _ name: String, isBoolean: Bool = false, upper: Int128 = 1, dimensions: [Int]
        ) -> ExportVariable {
            ExportVariable(
                name: name, role: role, isBoolean: isBoolean, upper: upper, dimensions: dimensions,
                comment: type.description)
        }
        switch type {
        case .bool: return .truth(variable(name, isBoolean: true, dimensions: dimensions))
        case .range(_, let lower, let upper):
            return .number(
                variable(name, upper: Int128(upper) - Int128(lower), dimensions: dimensions),
                base: Int128(lower))
        case .bits(_, let width):
            return .number(
                variable(name, upper: (Int128(1) << Int128(width)) - 1, dimensions: dimensions), base: 0)
        case .enumeration, .symmetric:
            return .number(
                variable(name, upper: Int128(type.indexCount ?? 1) - 1, dimensions: dimensions), base: 0)
        case .lock:
            return .number(variable(name, upper: Int128(instanceCount), dimensions: dimensions), base: 0)
        case .optional(let wrapped) where CellShape.isOneCell(wrapped):
            return .code(
                variable(name, upper: Int128(wrapped.indexCount ?? 1), dimensions: dimensions),
                wrapped: wrapped)
        case .optional(let wrapped):
            return .optional(
                present: variable(name + "_present", isBoolean: true, dimensions: dimensions),
                make(name, wrapped, dimensions: dimensions))
        case .structure(_, let fields):
            return .record(fields.map { make(name + "_" + $0.name, $0.type, dimensions: dimensions) })
        case .array(let index, let element):
            let count = index.indexCount ?? 0
            return .array(count: count, make(name, element, dimensions: dimensions + [count]))
        case .set(let element):
            let count = element.indexCount ?? 0
            return .set(variable(name, isBoolean: true, dimensions: dimensions + [count]), count: count)
        case .queue(let element, let capacity):
            return .queue(
                count: variable(name + "_count", upper: Int128(capacity), dimensions: dimensions),
                capacity: capacity, make(name, element, dimensions: dimensions + [capacity]))
        case .interval(let element) where role == .unknown:
            // An empty one may begin behind the last value, or end before the first.
            let (lower, upper) = element.numberBounds
            func end(_ name: String) -> ExportVariable {
                ExportVariable(
                    name: name, role: role, lower: lower - 1, upper: upper + 1, dimensions: dimensions,
                    comment: "Int")
            }
            return .interval(first: end(name + "_first"), last: end(name + "_last"))
        case .interval:
            return .interval(
                first: integer(name + "_first", dimensions), last: integer(name + "_last", dimensions))
        case .integer: return .number(integer(name, dimensions), base: 0)
        case .list, .void, .absent, .erroneous: preconditionFailure("'\(type.description)' is not stored")
        }
    }

    private func integer(_ name: String, _ dimensions: [Int]) -> ExportVariable {
        ExportVariable(
            name: name, role: role, upper: 0, grows: true, dimensions: dimensions, comment: "Int")
    }
}

// MARK: Reading

extension Storage {
    func read(_ indices: [Term]) -> Operand {
        switch self {
        case .number(let variable, let base): return .number(.add(.read(variable, indices), base))
        case .truth(let variable): return .truth(.read(variable, indices))
        case .code(let variable, let wrapped):
            let code = Term.read(variable, indices)
            return .optional(
                present: .compare(.notEqual, code, .constant(0)),
                wrapped: .value(ordinal: .add(code, -1), of: wrapped), code: code)
        case .optional(let present, let inner):
            return .optional(present: .read(present, indices), wrapped: inner.read(indices), code: nil)
        case .record(let fields): return .record(fields.map { $0.read(indices) })
        case .array(let count, let element):
            return .array(count: count) { element.read(indices + [$0]) }
        case .set(let variable, let count):
            return .set(count: count) { .read(variable, indices + [$0]) }
        case .queue(let count, let capacity, let element):
            return .queue(count: .read(count, indices), capacity: capacity) { element.read(indices + [$0]) }
        case .interval(let first, let last):
            return .interval(first: .read(first, indices), last: .read(last, indices))
        }
    }

    // MARK: Writing

    /// Assignments that store the value where `isPresent` holds, and zeros elsewhere, as cells are canonical.
    func write(_ value: Operand, _ indices: [Term], isPresent: Term = .yes) -> [ExportStatement] {
        func assign(_ variable: ExportVariable, _ indices: [Term], _ term: Term) -> ExportStatement {
            variable.grow(for: term)
            return .assign(
                variable, indices, .conditional(isPresent, term, term.isBoolean ? .no : .constant(0)))
        }
        switch (self, value) {
        case (.number(let variable, let base), _):
            return [assign(variable, indices, .add(value.term, -base))]
        case (.truth(let variable), _): return [assign(variable, indices, value.term)]
        case (.code(let variable, let wrapped), .optional(let present, let inner, let code)):
            let code = code ?? .conditional(present, .add(inner.ordinal(in: wrapped), 1), .constant(0))
            return [assign(variable, indices, code)]
        case (.optional(let variable, let inner), .optional(let present, let wrapped, _)):
            return inner.write(wrapped, indices, isPresent: .and(isPresent, present))
                + [.assign(variable, indices, .and(isPresent, present))]
        case (.record(let fields), .record(let values)):
            return zip(fields, values).flatMap { $0.write($1, indices, isPresent: isPresent) }
        case (.array(let count, let element), .array(_, let values)):
            let binder = Binder(name: "i", count: count)
            return [
                .forEach(
                    binder,
                    element.write(values(.bound(binder)), indices + [.bound(binder)], isPresent: isPresent))
            ]
        case (.set(let variable, let count), .set(_, let contains)):
            let binder = Binder(name: "i", count: count)
            return [
                .forEach(
                    binder, [assign(variable, indices + [.bound(binder)], contains(.bound(binder)))])
            ]
        case (.queue(let length, let capacity, let element), .queue(let count, _, let values)):
            let binder = Binder(name: "i", count: capacity)
            let isUsed = Term.and(isPresent, .less(.bound(binder), count))
            return [
                .forEach(
                    binder,
                    element.write(values(.bound(binder)), indices + [.bound(binder)], isPresent: isUsed)),
                assign(length, indices, count),
            ]
        case (.interval(let low, let high), .interval(let first, let last)):
            return [assign(low, indices, first), assign(high, indices, last)]
        default: preconditionFailure("the value has the type of its place")
        }
    }

    /// Assignments that make all cells zero.
    func clear(_ indices: [Term]) -> [ExportStatement] {
        switch self {
        case .number(let variable, _), .code(let variable, _):
            return [.assign(variable, indices, .constant(0))]
        case .truth(let variable): return [.assign(variable, indices, .no)]
        case .optional(let variable, let inner):
            return [.assign(variable, indices, .no)] + inner.clear(indices)
        case .record(let fields): return fields.flatMap { $0.clear(indices) }
        case .array(let count, let element):
            let binder = Binder(name: "i", count: count)
            return [.forEach(binder, element.clear(indices + [.bound(binder)]))]
        case .set(let variable, let count):
            let binder = Binder(name: "i", count: count)
            return [.forEach(binder, [.assign(variable, indices + [.bound(binder)], .no)])]
        case .queue(let count, let capacity, let element):
            let binder = Binder(name: "i", count: capacity)
            return [
                .assign(count, indices, .constant(0)),
                .forEach(binder, element.clear(indices + [.bound(binder)])),
            ]
        case .interval(let first, let last):
            return [.assign(first, indices, .constant(0)), .assign(last, indices, .constant(0))]
        }
    }
}

extension SpecType {
    /// The numbers of a word or a range.
    var numberBounds: (lower: Int128, upper: Int128) {
        switch self {
        case .range(_, let lower, let upper): (Int128(lower), Int128(upper))
        case .bits(_, let width): (0, (Int128(1) << Int128(width)) - 1)
        default: preconditionFailure("'\(description)' has no bounds")
        }
    }

    /// Whether a value has numbers of any size in it.
    var hasIntegers: Bool {
        switch self {
        case .integer, .list: true
        case .optional(let inner), .array(_, let inner), .queue(let inner, _), .interval(let inner):
            inner.hasIntegers
        case .structure(_, let fields): fields.contains { $0.type.hasIntegers }
        default: false
        }
    }
}
