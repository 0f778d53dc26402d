// SPDX-License-Identifier: MIT

import Core
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

    func place(of target: Core.Place, _ span: Span) throws -> Place {
        let variable = target.variable
        guard let (storage, indices) = root(of: variable) else {
            throw ExportRefusal("'\(variable.name)' is changed in a way that cannot be exported", at: span)
        }
        var place = Place(storage: storage, indices: indices)
        for step in target.path {
            switch (step, place.storage) {
            case (.element(let ordinal), .array(_, let element)):
                place.indices.append(try number(ordinal))
                place.storage = element
            case (.everyElement, .array(let count, let element)):
                let binder = Binder(name: "i", count: count)
                place.loops.append(binder)
                place.indices.append(.bound(binder))
                place.storage = element
            case (.field(let index), .record(let fields)): place.storage = fields[index]
            case (.element, _), (.everyElement, _), (.field, _): preconditionFailure("the place was checked")
            }
        }
        return place
    }

    /// Locals of a function get their place when they are first written.
    private func root(of variable: Core.Variable) -> (storage: Storage, indices: [Term])? {
        if let place = place(of: variable) { return place }
        guard case .frame = variable.role, let source = variable.source else { return nil }
        if source.isMutable, variable.kind == .number(.integer) { return nil }
        let storage = StorageMaker(role: .temporary, instanceCount: instanceCount)
            .make(source.name, source.type)
        frameStorage[variable.number] = storage
        return (storage, [])
    }

    func assign(_ target: Core.Place, _ value: Core.Expression, _ span: Span) throws {
        let operand = try operand(value)
        try assign(operand, value.kind, to: try place(of: target, span))
    }

    func assign(_ operand: Operand, _ kind: Core.Kind, to place: Place) throws {
        var (operand, place) = (operand, place)
        if !place.isOneCell {
            // Several cells are written one after the other: nothing that is still to be read may be among them.
            let written = Set(place.storage.variables)
            if !operand.variables.isDisjoint(with: written) { operand = stored(operand, kind, "value") }
            place.indices = place.indices.map {
                $0.variables.isDisjoint(with: written) ? $0 : stored($0, "index")
            }
        }
        emit(place.looped(place.storage.write(operand, place.indices)))
    }

    /// The numbers of a range become members of a set, or stop to be.
    func change(_ target: Core.Place, _ range: Core.Expression, isMember: Bool, _ span: Span) throws {
        guard case .set(let element) = target.kind else { preconditionFailure("a set was checked") }
        var value = try operand(range)
        var place = try place(of: target, span)
        guard case .set(let variable, let count) = place.storage else {
            preconditionFailure("a set was checked")
        }
        let written: Set = [variable]
        place.indices = place.indices.map {
            $0.variables.isDisjoint(with: written) ? $0 : stored($0, "index")
        }
        if !value.variables.isDisjoint(with: written) { value = stored(value, range.kind, "value") }
        let (first, last) = value.interval
        let member = Term.boolean(isMember)
        // A single member: `remove` may be asked for one that is no value of the element type.
        if first.isSame(as: last), first.lower >= element.lower,
            first.upper <= element.bounds?.upperBound ?? .max
        {
            return emit(
                place.looped([.assign(variable, place.indices + [.add(first, -element.lower)], member)]))
        }
        let binder = Binder(name: "i", count: count)
        let number = Term.add(.bound(binder), element.lower)
        let isMeant = Term.and(.lessOrEqual(first, number), .lessOrEqual(number, last))
        let everyMember = ExportStatement.assign(variable, place.indices + [.bound(binder)], member)
        emit(place.looped([.forEach(binder, [.conditional(isMeant, [everyMember], [])])]))
    }
}
