// SPDX-License-Identifier: MIT

import SpecLanguage
import Testing

@testable import Proofs

@Suite struct ConcreteContractTests {
    private static func contract(_ ensures: String, returning: Int128) throws -> ConcreteContract {
        let function = try SmallFunction.named(
            "f",
            in: """
                type W = bits(64)
                fn f(x: W) -> W
                    requires x > 5 && x << 1 > x
                    ensures \(ensures)
                { return x }
                """)
        return ConcreteContract(function: function, millisecondsMax: 20_000) { _, _ in
            .returned(.number(returning))
        }
    }

    @Test func argumentsMustMeetWhatIsRequired() throws {
        let contract = try Self.contract("result == 0", returning: 7)
        #expect(try contract.witness([.number(5)]) == nil)
        let witness = try #require(try contract.witness([.number(7)]))
        #expect(witness.result == .number(7))
        #expect(try contract.isMet(by: [.number(6)]) && !contract.isMet(by: [.number(0)]))
    }

    /// 2^63 << 1 is no word of 64 bits, and not 0.
    @Test func numbersAreExact() throws {
        let top = Int128(1) << 63
        let contract = try Self.contract("result << 1 == result * 2", returning: top)
        #expect(try contract.witness([.number(9)]) == nil)
        #expect(try Self.contract("result << 1 < 9", returning: top).witness([.number(9)]) != nil)
    }

    @Test func quantifiersOverAllWordsAreDecided() throws {
        let all = try Self.contract("forall(w: W) w <= result || w > x", returning: 7)
        #expect(try all.witness([.number(7)]) == nil)
        #expect(try all.witness([.number(8)]) != nil)
        let some = try Self.contract("exists(w: W) w << 3 == result", returning: 8)
        #expect(try some.witness([.number(9)]) == nil)
        #expect(try Self.contract("exists(w: W) w << 3 == result", returning: 9).witness([.number(9)]) != nil)
    }

    /// Nothing is said of what is beyond the limit of exact numbers.
    @Test func whatIsBeyondALimitIsNoWitness() throws {
        let contract = try Self.contract("(result << 60) << 60 == 0", returning: 7)
        #expect(try contract.witness([.number(7)]) == nil)
    }

    @Test func aWitnessIsMadeSmall() throws {
        let contract = try Self.contract("result == x", returning: 3)
        let witness = try #require(try contract.witness([.number(0xFFFF_FFFF_0000_0001)]))
        let shrunk = try WitnessShrinker(contract: contract).shrunk(witness)
        // A halving costs four attempts (0, 1, 2, the half), and there are a hundred: 25 halvings.
        #expect(shrunk.arguments.map(\.value) == [.number(0xFFFF_FFFF_0000_0001 >> 25)])
    }
}
