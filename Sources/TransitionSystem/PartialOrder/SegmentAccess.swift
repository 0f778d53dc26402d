// SPDX-License-Identifier: MIT

import SpecLanguage

/// What the transitions of one process instance can do between two boundaries, by location: statically, for any
/// state.
struct SegmentAccess {
    /// The transitions that leave one location.
    struct Segment {
        let reads: CellSet
        let writes: CellSet
        /// Locations in which they can end.
        let targets: Set<Int>
        /// Cells of the locks that are held here for certain.
        let held: CellSet
        /// Cell of the lock that they begin by taking, if it is known which.
        let acquired: Int?

        var touches: CellSet {
            var cells = reads
            cells.formUnion(writes)
            return cells
        }
    }

    /// By location.
    let segments: [Segment]
    /// Cells of locks that are also written other than by taking and releasing them.
    let assignedCells: CellSet
    let reads: CellSet
    let writes: CellSet

    init(of instance: Int, in system: TransitionSystem) {
        let process = system.instances[instance].process
        let graph = system.graphs[process]
        let nodes = graph.locations[0].reachable
        let collector = AccessCollector(
            system,
            values: KnownValues(
                parameters: system.spec.processes[process].parameters,
                arguments: system.instances[instance].arguments, nodes: nodes, locals: graph.variables))
        let held = Self.heldLocks(from: graph.entry, collector, system.layout.stateCellCount)
        var segments: [Segment] = []
        for (number, location) in graph.locations.enumerated() {
            collector.begin()
            var targets: Set<Int> = []
            for node in Self.inner(of: location) {
                collector.visit(node)
                for next in node.successors where next.isLocation {
                    targets.insert(graph.locationNumber(of: next))
                }
                if case .finish = node.kind { targets.insert(0) }
            }
            var acquired: Int?
            if case .acquire(let target, _) = location.kind { acquired = collector.cells(of: target).single }
            let empty = CellSet(below: system.layout.stateCellCount)
            segments.append(
                Segment(
                    reads: collector.reads, writes: collector.writes, targets: targets,
                    held: number == 0 ? empty : held[location.number] ?? empty, acquired: acquired))
        }
        self.segments = segments
        collector.begin()
        var assigned = CellSet(below: system.layout.stateCellCount)
        for node in nodes {
            switch node.kind {
            case .assign(let target, _, _), .mutate(let target, _, _, _):
                assigned.formUnion(collector.cells(of: target))
            case .acquire, .assert, .await, .bind, .boundary, .branch, .choose, .discard, .enter, .fault,
                .finish, .loopBegin, .loopNext, .pending, .release:
                break
            }
        }
        assignedCells = assigned
        var (reads, writes) = (CellSet(below: system.layout.stateCellCount), assigned)
        for segment in segments {
            reads.formUnion(segment.reads)
            writes.formUnion(segment.writes)
        }
        (self.reads, self.writes) = (reads, writes)
    }

    /// The nodes that are run from a location up to the next ones, the location's own included.
    private static func inner(of location: ControlNode) -> [ControlNode] {
        var seen: Set<Int> = [location.number]
        var found = [location]
        var next = 0
        while next < found.count {
            for node in found[next].successors where !node.isLocation && seen.insert(node.number).inserted {
                found.append(node)
            }
            next += 1
        }
        return found
    }

    /// By node: the locks held before it on every path. A lock whose cell is not known is left out, and its
    /// release releases all that it may be.
    private static func heldLocks(
        from entry: ControlNode, _ collector: AccessCollector, _ cellCount: Int
    ) -> [Int: CellSet] {
        var held: [Int: CellSet] = [entry.number: CellSet(below: cellCount)]
        var waiting = [entry]
        while let node = waiting.popLast() {
            guard var after = held[node.number] else { continue }
            switch node.kind {
            case .acquire(let target, _):
                if let cell = collector.cells(of: target).single { after.insert(cell) }
            case .release(let target, _): after.subtract(collector.cells(of: target))
            case .assert, .assign, .await, .bind, .boundary, .branch, .choose, .discard, .enter, .fault,
                .finish, .loopBegin, .loopNext, .mutate, .pending:
                break
            }
            for next in node.successors {
                guard let known = held[next.number] else {
                    held[next.number] = after
                    waiting.append(next)
                    continue
                }
                let both = known.intersection(after)
                guard both != known else { continue }
                held[next.number] = both
                waiting.append(next)
            }
        }
        return held
    }
}

extension ControlNode {
    /// All nodes that control can reach from here, this one included, by number.
    package var reachable: [ControlNode] {
        var seen: [Int: ControlNode] = [number: self]
        var waiting = [self]
        while let node = waiting.popLast() {
            for next in node.successors where seen.updateValue(next, forKey: next.number) == nil {
                waiting.append(next)
            }
        }
        return seen.values.sorted { $0.number < $1.number }
    }
}
