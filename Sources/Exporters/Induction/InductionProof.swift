// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage
import TransitionSystem

/// Shows that invariants hold initially and that each step preserves them, whatever the number of pages, devices and CPUs: so they hold
/// in every state that is ever reached.
///
/// What is assumed of the state before a step is the invariants, all together, and what is known of processes that wait between two
/// steps; the latter is guessed and proved on the way.
package final class InductionProof {
    package struct Question: Sendable {
        /// Satisfiable where the condition fails.
        package let script: String
        /// What the script uses, in SMT-LIB's terms.
        package let logic: String
        /// What a model is asked for; a width of 0 is a truth value, none an integer.
        package let constants: [(name: String, width: Int?)]
    }

    package enum Answer: Sendable {
        case unsatisfiable(isCached: Bool)
        case satisfiable([String: Int128])
        case unknown(String)
    }

    package struct Condition: Sendable {
        package enum Outcome: Sendable {
            case proved(isCached: Bool)
            case inconclusive(String)
            /// A state with all that is assumed, the step, and the state that it leads to.
            case fails(CounterexampleToInduction)
        }

        package let name: String
        /// The invariant; `nil` for what is known of waiting processes.
        package let invariant: String?
        package let span: Span
        package let outcome: Outcome
        package let milliseconds: Double
        package let script: String
    }

    package struct Report: Sendable {
        package let conditions: [Condition]
        /// What was found out of processes that wait: where, and what.
        package let facts: [(place: String, facts: [String])]
        package let milliseconds: Double
        /// Of these, to find out about processes that wait.
        package let millisecondsOfFacts: Double
        /// Functions whose contracts stand for them: what is proved holds if these do.
        package let relied: [Typed.Function]
        package let beginning: Beginning
        /// Whether any process has a step.
        package let hasSteps: Bool
    }

    let model: InductionModel
    let sizes: [UnboundedSize]
    let sizeVariables: [ExportVariable]
    private let invariants: [Typed.Property]
    private let solve: (Question) -> Answer
    /// Of each process: the instance that a fact speaks of.
    private let binders: [Binder]
    private var facts: [LocationFact] = []
    private var conditions: [Condition] = []
    /// By the number of the step; those of the initial states under `nil`.
    private var conditionsOfFacts: [Int?: [Condition]] = [:]
    /// What an invariant took at the step before, it mostly takes at the next one too.
    private var depthNeeded: [String: Int] = [:]

    static let depths = [1, 2, 3]
    /// Of the facts: a model of too few instances drops what holds.
    private static let depthsOfFacts = [1, 2]
    private static let instancesOfFactsMax = 600
    /// The invariants before a step, and what each step makes of the state.
    private var before: [Term] = []
    private var after: [SymbolicState] = []

    /// - Parameters:
    ///   - invariants: of the spec, helper lemmas among them.
    ///   - sizes: constants that stand for any number; the spec is typed with their stand-ins.
    ///   - solve: asks an SMT solver.
    /// - Throws: where the steps have no form that can be proved.
    package init(
        _ spec: TypedSpec, invariants: [Typed.Property], sizes: [UnboundedSize],
        solve: @escaping (Question) -> Answer
    ) throws(ExportRefusal) {
        do {
            model = try InductionModel(spec)
        } catch let refusal as ExportRefusal {
            throw refusal
        } catch let error as TransitionSystem.TooLarge {
            throw ExportRefusal(error.what, at: error.span)
        } catch {
            preconditionFailure("lowering throws refusals only: \(error)")
        }
        self.invariants = invariants
        self.sizes = sizes
        self.solve = solve
        sizeVariables = sizes.map {
            ExportVariable(name: $0.name, role: .temporary, upper: Int128($0.standIn))
        }
        binders = model.processes.map { Binder(name: $0.process.name, count: $0.count) }
    }

    package func run() throws(ExportRefusal) -> Report {
        let start = ContinuousClock.now
        var millisecondsOfFacts = 0.0
        let beginning: Beginning
        do {
            let state = SymbolicState()
            before = try invariants.map { try model.holds($0, in: state) }
            after = try model.transitions.map { transition in
                var state = model.state(before: transition)
                try model.run(transition, &state)
                return state
            }
            try proveInitially()
            // Much needs nothing to be known of processes that wait; all does where none waits.
            let waits = model.processes.contains { $0.graph.locations.count > 1 }
            let depthsAtFirst = waits ? Self.depthsOfFacts : Self.depths
            var open: [(transition: Int, goals: [Goal])] = []
            for number in model.transitions.indices {
                let left = try prove(number, try goals(of: number), depthsAtFirst, mayFail: true)
                if !left.isEmpty { open.append((number, left)) }
            }
            for subject in LocationFactGuesser.Subject.allCases where !open.isEmpty {
                let begin = ContinuousClock.now
                guessFacts(about: subject)
                try dropFactsThatFailInitially()
                try dropFactsThatStepsBreak()
                millisecondsOfFacts += begin.duration(to: .now) / .milliseconds(1)
                let steps: [Int?] = [nil] + model.transitions.indices.map { $0 }
                conditions += steps.flatMap { conditionsOfFacts[$0] ?? [] }
                let isLast = subject == LocationFactGuesser.Subject.allCases.last
                open = try open.compactMap { number, left in
                    let remaining = try prove(
                        number, left, isLast ? Self.depths : Self.depthsOfFacts, mayFail: !isLast)
                    return remaining.isEmpty ? nil : (number, remaining)
                }
            }
            beginning = try self.beginning()
        } catch let refusal as ExportRefusal {
            throw refusal
        } catch {
            preconditionFailure("proofs about steps throw refusals only: \(error)")
        }
        let places = Dictionary(grouping: facts) { [$0.process, $0.location] }
        let told = places.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { key in
            let process = model.processes[key[0]]
            let name = SystemLowering.name(process.graph.locations[key[1]], key[1])
            var seen: Set<String> = []
            let texts = (places[key] ?? []).map(\.text).filter { seen.insert($0).inserted }
            return ("\(process.process.name), \(name)", texts)
        }
        return Report(
            conditions: conditions, facts: told, milliseconds: start.duration(to: .now) / .milliseconds(1),
            millisecondsOfFacts: millisecondsOfFacts, relied: model.relied, beginning: beginning,
            hasSteps: !model.transitions.isEmpty)
    }

    // MARK: Questions

    /// What was asked, with what is needed to read the answer.
    struct Asked {
        let answer: Answer
        let script: ConditionScript
        let formulas: GroundFormulas

        var isDecided: Bool { if case .unknown = answer { false } else { true } }
        var isSatisfiable: Bool { if case .satisfiable = answer { true } else { false } }
    }

    func ask(
        _ formulas: [Term], reach: GroundFormulas.Sizes, depth: Int, remarks: [String],
        parameters: [Binder: Term], instancesMax: Int = 30_000, table: TermTable = TermTable()
    ) throws(ExportRefusal) -> Asked {
        let ground = GroundFormulas(
            sizes: sizes, sizeVariables, reach: reach, depthMax: depth,
            instancesMax: instancesMax, table: table)
        for (binder, term) in parameters.sorted(by: { $0.key.name < $1.key.name }) {
            ground.mention(term, count: binder.count)
        }
        try ground.assert(formulas)
        let script = try ConditionScript(ground, remarks: remarks)
        let answer = solve(Question(script: script.text, logic: script.logic, constants: script.constants))
        return Asked(answer: answer, script: script, formulas: ground)
    }

    /// What is assumed of the state before a step.
    private func hypotheses() throws -> [Term] {
        var state = SymbolicState()
        return before + (try factTerms(in: &state, facts))
    }

    private func factTerms(in state: inout SymbolicState, _ facts: [LocationFact]) throws -> [Term] {
        var terms: [Term] = []
        for (number, process) in model.processes.enumerated() {
            let own = facts.filter { $0.process == number }
            if own.isEmpty { continue }
            let at = Term.read(process.location, [.bound(binders[number])])
            let locations = Dictionary(grouping: own) { $0.location }
            let parts = locations.keys.sorted().map { location in
                Term.or(!Term.equal(at, location), .and((locations[location] ?? []).map(\.term)))
            }
            terms.append(
                try state.evaluate(.quantified(isForall: true, binders[number], .and(parts))))
        }
        return terms
    }

    // MARK: Facts about processes that wait

    private func guessFacts(about subject: LocationFactGuesser.Subject) {
        for number in model.processes.indices where model.processes[number].count > 0 {
            let guesser = LocationFactGuesser(model, process: number, binder: binders[number])
            for location in model.processes[number].graph.locations.indices {
                facts += guesser.facts(at: location, about: subject)
            }
        }
    }

    /// What may be wrong of the facts in a state: of one instance of each process, any.
    private func failures(
        in state: SymbolicState, of facts: [LocationFact], unless before: SymbolicState?
    ) throws -> (terms: [(fact: Int, term: Term)], constants: [Binder: Term]) {
        let constants = Dictionary(uniqueKeysWithValues: binders.map { ($0, GroundFormulas.constant($0)) })
        let table = TermTable()
        var terms: [(fact: Int, term: Term)] = []
        func failure(_ fact: LocationFact, _ state: SymbolicState) throws -> Term {
            var state = state
            let process = model.processes[fact.process]
            let at = Term.read(process.location, [.bound(binders[fact.process])])
            let term = Term.and(.equal(at, fact.location), !fact.term)
            var substitution = Substitution(binders: constants)
            return try state.evaluate(substitution.apply(term))
        }
        for (number, fact) in facts.enumerated() {
            let term = try failure(fact, state)
            // A step that does not touch it preserves it.
            if let before, table.canonical(try failure(fact, before)) === table.canonical(term) { continue }
            if term.booleanConstant != false { terms.append((number, term)) }
        }
        return (terms, constants)
    }

    /// What makes facts preserved, or which of them are not.
    private enum Preserved {
        case yes([Condition])
        case no(dropped: Set<Int>)
    }

    /// Drops facts until none fails in the states that the question speaks of; keeps the conditions of the last question.
    ///
    /// - Parameter question: all that is assumed; the state after; the state before.
    private func drop(
        _ name: String, step: Int?,
        _ question: () throws -> (assumed: [Term], after: SymbolicState, before: SymbolicState?),
        parameters: [Binder: Term]
    ) throws {
        while true {
            let (assumed, after, before) = try question()
            let (failing, constants) = try failures(in: after, of: facts, unless: before)
            if failing.isEmpty {
                conditionsOfFacts[step] = []
                return
            }
            let values = parameters.merging(constants) { first, _ in first }
            switch try preserved(failing, assumed, values, name) {
            case .yes(let conditions):
                conditionsOfFacts[step] = conditions
                return
            case .no(let dropped):
                facts = facts.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)
            }
        }
    }

    private func preserved(
        _ failing: [(fact: Int, term: Term)], _ assumed: [Term], _ parameters: [Binder: Term], _ name: String
    ) throws -> Preserved {
        let start = ContinuousClock.now
        let formulas = assumed + [.or(failing.map(\.term))]
        var asked = try ask(
            formulas, reach: .any, depth: Self.depthsOfFacts[0], remarks: [name], parameters: parameters)
        // More instances drop less; where they are too many, what these few say has to do.
        if asked.isSatisfiable,
            let more = try? ask(
                formulas, reach: .any, depth: Self.depthsOfFacts[1], remarks: [name], parameters: parameters,
                instancesMax: Self.instancesOfFactsMax), more.isDecided
        {
            asked = more
        }
        switch asked.answer {
        case .unsatisfiable(let isCached):
            return .yes([
                Condition(
                    name: name, invariant: nil, span: model.spec.processes[0].span,
                    outcome: .proved(isCached: isCached),
                    milliseconds: start.duration(to: .now) / .milliseconds(1), script: asked.script.text)
            ])
        case .satisfiable(let values):
            let model = ConditionModel(asked.script, values, table: asked.formulas.table)
            let dropped = Set(failing.filter { model.value($0.term) != 0 }.map(\.fact))
            if !dropped.isEmpty { return .no(dropped: dropped) }
        case .unknown: break
        }
        // Whatever is not understood is not relied upon: but fewer at a time may be.
        guard failing.count > 1 else { return .no(dropped: Set(failing.map(\.fact))) }
        var (dropped, conditions): (Set<Int>, [Condition]) = ([], [])
        let middle = failing.count / 2
        for half in [Array(failing[..<middle]), Array(failing[middle...])] {
            switch try preserved(half, assumed, parameters, name) {
            case .yes(let more): conditions += more
            case .no(let more): dropped.formUnion(more)
            }
        }
        return dropped.isEmpty ? .yes(conditions) : .no(dropped: dropped)
    }

    private func dropFactsThatFailInitially() throws {
        for (state, condition) in try model.initialStates() {
            try drop(
                "what is known of processes: holds initially", step: nil, { ([condition], state, nil) },
                parameters: [:])
        }
    }

    private func dropFactsThatStepsBreak() throws {
        // Facts only go: as many as before are the same as before.
        var countWhenProved = [Int?](repeating: nil, count: model.transitions.count)
        while let number = countWhenProved.firstIndex(where: { $0 != facts.count }) {
            let transition = model.transitions[number]
            try drop(
                "what is known of processes: preserved by \(transition.rule.process.lane): \(transition.title)",
                step: number,
                { (try assumed(of: number), after[number], model.state(before: transition)) },
                parameters: transition.parameters)
            countWhenProved[number] = facts.count
        }
    }

    /// That no check fails is not assumed: some are made here that a run would not come to.
    private func assumed(of transition: Int) throws -> [Term] {
        try hypotheses() + [after[transition].isPossible]
    }

    // MARK: Invariants

    private func proveInitially() throws {
        for (state, condition) in try model.initialStates() {
            let goals = try invariants.map { (invariant: $0, goal: try model.holds($0, in: state)) }
            let start = ContinuousClock.now
            let name = "all invariants: hold initially"
            let asked = try ask(
                [condition, .or(goals.map { !$0.goal })], reach: .any, depth: Self.depths[0], remarks: [name],
                parameters: [:])
            if case .unsatisfiable(let isCached) = asked.answer, let first = invariants.first {
                conditions.append(
                    Condition(
                        name: name, invariant: nil, span: first.span, outcome: .proved(isCached: isCached),
                        milliseconds: start.duration(to: .now) / .milliseconds(1), script: asked.script.text))
                continue
            }
            for (invariant, goal) in goals {
                _ = try decide(
                    "'\(invariant.name)': holds initially", invariant, [condition, !goal], parameters: [:],
                    step: nil, after: state)
            }
        }
    }

    /// What is to hold after a step, and held before it.
    private typealias Goal = (invariant: Typed.Property, goal: Term, before: Term)

    /// What a step has to preserve: the invariants that it touches, after it.
    private func goals(of number: Int) throws -> [Goal] {
        let transition = model.transitions[number]
        let table = TermTable()
        var goals: [Goal] = []
        for (place, invariant) in invariants.enumerated() {
            let goal = try model.holds(invariant, in: after[number])
            var start = model.state(before: transition)
            if table.canonical(goal) === table.canonical(try start.evaluate(before[place])) { continue }
            goals.append((invariant, goal, before[place]))
        }
        return goals
    }

    /// - Parameter mayFail: what is not proved is left for later.
    /// - Returns: what is left.
    private func prove(_ number: Int, _ goals: [Goal], _ depths: [Int], mayFail: Bool) throws -> [Goal] {
        let transition = model.transitions[number]
        let assumed = try assumed(of: number)
        // What is assumed is the same for all goals, and so are most of its instances.
        let table = TermTable()
        return try goals.filter { invariant, goal, before in
            try !decide(
                "'\(invariant.name)': preserved by \(transition.rule.process.lane): \(transition.title)",
                invariant, assumed + [!goal], atFirst: [before, after[number].isPossible, !goal],
                parameters: transition.parameters, step: transition, after: after[number],
                depths: depths, table: table, mayFail: mayFail)
        }
    }

    /// - Parameter atFirst: some of the formulas, which are often enough and soon asked.
    /// - Returns: whether it is decided; what is not, and may be later, leaves no trace.
    private func decide(
        _ name: String, _ invariant: Typed.Property, _ formulas: [Term], atFirst: [Term]? = nil,
        parameters: [Binder: Term],
        step: InductionModel.Transition?, after: SymbolicState, depths: [Int] = InductionProof.depths,
        table: TermTable = TermTable(), mayFail: Bool = false
    ) throws -> Bool {
        let start = ContinuousClock.now
        var script = ""
        var outcome = Condition.Outcome.inconclusive("no instances of what is assumed decide it")
        let attempts =
            (atFirst.map { [($0, Self.depths[0])] } ?? [])
            + depths.filter { $0 >= depthNeeded[invariant.name] ?? 0 }.map { (formulas, $0) }
        search: for (number, (formulas, depth)) in attempts.enumerated() {
            guard
                let asked = try? ask(
                    formulas, reach: .any, depth: depth, remarks: [name], parameters: parameters, table: table
                )
            else {
                outcome = .inconclusive("there are too many values to speak of")
                break
            }
            script = asked.script.text
            switch asked.answer {
            case .unsatisfiable(let isCached):
                outcome = .proved(isCached: isCached)
                if atFirst == nil || number > 0 { depthNeeded[invariant.name] = depth }
                break search
            case .unknown(let reason): outcome = .inconclusive("the solver said: \(reason)")
            case .satisfiable: outcome = .inconclusive("no instances of what is assumed decide it")
            }
        }
        if mayFail, case .inconclusive = outcome { return false }
        if case .inconclusive = outcome,
            let found = try counterexample(formulas, parameters, step, after, name)
        {
            outcome = .fails(found.told)
            script = found.script
        }
        conditions.append(
            Condition(
                name: name, invariant: invariant.name, span: invariant.span, outcome: outcome,
                milliseconds: start.duration(to: .now) / .milliseconds(1), script: script))
        return true
    }

    /// A small state that shows the failure; of few pages, devices and CPUs everything is said.
    private func counterexample(
        _ formulas: [Term], _ parameters: [Binder: Term], _ step: InductionModel.Transition?,
        _ after: SymbolicState, _ name: String
    ) throws -> (told: CounterexampleToInduction, script: String)? {
        for size in 1...3 {
            guard
                let asked = try? ask(
                    formulas, reach: .atMost(size), depth: Self.depths[0],
                    remarks: [name, "at most \(size) of each"], parameters: parameters)
            else { return nil }
            guard case .satisfiable(let values) = asked.answer else { continue }
            let told = CounterexampleToInduction(
                ConditionModel(asked.script, values, table: asked.formulas.table), model, step, after,
                sizes: zip(sizes, sizeVariables).map { ($0.name, $0.standIn, Term.read($1)) },
                isExact: asked.formulas.isExact)
            return (told, asked.script.text)
        }
        return nil
    }
}
