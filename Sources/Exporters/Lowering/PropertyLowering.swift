// SPDX-License-Identifier: MIT

import Core
import SpecLanguage
import TransitionSystem

/// Properties as export models have them.
struct PropertyLowering {
    private let system: TransitionSystem
    private let processes: [ProcessVariables]
    private let locate: CodeBuilder.Locate
    private let translator: CoreTranslator

    init(
        _ system: TransitionSystem, _ processes: [ProcessVariables], _ translator: CoreTranslator,
        _ locate: @escaping CodeBuilder.Locate
    ) {
        self.translator = translator
        self.system = system
        self.processes = processes
        self.locate = locate
    }

    /// What cannot be evaluated does not hold, as the interpreter says.
    func property(_ property: Typed.Property, _ kind: ExportModel.Property.Kind) throws
        -> ExportModel.Property
    {
        let builder = CodeBuilder(translator, instanceCount: system.instances.count, locate: locate)
        let condition = try builder.refusing { () throws(CoreRefusal) in
            try translator.expression(property.condition)
        }
        let value = try builder.truth(condition)
        return ExportModel.Property(
            kind: kind, name: property.name, statements: builder.statements, value: value, valueOnError: false
        )
    }

    // MARK: Deadlock

    /// There is none where all are between two rounds, or some process can move and no locks are waited for in a
    /// circle. A check that fails here fails as a transition, too.
    func deadlock() throws -> ExportModel.Property {
        let builder = CodeBuilder(translator, instanceCount: system.instances.count, locate: locate)
        var outside = Term.yes
        for process in processes where process.count > 0 {
            let binder = Binder(name: process.process.name, count: process.count)
            outside = .and(
                outside,
                .quantified(
                    isForall: true, binder, .equal(.read(process.location, [.bound(binder)]), 0)))
        }
        let (value, statements) = try builder.captured {
            Term.and(try canMove(builder), !(try hasCircle(builder)))
        }
        builder.emit(statements, where: !outside)
        return ExportModel.Property(
            kind: .deadlock, name: BuiltInFinding.deadlock, statements: builder.statements,
            value: .or(outside, value),
            valueOnError: true)
    }

    private func builder(_ process: ProcessVariables, _ instance: Term) -> CodeBuilder {
        let builder = CodeBuilder(translator, instanceCount: system.instances.count) { [locate] variable in
            locate(variable) ?? process.locate(variable, instance: instance)
        }
        builder.known = process.parameters(of: instance)
        return builder
    }

    private func canMove(_ outer: CodeBuilder) throws -> Term {
        var result = Term.no
        for process in processes where process.count > 0 {
            let binder = Binder(name: process.process.name, count: process.count)
            let at = Term.read(process.location, [.bound(binder)])
            let can = try outer.quantified(false, binder) {
                var can = Term.yes
                for number in process.graph.locations.indices {
                    let inner = builder(process, .bound(binder))
                    let free = try self.canLeave(process, number, .bound(binder), inner)
                    if free.booleanConstant == true { continue }
                    let isHere = Term.equal(at, number)
                    outer.emit(inner.statements, where: isHere)
                    can = .and(can, .or(!isHere, free))
                }
                return can
            }
            result = .or(result, can)
        }
        return result
    }

    /// Whether there is a transition from a location.
    private func canLeave(
        _ process: ProcessVariables, _ number: Int, _ instance: Term, _ builder: CodeBuilder
    ) throws -> Term {
        let location = process.graph.locations[number]
        let scope = StepScope.ofStep(from: location.isLocation ? location.successors[0] : location)
        let structure = try StepStructure(process, source: number, instance: instance, scope, translator)
        let departure = try builder.refusing { () throws(CoreRefusal) in
            try translator.departure(from: location)
        }
        var node = location
        switch departure {
        case .acquire(let place, _):
            return .equal(try structure.lock(place, location.span, builder).read, 0)
        case .await(let condition, _): return try builder.truth(condition)
        case .step(let next): node = next
        case .start: break
        }
        guard case .choose(let arms) = try structure.core(Self.first(node)) else { return .yes }
        while case .enter(_, _, let next) = node.kind {
            try structure.bind(node, builder)
            node = next
        }
        return try structure.isAnyEnabled(arms, builder)
    }

    /// What follows the operations that are entered.
    private static func first(_ node: ControlNode) -> ControlNode {
        var node = node
        while case .enter(_, _, let next) = node.kind { node = next }
        return node
    }

    /// Whether instances wait for locks that the next of them holds, in a circle.
    private func hasCircle(_ builder: CodeBuilder) throws -> Term {
        let waiting = processes.filter { process in
            process.count > 0
                && process.graph.locations.contains { if case .acquire = $0.kind { true } else { false } }
        }
        guard !waiting.isEmpty else { return .no }
        let count = system.instances.count
        // 1 + the instance that holds what an instance waits for; 0 where it does not wait.
        let holders = ExportVariable(
            name: "holder", role: .temporary, upper: Int128(count), dimensions: [count])
        let all = Binder(name: "i", count: count)
        builder.emit(.forEach(all, [.assign(holders, [.bound(all)], .constant(0))]))
        for process in waiting {
            let binder = Binder(name: process.process.name, count: process.count)
            let instance = Term.bound(binder)
            var body: [ExportStatement] = []
            for (number, location) in process.graph.locations.enumerated() {
                let inner = self.builder(process, instance)
                let departure = try inner.refusing { () throws(CoreRefusal) in
                    try translator.departure(from: location)
                }
                guard case .acquire(let place, let next) = departure else { continue }
                let scope = StepScope.ofStep(from: next)
                let lock = try StepStructure(
                    process, source: number, instance: instance, scope, translator
                ).lock(place, location.span, inner)
                let own = Term.add(instance, Int128(process.firstInstance))
                body.append(
                    .conditional(
                        .equal(.read(process.location, [instance]), number),
                        inner.statements + [.assign(holders, [own], lock.read)], []))
            }
            builder.emit(.forEach(binder, body))
        }
        let found = builder.flag("circle")
        let next = builder.temporary("next", upper: Int128(count))
        let start = Binder(name: "start", count: count)
        let step = Binder(name: "hop", count: count)
        let read = Term.read(next)
        builder.emit(.assign(found, [], .no))
        builder.emit(
            .forEach(
                start,
                [
                    .assign(next, [], .read(holders, [.bound(start)])),
                    .forEach(
                        step,
                        [
                            .conditional(
                                .less(.constant(0), read),
                                [
                                    .conditional(
                                        .equal(.add(read, -1), .bound(start)),
                                        [.assign(found, [], .yes), .assign(next, [], .constant(0))],
                                        [.assign(next, [], .read(holders, [.add(read, -1)]))])
                                ], [])
                        ]),
                ]))
        return .read(found)
    }
}
