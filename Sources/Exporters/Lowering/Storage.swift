// SPDX-License-Identifier: MIT

import Core
import SpecLanguage

/// The variables that hold a value of a type: the cells of `CellCoding`, one variable for each leaf of the type,
/// with a dimension for each array above it.
indirect enum Storage {
    /// Ordinal of a number, enum case, symmetric element; holder of a lock; or a number as it is (base 0).
    case number(ExportVariable, base: Int128)
    case truth(ExportVariable)
    /// 0, or 1 + ordinal of the wrapped type.
    case code(ExportVariable, wrapped: Core.Kind)
    case optional(present: ExportVariable, Storage)
    case record([Storage])
    case array(count: Int, Storage)
    case set(ExportVariable, count: Int)

    var variables: [ExportVariable] {
        switch self {
        case .number(let variable, _), .truth(let variable), .code(let variable, _), .set(let variable, _):
            [variable]
        case .optional(let present, let inner): [present] + inner.variables
        case .record(let fields): fields.flatMap(\.variables)
        case .array(_, let element): element.variables
        }
    }

    /// Whether writing a value is one assignment.
    var isScalar: Bool {
        switch self {
        case .number, .truth, .code: true
        case .optional, .record, .array, .set: false
        }
    }
}

/// Makes variables for kinds.
struct StorageMaker {
    let role: ExportVariable.Role
    let instanceCount: Int

    /// For a variable of the spec: the variables know how it is written there.
    func make(_ name: String, _ type: SpecType, dimensions: [Int] = []) -> Storage {
        guard let kind = Core.Kind(type) else { preconditionFailure("'\(type.description)' is not stored") }
        return make(name, kind, type, dimensions)
    }

    func make(_ name: String, _ kind: Core.Kind) -> Storage { make(name, kind, nil, []) }

    private func make(
        _ name: String, _ kind: Core.Kind, _ type: SpecType?, _ dimensions: [Int]
    ) -> Storage {
        func variable(
            _ name: String, isBoolean: Bool = false, upper: Int128 = 1, dimensions: [Int] = dimensions
        ) -> ExportVariable {
            ExportVariable(
                name: name, role: role, isBoolean: isBoolean, upper: upper, dimensions: dimensions,
                comment: type?.description ?? "")
        }
        switch kind {
        case .truth: return .truth(variable(name, isBoolean: true))
        case .number(let number):
            guard let bounds = number.bounds else { return .number(integer(name, dimensions), base: 0) }
            let upper = bounds.upperBound - bounds.lowerBound
            return .number(variable(name, upper: upper), base: bounds.lowerBound)
        case .lock: return .number(variable(name, upper: Int128(instanceCount)), base: 0)
        case .record(.optional, let parts):
            let payload = parts[Core.Optional.payload]
            guard !kind.isCode else {
                let count = payload.number?.count ?? 2
                return .code(variable(name, upper: Int128(count)), wrapped: payload)
            }
            return .optional(
                present: variable(name + "_present", isBoolean: true),
                make(name, payload, type?.wrapped, dimensions))
        case .record(.structure, let parts):
            let fields = type?.fields
            return .record(
                parts.enumerated().map { index, part in
                    make(
                        name + "_" + (fields?[index].name ?? "\(index)"), part, fields?[index].type,
                        dimensions)
                })
        case .record(.queue, let parts):
            let elements = parts[Core.Queue.elements]
            return .record([
                .number(variable(name + "_count", upper: Int128(elements.count)), base: 0),
                .array(
                    count: elements.count,
                    make(name, elements.element, type?.wrapped, dimensions + [elements.count])),
            ])
        case .record(.interval, let parts):
            return .record(
                zip(["_first", "_last"], parts).map { end, part in
                    .number(self.end(name + end, part, dimensions), base: 0)
                })
        case .array(let count, let element):
            return .array(count: count, make(name, element, type?.wrapped, dimensions + [count]))
        case .set(let number):
            return .set(
                variable(name, isBoolean: true, dimensions: dimensions + [number.count]), count: number.count)
        }
    }

    /// An end of a range. An empty one of which nothing is known may begin behind the last value, or end before the first.
    private func end(_ name: String, _ kind: Core.Kind, _ dimensions: [Int]) -> ExportVariable {
        guard role == .unknown, let bounds = kind.number?.bounds else { return integer(name, dimensions) }
        return ExportVariable(
            name: name, role: role, lower: bounds.lowerBound - 1, upper: bounds.upperBound + 1,
            dimensions: dimensions, comment: "Int")
    }

    private func integer(_ name: String, _ dimensions: [Int]) -> ExportVariable {
        ExportVariable(
            name: name, role: role, upper: 0, grows: true, dimensions: dimensions, comment: "Int")
    }
}

extension SpecType {
    /// What an optional, an array or a queue is of.
    fileprivate var wrapped: SpecType? {
        switch self {
        case .optional(let inner), .array(_, let inner), .queue(let inner, _): inner
        case .bool, .integer, .range, .bits, .enumeration, .symmetric, .structure, .set, .interval, .list,
            .lock,
            .void, .absent, .erroneous:
            nil
        }
    }

    fileprivate var fields: [Field]? { if case .structure(_, let fields) = self { fields } else { nil } }
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
        case (.code, _), (.optional, _), (.record, _), (.array, _), (.set, _):
            preconditionFailure("the value has the kind of its place")
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
        }
    }
}

extension Core.Kind {
    /// Whether a value has numbers of any size in it.
    var hasIntegers: Bool {
        switch self {
        case .number(let number): number.bounds == nil
        case .record(_, let parts): parts.contains(where: \.hasIntegers)
        case .array(_, let element): element.hasIntegers
        case .truth, .set, .lock: false
        }
    }
}
