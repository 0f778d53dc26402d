// SPDX-License-Identifier: MIT

import SpecLanguage
import Stopping

/// The reference interpreter: the definition of what a spec means, as a successor function over packed
/// states.
package final class Interpreter: SuccessorFunction {
    package let system: TransitionSystem
    package var wordsPerState: Int { system.layout.wordCount }
    package var bitsPerState: Int { max(1, system.layout.bitCount) }
    package var invariantCount: Int { system.spec.invariants.count }
    package var reachableCount: Int { system.spec.reachables.count }
    package var operationCount: Int { system.spec.operations.count }

    /// `nil`: every transition of every state is taken.
    package let reduction: AmpleLocations?

    package init(_ system: TransitionSystem, reduction: AmpleLocations? = nil) {
        self.system = system
        self.reduction = reduction
    }

    package func makeExpander() -> any StateExpander { InterpretingExpander(system, reduction: reduction) }
}

/// One thread's interpreter.
final class InterpretingExpander: StateExpander {
    let system: TransitionSystem
    let runner: StepRunner
    private let cells: UnsafeMutablePointer<UInt64>
    private let layout: StateLayout
    private let reduction: AmpleLocations?

    init(_ system: TransitionSystem, reduction: AmpleLocations? = nil) {
        self.system = system
        self.reduction = reduction
        layout = system.layout
        runner = StepRunner(system: system)
        let count = layout.cellCount + system.initializationCellsMax
        cells = .allocate(capacity: count)
        cells.initialize(repeating: 0, count: count)
    }

    deinit { cells.deallocate() }

    // MARK: Initial states

    /// All of them, however late it is: `Storyteller.initialStates` makes them first, and says where that takes too long.
    func appendInitialStates(to buffer: ExpansionBuffer) {
        appendInitialStates(to: buffer, isStoppable: false)
    }

    /// - Parameter isStoppable: whether a stop request makes `initialFailure`, and leaves states out.
    func appendInitialStates(to buffer: ExpansionBuffer, isStoppable: Bool) {
        let wasStoppable = runner.evaluator.isStoppable
        runner.evaluator.isStoppable = isStoppable
        defer { runner.evaluator.isStoppable = wasStoppable }
        var failure: RunTimeError?
        var states: [[UInt64]] = []
        do throws(RunTimeError) {
            try setInitialValues()
            states = [Array(UnsafeBufferPointer(start: cells, count: layout.cellCount))]
        } catch {
            failure = error
        }
        for number in system.initializations.indices {
            var next: [[UInt64]] = []
            for state in states {
                state.withUnsafeBufferPointer { buffer in
                    guard let start = buffer.baseAddress else { return }
                    runner.runInitialization(number, start) { outcome, cells in
                        switch outcome {
                        case .arrived:
                            next.append(
                                Array(UnsafeBufferPointer(start: cells, count: self.layout.cellCount)))
                        case .failed(let error): failure = failure ?? error
                        }
                    }
                }
            }
            states = next
        }
        initialFailure = failure
        for state in states {
            state.withUnsafeBufferPointer { cells in
                if let start = cells.baseAddress { layout.pack(start, into: buffer.appendSuccessor()) }
            }
        }
        buffer.finishSource()
    }

    /// What went wrong in the last `appendInitialStates`: without an initial state there is no run to show
    /// it on.
    private(set) var initialFailure: RunTimeError?

    private func setInitialValues() throws(RunTimeError) {
        for cell in 0..<layout.cellCount { cells[cell] = 0 }
        runner.evaluator.cells = cells
        for state in system.spec.stateVariables {
            guard let initial = state.initial, let place = runner.evaluator.cell(of: state.variable) else {
                continue
            }
            CellCoding.encode(try runner.evaluator.evaluate(initial), state.variable.type, place)
        }
    }

    // MARK: Expansion

    /// Whether a step of the source was given up because of the time. Later transitions of the source have other numbers then.
    private var isSourceCutShort = false

    func expand(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer) {
        for source in 0..<count {
            layout.unpack(states + source * layout.wordCount, into: cells)
            checkProperties(buffer)
            let before = buffer.transitionCount
            isSourceCutShort = false
            appendSuccessors(buffer)
            if isDeadlock(transitions: buffer.transitionCount - before) {
                buffer.findings.append(ExpansionFinding(source: buffer.sourceIndex, kind: .deadlock))
            }
            buffer.finishSource()
        }
    }

    private func appendSuccessors(_ buffer: ExpansionBuffer) {
        if let reduction {
            for instance in system.instances.indices
            where reduction.isAmple[instance][Int(cells[layout.instances[instance].locationCell])] {
                // Without a transition there is nothing that would have to be undone.
                if appendSuccessors(of: instance, firstOrdinal: 0, buffer) > 0 { return }
            }
        }
        var ordinal = 0
        for instance in system.instances.indices {
            ordinal += appendSuccessors(of: instance, firstOrdinal: ordinal, buffer)
        }
    }

    /// - Returns: how many transitions there are.
    private func appendSuccessors(of instance: Int, firstOrdinal: Int, _ buffer: ExpansionBuffer) -> Int {
        let source = buffer.sourceIndex
        var ordinal = firstOrdinal
        runner.runInstance(instance, cells) { outcome, after in
            for operation in self.runner.entered { buffer.operationCounts[operation] += 1 }
            buffer.transitionCount += 1
            switch outcome {
            case .arrived: self.layout.pack(after, into: buffer.appendSuccessor())
            case .failed(let error):
                let isLimit = error.cause.isLimit
                self.isSourceCutShort = self.isSourceCutShort || error.cause == .limit(.time)
                guard isLimit || !self.isSourceCutShort else { break }
                buffer.findings.append(
                    ExpansionFinding(
                        source: source,
                        kind: isLimit ? .limit(.transition(ordinal)) : .failingTransition(ordinal)))
            }
            ordinal += 1
        }
        return ordinal - firstOrdinal
    }

    private func checkProperties(_ buffer: ExpansionBuffer) {
        func note(_ kind: ExpansionFinding.Kind) {
            buffer.findings.append(ExpansionFinding(source: buffer.sourceIndex, kind: kind))
        }
        var violated: Int?
        for (index, invariant) in system.spec.invariants.enumerated() {
            let (answer, premise) = evaluate(invariant.condition)
            if premise { buffer.premiseCounts[index] += 1 }
            switch answer {
            case .success(true): break
            // An invariant that cannot be evaluated does not hold; its explanation says so.
            case .success(false): violated = violated ?? index
            case .failure(let error) where error.cause.isLimit: note(.limit(.invariant(index)))
            case .failure: violated = violated ?? index
            }
        }
        if let violated { note(.invariant(violated)) }
        for (index, condition) in system.conditions.enumerated() {
            switch evaluate(condition.expression).answer {
            case .success(true): if condition.isCounted { buffer.reachableCounts[index] += 1 }
            case .success(false): break
            case .failure(let error):
                note(error.cause.isLimit ? .limit(.condition(index)) : .failingCondition(index))
            }
        }
    }

    private func evaluate(
        _ condition: Typed.Expression
    ) -> (answer: Result<Bool, RunTimeError>, premise: Bool) {
        runner.evaluator.cells = cells
        runner.evaluator.begin()
        var watcher = PremiseWatcher(evaluator: runner.evaluator)
        do throws(RunTimeError) {
            return (.success(try watcher.holds(condition)), watcher.sawPremise)
        } catch {
            return (.failure(error), true)
        }
    }

    // MARK: Deadlock

    /// No process can move though one is inside a round, or locks are waited for in a circle.
    private func isDeadlock(transitions: UInt64) -> Bool {
        let isInside = layout.instances.contains { cells[$0.locationCell] != 0 }
        guard isInside else { return false }
        return transitions == 0 || lockCircle() != nil
    }

    /// For each instance that waits for a taken lock, the instance that holds it.
    func lockHolders() -> [Int: Int] {
        var holders: [Int: Int] = [:]
        for instance in system.instances.indices where cells[layout.instances[instance].locationCell] != 0 {
            guard case .acquire(let target, _) = runner.location(of: instance, in: cells).kind else {
                continue
            }
            runner.select(instance)
            runner.evaluator.begin()
            runner.bindParameters(of: instance, in: cells)
            // A lock that cannot be named has a holder for nobody; one that takes long to name has one.
            guard let place = StopRequest.ignored(in: { try? runner.lockCell(target) }), place.pointee != 0
            else { continue }
            holders[instance] = Int(place.pointee) - 1
        }
        return holders
    }

    /// Instances that wait for each other in a circle, if there are any.
    func lockCircle() -> [Int]? {
        let holders = lockHolders()
        for start in holders.keys.sorted() {
            var circle = [start]
            while let last = circle.last, let next = holders[last] {
                if next == start { return circle }
                if circle.contains(next) { break }
                circle.append(next)
            }
        }
        return nil
    }

    /// Unpacks a state for whoever tells its story.
    func load(_ packed: [UInt64]) -> UnsafeMutablePointer<UInt64> {
        packed.withUnsafeBufferPointer { words in
            if let start = words.baseAddress { layout.unpack(start, into: cells) }
        }
        return cells
    }
}

/// Evaluates a property and notes whether its premise was true for some binding: the left side of the
/// outermost `implies`, or the
/// condition of the outermost `if` without `else`, below the leading quantifiers.
private struct PremiseWatcher {
    let evaluator: Evaluator
    private(set) var sawPremise = false

    init(evaluator: Evaluator) { self.evaluator = evaluator }

    mutating func holds(_ expression: Typed.Expression) throws(RunTimeError) -> Bool {
        switch expression.kind {
        case .quantifier(.forall, let variable, let body):
            for ordinal in 0..<(variable.type.indexCount ?? 0) {
                try evaluator.countRound(expression.span)
                evaluator.setFrame(variable, variable.type.value(ordinal: Int128(ordinal)))
                if !(try holds(body)) { return false }
            }
            return true
        case .listQuantifier(.forall, let variable, let list, let body):
            guard case .list(let values) = try evaluator.evaluate(list) else { return true }
            for value in values {
                try evaluator.countRound(expression.span)
                evaluator.setFrame(variable, value)
                if !(try holds(body)) { return false }
            }
            return true
        case .connective(.implies, let premise, let conclusion):
            guard try evaluator.bool(premise) else { return true }
            sawPremise = true
            return try evaluator.bool(conclusion)
        case .conditional(let condition, let then, let otherwise) where otherwise.isTrue:
            guard try evaluator.bool(condition) else { return true }
            sawPremise = true
            return try evaluator.bool(then)
        case .optionalBinding(let variable, let value, let then, let otherwise) where otherwise.isTrue:
            let value = try evaluator.evaluate(value)
            if value == .none { return true }
            sawPremise = true
            evaluator.setFrame(variable, value)
            return try evaluator.bool(then)
        case .arithmetic, .call, .comparison, .conditional, .connective, .convert, .element, .field,
            .interval, .list, .listQuantifier, .literal, .method, .not, .optionalBinding, .quantifier,
            .record, .sign, .variable:
            sawPremise = true
            return try evaluator.bool(expression)
        }
    }
}

extension Typed.Expression {
    fileprivate var isTrue: Bool { if case .literal(.bool(true)) = kind { true } else { false } }
}
