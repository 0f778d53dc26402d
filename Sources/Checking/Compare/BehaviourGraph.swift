// SPDX-License-Identifier: MIT

import Exploration
import Findings
import SpecLanguage
import TransitionSystem

/// All runs of a program, with what an observer sees of them.
struct BehaviourGraph {
    private struct Edge {
        /// Index into `words`.
        let word: Int32
        /// `failed`, or a state.
        let target: Int32
    }

    private static let failed: Int32 = -1

    private var states: PackedIndex
    private var initial: [Int32] = []
    private var edges: [Edge] = []
    /// By state: where its edges begin; they are in the order of its transitions.
    private var edgeStarts: [Int] = []
    /// By state: index into `looks`.
    private var looks: [Int32] = []
    private var words = Interned()
    private var sightSets = Interned()
    let teller: Storyteller

    var stateCount: Int { states.count }

    /// Lists of labels, each once.
    private struct Interned {
        private(set) var lists: [[Int32]] = []
        private var numbers: [[Int32]: Int32] = [:]

        mutating func number(of list: [Int32]) -> Int32 {
            if let known = numbers[list] { return known }
            let number = Int32(lists.count)
            lists.append(list)
            numbers[list] = number
            return number
        }
    }

    /// Why there is no graph.
    struct Stopped: Error {
        let reason: String
    }

    /// Explores a system whole, on this thread.
    ///
    /// - Parameter deadline: `nil`: none.
    init(
        _ observed: ObservedSystem, teller: Storyteller, alphabet: inout Alphabet, bytesMax: Int,
        deadline: ContinuousClock.Instant?, interruption: Interruption?
    ) throws(Stopped) {
        self.teller = teller
        let first: [[UInt64]]
        do throws(RunTimeError) {
            first = try observed.initialStates()
        } catch {
            throw Stopped(reason: "no initial state can be made: \(error.message)")
        }
        states = PackedIndex(wordsPerState: first.first?.count ?? 1)
        for state in first { initial.append(Int32(states.insert(state).number)) }
        var next = 0
        while next < states.count {
            let state = states[next]
            looks.append(
                sightSets.number(
                    of: Set(observed.sights(in: state).map { alphabet.number(of: $0) }).sorted()))
            edgeStarts.append(edges.count)
            observed.transitions(of: state) { transition in
                let word = words.number(of: transition.sights.map { alphabet.number(of: $0) })
                let target = transition.target.map { Int32(states.insert($0).number) }
                edges.append(Edge(word: word, target: target ?? Self.failed))
            }
            if let limit = observed.limitReached { throw Stopped(reason: limit.message) }
            next += 1
            if let obstacle = observed.obstacle { throw Stopped(reason: obstacle) }
            guard next % 256 == 1 else { continue }
            // The quotient and its signatures take several times as much again.
            guard states.byteCount + 100 * states.count + 40 * edges.count < bytesMax else {
                throw Stopped(reason: "the memory limit was reached after \(states.count) states")
            }
            if let deadline, .now >= deadline {
                throw Stopped(reason: "the time limit was reached after \(states.count) states")
            }
            if interruption?.isRequested == true { throw Stopped(reason: "it was interrupted") }
        }
        edgeStarts.append(edges.count)
    }

    private func edges(from state: Int) -> Range<Int> { edgeStarts[state]..<edgeStarts[state + 1] }

    // MARK: As a graph of observations

    /// Adds its nodes to a graph, one for each state and one for each place between two observations of one step.
    ///
    /// - Returns: the initial ones.
    func add(to graph: inout LabelledGraph) -> [Int32] {
        let first = Int32(graph.count)
        for look in looks { _ = graph.addNode(sights: sightSets.lists[Int(look)]) }
        let end = graph.addNode(sights: [])
        // What is left to observe of a step, and where it leads.
        var between: [Rest: Int32] = [:]
        func node(_ word: ArraySlice<Int32>, _ target: Int32) -> Int32 {
            let last = target == Self.failed ? end : first + target
            guard !word.isEmpty else { return last }
            let rest = Rest(word: Array(word), target: target)
            if let known = between[rest] { return known }
            let made = graph.addNode(sights: [])
            between[rest] = made
            graph.setEdges([edge(word, target)], from: made)
            return made
        }
        func edge(_ word: ArraySlice<Int32>, _ target: Int32) -> LabelledGraph.Edge {
            guard let label = word.first else {
                return .init(label: LabelledGraph.hidden, target: node([], target))
            }
            return .init(label: label, target: node(word.dropFirst(), target))
        }
        for state in 0..<states.count {
            let own = edges(from: state).map { edge(words.lists[Int(edges[$0].word)][...], edges[$0].target) }
            graph.setEdges(
                own.filter { $0.label != LabelledGraph.hidden || $0.target != first + Int32(state) },
                from: first + Int32(state))
        }
        return initial.map { first + $0 }
    }

    private struct Rest: Hashable {
        let word: [Int32]
        let target: Int32
    }

    // MARK: A run for a word

    /// A state, and how much of a word was observed on the way to it.
    private struct Point: Hashable {
        /// `failed` where the last step may lead anywhere.
        let state: Int32
        let position: Int
    }

    /// The run of fewest steps of which this is observed.
    ///
    /// - Returns: `nil` where there is none.
    func run(observing word: [Int32], source: RunSource) -> Run? {
        var parents: [Point: (from: Point?, ordinal: Int?)] = [:]
        var queue: [Point] = []
        func visit(_ point: Point, from parent: Point?, ordinal: Int?) {
            guard parents[point] == nil else { return }
            parents[point] = (parent, ordinal)
            queue.append(point)
            // Looking takes no step.
            guard point.state != Self.failed, point.position < word.count,
                sightSets.lists[Int(looks[Int(point.state)])].contains(word[point.position])
            else { return }
            visit(Point(state: point.state, position: point.position + 1), from: point, ordinal: nil)
        }
        for state in initial { visit(Point(state: state, position: 0), from: nil, ordinal: nil) }
        var next = 0
        while next < queue.count {
            let point = queue[next]
            next += 1
            if point.position == word.count { return tell(path(to: point, parents), source: source) }
            let rest = word[point.position...]
            for (ordinal, index) in edges(from: Int(point.state)).enumerated() {
                let shown = words.lists[Int(edges[index].word)]
                if shown.count >= rest.count, shown.starts(with: rest) {
                    visit(Point(state: Self.failed, position: word.count), from: point, ordinal: ordinal)
                } else if rest.starts(with: shown), edges[index].target != Self.failed {
                    visit(
                        Point(state: edges[index].target, position: point.position + shown.count),
                        from: point, ordinal: ordinal)
                }
            }
        }
        return nil
    }

    /// The state that it starts in, and for each step the state before and the number of the transition.
    private struct Path {
        let initial: Int32
        let steps: [(state: Int32, ordinal: Int)]
    }

    private func path(
        to point: Point, _ parents: [Point: (from: Point?, ordinal: Int?)]
    ) -> Path {
        var steps: [(state: Int32, ordinal: Int)] = []
        var point = point
        while let last = parents[point], let parent = last.from {
            if let ordinal = last.ordinal { steps.append((parent.state, ordinal)) }
            point = parent
        }
        return Path(initial: point.state, steps: steps.reversed())
    }

    private func tell(_ path: Path, source: RunSource) -> Run {
        let builder = RunBuilder(teller: teller, source: source)
        let steps = path.steps.map { state, ordinal in
            let transition = teller.transitions(of: states[Int(state)])[ordinal]
            var after: [ObservedField] = []
            if case .state(let words) = transition.result { after = teller.observe(words) }
            let step = builder.step(transition, state: after)
            // Who wrote the spec knows nothing of what was added to tell what operations return.
            return Step(
                lane: step.lane, action: Program.withoutReports(step.action),
                operations: step.operations.filter(Program.isAuthors), changes: step.changes, state: after)
        }
        return Run(
            source: source, lanes: teller.lanes, initialState: teller.observe(states[Int(path.initial)]),
            steps: steps)
    }
}
