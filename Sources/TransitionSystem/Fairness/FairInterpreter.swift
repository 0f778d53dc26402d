// SPDX-License-Identifier: MIT

import SpecLanguage

/// What may not be put off for ever: the transitions of one process instance, or those that enter an operation.
package struct FairnessConstraint: Hashable, Sendable {
    package let instance: Int
    /// `nil`: all of the instance's.
    package let operation: Int?

    package init(instance: Int, operation: Int?) {
        self.instance = instance
        self.operation = operation
    }
}

/// The interpreter as a `FairModel`, for the liveness properties of a spec. Every transition of every state is taken: no
/// reduction keeps endless runs and what they are fair to.
///
/// Condition `2 k` is the premise of property k, and `2 k + 1` the condition of its goal. One that cannot be evaluated
/// counts against the property: such a premise holds, such a goal does not.
package final class FairInterpreter: FairModel {
    private let system: TransitionSystem
    private let runner: StepRunner
    private let cells: UnsafeMutablePointer<UInt64>
    private let packed: UnsafeMutablePointer<UInt64>
    package let constraints: [FairnessConstraint]
    /// By property: its constraints, as bits.
    package let constraintMasks: [UInt64]

    /// A limit of the checker that was reached: transitions or conditions are not known.
    package private(set) var limitReached: RunTimeError?

    package static let constraintsMax = 64

    /// - Throws: where there are more constraints than bits.
    package init(_ system: TransitionSystem) throws(TransitionSystem.TooLarge) {
        self.system = system
        runner = StepRunner(system: system)
        let ofProperties = system.spec.liveness.map { $0.constraints(in: system) }
        var constraints: [FairnessConstraint] = []
        for constraint in ofProperties.joined() where !constraints.contains(constraint) {
            constraints.append(constraint)
        }
        guard constraints.count <= Self.constraintsMax else {
            throw TransitionSystem.TooLarge(
                what: "the properties name more than \(Self.constraintsMax) fair instances",
                span: system.spec.liveness.first?.span)
        }
        self.constraints = constraints
        constraintMasks = ofProperties.map { own in
            constraints.indices.reduce(0) { own.contains(constraints[$1]) ? $0 | 1 << UInt64($1) : $0 }
        }
        let count = system.layout.cellCount + system.initializationCellsMax
        cells = .allocate(capacity: count)
        cells.initialize(repeating: 0, count: count)
        packed = .allocate(capacity: system.layout.wordCount)
    }

    deinit {
        cells.deallocate()
        packed.deallocate()
    }

    package var wordsPerState: Int { system.layout.wordCount }
    package var constraintCount: Int { constraints.count }

    package func initialStates() -> [[UInt64]] {
        let buffer = ExpansionBuffer(for: Interpreter(system))
        InterpretingExpander(system).appendInitialStates(to: buffer)
        return (0..<buffer.successorCount).map { number in
            let start = buffer.successors + number * buffer.wordsPerState
            return Array(UnsafeBufferPointer(start: start, count: buffer.wordsPerState))
        }
    }

    package func expand(_ state: UnsafePointer<UInt64>, _ visit: (UnsafePointer<UInt64>, UInt64) -> Void) {
        system.layout.unpack(state, into: cells)
        for instance in system.instances.indices {
            withoutActuallyEscaping(visit) { visit in
                runner.runInstance(instance, cells) { outcome, after in
                    if case .failed(let error) = outcome { return self.note(error) }
                    self.system.layout.pack(after, into: self.packed)
                    visit(self.packed, self.satisfied(by: instance))
                }
                runner.forgetReceiver()
            }
        }
    }

    private func satisfied(by instance: Int) -> UInt64 {
        var mask: UInt64 = 0
        for (number, constraint) in constraints.enumerated() where constraint.instance == instance {
            if let operation = constraint.operation, !runner.entered.contains(operation) { continue }
            mask |= 1 << UInt64(number)
        }
        return mask
    }

    package func lockWaits(in state: UnsafePointer<UInt64>) -> UInt64 {
        system.layout.unpack(state, into: cells)
        var mask: UInt64 = 0
        for (number, constraint) in constraints.enumerated() where constraint.operation == nil {
            if case .acquire = runner.location(of: constraint.instance, in: cells).kind {
                mask |= 1 << UInt64(number)
            }
        }
        return mask
    }

    package func holds(_ condition: Int, in state: UnsafePointer<UInt64>) -> Bool {
        let property = system.spec.liveness[condition / 2]
        let isPremise = condition % 2 == 0
        guard let expression = isPremise ? property.premise : property.goal.condition else { return true }
        system.layout.unpack(state, into: cells)
        runner.evaluator.cells = cells
        runner.evaluator.begin()
        do throws(RunTimeError) {
            return try runner.evaluator.bool(expression)
        } catch {
            note(error)
            return isPremise
        }
    }

    private func note(_ error: RunTimeError) {
        if error.cause.isLimit { limitReached = limitReached ?? error }
    }

    /// Who a constraint is about: `Timer`, `Timer's flush`.
    package func title(of constraint: Int) -> String {
        let title = system.instances[constraints[constraint].instance].title
        guard let operation = constraints[constraint].operation else { return title }
        return "\(title)'s \(system.spec.operations[operation].name)"
    }
}

extension Typed.Liveness {
    fileprivate func constraints(in system: TransitionSystem) -> [FairnessConstraint] {
        fairness.flatMap { fairness -> [FairnessConstraint] in
            switch fairness {
            case .process(let process):
                return system.instances.indices.filter { system.instances[$0].process == process }.map {
                    FairnessConstraint(instance: $0, operation: nil)
                }
            case .operation(let number):
                let operation = system.spec.operations[number]
                return system.instances.indices.filter { instance in
                    let graph = system.graphs[system.instances[instance].process]
                    return graph.entry.reachable.contains { node in
                        if case .enter(let entered, _, _) = node.kind { entered === operation } else { false }
                    }
                }
                .map { FairnessConstraint(instance: $0, operation: number) }
            }
        }
    }
}
