// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage
import TransitionSystem

/// Nodes of a control graph as statements: branches that join again as conditionals, circles as loops.
struct StepStructure {
    private let variables: ProcessVariables
    private let source: Int
    private let instance: Term
    /// Locals that may hold something when the step ends.
    private let mayHold: Set<Int>

    init(_ variables: ProcessVariables, source: Int, instance: Term, _ scope: StepScope) {
        self.variables = variables
        self.source = source
        self.instance = instance
        mayHold = Set(
            (variables.graph.liveVariables[source] + scope.nodes.flatMap(Self.changed)).map(\.number))
    }

    // MARK: Locks

    struct Lock {
        let variable: ExportVariable
        let indices: [Term]

        var read: Term { .read(variable, indices) }
        func write(_ holder: Term) -> ExportStatement { .assign(variable, indices, holder) }
    }

    func lock(_ target: Typed.Target, _ builder: CodeBuilder) throws -> Lock {
        let place = try builder.place(of: target)
        guard case .number(let variable, _) = place.storage, place.loops.isEmpty else {
            throw ExportRefusal("this lock cannot be exported", at: target.span)
        }
        return Lock(variable: variable, indices: place.indices)
    }

    /// What a lock says that this instance holds.
    var holder: Term { .add(instance, Int128(variables.firstInstance) + 1) }

    // MARK: Locals

    /// Stores what is known of locals that these nodes change: what is known must stay so.
    func settle(_ nodes: [ControlNode], _ builder: CodeBuilder) {
        for node in nodes {
            for variable in Self.changed(by: node) { settle(variable, builder) }
        }
    }

    private func settle(_ variable: Variable, _ builder: CodeBuilder) {
        guard let operand = builder.known[variable.number],
            let (storage, indices) = variables.locate(variable, instance: instance)
        else { return }
        builder.known[variable.number] = nil
        builder.emit(storage.write(operand, indices))
    }

    private static func changed(by node: ControlNode) -> [Variable] {
        switch node.kind {
        case .assign(let target, _, _), .mutate(let target, _, _, _): [target.variable]
        case .enter(let operation, _, _): operation.parameters
        case .bind(let variable, _, _, _): [variable]
        case .loopBegin(let variable, let range, _, _), .loopNext(let variable, let range, _, _):
            if case .interval(_, let last) = range { [variable, last] } else { [variable] }
        default: []
        }
    }

    /// A local gets a value: as something known where that stays true, else by an assignment.
    func store(_ operand: Operand, _ variable: Variable, _ builder: CodeBuilder, mayKnow: Bool) throws {
        if mayKnow, operand.isStable {
            builder.known[variable.number] = operand
            return
        }
        builder.known[variable.number] = nil
        guard let (storage, indices) = variables.locate(variable, instance: instance) else {
            preconditionFailure("locals have places")
        }
        try builder.assign(
            operand, variable.type, to: CodeBuilder.Place(storage: storage, indices: indices))
    }

    // MARK: Nodes with one way on

    /// - Returns: what follows; `nil` where there is more than one way.
    func advance(_ node: ControlNode, _ builder: CodeBuilder, mayKnow: Bool) throws -> ControlNode? {
        switch node.kind {
        case .assign(let target, let value, let next):
            if case .operation = target.variable.storage, target.path.isEmpty {
                try store(try builder.operand(value), target.variable, builder, mayKnow: mayKnow)
            } else {
                settle(target.variable, builder)
                try builder.assign(target, value)
            }
            return next
        case .discard(let value, let next):
            _ = try builder.operand(value)
            return next
        case .mutate(let target, let mutation, let arguments, let next):
            settle(target.variable, builder)
            try builder.mutate(target, mutation, arguments)
            return next
        case .enter(let operation, let arguments, let next):
            var values: [Operand] = []
            for argument in arguments { values.append(try builder.operand(argument)) }
            let written = operation.parameters.reduce(into: Set<ExportVariable>()) {
                $0.formUnion(variables.locate($1, instance: instance)?.storage.variables ?? [])
            }
            for (number, parameter) in operation.parameters.enumerated()
            where operation.parameters.count > 1 && !values[number].variables.isDisjoint(with: written) {
                values[number] = builder.stored(values[number], parameter.type, parameter.name)
            }
            for (value, parameter) in zip(values, operation.parameters) {
                try store(value, parameter, builder, mayKnow: mayKnow)
            }
            return next
        case .assert(let name, let condition, let next):
            builder.check(try builder.truth(condition), .assertion(name))
            return next
        case .release(let target, let next):
            let lock = try lock(target, builder)
            builder.check(.equal(lock.read, holder), .error(.lockNotHeld))
            builder.emit(lock.write(.constant(0)))
            return next
        case .loopBegin(let variable, .wholeType, let body, let after):
            if variables.mode == .symbolic, variable.type.indexCount ?? 0 > LoweringMode.smallCountMax {
                try writeAtOnce(variable, body, builder) { _ in .yes }
                return after
            }
            let first = Operand.value(ordinal: .constant(0), of: variable.type)
            try store(first, variable, builder, mayKnow: mayKnow)
            return body
        case .loopBegin(let variable, .interval(let interval, _), let body, let after)
        where variables.mode == .symbolic && variable.type.indexCount ?? 0 > LoweringMode.smallCountMax:
            let (first, last) = try builder.operand(interval).interval
            try writeAtOnce(variable, body, builder) { number in
                .and(.lessOrEqual(first, number), .lessOrEqual(number, last))
            }
            return after
        case .pending, .finish, .boundary, .acquire, .await, .choose, .fault, .branch, .bind, .loopBegin,
            .loopNext:
            return nil
        }
    }

    /// Binds the parameters of an operation to what the arguments are, without storing them.
    func bind(_ node: ControlNode, _ builder: CodeBuilder) throws {
        guard case .enter(let operation, let arguments, _) = node.kind else { return }
        let values = try arguments.map { try builder.operand($0) }
        for (value, parameter) in zip(values, operation.parameters) {
            builder.known[parameter.number] = value
        }
    }

    /// A loop over all values of a type as one statement: rounds that do not touch each other happen at once.
    ///
    /// - Parameter isMeant: whether there is a round for this number.
    private func writeAtOnce(
        _ variable: Variable, _ body: ControlNode, _ builder: CodeBuilder, _ isMeant: (Term) -> Term
    ) throws {
        let isEnd = { (node: ControlNode) in
            if case .loopNext(let other, _, _, _) = node.kind {
                other.number == variable.number
            } else {
                false
            }
        }
        let inner = StepScope(from: body) { node in
            if isEnd(node) { return .back }
            if case .finish = node.kind { return .arrival }
            return node.isLocation ? .arrival : nil
        }
        let all = inner.nodes + inner.nodes.flatMap(\.successors)
        let isOneStep = all.allSatisfy { node in
            if isEnd(node) { return true }
            switch node.kind {
            case .finish, .boundary, .acquire, .await, .choose, .fault: return false
            default: return true
            }
        }
        guard isOneStep, variable.type.indexCount ?? .max < .max else {
            throw ExportRefusal(
                "a loop over all of '\(variable.type.description)', which is unbounded, that is left, waits or chooses "
                    + "cannot be told as one step", at: variable.span)
        }
        settle(inner.nodes, builder)
        let binder = Binder(name: variable.name, count: variable.type.indexCount ?? 0)
        let (_, statements) = try builder.captured {
            builder.known[variable.number] = .value(ordinal: .bound(binder), of: variable.type)
            try write(body, stop: nil, inner, builder)
        }
        builder.known[variable.number] = nil
        let number = Operand.value(ordinal: .bound(binder), of: variable.type).term
        let isMeant = isMeant(number)
        builder.emit(
            .forEach(
                binder,
                isMeant.booleanConstant == true ? statements : [.conditional(isMeant, statements, [])]))
    }

    // MARK: Branches

    /// A test, and what each side begins with.
    private struct Fork {
        let test: Term
        let then: ControlNode
        let otherwise: ControlNode
        var first: (CodeBuilder, Bool) throws -> Void = { _, _ in }
    }

    private func fork(_ node: ControlNode, _ builder: CodeBuilder) throws -> Fork {
        switch node.kind {
        case .branch(let condition, let then, let otherwise):
            return Fork(test: try builder.truth(condition), then: then, otherwise: otherwise)
        case .bind(let variable, let value, let then, let otherwise):
            guard case .optional(let present, let wrapped, _) = try builder.operand(value) else {
                preconditionFailure("an optional was checked")
            }
            return Fork(test: present, then: then, otherwise: otherwise) { builder, mayKnow in
                try store(wrapped, variable, builder, mayKnow: mayKnow)
            }
        case .loopBegin(let variable, .interval(let interval, let end), let body, let after):
            var (first, last) = try builder.operand(interval).interval
            if case .range(_, let lower, let upper) = variable.type {
                let fits = Term.and(
                    .lessOrEqual(.constant(lower), first), .lessOrEqual(last, .constant(upper)))
                builder.check(.or(.less(last, first), fits), .error(.outOfRange))
                let bounded = { (term: Term) in term.narrowed(Int128(lower), Int128(upper)) }
                (first, last) = (bounded(first), bounded(last))
            }
            return Fork(test: .lessOrEqual(first, last), then: body, otherwise: after) { builder, mayKnow in
                let values = [(end, last), (variable, first)]
                for (variable, value) in values {
                    try store(.number(value), variable, builder, mayKnow: mayKnow)
                    for grown in variables.locate(variable, instance: instance)?.storage.variables ?? [] {
                        grown.grow(for: first)
                        grown.grow(for: last)
                    }
                }
            }
        case .loopNext(let variable, .wholeType, let body, let after):
            let ordinal = try builder.value(of: variable).ordinal(in: variable.type)
            let test = Term.less(ordinal, .constant((variable.type.indexCount ?? 1) - 1))
            return Fork(test: test, then: body, otherwise: after) { builder, mayKnow in
                try store(
                    .value(ordinal: .add(ordinal, 1), of: variable.type), variable, builder, mayKnow: mayKnow)
            }
        case .loopNext(let variable, .interval(_, let end), let body, let after):
            let (number, last) = (try builder.value(of: variable).term, try builder.value(of: end).term)
            return Fork(test: .less(number, last), then: body, otherwise: after) { builder, mayKnow in
                try store(.number(.add(number, 1)), variable, builder, mayKnow: mayKnow)
            }
        default: preconditionFailure("'\(node.kind)' is no branch")
        }
    }

    /// The side that is taken where it is known before; what it begins with has been written then.
    func decided(
        _ node: ControlNode, _ builder: CodeBuilder
    ) throws -> (test: Bool, then: ControlNode, otherwise: ControlNode)? {
        let trial = builder.fork()
        let fork = try fork(node, trial)
        guard let test = fork.test.booleanConstant else { return nil }
        let real = try self.fork(node, builder)
        if test { try real.first(builder, true) }
        return (test, real.then, real.otherwise)
    }

    /// Takes one side of a branch: where it is not taken, this is no transition.
    func take(_ node: ControlNode, _ isTaken: Bool, _ builder: CodeBuilder) throws -> ControlNode {
        let fork = try fork(node, builder)
        builder.emit(.require(isTaken ? fork.test : !fork.test))
        if isTaken { try fork.first(builder, true) }
        return isTaken ? fork.then : fork.otherwise
    }

    // MARK: Structure

    /// Writes what happens from a node to the stop, or to the ends of the scope. Nothing is known of locals that change.
    func write(
        _ start: ControlNode, stop: ControlNode?, _ scope: StepScope, _ builder: CodeBuilder,
        isHead: Bool = false, exit: ExportVariable? = nil
    ) throws {
        var (node, isHead) = (start, isHead)
        while true {
            if !isHead {
                if node.number == stop?.number { return }
                switch scope.sink(node) {
                case .arrival?: return arrive(node, builder)
                case .exit(let number)?:
                    if let exit { builder.emit(.assign(exit, [], .constant(number))) }
                    return
                case .back?: return
                case nil: break
                }
                if scope.isCircular(node) {
                    guard let next = try writeLoop(node, stop: stop, scope, builder, exit) else { return }
                    node = next
                    continue
                }
            }
            isHead = false
            if let next = try advance(node, builder, mayKnow: false) {
                node = next
                continue
            }
            let fork = try fork(node, builder)
            let join = scope.join(after: node)
            let (_, then) = try builder.captured {
                try fork.first(builder, false)
                try write(fork.then, stop: join ?? stop, scope, builder, exit: exit)
            }
            let (_, otherwise) = try builder.captured {
                try write(fork.otherwise, stop: join ?? stop, scope, builder, exit: exit)
            }
            builder.emitConditional(fork.test, then, otherwise)
            guard let join else { return }
            node = join
        }
    }

    /// - Returns: where control goes on; `nil` where it does not.
    private func writeLoop(
        _ head: ControlNode, stop: ControlNode?, _ scope: StepScope, _ builder: CodeBuilder,
        _ exit: ExportVariable?
    ) throws -> ControlNode? {
        let (exits, taken) = try loop(head, scope, builder)
        if exits.count <= 1 { return exits.first }
        let circle = scope.circle(of: head)
        var join = scope.join(after: head)
        while let inner = join, circle.contains(inner.number) { join = scope.join(after: inner) }
        for (number, next) in exits.enumerated() where next.number != join?.number {
            let (_, inner) = try builder.captured {
                try write(next, stop: join ?? stop, scope, builder, exit: exit)
            }
            builder.emit(inner, where: .equal(.read(taken), number + 1))
        }
        return join
    }

    /// Writes a loop; what follows it depends on the exit taken, from 1.
    func loop(
        _ head: ControlNode, _ scope: StepScope, _ builder: CodeBuilder
    ) throws -> (exits: [ControlNode], taken: ExportVariable) {
        let circle = scope.circle(of: head)
        let members = scope.nodes.filter { circle.contains($0.number) }.sorted { $0.number < $1.number }
        var exits: [ControlNode] = []
        for next in members.flatMap(\.successors) where !circle.contains(next.number) {
            if !exits.contains(where: { $0.number == next.number }) { exits.append(next) }
        }
        let numbers = Dictionary(
            uniqueKeysWithValues: exits.enumerated().map { ($0.element.number, $0.offset + 1) })
        let body = StepScope(from: head) { node in
            if node.number == head.number { return .back }
            return numbers[node.number].map { .exit($0) }
        }
        let taken = builder.temporary("left_by", upper: Int128(max(1, exits.count)))
        let (_, inner) = try builder.captured {
            try write(head, stop: nil, body, builder, isHead: true, exit: taken)
        }
        let entering = members.filter { $0.successors.contains { $0.number == head.number } }
        let isBounded = entering.allSatisfy { if case .loopNext = $0.kind { true } else { false } }
        builder.emit(.assign(taken, [], .constant(0)))
        builder.emit(.loop(.equal(.read(taken), 0), roundsMax: isBounded ? 1 << 16 : nil, inner))
        return (exits, taken)
    }

    // MARK: Arrival

    private func arrive(_ node: ControlNode, _ builder: CodeBuilder) {
        var number = 0
        if node.isLocation { number = variables.graph.locationNumber(of: node) }
        let live = Set(variables.graph.liveVariables[number].map(\.number))
        for variable in variables.graph.variables {
            guard let storage = variables.state[variable.number] else { continue }
            if !live.contains(variable.number) {
                if mayHold.contains(variable.number) { builder.emit(storage.clear([instance])) }
            } else if let operand = builder.known[variable.number] {
                builder.emit(storage.write(operand, [instance]))
            }
        }
        if number != source {
            builder.emit(.assign(variables.location, [instance], .constant(number)))
        }
    }

    // MARK: Choices

    func binder(_ variable: Variable) throws -> Binder {
        let count = variable.type.indexCount ?? 0
        guard variables.mode == .symbolic ? count < Int.max : count <= 1 << 12 else {
            throw ExportRefusal(
                "a choice among \(count) values cannot be exported", at: variable.span,
                help: "set a smaller scope: '--set NAME=VALUE'")
        }
        return Binder(name: variable.name, count: count)
    }

    /// Whether some arm of a choice is possible.
    func isAnyEnabled(
        _ arms: [(arm: Typed.Arm, next: ControlNode)], _ builder: CodeBuilder
    ) throws -> Term {
        var result = Term.no
        for (arm, _) in arms {
            guard let condition = arm.condition else {
                if arm.bindings.allSatisfy({ ($0.type.indexCount ?? 0) > 0 }) { return .yes }
                continue
            }
            func any(_ bindings: ArraySlice<Variable>) throws -> Term {
                guard let variable = bindings.first else { return try builder.truth(condition) }
                let binder = try binder(variable)
                builder.known[variable.number] = .value(ordinal: .bound(binder), of: variable.type)
                return try builder.quantified(false, binder) { try any(bindings.dropFirst()) }
            }
            let (enabled, inner) = try builder.captured { try any(arm.bindings[...]) }
            builder.emit(inner, where: !result)
            result = .or(result, enabled)
        }
        return result
    }
}

extension Operand {
    /// Whether it has the same value at every moment of a transition.
    fileprivate var isStable: Bool {
        switch self {
        case .number(let term), .truth(let term): term.isStable
        case .optional(let present, let wrapped, let code):
            present.booleanConstant == false || present.isStable && wrapped.isStable && code?.isStable ?? true
        default: false
        }
    }
}
