// SPDX-License-Identifier: MIT

import SpecLanguage

/// An observation as a structure: values of renamed types are atoms in it, everything else is text.
///
/// Two observations are the same if and only if a renaming of the atoms, one to one and each within its type,
/// makes one structure the other. `CanonicalForm` decides that.
package indirect enum ObservedTerm: Sendable {
    case text(String)
    /// Index into the atoms of the observation.
    case atom(Int)
    case ordered([ObservedTerm])
    /// The order has no meaning: members of a set of renamed values, elements of an array that they index.
    case unordered([ObservedTerm])
}

/// Makes the terms of one observation; its atoms are numbered in the order in which they are met.
struct ObservedTermBuilder {
    /// A value of a renamed type.
    struct Atom: Hashable {
        let type: SpecType
        let value: Value
    }

    private let renamed: Set<SpecType>
    /// The process instances, for locks: 1 and more are holders.
    private let instances: [TransitionSystem.Instance]
    private let processes: [Typed.Process]
    private(set) var atoms: [Atom] = []
    private var numbers: [Atom: Int] = [:]

    init(renamed: Set<SpecType>, system: TransitionSystem) {
        self.renamed = renamed
        instances = system.instances
        processes = system.spec.processes
    }

    /// A process by its name, whatever its title is, and the values of its parameters.
    mutating func term(ofInstance number: Int) -> ObservedTerm {
        let instance = instances[number]
        let process = processes[instance.process]
        return .ordered(
            [.text(process.name)] + zip(instance.arguments, process.parameters).map { term($0, $1.type) })
    }

    mutating func term(_ value: Value, _ type: SpecType) -> ObservedTerm {
        if value == .none { return .text("none") }
        if renamed.contains(type) { return atom(value, type) }
        switch (type, value) {
        case (.optional(let wrapped), _): return term(value, wrapped)
        case (.structure(_, let fields), .record(let values)):
            // Fields have names: their order may differ between two programs.
            let parts = zip(fields, values).sorted { $0.0.name < $1.0.name }
            return .ordered(parts.map { .ordered([.text($0.name), term($1, $0.type)]) })
        case (.array(let index, let element), .array(let values)):
            return array(values, index, element)
        case (.queue(let element, _), .queue(let values)), (.list(let element), .list(let values)):
            return .ordered(values.map { term($0, element) })
        case (.set(let element), .set(let set)):
            let members = set.members.map {
                element.value(ordinal: $0 - CellCoding.memberBase(element))
            }
            if renamed.contains(element) { return .unordered(members.map { atom($0, element) }) }
            return .ordered(members.map { ValueText.short($0, element) }.sorted().map { .text($0) })
        case (.interval(let element), .interval(let first, let last)) where renamed.contains(element):
            // A renaming keeps no order: what is left of a range is its ends and the set of its values.
            let values = first <= last ? (first...last).map { atom(.number($0), element) } : []
            return .ordered([
                atom(.number(first), element), atom(.number(last), element), .unordered(values),
            ])
        case (.lock, .lock(let holder)):
            return holder == 0 ? .text("free") : .ordered([.text("held"), term(ofInstance: holder - 1)])
        case (.absent, _), (.array, _), (.bits, _), (.bool, _), (.enumeration, _), (.erroneous, _),
            (.integer, _), (.interval, _), (.list, _), (.lock, _), (.queue, _), (.range, _),
            (.set, _), (.structure, _), (.symmetric, _), (.void, _):
            return .text(ValueText.short(value, type))
        }
    }

    private mutating func array(
        _ values: [Value], _ index: SpecType, _ element: SpecType
    ) -> ObservedTerm {
        let keys = values.indices.map { index.value(ordinal: Int128($0)) }
        if renamed.contains(index) {
            return .unordered(
                zip(keys, values).map { .ordered([atom($0, index), term($1, element)]) })
        }
        let parts = zip(keys.map { ValueText.short($0, index) }, values)
        let isNamed = if case .enumeration = index { true } else { false }
        return .ordered(
            (isNamed ? parts.sorted { $0.0 < $1.0 } : Array(parts)).map {
                .ordered([.text($0), term($1, element)])
            })
    }

    private mutating func atom(_ value: Value, _ type: SpecType) -> ObservedTerm {
        let atom = Atom(type: type, value: value)
        if let number = numbers[atom] { return .atom(number) }
        let number = atoms.count
        atoms.append(atom)
        numbers[atom] = number
        return .atom(number)
    }
}

extension ObservedTerm {
    /// Whether renaming is more than numbering the atoms in the order in which they are met.
    var hasUnorderedParts: Bool {
        switch self {
        case .text, .atom: false
        case .ordered(let parts): parts.contains(where: \.hasUnorderedParts)
        case .unordered: true
        }
    }
}
