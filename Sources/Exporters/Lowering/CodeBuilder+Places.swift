// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// Places that are written, in operations and in functions.
extension CodeBuilder {
    /// A place: its variables, their indices, and the loops that `[all]` stands for, outermost first.
    struct Place {
        var storage: Storage
        var indices: [Term]
        var loops: [Binder] = []

        /// Whether writing a value is one assignment of one scalar.
        var isOneCell: Bool { storage.isScalar && loops.isEmpty }

        func looped(_ statements: [ExportStatement]) -> [ExportStatement] {
            loops.reversed().reduce(statements) { [.forEach($1, $0)] }
        }
    }

    func place(of target: Typed.Target) throws -> Place {
        let variable = target.variable
        guard let (storage, indices) = root(of: variable) else {
            throw ExportRefusal(
                "'\(variable.name)' is changed in a way that cannot be exported", at: target.span)
        }
        var place = Place(storage: storage, indices: indices)
        var type = variable.type
        for step in target.path {
            switch (step, place.storage, type) {
            case (.element(let index), .array(_, let element), .array(let indexType, let elementType)):
                place.indices.append(try ordinal(index, of: indexType))
                place.storage = element
                type = elementType
            case (.everyElement, .array(let count, let element), .array(_, let elementType)):
                let binder = Binder(name: "i", count: count)
                place.loops.append(binder)
                place.indices.append(.bound(binder))
                place.storage = element
                type = elementType
            case (.field(let index), .record(let fields), .structure(_, let fieldTypes)):
                place.storage = fields[index]
                type = fieldTypes[index].type
            default: preconditionFailure("the place was checked")
            }
        }
        return place
    }

    /// Locals of a function get their place when they are first written.
    private func root(of variable: Variable) -> (storage: Storage, indices: [Term])? {
        if let place = place(of: variable) { return place }
        guard case .frame = variable.storage else { return nil }
        if case .list = variable.type { return nil }
        if variable.isMutable, case .integer = variable.type { return nil }
        let storage = StorageMaker(role: .temporary, instanceCount: instanceCount)
            .make(variable.name, variable.type)
        frameStorage[variable.number] = storage
        return (storage, [])
    }

    func assign(_ target: Typed.Target, _ value: Typed.Expression) throws {
        if case .frame = target.variable.storage, case .list = target.variable.type {
            frames[target.variable.number] = try operand(value)
            return
        }
        let operand = try operand(value)
        try assign(operand, value.type, to: try place(of: target))
    }

    func assign(_ operand: Operand, _ type: SpecType, to place: Place) throws {
        var (operand, place) = (operand, place)
        if !place.isOneCell {
            // Several cells are written one after the other: nothing that is still to be read may be among them.
            let written = Set(place.storage.variables)
            if !operand.variables.isDisjoint(with: written) { operand = stored(operand, type, "value") }
            place.indices = place.indices.map {
                $0.variables.isDisjoint(with: written) ? $0 : stored($0, "index")
            }
        }
        emit(place.looped(place.storage.write(operand, place.indices)))
    }

    func mutate(
        _ target: Typed.Target, _ mutation: Typed.Mutation, _ arguments: [Typed.Expression]
    ) throws {
        let argument = try arguments.first.map { ($0.type, try operand($0)) }
        var place = try place(of: target)
        let written = Set(place.storage.variables)
        place.indices = place.indices.map {
            $0.variables.isDisjoint(with: written) ? $0 : stored($0, "index")
        }
        var value = argument?.1
        if let (type, operand) = argument, !operand.variables.isDisjoint(with: written) {
            value = stored(operand, type, "value")
        }
        let (_, inner) = try captured {
            switch (target.type, place.storage) {
            case (.set(let element), .set(let variable, let count)):
                try mutateSet(variable, place.indices, count, element, mutation, value)
            case (.queue(let element, _), .queue(let count, let capacity, let elements)):
                try mutateQueue(count, capacity, elements, place.indices, element, mutation, value)
            default: preconditionFailure("the mutation was checked")
            }
        }
        emit(place.looped(inner))
    }

    private func mutateSet(
        _ variable: ExportVariable, _ indices: [Term], _ count: Int, _ element: SpecType,
        _ mutation: Typed.Mutation, _ value: Operand?
    ) throws {
        let isMember = Term.boolean(mutation == .insert)
        let binder = Binder(name: "i", count: count)
        let everyMember = ExportStatement.assign(variable, indices + [.bound(binder)], isMember)
        switch value {
        case nil: emit(.forEach(binder, [everyMember]))
        case .interval(let first, let last)?:
            let base = CellShape.base(of: element)
            if mutation == .insert {
                let fits = Term.and(
                    .lessOrEqual(.constant(base), first),
                    .lessOrEqual(last, .constant(base + Int128(count) - 1)))
                check(.or(.less(last, first), fits), .error(.outOfRange))
            }
            if mode == .symbolic, first.isSame(as: last) {
                return emit(.assign(variable, indices + [.add(first, -base)], isMember))
            }
            let number = Term.add(.bound(binder), base)
            let isMeant = Term.and(.lessOrEqual(first, number), .lessOrEqual(number, last))
            emit(.forEach(binder, [.conditional(isMeant, [everyMember], [])]))
        case let value?: emit(.assign(variable, indices + [value.ordinal(in: element)], isMember))
        }
    }

    private func mutateQueue(
        _ count: ExportVariable, _ capacity: Int, _ elements: Storage, _ indices: [Term], _ type: SpecType,
        _ mutation: Typed.Mutation, _ value: Operand?
    ) throws {
        let length = Term.read(count, indices)
        switch (mutation, value) {
        case (.push, let value?):
            check(.less(length, .constant(capacity)), .error(.queueFull))
            emit(elements.write(value, indices + [length]))
            emit(.assign(count, indices, .add(length, 1)))
        case (.pop, _):
            check(.less(.constant(0), length), .error(.queueEmpty))
            if capacity > 1 {
                let binder = Binder(name: "i", count: capacity - 1)
                let next = elements.read(indices + [.add(.bound(binder), 1)])
                emit(.forEach(binder, elements.write(next, indices + [.bound(binder)])))
            }
            emit(elements.clear(indices + [.constant(capacity - 1)]))
            emit(.assign(count, indices, .subtract(length, .constant(1))))
        default: emit(Storage.queue(count: count, capacity: capacity, elements).clear(indices))
        }
    }
}
