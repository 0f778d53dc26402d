// SPDX-License-Identifier: MIT

import CheckerTesting
import Testing
import TransitionSystem

/// With symmetry the same is found, and the states that the explored ones stand for add up to all of them.
@Suite struct SymmetryTests {
    /// Explores with and without, and compares.
    ///
    /// - Returns: how many states were explored, and how many there are.
    @discardableResult
    static func compare(
        _ text: String, isExact: Bool = true, statesMax: Int = 5000
    ) throws -> (explored: Int, all: Int) {
        let model = try Model(text)
        let symmetry = try #require(Symmetry(model.system))
        let interpreter = Interpreter(model.system)
        let full = PlainSearch(interpreter, statesMax: statesMax)
        let reduced = PlainSearch(
            SymmetricSuccessors(interpreter, symmetry: symmetry), statesMax: statesMax)
        guard full.isComplete else { return (0, 0) }
        #expect(reduced.findings == full.findings, "\(text)")
        #expect(reduced.depth == full.depth, "\(text)")
        #expect(reduced.shortest == full.shortest, "\(text)")
        #expect(
            reduced.reachableCounts.dropLast(2).map { $0 > 0 } == full.reachableCounts.map { $0 > 0 },
            "\(text)")
        let represented = SymmetricSuccessors.representedCount(in: reduced.reachableCounts)
        if isExact { #expect(represented == UInt64(full.states.count), "\(text)") }
        try expectOrbits(of: full.states, are: reduced.states, symmetry, isExact: isExact)
        try expectRun(through: reduced, of: full, symmetry, model)
        return (reduced.states.count, full.states.count)
    }

    /// Each state has one representative, which all of its renamings have too; and those are what was explored.
    private static func expectOrbits(
        of all: Set<[UInt64]>, are explored: Set<[UInt64]>, _ symmetry: Symmetry, isExact: Bool
    ) throws {
        let canonicalizer = Canonicalizer(symmetry)
        func representative(_ state: [UInt64]) -> [UInt64] {
            var state = state
            state.withUnsafeMutableBufferPointer { words in
                if let start = words.baseAddress { canonicalizer.canonicalize(start) }
            }
            return state
        }
        var found: Set<[UInt64]> = []
        for state in all {
            let canonical = representative(state)
            #expect(all.contains(canonical))
            #expect(canonicalizer.apply(canonicalizer.permutation, to: state) == canonical)
            #expect(canonicalizer.apply(canonicalizer.permutation.inverse, to: canonical) == state)
            found.insert(canonical)
            if isExact { #expect(representative(canonical) == canonical) }
        }
        if isExact { #expect(found == explored) }
    }

    /// A way through the explored states is a run of the system.
    private static func expectRun(
        through reduced: PlainSearch, of full: PlainSearch, _ symmetry: Symmetry, _ model: Model
    ) throws {
        for end in reduced.lastLevel.sorted(by: { $0.lexicographicallyPrecedes($1) }).prefix(5) {
            let run = SymmetricTrace(symmetry, of: model.system).unfolded(reduced.trace(to: end))
            #expect(run.count == reduced.depth + 1)
            #expect(try model.teller.initialStates().contains(run[0]))
            for (before, after) in zip(run, run.dropFirst()) {
                let isStep = model.teller.transitions(of: before).contains { transition in
                    if case .state(let words) = transition.result { words == after } else { false }
                }
                #expect(isStep)
            }
        }
    }

    @Test(arguments: 0..<4)
    func randomSpecsAreTheSame(part: Int) throws {
        var (reduced, complete) = (0, 0)
        for seed in RandomSpec.seeds(part) {
            let found = try Self.compare(RandomSpec.text(seed: seed))
            if found.all > 0 { complete += 1 }
            if found.explored < found.all { reduced += 1 }
        }
        // The specs are neither too large nor too plain to say something.
        #expect(complete >= 15)
        #expect(reduced * 2 > complete)
    }

    @Test func framesAreCountedOnce() throws {
        let (explored, all) = try Self.compare(
            """
            type Frame = symmetric 5
            state { mapped: [Frame]Bool }
            process p { choose {
                any(f: Frame) where !mapped[f] => mapped[f] = true
                any(f: Frame) where mapped[f] => mapped[f] = false
            } }
            """)
        #expect((explored, all) == (6, 32))
    }

    /// Queues of symmetric elements have an order of their own, sets have none.
    @Test func queuesAndSets() throws {
        let (explored, all) = try Self.compare(
            """
            type E = symmetric 3
            state { q: Queue<E, 3>, s: Set<E> }
            process p { choose {
                any(e: E) where !q.contains(e) => q.push(e)
                where !q.is_empty => {
                    s.insert(q.front)
                    q.pop()
                }
                where s.count == 3 => s.clear()
            } }
            """)
        #expect(all > 5 * explored / 2)
    }

    /// A lock's holder is renamed with the instance.
    @Test func locksOfSymmetricProcesses() throws {
        let (explored, all) = try Self.compare(
            """
            type Cpu = symmetric 3
            state { l: Lock, at_work: Bool }
            process cpu(cpu: Cpu) {
                with lock(l) {
                    at_work = true
                    step
                    at_work = false
                }
            }
            """)
        #expect(all >= 3 * (explored - 2))
    }

    /// Two circles of three, one of six: the signatures of all elements are the same, yet they are no renamings of
    /// each other.
    @Test func elementsThatLookAlikeAreTriedInAllOrders() throws {
        let text = """
            type Node = symmetric COUNT
            state { next: [Node]Node?, left: 0 ... COUNT = COUNT }
            process p { choose {
                any(a: Node, b: Node) where left > 0 && a != b && next[a] == none && !exists(c: Node) next[c] == b
                    => {
                        next[a] = b
                        left = left - 1
                    }
            } }
            """
        try Self.compare(text.replacing("COUNT", with: "5"))
        let (explored, all) = try Self.compare(text.replacing("COUNT", with: "6"), statesMax: 20_000)
        #expect(explored * 100 < all)
    }

    /// More orders than are tried: still sound.
    @Test func tooManyOrdersAreNeverWrong() throws {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"]
        // All eight bindings at once are 8^8 combinations: bind them one by one, each guard early.
        var nested = "choose { where !started => {} }\n"
        for (number, name) in names.enumerated() {
            let guards = (["true"] + names[..<number].map { "\(name) != \($0)" }).joined(separator: " && ")
            nested += "choose { any(\(name): Node) where \(guards) => {\n"
        }
        let assignments = zip(names, names.dropFirst() + ["a"]).map { "next[\($0)] = \($1)" }
            .joined(separator: "\n")
        nested += assignments + "\nstarted = true\n" + String(repeating: "} }\n", count: names.count)
        let model = try Model(
            """
            type Node = symmetric 8
            state { next: [Node]Node?, started: Bool }
            process p {
            \(nested)
            }
            invariant not_started: !started
            """)
        let symmetry = try #require(Symmetry(model.system))
        let reduced = PlainSearch(
            SymmetricSuccessors(Interpreter(model.system), symmetry: symmetry), statesMax: 10_000)
        #expect(reduced.findings == ["invariant 0"])
        #expect(SymmetricSuccessors.representedCount(in: reduced.reachableCounts) == nil)
        #expect(reduced.states.count <= 5041)
        let end = try #require(reduced.lastLevel.first)
        let run = SymmetricTrace(symmetry, of: model.system).unfolded(reduced.trace(to: end))
        #expect(run.count == 2)
    }

    @Test func elementsThatAnErrorTellsApartAreLeftAlone() throws {
        let model = try Model(
            """
            type E = symmetric 2
            type Small = 0 ..< 2
            state { a: [E]0 ... 3, b: [Small]Bool }
            process p { choose { any(e: E) where a[e] < 3 => a[e] = a[e] + 1 } }
            invariant i: forall(e: E) !b[Small(a[e])]
            """)
        #expect(Symmetry(model.system) == nil)
    }

    @Test func withoutSymmetricTypesThereIsNone() throws {
        let model = try Model("state { a: Bool }\nprocess p { a = !a }")
        #expect(Symmetry(model.system) == nil)
        let one = try Model("type E = symmetric 1\nstate { a: [E]Bool }\nprocess p(e: E) { a[e] = !a[e] }")
        #expect(Symmetry(one.system) == nil)
    }
}
