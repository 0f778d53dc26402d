// SPDX-License-Identifier: MIT

import SpecLanguage

/// Makes sights, each once: what they are up to renaming, and their text.
final class SightMaker {
    typealias Sight = ObservedSystem.Sight
    typealias Renaming = ObservedSystem.Renaming

    /// What a sight is made of.
    private struct Key: Hashable {
        /// The operation, function or variable.
        let subject: ObjectIdentifier
        /// Of a call.
        let instance: Int?
        let renamed: [String]
        /// Arguments, index, value.
        let values: [Value]
    }

    private let system: TransitionSystem
    private var known: [Key: Sight] = [:]
    private(set) var obstacle: String?

    init(_ system: TransitionSystem) { self.system = system }

    func failure(_ name: String) -> Sight {
        Sight(
            identity: Array("fails: \(name)".utf8), text: "fails: \(name)", fullText: "fails: \(name)",
            subject: "", kind: "fails: \(name)")
    }

    func call(
        of operation: Typed.Operation, _ arguments: [Value], by instance: Int, up renaming: Renaming
    ) -> Sight {
        let key = Key(
            subject: ObjectIdentifier(operation), instance: instance, renamed: renaming.names,
            values: arguments)
        return sight(key) {
            let types = operation.parameters.map(\.type)
            let isReturn = !Program.isAuthors(operation.name)
            let process = system.spec.processes[system.instances[instance].process]
            return make(operation.name, renaming, by: instance, zip(arguments, types)) { text in
                let title = text.text(ofInstance: instance)
                let texts = zip(operation.parameters, arguments).map { parameter, value in
                    let value = text.text(value, parameter.type)
                    return isReturn ? value : "\(parameter.name)=\(value)"
                }
                let call =
                    isReturn
                    ? ([operation.name] + texts).joined(separator: " ")
                    : "\(operation.name)(\(texts.joined(separator: ", ")))"
                return ("\(title): \(call)", "\(title) (process \(process.name)): \(call)")
            } kind: {
                operation.name + (isReturn && arguments == [.none] ? " none" : "")
            }
        }
    }

    func value(
        _ value: Value, of function: Typed.Function, _ arguments: [Value], up renaming: Renaming
    ) -> Sight {
        let key = Key(
            subject: ObjectIdentifier(function), instance: nil, renamed: renaming.names,
            values: arguments + [value])
        return sight(key) {
            let types = function.parameters.map(\.type) + [function.result]
            return make(function.name, renaming, zip(arguments + [value], types)) { text in
                let texts = zip(function.parameters, arguments).map {
                    "\($0.name)=\(text.text($1, $0.type))"
                }
                let place = "\(function.name)(\(texts.joined(separator: ", ")))"
                let whole = "\(place) is \(text.text(value, function.result))"
                return (whole, whole)
            } kind: {
                function.name + (value == .none ? " is none" : "")
            }
        }
    }

    func value(_ value: Value, of variable: Variable, up renaming: Renaming) -> Sight {
        let key = Key(
            subject: ObjectIdentifier(variable), instance: nil, renamed: renaming.names, values: [value])
        return sight(key) {
            make(variable.name, renaming, zip([value], [variable.type])) { text in
                let whole = "\(variable.name) is \(text.text(value, variable.type))"
                return (whole, whole)
            } kind: {
                variable.name + (value == .none ? " is none" : "")
            }
        }
    }

    func element(
        _ value: Value, _ type: SpecType, of variable: Variable, at index: Value, _ indexType: SpecType,
        up renaming: Renaming
    ) -> Sight {
        let key = Key(
            subject: ObjectIdentifier(variable), instance: nil, renamed: renaming.names,
            values: [index, value])
        return sight(key) {
            make(variable.name, renaming, zip([index, value], [indexType, type])) { text in
                let place = "\(variable.name)[\(text.text(index, indexType))]"
                let whole = "\(place) is \(text.text(value, type))"
                return (whole, whole)
            } kind: {
                variable.name + (value == .none ? " is none" : "")
            }
        }
    }

    private func sight(_ key: Key, _ make: () -> Sight) -> Sight {
        if let sight = known[key] { return sight }
        let sight = make()
        known[key] = sight
        return sight
    }

    private func make(
        _ subject: String, _ renaming: Renaming, by instance: Int? = nil,
        _ parts: Zip2Sequence<[Value], [SpecType]>,
        text: (inout RenamedText) -> (text: String, fullText: String), kind: () -> String
    ) -> Sight {
        var builder = ObservedTermBuilder(renamed: renaming.types, system: system)
        var terms: [ObservedTerm] = [.text(subject), .ordered(renaming.names.map { .text($0) })]
        if let instance { terms.append(builder.term(ofInstance: instance)) }
        terms += parts.map { builder.term($0, $1) }
        let form = CanonicalForm(.ordered(terms), types: builder.atoms.map(\.type.description))
        if form == nil {
            obstacle =
                "an observation of '\(subject)' looks the same in too many ways when "
                + "\(renaming.names.joined(separator: ", ")) may be renamed"
        }
        var printed = RenamedText(
            renamed: renaming.types, atoms: builder.atoms,
            ranks: form?.ranks ?? builder.atoms.indices.map(\.self),
            system: system)
        let (short, full) = text(&printed)
        let suffix = renaming.isNothing ? "" : ", up to \(renaming.names.joined(separator: ", "))"
        return Sight(
            identity: form?.key ?? [], text: short, fullText: full + suffix, subject: subject,
            kind: kind())
    }
}
