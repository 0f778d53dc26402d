// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import SpecLanguage
import Testing
import TransitionSystem

@testable import Conformance

/// The machine that follows logs gives what the interpreter gives: run side by side where the types are
/// small.
struct SparseMachineTests {
    private static let head = """
        type Word = bits(2)
        type Small = -1 ... 2
        type Wide = -100 ... 100
        type Tiny = 0 ... 2
        state { word: Word, number: Wide, flag: Bool, o: Small?, few: Set<Tiny>, odd: Set<Word> }
        init {
            choose {
                => { odd.insert(1 ... 1); odd.insert(3 ... 3) }
                => { o = 2; few.insert(0 ... 1); odd.insert(0 ... 3) }
                => { o = -1; number = -100 }
            }
        }
        fn twice(x: Word, y: Word) -> Word {
            var z: Word = x
            for i in 0 ... 1 { if z != y { z = z * 2 + y } }
            return z
        }

        """

    /// One operation for each expression, and a process that takes any with any arguments.
    private static func spec(seed: UInt64, count: Int) -> String {
        var expressions = RandomExpressions(seed: seed)
        var (operations, arms) = ("", "")
        for number in 0..<count {
            var operation: String
            repeat {
                let statement =
                    switch number % 4 {
                    case 0: "word = \(expressions.word(3))"
                    case 1: "number = Wide(\(expressions.number(3)))"
                    case 2: expressions.change(1)
                    default: "flag = \(expressions.flag(3))"
                    }
                operation = "op e\(number)(a: Word, b: Word, n: Small) { \(statement) }\n"
                // What is wrong for any values is refused before anything runs.
            } while (try? LogTesting.spec(head + operation + "process p { e\(number)(0, 0, 0) }\n")) == nil
            operations += operation
            arms += "        any(a: Word, b: Word, n: Small) => e\(number)(a, b, n)\n"
        }
        return head + operations + "process p {\n    choose {\n\(arms)    }\n}\n"
    }

    /// What an operation makes of a state: the scalars after it, or the code of the error.
    private enum Effect: Equatable, CustomStringConvertible {
        case scalars([Value])
        case error(String)

        var description: String {
            switch self {
            case .scalars(let values): "\(values)"
            case .error(let id): id
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func agreesWithTheInterpreter(seed: UInt64) throws {
        let count = 28
        let text = Self.spec(seed: seed, count: count)
        let system = try TransitionSystem(try LogTesting.spec(text, for: .exploration))
        let teller = Storyteller(system, sources: SourceMap())
        let program = try SparseProgram(
            try LogTesting.spec(text), steps: Set((0..<count).map { "e\($0)" }))
        let machine = SparseMachine(program)
        let starts = try teller.initialStates()
        #expect(starts.count == 3)
        var (failureCount, compared) = (0, 0)
        for (number, start) in starts.enumerated() {
            let store = SparseStore(program.layout)
            #expect(
                machine.run(from: program.initialization.start, on: store, choices: [number]) == .finished)
            let wanted = Self.effects(of: start, system)
            var place = 0
            for expression in 0..<count {
                let entry = try #require(program.entries["e\(expression)"])
                for a in 0..<4 {
                    for b in 0..<4 {
                        for n in -1...2 {
                            let copy = SparseStore(copying: store)
                            let arguments = [a, b, n].map { UInt64(bitPattern: Int64($0)) }
                            for (register, argument) in zip(entry.parameters, arguments) {
                                machine.registers[register] = argument
                            }
                            let outcome = machine.run(from: entry.start, on: copy)
                            let found = Self.effect(outcome, copy, program)
                            let comment = "seed \(seed), e\(expression)(\(a), \(b), \(n)), start \(number)"
                            #expect(found == wanted[place], "\(comment)\n\(Self.line(expression, of: text))")
                            if case .error = found { failureCount += 1 }
                            place += 1
                            compared += 1
                        }
                    }
                }
            }
            #expect(place == wanted.count)
        }
        #expect(compared == 3 * count * 64)
        // Neither do all fail nor none.
        #expect(failureCount > compared / 50 && failureCount < compared / 2)
    }

    private static func line(_ expression: Int, of text: String) -> Substring {
        text.split(separator: "\n").first { $0.hasPrefix("op e\(expression)(") } ?? ""
    }

    private static func effect(
        _ outcome: SparseMachine.Outcome, _ store: SparseStore, _ program: SparseProgram
    ) -> Effect {
        switch outcome {
        case .finished:
            return .scalars(
                program.layout.globals.map { WordCoding.decode($0.variable.type, store.globals[$0.start...]) }
            )
        case .failed(let number): return .error(program.failures[number].cause.name)
        case .rejected: return .error("rejected")
        }
    }

    /// What the interpreter's transitions make of a state, in their order.
    private static func effects(of state: [UInt64], _ system: TransitionSystem) -> [Effect] {
        let cells = UnsafeMutablePointer<UInt64>.allocate(capacity: system.layout.cellCount + 1)
        defer { cells.deallocate() }
        return Storyteller(system, sources: SourceMap()).transitions(of: state).map { transition in
            switch transition.result {
            case .failure(let error): return .error(error.cause.name)
            case .state(let packed):
                packed.withUnsafeBufferPointer { words in
                    if let base = words.baseAddress { system.layout.unpack(base, into: cells) }
                }
                let scalars = ["word", "number", "flag", "o"]
                return .scalars(
                    system.spec.stateVariables.map(\.variable).filter { scalars.contains($0.name) }.map {
                        CellCoding.decode($0.type, UnsafePointer(cells + system.stateOffsets[$0.number]))
                    })
            }
        }
    }
}
