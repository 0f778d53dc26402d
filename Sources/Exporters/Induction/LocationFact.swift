// SPDX-License-Identifier: MIT

import Core
import SpecLanguage
import TransitionSystem

/// Something that may be true of every instance of a process while it rests at a location: what it holds in hand and what the state says
/// fit together. Guessed, then proved or dropped (Houdini: Flanagan and Leino, 2001).
struct LocationFact {
    let process: Int
    let location: Int
    /// `busy[cpu] == page`
    let text: String
    /// Of the instance that the process's binder stands for.
    let term: Term
}

/// Guesses facts from what is there: each local with the parts of the state that it leads to.
struct LocationFactGuesser {
    private let model: InductionModel
    private let process: Int
    private let instance: Term
    private let variables: ProcessVariables

    private struct Known {
        let operand: Operand
        let type: SpecType
        let text: String
    }

    private static let factsMax = 400

    init(_ model: InductionModel, process: Int, binder: Binder) {
        self.model = model
        self.process = process
        instance = .bound(binder)
        variables = model.processes[process]
    }

    /// What is guessed first, as it is little and often enough; and what is guessed then.
    enum Subject: CaseIterable {
        case locals
        case state
    }

    func facts(at location: Int, about subject: Subject) -> [LocationFact] {
        var names: [Known] = []
        let parameters = variables.parameters(of: instance)
        for parameter in variables.process.parameters {
            guard let operand = parameters[parameter.number] else { continue }
            names.append(Known(operand: operand, type: parameter.type, text: parameter.name))
        }
        for local in variables.graph.liveVariables[location] {
            guard let storage = variables.state[local.number] else { continue }
            names.append(Known(operand: storage.read([instance]), type: local.type, text: local.name))
        }
        var found: [(Term, String)] = []
        // An operation's parameter is mostly what its caller calls by the same name: one of the two is enough.
        var first: [String: Known] = [:]
        names = names.filter { name in
            guard let known = first[name.text], known.type == name.type else {
                first[name.text] = name
                return true
            }
            found += equalities(name, [known])
            return false
        }
        if subject == .state { found = [] }
        for state in model.spec.stateVariables where subject == .state {
            guard let storage = model.storage[state.variable.number] else { continue }
            for place in places(storage, state.variable.type, [], state.variable.name, names) {
                found += guesses(about: place, names)
            }
        }
        if subject == .locals {
            for (number, name) in names.enumerated() {
                found += guesses(about: name, Array(names[..<number]))
            }
            found += predicates(of: names)
        }
        return found.prefix(Self.factsMax).compactMap { term, text in
            term.booleanConstant != nil
                ? nil : LocationFact(process: process, location: location, text: text, term: term)
        }
    }

    /// What the spec's own questions say of the names: `is_reserved(iova)`.
    private func predicates(of names: [Known]) -> [(Term, String)] {
        var found: [(Term, String)] = []
        for function in model.spec.functions where function.result == .bool && function.parameters.count == 1
        {
            let name = function.name
            for known in names {
                var (operand, type) = (known.operand, known.type)
                var guardTerm = Term.yes
                if case .optional(let present, let wrapped, _) = operand, case .optional(let inner) = type {
                    (operand, type, guardTerm) = (wrapped, inner, present)
                }
                guard type == function.parameters[0].type,
                    let term = model.answer(of: function, to: operand)
                else { continue }
                let text = "\(name)(\(known.text))"
                found.append((.or(!guardTerm, term), text))
                found.append((.or(!guardTerm, !term), "!\(text)"))
            }
        }
        return found
    }

    /// Parts of the state that the names lead to.
    private func places(
        _ storage: Storage, _ type: SpecType, _ indices: [Term], _ text: String, _ names: [Known]
    ) -> [Known] {
        switch (storage, type) {
        case (.array(_, let element), .array(let index, let elementType)):
            return names.filter { $0.type == index }.flatMap { name in
                places(
                    element, elementType, indices + [name.operand.ordinal(in: .number(Core.Number(index)))],
                    "\(text)[\(name.text)]", names)
            }
        case (.record(let fields), .structure(_, let types)):
            return zip(fields, types).flatMap { field, fieldType in
                places(field, fieldType.type, indices, "\(text).\(fieldType.name)", names)
            }
        case (.array, _), (.record, _): return []
        case (.number, _), (.truth, _), (.code, _), (.optional, _), (.set, _):
            return [Known(operand: storage.read(indices), type: type, text: text)]
        }
    }

    private func guesses(about place: Known, _ names: [Known]) -> [(Term, String)] {
        switch (place.operand, place.type) {
        case (.truth(let term), _): return [(term, place.text), (!term, "!\(place.text)")]
        case (.optional(let present, let wrapped, _), .optional(let type)):
            var found = [(present, "\(place.text) != none"), (!present, "\(place.text) == none")]
            let content = Known(operand: wrapped, type: type, text: place.text)
            for (term, text) in parts(content).flatMap({ guesses(about: $0, names) }) {
                found.append((.and(present, term), text))
            }
            return found
        case (.number(let term), .enumeration(_, let cases)) where cases.count <= 8:
            return cases.enumerated().map { (.equal(term, $0), "\(place.text) == \($1)") }
                + equalities(place, names)
        case (.number(let term), .lock):
            let holder = Term.add(instance, Int128(variables.firstInstance) + 1)
            return [(.equal(term, holder), "\(place.text) is held")]
        case (.number, _): return equalities(place, names)
        case (.set(_, let contains), .set(let element)):
            return names.filter { $0.type == element }.flatMap { name -> [(Term, String)] in
                let member = contains(name.operand.ordinal(in: .number(Core.Number(element))))
                let text = "\(place.text).contains(\(name.text))"
                return [(member, text), (!member, "!\(text)")]
            }
        case (.record, .structure): return parts(place).flatMap { guesses(about: $0, names) }
        case (.optional, _), (.record, _), (.array, _), (.set, _): return []
        }
    }

    private func parts(_ place: Known) -> [Known] {
        guard case .record(let fields) = place.operand, case .structure(_, let types) = place.type else {
            return [place]
        }
        return zip(fields, types).map {
            Known(operand: $0, type: $1.type, text: "\(place.text).\($1.name)")
        }
    }

    private func equalities(_ place: Known, _ names: [Known]) -> [(Term, String)] {
        names.filter { $0.type == place.type }.map {
            (Operand.equal(place.operand, $0.operand), "\(place.text) == \($0.text)")
        }
    }
}
