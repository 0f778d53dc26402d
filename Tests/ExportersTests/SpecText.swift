import CheckerTesting
import Diagnostics
import Foundation
import SpecLanguage
import TransitionSystem

/// Specs of tests, typed.
enum SpecText {
    /// `nil` where the type checker rejects it.
    static func system(_ text: String) -> TransitionSystem? {
        var sources = SourceMap()
        let source = text.contains("module ") ? text : "module test\n" + text
        let file = SourceFile(path: "test.spec", text: source)
        let (library, _) = ModuleLibrary.load(main: file, identity: "test", sources: &sources) { _ in
            .unreadable("tests stand alone")
        }
        guard let library, let program = Program.compose(Syntax.Composition(), in: library).0,
            let spec = TypeChecker.check(program, for: .exploration).0
        else { return nil }
        return try? TransitionSystem(spec)
    }

    static func read(_ path: String) throws -> String {
        try String(contentsOfFile: repositoryRoot + "/" + path, encoding: .utf8)
    }
}

/// What the interpreter finds in all reachable states, whatever is wrong with them.
struct Expected {
    private(set) var stateCount = 0
    private(set) var isViolated = false
    private(set) var isSeldomReached = true

    /// - Returns: `nil` where there are too many.
    init?(_ system: TransitionSystem, statesMax: Int) {
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
            guard seen.count <= statesMax else { return nil }
            buffer.beginBatch()
            state.withUnsafeBufferPointer { words in
                if let start = words.baseAddress { expander.expand(start, count: 1, into: buffer) }
            }
            if !buffer.findings.isEmpty { isViolated = true }
            note()
        }
        stateCount = seen.count
        isSeldomReached = buffer.reachableCounts.allSatisfy { $0 > 0 }
    }
}
