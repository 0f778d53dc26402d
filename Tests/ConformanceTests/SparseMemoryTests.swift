// SPDX-License-Identifier: MIT

import CheckerTesting
import Testing

@testable import Conformance

/// Tables and sets of 64-bit words against dictionaries and sets.
struct SparseMemoryTests {
    /// Words near both ends and in the middle, so that ranges touch, nest and wrap nearly.
    private static let words: [UInt64] =
        (0..<12).map { $0 } + (0..<12).map { 1 << 40 + $0 } + (0..<12).map { UInt64.max - $0 }

    @Test func intervalsAreSets() {
        var random = SeededNumbers(seed: 3)
        for _ in 0..<200 {
            let set = IntervalSet()
            var members: Set<UInt64> = []
            for _ in 0..<60 {
                let base = Self.words.randomElement(using: &random) ?? 0
                let length = min(UInt64.random(in: 0..<6, using: &random), UInt64.max - base)
                let range = base...(base + length)
                if Bool.random(using: &random) {
                    set.insert(range.lowerBound, range.upperBound)
                    members.formUnion(range)
                } else {
                    set.remove(range.lowerBound, range.upperBound)
                    members.subtract(range)
                }
                check(set, members, base, length)
            }
            let copy = IntervalSet(copying: set)
            set.insert(100, 200)
            check(copy, members, 0, 3)
        }
    }

    private func check(_ set: IntervalSet, _ members: Set<UInt64>, _ base: UInt64, _ length: UInt64) {
        let range = base...(base + length)
        #expect(set.isDisjoint(base, base + length) == members.isDisjoint(with: range))
        #expect(set.containsAll(base, base + length) == members.isSuperset(of: range))
        let inside = range.filter(members.contains)
        #expect(
            set.lowestRun(base, base + length).map { [$0.0, $0.1] }
                == inside.first.map { run(around: $0, members) })
        #expect(
            set.highestRun(base, base + length).map { [$0.0, $0.1] }
                == inside.last.map { run(around: $0, members) })
    }

    private func run(around word: UInt64, _ members: Set<UInt64>) -> [UInt64] {
        var (first, last) = (word, word)
        while first > 0, members.contains(first - 1) { first -= 1 }
        while last < .max, members.contains(last + 1) { last += 1 }
        return [first, last]
    }

    @Test func tablesAreDictionaries() {
        var random = SeededNumbers(seed: 4)
        let table = SparseTable(keyCount: 2, defaultValue: [7])
        var expected: [[UInt64]: UInt64] = [:]
        for _ in 0..<20_000 {
            let key = [
                UInt64.random(in: 0..<40, using: &random) << 32, UInt64.random(in: 0..<40, using: &random),
            ]
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                table.remove(key)
                expected[key] = nil
            default:
                let value = UInt64.random(in: 0..<20, using: &random)
                table.write(key, [value])
                expected[key] = value
            }
            var found: UInt64 = 0
            table.read(key, into: &found)
            #expect(found == expected[key] ?? 7)
        }
        var rows: [[UInt64]: UInt64] = [:]
        table.forEach { key, value in if value[0] != 7 { rows[[key[0], key[1]]] = value[0] } }
        #expect(rows == expected.filter { $0.value != 7 })
        table.clear(prefix: [UInt64(3) << 32], count: 1)
        var left = 0
        table.forEach { key, _ in left += key[0] == 3 << 32 ? 1 : 0 }
        #expect(left == 0)
    }
}
