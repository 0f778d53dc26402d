// SPDX-License-Identifier: MIT

import CheckerTesting
import CompiledModel
import Foundation
import SpecLanguage
import Testing
import TransitionSystem

/// The compiled model and the interpreter give the same successors in the same order, the same counts and the same
/// findings, with and without partial-order reduction.
@Suite struct CompiledModelTests {
    private static let statesMax = 3000

    @Test(
        arguments: RandomSpec.seeds(7).prefix(
            ProcessInfo.processInfo.environment["LONG_TESTS"] == "1" ? 500 : 8))
    func agreesOnRandomSpecs(seed: UInt64) throws {
        // Some are rejected by the type checker, as an author's would be.
        guard let system = Self.system(RandomSpec.text(seed: seed)) else { return }
        try compare(system, remark: "seed \(seed)")
    }

    /// Every construct that compiled models write in a way of its own.
    @Test(arguments: ["constructs", "ranges"])
    func agreesOnEveryConstruct(_ name: String) throws {
        let path = repositoryRoot + "/Tests/Golden/compiled/\(name).spec"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let system = try #require(Self.system(text))
        try compare(system, remark: path)
    }

    /// What the compiled code counts no further is expanded by the interpreter, in the midst of a batch.
    @Test func leavesLongStepsToTheInterpreter() throws {
        let text = """
            type N = 0 ..< 4
            type Wide = 0 ... 200000
            state { n: N, sum: Wide }
            fn climb(limit: Wide) -> Wide {
                var k: Wide = 0
                while k < limit { k = k + 1 }
                return k
            }
            process p {
                choose {
                    where n == 0 => { n = 1 }
                    where n == 1 => { sum = climb(150000); n = 2 }
                    where n == 2 => { sum = climb(7); n = 3 }
                }
            }
            """
        let system = try #require(Self.system(text))
        try compare(system, remark: "a long loop")
    }

    @Test func refusesWhatItDoesNotCompile() throws {
        let text = """
            type Address = bits(64)
            state { a: Address }
            process p { a = a + 1 }
            """
        let system = try #require(Self.system(text))
        do throws(NotCompilable) {
            _ = try ModelWriter.source(of: system)
            Issue.record("a word of 64 bits was compiled")
        } catch {
            #expect(error.reason == "a machine word of 64 bits")
        }
    }

    /// Names of a spec cannot get out of their place in the source.
    @Test func keepsOnlyLettersOfNames() throws {
        let text = """
            state { `self`: Bool, import_: Bool, größe: Bool }
            process p { import_ = true }
            """
        guard let system = Self.system(text) else { return }
        let source = try ModelWriter.source(of: system)
        #expect(!source.contains("größe"))
    }

    /// A library that was cut off, or is of another machine, is compiled again.
    @Test func compilesAgainWhatDoesNotLoad() throws {
        let compiler = try #require(SwiftCompiler())
        let folder = try TemporaryDirectory()
        let (first, cache) = (
            try #require(ModelCache(folder: folder.path + "/first")),
            try #require(ModelCache(folder: folder.path + "/cache"))
        )
        let system = try #require(Self.system("state { n: Bool }\nprocess p { n = true }\n"))
        _ = try CompiledModel(Interpreter(system), compiler: compiler, cache: first)
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/first/v2")
        let library = try #require(names.first { $0.hasSuffix(".library") })
        // In another folder: what is loaded once is not loaded again.
        let path = "\(folder.path)/cache/v2/\(library)"
        try Data("not a library".utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o600)
        let model = try CompiledModel(Interpreter(system), compiler: compiler, cache: cache)
        #expect(model.wordsPerState == Interpreter(system).wordsPerState)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count > 1000)
    }

    // MARK: Comparison

    private static func system(_ text: String) -> TransitionSystem? {
        guard let spec = try? StandaloneSpec.typed(text).spec else { return nil }
        return try? TransitionSystem(spec)
    }

    private func compare(_ system: TransitionSystem, remark: String) throws {
        guard let compiler = SwiftCompiler() else { return }
        let folder = NSTemporaryDirectory() + "iommu-check-tests"
        let cache = try #require(ModelCache(folder: folder))
        for reduction in [nil, AmpleLocations(system)] {
            let interpreter = Interpreter(system, reduction: reduction)
            let compiled = try CompiledModel(interpreter, compiler: compiler, cache: cache)
            explore(interpreter, compiled, remark: remark)
        }
    }

    /// Breadth first, batch by batch: each batch is expanded by both.
    private func explore(_ model: Interpreter, _ compiled: CompiledModel, remark: String) {
        let (first, second) = (ExpansionBuffer(for: model), ExpansionBuffer(for: compiled))
        let (interpreting, running) = (model.makeExpander(), compiled.makeExpander())
        let words = model.wordsPerState
        interpreting.appendInitialStates(to: first)
        var seen: Set<[UInt64]> = []
        var waiting: [[UInt64]] = []
        func note(_ buffer: ExpansionBuffer) {
            for number in 0..<buffer.successorCount {
                let state = Array(
                    UnsafeBufferPointer(start: buffer.successors + number * words, count: words))
                if seen.insert(state).inserted { waiting.append(state) }
            }
        }
        note(first)
        while !waiting.isEmpty, seen.count < Self.statesMax {
            let batch = Array(waiting.prefix(50))
            waiting.removeFirst(batch.count)
            first.beginBatch()
            second.beginBatch()
            let states = batch.flatMap { $0 }
            interpreting.expand(states, count: batch.count, into: first)
            running.expand(states, count: batch.count, into: second)
            #expect(Self.content(first) == Self.content(second), "\(remark)")
            if Self.content(first) != Self.content(second) { return }
            note(first)
        }
    }

    private struct Content: Equatable {
        let successors: [UInt64]
        let sourceEnds: [Int]
        let transitionCount: UInt64
        let findings: Set<ExpansionFinding>
        let counts: [[UInt64]]
    }

    private static func content(_ buffer: ExpansionBuffer) -> Content {
        Content(
            successors: Array(
                UnsafeBufferPointer(
                    start: buffer.successors, count: buffer.successorCount * buffer.wordsPerState)),
            sourceEnds: buffer.sourceEnds, transitionCount: buffer.transitionCount,
            findings: Set(buffer.findings),
            counts: [buffer.operationCounts, buffer.premiseCounts, buffer.reachableCounts])
    }
}
