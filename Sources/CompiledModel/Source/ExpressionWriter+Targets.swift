// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// Statements that change a place: in the packed state `s`, or in a local variable.
extension ExpressionWriter {
    private enum Destination {
        case packed(PlaceText)
        case local(String)
    }

    func assign(_ target: Typed.Target, _ expression: Typed.Expression) throws(NotCompilable) {
        let new = bind(try converted(try value(expression), from: expression.type, to: target.type))
        try atEachPlace(of: target) { destination in
            switch destination {
            case .packed(let place): self.body.line(self.types.store(new.text, target.type, to: place))
            // Swift takes an assignment of a variable to itself for a mistake.
            case .local(let name) where name == new.text: break
            case .local(let name): self.body.line("\(name) = \(new.text)")
            }
        }
    }

    func mutate(
        _ target: Typed.Target, _ mutation: Typed.Mutation, _ arguments: [Typed.Expression]
    ) throws(NotCompilable) {
        let argument = try mutationArgument(target.type, arguments)
        try atEachPlace(of: target) { destination throws(NotCompilable) in
            let old = self.newName("old")
            switch destination {
            case .packed(let place):
                self.body.line("var \(old) = \(try self.types.load(target.type, from: place))")
                try self.mutate(old, target.type, mutation, argument)
                self.body.line(self.types.store(old, target.type, to: place))
            case .local(let name):
                self.body.line("var \(old) = \(name)")
                try self.mutate(old, target.type, mutation, argument)
                self.body.line("\(name) = \(old)")
            }
        }
    }

    /// The place of a target without `[all]` in the packed state: a lock's.
    func packedPlace(of target: Typed.Target) throws(NotCompilable) -> PlaceText {
        var found: PlaceText?
        try atEachPlace(of: target) { destination in
            if case .packed(let place) = destination { found = place }
        }
        guard let found else { throw NotCompilable("a lock outside the state") }
        return found
    }

    private func atEachPlace(
        of target: Typed.Target, _ write: (Destination) throws(NotCompilable) -> Void
    ) throws(NotCompilable) {
        if case .state = target.variable.storage, let place = place(root: target.variable) {
            try follow(target.path[...], .packed(place), target.variable.type, write)
        } else {
            try follow(
                target.path[...], .local(Identifiers.name(target.variable)), target.variable.type, write)
        }
    }

    private func follow(
        _ path: ArraySlice<Typed.Target.Step>, _ start: Destination, _ type: SpecType,
        _ write: (Destination) throws(NotCompilable) -> Void
    ) throws(NotCompilable) {
        switch (path.first, type) {
        case (.element(let index), .array(let indexType, let element)):
            let position = try self.index(index, of: indexType)
            try follow(path.dropFirst(), self.element(position, of: start, type), element, write)
        case (.everyElement, .array(let indexType, let element)):
            let position = newName("i")
            try block("for \(position) in 0 ..< \(indexType.indexCount ?? 0)") { () throws(NotCompilable) in
                try follow(path.dropFirst(), self.element(position, of: start, type), element, write)
            }
        case (.field(let number), .structure(_, let fields)):
            let part: Destination
            switch start {
            case .packed(let place):
                guard case .composite(let parts, _) = types.shape(type) else {
                    throw NotCompilable("a field of '\(type.description)'")
                }
                part = .packed(place.part(at: parts[number].place))
            case .local(let name):
                part = .local("\(name).\(TypeWriter.fieldName(fields[number].name, number))")
            }
            try follow(path.dropFirst(), part, fields[number].type, write)
        case (nil, _): try write(start)
        default: throw NotCompilable("a place in '\(type.description)'")
        }
    }

    private func element(_ position: String, of start: Destination, _ type: SpecType) -> Destination {
        switch start {
        case .packed(let place): .packed(place.element(position, of: types.shape(type)))
        case .local(let name): .local("\(name).e[\(position)]")
        }
    }
}
