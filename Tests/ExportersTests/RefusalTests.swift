// SPDX-License-Identifier: MIT

import CheckerTesting
import Testing

@testable import Exporters

/// What is not exported, to whom, and why; and what of the same kind is.
@Suite struct RefusalTests {
    private func refusal(_ text: String, _ target: Exporter.Target) throws -> String? {
        let system = try #require(SpecText.system(text), "\(text)")
        do throws(ExportRefusal) {
            let exported = try Exporter.text(of: system, for: target, depth: 1)
            #expect(!exported.isEmpty)
            return nil
        } catch {
            return error.what
        }
    }

    /// `nil`: exported. In the order of `Exporter.Target`.
    private func refusals(_ text: String) throws -> [String?] {
        try Exporter.Target.allCases.map { try refusal(text, $0) }
    }

    @Test func everyTargetRefuses() throws {
        let cases = [
            (
                "state { b: Bool }\nprocess p { b = true }\nproperty done: eventually b",
                "'done' is a liveness property: only invariants, assertions, deadlocks and reachability are exported"
            ),
            (
                "type N = 0 ... 4096\nstate { n: N }\ninit { choose { any(k: N) => { n = k } } }\nprocess p { n = 0 }",
                "more than 4096 initial states cannot be exported"
            ),
            (
                "state { b: Bool }\ninit { choose { where b => { b = false } } }\nprocess p { b = true }",
                "there is no initial state: 'iommu-check check' tells why"
            ),
        ]
        for (text, reason) in cases { #expect(try refusals(text) == [reason, reason, reason], "\(text)") }
    }

    /// At most 4096 beginnings: one fewer is exported.
    @Test func theMostBeginnings() throws {
        let text =
            "type N = 0 ... 4095\nstate { n: N }\ninit { choose { any(k: N) => { n = k } } }\nprocess p { n = 0 }"
        let system = try #require(SpecText.system(text))
        #expect(try SystemLowering(system).lower().starts.count == 4096)
    }

    /// Promela computes with 32 bits, Rumur with 62, and SMT-LIB with what is needed.
    @Test func numbersOfEachSize() throws {
        func computing(_ bits: Int) -> String {
            "type W = bits(\(bits))\nstate { w: W }\nprocess p { w = w + 1 }"
        }
        #expect(try refusals(computing(8)) == [nil, nil, nil])
        #expect(try refusals(computing(30)) == [nil, nil, nil])
        let promela = "'w' holds numbers of more than 32 bits, which Promela's do not"
        #expect(try refusals(computing(32)) == [nil, promela, nil])
        #expect(try refusals(computing(61)) == [nil, promela, nil])
        let murphi = "'w' holds numbers beyond 2^62, which Rumur's do not"
        #expect(try refusals(computing(63)) == [murphi, promela, nil])
        #expect(try refusals(computing(64)) == [murphi, promela, nil])
        // Products are larger than what is stored.
        let product = "type W = bits(40)\nstate { a: W, b: Bool }\nprocess p { b = Int(a) * Int(a) > 5 }"
        #expect(
            try refusals(product) == [
                "numbers beyond 2^62 may be computed, which Rumur's are not",
                "'a' holds numbers of more than 32 bits, which Promela's do not", nil,
            ])
        let small = "type W = bits(20)\nstate { a: W, b: Bool }\nprocess p { b = Int(a) * Int(a) > 5 }"
        #expect(
            try refusals(small) == [
                nil, "a number of more than 32 bits is computed, which Promela does not do", nil,
            ])
    }

    @Test func numbersThatMayOverflow() throws {
        let text = "type W = bits(63)\nstate { a: W, b: Bool }\nprocess p { b = Int(a) * Int(a) % 5 == 1 }"
        let reason =
            "numbers beyond 2^124 may be computed, which is not exported: their overflow is a run-time error"
        #expect(try refusal(text, .smtlib) == reason)
        #expect(try refusal(text.replacing("63", with: "60"), .smtlib) == nil)
    }

    /// Each way to choose is an option of its own in SMT-LIB and Promela; Murphi has rule sets.
    @Test func waysToChoose() throws {
        func choosing(_ count: Int) -> String {
            "type N = 0 ..< \(count)\nstate { b: Bool }\nprocess p { choose { any(n: N, m: N) => { b = n == m } } }"
        }
        #expect(try refusals(choosing(5)) == [nil, nil, nil])
        let many = "a step has more than 65536 ways to choose, each of which would be an option of its own"
        #expect(try refusals(choosing(257)) == [nil, many, many])
    }

    /// A refusal names its place.
    @Test func theReasonHasAPlace() throws {
        let system = try #require(
            SpecText.system("state { b: Bool }\nprocess p { b = true }\nproperty done: eventually b"))
        do throws(ExportRefusal) {
            _ = try Exporter.text(of: system, for: .murphi)
            Issue.record("a liveness property was exported")
        } catch {
            #expect(error.span != nil)
            #expect(error.help == "export a check without it")
        }
    }
}
