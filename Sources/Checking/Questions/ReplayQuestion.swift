// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import Reports
import SpecLanguage
import TransitionSystem

/// What the command line asks of `replay`.
package struct ReplayRequest: Sendable {
    package var trace: String
    /// In the place of the spec that the trace names.
    package var spec: String?
    /// In the place of the platform file that the trace names.
    package var platform: String?

    package init(trace: String, spec: String? = nil, platform: String? = nil) {
        self.trace = trace
        self.spec = spec
        self.platform = platform
    }
}

/// `iommu-check replay`: takes the steps of a recorded run again and says whether they still break the
/// property.
package struct ReplayQuestion: Sendable {
    let request: ReplayRequest

    package init(_ request: ReplayRequest) { self.request = request }

    /// - Throws: `BadInput` where the trace cannot be read or its spec is wrong.
    package func answer() throws -> Answer {
        let recorded = try read()
        let source = recorded.source
        let reach = TraceReach(of: request.trace)
        if request.spec == nil { try reach.verify(source.spec, what: "spec", option: "--spec") }
        if request.platform == nil, let platform = source.platform {
            try reach.verify(platform, what: "platform file", option: "--platform")
        }
        var loaded = try LoadedSpec.load(request.spec ?? source.spec)
        let plans = try CheckPlan.plans(of: loaded, named: source.check)
        let (jobs, _) = try CheckJob.all(
            plans, of: &loaded, settings: source.settings.map { "\($0.name)=\($0.value.text)" },
            platform: source.platform.map { request.platform ?? $0 }, group: source.group.flatMap { Int($0) })
        guard let job = jobs.first else {
            throw BadInput(Diagnostic("bad-trace", "the trace names no check that can be run", at: nil))
        }
        let system: TransitionSystem
        do throws(TransitionSystem.TooLarge) {
            system = try TransitionSystem(job.spec)
        } catch {
            throw BadInput(
                [Diagnostic("state-too-large", error.what, at: error.span)], sources: loaded.sources)
        }
        let replay = Replay(recorded, teller: Storyteller(system, sources: loaded.sources), spec: job.spec)
        return replay.answer(sources: loaded.sources)
    }

    private func read() throws(BadInput) -> RecordedRun {
        let bytes: [UInt8]
        do throws(InputFile.Failure) {
            bytes = try InputFile.read(request.trace, bytesMax: InputFile.traceBytesMax)
        } catch {
            throw BadInput(
                Diagnostic(
                    "cannot-read", "cannot read the trace '\(request.trace)': \(error)", at: nil,
                    help: "name a diagram (.txt) or an ITF trace (.itf.json)"))
        }
        let file = SourceFile(path: request.trace, bytes: bytes)
        var sources = SourceMap()
        let id = sources.add(file)
        // JSON begins with a brace, a diagram never does.
        let isJSON = bytes.first { $0 > 32 } == UInt8(ascii: "{")
        let (run, diagnostics) =
            isJSON
            ? ITFReader.read(file, id: id, bytesMax: InputFile.traceBytesMax)
            : RaceDiagramReader.read(file, id: id)
        guard let run, !diagnostics.contains(where: { $0.severity == .error }) else {
            throw BadInput(diagnostics, sources: sources)
        }
        return run
    }
}

/// One recorded run, taken again.
private struct Replay {
    let recorded: RecordedRun
    let teller: Storyteller
    let spec: TypedSpec

    init(_ recorded: RecordedRun, teller: Storyteller, spec: TypedSpec) {
        self.recorded = recorded
        self.teller = teller
        self.spec = spec
    }

    /// The name of what the run breaks, as it is spelled today.
    private var recordedName: String {
        recorded.kind == .runTimeError ? RunTimeErrorKind.current(recorded.property) : recorded.property
    }

    func answer(sources: SourceMap) -> Answer {
        let states: [[UInt64]]
        do throws(RunTimeError) {
            states = try teller.initialStates()
        } catch {
            let isLimit = error.cause.isLimit
            return Answer(
                text: "\(isLimit ? "inconclusive" : "there is no initial state"): \(error.message)\n",
                exitCode: isLimit ? .inconclusive : .unexpected)
        }
        var furthest = (count: -1, text: "there is no initial state\n")
        for state in states {
            let (count, text, isBroken) = follow(from: state)
            if isBroken { return Answer(text: text, exitCode: .expected) }
            if count > furthest.count { furthest = (count, text) }
        }
        return Answer(text: furthest.text, exitCode: .unexpected)
    }

    /// - Returns: how many steps could be taken, what to print, and whether the property is broken at the
    ///   end.
    private func follow(from initial: [UInt64]) -> (count: Int, text: String, isBroken: Bool) {
        var state = initial
        var allTaken: [Storyteller.Transition] = []
        let titles = teller.lanes.map(\.title)
        for (number, step) in recorded.steps.enumerated() {
            let possible = teller.transitions(of: state).filter { titles[$0.lane] == step.laneTitle }
            guard let taken = possible.first(where: { $0.action == step.action }) else {
                let actions = possible.map { "  \(step.laneTitle) could: \($0.action)\n" }.joined()
                return (
                    number,
                    "step \(number + 1) is no longer possible: \(step.laneTitle): \(step.action)\n"
                        + (actions.isEmpty ? "  \(step.laneTitle) can do nothing here\n" : actions), false
                )
            }
            allTaken.append(taken)
            switch taken.result {
            case .state(let next): state = next
            case .failure(let error):
                let name = spec.name(of: error.cause)
                let isBroken =
                    name == recordedName && number == recorded.steps.count - 1 && !error.cause.isLimit
                return (number + 1, sentence(isBroken, "\(name): \(error.message)"), isBroken)
            }
        }
        if recorded.kind == .liveness { return judge(allTaken, from: initial) }
        return judge(state)
    }

    /// An endless run: whether it still closes, is fair, and breaks the property.
    private func judge(
        _ taken: [Storyteller.Transition], from initial: [UInt64]
    ) -> (count: Int, text: String, isBroken: Bool) {
        let count = taken.count
        guard let property = spec.liveness.first(where: { $0.name == recorded.property }),
            let loopStart = recorded.loopStart
        else {
            return (
                count,
                "all \(count) steps are possible, but there is no property '\(recorded.property)' of endless runs\n",
                false
            )
        }
        let objection = LassoJudge(teller: teller, property: property).objection(
            to: taken, from: initial, loopStart: loopStart)
        let what =
            objection
            ?? "all \(count) steps are possible, and from step \(loopStart + 1) on they can repeat for ever"
        return (count, sentence(objection == nil, what), objection == nil)
    }

    private func judge(_ state: [UInt64]) -> (count: Int, text: String, isBroken: Bool) {
        let count = recorded.steps.count
        if recorded.kind == .deadlock {
            let isBroken = teller.isDeadlock(state)
            return (count, sentence(isBroken, "it ends in a deadlock"), isBroken)
        }
        if recorded.kind == .condition {
            let failures = teller.system.conditions.filter { $0.property == recorded.property }.compactMap {
                teller.failure(of: $0.expression, in: state)
            }
            let failure = failures.first { !$0.cause.isLimit }
            let what = failure.map { "it cannot be evaluated: \($0.message)" } ?? "it can be evaluated"
            return (count, sentence(failure != nil, what), failure != nil)
        }
        guard let index = spec.invariants.firstIndex(where: { $0.name == recorded.property }) else {
            return (
                count, "all \(count) steps are possible, but there is no invariant '\(recorded.property)'\n",
                false
            )
        }
        let isBroken = !teller.holds(invariant: index, in: state)
        let why = teller.explainInvariant(index, in: state).map { "  \($0)\n" }.joined()
        return (
            count, sentence(isBroken, "all \(count) steps are possible") + (isBroken ? why : ""), isBroken
        )
    }

    private func sentence(_ isBroken: Bool, _ what: String) -> String {
        isBroken
            ? "still breaks \(recordedName): \(what)\n"
            : "no longer breaks \(recordedName): \(what)\n"
    }
}
