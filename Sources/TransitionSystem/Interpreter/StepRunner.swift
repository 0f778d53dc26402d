// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// Runs one process instance from its location to the next boundary, once for each combination of choices.
///
/// At each choice the cells are copied and each alternative runs on its own copy; so the code reads as the
/// language
/// reference does.
final class StepRunner {
    /// What a transition did, for its story.
    enum Event {
        case enter(Typed.Operation, [Value])
        case bind([(Variable, Value)])
        case fault(String)
        case lock(String)
    }

    enum Outcome {
        /// Arrived at a location; the cells hold the new state.
        case arrived
        case failed(RunTimeError)
    }

    let system: TransitionSystem
    let evaluator: Evaluator
    private(set) var instance = 0
    private var graph: ControlGraph
    private let cellCount: Int
    /// One block of cells for each depth of nested choices.
    private var blocks: [UnsafeMutablePointer<UInt64>] = []
    /// Nodes run on the present path, and where it has been.
    private var nodesRun = 0
    private var watch = RepetitionWatch<Configuration>(patience: 512)
    /// Numbers of the nodes that the present path has chosen at, by depth; `blocks` has the cells.
    private var choices: [Int] = []
    /// Choices within one step, and transitions of one instance from one state.
    private static let choiceDepthMax = 256
    private static let arrivalsMax = 1 << 18
    private var arrivals = 0

    /// Where a step is: what follows depends on nothing else, but for the choices to come.
    private struct Configuration {
        let node: Int
        let cells: [UInt64]
    }
    /// Called at the end of each transition.
    private var arrive: (Outcome, UnsafeMutablePointer<UInt64>) -> Void = { _, _ in }
    /// Entered operations, counted by the caller's table; `nil` where nobody counts.
    var isRecording = false
    private(set) var events: [Event] = []
    private(set) var entered: [Int] = []
    private var operationNumbers: [ObjectIdentifier: Int] = [:]

    init(system: TransitionSystem) {
        self.system = system
        evaluator = Evaluator(stateOffsets: system.stateOffsets)
        cellCount = system.layout.cellCount + system.initializationCellsMax
        graph = system.graphs.first ?? system.initializations.first ?? StepRunner.emptyGraph
        for (number, operation) in system.spec.operations.enumerated() {
            operationNumbers[ObjectIdentifier(operation)] = number
        }
    }

    deinit { for block in blocks { block.deallocate() } }

    private static var emptyGraph: ControlGraph {
        ControlGraph(
            entry: ControlNode(number: 0, kind: .finish, owner: "", span: nil), nodes: [], parameters: [])
    }

    private func block(_ depth: Int) -> UnsafeMutablePointer<UInt64> {
        while blocks.count <= depth {
            let block = UnsafeMutablePointer<UInt64>.allocate(capacity: cellCount)
            block.initialize(repeating: 0, count: cellCount)
            blocks.append(block)
        }
        return blocks[depth]
    }

    // MARK: Entry points

    /// All transitions of an instance in the state given by `cells`, in order.
    func runInstance(
        _ number: Int, _ cells: UnsafePointer<UInt64>,
        arrive: @escaping (Outcome, UnsafeMutablePointer<UInt64>) -> Void
    ) {
        select(number)
        let location = graph.locations[Int(cells[system.layout.instances[number].locationCell])]
        let start = block(0)
        start.update(from: cells, count: system.layout.cellCount)
        bindParameters(of: number, in: start)
        self.arrive = arrive
        arrivals = 0
        nodesRun = 0
        watch.goBack(to: 0)
        evaluator.begin()
        events.removeAll(keepingCapacity: true)
        entered.removeAll(keepingCapacity: true)
        attempt(start) { () throws(RunTimeError) in try self.leave(location, start) }
    }

    /// Lets go of the closure that took the last instance's transitions.
    func forgetReceiver() { arrive = { _, _ in } }

    /// Runs an `init` block on `cells`.
    func runInitialization(
        _ number: Int, _ cells: UnsafePointer<UInt64>,
        arrive: @escaping (Outcome, UnsafeMutablePointer<UInt64>) -> Void
    ) {
        graph = system.initializations[number]
        evaluator.localOffsets = system.initializationOffsets[number]
        evaluator.localsStart = system.layout.cellCount
        instance = -1
        let start = block(0)
        start.update(from: cells, count: system.layout.cellCount)
        self.arrive = arrive
        arrivals = 0
        nodesRun = 0
        watch.goBack(to: 0)
        evaluator.begin()
        attempt(start) { () throws(RunTimeError) in
            try self.run(self.graph.entry, start, depth: 0, waits: false)
        }
    }

    /// Points the evaluator at an instance's locals.
    func select(_ number: Int) {
        instance = number
        let process = system.instances[number].process
        graph = system.graphs[process]
        evaluator.localOffsets = system.localOffsets[process]
        evaluator.localsStart = system.layout.instances[number].localsStart
    }

    func bindParameters(of number: Int, in cells: UnsafeMutablePointer<UInt64>) {
        let instance = system.instances[number]
        let parameters = system.spec.processes[instance.process].parameters
        evaluator.cells = cells
        for (parameter, value) in zip(parameters, instance.arguments) {
            if let place = evaluator.cell(of: parameter) { CellCoding.encode(value, parameter.type, place) }
        }
    }

    /// The location an instance rests at.
    func location(of number: Int, in cells: UnsafePointer<UInt64>) -> ControlNode {
        let process = system.instances[number].process
        return system.graphs[process].locations[Int(cells[system.layout.instances[number].locationCell])]
    }

    // MARK: Running

    /// Runs an alternative; a run-time error ends the transition as a failing one.
    private func attempt(_ cells: UnsafeMutablePointer<UInt64>, _ body: () throws(RunTimeError) -> Void) {
        let (eventCount, enteredCount) = (events.count, entered.count)
        let nodesBefore = nodesRun
        do throws(RunTimeError) {
            try body()
        } catch {
            arrivals += 1
            arrive(.failed(error), cells)
        }
        events.removeLast(events.count - eventCount)
        entered.removeLast(entered.count - enteredCount)
        nodesRun = nodesBefore
        watch.goBack(to: nodesBefore)
    }

    /// Leaves a location, if it lets go.
    private func leave(_ location: ControlNode, _ cells: UnsafeMutablePointer<UInt64>) throws(RunTimeError) {
        evaluator.cells = cells
        switch location.kind {
        case .boundary(_, let next): try run(next, cells, depth: 0, waits: true)
        case .acquire(let target, let next):
            guard let place = try lockCell(target) else { return }
            guard place.pointee == 0 else { return }
            place.pointee = UInt64(instance + 1)
            if isRecording { events.append(.lock(try placeText(target))) }
            try run(next, cells, depth: 0, waits: false)
        case .await(let condition, let next):
            guard try evaluator.bool(condition) else { return }
            try run(next, cells, depth: 0, waits: false)
        case .assert, .assign, .bind, .branch, .choose, .discard, .enter, .fault, .finish, .loopBegin,
            .loopNext, .mutate, .pending, .release:
            try run(location, cells, depth: 0, waits: true)
        }
    }

    /// - Parameter waits: control has just left a boundary: a `choose` without an enabled arm waits.
    private func run(
        _ start: ControlNode, _ cells: UnsafeMutablePointer<UInt64>, depth: Int, waits: Bool
    ) throws(RunTimeError) {
        var node = start
        var waits = waits
        while true {
            nodesRun += 1
            try evaluator.countRound(node.span)
            if comesBack(to: node, cells) { throw Self.endlessLoop(node) }
            evaluator.cells = cells
            switch node.kind {
            case .pending: preconditionFailure("every loop is closed")
            case .finish:
                if instance >= 0 { cells[system.layout.instances[instance].locationCell] = 0 }
                arrivals += 1
                arrive(.arrived, cells)
                return
            case .boundary, .acquire, .await:
                cells[system.layout.instances[instance].locationCell] = UInt64(graph.locationNumber(of: node))
                arrivals += 1
                arrive(.arrived, cells)
                return
            case .choose(let arms):
                try checkChoices(node, arms, cells, depth: depth)
                try choose(arms, node, cells, depth: depth, waits: waits)
                return
            case .fault(let name, let strikes, let passes):
                try checkChoices(node, [], cells, depth: depth)
                fork(passes, cells, depth: depth, event: nil)
                fork(strikes, cells, depth: depth, event: .fault(name))
                return
            case .enter:
                // Nothing has happened yet: a `choose` that the operation begins with still waits.
                node = try advance(node, cells)
                continue
            case .assert, .assign, .bind, .branch, .discard, .loopBegin, .loopNext, .mutate, .release:
                node = try advance(node, cells)
            }
            waits = false
        }
    }

    /// Whether the path has been here before, without a choice on the way: it will for ever.
    private func comesBack(to node: ControlNode, _ cells: UnsafeMutablePointer<UInt64>) -> Bool {
        watch.repeats(
            at: nodesRun,
            isKept: { kept in
                kept.node == node.number && (0..<cellCount).allSatisfy { kept.cells[$0] == cells[$0] }
            },
            make: {
                Configuration(
                    node: node.number, cells: Array(UnsafeBufferPointer(start: cells, count: cellCount)))
            })
    }

    private static func endlessLoop(_ node: ControlNode) -> RunTimeError {
        RunTimeError(.endlessLoop, "the step never ends: it comes back to where it was", at: node.span)
    }

    /// Each choice doubles what one step can do: a step with too many is found before it takes all memory.
    ///
    /// Configurations that differ only in the variables that the choice itself binds are one: what follows does not
    /// depend on their old values.
    private func checkChoices(
        _ node: ControlNode, _ arms: [(arm: Typed.Arm, next: ControlNode)],
        _ cells: UnsafeMutablePointer<UInt64>, depth: Int
    ) throws(RunTimeError) {
        choices.removeSubrange(min(depth, choices.count)...)
        if choices.contains(node.number) {
            var isBound = [Bool](repeating: false, count: cellCount)
            for variable in arms.flatMap(\.arm.bindings) {
                if let cell = evaluator.cell(of: variable) { isBound[cell - cells] = true }
            }
            for (earlier, number) in choices.enumerated() where number == node.number {
                let before = blocks[earlier]
                if (0..<cellCount).allSatisfy({ before[$0] == cells[$0] || isBound[$0] }) {
                    throw Self.endlessLoop(node)
                }
            }
        }
        choices.append(node.number)
        guard depth >= Self.choiceDepthMax || arrivals >= Self.arrivalsMax else { return }
        throw RunTimeError(limit: .choices, "one step makes too many choices", at: node.span)
    }

    /// Runs one alternative on a copy of the cells.
    private func fork(
        _ next: ControlNode, _ cells: UnsafeMutablePointer<UInt64>, depth: Int, event: Event?
    ) {
        let copy = block(depth + 1)
        copy.update(from: cells, count: cellCount)
        attempt(copy) { () throws(RunTimeError) in
            if let event, self.isRecording { self.events.append(event) }
            try self.run(next, copy, depth: depth + 1, waits: false)
        }
    }

    private func choose(
        _ arms: [(arm: Typed.Arm, next: ControlNode)], _ node: ControlNode,
        _ cells: UnsafeMutablePointer<UInt64>, depth: Int, waits: Bool
    ) throws(RunTimeError) {
        var isEnabled = false
        for (arm, next) in arms {
            try bindAll(arm, arm.bindings[...], cells) {
                isEnabled = true
                self.fork(next, cells, depth: depth, event: self.isRecording ? self.bindEvent(arm) : nil)
            }
        }
        if !isEnabled, !waits {
            throw RunTimeError(.emptyChoice, "no arm of this choice is possible here", at: node.span)
        }
    }

    private func bindEvent(_ arm: Typed.Arm) -> Event {
        .bind(
            arm.bindings.map { variable in
                guard let place = evaluator.cell(of: variable) else {
                    preconditionFailure("locals have cells")
                }
                return (variable, CellCoding.decode(variable.type, place))
            })
    }

    /// Calls `body` for each combination of values of the arm's variables for which its condition holds.
    private func bindAll(
        _ arm: Typed.Arm, _ bindings: ArraySlice<Variable>, _ cells: UnsafeMutablePointer<UInt64>,
        _ body: () -> Void
    ) throws(RunTimeError) {
        evaluator.cells = cells
        guard let variable = bindings.first else {
            if let condition = arm.condition, !(try evaluator.bool(condition)) { return }
            body()
            return
        }
        guard let place = evaluator.cell(of: variable) else { preconditionFailure("locals have cells") }
        for ordinal in 0..<(variable.type.indexCount ?? 0) {
            try evaluator.countRound(arm.span)
            CellCoding.encode(variable.type.value(ordinal: Int128(ordinal)), variable.type, place)
            try bindAll(arm, bindings.dropFirst(), cells, body)
        }
    }

    /// Nodes with one way on.
    private func advance(
        _ node: ControlNode, _ cells: UnsafeMutablePointer<UInt64>
    ) throws(RunTimeError) -> ControlNode {
        switch node.kind {
        case .assign(let target, let value, let next):
            try evaluator.assign(target, try evaluator.evaluate(value))
            return next
        case .discard(let value, let next):
            _ = try evaluator.evaluate(value)
            return next
        case .mutate(let target, let mutation, let arguments, let next):
            try evaluator.mutate(target, mutation, arguments)
            return next
        case .enter(let operation, let arguments, let next):
            try enter(operation, arguments)
            return next
        case .branch(let test, let then, let otherwise): return try evaluator.bool(test) ? then : otherwise
        case .bind(let variable, let value, let then, let otherwise):
            let value = try evaluator.evaluate(value)
            if value == .none { return otherwise }
            if let place = evaluator.cell(of: variable) { CellCoding.encode(value, variable.type, place) }
            return then
        case .assert(let name, let condition, let next):
            guard try evaluator.bool(condition) else {
                throw RunTimeError(assertion: name, at: condition.span)
            }
            return next
        case .release(let target, let next):
            guard let place = try lockCell(target), place.pointee == UInt64(instance + 1) else {
                throw RunTimeError(
                    .lockNotHeld, "the lock named here is no longer the one that was taken",
                    at: target.span)
            }
            place.pointee = 0
            return next
        case .loopBegin(let variable, let range, let body, let after):
            return try beginLoop(variable, range) ? body : after
        case .loopNext(let variable, let range, let body, let after):
            return try continueLoop(variable, range) ? body : after
        case .pending, .finish, .boundary, .acquire, .await, .choose, .fault:
            preconditionFailure("handled by run")
        }
    }

    private func enter(_ operation: Typed.Operation, _ arguments: [Typed.Expression]) throws(RunTimeError) {
        var values: [Value] = []
        for argument in arguments { values.append(try evaluator.evaluate(argument)) }
        for (parameter, value) in zip(operation.parameters, values) {
            if let place = evaluator.cell(of: parameter) { CellCoding.encode(value, parameter.type, place) }
        }
        if let number = operationNumbers[ObjectIdentifier(operation)] { entered.append(number) }
        if isRecording { events.append(.enter(operation, values)) }
    }

    private func beginLoop(_ variable: Variable, _ range: ControlNode.LoopRange) throws(RunTimeError) -> Bool
    {
        guard let place = evaluator.cell(of: variable) else { preconditionFailure("locals have cells") }
        switch range {
        case .wholeType: CellCoding.encode(variable.type.value(ordinal: 0), variable.type, place)
        case .interval(let interval, let last):
            guard let bounds = try evaluator.closedRange(interval), let end = evaluator.cell(of: last) else {
                return false
            }
            for number in [bounds.lowerBound, bounds.upperBound] where !Arithmetic.fits(number, variable.type)
            {
                throw RunTimeError(
                    .outOfRange, "\(number) is not a value of '\(variable.type.description)'",
                    at: interval.span)
            }
            CellCoding.encode(.number(bounds.lowerBound), variable.type, place)
            CellCoding.encode(.number(bounds.upperBound), variable.type, end)
        }
        return true
    }

    private func continueLoop(_ variable: Variable, _ range: ControlNode.LoopRange) throws(RunTimeError)
        -> Bool
    {
        guard let place = evaluator.cell(of: variable) else { preconditionFailure("locals have cells") }
        let value = CellCoding.decode(variable.type, place)
        switch range {
        case .wholeType:
            let next = variable.type.ordinal(of: value) + 1
            guard next < Int128(variable.type.indexCount ?? 0) else { return false }
            CellCoding.encode(variable.type.value(ordinal: next), variable.type, place)
        case .interval(_, let last):
            guard let end = evaluator.cell(of: last), case .number(let number) = value,
                value != CellCoding.decode(variable.type, end)
            else { return false }
            CellCoding.encode(.number(number + 1), variable.type, place)
        }
        return true
    }

    // MARK: Locks

    /// The cell of the lock a target names.
    func lockCell(_ target: Typed.Target) throws(RunTimeError) -> UnsafeMutablePointer<UInt64>? {
        try evaluator.place(of: target)
    }

    func placeText(_ target: Typed.Target) throws(RunTimeError) -> String { try evaluator.text(of: target) }
}
