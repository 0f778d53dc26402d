// SPDX-License-Identifier: MIT

import CheckerTesting
import Checking
import Diagnostics
import Foundation
import SpecLanguage
import Testing
import TransitionSystem

/// Invariants proved for any number of pages, devices and CPUs: what is proved holds at every size that can be explored, and what fails
/// is shown as a step.
@Suite struct InductionTests {
    private static let spec = "Specs/benchmarks/lazy_unmap_unbounded.spec"

    private static func prove(_ path: String, _ proof: String? = nil, folder: String? = nil) throws -> String
    {
        try ProofQuestion(
            ProofRequest(spec: path, proof: proof, secondsMax: 30, smtLibFolder: folder)
        ).answer().text
    }

    private static func prove(text: String) throws -> String {
        let folder = try TemporaryDirectory()
        return try prove(try folder.write(text, as: "m.spec"))
    }

    // MARK: The example

    @Test func lazyUnmapKeepsItsInvariantsAtAnySize() throws {
        try #require(Repository.isCurrentDirectory)
        let text = try Self.prove(Self.spec, "any_number")
        #expect(
            text.contains(
                "proved: in every state that is ever reached, for any number of PAGES, FRAMES, CPUS (as expected)"
            ), "\(text)")
        // What waits between two steps was found out.
        #expect(text.contains("known of cpu, map: step: ") && text.contains("busy[cpu] == page"), "\(text)")
    }

    @Test func aFlushThatForgetsTheIOTLBIsShownAsAStep() throws {
        try #require(Repository.isCurrentDirectory)
        let text = try Self.prove(Self.spec, "any_number_without_the_flush")
        #expect(text.contains("not inductive: iotlb_is_coherent (as expected)"), "\(text)")
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        let step = try #require(lines.firstIndex(of: "Timer: flush"))
        let after = lines[step...].prefix(3)
        #expect(after.contains("allocated[1] = false"), "\(text)")
        #expect(lines[..<step].contains { $0.hasPrefix("iotlb[1] = ") && !$0.hasSuffix("none") }, "\(text)")
        #expect(!after.contains { $0.hasPrefix("iotlb") }, "\(text)")
    }

    /// The report says what it speaks of, and what it leaves to exploration; who holds a lock is told by name.
    @Test func whatIsNotSpokenOfIsSaid() throws {
        let text = try Self.prove(
            text: """
                module m
                const CPUS: Int = 2
                type Cpu = 0 ..< CPUS
                state { outer: Lock, inner: Lock, owned: [Cpu]Bool, few: 0 ... 3 = 0 }
                process work(cpu: Cpu) {
                    with lock(outer) {
                        with lock(inner) { owned[cpu] = true }
                    }
                }
                invariant nothing_is_owned: forall(cpu: Cpu) !owned[cpu]
                invariant few_are_few: few <= CPUS
                proof p { unbounded CPUS; prove invariant nothing_is_owned; expect refuted }
                """)
        #expect(text.contains("not inductive: nothing_is_owned (as expected)"), "\(text)")
        #expect(
            text.contains("\n  spoken of: nothing_is_owned\n  not spoken of: few_are_few\n  assumed: "),
            "\(text)")
        #expect(text.contains("outer    = held by work 0"), "\(text)")
    }

    /// A name of the spec is never taken for an operator of the solver's language.
    @Test(arguments: ["distinct", "ite", "select", "store", "bvadd", "not", "true_", "exists_"])
    func namesShadowNoOperator(_ name: String) throws {
        let text = try Self.prove(
            text: """
                module m
                const PAGES: Int = 2
                type Page = 0 ..< PAGES
                state { \(name): [Page]Bool, and: Bool }
                process p(page: Page) { if !and { \(name)[page] = true } }
                process q { and = true }
                invariant never: forall(page: Page) !\(name)[page]
                invariant or: forall(page: Page) \(name)[page] implies !and
                proof a { unbounded PAGES; prove invariant never; expect refuted }
                proof b { unbounded PAGES; prove invariant or; expect refuted }
                """)
        #expect(text.contains("not inductive: never (as expected)"), "\(text)")
        #expect(text.contains("not inductive: or (as expected)"), "\(text)")
    }

    @Test(
        .enabled(if: Commands.has("cvc5"), "cvc5 is not installed: no second solver looks at the conditions"),
        arguments: ["any_number", "any_number_without_the_flush"])
    func anotherSolverAgrees(_ proof: String) throws {
        try #require(Repository.isCurrentDirectory)
        let folder = try TemporaryDirectory()
        _ = try Self.prove(Self.spec, proof, folder: folder.path)
        let commands = try Commands()
        defer { commands.remove() }
        let all = try folder.names
        try #require(all.count > 30)
        // Every eighth, and what fails; all with LONG_TESTS=1.
        var names: [String] = []
        for (number, name) in all.enumerated() {
            let isRefuted = try Repository.text("\(folder.path)/\(name)").contains(" says: sat\n")
            if isRefuted || LazyUnmapCountTests.hasLongTests || number % 8 == 0 { names.append(name) }
        }
        var (agreed, refuted) = (0, 0)
        for name in names {
            let text = try Repository.text("\(folder.path)/\(name)")
            let expected = try #require(
                text.split(separator: "\n").dropFirst().first?.split(separator: " ").last)
            let answer = try commands.run(
                ["cvc5", "-L", "smt2", "--tlimit=20000", "\(folder.path)/\(name)"], mayFail: true
            ).trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(answer != (expected == "unsat" ? "sat" : "unsat"), "\(name)")
            if answer == expected { agreed += 1 }
            if answer == "sat" { refuted += 1 }
        }
        #expect(agreed * 10 >= names.count * 9, "\(agreed) of \(names.count)")
        #expect((refuted > 0) == (proof != "any_number"))
    }

    /// Without what was made for the proof there is none, and it says where it fails.
    @Test func aMissingLemmaIsNotMadeUp() throws {
        try #require(Repository.isCurrentDirectory)
        let folder = try TemporaryDirectory()
        try folder.write("", as: "spec-root")
        try folder.write(
            try Repository.text("Specs/benchmarks/lazy_unmap.spec"), as: "benchmarks/lazy_unmap.spec")
        let text = try Repository.text(Self.spec)
        let without = text.replacing(", busy_pages_are_allocated, one_cpu_works_on_a_page", with: "")
        try #require(without != text)
        let path = try folder.write(without, as: "benchmarks/lazy_unmap_unbounded.spec")
        let answer = try Self.prove(path, "any_number")
        #expect(answer.contains("not inductive: ") && answer.contains("(NOT as expected"), "\(answer)")
    }

    // MARK: What the language says

    private static let counter = """
        module m
        const CPUS = 2
        type Cpu = 0 ..< CPUS
        state { holder: Cpu?, inside: [Cpu]Bool, count: 0 ... 3 }
        process p(cpu: Cpu) {
            choose { where holder == none && count < LIMIT => { holder = cpu } }
            step
            inside[cpu] = true
            step
            inside[cpu] = false
            holder = none
        }
        invariant alone: forall(one: Cpu, other: Cpu) inside[one] && inside[other] implies one == other
        invariant held: forall(cpu: Cpu) inside[cpu] implies holder == cpu
        const LIMIT = 3

        """

    @Test func processesThatWaitAreKnownByThemselves() throws {
        let text = try Self.prove(
            text: Self.counter
                + "proof any_size { unbounded CPUS; prove invariant alone, held; expect proved }")
        #expect(text.contains("for any number of CPUS (as expected)"), "\(text)")
    }

    @Test func anUnboundedConstantIsNoNumber() throws {
        let used = Self.counter.replacing("const LIMIT = 3", with: "const LIMIT = CPUS")
            .replacing("count < LIMIT", with: "count < 2 && LIMIT > 1")
        #expect(throws: BadInput.self) {
            try Self.prove(
                text: used + "proof any_size { unbounded CPUS; prove invariant held; expect proved }")
        }
        let both =
            Self.counter
            + "proof any_size { unbounded CPUS; set CPUS = 3; prove invariant held; expect proved }"
        #expect(throws: BadInput.self) { try Self.prove(text: both) }
        let unknown = Self.counter + "proof any_size { unbounded CPUS; prove invariant hold; expect proved }"
        #expect(throws: BadInput.self) { try Self.prove(text: unknown) }
    }

    @Test func arithmeticThatMayLeaveAnUnboundedTypeIsNotProved() throws {
        let text = try Self.prove(
            text: """
                module m
                const PAGES = 4
                type Page = 0 ..< PAGES
                state { at: Page }
                process p { choose { where at > 0 => { at = at - 1 } } }
                invariant low: at == 0
                proof any_size { unbounded PAGES; prove invariant low; expect proved }
                """)
        #expect(text.contains("inconclusive: proofs about steps do not reach this spec"), "\(text)")
        #expect(text.contains("'Page' is unbounded, and arithmetic on it may leave it"), "\(text)")
    }

    /// The allocator's loop is not looked into; what stands for it is proved with the rest, or the rest is not proved.
    @Test(arguments: [
        ("200", "proved: "), ("last", "it relies on a contract that is not proved"),
    ])
    func contractsStandForFunctionsThatLoop(promised: String, expected: String) throws {
        let text = try Self.prove(
            text: """
                module m
                const CPUS = 2
                type Cpu = 0 ..< CPUS
                type Page = bits(8)
                fn pick(start: Page, last: Page) -> Page
                    requires start <= last && last < 200
                    ensures result >= start && result <= last && result < \(promised)
                {
                    var page = start
                    while page < last invariant page <= last && page >= start decreases last - page { page = page + 1 }
                    return page
                }
                state { at: [Cpu]Page }
                process p(cpu: Cpu) { at[cpu] = pick(3, 9) }
                invariant small: forall(cpu: Cpu) at[cpu] <= 9
                proof any_size { unbounded CPUS; prove invariant small; expect proved }
                """)
        #expect(text.contains(expected), "\(text)")
    }

    // MARK: Against exploration

    /// Whether every reachable state keeps the invariants; `nil` where there are too many states.
    private static func holds(_ text: String) -> Bool? {
        guard let spec = try? StandaloneSpec.typed(text).spec, let system = try? TransitionSystem(spec) else {
            return nil
        }
        let model = Interpreter(system)
        let expander = model.makeExpander()
        let buffer = ExpansionBuffer(for: model)
        var seen: Set<[UInt64]> = []
        var waiting: [[UInt64]] = []
        func note() {
            for number in 0..<buffer.successorCount {
                let start = buffer.successors + number * buffer.wordsPerState
                let state = Array(UnsafeBufferPointer(start: start, count: buffer.wordsPerState))
                if seen.insert(state).inserted { waiting.append(state) }
            }
        }
        expander.appendInitialStates(to: buffer)
        note()
        while let state = waiting.popLast() {
            guard seen.count <= 4000 else { return nil }
            buffer.beginBatch()
            state.withUnsafeBufferPointer { words in
                if let start = words.baseAddress { expander.expand(start, count: 1, into: buffer) }
            }
            for finding in buffer.findings { if case .invariant = finding.kind { return false } }
            note()
        }
        return true
    }

    /// The random specs, with constants for sizes.
    private static func sized(_ seed: UInt64, _ elements: Int, _ domains: Int) -> String {
        let text = RandomSpec.text(seed: seed)
            .replacing("type E = symmetric 2", with: "type E = symmetric ELEMENTS")
            .replacing("type E = symmetric 3", with: "type E = symmetric ELEMENTS")
            .replacing("type D = symmetric 2", with: "type D = symmetric DOMAINS")
        return "module m\nconst ELEMENTS = \(elements)\nconst DOMAINS = \(domains)\n\(text)"
    }

    @Test(arguments: 51..<55)
    func whatIsProvedHoldsAtEverySize(part: Int) throws {
        var (proved, refuted, open) = (0, 0, 0)
        for seed in RandomSpec.seeds(part, count: 12) {
            let text = Self.sized(seed, 2, 2)
            guard Self.holds(text) != nil else { continue }
            let report: String
            do {
                report = try Self.prove(
                    text: text
                        + "proof any_size { unbounded ELEMENTS, DOMAINS; prove invariant inv0, inv1; expect proved }"
                )
            } catch is BadInput {
                continue
            }
            if report.contains("  proved: in every state") {
                proved += 1
                for (elements, domains) in [(1, 1), (2, 2), (3, 1), (1, 3)] {
                    let found = Self.holds(Self.sized(seed, elements, domains))
                    #expect(found != false, "seed \(seed) at \(elements) and \(domains)")
                }
            } else if report.contains("  not inductive: ") {
                refuted += 1
            } else {
                open += 1
            }
        }
        #expect(proved >= 1 && refuted >= 1, "\(proved) proved, \(refuted) refuted, \(open) open")
    }
}
