// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// That two programs are observed in the same way: the same operations, functions and state variables, of the
/// same types, up to the same renamings. Otherwise one of them would seem to do less where it is only looked
/// at less.
struct ObservationAgreement {
    let old: [Typed.Observer]
    let new: [Typed.Observer]
    /// Observed types that both have with other values: a matter of scope.
    private(set) var typeDifferences: [String] = []

    /// - Throws: `BadInput` with what is observed otherwise.
    init(_ oldSweep: PropertySweep, _ newSweep: PropertySweep) throws(BadInput) {
        let sides = (oldSweep, newSweep)
        let declared = (old: sides.0.spec.observers, new: sides.1.spec.observers)
        guard declared.old.isEmpty == declared.new.isEmpty else {
            let lacking = declared.old.isEmpty ? sides.0 : sides.1
            throw BadInput(
                [
                    Diagnostic(
                        "nothing-observed",
                        "'\(lacking.spec.title)' does not say what is observed, and the other program does",
                        at: lacking.plan.span, help: "add the same 'observe NAME: …' to both")
                ], sources: newSweep.sources)
        }
        old = declared.old.isEmpty ? [Self.interfaces(of: sides.0)] : declared.old
        new = declared.new.isEmpty ? [Self.interfaces(of: sides.1)] : declared.new
        guard !(old + new).allSatisfy({ Self.names(of: $0).isEmpty }) else {
            throw BadInput(
                [
                    Diagnostic(
                        "nothing-observed",
                        "nothing is observed of '\(oldSweep.spec.title)': it has no interface with operations",
                        at: oldSweep.plan.span,
                        help: "add 'observe NAME: f, g' with operations, functions or state variables")
                ], sources: newSweep.sources)
        }
        try compare(oldSweep, newSweep, isDeclared: !declared.old.isEmpty)
    }

    /// Where no program has an observer: the operations of its interfaces.
    private static func interfaces(of sweep: PropertySweep) -> Typed.Observer {
        var observer = Typed.Observer(name: "interfaces", span: sweep.plan.span)
        let existing = Set(sweep.spec.operations.map(\.name))
        observer.operations = sweep.program.interfaceOperations.filter(existing.contains)
        return observer
    }

    private static func names(of observer: Typed.Observer) -> [String] {
        observer.operations + observer.functions.map(\.name) + observer.variables.map(\.name)
    }

    // MARK: Subjects

    /// Something observed.
    private struct Subject {
        let kind: String
        let parameters: [SpecType]
        let result: SpecType
        /// By observer that lists it: what may be renamed.
        var renamings: Set<[String]>

        var renamingText: String {
            renamings.map { $0.isEmpty ? "as it is" : "up to \($0.joined(separator: ", "))" }.sorted()
                .joined(separator: " and ")
        }
    }

    private static func subjects(_ observers: [Typed.Observer], of spec: TypedSpec) -> [String: Subject] {
        var subjects: [String: Subject] = [:]
        for observer in observers {
            let renaming = Set(observer.alike.map(\.description)).sorted()
            func add(_ name: String, _ kind: String, _ parameters: [Variable], _ result: SpecType) {
                subjects[
                    name,
                    default: Subject(
                        kind: kind, parameters: parameters.map(\.type), result: result, renamings: [])
                ].renamings.insert(renaming)
            }
            for operation in spec.operations where observer.operations.contains(operation.name) {
                add(operation.name, "an operation", operation.parameters, operation.result)
            }
            for function in observer.functions {
                add(function.name, "a function", function.parameters, function.result)
            }
            for variable in observer.variables { add(variable.name, "a state variable", [], variable.type) }
        }
        return subjects
    }

    private mutating func compare(
        _ oldSweep: PropertySweep, _ newSweep: PropertySweep, isDeclared: Bool
    ) throws(BadInput) {
        let olds = Self.subjects(old, of: oldSweep.spec)
        let news = Self.subjects(new, of: newSweep.spec)
        var differences: [String] = []
        for name in Set(olds.keys).union(news.keys).sorted() {
            guard let one = olds[name], let other = news[name] else {
                differences.append("'\(name)' is observed of \(olds[name] == nil ? "NEW" : "OLD") only")
                continue
            }
            differences += difference(name, one, other)
        }
        var seen: Set<String> = []
        typeDifferences = typeDifferences.filter { seen.insert($0).inserted }
        guard !differences.isEmpty else { return }
        let help =
            isDeclared
            ? "observe the same of both, as far as both have it, with the same types and 'up to' in 'observe …'"
            : "without 'observe' the operations of the interfaces are observed: add the same "
                + "'observe NAME: f, g' to both, with operations that both have"
        throw BadInput(
            [
                Diagnostic(
                    "observed-differently",
                    "OLD, '\(oldSweep.spec.title)', and NEW, '\(newSweep.spec.title)', are not observed in the "
                        + "same way: " + differences.joined(separator: "; "),
                    at: newSweep.plan.span,
                    notes: old.map { .init(message: "OLD: \(Self.text($0))", span: $0.span) }
                        + new.map { .init(message: "NEW: \(Self.text($0))", span: $0.span) },
                    help: help)
            ], sources: newSweep.sources)
    }

    private static func text(_ observer: Typed.Observer) -> String {
        let alike = observer.alike.map(\.description)
        return "'\(observer.name)' observes \(names(of: observer).joined(separator: ", "))"
            + (alike.isEmpty ? "" : " up to \(alike.joined(separator: ", "))")
    }

    private mutating func difference(_ name: String, _ old: Subject, _ new: Subject) -> [String] {
        guard old.kind == new.kind else { return ["'\(name)' is \(old.kind) in OLD and \(new.kind) in NEW"] }
        var differences: [String] = []
        let places =
            [("takes", old.parameters, new.parameters)]
            + [(old.kind == "a state variable" ? "is" : "returns", [old.result], [new.result])]
        for (verb, olds, news) in places {
            let texts = [olds, news].map { types in
                types.isEmpty ? "nothing" : types.map(\.description).joined(separator: ", ")
            }
            let sentence = "'\(name)' \(verb) \(texts[0]) in OLD and \(texts[1]) in NEW"
            if olds.map(ObservedShape.text) != news.map(ObservedShape.text) {
                differences.append(texts[0] == texts[1] ? sentence + ", with other fields" : sentence)
            } else if texts[0] != texts[1] {
                typeDifferences.append(sentence)
            }
        }
        let definitions = [old, new].map { ObservedShape.definitions(in: $0.parameters + [$0.result]) }
        for (type, definition) in definitions[0].sorted(by: { $0.key < $1.key }) {
            if let other = definitions[1][type], other != definition {
                typeDifferences.append("\(type) is \(definition) in OLD and \(other) in NEW")
            }
        }
        if old.renamings != new.renamings {
            differences.append(
                "'\(name)' is observed \(old.renamingText) in OLD and \(new.renamingText) in NEW")
        }
        return differences
    }
}

/// What of a type decides whether its values can be compared with those of another program: names, not
/// bounds, widths and cases, which are a matter of scope.
private enum ObservedShape {
    static func text(_ type: SpecType) -> String {
        switch type {
        case .bool: "Bool"
        case .integer: "number"
        case .range(let name, _, _), .bits(let name, _): name.map { "number \($0)" } ?? "number"
        case .enumeration(let name, _): "enum \(name)"
        case .symmetric(let name, _): "symmetric \(name)"
        case .structure(let name, let fields):
            "struct \(name) {"
                + fields.sorted { $0.name < $1.name }.map { "\($0.name): \(text($0.type))" }
                .joined(separator: ", ") + "}"
        case .array(let index, let element): "[\(text(index))]\(text(element))"
        case .optional(let wrapped): "\(text(wrapped))?"
        case .set(let element): "Set<\(text(element))>"
        case .queue(let element, _): "Queue<\(text(element))>"
        case .interval(let element): "Range<\(text(element))>"
        case .list(let element): "List<\(text(element))>"
        case .lock: "Lock"
        case .void, .absent, .erroneous: "nothing"
        }
    }

    /// Bounds, widths and cases of the named types in these.
    static func definitions(in types: [SpecType]) -> [String: String] {
        var definitions: [String: String] = [:]
        func visit(_ type: SpecType) {
            switch type {
            case .range(let name?, let lower, let upper): definitions[name] = "\(lower) ... \(upper)"
            case .bits(let name?, let width): definitions[name] = "bits(\(width))"
            case .enumeration(let name, let cases):
                definitions[name] = "{\(cases.joined(separator: ", "))}"
            case .symmetric(let name, let count): definitions[name] = "symmetric \(count)"
            case .structure(_, let fields): for field in fields { visit(field.type) }
            case .array(let index, let element):
                visit(index)
                visit(element)
            case .optional(let inner), .set(let inner), .queue(let inner, _), .interval(let inner),
                .list(let inner):
                visit(inner)
            case .bool, .integer, .range, .bits, .lock, .void, .absent, .erroneous: break
            }
        }
        for type in types { visit(type) }
        return definitions
    }
}
