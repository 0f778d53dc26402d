// SPDX-License-Identifier: MIT

import Core
import TransitionSystem

/// Places that are read and written: in the packed state `s`, or in a local variable.
extension ExpressionWriter {
    enum Destination {
        case packed(PlaceText)
        case local(String)
    }

    // MARK: Reading

    func read(_ place: Core.Place) throws(NotCompilable) -> Operand {
        let variable = place.variable
        if case .state = variable.role, let root = stateRoots[variable.number] {
            return try read(place.path[...], .packed(PlaceText(root)), variable.kind, bounds: nil)
        }
        if let bound = operand(boundTo: variable) {
            return try read(place.path[...], .local(bound.text), variable.kind, bounds: bound.bounds)
        }
        return try read(place.path[...], .local(Identifiers.name(variable)), variable.kind, bounds: nil)
    }

    /// - Parameter bounds: what is known of a whole number, beside its kind.
    private func read(
        _ path: ArraySlice<Core.Place.Step>, _ start: Destination, _ kind: Core.Kind,
        bounds: ClosedRange<Int>?
    ) throws(NotCompilable) -> Operand {
        guard let step = path.first else { return try load(start, kind, bounds) }
        switch (step, kind) {
        case (.element(let ordinal), .array(_, let element)):
            let position = bind(try value(ordinal)).text
            return try read(path.dropFirst(), self.element(position, of: start, kind), element, bounds: nil)
        case (.field(let index), .record(.optional, let parts)) where kind.isCode:
            // Packed as one number: what is in it is a scalar.
            let code = bind(try load(start, kind, nil)).text
            return index == Core.Optional.flag
                ? Operand("(\(code) != 0)") : payload(ofCode: code, parts[Core.Optional.payload])
        case (.field(let index), .record(_, let parts)):
            switch part(index, of: start, kind) {
            case let part?: return try read(path.dropFirst(), part, parts[index], bounds: nil)
            case nil:
                // An end of a range that is packed as a whole.
                let whole = bind(try load(start, kind, nil)).text
                return Operand(
                    "\(whole).\(index == Core.Interval.first ? "first" : "last")",
                    bounds: Operand.bounds(of: parts[index]))
            }
        case (.element, _), (.everyElement, _), (.field, _): preconditionFailure("the path was checked")
        }
    }

    private func load(
        _ destination: Destination, _ kind: Core.Kind, _ bounds: ClosedRange<Int>?
    ) throws(NotCompilable) -> Operand {
        let known = bounds ?? Operand.bounds(of: kind)
        switch destination {
        case .local(let name): return Operand(name, bounds: known)
        case .packed(let place):
            let text = try types.load(kind, from: place)
            guard types.loadCanFail(kind) else { return Operand(text, bounds: known) }
            canFail = true
            let name = newName()
            body.line("let \(name) = \(text)")
            return Operand(name)
        }
    }

    private func element(_ position: String, of start: Destination, _ kind: Core.Kind) -> Destination {
        switch start {
        case .packed(let place): .packed(place.element(position, of: types.shape(kind)))
        case .local(let name): .local("\(name).e[\(position)]")
        }
    }

    /// - Returns: `nil` for an end of a packed range, which is packed as a whole.
    private func part(_ index: Int, of start: Destination, _ kind: Core.Kind) -> Destination? {
        guard case .record(let composite, _) = kind else { preconditionFailure("a record was checked") }
        switch start {
        case .packed(let place):
            guard composite != .interval, case .composite(let parts, _) = types.shape(kind) else {
                return nil
            }
            return .packed(place.part(at: parts[index].place))
        case .local(let name): return .local("\(name).\(TypeWriter.fieldName(composite, index))")
        }
    }

    // MARK: Records

    func record(_ parts: [Operand], _ kind: Core.Kind) throws(NotCompilable) -> Operand {
        guard case .record(let composite, let kinds) = kind else {
            preconditionFailure("a record was checked")
        }
        if kind.isCode { return code(parts, kinds[Core.Optional.payload]) }
        if composite == .interval { return Operand("Interval(\(parts[0].text), \(parts[1].text))") }
        let fields = parts.enumerated().map {
            "\(TypeWriter.fieldName(composite, $0.offset)): \($0.element.text)"
        }
        return Operand("\(try types.swiftType(kind))(\(fields.joined(separator: ", ")))")
    }

    /// 0, or 1 + ordinal of the payload.
    private func code(_ parts: [Operand], _ payload: Core.Kind) -> Operand {
        let (flag, value) = (parts[Core.Optional.flag], parts[Core.Optional.payload].text)
        if flag.isFalse { return Operand("0") }
        let present: String
        if let number = payload.number {
            let shift = 1 - number.lower
            present = "(\(value) \(shift < 0 ? "-" : "+") \(abs(shift)))"
        } else {
            present = "(\(value) ? 2 : 1)"
        }
        return Operand(flag.isTrue ? present : "(\(flag.text) ? \(present) : 0)")
    }

    private func payload(ofCode code: String, _ kind: Core.Kind) -> Operand {
        guard let number = kind.number else { return Operand("(\(code) == 2)") }
        let shift = number.lower - 1
        return Operand(
            "(\(code) \(shift < 0 ? "-" : "+") \(abs(shift)))", bounds: Operand.bounds(of: kind))
    }

    // MARK: Writing

    /// The place of a lock in the packed state.
    func packedPlace(of lock: Core.Place) throws(NotCompilable) -> PlaceText {
        var found: PlaceText?
        try atEachPlace(of: lock) { destination in
            if case .packed(let place) = destination { found = place }
        }
        guard let found else { throw NotCompilable("a lock outside the state") }
        return found
    }

    func assign(_ place: Core.Place, _ new: Operand) throws(NotCompilable) {
        let new = bind(new)
        try atEachPlace(of: place) { destination in
            switch destination {
            case .packed(let packed): self.body.line(self.types.store(new.text, place.kind, to: packed))
            // Swift takes an assignment of a variable to itself for a mistake.
            case .local(let name) where name == new.text: break
            case .local(let name): self.body.line("\(name) = \(new.text)")
            }
        }
    }

    func atEachPlace(
        of place: Core.Place, _ write: (Destination) throws(NotCompilable) -> Void
    ) throws(NotCompilable) {
        let variable = place.variable
        if case .state = variable.role, let root = stateRoots[variable.number] {
            try follow(place.path[...], .packed(PlaceText(root)), variable.kind, write)
        } else {
            try follow(place.path[...], .local(Identifiers.name(variable)), variable.kind, write)
        }
    }

    private func follow(
        _ path: ArraySlice<Core.Place.Step>, _ start: Destination, _ kind: Core.Kind,
        _ write: (Destination) throws(NotCompilable) -> Void
    ) throws(NotCompilable) {
        switch (path.first, kind) {
        case (nil, _): try write(start)
        case (.element(let ordinal), .array(_, let element)):
            let position = bind(try value(ordinal)).text
            try follow(path.dropFirst(), self.element(position, of: start, kind), element, write)
        case (.everyElement, .array(let count, let element)):
            let position = newName("i")
            try block("for \(position) in 0 ..< \(count)") { () throws(NotCompilable) in
                try follow(path.dropFirst(), self.element(position, of: start, kind), element, write)
            }
        case (.field(let index), .record(_, let parts)):
            guard let part = part(index, of: start, kind) else {
                throw NotCompilable("a change of a part of what is packed as a whole")
            }
            try follow(path.dropFirst(), part, parts[index], write)
        case (.element, _), (.everyElement, _), (.field, _): preconditionFailure("the path was checked")
        }
    }
}
