// SPDX-License-Identifier: MIT

import Core
import Diagnostics
import SpecLanguage
import TransitionSystem

/// The steps of one process from one location, as rules: one for each way to choose. What follows the last choice is
/// one text; a branch before a choice that only one side of it has is a rule for each side.
final class StepLowering {
    private let variables: ProcessVariables
    private let source: Int
    private let scope: StepScope
    private let instance: Binder
    private let structure: StepStructure
    /// Nodes from which a choice can follow within the step.
    private let choosing: Set<Int>
    private let instanceCount: Int
    private let locateState: CodeBuilder.Locate
    private let translator: CoreTranslator
    private(set) var rules: [ExportModel.Rule] = []
    /// Functions whose contracts stand for them.
    private(set) var relied: [Typed.Function] = []

    private static let rulesMax = 2000
    private static let nodesMax = 5000

    /// One way to choose, as far as it has been followed.
    private struct Path {
        let builder: CodeBuilder
        var parameters: [Binder]
        var choices: [String] = []
        /// Operations entered, in order.
        var operations: [String] = []
        var length = 0

        func fork() -> Path {
            Path(
                builder: builder.fork(), parameters: parameters, choices: choices, operations: operations,
                length: length)
        }
    }

    init(
        _ variables: ProcessVariables, location: Int, instanceCount: Int, _ translator: CoreTranslator,
        locateState: @escaping CodeBuilder.Locate
    ) throws {
        self.translator = translator
        self.variables = variables
        source = location
        let scope = Self.scope(of: variables.graph.locations[location])
        self.scope = scope
        instance = Binder(name: variables.process.name, count: variables.count)
        structure = try StepStructure(
            variables, source: location, instance: .bound(instance), scope, translator)
        choosing = Set(
            scope.nodes.filter { start in
                scope.nodes(from: start, stop: nil).contains { Self.isChoice($0) }
            }.map(\.number))
        self.instanceCount = instanceCount
        self.locateState = locateState
    }

    /// A location that waits is left by its successor; where a round starts, by itself.
    private static func scope(of location: ControlNode) -> StepScope {
        StepScope.ofStep(from: location.isLocation ? location.successors[0] : location)
    }

    private static func isChoice(_ node: ControlNode) -> Bool {
        switch node.kind {
        case .choose, .fault: true
        case .pending, .finish, .boundary, .acquire, .release, .await, .assign, .discard, .mutate, .enter,
            .branch,
            .bind, .assert, .loopBegin, .loopNext:
            false
        }
    }

    func lower() throws {
        let builder = CodeBuilder(translator, instanceCount: instanceCount, mode: variables.mode) {
            [variables, instance, locateState] variable in
            locateState(variable) ?? variables.locate(variable, instance: .bound(instance))
        }
        builder.known = variables.parameters(of: .bound(instance))
        let path = Path(builder: builder, parameters: [instance])
        let location = variables.graph.locations[source]
        let departure = try builder.refusing { () throws(CoreRefusal) in
            try translator.departure(from: location)
        }
        switch departure {
        case .step(let next): try walk(next, path, waits: true)
        case .acquire(let place, let next):
            let lock = try structure.lock(place, location.span, builder)
            builder.emit(.require(.equal(lock.read, 0)))
            builder.emit(lock.write(structure.holder))
            try walk(next, path, waits: false)
        case .await(let condition, let next):
            builder.emit(.require(try builder.truth(condition)))
            try walk(next, path, waits: false)
        case .start: try walk(location, path, waits: true)
        }
    }

    // MARK: Paths

    private func finish(_ path: Path) throws {
        guard rules.count < Self.rulesMax else { throw tooManyChoices }
        let place = variables.graph.locations[source]
        let at = Term.equal(.read(variables.location, [.bound(instance)]), source)
        var (condition, body) = (at, path.builder.statements[...])
        while case .require(let test)? = body.first {
            condition = .and(condition, test)
            body = body.dropFirst()
        }
        if condition.booleanConstant == false { return }
        let name = ([variables.process.name, place.owner, "\(source)"] + path.choices).joined(separator: " ")
        for function in path.builder.relied where !relied.contains(where: { $0 === function }) {
            relied.append(function)
        }
        rules.append(
            ExportModel.Rule(
                name: name, process: variables.process, location: source, operations: path.operations,
                choices: path.choices, parameters: path.parameters, guardTerm: condition, body: Array(body)))
    }

    private var tooManyChoices: ExportRefusal {
        let place = variables.graph.locations[source]
        return ExportRefusal(
            "one step of '\(variables.process.name)' has too many ways to choose to be exported",
            at: place.span,
            help: "a choice in a loop needs a 'step' in the loop")
    }

    private func walk(_ start: ControlNode, _ path: Path, waits: Bool) throws {
        var (node, path, waits) = (start, path, waits)
        while true {
            path.length += 1
            if case .enter(let operation, _, _) = node.kind { path.operations.append(operation.name) }
            guard path.length < Self.nodesMax else { throw tooManyChoices }
            if scope.sink(node) != nil || !choosing.contains(node.number) {
                if scope.sink(node) == nil, !scope.isCircular(node) {
                    if let next = try structure.advance(node, path.builder, mayKnow: true) {
                        node = next
                        continue
                    }
                    if let (test, then, otherwise) = try structure.decided(node, path.builder) {
                        node = test ? then : otherwise
                        continue
                    }
                }
                try structure.settle(scope.nodes(from: node, stop: nil), path.builder)
                try structure.write(node, stop: nil, scope, path.builder)
                return try finish(path)
            }
            let before = node
            if let next = try forward(node, path) {
                node = next
            } else if scope.isCircular(node), !hasChoiceInCircle(node) {
                let circle = scope.circle(of: node)
                try structure.settle(scope.nodes.filter { circle.contains($0.number) }, path.builder)
                let (exits, taken) = try structure.loop(node, scope, path.builder)
                for (number, exit) in exits.enumerated().dropFirst() {
                    let way = path.fork()
                    way.builder.emit(.require(.equal(.read(taken), number + 1)))
                    try walk(exit, way, waits: false)
                }
                guard let first = exits.first else { return try finish(path) }
                if exits.count > 1 { path.builder.emit(.require(.equal(.read(taken), 1))) }
                node = first
            } else if case .choose(let arms) = try structure.core(node) {
                return try choose(arms, path, waits: waits)
            } else if case .fault(let name, let strikes, let passes) = node.kind {
                var (struck, passed) = (path.fork(), path)
                struck.choices.append(name)
                passed.choices.append("no " + name)
                try walk(passes, passed, waits: false)
                return try walk(strikes, struck, waits: false)
            } else {
                return try branch(node, path)
            }
            if case .enter = before.kind { continue }
            waits = false
        }
    }

    /// Nodes with one way on, and branches without choices that join again.
    private func forward(_ node: ControlNode, _ path: Path) throws -> ControlNode? {
        if scope.isCircular(node), !hasChoiceInCircle(node) { return nil }
        if let next = try structure.advance(node, path.builder, mayKnow: true) { return next }
        guard !Self.isChoice(node) else { return nil }
        if let (test, then, otherwise) = try structure.decided(node, path.builder) {
            return test ? then : otherwise
        }
        guard let join = scope.join(after: node) else { return nil }
        let part = StepScope(from: node) { [scope] in $0.number == join.number ? .back : scope.sink($0) }
        guard !part.nodes.contains(where: Self.isChoice) else { return nil }
        try structure.settle(part.nodes, path.builder)
        try structure.write(node, stop: nil, part, path.builder, isHead: true)
        return join
    }

    private func hasChoiceInCircle(_ node: ControlNode) -> Bool {
        let circle = scope.circle(of: node)
        return scope.nodes.contains { circle.contains($0.number) && Self.isChoice($0) }
    }

    private func branch(_ node: ControlNode, _ path: Path) throws {
        for isTaken in [true, false] {
            let side = path.fork()
            let next = try structure.take(node, isTaken, side.builder)
            try walk(next, side, waits: false)
        }
    }

    private func choose(
        _ arms: [(arm: Core.Choice, next: ControlNode)], _ path: Path, waits: Bool
    ) throws {
        for (number, (arm, next)) in arms.enumerated() {
            var way = path.fork()
            if arms.count > 1 { way.choices.append("arm \(number + 1)") }
            for variable in arm.bindings {
                let binder = try structure.binder(variable)
                way.parameters.append(binder)
                way.builder.known[variable.number] = .value(ordinal: .bound(binder), of: variable.kind)
            }
            if let condition = arm.condition {
                way.builder.emit(.require(try way.builder.truth(condition)))
            }
            if case .require(let test)? = way.builder.statements.last, test.booleanConstant == false {
                continue
            }
            try walk(next, way, waits: false)
        }
        if waits { return }
        var none = path.fork()
        none.choices.append("no arm")
        let enabled = try structure.isAnyEnabled(arms, none.builder)
        if enabled.booleanConstant == true { return }
        none.builder.emit(.require(!enabled))
        none.builder.emit(.check(.no, error: .error(.emptyChoice)))
        try finish(none)
    }
}
