// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage
import TransitionSystem

/// Follows a log with a spec: each event must be a step that the spec allows in a state that the log so far
/// allows.
package final class LogJudge {
    private let events: BoundEvents
    private let machine: SparseMachine
    private let formats: [BoundEvents.Format]
    private var table: EventTable
    private var names = NameTable()
    private let values: UnsafeMutablePointer<UInt64>
    private var line = TraceLine()
    /// The states that the log so far allows.
    private var candidates: [SparseStore] = []
    /// A limit of the checker, not of the spec: what the step does is not known.
    private var limitReached: String?
    private var report = ConformanceReport()
    private var recent: RecentLines
    private var lastTime: UInt64 = 0
    private var lineNumber = 0
    private let prelude: [[String: UInt64]]

    /// More states than this at once are too many to follow.
    package static let candidatesMax = 256

    /// - Parameter regions: arguments of `reserved_region`, called before the first event.
    package init(_ events: BoundEvents, regions: [[String: UInt64]] = []) {
        self.events = events
        machine = SparseMachine(events.program)
        formats = events.formats
        table = EventTable(events)
        values = .allocate(capacity: 32)
        values.initialize(repeating: 0, count: 32)
        recent = RecentLines()
        prelude = regions
    }

    deinit { values.deallocate() }

    /// Judges a whole log.
    ///
    /// - Throws: what makes the log unreadable, with the line.
    package func judge(_ input: LogInput) throws(LogFailure) -> ConformanceReport {
        let reader = LineReader(input)
        try start()
        while let bytes = try reader.next() {
            if let verdict = try judge(line: bytes, number: reader.number, isUnended: reader.isUnended) {
                report.verdict = verdict
                return finish(reader.number)
            }
        }
        return finish(atEndOf: reader.number)
    }

    /// A judge that knows all that this one knows, and goes on by itself.
    package init(copying other: LogJudge) {
        events = other.events
        machine = SparseMachine(other.events.program)
        formats = other.formats
        table = other.table
        names = other.names
        values = .allocate(capacity: 32)
        values.initialize(repeating: 0, count: 32)
        candidates = other.candidates.map { SparseStore(copying: $0) }
        report = other.report
        recent = other.recent
        lastTime = other.lastTime
        lineNumber = other.lineNumber
        prelude = other.prelude
    }

    /// - Returns: the verdict, where this line ends the judging.
    package func judge(
        line bytes: UnsafeRawBufferPointer, number: Int, isUnended: Bool = false
    ) throws(LogFailure) -> ConformanceReport.Verdict? {
        lineNumber = number
        switch line.read(bytes) {
        case .event:
            guard !isUnended else { throw Self.unreadable(bytes, number, isUnended, bytes.count) }
            return try judge(bytes, number: number)
        case .comment:
            // ftrace's head: another log begins.
            if report.stepCount > 0, lastTime > 0, Self.isHead(bytes) { try start() }
        case .lost(let count): report.lostCount += count
        case .other(let place): throw Self.unreadable(bytes, number, isUnended, place)
        }
        return nil
    }

    /// What is to be said where the log ends.
    package func finish(atEndOf lines: Int) -> ConformanceReport {
        if report.lostCount > 0 {
            report.verdict = .notEnough(
                "\(report.lostCount) events were lost; those that are there conform", nil)
        } else if report.stepCount == 0 {
            report.verdict = .notEnough("no event of the log is an operation of the spec", nil)
        }
        return finish(lines)
    }

    private static func isHead(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.starts(with: Array("# tracer:".utf8))
    }

    private static func unreadable(
        _ bytes: UnsafeRawBufferPointer, _ number: Int, _ isUnended: Bool, _ place: Int
    ) -> LogFailure {
        LogFailure(
            isUnended ? "truncated-log" : "not-an-event",
            isUnended ? "the log ends in the middle of a line" : "this is no event of ftrace's text",
            line: number, column: place + 1, text: RecentLines.text(bytes),
            help: isUnended
                ? "copy it again, whole; if it is whole, end its last line"
                : "a line is 'TASK-PID [CPU] FLAGS TIME: EVENT: …'; leave out lines of other tracers")
    }

    // MARK: Beginning and end

    /// A new machine: the initial states, and the regions that its platform reserves.
    package func start() throws(LogFailure) {
        report.logCount += 1
        report.ruledOut = []
        lastTime = 0
        recent.clear()
        candidates = [SparseStore(events.program.layout)]
        let initial = events.program.initialization
        if let failure = step(initial.start, initial.hasChoices, {}) {
            throw LogFailure("spec-failure", "the spec has no initial state: \(failure[0].name)")
        }
        guard let entry = events.program.entries["reserved_region"] else { return }
        for region in prelude {
            let failure = step(entry.start, entry.hasChoices) { [machine] in
                for (parameter, register) in zip(entry.operation.parameters, entry.parameters) {
                    machine.registers[register] = region[parameter.name] ?? 0
                }
            }
            if let failure {
                throw LogFailure("spec-failure", "the reserved regions are refused: \(failure[0].name)")
            }
        }
    }

    private func finish(_ lines: Int) -> ConformanceReport {
        report.lineCount = lines
        for row in table.rows where row.count > 0 {
            let count = ConformanceReport.EventCount(
                name: String(decoding: row.name, as: UTF8.self), count: row.count, firstLine: row.firstLine)
            if row.isIgnored {
                report.ignored.append(count)
            } else if row.formats.allSatisfy({ formats[$0].step == nil }) {
                report.unexplained.append(count)
            }
        }
        for (number, operation) in events.program.spec.operations.enumerated() {
            if machine.entered[number] > 0 {
                report.exercised.append(
                    .init(name: operation.name, count: machine.entered[number], firstLine: 0))
            } else {
                report.neverExercised.append(operation.name)
            }
        }
        report.conclusions = events.program.conclusions.map { condition in
            let found = candidates.map { machine.holds(condition, on: $0) == true }
            return (condition.name, found.allSatisfy { $0 } ? true : found.contains(true) ? nil : false)
        }
        report.unseen = events.unseen
        let spec = events.program.spec
        report.notJudged = spec.invariants.map(\.name) + spec.liveness.map(\.name)
        report.liveCount = candidates.reduce(0) { $0 + $1.liveCount }
        report.finalStates = candidates.prefix(8).map { store in
            events.program.layout.globals.map { variable, start in
                (variable.name, text(variable.type, store.globals[start...]))
            }
        }
        return report
    }

    // MARK: One event

    /// - Returns: the verdict, where this event ends the judging.
    private func judge(
        _ bytes: UnsafeRawBufferPointer, number: Int
    ) throws(LogFailure) -> ConformanceReport.Verdict? {
        let name = UnsafeRawBufferPointer(rebasing: bytes[line.nameStart..<line.nameEnd])
        guard let row = table.row(of: name, line: number) else {
            throw LogFailure(
                "not-an-event", "there are more than \(EventTable.rowsMax) kinds of events", line: number)
        }
        guard line.time >= lastTime else {
            return .notEnough(
                "line \(number) is earlier than the line before it: the log is not in the order of time", nil)
        }
        lastTime = line.time
        let own = table.rows[row].formats
        guard !own.isEmpty else { return nil }
        var furthest = -1
        for index in own {
            let place = formats[index].reader.read(bytes, from: line.bodyStart, names: &names, into: values)
            if place < 0 { return judge(formats[index], bytes, number) }
            furthest = max(furthest, place)
        }
        let wanted = own.map {
            formats[$0].reader.wanted(at: furthest, in: bytes, from: line.bodyStart)
        }
        throw LogFailure(
            "malformed-event", "this is not how the event is written: \(wanted.joined(separator: " or "))",
            line: number, column: furthest + 1, text: RecentLines.text(bytes),
            help: "if the line is whole, the kernel is another one: correct the '.events' file")
    }

    private func judge(
        _ format: BoundEvents.Format, _ bytes: UnsafeRawBufferPointer, _ number: Int
    ) -> ConformanceReport.Verdict? {
        guard let own = format.step else { return nil }
        for argument in own.arguments {
            let value = value(argument.source, number)
            guard value >= argument.lower, value <= argument.upper else {
                let objection = ConformanceReport.Objection(
                    name: RunTimeErrorKind.outOfRange.rawValue,
                    message: "'\(argument.name)' is beyond what its type holds",
                    span: nil, observations: [])
                return verdict([objection], own, bytes, number)
            }
        }
        let objections = step(own.start, own.hasChoices) { [self] in
            for argument in own.arguments {
                machine.registers[argument.register] = value(argument.source, number)
            }
        }
        if let limitReached { return .notEnough("at line \(number) \(limitReached)", nil) }
        if let objections { return verdict(objections, own, bytes, number) }
        report.stepCount += 1
        if candidates.count > report.candidatesMax { report.candidatesMax = candidates.count }
        if candidates.count > Self.candidatesMax {
            return .notEnough(
                "at line \(number) more than \(Self.candidatesMax) states are possible: too many to follow",
                nil)
        }
        recent.append(bytes, number: number, thread: line.thread)
        return nil
    }

    @inline(__always)
    private func value(_ source: BoundEvents.Source, _ number: Int) -> UInt64 {
        switch source {
        case .field(let slot): values[slot]
        case .implicit(.thread): line.thread
        case .implicit(.cpu): line.cpu
        case .implicit(.pid): line.pid
        case .implicit(.context): line.context.rawValue
        case .implicit(.time): line.time
        case .implicit(.line): UInt64(number)
        }
    }

    // MARK: Candidates

    /// Takes every candidate as far as it goes.
    ///
    /// - Returns: `nil`, or why none allows the step.
    private func step(
        _ start: Int, _ hasChoices: Bool, _ pass: () -> Void
    ) -> [ConformanceReport.Objection]? {
        if candidates.count == 1, !hasChoices {
            pass()
            let outcome = machine.run(from: start, on: candidates[0])
            return outcome == .finished ? nil : [objection(outcome, candidates[0])]
        }
        var next: [SparseStore] = []
        var objections: [ConformanceReport.Objection] = []
        defer { machine.isCounting = true }
        for candidate in candidates {
            guard hasChoices else {
                pass()
                let outcome = machine.run(from: start, on: candidate)
                machine.isCounting = false
                if outcome == .finished {
                    next.append(candidate)
                } else if objections.count < 4 {
                    objections.append(objection(outcome, candidate))
                }
                continue
            }
            var choices: [Int]? = []
            while let chosen = choices {
                let copy = SparseStore(copying: candidate)
                pass()
                let outcome = machine.run(from: start, on: copy, choices: chosen)
                machine.isCounting = false
                switch outcome {
                case .finished:
                    if !next.contains(where: { $0.isEqual(to: copy) }) { next.append(copy) }
                case .failed: if objections.count < 4 { objections.append(objection(outcome, copy)) }
                case .rejected: break
                }
                choices = machine.nextChoices
                if next.count > Self.candidatesMax { break }
            }
        }
        if next.isEmpty {
            return objections.isEmpty
                ? [
                    .init(
                        name: RunTimeErrorKind.emptyChoice.rawValue, message: "no way is open", span: nil,
                        observations: [])
                ]
                : objections
        }
        for objection in objections where report.ruledOut.count < 8 {
            report.ruledOut.append((lineNumber, objection))
        }
        candidates = next
        return nil
    }

    private func objection(
        _ outcome: SparseMachine.Outcome, _ store: SparseStore
    ) -> ConformanceReport.Objection {
        guard case .failed(let number) = outcome, number >= 0 else {
            limitReached = "a loop takes too many rounds to be followed"
            return .init(
                name: CheckerLimit.work.rawValue, message: "too many rounds", span: nil, observations: [])
        }
        let failure = events.program.failures[number]
        if failure.cause.isLimit { limitReached = failure.message }
        var observations: [ConformanceReport.Observation] = []
        if machine.explain(number, on: store) {
            for watch in failure.watches {
                var words: [UInt64] = []
                for offset in 0..<4 where watch.register + offset < events.program.registerCount {
                    words.append(machine.registers[watch.register + offset])
                }
                observations.append(
                    .init(span: watch.span, value: text(watch.type, words[...]), isPartOfSet: watch.isRun))
            }
        }
        return .init(
            name: failure.cause.name, message: failure.message, span: failure.span, observations: observations
        )
    }

    private func verdict(
        _ objections: [ConformanceReport.Objection], _ own: BoundEvents.Step,
        _ bytes: UnsafeRawBufferPointer, _ number: Int
    ) -> ConformanceReport.Verdict {
        let parameters = events.program.entries[own.operation]?.operation.parameters ?? []
        let mismatch = ConformanceReport.Mismatch(
            line: number, text: RecentLines.text(bytes), operation: own.operation,
            arguments: zip(own.arguments, parameters).map { argument, parameter in
                "\(argument.name): \(text(parameter.type, [value(argument.source, number)]))"
            },
            objections: objections, candidateCount: candidates.count,
            before: recent.lines(of: line.thread))
        if report.lostCount > 0 {
            return .notEnough("\(report.lostCount) events were lost before this one", mismatch)
        }
        if let first = objections.first, let what = events.missing[first.name],
            objections.allSatisfy({ events.missing[$0.name] != nil })
        {
            return .notEnough(what, mismatch)
        }
        return .violates(mismatch)
    }

    // MARK: Values for readers

    private func text(_ type: SpecType, _ words: ArraySlice<UInt64>) -> String {
        switch type {
        case .optional(let wrapped):
            return words.first == 0 ? "none" : text(wrapped, words.dropFirst())
        case .bits(let name, _):
            guard let word = words.first else { return "?" }
            if let name, events.nameTypes.contains(name), let text = names.name(word) { return text }
            return word < 10 ? "\(word)" : "0x" + String(word, radix: 16)
        case .interval(let element):
            return text(element, words) + " ... " + text(element, words.dropFirst())
        case .structure(_, let fields):
            var rest = words
            return "{"
                + fields.map { field in
                    let part = text(field.type, rest)
                    rest = rest.dropFirst(
                        (try? WordCoding.count(field.type, at: Span(file: .init(index: 0), start: 0, end: 0)))
                            ?? 1)
                    return "\(field.name): \(part)"
                }.joined(separator: ", ") + "}"
        case .absent, .array, .bool, .enumeration, .erroneous, .integer, .list, .lock, .queue, .range, .set,
            .symmetric, .void:
            return ValueText.short(WordCoding.decode(type, words), type)
        }
    }
}

extension SparseMachine {
    /// The choices of the next run in order: the last one that had another way takes it.
    var nextChoices: [Int]? {
        var choices = taken
        while let last = choices.popLast() {
            if last.choice + 1 < last.ways { return choices.map(\.choice) + [last.choice + 1] }
        }
        return nil
    }
}
