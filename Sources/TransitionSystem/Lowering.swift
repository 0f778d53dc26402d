// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// Typed statements to control nodes, from the back: each statement is lowered for the node that follows it.
///
/// Nodes are shared: the same statement with the same continuation (what follows, what `return` does) is
/// the same node.
/// So an operation called in tail position from two places has one set of locations.
final class Lowering {
    struct TooLarge: Error {}

    /// What `return` means: where it goes, what takes the value, which locks are released on the way.
    private struct Context: Hashable {
        let owner: String
        let returnNode: Int
        let resultNumber: Int
        let locks: [Int]
    }

    private final class ReturnPlace {
        let owner: String
        let node: ControlNode
        let result: Variable?
        /// Innermost last.
        let locks: [Typed.Target]
        let lockNumbers: [Int]
        let number: Int

        init(
            owner: String, node: ControlNode, result: Variable?, locks: [Typed.Target], lockNumbers: [Int],
            number: Int
        ) {
            self.owner = owner
            self.node = node
            self.result = result
            self.locks = locks
            self.lockNumbers = lockNumbers
            self.number = number
        }
    }

    private struct Key: Hashable {
        let statement: ObjectIdentifier
        let next: Int
        let place: Int
    }

    private var nodes: [ControlNode] = []
    private var memo: [Key: ControlNode] = [:]
    private var places: [Context: ReturnPlace] = [:]
    private var lockNumbers: [ObjectIdentifier: Int] = [:]
    /// Ends of the ranges of loops, by statement: operations do not recurse, so one is enough.
    private var loopEnds: [ObjectIdentifier: Variable] = [:]
    private let firstHiddenNumber: Int
    private var failures = FailureAnalysis()

    private init(firstHiddenNumber: Int) { self.firstHiddenNumber = firstHiddenNumber }

    /// The graph of a process or `init` body.
    ///
    /// - Parameter firstHiddenNumber: above the numbers of all variables of the spec, for those that no
    ///   author wrote.
    static func graph(
        of body: Typed.Block, owner: String, parameters: [Variable], firstHiddenNumber: Int
    ) throws(TooLarge) -> ControlGraph {
        let lowering = Lowering(firstHiddenNumber: firstHiddenNumber)
        let finish = try lowering.make(.finish, owner, nil)
        let place = lowering.place(owner: owner, node: finish, result: nil, locks: [], lockNumbers: [])
        let entry = try lowering.lower(body, next: finish, place)
        return ControlGraph(entry: entry, nodes: lowering.nodes, parameters: parameters)
    }

    private func make(_ kind: ControlNode.Kind, _ owner: String, _ span: Span?) throws(TooLarge)
        -> ControlNode
    {
        guard nodes.count < ControlGraph.nodesMax else { throw TooLarge() }
        let node = ControlNode(number: nodes.count, kind: kind, owner: owner, span: span)
        nodes.append(node)
        return node
    }

    private func place(
        owner: String, node: ControlNode, result: Variable?, locks: [Typed.Target], lockNumbers: [Int]
    ) -> ReturnPlace {
        let context = Context(
            owner: owner, returnNode: node.number, resultNumber: result?.number ?? 0, locks: lockNumbers)
        if let place = places[context] { return place }
        let place = ReturnPlace(
            owner: owner, node: node, result: result, locks: locks, lockNumbers: lockNumbers,
            number: places.count)
        places[context] = place
        return place
    }

    private func lower(_ block: Typed.Block, next: ControlNode, _ place: ReturnPlace) throws(TooLarge)
        -> ControlNode
    {
        var node = next
        for statement in block.statements.reversed() { node = try lower(statement, next: node, place) }
        return node
    }

    private func lower(
        _ statement: Typed.Statement, next: ControlNode, _ place: ReturnPlace
    ) throws(TooLarge) -> ControlNode {
        let key = Key(statement: ObjectIdentifier(statement), next: next.number, place: place.number)
        if let known = memo[key] { return known }
        let node: ControlNode
        let (owner, span) = (place.owner, statement.span)
        switch statement.kind {
        case .whileLoop(let condition, _, _, let body):
            node = try make(.pending, owner, span)
            memo[key] = node
            node.kind = .branch(condition, then: try lower(body, next: node, place), otherwise: next)
        case .forEach(let variable, let body):
            node = try loop(variable, .wholeType, body, next: next, place, span)
        case .forInterval(let variable, let interval, let body):
            let end = loopEnd(of: statement, variable)
            node = try loop(variable, .interval(interval, last: end), body, next: next, place, span)
        case .forList(let variable, let list, let body):
            node = try unrolled(variable, list, body, next: next, place, span)
        case .callOperation(let operation, let arguments, let result):
            let callee = self.place(
                owner: operation.name, node: next, result: result, locks: [], lockNumbers: [])
            let body = try lower(operation.body, next: next, callee)
            node = try make(.enter(operation, arguments, next: body), operation.name, span)
        case .returnValue(let value): node = try leave(value, place, span)
        case .withLock(let target, let body):
            let number = lockNumbers[ObjectIdentifier(statement)] ?? lockNumbers.count + 1
            lockNumbers[ObjectIdentifier(statement)] = number
            let inner = self.place(
                owner: owner, node: place.node, result: place.result, locks: place.locks + [target],
                lockNumbers: place.lockNumbers + [number])
            let release = try make(.release(target, next: next), owner, span)
            node = try make(.acquire(target, next: try lower(body, next: release, inner)), owner, span)
        case .assert, .assign, .await, .choose, .conditional, .mutate, .step:
            node = try simple(statement, next: next, place)
        }
        memo[key] = node
        return node
    }

    private func simple(
        _ statement: Typed.Statement, next: ControlNode, _ place: ReturnPlace
    ) throws(TooLarge) -> ControlNode {
        let (owner, span) = (place.owner, statement.span)
        switch statement.kind {
        case .assign(let target, let value): return try make(.assign(target, value, next: next), owner, span)
        case .mutate(let target, let mutation, let arguments):
            return try make(.mutate(target, mutation, arguments, next: next), owner, span)
        case .conditional(let condition, let then, let otherwise):
            let thenNode = try lower(then, next: next, place)
            let otherwiseNode = try lower(otherwise, next: next, place)
            switch condition {
            case .expression(let test):
                return try make(.branch(test, then: thenNode, otherwise: otherwiseNode), owner, span)
            case .binding(let variable, let value):
                return try make(.bind(variable, value, then: thenNode, otherwise: otherwiseNode), owner, span)
            case .fault(let name):
                return try make(.fault(name, strikes: thenNode, passes: otherwiseNode), owner, span)
            }
        case .step(let label): return try make(.boundary(label: label, next: next), owner, span)
        case .await(let condition): return try make(.await(condition, next: next), owner, span)
        case .choose(let arms):
            var lowered: [(arm: Typed.Arm, next: ControlNode)] = []
            for arm in arms { lowered.append((arm, try lower(arm.body, next: next, place))) }
            return try make(.choose(lowered), owner, span)
        case .assert(let name, let condition):
            return try make(.assert(name, condition, next: next), owner, span)
        case .callOperation, .forEach, .forInterval, .forList, .returnValue, .whileLoop, .withLock:
            preconditionFailure("lowered elsewhere")
        }
    }

    private func loopEnd(of statement: Typed.Statement, _ variable: Variable) -> Variable {
        if let known = loopEnds[ObjectIdentifier(statement)] { return known }
        let end = Variable(
            name: "last \(variable.name)", type: variable.type, storage: variable.storage, isMutable: true,
            span: statement.span, number: firstHiddenNumber + loopEnds.count)
        loopEnds[ObjectIdentifier(statement)] = end
        return end
    }

    private func loop(
        _ variable: Variable, _ range: ControlNode.LoopRange, _ body: Typed.Block, next: ControlNode,
        _ place: ReturnPlace, _ span: Span
    ) throws(TooLarge) -> ControlNode {
        let again = try make(.pending, place.owner, span)
        let bodyNode = try lower(body, next: again, place)
        again.kind = .loopNext(variable, range, body: bodyNode, after: next)
        return try make(.loopBegin(variable, range, body: bodyNode, after: next), place.owner, span)
    }

    /// Lists are short constants: one copy of the body for each element.
    private func unrolled(
        _ variable: Variable, _ list: Typed.Expression, _ body: Typed.Block, next: ControlNode,
        _ place: ReturnPlace, _ span: Span
    ) throws(TooLarge) -> ControlNode {
        guard case .literal(.list(let values)) = list.kind else {
            preconditionFailure("lists are constants")
        }
        var node = next
        for value in values.reversed() {
            let bodyNode = try lower(body, next: node, place)
            let target = Typed.Target(variable: variable, path: [], type: variable.type, span: span)
            let literal = Typed.Expression(.literal(value), type: variable.type, span: span)
            node = try make(.assign(target, literal, next: bodyNode), place.owner, span)
        }
        return node
    }

    /// `return`: the value, then the locks, then wherever the call continues.
    private func leave(
        _ value: Typed.Expression?, _ place: ReturnPlace, _ span: Span
    ) throws(TooLarge) -> ControlNode {
        var node = place.node
        for lock in place.locks { node = try make(.release(lock, next: node), place.owner, span) }
        guard let value else { return node }
        guard let result = place.result else {
            // A value that nobody wants keeps no variable alive, unless making it can fail.
            return failures.canFail(value) ? try make(.discard(value, next: node), place.owner, span) : node
        }
        let target = Typed.Target(variable: result, path: [], type: result.type, span: span)
        return try make(.assign(target, value, next: node), place.owner, span)
    }
}
