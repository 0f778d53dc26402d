import Exploration
import Findings
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
            next += 1
            guard next % 256 == 0 else { continue }
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

    /// The run of fewest steps of which this is observed.
    ///
    /// - Parameter isSight: whether a label is something that is looked at, and no step.
    /// - Returns: `nil` where there is none.
    func run(observing word: [Int32], source: RunSource) -> Run? {
        let width = word.count + 1
        var parents: [Int: (from: Int, ordinal: Int?)] = [:]
        var queue: [Int] = []
        func visit(_ key: Int, from: Int, ordinal: Int?) {
            guard parents[key] == nil else { return }
            parents[key] = (from, ordinal)
            queue.append(key)
        }
        for state in initial { visit(Int(state) * width, from: -1, ordinal: nil) }
        var next = 0
        var last: (key: Int, ordinal: Int?)?
        search: while next < queue.count {
            let key = queue[next]
            next += 1
            let state = key / width
            var position = key % width
            // Looking takes no step: all that can be seen here is.
            let looks = sightSets.lists[Int(self.looks[state])]
            while position < word.count, looks.contains(word[position]) {
                position += 1
                if position < word.count { visit(state * width + position, from: key, ordinal: nil) }
            }
            if position == word.count {
                last = (key, nil)
                break
            }
            let rest = word[(key % width)...]
            for (ordinal, index) in edges(from: state).enumerated() {
                let shown = words.lists[Int(edges[index].word)]
                if shown.count >= rest.count, shown.starts(with: rest) {
                    last = (key, ordinal)
                    break search
                }
                guard rest.starts(with: shown), edges[index].target != Self.failed else { continue }
                visit(
                    Int(edges[index].target) * width + key % width + shown.count, from: key, ordinal: ordinal)
            }
        }
        guard let last else { return nil }
        var path: [(state: Int, ordinal: Int)] = last.ordinal.map { [(last.key / width, $0)] } ?? []
        var key = last.key
        while let (from, ordinal) = parents[key], from >= 0 {
            if let ordinal { path.append((from / width, ordinal)) }
            key = from
        }
        return tell(path.reversed(), from: states[key / width], source: source)
    }

    private func tell(_ path: [(state: Int, ordinal: Int)], from initial: [UInt64], source: RunSource) -> Run {
        let builder = RunBuilder(teller: teller, source: source)
        let steps = path.map { state, ordinal in
            let transition = teller.transitions(of: states[state])[ordinal]
            var after: [ObservedField] = []
            if case .state(let words) = transition.result { after = teller.observe(words) }
            return builder.step(transition, state: after)
        }
        return Run(
            source: source, lanes: teller.lanes, initialState: teller.observe(initial), steps: steps)
    }
}
