// SPDX-License-Identifier: MIT

import CheckerTesting
import Testing
import TransitionSystem

/// Canonical forms of observations, against trying every renaming.
@Suite struct CanonicalFormTests {
    /// A term and the types of its atoms; each atom occurs.
    private struct Example {
        var term: ObservedTerm
        var types: [String]
    }

    private func random(_ numbers: inout SeededNumbers) -> Example {
        let types = (0..<Int.random(in: 1...5, using: &numbers)).map { _ in
            Bool.random(using: &numbers) ? "Page" : "Frame"
        }
        // Each atom once, so that it belongs to the observation.
        let all = ObservedTerm.unordered(types.indices.map { .atom($0) })
        return Example(
            term: .ordered([part(3, atomCount: types.count, &numbers), all]), types: types)
    }

    private func part(
        _ depth: Int, atomCount: Int, _ numbers: inout SeededNumbers
    ) -> ObservedTerm {
        let kind = Int.random(in: 0...(depth == 0 ? 1 : 3), using: &numbers)
        if kind == 0 { return .text(Bool.random(using: &numbers) ? "x" : "y") }
        if kind == 1 { return .atom(Int.random(in: 0..<atomCount, using: &numbers)) }
        var parts: [ObservedTerm] = []
        for _ in 0..<Int.random(in: 0...3, using: &numbers) {
            parts.append(part(depth - 1, atomCount: atomCount, &numbers))
        }
        return kind == 2 ? .ordered(parts) : .unordered(parts)
    }

    private func renamed(_ term: ObservedTerm, _ names: [Int]) -> ObservedTerm {
        switch term {
        case .text: term
        case .atom(let number): .atom(names[number])
        case .ordered(let parts): .ordered(parts.map { renamed($0, names) })
        case .unordered(let parts): .unordered(parts.reversed().map { renamed($0, names) })
        }
    }

    /// A structure as text, parts without order sorted.
    private func text(_ term: ObservedTerm) -> String {
        switch term {
        case .text(let text): "'\(text)'"
        case .atom(let number): "#\(number)"
        case .ordered(let parts): "(" + parts.map(text).joined(separator: " ") + ")"
        case .unordered(let parts): "{" + parts.map(text).sorted().joined(separator: " ") + "}"
        }
    }

    private func permutations(_ count: Int) -> [[Int]] {
        count == 0
            ? [[]]
            : permutations(count - 1).flatMap { rest in
                (0..<count).map { place in Array(rest[..<place]) + [count - 1] + Array(rest[place...]) }
            }
    }

    /// The least text of all renamings to names that say the type: the same if and only if the structures
    /// are.
    private func leastText(_ example: Example) -> String {
        permutations(example.types.count).map { names in
            let types = names.indices.map { place in
                names.firstIndex(of: place).map { example.types[$0] } ?? ""
            }
            return types.joined(separator: ",") + text(renamed(example.term, names))
        }.min() ?? ""
    }

    @Test func areTheSameForTheSameStructuresOnly() {
        var numbers = SeededNumbers(seed: 11)
        var keys: [String: [UInt8]] = [:]
        var texts: [[UInt8]: String] = [:]
        for _ in 0..<400 {
            let example = random(&numbers)
            let least = leastText(example)
            let names = Array(example.types.indices).shuffled(using: &numbers)
            let types = names.indices.map { place in example.types[names.firstIndex(of: place) ?? 0] }
            let forms = [
                CanonicalForm(example.term, types: example.types),
                CanonicalForm(renamed(example.term, names), types: types),
            ]
            guard let key = forms[0]?.key else {
                Issue.record("no canonical form: \(text(example.term))")
                continue
            }
            #expect(key == forms[1]?.key, "\(text(example.term)) renamed by \(names)")
            #expect(keys[least] ?? key == key, "\(text(example.term))")
            #expect(texts[key] ?? least == least, "\(text(example.term))")
            keys[least] = key
            texts[key] = least
        }
        #expect(keys.count > 100)
    }

    /// A graph: an array of sets, indexed by what is in the sets.
    private func graph(_ neighbours: [[Int]]) -> ObservedTerm {
        .unordered(
            neighbours.enumerated().map { .ordered([.atom($0), .unordered($1.map { .atom($0) })]) })
    }

    private func key(_ neighbours: [[Int]]) -> [UInt8]? {
        CanonicalForm(graph(neighbours), types: neighbours.map { _ in "Page" })?.key
    }

    /// Every atom looks like every other one: only backtracking tells a ring of eight from two rings of four.
    @Test func ringsAreToldApart() {
        func rings(_ lengths: [Int]) -> [[Int]] {
            var neighbours: [[Int]] = []
            for length in lengths {
                let first = neighbours.count
                for place in 0..<length {
                    neighbours.append([
                        first + (place + 1) % length, first + (place + length - 1) % length,
                    ])
                }
            }
            return neighbours
        }
        #expect(key(rings([8])) != key(rings([4, 4])))
        #expect(key(rings([3, 5])) == key(rings([5, 3])))
        #expect(key(rings([3, 3, 6])) != key(rings([4, 4, 4])))
        #expect(key(rings([4, 4, 4])) != nil)
    }

    /// Many atoms that can be exchanged cost little.
    @Test func muchThatIsAlikeIsNoSearch() {
        let all = ObservedTerm.unordered(
            (0..<40).map { .ordered([.atom($0), .text($0 < 13 ? "true" : "false")]) })
        #expect(CanonicalForm(all, types: Array(repeating: "Page", count: 40)) != nil)
        let pairs = (0..<20).flatMap { [[2 * $0 + 1], [2 * $0]] }
        #expect(key(pairs) != nil)
    }

    /// Never a wrong answer.
    @Test func aLimitIsNoForm() {
        let ring = (0..<12).map { [($0 + 1) % 12, ($0 + 11) % 12] }
        let types = ring.map { _ in "Page" }
        #expect(CanonicalForm(graph(ring), types: types, workMax: 500) == nil)
        #expect(CanonicalForm(graph(ring), types: types) != nil)
    }
}
