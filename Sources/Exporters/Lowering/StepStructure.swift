// SPDX-License-Identifier: MIT

import Core
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

    private let translator: CoreTranslator

    init(
        _ variables: ProcessVariables, source: Int, instance: Term, _ scope: StepScope,
        _ translator: CoreTranslator
    ) throws {
        self.variables = variables
        self.source = source
        self.instance = instance
        self.translator = translator
        var mayHold = Set(variables.graph.liveVariables[source].map(\.number))
        for node in scope.nodes {
            mayHold.formUnion(Self.changed(by: try Self.translated(node, translator)).map(\.number))
        }
        self.mayHold = mayHold
    }

    private static func translated(_ node: ControlNode, _ translator: CoreTranslator) throws -> Core.Node {
        do throws(CoreRefusal) {
            return try translator.node(node)
        } catch {
            throw ExportRefusal("\(error.message): it cannot be exported", at: error.span)
        }
    }

    func core(_ node: ControlNode) throws -> Core.Node { try Self.translated(node, translator) }

    // MARK: Locks

    struct Lock {
        let variable: ExportVariable
        let indices: [Term]

        var read: Term { .read(variable, indices) }
        func write(_ holder: Term) -> ExportStatement { .assign(variable, indices, holder) }
    }

    func lock(_ lock: Core.Place, _ span: Span?, _ builder: CodeBuilder) throws -> Lock {
        let place = try builder.place(of: lock, span ?? lock.variable.span)
        guard case .number(let variable, _) = place.storage, place.loops.isEmpty else {
            throw ExportRefusal("this lock cannot be exported", at: span)
        }
        return Lock(variable: variable, indices: place.indices)
    }

    /// What a lock says that this instance holds.
    var holder: Term { .add(instance, Int128(variables.firstInstance) + 1) }

    // MARK: Locals

    /// Stores what is known of locals that these nodes change: what is known must stay so.
    func settle(_ nodes: [ControlNode], _ builder: CodeBuilder) throws {
        for node in nodes {
            for variable in Self.changed(by: try core(node)) { settle(variable, builder) }
        }
    }

    private func settle(_ variable: Core.Variable, _ builder: CodeBuilder) {
        guard let operand = builder.known[variable.number],
            let (storage, indices) = variables.locate(variable, instance: instance)
        else { return }
        builder.known[variable.number] = nil
        builder.emit(storage.write(operand, indices))
    }

    /// Locals that a node gives a value.
    private static func changed(by node: Core.Node) -> [Core.Variable] {
        switch node {
        case .run(let statements, _): changed(by: statements)
        case .enter(_, let arguments, _): arguments.map(\.parameter)
        case .branch(let branch): changed(by: branch.before + branch.taken)
        case .finish, .location, .release, .choose, .fault: []
        }
    }

    private static func changed(by statements: [Core.Statement]) -> [Core.Variable] {
        var found: [Core.Variable] = []
        Core.Block(statements).visit { found += $0.writtenVariables.filter { $0.role == .local } }
        return found
    }

    /// A local gets a value: as something known where that stays true, else by an assignment.
    func store(
        _ operand: Operand, _ variable: Core.Variable, _ builder: CodeBuilder, mayKnow: Bool
    ) throws {
        if mayKnow, operand.isStable {
            builder.known[variable.number] = operand
            return
        }
        builder.known[variable.number] = nil
        guard let (storage, indices) = variables.locate(variable, instance: instance) else {
            preconditionFailure("locals have places")
        }
        try builder.assign(
            operand, variable.kind, to: CodeBuilder.Place(storage: storage, indices: indices))
    }

    // MARK: Nodes with one way on

    /// - Returns: what follows; `nil` where there is more than one way.
    func advance(_ node: ControlNode, _ builder: CodeBuilder, mayKnow: Bool) throws -> ControlNode? {
        switch try core(node) {
        case .run(let statements, let next):
            try run(statements, builder, mayKnow: mayKnow)
            return next
        case .release(let lock, let next):
            let lock = try self.lock(lock, node.span, builder)
            builder.check(.equal(lock.read, holder), .error(.lockNotHeld))
            builder.emit(lock.write(.constant(0)))
            return next
        case .enter(_, let arguments, let next):
            var values: [Operand] = []
            for (_, value) in arguments { values.append(try builder.operand(value)) }
            let written = arguments.reduce(into: Set<ExportVariable>()) {
                $0.formUnion(variables.locate($1.parameter, instance: instance)?.storage.variables ?? [])
            }
            for (number, (parameter, _)) in arguments.enumerated()
            where arguments.count > 1 && !values[number].variables.isDisjoint(with: written) {
                values[number] = builder.stored(values[number], parameter.kind, parameter.name)
            }
            for (value, (parameter, _)) in zip(values, arguments) {
                try store(value, parameter, builder, mayKnow: mayKnow)
            }
            return next
        case .branch(let branch):
            guard variables.mode == .symbolic, let range = branch.loop,
                range.variable.valueCount > LoweringMode.smallCountMax
            else { return nil }
            try run(branch.before, builder, mayKnow: mayKnow)
            try writeAtOnce(range, branch.then, builder)
            return branch.otherwise
        case .finish, .location, .choose, .fault: return nil
        }
    }

    /// Runs the statements of a node: what is stored in temporaries is a term where nothing that it reads is written.
    private func run(_ statements: [Core.Statement], _ builder: CodeBuilder, mayKnow: Bool) throws {
        var written: Set<ExportVariable> = []
        Core.Block(statements).visit { statement in
            for variable in statement.writtenVariables {
                written.formUnion(builder.place(of: variable)?.storage.variables ?? [])
            }
        }
        for statement in statements {
            switch statement.form {
            case .assign(let place, let value) where place.path.isEmpty && place.variable.role == .temporary:
                let operand = try builder.operand(value)
                builder.frames[place.variable.number] =
                    operand.variables.isDisjoint(with: written)
                    ? builder.shared(operand, value.kind, place.variable.name)
                    : builder.stored(operand, value.kind, place.variable.name)
            case .assign(let place, let value) where place.path.isEmpty && place.variable.role == .local:
                try store(try builder.operand(value), place.variable, builder, mayKnow: mayKnow)
            case .assign, .insert, .remove, .check, .conditional, .loop, .forEach, .call, .returnValue, .step,
                .await, .locked, .choose, .fault:
                for variable in Self.changed(by: [statement]) { settle(variable, builder) }
                try builder.execute([statement], nil)
            }
        }
    }

    /// Binds the parameters of an operation to what the arguments are, without storing them.
    func bind(_ node: ControlNode, _ builder: CodeBuilder) throws {
        guard case .enter(_, let arguments, _) = try core(node) else { return }
        let values = try arguments.map { try builder.operand($0.value) }
        for (value, (parameter, _)) in zip(values, arguments) { builder.known[parameter.number] = value }
    }

    /// A loop over all values of a type as one statement: rounds that do not touch each other happen at once.
    ///
    private func writeAtOnce(
        _ range: Core.Branch.Range, _ body: ControlNode, _ builder: CodeBuilder
    ) throws {
        let variable = range.variable
        let (first, last) = (try builder.operand(range.first), try builder.operand(range.last))
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
            case .pending, .release, .assign, .discard, .mutate, .enter, .branch, .bind, .assert, .loopBegin,
                .loopNext:
                return true
            }
        }
        guard isOneStep, variable.valueCount < .max else {
            throw ExportRefusal(
                "a loop over all of '\(variable.typeName)', which is unbounded, that is left, waits or chooses "
                    + "cannot be told as one step", at: variable.span)
        }
        try settle(inner.nodes, builder)
        let binder = Binder(name: variable.name, count: variable.valueCount)
        let value = Operand.value(ordinal: .bound(binder), of: variable.kind)
        let (_, statements) = try builder.captured {
            builder.known[variable.number] = value
            try write(body, stop: nil, inner, builder)
        }
        builder.known[variable.number] = nil
        var isMeant = Term.yes
        if case .number(let number) = value {
            isMeant = .and(.lessOrEqual(first.term, number), .lessOrEqual(number, last.term))
        }
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
        guard case .branch(let branch) = try core(node) else { preconditionFailure("a branch has two ways") }
        try run(branch.before, builder, mayKnow: false)
        return Fork(test: try builder.truth(branch.condition), then: branch.then, otherwise: branch.otherwise)
        {
            builder, mayKnow in
            try run(branch.taken, builder, mayKnow: mayKnow)
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

    func binder(_ variable: Core.Variable) throws -> Binder {
        let count = variable.valueCount
        guard variables.mode == .symbolic ? count < Int.max : count <= 1 << 12 else {
            throw ExportRefusal(
                "a choice among \(count) values cannot be exported", at: variable.span,
                help: "set a smaller scope: '--set NAME=VALUE'")
        }
        return Binder(name: variable.name, count: count)
    }

    /// Whether some arm of a choice is possible.
    func isAnyEnabled(
        _ arms: [(arm: Core.Choice, next: ControlNode)], _ builder: CodeBuilder
    ) throws -> Term {
        var result = Term.no
        for (arm, _) in arms {
            guard let condition = arm.condition else {
                return .yes
            }
            func any(_ bindings: ArraySlice<Core.Variable>) throws -> Term {
                guard let variable = bindings.first else { return try builder.truth(condition) }
                let binder = try binder(variable)
                builder.known[variable.number] = .value(ordinal: .bound(binder), of: variable.kind)
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
        case .record, .array, .set: false
        }
    }
}
