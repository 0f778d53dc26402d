// SPDX-License-Identifier: MIT

import SpecLanguage

/// Values as text for readers, up to renaming of some types: within one observation their values are numbered
/// in the order in which they are printed, `#1`, `#2`, …
///
/// The order of what has none by itself (members of a set of renamed values) is the canonical one, so that
/// observations that are the same have the same text.
struct RenamedText {
    private let ranks: [ObservedTermBuilder.Atom: Int]
    private let renamed: Set<SpecType>
    private let system: TransitionSystem
    private var numbers: [ObservedTermBuilder.Atom: Int] = [:]

    init(
        renamed: Set<SpecType>, atoms: [ObservedTermBuilder.Atom], ranks: [Int], system: TransitionSystem
    ) {
        self.renamed = renamed
        self.system = system
        self.ranks = Dictionary(zip(atoms, ranks)) { first, _ in first }
    }

    /// "CPU 0"
    mutating func text(ofInstance number: Int) -> String {
        let instance = system.instances[number]
        let process = system.spec.processes[instance.process]
        let isOne = system.instances.count { $0.process == instance.process } == 1
        if isOne { return process.lane }
        let texts = zip(instance.arguments, process.parameters).map { text($0, $1.type) }
        return process.lane + " " + texts.joined(separator: ",")
    }

    mutating func text(_ value: Value, _ type: SpecType) -> String {
        if value == .none { return ValueText.short(value, type) }
        if renamed.contains(type) { return number(value, type) }
        switch (type, value) {
        case (.optional(let wrapped), _): return text(value, wrapped)
        case (.structure(_, let fields), .record(let values)):
            let texts = zip(fields, values).map { "\($0.name): \(text($1, $0.type))" }
            return "{" + texts.joined(separator: ", ") + "}"
        case (.array(let index, let element), .array(let values)) where renamed.contains(index):
            let parts = values.enumerated().map { ordinal, value in
                (key: index.value(ordinal: Int128(ordinal)), value: value)
            }
            let texts = parts.sorted { rank($0.key, index) < rank($1.key, index) }.map {
                "\(number($0.key, index)): \(text($0.value, element))"
            }
            return "[" + texts.joined(separator: ", ") + "]"
        case (.array(_, let element), .array(let values)), (.list(let element), .list(let values)),
            (.queue(let element, _), .queue(let values)):
            return "[" + values.map { text($0, element) }.joined(separator: ", ") + "]"
        case (.set(let element), .set(let set)) where renamed.contains(element):
            let members = set.members.map { element.value(ordinal: $0 - CellCoding.memberBase(element)) }
            return list(members, element)
        case (.interval(let element), .interval(let first, let last)) where renamed.contains(element):
            let ends = "\(number(.number(first), element)) ... \(number(.number(last), element))"
            guard first <= last else { return ends + " (empty)" }
            return ends + " " + list((first...last).map { .number($0) }, element)
        case (.lock, .lock(let holder)):
            return holder == 0 ? "free" : "held by \(text(ofInstance: holder - 1))"
        case (.absent, _), (.array, _), (.bits, _), (.bool, _), (.enumeration, _), (.erroneous, _),
            (.integer, _), (.interval, _), (.list, _), (.lock, _), (.queue, _), (.range, _),
            (.set, _), (.structure, _), (.symmetric, _), (.void, _):
            return ValueText.short(value, type)
        }
    }

    private mutating func list(_ values: [Value], _ type: SpecType) -> String {
        let texts = values.sorted { rank($0, type) < rank($1, type) }.map { number($0, type) }
        return "{" + texts.joined(separator: ", ") + "}"
    }

    private func rank(_ value: Value, _ type: SpecType) -> Int {
        ranks[.init(type: type, value: value)] ?? 0
    }

    private mutating func number(_ value: Value, _ type: SpecType) -> String {
        let atom = ObservedTermBuilder.Atom(type: type, value: value)
        let number = numbers[atom] ?? numbers.count + 1
        numbers[atom] = number
        return "#\(number)"
    }
}
