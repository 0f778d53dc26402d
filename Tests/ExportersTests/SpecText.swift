// SPDX-License-Identifier: MIT

import CheckerTesting
import Foundation
import SpecLanguage
import TransitionSystem

/// Specs of tests, typed.
enum SpecText {
    /// `nil` where the type checker rejects it.
    static func system(_ text: String) -> TransitionSystem? {
        guard let spec = try? StandaloneSpec.typed(text).spec else { return nil }
        return try? TransitionSystem(spec)
    }

    static func read(_ path: String) throws -> String {
        try String(contentsOfFile: repositoryRoot + "/" + path, encoding: .utf8)
    }
}

/// What the interpreter finds in all reachable states, whatever is wrong with them.
struct Expected {
    private(set) var stateCount = 0
    var isViolated: Bool { violationDepth != nil }
    /// Steps of the shortest run to something wrong; a failing step counts.
    private(set) var violationDepth: Int?
    private(set) var isSeldomReached = true

    /// - Returns: `nil` where there are too many.
    init?(_ system: TransitionSystem, statesMax: Int) {
        let model = Interpreter(system)
        let expander = model.makeExpander()
        let buffer = ExpansionBuffer(for: model)
        var seen: Set<[UInt64]> = []
        var next: [[UInt64]] = []
        func note() {
            for number in 0..<buffer.successorCount {
                let start = buffer.successors + number * buffer.wordsPerState
                let state = Array(UnsafeBufferPointer(start: start, count: buffer.wordsPerState))
                if seen.insert(state).inserted { next.append(state) }
            }
        }
        expander.appendInitialStates(to: buffer)
        note()
        var depth = 0
        while !next.isEmpty {
            let level = next
            next = []
            for state in level {
                guard seen.count <= statesMax else { return nil }
                buffer.beginBatch()
                state.withUnsafeBufferPointer { words in
                    if let start = words.baseAddress { expander.expand(start, count: 1, into: buffer) }
                }
                for finding in buffer.findings {
                    var at = depth
                    if case .failingTransition = finding.kind { at += 1 }
                    violationDepth = min(violationDepth ?? at, at)
                }
                note()
            }
            depth += 1
        }
        stateCount = seen.count
        isSeldomReached = buffer.reachableCounts.allSatisfy { $0 > 0 }
    }
}
