// SPDX-License-Identifier: MIT

import SpecLanguage

/// Which state cells the evaluation of expressions and the running of control nodes can read and write, for one
/// process instance (or for a property, which has no instance). Errs on the side of more.
final class AccessCollector {
    /// One step further into a variable.
    private enum Step {
        /// `nil`: any element.
        case element(Int?)
        case field(Int)
    }

    private struct CallKey: Hashable {
        let function: ObjectIdentifier
        let arguments: [Value?]
    }

    private(set) var reads: CellSet
    private(set) var writes: CellSet
    private var values: KnownValues
    private let stateOffsets: [Int]
    private let cellCount: Int
    private var readsOfCalls: [CallKey: CellSet] = [:]

    init(_ system: TransitionSystem, values: KnownValues) {
        stateOffsets = system.stateOffsets
        cellCount = system.layout.stateCellCount
        reads = CellSet(below: cellCount)
        writes = CellSet(below: cellCount)
        self.values = values
    }

    /// Forgets what was collected.
    func begin() {
        reads = CellSet(below: cellCount)
        writes = CellSet(below: cellCount)
    }

    // MARK: Nodes

    /// What the node itself does, not what follows.
    func visit(_ node: ControlNode) {
        switch node.kind {
        case .pending, .finish, .boundary, .fault, .loopNext: break
        case .acquire(let target, _), .release(let target, _):
            visit(target, isRead: true)
        case .await(let expression, _), .discard(let expression, _), .branch(let expression, _, _),
            .assert(_, let expression, _), .bind(_, let expression, _, _):
            visit(expression)
        case .assign(let target, let value, _):
            visit(value)
            visit(target, isRead: false)
        case .mutate(let target, _, let arguments, _):
            for argument in arguments { visit(argument) }
            visit(target, isRead: true)
        case .enter(_, let arguments, _): for argument in arguments { visit(argument) }
        case .choose(let arms): for (arm, _) in arms { if let condition = arm.condition { visit(condition) } }
        case .loopBegin(_, let range, _, _): if case .interval(let bounds, _) = range { visit(bounds) }
        }
    }

    /// Writes a place, and evaluates its indices.
    private func visit(_ target: Typed.Target, isRead: Bool) {
        for index in target.indices { visit(index) }
        let cells = self.cells(of: target)
        writes.formUnion(cells)
        if isRead { reads.formUnion(cells) }
    }

    /// The cells that a target can mean; empty for locals.
    func cells(of target: Typed.Target) -> CellSet {
        var cells = CellSet(below: cellCount)
        guard target.variable.storage == .state else { return cells }
        var steps: [Step] = []
        var type = target.variable.type
        for step in target.path {
            switch (step, type) {
            case (.element(let index), .array(let indexType, let element)):
                steps.append(.element(ordinal(of: index, in: indexType)))
                type = element
            case (.everyElement, .array(_, let element)):
                steps.append(.element(nil))
                type = element
            case (.field(let number), .structure(_, let fields)):
                steps.append(.field(number))
                type = fields[number].type
            case (.element, _), (.everyElement, _), (.field, _): preconditionFailure("the path was checked")
            }
        }
        insert(
            steps[...], of: target.variable.type, at: stateOffsets[target.variable.number], into: &cells)
        return cells
    }

    private func ordinal(of index: Typed.Expression, in type: SpecType) -> Int? {
        if type.indexCount == 1 { return 0 }
        guard let value = values.value(of: index) else { return nil }
        let ordinal = type.ordinal(of: value)
        // Outside is a run-time error: any answer will do.
        return ordinal >= 0 && ordinal < Int128(type.indexCount ?? 0) ? Int(ordinal) : nil
    }

    private func insert(
        _ steps: ArraySlice<Step>, of type: SpecType, at offset: Int, into cells: inout CellSet
    ) {
        switch (steps.first, type) {
        case (.element(let ordinal?), .array(_, let element)):
            insert(
                steps.dropFirst(), of: element, at: offset + ordinal * CellCoding.count(element),
                into: &cells)
        case (.element(nil), .array(let index, let element)):
            for ordinal in 0..<(index.indexCount ?? 0) {
                insert(
                    steps.dropFirst(), of: element, at: offset + ordinal * CellCoding.count(element),
                    into: &cells)
            }
        case (.field(let number), .structure(_, let fields)):
            let before = fields[..<number].reduce(0) { $0 + CellCoding.count($1.type) }
            insert(steps.dropFirst(), of: fields[number].type, at: offset + before, into: &cells)
        case (nil, _): cells.insert(offset..<offset + CellCoding.count(type))
        case (.element, _), (.field, _): preconditionFailure("the path was checked")
        }
    }

    // MARK: Expressions

    /// What evaluating an expression reads.
    func visit(_ expression: Typed.Expression) {
        if let (variable, steps) = place(expression) {
            insert(steps[...], of: variable.type, at: stateOffsets[variable.number], into: &reads)
            visitIndices(expression)
            return
        }
        if case .call(let function, let arguments) = expression.kind { return visitCall(function, arguments) }
        for child in expression.children { visit(child) }
    }

    /// A part of a state variable named by an expression.
    private func place(_ expression: Typed.Expression) -> (Variable, [Step])? {
        switch expression.kind {
        case .variable(let variable): return variable.storage == .state ? (variable, []) : nil
        case .element(let base, let index):
            guard case .array(let indexType, _) = base.type, let (variable, steps) = place(base) else {
                return nil
            }
            return (variable, steps + [.element(ordinal(of: index, in: indexType))])
        case .field(let base, let number):
            guard case .structure = base.type, let (variable, steps) = place(base) else { return nil }
            return (variable, steps + [.field(number)])
        case .arithmetic, .call, .comparison, .conditional, .connective, .convert, .interval, .list,
            .listQuantifier, .literal, .method, .not, .optionalBinding, .quantifier, .record, .sign:
            return nil
        }
    }

    private func visitIndices(_ expression: Typed.Expression) {
        switch expression.kind {
        case .element(let base, let index):
            visitIndices(base)
            visit(index)
        case .field(let base, _): visitIndices(base)
        case .arithmetic, .call, .comparison, .conditional, .connective, .convert, .interval, .list,
            .listQuantifier, .literal, .method, .not, .optionalBinding, .quantifier, .record, .sign,
            .variable:
            break
        }
    }

    // MARK: Functions

    private func visitCall(_ function: Typed.Function, _ arguments: [Typed.Expression]) {
        for argument in arguments { visit(argument) }
        let known = arguments.map { values.value(of: $0) }
        let key = CallKey(function: ObjectIdentifier(function), arguments: known)
        if let cells = readsOfCalls[key] {
            reads.formUnion(cells)
            return
        }
        // Functions do not recurse: nobody needs the parameters' values from before.
        for (parameter, value) in zip(function.parameters, known) { values.bind(parameter, to: value) }
        let before = reads
        reads = CellSet(below: cellCount)
        visit(function.definition.body)
        readsOfCalls[key] = reads
        reads.formUnion(before)
    }

    private func visit(_ block: Typed.Block) { for statement in block.statements { visit(statement) } }

    private func visit(_ statement: Typed.Statement) {
        for expression in statement.expressions { visit(expression) }
        if let target = statement.target { visit(target, isRead: true) }
        for block in statement.blocks { visit(block) }
    }
}
