// SPDX-License-Identifier: MIT

import Diagnostics
import Findings
import Proofs
import SpecLanguage
import Stopping
import TransitionSystem

/// Proves the functions that a `proof` names, and confirms every witness by running it.
struct ProofRunner {
    let spec: TypedSpec
    let sources: SourceMap
    let options: ProofOptions
    /// Takes every condition.
    let files: ConditionFiles?
    /// What is expected is looked for first; where all conditions are wanted, they are asked first.
    var expectsRefutation = false

    struct Outcome {
        let verdict: Verdict
        /// One line for each function and condition.
        let details: [String]
    }

    /// - Throws: `BadInput` where a name is no function; `OutputFile.Failure`
    func run(_ names: [Syntax.Name]) throws -> Outcome {
        var details: [String] = []
        var worst: Verdict?
        var width = 0
        let prover = ContractProver(
            millisecondsMax: Int(options.secondsMax * 1000), memory: options.memory,
            searchesFirst: expectsRefutation && files == nil, execute: Self.execute)
        for name in names {
            guard let function = spec.functions.first(where: { $0.name == name.text }) else {
                let close = closestName(to: name.text, among: spec.functions.map(\.name))
                throw BadInput(
                    [
                        Diagnostic(
                            "unknown-name", "'\(spec.title)' has no function '\(name.text)' to prove",
                            at: name.span,
                            help: close.map { "did you mean '\($0)'?" })
                    ], sources: sources)
            }
            width = max(width, Self.width(of: function))
            if let reason = StopRequest.current?.reason {
                worst = worst ?? .inconclusive("\(reason.sentence) before '\(name.text)' was proved")
                break
            }
            let report = prover.prove(function)
            details += describe(report, function)
            for condition in report.conditions {
                try files?.write(condition, of: report, at: sources.describe(condition.span))
            }
            let verdict = verdict(report, function)
            if case .holds = verdict { continue }
            // A refutation says more than an open question.
            if case .violated? = worst { continue }
            if case .violated = verdict { worst = verdict } else { worst = worst ?? verdict }
        }
        return Outcome(verdict: worst ?? .holds(.proved(width: width)), details: details)
    }

    /// A candidate for a witness that runs longer is dropped: there are many, and most are as good.
    private static let roundsMax = 1 << 20

    static func execute(_ function: Typed.Function, _ arguments: [Value]) -> ContractProver.Execution {
        let evaluator = Evaluator()
        evaluator.roundsMax = roundsMax
        evaluator.refusesLongQuantifiers = true
        do throws(RunTimeError) {
            return .returned(try evaluator.call(function, arguments: arguments))
        } catch {
            return error.cause.isLimit ? .undecided : .failed(error.message, error.span)
        }
    }

    /// The widest word among the arguments.
    private static func width(of function: Typed.Function) -> Int {
        func width(_ type: SpecType) -> Int {
            switch type {
            case .bits(_, let width): width
            case .set(let element), .interval(let element), .optional(let element): width(element)
            case .structure(_, let fields): fields.map { width($0.type) }.max() ?? 0
            case .absent, .array, .bool, .enumeration, .erroneous, .integer, .list, .lock, .queue, .range,
                .symmetric, .void:
                0
            }
        }
        return function.parameters.map { width($0.type) }.max() ?? 0
    }

    private func describe(_ report: ProofReport, _ function: Typed.Function) -> [String] {
        var lines = ["\(report.function): \(Self.summary(report)), Z3 \(report.solverVersion)"]
        let required = function.definition.requires.map { sources.describe($0.span) }
        if !required.isEmpty, !report.conditions.isEmpty {
            lines.append("  of arguments that meet what is required (\(required.joined(separator: ", ")))")
        }
        for condition in report.conditions {
            var place = sources.describe(condition.span)
            if let returnSpan = condition.returnSpan {
                place += ", returned at \(sources.describe(returnSpan))"
            }
            switch condition.outcome {
            case .proved:
                guard options.listsConditions else { continue }
                let cached = condition.isCached ? ", cached" : ""
                lines.append("  proved        \(condition.name) (\(place))\(cached)")
            case .inconclusive(let why): lines.append("  inconclusive  \(condition.name) (\(place)): \(why)")
            case .notPreserved(let values):
                lines.append("  invariant not preserved (\(place)): \(values)")
            case .notShown(let doubt): lines.append("  not shown     \(condition.name) (\(place)): \(doubt)")
            case .fails(let values): lines.append("  fails         \(condition.name) (\(place)): \(values)")
            }
        }
        return lines
    }

    private static func summary(_ report: ProofReport) -> String {
        let proved = report.conditions.filter { $0.outcome == .proved }
        let cached = proved.count(where: \.isCached)
        let slowest = report.conditions.map(\.milliseconds).max() ?? 0
        let count = { (number: Int) in "\(number) condition\(number == 1 ? "" : "s")" }
        // The others were not asked any more.
        if case .refuted = report.outcome {
            return "\(count(proved.count)) proved until an execution that breaks the contract was found"
        }
        if report.conditions.isEmpty { return "no condition to ask" }
        return "\(count(report.conditions.count)), \(proved.count) proved"
            + (cached > 0 ? " (\(cached) of these in an earlier run)" : "")
            + ", the slowest took \(Int(slowest)) ms"
    }

    private func verdict(_ report: ProofReport, _ function: Typed.Function) -> Verdict {
        switch report.outcome {
        case .proved: return .holds(.proved(width: Self.width(of: function)))
        case .inconclusive(let why):
            let place = report.notProvable?.span.map { " (\(sources.describe($0)))" } ?? ""
            return .inconclusive(why + place)
        case .refuted(let witness):
            let arguments = witness.arguments.map { "  \($0.name) = \(Self.text($0.value, $0.type))" }
            let place = sources.describe(witness.brokenSpan)
            var lines: [String]
            if let result = witness.result {
                lines =
                    ["the interpreter, run on these arguments, returns what the contract forbids:"]
                    + arguments
                lines.append("  result = \(Self.text(result, witness.resultType))")
                lines.append("  broken: \(place): \(witness.sentence)")
            } else {
                lines = ["the interpreter, run on these arguments, does not come to a result:"] + arguments
                lines.append("  error: \(place): \(witness.sentence)")
            }
            return .violated(
                Violation(
                    kind: .contract, property: function.name, explanation: lines,
                    place: sources.describe(function.span), run: nil))
        }
    }

    /// Words in hexadecimal: a 64-bit witness is read by its bits.
    private static func text(_ value: Value, _ type: SpecType) -> String {
        func hexadecimal(_ number: Int128) -> String { "0x" + String(number, radix: 16) }
        func range(_ first: Int128, _ last: Int128) -> String {
            first == last ? hexadecimal(first) : "\(hexadecimal(first)) ... \(hexadecimal(last))"
        }
        switch (value, type) {
        case (.none, _): return "none"
        case (_, .optional(let wrapped)): return text(value, wrapped)
        case (.number(let number), .bits): return hexadecimal(number)
        case (.set(let set), .set(.bits)):
            return "{\(set.ranges.map { range($0.lowerBound, $0.upperBound) }.joined(separator: ", "))}"
        case (.interval(let first, let last), .interval(.bits)):
            return "\(hexadecimal(first)) ... \(hexadecimal(last))"
        case (.record(let parts), .structure(_, let fields)):
            let texts = zip(fields, parts).map { "\($0.name): \(text($1, $0.type))" }
            return "(\(texts.joined(separator: ", ")))"
        case (.array, _), (.bool, _), (.list, _), (.lock, _), (.queue, _), (.token, _), (.number, _),
            (.set, _), (.interval, _), (.record, _):
            return ValueText.short(value, type)
        }
    }
}
