// SPDX-License-Identifier: MIT

/// What a structure is up to renaming of its atoms: two structures have the same `key` if and only if a
/// permutation of the atoms of each type makes one the other.
///
/// Canonical labelling by colour refinement and backtracking: atoms get colours by what can be said of them
/// without their names; where several have the same colour, each of them in turn is told apart from the
/// others; the least text of all labellings found is the key. Symmetries of the structure that are met on the
/// way prune the search.
package struct CanonicalForm: Sendable {
    package let key: [UInt8]
    /// By atom: its place in the canonical order.
    package let ranks: [Int]

    /// Parts of terms that are written before the search is given up.
    package static let workMax = 1 << 23

    /// - Parameter types: the type of each atom, by name.
    /// - Returns: `nil` where there are too many labellings to try.
    package init?(_ term: ObservedTerm, types: [String], workMax: Int = CanonicalForm.workMax) {
        guard term.hasUnorderedParts, types.count > 1 else {
            ranks = Array(types.indices)
            var writer = Writer(types: types)
            key = writer.write(term, ranks)
            return
        }
        var search = Search(term: term, types: types, workMax: workMax)
        search.run()
        guard !search.isExhausted, let best = search.best else { return nil }
        key = best.text
        ranks = best.ranks
    }

    // MARK: Text of a structure

    private struct Writer {
        let types: [String]
        private(set) var work = 0

        init(types: [String]) { self.types = types }

        /// Determines the structure, with colours in the place of atoms.
        mutating func write(_ term: ObservedTerm, _ colours: [Int]) -> [UInt8] {
            var text: [UInt8] = []
            append(term, colours, to: &text)
            return text
        }

        /// Texts have no control characters, which stand between the parts here.
        private mutating func append(_ term: ObservedTerm, _ colours: [Int], to text: inout [UInt8]) {
            work += 1
            switch term {
            case .text(let part):
                text.append(1)
                text += part.utf8
            case .atom(let number):
                text.append(2)
                text += types[number].utf8
                text.append(2)
                text += String(colours[number]).utf8
            case .ordered(let parts):
                text.append(3)
                for part in parts { append(part, colours, to: &text) }
                text.append(4)
            case .unordered(let parts):
                text.append(5)
                var texts: [[UInt8]] = []
                for part in parts { texts.append(write(part, colours)) }
                texts.sort { $0.lexicographicallyPrecedes($1) }
                for part in texts { text += part }
                text.append(6)
            }
        }
    }

    // MARK: Search

    private struct Leaf {
        let text: [UInt8]
        let ranks: [Int]
        /// Atoms that were told apart, in order.
        let path: [Int]
    }

    private struct Search {
        let term: ObservedTerm
        let workMax: Int
        private var writer: Writer
        private let atomCount: Int
        private var first: Leaf?
        private(set) var best: Leaf?
        /// Renamings that leave the structure as it is, by atom.
        private var symmetries: [[Int]] = []

        init(term: ObservedTerm, types: [String], workMax: Int) {
            self.term = term
            self.workMax = workMax
            writer = Writer(types: types)
            atomCount = types.count
        }

        var isExhausted: Bool { writer.work > workMax }

        mutating func run() {
            let names = Set(writer.types).sorted()
            let byType = writer.types.map { name in names.firstIndex(of: name) ?? 0 }
            _ = visit(separatingTwins(refined(byType)), path: [])
        }

        /// Colours that tell apart whatever differs in where it stands.
        private mutating func refined(_ colours: [Int]) -> [Int] {
            var colours = colours
            var colourCount = Set(colours).count
            while colourCount < atomCount, !isExhausted {
                var sizes: [Int: Int] = [:]
                for colour in colours { sizes[colour, default: 0] += 1 }
                var descriptions: [Description] = []
                for atom in 0..<atomCount {
                    // Who is alone is told apart already.
                    var text: [UInt8] = []
                    if sizes[colours[atom], default: 0] > 1 {
                        var marked = colours
                        marked[atom] = -1
                        text = writer.write(term, marked)
                    }
                    descriptions.append(Description(colour: colours[atom], text: text))
                }
                colours = Self.ranks(of: descriptions)
                let count = Set(colours).count
                if count == colourCount { break }
                colourCount = count
            }
            return colours
        }

        /// What can be said of an atom.
        private struct Description: Hashable, Comparable {
            let colour: Int
            let text: [UInt8]

            static func < (left: Description, right: Description) -> Bool {
                left.colour != right.colour
                    ? left.colour < right.colour : left.text.lexicographicallyPrecedes(right.text)
            }
        }

        private static func ranks(of descriptions: [Description]) -> [Int] {
            var ranks: [Description: Int] = [:]
            for description in Set(descriptions).sorted() { ranks[description] = ranks.count }
            return descriptions.map { ranks[$0] ?? 0 }
        }

        /// Atoms that can be exchanged without any effect may be told apart in any order.
        private mutating func separatingTwins(_ colours: [Int]) -> [Int] {
            let names = Array(0..<atomCount)
            let plain = writer.write(term, names)
            /// By colour: lists of atoms that are twins.
            var twins: [Int: [[Int]]] = [:]
            var places = names
            for atom in names {
                guard !isExhausted else { return colours }
                var lists = twins[colours[atom]] ?? []
                let list = lists.firstIndex { list in
                    var exchanged = names
                    exchanged.swapAt(list[0], atom)
                    return writer.write(term, exchanged) == plain
                }
                if let list {
                    places[atom] = lists[list].count
                    lists[list].append(atom)
                } else {
                    places[atom] = 0
                    lists.append([atom])
                }
                twins[colours[atom]] = lists
            }
            return refined(colours.indices.map { colours[$0] * (atomCount + 1) + places[$0] })
        }

        /// - Returns: how many atoms are told apart where the search goes on.
        private mutating func visit(_ colours: [Int], path: [Int]) -> Int {
            guard !isExhausted else { return 0 }
            guard let cell = firstCell(of: colours) else { return reach(colours, path) }
            var tried: [Int] = []
            for atom in cell where !isSymmetric(atom, to: tried, fixing: path) {
                tried.append(atom)
                var told = colours.map { 2 * $0 + 1 }
                told[atom] -= 1
                let level = visit(refined(told), path: path + [atom])
                if level < path.count || isExhausted { return level }
            }
            return path.count
        }

        /// Atoms of the lowest colour that several have.
        private func firstCell(of colours: [Int]) -> [Int]? {
            var cells: [Int: [Int]] = [:]
            for (atom, colour) in colours.enumerated() { cells[colour, default: []].append(atom) }
            return cells.filter { $0.value.count > 1 }.min { $0.key < $1.key }?.value
        }

        /// All atoms have colours of their own.
        private mutating func reach(_ colours: [Int], _ path: [Int]) -> Int {
            let order = colours.indices.sorted { colours[$0] < colours[$1] }
            var ranks = [Int](repeating: 0, count: atomCount)
            for (rank, atom) in order.enumerated() { ranks[atom] = rank }
            let leaf = Leaf(text: writer.write(term, ranks), ranks: ranks, path: path)
            guard let first, let best else {
                first = leaf
                best = leaf
                return path.count
            }
            for known in [first, best] where known.text == leaf.text {
                var atoms = [Int](repeating: 0, count: atomCount)
                for (atom, rank) in known.ranks.enumerated() { atoms[rank] = atom }
                symmetries.append(ranks.map { atoms[$0] })
                // From where the two part, all that follows is the image of what was tried before.
                return zip(known.path, path).prefix { $0 == $1 }.count
            }
            if leaf.text.lexicographicallyPrecedes(best.text) { self.best = leaf }
            return path.count
        }

        /// Whether a known symmetry that leaves the path alone leads from an atom that was tried to this one.
        private func isSymmetric(_ atom: Int, to tried: [Int], fixing path: [Int]) -> Bool {
            guard !tried.isEmpty else { return false }
            let usable = symmetries.filter { symmetry in path.allSatisfy { symmetry[$0] == $0 } }
            var orbit = Set(tried)
            var queue = tried
            while let next = queue.popLast() {
                for symmetry in usable where orbit.insert(symmetry[next]).inserted {
                    queue.append(symmetry[next])
                }
            }
            return orbit.contains(atom)
        }
    }
}
