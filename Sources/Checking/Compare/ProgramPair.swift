import Diagnostics
import Exploration
import Findings
import Foundation
import Reports
import SpecLanguage
import TransitionSystem

/// An old and a new program, typed: what `compare` asks of one platform.
struct ProgramPair: Sendable {
    let title: String
    let old: PropertySweep
    /// With the invariants of the old program that it does not have as they were.
    let new: PropertySweep
    /// Names of these.
    let asked: [(name: String, property: String)]
    let notAsked: [String]
    /// The same programs, which report what is observed of them.
    let oldObserved: TypedSpec
    let newObserved: TypedSpec

    /// - Throws: `BadInput` with what is wrong with one of them.
    init(
        _ title: String, old: CheckPlan, of oldSpec: LoadedSpec, new: CheckPlan, of newSpec: LoadedSpec,
        overrides: [Syntax.Setting] = []
    ) throws(BadInput) {
        let sources = newSpec.sources
        self.title = title
        self.old = try PropertySweep(
            old, in: oldSpec.library, path: oldSpec.path, sources: sources, overrides: overrides)
        let plain = try PropertySweep(
            new, in: newSpec.library, path: newSpec.path, sources: sources, overrides: overrides)
        var asked: [(name: String, property: String)] = []
        var notAsked: [String] = []
        var program = plain.program
        for property in self.old.program.statements {
            let name = property.declaration.name.text
            let own = plain.program.statements.first { $0.declaration.name.text == name }
            if let own, Self.text(own, sources) == Self.text(property, sources) { continue }
            let asOld = own == nil ? name : "\(name) as it was"
            let more = program.adding(property, named: asOld)
            if let mistake = TypeChecker.check(more).diagnostics.first(where: { $0.severity == .error }) {
                notAsked.append("\(name): \(mistake.message)")
                continue
            }
            program = more
            asked.append((asOld, name))
        }
        if asked.isEmpty {
            self.new = plain
        } else {
            self.new = try PropertySweep(
                new, in: newSpec.library, path: newSpec.path, sources: sources, overrides: overrides,
                variant: ["with properties of \(oldSpec.path) \(old.name)"] + asked.map(\.name)
            ) { [program] _ in program }
        }
        self.asked = asked
        self.notAsked = notAsked
        let observers = try Self.observers(self.old, plain)
        oldObserved = try Self.observed(self.old, observers.old)
        newObserved = try Self.observed(plain, observers.new)
    }

    /// As it was written.
    private static func text(_ member: Program.Member, _ sources: SourceMap) -> String {
        let span = member.declaration.span
        return String(decoding: sources[span.file].bytes[span.start..<span.end], as: UTF8.self)
    }

    // MARK: What is observed

    /// Those declared; where neither program declares any, the operations of its interfaces that both have.
    private static func observers(
        _ old: PropertySweep, _ new: PropertySweep
    ) throws(BadInput) -> (old: [Typed.Observer], new: [Typed.Observer]) {
        let (olds, news) = (old.spec.observers, new.spec.observers)
        guard olds.isEmpty == news.isEmpty else {
            let lacking = olds.isEmpty ? old : new
            throw BadInput(
                [
                    Diagnostic(
                        "nothing-observed",
                        "'\(lacking.spec.title)' does not say what is observed, and the other program does",
                        at: lacking.plan.span, help: "add the same 'observe NAME: …' to both")
                ], sources: new.sources)
        }
        guard olds.isEmpty else { return (olds, news) }
        let shared = Set(new.program.interfaceOperations)
        var observer = Typed.Observer(name: "interfaces", span: old.plan.span)
        let existing = Set(old.spec.operations.map(\.name)).intersection(new.spec.operations.map(\.name))
        observer.operations = old.program.interfaceOperations.filter {
            shared.contains($0) && existing.contains($0)
        }
        guard !observer.operations.isEmpty else {
            throw BadInput(
                [
                    Diagnostic(
                        "nothing-observed",
                        "nothing is observed of '\(old.spec.title)': it has no interface with operations",
                        at: old.plan.span,
                        help: "add 'observe NAME: f, g' with operations, functions or state variables")
                ], sources: new.sources)
        }
        return ([observer], [observer])
    }

    private static func observed(
        _ sweep: PropertySweep, _ observers: [Typed.Observer]
    ) throws(BadInput) -> TypedSpec {
        let names = Set(observers.flatMap(\.operations))
        let (spec, mistakes) = TypeChecker.check(sweep.program.reportingReturns(of: names))
        guard let spec else { throw BadInput(mistakes, sources: sweep.sources) }
        // The functions and variables of this typing, not of the other.
        return spec.observers.isEmpty ? spec.with(observers: observers) : spec
    }

    // MARK: The answer

    /// - Throws: `BadInput` where a scope is too large to explore at all.
    func compare(limits: ExplorationLimits, cache: VerdictCache?) throws -> Comparison {
        let start = ContinuousClock.now
        let oldVerdicts = try old.run(limits: limits, cache: cache)
        let newVerdicts = try new.run(limits: limits, cache: cache)
        let askedNames = Set(asked.map(\.name))
        var names = oldVerdicts.findings.map(\.property)
        names += newVerdicts.findings.map(\.property).filter {
            !names.contains($0) && !askedNames.contains($0)
        }
        let properties = names.filter { name in !asked.contains { $0.name == name } }.map {
            Comparison.Property(
                name: $0, old: oldVerdicts[$0], new: newVerdicts[$0])
        }
        let askedProperties = asked.map {
            Comparison.Property(name: $0.property, old: oldVerdicts[$0.property], new: newVerdicts[$0.name])
        }
        let (adds, removes, counts) = try behaviours(
            limits, deadline: limits.secondsMax.map { start + .seconds($0) })
        return Comparison(
            title: title, oldProgram: old.spec.title, newProgram: new.spec.title, properties: properties,
            asked: askedProperties, notAsked: notAsked, scopeDifferences: scopeDifferences, adds: adds,
            removes: removes, oldStates: UInt64(counts.old), newStates: UInt64(counts.new))
    }

    /// Constants of both that are not the same.
    private var scopeDifferences: [String] {
        old.spec.constants.compactMap { constant in
            guard let other = new.spec.constants.first(where: { $0.name == constant.name }) else {
                return nil
            }
            let texts = [constant, other].map { ConstantText.text($0.value, $0.type) }
            return texts[0] == texts[1]
                ? nil : "\(constant.name) is \(texts[0]) in OLD and \(texts[1]) in NEW"
        }
    }

    private func behaviours(
        _ limits: ExplorationLimits, deadline: ContinuousClock.Instant?
    ) throws -> (adds: Comparison.Extra, removes: Comparison.Extra, counts: (old: Int, new: Int)) {
        var alphabet = Alphabet()
        let graphs: [BehaviourGraph]
        do {
            graphs = try [oldObserved, newObserved].map { spec in
                let system = try Self.system(spec, new.sources)
                return try BehaviourGraph(
                    ObservedSystem(system, observers: spec.observers),
                    teller: Storyteller(system, sources: new.sources), alphabet: &alphabet,
                    bytesMax: limits.memoryBytesMax / 8, deadline: deadline, interruption: limits.interruption
                )
            }
        } catch let stopped as BehaviourGraph.Stopped {
            return (.inconclusive(stopped.reason), .inconclusive(stopped.reason), (0, 0))
        }
        var graph = LabelledGraph()
        let starts = graphs.map { $0.add(to: &graph) }
        let quotient = BranchingQuotient(graph)
        let classes = starts.map { $0.map { quotient.classes[Int($0)] } }
        let finished = alphabet
        let inclusion = TraceInclusion(
            quotient.graph, limits: .init(membersMax: limits.memoryBytesMax / 64), kind: finished.kind)
        func extra(of one: Int, beyond other: Int) -> Comparison.Extra {
            switch inclusion.compare(classes[one], with: classes[other]) {
            case .tooLarge: return .inconclusive("there are too many pairs of states to compare")
            case .decided(let differences) where differences.isEmpty: return .none
            case .decided(let differences):
                let sweep = one == 0 ? old : new
                let source = RunSource(spec: sweep.path, check: sweep.plan.name, settings: [])
                return .some(
                    differences.map { difference in
                        Comparison.Behaviour(
                            observations: difference.word.map(finished.text),
                            alternatives: Self.alternatives(difference, finished),
                            run: graphs[one].run(observing: difference.word, source: source))
                    })
            }
        }
        return (
            extra(of: 1, beyond: 0), extra(of: 0, beyond: 1), (graphs[0].stateCount, graphs[1].stateCount)
        )
    }

    /// Of the same kind first; at most six.
    private static func alternatives(
        _ difference: TraceInclusion.Difference, _ alphabet: Alphabet
    ) -> [String] {
        let kind = difference.word.last.map(alphabet.kind)
        let texts = difference.alternatives.filter { alphabet.kind($0) == kind }.map(alphabet.text).sorted()
        let all = texts.isEmpty ? difference.alternatives.map(alphabet.text).sorted() : texts
        return all.count <= 6 ? all : all.prefix(6) + ["and \(all.count - 6) more"]
    }

    private static func system(_ spec: TypedSpec, _ sources: SourceMap) throws(BadInput) -> TransitionSystem {
        do throws(TransitionSystem.TooLarge) {
            return try TransitionSystem(spec)
        } catch {
            throw BadInput(
                [
                    Diagnostic(
                        "state-too-large", error.what, at: error.span,
                        help: "set a smaller scope: 'set NAME = …'")
                ], sources: sources)
        }
    }
}
