// SPDX-License-Identifier: MIT

import Findings
import SpecLanguage
import Testing
import TransitionSystem

/// Documentation/language.md, 'Sets': one meaning, three representations. Here: ranges against a bit mask.
@Suite struct SetTests {
    /// The naive set: one flag for each number.
    private struct Mask {
        var flags = Array(repeating: false, count: 70)

        func run(_ low: Int, _ high: Int, highest: Bool) -> ClosedRange<Int128>? {
            let members = low > high ? [] : (low...high).filter { flags.indices.contains($0) && flags[$0] }
            guard let start = highest ? members.last : members.first else { return nil }
            var (first, last) = (start, start)
            while first > 0, flags[first - 1] { first -= 1 }
            while last + 1 < flags.count, flags[last + 1] { last += 1 }
            return Int128(first)...Int128(last)
        }
    }

    @Test(arguments: 0..<20)
    func rangesAgreeWithAMask(seed: Int) {
        var random = Generator(seed: UInt64(seed))
        var set = IntegerSet()
        var mask = Mask()
        for _ in 0..<60 {
            let low = Int(random.next() % 70)
            let high = min(69, low + Int(random.next() % 12))
            if random.next() % 3 == 0 {
                set.remove(Int128(low)...Int128(high))
                for member in low...high { mask.flags[member] = false }
            } else {
                set.insert(Int128(low)...Int128(high))
                for member in low...high { mask.flags[member] = true }
            }
            let members = mask.flags.indices.filter { mask.flags[$0] }.map { Int128($0) }
            #expect(set.members == members)
            #expect(
                set == IntegerSet(members.shuffled(using: &random)), "equal sets have equal representations")
            #expect(set.count == Int128(members.count))
            #expect(set.isEmpty == members.isEmpty)
            let first = Int(random.next() % 70)
            let last = min(69, first + Int(random.next() % 20))
            let range = Int128(first)...Int128(last)
            #expect(set.contains(Int128(first)) == mask.flags[first])
            #expect(set.isDisjoint(range) == (first...last).allSatisfy { !mask.flags[$0] })
            #expect(set.containsAll(range) == (first...last).allSatisfy { mask.flags[$0] })
            #expect(set.highestRun(in: range) == mask.run(first, last, highest: true))
            #expect(set.lowestRun(in: range) == mask.run(first, last, highest: false))
        }
    }

    /// The same questions asked of an explored state, where the set is a bit mask over two cells.
    @Test func exploredSetsAgreeWithRanges() throws {
        var random = Generator(seed: 11)
        for _ in 0..<12 {
            var set = IntegerSet()
            var body = ""
            for _ in 0..<6 {
                let low = Int128(random.next() % 90) + 5
                let high = min(99, low + Int128(random.next() % 30))
                if random.next() % 3 == 0 {
                    set.remove(low...high)
                    body += "s.remove(\(low) ... \(high))\n"
                } else {
                    set.insert(low...high)
                    body += "s.insert(\(low) ... \(high))\n"
                }
            }
            let low = Int128(random.next() % 90) + 5
            let high = min(99, low + Int128(random.next() % 10))
            let model = try Model(
                """
                type Page = 5 ..< 100
                state { ran: Bool, s: Set<Page>, whole: Bool, apart: Bool, count: 0 ... 95, high: Page?, low: Page? }
                process p { choose { where !ran => {
                    ran = true
                    \(body)
                    whole = s.contains_all(\(low) ... \(high))
                    apart = s.is_disjoint(\(low) ... \(high))
                    count = s.count
                    if let run = s.highest_run(\(low) ... \(high)) { high = run.first }
                    if let run = s.lowest_run(\(low) ... \(high)) { low = run.last }
                } } }
                """)
            let last = try #require(model.explore().states.last)
            let texts = model.teller.observe(last).dropFirst(2).map { Storyteller.text($0.value) }
            let expected = [
                "\(set.containsAll(low...high))", "\(set.isDisjoint(low...high))", "\(set.count)",
                set.highestRun(in: low...high).map { "\($0.lowerBound)" } ?? "none",
                set.lowestRun(in: low...high).map { "\($0.upperBound)" } ?? "none",
            ]
            #expect(texts == expected, "\(body)")
        }
    }
}
