// SPDX-License-Identifier: MIT

import Diagnostics
import Exploration
import Findings
import SpecLanguage
import Stopping
import TransitionSystem

/// Searches the endless runs of a program for one that breaks a liveness property. Without reductions: neither keeps what
/// a run is fair to.
struct LivenessRunner {
    let system: TransitionSystem
    let teller: Storyteller
    let sources: SourceMap
    let source: RunSource

    enum Answer {
        case holds
        case violated(Violation)
        case stopped(FairGraph.Failure)
        case limited(RunTimeError)
    }

    /// Properties looked at, and in how many states something was owed.
    typealias Owed = [Coverage.Count]

    /// The first property, in order of declaration, that some fair run breaks.
    ///
    /// - Throws: where more instances are fair than can be told apart.
    func run(_ limits: LivenessLimits) throws(TransitionSystem.TooLarge) -> (Answer, Owed) {
        let spec = system.spec
        if spec.liveness.isEmpty { return (.holds, []) }
        let model = try FairInterpreter(system)
        let graph: FairGraph
        do throws(FairGraph.Failure) {
            graph = try FairGraph(model, limits: limits)
        } catch {
            return (.stopped(error), [])
        }
        if let limit = model.limitReached { return (answer(limit), []) }
        var owed: Owed = []
        for (number, property) in spec.liveness.enumerated() {
            let question = LivenessProperty(
                arisesAnywhere: property.arisesAnywhere, premise: 2 * number, condition: 2 * number + 1,
                goal: property.goal.kind, constraints: model.constraintMasks[number])
            do throws(FairGraph.Failure) {
                let search = try LassoSearch(graph, question, limits: limits)
                owed.append(.init(name: property.name, count: UInt64(search.owedCount)))
                if let limit = model.limitReached { return (answer(limit), []) }
                if let lasso = try search.run() {
                    return (.violated(violation(lasso, of: property, model)), owed)
                }
            } catch {
                return (.stopped(error), owed)
            }
        }
        return (.holds, owed)
    }

    private func answer(_ limit: RunTimeError) -> Answer {
        guard limit.cause == .limit(.time) else { return .limited(limit) }
        return .stopped(StopRequest.current?.reason == .interruption ? .cancelled : .time)
    }

    private func violation(
        _ lasso: Lasso, of property: Typed.Liveness, _ model: FairInterpreter
    ) -> Violation {
        let taken = zip(lasso.states, lasso.transitions).map { state, number in
            teller.transitions(of: state).filter(\.leadsOn)[number]
        }
        let builder = RunBuilder(teller: teller, source: source)
        let steps = zip(taken, lasso.states.dropFirst()).map { transition, state in
            builder.step(transition, state: teller.observe(state))
        }
        let run = Run(
            source: source, lanes: teller.lanes, initialState: teller.observe(lasso.states[0]), steps: steps,
            loopStart: lasso.loopStart)
        let judge = LassoJudge(teller: teller, property: property)
        precondition(
            judge.objection(to: taken, from: lasso.states[0], loopStart: lasso.loopStart) == nil,
            "the search and the interpreter disagree on a run")
        return Violation(
            kind: .liveness, property: property.name,
            explanation: explanation(lasso, taken, property, model),
            place: sources.describe(property.span), run: run)
    }

    // MARK: Why

    private func explanation(
        _ lasso: Lasso, _ taken: [Storyteller.Transition], _ property: Typed.Liveness,
        _ model: FairInterpreter
    ) -> [String] {
        let goal = teller.text(of: property.goal.condition)
        var lines: [String] = []
        let since = Self.time(lasso.owedFrom)
        if let premise = property.premise { lines.append("\(since): \(teller.text(of: premise))") }
        switch property.goal {
        case .eventually: lines.append("from there on this never holds: \(goal)")
        case .alwaysEventually: lines.append("in the end this never holds any more: \(goal)")
        case .eventuallyAlways: lines.append("again and again this does not hold: \(goal)")
        case .always: lines.append("there or later this does not hold: \(goal)")
        }
        if property.premise == nil, case .eventually = property.goal {
            lines = ["\(since) and from there on this never holds: \(goal)"]
        }
        let end = taken.count
        lines.append(
            lasso.loopStart == end
                ? "\(Self.time(end)) nothing moves any more"
                : "\(Self.steps(lasso.loopStart + 1, end)) repeat for ever")
        if lasso.loopStart == end { return lines }
        for number in model.constraints.indices
        where model.constraintMasks[index(of: property)] >> UInt64(number) & 1 != 0 {
            lines.append(fairness(number, lasso, taken, model))
        }
        return lines
    }

    private func index(of property: Typed.Liveness) -> Int {
        system.spec.liveness.firstIndex { $0.name == property.name } ?? 0
    }

    /// Why going round for ever is fair to one constraint.
    private func fairness(
        _ number: Int, _ lasso: Lasso, _ taken: [Storyteller.Transition], _ model: FairInterpreter
    ) -> String {
        let title = model.title(of: number)
        let constraint = model.constraints[number]
        let name = constraint.operation.map { system.spec.operations[$0].name }
        func isMeant(_ transition: Storyteller.Transition) -> Bool {
            transition.lane == constraint.instance && (name.map(transition.operations.contains) ?? true)
        }
        if let step = taken.indices.first(where: { $0 >= lasso.loopStart && isMeant(taken[$0]) }) {
            return "fair: \(title) moves in step \(step + 1)"
        }
        let disabled = lasso.states.indices.first { index in
            index >= lasso.loopStart && !teller.transitions(of: lasso.states[index]).contains(where: isMeant)
        }
        guard let disabled else { return "fair: \(title)" }
        return teller.waitsForLock(constraint.instance, in: lasso.states[disabled])
            ? "fair: \(title) waits for a lock that is never free"
            : "fair: \(title) cannot move \(Self.time(disabled))"
    }

    private static func time(_ index: Int) -> String { index == 0 ? "at the start" : "after step \(index)" }

    private static func steps(_ first: Int, _ last: Int) -> String {
        first == last ? "step \(first) and nothing else" : "steps \(first) to \(last)"
    }
}

extension Storyteller.Transition {
    /// Whether it leads to a state.
    var leadsOn: Bool { if case .state = result { true } else { false } }
}

extension Typed.Liveness.Goal {
    fileprivate var kind: LivenessProperty.Goal {
        switch self {
        case .eventually: .eventually
        case .alwaysEventually: .alwaysEventually
        case .eventuallyAlways: .eventuallyAlways
        case .always: .always
        }
    }
}
