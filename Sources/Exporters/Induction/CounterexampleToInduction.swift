// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// A state in which all that is assumed holds, a step, and the state that it leads to, in which an invariant does not. Whether a run
/// reaches the first state is another matter.
package struct CounterexampleToInduction: Sendable {
    package struct Cell: Sendable {
        /// `busy[1]`
        package let place: String
        package let before: String
        package let after: String
    }

    /// `PAGES = 2`
    package let sizes: [String]
    /// The lane and what it does; `nil` for the initial state.
    package let step: (lane: String, action: String)?
    /// The cells that the failure speaks of.
    package let cells: [Cell]
    /// Whether the state has all that is assumed, beyond doubt.
    package let isExact: Bool

    init(
        _ model: ConditionModel, _ system: InductionModel, _ transition: InductionModel.Transition?,
        _ after: SymbolicState, sizes: [(name: String, standIn: Int, term: Term)], isExact: Bool
    ) {
        self.isExact = isExact
        self.sizes = sizes.map { "\($0.name) = \(model.value($0.term).map { "\($0)" } ?? "any")" }
        step = transition.map { transition in
            let parameters = transition.rule.parameters.compactMap { binder -> String? in
                guard binder.count > 1, let term = transition.parameters[binder],
                    let value = model.value(term)
                else { return nil }
                return "\(binder.name) = \(value)"
            }
            let values = parameters.isEmpty ? "" : " (\(parameters.joined(separator: ", ")))"
            return (transition.rule.process.lane, transition.title + values)
        }
        let texts = CellTexts(system)
        var told: [Cell] = []
        for (cell, value) in model.cells {
            let isPlace = zip(cell.indices, cell.variable.dimensions).allSatisfy { index, count in
                let size = sizes.first { $0.standIn == count }.flatMap { model.value($0.term) }
                return index >= 0 && index < size ?? Int128(count)
            }
            guard isPlace, texts.isLive(cell, model) else { continue }
            guard let text = texts.place(cell.variable, cell.indices) else { continue }
            let now = model.value(after.read(cell.variable, cell.indices.map { .constant($0) }))
            told.append(
                Cell(
                    place: text, before: texts.value(cell.variable, value),
                    after: now.map { texts.value(cell.variable, $0) } ?? "?"))
        }
        var seen: Set<String> = []
        cells = told.sorted { $0.place < $1.place }.filter { seen.insert($0.place).inserted }
    }
}

/// How cells are told.
private struct CellTexts {
    private struct Text {
        /// Between the indices.
        let pieces: [String]
        let type: SpecType?
        let locations: [String]?
    }

    private var texts: [ExportVariable: Text] = [:]
    /// Of locals: where instances rest, and at which locations the local still counts.
    private var lives: [ExportVariable: (location: ExportVariable, numbers: Set<Int128>)] = [:]

    /// Who may hold a lock: instances count up from process to process.
    private let holders: [(lane: String, first: Int, count: Int)]

    init(_ system: InductionModel) {
        holders = system.processes.map { ($0.process.lane, $0.firstInstance, $0.count) }
        for state in system.spec.stateVariables {
            guard let storage = system.storage[state.variable.number] else { continue }
            add(storage, state.variable.type, [state.variable.name])
        }
        for process in system.processes {
            let isOne = process.count == 1
            let own = isOne ? ["\(process.process.lane)"] : ["\(process.process.lane) ", ""]
            // Where a process that never waits rests says nothing.
            if process.graph.locations.count > 1 {
                texts[process.location] = Text(
                    pieces: own, type: nil,
                    locations: process.graph.locations.enumerated().map { SystemLowering.name($1, $0) })
            }
            for variable in process.graph.variables {
                guard let storage = process.state[variable.number] else { continue }
                let start = isOne ? "\(process.process.lane): " : "\(process.process.lane) "
                add(storage, variable.type, isOne ? [start + variable.name] : [start, ": \(variable.name)"])
                let numbers = process.graph.liveVariables.indices.filter { location in
                    process.graph.liveVariables[location].contains { $0.number == variable.number }
                }
                for part in storage.variables {
                    lives[part] = (process.location, Set(numbers.map { Int128($0) }))
                }
            }
        }
    }

    private mutating func add(_ storage: Storage, _ type: SpecType, _ pieces: [String]) {
        func ending(_ text: String) -> [String] { pieces.dropLast() + [(pieces.last ?? "") + text] }
        switch (storage, type) {
        case (.number(let variable, _), _), (.truth(let variable), _), (.code(let variable, _), _):
            texts[variable] = Text(pieces: pieces, type: type, locations: nil)
        case (.optional(let present, let inner), .optional(let wrapped)):
            texts[present] = Text(pieces: ending(" != none"), type: .bool, locations: nil)
            add(inner, wrapped, pieces)
        case (.record(let parts), .structure(_, let fields)):
            for (part, field) in zip(parts, fields) { add(part, field.type, ending(".\(field.name)")) }
        case (.array(_, let element), .array(_, let elementType)):
            add(element, elementType, ending("[") + ["]"])
        case (.set(let variable, _), .set):
            texts[variable] = Text(pieces: ending(".contains(") + [")"], type: .bool, locations: nil)
        case (.optional, _), (.record, _), (.array, _), (.set, _): break
        }
    }

    /// Whether a local counts where its instance rests.
    func isLive(_ cell: ConditionModel.Cell, _ model: ConditionModel) -> Bool {
        guard let (location, numbers) = lives[cell.variable], let instance = cell.indices.first else {
            return true
        }
        let at = model.cells[ConditionModel.Cell(variable: location, indices: [instance])]
        return at.map { numbers.contains($0) } ?? false
    }

    func place(_ variable: ExportVariable, _ indices: [Int128]) -> String? {
        guard let text = texts[variable] else { return nil }
        var result = ""
        var places = indices[...]
        for (number, piece) in text.pieces.enumerated() {
            result += piece
            if number < text.pieces.count - 1, let index = places.popFirst() { result += Self.number(index) }
        }
        return result
    }

    /// Addresses are read by their digits, counts as they are.
    private static func number(_ value: Int128) -> String {
        value < 1 << 16 ? "\(value)" : "0x" + String(value, radix: 16)
    }

    private func holder(_ instance: Int) -> String {
        guard let holder = holders.last(where: { $0.first <= instance }) else { return "\(instance)" }
        return holder.count == 1 ? holder.lane : "\(holder.lane) \(instance - holder.first)"
    }

    func value(_ variable: ExportVariable, _ value: Int128) -> String {
        guard let text = texts[variable] else { return "\(value)" }
        if let locations = text.locations {
            return locations.indices.contains(Int(value)) ? locations[Int(value)] : "\(value)"
        }
        return text.type.map { self.value(value, $0) } ?? "\(value)"
    }

    private func value(_ value: Int128, _ type: SpecType) -> String {
        switch type {
        case .optional(let wrapped):
            return value == 0 ? "none" : self.value(value - 1, wrapped)
        case .bits: return Self.number(value)
        case .lock: return value == 0 ? "free" : "held by \(holder(Int(value) - 1))"
        case .absent, .array, .bool, .enumeration, .erroneous, .integer, .interval, .list, .queue, .range,
            .set, .structure, .symmetric, .void:
            return ValueText.short(type.value(ordinal: value), type)
        }
    }
}
