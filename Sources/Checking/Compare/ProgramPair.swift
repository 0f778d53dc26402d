// SPDX-License-Identifier: MIT

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
    /// With what OLD states and it does not state with the same meaning.
    let new: PropertySweep
    let statements: OldStatements
    /// The same programs, which report what is observed of them.
    let oldObserved: TypedSpec
    let newObserved: TypedSpec
    /// Constants and observed types that both have, and that are not the same.
    let scopeDifferences: [String]

    /// - Throws: `BadInput` with what is wrong with one of them, or where they are not observed in the same way.
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
        let agreement = try ObservationAgreement(self.old, plain)
        oldObserved = try Self.observed(self.old, agreement.old)
        newObserved = try Self.observed(plain, agreement.new)
        scopeDifferences = Self.constantDifferences(self.old, plain) + agreement.typeDifferences
        statements = OldStatements(of: self.old, in: plain)
        if statements.asked.isEmpty {
            self.new = plain
        } else {
            let constants = self.old.spec.constants.map {
                "\($0.name) was \(ConstantText.text($0.value, $0.type))"
            }
            self.new = try PropertySweep(
                new, in: newSpec.library, path: newSpec.path, sources: sources, overrides: overrides,
                variant: ["with properties of \(oldSpec.path) \(old.name)"] + constants
                    + statements.asked.map(\.name)
            ) { [statements] _ in statements.program }
        }
    }

    // MARK: What is observed

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
        let asked = statements.asked
        let askedNames = Set(asked.map(\.name))
        var names = oldVerdicts.findings.map(\.property)
        names += newVerdicts.findings.map(\.property).filter {
            !names.contains($0) && !askedNames.contains($0)
        }
        let properties = names.filter { !askedNames.contains($0) }.map {
            Comparison.Property(
                name: $0, old: oldVerdicts[$0], new: newVerdicts[$0])
        }
        let askedProperties = asked.map {
            Comparison.Asked(
                property: Comparison.Property(
                    name: $0.property, old: oldVerdicts[$0.property], new: newVerdicts[$0.name]),
                with: $0.with, doubts: $0.doubts)
        }
        let behaviours = try behaviours(limits, deadline: limits.secondsMax.map { start + .seconds($0) })
        return Comparison(
            title: title, oldProgram: old.spec.title, newProgram: new.spec.title, properties: properties,
            asked: askedProperties, doubtful: statements.doubtful, notAsked: statements.notAsked,
            scopeDifferences: scopeDifferences, remarks: behaviours.remarks, adds: behaviours.adds,
            removes: behaviours.removes, oldStates: UInt64(behaviours.oldStates),
            newStates: UInt64(behaviours.newStates))
    }

    private static func constantDifferences(_ old: PropertySweep, _ new: PropertySweep) -> [String] {
        old.spec.constants.compactMap { constant in
            guard let other = new.spec.constants.first(where: { $0.name == constant.name }) else {
                return nil
            }
            let texts = [constant, other].map { ConstantText.text($0.value, $0.type) }
            return texts[0] == texts[1]
                ? nil : "\(constant.name) is \(texts[0]) in OLD and \(texts[1]) in NEW"
        }
    }

    private struct Behaviours {
        var adds: Comparison.Extra
        var removes: Comparison.Extra
        var oldStates = 0
        var newStates = 0
        var remarks: [String] = []
    }

    private func behaviours(
        _ limits: ExplorationLimits, deadline: ContinuousClock.Instant?
    ) throws -> Behaviours {
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
            let reason = Comparison.Extra.inconclusive(stopped.reason)
            return Behaviours(adds: reason, removes: reason)
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
        return Behaviours(
            adds: extra(of: 1, beyond: 0), removes: extra(of: 0, beyond: 1), oldStates: graphs[0].stateCount,
            newStates: graphs[1].stateCount, remarks: remarks(finished))
    }

    /// Observers that had nothing to see, and what they look at in another way.
    private func remarks(_ alphabet: Alphabet) -> [String] {
        let seen = Set(alphabet.sights.map(\.subject))
        let changed = statements.changedViews.map { "'\($0)' is observed, and is another function in NEW" }
        return changed
            + oldObserved.observers.compactMap { observer in
                let names =
                    observer.operations + observer.functions.map(\.name) + observer.variables.map(\.name)
                guard seen.isDisjoint(with: names) else { return nil }
                return "'\(observer.name)' never observes anything: no run of either program shows "
                    + names.joined(separator: ", ")
            }
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
