// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage

/// The events of a catalog, bound to the operations of a spec that they are steps of.
package struct BoundEvents {
    /// What an event line gives beside its fields.
    enum Implicit: String, CaseIterable {
        /// What runs on its own: a task, or an interrupt above one.
        case thread
        case cpu, pid
        /// 0 a task, 1 a soft interrupt, 2 a hard interrupt.
        case context
        /// Microseconds.
        case time
        case line
    }

    enum Source {
        case field(Int)
        case implicit(Implicit)
    }

    struct Argument {
        let source: Source
        let register: Int
        let lower: UInt64
        let upper: UInt64
        let name: String
    }

    struct Step {
        let start: Int
        let hasChoices: Bool
        let arguments: [Argument]
        let operation: String
    }

    struct Format {
        let reader: FormatReader
        /// `nil`: no operation of the spec is this event.
        let step: Step?
    }

    let program: SparseProgram
    let formats: [Format]
    /// Formats of an event, by its name, in order.
    let byEvent: [String: [Int]]
    let ignored: Set<String>
    let missing: [String: String]
    /// What a log cannot show to this spec.
    let unseen: [String]
    /// Names of types whose values are numbered names, as devices.
    let nameTypes: Set<String>

    /// - Parameter regionFields: what a line of reserved regions gives to `reserved_region`.
    /// - Throws: `NotRunnable`; the diagnostics are about events and operations that do not fit.
    package static func bind(
        _ catalog: EventCatalog, to spec: TypedSpec, regionFields: Set<String> = []
    ) throws(NotRunnable) -> (BoundEvents?, [Diagnostic]) {
        let wanted = Set(catalog.formats.map(\.operation)).union(preludeOperations)
        let program = try SparseProgram(spec, steps: wanted)
        var formats: [Format] = []
        var byEvent: [String: [Int]] = [:]
        var nameTypes: Set<String> = []
        var diagnostics: [Diagnostic] = []
        for format in catalog.formats {
            byEvent[format.event, default: []].append(formats.count)
            guard let entry = program.entries[format.operation] else {
                formats.append(Format(reader: FormatReader(format), step: nil))
                continue
            }
            var arguments: [Argument] = []
            for (parameter, register) in zip(entry.operation.parameters, entry.parameters) {
                guard
                    let argument = argument(parameter, register, format, &nameTypes)
                else {
                    diagnostics.append(
                        Diagnostic(
                            "unknown-field",
                            "the event '\(format.event)' has no field '\(parameter.name)' of that type",
                            at: parameter.span,
                            help:
                                "fields are \((format.fields + Implicit.allCases.map(\.rawValue)).joined(separator: ", "))"
                        ))
                    continue
                }
                arguments.append(argument)
            }
            formats.append(
                Format(
                    reader: FormatReader(format),
                    step: Step(
                        start: entry.start, hasChoices: entry.hasChoices, arguments: arguments,
                        operation: format.operation)))
        }
        for name in preludeOperations {
            for parameter in program.entries[name]?.operation.parameters ?? []
            where !regionFields.contains(parameter.name) {
                diagnostics.append(
                    Diagnostic(
                        "unknown-field", "a reserved region has no field '\(parameter.name)'",
                        at: parameter.span,
                        help: "fields are \(regionFields.sorted().joined(separator: ", "))"))
            }
        }
        if program.entries.keys.allSatisfy(preludeOperations.contains) {
            diagnostics.append(
                Diagnostic(
                    "nothing-to-judge", "'\(spec.title)' has no operation that is an event of a log", at: nil,
                    help: "name operations as the events of the '.events' file beside it"))
        }
        guard diagnostics.isEmpty else { return (nil, diagnostics) }
        return (
            BoundEvents(
                program: program, formats: formats, byEvent: byEvent, ignored: catalog.ignored,
                missing: catalog.missing,
                unseen: catalog.unseen.filter { $0.module == spec.title }.map(\.what),
                nameTypes: nameTypes), []
        )
    }

    /// Operations that are called before the first event, if the spec has them.
    static let preludeOperations: Set<String> = ["reserved_region"]

    private static func argument(
        _ parameter: Variable, _ register: Int, _ format: EventFormat, _ nameTypes: inout Set<String>
    ) -> Argument? {
        let bounds: (lower: UInt64, upper: UInt64)
        switch parameter.type {
        case .bool: bounds = (0, 1)
        case .bits(_, let width): bounds = (0, SparseCompiler.mask(width))
        case .range(_, let lower, let upper) where lower >= 0: bounds = (UInt64(lower), UInt64(upper))
        case .absent, .array, .enumeration, .erroneous, .integer, .interval, .list, .lock, .optional, .queue,
            .range, .set, .structure, .symmetric, .void:
            return nil
        }
        let source: Source
        if let slot = format.fields.firstIndex(of: parameter.name) {
            source = .field(slot)
            if format.kinds[slot] == .name, let name = parameter.type.unit { nameTypes.insert(name) }
        } else if let implicit = Implicit(rawValue: parameter.name) {
            source = .implicit(implicit)
        } else {
            return nil
        }
        return Argument(
            source: source, register: register, lower: bounds.lower, upper: bounds.upper, name: parameter.name
        )
    }
}
