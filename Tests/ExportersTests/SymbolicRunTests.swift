// SPDX-License-Identifier: MIT

import CheckerTesting
import SpecLanguage
import Testing

@testable import Exporters

/// Statements unrolled to terms give, for any values before, what the statements give when they are run on
/// these values.
@Suite struct SymbolicRunTests {
    private let x = ExportVariable(name: "x", role: .state, lower: 0, upper: 7)
    private let flag = ExportVariable(name: "flag", role: .state, isBoolean: true)
    private let table = ExportVariable(name: "table", role: .state, lower: 0, upper: 7, dimensions: [2, 2])
    private let round = ExportVariable(name: "round", role: .temporary, lower: 0, upper: 7)
    private let i = Binder(name: "i", count: 2)
    private let parameter = Binder(name: "p", count: 2)
    /// What the state's scalars are before.
    private let before = (0..<6).map {
        ExportVariable(
            name: "before_\($0)", role: .state, isBoolean: $0 == 1, lower: 0, upper: $0 == 1 ? 1 : 7)
    }

    // MARK: Random statements

    private func number(_ depth: Int, _ random: inout SeededNumbers, _ isLooping: Bool = false) -> Term {
        let leaves: [Term] = [
            .read(x), .constant(Int.random(in: 0..<8, using: &random)),
            .read(table, [.bound(parameter), .constant(1)]),
            .read(table, [.remainder(.read(x), .constant(2)), isLooping ? .bound(i) : .constant(0)]),
        ]
        if depth == 0 { return leaves[Int.random(in: 0..<leaves.count, using: &random)] }
        let (a, b) = (number(depth - 1, &random, isLooping), number(depth - 1, &random, isLooping))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .remainder(.add(a, b), .constant(8))
        case 1: return .conditional(truth(depth - 1, &random, isLooping), a, b)
        case 2: return .divide(a, .add(b, .constant(1)))
        default: return .bits(.bitXor, a, b)
        }
    }

    private func truth(_ depth: Int, _ random: inout SeededNumbers, _ isLooping: Bool = false) -> Term {
        let (a, b) = (number(0, &random, isLooping), number(max(0, depth - 1), &random, isLooping))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .read(flag)
        case 1: return .less(a, b)
        case 2: return .or(.equal(a, b), !.read(flag))
        default:
            let own = Binder(name: "q", count: 2)
            return .quantified(
                isForall: Bool.random(using: &random), own,
                .lessOrEqual(.read(table, [.bound(own), .bound(own)]), a))
        }
    }

    private func statements(_ depth: Int, _ random: inout SeededNumbers, _ isLooping: Bool = false)
        -> [ExportStatement]
    {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
            switch Int.random(in: 0..<(depth == 0 ? 4 : 8), using: &random) {
            case 0: return .assign(x, [], number(2, &random, isLooping))
            case 1: return .assign(flag, [], truth(1, &random, isLooping))
            case 2:
                return .assign(
                    table, [.remainder(number(1, &random, isLooping), .constant(2)), .bound(parameter)],
                    number(1, &random, isLooping))
            case 3:
                return Bool.random(using: &random)
                    ? .check(
                        .or(truth(1, &random, isLooping), truth(1, &random, isLooping)),
                        error: .assertion("e"))
                    : .require(.or(truth(1, &random, isLooping), truth(1, &random, isLooping)))
            case 4, 5:
                return .conditional(
                    truth(1, &random, isLooping), statements(depth - 1, &random, isLooping),
                    statements(depth - 1, &random, isLooping))
            case 6: return .forEach(i, statements(depth - 1, &random, true))
            default:
                // As many rounds as `x` says, at most three: `round` is written by nothing else.
                let bound = Term.remainder(.read(x), .constant(4))
                let last = ExportVariable(name: "last", role: .temporary, lower: 0, upper: 3)
                return .conditional(
                    .boolean(true),
                    [
                        .assign(round, [], .constant(0)), .assign(last, [], bound),
                        .loop(
                            .less(.read(round), .read(last)), roundsMax: nil,
                            statements(0, &random, isLooping)
                                + [.assign(round, [], .add(.read(round), .constant(1)).narrowed(0, 7))]),
                    ], [])
            }
        }
    }

    @Test(arguments: [31, 32, 33] as [UInt64])
    func agreesWithRunningThem(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        var outcomes: [String: Int] = [:]
        for _ in 0..<40 {
            let program = statements(2, &random)
            var symbolic = SymbolicRun(
                [
                    x: [.read(before[0])], flag: [.read(before[1])],
                    table: before[2...].map { Term.read($0) },
                ], [parameter: .constant(1)])
            try symbolic.run(program)
            for _ in 0..<8 {
                let values = before.map { Int128.random(in: 0...$0.upper, using: &random) }
                var concrete = ConcreteRun(
                    [x: [values[0]], flag: [values[1]], table: Array(values[2...])], [parameter: 1])
                let outcome = try concrete.run(program)
                var world = ConcreteRun(
                    Dictionary(uniqueKeysWithValues: zip(before, values.map { [$0] })))
                world.memory = ConcreteRun.Memory()
                #expect(try world.truth(symbolic.fails) == (outcome == .error(.assertion("e"))))
                outcomes["\(outcome)", default: 0] += 1
                switch outcome {
                case .error: continue
                case .impossible: #expect(try !world.truth(symbolic.isPossible))
                case .finished:
                    #expect(try world.truth(symbolic.isPossible))
                    for variable in [x, flag, table] {
                        let found = try symbolic.values(of: variable).map { try world.value($0) }
                        #expect(found == concrete.scalars[variable])
                    }
                }
            }
        }
        // All three come about.
        #expect(outcomes.count == 3 && outcomes.values.allSatisfy { $0 >= 10 }, "\(outcomes)")
    }

    // MARK: Loops

    /// A loop whose variable takes four values ends within four rounds, or never.
    @Test func roundsAreCountedByValues() throws {
        let k = ExportVariable(name: "k", role: .temporary, lower: 0, upper: 3)
        let step = ExportStatement.assign(k, [], Term.add(.read(k), .constant(1)).narrowed(0, 3))
        func rounds(_ condition: Term, _ body: [ExportStatement], limit: Int = 100) -> Int? {
            LoopBound.rounds(condition, body, limit: limit)
        }
        #expect(rounds(.less(.read(k), .constant(3)), [step]) == 4)
        // With the flag: four times two.
        let both = [step, ExportStatement.assign(flag, [], !.read(flag))]
        #expect(rounds(.and(.read(flag), .less(.read(k), .constant(3))), both) == 8)
        #expect(rounds(.and(.read(flag), .less(.read(k), .constant(3))), both, limit: 8) == 8)
        #expect(rounds(.and(.read(flag), .less(.read(k), .constant(3))), both, limit: 7) == nil)
        // What is assigned before it is read is handed to no round.
        let early = [ExportStatement.assign(flag, [], .yes), step, .require(.read(flag))]
        #expect(rounds(.less(.read(k), .constant(3)), early) == 4)
        // Assigned on one way alone, it is.
        let late = [
            ExportStatement.conditional(.equal(.read(k), 0), [.assign(flag, [], .yes)], []), step,
            .require(.read(flag)),
        ]
        #expect(rounds(.less(.read(k), .constant(3)), late) == 8)
        // An array is too much; one that is not written is nothing.
        #expect(rounds(.less(.read(k), .read(table, [.constant(0), .constant(0)])), [step]) == 4)
        let writes = [step, ExportStatement.assign(table, [.constant(0), .constant(0)], .constant(1))]
        #expect(rounds(.less(.read(k), .read(table, [.constant(0), .constant(0)])), writes) == nil)
    }

    /// A loop without end fails, where it is met; one whose rounds nobody knows is refused.
    @Test func loopsWithoutEnd() throws {
        let k = ExportVariable(name: "k", role: .temporary, lower: 0, upper: 3)
        let idle = ExportStatement.loop(
            .equal(.read(k), .read(x)), roundsMax: nil, [.assign(k, [], .read(k))])
        var run = SymbolicRun([x: [.read(before[0])], k: [.constant(2)]])
        try run.run([idle])
        for value in Int128(0)...7 {
            #expect(try ConcreteRun([before[0]: [value]]).truth(run.fails) == (value == 2))
        }
        let wide = ExportVariable(name: "wide", role: .temporary, lower: 0, upper: 1000)
        let long = ExportStatement.loop(
            .less(.read(wide), .multiply(.read(x), .constant(100))), roundsMax: nil,
            [.assign(wide, [], .add(.read(wide), .constant(1)))])
        var unknown = SymbolicRun([x: [.read(before[0])], wide: [.constant(0)]])
        do {
            try unknown.run([long])
            Issue.record("a loop of up to 700 rounds was unrolled")
        } catch {
            #expect(error.what == "a loop without a known number of rounds cannot be exported to SMT-LIB")
        }
        // Where the number of rounds is known, as many as there are.
        var known = SymbolicRun([x: [.constant(1)], wide: [.constant(0)]])
        try known.run([long])
        #expect(known.values(of: wide).map(\.integerConstant) == [100])
        #expect(known.fails.booleanConstant == false)
    }
}
