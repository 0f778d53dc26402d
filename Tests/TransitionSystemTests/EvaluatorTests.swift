// SPDX-License-Identifier: MIT

import CheckerTesting
import SpecLanguage
import Testing
import TransitionSystem

/// Functions on their own, at 1 to 64 bits: the meaning that proofs are held against.
@Suite struct EvaluatorTests {
    private func functions(_ text: String) throws -> [String: Typed.Function] {
        let spec = try StandaloneSpec.typed(text, for: .proof).spec
        return Dictionary(uniqueKeysWithValues: spec.functions.map { ($0.name, $0) })
    }

    /// `bits(width)` arithmetic by shifting and adding single bits: slow, and nothing like the evaluator.
    private struct Word {
        let width: Int
        var mask: UInt64 { width == 64 ? .max : (1 << UInt64(width)) - 1 }

        func add(_ a: UInt64, _ b: UInt64) -> UInt64 {
            var (sum, carry) = (a, b)
            while carry != 0 { (sum, carry) = (sum ^ carry, (sum & carry) << 1) }
            return sum & mask
        }

        func negate(_ a: UInt64) -> UInt64 { add(~a & mask, 1) }

        func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 {
            (0..<width).reduce(UInt64(0)) {
                b >> UInt64($1) & 1 == 0 ? $0 : add($0, shiftLeft(a, UInt64($1)))
            }
        }

        func shiftLeft(_ a: UInt64, _ by: UInt64) -> UInt64 {
            var value = a
            for _ in 0..<min(by, 64) { value = add(value, value) }
            return value
        }

        func shiftRight(_ a: UInt64, _ by: UInt64) -> UInt64 {
            (0..<width).reduce(UInt64(0)) { sum, bit in
                let from = UInt64(bit).addingReportingOverflow(by)
                guard !from.overflow, from.partialValue < 64 else { return sum }
                return sum | (a >> from.partialValue & 1) << UInt64(bit)
            }
        }

        /// Schoolbook division.
        func divide(_ a: UInt64, _ b: UInt64) -> (UInt64, UInt64) {
            var (quotient, rest) = (UInt64(0), UInt64(0))
            for bit in (0..<width).reversed() {
                let carry = rest >> 63
                rest = rest << 1 | a >> UInt64(bit) & 1
                if carry == 1 || rest >= b {
                    rest &-= b
                    quotient |= 1 << UInt64(bit)
                }
            }
            return (quotient, rest)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 8, 31, 32, 33, 62, 63, 64])
    func wordsAreMachineWords(width: Int) throws {
        let names = [
            "+": "add", "-": "sub", "*": "mul", "/": "div", "%": "rem", "&": "and", "|": "or", "^": "xor",
            "<<": "shl", ">>": "shr",
        ]
        let binary = names.map { "fn \($1)(a: W, b: W) -> W = a \($0) b" }.joined(separator: "\n")
        let known = try functions(
            """
            type W = bits(\(width))
            \(binary)
            fn inv(a: W) -> W = ~a
            fn neg(a: W) -> W = -a
            fn less(a: W, b: W) -> Bool = a < b
            """)
        let word = Word(width: width)
        var random = Generator(seed: UInt64(width))
        let evaluator = Evaluator()
        func run(_ name: String, _ arguments: UInt64...) throws -> Value {
            try evaluator.call(try #require(known[name]), arguments: arguments.map { .number(Int128($0)) })
        }
        for round in 0..<200 {
            let edges: [UInt64] = [0, 1, word.mask, word.mask >> 1, (word.mask >> 1) + 1]
            let a = round < 25 ? edges[round % 5] & word.mask : random.next() & word.mask
            let b =
                round < 25 ? edges[round / 5] & word.mask : random.next() >> (random.next() & 63) & word.mask
            var expected: [(String, UInt64)] = [
                ("add", word.add(a, b)), ("sub", word.add(a, word.negate(b))), ("mul", word.multiply(a, b)),
                ("and", a & b), ("or", a | b), ("xor", a ^ b), ("shl", word.shiftLeft(a, b) & word.mask),
                ("shr", word.shiftRight(a, b)),
            ]
            if b != 0 { expected += [("div", word.divide(a, b).0), ("rem", word.divide(a, b).1)] }
            for (name, value) in expected {
                #expect(try run(name, a, b) == .number(Int128(value)), "\(a) \(name) \(b) at \(width) bits")
            }
            #expect(try run("inv", a) == .number(Int128(a ^ word.mask)))
            #expect(try run("neg", a) == .number(Int128(word.negate(a))))
            #expect(try run("less", a, b) == .bool(a < b))
        }
        #expect(throws: RunTimeError.self) { _ = try run("div", 1, 0) }
        #expect(throws: RunTimeError.self) { _ = try run("rem", 1, 0) }
    }

    @Test func integersAreExactAndRoundTowardZero() throws {
        let known = try functions(
            """
            type N = -1000 ... 1000
            fn quotient(a: N, b: N) -> N = a / b
            fn rest(a: N, b: N) -> N = a % b
            fn twice(a: N) -> N = 3000000000000 * a / 1500000000000
            """)
        var random = Generator(seed: 7)
        for _ in 0..<200 {
            let a = Int(random.next() % 2001) - 1000
            let b = Int(random.next() % 2001) - 1000
            guard b != 0 else { continue }
            let arguments = [Value.number(Int128(a)), .number(Int128(b))]
            #expect(
                try Evaluator().call(try #require(known["quotient"]), arguments: arguments)
                    == .number(Int128(a / b)))
            #expect(
                try Evaluator().call(try #require(known["rest"]), arguments: arguments)
                    == .number(Int128(a % b)))
        }
        #expect(try Evaluator().call(try #require(known["twice"]), arguments: [.number(-7)]) == .number(-14))
        #expect(throws: RunTimeError.self) {
            _ = try Evaluator().call(try #require(known["twice"]), arguments: [.number(700)])
        }
    }

    @Test func sixtyFourBitSetsAreListsOfRanges() throws {
        let known = try functions(
            """
            type Page = bits(64)
            fn below(owned: Set<Page>, limit: Page) -> Page? {
                var others = owned
                others.insert(limit)
                if let run = others.highest_run(0 ... limit) {
                    if run.first == 0 { return none }
                    return run.first - 1
                }
                return limit
            }
            """)
        let below = try #require(known["below"])
        let top = Int128(UInt64.max)
        var owned = IntegerSet()
        owned.insert((top - 5)...(top - 1))
        #expect(try Evaluator().call(below, arguments: [.set(owned), .number(top)]) == .number(top - 6))
        owned.insert(0...top)
        #expect(try Evaluator().call(below, arguments: [.set(owned), .number(top)]) == .none)
    }

    @Test func contractsAreCheckedOnOneCall() throws {
        let known = try functions(
            """
            type W = bits(3)
            fn half(a: W) -> W?
                requires a > 0
                ensures some(r): r + r == a
                ensures none: !exists(r: W) r + r == a
            { if a % 2 == 0 || a == 5 { return a / 2 }
              return none }
            fn all64(a: bits(64)) -> Bool
                ensures forall(b: bits(64)) b >= 0
            = true
            """)
        let half = try #require(known["half"])
        #expect(try Evaluator().checkContract(half, arguments: [.number(0)]) == .notRequired(0))
        #expect(try Evaluator().checkContract(half, arguments: [.number(6)]) == .kept(result: .number(3)))
        #expect(try Evaluator().checkContract(half, arguments: [.number(7)]) == .kept(result: .none))
        #expect(
            try Evaluator().checkContract(half, arguments: [.number(5)])
                == .broken(ensures: 0, result: .number(2)))
        #expect(throws: RunTimeError.self) {
            _ = try Evaluator().checkContract(try #require(known["all64"]), arguments: [.number(1)])
        }
    }

    @Test func contractArithmeticIsExact() throws {
        // In code 7 + 1 wraps to 0; in the contract it is 8.
        let known = try functions(
            """
            type W = bits(3)
            fn next(a: W) -> W
                ensures result == a + 1
            = a + 1
            """)
        let next = try #require(known["next"])
        #expect(try Evaluator().checkContract(next, arguments: [.number(6)]) == .kept(result: .number(7)))
        #expect(
            try Evaluator().checkContract(next, arguments: [.number(7)])
                == .broken(ensures: 0, result: .number(0)))
    }
}
